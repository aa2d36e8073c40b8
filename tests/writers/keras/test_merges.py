"""Merges."""

from __future__ import annotations

import pytest

from writers.keras.rows import Refusal, Row, named, refused, written

ROWS = [
    *(Row({"type": type}, [(kind, {})], inputs=2)
      for type, kind in (("add", "Add"), ("multiply", "Multiply"), ("max", "Maximum"))),
    Row({"type": "concat"}, [("Concatenate", {"axis": -1})], inputs=3),
    Row({"type": "add"}, [("Add", {})], flat=True, inputs=2),
    Row({"type": "max"}, [("Identity", {})]),
    Row({"type": "concat"}, [("Identity", {})]),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_written(row: Row) -> None:
    assert written(row) == row.made


REFUSED = [
    Refusal({"type": "correlation", "inputs": ["x", "x"]}, "Keras has no layer whose kernel is another map"),
]


@pytest.mark.parametrize("refusal", REFUSED)
def test_refused(refusal: Refusal) -> None:
    assert refusal.why in refused(refusal)
