"""Runs the engine: every layer of a graph with respect to an origin."""

from __future__ import annotations

from copyreg import pickle

from rfcli.description.nodes import Problems
from rfcli.engine.costs import costs, summed
from rfcli.engine.cumulative import UpTo, shares
from rfcli.engine.report import LayerReport, Report
from rfcli.engine.sight import Sight
from rfcli.geometry.borders import ZEROS
from rfcli.geometry.unknown import Unknown
from rfcli.graph.compile import compiled
from rfcli.graph.following import followed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rfcli.description.architecture import Architecture
    from rfcli.graph.graph import Graph

    Origin = tuple[Architecture, int, bool]
    """What a report is computed from: an architecture, the number of the origin, whether it trains."""


def run(graph: Graph, origin: int, training: bool, problems: Problems) -> Report | None:
    """The report of a graph, or None with its problems added (merges of different strides)."""
    several = len(graph.inputs) > 1
    by_origin = sights(graph, [origin, *graph.inputs] if several else [origin], training, problems)
    if problems:
        return None
    labels, first = graph.labels, len(graph.inputs)
    layer_costs = costs(graph)
    main = by_origin[origin]
    layers = []
    total = summed(layer_costs)
    certain = not any(isinstance(value, Unknown) for value in (*graph.channels, total.params, total.macs, total.flops))
    certain = certain and all(axis.given for axis in graph.axes)
    upto = UpTo(graph, layer_costs, total)
    summable = certain and not shares(graph)
    for number in range(first, len(labels)):
        layer = graph.layers[number]
        assert layer is not None
        cost = layer_costs[number]
        unknowns = () if certain else _unknowns(graph, number, cost.params, cost.macs, cost.flops)
        if not summable:
            unknowns += upto.reasons(number)
        if getattr(layer, "padding_mode", ZEROS) != ZEROS:
            unknowns += _tight(graph, number)
        fields = None
        if several:
            fields = {labels[one]: by_origin[one].field(number, unknowns) for one in graph.inputs}
        layers.append(
            LayerReport(
                labels[number],
                layer.type,
                tuple([labels[source] for source in graph.sources[number]]),
                graph.sizes[number],
                graph.channels[number],
                cost,
                main.field(number, unknowns),
                fields,
                number,
                upto,
            )
        )
    return Report(graph, labels[origin], layers, total, main)


def strides_clash(graph: Graph, problems: Problems) -> None:
    """Adds merges whose strides clash, without a report. They can only clash where sizes are unknown."""
    if not all(axis.given for axis in graph.axes):
        sights(graph, graph.inputs, False, problems)


def sights(graph: Graph, origins: Iterable[int], training: bool, problems: Problems) -> dict[int, Sight]:
    """The graph as seen from some of its layers, each once."""
    from_inputs = followed(graph)
    found = {
        number: Sight(from_inputs if number in graph.inputs else followed(graph, number), number, training)
        for number in dict.fromkeys(origins)
    }
    for sight in found.values():
        problems.extend(sight.problems())
    return found


def _tight(graph: Graph, number: int) -> tuple[str, ...]:
    """That a layer pads its map with more samples than it has, along the first axis where it does."""
    layer, (source,) = graph.layers[number], graph.sources[number]
    assert layer is not None, "an input pads nothing"
    for axis, n in enumerate(graph.sizes[source]):
        border = None if isinstance(n, Unknown) else layer.border(axis, n)
        if border is not None and border.tight:
            many = max(border.before, border.after)
            said = f"padding_mode {border.mode} by {many} samples on a map of {n}: torch and others refuse it"
            return (f"{said}; it is read as numpy pads, on and on",)
    return ()


def _unknowns(graph: Graph, number: int, *costs: int | Unknown) -> tuple[str, ...]:
    """Reasons for what is not known of a layer beside its field."""
    values = (*graph.sizes[number], graph.channels[number], *costs)
    if not any(isinstance(value, Unknown) for value in values):
        return ()
    return tuple(dict.fromkeys(value.reason for value in values if isinstance(value, Unknown)))


def _again(architecture: Architecture, origin: int, training: bool) -> Report:
    """The report of an architecture that has one."""
    problems = Problems()
    graph = compiled(architecture, problems)
    report = None if graph is None else run(graph, origin, training, problems)
    assert report is not None, "it was computed before"
    return report


def _made_from(report: Report) -> tuple[Callable[..., Report], Origin]:
    """A report is pickled and copied as what it was computed from."""
    return _again, (report.graph.architecture, report.sight.origin, report.sight.training)


pickle(Report, _made_from)
