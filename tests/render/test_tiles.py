"""Tiles of an input: what `rf tile` prints."""

from __future__ import annotations

import csv
import io
import json

import pytest

import rfcli
from render import REPORT, STYLE
from rfcli.render.tiles import render

ROWS = [{"input_start_w": "0", "input_end_w": "20", "valid_start_w": "0", "valid_end_w": "8"}]
JSON = {"network": "net", "tiles": [{"input": [[0, 20]], "valid": [[0, 8]]}]}


def shown(format: str) -> str:
    return "".join(render("net", "w", rfcli.tiles(REPORT, "b", [20]), format, STYLE))


def rows(format: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(shown(format)), delimiter="\t" if format == "tsv" else ","))


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_rows(format: str) -> None:
    found = rows(format)
    expected = ROWS
    assert [{key: row[key] for key in one} for row, one in zip(found, expected, strict=True)] == expected


def test_json() -> None:
    found = json.loads(shown("json"))
    assert {key: found[key] for key in JSON} == JSON


@pytest.mark.parametrize("format", ["table", "markdown"])
def test_people_see_the_numbers(format: str) -> None:
    assert all(text in shown(format) for text in ("0:20", "0:8"))


def test_an_unknown_size_has_no_tiles() -> None:
    """Halos of [2o - 1, 2o + 5]: 1 before, 5 + 1 - 2 = 4 after."""
    report = rfcli.compute(REPORT.graph.architecture, input_size=None)
    text = "".join(render("net", "w", rfcli.tiles(report, "b", [20]), "table", STYLE))
    assert text.endswith("\nno tiles: give --image to cut one\n")
    assert text.splitlines()[2].split() == ["w", "1", "4", "2", "20", "0"]
