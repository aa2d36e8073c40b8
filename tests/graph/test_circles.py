"""Circles, and an order without them."""

from __future__ import annotations

import pytest

from graph import conv, refused
from rfcli.graph.circles import circles, knots, opened
from rfcli.graph.wiring import Wiring
from rfcli.layers._layer import WRONG
from rfcli.ordering import ordered


def wiring(*sources: tuple[int, ...], likes: dict[int, int] | None = None) -> Wiring:
    count = len(sources)
    return Wiring(
        [str(number) for number in range(count)],
        [None] * count,
        list(sources),
        [(likes or {}).get(number) for number in range(count)],
        False,
    )


KNOTS = [
    ({}, []),
    ({1: [2], 2: [1]}, [{1, 2}]),
    ({1: [2], 2: [3], 3: [1], 4: [1]}, [{1, 2, 3}, {4}]),
    ({1: [2], 2: [1], 3: [4, 1], 4: [3]}, [{1, 2}, {3, 4}]),
    ({1: [1]}, [{1}]),
    ({1: []}, [{1}]),
]


@pytest.mark.parametrize(("needs", "expected"), KNOTS)
def test_knots(needs: dict[int, list[int]], expected: list[set[int]]) -> None:
    assert [set(group) for group in knots(needs)] == expected


def test_long_chains_need_no_deep_calls() -> None:
    count = 50_000
    assert len(knots({number: [number + 1] for number in range(count)} | {count: [0]})) == 1


CIRCLES = [
    (wiring((), (0,), (1,)), []),
    (wiring((), (2,), (1,)), [[1, 2]]),
    (wiring((), (1,)), [[1]]),
    (wiring((), (2,), (3,), (1,), (3,)), [[1, 2, 3]]),
    (wiring((), (0,), (0,), likes={1: 2, 2: 1}), [[1, 2]]),
]


@pytest.mark.parametrize(("net", "expected"), CIRCLES)
def test_circles(net: Wiring, expected: list[list[int]]) -> None:
    assert circles(net, ordered(net.needs())) == expected


def test_opened_circles_take_from_a_wrong_layer() -> None:
    """0 -> 3; 1 <-> 2; 4 takes what is not there, 5."""
    net = wiring((), (2,), (1, 0), (0,), (5,))
    found, order = opened(net, ordered(net.needs()))
    assert found.layers[5] is WRONG
    assert found.sources == [(), (5,), (5, 0), (0,), (5,), ()]
    assert sorted(order) == [0, 1, 2, 3, 4, 5]
    assert found.sound(order) == [0, 3]


def test_messages() -> None:
    found = refused(conv(name="a", inputs=["b"]), conv(name="b", inputs=["a"]), conv(name="c", inputs=["c"]))
    assert found == [
        ("RF203", "layers feed each other in a circle: 'a' <- 'b' <- 'a'"),
        ("RF203", "layers feed each other in a circle: 'c' <- 'c'"),
    ]
