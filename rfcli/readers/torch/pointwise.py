"""Operations of ATen on each entry by itself, and shares of a dimension."""

from rfcli.readers.torch.calls import Call, operation, weights
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.maps import Layout, Map, axis_at, is_channels
from rfcli.words.torch import ACTIVATIONS, SOFTMAXES, operations


@operation(*operations(ACTIVATIONS))
def activation(call: Call, x: Map) -> Map:
    return call.tracer.passed(call.name, x, type=ACTIVATIONS.read(call.operation))


@operation(
    "_conj", "angle", "conj", "conj_physical", "imag", "real",  # of complex numbers
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "bernoulli", "bitwise_not", "ceil", "cos", "cosh",
    "deg2rad", "erf", "erfc", "exp2", "expm1", "fill", "floor", "frac", "hardshrink", "isfinite", "isinf", "isnan",
    "log", "log10", "log1p", "log2", "logical_not", "logit", "nan_to_num", "neg", "positive", "rad2deg", "reciprocal",
    "round", "rsqrt", "sgn", "sign", "sin", "sinc", "sinh", "softshrink", "sqrt", "square", "tan", "trunc",
)  # fmt: skip
def entrywise(call: Call, x: Map) -> Map:
    """What has no layer type of its own."""
    return call.tracer.passed(call.name, x)


@operation("clamp", "clip", "clamp_min", "clamp_max", "hardtanh")
def clamp(call: Call, first: Argument) -> Map:
    limits = {name.removesuffix("_val"): value for name, value in call.arguments.items()}
    low, high = limits.get("min"), limits.get("max")
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
    at, x = axis_at(dim, len(x.dims)), call.tracer.featured(call.name, x)
    if not is_channels(x.dims[at]) or x.channels is None:
        raise Layout("halves of an axis are multiplied")
    return call.tracer.halved(call.name, x, at)
