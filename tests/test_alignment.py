"""Sequences side by side: held against the table of all lengths that every textbook has."""

import itertools
import random

from rfcli.alignment import aligned


def longest(a: list[int], b: list[int]) -> int:
    """The length of a longest common subsequence, by the table of all beginnings."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if one == other else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def test_as_long_as_can_be() -> None:
    drawn = random.Random(1)
    for _ in range(3000):
        kinds = drawn.randint(1, 4)
        a, b = ([drawn.randrange(kinds) for _ in range(drawn.randrange(9))] for _ in range(2))
        pairs = aligned(a, b)
        assert all(a[x] == b[y] for x, y in pairs)
        assert all(one[0] < other[0] and one[1] < other[1] for one, other in itertools.pairwise(pairs))
        assert len(pairs) == longest(a, b)


def test_too_much_that_differs_leaves_the_ends() -> None:
    assert aligned([1, 2, 3, 9], [1, 4, 5, 9], most=2) == [(0, 0), (3, 3)]
    assert aligned("abc", "abc", most=0) == [(0, 0), (1, 1), (2, 2)]
    assert aligned("", "abc") == []


def test_thousands_of_items() -> None:
    a = [0, 1, 2] * 3000
    b = [*a[:4000], 7, *a[4000:]]
    assert len(aligned(a, b)) == 9000
