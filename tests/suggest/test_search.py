"""The search, against trying all small amounts of all pairs of knobs, and of three and four."""

from __future__ import annotations

import itertools

import pytest

from rfcli.suggest.moves._move import Knob, moves
from rfcli.suggest.search import Aim, Bound, Found, Search, ranked
from rfcli.suggest.text import Change, patched
from rfcli.suggest.trial import Numbers
from suggest import CHAIN, aim, bench, laid

NOW = Numbers("c", (13, 13), (2, 2), (17, 17), 1000, 5000)


def every(aim: Aim, names: tuple[str, ...], most: int, together: int = 2) -> list[Found]:
    """All changes of up to so many knobs together, by at most so much, that do what is asked, each computed."""
    text, one = laid(CHAIN), bench(left=10**9)
    now = one.start()
    assert now is not None
    turns = [
        [change for n in range(1, min(knob.most, most) + 1) if (change := knob.turned(n))]
        for name in names for knob in moves()[name].knobs(text)
    ]  # fmt: skip
    found = []
    chosen = (some for count in range(1, together + 1) for some in itertools.combinations(turns, count))
    for changes in (changes for some in chosen for changes in itertools.product(*some)):
        change: Change | None = changes[0]
        for other in changes[1:]:
            change = None if change is None else change.joined(other)
        if change is None:
            continue
        numbers = one.numbers(patched(CHAIN, change.patches))
        if numbers is not None and aim.reached(numbers) and aim.allows(numbers, now):
            found.append(Found(change, "", numbers, ()))
    return found


LARGER = [
    (aim(25, keep=("stride", "output_size")), ("deepen", "kernel", "large_depthwise"), 6, 2),
    (aim(17, 19), ("deepen", "kernel", "dilate"), 6, 2),
]


@pytest.mark.parametrize(
    ("asked", "names", "most", "together"),
    [
        (aim(21), ("deepen", "kernel"), 6, 2),
        (aim(21), ("kernel", "dilate"), 6, 2),
        (aim(25, keep=("stride", "output_size")), ("deepen", "kernel", "large_depthwise"), 2, 2),
        (aim(21, None, flops=Bound(1.5)), ("stride", "pool", "deepen"), 6, 2),
        (aim(None, 7), ("narrow", "cut", "unstride"), 6, 2),
        (aim(17, 19), ("deepen", "kernel", "dilate"), 3, 2),
        (aim(27), ("deepen", "kernel", "dilate"), 2, 3),
        (aim(31, None, flops=Bound(1.5)), ("stride", "pool", "deepen"), 3, 3),
        (aim(40, params=Bound(1.01)), ("stride", "pool"), 3, 3),
        (aim(80), ("stride", "pool"), 3, 4),
        (aim(70), ("stride",), 3, 3),
        *(pytest.param(*row, marks=pytest.mark.random) for row in LARGER),
    ],
)
def test_nothing_better_is_found_by_trying_all(asked: Aim, names: tuple[str, ...], most: int, together: int) -> None:
    one = bench(left=10**9)
    now = one.start()
    assert now is not None
    knobs = [knob for name in names for knob in moves()[name].knobs(laid(CHAIN))]
    listed = ranked(Search(one, knobs, asked, now).found(), now, asked)
    all_of_them = every(asked, names, most, together)
    assert listed and all_of_them
    best = listed[0].weights(now, asked)
    for other in all_of_them:
        weights = other.weights(now, asked)
        assert not (weights != best and all(a <= b for a, b in zip(weights, best, strict=True))), other.change.words


def test_bounds() -> None:
    assert Bound(1.2).holds(120, 100) and not Bound(1.2).holds(121, 100) and not Bound(1.2).holds(None, 100)
    assert Bound(None, 50).holds(50, None) and not Bound(None, 50).holds(51, None) and Bound().holds(None, None)
    assert Bound(None, 50).over(100, None) == 2.0 and Bound(None, 50).over(50, None) == 0.0


def test_aims() -> None:
    assert aim(14).grows(NOW) and not aim(13).grows(NOW) and not aim(None, 5).grows(NOW)
    assert aim(13, 13).reached(NOW) and not aim(14).reached(NOW) and not aim(None, 12).reached(NOW)
    assert aim(1, keep=("stride",)).allows(NOW, NOW)
    assert not aim(1, keep=("stride",)).allows(NOW.replaced(stride=(1, 1)), NOW)


def test_the_undominated_come_first() -> None:
    def one(words: str, flops: int, params: int, size: int = 20, stride: int = 2) -> Found:
        return Found(
            Change(words, (), ()), words, NOW.replaced(flops=flops, params=params, size=(size,), stride=(stride,)), ()
        )

    now = NOW.replaced(size=(13,), stride=(2,))
    found = [one("dear", 9, 9), one("cheap", 5, 5), one("small", 9, 1), one("strided", 1, 5, stride=4)]
    assert [each.change.words for each in ranked(found, now, aim(20))] == ["cheap", "small", "strided", "dear"]


def test_a_part_that_does_alone_is_enough() -> None:
    """Two knobs, of which either reaches the field by itself."""
    one = bench()
    now = one.start()
    assert now is not None
    knobs = list(moves()["kernel"].knobs(laid(CHAIN)))
    found = Search(one, knobs, aim(10), now).found()
    assert found and all(len(each.moves) == 1 for each in found)


def test_what_comes_nearest() -> None:
    one = bench()
    now = one.start()
    assert now is not None
    few = Knob("kernel", next(iter(moves()["kernel"].knobs(laid(CHAIN)))).turned, 2)
    search = Search(one, [few], aim(90), now)
    assert search.found() == []
    assert search.nearest()[0].numbers.size == (13, 13)
