"""JSON through the standard library's reader; positions come from a second pass, when there is something to say."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from rfcli.description.limits import Limits
from rfcli.description.nodes import Node, Problems, place
from rfcli.diagnostics import Span
from rfcli.layers._parameters import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from rfcli.description.nodes import File, Position

_TOKEN = re.compile(r'[ \t\n\r]*([{}\[\],:]|"(?:[^"\\]|\\.)*"|[^ \t\n\r{}\[\],:"]+)', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""How half a surrogate pair is written, and how both are."""


class _Suspicious(Exception):
    """Something that the pass with positions has to judge."""


def read(file: File, limits: Limits, problems: Problems) -> Node | None:
    """The document in `file.text`; None, with the problem added, where it is not JSON or breaks a limit."""
    if not file.text.strip(" \t\n\r"):
        problems.add(Span(file.path), "RF008", "the file is empty", 'a description starts with {"format": 1')
        return None
    try:
        if _SURROGATE.search(file.text):
            raise _Suspicious
        plain = json.loads(file.text, object_pairs_hook=_pairs, parse_constant=_constant)
        return _Quick(file, limits).node(plain, 0)
    except json.JSONDecodeError as error:
        _malformed(error, file, limits, problems)
        return None
    except (_Suspicious, RecursionError, ValueError):
        pass
    # What made it suspicious may stand before a syntax error, which the pass with positions takes for granted.
    try:
        json.loads(file.text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        _malformed(error, file, limits, problems)
        return None
    except RecursionError:
        pass
    return _slow(file, limits, problems)


def _malformed(error: json.JSONDecodeError, file: File, limits: Limits, problems: Problems) -> None:
    """Adds a syntax error, or the nesting before it where that is too deep."""
    deep = _too_deep(file.text[: error.pos], limits.nesting)
    if deep is not None:
        where = Span(file.path, *place(file.text, deep))
        problems.add(where, "RF009", f"nested more than {limits.nesting} deep", limits.exceeded("nesting"))
        return
    where = Span(file.path, error.lineno, error.colno)
    problems.add(where, "RF003", f"not well-formed JSON: {error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')}")


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


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Suspicious
    return found


def _constant(text: str) -> NoReturn:
    raise _Suspicious


class _Quick:
    """Makes nodes of plain values, numbered in the order of the text."""

    def __init__(self, file: File, limits: Limits) -> None:
        self.file, self.limits, self.count, self.nodes = file, limits, 0, 0

    def node(self, value: Any, depth: int) -> Node:
        node = Node(value, self.file, 0, self.count)
        self.count += 1
        self.nodes += 1
        kind = type(value)
        if kind is dict:
            self.nodes += len(value)
            node.value = {key: self.node(v, depth + 1) for key, v in value.items()}
            if value and max(map(len, value)) > self.limits.scalar:
                raise _Suspicious
        elif kind is list:
            node.value = [self.node(v, depth + 1) for v in value]
        elif (
            (kind is str and len(value) > self.limits.scalar)
            or (kind is int and abs(value) >= 10**self.limits.digits)
            or (kind is float and value - value != 0.0)
        ):
            raise _Suspicious
        if (depth >= self.limits.nesting and kind in (dict, list)) or self.nodes > self.limits.nodes:
            raise _Suspicious
        return node


def positions(file: File) -> tuple[list[Position], list[Position]]:
    """Places of all values and of their keys, in the order of the text, which is known to be good JSON."""
    unlimited = Limits(nodes=10**9, scalar=10**9, nesting=10**6, digits=10**9)
    root = _slow(file, unlimited, Problems())
    values: list[Position] = []
    keys: list[Position] = []
    todo: list[tuple[Node | None, Position]] = [(root, (1, 1))]
    while todo:
        node, key = todo.pop()
        if node is None:
            continue
        values.append((node.line, node.column))
        keys.append(key)
        if type(node.value) is dict and node.keys is not None:
            todo.extend((node.value[k], node.keys[k]) for k in reversed(node.value))
        elif type(node.value) is list:
            todo.extend((child, key) for child in reversed(node.value))
    return values, keys


def _slow(file: File, limits: Limits, problems: Problems) -> Node | None:
    """Reads JSON that the standard library found well-formed, with the place of everything."""
    lines = [0, *(match.end() for match in re.finditer("\n", file.text))]

    def position(offset: int) -> Position:
        line = bisect_right(lines, offset)
        return line, offset - lines[line - 1] + 1

    def stop(offset: int, code: str, message: str, help: str = "") -> None:
        problems.add(Span(file.path, *position(offset)), code, message, help)

    stack: list[Node] = []
    waiting: list[tuple[str, Position] | None] = []
    root: Node | None = None
    count = 0
    for token in _TOKEN.finditer(file.text):
        text, offset = token[1], token.start(1)
        if text in ",:":
            continue
        if text in "}]":
            stack.pop()
            waiting.pop()
            continue
        count += 1
        if count > limits.nodes:
            stop(offset, "RF009", f"more than {limits.nodes} keys and values", limits.exceeded("nodes"))
            return None
        if stack and type(stack[-1].value) is dict and waiting[-1] is None:
            key = json.loads(text)
            problem = _scalar_problem(text, limits)
            if problem is not None:
                stop(offset, *problem)
                return None
            if key in stack[-1].value:
                first = stack[-1].keys[key][0]  # type: ignore[index]
                stop(offset, "RF004", f"the key {shown(key)} is given twice, first in line {first}")
            waiting[-1] = (key, position(offset))
            continue
        value: Any = {} if text == "{" else [] if text == "[" else None
        if value is None:
            problem = _scalar_problem(text, limits)
            if problem is not None:
                stop(offset, *problem)
                return None
            value = json.loads(text)
        node = Node(value, file, *position(offset), {} if text == "{" else None)
        if not stack:
            root = node
        elif type(stack[-1].value) is list:
            stack[-1].value.append(node)
        else:
            name, at = waiting[-1]  # type: ignore[misc]
            stack[-1].value[name] = node
            stack[-1].keys[name] = at  # type: ignore[index]
            waiting[-1] = None
        if text in "{[":
            if len(stack) >= limits.nesting:
                stop(offset, "RF009", f"nested more than {limits.nesting} deep", limits.exceeded("nesting"))
                return None
            stack.append(node)
            waiting.append(None)
    return root


def _scalar_problem(text: str, limits: Limits) -> tuple[str, str, str] | None:
    if text[0] == '"':
        value = json.loads(text)
        if len(value) > limits.scalar:
            said = f"a value of {len(value)} characters, the limit is {limits.scalar}"
            return "RF009", said, limits.exceeded("scalar")
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
            return "RF011", f"an integer of {digits} digits, the limit is {limits.digits}", limits.exceeded("digits")
    elif text[0] in "-0123456789" and float(text) in (float("inf"), float("-inf")):
        return "RF011", f"{shown(text)} is too large for a number", ""
    return None
