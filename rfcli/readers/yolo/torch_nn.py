"""Modules of YOLO files that merge and part maps, and those that are torch's own."""

from __future__ import annotations

from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.yolo.network import (
    ACTIVATIONS,
    C2,
    INTO,
    Arg,
    D,
    G,
    K,
    Map,
    P,
    Parts,
    S,
    Wrong,
    _integer,
    anything,
    count,
    flag,
    indices,
    into,
    module,
    natural,
    optional,
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


@module("Concat", Arg("dimension", signed), merges=True)
def concat(net: Network, name: str, maps: Sequence[Map], dimension: int = 1) -> Map:
    if dimension not in (1, -3):
        raise Wrong(f"maps are joined along the channels, dimension 1, not along {dimension}")
    return net.concat(name, maps) if len(maps) > 1 else net.add(name, "identity", maps[0])


@module("CBLinear", Arg("channels", several, True), K, S, P, G)
def cb_linear(
    net: Network, name: str, x: Map, c2s: list[int], k: Sizes = 1, s: Sizes = 1, p: Sizes | None = None, g: int = 1
) -> Parts:
    return Parts(net.conv(f"{name}/conv", x, sum(c2s), k, s, p, g, bias=True), tuple(c2s))


@module("CBFuse", Arg("indices", indices, True), merges=True)
def cb_fuse(net: Network, name: str, maps: Sequence[Map | Parts], idx: list[int]) -> Map:
    """Parts of earlier maps, resized and added to the last map (YOLOv9's auxiliary branch)."""
    *earlier, last = maps
    if not isinstance(last, Map) or len(idx) != len(earlier):
        raise Wrong(f"{len(idx)} indices, for the parts of {len(earlier)} maps before the last one")
    terms = []
    for at, (one, index) in enumerate(zip(earlier, idx, strict=True)):
        y = part(net, f"{name}/part_{at + 1}", one, index)
        terms.append(net.add(f"{name}/resize_{at + 1}", "upsample", y, like=last.layer, coordinates="asymmetric"))
    return net.add(f"{name}/add", "add", *terms, last)


def part(net: Network, name: str, x: Map | Parts, index: int) -> Map:
    """One of the parts of a map, counted from 0."""
    if isinstance(x, Map):
        return net.add(name, "custom", x, channels=None, unknown="Index")
    if not 0 <= index < len(x.counts):
        raise Wrong(f"'{x.whole.layer}' has {len(x.counts)} parts, there is none with number {index}")
    start = sum(x.counts[:index])
    return net.sliced(name, x.whole, start, start + x.counts[index])


@module("Index", Arg("channels", count, True), Arg("index", natural), merges=True)
def index(net: Network, name: str, maps: Sequence[Map | Parts], c2: int, at: int = 0) -> Map:
    if isinstance(maps[0], Parts):
        return part(net, name, maps[0], at)
    return net.add(name, "custom", maps[0], channels=c2, unknown="Index", filters=c2)


@module("TorchVision", Arg("channels", count, True), *(Arg(word, anything) for word in ("model", "weights", "unwrap")),
        Arg("truncate", anything), Arg("split", anything))  # fmt: skip
def torch_vision(net: Network, name: str, x: Map, c2: int, *rest: Any) -> Map:
    return net.add(name, "custom", x, channels=c2, unknown="TorchVision", filters=c2)


def _scale(net: Network, value: Any) -> float | int | list[Any]:
    values = value if isinstance(value, list) else [value]
    if not (1 <= len(values) <= 2) or any(type(one) not in (int, float) or not 0 < one <= 10**6 for one in values):
        raise Wrong(f"must be a number above 0, or a list of two, is {shown(value)}")
    return value  # type: ignore[no-any-return]


@module("nn.Upsample", Arg("size", optional(sizes)), Arg("scale_factor", optional(_scale)), Arg("mode", anything),
        Arg("align_corners", optional(flag)))  # fmt: skip
def upsample(
    net: Network, name: str, x: Map, size: Sizes | None = None, scale: Any = None, mode: Any = "nearest",
    corners: bool | None = None,
) -> Map:  # fmt: skip
    if mode not in ("nearest", "nearest-exact", "bilinear", "bicubic", "area"):
        raise Wrong(f"the mode must be nearest, nearest-exact, bilinear, bicubic or area, is {shown(mode)}")
    if (size is None) is (scale is None):
        raise Wrong("nn.Upsample takes one of size and scale_factor", "as in [null, 2, nearest]")
    coordinates = "asymmetric" if mode == "nearest" else "align_corners" if corners else "half_pixel"
    return net.add(name, "upsample", x, size=size, scale=scale, mode=mode.removesuffix("-exact"),
                   coordinates=coordinates)  # fmt: skip


@module("nn.Conv2d", INTO, Arg("out_channels", count, True), Arg("kernel_size", sizes, True), S, Arg("p", anything),
        D, G, Arg("bias", flag))  # fmt: skip
def torch_conv(
    net: Network, name: str, x: Map, c1: int, c2: int, k: Sizes, s: Sizes = 1, p: Any = 0, d: Sizes = 1, g: int = 1,
    bias: bool = True,
) -> Map:  # fmt: skip
    into(x, c1, "nn.Conv2d")
    p = p if p in ("same", "valid") else sizes(net, p, 0)
    return net.conv(name, x, c2, k, s, p, g, d, bias)


@module("nn.ConvTranspose2d", C2, Arg("kernel_size", sizes, True), S, P, Arg("output_padding", sizes_or_none), G,
        Arg("bias", flag), D)  # fmt: skip
def torch_transpose(
    net: Network, name: str, x: Map, c2: int, k: Sizes, s: Sizes = 1, p: Sizes | None = 0, more: Sizes = 0, g: int = 1,
    bias: bool = True, d: Sizes = 1,
) -> Map:  # fmt: skip
    return net.add(name, "conv_transpose", x, channels=c2, filters=c2, kernel=k, stride=s, padding=p,
                   output_padding=more, groups=g, bias=bias, dilation=d)  # fmt: skip


@module("nn.MaxPool2d", K, Arg("s", optional(sizes)), P, D, Arg("indices", flag), Arg("ceil_mode", flag))
def torch_max_pool(
    net: Network, name: str, x: Map, k: Sizes, s: Sizes | None = None, p: Sizes | None = 0, d: Sizes = 1,
    indices: bool = False, ceil_mode: bool = False,
) -> Map:  # fmt: skip
    return net.add(name, "max_pool", x, kernel=k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)


@module("nn.AvgPool2d", K, Arg("s", optional(sizes)), P, Arg("ceil_mode", flag))
def torch_avg_pool(
    net: Network, name: str, x: Map, k: Sizes, s: Sizes | None = None, p: Sizes | None = 0, ceil_mode: bool = False
) -> Map:
    return net.add(name, "avg_pool", x, kernel=k, stride=s, padding=p, ceil_mode=ceil_mode)


def _adaptive(kind: str) -> Callable[..., Map]:
    def pool(net: Network, name: str, x: Map, size: Sizes) -> Map:
        if size in (1, [1, 1]):
            return net.add(name, f"global_{kind}_pool", x)
        return net.add(name, f"adaptive_{kind}_pool", x, output_size=size)

    return pool


module("nn.AdaptiveAvgPool2d", Arg("output_size", sizes, True))(_adaptive("avg"))
module("nn.AdaptiveMaxPool2d", Arg("output_size", sizes, True))(_adaptive("max"))


def _sides(net: Network, value: Any) -> list[int]:
    """[left, right, top, bottom]."""
    if isinstance(value, list) and len(value) == 4:
        return [_integer(one, -MAX_INTEGER) for one in value]
    if isinstance(value, list):
        raise Wrong(f"must be an integer, or a list of four, is {shown(value)}")
    return [_integer(value, -MAX_INTEGER)] * 4


def _padded(mode: str) -> Callable[..., Map]:
    def pad(net: Network, name: str, x: Map, sides: list[int]) -> Map:
        left, right, top, bottom = sides
        return net.add(name, "pad", x, padding=[[top, bottom], [left, right]], padding_mode=mode)

    return pad


for _word, _mode in (("Zero", "zeros"), ("Reflection", "reflect"), ("Replication", "replicate")):
    module(f"nn.{_word}Pad2d", Arg("padding", _sides, True))(_padded(_mode))


def _same(type: str, **given: Any) -> Callable[..., Map]:
    """A layer that works at each position."""

    def make(net: Network, name: str, x: Map, *rest: Any) -> Map:
        return net.add(name, type, x, **given)

    return make


for _word, _type in ACTIVATIONS.items():
    module(f"nn.{_word}", *(Arg("option", anything) for _ in range(3)))(_same(_type))
for _word in ("Dropout", "Dropout2d"):
    module(f"nn.{_word}", Arg("p", anything), Arg("inplace", anything))(_same("dropout"))
module("nn.BatchNorm2d", *(Arg("option", anything) for _ in range(5)))(_same("batch_norm"))


def _rearranged(type: str, up: bool) -> Callable[..., Map]:
    def make(net: Network, name: str, x: Map, r: int = 2) -> Map:
        c = x.channels
        if up and c is not None and c % (r * r):
            raise Wrong(f"{c} channels cannot be split into {r}x{r}")
        made = None if c is None else c // (r * r) if up else c * r * r
        return net.add(name, type, x, channels=made, scale=r)

    return make


for _word in ("nn.PixelShuffle", "Expand"):
    module(_word, Arg("factor", count, _word[0] == "n"))(_rearranged("pixel_shuffle", True))
for _word in ("nn.PixelUnshuffle", "Contract"):
    module(_word, Arg("factor", count, _word[0] == "n"))(_rearranged("pixel_unshuffle", False))
