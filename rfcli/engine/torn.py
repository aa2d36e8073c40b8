"""Which paths lead to an output: they may differ from place to place, where some outputs of a layer read nothing.

A path through a transposed convolution whose kernel is smaller than its stride leads nowhere at some outputs. Where it
does along one axis, what it sees along another does not count, and another path of the same merge is left alone. So a
layer has, for each axis, the sets of paths that lead to its outputs from place to place along the others (`ways`).
Places repeat: those of one remainder are looked at together. Layers for parts of the paths are hidden layers of a graph
of its own for each axis (`Unfolded`), on which fields are folded as on any other.
"""

from __future__ import annotations

from itertools import product
from math import gcd, lcm

from rfcli.engine.reading import BROADCAST, Reading, broadcast, depending
from rfcli.geometry.standins import is_large
from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import Graph
from rfcli.layers._layer import BOTH, IDENTITY_READS, NEITHER, Whole
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rfcli.geometry.field import Reads, Taps
    from rfcli.graph.sizes import AxisSizes

    Part = int | None
    """A set of paths to a layer, by its number in `Parts`; None where it is empty."""
    Places = tuple[Part, ...]
    """The paths that lead to outputs 0..T-1 along an axis, which repeat from then on."""
    Run = list[Places | Unknown | None]
    """Those of all layers, at one input size; None where no path leads."""

MAX_PLACES = 200_000
"""Places that are looked at along one axis, in all layers together."""
MAX_PARTS = 100_000
"""Sets of paths that are told apart."""
MAX_RUNS = 64
"""Ways in which unknown sizes may move what is read against what reads nothing."""

TOO_TORN = Unknown(
    "which paths lead to an output changes from place to place, in more ways than are followed: give kernels of at "
    "least the stride to transposed convolutions, or ask for an earlier layer"
)


class TooTorn(Exception):
    """More places, or sets of paths, than are followed."""


class Parts:
    """Sets of paths to layers, each as the sets of paths to its inputs; equal ones are one."""

    def __init__(self) -> None:
        self.all: list[tuple[int, Places]] = []
        """For each set the layer, and what of its inputs it leads through."""
        self._known: dict[tuple[int, Places], int] = {}
        self._joined: dict[tuple[bool, int, int], Part] = {}

    def of(self, number: int, sources: Places) -> Part:
        """The paths to a layer through some to its inputs."""
        if not any(one is not None for one in sources) and sources:
            return None
        key = number, sources
        if key not in self._known:
            if len(self.all) >= MAX_PARTS:
                raise TooTorn
            self._known[key] = len(self.all)
            self.all.append(key)
        return self._known[key]

    def joined(self, a: Part, b: Part, both: bool = False) -> Part:
        """The paths of either of two sets to one layer, or with `both` those that are in each of them."""
        if a == b or a is None or b is None:
            return a if a == b or (b is None) != both else b
        stack = [(a, b)]
        while stack:
            x, y = stack[-1]
            pairs = list(zip(self.all[x][1], self.all[y][1], strict=True))
            open_ = [
                (p, q) for p, q in pairs
                if p != q and p is not None and q is not None and (both, p, q) not in self._joined
            ]  # fmt: skip
            if open_:
                stack.extend(open_)
                continue
            found = tuple([self._settled(p, q, both) for p, q in pairs])
            self._joined[both, x, y] = self.of(self.all[x][0], found)
            stack.pop()
        return self._joined[both, a, b]

    def _settled(self, a: Part, b: Part, both: bool) -> Part:
        if a == b:
            return a
        if a is None or b is None:
            return None if both else a if b is None else b
        return self._joined[both, a, b]

    def union(self, parts: Iterable[Part]) -> Part:
        """The paths of any of some sets."""
        found: Part = None
        for part in parts:
            found = self.joined(found, part)
        return found

    def whole(self, reading: Reading) -> list[Part]:
        """All paths to all layers along an axis."""
        found: list[Part] = [None] * len(reading.local)
        for number in reading.graph.order:
            if number == reading.origin or reading.local[number]:
                found[number] = self.of(number, tuple([found[source] for source in reading.sources[number]]))
        return found


