"""Paths by field size: what `rf paths` prints."""

from __future__ import annotations

import rfcli
from render import REPORT, STYLE, formats_held
from rfcli.render.paths import render

ROWS = [{"axis": "w", "size": "7", "paths": "1"}]
JSON = {"network": "net", "layer": "b", "axes": [{"axis": "w", "total": 1, "sizes": [[7, 1]]}]}


def shown(format: str) -> str:
    return "".join(render("net", "b", [("w", rfcli.paths(REPORT, "b")[0])], format, STYLE))


test_rows, test_json, test_people_see_the_numbers = formats_held(shown, ROWS, JSON, ("1", "7"))


def test_a_histogram() -> None:
    """One path of 3 samples and three of 5: mean 4.5, variance 3/4."""
    text = "".join(render("net", "b", [("h", {3: 1, 5: 3}), ("w", {3: 1, 5: 3})], "table", STYLE))
    assert text.startswith(
        "net, 'b': 4 paths of 2 sizes\nsmallest 3, largest 5, mean 4.5, std 0.87, quartiles 3, 5, 5\n"
    )
    assert [line.split()[:2] for line in text.splitlines()[-2:]] == [["3", "25.000"], ["5", "75.000"]]


def test_few_sizes_have_a_row_each_however_far_apart() -> None:
    text = "".join(render("net", "b", [("h", {9: 1, 26: 1, 1132: 2})], "table", STYLE))
    assert [line.split()[:2] for line in text.splitlines()[3:]] == [
        ["9", "25.000"],
        ["26", "25.000"],
        ["1132", "50.000"],
    ]
    many = "".join(render("net", "b", [("h", {n * n: 1 for n in range(1, 31)})], "table", STYLE))
    assert len(many.splitlines()) == 3 + 21 and " 0.000 %" not in many and "1..38" in many


def test_no_path() -> None:
    assert "".join(render("net", "b", [("w", {})], "table", STYLE)) == "net, 'b': no local path\n"
