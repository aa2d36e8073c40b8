"""How entries of a shape lie in a list: how far apart along each dimension, in this shape or in another."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import prod

Shape = tuple[int, ...]


def strides_of(shape: Sequence[int]) -> list[int]:
    """How far entries of a shape lie apart that stand in order; 0 along a dimension of one entry."""
    return [step if n != 1 else 0 for step, n in zip(steps_of(shape), shape, strict=True)]


def steps_of(shape: Sequence[int]) -> list[int]:
    """From one entry of each dimension to the next, counted in entries of the last."""
    return list(accumulate(reversed(shape), operator.mul, initial=1))[-2::-1]


def broadcast(shapes: Iterable[Sequence[int]]) -> Shape:
    """The shape in which all of these are. Raises `ValueError`."""
    made: list[int] = []
    for shape in shapes:
        made = [1] * (len(shape) - len(made)) + made
        for at in range(1, len(shape) + 1):
            n, one = made[-at], shape[-at]
            if n not in (1, one) and one != 1:
                raise ValueError(shape)
            made[-at] = one if n == 1 else n
    return tuple(made)


def strides_in(own: Sequence[int], steps: Sequence[int], shape: Sequence[int]) -> list[int] | None:
    """The strides with which entries of a shape that lie some steps apart are in another shape where they lie; None
    where they have to be moved."""
    if not prod(own):
        return strides_of(shape)
    blocks = _blocks(own, steps)
    strides = [0] * len(shape)
    at = len(shape) - 1
    for size, step in reversed(blocks):
        left, stride = size, step
        while at >= 0 and (left > 1 or shape[at] == 1):
            if left % shape[at]:
                return None
            strides[at] = stride if shape[at] > 1 else 0
            left, stride = left // shape[at], stride * shape[at]
            at -= 1
        if left > 1:
            return None
    return strides


def _blocks(shape: Sequence[int], strides: Sequence[int]) -> list[tuple[int, int]]:
    """Dimensions, those as one that follow one upon the other."""
    blocks: list[tuple[int, int]] = []
    for n, stride in zip(shape, strides, strict=True):
        if n == 1:
            continue
        if blocks and blocks[-1][1] == n * stride:
            blocks[-1] = blocks[-1][0] * n, stride
        else:
            blocks.append((n, stride))
    return blocks
