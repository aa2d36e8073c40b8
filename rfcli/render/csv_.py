"""Comma-separated values (RFC 4180, with plain newlines)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from rfcli.render.columns import DATA, grid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View


def render(views: Sequence[View], style: Style, delimiter: str = ",") -> Iterator[str]:
    """Header and rows."""
    header, rows = grid(views, style.columns or DATA, style.several, exact=False)
    for row in (header, *rows):
        line = io.StringIO()
        csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(row)
        yield line.getvalue()
