"""Paths through layers that are followed in pieces: shuffles whose places come from channels of their own.

Each piece is a hidden layer. What the pieces of one layer see along one path is seen by one path of the network: they
are told apart by the layers that they lead through, and a path is followed through all hidden layers at once.
"""

from __future__ import annotations

from math import lcm

from rfcli.engine.reading import too_long
from rfcli.engine.torn import TOO_TORN, Along, Parts, TooTorn
from rfcli.geometry.field import NOTHING, Field, PeriodTooLong, center_differences, same_stride
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.engine.reading import Reading
    from rfcli.engine.torn import Places
    from rfcli.geometry.field import Reads

    Edges = list[tuple[int, Reads]]
    State = tuple[Field | None, ...]
    """What each of the hidden layers that stand for one layer sees along one path; None where it leads elsewhere."""
    Counts = dict[State, int]
    Pieces = frozenset[tuple[tuple[Places, ...], Field]]
    """What is seen in pieces: where outputs see one along each other axis, and its field; those that are seen at the
    same outputs are one. None are left where a path reads nothing."""
    Lives = tuple[Pieces | None, ...]
    """What each of the hidden layers that stand for one layer sees in pieces along one path."""

READS: Places = (0,)
"""Every output reads something."""
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


def in_pieces(
    reading: Reading, number: int, left: int, others: Sequence[Reading], outputs: int | None
) -> dict[int, int] | Unknown:
    """Numbers of paths from the origin to a layer by the largest size of their fields, with so much work to spend.
    What a piece reads counts at the outputs at which it reads anything along all of the `others`. So many
    `outputs` count, or all."""
    graph = reading.graph
    walk = _Walk(reading, {*graph.upstream(number, reading.origin)})
    if walk.unknown is not None:
        return walk.unknown
    living = [_Living(reading, other) for other in others]
    found: dict[int, dict[Lives, int]] = {}
    by_size: dict[int, int] = {}
    try:
        for original in walk.order:
            counts: dict[Lives, int] = {}
            for made, many in _along_all(walk, living, original, found):
                lives = _grounded_all(made)
                counts[lives] = counts.get(lives, 0) + many
                left -= 40 + sum(40 * len(field.phases) for pieces in lives for _, field in pieces or ())
                if left < 0:
                    return TOO_MANY
            found[original] = counts
        at = walk.nodes[graph.original(number)].index(number)
        for lives, many in found[graph.original(number)].items():
            pieces = lives[at]
            if pieces is not None:
                size = _largest(pieces, outputs)
                by_size[size] = by_size.get(size, 0) + many
    except PeriodTooLong as error:
        return too_long(error)
    except TooTorn:
        return TOO_TORN
    except _Unknown as error:
        return error.why
    return by_size


def _along_all(
    walk: _Walk, living: Sequence[_Living], original: int, found: dict[int, dict[Lives, int]]
) -> Iterator[tuple[Lives, int]]:
    """What all that stand for a layer see along each path to it; how many paths see so."""
    if original == walk.origin:
        everywhere = tuple([READS for _ in living])
        yield (frozenset([(everywhere, Field())]),), 1
        return
    for (before, _), edges in walk.ways(original).items():
        for lives, many in found.get(before, {}).items():
            made = _made(walk, living, original, edges, dict(zip(walk.nodes[before], lives, strict=True)))
            if any(pieces is not None for pieces in made):
                yield made, many


def _made(
    walk: _Walk, living: Sequence[_Living], original: int, edges: dict[int, tuple[int, Reads]],
    seen: dict[int, Pieces | None],
) -> Lives:  # fmt: skip
    """What all that stand for a layer see along a path by one of its inputs."""
    found: dict[int, Pieces | None] = {}
    for at in walk.nodes[original]:
        below = [(source, found.get(source), reads) for source, reads in walk.below[at]]
        if at in edges:
            source, reads = edges[at]
            below.append((source, seen[source], reads))
        inner = [(source, some, reads) for source, some, reads in below if some is not None]
        pieces: dict[tuple[Places, ...], Field] = {}
        for source, some, reads in inner:
            for places, field in some:
                here = tuple([one.read(at, walk.real(source), read) for one, read in zip(living, places, strict=True)])
                made = field.seen_by(reads)
                if made != NOTHING and all(any(part is not None for part in each) for each in here):
                    pieces[here] = pieces[here].union(made) if here in pieces else made
        found[at] = frozenset(pieces.items()) if inner else None
    return tuple(found.values())


