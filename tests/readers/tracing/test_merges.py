"""Maps and constants merged, repeated beside one another, and joined."""

from __future__ import annotations

from math import prod

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.maps import Constant, Layout

X = "b c8 h4 w6"


def weight(*shape: int) -> Constant:
    return Constant(shape, None, (("weight", prod(shape)),))


def number(*shape: int) -> Constant:
    return Constant(shape, None, ())


MERGED = [
    ("add", [X, X], X, ["out = add(x, y)"]),
    ("add", [X, "c8 h4 w6"], X, ["out = add(x, y)"]),
    ("multiply", [X, "b c8 1 1 global"], X, ["out = multiply(x, y)"]),
    ("multiply", [X, "b 1 h4 w6"], X, ["out = multiply(x, y)"]),
    # A maximum is taken of maps of as many channels.
    ("max", [X, "b 1 h4 w6"], X, ["out/repeat_2 = custom(y, filters=8, params=0, macs=0)", "out = max(x, out/repeat_2)"]),
    ("add", ["b c8 h4 1", X], X, ["out/expand_1 = upsample(x, like=y)", "out = add(out/expand_1, y)"]),
    # One value for each row, and one for each column.
    ("add", ["b c8 h4 1", "b c8 1 w6"], X,
     ["out/expand_1 = upsample(x, size=[4, 6])", "out/expand_2 = upsample(y, size=[4, 6])",
      "out = add(out/expand_1, out/expand_2)"]),
    ("add", ["b c2/4 1 h4", "b c2/4 c4 h4"], "b c2/4 c4 h4",
     ["out/repeat_1 = custom(x, filters=8, groups=2, params=0, macs=0)", "out = add(out/repeat_1, y)"]),
    ("add", ["b c8 h? w?", X], X, ["out = add(x, y)"]),
    ("add", ["b c8 global", "b c8 global"], "b c8 global", ["out = add(x, y)"]),
]  # fmt: skip


@pytest.mark.parametrize(("type", "texts", "after", "expected"), MERGED)
def test_merges(type: str, texts: list[str], after: str, expected: list[str]) -> None:
    made = tracer()
    maps = [mapped(text, layer) for text, layer in zip(texts, "xyz", strict=False)]
    assert layout(made.merged("out", type, maps)) == after
    assert layers(made) == expected


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (X, "b c7 h4 w6", "tensors of different layouts are merged"),
        (X, "b c8 w6 h4", "tensors of different layouts are merged"),
        (X, "b c8 h4~1 w6", "tensors of different layouts are merged"),
        ("b c8 h4 1", "b c8 1 w?", "maps of different axes are merged"),
        ("b c? h4", "b 1 h4", None),
    ],
)
def test_maps_that_do_not_fit(first: str, second: str, why: str | None) -> None:
    maps = [mapped(first), mapped(second, "y")]
    with pytest.raises(Layout, match=why or "channels of unknown number are broadcast"):
        tracer().merged("out", "add", maps)


COMBINED = [
    (weight(8, 1, 1), 1, X, ["out = channel_scale(x)"]),
    (number(8, 1, 1), 1, X, ["out = identity(x)"]),
    (weight(), 1, X, ["out = custom(x, filters=8, groups=8, params=1, macs=0)"]),
    (weight(), 2, X, ["out = identity(x)"]),
    (weight(1, 8, 4, 6), 1, X, ["out = custom(x, filters=8, groups=8, params=192, macs=0)"]),
]


@pytest.mark.parametrize(("constant", "least", "after", "expected"), COMBINED)
def test_a_map_and_a_constant(constant: Constant, least: int, after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.combined("out", "add", [constant, mapped(X)], least)) == after
    assert layers(made) == expected


def test_a_map_repeated_along_a_constant() -> None:
    made = tracer()
    assert layout(made.combined("out", "add", [mapped("b c8 1 w6"), number(1, 1, 4, 1)])) == "b c8 h4 w6"
    assert layers(made)[0] == "out = upsample(x, size=[4, 6])"
    with pytest.raises(Layout, match="a map is broadcast to a constant"):
        made.combined("out", "add", [mapped("b c8 global"), number(3, 1, 1, 8)])


def test_maps_and_a_weight() -> None:
    made = tracer()
    assert layout(made.combined("out", "multiply", [mapped(X), mapped(X, "y"), weight(8, 1, 1)])) == X
    assert layers(made) == ["out/merge = multiply(x, y)", "out = channel_scale(out/merge)"]


