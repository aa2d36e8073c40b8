"""Numbers entry by entry: what rows do not show; `test_library` has a row for each operation."""

import math

import pytest

from rfcli.readers.torch.constants import entries
from rfcli.readers.tracing import arrays
from rfcli.readers.tracing.arrays import Array


def test_nothing_is_divided_by_zero() -> None:
    made = entries.div(Array([1.0, -1.0, 0.0, math.nan], (4,)), 0).flat()
    assert made[:2] == [math.inf, -math.inf] and math.isnan(made[2]) and math.isnan(made[3])


def test_a_window_of_what_is_one_everywhere() -> None:
    assert entries.masked_fill(arrays.zeros([1 << 30]), arrays.ones([1]) == 1, -1.0).held == 1


@pytest.mark.parametrize("count", [1 << 40, math.inf])
def test_too_many(count: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        entries.arange(count)
