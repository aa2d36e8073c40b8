"""Convolutions and pools of ATen."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.nets import module
from readers.torch.operations import IMAGE, SEQUENCE, VOLUME, Row, T, W, X, check, row
from witnesses.measuring import hull

import rfcli
from rfcli.geometry.unknown import Unknown

pytestmark = pytest.mark.torch


def pooled(x: Any, *given: Any) -> Any:
    """Largest values, and where they are."""
    from torch.nn import functional

    return getattr(functional, f"max_pool{x.ndim - 2}d")(x, *given, return_indices=True)


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
    row("max_unpool2d", X(IMAGE), T(1), [6, 8], before=lambda x: pooled(x, 2), exact=False,
        layers="max_pool kernel=2 stride=2; max_unpool scale=2"),
    row("max_unpool2d", X((1, 2, 7, 9)), T(1), [7, 9], before=lambda x: pooled(x, (3, 2)), exact=False,
        layers="max_pool kernel=[3,2] stride=[3,2]; max_unpool scale=[3,2]; pad padding=[[0,1],[0,1]]"),
    row("max_unpool2d", X(IMAGE), T(1), [6, 8], before=lambda x: pooled(x, 3, 2, 1), exact=False,
        layers="unknown aten.max_unpool2d: its windows do not lie side by side"),
    row("max_unpool3d", X(VOLUME), T(1), [4, 5, 6], [2, 2, 2], [0, 0, 0], before=lambda x: pooled(x, 2), exact=False,
        layers="max_pool kernel=2 stride=2; max_unpool scale=2; pad padding=[0,[0,1],0]"),
    row("stft", X((1, 1, 40)), 16, 4, None, None, False, True, True, before=lambda x: x.squeeze(1), then=lambda x, y: y.abs(),
        layers="identity; custom kernel=16 stride=4 filters=9 params=0 macs=0; identity"),
    row("stft", X((1, 1, 40)), 16, 8, 12, None, False, False, True, before=lambda x: x.squeeze(1), then=lambda x, y: y.abs(),
        layers="identity; custom kernel=12 stride=8 padding=-2 filters=16 params=0 macs=0; identity"),
    row("view_as_real", X((1, 1, 40)), before=lambda x: x.squeeze(1).stft(16, 8, window=x.new_ones(16), return_complex=True, center=False),
        layers="identity; custom kernel=16 stride=8 filters=9 params=0 macs=0; custom filters=18 groups=9 params=0 macs=0"),
    row("view_as_complex", X((1, 2, 9)), before=lambda x: x.transpose(1, 2).contiguous(), then=lambda x, y: y.abs(), places=(1,),
        layers="identity; custom filters=1 params=0 macs=0; identity"),
    row("as_strided", X((1, 4, 40)), [1, 4, 9, 8], [160, 40, 4, 1], then=lambda x, y: y.sum(-1),
        layers="; ".join(f"crop cropping=[[{tap},{7 - tap}]]; subsample stride=4" for tap in range(8))
        + "; concat; channel_shuffle groups=8; custom filters=4 groups=4 params=0 macs=0"),
    row("as_strided", X(IMAGE), [1, 4, 6, 8], [192, 48, 8, 1], layers="identity"),
    row("as_strided", X(IMAGE), [1, 4, 6, 7], [192, 48, 8, 1], layers="unknown aten.as_strided: it takes entries by steps of the memory"),
    row("unfold", X(IMAGE), 2, 3, 2, then=lambda x, y: y.sum(-1), layers="crop cropping=[[0,3],0]; subsample stride=[2,1]; "
        "crop cropping=[[1,2],0]; subsample stride=[2,1]; crop cropping=[[2,1],0]; subsample stride=[2,1]; concat; "
        "channel_shuffle groups=3; custom filters=4 groups=4 macs=0 params=0"),
    row("im2col", X(IMAGE), [2, 2], [1, 1], [0, 0], [2, 2], layers="identity; identity; pixel_unshuffle scale=2; identity",
        then=lambda x, y: y.view(1, 16, 3, 4)),
    row("im2col", X(IMAGE), [1, 2], [1, 1], [1, 0], [2, 2], then=lambda x, y: y.view(1, 8, 4, 4),
        layers="pad padding=[[1,0],[0,-1]]; subsample stride=[2,1]; subsample stride=[1,2]; pad padding=[[1,0],[-1,0]]; subsample stride=[2,1]; subsample stride=[1,2]; "
               "concat; identity; identity; channel_shuffle groups=2; identity"),
    row("col2im", X((1, 16, 3, 4)), [6, 8], [2, 2], [1, 1], [0, 0], [2, 2], before=lambda x: x.flatten(2),
        layers="identity; identity; identity; pixel_shuffle scale=2"),
    # Local response normalisation puts channels into the place of an axis.
    row("avg_pool2d", X(SEQUENCE), [3, 1], 1, [1, 0], layers="identity; lrn size=3; identity",
        before=lambda x: x.unsqueeze(1), then=lambda x, y: y.squeeze(1)),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)


def cut(self: Any, x: Any) -> Any:
    return self.f.unfold(x, 3, padding=1, stride=2).view(1, -1, 4, 4)


def one_tap(self: Any, x: Any) -> Any:
    return self.f.unfold(x, (3, 2), dilation=(2, 1), padding=(1, 0), stride=(1, 2)).view(1, 4, 6, 6, 4)[:, :, 2]


def patches(self: Any, x: Any) -> Any:
    return self.point(self.f.unfold(x, 2, stride=2).transpose(1, 2)).transpose(1, 2).view(1, 16, 4, 4)


def put_back(self: Any, x: Any) -> Any:
    return self.f.fold(self.f.unfold(x, 2, stride=2), (8, 8), 2, stride=2)


def mixed_in_patches(self: Any, x: Any) -> Any:
    return self.f.fold(self.point(self.f.unfold(x, 2, stride=2).transpose(1, 2)).transpose(1, 2), (8, 8), 2, stride=2)


def raised(self: Any, x: Any) -> Any:
    """RAFT's upsampling: each sample is a mixture of nine neighbours."""
    near = self.f.unfold(x, 3, padding=1).view(1, 4, 9, 1, 8, 8)
    return (self.mask(x).view(1, 1, 9, 4, 8, 8).softmax(2) * near).sum(2).view(1, 16, 8, 8)


