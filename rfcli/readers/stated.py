"""What a mapping of someone else's file says, value by value: what is missing or wrong is told with its place."""

from __future__ import annotations

import re

from rfcli.description.nodes import Node
from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.draft import ForeignError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


_ENDLESS = re.compile(r"""(?<![\w."'/])(?:[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)|-?Infinity|NaN)(?![\w."'/])""")


def finite(text: str) -> str:
    """A YAML or JSON text with numbers as long where there are numbers without end, which ranges and statistics have:
    all else stays in its place. They are no integers, and larger than whatever is asked for."""
    return _ENDLESS.sub(lambda found: "9e" + "99"[: len(found[0]) - 2].zfill(len(found[0]) - 2), text)


class Stated:
    """A mapping and what messages call it. Methods raise `ForeignError`."""

    def __init__(self, node: Node, what: str) -> None:
        if type(node.value) is not dict:
            raise ForeignError(f"{what} must be a mapping, is {shown(node.plain())}", at=node)
        self.node, self.what = node, what
        self.asked: set[str] = set()
        """Keys that were asked for."""

    def __contains__(self, key: str) -> bool:
        """Whether a key is there, and not null."""
        self.asked.add(key)
        return key in self.node.value and self.node.value[key].value is not None

    def names(self) -> list[str]:
        return list(self.node.value)

    def get(self, key: str) -> Node:
        """The value of a key that has to be there."""
        if key not in self:
            raise ForeignError(f"{self.what} lacks '{key}'", at=self.node)
        found: Node = self.node.value[key]
        return found

    def wrong(self, key: str, said: str) -> ForeignError:
        """The error that a value is wrong."""
        value = self.get(key)
        return ForeignError(f"{key} of {self.what} {said}, is {shown(value.plain())}", at=value)

    def mapping(self, key: str) -> Stated:
        """A mapping; an empty one where there is none."""
        if key not in self:
            return Stated(Node({}, self.node.file, self.node.line, self.node.column, {}), f"{key} of {self.what}")
        return Stated(self.get(key), f"{key} of {self.what}")

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and key not in self:
            return default
        value = self.get(key).value
        if type(value) is not str:
            raise self.wrong(key, "must be a word")
        return value

    def flag(self, key: str, default: bool) -> bool:
        if key not in self:
            return default
        value = self.get(key).value
        if type(value) is not bool:
            raise self.wrong(key, "must be true or false")
        return value

    def integer(self, key: str, default: int | None = None, minimum: int = 1) -> int:
        if default is not None and key not in self:
            return default
        value = self.get(key).value
        if type(value) is not int or not minimum <= value <= MAX_INTEGER:
            raise self.wrong(key, f"must be an integer from {minimum} on")
        return value

    def integers(self, key: str, count: int | None = None, minimum: int = 1) -> list[int]:
        """A list of integers, or one integer that stands for so many."""
        value = self.get(key).plain()
        if type(value) is int and count is not None:
            value = [value] * count
        if not isinstance(value, list) or not all(_is_integer(one, minimum) for one in value):
            raise self.wrong(key, f"must be a list of integers from {minimum} on")
        if count is not None and len(value) != count:
            raise self.wrong(key, f"must have {count} entries")
        return value

    def rows(self, key: str, count: int, axes: int, minimum: int = 1) -> list[list[int]]:
        """So many lists with an integer for each axis; an integer stands for a list of it."""
        value = self.get(key).plain()
        if type(value) is int:
            value = [value] * count
        if not isinstance(value, list) or len(value) != count:
            raise self.wrong(key, f"must have {count} entries")
        found = [[one] * axes if type(one) is int else one for one in value]
        for one in found:
            if not isinstance(one, list) or len(one) != axes or not all(_is_integer(n, minimum) for n in one):
                raise self.wrong(key, f"must hold lists of {axes} integers from {minimum} on")
        return found

    def parts(self, key: str) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping."""
        yield from self.mapping(key).node.value.items()


def _is_integer(value: object, minimum: int) -> bool:
    return type(value) is int and minimum <= value <= MAX_INTEGER
