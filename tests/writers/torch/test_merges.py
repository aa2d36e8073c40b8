"""Merges for torch: expressions, not modules."""

from __future__ import annotations

import pytest
from writers.torch.sources import written

CASES: list[tuple[str, int, str, dict[str, object]]] = [
    ("add", 2, "x1 + x2", {}),
    ("multiply", 3, "x1 * x2 * x3", {}),
    ("max", 3, "torch.maximum(torch.maximum(x1, x2), x3)", {}),
    ("concat", 2, "torch.cat([x1, x2], 1)", {}),
    ("correlation", 2, "correlate(x1, x2)", {}),
    ("cost_volume", 2, "cost_volume(x1, x2, [range(-4, 5), range(-4, 5)])", {"max_displacement": 4}),
    (
        "cost_volume",
        2,
        "cost_volume(x1, x2, [range(0, 1), range(-7, 1)], compare='concat')",
        {"max_displacement": [0, [7, 0]], "compare": "concat"},
    ),
    (
        "cost_volume",
        2,
        "cost_volume(x1, x2, [range(-4, 5, 2), range(-4, 5, 2)], kernel=(3, 3), stride=(2, 2), "
        "sides=(1, 1, 1, 1), groups=4)",
        {"max_displacement": 5, "displacement_stride": 2, "kernel": 3, "stride": 2, "groups": 4},
    ),
]


@pytest.mark.parametrize(("type", "inputs", "wanted", "given"), CASES)
def test_written(type: str, inputs: int, wanted: str, given: dict[str, object]) -> None:
    assert written(type, given, inputs=inputs) == wanted
