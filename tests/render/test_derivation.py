"""Derivations: what `rf explain` prints."""

from __future__ import annotations

import json

import rfcli
from render import REPORT, STYLE, formats_held
from rfcli.render.derivation import render

ROWS = [
    {"axis": "w", "layer": "a", "k": "3", "s": "2", "p": "1", "adds": "2", "size": "3", "stride": "2", "padding": "1"},
    {"axis": "w", "layer": "b", "k": "3", "s": "1", "p": "0", "adds": "4", "size": "7", "stride": "2", "padding": "1"},
]
JSON = {"network": "net", "layer": "b", "global": False, "through": []}
FIELDS = {name: REPORT.layer(name).receptive_field for name in ("a", "b")}


def shown(format: str) -> str:
    return "".join(render("net", "b", "w", rfcli.explained(REPORT, "b"), FIELDS, format, STYLE))


test_rows, test_json, test_people_see_the_numbers = formats_held(shown, ROWS, JSON, ("a", "b", "57.1 %"))


def test_closed_forms() -> None:
    text = shown("table")
    assert "size r = 1 + sum of (k - 1) x stride before = 1 + 2 x 1 + 2 x 2 = 7" in text
    assert "stride S = product of s = 2 = 2" in text
    assert "padding P = sum of p x stride before = 1 x 1 = 1" in text


def test_each_step_as_data() -> None:
    (axis,) = json.loads(shown("json"))["axes"]
    assert (axis["axis"], axis["size"], axis["stride"], axis["padding"]) == ("w", 7, 2, 1)
    assert [(step["layer"], step["adds"], step["size"]) for step in axis["steps"]] == [("a", 2, 3), ("b", 4, 7)]
