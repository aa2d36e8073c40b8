"""Interpolations of ATen."""

from __future__ import annotations

import pytest
from readers.torch.operations import IMAGE, SEQUENCE, VOLUME, Row, X, check, row

pytestmark = pytest.mark.torch

S, A, V = X(SEQUENCE), X(IMAGE), X(VOLUME)

ROWS = [
    row("upsample_nearest1d", S, [7], layers='resize size=7 coordinates="asymmetric"'),
    row("upsample_nearest2d", A, [12, 24], 2.0, 3.0, layers='resize scale=[2,3] coordinates="asymmetric"'),
    row("upsample_nearest2d.vec", A, None, [1.5, 2.0], layers='resize scale=[1.5,2] coordinates="asymmetric"'),
    row("upsample_nearest3d", V, [4, 7, 9], layers='resize size=[4,7,9] coordinates="asymmetric"'),
    row("_upsample_nearest_exact1d", S, [7], layers="resize size=7"),
    row("_upsample_nearest_exact2d", A, [5, 11], layers="resize size=[5,11]"),
    row("_upsample_nearest_exact3d", V, [8, 10, 12], 2.0, 2.0, 2.0, layers="resize scale=2"),
    row("upsample_linear1d", S, [18], False, 2.0, layers='resize scale=2 mode="linear"'),
    row("upsample_bilinear2d", A, [9, 12], False, layers='resize size=[9,12] mode="linear"'),
    row("upsample_bilinear2d.vec", A, None, True, [2.0, 2.0],
        layers='resize size=[12,16] mode="linear" coordinates="align_corners"'),
    row("upsample_trilinear3d", V, [8, 10, 12], False, 2.0, 2.0, 2.0, layers='resize scale=2 mode="linear"'),
    row("upsample_bicubic2d", A, [12, 16], False, 2.0, 2.0, layers='resize scale=2 mode="cubic"'),
    # A third, and what is off by a rounding, are what they were written for: 9 samples become 6, 12 and, rounded, 14.
    row("upsample_nearest2d.vec", X((1, 2, 9, 9)), None, [2 / 3, 4 / 3],
        layers=f'resize scale=[{2 / 3},{4 / 3}] coordinates="asymmetric"'),
    row("upsample_nearest2d.vec", X((1, 2, 9, 9)), None, [1 / 3, 1 + 2 / 3],
        layers=f'resize scale=[{1 / 3},{1 + 2 / 3}] coordinates="asymmetric"; crop cropping=[0,[0,1]]'),
    row("upsample_linear1d.vec", X((1, 2, 100)), None, False, [0.29],
        layers='resize scale=0.29 mode="linear"; crop cropping=[[0,1]]'),
    row("_upsample_bilinear2d_aa", A, [12, 16], False, layers="unknown aten._upsample_bilinear2d_aa: interpolation against aliasing"),
    row("_upsample_bicubic2d_aa", A, [12, 16], False, layers="unknown aten._upsample_bicubic2d_aa: interpolation against aliasing"),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)
