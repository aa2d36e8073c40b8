"""Bottlenecks: units of two convolutions and more, to which their input is added."""

from __future__ import annotations

from rfcli.readers.yolo.arguments import Count, Flag, Kernels, Ratio, Width
from rfcli.readers.yolo.convolutions import ghost_conv
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import Map, Network, Sizes, counted


def residual(net: Network, x: Map, y: Map, shortcut: bool) -> Map:
    """The input added, where it is wished and has as many channels."""
    return net.add("add", "add", x, y) if shortcut and x.channels == y.channels else y


def two_convs(net: Network, x: Map, c2: int, shortcut: bool, g: int, k: tuple[Sizes, Sizes], e: float) -> Map:
    counted(x)
    y = net.block("cv1", x, int(c2 * e), k[0])
    return residual(net, x, net.block("cv2", y, c2, k[1], groups=g), shortcut)


def usual_kernels(net: Network) -> tuple[Sizes, Sizes]:
    """A bottleneck's, where none are given: YOLOv5's own files begin with 1."""
    return (1 if net.model.anchored else 3), 3


@module("Bottleneck")
def bottleneck(
    net: Network, x: Map, c2: Width, shortcut: Flag = True, g: Count = 1, k: Kernels | None = None, e: Ratio = 0.5
) -> Map:
    return two_convs(net, x, c2, shortcut, g, k or usual_kernels(net), e)


@module("GhostBottleneck")
def ghost_bottleneck(net: Network, x: Map, c2: Width, k: Sizes = 3, s: Count = 1) -> Map:
    y = ghost_conv(net / "conv/0", x, c2 // 2)
    if s == 2:
        y = net.depthwise("conv/1", y, c2 // 2, k, s, act=False)
    y = ghost_conv(net / "conv/2", y, c2, act=False)
    if s == 2:
        x = net.depthwise("shortcut/0", x, counted(x), k, s, act=False)
        x = net.block("shortcut/1", x, c2, act=False)
    return net.add("add", "add", y, x)


def cib(net: Network, x: Map, c2: int, shortcut: bool, large: bool) -> Map:
    """Compact inverted block (YOLOv10)."""
    c1 = counted(x)
    y = net.block("cv1/0", x, c1, 3, groups=c1)
    y = net.block("cv1/1", y, 2 * c2)
    y = rep_vgg(net / "cv1/2", y) if large else net.block("cv1/2", y, 2 * c2, 3, groups=2 * c2)
    y = net.block("cv1/3", y, c2)
    y = net.block("cv1/4", y, c2, 3, groups=c2)
    return residual(net, x, y, shortcut)


def rep_vgg(net: Network, x: Map) -> Map:
    """Depthwise kernels of 7 and of 3, added."""
    c = counted(x)
    terms = [net.block("conv", x, c, 7, 1, 3, c, act=False),
             net.block("conv1", x, c, 3, 1, 1, c, act=False)]  # fmt: skip
    return net.add("act", "silu", net.add("add", "add", *terms))