class Unfolded(Graph):
    """A graph with hidden layers for parts of the paths to layers, whose numbers come after all others."""

    folded: Graph
    stands: list[int]
    """For each layer the one of the folded graph that it stands for."""

    @property
    def described(self) -> Graph:
        return self.folded.described

    def original(self, number: int) -> int:
        return self.folded.original(self.stands[number])

    def turn(self, number: int, at: int) -> int | None:
        whole = len(self.sources[number]) == len(self.folded.sources[self.stands[number]])
        return self.folded.turn(self.stands[number], at) if whole else None

    def lengthened(self, sizes: AxisSizes) -> AxisSizes:
        more = self.stands[len(self.folded.layers) :]
        return sizes.replaced(
            known=[*sizes.known, *(sizes.known[one] for one in more)],
            single=None if sizes.single is None else [*sizes.single, *(sizes.single[one] for one in more)],
            tried=[*sizes.tried, *(sizes.tried[one] for one in more)] if sizes.tried else sizes.tried,
            wholly=[*sizes.wholly, *(sizes.wholly[one] for one in more)],
            beyond={number: sizes.beyond[one] for number, one in enumerate(self.stands) if one in sizes.beyond},
        )


class Ways(Value):
    """The paths to a layer from place to place along the other axes, at one input size: layers of the unfolded graph,
    each for a set of paths. `zero` has those to outputs at place 0, None where none leads there; with `holes` none
    leads to outputs at some places, though some paths do along each axis."""

    zero: int | None
    all: tuple[int, ...]
    holes: bool = False


class Torn(Value):
    """An axis along which outputs of some layers see by other paths from place to place along the others.

    `ways` has those layers, with one entry for each way in which unknown sizes may lie. In the graph of `reading` a
    layer of the folded one has all paths that lead to any of its outputs; `dead` are those to whose outputs none does.
    `unknown` has the layers of which it is not known which paths do, and why.
    """

    reading: Reading
    ways: dict[int, tuple[Ways, ...]]
    dead: frozenset[int]
    unknown: dict[int, Unknown]

    def original(self, number: int) -> int:
        """The layer of the folded graph that one stands for."""
        graph = self.reading.graph
        return graph.stands[number] if isinstance(graph, Unfolded) else number


def torn(readings: Sequence[Reading], axis: int) -> Torn | None:
    """What is torn along an axis; None where all outputs are seen by the same paths, but those that see nothing."""
    reading, parts = readings[axis], Parts()
    try:
        whole = parts.whole(reading)
        along = [Along(parts, reading, other).runs() for at, other in enumerate(readings) if at != axis]
        return _Unfolding(parts, reading, whole, along).made()
    except TooTorn:
        return Torn(reading, {}, frozenset(), dict.fromkeys(_behind_merges(reading), TOO_TORN))


def _behind_merges(reading: Reading) -> list[int]:
    """The layers to which several paths lead."""
    merged = [False] * len(reading.local)
    for number in reading.graph.order:
        sources = reading.sources[number]
        merged[number] = len(sources) > 1 or any(merged[source] for source in sources)
    return [number for number, one in enumerate(merged) if one]


