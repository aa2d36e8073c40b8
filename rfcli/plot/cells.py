"""What is read of a map, as few rectangles: where an output looks, its holes, and all that lies outside."""

from __future__ import annotations

from itertools import pairwise

from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rfcli.engine.joint import Points

    Runs = Sequence[tuple[int, int]]
    """The first and the last of samples that follow each other, in order."""
    Box = tuple[int, int, int, int]
    """Rows from the first up to, and columns from the first up to: (top, bottom, left, right), half open."""

MOST_CELLS = 250_000
"""Cells that are told apart; finer holes are not drawn."""


class Rows(Value):
    """What is read of a plane: stretches of rows that read the same samples, half open, and the runs of these."""

    rows: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...]
    coarse: bool = False
    """Whether there are holes that are too fine to be told."""

    @staticmethod
    def product(down: Runs, across: Runs) -> Rows:
        """Rows and columns that are read apart from each other."""
        if len(down) * len(across) > MOST_CELLS:
            return Rows(((down[0][0], down[-1][1] + 1, ((across[0][0], across[-1][1]),)),), True)
        kept = tuple(across)
        return Rows(tuple([(first, last + 1, kept) for first, last in down]) if kept else ())

    @staticmethod
    def points(points: Iterable[tuple[int, Runs]]) -> Rows:
        """Points, row by row in order."""
        found: list[tuple[int, int, tuple[tuple[int, int], ...]]] = []
        for row, runs in points:
            kept = tuple(runs)
            if found and found[-1][1] == row and found[-1][2] == kept:
                found[-1] = (found[-1][0], row + 1, kept)
            elif kept:
                found.append((row, row + 1, kept))
        return Rows(tuple(found))

    def boxes(self) -> list[Box]:
        """What is read."""
        return [(top, bottom, u, v + 1) for top, bottom, runs in self.rows for u, v in runs]

    def united(self, other: Rows) -> Rows:
        """What either reads."""
        edges = sorted({edge for rows in (self, other) for one in rows.rows for edge in one[:2]})
        stretches: list[tuple[int, int, tuple[tuple[int, int], ...]]] = []
        for top, bottom in pairwise(edges):
            both = (*self.rows, *other.rows)
            runs = [run for a, b, have in both if a <= top and bottom <= b for run in have]
            if runs:
                stretches.append((top, bottom, _merged(runs)))
        return Rows(tuple(stretches), self.coarse or other.coarse)

    def outside(self, height: int, width: int) -> list[Box]:
        """All of a map that is not read."""
        found, at = [], 0
        for top, bottom, runs in self.rows:
            if top > at:
                found.append((at, top, 0, width))
            left = 0
            for u, v in runs:
                if u > left:
                    found.append((top, bottom, left, u))
                left = v + 1
            if left < width:
                found.append((top, bottom, left, width))
            at = bottom
        if at < height:
            found.append((at, height, 0, width))
        return found


def _merged(runs: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Runs in order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(runs):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def beyond(region: Sequence[tuple[int, int]], sizes: Sequence[int]) -> list[Box]:
    """The part of a region, first and last along two axes, that lies in the padding around the map."""
    (top, bottom), (left, right) = [(u, v + 1) for u, v in region]
    height, width = sizes
    found = []
    if top < 0:
        found.append((top, min(bottom, 0), left, right))
    if bottom > height:
        found.append((max(top, height), bottom, left, right))
    middle = max(top, 0), min(bottom, height)
    if middle[0] < middle[1]:
        if left < 0:
            found.append((*middle, left, min(right, 0)))
        if right > width:
            found.append((*middle, max(left, width), right))
    return found


def plane(points: Points, axes: tuple[int, int], at: Sequence[int]) -> Rows:
    """The points of a plane along two axes of three, at a sample of the third; of two axes, all of them."""
    rows = points.rows
    if len(at) == 2:
        return Rows.points((place[0], rows[place].runs) for place in sorted(rows))
    if axes == (1, 2):
        return Rows.points((place[1], rows[place].runs) for place in sorted(rows) if place[0] == at[0])
    if axes == (0, 2):
        return Rows.points((place[0], rows[place].runs) for place in sorted(rows) if place[1] == at[1])
    columns: dict[int, list[tuple[int, int]]] = {}
    for d, h in sorted(rows):
        if rows[d, h].within(at[2], at[2]).bits:
            columns.setdefault(d, []).append((h, h))
    return Rows.points((d, _merged(runs)) for d, runs in sorted(columns.items()))
