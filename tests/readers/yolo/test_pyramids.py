"""Pyramids of pools."""

import pytest

from readers.yolo.rows import block, holds

ROWS = {
    # row: parameters, channels, (field size, stride)
    "[-1, 1, SPP, [64, [5, 9]]]": (block(64, 32) + block(96, 64), 64, (9, 1)),
    "[-1, 1, SPPF, [64, 5]]": (block(64, 32) + block(128, 64), 64, (13, 1)),
    "[-1, 1, SPPF, [64, 5, 2, True]]": (block(64, 32) + block(96, 64), 64, (9, 1)),
    "[-1, 1, SPPELAN, [64, 32]]": (block(64, 32) + block(128, 64), 64, (13, 1)),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_module(row):
    holds(row, *ROWS[row])
