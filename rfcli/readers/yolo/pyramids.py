"""Pyramids of pools: one map pooled with several kernels, all joined (spatial pyramid pooling)."""

from __future__ import annotations

from rfcli.readers.yolo.arguments import Count, Counts, Flag, Width
from rfcli.readers.yolo.bottlenecks import residual
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import Map, Network, counted

KERNELS = [5, 9, 13]


@module("SPP")
def spp(net: Network, x: Map, c2: Width, k: Counts = KERNELS) -> Map:
    y = net.block("cv1", x, counted(x) // 2)
    maps = [y, *(net.pool(f"m/{at}", y, size) for at, size in enumerate(k))]
    return net.block("cv2", net.concat("concat", maps), c2)


@module("SPPF")
def sppf(net: Network, x: Map, c2: Width, k: Count = 5, n: Count | None = None, shortcut: Flag = False) -> Map:
    """Pools in a row; files that say how many have no activation before them."""
    maps = [net.block("cv1", x, counted(x) // 2, act=n is None)]
    for at in range(3 if n is None else n):
        maps.append(net.pool(f"m_{at + 1}", maps[-1], k))
    return residual(net, x, net.block("cv2", net.concat("concat", maps), c2), shortcut)


@module("SPPELAN")
def spp_elan(net: Network, x: Map, c2: Width, c3: Count, k: Count = 5) -> Map:
    maps = [net.block("cv1", x, c3)]
    for at in (2, 3, 4):
        maps.append(net.pool(f"cv{at}", maps[-1], k))
    return net.block("cv5", net.concat("concat", maps), c2)
