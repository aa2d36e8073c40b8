"""Modules that are one convolution, or two or three that stand for one."""

import pytest

from readers.yolo.rows import block, holds


def rep(c):
    return block(c, c, 3) + block(c, c)


ROWS = {
    # row: parameters, channels, (field size, stride)
    "[-1, 1, Conv, [32, 3, 2]]": (block(64, 32, 3), 32, (3, 2)),
    "[-1, 1, Conv, [32, [1, 5], [1, 1]]]": (block(64, 32, (1, 5)), 32, ((1, 5), 1)),
    "[-1, 1, Conv, [32, 3, 1, null, 4, 2, False]]": (block(64, 32, 3, 4), 32, (5, 1)),
    "[-1, 1, Conv, [32, 2, 1, 0]]": (block(64, 32, 2), 32, (2, 1)),
    "[-1, 3, Conv, [64, 3]]": (3 * block(64, 64, 3), 64, (7, 1)),
    "[-1, 1, Conv2, [64, 32]]": (64 * 32 * 10 + 64, 32, (3, 1)),
    "[-1, 1, LightConv, [64, 32, 5]]": (block(64, 32) + block(32, 32, 5, 32), 32, (5, 1)),
    "[-1, 1, DWConv, [96, 3, 2]]": (block(64, 96, 3, 32), 96, (3, 2)),
    "[-1, 1, ConvTranspose, [32, 2, 2]]": (64 * 32 * 4 + 64, 32, (1, 0.5)),
    "[-1, 1, DWConvTranspose2d, [64, 4, 2, 1]]": (64 * 16 + 64, 64, (2, 0.5)),
    "[-1, 1, Focus, [32, 3]]": (block(256, 32, 3), 32, (6, 2)),
    "[-1, 1, GhostConv, [32, 3, 2]]": (block(64, 16, 3) + block(16, 16, 5, 16), 32, (11, 2)),
    "[-1, 1, RepConv, [64, 64]]": (rep(64), 64, (3, 1)),
    "[-1, 1, RepConv, [64, 64, 3, 1, 1, 1, 1, True, True]]": (rep(64) + 128, 64, (3, 1)),
    "[-1, 1, AConv, [32]]": (block(64, 32, 3), 32, (4, 2)),
    "[-1, 1, ADown, [48]]": (block(32, 24, 3) + block(32, 24), 48, (4, 2)),
    "[-1, 1, SCDown, [32, 3, 2]]": (block(64, 32) + block(32, 32, 3, 32), 32, (3, 2)),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_module(row):
    holds(row, *ROWS[row])
