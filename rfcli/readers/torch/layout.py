"""Operations of ATen that keep all entries and move them, or repeat them."""

from collections.abc import Sequence

from rfcli.readers.torch.calls import Call, listed, operation
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.maps import Atom, Layout, Map, axis_at, axis_of, is_channels, joined, with_ones
from rfcli.readers.tracing.orders import quarter_turned, rolled

RESHAPES = {
    "view", "reshape", "_unsafe_view", "flatten", "unflatten", "squeeze", "unsqueeze", "view_copy", "_reshape_copy",
    "ravel", "squeeze_copy", "unsqueeze_copy", "view_as", "reshape_as",
}  # fmt: skip
"""Operations that keep the row-major order of entries."""


@operation(*RESHAPES)
def reshape(call: Call, x: Map) -> Map:
    return call.tracer.reshape(call.name, x, call.shape)


@operation("permute", "t", "numpy_T")
def permute(call: Call, x: Map, *, dims: Sequence[int] | None = None) -> Map:
    """Dimensions in another order; in the opposite one where none is given."""
    rank = len(x.dims)
    order = [axis_at(one, rank) for one in (range(rank)[::-1] if dims is None else dims)]
    if sorted(order) != list(range(rank)):
        raise Layout(f"its order is {order[:6]}")
    return call.tracer.permuted(call.name, x, order)


@operation("movedim")
def movedim(call: Call, x: Map, *, source: Argument = None, destination: Argument = None) -> Map:
    rank = len(x.dims)
    whence, whither = ([axis_at(one, rank) for one in listed(value)] for value in (source, destination))
    rest = iter(at for at in range(rank) if at not in whence)
    return permute(call, x, dims=[whence[whither.index(at)] if at in whither else next(rest) for at in range(rank)])


@operation("transpose")
def transpose(call: Call, x: Map) -> Map:
    one, other = list(call.arguments.values())[1:]
    return movedim(call, x, source=(one, other), destination=(other, one))


@operation("expand", "expand_as", "broadcast_to", "expand_copy", "repeat", "tile")
def expand(call: Call, x: Map) -> Map:
    own = (1,) * (len(call.shape) - len(x.dims)) + x.shape
    if call.operation in ("repeat", "tile") and any(
        n not in (1, want) for n, want in zip(own, call.shape, strict=True)
    ):
        return call.tracer.tiled(call.name, x, call.shape)
    return call.tracer.expanded(call.name, x, call.shape)


@operation("repeat_interleave")
def repeat_interleave(call: Call, x: Map, *, repeats: Argument = None, dim: int | None = None) -> Map:
    tracer = call.tracer
    if type(repeats) is not int or dim is None:
        raise Layout("it repeats as often as data says")
    at = axis_at(dim, len(x.dims))
    axis = axis_of(x.dims[at])
    if not x.dims[at]:
        return tracer.expanded(call.name, x, [repeats if one == at else 1 for one in range(len(x.dims))])
    if axis is None:
        if not is_channels(x.dims[at]) or x.channels is None:
            raise Layout("part of an axis is repeated")
        apart = x.replaced(dims=with_ones(x.dims, [at + 1]))
        wide = tracer.repeated(call.name, apart, {at + 1: repeats})
        return wide.replaced(dims=(*wide.dims[:at], joined(sum(wide.dims[at : at + 2], ())), *wide.dims[at + 2 :]))
    made, scale = x.with_dim(at, (Atom(axis, call.shape[at]),)), tracer.along([axis], scale=[repeats])
    return tracer.passed(call.name, made, type="upsample", **scale, coordinates="asymmetric")


@operation("flip")
def flip(call: Call, x: Map, *, dims: Sequence[int] = ()) -> Map:
    """Channels in reverse; axes are turned round, which is no layer."""
    return call.tracer.flipped(call.name, x, [axis_at(one, len(x.dims)) for one in dims])


@operation("rot90")
def quarter_turns(call: Call, x: Map, *, k: int = 1, dims: Argument = None) -> Map:
    first, second = (axis_at(one, len(x.dims)) for one in dims or (0, 1))
    return quarter_turned(call.tracer, call.name, x, (first, second), k)


@operation("roll")
def roll(call: Call, x: Map, *, shifts: Argument = (), dims: Argument = ()) -> Map:
    if len(listed(shifts)) != len(listed(dims)):
        raise Layout("it is rolled as if it were flat")
    for shift, one in zip(listed(shifts), listed(dims), strict=True):
        x = rolled(call.tracer, call.name, x, axis_at(one, len(x.dims)), -shift)
    return x


@operation("pixel_shuffle", "pixel_unshuffle")
def shuffle(call: Call, x: Map, *, upscale_factor: int = 0, downscale_factor: int = 0) -> Map:
    return call.tracer.rearranged(call.name, x, upscale_factor or downscale_factor, call.operation)


@operation("channel_shuffle")
def channel_shuffle(call: Call, x: Map, *, groups: int = 1) -> Map:
    return call.tracer.passed(call.name, x, type="channel_shuffle", groups=groups)
