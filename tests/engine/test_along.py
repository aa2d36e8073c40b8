"""One axis seen from one origin."""

from __future__ import annotations

from engine import conv, report


def test_numbers_layer_by_layer() -> None:
    found = report(conv(name="a", kernel=3, stride=2, padding=1), conv(name="b", kernel=3), size=[16])
    (axis,) = found.sight.axes
    a, b = (axis.numbers(found.number(name)) for name in "ab")
    assert (a.size, a.stride, a.padding, a.center) == (3, 2, 1, 0)
    assert (b.size, b.stride, b.padding, b.center) == (7, 2, 1, 2)
    assert axis.aligned(found.number("b")) is True and not axis.mixed(found.number("b"))


def test_what_the_size_decides_is_unknown_without_it() -> None:
    found = report(conv(name="a", kernel=3, stride=2, padding="same"), size=[None])
    (axis,) = found.sight.axes
    numbers = axis.numbers(found.number("a"))
    assert (numbers.size, numbers.stride) == (3, 2) and "depends on the input size" in numbers.padding.reason
