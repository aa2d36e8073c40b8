"""Sets of channels, or of samples, as integers: bit c stands for channel c."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def ones(count: int, first: int = 0) -> int:
    """So many channels, from `first` on."""
    return ((1 << count) - 1) << first


def runs(bits: int) -> Iterator[tuple[int, int]]:
    """The runs of channels in a set: the first of each, and the one after its last."""
    text = bin(bits)[:1:-1]
    start = text.find("1")
    while start >= 0:
        end = text.find("0", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = text.find("1", end)


def of_runs(found: Iterable[tuple[int, int]], count: int) -> int:
    """The set of all channels in some runs, of `count` channels."""
    text = bytearray(b"0" * count)
    for start, end in found:
        text[start:end] = b"1" * (end - start)
    return int(bytes(reversed(text)), 2) if count else 0


def members(bits: int) -> Iterator[int]:
    """The channels in a set, in order."""
    for start, end in runs(bits):
        yield from range(start, end)


def of_members(found: Iterable[int], count: int) -> int:
    """The set of some channels, of `count`."""
    return of_runs(((one, one + 1) for one in found), count)
