"""Paths through layers that are followed in pieces: shuffles whose places come from channels of their own.

Each piece is a hidden layer. What the pieces of one layer see along one path is seen by one path of the network: they
are told apart by the layers that they lead through, and a path is followed through all hidden layers at once.
"""

from __future__ import annotations

from rfcli.engine.reading import too_long
from rfcli.geometry.field import MAX_PERIOD, NOTHING, Field, PeriodTooLong, center_differences, same_stride
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.engine.reading import Reading
    from rfcli.geometry.field import Reads

    Edges = list[tuple[int, Reads]]
    State = tuple[Field | None, ...]
    """What each of the hidden layers that stand for one layer sees along one path; None where it leads elsewhere."""
    Counts = dict[State, int]

TOO_MANY = Unknown("the paths have too many different sizes to be counted apart")


def parted(reading: Reading, number: int) -> bool:
    """Whether paths to a layer lead through pieces of one layer, which meet again."""
    graph = reading.graph
    return any(_meet(reading, at) for at in graph.upstream(number, reading.origin))


def _meet(reading: Reading, number: int) -> bool:
    """Whether a layer is where pieces of one meet; what a cost volume reads of its two maps are no pieces."""
    graph = reading.graph
    layer = graph.layers[number]
    pieces = sum(graph.original(source) == graph.original(number) for source in reading.sources[number])
    return pieces > 1 and layer is not None and not layer.compares


def in_pieces(reading: Reading, number: int, left: int, others: Sequence[Reading] = ()) -> dict[int, int] | Unknown:
    """Numbers of paths from the origin to a layer by the largest size of their fields, with so much work to spend.
    Pieces that read nothing along any of the `others` read nothing at all."""
    graph = reading.graph
    needed = set(graph.upstream(number, reading.origin))
    walks = [_Walk(one, needed) for one in (reading, *others)]
    unknown = next((walk.unknown for walk in walks if walk.unknown is not None), None)
    if unknown is not None or any(walk.nodes != walks[0].nodes for walk in walks):
        return unknown or APART
    if not any(_skips(reads) for walk in walks for below in walk.below.values() for _, reads in below):
        walks = walks[:1]  # What is read anywhere leads to outputs.
    found: dict[int, dict[tuple[State, ...], int]] = {}
    for original in walks[0].order:
        counts: dict[tuple[State, ...], int] = {}
        try:
            for made, many in _along_all(walks, original, found):
                state = tuple(map(_grounded, made))
                counts[state] = counts.get(state, 0) + many
                fields = (field for one in state for field in one if field is not None)
                left -= 40 + sum(40 * len(field.phases) for field in fields)
                if left < 0:
                    return TOO_MANY
        except PeriodTooLong as error:
            return too_long(error)
        except _Interlaced:
            return APART
        found[original] = counts
    at = walks[0].nodes[graph.original(number)].index(number)
    by_size: dict[int, int] = {}
    for (along, *_), many in found[graph.original(number)].items():
        field = along[at]
        if field is not None:
            by_size[field.size or 0] = by_size.get(field.size or 0, 0) + many
    return by_size


def _skips(reads: Reads) -> bool:
    """Whether a layer leaves out some of the samples that it could read."""
    read: set[int] = set()
    for first, last, step in filter(None, reads.phases):
        count = (last - first) // step + 1
        if step == 1 and count >= reads.shift:
            return False
        read.update((first + tap * step) % max(reads.shift, 1) for tap in range(min(count, reads.shift, MAX_PERIOD)))
    return len(read) < reads.shift


APART = Unknown("pieces of one layer read nothing at places that differ along several axes at once")


class _Interlaced(Exception):
    """Pieces that one path leads through read nothing at places that are no product."""


