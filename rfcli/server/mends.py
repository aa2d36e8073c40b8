"""Edits that mend a problem, for helps that say how."""

from __future__ import annotations

import re

from rfcli.server.texts import Edit, Range
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.diagnostics import Diagnostic
    from rfcli.server.reading import Read

_MEANT = re.compile(r"did you mean '([^']+)'\?")
_WRITE = re.compile(r"write (\[[^\]]*\]|\{[^}]*\}|[\w.]+)(?:$|[,;. ])")
_TYPE = re.compile(r"(?:^|[ ;,])(?:type: |rf calls (?:it|this) |is called )'?([a-z_]+)'?")
_SAID = re.compile(r"'([^']+)'")
_SIZES = re.compile(r"\b(\d+(?:x\d+)*)\b")
_WORD = re.compile(r"[\w$.+/:*-]+")


class Mend(Value):
    """What a problem is mended by: a title, edits, and the problem."""

    title: str
    edits: tuple[Edit, ...]
    problem: Diagnostic


def mends(read: Read, problem: Diagnostic) -> Iterator[Mend]:
    """The mends of a problem that its help says."""
    if problem.span.path != read.path or not problem.help:
        return
    line, column = problem.span.line, problem.span.column
    found = _MEANT.search(problem.help)
    if found:
        where = _word(read, line, column, problem.message)
        if where is not None:
            yield Mend(f"Change to '{found[1]}'", (Edit(where, found[1]),), problem)
        return
    if problem.code == "RF104":
        kind = _TYPE.search(problem.help)
        where = _word(read, line, column, problem.message)
        if kind and where is not None:
            yield Mend(f"Change to '{kind[1]}'", (Edit(where, kind[1]),), problem)
        return
    wanted = _WRITE.search(problem.help)
    if wanted and problem.code in ("RF103", "RF208"):
        where = _value(read, line, column)
        if where is not None:
            yield Mend(f"Write {wanted[1]}", (Edit(where, wanted[1]),), problem)
        return
    yield from _fitting(read, problem)


def _word(read: Read, line: int, column: int, message: str) -> Range | None:
    """The word of a message that stands at a place, or in the value that starts there."""
    text = read.text.line(line)
    for word in _SAID.findall(message):
        at = text.find(word, column - 1)
        if at >= 0 and (at <= column or read.tree.at(line, column) is not None):
            return Range(line, at + 1, at + 1 + len(word))
    return None


def _value(read: Read, line: int, column: int) -> Range | None:
    """The scalar that starts at a place, with its quotes."""
    token = read.tree.at(line, column)
    if token is None or (token.line, token.column) != (line, column) or type(token.node.value) in (dict, list):
        return None
    text = read.text.line(line)
    if text[column - 1 : column] in ("'", '"'):
        end = text.find(text[column - 1], column)
        return Range(line, column, end + 2) if end >= 0 else None
    found = _WORD.match(text, column - 1)
    return Range(line, column, found.end() + 1) if found else None


def _fitting(read: Read, problem: Diagnostic) -> Iterator[Mend]:
    """Input sizes that fit, where a help names them: the size of the only input is changed."""
    if problem.code not in ("RF302", "RF303", "RF305", "RF307", "RF501") or "fit" not in problem.help:
        return
    root = read.tree.root
    given = root.value.get("input") if root is not None and type(root.value) is dict else None
    size = given.value.get("size") if given is not None and type(given.value) is dict else None
    if size is None:
        return
    span = size.span
    text = read.text.line(span.line)
    found = re.compile(r"\[[\d, ]*\]|\d+").match(text, span.column - 1)
    if found is None:
        return
    where = Range(span.line, span.column, found.end() + 1)
    for number in dict.fromkeys(_SIZES.findall(problem.help)):
        parts = number.split("x")
        axes = found[0].count(",") + 1 if found[0].startswith("[") else 1
        if len(parts) not in (1, axes) and axes > 1:
            continue
        new = f"[{', '.join(parts if len(parts) > 1 else parts * axes)}]" if axes > 1 or len(parts) > 1 else number
        yield Mend(f"Change the input to {number}", (Edit(where, new),), problem)
