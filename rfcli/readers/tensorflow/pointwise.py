"""Operations on each entry by itself, or among the channels of a position."""

from __future__ import annotations

from rfcli.readers.tensorflow.calls import Call, Traced, operation
from rfcli.readers.tracing.maps import Layout, Map, is_channels
from rfcli.words.tensorflow import POINTWISE, SOFTMAXES

MOST_NEIGHBOURS = 1 << 20


@operation(*POINTWISE)
def pointwise(call: Call, x: Map) -> Map:
    return call.tracer.passed(call.name, x, type=POINTWISE.read(call.operation))


@operation("IdentityN")
def several(call: Call, *tensors: Traced) -> list[Traced]:
    return list(tensors)


@operation("ClipByValue")
def clipped(call: Call, x: Map) -> Map:
    return call.tracer.passed(call.name, x, type="hard_tanh")


@operation("ZerosLike", "OnesLike")
def alike(call: Call, x: Map) -> Map:
    raise Layout("it makes numbers of a shape alone")


@operation(*SOFTMAXES)
def softmax(call: Call, x: Map) -> Map:
    """Over the last dimension, of which has to be known what it is."""
    if x.guessed and not is_channels(x.dims[-1]):
        raise Layout("it works on a tensor whose layout is not known")
    return call.tracer.softmaxed(call.name, x, x.dims[-1:], SOFTMAXES.read(call.operation))


@operation("L2Normalize")
def normalised(call: Call, x: Map) -> Map:
    """The last dimension divided by its length."""
    return call.tracer.layer_normed(call.name, x, x.dims[-1:], None, None)


@operation("LRN")
def response(call: Call, x: Map, *, depth_radius: int = 5) -> Map:
    if not 0 <= depth_radius <= MOST_NEIGHBOURS or len(x.dims) != 4:
        raise Layout(f"its radius is {depth_radius}")
    wide = call.tracer.canonical(call.name, call.tracer.arranged(x, len(x.dims) - 2, False))
    made = call.tracer.passed(call.name, wide, type="lrn", size=2 * depth_radius + 1)
    return call.tracer.restored(made, len(x.dims) - 2, False)
