"""Modules that are one convolution, or two or three that stand for one."""

from __future__ import annotations

from math import gcd

from rfcli.layers._parameters import shown
from rfcli.readers.yolo.arguments import Act, Count, Dilation, Flag, Padding, SizesFrom0, Width
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import Map, Network, Sizes, Wrong, counted, halves
from rfcli.readers.yolo.torch_nn import pixel_unshuffle


def undilated(d: Dilation | bool, act: Act) -> tuple[Sizes, Act]:
    """A dilation and an activation; where the activation stands in the dilation's place, none is dilated."""
    return (1, d) if isinstance(d, bool | str) else (d, act)


@module("Conv")
def conv(
    net: Network, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, p: Padding = None, g: Count = 1,
    d: Dilation = 1, act: Act = True,
) -> Map:  # fmt: skip
    d, act = undilated(d, act)
    return net.block("", x, c2, k, s, p, g, d, act)


@module("DWConv")
def depthwise_conv(
    net: Network, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, d: Dilation = 1, act: Act = True
) -> Map:
    d, act = undilated(d, act)
    return net.depthwise("", x, c2, k, s, d, act)


@module("Conv2")
def conv_and_pointwise(
    net: Network, x: Map, c1: Count, c2: Count, k: Sizes = 3, s: Sizes = 1, p: Padding = None, g: Count = 1,
    d: Sizes = 1, act: Flag = True,
) -> Map:  # fmt: skip
    wide = net.conv("conv", x, c2, k, s, p, g, d)
    narrow = net.conv("cv2", x, c2, 1, s, halves(1, d) if p is None else p, g, d)
    y = net.add("bn", "batch_norm", net.add("add", "add", wide, narrow))
    return net.active("act", y, act)


@module("LightConv")
def light_conv(net: Network, x: Map, c1: Count, c2: Count, k: Sizes = 1) -> Map:
    return light_block(net, x, c2, k, "relu")


def light_block(net: Network, x: Map, c2: int, k: Sizes, act: bool | str) -> Map:
    y = net.block("conv1", x, c2, act=False)
    return net.depthwise("conv2", y, c2, k, act=act)


@module("ConvTranspose")
def conv_transpose(
    net: Network, x: Map, c2: Width, k: Sizes = 2, s: Sizes = 2, p: Padding = 0, bn: Flag = True, act: Act = True
) -> Map:
    y = net.add("conv_transpose", "conv_transpose", x, channels=c2, filters=c2, kernel=k, stride=s,
                padding=p, bias=not bn)  # fmt: skip
    return net.active("act", net.add("bn", "batch_norm", y) if bn else y, act)


@module("DWConvTranspose2d")
def depthwise_transpose(
    net: Network, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, p1: SizesFrom0 = 0, p2: SizesFrom0 = 0
) -> Map:
    return net.add("", "conv_transpose", x, channels=c2, filters=c2, kernel=k, stride=s, padding=p1,
                   output_padding=p2, groups=gcd(counted(x), c2))  # fmt: skip


@module("Focus")
def focus(
    net: Network, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, p: Padding = None, g: Count = 1, act: Act = True
) -> Map:
    return net.block("conv", pixel_unshuffle(net / "space_to_depth", x, 2), c2, k, s, p, g, act=act)


@module("GhostConv")
def ghost_conv(net: Network, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, g: Count = 1, act: Act = True) -> Map:
    """Half of the channels convolved, the other half made of them by a cheap one (Han et al. 2020)."""
    y = net.block("cv1", x, c2 // 2, k, s, groups=g, act=act)
    return net.concat("concat", [y, net.block("cv2", y, c2 // 2, 5, groups=c2 // 2, act=act)])


@module("RepConv")
def rep_conv(
    net: Network, x: Map, c1: Count, c2: Count, k: Sizes = 3, s: Sizes = 1, p: Padding = 1, g: Count = 1,
    d: Sizes = 1, act: Flag = True, bn: Flag = False,
) -> Map:  # fmt: skip
    """As it is trained: a kernel of 3, one of 1 and, with `bn`, the input itself; together one kernel of 3."""
    if k != 3 or p != 1 or d != 1:
        raise Wrong(f"RepConv has kernel 3, padding 1 and no dilation, is given {shown([k, p, d])}")
    wide = net.block("conv1", x, c2, 3, s, 1, g, act=False)
    terms = [wide, net.block("conv2", x, c2, 1, s, 0, g, act=False)]
    if bn and c1 == c2 and s == 1:
        terms.append(net.add("bn", "batch_norm", x))
    return net.active("act", net.add("add", "add", *terms), "silu" if act else False)


@module("AConv")
def a_conv(net: Network, x: Map, c2: Width) -> Map:
    y = net.add("avg_pool", "avg_pool", x, kernel=2, stride=1)
    return net.block("cv1", y, c2, 3, 2, 1)


@module("ADown")
def a_down(net: Network, x: Map, c2: Width) -> Map:
    y = net.add("avg_pool", "avg_pool", x, kernel=2, stride=1)
    first, second = net.chunked("chunk", y)
    first = net.block("cv1", first, c2 // 2, 3, 2, 1)
    second = net.block("cv2", net.pool("max_pool", second, 3, 2, 1), c2 // 2, 1, 1, 0)
    return net.concat("concat", [first, second])


@module("SCDown")
def sc_down(net: Network, x: Map, c2: Width, k: Sizes, s: Sizes) -> Map:
    return net.block("cv2", net.block("cv1", x, c2), c2, k, s, groups=c2, act=False)
