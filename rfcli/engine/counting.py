"""Paths by the size of their fields: how many there are of each, never one by one."""

from __future__ import annotations

from rfcli.engine.family import grounded
from rfcli.geometry.field import Field
from rfcli.graph.graph import upstream
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.reading import Reading
    from rfcli.geometry.field import Reads


class PathsBySize(Value):
    """Paths by field size where all are uniform: `counts[size - base]`, at one stride."""

    stride: int
    base: int
    counts: dict[int, int]

    def seen_by(self, reads: Reads) -> PathsBySize | PathsByField:
        """The paths of a layer that reads all of these."""
        taps = reads.phases[0]
        if len(reads.phases) > 1 or taps is None:
            return self.by_field().seen_by(reads)
        return PathsBySize(self.stride * reads.shift, self.base + (taps[1] - taps[0]) * self.stride, self.counts)

    def by_field(self) -> PathsByField:
        """The same, each size as the field of its paths."""
        return PathsByField({Field(self.stride, ((0, self.base + at - 1),)): many for at, many in self.counts.items()})

    def by_size(self, outputs: int | None) -> dict[int, int]:
        """Size -> number of paths."""
        return {self.base + more: many for more, many in self.counts.items()}


class PathsByField(Value):
    """Paths by their field, wherever it lies, where some are periodic; their size is the largest over the outputs."""

    counts: dict[Field, int]

    def seen_by(self, reads: Reads) -> PathsByField:
        """The paths of a layer that reads all of these."""
        found: dict[Field, int] = {}
        for field, many in self.counts.items():
            seen = grounded(field.seen_by(reads))[0]
            found[seen] = found.get(seen, 0) + many
        return PathsByField(found)

    def by_size(self, outputs: int | None) -> dict[int, int]:
        """Size -> number of paths, each by what so many outputs see, or all of them; 0 where a path reads nothing."""
        found: dict[int, int] = {}
        for field, many in self.counts.items():
            size = field.size_of(outputs) or 0
            found[size] = found.get(size, 0) + many
        return found


def readers_of(reading: Reading, number: int) -> dict[int, int]:
    """Layers on the local paths to a layer, and how often each is read on them; the layer itself once more."""
    found = {number: 1}
    for at in upstream([number], reading.sources.__getitem__):
        for source in reading.sources[at]:
            found[source] = found.get(source, 0) + 1
    return found


def together(a: PathsBySize | PathsByField, b: PathsBySize | PathsByField) -> PathsBySize | PathsByField:
    """The paths of both."""
    if isinstance(a, PathsBySize) and isinstance(b, PathsBySize) and a.stride == b.stride:
        if len(a.counts) < len(b.counts):
            a, b = b, a
        counts, by = dict(a.counts), b.base - a.base
        for more, many in b.counts.items():
            counts[more + by] = counts.get(more + by, 0) + many
        return PathsBySize(a.stride, a.base, counts)
    one = a.by_field() if isinstance(a, PathsBySize) else a
    other = b.by_field() if isinstance(b, PathsBySize) else b
    both = dict(one.counts)
    for field, many in other.counts.items():
        both[field] = both.get(field, 0) + many
    return PathsByField(both)
