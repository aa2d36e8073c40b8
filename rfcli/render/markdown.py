"""A Markdown table (GitHub's)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render.below import notes, totals
from rfcli.render.columns import TABLE, grid
from rfcli.render.grid import markdown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View


def render(views: Sequence[View], style: Style) -> Iterator[str]:
    """The table of all views, then totals and notes."""
    names = list(style.columns or TABLE)
    cells = grid(views, names, exact=True, style=style)
    return markdown(cells, notes(views, names, style), totals(views, style))