def _along_all(
    walks: Sequence[_Walk], original: int, found: dict[int, dict[tuple[State, ...], int]]
) -> Iterator[tuple[tuple[State, ...], int]]:
    """What all that stand for a layer see along each path to it, along all axes; how many paths see so."""
    if original == walks[0].origin:
        yield ((Field(),),) * len(walks), 1
        return
    ways = [walk.ways(original) for walk in walks]
    for key, edges in ways[0].items():
        for states, many in found.get(key[0], {}).items():
            seen = [dict(zip(walks[0].nodes[key[0]], state, strict=True)) for state in states]
            each = [walk.made(original, way[key], one) for walk, way, one in zip(walks, ways, seen, strict=True)]
            if len(walks) > 1:
                each = _living(each, walks[0].inner(original, edges, seen[0]))
            if any(field is not None for field in each[0]):
                yield tuple(each), many


def _living(states: list[State], inner: list[int]) -> list[State]:
    """The same without what reads nothing along one of the axes. Raises `_Interlaced` where a layer stands for several
    pieces, of the numbers in `inner`, that may live at places of their own along several axes."""
    for node in range(len(states[0])):
        fields = [state[node] for state in states]
        if any(field == NOTHING for field in fields):
            states = [(*state[:node], NOTHING, *state[node + 1 :]) for state in states]
        elif inner[node] > 1 and sum(field is not None and None in field.phases for field in fields) > 1:
            raise _Interlaced
    return states


MOST_FIELDS = 256
"""Fields of different paths to one layer that are held against one another."""
MOST_STATES = 2_000_000
"""Work on paths that are held against one another, in phases of their fields."""


def behind_pieces(reading: Reading) -> set[int]:
    """The layers to which paths lead through pieces of one layer."""
    graph, found = reading.graph, set()
    if graph.original(len(graph.layers) - 1) == len(graph.layers) - 1:
        return set()
    for at in graph.order:
        if _meet(reading, at) or any(source in found for source in reading.sources[at]):
            found.add(at)
    return found


def realigned(reading: Reading, numbers: set[int]) -> set[int]:
    """Those of some layers behind pieces all paths to which have one stride, and one center at every output; none where
    that is not known."""
    needed: set[int] = set()
    for number in numbers:
        if number not in needed:
            needed.update(reading.graph.upstream(number, reading.origin))
    walk, left = _Walk(reading, needed), MOST_STATES
    states: dict[int, Counts] = {}
    aligned: set[int] = set()
    if walk.unknown is not None:
        return aligned
    for original in walk.order:
        states[original] = {}
        try:
            for state, _ in walk.states(original, states):
                if state not in states[original]:
                    states[original][state] = 1
                    left -= 10 + sum(len(field.phases) for field in state if field is not None)
            if left < 0:
                return aligned
            for at, number in enumerate(walk.nodes[original]):
                seen = {field for state in states[original] if (field := state[at]) is not None and field != NOTHING}
                if number in numbers and _concentric(list(seen)):
                    aligned.add(number)
        except PeriodTooLong:
            return aligned
    return aligned


def _concentric(fields: list[Field]) -> bool:
    """Whether some fields have one stride, and one center at every output that reads anything."""
    if len(fields) > MOST_FIELDS:
        return False
    pairs = [(one, other) for at, one in enumerate(fields) for other in fields[:at]]
    return all(same_stride(one, other) and not any(center_differences(one, other)) for one, other in pairs)


