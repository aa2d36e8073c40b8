"""Cells: numbers as text, for people and for programs."""

from __future__ import annotations

from fractions import Fraction

import pytest

import rfcli
from render import SEVERAL, STYLE
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
    assert grid([one, two], ["layer"], False, SEVERAL).rows == [["a", "x.yaml", "relu_1"], ["a", "y.yaml", "relu_1"]]
    assert grid([one, other], ["layer"], False, SEVERAL).header == ["network", "layer"]
    assert grid([one], ["layer", "source"], False, STYLE).header == ["source", "layer"]
    assert titles([one, two]) == ["x.yaml", "y.yaml"] and titles([one, other]) == ["a", "b"]


WIDE = STYLE.replaced(wide=True)


def test_a_column_an_axis() -> None:
    """Numbers of the closed form by hand: 3 + (5 - 1) x 2 along the first axis, 3 along the second."""
    layers = [
        {"type": "conv", "name": "a", "kernel": 3, "stride": [2, 1]},
        {"type": "conv", "name": "b", "kernel": [5, 1]},
    ]
    report = rfcli.compute({"format": 1, "input": {"size": [33, 17], "channels": 1}, "layers": layers})
    found = grid([View(report, report.layers)], ["layer", "size", "stride", "output_size", "global"], False, WIDE)
    assert found.header == [
        "layer",
        "size_h",
        "size_w",
        "stride_h",
        "stride_w",
        "output_size_h",
        "output_size_w",
        "global",
    ]
    assert found.rows == [
        ["a", "3", "3", "2", "1", "16", "15", "false"],
        ["b", "11", "3", "2", "1", "12", "15", "false"],
    ]


def test_networks_of_several_dimensions_side_by_side() -> None:
    reports = [
        rfcli.compute(
            {
                "format": 1,
                "input": {"size": [9] * axes, "channels": 1},
                "layers": [{"type": "conv", "name": "a", "kernel": 3}],
            }
        )
        for axes in (1, 3)
    ]
    views = [View(one, one.layers) for one in reports]
    found = grid(views, ["size", "phase_sizes"], False, WIDE)
    assert found.header == ["size_d", "size_h", "size_w", "phase_sizes_d", "phase_sizes_h", "phase_sizes_w"]
    assert found.rows == [["", "", "3", "", "", "3"], ["3"] * 6]
