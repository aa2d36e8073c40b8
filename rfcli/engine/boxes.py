"""What outputs read of finite maps in all axes at once, as unions of boxes: sets of samples along each axis.

Without masks all combinations are read of what one path reads along the axes. Where that is nothing along one of them,
as an output lies in padding alone or a transposed convolution leaves it out, it is nothing at all: the path does not
count along the others. So each path adds a box, or none; boxes that lie in others are dropped, and a few are left.
"""

from __future__ import annotations

from functools import cached_property
from math import lcm

from rfcli.engine.support import Samples, interval
from rfcli.engine.torn import TOO_TORN, Along, Parts, TooTorn
from rfcli.engine.views import fills, living
from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rfcli.engine.torn import Run
    from rfcli.engine.views import View

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


def along(boxes: Iterable[Box], axis: int) -> Samples:
    """Where the points of boxes lie along one axis."""
    found = Samples()
    for box in boxes:
        found = found.union(box[axis])
    return found


class BoxSupports:
    """What outputs of a layer read along the paths that count along an axis, in all axes at once."""

    def __init__(self, view: View, number: int) -> None:
        self.view, self.number = view, number
        self.readings, self.graph, self.origin = view.readings, view.graph, view.origin
        self._places: dict[int, Along] = {}
        self._runs: dict[int, list[Run]] = {}
        self.above = view.above(number)

    def of(self, wanted: Box, clipped: bool = True, around: bool = True) -> Boxes | Unknown:
        """What some outputs read; borders are as for `Supports.of`."""
        needed: dict[int, Boxes] = {self.number: [wanted]}

        def read(axis: int, samples: Samples, at: int, source: int) -> Samples | Unknown:
            if not clipped and axis != self.view.axis and self._along(axis).sweeps(at):
                return self._anywhere(axis, source)
            return self.view.read(axis, samples, (at, source), clipped, around)

        for at in reversed(self.above):
            if at not in needed or at == self.origin:
                continue
            boxes = needed.pop(at)
            for source in self.view.sources(at):
                known = needed.setdefault(source, [])
                found = self._moved(boxes, at, source, read, known)
                if isinstance(found, Unknown):
                    return found
                needed[source] = found
        return needed.get(self.origin, [])

    def read(self, wanted: Box, axis: int, around: bool = True) -> Samples | Unknown:
        """Where along an axis lies what some outputs read."""
        found = self.of(wanted, around=around)
        return found if isinstance(found, Unknown) else along(found, axis)

    def seeing(self, point: Sequence[int]) -> Boxes | Unknown:
        """The outputs that really read a point of the origin."""
        known: dict[int, Boxes] = {self.origin: [tuple([Samples(i, 1) for i in point])]}

        def seeing(axis: int, samples: Samples, at: int, source: int) -> Samples | Unknown:
            return self.view.seeing(axis, samples, (at, source))

        for at in self.above:
            if at == self.origin:
                continue
            found: Boxes = []
            for source in self.view.sources(at):
                more = self._moved(known[source], at, source, seeing, found)
                if isinstance(more, Unknown):
                    return more
                found = more
            known[at] = found
        return known[self.number]

    def readers(self, point: Sequence[int], axis: int) -> Samples | Unknown:
        """Where along an axis these outputs lie."""
        found = self.seeing(point)
        return found if isinstance(found, Unknown) else along(found, axis)

    @cached_property
    def merges(self) -> bool:
        """Whether several paths lead to the layer."""
        return any(len(self.view.sources(at)) > 1 for at in self.above)

    @property
    def differing(self) -> bool | Unknown:
        """Whether not all paths lead to each output of a merge to which any does, or none to any output: only then what
        is read along one axis depends on the place along another."""
        return self._living[0]

    @property
    def full(self) -> bool:
        """Whether all paths lead to all outputs."""
        return self._living[1]

    @cached_property
    def _living(self) -> tuple[bool | Unknown, bool]:
        """Both, with what is read around circular borders, and on this side of them alone."""
        differing, full = self._differing(around=True)
        if differing is not False or self.view.axis is None or not self._goes_around:
            return differing, full
        differing, here = self._differing(around=False)
        return differing, full and here

    @cached_property
    def _goes_around(self) -> bool:
        """Whether a circular border lies before the layer: some paths may lead to an output round it alone."""
        edges = ((at, source) for at in self.above for source in self.view.sources(at))
        borders = (one.border(at, source) for at, source in edges for one in self.readings)
        return any(border is not None and border.around for border in borders)

    def _differing(self, around: bool) -> tuple[bool | Unknown, bool]:
        """Whether paths differ, and whether all lead to all outputs."""
        *_, (_, found) = living(self.view, self.above, around)
        if isinstance(found, Unknown):
            return found, False
        return found is None or not all(found), fills(self.view, self.number, found)

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
                if len(known) > MAX_BOXES or not self.view.effort.spend(0, len(known)):
                    return TOO_MANY
        return known

    def _along(self, axis: int) -> Along:
        """Which paths along the axis that is asked for lead to outputs from place to place along another."""
        if axis not in self._places:
            assert self.view.axis is not None, "all paths are looked at on finite maps only"
            self._places[axis] = Along(Parts(), self.readings[self.view.axis], self.readings[axis])
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
