"""JSON: one document, as `schemas/result.schema.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from rfcli import __version__
from rfcli.engine.plain import SCHEMA_VERSION, head, layer, tail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View

TOOL = {"name": "rf", "version": __version__}


def render(views: Sequence[View], style: Style) -> Iterator[str]:
    """The document, a line for each layer."""
    yield f'{{"schema_version": {SCHEMA_VERSION}, "tool": {json.dumps(TOOL)}, "networks": ['
    for number, view in enumerate(views):
        yield "\n" if number == 0 else ",\n"
        yield from network(view, "\n  ")
    yield "\n]}\n" if views else "]}\n"


def network(view: View, line: str) -> Iterator[str]:
    """One network; `line` stands before each layer."""
    encode = json.JSONEncoder().encode
    yield encode(head(view.report))[:-1] + ', "layers": ['
    for number, one in enumerate(view.layers):
        yield ("," if number else "") + line + encode(layer(one))
    yield "], " + encode(tail(view.report))[1:]
