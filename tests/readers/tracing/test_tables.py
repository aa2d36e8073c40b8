"""Samples of an axis by numbers, as the layers that read the same."""

from __future__ import annotations

from typing import Any

import pytest

from rfcli.readers.tracing.maps import Constant, Layout, Map
from rfcli.readers.tracing.tables import picked, picked_apart

from .test_settling import network, told

ROWS: list[tuple[list[int], list[dict[str, Any]]]] = [
    ([2, 3, 4], [{"type": "crop", "cropping": [[2, 4]]}]),
    ([-1], [{"type": "crop", "cropping": [[8, 0]]}]),
    ([0, 4, 8], [{"type": "subsample", "stride": 4}]),
    ([0, 0, *range(9), 8, 8], [{"type": "pad", "padding": 2, "padding_mode": "replicate"}]),
    ([1, *range(9), 7, 6], [{"type": "pad", "padding": [[1, 2]], "padding_mode": "reflect"}]),
    ([1, 0, *range(9)], [{"type": "pad", "padding": [[2, 0]], "padding_mode": "symmetric"}]),
    ([7, 8, *range(9), 0], [{"type": "pad", "padding": [[2, 1]], "padding_mode": "circular"}]),
    ([o // 3 for o in range(27)], [{"type": "resize", "size": 27}]),
    ([o * 9 // 5 for o in range(5)], [{"type": "resize", "size": 5, "coordinates": "asymmetric"}]),
]


@pytest.mark.parametrize(("numbers", "layers"), ROWS)
def test_one_axis(numbers: list[int], layers: list[dict[str, Any]]) -> None:
    tracer, x = network()
    made = picked(tracer, "t", x, 2, Constant((len(numbers),), [*numbers], ()))
    assert isinstance(made, Map) and made.shape == (1, 2, len(numbers))
    assert told(tracer) == layers


def test_channels_and_positions() -> None:
    tracer, x = network()
    made = picked_apart(tracer, "t", x, 1, [[1, 0], [4, 5]])
    assert made.shape == (1, 2, 2)
    assert [one["type"] for one in told(tracer)] == ["channel_slice", "crop"]


def test_too_many_runs() -> None:
    tracer, x = network()
    numbers = [8, 7, 6, 5, 4, 3, 2, 1, 0]
    with pytest.raises(Layout, match="it reorders an axis"):
        picked(tracer, "t", x, 2, Constant((9,), [*numbers], ()))
    assert told(tracer) == []
