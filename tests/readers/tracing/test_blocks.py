"""Blocks of space in channels, and of channels in space."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.blocks import Blocks, in_axes, in_channels, is_tidy
from rfcli.readers.tracing.maps import Map

IN_CHANNELS = [
    ("b c8.h2.w2 h2/2 w3/2", {0: 2, 1: 2}, "b c32 h2 w3"),
    ("b h2.w2.c8 h2/2 w3/2", {0: 2, 1: 2}, "b c32 h2 w3 last"),
    ("b h2/2 w3/2 w2.h2.c8", {0: 2, 1: 2}, "b h2 w3 c32 last"),
    ("b h2/2.w3/2 h2.w2.c8", {0: 2, 1: 2}, "b h2.w3 c32 last"),
    ("b h2.c8.w2 h2/2 w3/2", None, ""),
    ("b c8.h4 h2/4 w6", {0: 4}, "b c32 h2 w6"),
    ("b h2.w2 h2/2 w3/2", {0: 2, 1: 2}, "b c4 h2 w3"),
    ("1 c2.d2.h2.w2 d2/2 h2/2 w3/2", {0: 2, 1: 2, 2: 2}, "1 c16 d2 h2 w3"),
    # Windows, frames, channels elsewhere, rolled or unsplit axes.
    ("b h2/2 h2 w3/2 w2 c8", None, ""),
    ("b c8 h2/2 h2", None, ""),
    ("b h2/2 h2", None, ""),
    ("b.h2/2 h2.c8 w4", None, ""),
    ("b c8.h2 h2/4 w6", None, ""),
    ("b c8.h2~1 h2/2~1 w6", None, ""),
    ("b c8.h4 w6", None, ""),
    ("b c8 h4 w6", None, ""),
]
IN_AXES = [
    ("b c2/4 h4.c2/2 w6.c2", {0: 2, 1: 2}, "b c2 h8 w12"),
    ("b c2 h4.c2/4 w6.c2/2", {0: 2, 1: 2}, "b c2 h8 w12 last"),
    ("b h4.c3/2 c2", {0: 3}, "b h12 c2 last"),
    ("b c2/2 h4.c2/4 w6.c2", None, ""),
    ("b c2 h4.w6.c2", None, ""),
    ("b h4.w6.c2", None, ""),
    ("b c2.h4", None, ""),
    ("b c2 h?.c2", None, ""),
    ("b c2 h4 w6", None, ""),
]


@pytest.mark.parametrize(("text", "scale", "after"), IN_CHANNELS)
def test_space_in_channels(text: str, scale: dict[int, int] | None, after: str) -> None:
    made = in_channels(mapped(text).dims)
    type = "space_to_depth" if after.endswith("last") else "pixel_unshuffle"
    assert made == (None if scale is None else Blocks(type, scale, mapped(after.removesuffix(" last")).dims))


@pytest.mark.parametrize(("text", "scale", "after"), IN_AXES)
def test_channels_in_axes(text: str, scale: dict[int, int] | None, after: str) -> None:
    made = in_axes(mapped(text).dims)
    type = "depth_to_space" if after.endswith("last") else "pixel_shuffle"
    assert made == (None if scale is None else Blocks(type, scale, mapped(after.removesuffix(" last")).dims))


def test_tidy_dimensions() -> None:
    tidy = ["b c8 h4 w6", "b h4.w6 c8", "1 c8 h4~1 w6", "b c2/4 c4 h4"]
    others = ["b c8 h2/2 h2 w6", "b c8.h4 w6", "b.h4 c8 w6", "b c8 h4/2"]
    assert [text for text in (*tidy, *others) if is_tidy(mapped(text).dims)] == tidy


def moved(x: Map, *steps: list[int], through: str = "") -> tuple[str, list[str]]:
    """What reshapes (lists of sizes) and permutations (of numbers up to the rank) make of a map, one after another."""
    made = tracer()
    for number, (kind, step) in enumerate(zip("rpr" * 2, steps, strict=False)):
        x = made.reshape(f"l{number}", x, step) if kind == "r" else made.permuted(f"l{number}", x, step)
        if through and number == 2:
            x = made.passed("through", x, type=through)
    return layout(x), layers(made)


S2D = ([1, 8, 2, 2, 3, 2], [0, 1, 3, 5, 2, 4], [1, 32, 2, 3])
D2S = ([1, 8, 2, 2, 2, 3], [0, 1, 4, 2, 5, 3], [1, 8, 4, 6])


def test_the_reshape_that_rearranges_is_the_layer() -> None:
    after, made = moved(mapped("b1 c8 h4 w6"), *S2D)
    assert (after, made[-1]) == ("1 c32 h2 w3", "l2 = pixel_unshuffle(l1, scale=2)")
    after, made = moved(mapped("b1 c32 h2 w3"), *D2S)
    assert (after, made[-1]) == ("1 c8 h4 w6", "l2 = pixel_shuffle(l1, scale=2)")


@pytest.mark.parametrize("through", ["", "relu"])
def test_there_and_back_is_the_same_map(through: str) -> None:
    after, made = moved(mapped("b1 c8 h4 w6"), *S2D, *D2S, through=through)
    assert (after, made[-1]) == ("1 c8 h4 w6", "l5 = identity(l1)")
