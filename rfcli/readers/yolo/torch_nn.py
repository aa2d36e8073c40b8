"""Modules of torch itself, with the arguments that torch.nn has, and those that only rearrange a map."""

from __future__ import annotations

from rfcli.layers._parameters import shown
from rfcli.readers.yolo.activations import ACTIVATIONS
from rfcli.readers.yolo.arguments import (
    Anything,
    Count,
    Flag,
    Padding,
    ScaleOrNone,
    Sides,
    SizesFrom0,
    SizesOrNone,
    Width,
    sizes_from_0,
)
from rfcli.readers.yolo.modules import Makes, module
from rfcli.readers.yolo.network import Map, Network, Sizes, Wrong


@module("nn.Conv2d")
def conv(
    net: Network, x: Map, c1: Count, out_channels: Count, kernel_size: Sizes, s: Sizes = 1, p: Anything = 0,
    d: Sizes = 1, g: Count = 1, bias: Flag = True,
) -> Map:  # fmt: skip
    p = p if p in ("same", "valid") else sizes_from_0(net.model, p)
    return net.conv("", x, out_channels, kernel_size, s, p, g, d, bias)


@module("nn.ConvTranspose2d")
def conv_transpose(
    net: Network, x: Map, c2: Width, kernel_size: Sizes, s: Sizes = 1, p: Padding = 0,
    output_padding: SizesFrom0 = 0, g: Count = 1, bias: Flag = True, d: Sizes = 1,
) -> Map:  # fmt: skip
    if net.model.forked and (x.channels or 0) % g:
        g = net.model.scaled(g)
    return net.add("", "conv_transpose", x, channels=c2, filters=c2, kernel=kernel_size, stride=s, padding=p,
                   output_padding=output_padding, groups=g, bias=bias, dilation=d)  # fmt: skip


@module("nn.MaxPool2d")
def max_pool(
    net: Network, x: Map, k: Sizes, s: SizesOrNone = None, p: Padding = 0, d: Sizes = 1,
    indices: Flag = False, ceil_mode: Flag = False,
) -> Map:  # fmt: skip
    return net.add("", "max_pool", x, kernel=k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)


@module("nn.AvgPool2d")
def avg_pool(net: Network, x: Map, k: Sizes, s: SizesOrNone = None, p: Padding = 0, ceil_mode: Flag = False) -> Map:
    return net.add("", "avg_pool", x, kernel=k, stride=s, padding=p, ceil_mode=ceil_mode)


def adaptive_pool(statistic: str) -> Makes:
    def make(net: Network, x: Map, output_size: Sizes) -> Map:
        if output_size in (1, [1, 1]):
            return net.add("", f"global_{statistic}_pool", x)
        return net.add("", f"adaptive_{statistic}_pool", x, output_size=output_size)

    return make


module("nn.AdaptiveAvgPool2d")(adaptive_pool("avg"))
module("nn.AdaptiveMaxPool2d")(adaptive_pool("max"))


@module("nn.Upsample")
def upsample(
    net: Network, x: Map, size: SizesOrNone = None, scale_factor: ScaleOrNone = None,
    mode: Anything = "nearest", align_corners: Flag = False,
) -> Map:  # fmt: skip
    if mode not in ("nearest", "nearest-exact", "bilinear", "bicubic", "area"):
        raise Wrong(f"the mode must be nearest, nearest-exact, bilinear, bicubic or area, is {shown(mode)}")
    if (size is None) is (scale_factor is None):
        raise Wrong("nn.Upsample takes one of size and scale_factor", "as in [null, 2, nearest]")
    coordinates = "asymmetric" if mode == "nearest" else "align_corners" if align_corners else "half_pixel"
    return net.add("", "upsample", x, size=size, scale=scale_factor, mode=mode.removesuffix("-exact"),
                   coordinates=coordinates)  # fmt: skip


def pad(mode: str) -> Makes:
    def make(net: Network, x: Map, padding: Sides) -> Map:
        left, right, top, bottom = padding
        return net.add("", "pad", x, padding=[[top, bottom], [left, right]], padding_mode=mode)

    return make


module("nn.ZeroPad2d")(pad("zeros"))
module("nn.ReflectionPad2d")(pad("reflect"))
module("nn.ReplicationPad2d")(pad("replicate"))


def activation(type: str) -> Makes:
    """What adds an activation, whatever its options are."""

    def make(net: Network, x: Map, _1: Anything = None, _2: Anything = None, _3: Anything = None) -> Map:
        return net.add("", type, x)

    return make


for _word in ACTIVATIONS:
    module(f"nn.{_word}")(activation(ACTIVATIONS.read(_word)))


@module("nn.Dropout", "nn.Dropout2d")
def dropout(net: Network, x: Map, p: Anything = None, inplace: Anything = None) -> Map:
    return net.add("", "dropout", x)


@module("nn.BatchNorm2d")
def batch_norm(
    net: Network, x: Map, _1: Anything = None, _2: Anything = None, _3: Anything = None, _4: Anything = None,
    _5: Anything = None,
) -> Map:  # fmt: skip
    return net.add("", "batch_norm", x)


@module("nn.PixelShuffle")
def pixel_shuffle(net: Network, x: Map, factor: Count) -> Map:
    c, area = x.channels, factor * factor
    if c is not None and c % area:
        raise Wrong(f"{c} channels cannot be split into {factor}x{factor}")
    return net.add("", "pixel_shuffle", x, channels=None if c is None else c // area, scale=factor)


@module("nn.PixelUnshuffle")
def pixel_unshuffle(net: Network, x: Map, factor: Count) -> Map:
    channels = None if x.channels is None else x.channels * factor * factor
    return net.add("", "pixel_unshuffle", x, channels=channels, scale=factor)


@module("Expand")
def expand(net: Network, x: Map, factor: Count = 2) -> Map:
    return pixel_shuffle(net, x, factor)


@module("Contract")
def contract(net: Network, x: Map, factor: Count = 2) -> Map:
    return pixel_unshuffle(net, x, factor)


@module("TorchVision")
def torch_vision(
    net: Network, x: Map, c2: Count, model: Anything = None, weights: Anything = None,
    unwrap: Anything = None, truncate: Anything = None, split: Anything = None,
) -> Map:  # fmt: skip
    """A model of another library, of which only the channels are told."""
    return net.add("", "custom", x, channels=c2, unknown="TorchVision", filters=c2)
