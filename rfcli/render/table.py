"""A table for people, with the totals and the reasons for what is missing below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render.below import notes, totals
from rfcli.render.columns import TABLE, grid
from rfcli.render.grid import table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View

_OPTIONAL = ("center", "type", "output_size", "padding")
"""Columns that a narrow terminal goes without, first to last."""
_OPTIONAL_BY_AXIS = (*_OPTIONAL, "stride")
"""The same where there is a column for each axis."""


def render(views: Sequence[View], style: Style) -> Iterator[str]:
    """The table of all views, then totals and notes."""
    names = list(style.columns or TABLE)
    cells = grid(views, names, exact=True, style=style)
    return table(
        cells, style, notes(views, names, style), _OPTIONAL_BY_AXIS if style.wide else _OPTIONAL, totals(views, style)
    )
