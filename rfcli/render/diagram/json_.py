"""The diagram as data: nodes, the scopes around them, and edges."""

from __future__ import annotations

import json
from itertools import chain

from rfcli.engine.costs import summed
from rfcli.engine.plain import SCHEMA_VERSION, number
from rfcli.render.diagram import words
from rfcli.render.diagram.outline import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.layers._layer import Layer
    from rfcli.render.diagram.outline import Box, Outline


def render(outline: Outline, by: str | None) -> Iterator[str]:
    """One document, a line for each node, scope and edge. Colors are the reader's matter."""
    encode = json.JSONEncoder().encode
    nodes = [_node(outline, node, scope) for node, scope in _nodes(outline.root, None)]
    scopes = list(_scopes(outline.root, None))
    edges = [{"from": f"n{source}", "to": f"n{target}"} for source, target in outline.edges]
    yield f'{{"schema_version": {SCHEMA_VERSION}, "network": {encode(outline.report.name)}'
    for name, several in (("nodes", nodes), ("scopes", scopes), ("edges", edges)):
        yield f', "{name}": [' + ",".join("\n  " + encode(one) for one in several) + "\n]"
    yield "}\n"


def _nodes(box: Box, scope: str | None) -> Iterator[tuple[Node, str | None]]:
    for item in box.items:
        if isinstance(item, Node):
            yield item, scope
        else:
            yield from _nodes(item, f"s{item.id}")


def _scopes(box: Box, scope: str | None) -> Iterator[dict[str, object]]:
    for item in box.items:
        if not isinstance(item, Node):
            yield {
                "id": f"s{item.id}", "name": item.name or None, "label": item.label, "scope": scope,
                "times": item.times,
            }  # fmt: skip
            yield from _scopes(item, f"s{item.id}")


def _node(outline: Outline, node: Node, scope: str | None) -> dict[str, object]:
    """A node: `size` and `stride` are the first copy's and the last's, what differs among several outputs of a copy is
    null; costs are those of all copies."""
    report, graph = outline.report, outline.report.graph
    first = len(graph.inputs)
    numbers = list(chain.from_iterable(node.copies))
    layers = outline.last(node)
    fields = [None if layer is None else layer.receptive_field for layer in (layers[0], layers[-1])]
    maps = [
        (graph.sizes[copy[-1]], graph.channels[copy[-1]]) if layer is None else (layer.output_size, layer.channels)
        for copy, layer in ((node.copies[0], layers[0]), (node.copies[-1], layers[-1]))
    ]
    cost = summed(report.layers[at - first].cost for at in numbers if at >= first)
    return {
        "id": f"n{node.id}",
        "name": node.name,
        "label": node.label,
        "type": "scope" if node.scope else _type(graph.layers[numbers[0]]),
        "does": words.does(outline, node),
        "scope": scope,
        "times": node.times,
        "layers": [graph.labels[at] for at in numbers],
        "output_size": [[number(n) for n in sizes] for sizes, _ in maps],
        "channels": [number(channels) for _, channels in maps],
        "size": [field and number(field.size) for field in fields],
        "stride": [field and number(field.stride) for field in fields],
        "global": layers[-1] is not None and layers[-1].receptive_field is not None
        and layers[-1].receptive_field.globally,
        "params": number(cost.params),
        "macs": number(cost.macs),
        "flops": number(cost.flops),
    }  # fmt: skip


def _type(layer: Layer | None) -> str:
    return "input" if layer is None else layer.type
