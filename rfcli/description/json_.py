"""JSON through the standard library's reader; positions come from a second pass, when there is something to report."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from itertools import count

from rfcli.description.limits import Limits
from rfcli.description.nodes import Node, Positions, Problems, place
from rfcli.diagnostics import Span
from rfcli.layers._parameters import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import NoReturn

    from rfcli.description.nodes import File, Plain, Position

_TOKEN = re.compile(r'[ \t\n\r]*([{}\[\],:]|"(?:[^"\\]|\\.)*"|[^ \t\n\r{}\[\],:"]+)', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""How a half of a surrogate pair is written, alone or beside the other half."""


class _Suspicious(Exception):
    """Something that the pass with positions has to judge."""


class _Stop(Exception):
    """Reading cannot go on."""


def read(file: File, limits: Limits, problems: Problems, own: bool = True) -> Node | None:
    """The document in `file.text`; None, with the problem added, where it is not JSON or breaks a limit. Other tools'
    files are not our `own`: these may be YAML as well."""
    if not file.text.strip(" \t\n\r"):
        problems.add(Span(file.path), "RF008", "the file is empty", 'a description starts with {"format": 1')
        return None
    try:
        if _SURROGATE.search(file.text):
            raise _Suspicious
        plain = json.loads(file.text, object_pairs_hook=_pairs, parse_constant=_constant)
        root = _Numbering(file, limits).inside((plain,), 0)[0]
        file.find = positions
        return root
    except json.JSONDecodeError as error:
        _malformed(error, file, limits, problems, own)
        return None
    except (_Suspicious, RecursionError, ValueError):
        pass
    # What made it suspicious may stand before a syntax error, which the pass with positions takes for granted.
    try:
        json.loads(file.text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        _malformed(error, file, limits, problems, own)
        return None
    except RecursionError:
        pass
    return with_places(file, limits, problems)


def _malformed(error: json.JSONDecodeError, file: File, limits: Limits, problems: Problems, own: bool) -> None:
    """Adds a syntax error, or the nesting before it where that is too deep."""
    deep = _too_deep(file.text[: error.pos], limits.nesting)
    if deep is not None:
        where = Span(file.path, *place(file.text, deep))
        problems.add(where, "RF009", f"nested more than {limits.nesting} deep", limits.exceeded("nesting"))
        return
    from rfcli.description import slips

    said = f"not well-formed JSON: {error.msg[:1].lower()}{error.msg[1:].removesuffix(' at').removesuffix(' starting')}"
    help = slips.json_help(file.text, error.pos, error.msg, own)
    shown = slips.excerpt(file.text, error.lineno, error.colno)
    problems.add(Span(file.path, error.lineno, error.colno), "RF003", said, help, shown)


def _too_deep(text: str, nesting: int) -> int | None:
    """Offset of the first bracket that is nested too deep."""
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[1] in "{[":
            depth += 1
            if depth > nesting:
                return token.start(1)
        elif token[1] in "}]":
            depth -= 1
    return None


def _pairs(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Suspicious
    return found


def _constant(text: str) -> NoReturn:
    raise _Suspicious


class _Numbering:
    """Makes nodes of plain values, numbered in the order of the text. Most values are scalars, of which a large file
    has tens of thousands: they are made and looked at in one place, without a call for each."""

    def __init__(self, file: File, limits: Limits) -> None:
        self.file, self.limits, self.largest = file, limits, 10**limits.digits
        self.numbers, self.total = count(), 0
        """Of nodes, and how many keys and values there were so far."""

    def inside(self, values: Collection[Plain], depth: int) -> list[Node]:
        """Nodes of what a mapping or list holds."""
        file, numbers, longest, largest = self.file, self.numbers, self.limits.scalar, self.largest
        self.total += len(values)
        if depth > self.limits.nesting or self.total > self.limits.nodes:
            raise _Suspicious
        made = []
        for value in values:
            node = Node(value, file, 0, next(numbers))
            made.append(node)
            kind = type(value)
            if kind is str:
                if len(value) > longest:
                    raise _Suspicious
            elif kind is dict:
                self.total += len(value)
                node.value = dict(zip(value, self.inside(value.values(), depth + 1), strict=True))
                if value and max(map(len, value)) > longest:
                    raise _Suspicious
            elif kind is list:
                node.value = self.inside(value, depth + 1)
            elif (kind is int and abs(value) >= largest) or (kind is float and value - value != 0.0):
                raise _Suspicious
        return made


def positions(file: File) -> Positions:
    """Places of all values and of their keys in the text, which is known to be good JSON."""
    unlimited = Limits(nodes=10**9, scalar=10**9, nesting=10**6, digits=10**9)
    root = with_places(file, unlimited, Problems())
    found = Positions([], [])
    todo: list[tuple[Node, Position]] = [] if root is None else [(root, (1, 1))]
    while todo:
        node, key = todo.pop()
        found.values.append((node.line, node.column))
        found.keys.append(key)
        if type(node.value) is dict and node.keys is not None:
            todo.extend((node.value[k], node.keys[k]) for k in reversed(node.value))
        elif type(node.value) is list:
            todo.extend((child, key) for child in reversed(node.value))
    return found


def with_places(file: File, limits: Limits, problems: Problems) -> Node | None:
    """Reads JSON that the standard library found well-formed, with the place of everything; None, with the problem
    added, where a limit is exceeded or a value means nothing."""
    return _Placing(file, limits, problems).document()


class _Open:
    """A mapping or list that is not closed yet, and in a mapping the key that waits for its value."""

    __slots__ = ("key", "node", "position")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.key: str | None = None
        self.position: Position = (0, 0)
        """Where the key stands."""


class _Placing:
    """Reads JSON token by token."""

    def __init__(self, file: File, limits: Limits, problems: Problems) -> None:
        self.file, self.limits, self.problems = file, limits, problems
        self.lines = [0, *(match.end() for match in re.finditer("\n", file.text))]
        """Where each line starts."""
        self.open: list[_Open] = []

    def document(self) -> Node | None:
        root: Node | None = None
        nodes, most = 0, self.limits.nodes
        try:
            for token in _TOKEN.finditer(self.file.text):
                text, offset = token[1], token.start(1)
                if text in ",:":
                    continue
                if text in "}]":
                    self.open.pop()
                    continue
                nodes += 1
                if nodes > most:
                    raise self.stop(offset, "RF009", f"more than {most} keys and values", self.limits.exceeded("nodes"))
                around = self.open[-1] if self.open else None
                if around is not None and around.key is None and around.node.keys is not None:
                    self.key(around, text, offset)
                else:
                    node = self.value(around, text, offset)
                    root = root or node
        except _Stop:
            return None
        return root

    def key(self, around: _Open, text: str, offset: int) -> None:
        """Takes a key, which waits for its value."""
        key, position = self.scalar(text, offset), self.position(offset)
        if key in around.node.value:
            first = around.node.keys[key][0]  # type: ignore[index]
            said = f"the key {shown(key)} is given twice, first in line {first}"
            self.problems.add(Span(self.file.path, *position), "RF004", said)
        around.key, around.position = key, position

    def value(self, around: _Open | None, text: str, offset: int) -> Node:
        """Takes a value, or the bracket that opens one, into what is open around it."""
        value = {} if text == "{" else [] if text == "[" else self.scalar(text, offset)
        node = Node(value, self.file, *self.position(offset), {} if text == "{" else None)
        if around is not None and around.node.keys is None:
            around.node.value.append(node)
        elif around is not None and around.key is not None:
            around.node.value[around.key] = node
            around.node.keys[around.key] = around.position  # type: ignore[index]
            around.key = None
        if text in "{[":
            most = self.limits.nesting
            if len(self.open) >= most:
                raise self.stop(offset, "RF009", f"nested more than {most} deep", self.limits.exceeded("nesting"))
            self.open.append(_Open(node))
        return node

    def scalar(self, text: str, offset: int) -> Plain:
        """The value of a scalar, which has to mean something and to keep the limits."""
        problem = _scalar_problem(text, self.limits)
        if problem is not None:
            raise self.stop(offset, *problem)
        return json.loads(text)

    def position(self, offset: int) -> Position:
        """Line and column of the character at `offset`."""
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1

    def stop(self, offset: int, code: str, message: str, help: str = "") -> _Stop:
        """Adds a problem after which reading cannot go on."""
        self.problems.add(Span(self.file.path, *self.position(offset)), code, message, help)
        return _Stop()


def _scalar_problem(text: str, limits: Limits) -> tuple[str, str, str] | None:
    """Code, message and help of what is wrong with a scalar."""
    if text[0] == '"':
        value = json.loads(text)
        if len(value) > limits.scalar:
            said = f"a value of {len(value)} characters, the limit is {limits.scalar}"
            return "RF009", said, limits.exceeded("scalar", len(value))
        half = next((c for c in value if "\ud800" <= c <= "\udfff"), None) if not value.isascii() else None
        if half is not None:
            said = f"\\u{ord(half):04x} is half of a surrogate pair, no character of its own"
            return "RF002", said, "characters beyond \\uffff are written as both halves, or as they are"
        return None
    if text in ("NaN", "Infinity", "-Infinity"):
        return "RF011", f"{text} is not a finite number", ""
    if text.lstrip("-").isdecimal():
        digits = len(text.lstrip("-"))
        if digits > limits.digits:
            said = f"an integer of {digits} digits, the limit is {limits.digits}"
            return "RF011", said, limits.exceeded("digits", digits)
    elif text[0] in "-0123456789" and float(text) in (float("inf"), float("-inf")):
        return "RF011", f"{shown(text)} is too large for a number", ""
    return None
