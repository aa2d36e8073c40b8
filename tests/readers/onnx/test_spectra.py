"""The discrete Fourier transform of ONNX."""

from __future__ import annotations

import numpy
import pytest

from readers.onnx.one_node import Before, Case, X, agrees, case, node, whole

REAL = node("Unsqueeze", X, whole(-1))
ROWS, COLUMNS = {"window": [1, 6], "params": 0, "macs": 0}, {"window": [5, 1], "params": 0, "macs": 0}
PARTS = ("custom", {"filters": 8, "groups": 4, "params": 0, "macs": 0})
MAGNITUDE = node("ReduceL2", Before(), whole(-1), keepdims=0)
SUM = ("custom", {"filters": 4, "groups": 4, "params": 0, "macs": 0})


def at(axis: int) -> numpy.ndarray:  # type: ignore[type-arg]
    return numpy.array(axis, numpy.int64)


CASES = [
    case([REAL, node("DFT", Before(), None, at(3)), MAGNITUDE], "identity", ("window_attention", ROWS), PARTS, SUM),
    case([REAL, node("DFT", Before(), None, at(3), onesided=1), MAGNITUDE],
         "identity", ("window_attention", ROWS), ("upsample", {"size": [5, 4]}), PARTS, SUM),
    case([REAL, node("DFT", Before()), MAGNITUDE], "identity", ("window_attention", ROWS), PARTS, SUM),
    case([REAL, node("DFT", Before(), axis=2), MAGNITUDE], "identity", ("window_attention", COLUMNS), PARTS, SUM, opset=19),
    case([REAL, node("DFT", Before(), at(4), at(3))], unknown="DFT: it takes part of an axis, or more"),
    case([REAL, node("DFT", Before(), None, at(4))], unknown="DFT: real and imaginary parts are transformed"),
]  # fmt: skip


@pytest.mark.parametrize("one", CASES)
def test_operation(one: Case) -> None:
    agrees(one)
