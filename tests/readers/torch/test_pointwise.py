"""Operations of ATen on each entry by itself, and shares of a dimension."""

from __future__ import annotations

import pytest
from readers.torch.operations import IMAGE, SEQUENCE, Row, W, X, check, row

pytestmark = pytest.mark.torch

ACTIVATIONS = {
    "relu": "relu", "relu6": "relu6", "leaky_relu": "leaky_relu", "rrelu": "rrelu", "elu": "elu", "selu": "selu",
    "celu": "celu", "gelu": "gelu", "silu": "silu", "mish": "mish", "sigmoid": "sigmoid", "log_sigmoid": "log_sigmoid",
    "hardsigmoid": "hard_sigmoid", "hardswish": "hard_swish", "hardtanh": "hard_tanh", "tanh": "tanh",
    "softplus": "softplus", "exp": "exponential", "special_expit": "sigmoid",
}  # fmt: skip
PLAIN = (
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg2rad", "erf", "erfc", "exp2",
    "expm1", "floor", "frac", "hardshrink", "log", "log10", "log1p", "log2", "logical_not", "logit", "nan_to_num",
    "neg", "positive", "rad2deg", "reciprocal", "round", "rsqrt", "sgn", "sign", "sin", "sinc", "sinh", "softshrink",
    "sqrt", "square", "tan", "trunc",
)  # fmt: skip
"""What has no layer type of its own."""
DROPOUTS = ("dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout", "native_dropout")

ROWS = [
    *(row(name, X(IMAGE), layers=layer) for name, layer in ACTIVATIONS.items()),
    *(row(name, X(IMAGE), layers="identity") for name in PLAIN),
    *(row(name, X(IMAGE), 0.5, False, layers="dropout") for name in DROPOUTS),
    row("threshold", X(IMAGE), 1, 0, layers="threshold"),
    row("hardtanh", X(IMAGE), 0, 6, layers="relu6"),
    row("hardtanh", X(IMAGE), 0, 1, layers="hard_tanh"),
    *(row(name, X((1, 1, 40)), before=lambda x: x.squeeze(1).stft(16, 8, window=x.new_ones(16), return_complex=True, center=False), exact=False,
          layers="identity; custom kernel=16 stride=8 filters=9 params=0 macs=0; identity")
      for name in ("angle", "imag", "real")),
    row("bernoulli", X(IMAGE, draws=(0, 1)), layers="identity"),
    row("bitwise_not", X(IMAGE, "int64", 3), layers="identity"),
    row("fill.Scalar", X(IMAGE), 3, layers="identity", exact=False),
    *(row(name, X(IMAGE, draws=(float("nan"), float("inf"))), layers="identity") for name in ("isfinite", "isinf", "isnan")),
    row("clamp", X(IMAGE), 0, 6, layers="relu6"),
    row("clamp", X(IMAGE), 0, layers="relu"),
    row("clamp", X(IMAGE), -1, 1, layers="hard_tanh"),
    row("clamp.Tensor", X(IMAGE), X(IMAGE, base=0.2), X(IMAGE, base=0.7), layers="max", exact=False),
    row("clip", X(IMAGE), None, 1, layers="hard_tanh"),
    row("clip.Tensor", X(IMAGE), X(IMAGE, base=0.2), layers="max", exact=False),
    row("clamp_min", X(IMAGE), 0, layers="relu"),
    row("clamp_min.Tensor", X(IMAGE), X(IMAGE, base=0.2), layers="max"),
    row("clamp_max", X(IMAGE), 0, layers="hard_tanh"),
    row("clamp_max.Tensor", X(IMAGE), X(IMAGE, base=0.2), layers="max"),
    row("prelu", X(IMAGE), W((1,)), layers="prelu"),
    row("prelu", X(IMAGE), W((4,)), layers="prelu per_channel=true"),
    row("_prelu_kernel", X(IMAGE), W((1, 4, 1, 1)), layers="prelu per_channel=true"),
    row("softmax", X(IMAGE), 1, layers="softmax"),
    row("softmax", X(IMAGE), -1, layers="window_attention macs=0 params=0 window=[1,8]"),
    row("softmax", X(SEQUENCE), 2, layers="instance_norm scale=false bias=false"),
    row("_softmax", X(IMAGE), 1, False, layers="softmax"),
    row("_safe_softmax", X(IMAGE), -3, layers="softmax"),
    row("log_softmax", X(IMAGE), 1, layers="log_softmax"),
    row("_log_softmax", X(IMAGE), 1, False, layers="log_softmax"),
    row("glu", X(IMAGE), 1, layers="channel_shuffle groups=2; custom filters=2 groups=2 params=0 macs=0"),
    row("glu", X(IMAGE), layers="unknown aten.glu: halves of an axis are multiplied"),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)
