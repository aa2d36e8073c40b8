"""Sliding windows: Dumoulin & Visin (2016), TensorFlow's `SAME`, PyTorch's ceil_mode."""

from __future__ import annotations

import pytest

from rfcli.geometry.windows import extent, same_padding, window_count


@pytest.mark.parametrize(("kernel", "dilation", "expected"), [(1, 5, 1), (3, 1, 3), (3, 2, 5), (2, 4, 5)])
def test_extents(kernel: int, dilation: int, expected: int) -> None:
    assert extent(kernel, dilation) == expected


@pytest.mark.parametrize(
    ("n", "reach", "stride", "sides"),
    [(8, 3, 1, (1, 1)), (8, 4, 1, (1, 2)), (8, 3, 2, (0, 1)), (7, 3, 2, (1, 1)), (9, 1, 3, (0, 0)), (5, 2, 5, (0, 0))],
)
def test_same_padding(n: int, reach: int, stride: int, sides: tuple[int, int]) -> None:
    assert same_padding(n, reach, stride, lower=False) == sides
    assert same_padding(n, reach, stride, lower=True) == sides[::-1]
    assert window_count(n, reach, stride, sides) == -(-n // stride)


@pytest.mark.parametrize(
    ("n", "reach", "stride", "padding", "floor", "ceil"),
    [
        (8, 3, 1, (0, 0), 6, 6),
        (7, 2, 2, (0, 0), 3, 4),
        (5, 2, 2, (1, 1), 3, 3),  # a fourth window would start in the padding after the map
        (2, 3, 1, (0, 0), 0, 0),
        (2, 3, 2, (0, 0), 0, 1),  # the only window is a partial one
        (1, 4, 2, (0, 0), 0, 0),
        (1, 4, 3, (0, 0), 0, 0),
        (1, 4, 3, (0, 1), 0, 1),
        (2, 3, 1, (1, 0), 1, 1),
        (224, 7, 2, (3, 3), 112, 113),
    ],
)
def test_window_counts(n: int, reach: int, stride: int, padding: tuple[int, int], floor: int, ceil: int) -> None:
    assert window_count(n, reach, stride, padding) == floor
    assert window_count(n, reach, stride, padding, ceil_mode=True) == ceil
