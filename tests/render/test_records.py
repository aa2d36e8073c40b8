"""Records in every format."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from rfcli.render import records
from rfcli.render.columns import Column
from rfcli.render.view import Style

COLUMNS = (Column("name", "name", lambda row: row[0], text=True), Column("size", "size", lambda row: row[1]))
ROWS = [("a", 3), ("b", Fraction(1, 3))]
DATA = {"network": "net", "rows": [{"a": 1}, {"b": 2}]}

EXPECTED = {
    "csv": "name,size\na,3\nb,0.3333333333333333\n",
    "tsv": "name\tsize\na\t3\nb\t0.3333333333333333\n",
    "json": '{"network": "net", "rows": [\n  {"a": 1},\n  {"b": 2}\n]}\n',
    "table": "name      size\n------  ------\na            3\nb          1/3\n\n- a note\n",
    "markdown": "| name   |   size |\n|--------|--------|\n| a      |      3 |\n| b      |    1/3 |\n",
}


@pytest.mark.parametrize("format", records.FORMATS)
def test_formats(format: str) -> None:
    assert "".join(records.render(format, ROWS, COLUMNS, DATA, Style(), ["a note"])) == EXPECTED[format]
    if format == "json":
        assert json.loads(EXPECTED[format]) == DATA


def test_who_reads_a_format() -> None:
    assert [format for format in records.FORMATS if records.for_people(format)] == ["table", "markdown"]
    assert [format for format in records.FORMATS if records.delimited(format)] == ["csv", "tsv"]
