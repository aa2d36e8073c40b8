"""Operations of ATen that reduce dimensions, or pool to a given size."""

from __future__ import annotations

from rfcli.readers.torch.calls import axis_at, each, listed, mapped, operation, rank_of
from rfcli.readers.tracing.maps import Atom, Constant, Layout, Map
from rfcli.words.torch import REDUCTIONS, operations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.readers.torch.calls import Call
    from rfcli.readers.torch.nodes import Argument


@operation(*operations(REDUCTIONS))
def reduce(call: Call, x: Map, *, dim: Argument = None, keepdim: bool = False) -> Map:
    return _reduced(call, x, REDUCTIONS.read(call.operation), dim, keepdim)


@operation("max", "min")
def extremum(
    call: Call, first: Argument, *, other: Argument = None, dim: Argument = None, keepdim: bool = False
) -> Map:
    """Of two tensors, or over dimensions."""
    if isinstance(other, Map | Constant):
        return call.tracer.combined(call.name, "max", call.operands)
    return _reduced(call, mapped(first), "max", dim, keepdim)


def _reduced(call: Call, x: Map, statistic: str, dims: Argument, keep: bool) -> Map:
    """Over some dimensions, by default over all."""
    rank = len(x.dims)
    over = sorted({axis_at(int(one), rank) for one in (() if dims is None else listed(dims))}) or list(range(rank))
    return call.tracer.pooled(call.name, x, over, bool(keep), statistic)


@operation(*each("adaptive_avg_pool"))
def adaptive_avg_pool(call: Call, x: Map) -> Map:
    return _adapted(call, x, "avg")


@operation(*each("adaptive_max_pool"))
def adaptive_max_pool(call: Call, x: Map) -> Map:
    return _adapted(call, x, "max")


def _adapted(call: Call, x: Map, statistic: str) -> Map:
    tracer, rank = call.tracer, rank_of(call)
    if len(x.dims) != rank + 2:
        raise Layout("its input has no batch")
    wanted = list(call.shape[2:])
    if all(one == 1 for one in wanted):
        return tracer.pooled(call.name, x, range(2, len(x.dims)), True, statistic)
    x = tracer.canonical(call.name, x)
    axes = tracer.window_axes(x)
    target = [1] * tracer.axes
    for axis, one in zip(axes, wanted, strict=True):
        target[axis] = one
    layer = tracer.draft.add(call.name, f"adaptive_{statistic}_pool", [x.layer], output_size=target)
    return Map(layer, (x.dims[0], x.dims[1], *((Atom(axis, None),) for axis in axes)), x.local)
