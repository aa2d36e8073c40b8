"""Dimensions that are rolled, and turned by quarters."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.maps import Layout
from rfcli.readers.tracing.orders import quarter_turned, rolled
from rfcli.readers.tracing.turned import turned_along, turned_axes

MAP = "b c8 h4 w6"


@pytest.mark.parametrize(
    ("text", "at", "first", "made"),
    [
        (MAP, 2, 1, "b c8 h4~1 w6"), (MAP, 3, -2, "b c8 h4 w6~4"), ("b c8 h4~3 w6", 2, 2, "b c8 h4~1 w6"),
        (MAP, 1, 3, MAP),
    ],
)  # fmt: skip
def test_rolled(text: str, at: int, first: int, made: str) -> None:
    assert layout(rolled(tracer(), "roll", mapped(text), at, first)) == made


@pytest.mark.parametrize("text", ["b c8 h2/2 h2 w6", "b c8 h? w6", "b c8 h2.w6"])
def test_what_cannot_be_rolled(text: str) -> None:
    with pytest.raises(Layout, match="part of an axis is rolled"):
        rolled(tracer(), "roll", mapped(text), 2, 1)


def test_what_is_turned_is_rolled_as_it_lies() -> None:
    drawn = tracer()
    made = rolled(drawn, "roll", turned_along(mapped(MAP), 3), 3, 1)
    assert (layout(made), turned_axes(made)) == (MAP, {1})
    around, cut = layers(drawn)
    assert around == "roll/around = pad(x, padding=[0, [1, 0]], padding_mode=circular)"
    assert cut == "roll/rolled = crop(roll/around, cropping=[0, [0, 1]])"


@pytest.mark.parametrize(
    ("turns", "made", "turned"),
    [(0, MAP, set()), (1, "b c8 w6 h4", {1}), (2, MAP, {0, 1}), (3, "b c8 w6 h4", {0}), (-1, "b c8 w6 h4", {0})],
)  # fmt: skip
def test_quarter_turns(turns: int, made: str, turned: set[int]) -> None:
    """After one, the first row holds the last column, from its first entry on."""
    found = quarter_turned(tracer(), "rot90", mapped(MAP), (2, 3), turns)
    assert (layout(found), turned_axes(found)) == (made, turned)
