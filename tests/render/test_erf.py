"""Effective receptive fields: what `rf erf` prints."""

from __future__ import annotations

import json

import pytest

import rfcli
from render import REPORT, STYLE, formats_held, records
from rfcli.engine.erf import Map
from rfcli.render.erf import render, render_map

ROWS = [{"axis": "w", "sample": str(sample)} for sample in range(7, 14)]
"""The central output of 8, 4, sees 2*4 - 1 to 2*4 + 5."""
JSON = {"network": "net", "layer": "b"}


def shown(format: str) -> str:
    return "".join(render("net", "b", [("w", rfcli.erf(REPORT, "b")[0])], None, format, STYLE))


test_rows, test_json, test_people_see_the_numbers = formats_held(shown, ROWS, JSON, ("7",))


def test_shares_of_the_energy() -> None:
    """The taps 0, 2 and 4 of b, each of 3 samples of a: 1 1 2 1 2 1 1 of 9."""
    assert [float(row["energy"]) for row in records(shown("csv"))] == pytest.approx(
        [n / 9 for n in (1, 1, 2, 1, 2, 1, 1)]
    )


def test_half_widths_of_intervals() -> None:
    text = "".join(render("net", "b", [("w", rfcli.erf(REPORT, "b")[0])], [[0.5] * 7], "json", STYLE))
    assert json.loads(text)["axes"][0]["confidence"] == [0.5] * 7


def test_maps_are_shades() -> None:
    """From nothing to the largest value in ten steps; the fourth lies in the middle."""
    text = "".join(render_map("net", "b", Map((0, 3), ((0.0, 0.5), (0.5, 1.0))), "table", STYLE))
    assert text == "net, 'b', samples 0..1 by 3..4\n\n| =|\n|=@|\n"
