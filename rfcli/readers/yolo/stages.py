"""Stages: units one after another, on one of two ways that are joined at the end (cross stage partial networks)."""

from __future__ import annotations

from rfcli.readers.yolo.attention import half_attended, multi_head, projected, psa_block, self_attention, unchanged
from rfcli.readers.yolo.bottlenecks import cib, ghost_bottleneck, residual, two_convs, usual_kernels
from rfcli.readers.yolo.convolutions import rep_conv
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import Wrong, into

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from rfcli.readers.yolo.arguments import Count, Flag, Integer, Ratio, Width
    from rfcli.readers.yolo.modules import Repeats
    from rfcli.readers.yolo.network import Map, Network, Sizes


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


@module("C1")
def c1(net: Network, name: str, x: Map, c2: Width, n: Repeats) -> Map:
    y = net.block(f"{name}/cv1", x, c2)
    return net.add(f"{name}/add", "add", chain(net, name, y, n, lambda at, z: net.block(at, z, c2, 3)), y)


@module("C2")
def c2(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5
) -> Map:
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


@module("C2f")
def c2f(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, shortcut: Flag = False, g: Count = 1, e: Ratio = 0.5
) -> Map:
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


@module("C3")
def c3(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5
) -> Map:
    return c3_kernels(net, name, x, c2, n, shortcut, g, e, (1, 3))


@module("C3x")
def c3x(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5
) -> Map:
    return c3_kernels(net, name, x, c2, n, shortcut, g, e, ([1, 3], [3, 1]))


@module("C3Ghost")
def c3_ghost(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5
) -> Map:
    return c3_of(net, name, x, c2, e, lambda y, c: chain(
        net, name, y, n, lambda at, z: ghost_bottleneck(net, at, z, c)
    ))  # fmt: skip


@module("C3k")
def c3k(
    net: Network, name: str, x: Map, c1: Count, c2: Count, n: Count = 1, shortcut: Flag = True, g: Count = 1,
    e: Ratio = 0.5, k: Sizes = 3,
) -> Map:  # fmt: skip
    into(x, c1, "C3k")
    return c3_kernels(net, name, x, c2, n, shortcut, g, e, (k, k))


def c3k_unit(net: Network, name: str, x: Map, c2: int, shortcut: bool, g: int) -> Map:
    """What stands for a bottleneck in C3k2 and A2C2f."""
    return c3_kernels(net, name, x, c2, 2, shortcut, g, 0.5, (3, 3))


@module("C3k2")
def c3k2(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, c3k: Flag = False, e: Ratio = 0.5, attn: Flag = False,
    g: Count = 1, shortcut: Flag = True,
) -> Map:  # fmt: skip
    net.plain_heads = False
    c3k = c3k or net.scale in ("m", "l", "x")

    def unit(at: str, y: Map, c: int) -> Map:
        if attn:
            y = two_convs(net, f"{at}/0", y, c, shortcut, g, (3, 3), 0.5)
            return psa_block(net, f"{at}/1", y)
        return c3k_unit(net, at, y, c, shortcut, g) if c3k else two_convs(net, at, y, c, shortcut, g, (3, 3), 0.5)

    return c2f_of(net, name, x, c2, n, e, unit)


@module("C3f")
def c3f(
    net: Network, name: str, x: Map, c1: Count, c2: Count, n: Count = 1, shortcut: Flag = False, g: Count = 1,
    e: Ratio = 0.5,
) -> Map:  # fmt: skip
    into(x, c1, "C3f")
    c = int(c2 * e)
    maps = [net.block(f"{name}/cv2", x, c), net.block(f"{name}/cv1", x, c)]
    grown(net, name, maps, n, lambda at, y: two_convs(net, at, y, c, shortcut, g, (3, 3), 1.0))
    return net.block(f"{name}/cv3", net.concat(f"{name}/concat", maps), c2)