class _Walk:
    """The layers on the paths to one of them, each with all that stand for it."""

    def __init__(self, reading: Reading, needed: set[int]) -> None:
        graph = reading.graph
        self.origin = graph.original(reading.origin)
        self.reading, self.originals = reading, {at: graph.original(at) for at in needed}
        self.nodes: dict[int, list[int]] = {}
        self.below: dict[int, Edges] = {}
        self.unknown: Unknown | None = None
        for at in graph.order:
            if at in needed and reading.local[at]:
                below = reading.below(at) if at != reading.origin else []
                if isinstance(below, Unknown):
                    self.unknown, below = below, []
                self.below[at] = [(self._joined(at, source), reads) for source, reads in below]
                self.nodes.setdefault(self.originals[at], []).append(at)
        self.order = [at for at in graph.described.order if at in self.nodes]

    def _joined(self, at: int, source: int) -> int:
        """What a layer reads; where hidden layers skip concats of which one input is left, those as well."""
        sources = self.reading.graph.described.sources
        here, before = self.originals[at], self.originals[source]
        if here == before or before in sources[here]:
            return source
        for concat in reversed(self._skipped(here, before, sources)):
            made = -1 - len(self.originals)
            self.originals[made], self.below[made] = concat, [(source, IDENTITY_READS)]
            self.nodes.setdefault(concat, []).append(made)
            source = made
        return source

    def _skipped(self, here: int, before: int, sources: list[tuple[int, ...]]) -> list[int]:
        """The concats between two layers, the one that is read last first."""
        ways = [[source] for source in dict.fromkeys(sources[here])]
        for way in ways:
            layer = self.reading.graph.layers[way[-1]]
            if before in sources[way[-1]]:
                return way
            if layer is not None and layer.type == "concat":
                ways += [[*way, source] for source in dict.fromkeys(sources[way[-1]])]
        return []

    def states(self, original: int, found: dict[int, Counts]) -> Iterator[tuple[State, int]]:
        """What all that stand for a layer see along each path to it, and how many paths see so."""
        if original == self.origin:
            yield (Field(),), 1
            return
        for (before, _), edges in self.ways(original).items():
            for state, many in found.get(before, {}).items():
                seen = dict(zip(self.nodes[before], state, strict=True))
                made = self.made(original, edges, seen)
                if any(field is not None for field in made):
                    yield made, many

    def ways(self, original: int) -> dict[tuple[int, int], dict[int, tuple[int, Reads]]]:
        """The inputs by which paths lead to a layer, and what all that stand for it read of each."""
        layer = self.reading.graph.layers[original]
        compares = layer is not None and layer.compares  # Windows on either map are inputs of their own.
        ways: dict[tuple[int, int], dict[int, tuple[int, Reads]]] = {}
        for at in self.nodes[original]:
            turn: dict[int, int] = {}
            for source, reads in self.below[at]:
                before = self.originals[source]
                if before != original:
                    turn[before] = turn.get(before, 0) + 1
                    ways.setdefault((before, at if compares else turn[before]), {})[at] = source, reads
        return ways

    def inner(self, original: int, edges: dict[int, tuple[int, Reads]], seen: dict[int, Field | None]) -> list[int]:
        """For each that stands for a layer how many pieces a path by one of its inputs leads through on the way."""
        found: dict[int, int] = {}
        for at in self.nodes[original]:
            own = [found[source] for source, _ in self.below[at] if source in found]
            more = 1 if at in edges and seen[edges[at][0]] is not None else 0
            found[at] = sum(own) + more
        return list(found.values())

    def made(self, original: int, edges: dict[int, tuple[int, Reads]], seen: dict[int, Field | None]) -> State:
        """What all that stand for a layer see along a path by one of its inputs."""
        found: dict[int, Field | None] = {}
        for at in self.nodes[original]:
            inner = [(found[source], reads) for source, reads in self.below[at] if source in found]
            if at in edges:
                source, reads = edges[at]
                inner.append((seen[source], reads))
            fields = [field.seen_by(reads) for field, reads in inner if field is not None]
            found[at] = _united(fields)
        return tuple(found.values())


def _united(fields: list[Field]) -> Field | None:
    """What is seen by one path in several pieces."""
    if not fields:
        return None
    read = [field for field in fields if field != NOTHING]
    union = read[0] if read else NOTHING
    for field in read[1:]:
        union = union.union(field)
    return union


def _grounded(state: State) -> State:
    """The same, moved so that the first of all regions starts at 0."""
    starts = [phase[0] for field in state if field is not None for phase in field.phases if phase is not None]
    by = -min(starts, default=0)
    return tuple([field if field is None or field == NOTHING else field.moved(by) for field in state])
