"""Channels made of some of the channels at their position."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.maps import Layout

FREE = "params=0, macs=0"
REPEATED = [
    ("b c4 1 h4", {1: 2}, "b c2/4.c4 1 h4", ["out = concat(x, x)"]),
    ("b c4 1 h4", {2: 3}, "b c4/3 c3 h4", [f"out = custom(x, filters=12, groups=4, {FREE})"]),
    ("b 1 c4 h4", {1: 3}, "b c3/4 c4 h4", ["out = concat(x, x, x)"]),
    ("b c2/2 1 c2 h4", {2: 2}, "b c2/4 c2/2 c2 h4", ["out = channel_slice(x, indices=[0, 1, 0, 1, 2, 3, 2, 3])"]),
    ("b 1 1 h4", {1: 3}, "b c3 1 h4", [f"out = custom(x, filters=3, {FREE})"]),
    ("b c2 1 global", {2: 2}, "b c2/2 c2 global", [f"out = custom(x, filters=4, {FREE})"]),
    (
        "b c2 1 h4",
        {2: 1 << 40},
        "b c2/1099511627776 c1099511627776 h4",  # no list of these is made
        [f"out = custom(x, filters=2199023255552, {FREE}, mixes=some)"],
    ),
    ("b c99999 1 h4", {2: 2}, "b c99999/2 c2 h4", [f"out = custom(x, filters=199998, {FREE}, mixes=some)"]),
]


@pytest.mark.parametrize(("before", "counts", "after", "expected"), REPEATED)
def test_repeated(before: str, counts: dict[int, int], after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.repeated("out", mapped(before), counts)) == after
    assert layers(made) == expected


WIDER = [
    ("b c4 h4", 1, (0, 2), "b c6 h4", ["out = identity(x, filters=6)"]),
    ("b c4 h4", 1, (1, 1), "b c6 h4", ["out/zeros = identity(x, filters=5)", "out = channel_slice(out/zeros, indices=[4, 0, 1, 2, 3, 4])"]),
    ("b c2/2 c2 h4", 2, (0, 1), "b c2/3 c3 h4",
     ["out/zeros = identity(x, filters=5)", "out = channel_slice(out/zeros, indices=[0, 1, 4, 2, 3, 4])"]),
    ("b c4 h4", 1, (-1, 0), "b c3 h4", [f"out = custom(x, filters=3, {FREE}, mixes=some)"]),
    ("b c4 global", 1, (0, 2), "b c6 global", [f"out = custom(x, filters=6, {FREE})"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "at", "sides", "after", "expected"), WIDER)
def test_zeros_around_channels(before: str, at: int, sides: tuple[int, int], after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.with_zeros("out", mapped(before), at, *sides)) == after
    assert layers(made) == expected


HALVES = [
    ("b c8 h4", 1, "b c4 h4", ["out/together = channel_shuffle(x, groups=2)", f"out = custom(out/together, {FREE}, filters=4, groups=4)"]),
    ("b c2/4 c4 h4", 1, "b 1 c4 h4", ["out/together = channel_shuffle(x, groups=2)", f"out = custom(out/together, {FREE}, filters=4, groups=4)"]),
    ("b c2/4 c4 h4", 2, "b c2/2 c2 h4",
     ["out/together = channel_slice(x, indices=[0, 2, 1, 3, 4, 6, 5, 7])", f"out = custom(out/together, {FREE}, filters=4, groups=4)"]),
    ("b c8 global", 1, "b c4 global", [f"out = custom(x, filters=4, {FREE})"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "at", "after", "expected"), HALVES)
def test_halves_merged(before: str, at: int, after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.halved("out", mapped(before), at)) == after
    assert layers(made) == expected


@pytest.mark.parametrize("before", ["b c7 h4", "b c? h4"])
def test_what_has_no_halves(before: str) -> None:
    with pytest.raises(Layout, match="channels of unknown number are halved"):
        tracer().halved("out", mapped(before), 1)


GROUPS = [
    ("b c2/4 c4 h4", [2], 5, True, ["out = custom(x, filters=8, groups=2, params=5, macs=0)"]),
    ("b c2/4 c4 h4", [1], 0, True, ["out/together = channel_shuffle(x, groups=2)", f"out = custom(out/together, filters=8, groups=4, {FREE})"]),
    ("b c8 h4", [1], 0, False, []),
    ("b c2/4 h4!", [2], 0, False, []),
    ("b c8 global", [1], 0, False, []),
]  # fmt: skip


@pytest.mark.parametrize(("before", "over", "params", "parts", "expected"), GROUPS)
def test_parts_that_are_worked_on_together(
    before: str, over: list[int], params: int, parts: bool, expected: list[str]
) -> None:
    """Those of each group, where there are several."""
    made, x = tracer(), mapped(before)
    dims = [x.dims[at] for at in over]
    assert made.in_groups(x, dims) is parts
    if parts:
        assert made.within_groups("out", x, dims, params).shape == x.shape
        assert layers(made) == expected