@module("BottleneckCSP")
def bottleneck_csp(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5
) -> Map:
    c = int(c2 * e)
    y = net.block(f"{name}/cv1", x, c)
    y = chain(net, name, y, n, lambda at, z: two_convs(net, at, z, c, shortcut, g, usual_kernels(net), 1.0))
    y = net.conv(f"{name}/cv3", y, c)
    y = net.concat(f"{name}/concat", [y, net.conv(f"{name}/cv2", x, c)])
    y = net.add(f"{name}/act", "silu", net.add(f"{name}/bn", "batch_norm", y))
    return net.block(f"{name}/cv4", y, c2)


@module("RepC3")
def rep_c3(net: Network, name: str, x: Map, c2: Width, n: Repeats, e: Ratio = 1.0) -> Map:
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


@module("RepNCSPELAN4")
def rep_elan(net: Network, name: str, x: Map, c2: Width, c3: Count, c4: Count, n: Count = 1) -> Map:
    return elan(net, name, x, c2, c3, c4, lambda at, y: net.block(
        f"{at}/1", rep_csp(net, f"{at}/0", y, c4, n), c4, 3
    ))  # fmt: skip


@module("ELAN1")
def elan1(net: Network, name: str, x: Map, c2: Width, c3: Count, c4: Count) -> Map:
    return elan(net, name, x, c2, c3, c4, lambda at, y: net.block(at, y, c4, 3))


@module("C2fCIB")
def c2f_cib(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, shortcut: Flag = False, lk: Flag = False, g: Count = 1,
    e: Ratio = 0.5,
) -> Map:  # fmt: skip
    net.plain_heads = False
    return c2f_of(net, name, x, c2, n, e, lambda at, y, c: cib(net, at, y, c, shortcut, lk))


@module("C2PSA")
def c2psa(net: Network, name: str, x: Map, c2: Width, n: Repeats, e: Ratio = 0.5) -> Map:
    return half_attended(net, name, x, c2, e, lambda y: chain(net, name, y, n, lambda at, z: psa_block(net, at, z)))


@module("C2fPSA")
def c2f_psa(net: Network, name: str, x: Map, c2: Width, n: Repeats, e: Ratio = 0.5) -> Map:
    unchanged(x, c2)
    return c2f_of(net, name, x, c2, n, e, lambda at, y, c: psa_block(net, at, y))


@module("A2C2f")
def a2c2f(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, a2: Flag = True, area: Integer = 1,
    residual: Flag | None = None, mlp_ratio: Ratio | None = None, e: Ratio | None = None, g: Count | None = None,
    shortcut: Flag | None = None,
) -> Map:  # fmt: skip
    """Attention within stripes of the map, the areas (YOLO12); large scales put two arguments behind those given."""
    net.plain_heads = False
    given: list[Any] = [one for one in (residual, mlp_ratio, e, g, shortcut) if one is not None]
    if net.scale in ("l", "x"):
        given += [True, 1.2]
    gained, ratio, e, g, shortcut = [*given, *(False, 2.0, 0.5, 1, True)[len(given) :]][:5]
    c = int(c2 * e)
    if c % 32:
        raise Wrong(f"its {c} hidden channels cannot be split into heads of 32")

    def attentive(at: str, y: Map) -> Map:
        y = net.add(f"{at}/add_1", "add", y, self_attention(net, f"{at}/attn", y, c // 32, 32, 7, area))
        z = net.block(f"{at}/mlp/1", net.block(f"{at}/mlp/0", y, int(c * ratio)), c, act=False)
        return net.add(f"{at}/add_2", "add", y, z)

    def unit(at: str, y: Map) -> Map:
        return attentive(f"{at}/1", attentive(f"{at}/0", y)) if a2 else c3k_unit(net, at, y, c, shortcut, g)

    maps = grown(net, name, [net.block(f"{name}/cv1", x, c)], n, unit)
    y = net.block(f"{name}/cv2", net.concat(f"{name}/concat", maps), c2)
    if a2 and gained:
        y = net.add(f"{name}/add", "add", x, net.add(f"{name}/gamma", "channel_scale", y))
    return y


@module("C3TR")
def c3tr(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5
) -> Map:
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
