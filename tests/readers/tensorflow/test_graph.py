"""Values of a graph."""

from __future__ import annotations

from rfcli.readers.tensorflow.graph import Graph, Node


def test_a_graph_is_a_value() -> None:
    node = Node("Relu", "a", ("x",), ("y",), {}, "RELU")
    graph = Graph("net", [node], {"x": ("0", (1, 2))}, ["y"], {}.get, {}.get)
    assert graph.nodes[0].replaced(name="b").name == "b" and graph.constant("x") is None
