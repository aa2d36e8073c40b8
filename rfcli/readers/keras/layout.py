"""Other shapes, and other orders of dimensions."""

from math import prod

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.binding import argument, function, integer, integers, layer_class
from rfcli.readers.keras.calls import Argument, Call, Constant
from rfcli.readers.keras.functions import (
    MOST_SIZES,
    dimension_of,
    dimensions_of,
    either,
    known,
    known_integer,
    known_integers,
)
from rfcli.readers.tracing.joined import Joined, together
from rfcli.readers.tracing.maps import (
    Atom,
    Dim,
    Layout,
    Map,
    Size,
    axis_of,
    channels,
    is_axis,
    is_batch,
    is_channels,
    joined,
    with_ones,
    with_rank,
)


@layer_class("Flatten")
def flatten(call: Call, x: Map) -> Map:
    if x.axes:
        return call.tracer.laid(call.name, x, (x.dims[0], joined(sum(x.dims[1:], ()))))
    return call.tracer.passed(call.name, x, (x.dims[0], channels(x.channels)))


@function("Flatten")
def flatten_function(call: Call, x: Map) -> Map:
    if not x.axes or not is_batch(x.dims[0]):
        raise Layout("the batch is flattened")
    return flatten(call, x)


@layer_class("Reshape")
def reshape(call: Call, x: Map, *, target_shape: list[int] = integers(least=-1)) -> Map:
    if 0 in target_shape:
        raise ForeignError("target_shape must be sizes, or -1, here is 0", at=call.config.find("target_shape"))
    return call.tracer.shaped(call.name, x, [x.dims[0], *(None if one == -1 else one for one in target_shape)])


@function("Reshape", "reshape")
def reshape_function(call: Call, x: Map, *, newshape: Argument = argument(), shape: Argument = argument(1)) -> Map:
    return call.tracer.shaped(call.name, x, _target(known(either(newshape, shape)), x))


def _target(shape: Argument, x: Map) -> list[Size | Dim]:
    """A shape with its batch: -1 is what is left, an unknown size at the beginning the batch."""
    if not isinstance(shape, list | tuple) or not shape:
        raise Layout("its shape is computed")
    target: list[Argument] = []
    for at, size in enumerate(map(known, shape)):
        if size is None and at == 0:
            target.append(x.dims[0])
        elif type(size) is int and (size == -1 or 0 < size <= MAX_INTEGER):
            target.append(None if size == -1 else size)
        else:
            raise Layout("its shape is computed")
    if target[0] is None and x.dims and is_batch(x.dims[0]):
        # The batch is what is left, if anything is.
        sizes = x.shape[1:]
        if None in sizes or None in target[1:]:
            raise Layout("positions are put into the batch")
        if prod(size or 0 for size in sizes) == prod(target[1:]):
            target[0] = x.dims[0]
    return target


@layer_class("Permute")
def permute(call: Call, x: Map) -> Map:
    """`dims` are the positions of dimensions behind the batch, each once."""
    last = len(x.dims) - 1
    order = call.config.integers("dims", last)
    if sorted(order) != list(range(1, last + 1)):
        raise ForeignError(f"dims must be an order of 1 to {last}", at=call.config.find("dims"))
    return call.tracer.permuted(call.name, x, (0, *order))


@layer_class("RepeatVector")
def repeat_vector(call: Call, x: Map, *, n: int = integer()) -> Map:
    x = call.tracer.featured(call.name, x)
    if x.axes or len(x.dims) != 2:
        raise Layout("it repeats a map")
    size = [n, *[1] * (call.tracer.axes - 1)]
    layer = call.tracer.draft.add(call.name, "upsample", [x.layer], size=size)
    return Map(layer, (x.dims[0], (Atom(0, n),), x.dims[1]), x.local)


@function("Transpose", "transpose", "compat.v1.transpose")
def transpose(call: Call, x: Map, *, axes: Argument = argument(), perm: Argument = argument(1)) -> Map:
    order, rank = either(axes, perm), len(x.dims)
    listed = list(range(rank))[::-1] if order is None else known_integers(order, "order")
    if sorted(listed) != list(range(rank)):
        raise Layout("its order is none")
    return call.tracer.permuted(call.name, x, listed)


@function("SwapAxes", "Swapaxes")
def swap_axes(call: Call, x: Map, *, axis1: Argument = argument(1), axis2: Argument = argument(2)) -> Map:
    dims = list(x.dims)
    a, b = dimension_of(axis1, x), dimension_of(axis2, x)
    dims[a], dims[b] = dims[b], dims[a]
    return call.tracer.passed(call.name, x, dims)


