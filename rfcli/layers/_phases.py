"""What upsampling layers read, phase by phase."""

from __future__ import annotations

from math import gcd

from rfcli.geometry.field import MAX_PERIOD, PeriodTooLong, Reads
from rfcli.layers._masks import bits_of, step_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.geometry.field import Taps


def check_period(period: int) -> None:
    """Raises `PeriodTooLong` where a period is longer than is followed."""
    if period > MAX_PERIOD:
        raise PeriodTooLong(period)


def transposed_reads(kernel: int, stride: int, dilation: int, before: int) -> Reads:
    """Inputs i with `o + before - i*stride = t*dilation` for some tap t = 0..kernel-1, for o = 0..stride-1.

    The taps that meet an input are those congruent to (o + before)/g modulo stride/g, g = gcd(stride, dilation),
    after division by dilation/g; they are stride/g apart, so their inputs are dilation/g apart.
    """
    check_period(stride)
    common = gcd(stride, dilation)
    apart = stride // common
    phases: list[Taps | None] = []
    for o in range(stride):
        at = o + before
        if at % common:
            phases.append(None)
            continue
        first = at // common * pow(dilation // common, -1, apart) % apart if apart > 1 else 0
        if first >= kernel:
            phases.append(None)
            continue
        last = first + (kernel - 1 - first) // apart * apart
        phases.append(((at - last * dilation) // stride, (at - first * dilation) // stride, dilation // common))
    return Reads(1, tuple(phases))


def transposed_reads_of(taps: Sequence[int], stride: int, dilation: int, before: int) -> Reads:
    """The same for some taps of a kernel, in order."""
    check_period(stride)
    inputs: list[list[int]] = [[] for _ in range(stride)]
    for tap in reversed(taps):
        at = (tap * dilation - before) % stride
        inputs[at].append((at + before - tap * dilation) // stride)
    phases = tuple([(one[0], one[-1], step_of(one)) if one else None for one in inputs])
    kept = tuple([bits_of(one) if one else 0 for one in inputs])
    return Reads(1, phases, kept if any(kept) else ())


def adaptive_reads(n: int, m: int) -> Reads:
    """Output `o` reads inputs floor(o*n/m) .. ceil((o+1)*n/m)-1."""
    common = gcd(n, m)
    check_period(m // common)
    phases = tuple((o * n // m, -(-(o + 1) * n // m) - 1, 1) for o in range(m // common))
    return Reads(n // common, phases)


def scaled_reads(scale: int) -> Reads:
    """Output `o` reads input floor(o/scale)."""
    check_period(scale)
    return Reads(1, ((0, 0, 1),) * scale)


def windowed_reads(window: int, shift: int) -> Reads:
    """Output `o` reads the window that holds it: floor((o-shift)/w)*w + shift, w samples."""
    check_period(window)
    starts = [(o - shift) // window * window + shift for o in range(window)]
    return Reads(window, tuple((start, start + window - 1, 1) for start in starts))


def grid_reads(n: int, grid: int) -> Reads:
    """Output `o` of n samples reads those that lie n/grid apart and hold it: o mod (n/grid) and all behind it."""
    check_period(n)
    apart = n // grid
    return Reads(n, tuple((o % apart, o % apart + n - apart, apart) for o in range(n)))
