"""Tensors of a file, and nodes that hold constants."""

from __future__ import annotations

from typing import Any

import numpy
import onnx
import pytest
from onnx import numpy_helper

from readers.onnx.one_node import node, whole
from readers.onnx.test_folding import TABLE, made
from rfcli.readers.onnx.calls import SMALL
from rfcli.readers.onnx.constants import constant_of
from rfcli.readers.onnx.program import Program
from rfcli.readers.tracing.maps import Constant

A = whole(7, -7, 2)


def test_constants_of_a_file() -> None:
    """A tensor's numbers where they are few; weights are floats and the integers of quantised ones."""
    small = constant_of(numpy_helper.from_array(TABLE.astype(numpy.float32), "w"))
    assert (small.shape, small.values, small.weights) == ((2, 3), [0, 1, 2, 3, 4, 5], (("w", 6),))
    assert constant_of(numpy_helper.from_array(A, "i")).weights == ()
    large = constant_of(numpy_helper.from_array(numpy.zeros((SMALL, 2), numpy.int8), "q"))
    assert (large.values, large.weights) == (None, (("q", 2 * SMALL),))


@pytest.mark.parametrize(("attribute", "shape", "values"), [
    ({"value_float": 0.5}, (), [0.5]),
    ({"value_ints": [3, 4]}, (2,), [3, 4]),
    ({"value": numpy_helper.from_array(TABLE)}, (2, 3), [0, 1, 2, 3, 4, 5]),
])  # fmt: skip
def test_constant_nodes(attribute: dict[str, Any], shape: tuple[int, ...], values: list[Any]) -> None:
    found = made(node("Constant", **attribute), 21)
    assert found == Constant(shape, values, ())


def test_shapes_of_constants() -> None:
    assert made(node("Shape", TABLE), 21) == Constant((2,), [2, 3], ())


def test_programs_know_no_values_of_empty_names() -> None:
    graph = onnx.GraphProto()
    assert Program(None, graph, [], 21, None).values == {"": None}  # type: ignore[arg-type]
