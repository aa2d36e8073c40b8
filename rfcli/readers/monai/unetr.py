"""MONAI's UNETR: a vision transformer as encoder, for images of one size."""

from __future__ import annotations

from math import prod

from rfcli.readers.draft import ForeignError
from rfcli.readers.monai.attending import LEAKY, decoded, multilayer, split
from rfcli.readers.monai.networks import Arguments, network
from rfcli.readers.monai.units import Block, norm_of
from rfcli.readers.parts import Map, Part

BLOCKS = 12
"""Of the transformer."""
PATCH = 16
"""Samples of an image along each axis that become a position of the transformer."""


@network("UNETR")
def unetr(net: Part, x: Map, given: Arguments) -> Map:
    """A vision transformer, whose maps of three depths are decoded with its last one (Hatamizadeh et al. 2022)."""
    out, axes = given.integer("out_channels"), net.axes
    width, hidden = given.integer("feature_size", 16), given.integer("hidden_size", 768)
    norm, residual = norm_of(given, "norm_name", ("instance", {})), given.flag("res_block", True)
    convolved, block = given.flag("conv_block", True), Block(norm, LEAKY)
    one, two, three = ([size] * axes for size in (1, 2, 3))
    final, states = seen_whole(net / "vit", x, given, hidden)
    skips = [block.drawn(net / "encoder1/layer", x, width, three, one, residual)]
    for at, many in enumerate((2, 1, 0)):
        part, filters = net / f"encoder{at + 2}", width * 2 ** (at + 1)
        y = (part / "transp_conv_init").transposed("conv", states[at], filters, two, two, bias=False)
        for number in range(many):
            step = part / f"blocks/{number}"
            y = (step / "0" if convolved else step).transposed("conv", y, filters, two, two, bias=False)
            y = block.drawn(step / "1", y, filters, three, one, residual) if convolved else y
        skips.append(y)
    y = final
    for at in (5, 4, 3, 2):
        y = decoded(net / f"decoder{at}", y, skips[at - 2], block, residual)
    return (net / "out/conv").conv("conv", y, out, one)


def seen_whole(net: Part, x: Map, given: Arguments, hidden: int) -> tuple[Map, list[Map]]:
    """UNETR's transformer: its last map, and those behind a quarter, a half and three quarters of its blocks."""
    inner = given.integer("mlp_dim", 3072, 0) or hidden
    heads, bias = given.integer("num_heads", 12), given.flag("qkv_bias", False)
    dropout, one = given.share("dropout_rate", 0.0) > 0, [1] * net.axes
    split(given, hidden, heads)
    for key in ("proj_type", "pos_embed"):  # what an older MONAI calls it
        if given.text(key, "conv") not in ("conv", "perceptron"):
            raise given.wrong(key, "must be conv or perceptron")
    size = [one for one in given.image if one is not None]
    if len(size) < net.axes:
        raise ForeignError(f"{given.what} lacks 'img_size'", "--set img_size=96", given.node)
    positions = prod(max(one // PATCH, 1) for one in size)
    patch, part = [PATCH] * net.axes, net / "patch_embedding"
    x = part.conv("patch_embeddings", x, hidden, patch, patch, [0] * net.axes)
    x = part.add("position_embeddings", "custom", x, filters=hidden, params=positions * hidden, macs=0)
    x = part.add("dropout", "dropout", x) if dropout else x
    states = []
    for number in range(BLOCKS):
        block = net / f"blocks/{number}"
        attn = block / "attn"
        y = attn.conv("qkv", block.add("norm1", "layer_norm", x), 3 * hidden, one, bias=bias)
        y = attn.add("attention", "attention", y, channels=hidden, query=hidden, value=hidden, heads=heads)
        y = attn.conv("out_proj", y, hidden, one)
        y = attn.add("drop_output", "dropout", y) if dropout else y
        x = block.add("add_1", "add", x, y)
        y = multilayer(block / "mlp", block.add("norm2", "layer_norm", x), inner, dropout)
        x = block.add("add_2", "add", x, y)
        states.append(x)
    net.draft.unused_params += 2 * hidden * BLOCKS  # a norm for attention to another map, which there is not
    return net.add("norm", "layer_norm", x), states[3:-1:3]
