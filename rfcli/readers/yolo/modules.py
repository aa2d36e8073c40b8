"""The modules of YOLO models: what layers each is made of, written from their published structure.

A module is a function that adds its layers, registered under its name with what its arguments are. Layers are called by
the paths that the framework gives their weights, `cv1/conv`, `m/0/cv2/bn`; what has none there is called by what it
does: `concat`, `add`, `chunk_1`.
"""

from __future__ import annotations

from math import gcd

from rfcli.layers._parameters import shown
from rfcli.readers.yolo.network import (
    ACT,
    C2,
    INTO,
    SHORTCUT,
    Arg,
    D,
    E,
    G,
    K,
    Map,
    P,
    S,
    Wrong,
    anything,
    count,
    counted,
    flag,
    halves,
    into,
    module,
    ratio,
    several,
    signed,
    sizes,
    sizes_or_none,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.readers.yolo.network import Network, Sizes


# Convolutions


@module("Conv", C2, K, S, P, G, D, ACT)
def conv(
    net: Network, name: str, x: Map, c2: int, k: Sizes = 1, s: Sizes = 1, p: Sizes | None = None, g: int = 1,
    d: Sizes = 1, act: bool = True,
) -> Map:  # fmt: skip
    return net.block(name, x, c2, k, s, p, g, d, act)


@module("DWConv", C2, K, S, D, ACT)
def depthwise_conv(
    net: Network, name: str, x: Map, c2: int, k: Sizes = 1, s: Sizes = 1, d: Sizes = 1, act: bool = True
) -> Map:
    return net.depthwise(name, x, c2, k, s, d, act)


@module("Conv2", INTO, Arg("channels", count, True), K, S, P, G, D, ACT)
def conv_and_pointwise(
    net: Network, name: str, x: Map, c1: int, c2: int, k: Sizes = 3, s: Sizes = 1, p: Sizes | None = None, g: int = 1,
    d: Sizes = 1, act: bool = True,
) -> Map:  # fmt: skip
    into(x, c1, "Conv2")
    wide = net.conv(f"{name}/conv", x, c2, k, s, p, g, d)
    narrow = net.conv(f"{name}/cv2", x, c2, 1, s, halves(1, d) if p is None else p, g, d)
    y = net.add(f"{name}/bn", "batch_norm", net.add(f"{name}/add", "add", wide, narrow))
    return net.active(f"{name}/act", y, act)


@module("LightConv", INTO, Arg("channels", count, True), K)
def light_conv(net: Network, name: str, x: Map, c1: int, c2: int, k: Sizes = 1) -> Map:
    into(x, c1, "LightConv")
    return light(net, name, x, c2, k, "relu")


def light(net: Network, name: str, x: Map, c2: int, k: Sizes, act: bool | str) -> Map:
    y = net.block(f"{name}/conv1", x, c2, act=False)
    return net.depthwise(f"{name}/conv2", y, c2, k, act=act)


@module("ConvTranspose", C2, K, S, P, Arg("bn", flag), ACT)
def conv_transpose(
    net: Network, name: str, x: Map, c2: int, k: Sizes = 2, s: Sizes = 2, p: Sizes | None = 0, bn: bool = True,
    act: bool = True,
) -> Map:  # fmt: skip
    y = net.add(f"{name}/conv_transpose", "conv_transpose", x, channels=c2, filters=c2, kernel=k, stride=s,
                padding=p, bias=not bn)  # fmt: skip
    return net.active(f"{name}/act", net.add(f"{name}/bn", "batch_norm", y) if bn else y, act)


@module("DWConvTranspose2d", C2, K, S, Arg("p1", sizes_or_none), Arg("p2", sizes_or_none))
def depthwise_transpose(
    net: Network, name: str, x: Map, c2: int, k: Sizes = 1, s: Sizes = 1, p1: Sizes = 0, p2: Sizes = 0
) -> Map:
    return net.add(name, "conv_transpose", x, channels=c2, filters=c2, kernel=k, stride=s, padding=p1,
                   output_padding=p2, groups=gcd(counted(x), c2))  # fmt: skip


@module("Focus", C2, K, S, P, G, ACT)
def focus(
    net: Network, name: str, x: Map, c2: int, k: Sizes = 1, s: Sizes = 1, p: Sizes | None = None, g: int = 1,
    act: bool = True,
) -> Map:  # fmt: skip
    channels = None if x.channels is None else 4 * x.channels
    y = net.add(f"{name}/space_to_depth", "pixel_unshuffle", x, channels=channels, scale=2)
    return net.block(f"{name}/conv", y, c2, k, s, p, g, act=act)


@module("GhostConv", C2, K, S, G, ACT)
def ghost_conv(
    net: Network, name: str, x: Map, c2: int, k: Sizes = 1, s: Sizes = 1, g: int = 1, act: bool = True
) -> Map:
    """Half of the channels convolved, the other half made of them by a cheap one (Han et al. 2020)."""
    y = net.block(f"{name}/cv1", x, c2 // 2, k, s, groups=g, act=act)
    return net.concat(f"{name}/concat", [y, net.block(f"{name}/cv2", y, c2 // 2, 5, groups=c2 // 2, act=act)])


@module("RepConv", INTO, Arg("channels", count, True), K, S, P, G, D, ACT, Arg("bn", flag))
def rep_conv(
    net: Network, name: str, x: Map, c1: int, c2: int, k: Sizes = 3, s: Sizes = 1, p: Sizes | None = 1, g: int = 1,
    d: Sizes = 1, act: bool = True, bn: bool = False,
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


@module("AConv", C2)
def a_conv(net: Network, name: str, x: Map, c2: int) -> Map:
    y = net.add(f"{name}/avg_pool", "avg_pool", x, kernel=2, stride=1)
    return net.block(f"{name}/cv1", y, c2, 3, 2, 1)


@module("ADown", C2)
def a_down(net: Network, name: str, x: Map, c2: int) -> Map:
    y = net.add(f"{name}/avg_pool", "avg_pool", x, kernel=2, stride=1)
    first, second = net.chunked(f"{name}/chunk", y)
    first = net.block(f"{name}/cv1", first, c2 // 2, 3, 2, 1)
    second = net.block(f"{name}/cv2", net.pool(f"{name}/max_pool", second, 3, 2, 1), c2 // 2, 1, 1, 0)
    return net.concat(f"{name}/concat", [first, second])


@module("SCDown", C2, Arg("k", sizes, True), Arg("s", sizes, True))
def sc_down(net: Network, name: str, x: Map, c2: int, k: Sizes, s: Sizes) -> Map:
    return net.block(f"{name}/cv2", net.block(f"{name}/cv1", x, c2), c2, k, s, groups=c2, act=False)


# Bottlenecks


def residual(net: Network, name: str, x: Map, y: Map, shortcut: bool) -> Map:
    """The input added, where it is wished and has as many channels."""
    return net.add(f"{name}/add", "add", x, y) if shortcut and x.channels == y.channels else y


def two_convs(
    net: Network, name: str, x: Map, c2: int, shortcut: bool, g: int, k: tuple[Sizes, Sizes], e: float
) -> Map:
    counted(x)
    y = net.block(f"{name}/cv1", x, int(c2 * e), k[0])
    return residual(net, name, x, net.block(f"{name}/cv2", y, c2, k[1], groups=g), shortcut)


def usual_kernels(net: Network) -> tuple[Sizes, Sizes]:
    """A bottleneck's, where none are given: YOLOv5's own files begin with 1."""
    return (1 if net.anchored else 3), 3


def chain(net: Network, name: str, x: Map, n: int, unit: Callable[[str, Map], Map]) -> Map:
    """Units one after another: `m/0`, `m/1`, …"""
    for at in range(n):
        x = unit(f"{name}/m/{at}", x)
    return x


def grown(net: Network, name: str, maps: list[Map], n: int, unit: Callable[[str, Map], Map]) -> list[Map]:
    """Maps, and those of units one after another from the last of them."""
    for at in range(n):
        maps.append(unit(f"{name}/m/{at}", maps[-1]))
    return maps


def _pair(net: Network, value: Any) -> tuple[Sizes, Sizes]:
    if not isinstance(value, list) or len(value) != 2:
        raise Wrong(f"must be a list of two kernels, is {shown(value)}")
    return sizes(net, value[0]), sizes(net, value[1])


@module("Bottleneck", C2, SHORTCUT, G, Arg("k", _pair), E)
def bottleneck(
    net: Network, name: str, x: Map, c2: int, shortcut: bool = True, g: int = 1,
    k: tuple[Sizes, Sizes] | None = None, e: float = 0.5,
) -> Map:  # fmt: skip
    return two_convs(net, name, x, c2, shortcut, g, k or usual_kernels(net), e)


@module("GhostBottleneck", C2, K, Arg("s", count))
def ghost_bottleneck(net: Network, name: str, x: Map, c2: int, k: Sizes = 3, s: int = 1) -> Map:
    y = ghost_conv(net, f"{name}/conv/0", x, c2 // 2)
    if s == 2:
        y = net.depthwise(f"{name}/conv/1", y, c2 // 2, k, s, act=False)
    y = ghost_conv(net, f"{name}/conv/2", y, c2, act=False)
    if s == 2:
        x = net.depthwise(f"{name}/shortcut/0", x, counted(x), k, s, act=False)
        x = net.block(f"{name}/shortcut/1", x, c2, act=False)
    return net.add(f"{name}/add", "add", y, x)


@module("C1", C2, repeats=True)
def c1(net: Network, name: str, x: Map, c2: int, n: int) -> Map:
    y = net.block(f"{name}/cv1", x, c2)
    return net.add(f"{name}/add", "add", chain(net, name, y, n, lambda at, z: net.block(at, z, c2, 3)), y)


@module("C2", C2, SHORTCUT, G, E, repeats=True)
def c2(net: Network, name: str, x: Map, c2: int, n: int, shortcut: bool = True, g: int = 1, e: float = 0.5) -> Map:
    c = int(c2 * e)
    first, second = net.chunked(f"{name}/chunk", net.block(f"{name}/cv1", x, 2 * c))
    first = chain(net, name, first, n, lambda at, y: two_convs(net, at, y, c, shortcut, g, (3, 3), 1.0))
    return net.block(f"{name}/cv2", net.concat(f"{name}/concat", [first, second]), c2)


def c2f_of(net: Network, name: str, x: Map, c2: int, n: int, e: float, unit: Callable[[str, Map, int], Map]) -> Map:
    """Units in a row, whose maps are all kept (cross stage partial, faster)."""
    c = int(c2 * e)
    maps = net.chunked(f"{name}/chunk", net.block(f"{name}/cv1", x, 2 * c))
    maps = grown(net, name, maps, n, lambda at, y: unit(at, y, c))
    return net.block(f"{name}/cv2", net.concat(f"{name}/concat", maps), c2)


@module("C2f", C2, SHORTCUT, G, E, repeats=True)
def c2f(net: Network, name: str, x: Map, c2: int, n: int, shortcut: bool = False, g: int = 1, e: float = 0.5) -> Map:
    return c2f_of(net, name, x, c2, n, e, lambda at, y, c: two_convs(net, at, y, c, shortcut, g, (3, 3), 1.0))


def c3_of(net: Network, name: str, x: Map, c2: int, e: float, body: Callable[[Map, int], Map]) -> Map:
    """Two ways, one of them through units, joined (cross stage partial with three convolutions)."""
    c = int(c2 * e)
    y = body(net.block(f"{name}/cv1", x, c), c)
    return net.block(f"{name}/cv3", net.concat(f"{name}/concat", [y, net.block(f"{name}/cv2", x, c)]), c2)


def c3_kernels(
    net: Network, name: str, x: Map, c2: int, n: int, shortcut: bool, g: int, e: float, k: tuple[Sizes, Sizes]
) -> Map:
    return c3_of(net, name, x, c2, e, lambda y, c: chain(
        net, name, y, n, lambda at, z: two_convs(net, at, z, c, shortcut, g, k, 1.0)
    ))  # fmt: skip


@module("C3", C2, SHORTCUT, G, E, repeats=True)
def c3(net: Network, name: str, x: Map, c2: int, n: int, shortcut: bool = True, g: int = 1, e: float = 0.5) -> Map:
    return c3_kernels(net, name, x, c2, n, shortcut, g, e, (1, 3))


@module("C3x", C2, SHORTCUT, G, E, repeats=True)
def c3x(net: Network, name: str, x: Map, c2: int, n: int, shortcut: bool = True, g: int = 1, e: float = 0.5) -> Map:
    return c3_kernels(net, name, x, c2, n, shortcut, g, e, ([1, 3], [3, 1]))


@module("C3Ghost", C2, SHORTCUT, G, E, repeats=True)
def c3_ghost(
    net: Network, name: str, x: Map, c2: int, n: int, shortcut: bool = True, g: int = 1, e: float = 0.5
) -> Map:
    return c3_of(net, name, x, c2, e, lambda y, c: chain(
        net, name, y, n, lambda at, z: ghost_bottleneck(net, at, z, c)
    ))  # fmt: skip


@module("C3k", INTO, Arg("channels", count, True), Arg("n", count), SHORTCUT, G, E, Arg("k", sizes))
def c3k_stated(
    net: Network, name: str, x: Map, c1: int, c2: int, n: int = 1, shortcut: bool = True, g: int = 1, e: float = 0.5,
    k: Sizes = 3,
) -> Map:  # fmt: skip
    into(x, c1, "C3k")
    return c3_kernels(net, name, x, c2, n, shortcut, g, e, (k, k))


def c3k(net: Network, name: str, x: Map, c2: int, shortcut: bool, g: int) -> Map:
    """What stands for a bottleneck in C3k2 and A2C2f."""
    return c3_kernels(net, name, x, c2, 2, shortcut, g, 0.5, (3, 3))


@module("C3k2", C2, Arg("c3k", flag), E, Arg("attn", flag), G, SHORTCUT, repeats=True)
def c3k2(
    net: Network, name: str, x: Map, c2: int, n: int, use_c3k: bool = False, e: float = 0.5, attn: bool = False,
    g: int = 1, shortcut: bool = True,
) -> Map:  # fmt: skip
    net.plain_heads = False
    use_c3k = use_c3k or net.scale in ("m", "l", "x")

    def unit(at: str, y: Map, c: int) -> Map:
        if attn:
            y = two_convs(net, f"{at}/0", y, c, shortcut, g, (3, 3), 0.5)
            return psa_block(net, f"{at}/1", y)
        return c3k(net, at, y, c, shortcut, g) if use_c3k else two_convs(net, at, y, c, shortcut, g, (3, 3), 0.5)

    return c2f_of(net, name, x, c2, n, e, unit)


@module("C3f", INTO, Arg("channels", count, True), Arg("n", count), SHORTCUT, G, E)
def c3f(
    net: Network, name: str, x: Map, c1: int, c2: int, n: int = 1, shortcut: bool = False, g: int = 1, e: float = 0.5
) -> Map:
    into(x, c1, "C3f")
    c = int(c2 * e)
    maps = [net.block(f"{name}/cv2", x, c), net.block(f"{name}/cv1", x, c)]
    grown(net, name, maps, n, lambda at, y: two_convs(net, at, y, c, shortcut, g, (3, 3), 1.0))
    return net.block(f"{name}/cv3", net.concat(f"{name}/concat", maps), c2)


@module("BottleneckCSP", C2, SHORTCUT, G, E, repeats=True)
def bottleneck_csp(
    net: Network, name: str, x: Map, c2: int, n: int, shortcut: bool = True, g: int = 1, e: float = 0.5
) -> Map:
    c = int(c2 * e)
    y = net.block(f"{name}/cv1", x, c)
    y = chain(net, name, y, n, lambda at, z: two_convs(net, at, z, c, shortcut, g, usual_kernels(net), 1.0))
    y = net.conv(f"{name}/cv3", y, c)
    y = net.concat(f"{name}/concat", [y, net.conv(f"{name}/cv2", x, c)])
    y = net.add(f"{name}/act", "silu", net.add(f"{name}/bn", "batch_norm", y))
    return net.block(f"{name}/cv4", y, c2)


@module("RepC3", C2, E, repeats=True)
def rep_c3(net: Network, name: str, x: Map, c2: int, n: int, e: float = 1.0) -> Map:
    c = int(c2 * e)
    y = net.block(f"{name}/cv1", x, c)
    y = chain(net, name, y, n, lambda at, z: rep_conv(net, at, z, c, c))
    y = net.add(f"{name}/add", "add", y, net.block(f"{name}/cv2", x, c))
    return y if c == c2 else net.block(f"{name}/cv3", y, c2)


def rep_csp(net: Network, name: str, x: Map, c2: int, n: int) -> Map:
    def unit(at: str, y: Map, c: int) -> Map:
        z = rep_conv(net, f"{at}/cv1", y, c, c)
        return residual(net, at, y, net.block(f"{at}/cv2", z, c, 3), True)

    return c3_of(net, name, x, c2, 0.5, lambda y, c: chain(net, name, y, n, lambda at, z: unit(at, z, c)))


def elan(net: Network, name: str, x: Map, c2: int, c3: int, c4: int, unit: Callable[[str, Map], Map]) -> Map:
    """Efficient layer aggregation: two halves, two units in a row, all joined (YOLOv9)."""
    maps = net.chunked(f"{name}/chunk", net.block(f"{name}/cv1", x, c3))
    for at in (2, 3):
        maps.append(unit(f"{name}/cv{at}", maps[-1]))
    return net.block(f"{name}/cv4", net.concat(f"{name}/concat", maps), c2)


@module("RepNCSPELAN4", C2, Arg("c3", count, True), Arg("c4", count, True), Arg("n", count))
def rep_elan(net: Network, name: str, x: Map, c2: int, c3: int, c4: int, n: int = 1) -> Map:
    return elan(net, name, x, c2, c3, c4, lambda at, y: net.block(
        f"{at}/1", rep_csp(net, f"{at}/0", y, c4, n), c4, 3
    ))  # fmt: skip


@module("ELAN1", C2, Arg("c3", count, True), Arg("c4", count, True))
def elan1(net: Network, name: str, x: Map, c2: int, c3: int, c4: int) -> Map:
    return elan(net, name, x, c2, c3, c4, lambda at, y: net.block(at, y, c4, 3))


def cib(net: Network, name: str, x: Map, c2: int, shortcut: bool, large: bool) -> Map:
    """Compact inverted block (YOLOv10)."""
    c1 = counted(x)
    y = net.block(f"{name}/cv1/0", x, c1, 3, groups=c1)
    y = net.block(f"{name}/cv1/1", y, 2 * c2)
    y = rep_vgg(net, f"{name}/cv1/2", y) if large else net.block(f"{name}/cv1/2", y, 2 * c2, 3, groups=2 * c2)
    y = net.block(f"{name}/cv1/3", y, c2)
    y = net.block(f"{name}/cv1/4", y, c2, 3, groups=c2)
    return residual(net, name, x, y, shortcut)


def rep_vgg(net: Network, name: str, x: Map) -> Map:
    """Depthwise kernels of 7 and of 3, added."""
    c = counted(x)
    terms = [net.block(f"{name}/conv", x, c, 7, 1, 3, c, act=False),
             net.block(f"{name}/conv1", x, c, 3, 1, 1, c, act=False)]  # fmt: skip
    return net.add(f"{name}/act", "silu", net.add(f"{name}/add", "add", *terms))


@module("C2fCIB", C2, SHORTCUT, Arg("lk", flag), G, E, repeats=True)
def c2f_cib(
    net: Network, name: str, x: Map, c2: int, n: int, shortcut: bool = False, lk: bool = False, g: int = 1,
    e: float = 0.5,
) -> Map:  # fmt: skip
    net.plain_heads = False
    return c2f_of(net, name, x, c2, n, e, lambda at, y, c: cib(net, at, y, c, shortcut, lk))


@module("HGStem", Arg("cm", count, True), Arg("channels", count, True))
def hg_stem(net: Network, name: str, x: Map, cm: int, c2: int) -> Map:
    """PP-HGNetV2's stem; its even kernels are kept in size by a row and a column of zeros behind."""
    x = net.block(f"{name}/stem1", x, cm, 3, 2, act="relu")
    x = net.add(f"{name}/pad_1", "pad", x, padding=[[0, 1], [0, 1]])
    y = net.block(f"{name}/stem2a", x, cm // 2, 2, 1, 0, act="relu")
    y = net.add(f"{name}/pad_2", "pad", y, padding=[[0, 1], [0, 1]])
    y = net.block(f"{name}/stem2b", y, cm, 2, 1, 0, act="relu")
    pooled = net.add(f"{name}/pool", "max_pool", x, kernel=2, stride=1, ceil_mode=True)
    y = net.block(f"{name}/stem3", net.concat(f"{name}/concat", [pooled, y]), cm, 3, 2, act="relu")
    return net.block(f"{name}/stem4", y, c2, act="relu")


@module("HGBlock", Arg("cm", count, True), Arg("channels", count, True), Arg("k", sizes, True), Arg("light", flag),
        SHORTCUT, repeats=True)  # fmt: skip
def hg_block(
    net: Network, name: str, x: Map, cm: int, n: int, c2: int, k: Sizes, lightly: bool = False, shortcut: bool = False
) -> Map:
    maps = grown(net, name, [x], n, lambda at, y: (
        light(net, at, y, cm, k, "relu") if lightly else net.block(at, y, cm, k, act="relu")
    ))  # fmt: skip
    y = net.block(f"{name}/sc", net.concat(f"{name}/concat", maps), c2 // 2, act="relu")
    return residual(net, name, x, net.block(f"{name}/ec", y, c2, act="relu"), shortcut)


@module("ResNetLayer", INTO, Arg("channels", count, True), Arg("s", count), Arg("first", flag), Arg("n", count),
        Arg("e", count))  # fmt: skip
def resnet_layer(
    net: Network, name: str, x: Map, c1: int, c2: int, s: int = 1, first: bool = False, n: int = 1, e: int = 4
) -> Map:
    into(x, c1, "ResNetLayer")
    if first:
        return net.pool(f"{name}/layer/1", net.block(f"{name}/layer/0", x, c2, 7, 2, 3), 3, 2, 1)
    for at in range(n):
        stride, here = s if at == 0 else 1, f"{name}/layer/{at}"
        y = net.block(f"{here}/cv2", net.block(f"{here}/cv1", x, c2), c2, 3, stride, 1)
        y = net.block(f"{here}/cv3", y, e * c2, act=False)
        if stride != 1 or (c1 if at == 0 else e * c2) != e * c2:
            x = net.block(f"{here}/shortcut/0", x, e * c2, 1, stride, act=False)
        x = net.add(f"{here}/act", "relu", net.add(f"{here}/add", "add", y, x))
    return x


# Pyramids of pools


@module("SPP", C2, Arg("k", several))
def spp(net: Network, name: str, x: Map, c2: int, k: Sequence[int] = (5, 9, 13)) -> Map:
    y = net.block(f"{name}/cv1", x, counted(x) // 2)
    maps = [y, *(net.pool(f"{name}/m/{at}", y, size) for at, size in enumerate(k))]
    return net.block(f"{name}/cv2", net.concat(f"{name}/concat", maps), c2)


@module("SPPF", C2, Arg("k", count), Arg("n", count), SHORTCUT)
def sppf(net: Network, name: str, x: Map, c2: int, k: int = 5, times: int | None = None, shortcut: bool = False) -> Map:
    """Pools in a row; files that say how many have no activation before them."""
    maps = [net.block(f"{name}/cv1", x, counted(x) // 2, act=times is None)]
    for at in range(3 if times is None else times):
        maps.append(net.pool(f"{name}/m_{at + 1}", maps[-1], k))
    return residual(net, name, x, net.block(f"{name}/cv2", net.concat(f"{name}/concat", maps), c2), shortcut)


@module("SPPELAN", C2, Arg("c3", count, True), Arg("k", count))
def spp_elan(net: Network, name: str, x: Map, c2: int, c3: int, k: int = 5) -> Map:
    maps = [net.block(f"{name}/cv1", x, c3)]
    for at in (2, 3, 4):
        maps.append(net.pool(f"{name}/cv{at}", maps[-1], k))
    return net.block(f"{name}/cv5", net.concat(f"{name}/concat", maps), c2)


# Attention


def projected(net: Network, name: str, x: Map, features: int, bias: bool = True) -> Map:
    """A linear layer at every position."""
    return net.conv(name, x, features, bias=bias)


def heads_of(c: int, heads: int) -> int:
    """Channels of each of so many heads."""
    if c % heads:
        raise Wrong(f"{c} channels cannot be split into {heads} heads")
    return c // heads


def self_attention(net: Network, name: str, x: Map, heads: int, key: int, kernel: int, areas: int = 1) -> Map:
    """Attention with a depthwise convolution of the values as position, `key` channels of each head's keys."""
    c = counted(x)
    heads_of(c, heads)
    qkv = net.block(f"{name}/qkv", x, c + 2 * key * heads, act=False)
    seen = net.attention(f"{name}/attention", qkv, key * heads, c, areas, heads)
    values = net.add(f"{name}/v", "custom", qkv, channels=c, filters=c, params=0, macs=0)
    positions = net.block(f"{name}/pe", values, c, kernel, groups=c, act=False)
    return net.block(f"{name}/proj", net.add(f"{name}/add", "add", seen, positions), c, act=False)


def narrow_attention(net: Network, name: str, x: Map) -> Map:
    """Heads of 64 channels with keys half as wide (YOLOv10)."""
    c = counted(x)
    heads = max(c // 64, 1)
    return self_attention(net, name, x, heads, heads_of(c, heads) // 2, 3)


def psa_block(net: Network, name: str, x: Map) -> Map:
    """Attention, then two pointwise convolutions, each added to its input."""
    c = counted(x)
    x = net.add(f"{name}/add_1", "add", x, narrow_attention(net, f"{name}/attn", x))
    y = net.block(f"{name}/ffn/1", net.block(f"{name}/ffn/0", x, 2 * c), c, act=False)
    return net.add(f"{name}/add_2", "add", x, y)


def half_attended(net: Network, name: str, x: Map, c2: int, e: float, body: Callable[[Map], Map]) -> Map:
    """One half of the channels goes through attention."""
    if counted(x) != c2:
        raise Wrong(f"its {c2} channels must be those of its input, which has {x.channels}")
    first, second = net.chunked(f"{name}/chunk", net.block(f"{name}/cv1", x, 2 * int(c2 * e)))
    return net.block(f"{name}/cv2", net.concat(f"{name}/concat", [first, body(second)]), c2)


@module("PSA", C2, E)
def psa(net: Network, name: str, x: Map, c2: int, e: float = 0.5) -> Map:
    return half_attended(net, name, x, c2, e, lambda y: psa_block(net, name, y))


@module("C2PSA", C2, E, repeats=True)
def c2psa(net: Network, name: str, x: Map, c2: int, n: int, e: float = 0.5) -> Map:
    return half_attended(net, name, x, c2, e, lambda y: chain(net, name, y, n, lambda at, z: psa_block(net, at, z)))


@module("C2fPSA", C2, E, repeats=True)
def c2f_psa(net: Network, name: str, x: Map, c2: int, n: int, e: float = 0.5) -> Map:
    if counted(x) != c2:
        raise Wrong(f"its {c2} channels must be those of its input, which has {x.channels}")
    return c2f_of(net, name, x, c2, n, e, lambda at, y, c: psa_block(net, at, y))


@module("A2C2f", C2, Arg("a2", flag), Arg("area", signed), Arg("residual", flag), Arg("mlp_ratio", ratio), E, G,
        SHORTCUT, repeats=True)  # fmt: skip
def a2c2f(net: Network, name: str, x: Map, c2: int, n: int, a2: bool = True, area: int = 1, *rest: Any) -> Map:
    """Attention within stripes of the map, the areas (YOLO12); large scales put two arguments behind those given."""
    net.plain_heads = False
    if net.scale in ("l", "x"):
        rest = (*rest, True, 1.2)
    gained, mlp_ratio, e, g, shortcut = (*rest, *(False, 2.0, 0.5, 1, True)[len(rest) :])[:5]
    c = int(c2 * e)
    if c % 32:
        raise Wrong(f"its {c} hidden channels cannot be split into heads of 32")

    def attentive(at: str, y: Map) -> Map:
        y = net.add(f"{at}/add_1", "add", y, self_attention(net, f"{at}/attn", y, c // 32, 32, 7, area))
        z = net.block(f"{at}/mlp/1", net.block(f"{at}/mlp/0", y, int(c * mlp_ratio)), c, act=False)
        return net.add(f"{at}/add_2", "add", y, z)

    def unit(at: str, y: Map) -> Map:
        return attentive(f"{at}/1", attentive(f"{at}/0", y)) if a2 else c3k(net, at, y, c, shortcut, g)

    maps = grown(net, name, [net.block(f"{name}/cv1", x, c)], n, unit)
    y = net.block(f"{name}/cv2", net.concat(f"{name}/concat", maps), c2)
    if a2 and gained:
        y = net.add(f"{name}/add", "add", x, net.add(f"{name}/gamma", "channel_scale", y))
    return y


def multi_head(net: Network, name: str, x: Map, c: int, heads: int) -> Map:
    """Multi-head attention of queries, keys and values that lie behind one another, c channels each."""
    heads_of(c, heads)
    y = net.conv(f"{name}/in_proj", x, 3 * c, groups=1 if x.channels == c else 3, bias=True)
    return projected(net, f"{name}/out_proj", net.attention(f"{name}/attention", y, c, c, heads=heads), c)


@module("C3TR", C2, SHORTCUT, G, E, repeats=True)
def c3tr(net: Network, name: str, x: Map, c2: int, n: int, shortcut: bool = True, g: int = 1, e: float = 0.5) -> Map:
    def transformer(y: Map, c: int) -> Map:
        y = net.add(f"{name}/m/add", "add", y, projected(net, f"{name}/m/linear", y, c))
        for at in range(n):
            here = f"{name}/m/tr/{at}"
            qkv = [projected(net, f"{here}/{part}", y, c, bias=False) for part in "qkv"]
            z = multi_head(net, f"{here}/ma", net.concat(f"{here}/concat", qkv), c, 4)
            y = net.add(f"{here}/add_1", "add", z, y)
            z = projected(net, f"{here}/fc2", projected(net, f"{here}/fc1", y, c, bias=False), c, bias=False)
            y = net.add(f"{here}/add_2", "add", z, y)
        return y

    return c3_of(net, name, x, c2, e, transformer)


@module("AIFI", Arg("cm", count), Arg("heads", count), Arg("dropout", anything), Arg("act", anything),
        Arg("before", flag))  # fmt: skip
def aifi(
    net: Network, name: str, x: Map, cm: int = 2048, heads: int = 8, dropout: Any = 0, act: Any = None,
    before: bool = False,
) -> Map:  # fmt: skip
    """A transformer's encoder layer over the map (RT-DETR)."""
    c = counted(x)

    def normed(which: int, y: Map) -> Map:
        return net.add(f"{name}/norm{which}", "layer_norm", y)

    y = multi_head(net, f"{name}/ma", normed(1, x) if before else x, c, heads)
    x = net.add(f"{name}/add_1", "add", x, y)
    x = x if before else normed(1, x)
    y = projected(net, f"{name}/fc1", normed(2, x) if before else x, cm)
    y = projected(net, f"{name}/fc2", net.add(f"{name}/act", "gelu", y), c)
    x = net.add(f"{name}/add_2", "add", x, y)
    return x if before else normed(2, x)


def channel_attention(net: Network, name: str, x: Map) -> Map:
    y = net.conv(f"{name}/fc", net.add(f"{name}/pool", "global_avg_pool", x), counted(x), bias=True)
    return net.add(f"{name}/multiply", "multiply", x, net.add(f"{name}/act", "sigmoid", y))


def spatial_attention(net: Network, name: str, x: Map, k: int) -> Map:
    if k not in (3, 7):
        raise Wrong(f"its kernel is 3 or 7, not {k}")
    maps = [net.add(f"{name}/{part}", "custom", x, channels=1, filters=1, params=0, macs=0) for part in ("mean", "max")]
    y = net.conv(f"{name}/cv1", net.concat(f"{name}/concat", maps), 1, k)
    return net.add(f"{name}/multiply", "multiply", x, net.add(f"{name}/act", "sigmoid", y))


@module("CBAM", INTO, Arg("k", count))
def cbam(net: Network, name: str, x: Map, c1: int, k: int = 7) -> Map:
    into(x, c1, "CBAM")
    return spatial_attention(
        net, f"{name}/spatial_attention", channel_attention(net, f"{name}/channel_attention", x), k
    )


@module("ChannelAttention", INTO)
def channel_attention_stated(net: Network, name: str, x: Map, c1: int) -> Map:
    into(x, c1, "ChannelAttention")
    return channel_attention(net, name, x)


@module("SpatialAttention", Arg("k", count))
def spatial_attention_stated(net: Network, name: str, x: Map, k: int = 7) -> Map:
    return spatial_attention(net, name, x, k)


# Prompts


@module("C2fAttn", C2, Arg("ec", count), Arg("nh", count), Arg("gc", count), SHORTCUT, G, E, repeats=True)
def c2f_attn(
    net: Network, name: str, x: Map, c2: int, n: int, ec: int = 128, nh: int = 1, gc: int = 512,
    shortcut: bool = False, g: int = 1, e: float = 0.5,
) -> Map:  # fmt: skip
    """C2f, and its last map weighted by how well it fits one of the prompts (YOLO-World); their channels are c2*e."""
    c = int(c2 * e)
    if nh > 1:
        nh = int(max(round(min(nh, net.max_channels // 2 // 32)) * net.width, 1))
    heads_of(c, nh)
    maps = net.chunked(f"{name}/chunk", net.block(f"{name}/cv1", x, 2 * c))
    grown(net, name, maps, n, lambda at, y: two_convs(net, at, y, c, shortcut, g, (3, 3), 1.0))
    y, here = maps[-1], f"{name}/attn"
    fits, own, once = y, gc * c + c + nh, net.texts * gc * c
    if net.guide is not None:
        into(net.guide, gc, "C2fAttn")
        prompts = net.add(f"{here}/gl", "custom", net.guide, channels=c, filters=c, params=gc * c + c, macs=once)
        fits, own, once = net.add(f"{here}/guide", "multiply", y, prompts), nh, 0
    fits = net.add(f"{here}/fits", "custom", fits, channels=nh * net.texts, filters=nh * net.texts, groups=nh,
                   bias=False, params=own)  # fmt: skip
    fits = net.add(f"{here}/best", "custom", fits, channels=nh, filters=nh, params=0, macs=once)
    fits = net.add(f"{here}/sigmoid", "sigmoid", fits)
    fits = net.add(f"{here}/heads", "custom", fits, channels=c, filters=c, params=0, macs=0)
    z = net.block(f"{here}/proj_conv", y, c, 3, act=False)
    maps.append(net.add(f"{here}/multiply", "multiply", z, fits))
    return net.block(f"{name}/cv2", net.concat(f"{name}/concat", maps), c2)


@module("ImagePoolingAttn", Arg("ec", count), Arg("ct", count), Arg("nh", count), Arg("k", count), Arg("scale", flag),
        merges=True)  # fmt: skip
def image_pooling(
    net: Network, name: str, maps: Sequence[Map], ec: int = 256, ct: int = 512, nh: int = 8, k: int = 3,
    scale: bool = False,
) -> Map:  # fmt: skip
    """Prompts that attend to pools of the image: from here on they depend on all of it (YOLO-World)."""
    pooled = []
    for at, x in enumerate(maps):
        y = net.conv(f"{name}/projections/{at}", x, ec, bias=True)
        pooled.append(net.add(f"{name}/im_pools/{at}", "adaptive_max_pool", y, output_size=k))
    patches, texts = len(maps) * k * k, net.texts
    y = net.concat(f"{name}/concat", pooled)
    y = net.add(f"{name}/flatten", "flatten", y, channels=patches * ec)
    params = (2 * ct + ct * ec + ec) + 2 * (2 * ec + ec * ec + ec) + ec * ct + ct + scale
    macs = texts * ct * ec + 2 * patches * ec * ec + 2 * texts * patches * ec + texts * ec * ct
    net.guide = net.add(f"{name}/prompts", "custom", y, channels=ct, filters=ct, params=params, macs=macs)
    return net.guide
