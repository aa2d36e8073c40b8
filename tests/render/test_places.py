"""Places of outputs in the input: what `rf locate` prints."""

from __future__ import annotations

import csv
import io
import json

import pytest

import rfcli
from render import REPORT, STYLE
from rfcli.render import places
from rfcli.render.view import Style

LOCATOR = rfcli.located(REPORT, "b")


def shown(what: str, format: str) -> str:
    """Output 1, which covers 2*1 - 1 to 2*1 + 5; all outputs; or those that see sample 4."""
    looks = {
        "one": lambda: places.outputs("net", "b", [LOCATOR.at([1])], [False], "w", format, STYLE),
        "all": lambda: places.all_outputs("net", "b", [LOCATOR.regions(0)], [None], "w", format, STYLE),
        "covering": lambda: places.covering(
            "net", "b", [4], LOCATOR.covering([4]), LOCATOR.readers([4]), [False], "w", format, STYLE
        ),
    }
    return "".join(looks[what]())


ROWS: dict[str, list[dict[str, str]]] = {
    "one": [{"w": "1", "region_first_w": "1", "region_last_w": "7", "clipped_first_w": "1", "center_w": "4"}],
    "all": [{"axis": "w", "output": str(o), "first": str(max(2 * o - 1, 0)), "last": str(2 * o + 5)} for o in range(8)],
    "covering": [{"axis": "w", "sample": "4", "first": "0", "last": "2"}],
}


@pytest.mark.parametrize("format", ["csv", "tsv"])
@pytest.mark.parametrize("what", ROWS)
def test_rows(what: str, format: str) -> None:
    found = csv.DictReader(io.StringIO(shown(what, format)), delimiter="\t" if format == "tsv" else ",")
    assert [{key: row[key] for key in one} for row, one in zip(found, ROWS[what], strict=True)] == ROWS[what]


JSON: dict[str, dict[str, object]] = {
    "one": {"at": [1], "region": [[1, 7]], "clipped": [[1, 7]], "runs": [[[1, 7]]], "center": [4]},
    "all": {"axes": [{"axis": "w", "output_size": 8, "regions": [[max(2 * o - 1, 0), 2 * o + 5] for o in range(8)]}]},
    "covering": {"covers": [4], "outputs": [[0, 2]], "runs": [[[0, 2]]]},
}


@pytest.mark.parametrize("what", JSON)
def test_json(what: str) -> None:
    assert json.loads(shown(what, "json")) == {"network": "net", "layer": "b", **JSON[what]}


@pytest.mark.parametrize("format", ["table", "markdown"])
def test_people_see_ranges(format: str) -> None:
    assert "1..7" in shown("one", format)


ROUND = rfcli.located(
    rfcli.compute(
        rfcli.loads(
            '{"format": 1, "input": {"size": [8]}, "layers":'
            ' [{"name": "c", "type": "conv", "kernel": 3, "padding": 1, "padding_mode": "circular"}]}',
            "net.json",
        )
    ),
    "c",
)


@pytest.mark.parametrize(
    ("format", "rows"),
    [
        ("csv", ["w,region_first_w,region_last_w,clipped_first_w,clipped_last_w,center_w,runs_w", "0,-1,1,0,1,0,0..1 7..7"]),
        ("markdown", ["0..1 7..7"]),
    ],
)  # fmt: skip
def test_what_lies_round_the_border_is_shown(format: str, rows: list[str]) -> None:
    text = "".join(places.outputs("net", "c", [ROUND.at([0])], [True], "w", format, STYLE))
    assert all(row in text for row in rows)


def test_all_that_lies_round_the_border() -> None:
    runs = [ROUND.runs(0)]
    found = json.loads("".join(places.all_outputs("net", "c", [ROUND.regions(0)], runs, "w", "json", STYLE)))
    assert found["axes"][0]["runs"] == [
        [[0, 1], [7, 7]], *([[o - 1, o + 1]] for o in range(1, 7)), [[0, 0], [6, 7]]
    ]  # fmt: skip
    text = "".join(places.all_outputs("net", "c", [ROUND.regions(0)], runs, "w", "csv", STYLE))
    assert text.splitlines()[:2] == ["axis,output,first,last,runs", "w,0,0,1,0..1 7..7"]


def test_readers_round_the_border() -> None:
    seen = ROUND.covering([7]), ROUND.readers([7])
    text = "".join(places.covering("net", "c", [7], *seen, [True], "w", "csv", STYLE))
    assert text.splitlines() == ["axis,sample,first,last,runs", "w,7,6,7,0..0 6..7"]


def test_strips_round_the_border() -> None:
    read = ROUND.samples(0, 0)
    support = places.Support(ROUND.at([0]), [list(read)], [ROUND.span(0, 0, read)])
    text = "".join(places.supports("net", "c", [support], "w", "table"))
    assert text == "w: 3 of 3 samples, 0..1 7..7 round the border: coverage 1.000\n     0 ##.....#\n"


def test_strips_show_what_is_read() -> None:
    support = places.Support(LOCATOR.at([1]), [[0, 2, 3]], [4])
    text = "".join(places.supports("net", "b", [support], "w", "table"))
    assert text == "w: 3 of 4 samples, 0 to 3: coverage 0.750\n     0 #.##\n"


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_tables_fit_the_terminal(axes: int) -> None:
    """A row for each axis where one row for all is too wide; what is piped keeps one row for each output."""
    net = {
        "format": 1,
        "input": {"size": [99] * axes},
        "layers": [{"name": "a", "type": "conv", "kernel": 9, "padding": 4}],
    }
    locator = rfcli.located(net, "a")
    letters, points = "dhw"[-axes:], [locator.at([3] * axes), locator.at([50] * axes)]
    wide = "".join(places.outputs("net", "a", points, [False] * axes, letters, "table", Style()))
    narrow = "".join(places.outputs("net", "a", points, [False] * axes, letters, "table", Style(width=80)))
    assert max(map(len, narrow.splitlines())) <= 80
    if axes == 1:
        assert narrow == wide
    else:
        assert len(wide.splitlines()) == 4
        words = [line.split() for line in narrow.splitlines()]
        assert words[0] == ["output", "axis", "region", "clipped", "center"]
        assert words[2] == [",".join("3" * axes), letters[0], "-1..7", "0..7", "3"]
        assert words[3] == [letters[1], "-1..7", "0..7", "3"]
        assert words[2 + axes] == [",".join(["50"] * axes), letters[0], "46..54", "46..54", "50"]
