"""MONAI's U-Nets: UNet, AttentionUnet, BasicUNet, DynUNet."""

from __future__ import annotations

from rfcli.readers.draft import ForeignError
from rfcli.readers.monai.networks import Arguments, network
from rfcli.readers.monai.units import (
    Block,
    Style,
    activation_of,
    at_least,
    convolution,
    norm_of,
    residual_unit,
    steps,
    upsampled,
    upsampling_of,
)
from rfcli.readers.parts import Map, Part, Sizes


def stages(given: Arguments, axes: int) -> tuple[list[int], list[list[int]]]:
    """Channels of each level, and the strides between them."""
    channels, strides = given.integers("channels"), steps(given, "strides", axes)
    at_least(given, "channels", channels, 2)
    at_least(given, "strides", strides, len(channels) - 1)
    return channels, strides


@network("UNet")
def unet(net: Part, x: Map, given: Arguments) -> Map:
    """Strided convolutions down, transposed ones up; what lies below a level is joined to it."""
    out, axes = given.integer("out_channels"), net.axes
    channels, strides = stages(given, axes)
    kernel, up_kernel = given.sizes("kernel_size", axes, 3), given.sizes("up_kernel_size", axes, 3)
    units, bias = given.integer("num_res_units", 0, 0), given.flag("bias", True)
    if units * 2 * len(channels) > net.limits.layers:
        raise ForeignError(f"more than {net.limits.layers} layers", net.limits.exceeded("layers"), given.node)
    order = given.text("adn_ordering", "NDA").upper()
    if not set(order) <= set("NDA"):
        raise given.wrong("adn_ordering", "must be of the letters N, D and A")
    style = Style(norm_of(given, "norm", ("instance", {})), activation_of(given, "act", ("prelu", {})),
                  given.share("dropout", 0.0) > 0, order)  # fmt: skip
    one = [1] * axes

    def down(part: Part, x: Map, filters: int, stride: Sizes) -> Map:
        if units:
            return residual_unit(part, x, filters, kernel, style, stride, units, bias)
        return convolution(part, x, filters, kernel, style, stride, None, bias)

    def up(part: Part, x: Map, filters: int, stride: Sizes, top: bool) -> Map:
        first = part / "0" if units else part
        x = convolution(first, x, filters, up_kernel, style, stride, None, bias, top and not units, True)
        return residual_unit(part / "1", x, filters, kernel, style, one, 1, bias, top) if units else x

    def level(part: Part, x: Map, at: int, filters: int) -> Map:
        y = down(part / "0", x, channels[at], strides[at])
        below = part / "1/submodule"
        bottom = at + 2 == len(channels)
        z = down(below, y, channels[at + 1], one) if bottom else level(below, y, at + 1, channels[at])
        return up(part / "2", part.concat("1/concat", y, z), filters, strides[at], at == 0)

    if len(channels) > net.limits.nesting:
        raise ForeignError(f"more than {net.limits.nesting} levels", net.limits.exceeded("nesting"), given.node)
    return level(net / "model", x, 0, out)


