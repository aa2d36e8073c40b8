"""What is read behind global layers in all axes at once, where it is no product of what is read along each.

All outputs of a map together may leave samples out that each axis by itself has: behind a mask without its middle tap
nothing reads the last sample, and behind a cross of two paths nothing reads the corners.
"""

from __future__ import annotations

from math import prod

from rfcli.engine.behind import Ways
from rfcli.engine.boxes import BoxSupports
from rfcli.engine.joint import MAX_POINTS, Points, inside, reading_all, single, slab, united
from rfcli.engine.reading import sizes_of
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, Effort, Samples, interval, read_before
from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import upstream
from rfcli.layers._layer import IDENTITY_READS, NEITHER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.engine.joint import JointSupports, Place, Rows
    from rfcli.engine.sight import Sight
    from rfcli.geometry.field import Reads

MOST_OUTPUTS = 1 << 14
"""Outputs that are asked one by one whether they see a sample."""


class Everywhere:
    """The points of the origin that outputs of a layer read to which only global paths lead."""

    def __init__(self, sight: Sight, joint: JointSupports, number: int, effort: Effort) -> None:
        self.readings, self.joint, self.number, self.effort = sight.readings, joint, number, effort
        self.graph, self.origin = joint.graph, joint.origin
        self.ways = [Ways(one, sight.reached, sight.training) for one in self.readings]
        needed = set(upstream([number], lambda at: () if at == self.origin else self.graph.sources[at]))
        self.needed = [at for at in self.graph.order if at in needed and sight.reached[at]]
        self.place = {at: place for place, at in enumerate(self.needed)}
        self._totals: dict[int, Points | Unknown] = {}

    def differs(self) -> bool:
        """Whether what is read may be no product of what is read along the axes."""
        layers = [self.graph.layers[at] for at in self.needed]
        return any(layer is not None and layer.joint is not None for layer in layers) or self._crossed()

    def _crossed(self) -> bool:
        """Whether what a global layer takes whole is read by paths that make no box together."""
        readings, effort = self.readings, Effort(self.effort.left)
        if not any(len({*one.sources[at]}) > 1 for one in readings for at in self.needed):
            return False
        whole = {source for way in self.ways for at in self.needed if at != self.origin for source in way.whole(at)}
        for source in whole:
            sizes = sizes_of(readings, source)
            if not all(one.local[source] for one in readings) or isinstance(sizes, Unknown):
                continue
            if max(sizes) > MAX_SAMPLES:
                continue
            supports = BoxSupports(readings, 0, source, effort)
            boxes = supports.of(tuple([interval(0, n - 1) for n in sizes]))
            if isinstance(boxes, Unknown) or len(boxes) > 1 or supports.differing is not False:
                return True
        return False

    def of(self, wanted: Points) -> Points | Unknown:
        """What some outputs of the layer read."""
        return self._read(self.number, wanted)

    def slab(self, axis: int, o: int) -> Points | Unknown:
        """What all outputs with one index along an axis read."""
        sizes = sizes_of(self.readings, self.number)
        if isinstance(sizes, Unknown):
            return sizes
        return TOO_LARGE if prod(sizes) > MAX_POINTS else self.of(slab(sizes, axis, o))

    def seeing(self, point: Sequence[int]) -> Points | Unknown:
        """The outputs that read a point of the origin."""
        sizes = sizes_of(self.readings, self.number)
        if isinstance(sizes, Unknown):
            return sizes
        if prod(sizes) > MOST_OUTPUTS:
            return TOO_LARGE
        rows: Rows = {}
        for place in _places(sizes):
            read = self.of(single(place))
            if isinstance(read, Unknown):
                return read
            if point in read:
                rows = united(rows, single(place).rows)
        return Points(rows)

    def _total(self, number: int) -> Points | Unknown:
        """All that any output of a layer reads."""
        if number not in self._totals:
            sizes = sizes_of(self.readings, number)
            if isinstance(sizes, Unknown):
                self._totals[number] = sizes
            else:
                self._totals[number] = TOO_LARGE if prod(sizes) > MAX_POINTS else self._read(number, _whole(sizes))
        return self._totals[number]

    def _read(self, number: int, wanted: Points) -> Points | Unknown:
        """What some outputs of a layer read of the origin; what a layer takes whole is worked out once."""
        needed, found = {number: wanted}, Points({})
        for at in self.needed[self.place[number] :: -1]:
            if at not in needed:
                continue
            outputs = needed.pop(at)
            if at == self.origin:
                found = Points(united(found.rows, outputs.rows))
                continue
            for source in dict.fromkeys(one for one in self.graph.sources[at] if one in self.place):
                whole = [source in way.whole(at) for way in self.ways]
                if all(whole):
                    total = self._total(source) if outputs else Points({})
                    if isinstance(total, Unknown):
                        return total
                    found = Points(united(found.rows, total.rows))
                    continue
                if not any(source in way.slid(at) for way in self.ways):
                    continue
                read = self._below(at, source, outputs, whole)
                if isinstance(read, Unknown):
                    return read
                if read:
                    needed[source] = Points(united(needed[source].rows, read) if source in needed else read)
        return found

    def _below(self, at: int, source: int, outputs: Points, whole: Sequence[bool]) -> Rows | Unknown:
        """What some outputs of a layer read of an input that it does not take whole along all axes."""
        sizes = sizes_of(self.readings, source)
        if isinstance(sizes, Unknown):
            return sizes
        if prod(sizes) > MAX_POINTS:
            return TOO_LARGE
        rows, reads = outputs.rows, []
        for axis, (one, all_) in enumerate(zip(self.readings, whole, strict=True)):
            below = [(source, IDENTITY_READS)] if all_ else one.below(at, [source])
            if isinstance(below, Unknown):
                return below
            if one.side(at) == NEITHER:
                reads.append(below[0][1])
                continue
            moved = self._sided(rows, axis, (at, source), below[0][1])
            if isinstance(moved, Unknown):
                return moved
            rows = moved
            reads.append(IDENTITY_READS)
        read = self.joint.spread(rows, at, reads, reading_all)
        if isinstance(read, Unknown):
            return read
        for axis, all_ in enumerate(whole):
            read = _filled(read, axis, sizes[axis]) if all_ else read
        return inside(read, sizes, self.joint.borders(at, source, True))

    def _sided(self, rows: Rows, axis: int, edge: tuple[int, int], reads: Reads) -> Rows | Unknown:
        """What some outputs read along an axis on one side of which their layer sees everything."""
        found: Rows = {}
        for place, row in rows.items():
            last = axis >= len(place)
            wanted = row if last else Samples(place[axis], 1)
            read = read_before(self.readings[axis], edge, reads, wanted, self.effort, True, True)
            if isinstance(read, Unknown):
                return read
            if last and read:
                found[place] = read
                continue
            for i in () if last else read:
                at: Place = (*place[:axis], i, *place[axis + 1 :])
                found[at] = found[at].union(row) if at in found else row
        return found


def _filled(rows: Rows, axis: int, n: int) -> Rows:
    """The same points, and all others along an axis."""
    found: Rows = {}
    for place, row in rows.items():
        if axis >= len(place):
            found[place] = interval(0, n - 1)
            continue
        for i in range(n):
            at: Place = (*place[:axis], i, *place[axis + 1 :])
            found[at] = found[at].union(row) if at in found else row
    return found


def _whole(sizes: Sequence[int]) -> Points:
    """All points of a map."""
    row: Samples = interval(0, sizes[-1] - 1)
    return Points(dict.fromkeys(_places(sizes[:-1]), row))


def _places(sizes: Sequence[int]) -> Iterator[Place]:
    from itertools import product

    return product(*map(range, sizes))
