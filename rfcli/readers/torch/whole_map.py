"""Operations of ATen that reduce dimensions, or pool to a given size."""

from rfcli.readers.torch.calls import Call, alone, batched, each, listed, operation, rank_of
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.maps import Constant, Map, axis_at
from rfcli.readers.tracing.turned import mirrored
from rfcli.words.torch import REDUCTIONS, operations


@operation(*operations(REDUCTIONS))
def reduce(call: Call, first: Argument, *, other: Argument = None, dim: Argument = (), keepdim: bool = False) -> Map:
    """Over some dimensions, by default over all; `max` and `min` also of two tensors."""
    statistic = REDUCTIONS.read(call.operation)
    if isinstance(other, Map | Constant):
        return call.tracer.combined(call.name, statistic, call.operands)
    return call.tracer.pooled(call.name, mapped(first), listed(dim) or None, keepdim, statistic)


@operation("sort", "topk", "argsort")
def order(call: Call, x: Map, *, dim: int = -1) -> Map | list[Map]:
    """Entries of a dimension by their values, and their places."""
    at = axis_at(dim, len(x.dims))
    made = call.tracer.sorted(call.name, x, at, call.shape[at])
    return [made] * len(call.shapes) if len(call.shapes) > 1 else made


@operation(*each("adaptive_avg_pool"), *each("adaptive_max_pool"))
def adaptive_pool(call: Call, x: Map) -> Map:
    x, added = batched(call, x, rank_of(call))
    tracer, statistic = call.tracer, "avg" if "avg" in call.operation else "max"
    wanted = call.shape[len(call.shape) - rank_of(call) :]
    if all(one == 1 for one in wanted):
        return alone(tracer.pooled(call.name, x, range(2, len(x.dims)), True, statistic), added)
    turned = mirrored(x, lambda y: adaptive_pool(call, y))
    if turned is not None:
        return alone(turned, added)
    x = tracer.canonical(call.name, x)
    target = tracer.along(tracer.window_axes(x), output_size=wanted)
    return alone(tracer.over_axes(call.name, f"adaptive_{statistic}_pool", x, **target), added)
