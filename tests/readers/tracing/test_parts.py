"""Entries cut out, picked and added along dimensions."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.maps import Constant, Layout, Size
from rfcli.readers.tracing.parts import cut_of

X = "b c8 h9 w6"

CUTS = [
    (9, (None, None, 1), None),
    (9, (0, 99, 1), None),
    (9, (-9, 9, 1), None),
    (9, (-2, None, 1), (7, 9, 1)),
    (9, (1, -1, 3), (1, 8, 3)),
    # Of so many entries as nobody knows: an end of 0 is theirs.
    (None, (None, None, 1), None),
    (None, (1, None, 2), (1, 0, 2)),
    (None, (0, -3, 1), (0, -3, 1)),
]


@pytest.mark.parametrize(("n", "given", "cut"), CUTS)
def test_slices_as_python_has_them(n: Size, given: tuple[int | None, int | None, int], cut: object) -> None:
    assert cut_of(n, *given, "an axis") == cut


@pytest.mark.parametrize(
    ("n", "given", "why"),
    [
        (9, (None, None, -1), "it goes backwards"),
        (9, (5, 5, 1), "nothing is left"),
        (None, (-2, None, 1), "it cuts a row of unknown size"),
        (None, (0, 0, 1), "it cuts a row of unknown size"),
        (None, (0, 5, 1), "it cuts a row of unknown size"),
    ],
)
def test_slices_that_are_none(n: Size, given: tuple[int | None, int | None, int], why: str) -> None:
    with pytest.raises(Layout, match=why):
        cut_of(n, *given, "a row")


CROPPED = [
    (X, 2, (2, 8, 1), "b c8 h6 w6", ["out = crop(x, cropping=[[2, 1], 0])"]),
    (X, 2, (0, 9, 1), X, ["out = identity(x)"]),
    (X, 2, (0, 9, 2), "b c8 h5 w6", ["out = subsample(x, stride=[2, 1])"]),
    (X, 2, (1, 9, 2), "b c8 h4 w6", ["out/crop = crop(x, cropping=[[1, 0], 0])", "out = subsample(out/crop, stride=[2, 1])"]),
    (X, 3, (3, 4, 1), "b c8 h9 1", ["out = crop(x, cropping=[0, [3, 2]])"]),
    ("b c8 h?", 2, (1, -2, 1), "b c8 h?", ["out = crop(x, cropping=[[1, 2], 0])"]),
    ("b c8 h?", 2, (1, 0, 1), "b c8 h?", ["out = crop(x, cropping=[[1, 0], 0])"]),
    (X, 1, (2, 5, 1), "b c3 h9 w6", ["out = channel_slice(x, start=2, end=5)"]),
    (X, 1, (4, 0, 1), "b c4 h9 w6", ["out = channel_slice(x, start=4, end=8)"]),
    (X, 1, (0, 8, 1), X, ["out = identity(x)"]),
    (X, 1, (0, 8, 2), "b c4 h9 w6", ["out = channel_slice(x, end=8, step=2)"]),
    ("b c2/4 c4 h9", 1, (1, 2, 1), "b 1 c4 h9", ["out = channel_slice(x, start=4, end=8)"]),
    ("b c2/4 c4 h9", 2, (0, 2, 1), "b c2/2 c2 h9", ["out = channel_slice(x, indices=[0, 1, 4, 5])"]),
    ("b c4 c2/4 h9", 2, (1, 2, 1), "b c4 1 h9", ["out = channel_slice(x, start=4, end=8)"]),
    ("b c4 c2/4 h9", 1, (1, 2, 1), "b 1 c2 h9", ["out = channel_slice(x, start=1, end=8, step=4)"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "at", "cut", "after", "expected"), CROPPED)
def test_slices(before: str, at: int, cut: tuple[int, int, int], after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.cropped("out", mapped(before), at, *cut)) == after
    assert layers(made) == expected


@pytest.mark.parametrize(
    ("text", "at", "cut", "why"),
    [
        ("b c8 h?", 2, (0, 5, 1), "an axis of unknown size is cut"),
        ("b c8 h?", 2, (-5, 0, 1), "an axis of unknown size is cut"),
        ("b c8 h2/2 h2", 2, (0, 1, 1), "part of an axis is cut"),
        ("b c? h4", 1, (0, 2, 1), "channels of unknown number are cut"),
        ("b c8 h4", 1, (8, 9, 1), "no channels are left"),
    ],
)
def test_what_cannot_be_cut(text: str, at: int, cut: tuple[int, int, int], why: str) -> None:
    with pytest.raises(Layout, match=why):
        tracer().cropped("out", mapped(text), at, *cut)


def test_parts_of_given_sizes() -> None:
    made = tracer()
    parts = made.divided("out", mapped(X), 1, [3, 5])
    assert [layout(one) for one in parts] == ["b c3 h9 w6", "b c5 h9 w6"]
    (whole,) = made.divided("whole", mapped(X), 1, [8])
    assert (whole.layer, layout(whole)) == ("whole", X)
    assert layers(made) == [
        "out/1 = channel_slice(x, end=3)", "out/2 = channel_slice(x, start=3, end=8)", "whole = identity(x)",
    ]  # fmt: skip


@pytest.mark.parametrize(("index", "sides"), [(0, [0, 8]), (-1, [8, 0]), (4, 4)])
def test_one_entry_of_a_dimension(index: int, sides: object) -> None:
    made = tracer()
    assert layout(made.one_of("out", mapped(X), 2, index)) == "b c8 w6"
    assert layers(made) == [f"out = crop(x, cropping=[{sides}, 0])"]


PICKED = [
    (X, 1, Constant((), [3], ()), "b h9 w6", "out = channel_slice(x, start=3, end=4)"),
    (X, 1, Constant((3,), [2, 3, 4], ()), "b c3 h9 w6", "out = channel_slice(x, start=2, end=5)"),
    (X, 2, Constant((2,), [0, 1], ()), "b c8 h2 w6", "out = crop(x, cropping=[[0, 7], 0])"),
    (X, 1, Constant((3,), [7, 0, 7], ()), "b c3 h9 w6", "out = channel_slice(x, indices=[7, 0, 7])"),
    (X, 1, Constant((2,), [-1, 0], ()), "b c2 h9 w6", "out = channel_slice(x, indices=[7, 0])"),
    (X, 1, Constant((3,), None, ()), "b c3 h9 w6", "out = custom(x, filters=3, params=0, macs=0, mixes=some)"),
    (
        "b c2/4 c4 h9",
        2,
        Constant((2,), None, ()),
        "b c2/2 c2 h9",
        "out = custom(x, filters=4, params=0, macs=0, mixes=some)",
    ),
]


@pytest.mark.parametrize(("before", "at", "indices", "after", "layer"), PICKED)
def test_entries_by_number(before: str, at: int, indices: Constant, after: str, layer: str) -> None:
    made = tracer()
    assert layout(made.picked("out", mapped(before), at, indices)) == after
    assert layers(made) == [layer]


@pytest.mark.parametrize(
    ("at", "indices", "why"),
    [
        (2, Constant((2,), [1, 0], ()), "it reorders an axis"),
        (2, Constant((2,), None, ()), "it reorders an axis"),
        (1, Constant((2, 2), [0, 1, 2, 3], ()), "it picks a table of entries"),
        (1, Constant((0,), [], ()), "it picks a table of entries"),
    ],
)
def test_what_cannot_be_picked(at: int, indices: Constant, why: str) -> None:
    with pytest.raises(Layout, match=why):
        tracer().picked("out", mapped(X), at, indices)


PADDED = [
    ([(0, 0), (0, 0), (1, 2), (0, 0)], "zeros", 0, "b c8 h12 w6", ["out = pad(x, padding=[[1, 2], 0])"]),
    ([(0, 0), (0, 0), (1, 1), (-2, 1)], "reflect", 0, "b c8 h11 w5", ["out = pad(x, padding=[1, [-2, 1]], padding_mode=reflect)"]),
    ([(0, 0)] * 4, "zeros", 0, X, ["out = identity(x)"]),
    ([(0, 0), (0, 4), (0, 0), (0, 0)], "zeros", 4, "b c12 h9 w6", ["out = custom(x, filters=12, params=4, macs=0, mixes=some)"]),
    ([(0, 0), (0, 4), (1, 1), (1, 1)], "zeros", 0, "b c12 h11 w8",
     ["out/channels = identity(x, filters=12)", "out = pad(out/channels, padding=1)"]),
]  # fmt: skip


@pytest.mark.parametrize(("sides", "mode", "params", "after", "expected"), PADDED)
def test_padding(sides: list[tuple[int, int]], mode: str, params: int, after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.padded("out", mapped(X), sides, mode, params)) == after
    assert layers(made) == expected


@pytest.mark.parametrize(("text", "at"), [("b c8 h2/2 h2", 2), ("b c? h4", 1), ("b2 c8", 0)])
def test_what_cannot_be_padded(text: str, at: int) -> None:
    x = mapped(text)
    with pytest.raises(Layout, match="part of an axis is padded"):
        tracer().padded("out", x, [(1, 0) if number == at else (0, 0) for number in range(len(x.dims))])
