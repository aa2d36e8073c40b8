"""Records of any kind in every format."""

from fractions import Fraction

import pytest

from rfcli.geometry.unknown import Unknown
from rfcli.render.columns import Column
from rfcli.render.records import render
from rfcli.render.view import Style

COLUMNS = (Column("name", "a name", lambda row: row[0], text=True), Column("size", "a size", lambda row: row[1]))
ROWS = [("a", 3), ("b|c", Fraction(1, 3)), ("d,e", Unknown("why")), ("f", (5, 7))]


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("table", "name      size\n------  ------\na            3\nb|c        1/3\nd,e\nf          5x7\n\n- a note\n"),
        ("csv", 'name,size\na,3\nb|c,0.3333333333333333\n"d,e",\nf,5x7\n'),
        ("tsv", "name\tsize\na\t3\nb|c\t0.3333333333333333\nd,e\t\nf\t5x7\n"),
        ("markdown", "| name   |   size |\n|--------|--------|\n| a      |      3 |\n| b\\|c   |    1/3 |\n"
                     "| d,e    |        |\n| f      |    5x7 |\n\n- a note\n"),
        ("json", '{"x": 1, "rows": [\n  {"a": 2},\n  {"a": null}\n], "none": []}\n'),
    ],
)  # fmt: skip
def test_formats(format: str, text: str) -> None:
    data = {"x": 1, "rows": [{"a": 2}, {"a": None}], "none": []}
    assert "".join(render(format, ROWS, COLUMNS, data, Style(), ["a note"])) == text


def test_a_narrow_terminal_goes_without_optional_columns() -> None:
    text = "".join(render("table", ROWS, COLUMNS, {}, Style(width=10), optional=("size",)))
    assert text.splitlines()[:3] == ["name", "------", "a"]
    said = " ".join(text.split("- ", 1)[1].split())
    assert said == "this terminal is too narrow for size: widen it, or choose a data format"
