"""Dilation of one convolution, and of the last ones."""

from suggest import CHAIN, changed, knobs, turned


def test_one() -> None:
    assert len(knobs("dilate")) == 3, "two that do not stride, and both"
    made = turned("dilate", 0, 2)
    assert made is not None and made[0] == "dilation 3 of 'a'"
    assert changed(CHAIN, made[1]) == ["- {name: a, type: conv, kernel: 3, padding: 3, dilation: 3}   # the first"]


def test_the_last_ones() -> None:
    made = turned("dilate", 2, 2)
    assert made is not None and made[0] == "dilations 2 to 4 of the last 2 convolutions"
    assert sorted(line for line in changed(CHAIN, made[1]) if "dilation: 2" in line) != []
    assert "dilation: 4" in changed(CHAIN, made[1])
