"""Derivations: what `rf explain` prints."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from render import REPORT, STYLE, formats_held, records
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
    assert "stride S = product of s = 2\n" in text
    assert "padding P = sum of p x stride before = 1 x 1 = 1" in text


def test_each_step_as_data() -> None:
    (axis,) = json.loads(shown("json"))["axes"]
    assert (axis["axis"], axis["size"], axis["stride"], axis["padding"]) == ("w", 7, 2, 1)
    assert [(step["layer"], step["adds"], step["size"]) for step in axis["steps"]] == [("a", 2, 3), ("b", 4, 7)]


def explained(document: dict[str, Any], layer: str, format: str = "table") -> str:
    report = rfcli.compute(document)
    fields = {one.name: one.receptive_field for one in report.layers}
    letters = "dhw"[-len(report.graph.axes) :]
    return "".join(render("net", layer, letters, rfcli.explained(report, layer), fields, format, STYLE))


DILATED = [{"name": "a", "type": "conv", "kernel": 3, "dilation": 4}, {"name": "b", "type": "max_pool", "kernel": 2}]


def test_dilations_have_a_column_where_there_are_some() -> None:
    lines = explained({"format": 1, "layers": DILATED}, "b").splitlines()
    assert lines[2].split()[:6] == ["layer", "type", "k", "d", "s", "p"]
    assert [line.split()[2:5] for line in lines[4:6]] == [["9", "4", "1"], ["2", "1", "2"]]
    assert " d " not in explained({"format": 1, "layers": DILATED[1:]}, "b")
    assert [row["d"] for row in records(explained({"format": 1, "layers": DILATED}, "b", "csv"))] == ["4", "1"] * 2


@pytest.mark.parametrize("size", [[20, 30], [20, 30, 40], None])
def test_axes_that_agree_stand_once(size: list[int] | None) -> None:
    """Also where their sizes differ."""
    text = explained({"format": 1, "input": {"size": size}, "layers": DILATED}, "b")
    assert text.count("layer ") == 1 and " along " not in text


def test_phases_are_told() -> None:
    up = [{"name": "a", "type": "conv", "kernel": 3, "padding": 1}, {"name": "u", "type": "upsample", "scale": 2, "mode": "linear"},
          {"name": "b", "type": "conv", "kernel": 2}]  # fmt: skip
    text = explained({"format": 1, "input": {"size": [16]}, "layers": up}, "b")
    assert (
        "the field repeats every 2 outputs: size is the largest, padding that of output 0; in turn 1 sees 5, 1 sees 4\n"
        in text
    )


def test_phases_of_one_size_are_told_once() -> None:
    up = [{"name": "u", "type": "upsample", "scale": 2, "mode": "nearest"}]
    text = explained({"format": 1, "input": {"size": [16]}, "layers": up}, "u")
    assert "the field repeats every 2 outputs: padding is that of output 0; all see 1\n" in text
