"""Resizing: the definitions of ONNX's Resize, PyTorch's PixelShuffle, MaxUnpool and AdaptiveAvgPool."""

from __future__ import annotations

import math

import pytest

from layers import built, taps
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import GeometryError, Whole
from rfcli.layers.resizing import adaptive_taps, cubic_weights

READS = [
    ("upsample", {"scale": 2}, 8, [[0], [0], [1], [1]]),
    # x(o) = (o + 1/2)/2 - 1/2 = -1/4, 1/4, 3/4
    ("upsample", {"scale": 2, "mode": "linear"}, 8, [[-1, 0], [0, 1], [0, 1], [1, 2]]),
    ("upsample", {"scale": 2, "mode": "bicubic"}, 8, [[-2, -1, 0, 1], [-1, 0, 1, 2]]),
    # x(o) = o/2: every other output lies on a sample, whose neighbours have no weight
    ("upsample", {"scale": 2, "mode": "linear", "coordinates": "asymmetric"}, 8, [[0], [0, 1], [1], [1, 2]]),
    # x(o) = o*(4-1)/(7-1) = o/2
    ("resize", {"size": 7, "mode": "linear", "coordinates": "align_corners"}, 4, [[0], [0, 1], [1], [1, 2]]),
    ("resize", {"scale": 0.5}, 8, [[1], [3]]),
    ("resize", {"size": 3, "mode": "area"}, 4, [[0, 1], [1, 2], [2, 3]]),
    ("resize", {"size": 1, "mode": "linear", "coordinates": "align_corners"}, 4, [[0]]),
    ("pixel_shuffle", {"scale": 3}, 8, [[0], [0], [0], [1]]),
    ("depth_to_space", {"scale": 2}, 8, [[0], [0], [1]]),
    ("pixel_unshuffle", {"scale": 3}, 9, [[0, 1, 2], [3, 4, 5]]),
    ("space_to_depth", {"scale": 2}, 8, [[0, 1], [2, 3]]),
    ("max_unpool", {"scale": 2}, 8, [[0], [0], [1]]),
    # floor(o*n/m) .. ceil((o+1)*n/m) - 1
    ("adaptive_avg_pool", {"output_size": 3}, 7, [[0, 1, 2], [2, 3, 4], [4, 5, 6]]),
    ("adaptive_max_pool", {"output_size": 4}, 8, [[0, 1], [2, 3], [4, 5]]),
    ("adaptive_max_pool", {"output_size": 4}, 2, [[0], [0], [1], [1]]),
]


@pytest.mark.parametrize(("type", "given", "n", "expected"), READS)
def test_reads(type: str, given: dict[str, object], n: int, expected: list[list[int]]) -> None:
    layer = built(type, **given)
    assert [taps(layer, o, n) for o in range(len(expected))] == expected


SIZES = [
    ("upsample", {"scale": 2}, 5, 10),
    ("upsample", {"scale": 1.5}, 5, 7),
    ("resize", {"size": 9}, 5, 9),
    ("resize", {"like": "other"}, 5, 20),
    ("pixel_shuffle", {"scale": 3}, 5, 15),
    ("pixel_unshuffle", {"scale": 3}, 6, 2),
    ("max_unpool", {"scale": 2}, 5, 10),
    ("adaptive_avg_pool", {"output_size": 7}, 5, 7),
]


@pytest.mark.parametrize(("type", "given", "n", "expected"), SIZES)
def test_output_sizes(type: str, given: dict[str, object], n: int, expected: int) -> None:
    assert built(type, **given).output_size(0, n, 20) == expected


STRIDES = [
    ("upsample", {"scale": 2}, (2, 1)),
    ("resize", {"scale": 0.75}, (3, 4)),
    ("resize", {"size": 9}, (0, 1)),
    ("pixel_shuffle", {"scale": 3}, (3, 1)),
    ("pixel_unshuffle", {"scale": 3}, (1, 3)),
    ("adaptive_avg_pool", {"output_size": 7}, (0, 1)),
]


