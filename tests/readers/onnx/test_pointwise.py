"""Operations on each entry by itself, by the operator specification."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from onnx import TensorProto

from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, whole

SMALL = Map(values=(-0.9, 0.9))
POSITIVE = Map(values=(1.5, 4.0))
SHARE = Map(values=(0.0, 1.0))
BOOL = Map(values=(False, True), dtype=numpy.bool_)
BYTES = Map(values=(0, 7, 200), dtype=numpy.uint8)
NAN, INFINITE = Map(values=(float("nan"), 0.0, 1.0)), Map(values=(float("inf"), 0.0, 1.0))
LAST = node("Transpose", X, perm=[0, 2, 3, 1])
FIRST = node("Transpose", Before(), perm=[0, 3, 1, 2])


def number(value: float) -> Any:
    return numpy.array(value, numpy.float32)


POINTWISE = [
    case(node("Relu", X), "relu"),
    case(node("LeakyRelu", X, alpha=0.2), "leaky_relu"),
    case(node("Elu", X), "elu"),
    case(node("Selu", X), "selu"),
    case(node("Celu", X), "celu"),
    case(node("Gelu", X), "gelu"),
    case(node("Sigmoid", X), "sigmoid"),
    case(node("HardSigmoid", X), "hard_sigmoid"),
    case(node("HardSwish", X), "hard_swish"),
    case(node("Mish", X), "mish"),
    case(node("Swish", X), "silu", opset=24),
    case(node("Tanh", X), "tanh"),
    case(node("Softplus", X), "softplus"),
    case(node("Softsign", X), "softsign"),
    case(node("Exp", X), "exponential"),
    case(node("ThresholdedRelu", X), "threshold"),
    case(node("Dropout", X), "dropout"),
    case(node("Dropout", X, outputs=2), "dropout"),
    case(node("Abs", X), "identity"),
    case(node("Acos", SMALL), "identity"),
    case(node("Acosh", POSITIVE), "identity"),
    case(node("Asin", SMALL), "identity"),
    case(node("Asinh", X), "identity"),
    case(node("Atan", X), "identity"),
    case(node("Atanh", SMALL), "identity"),
    case(node("Bernoulli", SHARE, seed=3.0), "identity"),
    case(node("BitwiseNot", BYTES), "identity"),
    case(node("Cast", X, to=TensorProto.INT32), "identity"),
    case(node("CastLike", X, whole(1)), "identity"),
    case(node("Ceil", X), "identity"),
    case(node("Cos", X), "identity"),
    case(node("Cosh", POSITIVE), "identity"),
    case(node("DequantizeLinear", BYTES, number(0.5), numpy.array(3, numpy.uint8)), "identity"),
    case(node("Erf", X), "identity"),
    case(node("Floor", X), "identity"),
    case(node("Identity", X), "identity"),
    case(node("IsInf", INFINITE), "identity"),
    case(node("IsNaN", NAN), "identity"),
    case(node("Log", POSITIVE), "identity"),
    case(node("Neg", X), "identity"),
    case(node("Not", BOOL), "identity"),
    case(node("QuantizeLinear", X, number(0.1), numpy.array(100, numpy.uint8)), "identity"),
    case(node("Reciprocal", POSITIVE), "identity"),
    case(node("Round", X), "identity"),
    case(node("Shrink", X), "identity"),
    case(node("Sign", X), "identity"),
    case(node("Sin", X), "identity"),
    case(node("Sinh", X), "identity"),
    case(node("Sqrt", POSITIVE), "identity"),
    case(node("Tan", SMALL), "identity"),
    case(node("Clip", X, number(-1), number(1)), "hard_tanh"),
    case(node("Clip", Map(values=(-3.0, 9.0)), number(0), number(6)), "relu6"),
    case(node("Clip", Map(values=(-3.0, 9.0)), min=0.0, max=6.0), "relu6", opset=10),
    case(node("Clip", X, number(0)), "hard_tanh"),
    case(node("LRN", X, size=3), ("lrn", {"size": 3})),
    # Shares along one axis, which before opset 13 was the first of all that were taken together.
    case(node("Softmax", X, axis=1), "softmax"),
    case(node("LogSoftmax", X, axis=-3), "log_softmax"),
    case(node("Hardmax", X, axis=1), "softmax"),
    case([LAST, node("Softmax", Before()), FIRST], "identity", "softmax", "identity"),
    case(node("Softmax", X), ("instance_norm", {"scale": False, "bias": False}), opset=11, evaluated=False),
    case(node("Softmax", X), ("window_attention", {"window": [1, 6], "params": 0, "macs": 0})),
]  # fmt: skip


@pytest.mark.parametrize("one", POINTWISE)
def test_pointwise(one: Case) -> None:
    agrees(one)
