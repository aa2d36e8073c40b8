"""Arrays of numbers, with the standard library alone: lists with a shape and strides, whose entries along a dimension
of stride 0 are one. What is made of such entries is worked out once.

They stand where masks have arrays of NumPy or tensors of PyTorch, whose names their methods have.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from math import prod
from typing import Any

from rfcli.readers.tracing.repeats import MANY, Repeats, first_wide, repeats_in, repeats_of
from rfcli.readers.tracing.strides import Shape, broadcast, strides_in, strides_of

MOST = 1 << 22
"""Entries that are written out in one list."""
MOST_PARTS = 1 << 16
"""Parts of an array, each an array."""
TIMES = 16
"""How many entries are made of each that has to be looked at for that."""


class Array:
    """Entries of a list: the first at `start`, the next along a dimension its stride further. Lists are shared, and not
    written. It is `whole` where they are all of the list, in order; `repeats` tells of parts that are known to have the
    same entries, as the windows of a mask have that touch no border."""

    __slots__ = ("_strides", "data", "repeats", "shape", "start", "whole")

    def __init__(
        self, data: list[Any], shape: Sequence[int], strides: Sequence[int] | None = None, start: int = 0,
        repeats: Repeats | None = None,
    ) -> None:  # fmt: skip
        self.data, self.shape, self.start, self.repeats = data, tuple(shape), start, repeats
        self.whole = strides is None
        self._strides = None if strides is None else tuple(strides)

    @property
    def sample(self) -> list[Any]:
        """Entries among which all of its own are."""
        return self.data

    @property
    def strides(self) -> Shape:
        """How far entries lie apart along each dimension, which nothing asks of most arrays."""
        if self._strides is None:
            self._strides = tuple(strides_of(self.shape))
        return self._strides

    @property
    def size(self) -> int:
        """How many entries it has."""
        return prod(self.shape)

    @property
    def held(self) -> int:
        """How many entries it has, of those that are one only that."""
        return prod(n for n, stride in zip(self.shape, self.strides, strict=True) if stride)

    # Entries in order

    def once(self) -> list[Any]:
        """All entries, those once that are one, or that are known to repeat others."""
        if self.whole and self.repeats is None:
            return self.data
        if self.repeats is not None:
            dim, firsts = self.repeats
            return list(chain.from_iterable([self.select(dim, at).once() for at in sorted({*firsts})]))
        shape = [n if stride else min(n, 1) for n, stride in zip(self.shape, self.strides, strict=True)]
        return self.viewed(shape, self.strides, self.start).flat()

    def flat(self) -> list[Any]:
        """All entries, in order: a list that is not written."""
        if self.whole:
            return self.data
        if len(self.data) == 1:
            return self.data * checked(self.size)
        if not checked(self.size):
            return []
        run, outer = self._run()
        if run == 1 and outer and outer[-1][1] == 0:  # each entry several times
            *kept, (times, _) = outer
            once = self.viewed([n for n, _ in kept], [stride for _, stride in kept], self.start).flat()
            return list(chain.from_iterable(map(repeat, once, repeat(times))))
        return self._laid(outer, run, self.start)

    def places(self, dim: int, places: Sequence[int]) -> list[Any]:
        """The entries at some places of a dimension before which there are none of more than one place."""
        return list(chain.from_iterable([self.select(dim, at).flat() for at in places]))

    def parts(self, shape: Sequence[int], dim: int, places: Sequence[int]) -> list[Any]:
        """The same of the array in another shape of its rank, whose dimensions are its own, or of one place."""
        return self.viewed(shape, self.strides, self.start).places(dim, places)

    def _laid(self, outer: list[tuple[int, int]], run: int, start: int) -> list[Any]:
        """Runs of entries within some dimensions; what is there several times is laid out once."""
        if not outer:
            return self.data[start : start + run]
        if not all(stride for _, stride in outer):
            (n, stride), inner = outer[0], outer[1:]
            if stride == 0:
                return self._laid(inner, run, start) * n
            return list(chain.from_iterable([self._laid(inner, run, start + k * stride) for k in range(n)]))
        at = [start]
        for n, stride in outer:
            at = [one + step for one in at for step in range(0, n * stride, stride)] if stride > 0 else [
                one + k * stride for one in at for k in range(n)
            ]  # fmt: skip
        data = self.data
        if run == 1:
            return list(map(data.__getitem__, at))
        return list(chain.from_iterable([data[one : one + run] for one in at]))

    def _run(self) -> tuple[int, list[tuple[int, int]]]:
        """How many entries lie side by side, and the dimensions around them."""
        dims = [(n, stride) for n, stride in zip(self.shape, self.strides, strict=True) if n != 1]
        run = 1
        while dims and dims[-1][1] == run:
            run *= dims.pop()[0]
        return run, dims

    def tolist(self) -> list[Any]:
        """The entries of one dimension; lists of lists of more."""
        if len(self.shape) <= 1:
            return list(self.flat())
        return [one.tolist() for one in self.along(0)]

    def item(self) -> Any:
        """The one entry. Raises `ValueError`."""
        (one,) = self.flat()
        return one

    def __bool__(self) -> bool:
        return bool(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __len__(self) -> int:
        return self.shape[0]

    # Views

    def viewed(self, shape: Sequence[int], strides: Sequence[int], start: int) -> Array:
        return Array(self.data, shape, strides, start)

    def along(self, dim: int) -> list[Array]:
        """What it has at each place of a dimension."""
        if self.shape[dim] > MOST_PARTS:
            raise ValueError(f"{self.shape[dim]} parts")
        return [self.select(dim, at) for at in range(self.shape[dim])]

    def select(self, dim: int, at: int) -> Array:
        """Raises `IndexError`."""
        n, stride = self.shape[dim], self.strides[dim]
        if not -n <= at < n:
            raise IndexError(at)
        shape, strides = list(self.shape), list(self.strides)
        del shape[dim], strides[dim]
        return self.viewed(shape, strides, self.start + at % n * stride)

    def cut(self, dim: int, places: range) -> Array:
        """A part of a dimension, at places that it has."""
        shape, strides = list(self.shape), list(self.strides)
        start = self.start + (places.start * strides[dim] if places else 0)
        shape[dim], strides[dim] = len(places), strides[dim] * places.step
        return self.viewed(shape, strides, start)

    def permute(self, order: Sequence[int]) -> Array:
        return self.viewed([self.shape[at] for at in order], [self.strides[at] for at in order], self.start)

    def expand(self, shape: Sequence[int]) -> Array:
        """Of a larger shape, to whose last dimensions its own are; -1 stands for what it has. Raises `ValueError`."""
        more = len(shape) - len(self.shape)
        if more < 0:
            raise ValueError(shape)
        if not more and tuple(shape) == self.shape:
            return self
        own = [*zip([1] * more + [*self.shape], [0] * more + [*self.strides], strict=True)]
        wanted = [n if one == -1 else one for one, (n, _) in zip(shape, own, strict=True)]
        if any(n not in (1, one) for one, (n, _) in zip(wanted, own, strict=True)):
            raise ValueError(shape)
        strides = [stride if n == one and n != 1 else 0 for one, (n, stride) in zip(wanted, own, strict=True)]
        repeats = None
        if self.repeats is not None and wanted[: self.repeats[0] + more] == [1] * (self.repeats[0] + more):
            repeats = self.repeats[0] + more, self.repeats[1]
        return Array(self.data, wanted, strides, self.start, repeats)

    def reshape(self, shape: Sequence[int]) -> Array:
        """The entries in order in another shape, of which one size may be -1. Raises `ValueError`."""
        wanted = list(shape)
        if -1 in wanted:
            rest = -prod(wanted)
            wanted[wanted.index(-1)] = self.size // rest if rest > 0 else 0
        if prod(wanted) != self.size or min(wanted, default=0) < 0:
            raise ValueError(shape)
        repeats = None if self.repeats is None else repeats_in(self.repeats, wanted)
        strides = None if self.whole else strides_in(self.shape, self.strides, wanted)
        if strides is None:
            return Array(self.flat(), wanted, repeats=repeats)
        return Array(self.data, wanted, strides, self.start, repeats)

    def taken(self, dim: int, places: Sequence[int]) -> Array:
        """What it has at some places of a dimension."""
        if all(n == 1 for n in self.shape[:dim]):
            data, count = self.flat(), prod(self.shape[dim + 1 :])
            checked(count * len(places))
            found = [data[at] for at in places] if count == 1 else list(
                chain.from_iterable([data[at * count : (at + 1) * count] for at in places])
            )  # fmt: skip
            return Array(found, (*self.shape[:dim], len(places), *self.shape[dim + 1 :]))
        order = [dim, *(at for at in range(len(self.shape)) if at != dim)]
        rows = self.permute(order)
        inner = rows.shape[1:]
        data, count = rows.flat(), prod(inner)
        checked(count * len(places))
        found = list(chain.from_iterable(data[at * count : (at + 1) * count] for at in places))
        return Array(found, (len(places), *inner)).permute([order.index(at) for at in range(len(order))])

    # Entry by entry

    def __add__(self, other: object) -> Array:
        return each(operator.add, self, other)

    def __radd__(self, other: object) -> Array:
        return each(operator.add, other, self)

    def __sub__(self, other: object) -> Array:
        return each(operator.sub, self, other)

    def __mul__(self, other: object) -> Array:
        return each(operator.mul, self, other)

    def __mod__(self, other: object) -> Array:
        return each(operator.mod, self, other)

    def __eq__(self, other: object) -> Array:  # type: ignore[override]
        return each(operator.eq, self, other)

    def __ne__(self, other: object) -> Array:  # type: ignore[override]
        return each(operator.ne, self, other)

    def __lt__(self, other: object) -> Array:
        return each(operator.lt, self, other)

    def __le__(self, other: object) -> Array:
        return each(operator.le, self, other)

    def __gt__(self, other: object) -> Array:
        return each(operator.gt, self, other)

    def __ge__(self, other: object) -> Array:
        return each(operator.ge, self, other)

    def __and__(self, other: object) -> Array:
        return each(operator.and_, self, other)

    def __or__(self, other: object) -> Array:
        return each(operator.or_, self, other)

    def __ror__(self, other: object) -> Array:
        return each(operator.or_, other, self)

    def __invert__(self) -> Array:
        """Of truth values the others."""
        return each(operator.not_, self)

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, kept: Array) -> Array:
        """The entries of one dimension that a mask keeps."""
        found = [one for one, left in zip(self.flat(), kept.flat(), strict=True) if left]
        return Array(found, (len(found),))

    # All of a dimension

    def folded(self, dims: Iterable[int], fold: Callable[[list[Any]], Any], keep: bool = False) -> Array:
        """What becomes of the entries along some dimensions."""
        rank = len(self.shape)
        gone = sorted({dim % rank for dim in dims})
        left = [at for at in range(rank) if at not in gone]
        # Where entries of dimensions that are left are one, so are what becomes of them.
        sizes = [self.shape[at] if self.strides[at] else 1 for at in left]
        whole = self.viewed(
            [*sizes, *(self.shape[at] for at in gone)],
            [*(self.strides[at] for at in left), *(self.strides[at] for at in gone)],
            self.start,
        )
        data, count = whole.flat(), prod(self.shape[at] for at in gone)
        made = [fold(data[at : at + count]) for at in range(0, len(data), count)] if count else [
            fold([]) for _ in range(checked(prod(sizes)))
        ]  # fmt: skip
        shape = [self.shape[at] for at in left]
        result = Array(made, sizes).expand(shape)
        if not keep:
            return result
        return result.reshape([1 if at in gone else n for at, n in enumerate(self.shape)])

    def all(self, dim: int | None = None) -> Array:
        return self._told(dim, all)

    def any(self, dim: int | None = None) -> Array:
        return self._told(dim, any)

    def _told(self, dim: int | None, fold: Callable[[list[Any]], bool]) -> Array:
        """What is true of all entries, or along a dimension, however often they stand there."""
        if dim is None:
            return Array([fold(self.once())], ())
        if self.shape[dim] and not self.strides[dim]:
            return each(bool, self.select(dim, 0))
        return self.folded([dim], fold)

    def min(self) -> Any:
        return min(self.once())

    def max(self) -> Any:
        return max(self.once())


class Repeating(Array):
    """An array whose parts repeat one another: the entries of those that do not are given. All of them are laid out
    where something asks for that, as masks of many windows are never asked."""

    __slots__ = ("_laid_out", "rows")
    repeats: Repeats

    def __init__(self, entries: list[Any], repeats: Repeats, shape: Sequence[int]) -> None:
        self.rows, self.repeats, self.shape, self.start = entries, repeats, tuple(shape), 0
        self.whole, self._strides = True, None
        self._laid_out: list[Any] | None = None

    @property
    def data(self) -> list[Any]:  # type: ignore[override]
        """All entries in order."""
        if self._laid_out is None:
            dim, firsts = self.repeats
            width, found = prod(self.shape[dim + 1 :]), list[Any]()
            starts = {first: at * width for at, first in enumerate(sorted({*firsts}))}
            for first in firsts:
                found += self.rows[starts[first] : starts[first] + width]
            self._laid_out = found
        return self._laid_out

    @property
    def sample(self) -> list[Any]:
        return self.rows

    def once(self) -> list[Any]:
        return self.rows

    def parts(self, shape: Sequence[int], dim: int, places: Sequence[int]) -> list[Any]:
        if self.shape == tuple(shape) and self.repeats[0] == dim and sorted({*self.repeats[1]}) == [*places]:
            return self.rows
        return super().parts(shape, dim, places)

    def expand(self, shape: Sequence[int]) -> Array:
        return self.reshape(shape) if prod(shape) == self.size and -1 not in shape else super().expand(shape)

    def reshape(self, shape: Sequence[int]) -> Array:
        repeats = repeats_in(self.repeats, shape) if prod(shape) == self.size else None
        if repeats is None or [*repeats[1]] != [*self.repeats[1]]:
            return super().reshape(shape)
        return Repeating(self.rows, repeats, shape)


def checked(count: int) -> int:
    """How many entries are written out. Raises `ValueError` for too many."""
    if count > MOST:
        raise ValueError(f"{count} entries")
    return count


def arange(count: int) -> Array:
    """The numbers from 0."""
    return Array(list(range(count)), (count,))


def filled(shape: Sequence[int], value: object) -> Array:
    """One value everywhere."""
    return Array([value], shape, [0] * len(shape))


def zeros(shape: Sequence[int]) -> Array:
    return filled(shape, 0)


def ones(shape: Sequence[int]) -> Array:
    return filled(shape, 1)


def broadcast_to(array: Array, shape: Sequence[int]) -> Array:
    """An array of a larger shape. Raises `ValueError`."""
    return array.expand(shape)


def where(condition: Array, first: object, second: object) -> Array:
    """Entries of two, as a third says."""
    return columns(
        lambda *of: [yes if one else no for one, yes, no in zip(*of, strict=False)], condition, first, second
    )


def each(made: Callable[..., Any], *operands: Any) -> Array:
    """What becomes of entries at the same place; what is no array stands everywhere."""
    return columns(lambda *of: list(map(made, *of)), *operands)


def columns(made: Callable[..., list[Any]], *operands: Any) -> Array:
    """What becomes of all entries, of which those that are one everywhere are one, as are parts that repeat others."""
    arrays = [one for one in operands if isinstance(one, Array)]
    shape = arrays[0].shape if arrays else ()
    alike = all(one.shape == shape for one in arrays)
    shape = shape if alike else broadcast(one.shape for one in arrays)
    if all(len(one.sample) == 1 for one in arrays):
        entry = made(*(one.sample if isinstance(one, Array) else [one] for one in operands))
        return Array(entry, shape, [0] * len(shape) if prod(shape) != 1 else None)
    if alike and all(one.whole for one in arrays) and prod(shape) < MANY:
        return Array(made(*(one.data if isinstance(one, Array) else repeat(one) for one in operands)), shape)
    laid = [one.expand(shape) if isinstance(one, Array) else one for one in operands]
    arrays = [one for one in laid if isinstance(one, Array)]
    small = [n if any(one.strides[at] for one in arrays) else min(n, 1) for at, n in enumerate(shape)]
    repeats = _repeats(arrays, small) if prod(small) >= MANY else None
    if repeats is None:
        entries = [one.viewed(small, one.strides, one.start).flat() if isinstance(one, Array) else repeat(one)
                   for one in laid]  # fmt: skip
        return Array(made(*entries), small).expand(shape)
    dim, firsts = repeats
    places = sorted({*firsts})
    entries = [one.parts(small, dim, places) if isinstance(one, Array) else repeat(one) for one in laid]
    return Repeating(made(*entries), repeats, small).expand(shape)


def _repeats(arrays: Sequence[Array], shape: Sequence[int]) -> Repeats | None:
    """Places of the first dimension of more than one at which arrays, laid out in a shape, have the same entries as at
    earlier ones; None where they are few, or where telling takes long."""
    dim = first_wide(shape)
    told: list[Sequence[object]] = []
    for one in arrays:
        if not one.strides[dim]:
            continue
        if one.repeats is not None and one.repeats[0] == dim:
            told.append(one.repeats[1])
        elif one.held * TIMES > prod(shape):
            return None
        else:  # 1, 1.0 and True are equal
            parts = [one.select(dim, at).once() for at in range(shape[dim])]
            told.append([(*map(type, part), *part) for part in parts])
    return repeats_of(dim, zip(*told, strict=True))


def read_once(
    data: bytes, shape: Sequence[int], numbers: Callable[[bytes, int], list[Any] | None]
) -> Array | None:  # fmt: skip
    """An array of a shape out of bytes, where parts of these repeat one another: each is read once, as so many
    `numbers`. None where it is none, or they are not known."""
    if prod(shape) < MANY:
        return None
    dim = first_wide(shape)
    width, count = len(data) // shape[dim], prod(shape[dim + 1 :])
    parts = [data[at : at + width] for at in range(0, len(data), width or 1)]
    repeats = repeats_of(dim, parts) if len(parts) == shape[dim] else None
    if repeats is None:
        return None
    places = sorted({*repeats[1]})
    entries = numbers(b"".join([parts[at] for at in places]), count * len(places))
    return None if entries is None else Repeating(entries, repeats, shape)
