"""Operations that reduce dimensions to one entry."""

from __future__ import annotations

from rfcli.readers.tensorflow.calls import Call, Integer, Integers, operation
from rfcli.readers.tracing.maps import Layout, Map, channels, is_channels
from rfcli.words.tensorflow import REDUCTIONS


@operation(*REDUCTIONS)
def reduce(call: Call, x: Map, axes: Integers, *, keep_dims: bool = False) -> Map:
    if not axes:
        return call.tracer.passed(call.name, x)
    return call.tracer.pooled(call.name, x, axes, keep_dims, REDUCTIONS.read(call.operation))


@operation("ArgMax", "ArgMin")
def place_of_extreme(call: Call, x: Map, axis: Integer) -> Map:
    return call.tracer.pooled(call.name, x, [axis or 0], False, "max")


@operation("TopKV2")
def largest(call: Call, x: Map, k: Integer) -> list[Map]:
    """The largest entries of the last dimension, and their places."""
    n = x.shape[-1] if x.dims else None
    if not is_channels(x.dims[-1]) or k is None or n is None or not 0 < k <= n or x.channels is None:
        raise Layout("it sorts an axis")
    made = call.tracer.rechannelled(call.name, x.with_dim(len(x.dims) - 1, channels(k)), x.channels // n * k)
    return [made, made]
