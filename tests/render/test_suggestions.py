"""Suggestions as text and JSON."""

from __future__ import annotations

import json

from rfcli.render.suggestions import data, render
from rfcli.render.view import Style
from rfcli.suggest.suggestions import Suggestion, Suggestions
from rfcli.suggest.text import Edit
from rfcli.suggest.trial import Numbers

NOW = Numbers("c", (9, 9), (2, 2), (16, 16), 1000, 5000)
ONE = Suggestion(
    "kernel 5 of 'a'", ("kernel",), (Edit("a", "kernel", 3, 5),), "c", (11, 11), (2, 2), (16, 16), 1200, 6000,
    (0.5, 1.0), (7, 7), "text", "-old\n+new",
)  # fmt: skip
FOUND = Suggestions("net", "c", NOW, (ONE,))


def test_text() -> None:
    assert "".join(render(FOUND, "table", Style())) == (
        "net: c sees 9, stride 2, output 16, 1,000 parameters, 5.00 k flops\n"
        "\n"
        "1. kernel 5 of 'a'\n"
        "   c sees 11, stride 2, output 16, 1,200 parameters, 6.00 k flops; effective 7, 50% of it read\n"
        "   -old\n"
        "   +new\n"
    )


def test_nothing() -> None:
    none = FOUND.replaced(suggestions=(), nearest=ONE)
    assert "nothing does what is asked; this comes nearest:\n\nkernel 5 of 'a'\n" in "".join(
        render(none, "table", Style())
    )
    assert data(none)["nearest"] == data(FOUND)["suggestions"][0]  # type: ignore[index]


def test_long_changes_are_cut() -> None:
    long = FOUND.replaced(suggestions=(ONE.replaced(diff="\n".join(f"-{n}" for n in range(20))),))
    assert "".join(render(long, "table", Style())).endswith("   -11\n   ... 8 lines more\n")


def test_json() -> None:
    found = json.loads("".join(render(FOUND.replaced(why="so"), "json", Style())))
    assert found == {
        "network": "net",
        "layer": "c",
        "now": {"size": [9, 9], "stride": [2, 2], "output_size": [16, 16], "params": 1000, "flops": 5000},
        "suggestions": [
            {
                "change": "kernel 5 of 'a'",
                "moves": ["kernel"],
                "edits": [{"layer": "a", "key": "kernel", "from": 3, "to": 5}],
                "size": [11, 11],
                "stride": [2, 2],
                "output_size": [16, 16],
                "params": 1200,
                "flops": 6000,
                "coverage": [0.5, 1.0],
                "effective_size": [7, 7],
            }
        ],
        "notes": ["so"],
    }


def test_csv() -> None:
    head, row = "".join(render(FOUND, "csv", Style())).splitlines()
    assert head == "number,change,size,stride,output_size,params,flops,coverage,effective_size"
    assert row.startswith("1,kernel 5 of 'a',11")
