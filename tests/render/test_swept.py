"""Rows of a sweep as text."""

import csv
import io
import json

import pytest

from rfcli.render.swept import FORMATS
from rfcli.render.view import Style

NAMES = ("network", "k", "u", "t", "size", "stride", "problems", "notes")
ROWS = [
    {"network": "a", "k": 3, "u": [1, 2], "t": "x,y", "size": 5, "stride": 0.5, "problems": "", "notes": ""},
    {"network": "b", "k": True, "u": None, "t": 'say "x"', "size": [5, None], "stride": [1, 2], "problems": "", "notes": ""},
]  # fmt: skip
WRONG = {"network": "a", "k": 3, "u": 1, "t": "", "size": None, "stride": None, "problems": "RF302 x", "notes": ""}


def text(format: str, rows: list[dict[str, object]]) -> str:
    return FORMATS[format].head(NAMES) + FORMATS[format].rows(NAMES, rows, Style())


def test_csv() -> None:
    assert text("csv", ROWS) == (
        "network,k,u,t,size,stride,problems,notes\n"
        'a,3,"[1, 2]","x,y",5,0.5,,\n'
        'b,true,,"say ""x""",5x?,1x2,,\n'
    )  # fmt: skip
    assert list(csv.reader(io.StringIO(text("csv", ROWS))))[1][2:4] == ["[1, 2]", "x,y"]
    assert text("tsv", ROWS[:1]).splitlines()[1] == "a\t3\t[1, 2]\tx,y\t5\t0.5\t\t"


def test_ndjson() -> None:
    assert [json.loads(line) for line in text("ndjson", ROWS).splitlines()] == ROWS
    assert list(json.loads(text("ndjson", ROWS[:1]))) == list(NAMES)


def test_tables_leave_out_columns_without_a_word() -> None:
    assert text("table", ROWS).splitlines()[0].split() == ["network", "k", "u", "t", "size", "stride"]
    assert text("table", [*ROWS, WRONG]).splitlines()[0].split()[-1] == "problems"
    assert text("table", []) == ""


@pytest.mark.parametrize(("width", "left"), [(110, 9), (80, 8), (60, 6), (40, 4)])
def test_a_narrow_terminal(width: int, left: int) -> None:
    """The setting, the size and what is wrong stay."""
    names = ("k", "size", "stride", "padding", "output_size", "params", "macs", "flops", "problems")
    values = [3, 101, 16, 50, 224, 1073466, 153272960, 307336458, "x"]
    text = FORMATS["table"].rows(names, [dict(zip(names, values, strict=True))], Style(width=width))
    head, *lines = text.splitlines()
    assert max(len(line) for line in (head, *lines)) <= width
    assert len(head.split()) == left and {"k", "size", "problems"} <= {*head.split()}


@pytest.mark.parametrize(("width", "left"), [(110, 8), (80, 5)])
def test_long_problems_are_cut_before_columns_go(width: int, left: int) -> None:
    names = ("network", "k", "layer", "size", "stride", "params", "flops", "problems")
    long = "RF305 conv 'body_32/c': the kernel reaches over 3 samples, its input has 2"
    row = dict(zip(names, ["net.yaml", 3, "body_1/c", 101, 16, 616, 4688416, long], strict=True))
    head, _, line, *_ = FORMATS["table"].rows(names, [row], Style(width=width)).splitlines()
    assert len(head.split()) == left and len(line) <= width
    assert "RF305 conv 'body_3" in line and "input has 2" in line and long not in line
    assert long in FORMATS["table"].rows(names, [row], Style(width=170))
