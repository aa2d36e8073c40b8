"""Taps of kernels that are zero between all channels: of masks, and of weights that a mask was multiplied into.

Weights are not read, but for this: a tensor whose first kernel has a zero among other numbers is looked through. A
tap that is zero between all channels reads nothing, be it that a mask was multiplied into the weights or that they were
made so.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, BinaryIO

import numpy

from rfcli.layers._masks import MAX_TAPS, WORDS, said
from rfcli.readers.tracing.maps import Constant, Kept, Layout

TYPES = {1: "<f4", 2: "u1", 3: "i1", 9: "u1", 10: "<f2", 11: "<f8", 16: "<u2"}
"""Data type of a tensor -> how its numbers are stored. Of bfloat16 only zeros are told."""
NEAR = -20.0
"""Below this, terms of attention scores may leave nothing of them."""
UNMASKED = "rf.unmasked"
"""Under which it stands that a tensor that is left out has no number below that."""
KEY = "rf.taps"
"""Under which the taps of a tensor that is left out stand in its metadata: digits row by row, and whether it is a
mask."""


def kept_of(array: Any) -> Kept | None:
    """What of a kernel is not zero; None where that is all of it, or nothing, or no kernel."""
    if array.ndim < 3 or not 1 < prod(array.shape[2:]) <= MAX_TAPS or not array.size:
        return None
    first = array.reshape(-1, prod(array.shape[2:]))[0] != 0
    if first.all():
        return None
    left = (array != 0).any(axis=(0, 1))
    if left.all() or not left.any():
        return None
    return Kept(tuple(map(tuple, numpy.argwhere(left).tolist())), bool(((array == 0) | (array == 1)).all()))


def looked_through(stream: BinaryIO, shape: Sequence[int], type: int, size: int) -> tuple[Kept | None, int]:
    """What of a long kernel is not zero, whose `size` bytes come next in a stream, and how many bytes were counted as
    read: all where its first kernel has zeros among other numbers, else none."""
    stored, kernel = TYPES.get(type, ""), prod(shape[2:])
    if not stored or len(shape) < 3 or not 1 < kernel <= MAX_TAPS or size != prod(shape) * int(stored[-1]):
        return None, 0
    start = stream.tell()
    first = numpy.frombuffer(stream.read(kernel * int(stored[-1])), stored)
    if first.all() or not first.any():
        return None, 0
    stream.seek(start)
    return kept_of(numpy.frombuffer(stream.read(size), stored).reshape(shape)), size


def written(kept: Kept, kernel: Sequence[int]) -> str:
    """The taps as text."""
    left = set(kept.taps)
    return "".join("01"[tap in left] for tap in numpy.ndindex(*kernel)) + ("m" if kept.mask else "")


def read(text: str, kernel: Sequence[int]) -> Kept | None:
    """The taps that a text tells; None where it is no such text."""
    digits = text.removesuffix("m")
    if len(digits) != prod(kernel) or set(digits) != {"0", "1"}:
        return None
    places = numpy.ndindex(*kernel)
    taps = tuple(tuple(tap) for tap, digit in zip(places, digits, strict=True) if digit == "1")
    return Kept(taps, text.endswith("m"))


def masked(constants: Sequence[Constant], made: Constant) -> Constant:
    """The product of constants as a kernel with the masks among them: those are no weights."""
    kernel = made.shape[2:]
    if len(made.shape) < 3 or not 1 < prod(kernel) <= MAX_TAPS:
        return made
    given = [_within(one, len(made.shape)) for one in constants]
    masks = [one for one, kept in zip(constants, given, strict=True) if kept is not None and kept.mask]
    known = [kept for kept in given if kept is not None]
    if not known:
        wide = [one for one in constants if prod(one.shape[-len(kernel) :]) > 1]
        unread = len(wide) > 1 and all(one.external for one in wide)
        return made.replaced(kept=Kept((), True)) if unread else made
    left = set(known[0].taps).intersection(*(kept.taps for kept in known[1:]))
    numbers = {weight for one in constants if one not in masks for weight in one.weights}
    weights = tuple(one for one in made.weights if one in numbers)
    taps = tuple(sorted(left))
    return made.replaced(kept=Kept(taps, len(masks) == len(constants), bool(masks)), weights=weights)


def triangle(constants: Sequence[Constant], shape: Sequence[int], upper: object) -> Kept | None:
    """What is left of a kernel in the upper or the lower triangle of its last two axes, from the diagonal on whose
    number is the second of the constants."""
    given, *more = constants
    kernel = tuple(shape[2:])
    if len(kernel) < 2 or prod(kernel) > MAX_TAPS or (more and not more[0].values):
        return given.kept
    first = int((more[0].values or [0])[0]) if more else 0
    left = (numpy.triu if upper else numpy.tril)(numpy.ones(kernel, dtype=bool), first)
    inside = set(given.kept.taps) if given.kept is not None else None
    taps = [tap for tap in map(tuple, numpy.argwhere(left).tolist()) if inside is None or tap in inside]
    return Kept(tuple(taps), given.kept is not None and given.kept.mask, True) if taps else given.kept


def _within(one: Constant, rank: int) -> Kept | None:
    """What of a kernel an operand of a product leaves; operands of fewer dimensions lack the first ones."""
    if one.kept is not None or one.values is None or not one.shape:
        return one.kept
    try:
        array = numpy.asarray(one.values, dtype=float).reshape((1,) * (rank - len(one.shape)) + tuple(one.shape))
    except (ValueError, TypeError):
        return None
    return kept_of(array)


def mask_of(weight: Constant, kernel: Sequence[int], transposed: bool = False) -> Any:
    """The mask of a kernel as a description has it; None where all taps count. Raises `Layout`."""
    kept = weight.kept
    if kept is None or len(weight.shape) - 2 != len(kernel):
        return None
    if not kept.taps:
        raise Layout("its weights are multiplied by numbers that are not in the file: store them inside the model")
    wide = tuple(weight.shape[2:])
    if any(tap[at] >= n for tap in kept.taps for at, n in enumerate(wide)):
        return None
    return said(kept.taps, wide, () if transposed else WORDS)
