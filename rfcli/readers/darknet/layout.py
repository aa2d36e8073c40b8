"""Sections that rearrange, enlarge or cut a map."""

from __future__ import annotations

from rfcli.readers.darknet.network import Network
from rfcli.readers.darknet.options import Count, Flag, Integer, Later
from rfcli.readers.darknet.sections import section


@section("reorg", "reorg3d")
def reorg(net: Network, *, stride: Count = 1, reverse: Flag = False, flatten: Later, extra: Later) -> None:
    """Space to depth, in reverse depth to space: `[reorg3d]` forwards, and `[reorg]` in reverse.

    The old loop, of `[reorg]`, runs over the map as if it had s*s times fewer channels, each s times as high and
    wide. With s = 2 and an odd number of output rows, output row y reads rows 2y-1 .. 2y+2, round the border, and
    column x columns 2x, 2x+1. Otherwise the rows have no such form, and the layer is an unknown operation.
    """
    old, (height, width) = net.at.type == "reorg", net.last.size
    c, area = net.last.channels, stride * stride
    if stride == 1:
        net.add("reorg", "identity")
    elif flatten.flag() or extra.flag():
        net.unknown(why="with flatten or extra")
    elif height is None or width is None or c is None:
        net.unknown(why="of a map of unknown size")
    elif reverse:
        if old and c % area == 0:
            net.add("reorg", "pixel_shuffle", scale=stride)
        else:
            net.unknown((height * stride, width * stride), c // area, "in reverse")
    elif height % stride == width % stride == 0 and not old:
        net.add("reorg", "pixel_unshuffle", scale=stride)
    elif height % 4 == 2 and width % 2 == 0 and stride == 2 and c % area == 0:
        net.add("border", "pad", padding=[[1, 1], [0, 0]], padding_mode="circular")
        net.add("reorg", "custom", kernel=[4, 2], stride=2, filters=4 * c, bias=False, params=0, macs=0)
    else:
        net.unknown((height // stride, width // stride), c * area, f"of {net.last.shape} by {stride}")


@section("upsample")
def upsample(net: Network, *, stride: Integer = 2) -> None:
    """A negative stride makes the map smaller, by its mean."""
    if stride > 0:
        net.add("upsample", "upsample", scale=stride)
    elif stride == 0:
        net.wrong(net.at.options["stride"].node, "stride must not be 0")
        net.add("upsample", "identity")
    elif any(n is None or n % stride for n in net.last.size):
        small = [None if n is None else n // -stride for n in net.last.size]
        net.unknown(small, net.last.channels, f"of {net.last.shape} by {stride}")
    else:
        net.add("upsample", "avg_pool", kernel=-stride)


@section("crop")
def crop(net: Network, *, crop_height: Count = 1, crop_width: Count = 1) -> None:
    """The middle of the map, when evaluating."""
    sides = []
    for n, kept, key in zip(net.last.size, (crop_height, crop_width), ("crop_height", "crop_width"), strict=True):
        if n is None:
            net.unknown((crop_height, crop_width), net.last.channels)
            return
        if kept > n:
            net.wrong(net.at.options[key].node, f"{key} is {kept}, the map has {n} samples")
        sides.append([(n - kept) // 2, n - kept - (n - kept) // 2])
    net.add("crop", "crop", cropping=sides)
