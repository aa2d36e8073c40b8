"""Attention: over all positions, over channels, over the map; and what it is a unit of."""

from __future__ import annotations

from collections.abc import Callable

from rfcli.readers.yolo.arguments import Anything, Count, Flag, Ratio, Width
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import Map, Network, Wrong, counted


def heads_of(c: int, heads: int) -> int:
    """Channels of each of so many heads."""
    if c % heads:
        raise Wrong(f"{c} channels cannot be split into {heads} heads")
    return c // heads


def self_attention(net: Network, x: Map, heads: int, key: int, kernel: int, areas: int = 1) -> Map:
    """Attention with a depthwise convolution of the values as position, `key` channels of each head's keys."""
    c = counted(x)
    heads_of(c, heads)
    qkv = net.block("qkv", x, c + 2 * key * heads, act=False)
    seen = net.attention("attention", qkv, key * heads, c, areas, heads)
    values = net.add("v", "custom", qkv, channels=c, filters=c, params=0, macs=0)
    positions = net.block("pe", values, c, kernel, groups=c, act=False)
    return net.block("proj", net.add("add", "add", seen, positions), c, act=False)


def narrow_attention(net: Network, x: Map) -> Map:
    """Heads of 64 channels with keys half as wide (YOLOv10)."""
    c = counted(x)
    heads = max(c // 64, 1)
    return self_attention(net, x, heads, heads_of(c, heads) // 2, 3)


def psa_block(net: Network, x: Map) -> Map:
    """Attention, then two pointwise convolutions, each added to its input."""
    c = counted(x)
    x = net.add("add_1", "add", x, narrow_attention(net / "attn", x))
    y = net.block("ffn/1", net.block("ffn/0", x, 2 * c), c, act=False)
    return net.add("add_2", "add", x, y)


def unchanged(x: Map, c2: int) -> None:
    """Raises `Wrong` where a module that makes as many channels as it takes states others."""
    if counted(x) != c2:
        raise Wrong(f"its {c2} channels must be those of its input, which has {x.channels}")


def half_attended(net: Network, x: Map, c2: int, e: float, body: Callable[[Map], Map]) -> Map:
    """One half of the channels goes through attention."""
    unchanged(x, c2)
    first, second = net.chunked("chunk", net.block("cv1", x, 2 * int(c2 * e)))
    return net.block("cv2", net.concat("concat", [first, body(second)]), c2)


@module("PSA")
def psa(net: Network, x: Map, c2: Width, e: Ratio = 0.5) -> Map:
    return half_attended(net, x, c2, e, lambda y: psa_block(net, y))


def multi_head(net: Network, x: Map, c: int, heads: int) -> Map:
    """Multi-head attention of queries, keys and values that lie behind one another, c channels each."""
    heads_of(c, heads)
    y = net.conv("in_proj", x, 3 * c, groups=1 if x.channels == c else 3, bias=True)
    return net.conv("out_proj", net.attention("attention", y, c, c, heads=heads), c, bias=True)


@module("AIFI")
def aifi(
    net: Network, x: Map, cm: Count = 2048, heads: Count = 8, dropout: Anything = 0, act: Anything = None,
    before: Flag = False,
) -> Map:  # fmt: skip
    """A transformer's encoder layer over the map (RT-DETR)."""
    c = counted(x)

    def normed(which: int, y: Map, here: bool) -> Map:
        return net.add(f"norm{which}", "layer_norm", y) if here else y

    y = multi_head(net / "ma", normed(1, x, before), c, heads)
    x = normed(1, net.add("add_1", "add", x, y), not before)
    y = net.conv("fc1", normed(2, x, before), cm, bias=True)
    y = net.conv("fc2", net.add("act", "gelu", y), c, bias=True)
    return normed(2, net.add("add_2", "add", x, y), not before)


@module("ChannelAttention")
def channel_attention(net: Network, x: Map, c1: Count) -> Map:
    y = net.conv("fc", net.add("pool", "global_avg_pool", x), counted(x), bias=True)
    return net.add("multiply", "multiply", x, net.add("act", "sigmoid", y))


@module("SpatialAttention")
def spatial_attention(net: Network, x: Map, k: Count = 7) -> Map:
    if k not in (3, 7):
        raise Wrong(f"its kernel is 3 or 7, not {k}")
    maps = [net.add(part, "custom", x, channels=1, filters=1, params=0, macs=0) for part in ("mean", "max")]
    y = net.conv("cv1", net.concat("concat", maps), 1, k)
    return net.add("multiply", "multiply", x, net.add("act", "sigmoid", y))


@module("CBAM")
def cbam(net: Network, x: Map, c1: Count, k: Count = 7) -> Map:
    return spatial_attention(net / "spatial_attention", channel_attention(net / "channel_attention", x, c1), k)
