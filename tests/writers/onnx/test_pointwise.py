"""Layers that work at each position by itself."""

from __future__ import annotations

import pytest
from witnesses.dependence import Map

from writers.onnx.one_layer import Case, agrees, case, op

POSITIVE = (Map(values=(0.0, 4.0)),)
ONE_INPUT = {"size": [5, 6], "channels": 4}

POINTWISE = [
    case({"type": "relu"}, op("Relu")),
    case({"type": "leaky_relu"}, op("LeakyRelu")),
    case({"type": "rrelu"}, op("LeakyRelu", alpha=0.22917)),
    case({"type": "elu"}, op("Elu")),
    case({"type": "selu"}, op("Selu")),
    case({"type": "celu"}, op("Celu")),
    case({"type": "gelu"}, op("Gelu")),
    case({"type": "silu"}, op("Sigmoid"), op("Mul")),
    case({"type": "swish"}, op("Sigmoid"), op("Mul")),
    case({"type": "mish"}, op("Mish")),
    case({"type": "sigmoid"}, op("Sigmoid")),
    case({"type": "log_sigmoid"}, op("Sigmoid"), op("Log")),
    case({"type": "hard_sigmoid"}, op("HardSigmoid", alpha=0.16667)),
    case({"type": "hard_swish"}, op("HardSwish")),
    case({"type": "tanh"}, op("Tanh")),
    case({"type": "softplus"}, op("Softplus")),
    case({"type": "softsign"}, op("Softsign")),
    case({"type": "exponential"}, op("Exp")),
    case({"type": "threshold"}, op("ThresholdedRelu"), maps=POSITIVE),
    case({"type": "dropout"}, op("Dropout")),
    case({"type": "relu6"}, op("Clip", 0, 6)),
    case({"type": "hard_tanh"}, op("Clip", -1, 1)),
    case({"type": "softmax"}, op("Softmax", axis=1)),
    case({"type": "log_softmax"}, op("LogSoftmax", axis=1)),
    case({"type": "softmin"}, op("Neg"), op("Softmax", axis=1)),
    case({"type": "lrn", "size": 3}, op("LRN", size=3)),
    case({"type": "channel_shuffle", "groups": 2}, op("Gather", [0, 2, 1, 3], axis=1)),
]  # fmt: skip
FEATURES = [
    # Features pass what has no need of a map as they are, and are maps of one sample to the others.
    case([{"type": "flatten"}, {"type": "relu"}], op("Flatten"), op("Relu")),
    case([{"type": "flatten"}, {"type": "lrn"}], op("Flatten"), op("Unsqueeze", [2, 3]), op("LRN", size=5)),
    case([{"type": "global_max_pool"}, {"type": "linear", "units": 2}], op("GlobalMaxPool"), op("Flatten"), op("Gemm", (2, 4), (2,), transB=1)),
]  # fmt: skip


@pytest.mark.parametrize("one", POINTWISE)
def test_pointwise(one: Case) -> None:
    agrees(one)


@pytest.mark.parametrize("one", FEATURES)
def test_features(one: Case) -> None:
    agrees(one)
