"""Cells: numbers as text, for people and for programs."""

from __future__ import annotations

from fractions import Fraction

import pytest

import rfcli
from rfcli.geometry.unknown import Unknown
from rfcli.render.columns import COLUMNS, DATA, TABLE, alike, cell, grid, titles
from rfcli.render.view import View

CELLS = [
    (None, "", ""),
    (Unknown("why"), "", ""),
    ((), "", ""),
    (True, "true", "true"),
    (51, "51", "51"),
    ("conv", "conv", "conv"),
    (["a", "b"], "a b", "a b"),
    ((51, 51), "51", "51"),
    ((51, 37), "51x37", "51x37"),
    ((51, None), "51x?", "51x?"),
    (((1, 2), (1, 2)), "1 2", "1 2"),
    (Fraction(3, 2), "1.5", "1.5"),
    (Fraction(1, 3), "1/3", "0.3333333333333333"),
    (0.123456, "0.123", "0.123456"),
]


@pytest.mark.parametrize(("value", "people", "programs"), CELLS)
def test_cells(value: object, people: str, programs: str) -> None:
    assert cell(value, exact=True) == people
    assert cell(value, exact=False) == programs


def test_default_columns_are_columns() -> None:
    assert set(TABLE) <= set(COLUMNS)
    assert set(DATA) <= set(COLUMNS)


def view(name: str, source: str) -> View:
    report = rfcli.compute(rfcli.loads(f"format: 1\nname: {name}\nlayers: [{{type: relu}}]", source))
    return View(report, report.layers)


def test_networks_of_one_name_have_their_files_beside_it() -> None:
    one, two, other = view("a", "x.yaml"), view("a", "y.yaml"), view("b", "z.yaml")
    assert [alike(views) for views in ([one, two], [one, other], [one, one], [one, two, other])] == [
        True,
        False,
        False,
        True,
    ]
    assert grid([one, two], ["layer"], True, False).rows == [["a", "x.yaml", "relu_1"], ["a", "y.yaml", "relu_1"]]
    assert grid([one, other], ["layer"], True, False).header == ["network", "layer"]
    assert grid([one], ["layer", "source"], False, False).header == ["source", "layer"]
    assert titles([one, two]) == ["x.yaml", "y.yaml"] and titles([one, other]) == ["a", "b"]
