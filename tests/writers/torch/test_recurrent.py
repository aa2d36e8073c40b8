"""Recurrent layers for torch."""

from __future__ import annotations

import pytest
from writers.torch.sources import Case, case_id, written

CASES: list[Case] = [
    ("lstm", {"units": 4}, "it = Recurrent(nn.LSTM(8, 4, batch_first=True)); it(x)"),
    ("gru", {"units": 4, "depth": 2, "bidirectional": True},
     "it = Recurrent(nn.GRU(8, 4, num_layers=2, batch_first=True, bidirectional=True)); it(x)"),
    ("rnn", {"units": 4, "bias": False, "reverse": True},
     "it = Recurrent(nn.RNN(8, 4, bias=False, batch_first=True), reverse=True); it(x)"),
    ("lstm", {"units": 4, "projection": 2}, "it = Recurrent(nn.LSTM(8, 4, batch_first=True, proj_size=2)); it(x)"),
    ("lstm", {"units": 4, "last": True}, "(torch gives all states, not the last one alone)"),
    ("lstm", {"units": 4, "single_bias": True}, "(torch has two biases for each gate: leave single_bias out)"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_written(case: Case) -> None:
    type, given, wanted = case
    assert written(type, given, size=(12,)) == wanted


def test_maps_of_several_axes() -> None:
    assert written("lstm", {"units": 4}) == "(rf writes recurrent layers for maps of one axis only)"
