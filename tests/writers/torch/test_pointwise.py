"""Activations for torch, and other layers that work at each position by itself."""

from __future__ import annotations

import pytest
from writers.torch.sources import Case, case_id, written

MODULES = {
    "relu": "nn.ReLU()", "relu6": "nn.ReLU6()", "leaky_relu": "nn.LeakyReLU()", "rrelu": "nn.RReLU()",
    "elu": "nn.ELU()", "selu": "nn.SELU()", "celu": "nn.CELU()", "gelu": "nn.GELU()", "silu": "nn.SiLU()",
    "swish": "nn.SiLU()", "mish": "nn.Mish()", "sigmoid": "nn.Sigmoid()", "log_sigmoid": "nn.LogSigmoid()",
    "hard_sigmoid": "nn.Hardsigmoid()", "hard_swish": "nn.Hardswish()", "hard_tanh": "nn.Hardtanh()",
    "tanh": "nn.Tanh()", "softplus": "nn.Softplus()", "softsign": "nn.Softsign()", "softmax": "nn.Softmax(dim=1)",
    "softmin": "nn.Softmin(dim=1)", "log_softmax": "nn.LogSoftmax(dim=1)", "threshold": "nn.Threshold(1.0, 0.0)",
}  # fmt: skip
CASES: list[Case] = [
    *((type, {}, f"it = {module}; it(x)") for type, module in MODULES.items()),
    ("exponential", {}, "torch.exp(x)"),
    ("prelu", {}, "it = nn.PReLU(); it(x)"),
    ("prelu", {"per_channel": True}, "it = nn.PReLU(8); it(x)"),
    ("dropout", {"rate": 0.2}, "it = nn.Dropout(0.2); it(x)"),
    ("lrn", {"size": 3}, "it = nn.LocalResponseNorm(3); it(x)"),
    ("channel_shuffle", {"groups": 2}, "it = nn.ChannelShuffle(2); it(x)"),
    ("channel_scale", {}, "it = ChannelScale(8); it(x)"),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_written(case: Case) -> None:
    type, given, wanted = case
    assert written(type, given) == wanted
