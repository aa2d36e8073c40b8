"""Modules of torch's own, alone: sizes and channels are torch's, regions autograd's."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import function, module
from witnesses.measuring import hull

import rfcli

pytestmark = pytest.mark.torch


@pytest.mark.parametrize(
    ("given", "size", "padding", "output"),
    [
        ({"kernel_size": 3, "padding": "same"}, 3, 1, 16),
        ({"kernel_size": 4, "padding": "same", "dilation": 3}, 10, 4, 16),
        ({"kernel_size": 3, "padding": "valid"}, 3, 0, 14),
        ({"kernel_size": 3, "padding": 1, "stride": 2, "padding_mode": "reflect"}, 3, 1, 8),
        ({"kernel_size": 3, "padding": 1, "padding_mode": "replicate"}, 3, 1, 16),
        ({"kernel_size": 3, "padding": 2, "padding_mode": "circular"}, 3, 2, 18),
        ({"kernel_size": 4, "padding": "same", "padding_mode": "zeros"}, 4, 1, 16),
    ],
    ids=str,
)
def test_paddings(given: dict[str, Any], size: int, padding: int, output: int) -> None:
    from torch import nn

    report = rfcli.compute(rfcli.from_torch(nn.Sequential(nn.Conv1d(2, 3, **given)), (1, 2, 16)))
    field = report.layers[-1].receptive_field
    assert (report.layers[-1].name, field.size, field.padding) == ("0", (size,), (padding,))
    assert report.layers[-1].output_size == (output,)


IMAGE = (1, 4, 12, 16)


def written_in_place(self: Any, x: Any) -> Any:
    """Shifts of some channels, as MLPs that shift write them."""
    y = x.clone()
    y[:, 0, 1:] = x[:, 0, :-1]
    y[:, 1:3, :-2] += x[:, 1:3, 2:]
    return self.m(y)


def zeroed(x: Any) -> Any:
    x[:, :, 0].zero_()
    x[:, :, :, 9:].zero_()
    return x


BLOCKS: dict[str, tuple[Callable[[Any], Any], tuple[int, ...]]] = {
    "conv3d": (
        lambda t: t.nn.Conv3d(1, 2, (1, 3, 5), stride=(1, 2, 1), padding=(0, 1, 2), dilation=(1, 2, 1)),
        (1, 1, 4, 9, 11),
    ),
    "grouped": (lambda t: t.nn.Conv2d(4, 8, 3, groups=4, bias=False), IMAGE),
    "transposed": (lambda t: t.nn.ConvTranspose2d(4, 3, 4, 3, padding=1, output_padding=2, dilation=2), IMAGE),
    "transposed1d": (lambda t: t.nn.ConvTranspose1d(4, 3, 5, 2, groups=1), (1, 4, 9)),
    "max_pool_ceil": (lambda t: t.nn.MaxPool2d(3, 2, ceil_mode=True), IMAGE),
    "max_pool_indices": (lambda t: function(lambda x: t.nn.functional.max_pool2d(x, 2, return_indices=True)[0]), IMAGE),
    "max_pool_dilated": (lambda t: t.nn.MaxPool2d((2, 3), stride=1, dilation=(3, 2), padding=(1, 1)), IMAGE),
    "avg_pool": (lambda t: t.nn.AvgPool2d(3, 2, 1, count_include_pad=False), IMAGE),
    "lp_pool": (lambda t: t.nn.LPPool2d(2, 3, stride=2), IMAGE),
    "adaptive": (lambda t: t.nn.AdaptiveAvgPool2d((5, 7)), IMAGE),
    "adaptive_max": (lambda t: t.nn.AdaptiveMaxPool1d(4), (1, 4, 10)),
    "nearest": (lambda t: t.nn.Upsample(scale_factor=2), IMAGE),
    "nearest_size": (lambda t: t.nn.Upsample(size=(7, 30)), IMAGE),
    "nearest_exact": (lambda t: t.nn.Upsample(size=(7, 30), mode="nearest-exact"), IMAGE),
    "bilinear": (lambda t: t.nn.Upsample(scale_factor=1.5, mode="bilinear"), IMAGE),
    "bilinear_corners": (lambda t: t.nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), IMAGE),
    "bicubic": (lambda t: t.nn.Upsample(size=(24, 20), mode="bicubic"), IMAGE),
    "trilinear": (lambda t: t.nn.Upsample(scale_factor=2, mode="trilinear"), (1, 2, 3, 4, 5)),
    "linear_mode": (lambda t: t.nn.Upsample(scale_factor=3, mode="linear", align_corners=False), (1, 2, 7)),
    "area": (lambda t: function(lambda x: t.nn.functional.interpolate(x, (5, 6), mode="area")), IMAGE),
    "pixel_shuffle": (lambda t: t.nn.PixelShuffle(2), IMAGE),
    "pixel_unshuffle": (lambda t: t.nn.PixelUnshuffle(2), IMAGE),
    "channel_shuffle": (lambda t: t.nn.Sequential(t.nn.ChannelShuffle(2), t.nn.Conv2d(4, 2, 3)), IMAGE),
    "lrn": (lambda t: t.nn.LocalResponseNorm(3), IMAGE),
    "prelu": (lambda t: t.nn.PReLU(4), IMAGE),
    "glu": (lambda t: t.nn.GLU(1), IMAGE),
    "softmax2d": (lambda t: t.nn.Softmax2d(), IMAGE),
    "layer_norm_last": (
        lambda t: function(lambda x: t.nn.functional.layer_norm(x.permute(0, 2, 3, 1), (4,)).permute(0, 3, 1, 2)),
        IMAGE,
    ),
    "chunk": (lambda t: function(lambda x: t.cat(x.chunk(2, 1)[::-1], 1)), IMAGE),
    "split": (lambda t: function(lambda x: t.split(x, [1, 3], 1)[1]), IMAGE),
    "unbind": (lambda t: function(lambda x: t.stack(x.unbind(1)[:3], 1)), IMAGE),
    "select": (lambda t: function(lambda x: x[:, 1:2] * x.select(1, 0).unsqueeze(1)), IMAGE),
    "index": (lambda t: function(lambda x: x[:, t.tensor([2, 0])]), IMAGE),
    "slices": (lambda t: function(lambda x: t.cat([x[..., ::2, 1::2], x[..., 1::2, ::2]], 1)), IMAGE),
    "narrow": (lambda t: function(lambda x: x.narrow(2, 1, 8)), IMAGE),
    "crop": (lambda t: function(lambda x: x[:, :, 2:-3, :-1]), IMAGE),
    "pad": (lambda t: function(lambda x: t.nn.functional.pad(x, (1, 2, 0, 3), mode="reflect")), IMAGE),
    "crop_by_pad": (lambda t: function(lambda x: t.nn.functional.pad(x, (-1, 2, 0, -3))), IMAGE),
    "reflection_pad": (
        lambda t: t.nn.Sequential(t.nn.ReflectionPad2d(2), t.nn.ReplicationPad2d(1), t.nn.ZeroPad2d(1)),
        IMAGE,
    ),
    "circular": (
        lambda t: t.nn.Sequential(
            t.nn.Conv2d(4, 2, 5, padding=(4, 1), stride=2, padding_mode="circular"),
            t.nn.ConvTranspose2d(2, 2, 4, 2, 1),
            t.nn.Conv2d(2, 3, 3, padding=1, padding_mode="circular"),
        ),
        IMAGE,
    ),
    "panorama": (
        lambda t: module(
            lambda self, x: self.m(
                t.nn.functional.pad(t.nn.functional.pad(x, (3, 1, 0, 0), mode="circular"), (0, 0, 2, 2))
            ),
            m=t.nn.Conv2d(4, 2, 5),
        ),
        IMAGE,
    ),
    "circular3d": (lambda t: t.nn.Conv3d(1, 2, 3, padding=(0, 1, 2), padding_mode="circular"), (1, 1, 4, 6, 7)),
    "circular1d": (lambda t: t.nn.Conv1d(2, 3, 4, padding="same", dilation=2, padding_mode="circular"), (1, 2, 13)),
    "reflected1d": (lambda t: t.nn.Conv1d(2, 3, 3, padding=4, dilation=4, padding_mode="reflect"), (1, 2, 13)),
    "unflatten": (lambda t: function(lambda x: x.flatten(2).unflatten(2, (12, 16))), IMAGE),
    "max_of_blocks": (lambda t: function(lambda x: x.view(1, 4, 6, 2, 8, 2).amax((3, 5))), IMAGE),
    "repeat_interleave": (lambda t: function(lambda x: x.repeat_interleave(3, 2)), IMAGE),
    "expand": (lambda t: function(lambda x: x.mean(1, keepdim=True).expand(-1, 6, -1, -1) + x[:, :1]), IMAGE),
    "einsum_1x1": (
        lambda t: module(lambda self, x: self.m(x.movedim(1, -1)).movedim(-1, 1), m=t.nn.Linear(4, 6)),
        IMAGE,
    ),
    "roll_back": (lambda t: function(lambda x: t.relu(x.roll((2, 3), (2, 3))).roll((-2, -3), (2, 3))), IMAGE),
    "roll": (
        lambda t: module(lambda self, x: self.m(x.roll((2, -3), (2, 3))), m=t.nn.Conv2d(4, 2, 3, padding=1)),
        IMAGE,
    ),
    "sorted_columns": (lambda t: module(lambda self, x: self.m(x).sort(2)[0], m=t.nn.Conv2d(4, 2, 3)), (1, 4, 6, 7)),
    "roll_added": (lambda t: function(lambda x: x + x.roll(-5, 2)), (1, 2, 8)),
    "rolled_last": (lambda t: function(lambda x: x.relu().roll(3, 2)), (1, 2, 8)),
    "around_by_hand": (
        lambda t: module(lambda self, x: self.m(t.cat([x[..., -2:], x, x[..., :1]], -1)), m=t.nn.Conv1d(2, 3, 4)),
        (1, 2, 9),
    ),
    "edges_by_hand": (
        lambda t: module(lambda self, x: self.m(t.cat([x[..., :1], x, x[..., -1:]], -1)), m=t.nn.Conv1d(2, 3, 3)),
        (1, 2, 9),
    ),
    "written_in_place": (lambda t: module(written_in_place, m=t.nn.Conv1d(4, 3, 3, padding=1)), (1, 4, 9)),
    "zeroed_in_place": (
        lambda t: module(lambda self, x: self.m(zeroed(x.clone())), m=t.nn.Conv2d(4, 3, 3, padding=1)),
        IMAGE,
    ),
    "checkpoint": (lambda t: function(lambda x: t.utils.checkpoint.checkpoint(t.tanh, x, use_reentrant=False)), IMAGE),
}
"""A module, of torch, for each kind of operation, and its input's shape."""


