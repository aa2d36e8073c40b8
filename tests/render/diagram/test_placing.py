"""Rows, orders and places, against brute force."""

from itertools import permutations, product
from random import Random

import pytest

from rfcli.render.diagram import placing


def graph(seed: int) -> tuple[int, list[tuple[int, int]]]:
    random = Random(seed)
    count = random.randint(2, 8)
    pairs = [(one, two) for one in range(count) for two in range(one + 1, count)]
    return count, random.sample(pairs, random.randint(1, len(pairs)))


def longest(at: int, edges: list[tuple[int, int]]) -> int:
    return max((longest(one, edges) + 1 for one, two in edges if two == at), default=0)


@pytest.mark.parametrize("seed", range(30))
def test_rows(seed: int) -> None:
    count, edges = graph(seed)
    assert placing.rows(count, edges) == [longest(at, edges) for at in range(count)]


def test_last_row() -> None:
    assert placing.rows(4, [(0, 1), (1, 2), (0, 3)], [3]) == [0, 1, 2, 3]


@pytest.mark.parametrize("seed", range(30))
def test_critical(seed: int) -> None:
    count, edges = graph(seed)
    rows = placing.rows(count, edges)
    below = [longest(count - 1 - at, [(count - 1 - two, count - 1 - one) for one, two in edges]) for at in range(count)]
    most = max(rows)
    assert placing.critical(rows, edges) == [row + rest == most for row, rest in zip(rows, below, strict=True)]


def crossings(order: list[list[int]], edges: list[tuple[int, int]]) -> int:
    place = {at: number for row in order for number, at in enumerate(row)}
    row = {at: number for number, one in enumerate(order) for at in one}
    return sum(
        (place[a] - place[c]) * (place[b] - place[d]) < 0
        for number, (a, b) in enumerate(edges)
        for c, d in edges[:number]
        if row[a] == row[c]
    )


def test_an_order_without_crossings_is_found() -> None:
    rows = [0, 0, 0, 1, 1, 1]
    edges = [(0, 5), (1, 3), (2, 4)]
    order = placing.ordered(rows, edges)
    assert crossings(order, edges) == 0
    assert (
        min(crossings([list(p), list(q)], edges) for p, q in product(permutations(range(3)), permutations(range(3, 6))))
        == 0
    )


@pytest.mark.parametrize("seed", range(10))
def test_never_more_crossings_than_in_the_order_given(seed: int) -> None:
    random = Random(seed)
    rows = [0] * 4 + [1] * 4 + [2] * 4
    edges = [
        (one, two) for one in range(8) for two in range(4 + one // 4 * 4, 8 + one // 4 * 4) if random.random() < 0.4
    ]
    given = [[*range(4)], [*range(4, 8)], [*range(8, 12)]]
    assert crossings(placing.ordered(rows, edges), edges) <= crossings(given, edges)


@pytest.mark.parametrize("seed", range(20))
def test_places_are_apart_and_the_nearest(seed: int) -> None:
    """No other places that are far enough apart have a smaller sum of squares: each is moved a little, and all."""
    random = Random(seed)
    count = random.randint(1, 6)
    widths = [random.choice((6.0, 20.0, 50.0)) for _ in range(count)]
    weights = [random.choice((1.0, 0.05)) for _ in range(count)]
    wanted = [random.uniform(-100, 100) for _ in range(count)]
    found = placing._apart(range(count), widths, weights, wanted, 5)

    def apart(places: list[float]) -> bool:
        return all(
            places[at + 1] - places[at] >= (widths[at] + widths[at + 1]) / 2 + 5 - 1e-9 for at in range(count - 1)
        )

    def cost(places: list[float]) -> float:
        return sum(weight * (one - two) ** 2 for weight, one, two in zip(weights, places, wanted, strict=True))

    assert apart(found)
    for _ in range(300):
        other = [one + random.uniform(-3, 3) * (random.random() < 0.5) for one in found]
        assert not apart(other) or cost(other) >= cost(found) - 1e-6


def test_a_chain_is_straight() -> None:
    found = placing.centers([[0], [1], [2]], [10, 30, 20], [1, 1, 1], [(0, 1, 0, 0), (1, 2, 0, 0)], 5)
    assert found == [found[0]] * 3
