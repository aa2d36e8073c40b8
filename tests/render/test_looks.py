"""What the commands that look at one layer print: derivation, erf, paths, places, summaries and tiles, in every format.

Numbers are worked out by hand for a network of two layers; tests/transcripts shows all of it as people see it.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

import rfcli
from rfcli.engine.erf import Map
from rfcli.render import derivation, erf, paths, places, summaries, tiles
from rfcli.render.records import FORMATS
from rfcli.render.view import Style

NET = {
    "format": 1,
    "name": "net",
    "input": {"size": [20], "channels": 1},
    "layers": [
        {"type": "conv", "name": "a", "kernel": 3, "stride": 2, "padding": 1, "filters": 1},
        {"type": "conv", "name": "b", "kernel": 3, "filters": 1},
    ],
}
REPORT = rfcli.compute(rfcli.loads(json.dumps(NET), "net.json"))
LOCATOR = rfcli.located(REPORT, "b")
STYLE = Style()


def shown(what: str, format: str) -> str:
    """Everything that a kind of look prints."""
    name, layer, letters = "net", "b", "w"
    looks = {
        "derivation": lambda: derivation.render(name, layer, letters, rfcli.explained(REPORT, layer), format, STYLE),
        "erf": lambda: erf.render(name, layer, [("w", rfcli.erf(REPORT, layer)[0])], None, format, STYLE),
        "paths": lambda: paths.render(name, layer, [("w", rfcli.paths(REPORT, layer)[0])], format, STYLE),
        "place": lambda: places.outputs(name, layer, [LOCATOR.at([1])], letters, format, STYLE),
        "all places": lambda: places.all_outputs(name, layer, [LOCATOR.regions(0)], letters, format, STYLE),
        "covering": lambda: places.covering(name, layer, [4], LOCATOR.covering([4]), letters, format, STYLE),
        "tiles": lambda: tiles.render(name, letters, rfcli.tiles(REPORT, layer, [20]), format, STYLE),
        "compared": lambda: summaries.compared(rfcli.compare([REPORT], layer)[0], None, format, STYLE),
        "listed": lambda: summaries.listed(rfcli.compare([REPORT])[0], format, STYLE),
    }
    return "".join(looks[what]())


ROWS: dict[str, list[dict[str, str]]] = {
    # r = 1 + 2 + 2*2 = 7, S = 2, P = 1
    "derivation": [
        {"axis": "w", "layer": "a", "k": "3", "s": "2", "p": "1", "adds": "2", "size": "3", "stride": "2", "padding": "1"},
        {"axis": "w", "layer": "b", "k": "3", "s": "1", "p": "0", "adds": "4", "size": "7", "stride": "2", "padding": "1"},
    ],
    "paths": [{"axis": "w", "size": "7", "paths": "1"}],
    # output 1: 2*1 - 1 = 1 up to 7
    "place": [{"w": "1", "region_first_w": "1", "region_last_w": "7", "clipped_first_w": "1", "center_w": "4"}],
    "all places": [{"axis": "w", "output": str(o), "first": str(max(2 * o - 1, 0)), "last": str(2 * o + 5)}
                   for o in range(8)],
    # outputs o with 2o - 1 <= 4 <= 2o + 5
    "covering": [{"axis": "w", "sample": "4", "first": "0", "last": "2"}],
    "tiles": [{"input_start_w": "0", "input_end_w": "20", "valid_start_w": "0", "valid_end_w": "8"}],
    "compared": [{"name": "net", "layer": "b", "size": "7", "stride": "2", "padding": "1", "aligned": "true"}],
    "listed": [{"name": "net", "input": "20", "field": "7", "stride": "2"}],
}  # fmt: skip


@pytest.mark.parametrize("what", ROWS)
def test_rows(what: str) -> None:
    found = list(csv.DictReader(io.StringIO(shown(what, "csv"))))
    assert [{key: row[key] for key in expected} for row, expected in zip(found, ROWS[what], strict=True)] == ROWS[what]
    tabs = list(csv.DictReader(io.StringIO(shown(what, "tsv")), delimiter="\t"))
    assert tabs == found


def test_shares_of_the_energy() -> None:
    """The product of two boxes: taps 0, 2, 4 of a, each of 3 samples: 1 1 2 1 2 1 1 of 9."""
    found = [float(row["energy"]) for row in csv.DictReader(io.StringIO(shown("erf", "csv")))]
    assert found == pytest.approx([share / 9 for share in (1, 1, 2, 1, 2, 1, 1)])


JSON: dict[str, dict[str, Any]] = {
    "derivation": {"network": "net", "layer": "b"},
    "erf": {"network": "net", "layer": "b"},
    "paths": {"network": "net", "layer": "b", "axes": [{"axis": "w", "total": 1, "sizes": [[7, 1]]}]},
    "place": {"network": "net", "layer": "b", "at": [1], "region": [[1, 7]], "clipped": [[1, 7]], "center": [4]},
    "covering": {"network": "net", "layer": "b", "covers": [4], "outputs": [[0, 2]]},
    "tiles": {"network": "net", "tiles": [{"input": [[0, 20]], "valid": [[0, 8]]}]},
    "compared": {"fit": None},
}


@pytest.mark.parametrize("what", JSON)
def test_json(what: str) -> None:
    found = json.loads(shown(what, "json"))
    assert {key: found[key] for key in JSON[what]} == JSON[what]


@pytest.mark.parametrize("format", ["table", "markdown"])
@pytest.mark.parametrize("what", [*ROWS, "erf"])
def test_people_see_the_numbers(what: str, format: str) -> None:
    text = shown(what, format)
    assert text.endswith("\n")
    for row in ROWS.get(what, []):
        assert all(value in text for key, value in row.items() if key in ("layer", "size", "adds", "paths"))


def test_every_format_is_known() -> None:
    assert FORMATS == ("table", "json", "csv", "tsv", "markdown")


def test_closed_forms() -> None:
    text = shown("derivation", "table")
    assert "size r = 1 + sum of (k - 1) x stride before = 1 + 2 x 1 + 2 x 2 = 7" in text
    assert "stride S = product of s = 2 = 2" in text
    assert "padding P = sum of p x stride before = 1 x 1 = 1" in text


def test_strips_show_what_is_read() -> None:
    samples = [("w", [0, 2, 3])]
    text = "".join(places.strips(LOCATOR.at([1]), samples, "table", "net", "b"))
    assert text == "w: 3 of 4 samples, 0 to 3: coverage 0.750\n     0 #.##\n"


def test_maps_are_shades() -> None:
    """From nothing to the largest value in ten steps; the fourth lies in the middle."""
    text = "".join(erf.render_map("net", "b", Map((0, 3), ((0.0, 0.5), (0.5, 1.0))), "table", STYLE))
    assert text == "net, 'b', samples 0..1 by 3..4\n\n| =|\n|=@|\n"
