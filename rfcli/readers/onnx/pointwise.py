"""Operations on each entry by itself, or among the channels of a position."""

from __future__ import annotations

from rfcli.readers.onnx.calls import Call, Numbers, Traced, operation
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.maps import Map, axis_at
from rfcli.words.onnx import POINTWISE, SOFTMAXES


@operation(*POINTWISE)
def pointwise(call: Call, x: Map) -> list[Map]:
    made = call.tracer.passed(call.name, x, type=POINTWISE.read(call.operation))
    return [made, made] if call.operation == "Dropout" else [made]


@operation("Clip")
def clip(call: Call, x: Traced, min: Numbers = None, max: Numbers = None) -> Map:
    type = "relu6" if (min, max) == ([0], [6]) else "hard_tanh"
    return call.tracer.passed(call.name, mapped(x), type=type)


@operation(*SOFTMAXES)
def softmax(call: Call, x: Map, *, axis: int | None = None) -> Map:
    """Over one axis; before opset 13 over all from that one on."""
    together = call.opset < 13
    if axis is None:
        axis = 1 if together else -1
    at = axis_at(axis, len(x.dims)) if x.dims else 0
    over = x.dims[at:] if together else x.dims[at : at + 1]
    return call.tracer.softmaxed(call.name, x, over, SOFTMAXES.read(call.operation))


@operation("LRN")
def lrn(call: Call, x: Map, *, size: int = 5) -> Map:
    return call.tracer.passed(call.name, call.tracer.canonical(call.name, x), type="lrn", size=size)
