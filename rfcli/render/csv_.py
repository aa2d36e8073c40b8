"""Comma-separated values (RFC 4180, with plain newlines)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render.columns import DATA, grid
from rfcli.render.grid import separated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View


def render(views: Sequence[View], style: Style, delimiter: str = ",") -> Iterator[str]:
    """Header and rows."""
    return separated(grid(views, style.columns or DATA, exact=False, style=style), delimiter)
