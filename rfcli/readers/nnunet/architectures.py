"""The U-Nets that nnU-Net plans: an encoder of stages, each of which begins with a stride, and a decoder of transposed
convolutions whose kernel is their stride. Every stage of the decoder has a head (deep supervision)."""

from __future__ import annotations

from rfcli.description.nodes import Node
from rfcli.layers._parameters import shown
from rfcli.readers.draft import ForeignError
from rfcli.readers.parts import Map, Part, Sizes
from rfcli.readers.stated import Stated
from rfcli.values import Value
from rfcli.words import torch

PLAIN, RESIDUAL, RESIDUAL_BOTH = "PlainConvUNet", "ResidualEncoderUNet", "ResidualUNet"
COUNTS = {PLAIN: "n_conv_per_stage", RESIDUAL: "n_blocks_per_stage", RESIDUAL_BOTH: "n_blocks_per_stage"}
"""Architecture -> the key that says how many units each stage of its encoder has."""
KEYS = frozenset([
    "n_stages", "features_per_stage", "conv_op", "kernel_sizes", "strides", "n_conv_per_stage", "n_blocks_per_stage",
    "n_conv_per_stage_decoder", "conv_bias", "norm_op", "norm_op_kwargs", "dropout_op", "dropout_op_kwargs", "nonlin",
    "nonlin_kwargs", "nonlin_first", "deep_supervision", "block", "bottleneck_channels", "stem_channels",
])  # fmt: skip
NORMS = {"InstanceNorm": ("instance_norm", False), "BatchNorm": ("batch_norm", True)}
"""Norm -> its layer type, and whether it has parameters where nothing is said."""


class Architecture(Value):
    """What the stages of a U-Net are made of."""

    kind: str
    features: list[int]
    kernels: list[list[int]]
    strides: list[list[int]]
    units: list[int]
    decoder: list[int]
    bias: bool
    norm: str | None
    affine: bool
    dropout: bool
    activation: str | None
    activation_first: bool
    bottleneck: list[int] | None
    """The channels inside the blocks of each stage, where they are bottlenecks."""
    stem: int
    """The channels of the first convolution."""
    first: bool = False
    """Whether it is of nnU-Net's first version: its decoder takes the kernels of the level below, and has no bias but
    in its convolutions."""


def architecture_of(configuration: Stated, axes: int) -> Architecture:
    """What a configuration states, in either layout: an architecture and its arguments or, in plans of the first
    releases, keys of the configuration itself. Raises `ForeignError`."""
    if "architecture" not in configuration:
        return earlier(configuration, axes)
    stated = configuration.mapping("architecture")
    path = stated.text("network_class_name")
    kind = known(path.rpartition(".")[2], path, stated.get("network_class_name"))
    given = stated.mapping("arch_kwargs")
    unread = [key for key in given.names() if key not in KEYS]
    if unread:
        raise ForeignError(f"{kind} with '{unread[0]}' is not read", LIVE, given.get(unread[0]))
    stages = given.integer("n_stages", minimum=2)
    strides = given.rows("strides", stages, axes)
    convolution = given.text("conv_op", "").rpartition(".")[2]
    if convolution and convolution != f"Conv{axes}d":
        raise given.wrong("conv_op", f"must be Conv{axes}d, as the patch has {axes} axes")
    features = given.integers("features_per_stage", stages)
    norm, affine = norm_of(given)
    return Architecture(
        kind, features, given.rows("kernel_sizes", stages, axes), strides, given.integers(COUNTS[kind], stages),
        given.integers("n_conv_per_stage_decoder", stages - 1), given.flag("conv_bias", False), norm, affine,
        "dropout_op" in given, activation_of(given), kind == PLAIN and given.flag("nonlin_first", False),
        bottleneck_of(given, stages), given.integer("stem_channels", features[0]),
    )  # fmt: skip


LIVE = "in Python, rfcli.from_torch(module, shape) reads the live network"


def known(kind: str, path: str, at: Node) -> str:
    if kind not in COUNTS:
        raise ForeignError(f"the architecture {shown(path)} is not read: {', '.join(COUNTS)} are", LIVE, at)
    return kind


def earlier(stated: Stated, axes: int) -> Architecture:
    """The layout of the first releases of version 2; what it does not state was fixed."""
    kind = known(stated.text("UNet_class_name"), stated.text("UNet_class_name"), stated.get("UNet_class_name"))
    units = stated.integers("n_conv_per_stage_encoder")
    stages = len(units)
    if stages < 2:
        raise stated.wrong("n_conv_per_stage_encoder", "must have two entries or more")
    features, most = [stated.integer("UNet_base_num_features")], stated.integer("unet_max_num_features")
    while len(features) < stages:
        features.append(min(2 * features[-1], most))
    features[0] = min(features[0], most)
    return Architecture(
        kind, features, stated.rows("conv_kernel_sizes", stages, axes),
        stated.rows("pool_op_kernel_sizes", stages, axes), units,
        stated.integers("n_conv_per_stage_decoder", stages - 1), True, "instance_norm", True, False, "leaky_relu",
        False, None, features[0],
    )  # fmt: skip


