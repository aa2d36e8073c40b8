"""What backbones of other networks are made of."""

import pytest

from readers.yolo.rows import block, holds

ROWS = {
    # row: parameters, channels, (field size, stride)
    "[-1, 1, HGStem, [32, 48]]": (
        block(64, 32, 3) + block(32, 16, 2) + block(16, 32, 2) + block(64, 32, 3) + block(32, 48), 48, (11, 4)),
    "[-1, 2, HGBlock, [16, 64, 3, False, True]]": (
        block(64, 16, 3) + block(16, 16, 3) + block(96, 32) + block(32, 64), 64, (5, 1)),
    "[-1, 1, HGBlock, [16, 64, 5, True]]": (
        block(64, 16) + block(16, 16, 5, 16) + block(80, 32) + block(32, 64), 64, (5, 1)),
    "[-1, 1, ResNetLayer, [64, 32, 1, True, 1]]": (block(64, 32, 7), 32, (11, 4)),
    "[-1, 1, ResNetLayer, [64, 32, 2, False, 2]]": (
        block(64, 32) + block(32, 32, 3) + block(32, 128) + block(64, 128)
        + block(128, 32) + block(32, 32, 3) + block(32, 128), 128, (7, 2)),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_module(row):
    holds(row, *ROWS[row])
