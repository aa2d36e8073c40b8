"""Operations of ATen that take parts of arrays, put parts into them, and put arrays together."""

import math
import operator
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from rfcli.readers.torch.constants.layout import unsqueeze
from rfcli.readers.torch.constants.operations import Value, operation
from rfcli.readers.tracing import arrays
from rfcli.readers.tracing.arrays import Array, checked, where
from rfcli.readers.tracing.maps import axis_at
from rfcli.readers.tracing.strides import broadcast, steps_of


def _places(n: int, start: int | None, end: int | None, step: int) -> range:
    return range(*slice(start, end, step).indices(n))


@operation("slice")
def cut(self: Array, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1) -> Array:
    at = axis_at(dim, len(self.shape))
    return self.cut(at, _places(self.shape[at], start, end, step))


@operation("narrow")
def narrow(self: Array, dim: int, start: int, length: int) -> Array:
    at = axis_at(dim, len(self.shape))
    return self.cut(at, range(start % max(self.shape[at], 1), start % max(self.shape[at], 1) + length))


@operation("select")
def select(self: Array, dim: int, index: int) -> Array:
    return self.select(axis_at(dim, len(self.shape)), index)


@operation("unbind")
def unbind(self: Array, dim: int = 0) -> list[Array]:
    return self.along(axis_at(dim, len(self.shape)))


@operation("split", "split_with_sizes")
def split(self: Array, split_size: Value = None, dim: int = 0, split_sizes: Value = None) -> list[Array]:
    at = axis_at(dim, len(self.shape))
    n, sizes = self.shape[at], split_size if split_sizes is None else split_sizes
    edges = [*range(0, checked(n), sizes), n] if isinstance(sizes, int) else [0, *accumulate(sizes)]
    return [self.cut(at, range(*pair)) for pair in pairwise(edges)]


