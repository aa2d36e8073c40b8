"""Settings by their numbers, and samples of them."""

import itertools
import random

import pytest

from rfcli.diagnostics import CallError
from rfcli.sweeping.grid import Axis, Grid, every, sampled

SMALL = Grid((Axis("a", [1, 2, 3]), Axis("b", ["x", "y"]), Axis("c", range(4))))
HUGE = Grid((Axis("a", range(10**6)), Axis("b", range(10**6))))
LARGER = Grid(tuple(Axis(f"p{i}", range(1000)) for i in range(20)))


def test_the_last_parameter_changes_fastest() -> None:
    names, values = ("a", "b", "c"), ([1, 2, 3], ["x", "y"], range(4))
    expected = [dict(zip(names, found, strict=True)) for found in itertools.product(*values)]
    assert [SMALL.setting(number) for number in every(SMALL)] == expected
    assert [list(SMALL.setting(5))] == [["a", "b", "c"]]


def test_settings_of_a_huge_grid() -> None:
    assert HUGE.size == 10**12
    assert HUGE.setting(10**12 - 1) == {"a": 999_999, "b": 999_999}
    with pytest.raises(CallError, match=r"1,000,000 x 1,000,000 = 1,000,000,000,000 settings.*--sample"):
        every(HUGE)


@pytest.mark.parametrize("grid", [SMALL, HUGE, LARGER], ids=["small", "huge", "larger"])
@pytest.mark.parametrize("count", [1, 7, 20, 23])
def test_samples(grid: Grid, count: int) -> None:
    """So many different numbers, in order, the same for the same seed."""
    found = list(sampled(grid, count, 3))
    assert len(set(found)) == len(found) == count
    assert found == sorted(found)
    assert found[0] >= 0 and found[-1] < grid.size
    assert found == list(sampled(grid, count, 3))
    if grid is not SMALL:
        assert found != list(sampled(grid, count, 4))


def test_a_sample_of_all_is_all() -> None:
    assert list(sampled(SMALL, 24, 0)) == list(sampled(SMALL, 10**9, 0)) == list(range(24))
    with pytest.raises(CallError, match="the most is 10,000,000"):
        sampled(HUGE, 10_000_001, 0)


def test_each_setting_is_drawn_as_often() -> None:
    """Of 24 settings each is in a sample of 6, or of 18, in about a quarter, or three quarters, of the samples."""
    for count in (6, 18):
        counts = [0] * 24
        for seed in range(2000):
            for number in sampled(SMALL, count, seed):
                counts[number] += 1
        assert all(abs(one / 2000 - count / 24) < 0.05 for one in counts)


def test_what_a_seed_draws_stays() -> None:
    """What a seed gives is a promise: files are gone on with by another process, and by another version of Python."""
    draw = random.Random(0).getrandbits
    expected = [number for number in (draw(40) for _ in range(10)) if number < HUGE.size][:5]
    assert list(sampled(HUGE, 5, 0)) == sorted(expected)
