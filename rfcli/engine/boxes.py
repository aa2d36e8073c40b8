"""What outputs read of finite maps in all axes at once, as unions of boxes: sets of samples along each axis.

Without masks all combinations are read of what one path reads along the axes. Where that is nothing along one of them,
as an output lies in padding alone or a transposed convolution leaves it out, it is nothing at all: the path does not
count along the others. So each path adds a box, or none; boxes that lie in others are dropped, and a few are left.
"""

from __future__ import annotations

from functools import cached_property
from math import lcm

from rfcli.engine.border import copies, reading_any, seeing_beside
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, Effort, Samples, interval, read_before
from rfcli.engine.torn import TOO_TORN, Along, Parts, TooTorn
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import BOTH, IDENTITY_READS, NEITHER, Whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rfcli.engine.reading import Reading
    from rfcli.engine.torn import Run
    from rfcli.geometry.field import Reads

    Box = tuple[Samples, ...]
    """What is read along each axis, of which all combinations are; never empty along any."""
    Boxes = list[Box]
    Moved = Callable[[int, Samples, int, int], Samples | Unknown]
    """What becomes of some samples along an axis over the edge between a layer and its input."""

MAX_BOXES = 128
"""Boxes of one map that are told apart."""
TOO_MANY = Unknown("what is read is made of more boxes than are followed: ask for an earlier layer")


def within(one: Samples, other: Samples) -> bool:
    """Whether all of some samples are among others."""
    if one.bits == other.bits and one.low == other.low:
        return True
    by = one.low - other.low
    bits = other.bits >> by if by > 0 else other.bits << -by
    return not one.bits & ~bits


def same(one: Samples, other: Samples) -> bool:
    """Whether both are the same samples."""
    return one is other or (within(one, other) and within(other, one))


def added(boxes: Boxes, box: Box) -> Boxes:
    """Some boxes and another one, without those that lie in others."""
    if any(all(map(within, box, one)) for one in boxes):
        return boxes
    kept = [one for one in boxes if not all(map(within, one, box))]
    for at, one in enumerate(kept):
        differing = [
            axis for axis, (a, b) in enumerate(zip(one, box, strict=True)) if not (within(a, b) and within(b, a))
        ]
        if len(differing) == 1:
            (axis,) = differing
            joined = (*box[:axis], box[axis].union(one[axis]), *box[axis + 1 :])
            return added([*kept[:at], *kept[at + 1 :]], joined)
    return [*kept, box]


def reach_all(reads: Reads, before: int, n: int) -> bool:
    """Whether it is plain that all `n` outputs of a layer read some of a map of `before` samples."""
    period = len(reads.phases)
    for phase, taps in enumerate(reads.phases[:n]):
        if taps is None or reads.left(phase) or taps[1] < 0:
            return False
        if taps[0] + (n - 1 - phase) // period * reads.shift >= before or (taps[0] < taps[1] and taps[2] > before):
            return False
    return True


def along(boxes: Iterable[Box], axis: int) -> Samples:
    """Where the points of boxes lie along one axis."""
    found = Samples()
    for box in boxes:
        found = found.union(box[axis])
    return found


