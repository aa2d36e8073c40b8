"""Rows of a sweep as a parquet file, which pyarrow writes."""

from __future__ import annotations

import json
import os

from rfcli.extras import needed
from rfcli.sweeping.rows import COSTS, LENGTHS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from rfcli.description.nodes import Plain
    from rfcli.sweeping.chunks import Asked

ROWS = 65_536
"""Rows of a group, which are in memory together."""

INTEGER, NUMBER, TRUTH, TEXT = "int64", "float64", "bool", "string"

FRACTIONS = ("stride",)
"""Lengths that are not always whole."""


def arrow() -> Any:
    """The module pyarrow. Raises `CallError` that says how to install it."""
    return needed("pyarrow", "writing parquet", extra="parquet")


def types(asked: Asked, names: Sequence[str]) -> dict[str, str]:
    """The type of each column: those of settings by their values, lists and mixtures as text."""
    found = {asked.columns.settings[axis.name]: _type(axis.values) for axis in asked.grid.axes}
    for name in names:
        length = name.rpartition("_")[0]
        if length in LENGTHS:
            found[name] = NUMBER if length in FRACTIONS else INTEGER
        elif name in COSTS:
            found[name] = INTEGER
    return {name: found.get(name, TEXT) for name in names}


def _type(values: Iterable[Plain]) -> str:
    if isinstance(values, range):
        return INTEGER
    kinds = {type(value) for value in values if value is not None}
    return {frozenset([int]): INTEGER, frozenset([float]): NUMBER, frozenset([int, float]): NUMBER,
            frozenset([bool]): TRUTH}.get(frozenset(kinds), TEXT)  # fmt: skip


def converted(part: str, path: str, kinds: dict[str, str]) -> None:
    """Makes a parquet file of lines of JSON, whole or not at all, and deletes these."""
    pa = arrow()
    from pyarrow import parquet

    makers = {INTEGER: pa.int64, NUMBER: pa.float64, TRUTH: pa.bool_, TEXT: pa.string}
    schema = pa.schema([(name, makers[kind]()) for name, kind in kinds.items()])
    path = os.path.realpath(path)  # beside what a link leads to
    temporary = f"{path}.tmp"
    with parquet.ParquetWriter(temporary, schema) as writer, open(part, encoding="utf-8") as lines:
        rows: list[dict[str, Plain]] = []
        for line in lines:
            rows.append(_row(json.loads(line), kinds))
            if len(rows) == ROWS:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                rows.clear()
        if rows:
            writer.write_table(pa.Table.from_pylist(rows, schema))
    os.replace(temporary, path)
    os.unlink(part)


LARGEST = {INTEGER: (1 << 63) - 1, NUMBER: 1 << 53}
"""The largest numbers that a type holds exactly."""


def _foreign(value: Plain, kind: str) -> bool:
    """Whether a number is none that a type holds."""
    if type(value) not in (int, float) or kind not in LARGEST:
        return False
    return abs(value) > LARGEST[kind] or (kind == INTEGER and type(value) is float)


def _row(row: dict[str, Plain], kinds: dict[str, str]) -> dict[str, Plain]:
    """A row in the types of its columns; a number that is too large for its type is not known, with a note."""
    large = []
    for name, kind in kinds.items():
        value = row[name]
        if kind == TEXT and value is not None and type(value) is not str:
            row[name] = json.dumps(value)
        elif _foreign(value, kind):
            row[name] = None
            large.append(f"{name} {value}")
        elif kind == NUMBER and type(value) is int:
            row[name] = float(value)
    if large:
        row["notes"] = "; ".join(filter(None, [row["notes"], f"no number of its column's type: {', '.join(large)}"]))
    return row
