"""Operations of ATen on each entry by itself, and shares of a dimension."""

from __future__ import annotations

from rfcli.readers.torch.calls import axis_at, mapped, operation, weights, with_dim
from rfcli.readers.tracing.maps import Layout, Map, channels, is_channels
from rfcli.words.torch import ACTIVATIONS, SOFTMAXES, operations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.readers.torch.calls import Call
    from rfcli.readers.torch.nodes import Argument


@operation(*operations(ACTIVATIONS))
def activation(call: Call, x: Map) -> Map:
    return call.tracer.passed(call.name, x, type=ACTIVATIONS.read(call.operation))


@operation(
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "bernoulli", "bitwise_not", "ceil", "cos", "cosh",
    "deg2rad", "erf", "erfc", "exp2", "expm1", "fill", "floor", "frac", "hardshrink", "isfinite", "isinf", "isnan",
    "log", "log10", "log1p", "log2", "logical_not", "logit", "nan_to_num", "neg", "positive", "rad2deg", "reciprocal",
    "round", "rsqrt", "sgn", "sign", "sin", "sinc", "sinh", "softshrink", "sqrt", "square", "tan", "trunc",
)  # fmt: skip
def entrywise(call: Call, x: Map) -> Map:
    """What has no layer type of its own."""
    return call.tracer.passed(call.name, x)


@operation("clamp", "clip")
def clamp(call: Call, first: Argument, *, min: Argument = None, max: Argument = None) -> Map:
    return _clamped(call, first, min, max)


@operation("clamp_min")
def clamp_min(call: Call, first: Argument, *, min: Argument = None) -> Map:
    return _clamped(call, first, min, None)


@operation("clamp_max")
def clamp_max(call: Call, first: Argument, *, max: Argument = None) -> Map:
    return _clamped(call, first, None, max)


@operation("hardtanh")
def hardtanh(call: Call, x: Map, *, min_val: float = -1, max_val: float = 1) -> Map:
    return _clamped(call, x, min_val, max_val)


def _clamped(call: Call, first: Argument, low: Argument, high: Argument) -> Map:
    if isinstance(low, Map) or isinstance(high, Map):
        return call.tracer.combined(call.name, "max", call.operands)
    type = "relu6" if (low, high) == (0, 6) else "relu" if low == 0 and high is None else "hard_tanh"
    return call.tracer.passed(call.name, mapped(first), type=type)


@operation("prelu")
def prelu(call: Call, first: Argument, *, weight: Argument = None) -> Map:
    slope = weights(weight)
    if slope is None:
        return call.tracer.combined(call.name, "add", call.operands)
    return call.tracer.prelu(call.name, mapped(first), slope)


@operation(*operations(SOFTMAXES))
def softmax(call: Call, x: Map, *, dim: int = -1) -> Map:
    if not x.dims:
        raise Layout("a tensor without dimensions")
    return call.tracer.softmaxed(call.name, x, [x.dims[axis_at(dim, len(x.dims))]], SOFTMAXES.read(call.operation))


@operation("glu")
def glu(call: Call, x: Map, *, dim: int = -1) -> Map:
    at = axis_at(dim, len(x.dims))
    if not is_channels(x.dims[at]) or x.channels is None:
        raise Layout("halves of an axis are multiplied")
    dims = with_dim(x, at, channels(call.shape[at]))
    return call.tracer.passed(call.name, x, dims, "custom", filters=x.channels // 2, params=0, macs=0)
