"""What rules look at: a network's report, and analyses of it that are made when a rule first asks."""

from __future__ import annotations

from functools import cached_property

from rfcli.engine.border import alive
from rfcli.engine.paths import narrowest
from rfcli.engine.reading import Reading
from rfcli.engine.support import Effort, Samples, Supports
from rfcli.geometry.axes import axis_names, listed
from rfcli.geometry.unknown import Unknown
from rfcli.graph.following import followed
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.checks._network import Network
    from rfcli.description.nodes import Node
    from rfcli.engine.report import LayerReport
    from rfcli.engine.sight import Sight
    from rfcli.geometry.field import Field
    from rfcli.layers._layer import Layer


class Bounds(Value):
    """What is asked of the outputs beside the description: sizes in input samples, None where nothing is asked."""

    object_size: int | None = None
    displacement: int | None = None


class Subject:
    """A network under check, as seen from its first input."""

    def __init__(self, network: Network, bounds: Bounds) -> None:
        self.network, self.report, self.bounds = network, network.report, bounds
        self.graph = self.report.followed
        """With hidden layers for parts of channels, whose numbers come after all others."""
        self.first = len(self.graph.inputs)
        self.axes = range(self.graph.architecture.axes)
        self.effort = Effort()

    @property
    def numbers(self) -> range:
        """Numbers of the layers, inputs left out."""
        return range(self.first, len(self.report.graph.layers))

    def node(self, number: int) -> Node:
        """Where a layer stands in the description."""
        return self.graph.architecture.entries[self.graph.original(number) - self.first].node

    def label(self, number: int) -> str:
        return self.graph.labels[number]

    def layer(self, number: int) -> Layer:
        layer = self.graph.layers[number]
        assert layer is not None, "an input is no layer"
        return layer

    def layer_report(self, number: int) -> LayerReport:
        return self.report.layers[number - self.first]

    @property
    def outputs(self) -> list[int]:
        """Numbers of the outputs that are layers."""
        return [number for number in self.graph.outputs if number >= self.first]

    def input_size(self, axis: int) -> int | Unknown:
        return self.graph.axes[axis].known[0]

    def letter(self, axis: int) -> str:
        return axis_names(self.graph.architecture.axes)[axis]

    def where(self, axes: Sequence[int]) -> str:
        """For messages: along which axes, nothing where it is all of them."""
        if len(axes) == len(self.axes):
            return ""
        return " along " + listed(self.letter(axis) for axis in axes)

    def distinct(self) -> list[list[int]]:
        """Axes that are alike, together."""
        return self.graph.alike

    @property
    def sight(self) -> Sight:
        """Fields of all layers along all axes."""
        return self.report.sight

    def reading(self, axis: int) -> Reading:
        """Local paths from the first input along an axis."""
        return self.network.readings[axis]

    def alive(self, axis: int) -> Iterator[tuple[int, Samples]]:
        """Layers and their outputs that read any sample of the input."""
        return alive(self.reading(axis), self.effort)

    def narrowest(self, axis: int) -> list[Field | None]:
        """For each layer the smallest field of any one path."""
        return narrowest(self.reading(axis))

    def supports(self, axis: int, origin: int = 0) -> Supports:
        """Exact supports along an axis, with respect to the input or a layer."""
        if origin == 0:
            torn = self.sight.axes[axis].torn
            return Supports(self.reading(axis) if torn is None else torn.reading, self.effort)
        hidden = origin >= len(self.report.graph.layers)
        graph = self.graph if hidden else followed(self.report.graph, origin)
        return Supports(Reading(graph, graph.axes[axis], origin), self.effort)

    @cached_property
    def consumers(self) -> list[list[int]]:
        """For each layer those that read it."""
        found: list[list[int]] = [[] for _ in self.graph.layers]
        for number, sources in enumerate(self.graph.sources):
            for source in sources:
                found[source].append(number)
        return found
