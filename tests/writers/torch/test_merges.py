"""Merges for torch: expressions, not modules."""

from __future__ import annotations

import pytest
from writers.torch.sources import written

CASES = [
    ("add", 2, "x1 + x2"),
    ("multiply", 3, "x1 * x2 * x3"),
    ("max", 3, "torch.maximum(torch.maximum(x1, x2), x3)"),
    ("concat", 2, "torch.cat([x1, x2], 1)"),
    ("correlation", 2, "correlate(x1, x2)"),
]


@pytest.mark.parametrize(("type", "inputs", "wanted"), CASES)
def test_written(type: str, inputs: int, wanted: str) -> None:
    assert written(type, {}, inputs=inputs) == wanted
