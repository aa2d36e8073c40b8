"""What is known of a text: its problems, as `rf validate` and `rf check` tell them, and its numbers where it has none
that stand in their way."""

from __future__ import annotations

import re
from functools import cached_property

from rfcli import pipeline
from rfcli.checks._registry import named_rules
from rfcli.checks._run import Demands, check
from rfcli.checks._subject import Bounds
from rfcli.description import source
from rfcli.description.limits import Limits
from rfcli.description.nodes import Problems
from rfcli.diagnostics import CallError, DescriptionError, Diagnostic, Span, in_order
from rfcli.engine.run import Rows, strides_clash
from rfcli.graph.names import Names
from rfcli.server.kept import Kept
from rfcli.server.meant import has_our_layers
from rfcli.server.texts import Text
from rfcli.server.tree import Tree
from rfcli.settings.settled import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rfcli.description.architecture import Architecture
    from rfcli.description.nodes import Node
    from rfcli.engine.report import LayerReport, Report
    from rfcli.graph.graph import Graph
    from rfcli.settings.settled import Settings


class Read:
    """A text as far as its numbers go. Where `architecture` is None there are `problems`, and no numbers.

    `own` says whether the text means to be a description, or a model that is read: of others nothing is told.
    """

    def __init__(
        self,
        text: str,
        path: str,
        settings: Settings = NOTHING,
        limits: Limits | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.text, self.path, self.settings = Text(text), path, settings
        self.limits = limits or Limits(**dict(settings.limits))
        self.architecture: Architecture | None = None
        self.rows: Rows | None = None
        """What is known of its layers, each worked out when it is asked for."""
        self.root: Node | None = None
        self.problems: tuple[Diagnostic, ...] = ()
        self._layers: dict[int, LayerReport] = {}
        self._outs: list[tuple[Node, int]] = []
        data = text.encode("utf-8", "replace")
        self.foreign = pipeline.foreign(data[: source.HEAD], path) is not None
        self.own = self.foreign or source.describes(data, path, pipeline.foreign) or has_our_layers(text)
        if self.own:
            self._load(data, Kept() if kept is None else kept)

    def _load(self, data: bytes, kept: Kept) -> None:
        loading = pipeline.Loading(self.limits)
        loading.expanding = kept.expander
        try:
            root = None if self.foreign else kept.root(self.text, self.limits)
            if root is not None:
                placed: pipeline.Placed = (source.Document(root, {}), self.path, self.path)
                loading.problems.sound = kept.sound
            else:
                placed = loading.read_text(data, self.path)
            if not loading.problems:
                self.root = placed[0].root
            self.architecture = loading.architecture(*placed)
            self.rows = _rows(self.architecture, loading.graph)
            self._outs = kept.outs
            if not self.foreign and self.root is not None:
                kept.keep(self.text, self.root, self.limits)
        except DescriptionError as error:
            self.problems, self.root = error.diagnostics, None  # what is wrong was cut out of it
        except CallError as error:
            self.problems = (Diagnostic(Span(self.path), "RF012", str(error)),)
        except OSError as error:
            self.problems = (Diagnostic(Span(self.path), "RF001", f"cannot be read: {error}"),)

    def judged(self, pause: Callable[[], None] = lambda: None) -> tuple[Diagnostic, ...]:
        """All problems: those of the text, and what `rf check` says. Takes as long again as reading did; `pause` is
        called on the way, and may raise what it likes."""
        if self.rows is None or (self.path and self.settings.excludes(self.path)):
            return self.problems
        pause()
        graph, problems = self.rows.graph, Problems()
        strides_clash(graph, problems)
        rules = [named_rules(words, "the settings") for words in self._usual]
        bounds = Bounds(self.settings.object_size, self.settings.displacement)
        demands = Demands((), (), bounds, (), {}, *rules)
        at = pipeline.Reports(graph.architecture, problems, self.report).at
        try:
            check(graph.architecture, demands, at, problems, pause)
        except DescriptionError as error:
            problems.extend(error.diagnostics)
        return in_order([*self.problems, *problems])

    @property
    def _usual(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The rules that the project selects, and those that it ignores in this file."""
        return self.settings.select, self.settings.ignored(self.path or None)

    @cached_property
    def names(self) -> Names | None:
        """What names of layers and scopes stand for; None where that is not known."""
        return None if self.rows is None else self.rows.graph.names

    @cached_property
    def report(self) -> Report | None:
        """All that is known of its layers; None where there are problems."""
        return None if self.rows is None else self.rows.report()

    def layer(self, number: int) -> LayerReport:
        """What is known of a layer, by its number."""
        assert self.rows is not None, "who asks has looked"
        if number not in self._layers:
            self._layers[number] = self.rows.row(number)
        return self._layers[number]

    @cached_property
    def tree(self) -> Tree:
        """Where everything stands in the text, as far as it can be told."""
        if self.foreign:
            return Tree(None, self.text)
        if self.root is None:
            return Tree(standing(self.text.whole, self.path, self.limits), self.text)
        return Tree(self.root, self.text)

    @cached_property
    def of_items(self) -> dict[int, list[int]]:
        """What the items of this text stand for, by the `id` of an item: the number of a layer for each time that it is
        expanded."""
        return {id(node): numbers for node, numbers in self.items}

    @cached_property
    def items(self) -> list[tuple[Node, list[int]]]:
        """The items of this text with what they stand for, in the order in which they are expanded. The name after
        `extends` stands for the outputs where the text has no layers of its own."""
        found: dict[int, tuple[Node, list[int]]] = {}
        if self.architecture is None or self.names is None:
            return []
        first, own, number_of = len(self.architecture.inputs), self.architecture.source, self.names.number
        for path, node in self.architecture.items.items():
            if node is None or node.file.path != own:
                continue
            number = number_of(path)
            if number is not None and number >= first:
                found.setdefault(id(node), (node, []))[1].append(number)
        unnamed: dict[int, tuple[Node, list[int]]] = {}
        for node, number in self._outs:
            if id(node) not in found and number >= first and node.file.path == own:
                unnamed.setdefault(id(node), (node, []))[1].append(number)
        extended = self._extended
        if not found and not unnamed and extended is not None and self.rows is not None:
            return [(extended, [number for number in self.rows.graph.outputs if number >= first])]
        return [*found.values(), *unnamed.values()]

    @property
    def _extended(self) -> Node | None:
        """The name of the description that this text starts from, None where there is none."""
        keys = None if self.root is None else self.root.value
        return keys.get("extends") if type(keys) is dict else None


def _rows(architecture: Architecture, graph: Graph | None) -> Rows:
    """What is known of the layers of an architecture. Raises `DescriptionError`."""
    problems = Problems()
    if graph is None or graph.architecture is not architecture:
        graph = pipeline.graph_of(architecture)
    found = Rows(graph, 0, False, problems)
    if problems:
        raise DescriptionError(problems)
    return found


_BEGUN = re.compile(r"flow (?:mapping|sequence) that begins at (\d+):")
"""How a problem says where the list or mapping begins that it is in."""

MOST_MENDED = 12
"""Places at which a text that cannot be read is cut out, to read the rest."""


def standing(text: str, path: str, limits: Limits) -> Node | None:
    """The document of a text in which what cannot be read is left out, line by line; None where nothing is left."""
    syntax = source.JSON if path.endswith(".json") else source.YAML
    lines = text.split("\n")
    for _ in range(MOST_MENDED):
        problems = Problems()
        try:
            root = source.read_text("\n".join(lines), path, limits, problems, syntax)
        except (ValueError, RecursionError):
            return None
        if root is not None:
            return root
        places = [one.span.line for one in problems if one.code.startswith("RF0")]
        if not places:
            return None
        begun = _BEGUN.search(problems[0].message)
        at = min(int(begun[1]) if begun else places[0], len(lines)) - 1
        while at >= 0 and not lines[at].strip():
            at -= 1
        if at < 0:
            return None
        lines[at] = ""
    return None
