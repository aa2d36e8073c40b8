"""Colors by a number."""

import pytest

from render.diagram import conv, outline, outline_of
from rfcli.render.diagram import COLORS
from rfcli.render.diagram.shades import BY, scale, shade


def grey(color: str) -> float:
    """The brightness of a color, from 0 to 255 (ITU-R BT.601)."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_darker_means_more_in_grey_too() -> None:
    shades = [grey(shade(part / 20)) for part in range(21)]
    assert shades == sorted(shades, reverse=True) and shades[0] - shades[-1] > 150


def test_the_words_are_those_of_the_option() -> None:
    assert tuple(BY) == COLORS


@pytest.mark.parametrize("by", COLORS)
def test_every_network_has_numbers(by: str) -> None:
    found = scale(outline("resnet18"), by)
    assert found.values and all(0 <= (found.part(node) or 0) <= 1 for node in found.values)


def test_sizes() -> None:
    found = scale(outline_of(conv("a", 3), conv("b", 7), {"type": "global_avg_pool", "name": "g"}), "size")
    assert found.values == {1: pytest.approx(3), 2: pytest.approx(9)}
    assert (found.color(1), found.color(2), found.color(3)) == (shade(0), shade(1), None)
    assert not found.dark(1) and found.dark(2)


def test_costs_are_those_of_all_copies() -> None:
    """3 x 2 x 2 weights and 2 biases, three times."""
    found = scale(outline_of(conv("a", repeat=3)), "params")
    assert found.values == {1: 42.0}
    assert found.color(1) == shade(0)
