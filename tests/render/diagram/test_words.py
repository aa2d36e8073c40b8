"""What stands in a node."""

from render.diagram import conv, outline, outline_of
from rfcli.render.diagram.words import does, lines, sees, title
from rfcli.render.grid import cut


def test_lines() -> None:
    found = outline("alexnet_v2")
    assert lines(found, found.nodes[0]) == ["3 × 224x224"]
    assert lines(found, found.nodes[1]) == ["conv 11x11 /4 + relu", "64 × 54x54", "sees 11, stride 4"]


def test_copies() -> None:
    found = outline_of(conv("a", dilation="$(2 ** i)", repeat=3))
    node = found.nodes[1]
    assert title(node) == "a_1 … a_3  × 3"
    assert lines(found, node) == ["conv 3 dilation 2…8", "2 × 64", "sees 5…29, stride 1"]


def test_axes_that_differ() -> None:
    found = outline("inception_v4")
    node = next(node for node in found.nodes if node.label == "Conv2d_0b_1x7")
    assert does(found, node) == "conv 1x7 + batch_norm + relu"
    assert sees(found.last(node)) == "sees 15x39, stride 4"


def test_global() -> None:
    found = outline("resnet18")
    assert sees(found.last(found.nodes[-1])) == "sees the whole input"
    gate = outline_of(conv("a"), {"type": "squeeze_excite", "name": "s", "units": 1})
    assert sees(gate.last(gate.nodes[-1])) == "sees 3, stride 1 + all"


def test_nothing_is_known() -> None:
    found = outline_of(conv("a"), {"type": "custom", "name": "x", "unknown": "what"}, conv("b", 5))
    assert sees(found.last(found.nodes[-1])) == "sees ?, stride ?"


def test_folded_scopes() -> None:
    found = outline("inception_v4", 1)
    assert does(found, found.nodes[4]) == "19 layers"


def test_cut() -> None:
    assert cut("x" * 40, 40) == "x" * 40
    assert cut("a" * 30 + "b" * 30, 11, "…") == "aaaaa…bbbbb"
