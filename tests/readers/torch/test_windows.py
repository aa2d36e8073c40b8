"""Convolutions and pools of ATen."""

from __future__ import annotations

import pytest
from readers.torch.operations import IMAGE, SEQUENCE, VOLUME, Row, W, X, check, row

pytestmark = pytest.mark.torch

ROWS = [
    row("conv1d", X(SEQUENCE), W((6, 4, 3)), layers="conv kernel=3 bias=false filters=6"),
    row("conv1d", X(SEQUENCE), W((6, 4, 3)), None, [1], "same", layers="conv kernel=3 bias=false padding=1 filters=6"),
    row("conv2d", X(IMAGE), W((6, 2, 3, 1)), W((6,)), [2, 1], [1, 0], [1, 1], 2,
        layers="conv kernel=[3,1] stride=[2,1] padding=[1,0] groups=2 filters=6"),
    row("conv2d", X(IMAGE), W((4, 4, 2, 2)), None, [1, 1], "same", [1, 3],
        layers="conv kernel=2 padding=[[0,1],[1,2]] dilation=[1,3] bias=false filters=4"),
    row("conv2d", X(IMAGE), W((4, 4, 2, 2)), None, [2, 2], "valid", layers="conv kernel=2 stride=2 bias=false filters=4"),
    row("conv3d", X(VOLUME), W((3, 2, 1, 2, 3)), None, [1, 1, 2], [1, 1, 1],
        layers="conv kernel=[1,2,3] stride=[1,1,2] padding=1 bias=false filters=3"),
    row("convolution", X(IMAGE), W((2, 4, 3, 3)), W((2,)), [1, 2], [0, 1], [2, 1], False, [0, 0], 1,
        layers="conv kernel=3 stride=[1,2] padding=[0,1] dilation=[2,1] filters=2"),
    row("convolution", X(IMAGE), W((4, 2, 3, 3)), None, [2, 3], [1, 0], [1, 1], True, [1, 0], 2,
        layers="conv_transpose kernel=3 stride=[2,3] padding=[1,0] output_padding=[1,0] groups=2 bias=false filters=4"),
    row("conv_transpose1d", X(SEQUENCE), W((4, 3, 4)), W((3,)), [2], [1],
        layers="conv_transpose kernel=4 stride=2 padding=1 filters=3"),
    row("conv_transpose2d", X(IMAGE), W((4, 3, 2, 3)), None, [2, 2], [0, 0], [1, 1], 1, [2, 2],
        layers="conv_transpose kernel=[2,3] stride=2 output_padding=1 dilation=2 bias=false filters=3"),
    row("conv_transpose3d", X(VOLUME), W((2, 1, 2, 2, 2)), None, [1, 2, 1],
        layers="conv_transpose kernel=2 stride=[1,2,1] bias=false filters=1"),
    row("max_pool1d", X(SEQUENCE), [3], [2], [1], layers="max_pool kernel=3 stride=2 padding=1"),
    row("max_pool2d", X(IMAGE), [2, 3], layers="max_pool kernel=[2,3] stride=[2,3]"),
    row("max_pool2d", X(IMAGE), 3, 2, 1, 1, True, layers="max_pool kernel=3 stride=2 padding=1 ceil_mode=true"),
    row("max_pool2d", X(IMAGE), 2, 1, 0, [1, 4], layers="max_pool kernel=2 stride=1 dilation=[1,4]"),
    row("max_pool3d", X(VOLUME), 2, layers="max_pool kernel=2 stride=2"),
    row("max_pool1d_with_indices", X(SEQUENCE), [2], layers="max_pool kernel=2 stride=2"),
    row("max_pool2d_with_indices", X(IMAGE), 3, 1, 1, layers="max_pool kernel=3 stride=1 padding=1"),
    row("max_pool3d_with_indices", X(VOLUME), [1, 2, 2], layers="max_pool kernel=[1,2,2] stride=[1,2,2]"),
    row("avg_pool1d", X(SEQUENCE), [4], [2], [2], layers="avg_pool kernel=4 stride=2 padding=2"),
    row("avg_pool2d", X(IMAGE), 3, 2, 1, True, False, layers="avg_pool kernel=3 stride=2 padding=1 ceil_mode=true"),
    row("avg_pool3d", X(VOLUME), [2, 1, 3], [1, 1, 3], layers="avg_pool kernel=[2,1,3] stride=[1,1,3]"),
    # A last window that is a partial one may be the only one.
    row("avg_pool1d", X((1, 4, 2)), [3], [2], 0, True, layers="avg_pool kernel=3 stride=2 ceil_mode=true"),
    row("avg_pool2d", X((1, 4, 3, 2)), 4, 3, 0, True, layers="avg_pool kernel=4 stride=3 ceil_mode=true"),
    row("max_pool2d", X((1, 4, 5, 2)), 3, 2, 0, 1, True, layers="max_pool kernel=3 stride=2 ceil_mode=true"),
    row("max_pool3d", X((1, 2, 2, 2, 3)), 3, 2, 0, 1, True, layers="max_pool kernel=3 stride=2 ceil_mode=true"),
    row("conv2d", X(IMAGE), X((6, 4, 3, 3)), layers="unknown aten.conv2d: its weights are computed from data"),
    row("stft", X((1, 1, 40)), 16, 4, None, None, False, True, True, before=lambda x: x.squeeze(1), then=lambda x, y: y.abs(),
        layers="identity; custom kernel=16 stride=4 filters=9 params=0 macs=0; identity"),
    row("stft", X((1, 1, 40)), 16, 8, 12, None, False, False, True, before=lambda x: x.squeeze(1), then=lambda x, y: y.abs(),
        layers="identity; custom kernel=12 stride=8 padding=-2 filters=16 params=0 macs=0; identity"),
    row("view_as_real", X((1, 1, 40)), before=lambda x: x.squeeze(1).stft(16, 8, window=x.new_ones(16), return_complex=True, center=False),
        layers="identity; custom kernel=16 stride=8 filters=9 params=0 macs=0; custom filters=18 params=0 macs=0"),
    row("view_as_complex", X((1, 2, 9)), before=lambda x: x.transpose(1, 2).contiguous(), then=lambda x, y: y.abs(), places=(1,),
        layers="identity; custom filters=1 params=0 macs=0; identity"),
    # Local response normalisation puts channels into the place of an axis.
    row("avg_pool2d", X(SEQUENCE), [3, 1], 1, [1, 0], layers="identity; custom filters=4 params=0 macs=0; identity",
        before=lambda x: x.unsqueeze(1), then=lambda x, y: y.squeeze(1)),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)
