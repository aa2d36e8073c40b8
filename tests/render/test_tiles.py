"""Tiles of an input: what `rf tile` prints."""

from __future__ import annotations

import rfcli
from render import REPORT, STYLE, formats_held
from rfcli.render.tiles import render

ROWS = [{"input_start_w": "0", "input_end_w": "20", "valid_start_w": "0", "valid_end_w": "8"}]
JSON = {"network": "net", "tiles": [{"input": [[0, 20]], "valid": [[0, 8]]}]}


def shown(format: str) -> str:
    return "".join(render("net", "w", rfcli.tiles(REPORT, "b", [20]), format, STYLE))


test_rows, test_json, test_people_see_the_numbers = formats_held(shown, ROWS, JSON, ("0:20", "0:8"))


def test_an_unknown_size_has_no_tiles() -> None:
    """Halos of [2o - 1, 2o + 5]: 1 before, 5 + 1 - 2 = 4 after."""
    report = rfcli.compute(REPORT.graph.architecture, input_size=None)
    text = "".join(render("net", "w", rfcli.tiles(report, "b", [20]), "table", STYLE))
    assert text.endswith("\nno tiles: give --image to cut one\n")
    assert text.splitlines()[2].split() == ["w", "1", "4", "2", "20", "0"]
