"""Layers whose names count: `add_4` is another layer once an `add` is put before it. A change is weighed at the layer
that stands where the one of the call stood in the text."""

from __future__ import annotations

from itertools import pairwise

from rfcli.alignment import aligned
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Entry
    from rfcli.graph.graph import Graph


class Place(Value):
    """A layer by its line in a text, its type, and which of the layers there it is, of how many."""

    line: int
    type: type
    at: int
    many: int


def counted(graph: Graph, number: int) -> Place | None:
    """The place of a layer that its text gives no name of its own; None where it has one."""
    entry, base = _entry(graph, number), graph.labels[number].rpartition("/")[2]
    if entry is None:
        return None
    stated = entry.node.value.get("name") if type(entry.node.value) is dict else None
    if stated is not None and base.startswith(str(stated.value)):
        return None
    line, kind = entry.node.span.line, type(entry.layer)
    there = _there(graph, line, kind)
    return Place(line, kind, there.index(number), len(there))


def stands(graph: Graph, place: Place, before: str, after: str) -> int | None:
    """The layer at a place of the text before, in the graph of the text after; the last one of a row that was made
    longer or shorter, and None where it cannot be told."""
    line = _line(place.line, before.splitlines(), after.splitlines())
    there = [] if line is None else _there(graph, line, place.type)
    if len(there) == place.many:
        return there[place.at]
    return there[-1] if there and place.at == place.many - 1 else None


def _entry(graph: Graph, number: int) -> Entry | None:
    return graph.architecture.entries[number - len(graph.inputs)] if number >= len(graph.inputs) else None


def _there(graph: Graph, line: int, kind: type) -> list[int]:
    """The layers of a type that a line of the text describes."""
    entries = enumerate(graph.architecture.entries, len(graph.inputs))
    return [number for number, one in entries if type(one.layer) is kind and one.node.span.line == line]


def _line(line: int, before: list[str], after: list[str]) -> int | None:
    """Where a line went; a changed one stays where its neighbours are, and one that is left out is nowhere."""
    at = line - 1
    pairs = [(-1, -1), *aligned(before, after), (len(before), len(after))]
    for (old, new), (behind, end) in pairwise(pairs):
        if old <= at < behind:
            place = new if old == at else min(new + at - old, end - 1)
            return place + 1 if old == at or place > new else None
    return None
