"""Products with matrices of weights: parameters and products are those of a matrix of so many rows and columns."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.maps import Layout

PROJECTED = [
    ("b c8 global", 1, 5, True, "b c5 global", ["out = linear(x, units=5)"]),
    ("b h4 w6 c8", 3, 5, False, "b h4 w6 c5", ["out = conv(x, kernel=1, filters=5, bias=False)"]),
    ("b h4.w6 c8", 2, 5, True, "b h4.w6 c5", ["out = conv(x, kernel=1, filters=5)"]),
    ("b c8", 1, 5, True, "b c5", ["out = conv(x, kernel=1, filters=5)"]),
    # A whole map is flattened first.
    ("b c8.h4.w6", 1, 5, True, "b c5 global", ["out/flatten = flatten(x)", "out = linear(out/flatten, units=5)"]),
    # 4 of 8 channels against a matrix of 4 rows and 5 columns, twice: one matrix for both halves.
    ("b h4 c2/4 c4", 3, 5, True, "b h4 c2/5 c5", ["out = custom(x, filters=10, groups=2, params=25)"]),
    # Positions mixed by a square matrix: 24 * 24 weights and 24 biases, used for each of 8 channels.
    ("b c8 h4.w6", 2, 24, True, "b c8 h4.w6 global", ["out = custom(x, filters=8, macs=4608, global=True, params=600)"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "at", "features", "bias", "after", "expected"), PROJECTED)
def test_projections(before: str, at: int, features: int, bias: bool, after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.projected("out", mapped(before), at, features, bias)) == after
    assert layers(made) == expected


def test_a_shared_matrix_has_no_parameters_of_its_own() -> None:
    made = tracer()
    made.projected("out", mapped("b c8 global"), 1, 5, True, {"params": 0})
    made.projected("part", mapped("b h4 c2/4 c4"), 3, 5, True, {"params": 0})
    assert layers(made) == [
        "out = linear(x, units=5, params=0)", "part = custom(x, filters=10, groups=2, params=0)",
    ]  # fmt: skip


def test_a_whole_axis_beside_all_channels_is_a_window() -> None:
    """As reading of text has them: a column of a map is what a step is made of."""
    made = tracer()
    made.projected("out", mapped("b h4 c8.w6"), 2, 5, True)
    made.projected("first", mapped("b w6 h4.c8"), 2, 5, False, {"params": 0})
    assert layers(made) == [
        "out = conv(x, filters=5, kernel=[1, 6], stride=[1, 6])",
        "first = conv(x, filters=5, bias=False, kernel=[4, 1], stride=[4, 1], params=0)",
    ]


@pytest.mark.parametrize(
    ("text", "at", "features", "why"),
    [
        ("b2 c8", 0, 5, "the batch is projected"),
        ("b c? c4 h4", 2, 5, "channels of unknown number are projected"),
        ("b c8 h4 w2/3 w3", 3, 12, "positions along an axis are made others"),
        ("b c2/4 h4 c4.w6", 3, 24, "positions and channels are projected together"),
        ("b h4 c8.w?", 2, 48, "positions and channels are projected together"),
    ],
)
def test_what_cannot_be_projected(text: str, at: int, features: int, why: str) -> None:
    with pytest.raises(Layout, match=why):
        tracer().projected("out", mapped(text), at, features, True)
