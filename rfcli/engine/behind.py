"""What is read behind global layers: along all paths, those through whole maps included, and clipped exactly."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from rfcli.engine.hulls import NOWHERE, Hulls, cost
from rfcli.engine.reading import Reading, let_go
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, TOO_LONG, Effort, Samples, interval, read_before
from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import upstream
from rfcli.layers._layer import BOTH, NEITHER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Ways:
    """Which of their inputs the layers take whole, and which sample by sample, along one axis."""

    def __init__(self, reading: Reading, reached: list[bool], training: bool) -> None:
        self.reading, self.reached, self.training = reading, reached, training

    def whole(self, number: int) -> list[int]:
        """The inputs that a layer takes whole."""
        layer, sources = self.reading.graph.layers[number], self._sources(number)
        if layer is not None and layer.slides:
            return [source for source in sources if source == self.reading.graph.sources[number][-1]]
        return sources if self._sees(number) == BOTH else []

    def slid(self, number: int) -> list[int]:
        """The inputs that a layer reads sample by sample."""
        layer, sources = self.reading.graph.layers[number], self._sources(number)
        if layer is not None and layer.slides:
            return [source for source in sources[:1] if source == self.reading.graph.sources[number][0]]
        return [] if self._sees(number) == BOTH else sources

    def _sees(self, number: int) -> int:
        """On which sides of what it reads a layer sees everything."""
        layer = self.reading.graph.layers[number]
        return NEITHER if layer is None else layer.sees(self.reading.sizes.axis, self.training)

    def _sources(self, number: int) -> list[int]:
        return [source for source in self.reading.graph.sources[number] if self.reached[source]]


def hulls_behind(ways: Ways, effort: Effort) -> Iterator[tuple[int, Hulls | Unknown]]:
    """The hulls of what the outputs of all layers read along all paths, in order: as `Behind` has it for one layer, but
    folded from the origin on."""
    graph = ways.reading.graph
    readers = Counter(source for sources in graph.sources for source in sources)
    known: dict[int, Hulls | Unknown] = {}
    for at in graph.order:
        found = _hulls(ways, at, known, effort) if ways.reached[at] else None
        let_go(known, readers, graph.sources[at])
        if found is not None:
            known[at] = found
            yield at, found


def _hulls(ways: Ways, at: int, known: dict[int, Hulls | Unknown], effort: Effort) -> Hulls | Unknown:
    """What the outputs of a layer read along all paths."""
    reading, n = ways.reading, ways.reading.sizes.known[at]
    if isinstance(n, Unknown):
        return n
    if n > MAX_SAMPLES:
        return TOO_LARGE
    if at == reading.origin:
        return Hulls(list(range(n)), list(range(n)))
    below = reading.below(at, ways.slid(at))
    if isinstance(below, Unknown):
        return below
    parts: list[Hulls] = []
    for source in ways.whole(at):
        seen = known[source]
        if isinstance(seen, Unknown):
            return seen
        parts.append(seen.total(n))
    for source, reads in below:
        seen = known[source]
        if isinstance(seen, Unknown):
            return seen
        if not effort.spend(200 * cost(reads, n)):
            return TOO_LONG
        parts.append(seen.read_by(reads, n, reading.border(at, source), reading.side(at), around=True))
    found = parts[0] if parts else Hulls([NOWHERE] * n, [-1] * n)
    for part in parts[1:]:
        found = found.union(part)
    return found


class Behind:
    """The samples of the origin that the outputs of `number` read along one axis, wherever the paths lead.

    A layer that sees the whole map, beside its own samples or instead of them, reads all that any sample of that map
    does: worked out once for each of them, from the origin on. One that sees all before or after its own samples reads
    those as well.
    """

    def __init__(self, reading: Reading, reached: list[bool], number: int, training: bool, effort: Effort) -> None:
        self.reading, self.number, self.effort = reading, number, effort
        self.ways = Ways(reading, reached, training)
        graph, origin = reading.graph, reading.origin
        needed = set(upstream([number], lambda at: () if at == origin else graph.sources[at]))
        self.needed = [at for at in graph.order if at in needed]
        self.place = {at: place for place, at in enumerate(self.needed)}
        self.totals: dict[int, Samples | Unknown] = {}
        for at in self.needed:
            for source in self.ways.whole(at) if at != origin else ():
                if source not in self.totals:
                    self.totals[source] = self._total(source)

    def of(self, o: int) -> Samples | Unknown:
        """What output `o` reads."""
        return self._read({self.number: Samples(o, 1)})

    @cached_property
    def all(self) -> Samples | Unknown:
        """What all outputs together read."""
        return self._total(self.number)

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
            below = self.reading.below(number, self.ways.slid(number))
            if isinstance(below, Unknown):
                return below
            for source in self.ways.whole(number):
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