class Along:
    """The paths along one axis that lead to outputs from place to place along another."""

    def __init__(self, parts: Parts, reading: Reading, other: Reading) -> None:
        self.parts, self.reading, self.other = parts, reading, other
        self.graph, self.left = reading.graph, MAX_PLACES
        self.deciding: dict[int, tuple[Reads, ...]] = {}
        """Layers that read otherwise at other input sizes, where that makes a difference."""

    def runs(self) -> list[Run]:
        """Those at every input size that makes a difference."""
        found: dict[object, Run] = {(): self._run(0)}
        known = 0
        while known < len(self.deciding):
            known = len(self.deciding)
            turns: dict[object, int] = {}
            for turn, reads in enumerate(zip(*self.deciding.values(), strict=True)):
                turns.setdefault(reads, turn)
            if len(turns) > MAX_RUNS:
                raise TooTorn
            found = {key: self._run(turn) for key, turn in turns.items()}
        return list(found.values())

    def _run(self, turn: int) -> Run:
        """The paths from place to place at one of the input sizes."""
        found: Run = [None] * len(self.reading.local)
        for number in self.graph.order:
            if number == self.reading.origin:
                found[number] = (self.parts.of(number, ()),)
            elif self.reading.sources[number]:
                found[number] = self._met(number, found, turn)
        return found

    def _met(self, number: int, known: Run, turn: int) -> Places | Unknown:
        """What a layer reads of all its inputs, place by place."""
        read: list[Places] = []
        for source in self.reading.sources[number]:
            before = known[source]
            places = before if isinstance(before, Unknown) else self.read(number, source, before or (), turn)
            if isinstance(places, Unknown):
                return places
            read.append(places)
        period = lcm(*map(len, read))
        self.left -= period
        if self.left < 0:
            raise TooTorn
        return shortest([self.parts.of(number, tuple([p[o % len(p)] for p in read])) for o in range(period)])

    def read(self, number: int, source: int, before: Places, turn: int = 0) -> Places | Unknown:
        """The paths of an input that lead on, place by place. Raises `TooTorn`."""
        layer = self.graph.layers[number]
        assert layer is not None, "an input reads nothing"
        if layer.merge:
            return self._through(before, BROADCAST if broadcast(self.other.sizes, number, source) else IDENTITY_READS)
        if self.sweeps(number):
            return (self.parts.union(before),)
        if len(before) == 1 and not layer.gaps:
            return before
        reads = self.other.reads(number)
        if isinstance(reads, tuple):
            self.deciding[number] = reads
            reads = reads[turn]
        if reads is None or isinstance(reads, Unknown):
            return reads or depending(layer, self.graph.labels[number])
        return self._through(before, reads)

    def always(self, number: int, source: int, before: Places) -> Places | Unknown:
        """The same at every input size; unknown where that decides it."""
        found = self.read(number, source, before)
        turns = range(1, len(self.deciding.get(number, ())))
        return DECIDED_BY_SIZE if any(self.read(number, source, before, turn) != found for turn in turns) else found

    def sweeps(self, number: int) -> bool:
        """Whether a layer sees all along the other axis where it sees a place along the first."""
        layer = self.graph.layers[number]
        if layer is None or layer.merge:
            return False
        here, there = (layer.sees(one.sizes.axis, training=False) for one in (self.reading, self.other))
        only = layer.whole(self.other.sizes.axis, training=False) is Whole.ONLY
        return only or (there != NEITHER and (there != BOTH or here == NEITHER))

    def _through(self, before: Places, reads: Reads) -> Places | Unknown:
        """The paths of an input, of which a layer reads so."""
        if reads is IDENTITY_READS:
            return before
        period, phases = len(before), reads.phases
        if period > 1 and any(taps and is_large(taps[0]) for taps in phases):
            return DECIDED_BY_SIZE
        turns = period // gcd(period, reads.shift)
        self.left -= turns * len(phases)
        found: list[Part] = []
        for turn in range(turns):
            for phase, taps in enumerate(phases):
                at = _remainders(taps, reads.left(phase), turn * reads.shift, period)
                self.left -= len(at)
                if self.left < 0:
                    raise TooTorn
                found.append(self.parts.union(before[i] for i in at))
        return shortest(found)


DECIDED_BY_SIZE = Unknown("which outputs read nothing depends on the input size, which is not given")


