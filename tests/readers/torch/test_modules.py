"""Descriptions of PyTorch modules: names, sharing, operations in place, what is unknown, and what cannot be traced."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from witnesses.measuring import hull

import rfcli
from rfcli.geometry.unknown import Unknown

pytestmark = pytest.mark.torch


def module(forward: Callable[..., Any], **children: Any) -> Any:
    """A module whose forward is a function of itself and its inputs."""
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name, child in children.items():
                setattr(self, name, child)

    Net.forward = forward
    return Net()


def rows(report: Any) -> dict[str, tuple[Any, ...]]:
    return {one.name: (one.type, one.receptive_field.size, one.output_size, one.channels) for one in report.layers}


def test_names() -> None:
    """Modules have their paths, functions the operation's name where they are called, repeated ones a number."""
    import torch
    from torch import nn

    class Unit(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(4)
            self.relu = nn.ReLU(inplace=True)

        def forward(self, x: Any) -> Any:
            y = self.relu(self.bn1(self.conv1(x)))
            return self.relu(torch.sigmoid(y) + x)

    stem = nn.Conv2d(3, 4, 3, padding=1, padding_mode="circular")
    net = nn.Sequential(stem, Unit(), Unit(), nn.Flatten(), nn.Linear(4 * 8 * 8, 5))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 8, 8)))
    unit = ["conv1", "bn1", "relu", "sigmoid", "add", "relu_2"]
    assert [one.name for one in report.layers] == [
        "0/pad", "0", *(f"1/{name}" for name in unit), *(f"2/{name}" for name in unit), "3", "4",
    ]  # fmt: skip
    assert report.layer("2/relu").receptive_field.size == (7, 7)
    assert report.total.params == sum(one.numel() for one in net.parameters())
    assert net.training, "it is as it was"


def test_shared_modules() -> None:
    """Called twice, a module is two layers; parameters count once. Tied weights as well."""
    from torch import nn

    conv, other = nn.Conv1d(2, 2, 3), nn.Conv1d(2, 2, 3)
    other.weight = conv.weight
    net = module(lambda self, x: self.b(self.a(nn.functional.relu(self.a(x)))), a=conv, b=other)
    report = rfcli.compute(rfcli.from_torch(net, (1, 2, 20)))
    found = [(one.name, one.receptive_field.size, one.cost.params, one.cost.macs) for one in report.layers]
    assert found == [
        ("a", (3,), 14, 216), ("relu", (3,), 0, 0), ("a_2", (5,), 0, 192), ("b", (7,), 2, 168),
    ]  # fmt: skip


def test_buffers_are_no_parameters() -> None:
    """A fixed blur, and a weight that is normalised."""
    import torch
    from torch import nn
    from torch.nn.utils.parametrizations import weight_norm

    def forward(self: Any, x: Any) -> Any:
        return self.conv(nn.functional.conv2d(x, self.kernel, groups=3))

    net = module(forward, conv=weight_norm(nn.Conv2d(3, 4, 3)))
    net.register_buffer("kernel", torch.ones(3, 1, 5, 5))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 16, 16)))
    assert [(one.name, one.receptive_field.size, one.cost.params) for one in report.layers] == [
        ("conv2d", (5, 5), 0), ("conv", (7, 7), 4 * 3 * 9 + 4 + 4),
    ]  # fmt: skip
    assert report.total.params == sum(one.numel() for one in net.parameters())


def test_in_place_on_a_view() -> None:
    """What is written into a part of a map is read where the whole is."""
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x)
        y[:, :2].add_(self.b(x)[:, :2])
        return nn.functional.relu(y)

    net = module(forward, a=nn.Conv2d(3, 4, 3, padding=1), b=nn.Conv2d(3, 4, 7, padding=3))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 16, 16)))
    size = report.layers[-1].receptive_field.size
    assert all(isinstance(one, Unknown) and "slice_scatter" in one.reason for one in size)


def test_in_place_afterwards() -> None:
    """`relu_` on what another layer reads later, by its old name."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x)
        torch.add(y, self.b(x), out=None)
        y += self.b(x)
        return self.c(y)

    net = module(forward, a=nn.Conv2d(3, 4, 1), b=nn.Conv2d(3, 4, 5, padding=2), c=nn.Conv2d(4, 4, 3))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 16, 16)))
    assert report.layer("c").receptive_field.size == (7, 7)


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


def function(forward: Callable[[Any], Any]) -> Any:
    return module(lambda self, x: forward(x))


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
    "unflatten": (lambda t: function(lambda x: x.flatten(2).unflatten(2, (12, 16))), IMAGE),
    "max_of_blocks": (lambda t: function(lambda x: x.view(1, 4, 6, 2, 8, 2).amax((3, 5))), IMAGE),
    "repeat_interleave": (lambda t: function(lambda x: x.repeat_interleave(3, 2)), IMAGE),
    "expand": (lambda t: function(lambda x: x.mean(1, keepdim=True).expand(-1, 6, -1, -1) + x[:, :1]), IMAGE),
    "einsum_1x1": (
        lambda t: module(lambda self, x: self.m(x.movedim(1, -1)).movedim(-1, 1), m=t.nn.Linear(4, 6)),
        IMAGE,
    ),
    "roll_back": (lambda t: function(lambda x: t.relu(x.roll((2, 3), (2, 3))).roll((-2, -3), (2, 3))), IMAGE),
    "checkpoint": (lambda t: function(lambda x: t.utils.checkpoint.checkpoint(t.tanh, x, use_reentrant=False)), IMAGE),
}
"""A module, of torch, for each kind of operation, and its input's shape."""

