"""Records of any kind as a table, delimited values or JSON."""

from __future__ import annotations

from rfcli.render.answer import Documents, Rows, Text
from rfcli.render.columns import told
from rfcli.render.grid import Grid, markdown, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfcli.render.answer import Answer
    from rfcli.render.columns import Column
    from rfcli.render.view import Style

DELIMITERS = {"csv": ",", "tsv": "\t"}
"""Formats of values between delimiters."""


def for_people(format: str) -> bool:
    """Whether people read a format, who take a range in one cell; programs take a number in each."""
    return format in ("table", "markdown")


def fits(records: Sequence[object], columns: Sequence[Column], style: Style) -> bool:
    """Whether a table of all columns is no wider than the terminal."""
    return style.width is None or _grid(records, columns, exact=True).width <= style.width


def render(
    format: str,
    records: Sequence[object],
    columns: Sequence[Column],
    data: Mapping[str, object],
    style: Style,
    notes: Sequence[str] = (),
    optional: Sequence[str] = (),
) -> Answer:
    """`records` in the columns of a tabular format, or `data` as JSON. `notes` stand below a table; on a narrow
    terminal it leaves out `optional` columns, in that order."""
    if format == "json":
        return document(data)
    grid = _grid(records, columns, for_people(format))
    if format in DELIMITERS:
        return Rows(grid, DELIMITERS[format])
    if format == "markdown":
        return Text("".join(markdown(grid, notes)), markdown=True)
    return Text("".join(table(grid, style, notes, optional)))


def document(data: Mapping[str, object]) -> Documents:
    """Data as JSON, each object of its lists in a line of its own."""
    return Documents([data], [key for key, value in data.items() if _has_objects(value)])


def _grid(records: Sequence[object], columns: Sequence[Column], exact: bool) -> Grid:
    """Records as text, `exact` for people."""
    rows = [[told(column.name, column.value(record), exact) for column in columns] for record in records]
    return Grid([column.name for column in columns], rows, {column.name for column in columns if column.text})


def _has_objects(value: object) -> bool:
    """Whether it is a list of objects."""
    return type(value) is list and bool(value) and type(value[0]) is dict
