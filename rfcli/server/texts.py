"""A text by lines, and its columns as editors count them: in units of UTF-16, or of another encoding."""

from __future__ import annotations

import re

from rfcli.values import Value

_BREAK = re.compile(r"\r\n|\n|\r")

UTF_16 = "utf-16"
CODECS = {"utf-8": ("utf-8", 1), UTF_16: ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
"""What an editor counts in: the codec, and the bytes of a unit."""


class Range(Value):
    """A part of a line: line and columns from 1, in characters; `end` is the column after it, of the line `last` where
    that is a later one."""

    line: int
    column: int
    end: int
    last: int = 0

    @property
    def until(self) -> int:
        """The line in which it ends."""
        return self.last or self.line


class Edit(Value):
    """A part of a text, and what is to stand there."""

    range: Range
    text: str


class Text:
    """A text with its lines."""

    __slots__ = ("lines", "whole")

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self.lines = _BREAK.split(whole)

    def line(self, number: int) -> str:
        """A line, from 1, without its break; "" beyond the text."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""

    def units(self, line: int, column: int, encoding: str = UTF_16) -> int:
        """The units of an encoding before a column, from 1, of a line."""
        before = self.line(line)[: max(column - 1, 0)]
        if before.isascii():
            return len(before)
        codec, width = CODECS[encoding]
        return len(before.encode(codec, "surrogatepass")) // width

    def column(self, line: int, units: int, encoding: str = UTF_16) -> int:
        """The column, from 1, of what stands after so many units of an encoding in a line."""
        text = self.line(line)
        if text.isascii():
            return min(max(units, 0), len(text)) + 1
        codec, width = CODECS[encoding]
        before = text.encode(codec, "surrogatepass")[: width * max(units, 0)]
        return len(before.decode(codec, "ignore")) + 1

    def edited(self, edits: list[Edit]) -> str:
        """The text after some edits, none of which touches another."""
        lines = list(self.lines)
        breaks = [*_BREAK.findall(self.whole), ""]
        for edit in sorted(edits, key=lambda one: (one.range.line, one.range.column), reverse=True):
            first, last = edit.range.line - 1, edit.range.until - 1
            before, after = lines[first][: edit.range.column - 1], lines[last][edit.range.end - 1 :]
            lines[first : last + 1] = [before + edit.text + after]
            breaks[first : last + 1] = [breaks[last]]
        return "".join(line + end for line, end in zip(lines, breaks, strict=True))

    def part(self, where: Range) -> str:
        """The text of a range, its lines broken by a line feed."""
        if where.until == where.line:
            return self.line(where.line)[where.column - 1 : where.end - 1]
        inside = self.lines[where.line : where.until - 1]
        first, last = self.line(where.line)[where.column - 1 :], self.line(where.until)[: where.end - 1]
        return "\n".join([first, *inside, last])