class BoxSupports:
    """What outputs of a layer read along the local paths of one axis, in all axes at once."""

    def __init__(self, readings: Sequence[Reading], axis: int, number: int, effort: Effort) -> None:
        self.readings, self.own, self.number = readings, readings[axis], number
        self.graph, self.origin = self.own.graph, self.own.origin
        self.axis, self.effort = axis, effort
        self._places: dict[int, Along] = {}
        self._runs: dict[int, list[Run]] = {}
        needed = set(self.graph.upstream(number, self.origin))
        self.above = [at for at in self.graph.order if at in needed and self.own.local[at]]

    def of(self, wanted: Box, clipped: bool = True, around: bool = True) -> Boxes | Unknown:
        """What some outputs read; borders are as for `Supports.of`."""
        needed: dict[int, Boxes] = {self.number: [wanted]}

        def read(axis: int, samples: Samples, at: int, source: int) -> Samples | Unknown:
            return self._read(axis, samples, at, source, clipped, around)

        for at in reversed(self.above):
            if at not in needed or at == self.origin:
                continue
            boxes = needed.pop(at)
            for source in dict.fromkeys(self.own.sources[at]):
                known = needed.setdefault(source, [])
                found = self._moved(boxes, at, source, read, known)
                if isinstance(found, Unknown):
                    return found
                needed[source] = found
        return needed.get(self.origin, [])

    def seeing(self, point: Sequence[int]) -> Boxes | Unknown:
        """The outputs that really read a point of the origin."""
        known: dict[int, Boxes] = {self.origin: [tuple([Samples(i, 1) for i in point])]}
        for at in self.above:
            if at == self.origin:
                continue
            found: Boxes = []
            for source in dict.fromkeys(self.own.sources[at]):
                more = self._moved(known[source], at, source, self._seeing, found)
                if isinstance(more, Unknown):
                    return more
                found = more
            known[at] = found
        return known[self.number]

    @cached_property
    def merges(self) -> bool:
        """Whether several paths lead to the layer."""
        return any(len(set(self.own.sources[at])) > 1 for at in self.above)

    @cached_property
    def differing(self) -> bool | Unknown:
        """Whether not all paths lead to each output of a merge to which any does, or none to any output: only then what
        is read along one axis depends on the place along another."""
        found = self._differing(around=True)
        return found if found is not False or not self._goes_around else self._differing(around=False)

    @cached_property
    def _goes_around(self) -> bool:
        """Whether a circular border lies before the layer: some paths may lead to an output round it alone."""
        edges = ((at, source) for at in self.above for source in self.own.sources[at])
        borders = (one.border(at, source) for at, source in edges for one in self.readings)
        return any(border is not None and border.around for border in borders)

    def _differing(self, around: bool) -> bool | Unknown:
        """The same with what is read `around` circular borders, or on this side of them alone."""
        sizes = self._sizes(self.origin)
        if isinstance(sizes, Unknown):
            return sizes
        known: dict[int, list[Samples]] = {self.origin: [interval(0, n - 1) for n in sizes]}
        for at in self.above:
            read: list[list[Samples]] = []
            for source in dict.fromkeys(self.own.sources[at]):
                found = self._alive(known[source], at, source, around)
                if isinstance(found, Unknown):
                    return found
                read.append(found)
            if any(not same(a, b) for one in read[1:] for a, b in zip(one, read[0], strict=True)):
                return True
            if read:
                known[at] = read[0]
        return not all(known[self.number])

    def _alive(self, inputs: list[Samples], at: int, source: int, around: bool) -> list[Samples] | Unknown:
        """The outputs along each axis that read any of some inputs; axes that are alike are looked at once."""
        made: dict[tuple[int, bool], Samples | Unknown] = {}
        found = []
        for axis, samples in enumerate(inputs):
            key = id(self.readings[axis]), axis == self.axis
            if key not in made:
                made[key] = self._seeing(axis, samples, at, source, around)
            one = made[key]
            if isinstance(one, Unknown):
                return one
            found.append(one)
        return found

    def _sizes(self, number: int) -> list[int] | Unknown:
        """The size of a map, where it is small enough to be looked at."""
        found = []
        for one in self.readings:
            n = one.sizes.known[number]
            if isinstance(n, Unknown):
                return n
            if n > MAX_SAMPLES:
                return TOO_LARGE
            found.append(n)
        return found

    def _moved(self, boxes: Boxes, at: int, source: int, move: Moved, known: Boxes) -> Boxes | Unknown:
        """Boxes over the edge between a layer and an input, added to others that are there."""
        for box in boxes:
            made: list[Samples] = []
            for axis, samples in enumerate(box):
                moved = move(axis, samples, at, source)
                if isinstance(moved, Unknown):
                    return moved
                if not moved:
                    break
                made.append(moved)
            else:
                known = added(known, tuple(made))
                if len(known) > MAX_BOXES or not self.effort.spend(0, len(known)):
                    return TOO_MANY
        return known

    def _sweeps(self, axis: int, at: int) -> bool:
        """Whether a layer sees all along an axis where it sees a place along the one that is asked for."""
        layer, own = self.graph.layers[at], self.axis
        if layer is None or layer.merge or axis == own:
            return False
        here, there = layer.sees(own, training=False), layer.sees(axis, training=False)
        return layer.whole(axis, training=False) is Whole.ONLY or (there == BOTH and here == NEITHER)

    def _edge(self, axis: int, at: int, source: int) -> Reads | Unknown:
        """What a layer reads of an input along an axis."""
        below = self.readings[axis].below(at, [source])
        return below if isinstance(below, Unknown) else below[0][1]

    def _read(
        self, axis: int, samples: Samples, at: int, source: int, clipped: bool, around: bool
    ) -> Samples | Unknown:
        if not clipped and axis != self.axis and self._along(axis).sweeps(at):
            return self._anywhere(axis, source)
        if self._sweeps(axis, at):
            n = self.readings[axis].sizes.known[source]
            return n if isinstance(n, Unknown) else TOO_LARGE if n > MAX_SAMPLES else interval(0, n - 1)
        reads = self._edge(axis, at, source)
        if isinstance(reads, Unknown):
            return reads
        return read_before(self.readings[axis], (at, source), reads, samples, self.effort, clipped, around)

    def _along(self, axis: int) -> Along:
        """Which paths along the axis that is asked for lead to outputs from place to place along another."""
        if axis not in self._places:
            self._places[axis] = Along(Parts(), self.own, self.readings[axis])
        return self._places[axis]

    def _anywhere(self, axis: int, source: int) -> Samples | Unknown:
        """Outputs of a layer on an unbounded map to which all paths lead that lead to any along another axis."""
        if axis not in self._runs:
            try:
                self._runs[axis] = self._along(axis).runs()
            except TooTorn:
                return TOO_TORN
        period = 1
        for run in self._runs[axis]:
            places = run[source]
            if isinstance(places, Unknown):
                return places
            period = lcm(period, len(places or ()) or 1)
        return interval(0, period - 1)

    def _seeing(self, axis: int, samples: Samples, at: int, source: int, around: bool = True) -> Samples | Unknown:
        reading, border = self.readings[axis], self.readings[axis].border(at, source)
        border = None if border is not None and border.around and not around else border
        n = reading.sizes.known[at]
        if isinstance(n, Unknown) or n > MAX_SAMPLES:
            return n if isinstance(n, Unknown) else TOO_LARGE
        if self._sweeps(axis, at):
            return interval(0, n - 1) if samples else samples
        reads = self._edge(axis, at, source)
        if isinstance(reads, Unknown):
            return reads
        if reads is IDENTITY_READS and reading.side(at) == NEITHER and border is None:
            return samples.inside(n)
        before = reading.sizes.known[source]
        if (
            isinstance(before, int)
            and samples.bits == (1 << before) - 1
            and not samples.low
            and reach_all(reads, before, n)
        ):
            return interval(0, n - 1)
        if not self.effort.spend(n // 8, n if len(reads.phases) > 1 else 0):
            return TOO_MANY
        inputs = samples.union(copies(samples, border, self.effort))
        return reading_any(inputs, reads, n).union(seeing_beside(samples, reads, reading.side(at), n))