def norm_of(given: Stated) -> tuple[str | None, bool]:
    """The layer type of the norm, and whether it has parameters."""
    if "norm_op" not in given:
        return None, False
    word = given.text("norm_op").rpartition(".")[2]
    if word[-2:] not in ("1d", "2d", "3d") or word[:-2] not in NORMS:
        raise given.wrong("norm_op", "must be InstanceNorm or BatchNorm of two axes or three")
    type, affine = NORMS[word[:-2]]
    return type, given.mapping("norm_op_kwargs").flag("affine", affine)


def activation_of(given: Stated) -> str | None:
    if "nonlin" not in given:
        return None
    word = f"nn.{given.text('nonlin').rpartition('.')[2]}"
    if word not in torch.ACTIVATIONS or torch.ACTIVATIONS.read(word) == "dropout":
        raise given.wrong("nonlin", "must be an activation of torch")
    return torch.ACTIVATIONS.read(word)


def bottleneck_of(given: Stated, stages: int) -> list[int] | None:
    word = given.text("block", "BasicBlockD").rpartition(".")[2]
    if word == "BasicBlockD":
        return None
    if word != "BottleneckD":
        raise given.wrong("block", "must be BasicBlockD or BottleneckD")
    return given.integers("bottleneck_channels", stages)


def drawn(net: Part, plan: Architecture, x: Map, classes: int) -> None:
    """Draws the network; its outputs are the heads, that of the largest map first."""
    if sum(plan.units) + sum(plan.decoder) > net.limits.layers:
        raise ForeignError(f"more than {net.limits.layers} layers", net.limits.exceeded("layers"))
    skips, encoder = [], net / "encoder"
    if plan.kind != PLAIN:
        x = block(encoder / "stem/convs/0", plan, x, plan.stem, plan.kernels[0])
    for at, filters in enumerate(plan.features):
        stage = encoder / f"stages/{at}"
        inner = plan.bottleneck[at] if plan.bottleneck else None
        build = blocks if plan.kind != PLAIN else convolutions
        part = stage if plan.kind != PLAIN else stage / "0"
        x = build(part, plan, x, filters, plan.units[at], plan.kernels[at], plan.strides[at], inner)
        skips.append(x)
    heads = []
    decoder = net / "decoder"
    for at, units in enumerate(plan.decoder):
        skip, stride, kernel = skips[-at - 2], plan.strides[-at - 1], plan.kernels[-at - (1 if plan.first else 2)]
        bias = plan.bias and not plan.first
        x = decoder.transposed(f"transpconvs/{at}", x, skip.channels, stride, stride, bias=bias)
        x = decoder.concat(f"concat/{at}", x, skip)
        build = blocks if plan.kind == RESIDUAL_BOTH else convolutions
        x = build(decoder / f"stages/{at}", plan, x, skip.channels, units, kernel, [1] * net.axes, None)
        heads.append(decoder.conv(f"seg_layers/{at}", x, classes, [1] * net.axes, bias=not plan.first))
    net.draft.outputs(one.layer for one in reversed(heads))


def block(
    net: Part, plan: Architecture, x: Map, filters: int, kernel: Sizes, stride: Sizes = (), active: bool = True,
    dropped: bool = True, bias: bool | None = None,
) -> Map:  # fmt: skip
    """Convolution, dropout, norm and activation."""
    padding = [(k - 1) // 2 for k in kernel]
    x = net.conv("conv", x, filters, kernel, stride, padding, plan.bias if bias is None else bias)
    if plan.dropout and dropped:
        x = net.add("dropout", "dropout", x)
    activation = plan.activation if active else None
    if plan.activation_first and activation:
        x, activation = net.add("nonlin", activation, x), None
    if plan.norm:
        x = net.add("norm", plan.norm, x, scale=plan.affine, bias=plan.affine)
    return net.add("nonlin", activation, x) if activation else x


def convolutions(
    net: Part, plan: Architecture, x: Map, filters: int, units: int, kernel: Sizes, stride: Sizes, inner: int | None
) -> Map:
    for at in range(units):
        x = block(net / f"convs/{at}", plan, x, filters, kernel, () if at else stride)
    return x


def blocks(
    net: Part, plan: Architecture, x: Map, filters: int, units: int, kernel: Sizes, stride: Sizes, inner: int | None
) -> Map:
    for at in range(units):
        x = residual(net / f"blocks/{at}", plan, x, filters, kernel, [1] * net.axes if at else stride, inner)
    return x


def residual(
    net: Part, plan: Architecture, x: Map, filters: int, kernel: Sizes, stride: Sizes, inner: int | None
) -> Map:
    """Two convolutions, or a bottleneck of three; the input is added, pooled by the stride and projected (ResNet-D)."""
    one = [1] * net.axes
    if inner is None:
        y = block(net / "conv1", plan, x, filters, kernel, stride)
        y = block(net / "conv2", plan, y, filters, kernel, active=False, dropped=False)
    else:
        y = block(net / "conv1", plan, x, inner, one, dropped=False)
        y = block(net / "conv2", plan, y, inner, kernel, stride)
        y = block(net / "conv3", plan, y, filters, one, active=False, dropped=False)
    skip, steps = net / "skip", 0
    if any(step != 1 for step in stride):
        x = skip.add("0", "avg_pool", x, kernel=list(stride), stride=list(stride))
        steps = 1
    if x.channels != filters:
        x = block(skip / str(steps), plan, x, filters, one, active=False, dropped=False, bias=False)
    y = net.add("add", "add", y, x)
    return net.add("nonlin2" if inner is None else "nonlin3", plan.activation, y) if plan.activation else y
