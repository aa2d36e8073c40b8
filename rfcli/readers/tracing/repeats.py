"""Parts of an array that repeat one another, as the windows of a mask do that touch no border."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MANY = 1 << 12
"""Entries from which on it is asked whether parts of an array repeat one another."""
Repeats = tuple[int, Sequence[int]]
"""A dimension, and for each of its places the first that has the same entries."""


def repeats_of(dim: int, parts: Iterable[object]) -> Repeats | None:
    """The repeats among parts along a dimension, which are compared; None where they are few."""
    seen: dict[object, int] = {}
    firsts = [seen.setdefault(one, at) for at, one in enumerate(parts)]
    return (dim, firsts) if len(seen) * 2 <= len(firsts) else None


def first_wide(shape: Sequence[int]) -> int:
    """The first dimension of more than one place, of which there are some."""
    return next(at for at, n in enumerate(shape) if n > 1)


def repeats_in(repeats: Repeats, shape: Sequence[int]) -> Repeats | None:
    """What is known of the parts of an array when it has another shape."""
    dim, firsts = first_wide(shape), repeats[1]
    if len(firsts) % shape[dim]:
        return None
    width, seen = len(firsts) // shape[dim], dict[object, int]()
    return dim, [seen.setdefault(tuple(firsts[at * width : (at + 1) * width]), at) for at in range(shape[dim])]
