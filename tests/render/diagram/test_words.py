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
    assert sees(found.last(found.nodes[-1])) == "sees all of a map"
    gate = outline_of(conv("a"), {"type": "squeeze_excite", "name": "s", "units": 1})
    assert sees(gate.last(gate.nodes[-1])) == "sees 3, stride 1 + all"


def test_nothing_is_known() -> None:
    found = outline_of(conv("a"), {"type": "custom", "name": "x", "unknown": "what"}, conv("b", 5))
    assert sees(found.last(found.nodes[-1])) == "sees ?, stride ?"


def test_folded_scopes() -> None:
    found = outline("inception_v4", 1)
    assert does(found, found.nodes[4]) == "19 layers"


def test_a_scope_with_several_outputs_has_not_the_last_ones_numbers() -> None:
    heads = {f"h{n}": [conv(f"c{n}", 3, stride=n)] for n in (1, 2)}
    found = outline_of(
        conv("a"),
        {"type": "sequence", "name": "fpn", "layers": [{"type": "branches", "merge": "none", "branches": heads}]},
        depth=1,
    )
    fpn = found.nodes[-1]
    assert lines(found, fpn) == ["2 layers, 2 outputs", "2 × 64…32", "sees 5, stride 1…2"]
    ((first, second),) = found.outputs(fpn)
    assert (first.name, second.name) == ("fpn/h1/c1", "fpn/h2/c2")


def test_what_is_read_of_a_scope_in_between_is_an_output() -> None:
    """The first layer of the scope is read by the skip, the last by the layer after it; of copies each by itself."""
    scope = {"type": "sequence", "name": "down", "layers": [conv("a"), conv("b", 5)]}
    found = outline_of(scope, {"type": "concat", "name": "cat", "inputs": ["down", "down/a"]}, depth=1)
    assert lines(found, found.nodes[1]) == ["2 layers, 2 outputs", "2 × 64", "sees 3…7, stride 1"]
    alike = outline_of({**scope, "repeat": 2}, depth=1)
    assert lines(alike, alike.nodes[1]) == ["2 layers", "2 × 64", "sees 7…13, stride 1"]


def test_cut() -> None:
    assert cut("x" * 40, 40) == "x" * 40
    assert cut("a" * 30 + "b" * 30, 11, "…") == "aaaaa…bbbbb"