SPARSE = ("max_", "adaptive_max")
"""Beginnings of names of modules whose gradients are those of the largest sample only."""
REPEATING = ("pad", "reflection_pad")
"""Paddings that repeat samples: that these are read twice is left out of regions."""


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
    middle = [n // 2 for n in y.shape[2:]]
    some = [sorted({0, n // 3, n // 2, n - 1}) for n in y.shape[2:]]
    for position in [tuple(middle)] if name in REPEATING else itertools.product(*some):
        measured, told = hull(x, y**3, position), list(locator.at(position).clipped)
        if None in told or None in measured:
            assert None in told and None in measured
        elif name.startswith(SPARSE):
            assert all(a <= c <= d <= b for (a, b), (c, d) in zip(told, measured, strict=True))
        else:
            assert told == measured, position


def test_inputs_and_outputs() -> None:
    import torch
    from torch import nn

    def forward(self: Any, rgb: Any, depth: Any) -> Any:
        y = self.a(rgb)
        return {"sum": y + self.b(depth), "first": y}

    net = module(forward, a=nn.Conv2d(3, 4, 3), b=nn.Conv2d(1, 4, 5, padding=1))
    for example in [((1, 3, 8, 9), (1, 1, 8, 9)), [torch.zeros(1, 3, 8, 9), torch.zeros(1, 1, 8, 9)],
                    {"depth": (1, 1, 8, 9), "rgb": (1, 3, 8, 9)}]:  # fmt: skip
        architecture = rfcli.from_torch(net, example)
        assert {one.name: (one.size, one.channels) for one in architecture.inputs} == {
            "rgb": ((8, 9), 3), "depth": ((8, 9), 1),
        }  # fmt: skip
        assert sorted(rfcli.compute(architecture).outputs) == ["a", "add"]
        assert rfcli.compute(architecture, origin="depth").layer("add").receptive_field.size == (5, 5)


def test_unknown_operations() -> None:
    """An operation that is not known spoils only what reads it, and its size is known."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        grid = nn.functional.affine_grid(torch.eye(2, 3)[None], [1, 4, 5, 5])
        y = self.a(x)
        return self.c(nn.functional.grid_sample(y, grid)), self.b(y), torch.flip(y, (2,)), torch.cumsum(y, 1)

    net = module(forward, a=nn.Conv2d(3, 4, 3), b=nn.Conv2d(4, 4, 3), c=nn.Conv2d(4, 2, 2))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 12, 12)))
    assert (report.layer("b").receptive_field.size, report.layer("c").output_size) == ((5, 5), (4, 4))
    for name, word in (("c", "aten.grid_sampler"), ("flip", "an axis is turned round"), ("cumsum", "aten.cumsum")):
        assert all(isinstance(one, Unknown) and word in one.reason for one in report.layer(name).receptive_field.size)
    assert report.layer("c").cost.params == 2 * 4 * 4 + 2


def test_parameters_of_unknown_operations() -> None:
    """Operations that turn out to have no layers keep their parameters, and leave nothing behind."""
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x)
        return self.c(self.b(y.view(1, 4, 3, 2, 3, 2).permute(0, 1, 2, 4, 3, 5).reshape(1, 4, 9, 4)).flatten(1))

    net = module(forward, a=nn.Conv2d(3, 4, 1), b=nn.Linear(4, 5), c=nn.Linear(180, 7))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 6, 6)))
    assert isinstance(report.layer("b").receptive_field.size[0], Unknown)
    assert report.layer("b").cost.params == 4 * 5 + 5
    assert report.total.params == sum(one.numel() for one in net.parameters())


def test_channels_last_input() -> None:
    from torch import nn

    net = module(lambda self, x: self.a(x.permute(0, 3, 1, 2)), a=nn.Conv2d(3, 4, (3, 5)))
    architecture = rfcli.from_torch(net, (1, 9, 11, 3))
    assert (architecture.inputs[0].size, architecture.inputs[0].channels) == ((9, 11), 3)
    assert rfcli.compute(architecture).layer("a").receptive_field.size == (3, 5)


def small() -> Any:
    from torch import nn

    body = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.SiLU(), nn.MaxPool2d(3, 2, 1),
                         nn.GroupNorm(2, 8), nn.ConvTranspose2d(8, 4, 4, 2, 1), nn.Upsample(scale_factor=2))  # fmt: skip
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(), nn.Linear(4, 3))
    return nn.Sequential(body, head)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("decomposed", [False, True])
def test_exported_programs(strict: bool, decomposed: bool) -> None:
    """A program that is exported already, also one of ATen's core operations, says the same."""
    import warnings

    import torch

    net = small().eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exported = torch.export.export(net, (torch.zeros(1, 3, 32, 32),), strict=strict)
        if decomposed:
            exported = exported.run_decompositions()
    wanted = rfcli.compute(rfcli.from_torch(net, (1, 3, 32, 32)))
    found = rfcli.compute(rfcli.from_torch(exported))
    fields = {one.name: one for one in found.layers}
    assert (found.total.params, found.total.macs) == (wanted.total.params, wanted.total.macs)
    for layer in wanted.layers:
        if layer.type in ("conv", "batch_norm", "max_pool", "group_norm", "conv_transpose"):
            assert fields[layer.name].receptive_field == layer.receptive_field
            assert fields[layer.name].output_size == layer.output_size


def attention(mask: str) -> Callable[[Any, Any], Any]:
    """Self-attention in windows of 4 of a sequence of 16, rolled by 1, masked where the border lies in between."""
    import torch

    def forward(self: Any, x: Any) -> Any:
        y = torch.roll(x, -1, 2).view(1, 6, 4, 4).permute(0, 2, 3, 1)
        scores = y @ y.transpose(-2, -1) * 0.5
        if mask != "none":
            place = (torch.arange(16) + 1 >= (16 if mask == "border" else 15)).view(4, 4)
            scores = scores + torch.where(place[:, :, None] == place[:, None, :], 0.0, -torch.inf)
        y = (scores.softmax(-1) @ y).permute(0, 3, 1, 2).reshape(1, 6, 16)
        return torch.roll(y, 1, 2)

    return forward


def test_rolled_windows() -> None:
    """Windows that are rolled are those of `window_attention`, if the mask keeps the border's two sides apart."""
    import torch

    net = module(attention("border"))
    report = rfcli.compute(rfcli.from_torch(net, (1, 6, 16)))
    (layer,) = [one for one in report.layers if one.type == "window_attention"]
    assert (layer.output_size, layer.channels, layer.cost.macs) == ((16,), 6, 2 * 4 * 4 * 4 * 6)
    x = torch.rand(1, 6, 16, dtype=torch.float64).requires_grad_()
    y = net(x)
    locator = rfcli.located(report, layer.name)
    for o in range(16):
        assert list(locator.at((o,)).clipped) == hull(x, y**3, (o,)), o
    for mask, told in (("none", "rolled around the border"), ("other", "what its mask leaves")):
        report = rfcli.compute(rfcli.from_torch(module(attention(mask)), (1, 6, 16)))
        (size,) = report.layer(report.outputs[0]).receptive_field.size
        assert isinstance(size, Unknown) and told in size.reason


def test_attention_is_global() -> None:
    """Over all positions, by PyTorch's module and by its function; with a causal mask it is not known."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x).flatten(2).transpose(1, 2)
        z = self.attention(y, y, y, need_weights=False)[0]
        causal = nn.functional.scaled_dot_product_attention(y, y, y, is_causal=True)
        return z.transpose(1, 2).unflatten(2, (4, 5)), causal

    net = module(forward, a=nn.Conv2d(3, 8, 3), attention=nn.MultiheadAttention(8, 2, batch_first=True))
    for one in net.parameters():
        one.requires_grad_(False)  # As when PyTorch would take its fast path.
    report = rfcli.compute(rfcli.from_torch(net, torch.zeros(1, 3, 6, 7)))
    layer = report.layer("attention/scaled_dot_product_attention")
    assert (layer.receptive_field.size, layer.receptive_field.globally) == ((None, None), True)
    assert layer.cost.macs == 2 * 20 * 20 * 8
    assert report.total.params == sum(one.numel() for one in net.parameters())
    assert isinstance(report.layer("scaled_dot_product_attention").receptive_field.size[0], Unknown)


def test_without_gradient() -> None:
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        with torch.no_grad():
            y = self.conv(x)
        return y * 2

    report = rfcli.compute(rfcli.from_torch(module(forward, conv=nn.Conv2d(4, 4, 3)), (1, 4, 8, 8)))
    assert [(one.name, one.receptive_field.size) for one in report.layers] == [("conv", (3, 3)), ("mul", (3, 3))]


def test_axes_in_another_order() -> None:
    """A convolution of a map that is turned over has its kernel along the other axes."""
    from torch import nn

    net = module(lambda self, x: self.a(x.transpose(2, 3)).transpose(2, 3), a=nn.Conv2d(3, 4, (3, 5), stride=(1, 2)))
    layer = rfcli.compute(rfcli.from_torch(net, (1, 3, 20, 30))).layer("a")
    assert (layer.receptive_field.size, layer.receptive_field.stride) == ((5, 3), (2, 1))
    assert layer.output_size == (8, 28)


def test_batches() -> None:
    """With several images the same; what mixes them is not known."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x)
        scores = y.flatten(2).transpose(1, 2) @ y.flatten(2) / 3
        z = scores.softmax(-1) @ y.flatten(2).transpose(1, 2)
        return y.mean((2, 3)), z, y.mean(0), y.view(1, 8, 7, 8), torch.cat([y, y], 0)

    net = module(forward, a=nn.Conv2d(3, 4, 3, stride=(1, 2)))
    report = rfcli.compute(rfcli.from_torch(net, (2, 3, 9, 17)))
    assert (report.layer("a").receptive_field.size, report.layer("a").output_size) == ((3, 3), (7, 8))
    assert report.layer("mean").receptive_field.globally
    assert report.layer("matmul").receptive_field.globally
    for name in ("mean_2", "cat"):
        assert isinstance(report.layer(name).receptive_field.size[0], Unknown)


def test_norms_without_statistics() -> None:
    """Batch norms without running statistics take those of the map, instance norms with them are constants."""
    from torch import nn

    for norm, globally in ((nn.BatchNorm2d(4, track_running_stats=False), True), (nn.BatchNorm2d(4), False),
                           (nn.InstanceNorm2d(4, affine=True), True),
                           (nn.InstanceNorm2d(4, track_running_stats=True), False)):  # fmt: skip
        net = nn.Sequential(nn.Conv2d(3, 4, 3), norm)
        layer = rfcli.compute(rfcli.from_torch(net, (1, 3, 9, 9))).layer("1")
        assert (layer.receptive_field.size, layer.receptive_field.globally) == ((3, 3), globally)
        assert layer.cost.params == sum(one.numel() for one in norm.parameters())


def test_sizes_that_depend_on_data() -> None:
    with pytest.raises(rfcli.CallError):
        rfcli.from_torch(module(lambda self, x: x.nonzero()), (1, 3, 9, 9))


def test_blocks_are_pooled() -> None:
    """A reduction over the inner parts of axes is a pool; one over the outer parts is not known."""
    net = module(lambda self, x: (x.view(1, 2, 4, 3, 5, 2).mean((3, 5)), x.view(1, 2, 4, 3, 5, 2).mean((2, 4))))
    report = rfcli.compute(rfcli.from_torch(net, (1, 2, 12, 10)))
    field = report.layer("mean").receptive_field
    assert (report.layer("mean").output_size, field.size, field.stride) == ((4, 5), (3, 2), (3, 2))
    assert isinstance(report.layer("mean_2").receptive_field.size[0], Unknown)


@pytest.mark.parametrize(
    ("example", "told"),
    [
        ((1, 5, 8, 8), "cannot be traced|cannot trace it: RuntimeError"),
        (None, "needs an example input"),
        ((1, 0, 8, 8), "has no entries"),
        ((), "cannot trace it"),
    ],
)
def test_what_cannot_be_called(example: Any, told: str) -> None:
    with pytest.raises(rfcli.CallError, match=told) as caught:
        rfcli.from_torch(small(), example)
    assert len(str(caught.value)) < 500


def test_what_cannot_be_traced() -> None:
    def forward(self: Any, x: Any) -> Any:
        return x * 2 if x.sum().item() > 0 else x[:, :1]

    with pytest.raises(rfcli.CallError, match=r"Net: torch\.export cannot trace it: ") as caught:
        rfcli.from_torch(module(forward), (1, 3, 8, 8))
    assert "Traceback" not in str(caught.value)


def test_what_is_no_module() -> None:
    with pytest.raises(rfcli.CallError, match=r"takes a torch\.nn\.Module"):
        rfcli.from_torch(lambda x: x, (1, 3, 8, 8))


def test_four_axes() -> None:
    from torch import nn

    with pytest.raises(rfcli.CallError, match="rf knows 1 to 3"):
        rfcli.from_torch(nn.Sequential(nn.ReLU()), (1, 2, 3, 4, 5, 6))


def test_without_torch() -> None:
    code = "import sys; sys.modules['torch'] = None; import rfcli; rfcli.from_torch(None, (1, 3, 8, 8))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert 'pip install "rfcli[torch]"' in done.stderr.splitlines()[-1]
