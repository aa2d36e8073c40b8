"""A table of text, and the ways of laying one out that all tabular formats share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rfcli.diagnostics import printable
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from rfcli.render.view import Style


class Grid(Value):
    """Header and rows, all text; `words` names the columns that are aligned to the left."""

    header: list[str]
    rows: list[list[str]]
    words: Collection[str] = ()

    def without(self, name: str) -> Grid:
        """The same table without a column."""
        at = self.header.index(name)
        header, *rows = ([*row[:at], *row[at + 1 :]] for row in (self.header, *self.rows))
        return Grid(header, rows, self.words)

    @property
    def width(self) -> int:
        """Characters of a line of the table; tabulate makes a column two wider than its header."""
        columns = zip(self.header, *self.rows, strict=True)
        return sum(max(len(column[0]) + 2, *map(len, column)) for column in columns) + 2 * (len(self.header) - 1)

    def align(self) -> list[str] | None:
        """What tabulate takes; it refuses alignments of a table without rows."""
        return ["left" if name in self.words else "right" for name in self.header] if self.rows else None


def separated(grid: Grid, delimiter: str) -> Iterator[str]:
    """Values between delimiters (RFC 4180, with plain newlines)."""
    import csv
    import io

    for row in (grid.header, *grid.rows):
        line = io.StringIO()
        csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(row)
        yield line.getvalue()


def markdown(grid: Grid, notes: Sequence[str] = (), totals: Sequence[str] = ()) -> Iterator[str]:
    """A Markdown table (GitHub's), with lines of `totals` and a list of notes below it."""
    from tabulate import tabulate

    rows = [[text.replace("|", "\\|") for text in row] for row in grid.rows]
    yield tabulate(rows, grid.header, tablefmt="github", disable_numparse=True, colalign=grid.align()) + "\n"
    if totals:
        yield "\n" + "  \n".join(map(as_markdown, totals)) + "\n"
    if notes:
        yield "\n" + "".join(f"- {as_markdown(note)}\n" for note in notes)


def as_markdown(text: str) -> str:
    """A text whose characters mean nothing to Markdown."""
    return re.sub(r"[\\`*<\[\]]", r"\\\g<0>", printable(text))


def table(
    grid: Grid, style: Style, notes: Sequence[str] = (), optional: Sequence[str] = (), totals: Sequence[str] = ()
) -> Iterator[str]:
    """A table for people, closed by lines of `totals`, with notes below it.

    On a terminal that is too narrow `optional` columns are left out, first to last, as far as needed (`size` stands for
    `size_h` and `size_w`, too); then the names of networks, files and layers are cut in the middle.
    """
    from tabulate import tabulate

    hidden: list[str] = []
    if style.width is not None:
        for name in () if style.columns else optional:
            if grid.width <= style.width:
                break
            for one in _called(name, grid.header):
                grid = grid.without(one)
                hidden.append(one)
        grid = _shortened(grid, style.width)
    text = tabulate(grid.rows, grid.header, tablefmt="simple", disable_numparse=True, colalign=grid.align())
    lines = [line.rstrip() for line in text.splitlines()]
    if style.color and lines:
        lines[0] = f"\x1b[1m{lines[0]}\x1b[0m"
    yield "\n".join(lines) + "\n"
    if hidden:
        notes = [*notes, f"this terminal is too narrow for {', '.join(hidden)}: {style.widen}"]
    if totals:
        yield lines[1] + "\n"
    for total in totals:
        yield "".join(line + "\n" for line in wrapped(printable(total), style.width))
    for number, note in enumerate(notes):
        yield ("" if number else "\n") + "".join(
            f"\x1b[2m{line}\x1b[0m\n" if style.color else line + "\n"
            for line in wrapped("- " + printable(note), style.width)
        )


def wrapped(text: str, width: int | None, indent: str = "  ") -> list[str]:
    """The lines of a text on a terminal of that width; one where there is no terminal, so that `grep` finds it."""
    if width is None:
        return [text]
    from textwrap import wrap

    return wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)


def _called(name: str, header: Sequence[str]) -> list[str]:
    """The columns that are called so, or so with the letter of an axis behind it."""
    return [one for one in header if one == name or re.fullmatch(f"{re.escape(name)}_[dhw]", one)]


NAMES = ("layer", "source", "network", "name")
"""Columns of names, which may be cut."""
SHORTEST = 12
"""Characters that are left of a name at least."""


def _shortened(grid: Grid, width: int) -> Grid:
    """Cuts names in the middle so that the table fits: the longest first, and none of `SHORTEST` characters."""
    longest = {
        at: max(len(row[at]) for row in (grid.header, *grid.rows))
        for at, name in enumerate(grid.header)
        if name in NAMES
    }
    over = grid.width - width
    while over > 0 and longest and max(longest.values()) > SHORTEST:
        most, second, *_ = sorted({*longest.values(), SHORTEST}, reverse=True)
        at = next(at for at, length in longest.items() if length == most)
        longest[at] = max(second, most - over)
        over -= most - longest[at]
    rows = [[cut(text, longest.get(at, len(text))) for at, text in enumerate(row)] for row in grid.rows]
    return grid.replaced(rows=rows)


def cut(text: str, most: int, mark: str = "...") -> str:
    """A text of at most `most` characters; the middle of a long one is a `mark`."""
    if len(text) <= most:
        return text
    kept = most - len(mark)
    head = kept // 2
    return f"{text[:head]}{mark}{text[len(text) - (kept - head) :]}"
