"""Axes that are turned round."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import mapped
from rfcli.readers.tracing.maps import Layout, axis_of, joined, split
from rfcli.readers.tracing.turned import (
    cut_from_the_end,
    is_turned,
    mirrored,
    swapped,
    turn,
    turned_along,
    turned_axes,
)


def test_turned_and_back() -> None:
    x = mapped("b c8 h4 w6")
    turned = turned_along(x, 3)
    assert (turned_axes(x), turned_axes(turned), axis_of(turned.dims[3])) == (set(), {1}, None)
    assert [is_turned(dim) for dim in turned.dims] == [False, False, False, True]
    assert turn(turned, {1}).dims == x.dims
    assert mirrored(x, lambda one: one) is None
    assert mirrored(turned, lambda one: one) == turned


def test_parts_of_what_is_turned_are_turned() -> None:
    (atom,) = turned_along(mapped("b c8 h4 w6"), 3).dims[3]
    outer, inner = split(atom, 2)
    assert (outer.size, outer.step, outer.turned, inner.size, inner.turned) == (2, 3, True, 3, True)
    assert joined([outer, inner]) == (atom,)
    assert len(joined([outer, inner.replaced(turned=False)])) == 2


@pytest.mark.parametrize(("text", "at"), [("b c8 h4 w6", 0), ("b c8 h2/2 h2", 2), ("b c4.h4 w6", 1)])
def test_what_cannot_be_turned(text: str, at: int) -> None:
    with pytest.raises(Layout, match="part of an axis is turned round"):
        turned_along(mapped(text), at)


@pytest.mark.parametrize(("n", "start", "stop", "step"), [(8, 0, 8, 1), (8, 2, 7, 1), (9, 1, 9, 3), (7, 0, 6, 2)])
def test_cuts_from_the_end(n: int, start: int, stop: int, step: int) -> None:
    entries = [n - 1 - one for one in range(start, stop, step)]
    assert [*range(n)][slice(*cut_from_the_end(n, (start, stop, step)))] == entries[::-1]


def test_sides_change_places() -> None:
    x = turned_along(mapped("b c8 h4 w6"), 2)
    assert swapped(x, [(0, 0), (0, 0), (1, 2), (3, 4)]) == [(0, 0), (0, 0), (2, 1), (3, 4)]
