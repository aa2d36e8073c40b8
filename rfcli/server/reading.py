"""What is known of a text: its problems, as `rf validate` and `rf check` tell them, and its numbers where it has none
that stand in their way."""

from __future__ import annotations

import re
from functools import cached_property

from rfcli import api, pipeline
from rfcli.description import source
from rfcli.description.limits import Limits
from rfcli.diagnostics import CallError, DescriptionError, Diagnostic, Span, in_order
from rfcli.graph.names import Names
from rfcli.server.texts import Text
from rfcli.server.tree import Tree
from rfcli.settings.settled import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture
    from rfcli.description.nodes import Node
    from rfcli.engine.report import LayerReport, Report
    from rfcli.settings.settled import Settings


class Read:
    """A text as far as its numbers go. Where `architecture` is None there are `problems`, and no numbers.

    `own` says whether the text means to be a description, or a model that is read: of others nothing is told.
    """

    def __init__(self, text: str, path: str, settings: Settings = NOTHING, limits: Limits | None = None) -> None:
        self.text, self.path, self.settings = Text(text), path, settings
        self.limits = limits or Limits(**dict(settings.limits))
        self.architecture: Architecture | None = None
        self.report: Report | None = None
        self.root: Node | None = None
        self.problems: tuple[Diagnostic, ...] = ()
        data = text.encode("utf-8", "replace")
        self.foreign = pipeline.foreign(data[: source.HEAD], path) is not None
        self.own = self.foreign or source.describes(data, path, pipeline.foreign)
        if self.own:
            self._load(data)

    def _load(self, data: bytes) -> None:
        loading = pipeline.Loading(self.limits)
        try:
            document, label, place = loading.read_text(data, self.path)
            if not loading.problems:
                self.root = document.root
            self.architecture = loading.architecture(document, label, place)
            self.report = api.compute(self.architecture)
        except DescriptionError as error:
            self.problems, self.root = error.diagnostics, None  # what is wrong was cut out of it
        except CallError as error:
            self.problems = (Diagnostic(Span(self.path), "RF012", str(error)),)
        except OSError as error:
            self.problems = (Diagnostic(Span(self.path), "RF001", f"cannot be read: {error}"),)

    def judged(self) -> tuple[Diagnostic, ...]:
        """All problems: those of the text, and what `rf check` says. Takes as long again as reading did."""
        if self.architecture is None or (self.path and self.settings.excludes(self.path)):
            return self.problems
        try:
            checked = api.check(
                self.architecture,
                object_size=self.settings.object_size,
                displacement=self.settings.displacement,
                usual={"select": self.settings.select, "ignore": self.settings.ignored(self.path or None)},
            )
        except DescriptionError as error:
            return in_order([*self.problems, *error.diagnostics])
        return in_order([*self.problems, *api.validate(self.architecture), *checked.diagnostics])

    @cached_property
    def names(self) -> Names | None:
        """What names of layers and scopes stand for; None where that is not known."""
        return None if self.report is None else self.report.graph.names

    @cached_property
    def tree(self) -> Tree:
        """Where everything stands in the text, as far as it can be told."""
        if self.foreign:
            return Tree(None, self.text)
        if self.root is None:
            return Tree(standing(self.text.whole, self.path, self.limits), self.text)
        return Tree(self.root, self.text)

    @cached_property
    def of_items(self) -> dict[int, list[LayerReport]]:
        """What the items of this text stand for, by the `id` of an item: a layer for each time that it is expanded."""
        found: dict[int, list[LayerReport]] = {}
        if self.report is None or self.architecture is None or self.names is None:
            return found
        first, layers = len(self.architecture.inputs), self.report.layers
        for path, node in self.architecture.items.items():
            if node is None or node.file.path != self.architecture.source:
                continue
            number = self.names.number(path)
            if number is not None and number >= first:
                found.setdefault(id(node), []).append(layers[number - first])
        return found

    @cached_property
    def items(self) -> list[tuple[Node, list[LayerReport]]]:
        """The items of this text with what they stand for, in the order in which they are expanded."""
        if self.architecture is None:
            return []
        nodes = {id(node): node for node in self.architecture.items.values() if node is not None}
        return [(nodes[key], layers) for key, layers in self.of_items.items()]


_BEGUN = re.compile(r"flow (?:mapping|sequence) that begins at (\d+):")
"""How a problem says where the list or mapping begins that it is in."""

MOST_MENDED = 12
"""Places at which a text that cannot be read is cut out, to read the rest."""


def standing(text: str, path: str, limits: Limits) -> Node | None:
    """The document of a text in which what cannot be read is left out, line by line; None where nothing is left."""
    from rfcli.description.nodes import Problems

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
