"""Estimates of how wide a text is."""

import pytest

from rfcli.render.diagram.sizes import node_size, pixels, title_width, width


@pytest.mark.parametrize(
    ("text", "arial"), [("conv 3x3 + batch_norm + relu", 147.4), ("WWWW", 41.5), ("iiii", 9.8), ("Mixed_6b", 46.5)]
)
def test_never_narrower_than_drawn(text: str, arial: float) -> None:
    """Widths in pixels at 11 px, from the advance widths that Arial's metrics state (in 2048ths of the size)."""
    assert arial <= width(text, 11) <= 1.6 * arial


def test_wide_characters() -> None:
    assert width("層", 10) >= 10


def test_a_node_holds_its_text() -> None:
    across, high = node_size("a" * 40, ["b", "c", "d"])
    assert across > title_width("a" * 40) and high > 4 * 11


def test_numbers_of_paths() -> None:
    assert [pixels(value) for value in (3.0, 2.25, -0.04)] == ["3", "2.2", "-0"]
