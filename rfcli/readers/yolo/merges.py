"""Modules that join maps, and those that part a map or take a part of one."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.yolo.arguments import Count, Counts, Integer, Natural, Naturals, Padding
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import Map, Network, Parts, Sizes, Wrong


@module("Concat")
def concat(net: Network, maps: Sequence[Map], dimension: Integer = 1) -> Map:
    if dimension not in (1, -3):
        raise Wrong(f"maps are joined along the channels, dimension 1, not along {dimension}")
    return net.concat("", maps) if len(maps) > 1 else net.add("", "identity", maps[0])


@module("CBLinear")
def cb_linear(net: Network, x: Map, c2: Counts, k: Sizes = 1, s: Sizes = 1, p: Padding = None, g: Count = 1) -> Parts:
    return Parts(net.conv("conv", x, sum(c2), k, s, p, g, bias=True), tuple(c2))


@module("CBFuse")
def cb_fuse(net: Network, maps: Sequence[Map | Parts], indices: Naturals) -> Map:
    """Parts of earlier maps, resized and added to the last map (YOLOv9's auxiliary branch)."""
    *earlier, last = maps
    if not isinstance(last, Map) or len(indices) != len(earlier):
        raise Wrong(f"{len(indices)} indices, for the parts of {len(earlier)} maps before the last one")
    terms = []
    for at, (one, number) in enumerate(zip(earlier, indices, strict=True), 1):
        y = part(net / f"part_{at}", one, number)
        terms.append(net.add(f"resize_{at}", "upsample", y, like=last.layer, coordinates="asymmetric"))
    return net.add("add", "add", *terms, last)


@module("Index")
def index(net: Network, maps: Sequence[Map | Parts], c2: Count, index: Natural = 0) -> Map:
    if isinstance(maps[0], Parts):
        return part(net, maps[0], index)
    return net.add("", "custom", maps[0], channels=c2, unknown="Index", filters=c2)


def part(net: Network, x: Map | Parts, number: int) -> Map:
    """One of the parts of a map, counted from 0."""
    if isinstance(x, Map):
        return net.add("", "custom", x, channels=None, unknown="Index")
    if not 0 <= number < len(x.counts):
        raise Wrong(f"'{x.whole.layer}' has {len(x.counts)} parts, there is none with number {number}")
    start = sum(x.counts[:number])
    return net.sliced("", x.whole, start, start + x.counts[number])
