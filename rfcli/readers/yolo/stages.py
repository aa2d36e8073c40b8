"""Stages: units one after another, on one of two ways that are joined at the end (cross stage partial networks)."""

from __future__ import annotations

from collections.abc import Callable

from rfcli.readers.yolo.arguments import Count, Flag, Integer, Ratio, Width
from rfcli.readers.yolo.attention import half_attended, multi_head, psa_block, self_attention, unchanged
from rfcli.readers.yolo.bottlenecks import cib, ghost_bottleneck, residual, two_convs, usual_kernels
from rfcli.readers.yolo.convolutions import rep_conv
from rfcli.readers.yolo.modules import Repeats, module
from rfcli.readers.yolo.network import Map, Network, Sizes, Wrong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Unit = Callable[[Network, Map, int], Map]
"""Adds a unit of so many channels behind a map."""


def chain(net: Network, x: Map, n: int, unit: Callable[[Network, Map], Map]) -> Map:
    """Units one after another: `m/0`, `m/1`, …"""
    return grown(net, [x], n, unit)[-1]


def grown(net: Network, maps: list[Map], n: int, unit: Callable[[Network, Map], Map]) -> list[Map]:
    """Maps, and those of units one after another from the last of them."""
    for at in net.model.times(n):
        maps.append(unit(net / f"m/{at}", maps[-1]))
    return maps


@module("C1")
def c1(net: Network, x: Map, c2: Width, n: Repeats) -> Map:
    y = net.block("cv1", x, c2)
    return net.add("add", "add", chain(net, y, n, lambda net, z: net.block("", z, c2, 3)), y)


@module("C2")
def c2(net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5) -> Map:
    c = int(c2 * e)
    first, second = net.chunked("chunk", net.block("cv1", x, 2 * c))
    first = chain(net, first, n, lambda net, y: two_convs(net, y, c, shortcut, g, (3, 3), 1.0))
    return net.block("cv2", net.concat("concat", [first, second]), c2)


def c2f_of(net: Network, x: Map, c2: int, n: int, e: float, unit: Unit) -> Map:
    """Units in a row, whose maps are all kept (cross stage partial, faster)."""
    c = int(c2 * e)
    maps = grown(net, net.chunked("chunk", net.block("cv1", x, 2 * c)), n, lambda net, y: unit(net, y, c))
    return net.block("cv2", net.concat("concat", maps), c2)


@module("C2f")
def c2f(net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = False, g: Count = 1, e: Ratio = 0.5) -> Map:
    return c2f_of(net, x, c2, n, e, lambda net, y, c: two_convs(net, y, c, shortcut, g, (3, 3), 1.0))


def c3_of(net: Network, x: Map, c2: int, n: int, e: float, unit: Unit) -> Map:
    """Two ways, one of them through units, joined (cross stage partial with three convolutions)."""
    c = int(c2 * e)
    y = chain(net, net.block("cv1", x, c), n, lambda net, y: unit(net, y, c))
    return net.block("cv3", net.concat("concat", [y, net.block("cv2", x, c)]), c2)


def c3_kernels(net: Network, x: Map, c2: int, n: int, shortcut: bool, g: int, e: float, k: tuple[Sizes, Sizes]) -> Map:
    return c3_of(net, x, c2, n, e, lambda net, y, c: two_convs(net, y, c, shortcut, g, k, 1.0))


@module("C3")
def c3(net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5) -> Map:
    return c3_kernels(net, x, c2, n, shortcut, g, e, (1, 3))


@module("C3x")
def c3x(net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5) -> Map:
    return c3_kernels(net, x, c2, n, shortcut, g, e, ([1, 3], [3, 1]))


@module("C3Ghost")
def c3_ghost(net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5) -> Map:
    return c3_of(net, x, c2, n, e, ghost_bottleneck)


@module("C3k")
def c3k(
    net: Network, x: Map, c1: Count, c2: Count, n: Count = 1, shortcut: Flag = True, g: Count = 1,
    e: Ratio = 0.5, k: Sizes = 3,
) -> Map:  # fmt: skip
    return c3_kernels(net, x, c2, n, shortcut, g, e, (k, k))


def c3k_unit(net: Network, x: Map, c2: int, shortcut: bool, g: int) -> Map:
    """What stands for a bottleneck in C3k2 and A2C2f."""
    return c3_kernels(net, x, c2, 2, shortcut, g, 0.5, (3, 3))


@module("C3k2")
def c3k2(
    net: Network, x: Map, c2: Width, n: Repeats, c3k: Flag = False, e: Ratio = 0.5, attn: Flag = False,
    g: Count = 1, shortcut: Flag = True,
) -> Map:  # fmt: skip
    net.model.plain_heads = False
    c3k = c3k or net.model.scale in ("m", "l", "x")

    def unit(net: Network, y: Map, c: int) -> Map:
        if attn:
            y = two_convs(net / "0", y, c, shortcut, g, (3, 3), 0.5)
            return psa_block(net / "1", y)
        return c3k_unit(net, y, c, shortcut, g) if c3k else two_convs(net, y, c, shortcut, g, (3, 3), 0.5)

    return c2f_of(net, x, c2, n, e, unit)


@module("C3f")
def c3f(
    net: Network, x: Map, c1: Count, c2: Count, n: Count = 1, shortcut: Flag = False, g: Count = 1, e: Ratio = 0.5
) -> Map:
    c = int(c2 * e)
    maps = [net.block("cv2", x, c), net.block("cv1", x, c)]
    grown(net, maps, n, lambda net, y: two_convs(net, y, c, shortcut, g, (3, 3), 1.0))
    return net.block("cv3", net.concat("concat", maps), c2)


