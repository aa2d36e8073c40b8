"""Maps behind one another along positions, or along the batch: each of them goes its own way through what works at
every position by itself, as the levels of a detection head do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from rfcli.readers.tracing.layout import LayoutOperations
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, is_batch, is_channels
from rfcli.readers.tracing.parts import PartOperations
from rfcli.values import Value

Made = Map | Constant


class Joined(Value):
    """Maps behind one another along a dimension."""

    parts: tuple[Map, ...]
    at: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """Entries of each along the dimension. Raises `Layout`."""
        found = tuple(part.shape[self.at] for part in self.parts)
        if None in found:
            raise Layout("maps of unknown size are joined")
        return tuple(n for n in found if n is not None)

    @property
    def rank(self) -> int:
        return len(self.parts[0].dims)

    @property
    def shape(self) -> list[int | None]:
        """Entries of each dimension. Raises `Layout`."""
        return [sum(self.sizes) if at == self.at else n for at, n in enumerate(self.parts[0].shape)]

    @property
    def batch(self) -> bool:
        """Whether they are images of a batch."""
        return all(is_batch(part.dims[self.at]) for part in self.parts)


def joined(tensors: Sequence[object], dim: int) -> Joined:
    """Maps, and maps that were joined before, behind one another. Raises `Layout`."""
    parts: list[Map] = []
    for one in tensors:
        if isinstance(one, Joined):
            if one.at != axis_at(dim, one.rank):
                raise Layout("maps are joined along two axes")
            parts += one.parts
        elif isinstance(one, Map):
            parts.append(one)
        else:
            raise Layout("it joins several maps and constants")
    if len({len(part.dims) for part in parts}) > 1:
        raise Layout("it joins tensors of different ranks")
    at = axis_at(dim, len(parts[0].dims))
    if any(atom.roll for part in parts for atom in part.atoms) and all(is_channels(part.dims[at]) for part in parts):
        raise Layout("channels of maps that are rolled apart are joined")
    return Joined(tuple(parts), at)


def together(parts: Sequence[object], at: int) -> Joined:
    """What was made of each of several maps, joined as these were. Raises `Layout`."""
    maps = tuple([one for one in parts if isinstance(one, Map)])
    if len(maps) < len(parts) or any(len(one.dims) <= at for one in maps):
        raise Layout("maps that are joined are put into another order")
    return Joined(maps, at)


def between(tracer: PartOperations, name: str, x: Joined, start: int, end: int) -> Made | Joined:
    """The entries from one to another of joined maps. Raises `Layout`."""
    parts: list[Made] = []
    for number, (part, size, last) in enumerate(zip(x.parts, x.sizes, accumulate(x.sizes), strict=True), 1):
        first = last - size
        low, high = max(start, first), min(end, last)
        if low < high:
            whole = (low, high) == (first, last)
            cut = f"{name}/{number}"
            parts.append(part if whole else tracer.cropped(cut, part, x.at, low - first, high - first, 1))
    return parts[0] if len(parts) == 1 else together(parts, x.at)


def unbundled(tracer: LayoutOperations, name: str, x: Map, target: Sequence[int | None]) -> Joined | None:
    """Maps that were flattened and put behind one another, where a reshape gives each entries of one kind: joined along
    these. None where it gives them anything else. What stands for a size that follows is -1, 0 or None."""
    parts = tracer.bundled.get(x.layer)
    inner = _product(target[2:])
    if parts is None or len(target) < 3 or inner < 1:
        return None
    sizes = [part.channels or 0 for part in parts]
    if any(size < 1 or size % inner for size in sizes) or target[1] not in (-1, None, sum(sizes) // inner):
        return None
    try:
        with tracer.attempt():
            made = [tracer.reshape(f"{name}/{at}", part, [part.shape[0], size // inner, *target[2:]])
                    for at, (part, size) in enumerate(zip(parts, sizes, strict=True), 1)]  # fmt: skip
            found = together(made, 1)
    except Layout:
        return None
    tracer.draft.spare([*tracer.bundled, *(part.layer for part in parts)])
    return found


class Part(Value):
    """One of joined maps: its number, the dimension along which they are joined, counted from the end, and the entries
    of each of them."""

    number: int
    at: int
    sizes: tuple[int, ...]

    def of(self, tracer: PartOperations, name: str, value: object) -> object:
        """What an operation on it takes: a map or a constant of all entries is cut as the maps are."""
        at, size, total = self.at, self.sizes[self.number], sum(self.sizes)
        if isinstance(value, Joined):
            return value.parts[self.number]
        if isinstance(value, Map) and len(value.dims) >= -at and value.shape[at] == total:
            start = sum(self.sizes[: self.number])
            return tracer.cropped(f"{name}/cut", value, len(value.dims) + at, start, start + size, 1)
        if isinstance(value, Constant) and len(value.shape) >= -at and value.shape[at] == total:
            shape = list(value.shape)
            shape[at] = size
            # Its weights are counted once.
            return Constant(tuple(shape), None, value.weights)
        return value


def place_in(shape: Sequence[int | None], before: Sequence[int | None], at: int) -> int:
    """Where a dimension is after a change of shape. Raises `Layout`."""
    if None in shape or None in before:
        raise Layout("maps of unknown size are joined")
    outside, inside = _product(before[:at]), _product(before[at + 1 :])
    for place, n in enumerate(shape):
        if n == before[at] and (_product(shape[:place]), _product(shape[place + 1 :])) == (outside, inside):
            return place
    raise Layout("maps that are joined are put into another shape")


def _product(sizes: Sequence[int | None]) -> int:
    found = 1
    for size in sizes:
        found *= size or 0
    return found
