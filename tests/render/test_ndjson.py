"""Newline-delimited JSON: a line for each network."""

import json

from render import STYLE, VIEW
from rfcli.render.ndjson import render


def test_lines() -> None:
    lines = "".join(render([VIEW, VIEW], STYLE)).splitlines()
    assert [json.loads(line) for line in lines] == [VIEW.report.as_json()] * 2


def test_a_line_for_each_layer() -> None:
    lines = [json.loads(line) for line in "".join(render([VIEW], STYLE.replaced(by_layer=True))).splitlines()]
    assert [(line["network"], line["source"], line["name"]) for line in lines] == [
        ("net", "net.json", "a"),
        ("net", "net.json", "b"),
    ]
    assert lines[1]["receptive_field"]["size"] == [7]
