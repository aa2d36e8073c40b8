"""Rows of a sweep as text, some at a time: a table for people, values between delimiters, or JSON by line."""

from __future__ import annotations

import json

from rfcli.render.grid import Grid, cut, separated, table
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rfcli.render.view import Style

    Row = dict[str, object]

WORDS = ("network", "layer", "problems", "notes")
"""Columns of text."""

TOLD = ("problems", "notes")
"""Columns of text for people, left out where they are empty."""
LEAST = 40
"""Characters of them that are shown at least."""

OPTIONAL = ("network", "layer", "macs", "padding", "stride", "output_size", "flops", "params", "notes")
"""Columns that a table on a narrow terminal does without, in that order."""


class Format(Value):
    """A format: `head` stands before all rows, `rows` are some of them."""

    head: Callable[[Sequence[str]], str]
    rows: Callable[[Sequence[str], Sequence[Row], Style], str]


def _separated(delimiter: str) -> Format:
    return Format(
        lambda names: "".join(separated(Grid(list(names), []), delimiter)),
        lambda names, rows, style: "".join(list(separated(_grid(names, rows), delimiter))[1:]),
    )


def _table(names: Sequence[str], rows: Sequence[Row], style: Style) -> str:
    """A table without the columns that are empty in all of its rows."""
    kept = [name for name in names if name not in TOLD or any(row[name] for row in rows)]
    return "".join(table(_cut(_grid(kept, rows), style.width), style, optional=OPTIONAL)) if rows else ""


def _cut(grid: Grid, width: int | None) -> Grid:
    """A grid whose problems and notes are cut as far as a terminal needs it, so that some of each can be read."""
    if width is None or not grid.rows:
        return grid
    for name in reversed(TOLD):
        over, at = grid.width - width, grid.header.index(name) if name in grid.header else -1
        if over > 0 and at >= 0:
            most = max(max(len(row[at]) for row in grid.rows) - over, LEAST)
            grid = grid.replaced(rows=[[*row[:at], cut(row[at], most), *row[at + 1 :]] for row in grid.rows])
    return grid


def _lines(names: Sequence[str], rows: Sequence[Row], style: Style) -> str:
    encode = json.JSONEncoder().encode
    return "".join(encode({name: row[name] for name in names}) + "\n" for row in rows)


FORMATS = {
    "table": Format(lambda names: "", _table),
    "csv": _separated(","),
    "tsv": _separated("\t"),
    "ndjson": Format(lambda names: "", _lines),
}


def _grid(names: Sequence[str], rows: Iterable[Row]) -> Grid:
    return Grid(list(names), [[_cell(name, row[name]) for name in names] for row in rows], WORDS)


PER_AXIS = ("size", "stride", "padding", "output_size")


def _cell(name: str, value: object) -> str:
    """A value as text: 51x37 where axes differ, a list of a setting as JSON, nothing where it is not known."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if type(value) is list and name in PER_AXIS:
        return "x".join("?" if one is None else str(one) for one in value)
    return json.dumps(value)
