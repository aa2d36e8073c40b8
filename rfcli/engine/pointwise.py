"""What outputs read of finite maps in all axes at once, point by point: where that is no product of what is read along
each axis, and no few boxes.

All outputs of a map together may leave samples out that each axis by itself has: behind a mask without its middle tap
nothing reads the last sample, and behind a cross of two paths nothing reads the corners.
"""

from __future__ import annotations

from functools import partial
from itertools import product
from math import prod

from rfcli.engine.boxes import BoxSupports
from rfcli.engine.joint import MAX_POINTS, Points, inside, readers_on, reading_all, single, united
from rfcli.engine.reading import sizes_of
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, TOO_LONG, Samples, interval
from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rfcli.engine.boxes import Box
    from rfcli.engine.joint import JointSupports, Place, Rows
    from rfcli.engine.views import View
    from rfcli.geometry.field import Reads

    Moved = Callable[[int, Samples], Samples | Unknown]
    """What becomes along an axis of some samples."""


class PointSupports:
    """The points of the origin that outputs of a layer read along the paths that count along an axis."""

    def __init__(self, view: View, joint: JointSupports, number: int) -> None:
        self.view, self.joint, self.number = view, joint, number
        self.readings, self.graph, self.origin = view.readings, view.graph, view.origin
        self.axes = range(len(self.readings))
        self.above = view.above(number)
        self._place = {at: place for place, at in enumerate(self.above)}
        self._totals: dict[int, Points | Unknown] = {}

    @property
    def masked(self) -> bool:
        """Whether a mask lies on a path."""
        layers = [self.graph.layers[at] for at in self.above if at != self.origin]
        return any(layer is not None and layer.joint is not None for layer in layers)

    def crossed(self) -> bool:
        """Whether what a global layer takes whole is read by paths that make no box together."""
        if not any(len(self.view.sources(at)) > 1 for at in self.above):
            return False
        edges = ((at, source) for at in self.above for source in self.view.sources(at))
        whole = {source for at, source in edges if any(self.view.whole(axis, at, source) for axis in self.axes)}
        for source in whole:
            sizes = sizes_of(self.readings, source)
            if isinstance(sizes, Unknown) or max(sizes) > MAX_SAMPLES:
                continue
            supports = BoxSupports(self.view, source)
            boxes = supports.of(tuple([interval(0, n - 1) for n in sizes]))
            if isinstance(boxes, Unknown) or len(boxes) > 1 or supports.differing is not False:
                return True
        return False

    def of(self, wanted: Points, around: bool = True) -> Points | Unknown:
        """What some outputs of the layer read, `around` a circular border too."""
        return self._read(self.number, wanted, around)

    def read(self, wanted: Box, axis: int, around: bool = True) -> Samples | Unknown:
        """Where along an axis lies what some outputs read."""
        if prod(one.count for one in wanted) > MAX_POINTS:
            return TOO_LARGE
        *leading, last = wanted
        found = self.of(Points(dict.fromkeys(product(*leading), last)), around)
        return found if isinstance(found, Unknown) else found.samples(axis)

    def seeing(self, point: Sequence[int], around: bool = True) -> Points | Unknown:
        """The outputs that read a point of the origin."""
        known: dict[int, Rows] = {self.origin: single(point).rows}
        for at in self.above:
            if at == self.origin:
                continue
            known[at] = {}
            for source in self.view.sources(at):
                found = self._seeing(known[source], at, source, around)
                if isinstance(found, Unknown):
                    return found
                known[at] = united(known[at], found)
        return Points(known[self.number])

    def readers(self, point: Sequence[int], axis: int) -> Samples | Unknown:
        """Where along an axis these outputs lie."""
        found = self.seeing(point)
        return found if isinstance(found, Unknown) else found.samples(axis)

    def _total(self, number: int) -> Points | Unknown:
        """All that any output of a layer reads."""
        if number not in self._totals:
            sizes = self._sizes(number)
            self._totals[number] = sizes if isinstance(sizes, Unknown) else self._read(number, _whole(sizes), True)
        return self._totals[number]

    def _read(self, number: int, wanted: Points, around: bool) -> Points | Unknown:
        """What some outputs of a layer read of the origin; what a layer takes whole is worked out once."""
        needed, found = {number: wanted}, Points({})
        for at in self.above[self._place[number] :: -1]:
            if at not in needed:
                continue
            outputs = needed.pop(at)
            if at == self.origin:
                found = Points(united(found.rows, outputs.rows))
                continue
            for source in self.view.sources(at):
                if all(self.view.whole(axis, at, source) for axis in self.axes):
                    total = self._total(source) if outputs else Points({})
                    if isinstance(total, Unknown):
                        return total
                    found = Points(united(found.rows, total.rows))
                    continue
                read = self._below(at, source, outputs.rows, around)
                if isinstance(read, Unknown):
                    return read
                if read:
                    needed[source] = Points(united(needed[source].rows, read) if source in needed else read)
        return found

    def _below(self, at: int, source: int, outputs: Rows, around: bool) -> Rows | Unknown:
        """What some outputs of a layer read of an input that it does not take whole along all axes."""
        sizes = self._sizes(source)
        if isinstance(sizes, Unknown):
            return sizes
        if self._masks(at):
            reads = self._reads(at, source)
            read = reads if isinstance(reads, Unknown) else self.joint.spread(outputs, at, reads, reading_all)
            around = around or self.view.axis is None
            return read if isinstance(read, Unknown) else inside(read, sizes, self.joint.borders(at, source, around))
        return self._moved(outputs, at, source, partial(self._read_along, at, source, around))

    def _read_along(self, at: int, source: int, around: bool, axis: int, samples: Samples) -> Samples | Unknown:
        return self.view.read(axis, samples, (at, source), True, around)

    def _seeing(self, inputs: Rows, at: int, source: int, around: bool) -> Rows | Unknown:
        """The outputs of a layer that read any of some points of an input."""
        sizes = self._sizes(at)
        if isinstance(sizes, Unknown):
            return sizes
        if self._masks(at):
            reads = self._reads(at, source)
            if isinstance(reads, Unknown):
                return reads
            bordered = self.joint.bordered(inputs, self.joint.borders(at, source, around or self.view.axis is None))
            return self.joint.spread(bordered, at, reads, readers_on(sizes))
        return self._moved(inputs, at, source, partial(self._seeing_along, at, source, around))

    def _seeing_along(self, at: int, source: int, around: bool, axis: int, samples: Samples) -> Samples | Unknown:
        return self.view.seeing(axis, samples, (at, source), around)

    def _sizes(self, at: int) -> list[int] | Unknown:
        """The size of a map, where it is small enough to be looked at."""
        sizes = sizes_of(self.readings, at)
        return sizes if isinstance(sizes, Unknown) or prod(sizes) <= MAX_POINTS else TOO_LARGE

    def _masks(self, at: int) -> bool:
        layer = self.graph.layers[at]
        return layer is not None and layer.joint is not None

    def _reads(self, at: int, source: int) -> list[Reads] | Unknown:
        found = []
        for axis in self.axes:
            reads = self.view.reads(axis, at, source)
            if isinstance(reads, Unknown):
                return reads
            found.append(reads)
        return found

    def _moved(self, rows: Rows, at: int, source: int, move: Moved) -> Rows | Unknown:
        """Points of a map as points of another one, axis by axis; each place along an axis is moved once."""
        for axis in reversed(self.axes):
            if self.view.passes(axis, at, source):
                continue
            last = axis == self.axes[-1]
            known: dict[Samples, Samples] = {}
            made: Rows = {}
            for place, row in rows.items():
                one = row if last else Samples(place[axis], 1)
                if one not in known:
                    moved = move(axis, one)
                    if isinstance(moved, Unknown):
                        return moved
                    known[one] = moved
                if last:
                    if known[one]:
                        made[place] = known[one]
                    continue
                if not self.view.effort.spend(row.bits.bit_length() // 8, known[one].count):
                    return TOO_LONG
                for i in known[one]:
                    to: Place = (*place[:axis], i, *place[axis + 1 :])
                    made[to] = made[to].union(row) if to in made else row
            rows = made
        return rows


def _whole(sizes: Sequence[int]) -> Points:
    """All points of a map."""
    return Points(dict.fromkeys(product(*map(range, sizes[:-1])), interval(0, sizes[-1] - 1)))
