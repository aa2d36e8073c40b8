"""A network of two layers, whose numbers are worked out by hand: r = 1 + 2 + 2*2 = 7, S = 2, P = 1."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

import rfcli
from rfcli.diagnostics import Diagnostic, Span
from rfcli.render.outcome import Outcome
from rfcli.render.view import Style, View

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
VIEW = View(REPORT, REPORT.layers)
STYLE = Style()
SEVERAL = Style(several=True)

OUTCOMES = [
    Outcome("a,b.yaml", (
        Diagnostic(Span("a,b.yaml", 3, 5), "RF305", "a map of 0 % is empty", "pad it"),
        Diagnostic(Span("a,b.yaml", 4, 1), "RF201", "there is no layer '\x1b'"),
    )),
    Outcome("good.yaml"),
]  # fmt: skip
"""A description with two problems, and a good one."""


def records(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a text of separated values, by their columns."""
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def formats_held(
    shown: Callable[[str], str], rows: list[dict[str, str]], data: dict[str, Any], texts: Sequence[str]
) -> tuple[Callable[..., None], Callable[..., None], Callable[..., None]]:
    """The tests of an answer in all formats: its records, what JSON has of it, and what people see."""

    @pytest.mark.parametrize("format", ["csv", "tsv"])
    def test_rows(format: str) -> None:
        found = records(shown(format), "\t" if format == "tsv" else ",")
        assert [{key: row[key] for key in one} for row, one in zip(found, rows, strict=True)] == rows

    def test_json() -> None:
        found = json.loads(shown("json"))
        assert {key: found[key] for key in data} == data

    @pytest.mark.parametrize("format", ["table", "markdown"])
    def test_people_see_the_numbers(format: str) -> None:
        assert all(text in shown(format) for text in texts)

    return test_rows, test_json, test_people_see_the_numbers
