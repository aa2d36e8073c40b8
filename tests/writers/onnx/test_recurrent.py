"""Recurrent layers of ONNX."""

from __future__ import annotations

import pytest
from witnesses.dependence import Map

from writers.onnx.one_layer import Case, agrees, case, op

LINE = (Map((1, 3, 6)),)
"""A map of 3 channels and 6 samples."""
FIRST, LAST, JOINED = (
    op("Transpose", perm=[2, 0, 1]), op("Transpose", perm=[1, 2, 0]), op("Transpose", perm=[0, 2, 1, 3])
)  # fmt: skip

RECURRENT = [
    case({"type": "lstm", "units": 4}, FIRST, op("LSTM", (1, 16, 3), (1, 16, 4), (1, 32), hidden_size=4),
         JOINED, op("Reshape", [0, 0, 4]), LAST, maps=LINE, evaluated=False),
    case({"type": "gru", "units": 4, "bias": False, "reverse": True}, FIRST,
         op("GRU", (1, 12, 3), (1, 12, 4), hidden_size=4, direction="reverse", linear_before_reset=1),
         JOINED, op("Reshape", [0, 0, 4]), LAST, maps=LINE, evaluated=False),
    case({"type": "rnn", "units": 4, "bidirectional": True, "depth": 2}, FIRST,
         op("RNN", (2, 4, 3), (2, 4, 4), (2, 8), hidden_size=4, direction="bidirectional"),
         JOINED, op("Reshape", [0, 0, 8]),
         op("RNN", (2, 4, 8), (2, 4, 4), (2, 8), hidden_size=4, direction="bidirectional"),
         JOINED, op("Reshape", [0, 0, 8]), LAST, maps=LINE, evaluated=False),
    case({"type": "lstm", "units": 4}, refused="maps of one axis only"),
    case({"type": "lstm", "units": 4, "projection": 2}, refused="no projection", maps=LINE),
    case({"type": "lstm", "units": 4, "single_bias": True}, refused="two biases for each gate", maps=LINE),
    case({"type": "lstm", "units": 4, "last": True}, refused="give all states only", maps=LINE),
]  # fmt: skip


@pytest.mark.parametrize("one", RECURRENT)
def test_recurrent(one: Case) -> None:
    agrees(one)
