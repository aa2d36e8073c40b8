"""The search, against trying all small amounts of all pairs of knobs."""

from __future__ import annotations

import itertools

import pytest

from rfcli.suggest.moves._move import Knob, moves
from rfcli.suggest.search import Aim, Bound, Found, Search, ranked
from rfcli.suggest.text import Change, patched
from rfcli.suggest.trial import Numbers
from suggest import CHAIN, aim, bench, laid

NOW = Numbers("c", (13, 13), (2, 2), (17, 17), 1000, 5000)


def every(aim: Aim, names: tuple[str, ...], most: int) -> list[Found]:
    """All changes of one or two knobs by at most so much that do what is asked, each computed."""
    text, one = laid(CHAIN), bench(left=10**9)
    now = one.start()
    assert now is not None
    knobs = [knob for name in names for knob in moves()[name].knobs(text)]
    amounts = [range(1, min(knob.most, most) + 1) for knob in knobs]
    changes: list[Change] = [
        change for knob, some in zip(knobs, amounts, strict=True) for n in some if (change := knob.turned(n))
    ]
    made = list(changes)
    for (a, first), (b, second) in itertools.combinations(zip(knobs, amounts, strict=True), 2):
        for n, m in itertools.product(first, second):
            one_change, other = a.turned(n), b.turned(m)
            both = None if one_change is None or other is None else one_change.joined(other)
            made += [] if both is None else [both]
    found = []
    for change in made:
        numbers = one.numbers(patched(CHAIN, change.patches))
        if numbers is not None and aim.reached(numbers) and aim.allows(numbers, now):
            found.append(Found(change, "", numbers, ()))
    return found


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (aim(21), ("deepen", "kernel")),
        (aim(21), ("kernel", "dilate")),
        (aim(25, keep=("stride", "output_size")), ("deepen", "kernel", "large_depthwise")),
        (aim(21, None, flops=Bound(1.5)), ("stride", "pool", "deepen")),
        (aim(None, 7), ("narrow", "cut", "unstride")),
        (aim(17, 19), ("deepen", "kernel", "dilate")),
    ],
)
def test_nothing_better_is_found_by_trying_all(asked: Aim, names: tuple[str, ...]) -> None:
    one = bench(left=10**9)
    now = one.start()
    assert now is not None
    knobs = [knob for name in names for knob in moves()[name].knobs(laid(CHAIN))]
    listed = ranked(Search(one, knobs, asked, now).found(), now, asked)
    all_of_them = every(asked, names, 6)
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
