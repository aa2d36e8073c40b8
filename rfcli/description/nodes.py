"""A description's values with the place of each."""

from __future__ import annotations

from rfcli.diagnostics import MAX_COMPARED, Diagnostic, Near, Said, Span
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable
    from typing import Any

    Position = tuple[int, int]
    """Line and column, from 1, in characters."""
    Plain = Any
    """What a user writes, or an expression makes of it: a scalar, a list, a mapping, or `LOST`. In a node, lists and
    mappings hold nodes."""


class Positions(Value):
    """Where all values of a file start, and their keys, in the order of the text."""

    values: list[Position]
    keys: list[Position]


class File:
    """A file that was read: its name in diagnostics, its text, and what users should know about how it was read.

    A reader that makes nodes without a line sets `find`, which works out positions when there is something to report.
    """

    __slots__ = ("_positions", "find", "path", "remarks", "text")

    def __init__(self, path: str, text: str = "") -> None:
        self.path, self.text = path, text
        self.remarks: list[str] = []
        self.find: Callable[[File], Positions] | None = None
        self._positions: Positions | None = None

    @property
    def positions(self) -> Positions:
        """The positions of all values, by their ordinals."""
        if self._positions is None:
            assert self.find is not None, "who makes nodes without a line sets `find`"
            self._positions = self.find(self)
        return self._positions


class _Lost:
    """The class of `LOST`, its only value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "LOST"

    def __reduce__(self) -> str:
        return "LOST"


LOST: Plain = _Lost()
"""The value of a node, or of a parameter, that is not known: what the file says there is wrong, and has been reported.
What depends on it is not known either, and nothing more is said about it."""


class Reported(Exception):
    """A value cannot be worked out, because it depends on something wrong; the problem has been added."""


class Node:
    """A value: a dict of nodes, a list of nodes, or a scalar.

    `line` and `column` are its place. A value of a JSON file has line 0 and, as column, its ordinal in the text, from
    which the place is worked out when there is something to report.
    """

    __slots__ = ("column", "file", "keys", "line", "value")

    def __init__(
        self, value: Plain, file: File, line: int, column: int, keys: dict[str, Position] | None = None
    ) -> None:
        self.value, self.file, self.line, self.column, self.keys = value, file, line, column, keys

    @property
    def span(self) -> Span:
        """Where the value starts."""
        place = (self.line, self.column) if self.line else self.file.positions.values[self.column]
        return Span(self.file.path, *place)

    def key_span(self, key: str) -> Span:
        """Where a key of this mapping starts."""
        place = self.keys[key] if self.keys is not None else self.file.positions.keys[self.value[key].column]
        return Span(self.file.path, *place)

    @property
    def quoted(self) -> bool:
        """Whether it is of a JSON file, where keys and texts stand in quotes."""
        return not self.line or self.file.path.endswith(".json")

    def plain(self) -> Plain:
        """The value without positions: plain dicts, lists and scalars."""
        if type(self.value) is dict:
            return {key: node.plain() for key, node in self.value.items()}
        if type(self.value) is list:
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: tuple[int, ...]) -> Node:
        """The node that a path of list indices leads to, as far as it leads."""
        found = self
        for index in path:
            if type(found.value) is not list or index >= len(found.value):
                break
            found = found.value[index]
        return found


class Problems(list[Diagnostic]):
    """The problems found so far.

    There may be very many, and looking for similar words takes time: a `Near` is only worked out while there is time
    left.
    """

    spare = MAX_COMPARED
    helps = True
    """Whether somebody reads the helps; where nobody does, those that take long are left out."""
    names: tuple[str, ...] = ()
    """Parameters that expressions may use where the text is looked at, and the counters of repetitions."""
    blocks: dict[str, Node | None] | None = None
    """The blocks of the description that is looked at, each with the parameters that it states."""
    axes: int | None = None
    """The axes of the description's inputs, where its text says so."""
    sound: Container[int] = ()
    """The `id`s of items of lists that were looked at before and are right: they are not looked at again."""

    def add(self, where: Node | Span, code: str, message: str, help: str | Near | Said = "", excerpt: str = "") -> None:
        if isinstance(help, Near):
            help = self._worked_out(help)
        told = help if isinstance(help, Said) else Said(help)
        place = where.span if isinstance(where, Node) else where
        self.append(Diagnostic(place, code, message, told.text, excerpt, told.mend))

    def meant(self, word: str, known: Iterable[str]) -> str:
        """The known word that a wrong one may be meant for; "" where none is near, or that would take too long."""
        if self.spare <= 0:
            return ""
        nearest, _, cost = Near(word, known).nearest(self.spare)
        self.spare -= cost
        return nearest

    def _worked_out(self, near: Near) -> Said:
        if self.spare <= 0:
            return Said(near.otherwise)
        help, cost = near.worked_out(self.spare)
        self.spare -= cost
        return help


def lost(node: Node) -> Node:
    """The node that takes the place of a wrong one."""
    return Node(LOST, node.file, node.line, node.column, node.keys)


def is_expression(value: object) -> bool:
    """Whether a scalar holds a `$`, and so is to be evaluated."""
    return type(value) is str and "$" in value


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at `offset`."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def held(node: Node) -> Plain:
    """What a list or mapping holds. Raises `Reported` where it is lost."""
    if node.value is LOST:
        raise Reported
    return node.value
