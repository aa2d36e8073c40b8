"""What a changed description computes: every number of a suggestion is that of the changed text, read anew."""

from __future__ import annotations

from rfcli.description.nodes import Problems
from rfcli.diagnostics import DescriptionError
from rfcli.engine.costs import costs, summed
from rfcli.engine.fields import phases_of
from rfcli.engine.sight import Sight
from rfcli.graph.compile import compiled
from rfcli.graph.following import followed
from rfcli.graph.graph import upstream
from rfcli.pipeline import Loading, computed, resized
from rfcli.suggest.counted import counted, stands
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfcli.description.architecture import Architecture
    from rfcli.engine.report import Report
    from rfcli.graph.graph import Graph
    from rfcli.pipeline import InputSizes
    from rfcli.suggest.counted import Place


class Numbers(Value):
    """What is weighed of a network: the field of a layer, its size, and the cost of all; None where not known."""

    layer: str
    size: tuple[int, ...]
    stride: tuple[object, ...]
    output_size: tuple[object, ...]
    params: int | None
    flops: int | None

    @property
    def least(self) -> int:
        return min(self.size)

    @property
    def most(self) -> int:
        return max(self.size)


class Bench:
    """Computes texts, up to `left` layers in all. Only what is weighed is computed: fields of one layer, costs."""

    def __init__(
        self,
        network: Architecture,
        text: str,
        label: str,
        settings: Mapping[str, object] | None,
        input_size: InputSizes,
        layer: str | None,
        left: int,
    ) -> None:
        self.network, self.text, self.label = network, text, label
        self.settings, self.input_size = settings, input_size
        self.layer, self.left = layer, left
        self._own: Architecture | None = None
        """What the text as it is was read as."""
        self._known: dict[str, Numbers | None] = {}
        self._reports: dict[str, Report] = {}
        self.wrong: set[str] = set()
        """Texts of networks that do not fit together."""
        self._names: frozenset[str] = frozenset()
        self._main = ""
        self._sizes = 0
        """At how many input sizes a text is looked at."""
        self._place: Place | None = None
        """Where the layer of the call stands, if its name counts layers."""

    def start(self) -> Numbers | None:
        """The numbers of the text as it is."""
        found = self.numbers(self.text)
        if found is not None:
            self._names = frozenset(entry.name for entry in self.network.entries)
            self._main = found.layer
        return found

    @property
    def wasted(self) -> int:
        """About how many layers were read of texts that are wrong."""
        return len(self.wrong) * (COST + len(self.network.entries))

    def report(self, text: str) -> Report:
        """The whole report of a text. Raises `DescriptionError`."""
        if text not in self._reports:
            self._reports[text] = computed(self._read(text), self.input_size)
        return self._reports[text]

    def _read(self, text: str) -> Architecture:
        if text == self.text and self._own is not None:
            return self._own
        loading = Loading(self.network.limits, None, self.settings)
        loading.problems.helps = False
        found = loading.text(text, self.label)
        self._own = found if text == self.text else self._own
        return found

    def numbers(self, text: str) -> Numbers | None:
        """What is weighed of a text; None where it is wrong, its field not known, or another layer's."""
        if text not in self._known:
            self.left -= COST + len(text) // CHARACTERS
            self._known[text] = self._weighed(text)
        return self._known[text]

    def _weighed(self, text: str) -> Numbers | None:
        problems = Problems()
        problems.helps = False
        try:
            network = resized(self._read(text), self.input_size)
        except DescriptionError:
            self.wrong.add(text)
            return None
        self.left -= len(network.entries)
        graph = compiled(network, problems)
        if graph is None:
            self.wrong.add(text)
            return None
        sizes = sum(graph.axes[alike[0]].count for alike in graph.alike)
        self.left -= sizes * sum(layer is not None and layer.needs_size for layer in graph.layers) // SIZES
        self._sizes = self._sizes or max(MOST_SIZES, 4 * sizes)
        if sizes > self._sizes:
            return None
        sight = Sight(followed(graph), 0, training=False)
        self.left -= len(network.entries) * (len(sight.distinct) - 1)
        self.left -= sum(phases_of(seen) for axis in sight.distinct for seen in axis.fields.local) // PHASES
        number = None if sight.problems() else self._number(graph, sight, text)
        return None if number is None else weighed(graph, sight, number)

    def _number(self, graph: Graph, sight: Sight, text: str) -> int | None:
        """The layer that is meant: that of the call, or the last map, where it is the same one or a new one."""
        if self.layer is not None:
            number = graph.names.number(self.layer)
            if text == self.text and number is not None and graph.labels[number] == self.layer:
                self._place = counted(graph, number)
            elif self._place is not None:
                number = stands(graph, self._place, self.text, text)
            elif number is None:
                copies = (at for at in reversed(graph.order) if graph.labels[at].startswith(f"{self.layer}_"))
                number = next(copies, None)
            return number if number is not None and sight.reached[number] else None
        number = main_number(graph, sight)
        if number is None or not self._main or graph.labels[number] == self._main:
            return number
        if graph.architecture.outputs is not None and number not in upstream(graph.outputs, graph.sources.__getitem__):
            return None  # what is new leads nowhere: the outputs are those that the text names
        if graph.labels[number] not in self._names:
            return number
        return None if self._main in graph.labels else number


COST, CHARACTERS, SIZES, PHASES = 20, 35, 10, 15
"""What reading a text costs, in layers, and the characters that cost one more; and at how many input sizes a layer is
looked at, and how many phases of a field are made, for the cost of one."""

MOST_SIZES = 256
"""Input sizes at which a change is looked at, or four times as many as the network itself needs: strides that multiply
to more are not what anybody asks for."""


def main_number(graph: Graph, sight: Sight) -> int | None:
    """The last layer with a local field whose map is larger than one sample, as `main_map` finds it in a report."""
    locals = [number for number in range(len(graph.inputs), len(graph.layers)) if _is_local(sight, number)]
    maps = [number for number in locals if any(n != 1 for n in graph.sizes[number])]
    found = maps or locals
    return found[-1] if found else None


def _is_local(sight: Sight, number: int) -> bool:
    return sight.reached[number] and all(axis.fields.local[number] is not None for axis in sight.distinct)


def weighed(graph: Graph, sight: Sight, number: int) -> Numbers | None:
    """What is weighed of a layer; None where its field is not known."""
    numbers = [axis.numbers(number) for axis in sight.axes]
    sizes = [one.size for one in numbers]
    if not all(isinstance(size, int) for size in sizes):
        return None
    cost = summed(costs(graph))
    return Numbers(
        graph.labels[number],
        tuple(size for size in sizes if isinstance(size, int)),
        tuple(one.stride for one in numbers),
        tuple(graph.sizes[number]),
        cost.params if isinstance(cost.params, int) else None,
        cost.flops if isinstance(cost.flops, int) else None,
    )
