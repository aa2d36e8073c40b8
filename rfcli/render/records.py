"""Records of any kind as a table, delimited values or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render.columns import Column, told
from rfcli.render.grid import Grid, markdown, separated, table
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rfcli.render.view import Style


class Contents(Value):
    """What is written: `records` in columns, or `data`. `notes` stand below a table; on a narrow terminal it leaves out
    `optional` columns, in that order."""

    records: Sequence[object]
    columns: Sequence[Column]
    data: Mapping[str, object]
    style: Style
    notes: Sequence[str]
    optional: Sequence[str]

    def grid(self, exact: bool) -> Grid:
        """The records as text, `exact` for people."""
        rows = [[told(column.name, column.value(record), exact) for column in self.columns] for record in self.records]
        words = {column.name for column in self.columns if column.text}
        return Grid([column.name for column in self.columns], rows, words)


class Format(Value):
    """A format of records: how it is written, and whether for people, who read a range in one cell, or for programs."""

    write: Callable[[Contents], Iterator[str]]
    people: bool = False
    delimited: bool = False


_FORMATS = {
    "table": Format(lambda it: table(it.grid(exact=True), it.style, it.notes, it.optional), people=True),
    "json": Format(lambda it: _json(it.data)),
    "csv": Format(lambda it: separated(it.grid(exact=False), ","), delimited=True),
    "tsv": Format(lambda it: separated(it.grid(exact=False), "\t"), delimited=True),
    "markdown": Format(lambda it: markdown(it.grid(exact=True), it.notes), people=True),
}

FORMATS = tuple(_FORMATS)


def for_people(format: str) -> bool:
    """Whether people read a format."""
    return _FORMATS[format].people


def delimited(format: str) -> bool:
    """Whether a format has values between delimiters."""
    return _FORMATS[format].delimited


def fits(records: Sequence[object], columns: Sequence[Column], style: Style) -> bool:
    """Whether a table of all columns is no wider than the terminal."""
    return style.width is None or Contents(records, columns, {}, style, (), ()).grid(exact=True).width <= style.width


def render(
    format: str,
    records: Sequence[object],
    columns: Sequence[Column],
    data: Mapping[str, object],
    style: Style,
    notes: Sequence[str] = (),
    optional: Sequence[str] = (),
) -> Iterator[str]:
    """`records` in the columns of a tabular format, or `data` as JSON."""
    yield from _FORMATS[format].write(Contents(records, columns, data, style, notes, optional))


def _json(data: Mapping[str, object]) -> Iterator[str]:
    """One document; each object of its lists stands in a line of its own."""
    import json

    parts = []
    for key, value in data.items():
        text = json.dumps(value)
        if type(value) is list and value and type(value[0]) is dict:
            text = "[\n  " + ",\n  ".join(map(json.dumps, value)) + "\n]"
        parts.append(f"{json.dumps(key)}: {text}")
    yield "{" + ", ".join(parts) + "}\n"
