"""Lengths: exact, and as people say them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rfcli.geometry.units import Spacing, exactly
from rfcli.geometry.unknown import Unknown

KHZ = Spacing.at_rate(16000, 1)
SAID = [
    (KHZ, (400,), "25 ms"),
    (KHZ, (320,), "20 ms"),
    (KHZ, (1,), "62.5 us"),
    (KHZ, (6400,), "0.4 s"),
    (KHZ, (-597,), "-37.3 ms"),
    (KHZ, (0,), "0 s"),
    (Spacing.at_rate(64000, 1), (2388,), "37.3 ms"),
    (Spacing.of(0.01, 1, "s"), (49,), "0.49 s"),
    (Spacing.of([2.5, 0.8, 0.8], 3, "mm"), (3, 10, 10), "7.5x8x8 mm"),
    (Spacing.of(0.8, 2, "mm"), (163, 163), "130 mm"),
    (Spacing.of(128, 1, "bp"), (100,), "12800 bp"),
    (Spacing.of(2, 1), (3,), "6"),
    (KHZ, (None,), ""),
    (Spacing.of(1, 2, "mm"), (Unknown("why"), 4), "?x4 mm"),
]


@pytest.mark.parametrize(("spacing", "sizes", "said"), SAID)
def test_as_people_say_them(spacing: Spacing, sizes: tuple[object, ...], said: str) -> None:
    assert spacing.said(sizes) == said


def test_no_float_noise() -> None:
    assert KHZ.extent((400,)) == (Fraction(1, 40),)
    assert Spacing.of(0.1, 1).extent((3,)) == (Fraction(3, 10),)
    assert exactly(0.8) == Fraction(4, 5)
    assert Spacing.at_rate(44100, 1).extent((Fraction(1, 2),)) == (Fraction(1, 88200),)
