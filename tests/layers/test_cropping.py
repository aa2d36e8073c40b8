"""Layers that pad, crop or drop samples."""

from __future__ import annotations

import pytest

from layers import built, taps
from rfcli.layers._layer import GeometryError

ROWS = [
    # (type, parameters, size of 8 samples, what output 1 reads)
    ("identity", {}, 8, [1]),
    ("zeros", {}, 8, [1]),  # nothing of which passes: `silent` says so
    ("subsample", {"stride": 3}, 3, [3]),
    ("subsample", {"stride": 2}, 4, [2]),
    ("pad", {"padding": 2}, 12, [-1]),
    ("pad", {"padding": [[3, 0]]}, 11, [-2]),
    ("pad", {"padding": -2}, 4, [3]),
    ("crop", {"cropping": 2}, 4, [3]),
    ("crop", {"cropping": [[1, 3]]}, 4, [2]),
    ("crop", {"like": "other"}, 5, [2]),  # one of the three samples before, two after
]


@pytest.mark.parametrize(("type", "given", "size", "read"), ROWS)
def test_sizes_and_reads(type: str, given: dict[str, object], size: int, read: list[int]) -> None:
    layer = built(type, **given)
    assert layer.output_size(0, 8, 5) == size
    assert taps(layer, 1, 8, 5) == read


@pytest.mark.parametrize(
    ("type", "given", "n", "like", "message"),
    [
        ("crop", {"cropping": 4}, 8, None, "cropping leaves 0 of 8 samples"),
        ("pad", {"padding": [[-5, -4]]}, 8, None, "cropping leaves -1 of 8 samples"),
        ("crop", {"like": "other"}, 8, 9, "8 samples cannot be cropped to the 9 of 'other'"),
    ],
)
def test_what_is_cropped_away(type: str, given: dict[str, object], n: int, like: int | None, message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        built(type, **given).output_size(0, n, like)


@pytest.mark.parametrize(("type", "given"), [("identity", {}), ("subsample", {"stride": 2})])
def test_channels_are_only_added(type: str, given: dict[str, object]) -> None:
    assert built(type, **given).channels(6, (8,)) == 6
    assert built(type, filters=9, **given).channels(6, (8,)) == 9
    with pytest.raises(GeometryError, match="filters is 3, fewer than the 6 input channels"):
        built(type, filters=3, **given).channels(6, (8,))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "crop takes either cropping or like, here are none"),
        ({"cropping": 1, "like": "other"}, "crop takes either cropping or like, here are both"),
        ({"like": "other"}, None),
    ],
)
def test_one_way_of_saying_what_is_cropped(given: dict[str, object], why: str | None) -> None:
    assert built("crop", **given).contradiction() == why


def test_sizes_of_another_layer() -> None:
    assert built("crop", like="other").needs_size
    assert built("crop", like="other").strides(0) == (0, 1)
    assert built("subsample", stride=3).strides(0) == (1, 3)
