"""Boxes, nodes and edges: every layer stands in one place, and every edge is one of the network."""

from collections.abc import Iterator

import pytest

from render.diagram import NETWORKS, conv, outline, outline_of
from rfcli.render.diagram.outline import Box, Node, Outline


def around(box: Box, boxes: tuple[Box, ...] = ()) -> Iterator[tuple[Node, tuple[Box, ...]]]:
    """Every node with the boxes around it."""
    for item in box.items:
        if isinstance(item, Node):
            yield item, boxes
        else:
            yield from around(item, (*boxes, item))


def shape(box: Box) -> list[object]:
    """Labels of what is inside a box, boxes as lists."""
    return [item.label if isinstance(item, Node) else [item.label, *shape(item)] for item in box.items]


@pytest.mark.parametrize("depth", [None, 1, 2])
@pytest.mark.parametrize("name", NETWORKS)
def test_each_layer_once_and_each_edge(name: str, depth: int | None) -> None:
    found = outline(name, depth)
    graph = found.report.graph
    numbers = [number for node in found.nodes for copy in node.copies for number in copy]
    assert sorted(numbers) == list(range(len(graph.labels)))
    home = {number: node.id for node in found.nodes for copy in node.copies for number in copy}
    repeated = {
        node.id: {box.id for box in boxes if box.times > 1} | ({-1 - node.id} if node.times > 1 else set())
        for node, boxes in around(found.root)
    }
    real = {(home[source], home[number]) for number, sources in enumerate(graph.sources) for source in sources}
    real = {(one, two) for one, two in real if one != two}
    assert set(found.edges) <= real
    assert all(repeated[one] & repeated[two] for one, two in real - set(found.edges)), "from copy to copy"


def test_norms_and_activations_share_a_node() -> None:
    found = outline_of(conv("a"), {"type": "batch_norm", "name": "n"}, {"type": "relu", "name": "r"}, conv("b", 5))
    assert [node.copies for node in found.nodes] == [((0,),), ((1, 2, 3),), ((4,),)]
    assert found.edges == ((0, 1), (1, 2))


def test_what_is_read_twice_stands_alone() -> None:
    found = outline_of(
        conv("a"), {"type": "relu", "name": "r"}, conv("b", 5), {"type": "add", "name": "s", "inputs": ["a", "b"]}
    )
    assert [node.label for node in found.nodes] == ["input", "a", "r", "b", "s"]


def test_a_scope_of_one_thing_is_that_thing() -> None:
    inner = {"type": "sequence", "name": "i", "layers": [conv("a"), {"type": "relu", "name": "r"}]}
    found = outline_of({"type": "sequence", "name": "o", "layers": [inner]}, conv("b", 5))
    assert [(node.name, node.label) for node in found.nodes] == [("input", "input"), ("o", "o"), ("b", "b")]


def test_depth() -> None:
    inner = {"type": "sequence", "name": "i", "layers": [conv("a"), conv("b", 5)]}
    layers = ({"type": "sequence", "name": "o", "layers": [inner, conv("c", 7)]},)
    assert shape(outline_of(*layers).root) == ["input", ["o", ["i", "a", "b"], "c"]]
    assert shape(outline_of(*layers, depth=2).root) == ["input", ["o", "i", "c"]]
    assert shape(outline_of(*layers, depth=1).root) == ["input", "o"]
    assert [node.scope for node in outline_of(*layers, depth=1).nodes] == [False, True]


def test_fields_of_the_copies() -> None:
    found = outline_of(conv("a", repeat=3))
    assert [layer.receptive_field.size for layer in last(found) if layer and layer.receptive_field] == [
        (3,),
        (5,),
        (7,),
    ]


def last(found: Outline) -> list[object]:
    """What comes out of the copies of the last node."""
    return list(found.last(found.nodes[-1]))
