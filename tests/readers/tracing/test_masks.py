"""What masks leave, in arrays of NumPy; the readers' tests have the same in tensors of PyTorch."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from rfcli.readers.tracing.maps import Atom
from rfcli.readers.tracing.masks import diagonals, parted
from rfcli.readers.tracing.reach import Reach

AWAY = numpy.arange(5) - numpy.arange(5)[:, None]
"""How far a key, across, stands from a query, down."""


@pytest.mark.parametrize(
    ("masked", "left"),
    [
        (AWAY > 0, "before"),
        (AWAY < 0, "after"),
        (abs(AWAY) > 1, (-1, 1)),
        (AWAY != 0, (0, 0)),
        (AWAY == 0, None),
        (AWAY > -9, None),
        ((AWAY > 0)[:, :4], None),
    ],
)
def test_diagonals(masked: Any, left: object) -> None:
    assert diagonals(masked[None], numpy) == left


def test_heads_that_differ() -> None:
    assert diagonals(numpy.stack([AWAY > 0, AWAY < 0]), numpy) is None


def test_windows_that_go_round_the_border() -> None:
    """Windows of four of eight samples, moved by two: the last window has samples 6, 7, 0 and 1."""
    window, row, column = Atom(0, 2, 4), Atom(0, 4, 1), Atom(0, 4, 1)
    found = parted([window], [row], [column], Reach({0: 4}, {0: 2}, {}), numpy)
    sample = [[(4 * one + at + 2) % 8 for at in range(4)] for one in range(2)]
    wanted = [[[abs(a - b) > 4 for b in places] for a in places] for places in sample]
    assert numpy.broadcast_to(found, (2, 4, 4)).tolist() == wanted
