"""Arrays with the standard library alone, against lists of lists."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest

from rfcli.readers.tracing import arrays
from rfcli.readers.tracing.arrays import Array, Repeating, each, filled, where


class Table:
    """The oracle: an entry for each place."""

    def __init__(self, shape: tuple[int, ...], entries: dict[tuple[int, ...], Any]) -> None:
        self.shape, self.entries = shape, entries

    def flat(self) -> list[Any]:
        return [self.entries[place] for place in product(*map(range, self.shape))]


def table(array: Array) -> Table:
    return Table(array.shape, dict(zip(product(*map(range, array.shape)), array.flat(), strict=True)))


def numbered(*shape: int) -> Array:
    count = 1
    for n in shape:
        count *= n
    return Array(list(range(count)), shape)


def step(rng: random.Random, array: Array, old: Table) -> tuple[Array, Table]:
    """An array changed somehow, and the oracle's."""
    rank, kind = len(array.shape), rng.randrange(7)
    if kind == 0:
        order = rng.sample(range(rank), rank)
        back = {tuple(place[at] for at in order): one for place, one in old.entries.items()}
        return array.permute(order), Table(tuple(old.shape[at] for at in order), back)
    if kind == 1:
        shape = (rng.choice([1, 2]), *(3 if n == 1 and rng.random() < 0.5 else n for n in old.shape))
        entries = {
            place: old.entries[tuple(0 if n == 1 else at for at, n in zip(place[1:], old.shape, strict=True))]
            for place in product(*map(range, shape))
        }
        return array.expand(shape), Table(shape, entries)
    if kind == 2 and len(old.entries) < 300:
        left, shape = len(old.entries), []
        while left > 1:
            shape.append(rng.choice([n for n in range(2, left + 1) if left % n == 0]))
            left //= shape[-1]
        return array.reshape(shape), Table(
            tuple(shape), dict(zip(product(*map(range, shape)), old.flat(), strict=True))
        )
    if kind == 3 and rank:
        dim = rng.randrange(rank)
        at = rng.randrange(old.shape[dim])
        entries = {place[:dim] + place[dim + 1 :]: one for place, one in old.entries.items() if place[dim] == at}
        return array.select(dim, at), Table(old.shape[:dim] + old.shape[dim + 1 :], entries)
    if kind == 4 and rank:
        dim = rng.randrange(rank)
        places = range(rng.randrange(old.shape[dim]), old.shape[dim], rng.choice([1, 2]))
        chosen = {
            (*place[:dim], places.index(place[dim]), *place[dim + 1 :]): one
            for place, one in old.entries.items() if place[dim] in places
        }  # fmt: skip
        shape = (*old.shape[:dim], len(places), *old.shape[dim + 1 :])
        return array.cut(dim, places), Table(shape, chosen)
    if kind == 5 and rank:
        dim = rng.randrange(rank)
        taken = [rng.randrange(old.shape[dim]) for _ in range(3)]
        entries = {
            place: old.entries[(*place[:dim], taken[place[dim]], *place[dim + 1 :])]
            for place in product(*map(range, (*old.shape[:dim], 3, *old.shape[dim + 1 :])))
        }
        return array.taken(dim, taken), Table((*old.shape[:dim], 3, *old.shape[dim + 1 :]), entries)
    other = [rng.choice([1, n]) for n in old.shape]
    added = numbered(*other)
    entries = {
        place: one + table(added).entries[tuple(0 if n == 1 else at for at, n in zip(place, other, strict=True))]
        for place, one in old.entries.items()
    }
    return array + added, Table(old.shape, entries)


def test_random_chains() -> None:
    rng = random.Random(5)
    for _ in range(400):
        array = numbered(*rng.choices([1, 2, 3, 4], k=rng.randrange(4)))
        oracle = table(array)
        for _ in range(5):
            array, oracle = step(rng, array, oracle)
            assert (array.shape, array.flat()) == (oracle.shape, oracle.flat())
            if len(oracle.entries) > 500:
                break


def test_folds() -> None:
    array = numbered(2, 3, 2).permute([2, 0, 1])
    assert array.folded([1], sum).tolist() == [[6, 10, 14], [8, 12, 16]]
    assert array.folded([0, -1], max, keep=True).tolist() == [[[5], [11]]]
    assert (array > 10).any(0).tolist() == [[False] * 3, [False, False, True]]
    assert bool((array >= 0).all()) and not (array > 0).all()
    assert filled([4, 2], 3).folded([0], sum).flat() == [12, 12]
    assert (array.min(), array.max()) == (0, 11)


def test_what_is_one_everywhere_is_worked_out_once() -> None:
    calls: list[int] = []
    wide = Array([1, 2], (2,)).reshape([2, 1]).expand([2, 1 << 30])
    made = each(lambda one: calls.append(one) or one + 1, wide)
    assert calls == [1, 2] and made.shape == (2, 1 << 30) and made.held == 2
    assert made.select(1, 12345).flat() == [2, 3]


