"""Parts of a network: names within one another, channels, limits."""

import pytest

from rfcli.description.limits import Limits
from rfcli.description.nodes import File
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.parts import Map, Part


def part(**limits):
    draft = Draft(File("x.json"))
    x = Map(draft.input("input", (8, 8), 4), 4)
    return Part(draft, Limits(**limits), 2), x, draft


def layers(draft):
    return [one.plain() for one in draft.node().value["layers"].value]


def test_names_lie_within_one_another():
    net, x, draft = part()
    y = (net / "a" / "b").conv("conv", x, 6, (3, 1), dilation=(2, 1))
    z = (net / "a" / "").transposed("up", y, 2, (2, 2), (2, 2))
    both = net.concat("both", net.concat("one", y), net.add("act", "relu", y))
    assert (y.channels, z.channels, both.channels) == (6, 2, 12)
    assert layers(draft) == [
        {"name": "a/b/conv", "type": "conv", "inputs": ["input"], "filters": 6, "kernel": [3, 1], "padding": [2, 0],
         "dilation": [2, 1]},
        {"name": "a/up", "type": "conv_transpose", "inputs": ["a/b/conv"], "filters": 2, "kernel": 2, "stride": 2},
        {"name": "act", "type": "relu", "inputs": ["a/b/conv"]},
        {"name": "both", "type": "concat", "inputs": ["a/b/conv", "act"]},
    ]  # fmt: skip


def test_limits():
    net, x, _ = part(layers=1)
    net.add("a", "relu", x)
    with pytest.raises(ForeignError, match="more than 1 layers"):
        net.add("b", "relu", x)
    net, x, _ = part(name=5)
    with pytest.raises(ForeignError, match="a name of more than 5 characters"):
        net.add("longer", "relu", x)
    with pytest.raises(ForeignError, match="'c' would have 0 channels"):
        net.conv("c", x, 0, (1, 1))
