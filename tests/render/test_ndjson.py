"""Newline-delimited JSON: a line for each network."""

import json

from render import STYLE, VIEW
from rfcli.render.ndjson import render


def test_lines() -> None:
    lines = "".join(render([VIEW, VIEW], STYLE)).splitlines()
    assert [json.loads(line) for line in lines] == [VIEW.report.as_json()] * 2