SPARSE = ("max_", "adaptive_max", "sorted")
"""Beginnings of names of modules whose gradients are those of the largest sample only."""


@pytest.mark.parametrize("name", BLOCKS)
def test_operations(name: str) -> None:
    """Sizes and channels are torch's; clipped regions are autograd's, of maxima they hold them."""
    import torch

    make, shape = BLOCKS[name]
    net = make(torch)
    architecture = rfcli.from_torch(net, shape)
    assert [entry.name for entry in architecture.entries if entry.layer.given.get("unknown")] == []
    report = rfcli.compute(architecture)
    layer = report.layer(report.outputs[0])
    assert report.total.params == sum(one.numel() for one in net.parameters())
    torch.manual_seed(0)
    x = torch.rand(shape, dtype=torch.float64).requires_grad_()
    y = net.double().eval()(x)
    assert (layer.channels, *layer.output_size) == tuple(y.shape[1:])
    locator = rfcli.located(report, layer.name)
    some = [sorted({0, n // 3, n // 2, n - 1}) for n in y.shape[2:]]
    for position in itertools.product(*some):
        runs = locator.at(position).runs
        measured, told = hull(x, y**3, position), [(one[0][0], one[-1][1]) if one else None for one in runs]
        if None in told or None in measured:
            assert None in told and None in measured
        elif name.startswith(SPARSE):
            assert all(a <= c <= d <= b for (a, b), (c, d) in zip(told, measured, strict=True))
        else:
            assert told == measured, position
