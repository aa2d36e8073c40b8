"""Which dimension holds what, through changes of layout. Maps are written as in drawing.py."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layout, mapped
from rfcli.readers.tracing.maps import (
    Atom,
    Layout,
    Map,
    axes_in,
    axis_at,
    axis_of,
    default_roles,
    exchanged,
    is_batch,
    is_channels,
    is_straight,
    joined,
    reshaped,
    split,
    with_ones,
    without,
)

RESHAPES = [
    ("b1 c8 h4 w6", [1, 8, 24], "b1 c8 h4.w6"),
    ("b1 c8 h4 w6", [1, 2, 4, 24], "1 c2/4 c4 h4.w6"),
    ("b1 c8 h4 w6", [None, 8, 4, 6], "1 c8 h4 w6"),
    ("b1 c8 h4 w6", [1, 8, 2, 2, 3, 2], "1 c8 h2/2 h2 w3/2 w2"),
    ("b c8 h4 w6", [None, 24], "b.c8 h4.w6"),
    ("b1 c2/4 c4 h4", [1, 8, 4], "1 c8 h4"),
    ("b1 c4 c2/4 h4", [1, 8, 4], "1 c4.c2/4 h4"),
    ("b1 h2/2 h2", [1, 4], "1 h4"),
    ("b1 c8 h? w?", [1, 8, None], "1 c8 h?.w?"),
    ("b1 c8 h4", [1, 2, None, 4], "1 c2/4 c4 h4"),
    ("b1 c6 h4~1", [1, 24], "1 c6.h4~1"),
]


@pytest.mark.parametrize(("before", "target", "after"), RESHAPES)
def test_reshapes(before: str, target: list[int | None], after: str) -> None:
    x = mapped(before)
    made = x.replaced(dims=reshaped(x.dims, target))
    assert layout(made) == after.replace("b1", "1")


WRONG = [
    ("b1 c8 h4", [1, 3, None], "8 entries are split into 3"),
    ("b1 c8 h4", [1, 8, 4, 2], "the sizes do not fit"),
    ("b1 c8 h4", [1, 8], "the sizes do not fit"),
    ("b1 c8 h? w?", [1, 8, 4, None], "a dimension of unknown size is split"),
    ("b c8 h4", [None, None, 4], "2 dimensions of unknown size"),
]


@pytest.mark.parametrize(("before", "target", "why"), WRONG)
def test_reshapes_that_mix(before: str, target: list[int | None], why: str) -> None:
    with pytest.raises(Layout, match=why):
        reshaped(mapped(before).dims, target)


def test_a_target_can_name_dimensions() -> None:
    x = mapped("b c8 h? w?")
    assert reshaped(x.dims, [x.dims[0], 8, None]) == (x.dims[0], x.dims[1], (*x.dims[2], *x.dims[3]))
    assert reshaped(x.dims, [None, x.dims[2], x.dims[3]]) == ((*x.dims[0], *x.dims[1]), x.dims[2], x.dims[3])
    with pytest.raises(Layout, match="the sizes do not fit"):
        reshaped(x.dims, [x.dims[0], x.dims[2], None])


def test_transposing_back_joins_what_was_split() -> None:
    outer, inner = split(Atom(0, 12), 3)
    assert (outer, inner) == (Atom(0, 3, 4), Atom(0, 4))
    assert joined((outer, inner)) == (Atom(0, 12),)
    assert joined((inner, outer)) == (inner, outer)
    assert joined((Atom(0, 1), inner)) == (inner,)
    with pytest.raises(Layout, match="12 entries are split into 5"):
        split(Atom(0, 12), 5)


def test_what_dimensions_are() -> None:
    x = mapped("b c8 h4 w2/2.w2 1 w6~1")
    assert [is_batch(dim) for dim in x.dims] == [True, False, False, False, True, False]
    assert [is_channels(dim) for dim in x.dims] == [False, True, False, False, True, False]
    assert [axis_of(dim) for dim in x.dims] == [None, None, 0, None, None, None]
    assert x.shape == (None, 8, 4, 4, 1, 6)
    assert (x.axes, x.channels, axes_in(x.dims[3])) == ([0, 1], 8, [1])


def test_dimensions_exchanged_left_out_and_added() -> None:
    b, c, h = mapped("b c8 h4").dims
    assert exchanged((b, c, h), 1, ()) == (b, (), h)
    assert without((b, c, h), {0, 2}) == (c,)
    assert with_ones((b, c), {1, 3}) == (b, (), c, ())


@pytest.mark.parametrize(("number", "rank", "at"), [(0, 3, 0), (2, 3, 2), (-1, 3, 2), (-3, 3, 0)])
def test_dimensions_by_number(number: int, rank: int, at: int) -> None:
    assert axis_at(number, rank) == at


@pytest.mark.parametrize(("number", "rank"), [(3, 3), (-4, 3), (0, 0)])
def test_there_is_no_such_dimension(number: int, rank: int) -> None:
    with pytest.raises(Layout, match=f"it names axis {number} of {rank}"):
        axis_at(number, rank)
    with pytest.raises(Layout, match=f"it names dimension {number} of {rank}"):
        axis_at(number, rank, "dimension")


@pytest.mark.parametrize(
    ("text", "dims", "holds"),
    [
        ("b c8 h4 w6", [2, 3], True),
        ("b c8 h4 w6", [2], True),
        ("b c8 h2/2 h2", [3], False),
        ("b c8 h2/2 h2", [2, 3], True),
        ("b c8 h2/2 h2 global", [3], True),
        ("b c8 h4 w6", [1], False),
    ],
)
def test_whole_axes(text: str, dims: list[int], holds: bool) -> None:
    x: Map = mapped(text)
    axes = [axis for axis in x.axes if any(axis in axes_in(x.dims[at]) for at in dims)] or x.axes
    assert x.holds([atom for at in dims for atom in x.dims[at]], axes) is holds


@pytest.mark.parametrize(
    ("rank", "roles"), [(1, ["batch"]), (2, ["batch", "channels"]), (4, ["batch", "channels", 0, 1])]
)
def test_usual_roles(rank: int, roles: list[str | int]) -> None:
    assert default_roles(rank) == roles


@pytest.mark.parametrize(
    ("drawn", "straight"),
    [
        ("b1 c8 h4 w6", True), ("b1 h4 w6 c8", True), ("b1 h4 c8 w6", True), ("b1 h4 w6", True), ("b1 1 h4 c8", True),
        ("b1 c8", False), ("h4 w6 c8", False), ("b1 h4 c2/4 c4", False), ("b1 h4.w6 c8", False), ("b1 h4 w6.c8", False),
        ("b1 c4.c2/4 h4", False), ("b1 h2/2 h2 c8", False), ("b1 h4~1 w6 c8", False),
    ],
)  # fmt: skip
def test_maps_whose_channels_stand_anywhere_in_one_piece(drawn: str, straight: bool) -> None:
    assert is_straight(mapped(drawn)) is straight
