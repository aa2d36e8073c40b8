"""Entries that are moved out of their rows and lie in them again."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.moved import MOST, atoms_of, in_place


def numbered(rows: int, n: int, width: int) -> list[list[int]]:
    """Rows of `width` entries, numbered from 1, in each of some tables of `n` rows."""
    return [[1 + (table * n + row) * width + at for at in range(width)] for table in range(rows) for row in range(n)]


def logits(tables: int, n: int) -> list[int]:
    """Logits of relative positions, 1 - n to n - 1 in each row, by the position that they are of."""
    table = numbered(tables, n, 2 * n - 1)
    return [table[row][n - 1 + at - row % n] for row in range(tables * n) for at in range(n)]


def test_logits_of_relative_positions() -> None:
    made = tracer(1)
    x = mapped("b1 h4 c7")
    assert layout(in_place(made, "out", x, [1, 4, 4], logits(1, 4))) == "1 h4 c4"
    assert layers(made) == ["out = custom(x, filters=4, params=0, macs=0, mixes=some)"]


def test_positions_may_lie_beside_channels() -> None:
    x = mapped("c2.h3 w4.c7")
    assert layout(in_place(tracer(), "out", x, [6, 4, 4], logits(6, 4))) == "c2/4.h3 w4 c4"
    assert layout(in_place(tracer(), "out", x, [2, 3, 4, 4], logits(6, 4))) == "c2/4 h3 w4 c4"


def test_places_without_entries_count_nowhere() -> None:
    padded = [entry for row in range(3) for entry in (0, 1 + row, 0)]
    assert layout(in_place(tracer(1), "out", mapped("h3"), [3, 3], padded)) == "h3 c3"


@pytest.mark.parametrize(
    ("x", "shape", "entries"),
    [
        ("b1 h3 c2", [1, 3, 2], [3, 4, 5, 6, 1, 2]),  # rolled by a row
        ("b1 h3 c2", [1, 3, 2], [1, 2, 3, 4, 5, 1]),  # the last row reads the first
        ("b1 h3 c2", [1, 2, 2], [1, 2, 3, 4]),  # a row is left out
        ("b1 h3 c2", [1, 3, 2], [1, 2, 3, 4, 5]),  # of another tensor
        ("b1 h? c2", [1, 3, 2], [1, 2, 3, 4, 5, 6]),
        ("b1 h3 h3!", [1, 3, 3], list(range(1, 10))),  # scores may be masked
        (f"b1 h{MOST} c2", [1, MOST, 2], []),
    ],
)
def test_entries_elsewhere(x: str, shape: list[int], entries: list[int]) -> None:
    made = tracer(1)
    assert in_place(made, "out", mapped(x), shape, entries) is None and not layers(made)


def test_atoms() -> None:
    assert [atom.size for atom in atoms_of(mapped("b1 c2.h3 w4")) or ()] == [2, 3, 4]
    assert atoms_of(mapped("b1 1+h3+0 c2")) is None and atoms_of(mapped("b c2 h3")) is None
