"""Reductions and normalisations."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.maps import Constant, Layout

X = "b c8 h4 w6"

POOLED = [
    (X, [2, 3], True, "b c8 1 1 global", ["out = global_avg_pool(x)"]),
    (X, [2, 3], False, "b c8 global", ["out = global_avg_pool(x)"]),
    (X, [3], True, "b c8 h4 1", ["out = adaptive_avg_pool(x, output_size=[4, 1])"]),
    (X, [3], False, "b c8 h4", ["out = adaptive_avg_pool(x, output_size=[4, 1])"]),
    (X, [1], True, "b 1 h4 w6", ["out = custom(x, filters=1, params=0, macs=0)"]),
    (X, [1, 2, 3], False, "b global",
     ["out/space = global_avg_pool(x)", "out = custom(out/space, filters=1, params=0, macs=0)"]),
    ("b h4.w6 c8", [1], False, "b c8 global", ["out = global_avg_pool(x)"]),
    ("b c8 global", [1], True, "b 1 global", ["out = custom(x, filters=1, params=0, macs=0)"]),
    ("b c8 1 1 global", [2, 3], False, "b c8 global", ["out = identity(x)"]),
    # Windows of 2 by 3 positions, of which the inner parts are reduced.
    ("b c8 h2/2 h2 w2/3 w3", [3, 5], False, "b c8 h2 w2", ["out = avg_pool(x, kernel=[2, 3], stride=[2, 3])"]),
    ("b h2/2 w2/3 h2.w3 c8", [3], True, "b h2 w2 1 c8", ["out = avg_pool(x, kernel=[2, 3], stride=[2, 3])"]),
    # The outer ones: a grid, of which one block is left.
    ("b c8 h2/2 h2", [2], True, "b c8 1 h2",
     ["out/grid = window_attention(x, grid=[2, 1], params=0, macs=0)", "out = crop(out/grid, cropping=[[0, 2], 0])"]),
    ("b h2/2 w6 h2.c8", [3], False, "b h2 w6",
     ["out/blocks = avg_pool(x, kernel=[2, 1], stride=[2, 1])", "out = custom(out/blocks, filters=1, params=0, macs=0)"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "dims", "keep", "after", "expected"), POOLED)
def test_reductions(before: str, dims: list[int], keep: bool, after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.pooled("out", mapped(before), dims, keep, "avg")) == after
    assert layers(made) == expected


def test_dimensions_from_the_end_or_all() -> None:
    made = tracer()
    assert layout(made.pooled("out", mapped(X), [-1, -2, 3], True, "avg")) == "b c8 1 1 global"
    assert layout(made.pooled("all", mapped("1 c8 h4 w6"), None, False, "avg")) == "global"
    with pytest.raises(Layout, match="it names axis 4 of 4"):
        made.pooled("no", mapped(X), [4], True, "avg")


def test_maxima() -> None:
    made = tracer()
    made.pooled("out", mapped(X), [2, 3], True, "max")
    made.pooled("part", mapped("b c8 h2/2 h2"), [3], True, "max")
    assert layers(made) == ["out = global_max_pool(x)", "part = max_pool(x, kernel=[2, 1], stride=[2, 1])"]


@pytest.mark.parametrize(
    ("text", "dims", "why"),
    [
        ("b2 c8 h4", [0], "the batch is reduced"),
        ("b c8 h? w6", [3], "an axis of unknown size is kept beside one that is reduced"),
        ("b c8 h2/2.w6 h2", [2], "part of an axis is reduced"),
        ("b c8 h2/2 h2~1", [3], "part of an axis is reduced"),
        ("b c? h4", [1, 2], None),
    ],
)
def test_what_is_no_pool(text: str, dims: list[int], why: str | None) -> None:
    if why is None:
        tracer().pooled("out", mapped(text), dims, True, "avg")
        return
    with pytest.raises(Layout, match=why):
        tracer().pooled("out", mapped(text), dims, True, "avg")


def weight(name: str, *shape: int) -> Constant:
    count = 1
    for n in shape:
        count *= n
    return Constant(shape, None, ((name, count),))


NORMED = [
    ("b h4 w6 c8", [3], weight("s", 8), weight("b", 8), "out = layer_norm(x)"),
    ("b h4 w6 c8", [3], weight("s", 8), None, "out = layer_norm(x, bias=False)"),
    ("b h4 w6 c8", [3], None, None, "out = layer_norm(x, scale=False, bias=False)"),
    (X, [1, 2, 3], weight("s", 8, 4, 6), weight("b", 8, 4, 6), "out = layer_norm(x, axes=all)"),
    # A scale of a group of channels is no layer_norm's: 4 of 8 channels.
    ("b h4 w6 c2/4 c4", [4], weight("s", 4), None, "out = custom(x, filters=8, groups=2, params=4, macs=0)"),
]


@pytest.mark.parametrize(("text", "over", "scale", "bias", "layer"), NORMED)
def test_layer_norms(text: str, over: list[int], scale: Constant | None, bias: Constant | None, layer: str) -> None:
    made = tracer()
    x = mapped(text)
    assert layout(made.layer_normed("out", x, [x.dims[at] for at in over], scale, bias)) == text
    assert layers(made) == [layer]


SOFTMAXED = [
    (X, [1], "out = softmax(x)"),
    ("b c2/4 c4 h4 w6", [2], "out = custom(x, filters=8, groups=2, params=0, macs=0)"),
    # Shares among positions carry statistics of the whole map.
    (X, [2, 3], "out = instance_norm(x, scale=False, bias=False)"),
    ("b c8 h4.w6", [2], "out = instance_norm(x, scale=False, bias=False)"),
    (X, [2], "out = window_attention(x, window=[4, 1], params=0, macs=0)"),
    ("b c8 h2.w3 h2/2.w2/3", [3], "out = window_attention(x, grid=2, params=0, macs=0)"),
]


@pytest.mark.parametrize(("text", "over", "layer"), SOFTMAXED)
def test_softmaxes(text: str, over: list[int], layer: str) -> None:
    made = tracer()
    x = mapped(text)
    assert layout(made.softmaxed("out", x, [x.dims[at] for at in over])) == text
    assert layers(made) == [layer]


def test_some_axes_cannot_be_normalised() -> None:
    x = mapped("b c8 h2/2 h2~1")
    with pytest.raises(Layout, match="some axes are normalised"):
        tracer().layer_normed("out", x, x.dims[3:4], None, None)
    made, plane = tracer(), mapped(X)
    made.layer_normed("out", plane, plane.dims[2:3], weight("s", 4), None)
    assert layers(made) == ["out = window_attention(x, window=[4, 1], params=4, macs=0)"]