EXPANDED = [
    ("b c8 1 w6", [1, 1, 4, 1], "b c8 h4 w6", ["out = upsample(x, size=[4, 6])"]),
    ("b c8 global", [1, 8], "b c8 global", ["out = identity(x)"]),
    ("b 1 h4 w6", [1, 3, 1, 1], "b c3 h4 w6", ["out = custom(x, filters=3, params=0, macs=0)"]),
    ("1 c8 h4 w6", [5, 1, 1, 1], "b5 c8 h4 w6", ["out = identity(x)"]),
    ("b 1 1 w6", [1, 3, 4, 1], "b c3 h4 w6",
     ["out/channels = custom(x, filters=3, params=0, macs=0)", "out = upsample(out/channels, size=[4, 6])"]),
    ("b c8", [3, 1, 1], "b3 b c8", ["out = identity(x)"]),
    ("b 1 c8 h4.w6", [1, 2, 1, 1], "b c2/8 c8 h4.w6", ["out = concat(x, x)"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "target", "after", "expected"), EXPANDED)
def test_repeated_entries(before: str, target: list[object], after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.expanded("out", mapped(before), target)) == after
    assert layers(made) == expected


@pytest.mark.parametrize(
    ("text", "target", "why"),
    [
        ("b c8 1 w6", [1, 1, None, 1], "it repeats as often as a size says that is not known"),
        ("b c8 1 w?", [1, 1, 4, 1], "one axis is repeated beside one of unknown size"),
    ],
)
def test_what_cannot_be_repeated(text: str, target: list[object], why: str) -> None:
    with pytest.raises(Layout, match=why):
        tracer().expanded("out", mapped(text), target)


JOINED = [
    ([mapped(X), mapped("b c3 h4 w6", "y")], 1, "b c11 h4 w6", ["out = concat(x, y)"]),
    ([mapped(X), mapped("b c3 h4 w6", "y")], -3, "b c11 h4 w6", ["out = concat(x, y)"]),
    ([mapped(X)], 1, X, ["out = identity(x)"]),
    # Zeros before the channels, and a row of them behind an axis.
    ([number(1, 2, 4, 6), mapped(X)], 1, "b c10 h4 w6", ["out/zeros = identity(x, filters=9)", "out = channel_slice(out/zeros, indices=[8, 8, 0, 1, 2, 3, 4, 5, 6, 7])"]),
    ([mapped(X), number(1, 8, 1, 6)], 2, "b c8 h5 w6", ["out = pad(x, padding=[[0, 1], 0])"]),
    # A class token before 24 positions of 8 features; a second one before both; and what has seen the whole map.
    ([weight(1, 1, 8), mapped("b1 h4.w6 c8")], 1, "b1 1+h4.w6+0 c8", ["out = custom(x, filters=8, params=8, macs=0, mixes=some)"]),
    ([number(1, 1, 8), mapped("b1 1+h4.w6+0 c8")], 1, "b1 2+h4.w6+0 c8", ["out = identity(x)"]),
    ([mapped("b1 1 c8 global"), mapped("b1 h4.w6 c8 global", "y")], 1, "b1 1+h4.w6+0* c8 global",
     ["out/inputs = concat(y, x)", "out = custom(out/inputs, filters=8, params=0, macs=0)"]),
    ([mapped(X), weight(1, 8, 1, 6)], 2, "b c8 h5 w6",
     ["out/pad = pad(x, padding=[[0, 1], 0])", "out = custom(out/pad, filters=8, groups=8, params=48, macs=0)"]),
]  # fmt: skip


@pytest.mark.parametrize(("operands", "at", "after", "expected"), JOINED)
def test_joined_maps_and_constants(operands: list, at: int, after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.joined("out", operands, at)) == after
    assert layers(made) == expected


def test_constants_among_several_maps_are_channels_of_zeros() -> None:
    made = tracer()
    ones = number(1, 1, 4, 6)
    assert layout(made.joined("out", [ones, mapped(X), ones, ones, mapped(X, "y")], 1)) == "b c19 h4 w6"
    assert layers(made)[-1].startswith("out = concat(")


@pytest.mark.parametrize(
    ("operands", "at", "why"),
    [
        ([mapped(X), mapped("b c8", "y")], 1, "it joins tensors of different ranks"),
        ([mapped(X), mapped(X, "y")], 4, "it names axis 4 of 4"),
        ([mapped(X), mapped(X, "y")], 2, "maps are joined along an axis"),
        ([mapped(X), mapped(X, "y"), number(1, 8, 4, 6)], 2, "it joins maps and constants"),
        ([mapped("b h?.w? c8"), weight(1, 1, 8)], 1, "an axis of unknown size is put among constants"),
    ],
)
def test_what_cannot_be_joined(operands: list, at: int, why: str) -> None:
    with pytest.raises(Layout, match=why):
        tracer().joined("out", operands, at)
