"""Modules of torch itself, with the arguments that torch.nn has, and those that only rearrange a map."""

from __future__ import annotations

from rfcli.layers._parameters import shown
from rfcli.readers.yolo.activations import ACTIVATIONS
from rfcli.readers.yolo.arguments import (
    Anything,
    Count,
    Flag,
    FlagOrNone,
    Padding,
    ScaleOrNone,
    Sides,
    SizesFrom0,
    SizesOrNone,
    Width,
    sizes,
)
from rfcli.readers.yolo.modules import Makes, module
from rfcli.readers.yolo.network import Map, Network, Sizes, Wrong


@module("nn.Conv2d")
def conv(
    net: Network, x: Map, c1: Count, out_channels: Count, kernel_size: Sizes, s: Sizes = 1, p: Anything = 0,
    d: Sizes = 1, g: Count = 1, bias: Flag = True,
) -> Map:  # fmt: skip
    p = p if p in ("same", "valid") else sizes(net.model, p, 0)
    return net.conv("", x, out_channels, kernel_size, s, p, g, d, bias)


@module("nn.ConvTranspose2d")
def conv_transpose(
    net: Network, x: Map, c2: Width, kernel_size: Sizes, s: Sizes = 1, p: Padding = 0,
    output_padding: SizesFrom0 = 0, g: Count = 1, bias: Flag = True, d: Sizes = 1,
) -> Map:  # fmt: skip
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


@module("nn.AdaptiveAvgPool2d")
def adaptive_avg_pool(net: Network, x: Map, output_size: Sizes) -> Map:
    return adaptive_pool(net, x, "avg", output_size)


@module("nn.AdaptiveMaxPool2d")
def adaptive_max_pool(net: Network, x: Map, output_size: Sizes) -> Map:
    return adaptive_pool(net, x, "max", output_size)


def adaptive_pool(net: Network, x: Map, statistic: str, size: Sizes) -> Map:
    if size in (1, [1, 1]):
        return net.add("", f"global_{statistic}_pool", x)
    return net.add("", f"adaptive_{statistic}_pool", x, output_size=size)


@module("nn.Upsample")
def upsample(
    net: Network, x: Map, size: SizesOrNone = None, scale_factor: ScaleOrNone = None,
    mode: Anything = "nearest", align_corners: FlagOrNone = None,
) -> Map:  # fmt: skip
    if mode not in ("nearest", "nearest-exact", "bilinear", "bicubic", "area"):
        raise Wrong(f"the mode must be nearest, nearest-exact, bilinear, bicubic or area, is {shown(mode)}")
    if (size is None) is (scale_factor is None):
        raise Wrong("nn.Upsample takes one of size and scale_factor", "as in [null, 2, nearest]")
    coordinates = "asymmetric" if mode == "nearest" else "align_corners" if align_corners else "half_pixel"
    return net.add("", "upsample", x, size=size, scale=scale_factor, mode=mode.removesuffix("-exact"),
                   coordinates=coordinates)  # fmt: skip


@module("nn.ZeroPad2d")
def zero_pad(net: Network, x: Map, padding: Sides) -> Map:
    return padded(net, x, padding, "zeros")


@module("nn.ReflectionPad2d")
def reflection_pad(net: Network, x: Map, padding: Sides) -> Map:
    return padded(net, x, padding, "reflect")


@module("nn.ReplicationPad2d")
def replication_pad(net: Network, x: Map, padding: Sides) -> Map:
    return padded(net, x, padding, "replicate")


def padded(net: Network, x: Map, sides: Sides, mode: str) -> Map:
    left, right, top, bottom = sides
    return net.add("", "pad", x, padding=[[top, bottom], [left, right]], padding_mode=mode)


def activation(type: str) -> Makes:
    """What adds an activation, whatever its options are."""

    def make(
        net: Network, x: Map, option_1: Anything = None, option_2: Anything = None, option_3: Anything = None
    ) -> Map:
        return net.add("", type, x)

    return make


for _word in ACTIVATIONS:
    module(f"nn.{_word}")(activation(ACTIVATIONS.read(_word)))


@module("nn.Dropout", "nn.Dropout2d")
def dropout(net: Network, x: Map, p: Anything = None, inplace: Anything = None) -> Map:
    return net.add("", "dropout", x)


@module("nn.BatchNorm2d")
def batch_norm(
    net: Network, x: Map, option_1: Anything = None, option_2: Anything = None, option_3: Anything = None,
    option_4: Anything = None, option_5: Anything = None,
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
