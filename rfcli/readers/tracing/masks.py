"""What masks leave of the scores of attention. Their numbers are arrays of NumPy or tensors of PyTorch: `library` is
that of the two that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from rfcli.readers.tracing.attention import Left
from rfcli.readers.tracing.maps import Atom
from rfcli.readers.tracing.reach import Reach


def parted(leading: Sequence[Atom], row: Sequence[Atom], column: Sequence[Atom], reach: Reach, library: Any) -> Any:
    """The pairs of positions that the border parts in rolled windows, for each entry of the atoms; all sizes are
    known."""
    atoms = [*leading, *row, *column]
    apart: Any = None
    for axis, roll in reach.shift.items():
        n = prod(atom.size or 1 for atom in (*leading, *row) if atom.role == axis)
        sides = []
        for inner in (range(len(leading), len(leading) + len(row)), range(len(leading) + len(row), len(atoms))):
            place: Any = 0
            for at in (*range(len(leading)), *inner):
                if atoms[at].role == axis:
                    along = [-1 if one == at else 1 for one in range(len(atoms))]
                    place = place + (library.arange(atoms[at].size or 1) * atoms[at].step).reshape(along)
            sides.append(place + roll >= n)
        across = sides[0] != sides[1]
        apart = across if apart is None else apart | across
    return False if apart is None else apart


def diagonals(masked: Any, library: Any) -> Left | None:
    """What each row of a mask leaves, where that is the same for all: one side, or diagonals side by side. `masked` has
    a matrix for each of the leading dimensions."""
    n = masked.shape[-1]
    if masked.shape[-2] != n:
        return None
    away = library.arange(n) - library.arange(n).reshape([n, 1])
    kept = away[~masked.all(0)]
    if not len(kept):
        return None
    first, last = int(kept.min()), int(kept.max())
    if bool((masked != ((away < first) | (away > last))).any()):
        return None
    sides: dict[tuple[int, int], Left] = {(1 - n, 0): "before", (0, n - 1): "after"}
    return sides.get((first, last), (first, last))
