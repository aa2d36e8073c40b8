"""How large constants may be, against what they are."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy
import pytest
from onnx import helper, numpy_helper
from onnx.helper import make_node as node_of
from onnx.reference import ReferenceEvaluator

from rfcli.readers.onnx.magnitudes import Magnitudes
from rfcli.readers.onnx.steps import steps
from rfcli.readers.onnx.working import Working
from rfcli.readers.tracing.maps import Constant

RANDOM = numpy.random.default_rng(3)
HELD = {
    "table": RANDOM.normal(0, 2, (5, 13)).astype(numpy.float32), "small": numpy.float32([[16.0]]),
    "pick": numpy.eye(13, dtype=numpy.float32)[:7], "mixed": RANDOM.normal(0, 1, (13, 4)).astype(numpy.float32),
    "at": numpy.array([0, 2]), "wrong": numpy.float32([[numpy.nan]]),
}  # fmt: skip
NODES = [
    node_of("MatMul", ["table", "mixed"], ["product"]), node_of("Relu", ["product"], ["relu"]),
    node_of("Sigmoid", ["relu"], ["share"]), node_of("Mul", ["share", "small"], ["scaled"]),
    node_of("Sub", ["scaled", "share"], ["less"]), node_of("Transpose", ["scaled"], ["turned"]),
    node_of("Gather", ["turned", "at"], ["picked"]), node_of("Transpose", ["table"], ["laid"]),
    node_of("Einsum", ["table", "pick"], ["looked_up"], equation="hw,iw->hi"),
    node_of("Exp", ["table"], ["exp"]), node_of("Mul", ["share", "wrong"], ["unsound"]),
]  # fmt: skip
MADE = ["product", "relu", "share", "scaled", "less", "turned", "picked", "looked_up"]


def magnitudes() -> tuple[Magnitudes, dict[str, Any]]:
    """Those of the constants above, and what these are."""
    stored = [numpy_helper.from_array(array, name) for name, array in HELD.items()]
    results = [helper.make_empty_tensor_value_info(name) for node in NODES for name in node.output]
    graph = helper.make_graph(NODES, "net", [], results, stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    names = [one.name for one in results]
    numbers = dict(zip(names, ReferenceEvaluator(model).run(None, {}), strict=True)) | HELD
    values = {name: Constant(array.shape, None, ()) for name, array in numbers.items()}
    makers = {name: node for node in steps(graph.node) for name in node.output}
    working = Working(makers, {one.name: one for one in graph.initializer}, values)
    return Magnitudes(makers, working, values), numbers


@pytest.mark.parametrize("name", MADE)
def test_no_number_is_larger(name: str) -> None:
    found, numbers = magnitudes()
    assert abs(numbers[name]).max() <= found.of(name) < 100


def test_what_is_picked_is_as_large_as_the_table() -> None:
    """One number of each row, not all of them."""
    found, numbers = magnitudes()
    assert found.of("looked_up") == pytest.approx(abs(numbers["table"]).max(), rel=0.01)


@pytest.mark.parametrize("name", ["exp", "unsound", "nothing"])
def test_what_is_not_known_has_no_bound(name: str) -> None:
    assert not magnitudes()[0].of(name) < inf


def test_what_is_made_is_told_from_what_is_laid_out() -> None:
    found, _ = magnitudes()
    assert [name for name in (*MADE, *HELD, "laid") if found.is_made(name)] == MADE
