"""Layers with several inputs."""

from __future__ import annotations

import pytest
from witnesses.dependence import Map

from writers.onnx.one_layer import Case, agrees, case, op

TWO, THREE = (Map(), Map()), (Map(), Map(), Map())
POOLED = {"type": "global_max_pool"}

MERGES = [
    case({"type": "add"}, op("Sum"), maps=TWO),
    case({"type": "add"}, op("Identity")),
    case({"type": "multiply"}, op("Mul"), op("Mul"), maps=THREE),
    case({"type": "multiply"}, op("Identity")),
    case({"type": "max"}, op("Max"), maps=THREE),
    case({"type": "concat"}, op("Concat", axis=1), maps=TWO),
    case({"type": "correlation", "inputs": ["x0", "x1"]}, maps=TWO, refused="one kernel for all samples of a batch"),
    case({"type": "cost_volume", "max_displacement": 1, "inputs": ["x0", "x1"]}, maps=TWO, refused="no operator that compares"),
    # One sample is repeated beside several.
    case([POOLED, {"type": "concat", "inputs": ["x0", "it"]}], op("GlobalMaxPool"), op("Expand", [1, 1, 5, 6]), op("Concat", axis=1)),
    case([POOLED, {"type": "add", "inputs": ["x0", "it"]}], op("GlobalMaxPool"), op("Sum")),
]  # fmt: skip


@pytest.mark.parametrize("one", MERGES)
def test_merge(one: Case) -> None:
    agrees(one)