@function("Moveaxis")
def move_axis(call: Call, x: Map, *, source: Argument = argument(1), destination: Argument = argument(2)) -> Map:
    rank = len(x.dims)
    moved, target = dimensions_of(source, rank, "source"), dimensions_of(destination, rank, "destination")
    if len(moved) != len(target) or len(set(moved)) != len(moved) or len(set(target)) != len(target):
        raise Layout("its order is none")
    order = [at for at in range(rank) if at not in moved]
    for to, at in sorted(zip(target, moved, strict=True)):
        order.insert(to, at)
    return call.tracer.passed(call.name, x, [x.dims[at] for at in order])


@function("ExpandDims", "expand_dims", "compat.v1.expand_dims")
def expand_dims(call: Call, x: Map, *, axis: Argument = argument(1)) -> Map:
    rank = len(x.dims) + len(known_integers(axis, "axis"))
    return call.tracer.passed(call.name, x, with_ones(x.dims, {*dimensions_of(axis, rank)}))


@function("Squeeze", "squeeze", "compat.v1.squeeze")
def squeeze(call: Call, x: Map, *, axis: Argument = argument(1)) -> Map:
    return call.tracer.squeezed(call.name, x, None if axis is None else dimensions_of(axis, len(x.dims)))


@function("Tile", "tile")
def tile(call: Call, x: Map, *, repeats: Argument = argument(), multiples: Argument = argument(1)) -> Map | Joined:
    times = known_integers(either(repeats, multiples), "repeats")
    times = [1] * (len(x.dims) - len(times)) + times
    if len(times) != len(x.dims) or min(times) < 1:
        raise Layout("it repeats more than one entry")
    along = [at for at, k in enumerate(times) if k > 1 and x.shape[at] != 1 and not is_channels(x.dims[at])]
    if len(along) == 1 and is_axis(x.dims[along[0]]) and times[along[0]] <= MOST_COPIES:
        rest = [1 if at in along else k for at, k in enumerate(times)]
        wide = _tiled(call.replaced(name=f"{call.name}/others"), x, rest) if max(rest) > 1 else x
        return together([wide] * times[along[0]], along[0])
    return _tiled(call, x, times)


MOST_COPIES = 16
"""Copies of a map behind one another."""


def _tiled(call: Call, x: Map, times: list[int]) -> Map:
    """A map repeated along channels, and along what has one entry."""
    target = [n and n * k for n, k in zip(x.shape, times, strict=True)]
    if all(k == 1 or n == 1 for n, k in zip(x.shape, times, strict=True)):
        return _expanded(call, x, [*times])
    return call.tracer.tiled(call.name, x, target)


@function("BroadcastTo", "broadcast_to")
def broadcast(call: Call, x: Map, *, shape: Argument = argument(1)) -> Map:
    target = [known(one) for one in known(shape)] if isinstance(known(shape), list | tuple) else []
    rank = len(target)
    if rank < len(x.dims) or rank > MOST_SIZES:
        raise Layout("its shape is computed")
    pairs = zip(target, [1] * (rank - len(x.dims)) + [*x.shape], strict=True)
    return _expanded(call, x, [1 if one in (None, n) else one for one, n in pairs])


def _expanded(call: Call, x: Map, target: list[Argument]) -> Map:
    """A map repeated along what has one entry, whichever dimension is that of channels."""
    tracer, axes = call.tracer, call.tracer.axes
    if tracer.first or len(target) != axes + 2 or axes < 1:
        return tracer.expanded(call.name, x, target)
    wide = tracer.arranged(with_rank(x, axes + 2), axes, False)
    return tracer.restored(tracer.expanded(call.name, wide, [target[0], target[-1], *target[1:-1]]), axes, False)


@function("Repeat")
def repeat(call: Call, x: Map, *, repeats: Argument = argument(1), axis: Argument = argument(2)) -> Map:
    """Each sample along an axis, or each channel, several times behind itself."""
    if axis is None:
        raise Layout("it repeats what is laid flat")
    at, times = dimension_of(axis, x), known_integer(repeats, "repeats")
    along, size = axis_of(x.dims[at]), x.shape[at]
    if along is not None and times > 0:
        made = x.with_dim(at, (Atom(along, None if size is None else size * times),))
        scale = call.tracer.along([along], scale=[times])
        return call.tracer.passed(call.name, made, type="upsample", **scale, coordinates="asymmetric")
    if not x.dims[at] and times > 0:
        return _expanded(call, x, [times if one == at else 1 for one in range(len(x.dims))])
    if not is_channels(x.dims[at]) or times < 1:
        raise Layout("an axis is repeated")
    wide = call.tracer.repeated(call.name, x.replaced(dims=with_ones(x.dims, [at + 1])), {at + 1: times})
    return wide.replaced(dims=(*wide.dims[:at], joined(sum(wide.dims[at : at + 2], ())), *wide.dims[at + 2 :]))


@function("Shape", "shape", "compat.v1.shape")
def shape(call: Call, x: Map) -> Constant:
    return Constant([None if isinstance(size, int) and at == 0 else size for at, size in enumerate(x.shape)])
