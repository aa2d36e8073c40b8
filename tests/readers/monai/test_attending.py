"""What the networks with a transformer share: decoders, perceptrons, heads."""

import pytest

import rfcli
from readers.test_stated import node
from rfcli.description.limits import Limits
from rfcli.description.nodes import File
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.monai.attending import decoded, multilayer, split
from rfcli.readers.monai.networks import Arguments
from rfcli.readers.monai.units import Block
from rfcli.readers.parts import Map, Part


def drawn(draw, channels):
    draft = Draft(File("net"))
    x = Map(draft.input("input", [8, 8], channels), channels)
    draw(Part(draft, Limits(), 2), x)
    return rfcli.compute(rfcli.loads({key: one.plain() for key, one in draft.node().value.items()}))


def test_a_map_from_below_is_joined_to_its_skip():
    def draw(net, x):
        skip = net.conv("skip", x, 6, [1, 1])
        decoded(net, net.conv("low", x, 4, [2, 2], [2, 2], [0, 0]), skip, Block(None, None), False)

    report = drawn(draw, 3)
    assert (report.layer("concat").channels, report.layer("concat").output_size) == (12, (8, 8))
    assert report.layer("transp_conv/conv").cost.params == 4 * 6 * 4
    assert report.layer("conv_block/conv1/conv").cost.params == 12 * 6 * 9


@pytest.mark.parametrize(
    ("dropout", "types"),
    [(False, "conv gelu conv"), (True, "conv gelu dropout conv dropout")],
    ids=["plain", "dropout"],
)
def test_a_perceptron_at_each_position(dropout, types):
    report = drawn(lambda net, x: multilayer(net, x, 10, dropout), 4)
    assert [layer.type for layer in report.layers] == types.split()
    assert report.total.params == 4 * 10 + 10 + 10 * 4 + 4


def test_heads_that_do_not_fit():
    given = Arguments(node({}), "X")
    split(given, 24, 4)
    with pytest.raises(ForeignError, match="24 channels of X cannot be split into 5 heads"):
        split(given, 24, 5)
