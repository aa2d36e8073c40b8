"""Sets of channels, held against Python's sets."""

from __future__ import annotations

import random

import pytest

from rfcli.geometry.bits import members, of_members, of_runs, ones, runs


@pytest.mark.parametrize(
    ("bits", "expected"),
    [(0, []), (1, [(0, 1)]), (0b1110, [(1, 4)]), (0b1011, [(0, 2), (3, 4)]), (1 << 70, [(70, 71)])],
)
def test_runs(bits: int, expected: list[tuple[int, int]]) -> None:
    assert list(runs(bits)) == expected
    assert of_runs(expected, 80) == bits


def test_all_channels() -> None:
    assert [ones(0), ones(3), ones(2, 4)] == [0, 0b111, 0b110000]


def test_sets_and_back() -> None:
    draw = random.Random(5)
    for _ in range(300):
        count = draw.randint(1, 90)
        found = {at for at in range(count) if draw.random() < 0.5}
        bits = of_members(found, count)
        assert bits == sum(1 << at for at in found)
        assert list(members(bits)) == sorted(found)
