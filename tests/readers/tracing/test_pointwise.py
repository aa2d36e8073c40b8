"""Factors, terms and slopes at each position."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.maps import Constant

X = "b c8 h4 w6"


@pytest.mark.parametrize(
    ("params", "layer"),
    [
        (0, "out = identity(x)"),
        (8, "out = channel_scale(x)"),
        (1, "out = custom(x, filters=8, groups=8, params=1, macs=0)"),
        (192, "out = custom(x, filters=8, groups=8, params=192, macs=0)"),
    ],
    ids=["untrained", "a channel each", "one", "a position each"],
)
def test_factors_and_terms(params: int, layer: str) -> None:
    made = tracer()
    assert layout(made.scaled("out", mapped(X), params)) == X
    assert layers(made) == [layer]


@pytest.mark.parametrize(
    ("shape", "layer"),
    [
        ((1,), "out = prelu(x)"),
        ((8, 1, 1), "out = prelu(x, per_channel=True)"),
        ((4, 6), "out = custom(x, filters=8, groups=8, params=24, macs=0)"),
    ],
)
def test_slopes(shape: tuple[int, ...], layer: str) -> None:
    made = tracer()
    count = 1
    for n in shape:
        count *= n
    made.prelu("out", mapped(X), Constant(shape, None, (("slope", count),)))
    assert layers(made) == [layer]


def test_shared_slopes_are_counted_once() -> None:
    made = tracer()
    slope = Constant((8,), None, (("slope", 8),))
    made.prelu("first", mapped(X), slope)
    made.prelu("second", mapped(X), slope)
    assert layers(made) == ["first = prelu(x, per_channel=True)", "second = prelu(x, per_channel=True, params=0)"]
