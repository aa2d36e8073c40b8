"""What MONAI's networks are built of: convolutions with norm, dropout and activation in some order, residual units,
upsampling."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.draft import ForeignError
from rfcli.readers.monai.networks import Arguments
from rfcli.readers.parts import Map, Part, Sizes
from rfcli.values import Value

Options = dict[str, object]
"""What a file says of a norm or an activation."""
Kind = tuple[str, dict[str, int]]
"""A layer type and its parameters."""
ACTIVATIONS = {
    "relu": "relu", "leakyrelu": "leaky_relu", "prelu": "prelu", "relu6": "relu6", "elu": "elu", "selu": "selu",
    "celu": "celu", "gelu": "gelu", "sigmoid": "sigmoid", "tanh": "tanh", "swish": "silu", "memswish": "silu",
    "mish": "mish",
}  # fmt: skip
NORMS = {"instance": "instance_norm", "instance_nvfuser": "instance_norm", "batch": "batch_norm",
         "syncbatch": "batch_norm", "group": "group_norm"}  # fmt: skip


class Style(Value):
    """What stands behind a convolution: the layer types of its norm and its activation with their parameters, whether
    there is dropout, and their order, as N, D and A."""

    norm: Kind | None = None
    activation: Kind | None = None
    dropout: bool = False
    order: str = "NDA"


def norm_of(given: Arguments, key: str, default: tuple[str, Options] | None) -> Kind | None:
    """The layer type and the parameters of a norm. Raises `ForeignError`."""
    found = given.spelled(key, default)
    if found is None:
        return None
    word, options = found
    if word not in NORMS:
        raise given.wrong(key, f"must be one of {', '.join(NORMS)}")
    affine = options.get("affine", not word.startswith("instance"))
    parameters: dict[str, int] = {} if affine else {"scale": False, "bias": False}
    if word == "group":
        groups = options.get("num_groups")
        if type(groups) is not int or groups < 1:
            raise given.wrong(key, "must state num_groups")
        parameters["groups"] = groups
    return NORMS[word], parameters


def activation_of(
    given: Arguments, key: str, default: tuple[str, Options] | None, per_channel: bool = False
) -> Kind | None:
    """The layer type and the parameters of an activation; `per_channel` a PReLU has a slope for each where nothing else
    is said."""
    found = given.spelled(key, default)
    if found is None:
        return None
    word, options = found
    if word not in ACTIVATIONS:
        raise given.wrong(key, f"must be one of {', '.join(ACTIVATIONS)}")
    if word != "prelu":
        return ACTIVATIONS[word], {}
    slopes = options.get("num_parameters", 1)
    return "prelu", {"per_channel": True} if slopes != 1 or (per_channel and "num_parameters" not in options) else {}


def same(kernel: Sizes, dilation: int = 1) -> list[int]:
    """The padding that keeps the size of a map, for odd kernels alone. Raises `ForeignError`."""
    if any((k - 1) * dilation % 2 for k in kernel):
        raise ForeignError(f"a kernel of {'x'.join(map(str, kernel))} has no padding that keeps a map's size")
    return [(k - 1) // 2 * dilation for k in kernel]


def active(net: Part, name: str, x: Map, act: Kind | None, again: bool = False) -> Map:
    """An activation; where it is used again, its parameters are counted already."""
    return net.add(name, act[0], x, **act[1], params=0 if again and act[0] == "prelu" else None) if act else x


def normed(net: Part, name: str, x: Map, norm: Kind | None) -> Map:
    return net.add(name, norm[0], x, **norm[1]) if norm else x


def behind(net: Part, x: Map, style: Style, plain: bool = False) -> Map:
    """Norm, dropout and activation in their order; none of them where it is `plain`."""
    if plain:
        return x
    for letter in style.order:
        if letter == "N" and style.norm:
            x = net.add("N", style.norm[0], x, **style.norm[1])
        elif letter == "D" and style.dropout:
            x = net.add("D", "dropout", x)
        elif letter == "A" and style.activation:
            x = net.add("A", style.activation[0], x, **style.activation[1])
    return x


def convolution(
    net: Part, x: Map, filters: int, kernel: Sizes, style: Style, stride: Sizes = (), padding: Sizes | None = None,
    bias: bool = True, plain: bool = False, transposed: bool = False,
) -> Map:  # fmt: skip
    stride = list(stride or [1] * net.axes)
    padding = same(kernel) if padding is None else padding
    if transposed:
        y = net.transposed("conv", x, filters, kernel, stride, padding, [s - 1 for s in stride], bias)
    else:
        y = net.conv("conv", x, filters, kernel, stride, padding, bias)
    return behind(net / "adn", y, style, plain)


def residual_unit(
    net: Part, x: Map, filters: int, kernel: Sizes, style: Style, stride: Sizes, units: int, bias: bool,
    last_plain: bool = False,
) -> Map:  # fmt: skip
    """Convolutions in a row, and one that takes the input to their map, added."""
    one = [1] * net.axes
    y = x
    for at in range(max(units, 1)):
        plain = last_plain and at == max(units, 1) - 1
        step = one if at else stride
        y = convolution(net / f"conv/unit{at}", y, filters, kernel, style, step, None, bias, plain)
    if any(s != 1 for s in stride):
        x = net.conv("residual", x, filters, kernel, stride, same(kernel), bias)
    elif x.channels != filters:
        x = net.conv("residual", x, filters, one, one, [0] * net.axes, bias)
    return net.add("add", "add", y, x)


class Block(Value):
    """What nnU-Net's and the transformers' decoders are built of: two convolutions, each with its norm, and one
    activation that both use."""

    norm: Kind | None
    activation: Kind | None
    dropout: bool = False

    def spread(self, part: Part, x: Map) -> Map:
        return behind(part / "adn", x, Style(dropout=self.dropout))

    def conv(self, part: Part, x: Map, filters: int, kernel: Sizes, stride: Sizes, bias: bool = False) -> Map:
        """A convolution and its dropout. Raises `ForeignError`."""
        padding = [(k - s + 1) // 2 for k, s in zip(kernel, stride, strict=True)]
        if min(padding) < 0:
            words = ["x".join(map(str, one)) for one in (kernel, stride)]
            raise ForeignError(f"a kernel of {words[0]} is too small for a stride of {words[1]}", at=part.draft.at)
        return self.spread(part, part.conv("conv", x, filters, kernel, stride, padding, bias))

    def drawn(self, part: Part, x: Map, filters: int, kernel: Sizes, stride: Sizes, residual: bool) -> Map:
        """The block; where it is `residual`, its input is added, by a convolution where that is of another map."""
        y = normed(part, "norm1", self.conv(part / "conv1", x, filters, kernel, stride), self.norm)
        y = self.conv(part / "conv2", active(part, "lrelu_1", y, self.activation), filters, kernel, [1] * part.axes)
        y = normed(part, "norm2", y, self.norm)
        if residual:
            if x.channels != filters or any(s != 1 for s in stride):
                x = normed(part, "norm3", self.conv(part / "conv3", x, filters, [1] * part.axes, stride), self.norm)
            y = part.add("add", "add", y, x)
        return active(part, "lrelu_2", y, self.activation, again=True)


def pixel_shuffled(net: Part, x: Map, filters: int) -> Map:
    """A convolution whose channels become a map twice as large, then the mean of two neighbours along each axis."""
    y = net.conv("conv_block", x, filters * 2**net.axes, [3] * net.axes)
    y = net.add("shuffle", "pixel_shuffle", y, channels=filters, scale=2)
    y = net.add("pad_pool/0", "pad", y, padding=[[1, 0]] * net.axes)
    return net.add("pad_pool/1", "avg_pool", y, kernel=[2] * net.axes, stride=[1] * net.axes)


UPSAMPLING = ("deconv", "nontrainable", "pixelshuffle")


def upsampled(net: Part, x: Map, filters: int, mode: str, corners: bool) -> Map:
    """A map twice as large, with so many channels."""
    two = [2] * net.axes
    if mode == "deconv":
        return net.transposed("deconv", x, filters, two, two)
    if mode == "pixelshuffle":
        return pixel_shuffled(net / "pixelshuffle", x, filters)
    if x.channels != filters:
        x = net.conv("preconv", x, filters, [1] * net.axes)
    coordinates = "align_corners" if corners else "half_pixel"
    return net.add("upsample_non_trainable", "upsample", x, scale=2, mode="linear", coordinates=coordinates)


def upsampling_of(given: Arguments, key: str, default: str) -> str:
    mode = given.text(key, default)
    if mode not in UPSAMPLING:
        raise given.wrong(key, f"must be one of {', '.join(UPSAMPLING)}")
    return mode


def steps(given: Arguments, key: str, axes: int) -> list[list[int]]:
    """A stride for each stage, each an integer or a list of one per axis."""
    value = given.get(key).value
    return given.rows(key, len(value) if type(value) is list else 1, axes)


def at_least(given: Arguments, key: str, found: Sequence[object], least: int) -> None:
    """Raises `ForeignError` where a list is too short."""
    if len(found) < least:
        raise given.wrong(key, f"must have {least} entries or more")
