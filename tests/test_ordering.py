"""Orders in which everything follows what it needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfcli.ordering import ordered


@pytest.mark.parametrize(
    ("needs", "order"),
    [
        ([], []),
        ([[], [0], [1]], [0, 1, 2]),
        ([[2], [], [1]], [1, 2, 0]),
        ([[3], [], [], [1]], [1, 2, 3, 0]),  # 2 before 3: the lowest number that can
        ([[1], [0], []], [2]),
        ([[], [2], [1], [1], [0]], [0, 4]),  # 3 follows a circle
        ([[0]], []),
    ],
)
def test_orders(needs: list[list[int]], order: list[int]) -> None:
    assert ordered(needs) == order


def test_places_decide_among_those_that_can_come() -> None:
    assert ordered([[], [], [0]], [2, 1, 0]) == [1, 0, 2]


@given(st.lists(st.sets(st.integers(0, 9)), min_size=10, max_size=10))
def test_everything_follows_what_it_needs(needs: list[set[int]]) -> None:
    order = ordered(needs)
    done: set[int] = set()
    for number in order:
        assert needs[number] <= done
        done.add(number)
    assert not [number for number in range(10) if number not in done and needs[number] <= done]
