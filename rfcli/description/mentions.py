"""The names that the expressions of an item use, with all that it holds: on their values depends what it expands to."""

from __future__ import annotations

from rfcli.description.evaluation import NO_NAMES
from rfcli.description.expressions import ExpressionError, expression
from rfcli.description.format import counter_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.nodes import Node

    Found = tuple[frozenset[str], frozenset[str]]
    """Names, and blocks that are used."""


class Mentions:
    """Finds the names in items and blocks of one description, each once. A few too many do no harm."""

    def __init__(self, blocks: dict[str, Node]) -> None:
        self._blocks = blocks
        self._of_copies: dict[int, tuple[str, ...]] = {}
        self._of_blocks: dict[str, tuple[str, ...]] = {}
        self._own: dict[str, Found] = {}

    def of_copy(self, node: Node) -> tuple[str, ...]:
        """The names on which depends what one copy of an item stands for, sorted: its counter may be among them."""
        found = self._of_copies.get(id(node))
        if found is None:
            names, used = _copy(node)
            found = self._of_copies[id(node)] = tuple(sorted(names | self._behind(used)))
        return found

    def of_block(self, name: str) -> tuple[str, ...]:
        """The names on which depends what a block expands to, sorted: its parameters are among them."""
        found = self._of_blocks.get(name)
        if found is None:
            found = self._of_blocks[name] = tuple(sorted(self._behind(frozenset([name]))))
        return found

    def _behind(self, used: frozenset[str]) -> frozenset[str]:
        """The names in some blocks, and in those that they use."""
        names, waiting, seen = NO_NAMES, list(used), set(used)
        while waiting:
            block = waiting.pop()
            if block not in self._blocks:
                continue
            if block not in self._own:
                self._own[block] = _block(self._blocks[block])
            own, more = self._own[block]
            names |= own
            waiting += more - seen
            seen |= more
        return names


def _block(block: Node) -> Found:
    """What a block mentions: its parameters, the defaults of these, and its items."""
    names, used = _items(block.value["layers"])
    declared = block.value.get("parameters")
    if declared is not None and type(declared.value) is dict:
        names |= _values(declared) | frozenset(declared.value)
    return names, used


def _items(nodes: Node) -> Found:
    names = used = NO_NAMES
    for node in nodes.value:
        more, blocks = _item(node)
        names, used = names | more, used | blocks
    return names, used


def _item(node: Node) -> Found:
    """What an item mentions; the counter of its own copies is no name from outside."""
    names, used = _copy(node)
    if "repeat" in node.value:
        names = names - {counter_of(node)} | _values(node.value["repeat"])
    return names, used


def _copy(node: Node) -> Found:
    """What each copy of an item mentions."""
    names = used = NO_NAMES
    for key, value in node.value.items():
        if key == "repeat":
            continue
        if key == "block":
            used |= frozenset([value.value])
        elif key == "layers" or (key == "shortcut" and type(value.value) is list):
            more, blocks = _items(value)
            names, used = names | more, used | blocks
        elif key == "branches":
            more, blocks = _branches(value)
            names, used = names | more, used | blocks
        else:
            names |= _values(value)
    return names, used


def _branches(node: Node) -> Found:
    names = used = NO_NAMES
    for branch in node.value.values() if type(node.value) is dict else node.value:
        layers = branch
        if type(branch.value) is dict:
            layers = branch.value["layers"]
            names |= NO_NAMES if "when" not in branch.value else _values(branch.value["when"])
        more, blocks = _items(layers)
        names, used = names | more, used | blocks
    return names, used


def _values(node: Node) -> frozenset[str]:
    """The names in all expressions of a value."""
    value = node.value
    if type(value) is str:
        try:
            return expression(value).names if "$" in value else NO_NAMES
        except ExpressionError:
            return NO_NAMES  # it is reported when it is read, and nothing of that expansion is kept
    if type(value) is list:
        return NO_NAMES.union(*map(_values, value))
    return NO_NAMES.union(*map(_values, value.values())) if type(value) is dict else NO_NAMES
