"""Tab-separated values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render import csv_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View


def render(views: Sequence[View], style: Style) -> Iterator[str]:
    """Header and rows."""
    return csv_.render(views, style, "\t")
