"""Operations that reduce dimensions to one entry."""

from __future__ import annotations

from rfcli.readers.onnx.calls import Call, Integers, operation
from rfcli.readers.tracing.maps import Layout, Map, axis_at
from rfcli.words.onnx import GLOBAL_POOLS, REDUCTIONS


@operation(*GLOBAL_POOLS)
def global_pool(call: Call, x: Map) -> Map:
    return call.tracer.pooled(call.name, x, range(2, len(x.dims)), True, GLOBAL_POOLS.read(call.operation))


@operation(*REDUCTIONS)
def reduce(call: Call, x: Map, axes: Integers = None, *, keepdims: int = 1, noop_with_empty_axes: int = 0) -> Map:
    """Over all dimensions where no axes are given."""
    if not axes and noop_with_empty_axes:
        return call.tracer.passed(call.name, x)
    return call.tracer.pooled(call.name, x, axes or None, bool(keepdims), REDUCTIONS.read(call.operation))


@operation("TopK")
def order(call: Call, x: Map, k: Integers = None, *, axis: int = -1) -> list[Map]:
    """The largest entries of a dimension, and their places."""
    if not k:
        raise Layout("it picks as many as data says")
    made = call.tracer.sorted(call.name, x, axis_at(axis, len(x.dims)), k[0])
    return [made, made]


@operation("ArgMax", "ArgMin")
def place_of_extreme(call: Call, x: Map, *, axis: int = 0, keepdims: int = 1) -> Map:
    return call.tracer.pooled(call.name, x, [axis], bool(keepdims), "max")
