"""Newline-delimited JSON: a line for each network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render.json_ import network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View


def render(views: Sequence[View], style: Style) -> Iterator[str]:
    """One element of JSON's `networks` a line."""
    for view in views:
        yield "".join(network(view, "")) + "\n"
