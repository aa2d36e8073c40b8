"""A network that is read section by section: the maps that Darknet's layers make, with sizes and channels as Darknet
works them out, and the steps of the section that is read."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.description.limits import Limits
from rfcli.description.names import sanitised
from rfcli.description.nodes import Node, Problems
from rfcli.diagnostics import Near
from rfcli.geometry.standins import UNSTATED
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import MAX_CHANNELS, GeometryError, Missing
from rfcli.layers._parameters import MAX_INTEGER, ParameterError
from rfcli.layers._registry import layer_of
from rfcli.layers.merges import Merge
from rfcli.readers.darknet.activations import ACTIVATIONS
from rfcli.readers.darknet.cfg import Section
from rfcli.readers.draft import Draft
from rfcli.values import Value

Size = Sequence[int | None]


class Map(Value):
    """The map that a layer makes, known as far as it is: its layer's name, (height, width), channels."""

    layer: str
    size: tuple[int | None, int | None]
    channels: int | None

    @property
    def shape(self) -> str:
        """Its size for people: height x width x channels."""
        return "x".join("?" if n is None else str(n) for n in (*self.size, self.channels))


Source = Map | int
"""What a step reads: the map of a layer, or an earlier step of its section, by number."""


class Step(Value):
    """One layer of a section: its name there, its type, what it reads."""

    part: str
    type: str
    sources: tuple[Source, ...]
    parameters: dict[str, object]


class Network:
    """The layers of one file, as far as it has been read."""

    def __init__(self, draft: Draft, limits: Limits, problems: Problems) -> None:
        self.draft, self.limits, self.problems = draft, limits, problems
        self.input: Map | None = None
        self.maps: list[Map] = []
        """What each of Darknet's layers makes."""
        self.at: Section
        """The section that is read."""
        self.steps: list[Step] = []
        """What it does."""
        self.layers = self.references = 0
        self.ends: list[str] = []
        """Layers that are outputs even where others read them."""
        self.read: set[str] = set()
        """Layers that others read."""

    def wrong(self, node: Node, message: str, help: str | Near = "") -> None:
        self.problems.add(node, "RF012", message, help)

    @property
    def last(self) -> Map:
        """What the layer before makes."""
        assert self.input is not None
        return self.maps[-1] if self.maps else self.input

    # Steps of a section

    def add(self, part: str, type: str, *sources: Source, **parameters: object) -> int:
        """Adds a step, which reads the one before, or the layer before, unless sources are given; its number."""
        taken = sources or (len(self.steps) - 1 if self.steps else self.last,)
        self.steps.append(Step(part, type, taken, {k: v for k, v in parameters.items() if v is not None}))
        return len(self.steps) - 1

    def activate(self, word: str, normal: bool = False, trained: bool = True) -> None:
        """The batch norm, if there is one, and the activation at the end of a section; a word that Darknet does not
        know is relu there."""
        if normal:
            self.add("batch_norm", "batch_norm", scale=trained, bias=trained)
        if word != "linear":
            self.add("activation", ACTIVATIONS.read(word) if word in ACTIVATIONS else "relu")

    def unknown(
        self, size: Size = (None, None), filters: int | None = None, why: str = "", params: int | None = None
    ) -> None:
        """An operation of which is not known what it reads."""
        said = " ".join(f"{self.at.type} {why}".split())[:60] or "section without a type"
        known = [n for n in size if n is not None and 1 <= n <= MAX_INTEGER]
        filters = filters if filters is not None and 1 <= filters <= MAX_INTEGER else None
        self.add("unknown", "custom", unknown=said, size=known if len(known) == len(size) else None, filters=filters,
                 params=params)  # fmt: skip

    # The network

    def end(self, label: str, output: bool) -> bool:
        """Ends a section, whose layers go by a label and a number; False where there are more than is allowed."""
        self.layers += len(self.steps)
        self.references += sum(len(step.sources) for step in self.steps)
        for count, limit, what in ((self.layers, "layers", "layers"), (self.references, "nodes", "inputs of layers")):
            if count > getattr(self.limits, limit):
                self.problems.add(self.at.node, "RF009", f"more than {getattr(self.limits, limit)} {what}",
                                  self.limits.exceeded(limit))  # fmt: skip
                return False
        self.maps.append(self.emitted(sanitised(f"{label}_{len(self.maps)}", "layer")))
        if output:
            self.ends.append(self.last.layer)
        return True

    def emitted(self, label: str) -> Map:
        """Adds the steps of the section as layers; the map that the last one makes."""
        made: list[Map] = []
        for step in self.steps:
            sources = [made[one] if isinstance(one, int) else one for one in step.sources]
            self.read.update(one.layer for one in sources)
            name = label if len(self.steps) == 1 else f"{label}/{step.part}"
            layer = self.draft.add(name, step.type, (one.layer for one in sources), self.at.node, **step.parameters)
            made.append(_made(layer, step, sources))
        self.steps.clear()
        return made[-1]

    def finish(self) -> None:
        """Makes ends outputs even where something reads them."""
        if not self.read.isdisjoint(self.ends):
            outputs = {one.layer for one in self.maps} - self.read | set(self.ends)
            self.draft.outputs(one.layer for one in self.maps if one.layer in outputs)


def _made(name: str, step: Step, sources: list[Map]) -> Map:
    """The map that a step makes, as its layer type has it; what is wrong is told when the network is compiled."""
    unknown = Unknown("not known")
    sizes: list[int | Unknown] = [unknown, unknown]
    channels: int | Unknown | None = None
    counts = [unknown if one.channels is None else one.channels for one in sources]
    before = tuple(unknown if n is None else n for n in sources[0].size)
    try:
        layer = layer_of(step.type, 2, step.parameters)
        anyhow = step.type == "custom" and "size" in step.parameters
        for axis, n in enumerate(before):
            if anyhow or not isinstance(n, Unknown):
                sizes[axis] = layer.output_size(axis, 1 if isinstance(n, Unknown) else n)
        channels = layer.merged_channels(counts) if isinstance(layer, Merge) else layer.channels(counts[0], before)
    except (GeometryError, Missing, ParameterError):
        pass
    height, width = (n if isinstance(n, int) and 1 <= n < UNSTATED else None for n in sizes)
    return Map(name, (height, width), channels if isinstance(channels, int) and channels <= MAX_CHANNELS else None)
