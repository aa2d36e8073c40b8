"""Regions of a finite map, output by output, where a field repeats too late to be followed period by period.

A network of odd sizes that resizes again and again has fields that repeat only after millions of outputs, of which its
maps have a few hundred. Those are listed, and whatever lies beside a map as far as later layers read it there.
"""

from __future__ import annotations

from rfcli.engine.reading import BROADCAST, broadcast
from rfcli.geometry.field import Field, Reads, ratio
from rfcli.layers._layer import IDENTITY_READS
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from rfcli.engine.reading import LayerReader
    from rfcli.geometry.field import Bounds
    from rfcli.graph.graph import Graph
    from rfcli.graph.sizes import AxisSizes

    Stride = int | Fraction

MAX_LISTED = 1 << 16
"""Outputs of one layer that are listed, with those beside its map."""


MAX_READ = 3_000_000
"""Regions of outputs below that are looked at in all, for one axis."""


class Listed(Value):
    """The regions of the outputs from `first` on; None where one reads nothing. `strides` has those of all paths."""

    first: int
    regions: tuple[Bounds | None, ...]
    strides: tuple[Stride, ...]

    def bounds(self, o: int) -> Bounds | None:
        """Region of output `o`, one of those that are listed."""
        assert 0 <= o - self.first < len(self.regions), "outputs of the map, and those that are read beside it"
        return self.regions[o - self.first]

    def size(self, n: int) -> int | None:
        """The largest region among outputs 0..n-1."""
        sizes = [v - u + 1 for u, v in filter(None, self.map(n))]
        return max(sizes) if sizes else None

    def map(self, n: int) -> tuple[Bounds | None, ...]:
        """The regions of outputs 0..n-1."""
        return self.regions[-self.first : n - self.first]

    def seen_by(self, reads: Reads, outputs: range) -> Listed:
        """What some outputs of a layer see that reads these."""
        period, found = len(reads.phases), []
        for o in outputs:
            turns, phase = divmod(o, period)
            taps, left = reads.phases[phase], reads.left(phase)
            read: list[Bounds] = []
            if taps is not None:
                start = taps[0] + turns * reads.shift - self.first
                seen = self.regions[start : taps[1] + turns * reads.shift - self.first + 1 : taps[2]]
                read = [one for at, one in enumerate(seen) if one is not None and (not left or left >> at & 1)]
            found.append((min(u for u, _ in read), max(v for _, v in read)) if read else None)
        strides = [ratio(reads.shift * one.numerator, period * one.denominator) for one in self.strides]
        return Listed(outputs.start, tuple(found), tuple(dict.fromkeys(strides)))


def united(parts: Iterable[Listed], outputs: range) -> Listed:
    """The union of what some outputs see by several paths."""
    lists: list[tuple[Bounds | None, ...]] = []
    strides: list[Stride] = []
    for part in parts:
        start = outputs.start - part.first
        lists.append(part.regions[start : start + len(outputs)])
        strides += part.strides
    found: list[Bounds | None] = []
    for regions in zip(*lists, strict=True):
        seen = [one for one in regions if one is not None]
        found.append((min(u for u, _ in seen), max(v for _, v in seen)) if seen else None)
    return Listed(outputs.start, tuple(found), tuple(dict.fromkeys(strides)))


class Lists:
    """Lists what layers along one axis of known sizes see. `reader` says what they read."""

    def __init__(self, graph: Graph, sizes: AxisSizes, reader: LayerReader) -> None:
        self.graph, self.sizes, self.reader = graph, sizes, reader
        self._outputs: list[range | None] | None = None
        self._left = MAX_READ

    def outputs(self, number: int) -> range | None:
        """The outputs of a layer that matter: those of its map, and those that later layers read beside it; None where
        they are too many, or sizes are not known."""
        if self._outputs is None:
            self._outputs = self._needed()
        return self._outputs[number]

    def _needed(self) -> list[range | None]:
        known = self.sizes.known
        found = [range(n) if isinstance(n, int) and n <= MAX_LISTED else None for n in known]
        if self.sizes.single is None or not self.sizes.given:
            return [None] * len(known)
        for number in reversed(self.graph.order):
            outputs = found[number]
            for source in self.graph.sources[number] if self.graph.layers[number] is not None else ():
                reads, before = self._reads(number, source), found[source]
                if reads is None or outputs is None or before is None:
                    continue
                read = _read(reads, outputs)
                before = range(min(before.start, read.start), max(before.stop, read.stop)) if read else before
                found[source] = before if len(before) <= MAX_LISTED else None
        return found

    def _reads(self, number: int, source: int) -> Reads | None:
        layer = self.graph.layers[number]
        assert layer is not None, "an input reads nothing"
        if layer.merge:
            return BROADCAST if broadcast(self.sizes, number, source) else IDENTITY_READS
        reads = self.reader.reads(number, layer)
        return reads if isinstance(reads, Reads) else None

    def of(self, parts: Iterable[Field], number: int) -> Listed | None:
        """What a layer sees whose field has these parts; None where its outputs are too many."""
        outputs = self.outputs(number)
        if outputs is None:
            return None
        found = [Listed(outputs.start, tuple([part.bounds(o) for o in outputs]), (part.stride,)) for part in parts]
        return united(found, outputs)

    def read(self, below: Listed | None, reads: object, number: int) -> Listed | None:
        """What a layer sees that reads another one; None where it is too much to look at."""
        outputs = self.outputs(number)
        if below is None or outputs is None or not isinstance(reads, Reads):
            return None
        taps = max(((one[1] - one[0]) // one[2] + 1 for one in reads.phases if one), default=0)
        self._left -= taps * len(outputs)
        if self._left < 0:
            return None
        return below.seen_by(reads, outputs)

    def met(self, sources: Iterable[tuple[int, Listed | None]], number: int) -> Listed | None:
        """What a merge sees of some inputs."""
        found, outputs = [], self.outputs(number)
        for source, seen in sources:
            if broadcast(self.sizes, number, source):
                seen = self.read(seen, BROADCAST, number)
            if seen is None or outputs is None:
                return None
            found.append(seen)
        return None if outputs is None else united(found, outputs)


def _read(reads: Reads, outputs: range) -> range:
    """The first to the last of the samples that a layer reads for some of its outputs."""
    period = len(reads.phases)
    ends = {*outputs[:period], *outputs[-period:]}
    found = []
    for o in ends:
        turns, phase = divmod(o, period)
        taps = reads.phases[phase]
        if taps is not None:
            found.append((taps[0] + turns * reads.shift, taps[1] + turns * reads.shift))
    return range(min(u for u, _ in found), max(v for _, v in found) + 1) if found else range(0)
