"""Recurrent layers and running sums, by the operator specification."""

from __future__ import annotations

import numpy
import pytest

from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, trained, whole

STEPS = Map((6, 1, 3), (-1.0, 1.0))
"""Six steps, one image, 3 channels, which a recurrent layer takes as they are."""
LINE = Map((1, 3, 6), (-1.0, 1.0))
FIRST, LAST = node("Transpose", LINE, perm=[2, 0, 1]), node("Transpose", Before(), perm=[1, 2, 0])


def weights(gates: int, ways: int = 1, units: int = 4, bias: bool = True) -> list[object]:
    """Small ones, so that gates stay open."""
    shapes = [(ways, gates * units, 3), (ways, gates * units, units), *([(ways, 2 * gates * units)] if bias else [])]
    return [trained(*shape) * numpy.float32(0.3) for shape in shapes]


SQUEEZED = node("Squeeze", Before(), whole(1))
JOINED = [node("Transpose", Before(), perm=[0, 2, 1, 3]), node("Reshape", Before(), whole(0, 0, 8))]
RECURRENT = [
    case([FIRST, node("LSTM", Before(), *weights(4), hidden_size=4), SQUEEZED, LAST],
         "identity", ("lstm", {"units": 4}), "identity", "identity"),
    case([FIRST, node("GRU", Before(), *weights(3, bias=False), hidden_size=4, linear_before_reset=1), SQUEEZED, LAST],
         "identity", ("gru", {"units": 4, "bias": False}), "identity", "identity"),
    case([FIRST, node("RNN", Before(), *weights(1), hidden_size=4), SQUEEZED, LAST],
         "identity", ("rnn", {"units": 4}), "identity", "identity"),
    case([FIRST, node("LSTM", Before(), *weights(4), hidden_size=4, direction="reverse"), SQUEEZED, LAST],
         "identity", ("lstm", {"units": 4, "reverse": True}), "identity", "identity", evaluated=False),
    case([FIRST, node("LSTM", Before(), *weights(4, 2), hidden_size=4, direction="bidirectional"), *JOINED, LAST],
         "identity", ("lstm", {"units": 4, "bidirectional": True}), "identity", "identity", "identity",
         evaluated=False),
    case([FIRST, node("LSTM", Before(), *weights(4, 2), hidden_size=4)], unknown="LSTM: its direction is forward"),
    case([node("LSTM", X, *weights(4), hidden_size=4)], unknown="LSTM: its input has no steps"),
    case([FIRST, node("LSTM", Before(), Before(), *weights(4)[1:], hidden_size=4)],
         unknown="LSTM: its weights are computed from data"),
]  # fmt: skip
SUMS = [
    case([node("CumSum", LINE, numpy.array(2, numpy.int64))],
         ("custom", {"filters": 3, "params": 0, "macs": 0, "global": "before"})),
    case([node("CumSum", LINE, numpy.array(2, numpy.int64), reverse=1)],
         ("custom", {"filters": 3, "params": 0, "macs": 0, "global": "after"})),
    case([node("CumSum", LINE, numpy.array(2, numpy.int64), exclusive=1)],
         unknown="CumSum: it sums what lies strictly before"),
    case([node("CumSum", LINE, numpy.array(1, numpy.int64))], ("custom", {"filters": 3, "params": 0, "macs": 0, "mixes": "some"})),
]  # fmt: skip


@pytest.mark.parametrize("one", [*RECURRENT, *SUMS])
def test_recurrent(one: Case) -> None:
    agrees(one)
