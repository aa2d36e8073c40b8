"""Newline-delimited JSON: a line for each network, or for each layer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from rfcli.engine.plain import layer
from rfcli.render.json_ import network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View


def render(views: Sequence[View], style: Style) -> Iterator[str]:
    """One element of JSON's `networks` a line; by layer, one of its `layers`, after the network's name and source."""
    encode = json.JSONEncoder().encode
    for view in views:
        if not style.by_layer:
            yield "".join(network(view, "")) + "\n"
            continue
        head = {"network": view.report.name, "source": view.report.source}
        for one in view.layers:
            yield encode({**head, **layer(one)}) + "\n"
