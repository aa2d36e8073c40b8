"""JSON: one document, a line for each layer."""

import json

from render import STYLE, VIEW
from rfcli import __version__
from rfcli.render.json_ import render


def test_a_document() -> None:
    text = "".join(render([VIEW], STYLE))
    document = json.loads(text)
    assert document == {
        "schema_version": 1,
        "tool": {"name": "rf", "version": __version__},
        "networks": [VIEW.report.as_json()],
    }
    assert len(text.splitlines()) == 2 + len(VIEW.layers) + 1


def test_no_networks() -> None:
    assert json.loads("".join(render([], STYLE)))["networks"] == []
