"""Paths by field size: what `rf paths` prints."""

from __future__ import annotations

import csv
import io
import json

import pytest

import rfcli
from render import REPORT, STYLE
from rfcli.render.paths import render

ROWS = [{"axis": "w", "size": "7", "paths": "1"}]
JSON = {"network": "net", "layer": "b", "axes": [{"axis": "w", "total": 1, "sizes": [[7, 1]]}]}


def shown(format: str) -> str:
    return "".join(render("net", "b", [("w", rfcli.paths(REPORT, "b")[0])], format, STYLE))


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
    assert all(text in shown(format) for text in ("1", "7"))


def test_a_histogram() -> None:
    """One path of 3 samples and three of 5: mean 4.5, variance 3/4."""
    text = "".join(render("net", "b", [("h", {3: 1, 5: 3}), ("w", {3: 1, 5: 3})], "table", STYLE))
    assert text.startswith(
        "net, 'b': 4 paths of 2 sizes\nsmallest 3, largest 5, mean 4.5, std 0.87, quartiles 3, 5, 5\n"
    )
    assert [line.split()[:2] for line in text.splitlines()[-2:]] == [["3", "25.000"], ["5", "75.000"]]


def test_no_path() -> None:
    assert "".join(render("net", "b", [("w", {})], "table", STYLE)) == "net, 'b': no local path\n"