@pytest.mark.parametrize(
    "forward", [cut, one_tap, patches, put_back, mixed_in_patches, raised], ids=lambda f: f.__name__
)
def test_windows_as_channels(forward: Any) -> None:
    """They read what autograd says, at the border, too."""
    import torch
    from torch import nn

    net = module(forward, f=nn.functional, point=nn.Linear(16, 16), mask=nn.Conv2d(4, 36, 1))
    net.wide = nn.Conv3d(2, 3, (1, 3, 5), padding=(0, 1, 2), stride=(1, 2, 1))
    x = torch.rand(1, 4, 8, 8, requires_grad=True)
    report = rfcli.compute(rfcli.from_torch(net, x))
    last, y = report.layer(report.outputs[0]), net(x)
    assert (last.channels, last.output_size) == (y.shape[1], tuple(y.shape[2:]))
    assert report.total.params + report.unused_params == sum(one.numel() for one in net.parameters())
    for place in ((0, 0), (1, 2), (3, 3)):
        told = rfcli.located(report, last.name).at(place).clipped
        assert [*told] == hull(x, y, place), place


@pytest.mark.parametrize(("shape", "size", "step"), [((1, 30), 6, 3), ((1, 31), 5, 5), ((1, 12), 12, 1)])
def test_windows_of_a_signal(shape: tuple[int, ...], size: int, step: int) -> None:
    """Frames of samples, each through a matrix: a convolution with that kernel and stride."""
    import torch
    from torch import nn

    net = module(lambda self, x: self.frames(x.unfold(1, size, step)), frames=nn.Linear(size, 4))
    x = torch.rand(shape, requires_grad=True)
    report = rfcli.compute(rfcli.from_torch(net, x))
    last, y = report.layers[-1], net(x)
    assert (last.channels, last.output_size, report.total.params) == (4, (y.shape[1],), size * 4 + 4)
    assert (last.receptive_field.size, last.receptive_field.stride) == ((size,), (step,))
    for place in {0, y.shape[1] - 1}:
        (seen,) = torch.autograd.grad(y[0, place].abs().sum(), x, retain_graph=True)
        read = seen[0].nonzero().flatten().tolist()
        assert [*rfcli.located(report, last.name).at((place,)).clipped] == [(read[0], read[-1])]