@network("AttentionUnet")
def attention_unet(net: Part, x: Map, given: Arguments) -> Map:
    """A U-Net whose skips are gated by what comes from below (Oktay et al. 2018)."""
    out, axes = given.integer("out_channels"), net.axes
    channels, strides = stages(given, axes)
    kernel, up_kernel = given.sizes("kernel_size", axes, 3), given.sizes("up_kernel_size", axes, 3)
    dropout, one, none = given.share("dropout", 0.0) > 0, [1] * axes, [0] * axes
    batch: Style = Style(("batch_norm", {}), ("relu", {}), dropout)

    def block(part: Part, x: Map, filters: int, stride: Sizes) -> Map:
        x = convolution(part / "conv/0", x, filters, kernel, batch, stride)
        return convolution(part / "conv/1", x, filters, kernel, batch)

    def gated(part: Part, low: Map, x: Map, inner: int) -> Map:
        terms = []
        for word, one_map in (("W_g", low), ("W_x", x)):
            y = (part / word).conv("0/conv", one_map, inner, one, one, none)
            terms.append((part / word).add("1", "batch_norm", y))
        y = part.add("relu", "relu", part.add("add", "add", *terms))
        y = (part / "psi").conv("0/conv", y, 1, one, one, none)
        y = part.add("psi/2", "sigmoid", part.add("psi/1", "batch_norm", y))
        return part.add("multiply", "multiply", x, y)

    def level(part: Part, x: Map, at: int) -> Map:
        bottom = at + 2 == len(channels)
        y = block(part / ("submodule" if bottom else "submodule/0"), x, channels[at + 1], strides[at])
        y = y if bottom else level(part / "submodule/1", y, at + 1)
        up = Style(batch.norm, batch.activation)
        low = convolution(part / "upconv/up", y, x.channels, up_kernel, up, strides[at], transposed=True)
        both = part.concat("concat", gated(part / "attention", low, x, x.channels // 2), low)
        merged = Style(("instance_norm", {"scale": False, "bias": False}), ("prelu", {}), dropout)
        return convolution(part / "merge", both, x.channels, [3] * axes, merged)

    if len(channels) > net.limits.nesting:
        raise ForeignError(f"more than {net.limits.nesting} levels", net.limits.exceeded("nesting"), given.node)
    y = level(net / "model/1", block(net / "model/0", x, channels[0], one), 0)
    return (net / "model/2").conv("conv", y, out, one, one, none)


@network("BasicUNet")
def basic_unet(net: Part, x: Map, given: Arguments) -> Map:
    """Two convolutions a level, pools between them (Falk et al. 2019)."""
    out, axes = given.integer("out_channels", 2), net.axes
    features = given.integers("features", 6) if "features" in given else [32, 32, 64, 128, 256, 32]
    norm, act = norm_of(given, "norm", ("instance", {"affine": True})), activation_of(given, "act", ("leakyrelu", {}))
    style = Style(norm, act, given.share("dropout", 0.0) > 0)
    bias, mode = given.flag("bias", True), upsampling_of(given, "upsample", "deconv")
    kernel = [3] * axes

    def twice(part: Part, x: Map, filters: int) -> Map:
        x = convolution(part / "conv_0", x, filters, kernel, style, bias=bias)
        return convolution(part / "conv_1", x, filters, kernel, style, bias=bias)

    skips = [twice(net / "conv_0", x, features[0])]
    for at in range(1, 5):
        part = net / f"down_{at}"
        y = part.add("max_pooling", "max_pool", skips[-1], kernel=[2] * axes, stride=[2] * axes)
        skips.append(twice(part / "convs", y, features[at]))
    y = skips[-1]
    for at in (4, 3, 2, 1):
        part, skip = net / f"upcat_{at}", skips[at - 1]
        y = upsampled(part / "upsample", y, y.channels if at == 1 else y.channels // 2, mode, True)
        y = twice(part / "convs", part.concat("concat", skip, y), features[5] if at == 1 else skip.channels)
    return net.conv("final_conv", y, out, [1] * axes)


@network("DynUNet")
def dyn_unet(net: Part, x: Map, given: Arguments) -> list[Map]:
    """nnU-Net's, with kernels and strides for each stage; all heads are outputs, the last one's first."""
    out, axes = given.integer("out_channels"), net.axes
    strides = steps(given, "strides", axes)
    many = len(strides)
    at_least(given, "strides", strides, 3)
    kernels = given.rows("kernel_size", many, axes)
    ups = given.rows("upsample_kernel_size", many - 1, axes)
    filters = given.some("filters", [min(32 * 2 ** min(at, 9), 320 if axes == 3 else 512) for at in range(many)])
    at_least(given, "filters", filters, many)
    norm = norm_of(given, "norm_name", ("instance", {"affine": True}))
    act, dropout = activation_of(given, "act_name", ("leakyrelu", {})), given.share("dropout", 0.0) > 0
    residual, up_bias = given.flag("res_block", False), given.flag("trans_bias", False)
    heads = given.integer("deep_supr_num", 1) if given.flag("deep_supervision", False) else 0
    if heads > many - 2:
        raise given.wrong("deep_supr_num", f"must be below {many - 1}")
    block = Block(norm, act, dropout)

    skips = []
    for at in range(many):
        name = "input_block" if at == 0 else "bottleneck" if at == many - 1 else f"downsamples/{at - 1}"
        x = block.drawn(net / name, x, filters[at], kernels[at], strides[at], residual)
        skips.append(x)
    ends: list[Map] = []
    for at in reversed(range(many - 1)):
        part, kernel = net / f"upsamples/{many - 2 - at}", ups[at]
        y = (part / "transp_conv").transposed("conv", x, filters[at], kernel, kernel, bias=up_bias)
        y = part.concat("concat", block.spread(part / "transp_conv", y), skips[at])
        x = block.drawn(part / "conv_block", y, filters[at], kernels[at + 1], [1] * axes, False)
        if at <= heads:
            name = f"deep_supervision_heads/{at - 1}" if at else "output_block"
            ends.append(block.conv(net / name / "conv", x, out, [1] * axes, [1] * axes, True))
    return ends[::-1]
