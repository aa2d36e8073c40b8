"""What is written into tensors, and what constants leave out of them, by the operator specification."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from onnx.reference import ReferenceEvaluator
from witnesses.dependence import depends_as_told

import rfcli
from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, trained

ROW = Map((1, 2, 1, 6))
HALF, STRIPES = numpy.float32([1, 1, 1, 0, 0, 0]), numpy.float32([1, 0, 1, 0, 0, 1])


def cropped(*sides: list[int]) -> list[tuple[str, dict[str, object]]]:
    """What is left of a map inside sides of zeros."""
    return [("crop", {"cropping": list(sides)}), ("pad", {"padding": list(sides)})]


def places(*runs: range) -> numpy.ndarray:
    return numpy.stack(numpy.meshgrid(*runs, indexing="ij"), -1)


WRITES = [
    # The last three columns are those of another: both among zeros, added.
    case([node("Transpose", X, perm=[3, 1, 2, 0]), node("Transpose", Map((1, 4, 5, 3)), perm=[3, 1, 2, 0]),
          node("ScatterND", Before(0), numpy.array([[3], [4], [5]]), Before(1)),
          node("Transpose", Before(), perm=[3, 1, 2, 0]), node("MaxPool", Before(), kernel_shape=[1, 2])],
         "identity", "identity", ("crop", {"cropping": [[0, 0], [0, 3]]}),
         ("pad", {"padding": [[0, 0], [0, 3]]}), ("pad", {"padding": [[0, 0], [3, 0]]}), "add", "identity",
         ("max_pool", {"kernel": [1, 2], "stride": 1})),
    case(node("ScatterND", X, places(range(1), range(4), range(5), range(6)), Map((1, 4, 5, 6))), "identity"),
    case(node("ScatterND", X, numpy.array([[0, 2], [0, 1]]), Map((2, 5, 6))),
         unknown="ScatterND: it writes at places that are no box"),
    # Channels are put behind one another.
    case(node("ScatterElements", X, numpy.full((1, 1, 5, 6), 3), Map((1, 1, 5, 6)), axis=1),
         ("channel_slice", {"end": 3}), "concat"),
    case(node("ScatterElements", X, numpy.zeros((1, 4, 1, 6), int), numpy.zeros((1, 4, 1, 6), numpy.float32), axis=2),
         ("crop", {"cropping": [[1, 0], [0, 0]]}), ("pad", {"padding": [[1, 0], [0, 0]]})),
    case(node("ScatterElements", X, numpy.arange(24).reshape(1, 4, 1, 6) % 5, Map((1, 4, 1, 6)), axis=2),
         unknown="ScatterElements: it writes at places that are no box"),
    case(node("Trilu", ROW, upper=0), *cropped([0, 0], [0, 5]), "identity"),
    case(node("Trilu", Map((1, 2, 20, 20))), unknown="Trilu: a constant leaves out positions of its input, in a pattern "
         "that has no layer: they count as read"),
]  # fmt: skip
MASKS = [
    case([node("Mul", ROW, HALF), node("MaxPool", Before(), kernel_shape=[1, 3])], *cropped([0, 0], [0, 3]), "identity",
         ("max_pool", {"kernel": [1, 3], "stride": 1})),
    case(node("Mul", STRIPES, ROW), *cropped([0, 0], [0, 5]), *cropped([0, 0], [2, 3]), *cropped([0, 0], [5, 0]), "add",
         "identity"),
    case(node("Mul", X, numpy.zeros((5, 1), numpy.float32)), "zeros", "identity", evaluated=False),
    case(node("Where", HALF > 0, ROW, numpy.float32(0)), *cropped([0, 0], [0, 3]), "identity"),
    case(node("Where", HALF > 0, ROW, Map((1, 2, 1, 6))), *cropped([0, 0], [0, 3]), *cropped([0, 0], [3, 0]), "add"),
]  # fmt: skip


@pytest.mark.parametrize("one", [*WRITES, *MASKS])
def test_operation(one: Case) -> None:
    agrees(one)


def test_patterns_are_told() -> None:
    """Of what is left in many pieces all counts as read, which is told; a mask of 0 and 1 is no parameter."""
    pattern = (numpy.arange(40) % 2).astype(numpy.float32)
    (one,) = case(node("Mul", Map((1, 2, 1, 40)), pattern)).values
    architecture = rfcli.loads(one.model().SerializeToString(), "one.onnx")
    (told,) = architecture.remarks
    assert "leaves out positions of its input" in told and "they count as read" in told
    assert rfcli.compute(architecture).total.params == 0


def rows(*numbers: int) -> numpy.ndarray:
    """Places along the third of four dimensions."""
    return numpy.broadcast_to(numpy.array(numbers).reshape(1, 1, -1, 1), (1, 4, len(numbers), 6)).copy()


ZEROS = numpy.zeros((1, 4, 5, 6), numpy.float32)
APART: dict[str, list[Any]] = {
    "rows of zeros": [node("ScatterElements", ZEROS, rows(0, 2, 4), Map((1, 4, 3, 6)), axis=2)],
    "rows of a map": [node("ScatterElements", X, rows(1, 3), Map((1, 4, 2, 6)), axis=2)],
    "rows and columns": [
        node("ScatterND", ZEROS, places(range(1), range(4), range(1, 5, 2), range(2, 6, 3)), Map((1, 4, 2, 2)))
    ],
    "columns that lie first": [
        node("Transpose", Map((1, 4, 5, 3)), perm=[3, 1, 2, 0]),
        node("ScatterND", numpy.zeros((6, 4, 5, 1), numpy.float32), numpy.array([[0], [2], [4]]), Before()),
        node("Transpose", Before(), perm=[3, 1, 2, 0]),
    ],
    "zeros into a map": [node("ScatterElements", X, rows(0, 2, 4), numpy.zeros((1, 4, 3, 6), numpy.float32), axis=2)],
}


@pytest.mark.parametrize("row", APART)
def test_writes_at_equal_distances(row: str) -> None:
    """No zero is a parameter, and positions depend on what the evaluator says."""
    one = Case(tuple(APART[row]), (), "", 21, True)
    architecture = rfcli.loads(one.model().SerializeToString(), "one.onnx")
    assert not [entry for entry in architecture.entries if entry.layer.given.get("unknown")]
    assert rfcli.compute(architecture).total.params == 0
    evaluator = ReferenceEvaluator(one.model())
    depends_as_told(architecture, lambda given: evaluator.run(None, given), one.maps)


def test_weights_at_equal_distances_are_parameters() -> None:
    one = Case((node("ScatterElements", X, rows(1, 3), trained(1, 4, 2, 6), axis=2),), (), "", 21, True)
    assert rfcli.compute(rfcli.loads(one.model().SerializeToString(), "one.onnx")).total.params == 48


@pytest.mark.parametrize("places", [rows(0, 2), rows(0, 1, 4), rows(4, 2, 0)])
def test_writes_at_other_places(places: numpy.ndarray) -> None:
    one = Case((node("ScatterElements", X, places, Map((1, 4, places.shape[2], 6)), axis=2),), (), "", 21, True)
    architecture = rfcli.loads(one.model().SerializeToString(), "one.onnx")
    assert architecture.entries[-1].layer.given["unknown"].startswith("ScatterElements: ")
