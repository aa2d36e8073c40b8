"""Records of any kind as a table, delimited values or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render.columns import Column, cell
from rfcli.render.grid import Grid, markdown, separated, table
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from rfcli.render.view import Style


class Tabular(Value):
    """A format that is a table of text: `write(grid, style, notes, optional)` yields it. What is `exact` is for people
    and has 1/3, programs read the nearest decimal."""

    write: Callable[..., Iterator[str]]
    exact: bool


TABULAR = {
    "table": Tabular(table, True),
    "csv": Tabular(lambda grid, *_: separated(grid, ","), False),
    "tsv": Tabular(lambda grid, *_: separated(grid, "\t"), False),
    "markdown": Tabular(lambda grid, *_: markdown(grid), True),
}


def render(
    format: str,
    records: Sequence[object],
    columns: Sequence[Column],
    data: dict[str, Any],
    style: Style,
    notes: Sequence[str] = (),
    optional: Sequence[str] = (),
) -> Iterator[str]:
    """`records` in the columns of a tabular format, or `data` as JSON.

    `notes` stand below a table; `optional` columns are left out of it where a terminal is too narrow, in that order.
    """
    if format == "json":
        yield _json(data)
        return
    tabular = TABULAR[format]
    rows = [[cell(column.value(record), tabular.exact) for column in columns] for record in records]
    grid = Grid([column.name for column in columns], rows, {column.name for column in columns if column.text})
    yield from tabular.write(grid, style, notes, optional)


def _json(data: dict[str, Any]) -> str:
    """One document; each object of its lists stands in a line of its own."""
    import json

    parts = []
    for key, value in data.items():
        text = json.dumps(value)
        if type(value) is list and value and type(value[0]) is dict:
            text = "[\n  " + ",\n  ".join(map(json.dumps, value)) + "\n]"
        parts.append(f"{json.dumps(key)}: {text}")
    return "{" + ", ".join(parts) + "}\n"
