"""The numbers of constants, worked out by running the nodes that make them."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from onnx import helper, numpy_helper

from rfcli.readers.onnx.evaluation import Evaluator
from rfcli.readers.onnx.steps import steps
from rfcli.readers.tracing.maps import Constant, Map


def evaluator(nodes: list[Any], held: dict[str, Any], values: dict[str, Any]) -> Evaluator:
    stored = [numpy_helper.from_array(array, name) for name, array in held.items()]
    graph = helper.make_graph(nodes, "net", [], [], stored)
    return Evaluator(graph, 17, {name: node for node in steps(graph.node) for name in node.output}, values)


NODES = [helper.make_node("Shape", ["x"], ["s"]), helper.make_node("ConstantOfShape", ["s"], ["z"]),
         helper.make_node("Add", ["z", "one"], ["y"]), helper.make_node("Mystery", ["y"], ["m"]),
         helper.make_node("Exp", ["y"], ["e"]), helper.make_node("Log", ["y"], ["l"])]  # fmt: skip
ONE = {"one": numpy.array(1, numpy.float32)}


def test_numbers() -> None:
    """Of a constant that a map's sizes make, and of none that other maps, or operations that onnx has not, make."""
    known = {name: Constant((2, 3), None, ()) for name in ("z", "y", "m")}
    numbers = evaluator(NODES, ONE, {"x": Map("x", ()), "s": Constant((2,), [2, 3], ()), **known})
    assert numbers("one").item() == 1 and numbers("y").tolist() == [[1.0] * 3] * 2
    assert numbers("m") is None and numbers("nothing") is None and numbers("x") is None


def test_sizes_that_are_not_known_make_no_numbers() -> None:
    known = {name: Constant((2, 3), None, ()) for name in ("z", "y", "m")}
    assert evaluator(NODES, ONE, {"x": Map("x", ()), "s": Constant((2,), [2, None], ()), **known})("y") is None


def test_numbers_that_are_too_many_end_their_process_alone() -> None:
    known = {name: Constant((2, 3), None, ()) for name in ("z", "y", "m")}
    sizes = Constant((2,), [1 << 20, 1 << 20], ())
    assert evaluator(NODES, ONE, {"x": Map("x", ()), "s": sizes, **known})("y") is None


def test_what_all_of_them_take_is_limited() -> None:
    """Of operations that are none of ours. One that fails leaves time to the others; without any left none is run."""
    known = {name: Constant((2, 3), None, ()) for name in ("z", "y", "m", "e", "l")}
    numbers = evaluator(NODES, ONE, {"x": Map("x", ()), "s": Constant((2,), [2, 3], ()), **known})
    assert numbers("m") is None and numbers.left > 0
    assert numbers("e").shape == (2, 3)
    numbers.left = 0
    assert numbers("l") is None and numbers("e") is not None and numbers("y") is not None


def test_what_is_laid_out_anew_needs_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """As tables of biases are, for each of the blocks of a transformer."""
    table = numpy.arange(6, dtype=numpy.float32).reshape(6, 1)
    nodes = [
        helper.make_node("Reshape", ["t", "s"], ["a"]), helper.make_node("Transpose", ["a"], ["b"], perm=[1, 0]),
        helper.make_node("Unsqueeze", ["b", "s"], ["c"]), helper.make_node("Transpose", ["c"], ["d"], perm=[0, 0, 1]),
    ]  # fmt: skip
    shapes = {"a": (2, 3), "b": (3, 2), "c": (1, 3, 2), "d": (1, 3, 2)}
    numbers = evaluator(nodes, {"t": table}, {name: Constant(shape, None, ()) for name, shape in shapes.items()})
    monkeypatch.setattr("rfcli.readers.onnx.evaluation.confined", lambda task, seconds: None)
    assert numbers("c").tolist() == [table.reshape(2, 3).T.tolist()]
    assert numbers("d") is None, "no order of dimensions"
