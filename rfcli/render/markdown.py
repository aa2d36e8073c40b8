"""A Markdown table (GitHub's)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render.columns import COLUMNS, NETWORK, TABLE, grid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View


def render(views: Sequence[View], style: Style) -> Iterator[str]:
    """The table of all views."""
    from tabulate import tabulate

    header, rows = grid(views, style.columns or TABLE, style.several, exact=True)
    align = ["left" if name == NETWORK or COLUMNS[name].text else "right" for name in header]
    rows = [[text.replace("|", "\\|") for text in row] for row in rows]
    yield tabulate(rows, header, tablefmt="github", disable_numparse=True, colalign=align if rows else None) + "\n"