def test_choices_and_masks() -> None:
    array = numbered(2, 2)
    assert where(array > 1, array, -1).tolist() == [[-1, -1], [2, 3]]
    assert (~(array > 1) | (array == 3)).flat() == [True, True, False, True]
    assert ((array != 0) & (array < 3)).flat() == [False, True, True, False]
    assert numbered(4)[Array([True, False, False, True], (4,))].flat() == [0, 3]
    assert (len(array), int(numbered(1)), (2 + array).flat(), (array * array - array <= 2).flat()) == (
        2, 0, [2, 3, 4, 5], [True, True, True, False],
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: arrays.ones([1 << 40]).flat(), lambda: numbered(4).reshape([3]), lambda: numbered(4).reshape([-1, 0]),
        lambda: numbered(2, 2).expand([2]), lambda: numbered(2) + numbered(3), lambda: arrays.ones([1 << 20]).along(0),
        lambda: bool(numbered(2)),
    ],
)  # fmt: skip
def test_what_is_too_much_or_does_not_fit(wrong: Any) -> None:
    with pytest.raises(ValueError):
        wrong()


def test_shapes() -> None:
    assert arrays.arange(3).tolist() == [0, 1, 2]
    assert arrays.zeros([1 << 40, 0]).flat() == [] and numbered().tolist() == [0]
    with pytest.raises(IndexError):
        numbered(2).select(0, 2)


def test_entries_that_are_one_are_asked_once() -> None:
    """As a mask of all heads is: there are more than are written out."""
    array = Array([True, False, True, True, True, True], (3, 2)).expand((arrays.MOST, 3, 2))
    assert array.all(0).tolist() == [[True, False], [True, True], [True, True]]
    assert bool(array.any()) and not bool(array.all())
    assert filled((0, 2), True).all(0).tolist() == [True, True] and filled((0, 2), True).any(0).tolist() == [False] * 2


def windows(kinds: list[int], width: int = 32) -> Array:
    """What parts positions in windows of some kinds."""
    rows = Array([kind * at for kind in kinds for at in range(width)], (len(kinds), width))
    return rows.reshape([len(kinds), 1, width]) - rows.reshape([len(kinds), width, 1])


def test_parts_that_repeat_one_another_are_worked_out_once() -> None:
    kinds, calls = [0, 0, 1, 0] * 4, list[int]()
    made = windows(kinds)
    wanted = [kind * (column - row) for kind in kinds for row in range(32) for column in range(32)]
    assert made.size >= arrays.MANY and made.flat() == wanted
    counted = each(lambda one: calls.append(one) or one * 2, made)
    assert isinstance(counted, Repeating) and isinstance(counted.reshape([1, 16, 1, 32, 32]), Repeating)
    assert len(calls) == 2 * 1024 and counted.flat() == [2 * one for one in wanted]
    assert made.once() == wanted[:1024] + wanted[2048:3072] and (made.min(), made.max()) == (-31, 31)
    for shape in ([1, 16, 1, 32, 32], [4, 4, 32, 32], [2, 8, 32, 32], [16, 1024], [512, 32], [1, 1 << 14], [32, 512]):
        other = counted.reshape(shape)
        found = (other + other).expand([3, *shape])
        assert found.flat() == [4 * one for one in wanted] * 3
        assert (found.min(), found.max()) == (-124, 124)


def test_what_is_known_to_repeat_is_what_does() -> None:
    """Every way to lay an array out anew, against the entries by themselves."""
    rng = random.Random(7)
    for _ in range(60):
        kinds = [rng.randrange(3) for _ in range(4)] * 4
        array = windows(kinds)
        for _ in range(4):
            rank, plain = len(array.shape), Array(list(array.flat()), array.shape)
            order = rng.sample(range(rank), rank) if rng.random() < 0.3 else [*range(rank)]
            array, plain = (one.permute(order) for one in (array, plain))
            shape = rng.choice([[16, 32, 32], [1, 16, 1024], [4, 4, 1, 1024], [32, 512], [2, 8, 32, 32], [1 << 14]])
            array, plain = (one.reshape(shape) for one in (array, plain))
            array, plain = (where(one > 0, one, one + numbered(*shape[-1:])) for one in (array, plain))
            assert array.flat() == plain.flat() and {*array.once()} == {*plain.flat()}


def test_numbers_that_are_equal_and_of_other_types_are_no_repeats() -> None:
    kinds: list[Any] = [1, 1.0, True, 1] * 64
    rows = Array(kinds, (256, 1)).expand([256, 32])
    assert [*map(type, each(lambda one, _: one, rows, numbered(32)).flat()[::32])] == [*map(type, kinds)]
