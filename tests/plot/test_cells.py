"""Rectangles of what is read, against the samples one by one."""

from collections.abc import Sequence
from itertools import product
from random import Random

import pytest

from rfcli.engine.joint import Points
from rfcli.engine.support import Samples
from rfcli.plot.cells import Rows, beyond, plane

Cells = set[tuple[int, int]]


def cells(boxes: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int]]:
    return [cell for top, bottom, left, right in boxes for cell in product(range(top, bottom), range(left, right))]


def runs(samples: set[int]) -> list[tuple[int, int]]:
    return list(Samples(0, sum(1 << i for i in samples)).runs)


def test_products() -> None:
    down, across = {0, 1, 4}, {2, 5, 6}
    rows = Rows.product(runs(down), runs(across))
    found = cells(rows.boxes())
    assert sorted(found) == sorted(product(down, across))
    outside = cells(rows.outside(6, 8))
    assert sorted(outside) == sorted(set(product(range(6), range(8))) - set(found))


def test_random_points_and_unions() -> None:
    random = Random(4)
    for _ in range(200):
        sets: list[Cells] = [
            {(random.randrange(5), random.randrange(6)) for _ in range(random.randrange(14))} for _ in range(2)
        ]
        rows = [
            Rows.points(
                (y, runs({x for row, x in one if row == y})) for y in range(5) if any(row == y for row, _ in one)
            )
            for one in sets
        ]
        for one, made in zip(sets, rows, strict=True):
            assert sorted(cells(made.boxes())) == sorted(one)
            assert sorted(cells(made.outside(5, 6))) == sorted(set(product(range(5), range(6))) - one)
        assert sorted(cells(rows[0].united(rows[1]).boxes())) == sorted(sets[0] | sets[1])


def test_holes_that_are_too_fine() -> None:
    fine = [(2 * i, 2 * i) for i in range(600)]
    assert Rows.product(fine, fine) == Rows(((0, 1199, ((0, 1198),)),), True)


@pytest.mark.parametrize(
    "region", [((-2, 5), (-1, 9)), ((1, 2), (3, 3)), ((-4, -2), (1, 2)), ((2, 9), (9, 12)), ((0, 4), (-3, 2))]
)
def test_beyond_the_map(region: tuple[tuple[int, int], tuple[int, int]]) -> None:
    inside = set(product(range(5), range(7)))
    (top, bottom), (left, right) = region
    whole = set(product(range(top, bottom + 1), range(left, right + 1)))
    found = cells(beyond(region, (5, 7)))
    assert sorted(found) == sorted(whole - inside)


def test_planes_of_three_axes() -> None:
    random = Random(5)
    points = {(random.randrange(3), random.randrange(4), random.randrange(5)) for _ in range(25)}
    rows: dict[tuple[int, ...], Samples] = {}
    for d, h, w in points:
        rows[d, h] = rows.get((d, h), Samples()).union(Samples(w, 1))
    at = (1, 2, 3)
    for pair, third in (((1, 2), 0), ((0, 2), 1), ((0, 1), 2)):
        expected = {(p[pair[0]], p[pair[1]]) for p in points if p[third] == at[third]}
        assert sorted(cells(plane(Points(rows), pair, at).boxes())) == sorted(expected)
