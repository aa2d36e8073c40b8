"""Numbers of masks, worked out without NumPy: onnx's reference evaluator is the witness."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from onnx import helper, numpy_helper
from onnx.helper import make_node as node_of
from onnx.reference import ReferenceEvaluator

from readers.onnx.one_node import whole
from rfcli.readers.onnx.steps import steps
from rfcli.readers.onnx.working import FEW, Working, are_alike, as_numpy, as_ours, is_bool, part
from rfcli.readers.tracing.arrays import Array, filled
from rfcli.readers.tracing.maps import Constant

PLACES = numpy.stack(numpy.meshgrid(range(25, 35), range(25, 35), indexing="ij"), -1)
HELD: dict[str, Any] = {
    "size": whole(40, 40), "places": PLACES, "ones": numpy.ones((10, 10), numpy.float32),
    "windows": whole(4, 10, 4, 10), "flat": whole(16, 100), "zero": numpy.zeros((), numpy.float32),
    "low": numpy.array(-100, numpy.float32), "at_1": whole(1), "at_2": whole(2),
}  # fmt: skip


def mask(name: str) -> list[Any]:
    """What shifted windows keep apart, as an exporter writes it: labels, in windows, and where these differ."""
    words = ("full", "scattered", "split", "turned", "labels", "row", "column", "differ", "same", "apart", "mask")
    full, scattered, split, turned, labels, row, column, differ, same, apart, mask = (f"{name}_{one}" for one in words)
    return [
        node_of("ConstantOfShape", ["size"], [full]), node_of("ScatterND", [full, "places", "ones"], [scattered]),
        node_of("Reshape", [scattered, "windows"], [split]), node_of("Transpose", [split], [turned], perm=[0, 2, 1, 3]),
        node_of("Reshape", [turned, "flat"], [labels]), node_of("Unsqueeze", [labels, "at_1"], [row]),
        node_of("Unsqueeze", [labels, "at_2"], [column]), node_of("Sub", [row, column], [differ]),
        node_of("Equal", [differ, "zero"], [same]), node_of("Not", [same], [apart]),
        node_of("Where", [apart, "low", differ], [mask]),
    ]  # fmt: skip


def graph_of(nodes: list[Any], held: dict[str, Any], results: list[str]) -> Any:
    stored = [numpy_helper.from_array(array, name) for name, array in held.items()]
    return helper.make_graph(nodes, "net", [], [helper.make_empty_tensor_value_info(one) for one in results], stored)


def working(nodes: list[Any], held: dict[str, Any]) -> Working:
    """All that nodes make is known to be constant, and no numbers of it."""
    graph = graph_of(nodes, held, [])
    makers = {name: node for node in steps(graph.node) for name in node.output}
    values = {name: Constant((1,), None, ()) for name in makers}
    return Working(makers, {one.name: one for one in graph.initializer}, values)


def test_a_mask_is_what_onnx_makes_of_it() -> None:
    nodes = mask("a")
    model = helper.make_model(graph_of(nodes, HELD, ["a_mask"]), opset_imports=[helper.make_opsetid("", 17)])
    (wanted,) = ReferenceEvaluator(model).run(None, {})
    found = working(nodes, HELD)("a_mask")
    assert found is not None and found.shape == wanted.shape == (16, 100, 100)
    assert (as_numpy(found) == wanted).all() and {*found.flat()} == {0.0, -100.0}


def test_what_is_made_alike_of_the_same_is_made_once() -> None:
    numbers = working([*mask("a"), *mask("b")], HELD)
    left = numbers.left
    first = numbers("a_mask")
    taken = left - numbers.left
    assert first is not None and numbers("b_mask") is first and left - numbers.left == taken


def test_numbers_with_a_fraction_are_single() -> None:
    third = {"a": numpy.array([1.0], numpy.float32), "b": numpy.array([3.0], numpy.float32)}
    found = working([node_of("Div", ["a", "b"], ["y"])], third)("y")
    assert found is not None and found.flat() == [float(numpy.float32(1) / numpy.float32(3))]


@pytest.mark.parametrize(
    ("nodes", "held"),
    [
        ([node_of("ConstantOfShape", ["n"], ["y"])], {"n": whole(FEW, 2)}),
        ([node_of("ConstantOfShape", ["n"], ["z"]), node_of("Max", ["z"] * 17, ["y"])], {"n": whole(FEW // 2)}),
        ([node_of("Concat", ["n"] * 9, ["y"], axis=0)], {"n": numpy.zeros(FEW // 8, int)}),
        ([node_of("Exp", ["n"], ["y"])], {"n": whole(1)}),
        ([node_of("Gather", ["n", "at"], ["y"])], {"n": whole(1), "at": whole(5)}),
        ([node_of("Add", ["n", "nothing"], ["y"])], {"n": whole(1)}),
        ([node_of("Mul", ["n", "n"], ["y"])], {"n": whole(1 << 40)}),
        ([node_of("Neg", ["y"], ["y"])], {}),
        ([node_of("Neg", ["z"], ["y"]), node_of("Neg", ["y"], ["z"])], {}),
        ([node_of("Neg", ["n"], ["y"], domain="other")], {"n": whole(1)}),
    ],
    ids=[
        "too many",
        "many inputs",
        "joined",
        "no operation of ours",
        "does not fit",
        "nothing",
        "too large",
        "itself",
        "a circle",
        "a domain",
    ],
)
def test_what_is_not_worked_out(nodes: list[Any], held: dict[str, Any]) -> None:
    assert working(nodes, held)("y") is None


def test_all_of_a_model_is_limited() -> None:
    numbers = working([node_of("Neg", ["n"], ["y"]), node_of("Neg", ["y"], ["z"])], {"n": whole(1)})
    assert numbers("y") is not None
    numbers.left = 0
    assert numbers("z") is None and numbers("y") is not None


def test_arrays_of_both_kinds() -> None:
    ours = Array([1, 2, 3, 4, 5, 6], (2, 3))
    theirs = as_numpy(ours)
    assert as_ours(theirs).tolist() == theirs.tolist() == ours.tolist()
    assert part(ours, 1, 2).tolist() == part(theirs, 1, 2).tolist() == [3, 6]
    assert are_alike(ours, as_ours(theirs)) and are_alike(theirs, as_numpy(ours)) and not are_alike(ours, ours * 2)
    assert as_numpy(filled((1 << 20, 1 << 20), 0.5)).shape == (1 << 20, 1 << 20)
    assert is_bool(ours == 1) and is_bool(theirs == 1) and not is_bool(ours) and not is_bool(theirs)


@pytest.mark.parametrize("kind", [numpy.float32, numpy.float64, numpy.bool_, numpy.int64])
def test_stored_windows_that_repeat_one_another_are_read_once(kind: Any) -> None:
    inner, border = numpy.zeros((1, 16, 16)), numpy.triu(numpy.full((1, 16, 16), -100.0))
    held = numpy.concatenate([inner, inner, border, inner] * 8).astype(kind)
    found = working([], {"mask": held})("mask")
    assert found is not None and (found.shape, found.flat()) == (held.shape, held.flatten().tolist())
    assert found.once() == held[[0, 2]].flatten().tolist()
    noise = numpy.random.default_rng(3).random((64, 128)).astype(kind)
    other = working([], {"noise": noise})("noise")
    assert other is not None and other.flat() == noise.flatten().tolist()
