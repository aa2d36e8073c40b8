"""The paths that count along an axis, as they are followed in all axes at once on finite maps.

Along an axis counts every path none of whose layers takes all of that axis: it reads there what its layers read, and
all on one side of it where one sees that. Along the other axes it reads what these layers read there, which is all of
an axis where a layer takes that whole and sees no more along the first. What a layer sees of its whole map beside its
own samples is left out. Without such a path all paths count, with all that their layers see.
"""

from __future__ import annotations

from rfcli.engine.behind import Ways
from rfcli.engine.border import copies, reading_any, seeing_beside
from rfcli.engine.reading import sizes_of
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, TOO_LONG, Effort, Samples, interval, read_before
from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import upstream
from rfcli.layers._layer import BOTH, IDENTITY_READS, NEITHER, Whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.engine.reading import Reading
    from rfcli.engine.sight import Sight
    from rfcli.geometry.field import Reads


class View:
    """The paths that count along one axis, or all paths where `axis` is None."""

    def __init__(self, sight: Sight, axis: int | None, effort: Effort) -> None:
        self.readings, self.axis, self.effort = sight.readings, axis, effort
        self.graph, self.origin = sight.graph, sight.origin
        self._ways = [Ways(one, sight.reached, sight.training) for one in self.readings]
        self._reached = sight.reached

    def sources(self, at: int) -> list[int]:
        """The inputs of a layer by which paths lead to it, each once."""
        if self.axis is not None:
            return list(dict.fromkeys(self.readings[self.axis].sources[at]))
        if at == self.origin or not self._reached[at]:
            return []
        return list(dict.fromkeys(source for source in self.graph.sources[at] if self._reached[source]))

    def above(self, number: int) -> list[int]:
        """The layers on paths to one, itself included, in order."""
        needed = set(upstream([number], self.sources))
        return [at for at in self.graph.order if at in needed]

    def whole(self, axis: int, at: int, source: int) -> bool:
        """Whether a layer takes all of an input along an axis."""
        if self.axis is None:
            return source in self._ways[axis].whole(at)
        layer = self.graph.layers[at]
        if layer is None or layer.merge or axis == self.axis:
            return False
        here, there = layer.sees(self.axis, training=False), layer.sees(axis, training=False)
        return layer.whole(axis, training=False) is Whole.ONLY or (there == BOTH and here == NEITHER)

    def passes(self, axis: int, at: int, source: int) -> bool:
        """Whether output `o` of a layer reads sample `o` of an input along an axis, on a map of the same size."""
        reading = self.readings[axis]
        if reading.sizes.known[at] != reading.sizes.known[source] or reading.side(at) != NEITHER:
            return False
        return not self.whole(axis, at, source) and self.reads(axis, at, source) is IDENTITY_READS

    def reads(self, axis: int, at: int, source: int) -> Reads | Unknown:
        """What a layer reads of an input along an axis that it does not take whole."""
        below = self.readings[axis].below(at, [source])
        return below if isinstance(below, Unknown) else below[0][1]

    def read(
        self, axis: int, samples: Samples, edge: tuple[int, int], clipped: bool, around: bool
    ) -> Samples | Unknown:
        """What some outputs of a layer read of an input along an axis: `edge` are the numbers of both, borders are as
        for `Supports.of`; all paths together have no other side of a circular border."""
        at, source = edge
        if self.whole(axis, at, source):
            n = self.readings[axis].sizes.known[source]
            return n if isinstance(n, Unknown) else TOO_LARGE if n > MAX_SAMPLES else interval(0, n - 1)
        reads = self.reads(axis, at, source)
        if isinstance(reads, Unknown):
            return reads
        around = around or self.axis is None
        return read_before(self.readings[axis], edge, reads, samples, self.effort, clipped, around)

    def seeing(self, axis: int, samples: Samples, edge: tuple[int, int], around: bool = True) -> Samples | Unknown:
        """The outputs of a layer that read any of some samples of an input along an axis."""
        at, source = edge
        reading, border = self.readings[axis], self.readings[axis].border(at, source)
        here = self.axis is not None and not around
        border = None if border is not None and border.around and here else border
        n, before = reading.sizes.known[at], reading.sizes.known[source]
        if isinstance(n, Unknown) or n > MAX_SAMPLES:
            return n if isinstance(n, Unknown) else TOO_LARGE
        if self.whole(axis, at, source):
            return interval(0, n - 1) if samples else samples
        reads = self.reads(axis, at, source)
        if isinstance(reads, Unknown):
            return reads
        if reads is IDENTITY_READS and reading.side(at) == NEITHER and border is None:
            return samples.inside(n)
        if isinstance(before, int) and samples == interval(0, before - 1) and reach_all(reads, before, n):
            return interval(0, n - 1)
        if not self.effort.spend(n // 8, n if len(reads.phases) > 1 else 0):
            return TOO_LONG
        inputs = samples.union(copies(samples, border, self.effort))
        return reading_any(inputs, reads, n).union(seeing_beside(samples, reads, reading.side(at), n))


Living = list[Samples] | Unknown | None
"""The outputs of a layer along each axis that read anything; None where paths do not lead to the same ones."""


def living(view: View, above: Sequence[int], around: bool) -> Iterator[tuple[int, Living]]:
    """Those of some layers, in order, `around` a circular border too: of each all that leads to it is among them."""
    known: dict[int, Living] = {}
    for at in above:
        found: Living = _origin(view) if at == view.origin else None
        for number, source in enumerate(view.sources(at)):
            here = known[source]
            here = _alive(view, here, (at, source), around) if isinstance(here, list) else here
            if number and isinstance(found, list) and isinstance(here, list):
                here = found if all(map(_same, found, here)) else None
            found = here
            if not isinstance(found, list):
                break
        known[at] = found
        yield at, found


def _same(one: Samples, other: Samples) -> bool:
    ends = one.hull
    return ends == other.hull and (ends is None or one.within(*ends).bits == other.within(*ends).bits)


def _origin(view: View) -> Living:
    """All of the origin, where it is small enough to be looked at."""
    sizes = sizes_of(view.readings, view.origin)
    if isinstance(sizes, Unknown):
        return sizes
    return TOO_LARGE if max(sizes) > MAX_SAMPLES else [interval(0, n - 1) for n in sizes]


def _alive(view: View, inputs: list[Samples], edge: tuple[int, int], around: bool) -> Living:
    """The outputs along each axis that read any of some inputs; axes that are alike are looked at once."""
    made: dict[tuple[int, bool], Samples | Unknown] = {}
    found = []
    for axis, samples in enumerate(inputs):
        key = id(view.readings[axis]), axis == view.axis
        if key not in made:
            made[key] = view.seeing(axis, samples, edge, around)
        one = made[key]
        if isinstance(one, Unknown):
            return one
        found.append(one)
    return found


def unlike(sight: Sight) -> list[bool]:
    """For each layer whether other paths count along one axis than along another."""
    graph, readings = sight.graph, sight.readings
    found = [False] * len(graph.layers)
    for at in graph.order if len(readings) > 1 else ():
        if at == sight.origin or not sight.reached[at]:
            continue
        mixed = len({one.sources[at] for one in readings}) > 1 or lopsided(readings, at)
        found[at] = mixed or not all(one.local[at] for one in readings) or any(found[one] for one in graph.sources[at])
    return found


def lopsided(readings: Sequence[Reading], at: int) -> bool:
    """Whether a layer sees all on one side of its samples along an axis, or all of one axis but not of the others."""
    return any(one.side(at) != NEITHER for one in readings) or len({one.beside(at) for one in readings}) > 1


def fills(view: View, at: int, found: Living) -> bool:
    """Whether these are all outputs of a layer."""
    return isinstance(found, list) and [one.count for one in found] == sizes_of(view.readings, at)


def reach_all(reads: Reads, before: int, n: int) -> bool:
    """Whether it is plain that all `n` outputs of a layer read some of a map of `before` samples."""
    period = len(reads.phases)
    for phase, taps in enumerate(reads.phases[:n]):
        if taps is None or reads.left(phase) or taps[1] < 0:
            return False
        if taps[0] + (n - 1 - phase) // period * reads.shift >= before or (taps[0] < taps[1] and taps[2] > before):
            return False
    return True