def _remainders(taps: Taps | None, left: int, moved: int, period: int) -> list[int]:
    """The places, modulo a period, at which some taps lie."""
    if taps is None:
        return []
    first, last, step = taps[0] + moved, taps[1] + moved, taps[2]
    count = (last - first) // step + 1
    if left:
        kept = (tap for tap in range(count) if left >> tap & 1)
        return list(dict.fromkeys((first + tap * step) % period for tap in kept))
    return [(first + tap * step) % period for tap in range(min(count, period // gcd(period, step)))]


def shortest(places: Sequence[Part]) -> Places:
    """The same with the shortest period."""
    count = len(places)
    for period in range(1, count // 2 + 1):
        if count % period == 0 and all(places[at] == places[at % period] for at in range(period, count)):
            return tuple(places[:period])
    return tuple(places)


class _Unfolding:
    """Makes hidden layers for parts of the paths."""

    def __init__(self, parts: Parts, reading: Reading, whole: list[Part], along: list[list[Run]]) -> None:
        self.parts, self.reading, self.whole, self.along = parts, reading, whole, along
        self.graph = reading.graph
        self.layers, self.labels = [*self.graph.layers], [*self.graph.labels]
        self.sources, self.likes, self.channels = [*self.graph.sources], [*self.graph.likes], [*self.graph.channels]
        self.stands = list(range(len(self.layers)))
        self.nodes: dict[int, int] = {}
        """The layer that stands for a set of paths."""

    def made(self) -> Torn | None:
        """What is torn; None where nothing is."""
        found: dict[int, list[_Found]] = {}
        unknown: dict[int, Unknown] = {}
        for number in self.graph.order:
            if self.whole[number] is None:
                continue
            runs = [list(dict.fromkeys(run[number] for run in runs)) for runs in self.along]
            doubt = next((one for some in runs for one in some if isinstance(one, Unknown)), None)
            if doubt is None:
                found[number] = [self._found(one) for one in product(*runs)]  # type: ignore[arg-type]
            else:
                unknown[number] = doubt
        if unknown:
            merged = {*_behind_merges(self.reading)}
            unknown = {number: why for number, why in unknown.items() if number in merged}
        for number, part in enumerate(self.whole):
            every = self.parts.union(one for some in found.get(number, ()) for one in some.all)
            most = part if every is None else every
            if most is not None:
                self.nodes[most] = number
        stand = [*self.nodes.items()]
        ways = {
            number: tuple([self._ways(one) for one in some])
            for number, some in found.items()
            if len(some) > 1 or len(some[0].all) > 1 or some[0].holes
        }
        dead = frozenset([number for number, some in found.items() if not any(one.all for one in some)])
        changed = [self._read(most, number) for most, number in stand]
        if not (ways or dead or unknown or any(changed)):
            return None
        graph = self._unfolded()
        return Torn(Reading(graph, graph.lengthened(self.reading.sizes), self.reading.origin), ways, dead, unknown)

    def _found(self, places: tuple[Places, ...]) -> _Found:
        """The sets of paths that lead to outputs from place to place along all other axes."""
        zero, some = places[0][0], set(places[0])
        for more in places[1:]:
            zero = self.parts.joined(zero, more[0], both=True)
            both = {(a, b): self.parts.joined(a, b, both=True) for a in some for b in set(more)}
            some = set(both.values())
        holes = len(places) > 1 and None in some and not any(None in one for one in places)
        return _Found(zero, tuple(sorted(one for one in some if one is not None)), holes)

    def _ways(self, found: _Found) -> Ways:
        zero = None if found.zero is None else self._node(found.zero)
        return Ways(zero, tuple([self._node(one) for one in found.all]), found.holes)

    def _node(self, part: int) -> int:
        """The layer that stands for a set of paths."""
        stack = [part]
        while stack:
            at = stack[-1]
            if at in self.nodes:
                stack.pop()
                continue
            number, sources = self.parts.all[at]
            waiting = [one for one in sources if one is not None and one not in self.nodes]
            if waiting:
                stack.extend(waiting)
                continue
            made = self.nodes[at] = len(self.layers)
            self.stands.append(number)
            self.layers.append(self.graph.layers[number])
            self.labels.append(self.graph.labels[number])
            self.likes.append(self.graph.likes[number])
            self.channels.append(self.graph.channels[number])
            self.sources.append(self._of(sources))
            assert made == len(self.layers) - 1
            stack.pop()
        return self.nodes[part]

    def _of(self, sources: Places) -> tuple[int, ...]:
        return tuple([self.nodes[one] for one in sources if one is not None])

    def _read(self, most: int, number: int) -> bool:
        """Lets a layer read what all the paths to it lead through; whether that is other than before."""
        sources = self.parts.all[most][1]
        for one in sources:
            if one is not None:
                self._node(one)
        if self._of(sources) == self.reading.sources[number]:
            return False
        self.sources[number] = self._of(sources)
        return True

    def _unfolded(self) -> Graph:
        graph, count = self.graph, len(self.graph.layers)
        hidden: dict[int, list[int]] = {}
        for made, number in enumerate(self.stands[count:], count):
            hidden.setdefault(number, []).append(made)
        order = [at for number in graph.order for at in (*hidden.get(number, ()), number)]
        sizes = [*graph.sizes, *(graph.sizes[one] for one in self.stands[count:])]
        return Unfolded(
            graph.architecture, graph.names, self.labels, self.layers, self.sources, self.likes, order, graph.outputs,
            graph.axes, sizes, self.channels, graph, self.stands,
        )  # fmt: skip


class _Found(Value):
    """As `Ways`, by sets of paths."""

    zero: Part
    all: tuple[int, ...]
    holes: bool
