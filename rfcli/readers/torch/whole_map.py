"""Operations of ATen that reduce dimensions, or pool to a given size."""

from __future__ import annotations

from rfcli.readers.torch.calls import Call, each, listed, mapped, operation, rank_of
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at
from rfcli.words.torch import REDUCTIONS, operations


@operation(*operations(REDUCTIONS))
def reduce(call: Call, first: Argument, *, other: Argument = None, dim: Argument = (), keepdim: bool = False) -> Map:
    """Over some dimensions, by default over all; `max` and `min` also of two tensors."""
    statistic = REDUCTIONS.read(call.operation)
    if isinstance(other, Map | Constant):
        return call.tracer.combined(call.name, statistic, call.operands)
    x, rank = mapped(first), len(mapped(first).dims)
    over = sorted({axis_at(one, rank) for one in listed(dim)}) or range(rank)
    return call.tracer.pooled(call.name, x, over, keepdim, statistic)


@operation(*each("adaptive_avg_pool"), *each("adaptive_max_pool"))
def adaptive_pool(call: Call, x: Map) -> Map:
    if len(x.dims) != rank_of(call) + 2:
        raise Layout("its input has no batch")
    tracer, statistic = call.tracer, "avg" if "avg" in call.operation else "max"
    if all(one == 1 for one in call.shape[2:]):
        return tracer.pooled(call.name, x, range(2, len(x.dims)), True, statistic)
    x = tracer.canonical(call.name, x)
    target = tracer.along(tracer.window_axes(x), output_size=call.shape[2:])
    return tracer.over_axes(call.name, f"adaptive_{statistic}_pool", x, **target)
