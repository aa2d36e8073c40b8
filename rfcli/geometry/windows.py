"""Sliding windows along one axis: paddings and output sizes (Dumoulin & Visin 2016 for the arithmetic)."""

from __future__ import annotations


def extent(kernel: int, dilation: int) -> int:
    """Samples from the first to the last tap of a dilated kernel: d(k-1) + 1."""
    return dilation * (kernel - 1) + 1


def same_padding(n: int, extent: int, stride: int, lower: bool) -> tuple[int, int]:
    """Padding (before, after) that makes ceil(n/s) outputs of `n` inputs; the odd sample goes after, or before
    when `lower` (ONNX SAME_LOWER)."""
    total = max((-(-n // stride) - 1) * stride + extent - n, 0)
    small, large = total // 2, total - total // 2
    return (large, small) if lower else (small, large)


def window_count(n: int, extent: int, stride: int, padding: tuple[int, int], ceil_mode: bool = False) -> int:
    """Number of windows on `n` inputs: floor((n + p + q - extent)/s) + 1, 0 where none fits.

    With `ceil_mode` a partial last window counts as well, also as the only one, unless it starts past input and
    before-padding (PyTorch).
    """
    before, after = padding
    room = n + before + after - extent
    if not ceil_mode:
        return max(room // stride + 1, 0)
    count = -(-room // stride) + 1
    return max(count - 1 if (count - 1) * stride >= n + before else count, 0)
