"""What is read behind global layers: along all paths, those through whole maps included, and clipped exactly."""

from __future__ import annotations

from rfcli.engine.reading import Reading
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, Effort, Samples, interval, read_before
from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import upstream
from rfcli.layers._layer import BOTH, NEITHER


class Behind:
    """The samples of the origin that the outputs of `number` read along one axis, wherever the paths lead.

    A layer that sees the whole map, beside its own samples or instead of them, reads all that any sample of that map
    does: worked out once for each of them, from the origin on. One that sees all before or after its own samples reads
    those as well.
    """

    def __init__(self, reading: Reading, reached: list[bool], number: int, training: bool, effort: Effort) -> None:
        self.reading, self.number, self.effort = reading, number, effort
        self.reached, self.training = reached, training
        graph, origin = reading.graph, reading.origin
        needed = set(upstream([number], lambda at: () if at == origin else graph.sources[at]))
        self.needed = [at for at in graph.order if at in needed]
        self.place = {at: place for place, at in enumerate(self.needed)}
        self.totals: dict[int, Samples | Unknown] = {}
        for at in self.needed:
            for source in self._whole(at) if at != origin else ():
                if source not in self.totals:
                    self.totals[source] = self._total(source)

    def of(self, o: int) -> Samples | Unknown:
        """What output `o` reads."""
        return self._read({self.number: Samples(o, 1)})

    def _sees(self, number: int) -> int:
        """On which sides of what it reads a layer sees everything."""
        layer = self.reading.graph.layers[number]
        return NEITHER if layer is None else layer.sees(self.reading.sizes.axis, self.training)

    def _sources(self, number: int) -> list[int]:
        return [source for source in self.reading.graph.sources[number] if self.reached[source]]

    def _whole(self, number: int) -> list[int]:
        """The inputs that a layer takes whole."""
        layer, sources = self.reading.graph.layers[number], self._sources(number)
        if layer is not None and layer.slides:
            return [source for source in sources if source == self.reading.graph.sources[number][-1]]
        return sources if self._sees(number) == BOTH else []

    def _slid(self, number: int) -> list[int]:
        """The inputs that a layer reads sample by sample."""
        layer, sources = self.reading.graph.layers[number], self._sources(number)
        if layer is not None and layer.slides:
            return [source for source in sources[:1] if source == self.reading.graph.sources[number][0]]
        return [] if self._sees(number) == BOTH else sources

    def _total(self, number: int) -> Samples | Unknown:
        """All that any sample of a layer's map reads."""
        n = self.reading.sizes.known[number]
        if isinstance(n, Unknown):
            return n
        return TOO_LARGE if n > MAX_SAMPLES else self._read({number: interval(0, n - 1)})

    def _read(self, wanted: dict[int, Samples]) -> Samples | Unknown:
        """What some layers' outputs read of the origin; a global layer passes on what its whole map reads."""
        origin, found = self.reading.origin, Samples()
        for number in self.needed[max(self.place[at] for at in wanted) :: -1]:
            if number not in wanted:
                continue
            outputs = wanted.pop(number)
            if number == origin:
                found = found.union(outputs)
                continue
            below = self.reading.below(number, self._slid(number))
            if isinstance(below, Unknown):
                return below
            for source in self._whole(number):
                total = self.totals[source]
                if isinstance(total, Unknown):
                    return total
                found = found.union(total)
            for source, reads in below:
                samples = read_before(self.reading, (number, source), reads, outputs, self.effort, True, True)
                if isinstance(samples, Unknown):
                    return samples
                if samples:
                    wanted[source] = wanted.get(source, Samples()).union(samples)
            if not wanted:
                break
        return found
