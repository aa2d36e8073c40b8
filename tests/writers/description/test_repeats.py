"""Items alike one after another."""

from __future__ import annotations

import pytest

import rfcli
from rfcli.writers.description.repeats import counted
from writers.description.describing import described


def test_unnamed_repetition() -> None:
    layers = [{"name": f"conv_{k}", "type": "conv", "kernel": 3, "filters": 8} for k in range(1, 6)]
    assert (
        "  - {name: conv, repeat: 5, type: conv, kernel: 3, filters: 8}"
        in rfcli.described(described(layers)).splitlines()
    )


@pytest.mark.parametrize(
    ("first", "step", "text"),
    [(1, 1, "$i"), (3, 1, "$(i + 2)"), (0, 1, "$(i - 1)"), (2, 2, "$(2 * i)"), (-2, -2, "$(-2 * i)"), (5, 3, "$(2 + 3 * i)"),
     (1, 3, "$(3 * i - 2)"), (9, -2, "$(11 - 2 * i)")],
)  # fmt: skip
def test_counters(first: int, step: int, text: str) -> None:
    assert counted(first, step) == text
    expression = text.removeprefix("$").strip("()")
    assert [eval(expression, {"i": i}) for i in (1, 2, 3)] == [first, first + step, first + 2 * step]
