"""What upsampling layers read, against the definitions; test_windows and test_resizing hold them layer by layer."""

from __future__ import annotations

import pytest

from rfcli.geometry.field import MAX_PERIOD, PeriodTooLong, Reads
from rfcli.layers._phases import adaptive_reads, grid_reads, scaled_reads, transposed_reads, windowed_reads


def test_scales() -> None:
    assert scaled_reads(3) == Reads(1, ((0, 0, 1),) * 3)


def test_windows() -> None:
    assert grid_reads(4, 2) == Reads(4, ((0, 2, 2), (1, 3, 2), (0, 2, 2), (1, 3, 2)))
    assert windowed_reads(3, 1) == Reads(3, ((-2, 0, 1), (1, 3, 1), (1, 3, 1)))


@pytest.mark.parametrize(("n", "m"), [(7, 3), (3, 7), (8, 4), (5, 5), (6, 4)])
def test_adaptive_windows(n: int, m: int) -> None:
    """floor(o*n/m) .. ceil((o+1)*n/m) - 1, whole turns included."""
    reads = adaptive_reads(n, m)
    for o in range(m):
        turns, phase = divmod(o, len(reads.phases))
        first, last, step = reads.phases[phase]  # type: ignore[misc]
        by = turns * reads.shift
        assert (first + by, last + by, step) == (o * n // m, -(-(o + 1) * n // m) - 1, 1)


def test_a_stride_above_the_kernel_leaves_phases_that_read_nothing() -> None:
    assert transposed_reads(1, 3, 1, 0).phases == ((0, 0, 1), None, None)


def test_long_periods_are_not_followed() -> None:
    with pytest.raises(PeriodTooLong):
        scaled_reads(MAX_PERIOD + 1)
    with pytest.raises(PeriodTooLong):
        transposed_reads(3, MAX_PERIOD + 1, 1, 0)
    with pytest.raises(PeriodTooLong):
        adaptive_reads(MAX_PERIOD, MAX_PERIOD + 1)
