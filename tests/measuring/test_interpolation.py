"""Interpolation in whole numbers: torch's own where torch has it, and exact where torch rounds."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rfcli.extras import torch
from rfcli.measuring.interpolation import Positions, interpolated

pytestmark = pytest.mark.torch

WORDS = {("nearest", "asymmetric"): ("nearest", None), ("nearest", "half_pixel"): ("nearest-exact", None),
         ("linear", "half_pixel"): ("bilinear", False), ("linear", "align_corners"): ("bilinear", True),
         ("cubic", "half_pixel"): ("bicubic", False), ("cubic", "align_corners"): ("bicubic", True)}  # fmt: skip


@pytest.mark.parametrize(("mode", "coordinates"), WORDS)
@pytest.mark.parametrize(("n", "m"), [(7, 16), (16, 7), (5, 5), (1, 4), (4, 1), (9, 27)])
def test_a_size_is_torchs(mode: str, coordinates: str, n: int, m: int) -> None:
    x, (word, corners) = torch().rand((1, 2, n, 1), dtype=torch().float64), WORDS[mode, coordinates]
    wanted = torch().nn.functional.interpolate(x, (m, 1), mode=word, align_corners=corners)
    found = interpolated(x, 2, Positions.laid(n, m, None, coordinates), mode, False)
    torch().testing.assert_close(found, wanted, rtol=0, atol=1e-7)


@pytest.mark.parametrize("mode", ["linear", "cubic"])
@pytest.mark.parametrize(("up", "down"), [(5, 2), (3, 4), (3, 2), (4, 1)])
def test_a_scale_is_torchs(mode: str, up: int, down: int) -> None:
    n, word = 17, WORDS[mode, "half_pixel"][0]
    x = torch().rand((1, 2, n, 1), dtype=torch().float64)
    given = {"scale_factor": (up / down, 1.0), "recompute_scale_factor": False, "align_corners": False}
    wanted = torch().nn.functional.interpolate(x, mode=word, **given)
    found = interpolated(x, 2, Positions.laid(n, n * up // down, (up, down), "half_pixel"), mode, False)
    torch().testing.assert_close(found, wanted, rtol=0, atol=1e-7)


def read(n: int, m: int, scale: tuple[int, int] | None, coordinates: str, mode: str) -> list[list[int]]:
    """The inputs whose weights are not zero."""
    rows = interpolated(torch().eye(n, dtype=torch().float64), 1, Positions.laid(n, m, scale, coordinates), mode, True)
    return [row.nonzero().flatten().tolist() for row in rows.T]


def test_an_output_right_at_a_sample_reads_that_one() -> None:
    """Of 50 to 99: output 49 lies at 25 - 1/2, where the nearest is 25; in floats it is 24."""
    assert read(50, 99, None, "half_pixel", "nearest")[49] == [25]
    for up, down in (7, 1), (11, 3), (5, 7), (49, 50):
        n = 60
        rows = read(n, n * up // down, (up, down), "asymmetric", "linear")
        for o, row in enumerate(rows):
            place = Fraction(o * down, up)
            beside = {place.numerator // place.denominator, -(-place.numerator // place.denominator)}
            assert row == sorted({min(one, n - 1) for one in beside})


def test_positive_weights_cancel_nothing() -> None:
    x = torch().ones((1, 1, 9), dtype=torch().float64)
    at = Positions.laid(9, 18, None, "half_pixel")
    torch().testing.assert_close(
        interpolated(x, 2, at, "cubic", False), torch().ones((1, 1, 18), dtype=torch().float64)
    )
    assert (interpolated(x, 2, at, "cubic", True) > 1.01).all()
