"""Counters of nested repetitions: which of them an expression's `i` means, and which it may be meant for."""

from __future__ import annotations

from rfcli.description.evaluation import NO_NAMES, Formula, LocatedError
from rfcli.description.format import counter_of
from rfcli.description.nodes import LOST, Node
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LISTS = ("layers", "shortcut", "branches")
"""Keys of an item, or of a branch, that may hold items."""


class Ambiguous(Value):
    """A value in which `i` counts the copies of `inner`, while the counter of `outer`, around it, is used nowhere."""

    value: Node
    inner: Node
    outer: Node


class Repetition:
    """A repeated item: its counter, the repeated items around it, and the values that use the counter."""

    def __init__(self, item: Node, around: tuple[Repetition, ...]) -> None:
        self.item, self.around, self.counter = item, around, counter_of(item)
        repeat = item.value["repeat"].value
        self.named = type(repeat) is dict and "as" in repeat
        self.values: list[Node] = []
        """Values other than names that use the counter."""
        self.uses: list[Node] = []
        """All values that use it."""


def repetitions(items: Node) -> list[Repetition]:
    """The repeated items of a list, those inside others too, each with what uses its counter."""
    found: list[Repetition] = []
    _walk(items, (), found)
    return found


def ambiguous(items: Node) -> Iterator[Ambiguous]:
    """Values in nested repetitions whose `i` may be meant for an outer one, the first for each repeated item: those in
    which the outer item neither names its counter nor uses it. Inside a block no counter of the caller is seen, so a
    block's layers are asked about by themselves."""
    for inner in repetitions(items):
        outer = next((one for one in reversed(inner.around) if not one.named and not one.uses), None)
        if outer is not None and inner.values and not inner.named:
            yield Ambiguous(inner.values[0], inner.item, outer.item)


def _walk(items: Node, around: tuple[Repetition, ...], found: list[Repetition]) -> None:
    """Adds the repeated items of a list, or of all branches, each with the values that use its counter."""
    for item in items.value.values() if type(items.value) is dict else items.value:
        if type(item.value) is list:
            _walk(item, around, found)
        if type(item.value) is not dict:
            continue
        inside = around
        if "repeat" in item.value and item.value["repeat"].value is not LOST:
            found.append(Repetition(item, around))
            inside = (*around, found[-1])
        for key, node in item.value.items():
            if key == "repeat":
                _use(node, around, value=True)
            elif key in LISTS and type(node.value) in (list, dict):
                _walk(node, inside, found)
            else:
                _use(node, inside, value=key != "name")


def _use(node: Node, around: tuple[Repetition, ...], value: bool) -> None:
    """Notes which repetitions a value counts by."""
    if not around:
        return
    for name in _names(node):
        counted = next((one for one in reversed(around) if one.counter == name), None)
        if counted is not None:
            counted.uses.append(node)
            if value:
                counted.values.append(node)


def _names(node: Node) -> frozenset[str]:
    """The names that the expressions of a value use."""
    if type(node.value) is dict:
        return NO_NAMES.union(*map(_names, node.value.values()))
    try:
        return Formula(node).names
    except LocatedError:
        return NO_NAMES
