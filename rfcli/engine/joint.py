"""Exact supports in all axes at once, where they are no product of what is read along each: behind kernels with masks.

A set of points has a row of samples along the last axis (`Samples`) for each place along the others. Layers without a
mask work axis by axis, and rows that are alike are worked out once; those with one work tap by tap along the leading
axes, and on whole rows along the last.
"""

from __future__ import annotations

from rfcli.engine.border import copies, reading_any
from rfcli.engine.reading import sizes_of
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, TOO_LONG, Effort, Samples, copied, interval
from rfcli.engine.views import lopsided
from rfcli.geometry.field import Field
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rfcli.engine.fields import Local
    from rfcli.engine.reading import Reading
    from rfcli.geometry.borders import Border
    from rfcli.geometry.field import Reads

    Place = tuple[int, ...]
    Rows = dict[Place, Samples]
    Along = Callable[[Samples, Reads, int], Samples]
    """What of one axis is read, or reads: samples, what a layer reads along the axis, and the axis."""

MAX_POINTS = 16 * MAX_SAMPLES
"""Largest box whose points are looked at one by one."""


class Points(Value):
    """A set of points: `rows` has the samples along the last axis for each place along the others."""

    rows: Rows

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __iter__(self) -> Iterator[Place]:
        for place in sorted(self.rows):
            for i in self.rows[place]:
                yield (*place, i)

    def __contains__(self, point: Sequence[int]) -> bool:
        row = self.rows.get(tuple(point[:-1]))
        return row is not None and row.within(point[-1], point[-1]).bits == 1

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(row.count for row in self.rows.values())

    @property
    def hull(self) -> tuple[tuple[int, int], ...]:
        """The first and the last along each axis; empty where there are none."""
        ends = [row.hull for row in self.rows.values()]
        lasts = [end for end in ends if end is not None]
        if not lasts:
            return ()
        leading = ((min(along), max(along)) for along in zip(*self.rows, strict=True))
        return (*leading, (min(first for first, _ in lasts), max(last for _, last in lasts)))

    @property
    def box(self) -> tuple[int, ...]:
        """Samples from the first to the last along each axis."""
        return tuple(last - first + 1 for first, last in self.hull)

    def samples(self, axis: int) -> Samples:
        """Where they lie along one axis."""
        found = Samples()
        for place, row in self.rows.items():
            found = found.union(row if axis >= len(place) else Samples(place[axis], 1))
        return found

    def runs(self) -> Iterator[tuple[Place, list[tuple[int, int]]]]:
        """Row by row the runs of points that follow each other, first and last."""
        for place in sorted(self.rows):
            yield place, list(self.rows[place].runs)


def single(place: Sequence[int]) -> Points:
    """One point."""
    return Points({tuple(place[:-1]): Samples(place[-1], 1)})


def slab(sizes: Sequence[int], axis: int, o: int) -> Points:
    """All points of a map with index `o` along an axis."""
    places: list[Place] = [()]
    for along, n in enumerate(sizes[:-1]):
        places = [(*place, i) for place in places for i in (range(n) if along != axis else (o,))]
    row = Samples(o, 1) if axis == len(sizes) - 1 else interval(0, sizes[-1] - 1)
    return Points(dict.fromkeys(places, row))


def crossing(fields: Sequence[Sequence[Local]], sources: tuple[int, ...]) -> bool:
    """Whether of the maps that a merge takes none reaches at least as far as every other one along all axes: what it
    reads is a cross, or a step (the two stacks of a gated PixelCNN), and no box. `fields` are those of all layers
    along each axis."""
    regions = []
    for source in dict.fromkeys(sources):
        along = [local[source] for local in fields]
        found = [one.bounds(0) for one in along if isinstance(one, Field)]
        if len(found) < len(fields) or None in found:
            return False
        regions.append(found)
    if len(regions) < 2:
        return False
    largest = [(min(u for u, _ in axis), max(v for _, v in axis)) for axis in zip(*regions, strict=True)]
    return largest not in regions