@module("BottleneckCSP")
def csp(net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5) -> Map:
    c = int(c2 * e)
    y = net.block("cv1", x, c)
    y = chain(net, y, n, lambda net, z: two_convs(net, z, c, shortcut, g, usual_kernels(net), 1.0))
    y = net.conv("cv3", y, c)
    y = net.concat("concat", [y, net.conv("cv2", x, c)])
    y = net.add("act", "silu", net.add("bn", "batch_norm", y))
    return net.block("cv4", y, c2)


@module("RepC3")
def rep_c3(net: Network, x: Map, c2: Width, n: Repeats, e: Ratio = 1.0) -> Map:
    c = int(c2 * e)
    y = net.block("cv1", x, c)
    y = chain(net, y, n, lambda net, z: rep_conv(net, z, c, c))
    y = net.add("add", "add", y, net.block("cv2", x, c))
    return y if c == c2 else net.block("cv3", y, c2)


def rep_csp(net: Network, x: Map, c2: int, n: int) -> Map:
    return c3_of(net, x, c2, n, 0.5, lambda net, y, c: residual(
        net, y, net.block("cv2", rep_conv(net / "cv1", y, c, c), c, 3), True
    ))  # fmt: skip


def elan(net: Network, x: Map, c2: int, c3: int, c4: int, unit: Callable[[Network, Map], Map]) -> Map:
    """Efficient layer aggregation: two halves, two units in a row, all joined (YOLOv9)."""
    maps = net.chunked("chunk", net.block("cv1", x, c3))
    for at in (2, 3):
        maps.append(unit(net / f"cv{at}", maps[-1]))
    return net.block("cv4", net.concat("concat", maps), c2)


@module("RepNCSPELAN4")
def rep_elan(net: Network, x: Map, c2: Width, c3: Count, c4: Count, n: Count = 1) -> Map:
    return elan(net, x, c2, c3, c4, lambda net, y: net.block("1", rep_csp(net / "0", y, c4, n), c4, 3))


@module("ELAN1")
def elan1(net: Network, x: Map, c2: Width, c3: Count, c4: Count) -> Map:
    return elan(net, x, c2, c3, c4, lambda net, y: net.block("", y, c4, 3))


@module("C2fCIB")
def c2f_cib(
    net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = False, lk: Flag = False, g: Count = 1, e: Ratio = 0.5
) -> Map:
    net.model.plain_heads = False
    return c2f_of(net, x, c2, n, e, lambda net, y, c: cib(net, y, c, shortcut, lk))


@module("C2PSA")
def c2psa(net: Network, x: Map, c2: Width, n: Repeats, e: Ratio = 0.5) -> Map:
    return half_attended(net, x, c2, e, lambda y: chain(net, y, n, lambda net, z: psa_block(net, z)))


@module("C2fPSA")
def c2f_psa(net: Network, x: Map, c2: Width, n: Repeats, e: Ratio = 0.5) -> Map:
    unchanged(x, c2)
    return c2f_of(net, x, c2, n, e, lambda net, y, c: psa_block(net, y))


@module("A2C2f")
def a2c2f(
    net: Network, x: Map, c2: Width, n: Repeats, a2: Flag = True, area: Integer = 1,
    residual: Flag | None = None, mlp_ratio: Ratio | None = None, e: Ratio | None = None, g: Count | None = None,
    shortcut: Flag | None = None,
) -> Map:  # fmt: skip
    """Attention within stripes of the map, the areas (YOLO12); large scales put two arguments behind those given."""
    net.model.plain_heads = False
    given: list[Any] = [one for one in (residual, mlp_ratio, e, g, shortcut) if one is not None]
    if net.model.scale in ("l", "x"):
        given += [True, 1.2]
    gained, ratio, e, g, shortcut = [*given, *(False, 2.0, 0.5, 1, True)[len(given) :]][:5]
    c = int(c2 * e)
    if c % 32:
        raise Wrong(f"its {c} hidden channels cannot be split into heads of 32")

    def attentive(net: Network, y: Map) -> Map:
        y = net.add("add_1", "add", y, self_attention(net / "attn", y, c // 32, 32, 7, area))
        z = net.block("mlp/1", net.block("mlp/0", y, int(c * ratio)), c, act=False)
        return net.add("add_2", "add", y, z)

    def unit(net: Network, y: Map) -> Map:
        return attentive(net / "1", attentive(net / "0", y)) if a2 else c3k_unit(net, y, c, shortcut, g)

    maps = grown(net, [net.block("cv1", x, c)], n, unit)
    y = net.block("cv2", net.concat("concat", maps), c2)
    if a2 and gained:
        y = net.add("add", "add", x, net.add("gamma", "channel_scale", y))
    return y


@module("C3TR")
def c3tr(net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5) -> Map:
    def transformer(net: Network, y: Map) -> Map:
        qkv = net.concat("concat", [net.conv(part, y, c) for part in "qkv"])
        y = net.add("add_1", "add", multi_head(net / "ma", qkv, c, 4), y)
        return net.add("add_2", "add", net.conv("fc2", net.conv("fc1", y, c), c), y)

    c = int(c2 * e)
    y = net.block("cv1", x, c)
    y = net.add("m/add", "add", y, net.conv("m/linear", y, c, bias=True))
    for at in net.model.times(n):
        y = transformer(net / f"m/tr/{at}", y)
    return net.block("cv3", net.concat("concat", [y, net.block("cv2", x, c)]), c2)
