"""Interpolations of other formats as those of `resize`.

The positions are ONNX's (operator Resize): for scale s, half_pixel reads x = (o + 1/2)/s - 1/2, asymmetric o/s,
align_corners o(n - 1)/(m - 1); nearest rounds x. Descriptions round half_pixel and align_corners half up, and
asymmetric down.
"""

from __future__ import annotations

from array import array

import pytest

from rfcli.readers.tracing.maps import Layout
from rfcli.readers.tracing.resizing import meant, resize_like

NEAREST = [
    # Whatever the scale.
    ("asymmetric", "floor", [(None, None)], "asymmetric"),
    ("half_pixel", "round_prefer_ceil", [(None, None)], "half_pixel"),
    ("align_corners", "round_prefer_ceil", [(None, None)], "align_corners"),
    # (o + 1/2)/s rounded down is (o + 1/2)/s - 1/2 rounded half up.
    ("tf_half_pixel_for_nn", "floor", [(None, None)], "half_pixel"),
    # Twice as many samples: x = -1/4, 1/4, 3/4: never half way.
    ("half_pixel", "round_prefer_floor", [(2, None)], "half_pixel"),
    # Half as many: x = 1/2, 5/2, ..., rounded down 0, 2, ...: as o/s does.
    ("half_pixel", "round_prefer_floor", [(0.5, 8)], "asymmetric"),
    # o/2 rounded up is o//2 but for odd o: only where all is one output it is the same.
    ("asymmetric", "ceil", [((1, 4), 4)], "asymmetric"),
    ("asymmetric", "floor", [(2, 4), (0.5, 4)], "asymmetric"),
]


@pytest.mark.parametrize(("coordinates", "rounding", "ratios", "ours"), NEAREST)
def test_nearest(coordinates: str, rounding: str, ratios: list, ours: str) -> None:
    assert resize_like("nearest", coordinates, rounding, ratios) == {"coordinates": ours}


SMOOTH = [
    ("linear", "half_pixel", [(None, None)], "half_pixel"),
    ("cubic", "align_corners", [(None, None)], "align_corners"),
    ("linear", "asymmetric", [(None, None)], "asymmetric"),
    # PyTorch's differs where there is one output of several inputs.
    ("linear", "pytorch_half_pixel", [((8, 4), 4)], "half_pixel"),
    ("linear", "pytorch_half_pixel", [((1, 1), 1)], "half_pixel"),
    # The symmetric one where the output size had to be rounded.
    ("cubic", "half_pixel_symmetric", [(2, None)], "half_pixel"),
]


@pytest.mark.parametrize(("mode", "coordinates", "ratios", "ours"), SMOOTH)
def test_linear_and_cubic(mode: str, coordinates: str, ratios: list, ours: str) -> None:
    assert resize_like(mode, coordinates, "floor", ratios) == {"mode": mode, "coordinates": ours}


WRONG = [
    ("nearest", "asymmetric", "ceil", [(2, 4)]),
    ("nearest", "half_pixel", "round_prefer_floor", [(None, None)]),
    ("nearest", "half_pixel", "round_prefer_floor", [(1 << 17, 1)]),
    ("nearest", "tf_crop_and_resize", "floor", [(2, 4)]),
    ("nearest", "asymmetric", "half_even", [(2, 4)]),
    ("area", "half_pixel", "floor", [(2, 4)]),
    ("linear", "tf_crop_and_resize", "floor", [(2, 4)]),
    ("linear", "pytorch_half_pixel", "floor", [((1, 4), 4)]),
    ("linear", "half_pixel_symmetric", "floor", [(1.5, 5)]),
]


@pytest.mark.parametrize(("mode", "coordinates", "rounding", "ratios"), WRONG)
def test_what_no_resize_reads(mode: str, coordinates: str, rounding: str, ratios: list) -> None:
    with pytest.raises(Layout):
        resize_like(mode, coordinates, rounding, ratios)


def test_what_is_looked_at_reads_the_same() -> None:
    """Against positions that are reckoned here, for many sizes."""
    for n in range(1, 7):
        for m in range(1, 13):
            theirs = [min(max(-(-((2 * o + 1) * n - 2 * m) // (2 * m)), 0), n - 1) for o in range(m)]
            ours = {
                "half_pixel": [(2 * o + 1) * n // (2 * m) for o in range(m)],
                "asymmetric": [o * n // m for o in range(m)],
                "align_corners": [0 if m == 1 else (2 * o * (n - 1) + m - 1) // (2 * m - 2) for o in range(m)],
            }
            same = next((name for name, read in ours.items() if read == theirs), None)
            try:
                found = resize_like("nearest", "half_pixel", "round_prefer_floor", [((m, n), n)])["coordinates"]
            except Layout:
                found = None
            assert found == same, (m, n)


@pytest.mark.parametrize("scale", [2.0, 0.3, 2 / 3, 5 / 3, 1.2345, 0.1234567, 7.77, 2**0.5])
def test_scales_of_32_bits(scale: float) -> None:
    """What was written: thirds, few decimals; of any other number the fraction of the smallest denominator."""
    (single,) = array("f", [scale])
    assert meant(single) == (scale if scale != 2**0.5 else 4756 / 3363)
    assert array("f", [meant(single)])[0] == single


@pytest.mark.parametrize("scale", [0.0, -1.0, float("inf")])
def test_what_is_no_scale(scale: float) -> None:
    assert meant(scale) == scale
