"""Taps of kernels that are zero between all channels: of masks, and of weights that a mask was multiplied into.

Weights are not read, but for this: a tensor whose first kernel has a zero among other numbers is looked through. A
tap that is zero between all channels reads nothing, be it that a mask was multiplied into the weights or that they were
made so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from struct import calcsize, unpack
from typing import Any, BinaryIO

from rfcli.layers._masks import MAX_TAPS, WORDS, said
from rfcli.readers.tracing.maps import Constant, Kept, Layout

TYPES = {1: "f", 2: "B", 3: "b", 9: "B", 10: "e", 11: "d", 16: "H"}
"""Data type of a tensor -> how its numbers are stored, by the letters of `struct` and NumPy. Of bfloat16 only zeros are
told."""
NEAR = -20.0
"""Below this, terms of attention scores may leave nothing of them."""
UNMASKED = "rf.unmasked"
"""Under which it stands that a tensor that is left out has no number below that."""
KEY = "rf.taps"
"""Under which the taps of a tensor that is left out stand in its metadata: digits row by row, and whether it is a
mask."""


def kept_of(array: Any) -> Kept | None:
    """What of a kernel is not zero; None where that is all of it, or nothing, or no kernel."""
    if not array.size or _is_full(array.flat[: _taps(array.shape)].tolist(), array.shape):
        return None
    left = (array != 0).any(axis=(0, 1))
    if left.all() or not left.any():
        return None
    taps = tuple(tap for tap in _places(array.shape[2:]) if left[tap])
    return Kept(taps, bool(((array == 0) | (array == 1)).all()))


def kept_in(numbers: Sequence[Any], shape: Sequence[int]) -> Kept | None:
    """The same of the numbers of a kernel, in row-major order."""
    count = _taps(shape)
    if not numbers or _is_full(numbers[:count], shape):
        return None
    left = [any(numbers[at::count]) for at in range(count)]
    if all(left) or not any(left):
        return None
    taps = tuple(tap for tap, one in zip(_places(shape[2:]), left, strict=True) if one)
    return Kept(taps, {*numbers} <= {0, 1})


def _taps(shape: Sequence[int]) -> int:
    """The number of taps of a kernel; 0 where it is none, or too large a one."""
    taps = prod(shape[2:])
    return taps if len(shape) > 2 and 1 < taps <= MAX_TAPS else 0


def _is_full(first: Sequence[Any], shape: Sequence[int]) -> bool:
    """Whether no tap of a kernel is zero between its first channels, so that none is; what is no kernel is full."""
    return not _taps(shape) or all(one != 0 for one in first)


def looked_through(stream: BinaryIO, shape: Sequence[int], type: int, size: int) -> tuple[Kept | None, int]:
    """What of a long kernel is not zero, whose `size` bytes come next in a stream, and how many bytes were counted as
    read: all where its first kernel has zeros among other numbers, else none."""
    stored, taps = TYPES.get(type, ""), _taps(shape)
    if not stored or not taps or size != prod(shape) * calcsize(stored):
        return None, 0
    start = stream.tell()
    first = unpack(f"<{taps}{stored}", stream.read(taps * calcsize(stored)))
    if all(first) or not any(first):
        return None, 0
    stream.seek(start)
    import numpy

    return kept_of(numpy.frombuffer(stream.read(size), f"<{stored}").reshape(shape)), size


def _places(kernel: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The places of all taps, in row-major order."""
    return product(*map(range, kernel))


def written(kept: Kept, kernel: Sequence[int]) -> str:
    """The taps as text."""
    left = set(kept.taps)
    return "".join("01"[tap in left] for tap in _places(kernel)) + ("m" if kept.mask else "")


def read(text: str, kernel: Sequence[int]) -> Kept | None:
    """The taps that a text tells; None where it is no such text."""
    digits = text.removesuffix("m")
    if len(digits) != prod(kernel) or set(digits) != {"0", "1"}:
        return None
    taps = tuple(tap for tap, digit in zip(_places(kernel), digits, strict=True) if digit == "1")
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
    first = (more[0].values or [None])[0] if more else 0
    if len(kernel) < 2 or prod(kernel) > MAX_TAPS or type(first) is not int:
        return given.kept
    inside = set(given.kept.taps if given.kept is not None else _places(kernel))
    taps = tuple(
        tap for tap in _places(kernel)
        if tap in inside and (tap[-1] - tap[-2] >= first if upper else tap[-1] - tap[-2] <= first)
    )  # fmt: skip
    return Kept(taps, given.kept is not None and given.kept.mask, True) if taps else given.kept


def _within(one: Constant, rank: int) -> Kept | None:
    """What of a kernel an operand of a product leaves; operands of fewer dimensions lack the first ones."""
    if one.kept is not None or one.values is None or not one.shape:
        return one.kept
    shape = (1,) * (rank - len(one.shape)) + tuple(one.shape)
    if len(one.values) != prod(shape) or not all(isinstance(n, int | float) for n in one.values):
        return None
    return kept_in(one.values, shape)


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
