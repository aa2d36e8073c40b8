"""MONAI's SwinUNETR: a transformer of shifted windows as encoder. How the windows lie depends on the image's size."""

from __future__ import annotations

from math import prod

from rfcli.readers.draft import ForeignError
from rfcli.readers.monai.attending import LEAKY, decoded, multilayer, split
from rfcli.readers.monai.networks import Arguments, network
from rfcli.readers.monai.units import Block, norm_of
from rfcli.readers.parts import Map, Part, Sizes

STAGES = 4
"""Of the transformer."""
WIDTHS = 12
"""Channels are a multiple of so many."""
UNSIZED = "window attention (give --input-size)"
"""Attention in windows of a map whose size is not known."""


@network("SwinUNETR")
def swin_unetr(net: Part, x: Map, given: Arguments) -> Map:
    """A transformer of shifted windows, whose maps of each size are decoded (Hatamizadeh et al. 2022)."""
    out, axes, width = given.integer("out_channels"), net.axes, given.integer("feature_size", 24)
    block = Block(norm_of(given, "norm_name", ("instance", {})), LEAKY)
    if axes == 1:
        raise given.wrong("spatial_dims", "must be 2 or 3")
    if width % WIDTHS:
        raise given.wrong("feature_size", f"must be a multiple of {WIDTHS}")
    if given.integer("patch_size", 2) != 2:
        raise given.wrong("patch_size", "must be 2, as its decoder needs")
    if given.flag("use_hyena", False):
        raise given.wrong("use_hyena", "is not read")
    one, three = [1] * axes, [3] * axes
    states = in_windows(net / "swinViT", x, given, width)

    def encoded(name: str, x: Map) -> Map:
        return block.drawn(net / name / "layer", x, x.channels, three, one, True)

    skips = [block.drawn(net / "encoder1/layer", x, width, three, one, True)]
    skips += [encoded(f"encoder{at + 2}", state) for at, state in enumerate(states[:3])] + [states[3]]
    y = encoded("encoder10", states[4])
    for at in (5, 4, 3, 2, 1):
        y = decoded(net / f"decoder{at}", y, skips[at - 1], block, True)
    return (net / "out/conv").conv("conv", y, out, one)


def in_windows(net: Part, x: Map, given: Arguments, width: int) -> list[Map]:
    """SwinUNETR's transformer: its maps of five sizes, each normalised."""
    axes, two = net.axes, [2] * net.axes
    depths, heads = (given.some(key, usual) for key, usual in (("depths", [2] * 4), ("num_heads", [3, 6, 12, 24])))
    for key, found in (("depths", depths), ("num_heads", heads)):
        if len(found) != STAGES:
            raise given.wrong(key, f"must have {STAGES} entries")
    if sum(depths) > net.limits.layers:
        raise ForeignError(f"more than {net.limits.layers} layers", net.limits.exceeded("layers"), given.node)
    given.share("dropout_path_rate", 0.0)
    if given.text("downsample", "merging") not in ("merging", "mergingv2"):
        raise given.wrong("downsample", "must be merging or mergingv2")
    first, normalised = given.flag("use_v2", False), given.flag("normalize", True)
    block = Block(("instance_norm", {"scale": False, "bias": False}), LEAKY)
    stage = Stage(given)

    def told(at: int, x: Map) -> Map:
        return net.add(f"proj_out_{at}", "layer_norm", x, scale=False, bias=False) if normalised else x

    x = (net / "patch_embed").conv("proj", x, width, two, two, [0] * axes)
    if given.flag("patch_norm", False):
        x = net.add("patch_embed/norm", "layer_norm", x)
    x = net.add("pos_drop", "dropout", x) if stage.dropout else x
    states = [told(0, x)]
    for at, (depth, many) in enumerate(zip(depths, heads, strict=True)):
        part, size = net / f"layers{at + 1}/0", [halved(n, at + 1) for n in given.image]
        if first:
            x = block.drawn(net / f"layers{at + 1}c/0/layer", x, x.channels, [3] * axes, [1] * axes, True)
        for number in range(depth):
            x = stage.block(part / f"blocks/{number}", x, size, many, number % 2 == 1)
        part = part / "downsample"
        channels = x.channels
        x = part.add("merge", "space_to_depth", x, channels=channels * 2**axes, scale=2)
        x = part.conv("reduction", part.add("norm", "layer_norm", x), 2 * channels, [1] * axes, bias=False)
        states.append(told(at + 1, x))
    return states


def halved(size: int | None, times: int) -> int | None:
    return None if size is None else max(size >> times, 1)


class Stage:
    """What blocks of a transformer of windows are like."""

    def __init__(self, given: Arguments) -> None:
        self.given = given
        self.window = given.sizes("window_size", len(given.image), 7)
        self.bias, self.dropout = given.flag("qkv_bias", True), given.share("drop_rate", 0.0) > 0
        given.share("attn_drop_rate", 0.0)
        self.ratio = given.number("mlp_ratio", 4.0)

    def block(self, net: Part, x: Map, size: list[int | None], heads: int, shifted: bool) -> Map:
        """Attention in windows, and a perceptron, each added to its input."""
        split(self.given, x.channels, heads)
        y = net.add("norm1", "layer_norm", x)
        known = [n for n in size if n is not None]
        y = self.attended(net, y, known, heads, shifted) if len(known) == net.axes else self.unknown(net, y, heads)
        x = net.add("add_1", "add", x, y)
        y = multilayer(net / "mlp", net.add("norm2", "layer_norm", x), int(x.channels * self.ratio), self.dropout)
        return net.add("add_2", "add", x, y)

    def attended(self, net: Part, x: Map, size: Sizes, heads: int, shifted: bool) -> Map:
        """Attention in windows of a map of this size, behind which there are zeros up to a whole window. A map that is
        no larger than a window along an axis is one there, and nothing is shifted."""
        window = [min(one, n) for one, n in zip(self.window, size, strict=True)]
        shift = [own // 2 if shifted and n > own else 0 for own, n in zip(self.window, size, strict=True)]
        spare = [[0, -n % one] for one, n in zip(window, size, strict=True)]
        filled = any(after for _, after in spare)
        y = net.add("pad", "pad", x, padding=spare) if filled else x
        y = self.projected(net, y)
        c = x.channels
        kind: dict[str, object] = {"query": c, "value": c, "heads": heads, "params": self.biases(heads)}
        if window != list(size):
            kind |= {"window": window, "shift": shift}
        type = "window_attention" if "window" in kind else "attention"
        y = net.add("attn/attention", type, y, channels=c, **kind)
        y = self.left(net, y)
        return net.add("crop", "crop", y, cropping=spare) if filled else y

    def unknown(self, net: Part, x: Map, heads: int) -> Map:
        """The same of a map whose size is not known."""
        y = net.add("attn/attention", "custom", self.projected(net, x), channels=x.channels, filters=x.channels,
                    params=self.biases(heads), unknown=UNSIZED)  # fmt: skip
        return self.left(net, y)

    def projected(self, net: Part, x: Map) -> Map:
        return net.conv("attn/qkv", x, 3 * x.channels, [1] * net.axes, bias=self.bias)

    def left(self, net: Part, x: Map) -> Map:
        """What is made of the values."""
        x = net.conv("attn/proj", x, x.channels, [1] * net.axes)
        return net.add("attn/proj_drop", "dropout", x) if self.dropout else x

    def biases(self, heads: int) -> int:
        """A term for each distance of two positions of a window, and each head."""
        return heads * prod(2 * one - 1 for one in self.window)