@pytest.mark.parametrize(("type", "given", "expected"), STRIDES)
def test_strides(type: str, given: dict[str, object], expected: tuple[int, int]) -> None:
    assert built(type, **given).strides(0) == expected


def test_channels_move_into_space_and_back() -> None:
    assert built("pixel_shuffle", 2, scale=[2, 3]).channels(12, (4, 4)) == 2
    assert built("pixel_unshuffle", 2, scale=[2, 3]).channels(2, (4, 6)) == 12


MISFITS = [
    ("pixel_unshuffle", {"scale": 3}, "8 samples cannot be split into blocks of 3"),
    ("resize", {"scale": 0.1}, "8 samples scaled by 0.1 leave none"),
]


@pytest.mark.parametrize(("type", "given", "message"), MISFITS)
def test_sizes_that_do_not_fit(type: str, given: dict[str, object], message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        built(type, **given).output_size(0, 8)


def test_channels_that_do_not_fit() -> None:
    with pytest.raises(GeometryError, match="6 channels cannot be split into 4 positions"):
        built("pixel_shuffle", 2, scale=2).channels(6, (4, 4))


def test_pooling_to_one_sample_is_global() -> None:
    assert built("adaptive_avg_pool", output_size=1).whole(0, False) is Whole.ONLY
    assert built("adaptive_avg_pool", output_size=2).whole(0, False) is Whole.NO


NEEDS = [
    ("upsample", {"scale": 2}, False),
    ("upsample", {"scale": 2, "coordinates": "align_corners"}, True),
    ("upsample", {"scale": 2, "mode": "area"}, False),
    ("resize", {"scale": 0.5, "mode": "area"}, True),
    ("resize", {"size": 8}, True),
    ("pixel_shuffle", {"scale": 2}, False),
    ("adaptive_avg_pool", {"output_size": 2}, True),
]


@pytest.mark.parametrize(("type", "given", "expected"), NEEDS)
def test_what_depends_on_the_input_size(type: str, given: dict[str, object], expected: bool) -> None:
    assert built(type, **given).needs_size is expected


@pytest.mark.parametrize(
    ("mode", "word"), [("nearest", "nearest"), ("bilinear", "linear"), ("trilinear", "linear"), ("bicubic", "cubic")]
)
def test_modes_are_interpolations(mode: str, word: str) -> None:
    assert built("upsample", scale=2, mode=mode).interpolation == word


def test_taps_of_adaptive_windows() -> None:
    """7 to 3 samples: windows of 3 samples each."""
    assert adaptive_taps(7, 3) == 9
    assert adaptive_taps(8, 4) == 8
    assert isinstance(adaptive_taps(Unknown("size"), 4), Unknown)
    assert built("adaptive_avg_pool", output_size=3).extra_flops(5, (7,), (3,)) == 5 * 9


@pytest.mark.parametrize("t", [0.0, 0.25, 0.5, 0.9])
def test_cubic_weights_add_up_to_one(t: float) -> None:
    assert math.isclose(sum(cubic_weights(t)), 1)


def test_cubic_weights_halfway() -> None:
    """Keys (1981) with a = -3/4 at t = 1/2: -3/32, 19/32, 19/32, -3/32."""
    assert cubic_weights(0.5) == pytest.approx((-3 / 32, 19 / 32, 19 / 32, -3 / 32))


def test_energies_are_the_squares_of_the_weights() -> None:
    linear = built("upsample", scale=2, mode="linear")
    assert linear.energy(0, linear.reads(0, 8), 8)[0] == (1 / 16, 9 / 16)  # x = -1/4: weights 1/4 and 3/4
    pool = built("adaptive_avg_pool", output_size=4)
    assert pool.energy(0, pool.reads(0, 8), 8)[0] == (1 / 4, 1 / 4)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "resize takes one of scale, size and like, here are none"),
        ({"scale": 2, "size": 3}, "resize takes one of scale, size and like, here are scale and size"),
        ({"size": 3}, None),
    ],
)
def test_one_way_of_saying_the_size(given: dict[str, object], why: str | None) -> None:
    assert built("resize", **given).contradiction() == why
