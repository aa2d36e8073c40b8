"""What does not depend on an input, while layers are drawn up."""

from __future__ import annotations

from typing import Any

import pytest

from rfcli.readers.keras.calls import Constant
from rfcli.readers.keras.lambdas.values import NUMBERS, UNKNOWN, Filled, folded, is_number
from rfcli.readers.tracing.maps import Layout

FOLDED: list[tuple[str, list[Any], Any]] = [
    ("add", [2, 3], 5), ("subtract", [2, 3], -1), ("multiply", [8, 9], 72), ("truediv", [1, 2], 0.5), ("div", [7, 2], 3),
    ("div", [7.0, 2], 3.5), ("floordiv", [7, 2], 3), ("mod", [7, 2], 1), ("pow", [2, 10], 1024), ("negative", [2], -2),
    ("add", [[-1], [2, 3]], [-1, 2, 3]), ("multiply", [[1], 3], [1, 1, 1]), ("greater", [2, 1], True),
    ("multiply", [Constant([1, 2]), 3], Constant([1, 2])), ("add", [Filled((None, 3)), 2], Filled((None, 3))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "expected"), FOLDED)
def test_operators(name: str, values: list[Any], expected: Any) -> None:
    assert folded(name, values) == expected


def test_numbers_that_are_not_known() -> None:
    """Nothing that is made of the number of images in a batch is taken for that number."""
    made = [folded("multiply", [None, 3]), folded("add", [UNKNOWN, 1])]
    assert all(one is not None and one != one for one in made)
    assert is_number(None) and is_number(UNKNOWN) and not is_number("1")


WRONG: list[tuple[str, list[Any]]] = [
    ("truediv", [1, 0]), ("pow", [10, 1000]), ("pow", [10**15, 50]), ("multiply", [[1], 10**9]), ("add", ["a", "b"]),
    ("matmul", [1, 2]), ("pow", [-8, 0.5]), ("multiply", [10**15, 10**15]), ("add", [Constant([1]), Constant([1, 2])]),
    ("multiply", [[0] * 900, 3]), ("mod", ["%s" * 100, 5]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values"), WRONG)
def test_what_is_not_followed(name: str, values: list[Any]) -> None:
    with pytest.raises(Layout):
        folded(name, values)


def test_functions_of_numbers() -> None:
    assert (NUMBERS["int"](2.0), NUMBERS["np.sqrt"](64), NUMBERS["np.prod"]([2, 3]), NUMBERS["len"]([1])) == (
        2,
        8,
        6,
        1,
    )
