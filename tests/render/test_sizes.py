"""`rf sizes` as text and JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rfcli.engine.sizing import Near, Taken
from rfcli.render.sizes import notes, record, render, sentence
from rfcli.render.view import Style

HALF = Taken("h", ("input",), 8, 8, (0,), (), Near(100, False, 96, 104), ())
UNKNOWN = Taken("w", ("input",), None, None, None, (), None, ("it repeats too late",))


def taken(**changes: Any) -> Taken:
    return HALF.replaced(**changes)


@pytest.mark.parametrize(
    ("axis", "said"),
    [
        (HALF, "multiples of 8 from 8 on"),
        (taken(residues=(4,), smallest=92), "4 more than a multiple of 8 from 92 on"),
        (taken(period=1, smallest=3), "every size from 3 on"),
        (
            taken(residues=(0, 1, 2, 5), also=(3,)),
            "sizes whose remainder by 8 is one of 0-2, 5 from 8 on, and 3 beside",
        ),
        (taken(period=None, residues=(31, 32, 33)), "only 31-33"),
        (taken(period=None, residues=()), "no size fits"),
        (UNKNOWN, "not known: it repeats too late"),
    ],
)
def test_sentences(axis: Taken, said: str) -> None:
    assert sentence(axis) == said


def test_axes_that_are_alike_are_told_once() -> None:
    told = taken(axis="w", notes=("weights",))
    assert notes([taken(notes=("weights",)), told, UNKNOWN]) == [
        "h and w: multiples of 8 from 8 on", "w: not known: it repeats too late", "weights",
    ]  # fmt: skip
    assert notes([taken(others=True)]) == ["h of input: multiples of 8 from 8 on"]


def test_json() -> None:
    near = {"size": 100, "fits": False, "below": 96, "above": 104}
    assert record(HALF) == {"axis": "h", "smallest": 8, "period": 8, "residues": [0], "near": near}
    assert record(UNKNOWN) == {
        "axis": "w", "smallest": None, "period": None, "residues": None, "near": None, "notes": ["it repeats too late"],
    }  # fmt: skip
    more = taken(also=(3,), others=True, inputs=("a", "b"))
    assert record(more) == record(HALF) | {"also": [3], "inputs": ["a", "b"]}
    text = "".join(render("net", [HALF, UNKNOWN], "json", Style()))
    assert json.loads(text) == {"network": "net", "axes": [record(HALF), record(UNKNOWN)]}


def test_a_table_is_narrow() -> None:
    many = taken(residues=tuple(range(0, 4000, 2)), period=4096, inputs=("a", "b"), smallest=123456)
    for axes in ([HALF, UNKNOWN], [many.replaced(near=Near(123456, False, 123450, 123460))]):
        for line in "".join(render("net", axes, "table", Style())).split("\n\n")[0].splitlines():
            assert len(line) <= 80


def test_csv_has_all_residues() -> None:
    many = taken(residues=tuple(range(0, 4000, 2)), period=4096, near=None)
    text = "".join(render("net", [many], "csv", Style()))
    assert "3996, 3998" in text and text.startswith("axis,smallest,period,residues\n")


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_narrow_terminal(width: int) -> None:
    """What the sentence below says as well is left out of the table."""
    text = "".join(render("net", [HALF], "table", Style(width=width)))
    assert max(map(len, text.splitlines())) <= width
    assert "above" in text and " ".join(text.split()).count("multiples of 8 from 8 on") == 1
