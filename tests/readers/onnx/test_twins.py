"""Biases that onnxruntime quantised once for each layer that shares them."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from onnx import helper

from rfcli.readers.onnx.twins import twins
from rfcli.readers.tracing.maps import Constant

BIAS = numpy.array([0.31, -0.2, 0.07])


def quantised(bias: Any, scale: Any) -> Constant:
    return Constant((len(bias),), numpy.round(numpy.asarray(bias) / scale).astype(int).tolist(), ())


def scale(*steps: float) -> Constant:
    return Constant((len(steps),), [*steps], ())


def found(**biases: tuple[Any, list[float]]) -> dict[str, str]:
    nodes = [
        helper.make_node("DequantizeLinear", [f"{name}_quantized", f"{name}_scale", ""], [name]) for name in biases
    ]
    values: dict[str, object] = {}
    for name, (bias, steps) in biases.items():
        values |= {f"{name}_quantized": quantised(bias, numpy.array(steps)), f"{name}_scale": scale(*steps)}
    return twins(nodes, values)


ONCE_MORE = {"b0_quantized": "b_quantized"}


def test_one_bias_twice_and_thrice() -> None:
    assert found(b=(BIAS, [0.003]), b0=(BIAS, [0.0007])) == ONCE_MORE
    assert found(b=(BIAS, [0.003, 0.01, 0.002]), b0=(BIAS, [0.0007])) == ONCE_MORE
    assert found(b=(BIAS, [0.003]), b0=(BIAS, [0.02]), b12=(BIAS, [0.5])) == {
        **ONCE_MORE,
        "b12_quantized": "b_quantized",
    }


@pytest.mark.parametrize(
    "biases",
    [
        {"b": (BIAS, [0.003]), "b0": (BIAS + 0.01, [0.0007])},
        {"b": (BIAS, [0.003]), "c0": (BIAS, [0.003])},
        {"b": (BIAS, [0.003]), "b0": (BIAS[:2], [0.003])},
        {"b": (BIAS * 0, [0.003]), "b0": (BIAS * 0, [0.0007])},
        {"b0": (BIAS, [0.003]), "b1": (BIAS, [0.003])},
    ],
    ids=["other numbers", "another name", "another size", "nothing but zeros", "no first"],
)
def test_two_biases(biases: Any) -> None:
    assert found(**biases) == {}


def test_numbers_that_are_not_known() -> None:
    nodes = [helper.make_node("DequantizeLinear", [f"{name}_quantized", "s"], [name]) for name in ("b", "b0")]
    values = {"b_quantized": Constant((3,), None, ()), "b0_quantized": Constant((3,), None, ()), "s": scale(1)}
    assert twins(nodes, values) == {}
