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
    from rfcli.layers._layer import Layer

    Origin = tuple[Architecture, int, bool]
    """What a report is computed from: an architecture, the number of the origin, whether it trains."""


def run(graph: Graph, origin: int, training: bool, problems: Problems) -> Report | None:
    """The report of a graph, or None with its problems added (merges of different strides)."""
    rows = Rows(graph, origin, training, problems)
    return None if problems else rows.report()


class Rows:
    """What is known of the layers of a graph, one after the other or each when it is asked for. Where `problems` are
    added (merges of different strides) there is none."""

    def __init__(self, graph: Graph, origin: int, training: bool, problems: Problems) -> None:
        self.graph, self.origin = graph, origin
        self.several = len(graph.inputs) > 1
        self.sights = sights(graph, [origin, *graph.inputs] if self.several else [origin], training, problems)
        if problems:
            return
        self.costs = costs(graph)
        self.total = total = summed(self.costs)
        certain = not any(isinstance(n, Unknown) for n in (*graph.channels, total.params, total.macs, total.flops))
        self.certain = certain and all(axis.given for axis in graph.axes)
        self.upto = UpTo(graph, self.costs, total)
        self.summable = self.certain and not shares(graph)

    def report(self) -> Report:
        """All rows together."""
        rows = list(map(self.row, range(len(self.graph.inputs), len(self.graph.labels))))
        return Report(self.graph, self.graph.labels[self.origin], rows, self.total, self.sights[self.origin])

    def row(self, number: int) -> LayerReport:
        """What is known of one layer, by its number."""
        graph, cost, labels = self.graph, self.costs[number], self.graph.labels
        layer = graph.layers[number]
        assert layer is not None
        unknowns = () if self.certain else _unknowns(graph, number, cost.params, cost.macs, cost.flops)
        if not self.summable:
            unknowns += self.upto.reasons(number)
        if getattr(layer, "padding_mode", ZEROS) != ZEROS:
            unknowns += _tight(graph, number)
        if layer.type == "conv_transpose":
            unknowns += _long(layer)
        fields = None
        if self.several:
            fields = {labels[one]: self.sights[one].field(number, unknowns) for one in graph.inputs}
        return LayerReport(
            labels[number],
            layer.type,
            tuple([labels[source] for source in graph.sources[number]]),
            graph.sizes[number],
            graph.channels[number],
            cost,
            self.sights[self.origin].field(number, unknowns),
            fields,
            number,
            self.upto,
        )


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


def _long(layer: Layer) -> tuple[str, ...]:
    """That a transposed convolution adds more samples behind than torch does, along the first axis where it does."""
    for more, stride, dilation in zip(layer.output_padding, layer.stride, layer.dilation, strict=True):  # type: ignore[attr-defined]
        if more >= max(stride, dilation):
            said = (
                f"output_padding {more} is not below stride {stride} or dilation {dilation}: torch and others refuse it"
            )
            return (f"{said}; a pad layer behind adds as many",)
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
