"""Layers whose weights are for features: projections, look-ups, scales."""

from math import prod

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.keras.binding import argument, flag, function, integer, layer_class, plain, word
from rfcli.readers.keras.calls import Argument, Call
from rfcli.readers.keras.functions import either, known_integer
from rfcli.readers.keras.pointwise import activated
from rfcli.readers.tracing.einsum import summed
from rfcli.readers.tracing.maps import BATCH, Constant, Layout, Map, Roles, axis_at, channels, exchanged, with_ones


@layer_class("Dense")
def dense(call: Call, x: Map, *, units: int = integer(), use_bias: bool = flag(True)) -> Map:
    if len(x.dims) < 2:
        raise Layout("a tensor without features")
    at = len(x.dims) - 1
    return activated(call, lambda inner: call.tracer.projected(inner.name, x, at, units, use_bias, call.shared()))


@layer_class("EinsumDense")
def einsum_dense(
    call: Call, x: Map, *, equation: str = word(""), output_shape: Argument = plain(), bias_axes: str = word("")
) -> Map:
    """A dense layer where the last dimension meets the first of a matrix; otherwise the sums that the equation says."""
    equation = equation.replace(" ", "")
    inputs, _, output = equation.partition("->")
    data, _, weight = inputs.partition(",")
    listed = output_shape if isinstance(output_shape, list) else [output_shape]
    if len(weight) == 2 and data[-1:] == weight[0] and output == data[:-1] + weight[1] and bias_axes in ("", weight[1]):
        units = listed[-1] if listed else None
        if type(units) is not int or not 0 < units <= MAX_INTEGER:
            raise Layout("its output_shape is not known")
        return dense(call, x, units=units, use_bias=bool(bias_axes))
    sizes = dict(zip(reversed(data.rpartition("...")[2]), reversed(x.shape), strict=False))
    sizes |= dict(zip(data.partition("...")[0], x.shape, strict=False))
    stated = dict(zip(reversed(output.rpartition("...")[2]), reversed(listed), strict=False))
    sizes = {**stated, **{letter: n for letter, n in sizes.items() if n is not None}}
    shape = [sizes.get(letter) for letter in weight]
    biases = [sizes.get(letter) for letter in bias_axes]
    if not all(type(one) is int and 0 < one <= MAX_INTEGER for one in (*shape, *biases)):
        raise Layout(f"equation {equation}: a size is not known")
    again = call.key in call.tracer.counted

    def drawn(inner: Call) -> Map:
        weights = Constant(tuple(shape), None, ((call.key, prod(shape)),))  # type: ignore[arg-type]
        made = summed(call.tracer, f"{inner.name}/product" if biases else inner.name, equation, [x, weights])
        if not biases:
            return made
        return call.tracer.scaled(inner.name, made, 0 if again else prod(biases))  # type: ignore[arg-type]

    return activated(call, drawn)


@layer_class("Embedding")
def embedding(call: Call, x: Map, *, input_dim: int = integer(), output_dim: int = integer()) -> Map:
    origins = [atom.origin for atom in x.atoms if atom.role != BATCH]
    if len(x.dims) == 2 and origins and origins[0] is not None and origins[0] not in call.tracer.roles:
        raise Roles({origins[0]: 0})  # Positions of a sequence, not features.
    positions = x.channels
    params = call.weights(input_dim * output_dim)
    if positions is None or params is None or params > MAX_INTEGER:
        raise Layout("channels of unknown number are embedded")
    return call.tracer.rechannelled(call.name, x, positions * output_dim, (*x.dims, channels(output_dim)), params)


@function("OneHot", "one_hot")
def one_hot(
    call: Call, x: Map, *, num_classes: Argument = argument(1), depth: Argument = argument(),
    axis: Argument = argument(2, -1),
) -> Map:  # fmt: skip
    """A channel for each number that an entry may be; numbers in a row are a sequence."""
    count = known_integer(either(num_classes, depth), "number of classes")
    x = call.tracer.along_axes(x, range(1, len(x.dims)))
    if x.channels is None or count < 1 or x.channels * count > MAX_INTEGER:
        raise Layout("channels of unknown number are told apart")
    at = axis_at(known_integer(axis, "axis"), len(x.dims) + 1, "dimension")
    dims = with_ones(x.dims, [at])
    return call.tracer.rechannelled(call.name, x, x.channels * count, exchanged(dims, at, channels(count)))


@layer_class("LayerScale")
def layer_scale(call: Call, x: Map, *, projection_dim: int = integer()) -> Map:
    if x.channels != projection_dim:
        raise Layout("it scales other than the channels")
    return call.tracer.passed(call.name, x, type="channel_scale", **call.shared())
