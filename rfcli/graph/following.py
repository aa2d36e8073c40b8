"""Which graph paths are followed on: the network's own, unless layers take a part of channels, or compare two maps."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.graph.graph import Graph


def followed(graph: Graph, origin: int | None = None) -> Graph:
    """The graph that paths from an origin (None: from inputs) are followed on: where layers take a part of the channels
    it has hidden layers, whose numbers come after all others, for what these channels come from, and where layers
    compare two maps, for the windows on either."""
    if not any(layer is not None and (layer.partial or layer.compares) for layer in graph.layers):
        return graph
    from rfcli.graph.apart import apart

    return apart(graph, origin)
