"""Entries that operations move out of their rows, and back into them."""

from __future__ import annotations

from typing import Any

import pytest
from onnx.reference import ReferenceEvaluator
from witnesses.dependence import depends_as_told

import rfcli
from readers.onnx.one_node import Before, Case, Map, node, trained, whole

X = Map((1, 5, 2, 3))
"""Logits of relative positions of rows of three samples, behind a transposition."""
ROWS = [node("Transpose", X, perm=[0, 2, 3, 1]), node("Reshape", Before(), whole(2, 3, 5))]
BACK = [
    node("Slice", Before(), whole(0), whole(3), whole(1)),
    node("Slice", Before(), whole(2), whole(9), whole(2)),
    node("Reshape", Before(), whole(1, 2, 3, 3)),
    node("Transpose", Before(), perm=[0, 3, 1, 2]),
]
WIDE = node("Pad", Before(), whole(0, 0, 0, 0, 0, 1))
CUT = node("Reshape", Before(), whole(2, 4, 5))
FLAT = [*ROWS, WIDE, node("Flatten", Before())]
CHAINS: dict[str, list[Any]] = {
    "padded": [*FLAT, node("Pad", Before(), whole(0, 0, 0, 2)), CUT, *BACK],
    "padded along an axis": [*FLAT, node("Pad", Before(), whole(0, 2), None, whole(1)), CUT, *BACK],
}


@pytest.mark.parametrize("chain", CHAINS)
def test_rows_are_read_where_they_lie(chain: str) -> None:
    one = Case(tuple(CHAINS[chain]), (), "", 21, True)
    architecture = rfcli.loads(one.model().SerializeToString(), "one.onnx")
    assert not [entry for entry in architecture.entries if entry.layer.given.get("unknown")]
    assert rfcli.compute(architecture).total.params == 0
    evaluator = ReferenceEvaluator(one.model())
    depends_as_told(architecture, lambda given: evaluator.run(None, given), one.maps)


NOWHERE: dict[str, list[Any]] = {
    "each reads the next row": [*ROWS, node("Reshape", Before(), whole(2, 5, 3)), *BACK],
    "weights beside them": [*FLAT, node("Concat", Before(), trained(2, 2), axis=1), CUT, *BACK],
    "padded by what they hold": [*FLAT, node("Pad", Before(), whole(0, 0, 0, 2), mode="edge"), CUT, *BACK],
}


@pytest.mark.parametrize("chain", NOWHERE)
def test_rows_that_are_not_known(chain: str) -> None:
    one = Case(tuple(NOWHERE[chain]), (), "", 21, True)
    architecture = rfcli.loads(one.model().SerializeToString(), "one.onnx")
    assert [entry for entry in architecture.entries if entry.layer.given.get("unknown")]
