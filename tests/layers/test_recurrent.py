"""Recurrent layers: what they see, sizes, channels, and costs as torch counts them."""

from __future__ import annotations

import warnings

import pytest

from layers import built
from rfcli.layers._layer import AFTER, BEFORE, BOTH, NEITHER, Whole
from rfcli.layers._parameters import ParameterError

SEES = [
    ({}, BEFORE, Whole.ALSO, 9),
    ({"reverse": True}, AFTER, Whole.ALSO, 9),
    ({"bidirectional": True}, BOTH, Whole.ALSO, 9),
    ({"depth": 3}, BEFORE, Whole.ALSO, 9),
    ({"last": True}, BOTH, Whole.ONLY, 1),
]


@pytest.mark.parametrize(("given", "sees", "whole", "out"), SEES)
@pytest.mark.parametrize("type", ["lstm", "gru", "rnn"])
def test_what_they_see(type: str, given: dict[str, object], sees: int, whole: Whole, out: int) -> None:
    layer = built(type, 1, units=4, **given)
    assert (layer.sees(0, False), layer.whole(0, False), layer.output_size(0, 9)) == (sees, whole, out)


def test_the_axis() -> None:
    layer = built("lstm", 2, units=4, along="w")
    assert [layer.sees(axis, False) for axis in (0, 1)] == [NEITHER, BEFORE]
    assert [built("lstm", 2, units=4).sees(axis, False) for axis in (0, 1)] == [BEFORE, NEITHER]
    assert built("lstm", 1, units=4, along="h").contradiction() == "the axes of the map are w: there is no h"
    with pytest.raises(ParameterError):
        built("lstm", 1, units=4, along="x")


def test_contradictions() -> None:
    said = built("gru", 1, units=4, bidirectional=True, reverse=True).contradiction()
    assert said == "bidirectional and reverse contradict each other"


COSTS = [
    # of 6 channels: gates * (6 + 4) * 4 weights, two biases of 4 for each gate
    ("lstm", {}, 4, 4 * (4 * 10 + 8), 4 * 4 * 10, 4 * 8),
    ("gru", {}, 4, 3 * (4 * 10 + 8), 3 * 4 * 10, 3 * 8),
    ("rnn", {}, 4, 4 * 10 + 8, 4 * 10, 8),
    ("lstm", {"bias": False}, 4, 4 * 4 * 10, 4 * 4 * 10, 0),
    # Keras's LSTM, and its GRU without reset_after
    ("lstm", {"single_bias": True}, 4, 4 * (4 * 10 + 4), 4 * 4 * 10, 4 * 4),
    ("gru", {"single_bias": True}, 4, 3 * (4 * 10 + 4), 3 * 4 * 10, 3 * 4),
    # a second layer of 4 channels, or of both directions' 8
    ("gru", {"depth": 2}, 4, 3 * (4 * 10 + 8) + 3 * (4 * 8 + 8), 3 * 4 * (10 + 8), 2 * 3 * 8),
    ("gru", {"bidirectional": True, "depth": 2}, 8, 2 * 3 * (4 * 10 + 8 + 4 * 12 + 8), 2 * 3 * 4 * (10 + 12), 4 * 3 * 8),
    # states of 2 channels are carried on
    ("lstm", {"projection": 2}, 2, 4 * (4 * 8 + 8) + 2 * 4, 4 * 4 * 8 + 2 * 4, 4 * 8),
]  # fmt: skip


@pytest.mark.parametrize(("type", "given", "channels", "params", "macs", "others"), COSTS)
def test_costs(type: str, given: dict[str, object], channels: int, params: int, macs: int, others: int) -> None:
    """At each of 7 positions each weight is used once."""
    layer = built(type, 1, units=4, **given)
    assert layer.channels(6, (7,)) == channels
    assert layer.params(6, (7,)) == params
    assert (layer.macs(6, (7,), (7,)), layer.extra_flops(6, (7,), (7,))) == (7 * macs, 7 * others)


@pytest.mark.torch
@pytest.mark.parametrize("type", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("given", [
    {}, {"bias": False}, {"depth": 3}, {"bidirectional": True, "depth": 2}, {"projection": 2, "depth": 2},
])  # fmt: skip
def test_parameters_are_those_of_torch(type: str, given: dict[str, object]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch import nn
    if "projection" in given and type != "lstm":
        return
    names = {"depth": "num_layers", "projection": "proj_size"}
    module = getattr(nn, type.upper())(6, 4, **{names.get(key, key): value for key, value in given.items()})
    assert built(type, 1, units=4, **given).params(6, (7,)) == sum(one.numel() for one in module.parameters())
