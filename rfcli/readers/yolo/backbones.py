"""What backbones of other networks are made of: PP-HGNetV2, ResNet."""

from __future__ import annotations

from rfcli.readers.yolo.arguments import Count, Flag
from rfcli.readers.yolo.bottlenecks import residual
from rfcli.readers.yolo.convolutions import light_block
from rfcli.readers.yolo.modules import Repeats, module
from rfcli.readers.yolo.network import Map, Network, Sizes
from rfcli.readers.yolo.stages import grown


@module("HGStem")
def hg_stem(net: Network, x: Map, cm: Count, c2: Count) -> Map:
    """PP-HGNetV2's stem; its even kernels are kept in size by a row and a column of zeros behind."""
    x = net.block("stem1", x, cm, 3, 2, act="relu")
    x = net.add("pad_1", "pad", x, padding=[[0, 1], [0, 1]])
    y = net.block("stem2a", x, cm // 2, 2, 1, 0, act="relu")
    y = net.add("pad_2", "pad", y, padding=[[0, 1], [0, 1]])
    y = net.block("stem2b", y, cm, 2, 1, 0, act="relu")
    pooled = net.add("pool", "max_pool", x, kernel=2, stride=1, ceil_mode=True)
    y = net.block("stem3", net.concat("concat", [pooled, y]), cm, 3, 2, act="relu")
    return net.block("stem4", y, c2, act="relu")


@module("HGBlock")
def hg_block(
    net: Network, x: Map, cm: Count, n: Repeats, c2: Count, k: Sizes, light: Flag = False, shortcut: Flag = False
) -> Map:
    maps = grown(net, [x], n, lambda net, y: (
        light_block(net, y, cm, k, "relu") if light else net.block("", y, cm, k, act="relu")
    ))  # fmt: skip
    y = net.block("sc", net.concat("concat", maps), c2 // 2, act="relu")
    return residual(net, x, net.block("ec", y, c2, act="relu"), shortcut)


@module("ResNetLayer")
def resnet_layer(
    net: Network, x: Map, c1: Count, c2: Count, s: Count = 1, first: Flag = False, n: Count = 1, e: Count = 4
) -> Map:
    if first:
        return net.pool("layer/1", net.block("layer/0", x, c2, 7, 2, 3), 3, 2, 1)
    before = net.model.added
    for at in range(n):
        stride, unit = s if at == 0 else 1, net / f"layer/{at}"
        y = unit.block("cv2", unit.block("cv1", x, c2), c2, 3, stride, 1)
        y = unit.block("cv3", y, e * c2, act=False)
        if stride != 1 or (c1 if at == 0 else e * c2) != e * c2:
            x = unit.block("shortcut/0", x, e * c2, 1, stride, act=False)
        x = unit.add("act", "relu", unit.add("add", "add", y, x))
        if at == 0:  # the others have no shortcut, and over half as many layers
            net.model.check_more(n // 2, before)
    return x
