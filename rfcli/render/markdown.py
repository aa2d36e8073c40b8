"""A Markdown table (GitHub's)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render.columns import TABLE, grid
from rfcli.render.grid import markdown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View


def render(views: Sequence[View], style: Style) -> Iterator[str]:
    """The table of all views."""
    return markdown(grid(views, style.columns or TABLE, style.several, exact=True, units=style.units))
