"""What one layer sees and what the network costs, in short: for those who ask of many networks."""

from __future__ import annotations

from rfcli.engine.costs import costs, summed
from rfcli.engine.run import sights
from rfcli.geometry.axes import axis_names, listed
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import Whole
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.nodes import Problems
    from rfcli.engine.costs import Cost
    from rfcli.engine.report import Number
    from rfcli.engine.sight import Sight
    from rfcli.graph.graph import Graph


class Brief(Value):
    """One layer's field and map, per axis, and the cost of the whole network; `notes` are reasons for what is not known
    of them, and whether the layer sees the whole map besides."""

    layer: str
    size: tuple[Number, ...]
    stride: tuple[Number, ...]
    padding: tuple[Number, ...]
    output_size: tuple[int | Unknown, ...]
    cost: Cost
    notes: tuple[str, ...]


def brief(graph: Graph, layer: str | None, problems: Problems) -> Brief | None:
    """What a layer sees of the first input, as a report has it; the main map where none is named. None with the
    problems added (merges of different strides), or for a network without layers. Raises `NoLayer`."""
    found = sights(graph, graph.inputs, False, problems)
    if problems or len(graph.layers) == len(graph.inputs):
        return None
    return told(graph, found[0], layer, summed(costs(graph)))


def told(graph: Graph, sight: Sight, layer: str | None, cost: Cost) -> Brief:
    """The brief of a network as it is seen from its first input; `cost` is that of all layers. Raises `NoLayer`."""
    number = _main(graph, sight) if layer is None else _number(graph, layer)
    out = graph.sizes[number]
    fields: list[tuple[Number, ...]] = [(None,) * len(sight.axes)] * 3
    notes: list[str] = []
    if sight.reached[number]:
        numbers = [axis.numbers(number) for axis in sight.axes]
        fields = [tuple([getattr(one, name) for one in numbers]) for name in ("size", "stride", "padding")]
        notes += _whole(sight, number, fields[0])
    else:
        notes.append(f"'{graph.labels[graph.inputs[0]]}' does not reach it")
    values = [value for field in fields for value in field]
    unknown = [one.reason for one in (*values, *out, cost.params, cost.macs, cost.flops) if isinstance(one, Unknown)]
    said = tuple(dict.fromkeys([*unknown, *notes]))
    return Brief(graph.labels[number], fields[0], fields[1], fields[2], out, cost, said)


def _number(graph: Graph, layer: str) -> int:
    """The number of the layer that is called so, or that the scope of that name stands for. Raises `NoLayer`."""
    number = graph.names.number(layer)
    if number is None or number < len(graph.inputs):
        raise graph.names.missing(layer)
    return number


def _main(graph: Graph, sight: Sight) -> int:
    """The layer that `comparison.main_map` takes, or else the first output."""
    best = None
    for number in range(len(graph.layers) - 1, len(graph.inputs) - 1, -1):
        if not sight.reached[number] or any(axis.fields.local[number] is None for axis in sight.distinct):
            continue
        if any(n != 1 for n in graph.sizes[number]):
            return number
        best = number if best is None else best
    if best is not None:
        return best
    layers = [number for number in graph.outputs if number >= len(graph.inputs)]
    return layers[0] if layers else len(graph.layers) - 1


def _whole(sight: Sight, number: int, size: tuple[Number, ...]) -> list[str]:
    """That a layer sees the whole map, besides what is local or alone."""
    left = [letter for letter, one in zip(axis_names(len(size)), size, strict=True) if one is None]
    if left:
        where = "" if len(left) == len(size) else f" along {listed(left)}"
        return [f"only a global path is left{where}: every output sees all that reaches the global layer"]
    layers = {id(layer): layer for layer in sight.graph.layers if layer is not None}.values()
    axes = range(len(size))
    if not any(one.slides or one.whole(axis, training=False) is not Whole.NO for one in layers for axis in axes):
        return []
    wholes, more = sight.through[number]
    if not wholes:
        return []
    others = " and others" if more or len(wholes) > 1 else ""
    return [f"also sees the whole map through '{sight.graph.labels[wholes[0]]}'{others}"]
