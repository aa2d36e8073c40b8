"""Operations of ATen that take parts of a tensor, or add to its ends."""

from __future__ import annotations

import pytest
from readers.torch.operations import IMAGE, SEQUENCE, VOLUME, C, Row, T, X, check, row

pytestmark = pytest.mark.torch

A, S, V = X(IMAGE), X(SEQUENCE), X(VOLUME)

ROWS = [
    row("slice.Tensor", A, 2, 1, 5, layers="crop cropping=[1,0]"),
    row("slice.Tensor", A, -1, 1, 8, 3, layers="crop cropping=[0,[1,0]]; subsample stride=[1,3]"),
    row("slice_copy.Tensor", A, 1, 1, 3, layers="channel_slice start=1 end=3"),
    row("slice.Tensor", A, 1, 0, 4, 2, layers="channel_slice end=4 step=2"),
    row("narrow", A, 3, 2, 4, layers="crop cropping=[0,2]"),
    row("narrow", A, 3, -2, 2, layers="crop cropping=[0,[6,0]]"),
    row("narrow_copy", A, 1, 2, 1, layers="channel_slice start=2 end=3"),
    row("select.int", A, 2, -1, layers="crop cropping=[[5,0],0]", places=(None, 2)),
    row("select_copy.int", A, 1, 3, layers="channel_slice start=3 end=4", places=(1, 2)),
    row("slice_scatter", S, X((1, 4, 3)), 2, 4, 7, layers="crop cropping=[[0,5]]; crop cropping=[[7,0]]; "
        "pad padding=[[0,5]]; pad padding=[[4,2]]; pad padding=[[7,0]]; add"),
    row("slice_scatter", A, X((1, 2, 6, 8)), 1, 1, 3, layers="channel_slice end=1; channel_slice start=3 end=4; concat"),
    row("slice_scatter", A, X((1, 4, 3, 8)), 2, 0, 6, 2, layers="conv_transpose bias=false filters=4 groups=4 kernel=1 params=0 macs=0 stride=[2,1]; pad padding=[[0,1],0]; crop cropping=[[1,0],0]; subsample stride=[2,1]; conv_transpose bias=false filters=4 groups=4 kernel=1 params=0 macs=0 stride=[2,1]; pad padding=[[1,0],0]; add"),
    row("select_scatter", A, T(1), 2, 0, before=lambda x: (x, x[:, :, 3]),
        layers="crop cropping=[[3,2],0]; crop cropping=[[1,0],0]; pad padding=[[0,5],0]; pad padding=[[1,0],0]; add"),
    row("diff", A, layers="crop cropping=[0,[1,0]]; crop cropping=[0,[0,1]]; add"),
    row("diff", S, 2, layers="crop cropping=[[1,0]]; crop cropping=[[0,1]]; add; "
        "crop cropping=[[1,0]]; crop cropping=[[0,1]]; add"),
    row("diff", A, 1, 1, layers="channel_slice start=1 end=4; channel_slice end=3; add"),
    row("index_select", A, 1, C([2, 0, 1]), layers="channel_slice indices=[2,0,1]"),
    # Samples of an axis by numbers: cuts, paddings and interpolations, or a few runs.
    row("index_select", S, 2, C([2, 0, 1]), layers="crop cropping=[[2,6]]; crop cropping=[[0,7]]; pad padding=[[0,2]]; "
        "pad padding=[[1,0]]; add"),
    row("index_select", S, 2, C([1, 4, 7]), layers="crop cropping=1; subsample stride=3"),
    row("index_select", S, 2, C([at // 2 for at in range(18)]), layers="resize size=18"),
    row("index_select", S, 2, C([0, 2, 3, 5, 6, 8]), layers="resize size=6"),
    row("index_select", S, 2, C([0, 0, *range(9), 8]), layers='pad padding=[[2,1]] padding_mode="replicate"'),
    row("index_select", S, 2, C([2, 1, *range(9), 7]), layers='pad padding=[[2,1]] padding_mode="reflect"'),
    row("index_select", S, 2, C([1, 0, *range(9), 8]), layers='pad padding=[[2,1]] padding_mode="symmetric"'),
    row("index_select", S, 2, C([7, 8, *range(9), 0]), layers='pad padding=[[2,1]] padding_mode="circular"'),
    row("index_select", X((1, 1, 30)), 2, C([*range(0, 30, 7), *range(1, 30, 3)]),
        layers="unknown aten.index_select: it reorders an axis"),
    row("index.Tensor", A, [None, None, C([[1], [3], [5]]), C([*range(8), 7])],
        layers='crop cropping=[[1,0],0]; subsample stride=[2,1]; pad padding=[0,[0,1]] padding_mode="replicate"'),
    row("_unsafe_index.Tensor", A, [None, None, C([[0], [2]]), C([at // 3 for at in range(24)])],
        layers='crop cropping=[[0,3],0]; subsample stride=[2,1]; resize size=[2,24]'),
    row("index.Tensor", A, [None, C([3, 3])], layers="channel_slice indices=[3,3]"),
    row("split.Tensor", A, 2, 1, layers="channel_slice start=2 end=4", output=1),
    row("split_copy.Tensor", A, 3, 2, layers="crop cropping=[[0,3],0]"),
    row("split_with_sizes", A, [1, 3], 1, layers="channel_slice end=1"),
    row("split_with_sizes_copy", A, [1, 3], 1, layers="channel_slice start=1 end=4", output=1),
    row("chunk", A, 2, 3, layers="crop cropping=[0,[4,0]]", output=1),
    row("tensor_split.sections", A, 2, 1, layers="channel_slice end=2"),
    row("unbind.int", X((1, 2, 6, 8)), 1, layers="channel_slice start=1 end=2", places=(1, 2), output=1),
    row("pad", A, [1, 2, 0, 3], layers="pad padding=[[0,3],[1,2]]"),
    row("pad", A, [1, 2, 0, 3], "reflect", layers='pad padding=[[0,3],[1,2]] padding_mode="reflect"'),
    row("pad", A, [-5, 2, 0, 0], "reflect", layers='pad padding=[0,[-5,2]] padding_mode="reflect"'),
    row("pad", A, [-6, 2, 0, 0], "reflect", layers="unknown aten.pad: it pads by [-6, 2, 0, 0], reflect: with samples that it cuts off"),
    row("pad", A, [-6, 2, 0, 0], "replicate", layers='pad padding=[0,[-6,2]] padding_mode="replicate"'),
    row("pad", A, [-6, 2, 0, 0], "circular", layers='pad padding=[0,[-6,2]] padding_mode="circular"'),
    row("pad", A, [0, 0, 0, 0, 0, 2], layers="identity filters=6"),
    row("pad", A, [0, 0, 0, 0, 1, 2], layers="identity filters=5; channel_slice indices=[4,0,1,2,3,4,4]"),
    row("constant_pad_nd", A, [-1, 2], layers="pad padding=[0,[-1,2]]"),
    row("_pad_circular", A, [2, 1, 1, 0], layers='pad padding=[[1,0],[2,1]] padding_mode="circular"'),
    row("reflection_pad1d", S, [2, 1], layers='pad padding=[[2,1]] padding_mode="reflect"'),
    row("reflection_pad2d", A, [1, 1, 1, 1], layers='pad padding=1 padding_mode="reflect"'),
    row("reflection_pad3d", V, [1, 1, 0, 0, 2, 2], layers='pad padding=[2,0,1] padding_mode="reflect"'),
    row("replication_pad1d", S, [2, 1], layers='pad padding=[[2,1]] padding_mode="replicate"'),
    row("replication_pad2d", A, [1, 1, 1, 1], layers='pad padding=1 padding_mode="replicate"'),
    row("replication_pad3d", V, [1, 1, 0, 0, 2, 2], layers='pad padding=[2,0,1] padding_mode="replicate"'),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)
