"""What MONAI's networks with a transformer as encoder share: the perceptron behind an attention, heads, decoders."""

from __future__ import annotations

from rfcli.readers.draft import ForeignError
from rfcli.readers.monai.networks import Arguments
from rfcli.readers.monai.units import Block
from rfcli.readers.parts import Map, Part

LEAKY = ("leaky_relu", dict[str, int]())
"""The activation of their decoders."""


def decoded(net: Part, low: Map, skip: Map, block: Block, residual: bool) -> Map:
    """A map from below, twice as large, joined to one of that size."""
    one, two, three = ([size] * net.axes for size in (1, 2, 3))
    y = (net / "transp_conv").transposed("conv", low, skip.channels, two, two, bias=False)
    y = net.concat("concat", y, skip)
    return block.drawn(net / "conv_block", y, skip.channels, three, one, residual)


def multilayer(net: Part, x: Map, inner: int, dropout: bool) -> Map:
    """Two layers of a perceptron at each position."""
    one = [1] * net.axes
    y = net.add("fn", "gelu", net.conv("linear1", x, inner, one))
    y = net.add("drop1", "dropout", y) if dropout else y
    y = net.conv("linear2", y, x.channels, one)
    return net.add("drop2", "dropout", y) if dropout else y


def split(given: Arguments, channels: int, heads: int) -> None:
    """Raises `ForeignError` where channels are not so many heads alike."""
    if channels % heads:
        raise ForeignError(f"{channels} channels of {given.what} cannot be split into {heads} heads", at=given.node)
