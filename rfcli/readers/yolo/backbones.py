"""What backbones of other networks are made of: PP-HGNetV2, ResNet."""

from __future__ import annotations

from rfcli.readers.yolo.bottlenecks import residual
from rfcli.readers.yolo.convolutions import light_block
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import into
from rfcli.readers.yolo.stages import grown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.readers.yolo.arguments import Count, Flag
    from rfcli.readers.yolo.modules import Repeats
    from rfcli.readers.yolo.network import Map, Network, Sizes


@module("HGStem")
def hg_stem(net: Network, name: str, x: Map, cm: Count, c2: Count) -> Map:
    """PP-HGNetV2's stem; its even kernels are kept in size by a row and a column of zeros behind."""
    x = net.block(f"{name}/stem1", x, cm, 3, 2, act="relu")
    x = net.add(f"{name}/pad_1", "pad", x, padding=[[0, 1], [0, 1]])
    y = net.block(f"{name}/stem2a", x, cm // 2, 2, 1, 0, act="relu")
    y = net.add(f"{name}/pad_2", "pad", y, padding=[[0, 1], [0, 1]])
    y = net.block(f"{name}/stem2b", y, cm, 2, 1, 0, act="relu")
    pooled = net.add(f"{name}/pool", "max_pool", x, kernel=2, stride=1, ceil_mode=True)
    y = net.block(f"{name}/stem3", net.concat(f"{name}/concat", [pooled, y]), cm, 3, 2, act="relu")
    return net.block(f"{name}/stem4", y, c2, act="relu")


@module("HGBlock")
def hg_block(
    net: Network, name: str, x: Map, cm: Count, n: Repeats, c2: Count, k: Sizes, light: Flag = False,
    shortcut: Flag = False,
) -> Map:  # fmt: skip
    maps = grown(net, name, [x], n, lambda at, y: (
        light_block(net, at, y, cm, k, "relu") if light else net.block(at, y, cm, k, act="relu")
    ))  # fmt: skip
    y = net.block(f"{name}/sc", net.concat(f"{name}/concat", maps), c2 // 2, act="relu")
    return residual(net, name, x, net.block(f"{name}/ec", y, c2, act="relu"), shortcut)


@module("ResNetLayer")
def resnet_layer(
    net: Network, name: str, x: Map, c1: Count, c2: Count, s: Count = 1, first: Flag = False, n: Count = 1, e: Count = 4
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
