"""The activations that files of YOLO name, which are classes of torch.nn."""

from __future__ import annotations

from rfcli.tables import Words
from rfcli.words import torch

NOT_READ = frozenset(["dropout", "exponential"])
"""Words of torch that name no activation of torch.nn."""

ACTIVATIONS = Words({
    **{ours: torch.ACTIVATIONS.written(ours).removeprefix("nn.") for ours in sorted(torch.ACTIVATIONS.ours - NOT_READ)},
    "log_softmax": torch.SOFTMAXES.written("log_softmax").removeprefix("nn."),
    "identity": "Identity",
})  # fmt: skip
"""All of them work at each position by itself, and have no parameters that are trained."""
