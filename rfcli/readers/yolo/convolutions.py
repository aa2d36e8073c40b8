"""Modules that are one convolution, or two or three that stand for one."""

from __future__ import annotations

from math import gcd

from rfcli.layers._parameters import shown
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import Wrong, counted, halves, into

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.readers.yolo.arguments import Count, Flag, Padding, SizesFrom0, Width
    from rfcli.readers.yolo.network import Map, Network, Sizes


@module("Conv")
def conv(
    net: Network, name: str, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, p: Padding = None, g: Count = 1,
    d: Sizes = 1, act: Flag = True,
) -> Map:  # fmt: skip
    return net.block(name, x, c2, k, s, p, g, d, act)


@module("DWConv")
def depthwise_conv(
    net: Network, name: str, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, d: Sizes = 1, act: Flag = True
) -> Map:
    return net.depthwise(name, x, c2, k, s, d, act)


@module("Conv2")
def conv_and_pointwise(
    net: Network, name: str, x: Map, c1: Count, c2: Count, k: Sizes = 3, s: Sizes = 1, p: Padding = None, g: Count = 1,
    d: Sizes = 1, act: Flag = True,
) -> Map:  # fmt: skip
    into(x, c1, "Conv2")
    wide = net.conv(f"{name}/conv", x, c2, k, s, p, g, d)
    narrow = net.conv(f"{name}/cv2", x, c2, 1, s, halves(1, d) if p is None else p, g, d)
    y = net.add(f"{name}/bn", "batch_norm", net.add(f"{name}/add", "add", wide, narrow))
    return net.active(f"{name}/act", y, act)


@module("LightConv")
def light_conv(net: Network, name: str, x: Map, c1: Count, c2: Count, k: Sizes = 1) -> Map:
    into(x, c1, "LightConv")
    return light_block(net, name, x, c2, k, "relu")


def light_block(net: Network, name: str, x: Map, c2: int, k: Sizes, act: bool | str) -> Map:
    y = net.block(f"{name}/conv1", x, c2, act=False)
    return net.depthwise(f"{name}/conv2", y, c2, k, act=act)


@module("ConvTranspose")
def conv_transpose(
    net: Network, name: str, x: Map, c2: Width, k: Sizes = 2, s: Sizes = 2, p: Padding = 0, bn: Flag = True,
    act: Flag = True,
) -> Map:  # fmt: skip
    y = net.add(f"{name}/conv_transpose", "conv_transpose", x, channels=c2, filters=c2, kernel=k, stride=s,
                padding=p, bias=not bn)  # fmt: skip
    return net.active(f"{name}/act", net.add(f"{name}/bn", "batch_norm", y) if bn else y, act)


@module("DWConvTranspose2d")
def depthwise_transpose(
    net: Network, name: str, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, p1: SizesFrom0 = 0, p2: SizesFrom0 = 0
) -> Map:
    return net.add(name, "conv_transpose", x, channels=c2, filters=c2, kernel=k, stride=s, padding=p1,
                   output_padding=p2, groups=gcd(counted(x), c2))  # fmt: skip


@module("Focus")
def focus(
    net: Network, name: str, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, p: Padding = None, g: Count = 1,
    act: Flag = True,
) -> Map:  # fmt: skip
    channels = None if x.channels is None else 4 * x.channels
    y = net.add(f"{name}/space_to_depth", "pixel_unshuffle", x, channels=channels, scale=2)
    return net.block(f"{name}/conv", y, c2, k, s, p, g, act=act)


@module("GhostConv")
def ghost_conv(
    net: Network, name: str, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, g: Count = 1, act: Flag = True
) -> Map:
    """Half of the channels convolved, the other half made of them by a cheap one (Han et al. 2020)."""
    y = net.block(f"{name}/cv1", x, c2 // 2, k, s, groups=g, act=act)
    return net.concat(f"{name}/concat", [y, net.block(f"{name}/cv2", y, c2 // 2, 5, groups=c2 // 2, act=act)])


@module("RepConv")
def rep_conv(
    net: Network, name: str, x: Map, c1: Count, c2: Count, k: Sizes = 3, s: Sizes = 1, p: Padding = 1, g: Count = 1,
    d: Sizes = 1, act: Flag = True, bn: Flag = False,
) -> Map:  # fmt: skip
    """As it is trained: a kernel of 3, one of 1 and, with `bn`, the input itself; together one kernel of 3."""
    into(x, c1, "RepConv")
    if k != 3 or p != 1 or d != 1:
        raise Wrong(f"RepConv has kernel 3, padding 1 and no dilation, is given {shown([k, p, d])}")
    wide = net.block(f"{name}/conv1", x, c2, 3, s, 1, g, act=False)
    terms = [wide, net.block(f"{name}/conv2", x, c2, 1, s, 0, g, act=False)]
    if bn and c1 == c2 and s == 1:
        terms.append(net.add(f"{name}/bn", "batch_norm", x))
    return net.active(f"{name}/act", net.add(f"{name}/add", "add", *terms), "silu" if act else False)


@module("AConv")
def a_conv(net: Network, name: str, x: Map, c2: Width) -> Map:
    y = net.add(f"{name}/avg_pool", "avg_pool", x, kernel=2, stride=1)
    return net.block(f"{name}/cv1", y, c2, 3, 2, 1)


@module("ADown")
def a_down(net: Network, name: str, x: Map, c2: Width) -> Map:
    y = net.add(f"{name}/avg_pool", "avg_pool", x, kernel=2, stride=1)
    first, second = net.chunked(f"{name}/chunk", y)
    first = net.block(f"{name}/cv1", first, c2 // 2, 3, 2, 1)
    second = net.block(f"{name}/cv2", net.pool(f"{name}/max_pool", second, 3, 2, 1), c2 // 2, 1, 1, 0)
    return net.concat(f"{name}/concat", [first, second])


@module("SCDown")
def sc_down(net: Network, name: str, x: Map, c2: Width, k: Sizes, s: Sizes) -> Map:
    return net.block(f"{name}/cv2", net.block(f"{name}/cv1", x, c2), c2, k, s, groups=c2, act=False)
