"""Convolutions and pools over the axes of a map."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer

CONV = {"kernel": [3, 5], "stride": [1, 2], "padding": [[1, 1], [2, 2]]}

WINDOWS = [
    ("conv", "b c8 h4 w6", 16, CONV, "b c16 h4 w3", ["out = conv(x, kernel=[3, 5], stride=[1, 2], padding=[1, 2], filters=16)"]),
    ("max_pool", "b c8 h4 w6", None, {"kernel": [2, 2]}, "b c8 h2 w3", ["out = max_pool(x, kernel=2)"]),
    ("conv", "b c8 w6", 1, {"kernel": [5]}, "b 1 w2", ["out = conv(x, kernel=[1, 5], filters=1)"]),
    ("conv", "b c8 1 h4", 4, {"kernel": [3, 5]}, "b c4 w? h?", ["out = conv(x, kernel=[5, 3], filters=4)"]),
    ("conv_transpose", "b c8 h4", 4, {"kernel": [2], "output_padding": [1]}, "b c4 h6",
     ["out = conv_transpose(x, kernel=[2, 1], output_padding=[1, 0], filters=4)"]),
    ("conv", "b c8.h2 h2/2 w6", 4, {"kernel": [1, 1]}, "b c4 h2 w6",
     ["out/space_to_depth = pixel_unshuffle(x, scale=[2, 1])", "out = conv(out/space_to_depth, kernel=1, filters=4)"]),
]  # fmt: skip


@pytest.mark.parametrize(("type", "before", "filters", "per_axis", "after", "expected"), WINDOWS)
def test_windows(
    type: str, before: str, filters: int | None, per_axis: dict[str, list[object]], after: str, expected: list[str]
) -> None:
    made = tracer()
    assert layout(made.window("out", type, mapped(before), filters, per_axis)) == after
    assert layers(made) == expected


def test_other_parameters_are_handed_on() -> None:
    made = tracer(1)
    made.window("out", "conv", mapped("b c8 h4"), 4, {"kernel": [3]}, groups=2, bias=False, padding="same")
    assert layers(made) == ["out = conv(x, groups=2, bias=False, padding=same, kernel=3, filters=4)"]