def _grounded_all(made: Lives) -> Lives:
    """The same, moved so that the first of all regions starts at 0."""
    starts = [first[0] for pieces in made for _, field in pieces or () for first in field.phases if first is not None]
    by = -min(starts, default=0)
    if not by:
        return made
    return tuple([pieces and frozenset([(places, field.moved(by)) for places, field in pieces]) for pieces in made])


def _largest(pieces: Pieces, outputs: int | None) -> int:
    """The size of the largest region that one of so many outputs, or of all, sees of some pieces, 0 where none sees
    any. Raises `TooTorn`."""
    fields = [field for _, field in pieces]
    some = {frozenset(range(len(fields)))}
    for axis in range(len(next(iter(pieces), ((), None))[0])):
        every = [places[axis] for places, _ in pieces]
        period = lcm(*map(len, every))
        if period * len(some) > MOST_PLACES:
            raise TooTorn
        at = {frozenset([k for k, one in enumerate(every) if one[o % len(one)] is not None]) for o in range(period)}
        some = {one & other for one in some for other in at}
    return max((_united([fields[k] for k in one]).size_of(outputs) or 0 for one in some), default=0)


MOST_PLACES = 1 << 16
"""Places of outputs along the other axes that are told apart."""


class _Unknown(Exception):
    """What is asked for is not known."""

    def __init__(self, why: Unknown) -> None:
        super().__init__(why.reason)
        self.why = why


class _Living:
    """Where outputs of layers read anything along another axis; what was worked out is remembered."""

    def __init__(self, reading: Reading, other: Reading) -> None:
        self.along, self.other = Along(Parts(), reading, other), other
        self.known: dict[tuple[int, int, Places], Places] = {}

    def read(self, number: int, source: int, before: Places) -> Places:
        """The outputs of a layer that read any of such ones. Raises `_Unknown` and `TooTorn`."""
        if number < 0:  # a concat that is skipped
            return before
        key = number, source, before
        if key not in self.known:
            self.known[key] = self._read(number, source, before)
        return self.known[key]

    def _read(self, number: int, source: int, before: Places) -> Places:
        found = self.along.always(number, source, before)
        if isinstance(found, Unknown):
            raise _Unknown(found)
        return found


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

    def real(self, source: int) -> int:
        """What a layer reads but for concats that are skipped."""
        while source < 0:
            source = self.below[source][0][0]
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
            for (source, reads), turn in zip(self.below[at], self._turns(at), strict=True):
                before = self.originals[source]
                if before != original:
                    ways.setdefault((before, at if compares else turn), {})[at] = source, reads
        return ways

    def _turns(self, at: int) -> list[int]:
        """Which of the inputs of a layer that are one map each is that a hidden one reads."""
        before = [self.originals[source] for source, _ in self.below[at]]
        turns = [before[:k].count(one) for k, one in enumerate(before)]
        if at < 0 or at == self.reading.origin:
            return turns
        graph = self.reading.graph
        told = [graph.turn(at, k) for k, source in enumerate(graph.sources[at]) if source in self.reading.sources[at]]
        every = graph.described.sources[self.originals[at]]
        return [turn if one is None else every[:one].count(every[one]) for turn, one in zip(turns, told, strict=True)]

    def made(self, original: int, edges: dict[int, tuple[int, Reads]], seen: dict[int, Field | None]) -> State:
        """What all that stand for a layer see along a path by one of its inputs."""
        found: dict[int, Field | None] = {}
        for at in self.nodes[original]:
            inner = [(found[source], reads) for source, reads in self.below[at] if source in found]
            if at in edges:
                source, reads = edges[at]
                inner.append((seen[source], reads))
            fields = [field.seen_by(reads) for field, reads in inner if field is not None]
            found[at] = _united(fields) if fields else None
        return tuple(found.values())


def _united(fields: list[Field]) -> Field:
    """What is seen by one path in several pieces."""
    read = [field for field in fields if field != NOTHING]
    union = read[0] if read else NOTHING
    for field in read[1:]:
        union = union.union(field)
    return union
