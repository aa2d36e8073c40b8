"""Windows that lie in a row, put back where they were cut: those that lie above one another are summed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.frames import MOST_TAPS
from rfcli.readers.tracing.maps import Layout, Map, default_roles, whole
from rfcli.readers.tracing.tracer import Tracer
from rfcli.values import Value


class Windows(Value):
    """Windows over some axes, with a value for each; padding as pairs."""

    kernel: Sequence[int]
    stride: Sequence[int]
    dilation: Sequence[int]
    padding: Sequence[Sequence[int]]

    def counts(self, sizes: Sequence[int]) -> list[int]:
        """How many there are along each axis of a map."""
        each = zip(sizes, self.kernel, self.stride, self.dilation, self.padding, strict=True)
        return [(n + sum(sides) - d * (k - 1) - 1) // s + 1 for n, k, s, d, sides in each]

    def cover(self, sizes: Sequence[int | None]) -> bool:
        """Whether they lie side by side, and cover a map of such sizes once."""
        alone = [*self.kernel] == [*self.stride] and all(not any(sides) for sides in self.padding)
        even = all(n is not None and n % k == 0 for n, k in zip(sizes, self.kernel, strict=True))
        return alone and even and all(d == 1 for d in self.dilation)


def folded(tracer: Tracer, name: str, x: Map, sizes: Sequence[int], windows: Windows) -> Map:
    """A map of such sizes, of (batch, channels and taps, windows). Raises `Layout`."""
    rank, taps = len(sizes), prod(windows.kernel)
    if len(x.dims) != 3 or x.shape[1] is None or x.shape[1] % taps or min(windows.stride) < 1:
        raise Layout("windows of no map are summed")
    counts = windows.counts(sizes)
    if x.shape[2] not in (None, prod(counts)):
        raise Layout("windows of another map are summed")
    count = x.shape[1] // taps
    if windows.cover(sizes):
        split = tracer.reshape(f"{name}/split", x, (x.shape[0], count, *windows.kernel, *counts))
        order = [0, 1, *(at for axis in range(rank) for at in (2 + rank + axis, 2 + axis))]
        return tracer.reshape(name, tracer.permuted(f"{name}/blocks", split, order), (x.shape[0], count, *sizes))
    if taps > MOST_TAPS:
        roles = zip(default_roles(2 + rank), (x.shape[0], count, *sizes), strict=True)
        raise Layout("it sums windows that are too large", [whole(role, n) for role, n in roles])
    return _summed(tracer, name, tracer.reshape(f"{name}/split", x, (x.shape[0], count, taps, *counts)), sizes, windows)


def _summed(tracer: Tracer, name: str, x: Map, sizes: Sequence[int], windows: Windows) -> Map:
    """What each tap holds, put where it was cut."""
    each = [*zip(windows.stride, windows.dilation, windows.padding, sizes, strict=True)]
    placed = []
    for number, tap in enumerate(product(*map(range, windows.kernel))):
        one = mapped(tracer.one_of(f"{name}/{number + 1}", x, 2, number))
        for at, (place, (s, d, sides, n)) in enumerate(zip(tap, each, strict=True), 2):
            inner = f"{name}/{number + 1}/{at - 1}"
            one = tracer.placed(inner, one, at, range(place * d - sides[0], place * d - sides[0] + n * s, s), n)
        placed.append(one)
    return tracer.merged(name, "add", placed)
