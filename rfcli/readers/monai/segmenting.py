"""MONAI's other networks that tell something of each position: SegResNet, VNet."""

from __future__ import annotations

from rfcli.readers.draft import ForeignError
from rfcli.readers.monai.networks import Arguments, network
from rfcli.readers.monai.units import (
    Style,
    activation_of,
    active,
    convolution,
    norm_of,
    normed,
    upsampled,
    upsampling_of,
)
from rfcli.readers.parts import Map, Part


@network("SegResNet")
def seg_res_net(net: Part, x: Map, given: Arguments) -> Map:
    """Residual blocks with the norm first; maps from below are added (Myronenko 2018, without the auto-encoder)."""
    out, first = given.integer("out_channels", 2), given.integer("init_filters", 8)
    down, up = given.some("blocks_down", [1, 2, 2, 4]), given.some("blocks_up", [1, 1, 1])
    groups = given.integer("num_groups", 8)
    norm = norm_of(given, "norm", ("group", {"num_groups": groups}))
    if given.text("norm_name", "group").lower() != "group":
        raise given.wrong("norm_name", "must be group")
    act, mode = activation_of(given, "act", ("relu", {})), upsampling_of(given, "upsample_mode", "nontrainable")
    one, three, axes = [1] * net.axes, [3] * net.axes, net.axes
    if axes == 1:
        raise given.wrong("spatial_dims", "must be 2 or 3")
    if len(up) != len(down) - 1:
        raise ForeignError("blocks_up must have one entry less than blocks_down", at=given.node)
    if sum(up) + sum(down) > net.limits.layers:
        raise ForeignError(f"more than {net.limits.layers} layers", net.limits.exceeded("layers"), given.node)

    def block(part: Part, x: Map) -> Map:
        y = active(part, "act_1", normed(part, "norm1", x, norm), act)
        y = (part / "conv1").conv("conv", y, x.channels, three, bias=False)
        y = active(part, "act_2", normed(part, "norm2", y, norm), act, again=True)
        return part.add("add", "add", (part / "conv2").conv("conv", y, x.channels, three, bias=False), x)

    x = (net / "convInit").conv("conv", x, first, three, bias=False)
    if given.share("dropout_prob", 0.0) > 0:
        x = net.add("dropout", "dropout", x)
    skips = []
    for at, many in enumerate(down):
        if at:
            x = (net / f"down_layers/{at}/0").conv("conv", x, 2 * x.channels, three, [2] * axes, bias=False)
        for number in range(many):
            x = block(net / f"down_layers/{at}/{number + 1}", x)
        skips.append(x)
    for at, many in enumerate(up):
        x = (net / f"up_samples/{at}/0").conv("conv", x, x.channels // 2, one, bias=False)
        x = upsampled(net / f"up_samples/{at}/1", x, x.channels, mode, False)
        x = net.add(f"add_{at}", "add", x, skips[-at - 2])
        for number in range(many):
            x = block(net / f"up_layers/{at}/{number}", x)
    if not given.flag("use_conv_final", True):
        net.draft.unused_params += first * out + out + (2 * first if norm and norm[1].get("scale", True) else 0)
        return x
    x = active(net, "conv_final/1", normed(net, "conv_final/0", x, norm), act)
    return (net / "conv_final/2").conv("conv", x, out, one)


@network("VNet")
def v_net(net: Part, x: Map, given: Arguments) -> Map:
    """Convolutions of kernel 5 with residuals, strided ones of kernel 2 between the levels (Milletari et al. 2016)."""
    out, bias, axes = given.integer("out_channels", 1), given.flag("bias", False), net.axes
    if axes == 1:
        raise given.wrong("spatial_dims", "must be 2 or 3")
    act = activation_of(given, "act", ("elu", {}), per_channel=True)
    for key in ("dropout_prob", "dropout_prob_down", "dropout_prob_up"):
        given.share(key, 0.0)
    batch, five, two = Style(("batch_norm", {})), [5] * axes, [2] * axes
    if 16 % x.channels:
        raise given.wrong("in_channels", "must be a divisor of 16")

    def rows(part: Part, x: Map, many: int, bias: bool) -> Map:
        for at in range(many):
            y = convolution(part / f"{at}/conv_block", x, x.channels, five, batch, bias=bias)
            x = active(part, f"{at}/act_function", y, act)
        return x

    y = convolution(net / "in_tr/conv_block", x, 16, five, batch, bias=bias)
    x = net.add("in_tr/repeat", "custom", x, channels=16, filters=16, params=0, macs=0)
    skips = [active(net, "in_tr/act_function", net.add("in_tr/add", "add", y, x), act)]
    for name, many in (("32", 1), ("64", 2), ("128", 3), ("256", 2)):
        part, x = net / f"down_tr{name}", skips[-1]
        y = part.conv("down_conv", x, 2 * x.channels, two, two, [0] * axes, bias)
        y = active(part, "act_function1", part.add("bn1", "batch_norm", y), act)
        z = part.add("add", "add", rows(part / "ops", y, many, bias), y)
        skips.append(active(part, "act_function2", z, act))
    x = skips.pop()
    for name, filters, many in (("256", 256, 2), ("128", 128, 2), ("64", 64, 1), ("32", 32, 1)):
        part, skip = net / f"up_tr{name}", skips.pop()
        y = part.transposed("up_conv", x, filters // 2, two, two)
        y = active(part, "act_function1", part.add("bn1", "batch_norm", y), act)
        y = part.concat("concat", y, skip)
        z = part.add("add", "add", rows(part / "ops", y, many, False), y)
        x = active(part, "act_function2", z, act)
    y = convolution(net / "out_tr/conv_block", x, out, five, batch, bias=bias)
    return net.conv("out_tr/conv2", active(net, "out_tr/act_function1", y, act), out, [1] * axes)
