"""Attention: over all positions, over channels, over the map; and what it is a unit of."""

from __future__ import annotations

from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import Wrong, counted, into

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rfcli.readers.yolo.arguments import Anything, Count, Flag, Ratio, Width
    from rfcli.readers.yolo.network import Map, Network


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


def unchanged(x: Map, c2: int) -> None:
    """Raises `Wrong` where a module that makes as many channels as it takes states others."""
    if counted(x) != c2:
        raise Wrong(f"its {c2} channels must be those of its input, which has {x.channels}")


def half_attended(net: Network, name: str, x: Map, c2: int, e: float, body: Callable[[Map], Map]) -> Map:
    """One half of the channels goes through attention."""
    unchanged(x, c2)
    first, second = net.chunked(f"{name}/chunk", net.block(f"{name}/cv1", x, 2 * int(c2 * e)))
    return net.block(f"{name}/cv2", net.concat(f"{name}/concat", [first, body(second)]), c2)


@module("PSA")
def psa(net: Network, name: str, x: Map, c2: Width, e: Ratio = 0.5) -> Map:
    return half_attended(net, name, x, c2, e, lambda y: psa_block(net, name, y))


def multi_head(net: Network, name: str, x: Map, c: int, heads: int) -> Map:
    """Multi-head attention of queries, keys and values that lie behind one another, c channels each."""
    heads_of(c, heads)
    y = net.conv(f"{name}/in_proj", x, 3 * c, groups=1 if x.channels == c else 3, bias=True)
    return projected(net, f"{name}/out_proj", net.attention(f"{name}/attention", y, c, c, heads=heads), c)


@module("AIFI")
def aifi(
    net: Network, name: str, x: Map, cm: Count = 2048, heads: Count = 8, dropout: Anything = 0, act: Anything = None,
    before: Flag = False,
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


@module("CBAM")
def cbam(net: Network, name: str, x: Map, c1: Count, k: Count = 7) -> Map:
    into(x, c1, "CBAM")
    return spatial_attention(
        net, f"{name}/spatial_attention", channel_attention(net, f"{name}/channel_attention", x), k
    )


@module("ChannelAttention")
def channel_attention_stated(net: Network, name: str, x: Map, c1: Count) -> Map:
    into(x, c1, "ChannelAttention")
    return channel_attention(net, name, x)


@module("SpatialAttention")
def spatial_attention_stated(net: Network, name: str, x: Map, k: Count = 7) -> Map:
    return spatial_attention(net, name, x, k)
