"""Bottlenecks, with and without a shortcut."""

import pytest

from readers.yolo.rows import block, ghost_neck, holds, neck

ROWS = {
    # row: parameters, channels, (field size, stride)
    "[-1, 1, GhostBottleneck, [64]]": (ghost_neck(64), 64, (9, 1)),
    "[-1, 1, GhostBottleneck, [64, 3, 2]]": (
        ghost_neck(64) + block(32, 32, 3, 32) + block(64, 64, 3, 64) + block(64, 64), 64, (15, 2)),
    "[-1, 1, Bottleneck, [64]]": (neck(64, hidden=32), 64, (5, 1)),
    "[-1, 2, Bottleneck, [64, False]]": (2 * neck(64, hidden=32), 64, (9, 1)),
    "[-1, 1, Bottleneck, [64, True, 1, [1, 3], 1.0]]": (neck(64, 1), 64, (3, 1)),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_module(row):
    holds(row, *ROWS[row])
