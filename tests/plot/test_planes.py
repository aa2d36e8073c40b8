"""What of a map is shown, and how high the picture is."""

from fractions import Fraction

import pytest

from rfcli.geometry.units import Spacing
from rfcli.plot import planes


@pytest.mark.parametrize(
    ("regions", "n", "low", "high"),
    [
        ([(10, 20)], 100, 0, 99),
        ([(-5, 120)], 100, -5, 120),
        ([(500, 501)], 1000, 494, 507),
        ([(0, 1)], 1000, 0, 7),
        ([(3, 4)], None, 3, 4),
        ([], 5, 0, 4),
    ],
)
def test_what_is_shown(regions: list[tuple[int, int]], n: int | None, low: int, high: int) -> None:
    """All of the map, or three times as much as a region that is less than a fiftieth of it on either side."""
    found = planes.shown(regions, n)
    edge = 0.02 * (high - low + 1)
    if not regions or n == 1000:
        assert low - 1 <= found[0] <= low and high <= found[1] <= high + 1
    else:
        assert found == pytest.approx((low - 0.5 - edge, high + 0.5 + edge))


def test_heights() -> None:
    assert planes.aspect(None, [(0, 50), (0, 100)]) == 0.5
    assert planes.aspect(Spacing((Fraction(2), Fraction(1)), "mm"), [(0, 50), (0, 100)]) == 1.0
    assert planes.aspect(None, [(0, 1), (0, 100)]) == 0.3
    assert planes.aspect(None, [(0, 50), (0, 100), (0, 80)]) == pytest.approx(100 / 260 * 0.7)