def test_windows_that_are_summed() -> None:
    """Very large ones are not known, but their channels and size are, and the parameters behind them."""
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        f = nn.functional
        return self.conv(f.fold(f.unfold(x, 9, padding=4), (8, 8), 9, padding=4))

    report = rfcli.compute(rfcli.from_torch(module(forward, conv=nn.Conv2d(4, 6, 3)), (1, 4, 8, 8)))
    assert isinstance(report.layer("conv").receptive_field.size[0], Unknown)
    assert (report.layer("conv").output_size, report.total.params) == ((6, 6), 6 * 36 + 6)


def test_segnet() -> None:
    """Values that were convolved go where the pool found the largest: with them its windows are seen, and all that is
    trained counts (Badrinarayanan et al. 2017)."""
    import torch
    from torch import nn
    from torch.nn import functional

    def forward(self: Any, x: Any) -> Any:
        y, found = functional.max_pool2d(self.a(x), 2, return_indices=True)
        return self.c(functional.max_unpool2d(self.b(y), found, 2))

    net = module(forward, a=nn.Conv2d(2, 4, 3, padding=1), b=nn.Conv2d(4, 4, 1), c=nn.Conv2d(4, 3, 3, padding=1))
    report = rfcli.compute(rfcli.from_torch(net, (1, 2, 12, 16)))
    last = report.layers[-1]
    assert [one.type for one in report.layers] == ["conv", "max_pool", "conv", "add", "max_unpool", "conv"]
    # An output sees two blocks of two samples along each axis, and one more on either side.
    assert last.receptive_field.size == (6, 6)
    assert rfcli.located(report, last.name).at((4, 5)).clipped == ((1, 6), (3, 8))
    assert report.total.params == sum(one.numel() for one in net.parameters())
    read = set()
    for seed in range(30):
        torch.manual_seed(seed)
        x = torch.rand(1, 2, 12, 16, requires_grad=True)
        (gradient,) = torch.autograd.grad(net(x)[0, :, 4, 5].pow(2).sum(), x)
        read |= {tuple(one) for one in gradient[0].abs().sum(0).nonzero().tolist()}
    rows, columns = ({one[axis] for one in read} for axis in (0, 1))
    assert (min(rows), max(rows), min(columns), max(columns)) == (1, 6, 3, 8)


def test_a_signal_is_unpooled() -> None:
    """As an image, in one dimension: torch has it as a map of one row."""
    from torch import nn
    from torch.nn import functional

    def forward(self: Any, x: Any) -> Any:
        y, found = functional.max_pool1d(self.a(x), 2, return_indices=True)
        return self.c(functional.max_unpool1d(self.b(y), found, 2))

    net = module(forward, a=nn.Conv1d(2, 4, 3, padding=1), b=nn.Conv1d(4, 4, 1), c=nn.Conv1d(4, 3, 3, padding=1))
    report = rfcli.compute(rfcli.from_torch(net, (1, 2, 12)))
    assert (report.layers[-1].output_size, report.layers[-1].receptive_field.size) == ((12,), (6,))
