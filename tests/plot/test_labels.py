"""Words on pictures."""

from fractions import Fraction

import pytest

from rfcli.geometry.units import Spacing
from rfcli.plot import labels


def test_names_that_fit() -> None:
    assert labels.shortened("short", 8) == "short"
    found = labels.shortened("a_name_of_many_letters", 9)
    assert (len(found), found) == (9, "a_na…ters")
    assert labels.shortened("a\nb", 9) == "a\\nb"


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("block_one/unit_two", 10, ["block_one/", "unit_two"]),
        ("abcdefghijklmnopqrst", 8, ["abcdefgh", "ijklmnop", "qrst"]),
        ("", 8, []),
        ("fits", 20, ["fits"]),
    ],
)
def test_lines(text: str, most: int, lines: list[str]) -> None:
    assert labels.wrapped(text, most) == lines


@pytest.mark.parametrize(
    ("number", "said"),
    [(483, "483"), (12.5, "12.5"), (Fraction(1, 3), "0.3333"), (Fraction(6, 2), "3"), (10**15, "1.00e+15"),
     (3 * 2**70, "3.54e+21"), (45.0, "45"), (-(10**16), "-1.00e+16")],
)  # fmt: skip
def test_numbers(number: float | Fraction, said: str) -> None:
    assert labels.said(number) == said


def test_a_number_too_long_for_digits() -> None:
    assert labels.said(2**100_000) == "about 10^30102"


def test_rulers() -> None:
    second = Spacing((Fraction(1, 16000),), "s")
    assert labels.ruler(None, 0, 10) == labels.Ruler()
    short, long = labels.ruler(second, 0, 160), labels.ruler(second, 0, 32000)
    assert (short.unit, short.of(16), long.unit, long.of(16000)) == ("ms", 1.0, "s", 1.0)
    assert labels.ruler(second, 0, 1).unit == "µs"
    assert labels.length(160, short) == "10 ms"
    assert [labels.length(n, labels.Ruler()) for n in (1, 2, 2.5)] == ["1 sample", "2 samples", "2.5 samples"]


def test_axes() -> None:
    assert labels.along("h", 2, "samples") == "height (samples)"
    assert labels.along("w", 1, "ms") == "time (ms)"
    assert labels.along("w", 1, "samples") == "position (samples)"
