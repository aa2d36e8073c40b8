"""Masks of kernels: which taps are left of the box, in raster order (van den Oord et al. 2016, "Pixel recurrent neural
networks", masks A and B)."""

from __future__ import annotations

from itertools import product as places
from math import gcd, prod

from rfcli.layers._parameters import EXPRESSION, MAX_AXES, Kind, Parameter, ParameterError, integral, pending, shown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.layers._parameters import Declared, PerAxis, Schema

    Tap = tuple[int, ...]
    """Place of a tap in the kernel, per axis."""

MAX_TAPS = 1 << 16
"""Taps of a kernel of which a mask is followed: they are looked at one by one."""

WORDS = ("causal", "strictly_causal")


class Mask(Value):
    """The taps that are left: by a word, or as entries of a box of this shape."""

    word: str = ""
    shape: PerAxis = ()
    taps: tuple[Tap, ...] = ()

    def over(self, kernel: PerAxis) -> tuple[Tap, ...]:
        """The taps that are left of a kernel, in raster order. The middle one is floor(k/2) along each axis."""
        if not self.word:
            return self.taps
        middle = tuple(k // 2 for k in kernel)
        within = places(*(range(k) for k in kernel))
        return tuple(tap for tap in within if tap < middle or (tap == middle and self.word == "causal"))

    def misfit(self, kernel: PerAxis) -> str | None:
        """What is wrong with the mask for a kernel; None when all is well."""
        if prod(kernel) > MAX_TAPS:
            return f"a mask is followed for kernels of up to {MAX_TAPS} taps, this one has {prod(kernel)}: leave it out"
        size = "x".join(map(str, kernel))
        if self.shape and self.shape != kernel:
            return (
                f"the mask has {'x'.join(map(str, self.shape))} entries, the kernel {size} taps: "
                f"give the mask one entry for each tap"
            )
        if not self.over(kernel):
            return f"'strictly_causal' leaves no tap of a kernel of {size}: give a larger kernel, or mask causal"
        return None


class MaskKind(Kind):
    """A word, or lists of 0 and 1 nested one level per axis."""

    words: tuple[str, ...] = WORDS

    def parse(self, value: object, axes: int | None) -> Mask:
        if type(value) is str and value in self.words:
            return Mask(value)
        if pending(value, axes):
            return Mask("causal")
        if type(value) is not list:
            listed = "".join(f"{word}, " for word in self.words) + ("or " if self.words else "")
            raise ParameterError(f"must be {listed}lists of 0 and 1, one level per axis; is {shown(value)}")
        shape = _shape(value)
        if axes is not None and len(shape) != axes:
            raise ParameterError(
                f"has {len(shape)} {'level' if len(shape) == 1 else 'levels'} of lists for {axes} "
                f"{'axis' if axes == 1 else 'axes'}", axes=True,
            )  # fmt: skip
        taps: list[Tap] = []
        _collect(value, shape, (), taps, axes)
        if not taps and axes is not None:
            raise ParameterError("keeps no tap: at least one entry must be 1")
        return Mask(shape=shape, taps=tuple(taps))

    def schema(self) -> Schema:
        entry: Schema = {"anyOf": [{"enum": [0, 1]}, {"type": "boolean"}, EXPRESSION]}
        nested = entry
        levels: list[Schema] = []
        for _ in range(MAX_AXES):
            nested = {"type": "array", "items": nested, "minItems": 1}
            levels.append(nested)
        words: list[Schema] = [{"enum": list(self.words)}] if self.words else []
        return {"anyOf": [*words, *levels, EXPRESSION]}


def _shape(value: object) -> PerAxis:
    """The lengths of nested lists, by the first of each."""
    found: list[int] = []
    while type(value) is list and len(found) <= MAX_AXES:
        found.append(len(value))
        value = value[0] if value else None
    if not 1 <= len(found) <= MAX_AXES:
        raise ParameterError(f"must have one level of lists for each of 1 to {MAX_AXES} axes")
    return tuple(found)


def _collect(value: object, shape: PerAxis, at: Tap, taps: list[Tap], axes: int | None) -> None:
    """Adds the places of ones, in raster order. Raises `ParameterError`."""
    if len(at) == len(shape):
        entry = integral(value)
        if pending(value, axes):
            taps.append(at)
        elif type(value) is not bool and entry not in (0, 1):
            raise ParameterError(f"must have 0 or 1 for each tap, has {shown(value)}", at)
        elif entry:
            taps.append(at)
        return
    if type(value) is not list or not value:
        raise ParameterError(f"must have lists of one length at each level, has {shown(value)}", at)
    if len(value) != shape[len(at)] and axes is not None:  # the schema cannot say it
        raise ParameterError(f"must have lists of one length, has {shape[len(at)]} and {len(value)} entries", at)
    for place, one in enumerate(value):
        _collect(one, shape, (*at, place), taps, axes)


def mask(words: tuple[str, ...] = WORDS) -> Declared:
    """Declares a mask in a layer class."""
    raster = (
        "causal or strictly_causal (the taps before the middle one, floor(k/2), in raster order, with it or without)"
    )
    said = f"{raster}, or " if words else ""
    doc = f"Taps of the kernel that are left: {said}lists of 0 and 1, one level per axis."
    return Parameter(MaskKind(words), doc, None, "causal" if words else [[1, 1, 1], [1, 1, 0], [0, 0, 0]])


def projected(taps: Sequence[Tap], axis: int) -> tuple[int, ...]:
    """The places of taps along one axis, in order."""
    return tuple(sorted({tap[axis] for tap in taps}))


def is_product(taps: Sequence[Tap]) -> bool:
    """Whether the taps are all combinations of their places along the axes."""
    return prod(len(projected(taps, axis)) for axis in range(len(taps[0]))) == len(taps)


def is_symmetric(taps: Sequence[Tap]) -> bool:
    """Whether the taps are the same with any two axes swapped."""
    left = set(taps)
    swaps = range(len(taps[0]) - 1)
    return all((*tap[:at], tap[at + 1], tap[at], *tap[at + 2 :]) in left for at in swaps for tap in taps)


def step_of(indices: Sequence[int]) -> int:
    """The largest distance of which all distances of taps are multiples; 1 for a single tap."""
    return gcd(*(index - indices[0] for index in indices)) or 1


def bits_of(indices: Sequence[int]) -> int:
    """Which taps of the progression from the first to the last are left, as bits; 0 where all are."""
    step = step_of(indices)
    if (indices[-1] - indices[0]) // step + 1 == len(indices):
        return 0
    return sum(1 << (index - indices[0]) // step for index in indices)


def rows_of(taps: Sequence[Tap], kernel: PerAxis) -> list[object]:
    """The mask as lists of 0 and 1, nested one level per axis."""
    left = set(taps)

    def level(at: Tap) -> object:
        return int(at in left) if len(at) == len(kernel) else [level((*at, one)) for one in range(kernel[len(at)])]

    return [level((one,)) for one in range(kernel[0])]


def said(taps: Sequence[Tap], kernel: PerAxis, words: Sequence[str] = WORDS) -> str | list[object] | None:
    """The mask that leaves these taps of a kernel, in raster order, in the shortest way; None where it leaves all."""
    if len(taps) == prod(kernel):
        return None
    return next((word for word in words if Mask(word).over(kernel) == tuple(taps)), rows_of(taps, kernel))


def digits(taps: Sequence[Tap], kernel: PerAxis) -> str:
    """The mask as digits, a word for each row: "111 110 000"."""
    left = set(taps)
    rows = places(*(range(k) for k in kernel[:-1]))
    return " ".join("".join(str(int((*row, tap) in left)) for tap in range(kernel[-1])) for row in rows)