@operation("chunk")
def chunk(self: Array, chunks: int, dim: int = 0) -> list[Array]:
    made: list[Array] = split(self, -(-self.shape[axis_at(dim, len(self.shape))] // chunks), dim)
    return made


def joined(parts: Sequence[Array], dim: int) -> Array:
    """Arrays of one shape side by side in a dimension of their own."""
    shape = parts[0].shape
    checked(len(parts) * math.prod(shape))
    data = [entry for one in parts for entry in one.expand(shape).flat()]
    made = Array(data, (len(parts), *shape))
    return made.permute([*range(1, dim + 1), 0, *range(dim + 1, len(shape) + 1)])


@operation("index_select")
def index_select(self: Array, dim: int, index: Array) -> Array:
    return self.taken(axis_at(dim, len(self.shape)), index.flat())


@operation("index")
def index(self: Array, indices: Sequence[Array | None]) -> Array:
    """Entries by tables of places, which stand side by side."""
    given = [at for at, one in enumerate(indices) if one is not None]
    tables = [one for one in indices if one is not None]
    first, count = given[0], len(given)
    if given != list(range(first, first + count)):
        raise ValueError(given)
    if any(isinstance(one, bool) for table in tables for one in table.flat()[:1]):
        (mask,) = tables
        kept = [at for at, one in enumerate(mask.flat()) if one]
        shape = self.shape
        rank = len(mask.shape)
        whole = self.reshape([*shape[:first], mask.size, *shape[first + rank :]])
        return whole.taken(first, kept)
    shape = broadcast(one.shape for one in tables)
    columns = [one.expand(shape).flat() for one in tables]
    sizes = self.shape[first : first + count]
    places = [
        sum(at % n * step for at, n, step in zip(row, sizes, steps_of(sizes), strict=True))
        for row in zip(*columns, strict=True)
        if all(-n <= at < n for at, n in zip(row, sizes, strict=True))
    ]
    if len(places) != math.prod(shape):
        raise IndexError("out of range")
    whole = self.reshape([*self.shape[:first], math.prod(sizes), *self.shape[first + count :]])
    return whole.taken(first, places).reshape([*self.shape[:first], *shape, *self.shape[first + count :]])


@operation("slice_scatter")
def slice_scatter(
    self: Array, src: Array, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Array:
    at = axis_at(dim, len(self.shape))
    places = _places(self.shape[at], start, end, step)
    return _put(self, at, places, src.expand([*self.shape[:at], len(places), *self.shape[at + 1 :]]))


@operation("select_scatter")
def select_scatter(self: Array, src: Array, dim: int, index: int) -> Array:
    at = axis_at(dim, len(self.shape))
    place = range(self.shape[at])[index]
    return _put(self, at, range(place, place + 1), unsqueeze(src, at))


def _put(self: Array, at: int, places: range, src: Array) -> Array:
    """An array with others at some places of a dimension."""
    entries = list(self.flat())
    shape = list(self.shape)
    shape[at] = len(places)
    numbers = Array(list(range(self.size)), self.shape).cut(at, places)
    for place, one in zip(numbers.flat(), src.expand(shape).flat(), strict=True):
        entries[place] = one
    return Array(entries, self.shape)


# Several in one


@operation("cat")
def cat(tensors: Sequence[Array], dim: int = 0) -> Array:
    parts = [one for one in tensors if one.shape != (0,)]
    at = axis_at(dim, len(parts[0].shape))
    rank = len(parts[0].shape)
    order = [at, *(one for one in range(rank) if one != at)]
    rows = [one.permute(order) for one in parts]
    checked(sum(one.size for one in rows))
    made = Array(
        [entry for one in rows for entry in one.flat()], (sum(one.shape[0] for one in rows), *rows[0].shape[1:])
    )
    if any(one.shape[1:] != rows[0].shape[1:] for one in rows):
        raise ValueError("shapes")
    return made.permute([order.index(one) for one in range(rank)])


@operation("stack")
def stack(tensors: Sequence[Array], dim: int = 0) -> Array:
    return joined(tensors, axis_at(dim, len(tensors[0].shape) + 1))


@operation("roll")
def roll(self: Array, shifts: Value, dims: Value = ()) -> Array:
    made = self if dims else self.reshape([-1])
    for shift, dim in zip(_row(shifts), _row(dims) or (0,), strict=True):
        n = checked(made.shape[dim])
        made = made.taken(axis_at(dim, len(made.shape)), [(at - shift) % n for at in range(n)])
    return made.reshape(self.shape)


def _row(value: Value) -> Sequence[int]:
    return (value,) if isinstance(value, int) else tuple(value)


@operation("flip")
def flip(self: Array, dims: Sequence[int]) -> Array:
    for dim in dims:
        self = self.taken(axis_at(dim, len(self.shape)), range(self.shape[dim])[::-1])
    return self


@operation("repeat", "tile")
def repeat(self: Array, repeats: Value = None, dims: Value = None) -> Array:
    counts = repeats if dims is None else dims
    more = len(counts) - len(self.shape)
    counts = [1] * -more + list(counts)
    shape = [1] * max(more, 0) + list(self.shape)
    pairs = [n for pair in zip(counts, shape, strict=True) for n in pair]
    inner = self.reshape([n for one in shape for n in (1, one)]).expand(pairs)
    return inner.reshape([count * n for count, n in zip(counts, shape, strict=True)])


@operation("repeat_interleave")
def repeat_interleave(self: Array, repeats: int, dim: int | None = None) -> Array:
    whole = self.reshape([-1]) if dim is None else self
    at = axis_at(dim or 0, len(whole.shape))
    checked(whole.shape[at] * repeats)
    return whole.taken(at, [place for place in range(whole.shape[at]) for _ in range(repeats)])


@operation("pad", "constant_pad_nd")
def pad(self: Array, pad: Sequence[int], mode: str = "constant", value: Value = 0) -> Array:
    if mode != "constant":
        raise ValueError(mode)
    made = self
    for number, (before, after) in enumerate(zip(pad[::2], pad[1::2], strict=True), 1):
        at = len(self.shape) - number
        n = made.shape[at]
        kept = made.cut(at, range(max(-before, 0), n + min(after, 0)))
        shape = list(made.shape)
        shape[at] = n + before + after
        made = _put(arrays.filled(shape, value or 0), at, range(max(before, 0), max(before, 0) + kept.shape[at]), kept)
    return made


def _triangle(name: str, kept: Callable[[int, int], bool]) -> None:
    def made(self: Array, diagonal: int = 0) -> Array:
        rows, columns = self.shape[-2:]
        checked(rows * columns)
        left = Array([kept(at - row, diagonal) for row in range(rows) for at in range(columns)], (rows, columns))
        return where(left, self, 0)

    operation(name)(made)


_triangle("tril", operator.le)
_triangle("triu", operator.ge)


@operation("cumsum")
def cumsum(self: Array, dim: int) -> Array:
    at = axis_at(dim, len(self.shape))
    parts = list(accumulate(self.along(at), operator.add))
    return joined(parts, at)
