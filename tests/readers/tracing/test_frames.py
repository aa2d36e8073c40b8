"""Windows that are cut out of a map and laid side by side."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.frames import Frames
from rfcli.readers.tracing.maps import Constant, Layout, Map, with_ones

X = "b c2 h9"


def test_frames_are_told_from_shifts() -> None:
    assert [Frames(9, 8, 4).apart, Frames(2, 8, 4).apart, Frames(8, 33, 1).apart] == [True, True, False]
    assert Frames(3, 4, 2, 3, 1).end == 1 + 4 + 9 + 1


def test_taps_lie_in_a_dimension_of_their_own() -> None:
    made = tracer(1)
    assert layout(made.framed_by("out", mapped(X), 2, Frames(2, 2, 3, 2, 1))) == "b c2/2 h2 c2"
    assert layers(made)[:2] == ["out/1/crop = crop(x, cropping=[[1, 4]])", "out/1 = subsample(out/1/crop, stride=3)"]
    assert layers(made)[-2:] == ["out = concat(out/1, out/2)", "out/order = channel_shuffle(out, groups=2)"]


def test_large_windows_are_cut_in_blocks() -> None:
    made = tracer(1)
    assert layout(made.framed_by("out", mapped("b c1 h1000"), 2, Frames(4, 400, 160))) == "b c1/400 h4 c5.c80/5"
    assert layers(made)[:2] == [
        "out/cut = crop(x, cropping=[[0, 120]])",
        "out/blocks = pixel_unshuffle(out/cut, scale=80)",
    ]
    assert sum(" crop(out/blocks" in one for one in layers(made)) == 5


@pytest.mark.parametrize("frames", [Frames(3, 101, 50), Frames(4, 2, 3), Frames(0, 2, 3)])
def test_windows_that_cannot_be_cut(frames: Frames) -> None:
    with pytest.raises(Layout, match="its windows are"):
        tracer(1).framed_by("out", mapped("b c2 h10" if frames.taps == 2 else "b c2 h300"), 2, frames)


TABLES = [
    ([[0, 1, 2], [3, 4, 5], [6, 7, 8]], "b c2/3 h3 c3"),
    ([[0, 1, 2, 3], [2, 3, 4, 5]], "b c2/4 h2 c4"),
    ([[0, 2, 4], [1, 3, 5], [2, 4, 6], [3, 5, 7]], "b c2/4 c4 h3"),
    ([[4]], "b c2 1 1"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "after"), TABLES)
def test_tables(table: list[list[int]], after: str) -> None:
    """Windows are whichever dimension reaches further."""
    rows = Constant((len(table), len(table[0])), [one for row in table for one in row], ())
    made = tracer(1).picked_by("out", mapped(X), 2, rows)
    assert isinstance(made, Map) and layout(made) == after


def test_a_table_without_steps() -> None:
    with pytest.raises(Layout, match="it picks a table of entries"):
        tracer(1).picked_by("out", mapped(X), 2, Constant((2, 2), [0, 1, 3, 2], ()))


def test_windows_that_are_joined_are_seen() -> None:
    """Of what cut them nothing is left."""
    made = tracer(1)
    x = mapped(X)
    cuts = [made.cropped(f"cut{at}", x, 2, at, at + 3, 1) for at in (0, 2, 4, 6)]
    apart = [made.passed("apart", one, (*one.dims[:2], (), one.dims[2])) for one in cuts if isinstance(one, Map)]
    found = made.joined("out", apart, 2)
    made.outputs([found])
    assert layout(found) == "b c2/3 h4 c3"
    assert not [one for one in layers(made) if one.startswith(("cut", "apart"))]


def test_channels_of_an_image_that_are_stacked_are_no_signal() -> None:
    made = tracer(2)
    x = made.input("image", (1, 4, 6, 8))
    rows = [made.one_of(f"one{at}", x, 1, at) for at in range(3)]
    found = made.joined("out", [one.replaced(dims=with_ones(one.dims, [1])) for one in rows if isinstance(one, Map)], 1)
    assert layout(found) == "b1 c3 h6 w8"


def test_shifts_that_are_joined_stay_apart() -> None:
    made = tracer(1)
    x = mapped(X)
    cuts = [made.cropped(f"cut{at}", x, 2, at, at + 7, 1) for at in (0, 1, 2)]
    apart = [one.replaced(dims=(*one.dims, ())) for one in cuts if isinstance(one, Map)]
    assert layout(made.joined("out", apart, 3)) == "b c2/3 h7 c3"
