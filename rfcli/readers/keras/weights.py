"""Layers whose weights are for features: projections, look-ups, scales."""

from __future__ import annotations

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.keras.binding import flag, integer, layer_class, plain, word
from rfcli.readers.keras.calls import Argument, Call
from rfcli.readers.keras.pointwise import activated
from rfcli.readers.tracing.maps import BATCH, Layout, Map, Roles, channels


@layer_class("Dense")
def dense(call: Call, x: Map, *, units: int = integer(), use_bias: bool = flag(True)) -> Map:
    if len(x.dims) < 2:
        raise Layout("a tensor without features")
    made = call.tracer.projected(call.name, x, len(x.dims) - 1, units, use_bias, call.shared())
    return activated(call, made)


@layer_class("EinsumDense")
def einsum_dense(
    call: Call, x: Map, *, equation: str = word(""), output_shape: Argument = plain(), bias_axes: str = word("")
) -> Map:
    """Where the equation is that of a dense layer: the last dimension against the first of a matrix."""
    equation = equation.replace(" ", "").replace("...", "")
    inputs, _, output = equation.partition("->")
    data, _, weight = inputs.partition(",")
    if len(weight) != 2 or data[-1:] != weight[0] or output != data[:-1] + weight[1]:
        raise Layout(f"equation {equation}")
    units = output_shape[-1] if isinstance(output_shape, list) and output_shape else output_shape
    if type(units) is not int or not 0 < units <= MAX_INTEGER:
        raise Layout("its output_shape is not known")
    if bias_axes not in ("", weight[1]) or len(x.dims) < 2:
        raise Layout("biases for each position")
    return dense(call, x, units=units, use_bias=bool(bias_axes))


@layer_class("Embedding")
def embedding(call: Call, x: Map, *, input_dim: int = integer(), output_dim: int = integer()) -> Map:
    origins = [atom.origin for atom in x.atoms if atom.role != BATCH]
    if len(x.dims) == 2 and origins and origins[0] is not None and origins[0] not in call.tracer.roles:
        raise Roles({origins[0]: 0})  # Positions of a sequence, not features.
    positions = x.channels
    params = call.weights(input_dim * output_dim)
    if positions is None or params is None or params > MAX_INTEGER:
        raise Layout("channels of unknown number are embedded")
    layer = call.tracer.draft.add(call.name, "custom", [x.layer], filters=positions * output_dim, params=params, macs=0)
    return Map(layer, (*x.dims, channels(output_dim)), x.local)


@layer_class("LayerScale")
def layer_scale(call: Call, x: Map, *, projection_dim: int = integer()) -> Map:
    if x.channels != projection_dim:
        raise Layout("it scales other than the channels")
    return call.tracer.passed(call.name, x, type="channel_scale", **call.shared())