class JointSupports:
    """Exact supports along all axes, with respect to one origin."""

    def __init__(self, readings: list[Reading], effort: Effort) -> None:
        self.readings, self.effort = readings, effort
        self.graph, self.origin = readings[0].graph, readings[0].origin
        self.axes = range(len(self.readings))

    def masked(self, number: int) -> bool:
        """Whether what a layer reads is no product because of a mask."""
        layers = (self.graph.layers[at] for at in self._above(number) if at != self.origin)
        found = any(layer is not None and layer.joint is not None for layer in layers)
        return found and len(self.axes) > 1 and self._alike(number)

    def crossed(self, number: int, fields: Sequence[Sequence[Local]]) -> bool:
        """Whether what a layer reads is no product because of merges."""
        sources = self.readings[0].sources
        merges = (at for at in self.graph.upstream(number, self.origin) if len(sources[at]) > 1)
        return len(self.axes) > 1 and any(crossing(fields, sources[at]) for at in merges) and self._alike(number)

    def _alike(self, number: int) -> bool:
        """Whether the same paths lead to a layer along all axes, none of which sees all on one side besides; a layer
        that only global paths lead to sees what lies behind them, whatever their order."""
        above = self._above(number)
        if number not in above or any(lopsided(self.readings, at) for at in above):
            return False
        return all(len({one.sources[at] for one in self.readings}) == 1 for at in above)

    def of(self, number: int, wanted: Points, clipped: bool = False, around: bool = True) -> Points | Unknown:
        """The points of the origin that outputs of a layer read. Every map is taken as unbounded; with `clipped` it
        ends at its borders, and what falls into padding reads nothing, or what the padding is made of: with circular
        padding the other side of the map, unless `around` is false."""
        needed = {number: wanted}
        for at in reversed(self._above(number)):
            if at not in needed or at == self.origin:
                continue
            rows = needed.pop(at).rows
            below = self._below(at)
            if isinstance(below, Unknown):
                return below
            for source, reads in below:
                found = self.spread(rows, at, reads, reading_all)
                if isinstance(found, Unknown):
                    return found
                if clipped:
                    sizes = sizes_of(self.readings, source)
                    if isinstance(sizes, Unknown):
                        return sizes
                    found = inside(found, sizes, self.borders(at, source, around))
                if found:
                    known = needed.get(source)
                    needed[source] = Points(found if known is None else united(known.rows, found))
        return needed.get(self.origin, Points({}))

    def seeing(self, number: int, point: Sequence[int], around: bool = True) -> Points | Unknown:
        """The outputs of a layer that see a point of the origin; borders are as for `of`."""
        known: dict[int, Rows] = {self.origin: single(point).rows}
        for at in self._above(number):
            if at == self.origin:
                continue
            below, sizes = self._below(at), sizes_of(self.readings, at)
            for one in (below, sizes):
                if isinstance(one, Unknown):
                    return one
            assert not isinstance(below, Unknown) and not isinstance(sizes, Unknown), "seen to"
            known[at] = {}
            for source, reads in below:
                inputs = self.bordered(known[source], self.borders(at, source, around))
                found = self.spread(inputs, at, reads, readers_on(sizes))
                if isinstance(found, Unknown):
                    return found
                known[at] = united(known[at], found)
        return Points(known.get(number, {}))

    def _above(self, number: int) -> list[int]:
        """What a layer depends on by local paths, itself included, in order."""
        needed = set(self.graph.upstream(number, self.origin))
        return [at for at in self.graph.order if at in needed and all(one.local[at] for one in self.readings)]

    def borders(self, number: int, source: int, around: bool) -> list[Border | None]:
        """What a layer reads beside the map of an input along each axis."""
        found = [one.border(number, source) for one in self.readings]
        return [None if border is None or (border.around and not around) else border for border in found]

    def bordered(self, rows: Rows, borders: Sequence[Border | None]) -> Rows:
        """Some samples of a map, and their copies beside it."""
        for axis, border in enumerate(borders):
            if border is None:
                continue
            if axis == self.axes[-1]:
                rows = {place: row.union(copies(row, border, self.effort)) for place, row in rows.items()}
                continue
            made = dict(rows)
            for position in (*border.added[0], *border.added[1]):
                sample = border.sample(position)
                for place, row in rows.items():
                    if place[axis] == sample:
                        made[(*place[:axis], position, *place[axis + 1 :])] = row
            rows = made
        return rows

    def _below(self, number: int) -> list[tuple[int, list[Reads]]] | Unknown:
        """What a layer reads of each input along each axis."""
        along = []
        for reading in self.readings:
            below = reading.below(number)
            if isinstance(below, Unknown):
                return below
            along.append(below)
        return [(parts[0][0], [reads for _, reads in parts]) for parts in zip(*along, strict=True)]

    def spread(self, rows: Rows, number: int, reads: list[Reads], along: Along) -> Rows | Unknown:
        """What outputs read of an input along all axes; or, the other way, the outputs that read any of some inputs."""
        layer = self.graph.layers[number]
        assert layer is not None, "an input reads nothing"
        if layer.joint is None:
            return self._axis_by_axis(rows, reads, along)
        groups: dict[Place, list[int]] = {}
        for tap in layer.joint:
            groups.setdefault(tap[:-1], []).append(tap[-1])
        found: Rows = {}
        for leading, places in groups.items():
            taps = [*([place] for place in leading), places]
            parts = [one.reads_of_taps(number, taps[axis]) for axis, one in enumerate(self.readings)]
            made = self._axis_by_axis(rows, parts, along)
            if isinstance(made, Unknown):
                return made
            found = united(found, made)
        return found

    def _axis_by_axis(self, rows: Rows, reads: list[Reads], along: Along) -> Rows | Unknown:
        """The same where all combinations are read of what is read along the axes."""
        last = self.axes[-1]
        known: dict[object, Samples] = {}
        for axis in reversed(self.axes):
            if reads[axis] is IDENTITY_READS:
                continue
            if not rows:
                break
            width = max(row.bits.bit_length() for row in rows.values())
            if width * len(rows) > MAX_POINTS:
                return TOO_LARGE
            taps = max((taps[1] - taps[0] for taps in reads[axis].phases if taps), default=0)
            if taps + (width * reads[axis].shift if axis == last else 0) > MAX_SAMPLES:
                return TOO_LARGE
            if not self.effort.spend(width * len(rows) // 8, 4 * len(rows)):  # united, clipped and looked up as well
                return TOO_LONG
            made: Rows = {}
            for place, row in rows.items():
                one = row if axis == last else Samples(place[axis], 1)
                if (axis, one) not in known:
                    known[axis, one] = along(one, reads[axis], axis)
                read = known[axis, one]
                if axis == last:
                    if read:
                        made[place] = read
                    continue
                for i in read:
                    to = (*place[:axis], i, *place[axis + 1 :])
                    made[to] = made[to].union(row) if to in made else row
            rows = made
        return rows


def reading_all(row: Samples, reads: Reads, axis: int) -> Samples:
    """What is read for some outputs along one axis."""
    return row.read_by(reads)


def readers_on(sizes: Sequence[int]) -> Along:
    """Finds the outputs on a map of these sizes that read any of some inputs along one axis."""
    return lambda row, reads, axis: reading_any(row, reads, sizes[axis])


def inside(rows: Rows, sizes: Sequence[int], borders: Sequence[Border | None]) -> Rows:
    """What of a map of these sizes is read: what lies on it, and of what the samples beside it are made."""
    found: Rows = {}
    for place, row in rows.items():
        made = [_sample(i, n, border) for i, n, border in zip(place, sizes, borders, strict=False)]
        if None in made:
            continue
        at = tuple(i for i in made if i is not None)
        inside, border = row.inside(sizes[-1]), borders[-1]
        for side in () if border is None else border.added:
            assert border is not None, "nothing is added without one"
            inside = inside.union(copied(row, side, border))
        if inside:
            found[at] = found[at].union(inside) if at in found else inside
    return found


def _sample(i: int, n: int, border: Border | None) -> int | None:
    """The sample of a map that stands at a position; None where nothing does."""
    if 0 <= i < n:
        return i
    return border.sample(i) if border is not None and any(i in side for side in border.added) else None


def united(a: Rows, b: Rows) -> Rows:
    """The points of both."""
    if not a:
        return b
    found = dict(a)
    for place, row in b.items():
        found[place] = found[place].union(row) if place in found else row
    return found
