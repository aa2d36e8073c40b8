"""Global paths: layers that see the whole map, and which layers the origin reaches."""

from __future__ import annotations

from rfcli.layers._layer import BOTH, NEITHER, Whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.graph.graph import Graph

MAX_THROUGH = 256
"""Global layers that are named for a layer, so that networks of many stay linear."""

Through = tuple[tuple[int, ...], bool]
"""Numbers of global layers, and whether there are more."""

NONE: Through = ((), False)


def reached_from(graph: Graph, origin: int) -> list[bool]:
    """For each layer whether a path, local or global, leads to it from the origin."""
    reached = [False] * len(graph.layers)
    for number in graph.order:
        layer = graph.layers[number]
        passes = layer is None or not layer.silent
        reached[number] = number == origin or (passes and any(reached[source] for source in graph.sources[number]))
    return reached


SIDES = (None, "before", "after", "both")
"""What is seen beside the local field along an axis, by its bits, as people read it."""


def sides(graph: Graph, axis: int, origin: int, reached: list[bool], training: bool) -> list[int]:
    """For each layer the sides of its local field, along one axis, on which it sees everything by some path."""
    found = [NEITHER] * len(graph.layers)
    for number in graph.order:
        layer = graph.layers[number]
        if layer is None or number == origin or not reached[number]:
            continue
        here = BOTH if layer.slides and reached[graph.sources[number][-1]] else layer.sees(axis, training)
        for source in graph.sources[number]:
            here |= found[source]
        found[number] = here
    return found


def through(graph: Graph, origin: int, reached: list[bool], training: bool) -> list[Through]:
    """For each layer the global layers on its paths from the origin."""
    axes = range(graph.architecture.axes)
    found = [NONE] * len(graph.layers)
    whole: dict[int, bool] = {}
    for number in graph.order:
        layer = graph.layers[number]
        if layer is None or number == origin or not reached[number]:
            continue
        sources = graph.sources[number]
        here = found[sources[0]]
        for source in sources[1:]:
            here = _both(here, found[source])
        key = id(layer)
        if key not in whole:
            whole[key] = any(layer.whole(axis, training) is not Whole.NO for axis in axes)
        sees = whole[key] or (layer.slides and reached[sources[-1]])
        found[number] = _both(here, ((graph.original(number),), False)) if sees else here
    return found


def _both(a: Through, b: Through) -> Through:
    if a is b or not b[0]:
        return a
    if not a[0]:
        return b
    if a[0] == b[0]:
        return (a[0], a[1] or b[1])
    numbers = sorted({*a[0], *b[0]})
    return (tuple(numbers[:MAX_THROUGH]), a[1] or b[1] or len(numbers) > MAX_THROUGH)
