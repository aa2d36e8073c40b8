"""Operations that reduce dimensions to one entry."""

from __future__ import annotations

from rfcli.readers.onnx.calls import axis_at, operation
from rfcli.words.onnx import GLOBAL_POOLS, REDUCTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.readers.onnx.calls import Call, Integers
    from rfcli.readers.tracing.maps import Map


@operation(*GLOBAL_POOLS)
def global_pool(call: Call, x: Map) -> Map:
    return call.tracer.pooled(call.name, x, range(2, len(x.dims)), True, GLOBAL_POOLS.read(call.operation))


@operation(*REDUCTIONS)
def reduce(call: Call, x: Map, axes: Integers = None, *, keepdims: int = 1, noop_with_empty_axes: int = 0) -> Map:
    """Over all dimensions where no axes are given."""
    if not axes and noop_with_empty_axes:
        return call.tracer.passed(call.name, x)
    dims = sorted({axis_at(one, len(x.dims)) for one in axes}) if axes else list(range(len(x.dims)))
    return call.tracer.pooled(call.name, x, dims, bool(keepdims), REDUCTIONS.read(call.operation))


@operation("ArgMax", "ArgMin")
def place_of_extreme(call: Call, x: Map, *, axis: int = 0, keepdims: int = 1) -> Map:
    return call.tracer.pooled(call.name, x, [axis_at(axis, len(x.dims))], bool(keepdims), "max")
