"""Merges."""

from __future__ import annotations

from writers.keras.rows import Refusal, Row, rows_held

ROWS = [
    *(Row({"type": type}, [(kind, {})], inputs=2)
      for type, kind in (("add", "Add"), ("multiply", "Multiply"), ("max", "Maximum"))),
    Row({"type": "concat"}, [("Concatenate", {"axis": -1})], inputs=3),
    Row({"type": "add"}, [("Add", {})], flat=True, inputs=2),
    Row({"type": "max"}, [("Identity", {})]),
    Row({"type": "concat"}, [("Identity", {})]),
]  # fmt: skip
REFUSED = [
    Refusal({"type": "correlation", "inputs": ["x", "x"]}, "Keras has no layer whose kernel is another map"),
    Refusal(
        {"type": "cost_volume", "max_displacement": 1, "inputs": ["x", "x"]}, "no layer that compares displaced maps"
    ),
]

test_written, test_refused = rows_held(ROWS, REFUSED)
