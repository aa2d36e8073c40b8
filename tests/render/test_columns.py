"""Cells: numbers as text, for people and for programs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rfcli.geometry.unknown import Unknown
from rfcli.render.columns import COLUMNS, DATA, TABLE, cell

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
