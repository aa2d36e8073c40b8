"""What each layer reads of its inputs, edge by edge: what the page composes to light up the layers between."""

from __future__ import annotations

from rfcli.engine.mapped import products
from rfcli.engine.reading import BROADCAST, LayerReader, broadcast
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import BOTH, IDENTITY_READS
from rfcli.page.shared import MOST, Distinct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.reading import Reading
    from rfcli.engine.sight import Sight
    from rfcli.geometry.borders import Border

WHOLE, NOTHING, BEYOND = -1, -2, -3
"""Edges that have no number of what they read: the whole map, nothing that is known, and from there on downwards what
is read where paths are only global further down."""
MOST_PHASES = 20_000
"""Phases of all that is read, along all axes."""


class Ways:
    """The edges of a graph that paths from the origin are followed on."""

    def __init__(self, sight: Sight) -> None:
        self.sight, self.graph = sight, sight.graph
        self.reads, self.borders = Distinct(), Distinct()
        self._left = MOST_PHASES
        self._readers = {id(one): LayerReader(self.graph, one.sizes) for one in sight.readings}

    def of(self, number: int) -> tuple[tuple[int, ...], ...]:
        """For each input of a layer and each axis what is read of it."""
        readings = self.sight.readings
        if number == self.sight.origin or not self.sight.reached[number]:
            return ()
        sources = self.graph.sources[number]
        along = {id(one): self._along(one, number) for one in readings}
        return tuple([tuple([along[id(one)][at] for one in readings]) for at in range(len(sources))])

    def beside(self, number: int) -> tuple[tuple[int, ...], ...]:
        """For each input of a layer and each axis what stands beside its map; nothing where nothing stands anywhere."""
        readings, sources = self.sight.readings, self.graph.sources[number]
        if number == self.sight.origin or not self.sight.reached[number]:
            return ()
        found = tuple([tuple([self._border(one.border(number, at)) for one in readings]) for at in sources])
        return found if any(one >= 0 for row in found for one in row) else ()

    def products(self, number: int) -> list[list[int]]:
        """What a layer with a mask reads of its input: all combinations of what is read along the axes, for each row of
        its taps; nothing for a layer without one, or where the page cannot say it."""
        readings, layer = self.sight.readings, self.graph.layers[number]
        if len(readings) < 2 or layer is None or layer.joint is None or not self.sight.reached[number]:
            return []
        below = [one.below(number) for one in readings]
        if number == self.sight.origin or any(isinstance(one, Unknown) or len(one) != 1 for one in below):
            return []
        found = [[self._number(reads) for reads in row] for row in products(readings, number, [])]
        return found if all(one >= 0 for row in found for one in row) else []

    def sides(self, number: int) -> tuple[int, ...]:
        """On which sides of its taps a layer sees everything, along each axis; nothing where it does along none."""
        layer = self.graph.layers[number]
        if layer is None or number == self.sight.origin or not self.sight.reached[number]:
            return ()
        seen = [layer.sees(one.sizes.axis, self.sight.training) for one in self.sight.readings]
        along = zip(self.sight.readings, seen, strict=True)
        found = tuple([BOTH if sees == BOTH and not layer.slides else one.side(number) for one, sees in along])
        return found if any(found) else ()

    def _along(self, reading: Reading, number: int) -> list[int]:
        """What is read of each input along one axis."""
        layer, sources = self.graph.layers[number], self.graph.sources[number]
        assert layer is not None, "an input reads nothing"
        own = IDENTITY_READS if layer.merge else self._readers[id(reading)].reads(number, layer)
        found = []
        for at, source in enumerate(sources):
            if not self.sight.reached[source]:
                found.append(NOTHING)
                continue
            if own is None or (layer.slides and at > 0):
                found.append(WHOLE)
                continue
            reads = BROADCAST if layer.merge and broadcast(reading.sizes, number, source) else own
            place = self._number(reads)
            found.append(place if place < 0 or source in reading.sources[number] else BEYOND - place)
        return found

    def _number(self, reads: Reads | tuple[Reads, ...] | Unknown) -> int:
        """The number of what is read; `NOTHING` where the page cannot say it."""
        if not isinstance(reads, Reads) or not _counted(reads):
            return NOTHING
        known = len(self.reads.values)
        if self._left < len(reads.phases):
            return NOTHING
        found = self.reads.number(reads, lambda: _plain(reads))
        self._left -= len(reads.phases) if found == known else 0
        return found

    def _border(self, border: Border | None) -> int:
        return -1 if border is None else self.borders.number(border, lambda: _standing(border))


def _counted(reads: Reads) -> bool:
    """Whether a browser can count what is read."""
    ends = (abs(end) for taps in reads.phases if taps is not None for end in taps)
    return max(reads.shift, *ends, 0) <= MOST >> 20


def _plain(reads: Reads) -> dict[str, object]:
    kept = {"kept": [str(one) for one in reads.kept]} if reads.kept else {}
    return {"shift": reads.shift, "phases": [None if taps is None else list(taps) for taps in reads.phases], **kept}


def _standing(border: Border) -> dict[str, object]:
    """Which samples stand beside a map: where there are not too many, one by one."""
    added = [[side.start, side.stop] for side in border.added]
    return {"n": border.n, "mode": border.mode, "added": added, "kept": [border.kept.start, border.kept.stop]}
