"""Sections that read windows: convolutions, pools, weights of each position."""

from __future__ import annotations

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.darknet.network import Network
from rfcli.readers.darknet.options import Count, Earlier, Flag, Integer, Later, Natural, Word
from rfcli.readers.darknet.sections import section


def strides(common: int, *axes: int) -> list[int]:
    """The strides of the axes; the common one where one is less than 1."""
    return [one if one >= 1 else common for one in axes]


def counted(n: int | None, more: int, stride: int) -> int | None:
    """(n + more) / stride + 1, rounded down: the samples that Darknet has. None where n is not known."""
    return None if n is None else (n + more) // stride + 1


def blur(net: Network, kind: int, stride: list[int], channels: int | None) -> None:
    """The fixed blur that takes the stride from a layer with `antialiasing`: 3 samples wide, or 2 for kind 2."""
    size, padding = (2, 0) if kind == 2 else (3, 1)
    net.add("blur", "custom", kernel=size, stride=stride, padding=padding, filters=channels, groups=channels,
            bias=False, params=0)  # fmt: skip


@section("convolutional", "conv")
def convolution(
    net: Network, *, filters: Count = 1, size: Count = 1, groups: Count = 1, dilation: Later, antialiasing: Natural = 0,
    stride: Count = 1, stride_y: Integer = 0, stride_x: Integer = 0, padding: Natural = 0, pad: Flag = False,
    batch_normalize: Flag = False, cbn: Later, share_index: Earlier | None = None, sway: Later, rotate: Later,
    stretch: Later, stretch_sway: Later, activation: Word = "logistic",
) -> None:  # fmt: skip
    """Padding is `size / 2` with `pad=1`, otherwise `padding`, times the dilation.

    With `share_index` the weights are those of another layer; deformed kernels (`sway`, …) are not read.
    """
    normal = batch_normalize or cbn.flag()
    spread = dilation.count() if size > 1 else 1
    before = size // 2 if pad else padding
    steps = strides(stride, stride_y, stride_x)
    moves = [1, 1] if antialiasing else steps
    deformed = next((one.key for one in (sway, rotate, stretch, stretch_sway) if one.flag()), "")
    axes = list(zip(net.last.size, moves, strict=True))
    stated = [counted(n, 2 * before - size, step) for n, step in axes]
    real = [counted(n, 2 * before * spread - spread * (size - 1) - 1, step) for n, step in axes]
    given = {"kernel": size, "stride": moves, "dilation": spread, "padding": before * spread, "filters": filters,
             "groups": groups, "bias": not normal}  # fmt: skip
    if deformed or stated != real:
        net.unknown(stated, filters, f"with {deformed or f'dilation {spread} and padding {before}'}")
    elif share_index is not None:
        net.add("conv", "custom", **given, params=0)
    else:
        net.add("conv", "conv", **given)
    net.activate(activation, normal, trained=share_index is None)
    if antialiasing:
        blur(net, antialiasing, steps, filters)


@section("deconvolutional", "deconv")
def transposed_convolution(
    net: Network, *, filters: Count = 1, size: Count = 1, stride: Count = 1, padding: Natural = 0, pad: Flag = False,
    batch_normalize: Flag = False, cbn: Later, activation: Word = "logistic",
) -> None:  # fmt: skip
    normal = batch_normalize or cbn.flag()
    net.add("deconv", "conv_transpose", kernel=size, stride=stride, padding=size // 2 if pad else padding,
            filters=filters, bias=not normal)  # fmt: skip
    net.activate(activation, normal)


@section("local")
def local(
    net: Network, *, filters: Count = 1, size: Count = 1, stride: Count = 1, pad: Natural = 0,
    activation: Word = "logistic",
) -> None:  # fmt: skip
    """Weights of its own at each position: costs what a convolution does, with parameters for each output."""
    stated = height, width = [counted(n, -1 if pad else -size, stride) for n in net.last.size]
    c = net.last.channels
    if stated != [counted(n, 2 * pad - size, stride) for n in net.last.size]:
        net.unknown(stated, filters, f"with size {size} and pad {pad}")
    elif c is None or height is None or width is None:
        net.unknown((None, None), filters, "of a map of unknown size")
    elif (params := (c * size * size + 1) * filters * height * width) > MAX_INTEGER:
        net.unknown(stated, filters, f"with more than {MAX_INTEGER} parameters")
    else:
        net.add("local", "custom", kernel=size, stride=stride, padding=pad, filters=filters, params=params)
    net.activate(activation)


@section("maxpool", "max")
def max_pool(
    net: Network, *, size: Count | None = None, padding: Natural | None = None, stride: Count = 1,
    stride_y: Integer = 0, stride_x: Integer = 0, antialiasing: Natural = 0, maxpool_depth: Flag = False,
    out_channels: Later,
) -> None:  # fmt: skip
    """With `maxpool_depth` over channels, of which so many are left."""
    steps = strides(stride, stride_y, stride_x)
    if maxpool_depth:
        net.add("maxpool", "custom", filters=out_channels.count(), bias=False, params=0, macs=0)
        return
    pool(net, "max_pool", size or stride, [1, 1] if antialiasing else steps, padding)
    if antialiasing:
        blur(net, antialiasing, steps, net.last.channels)


@section("local_avgpool", "local_avg")
def average_pool(
    net: Network, *, size: Count | None = None, padding: Natural | None = None, stride: Count = 1,
    stride_y: Integer = 0, stride_x: Integer = 0,
) -> None:  # fmt: skip
    pool(net, "avg_pool", size or stride, strides(stride, stride_y, stride_x), padding)


def pool(net: Network, type: str, size: int, steps: list[int], padding: int | None) -> None:
    """`padding` counts both sides and is `size - 1` when left out; half of it, rounded down, lies before:
    (n + padding - size) / stride + 1 outputs."""
    both = size - 1 if padding is None else padding
    sides = [both // 2, both - both // 2]
    net.add("pool", type, kernel=size, stride=steps, padding=[sides, sides])
