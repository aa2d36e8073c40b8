"""Operations of ATen that keep all entries and move them, or repeat them."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.torch.calls import Call, listed, operation
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.maps import Atom, Layout, Map, axis_at, axis_of, channels, exchanged, is_channels, joined

RESHAPES = {
    "view", "reshape", "_unsafe_view", "flatten", "unflatten", "squeeze", "unsqueeze", "view_copy", "_reshape_copy",
    "ravel", "squeeze_copy", "unsqueeze_copy", "view_as", "reshape_as",
}  # fmt: skip
"""Operations that keep the row-major order of entries."""


@operation(*RESHAPES)
def reshape(call: Call, x: Map) -> Map:
    return call.tracer.reshape(call.name, x, call.shape)


@operation("permute")
def permute(call: Call, x: Map, *, dims: Sequence[int] = ()) -> Map:
    return _ordered(call, x, [axis_at(one, len(x.dims)) for one in dims])


@operation("movedim")
def movedim(call: Call, x: Map, *, source: Argument = None, destination: Argument = None) -> Map:
    rank = len(x.dims)
    whence, whither = ([axis_at(one, rank) for one in listed(value)] for value in (source, destination))
    rest = iter(at for at in range(rank) if at not in whence)
    return _ordered(call, x, [whence[whither.index(at)] if at in whither else next(rest) for at in range(rank)])


@operation("t", "numpy_T")
def turned(call: Call, x: Map) -> Map:
    return _ordered(call, x, range(len(x.dims))[::-1])


@operation("transpose")
def transpose(call: Call, x: Map) -> Map:
    order = list(range(len(x.dims)))
    one, other = (axis_at(number, len(order)) for number in list(call.arguments.values())[1:])
    order[one], order[other] = other, one
    return _ordered(call, x, order)


def _ordered(call: Call, x: Map, order: Sequence[int]) -> Map:
    """Dimensions in another order."""
    if sorted(order) != list(range(len(x.dims))):
        raise Layout(f"its order is {list(order)[:6]}")
    return call.tracer.passed(call.name, x, [x.dims[at] for at in order])


@operation("expand", "expand_as", "broadcast_to", "expand_copy", "repeat")
def expand(call: Call, x: Map) -> Map:
    own = (1,) * (len(call.shape) - len(x.dims)) + x.shape
    if call.operation == "repeat" and any(n not in (1, want) for n, want in zip(own, call.shape, strict=True)):
        raise Layout("it repeats more than one entry")
    return call.tracer.expanded(call.name, x, call.shape)


@operation("repeat_interleave")
def repeat_interleave(call: Call, x: Map, *, repeats: Argument = None, dim: int | None = None) -> Map:
    tracer = call.tracer
    if type(repeats) is not int or dim is None:
        raise Layout("it repeats as often as data says")
    at = axis_at(dim, len(x.dims))
    axis = axis_of(x.dims[at])
    if axis is None:
        if not is_channels(x.dims[at]) or x.channels is None:
            raise Layout("part of an axis is repeated")
        dims = exchanged(x.dims, at, channels(call.shape[at]))
        return tracer.rechannelled(call.name, x, x.channels * repeats, dims)
    dims = exchanged(x.dims, at, (Atom(axis, call.shape[at]),))
    scale = tracer.along([axis], scale=[repeats])
    return tracer.passed(call.name, x, dims, "upsample", **scale, coordinates="asymmetric")


@operation("flip")
def flip(call: Call, x: Map, *, dims: Sequence[int] = ()) -> Map:
    if not all(is_channels(x.dims[axis_at(one, len(x.dims))]) for one in dims):
        raise Layout("an axis is turned round")
    return call.tracer.passed(call.name, x)


@operation("roll")
def roll(call: Call, x: Map, *, shifts: Argument = (), dims: Argument = ()) -> Map:
    """No layer: whatever comes behind it works at places that are rolled."""
    if len(listed(shifts)) != len(listed(dims)):
        raise Layout("it is rolled as if it were flat")
    made = list(x.dims)
    for shift, one in zip(listed(shifts), listed(dims), strict=True):
        at = axis_at(one, len(made))
        dim = joined(made[at])
        if is_channels(dim):
            continue
        if len(dim) != 1 or not isinstance(dim[0].role, int) or dim[0].step != 1 or dim[0].size is None:
            raise Layout("part of an axis is rolled")
        made[at] = (Atom(dim[0].role, dim[0].size, 1, None, (dim[0].roll - shift) % dim[0].size),)
    return x.replaced(dims=tuple(made))


@operation("pixel_shuffle", "pixel_unshuffle")
def shuffle(call: Call, x: Map, *, upscale_factor: int = 0, downscale_factor: int = 0) -> Map:
    return call.tracer.rearranged(call.name, x, upscale_factor or downscale_factor, upscale_factor > 0)


@operation("channel_shuffle")
def channel_shuffle(call: Call, x: Map, *, groups: int = 1) -> Map:
    return call.tracer.passed(call.name, x, type="channel_shuffle", groups=groups)
