"""What torch.nn calls the activations that files of YOLO name."""

from __future__ import annotations

from rfcli.tables import Words

ACTIVATIONS = Words({
    "celu": "CELU", "elu": "ELU", "gelu": "GELU", "hard_sigmoid": "Hardsigmoid", "hard_swish": "Hardswish",
    "hard_tanh": "Hardtanh", "identity": "Identity", "leaky_relu": "LeakyReLU", "log_sigmoid": "LogSigmoid",
    "log_softmax": "LogSoftmax", "mish": "Mish", "relu": "ReLU", "relu6": "ReLU6", "rrelu": "RReLU", "selu": "SELU",
    "sigmoid": "Sigmoid", "silu": "SiLU", "softplus": "Softplus", "softsign": "Softsign", "tanh": "Tanh",
    "threshold": "Threshold",
})  # fmt: skip
"""All of them work at each position by itself, and have no parameters that are trained."""
