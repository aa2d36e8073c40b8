"""What layers read along one axis of a graph, each worked out once for each size of its input."""

from __future__ import annotations

from functools import cached_property

from rfcli.geometry.field import PeriodTooLong, Reads
from rfcli.geometry.standins import is_large, is_unstated
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import AFTER, BEFORE, BOTH, IDENTITY_READS, NEITHER, Whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping, Sequence
    from typing import TypeVar

    from rfcli.geometry.borders import Border
    from rfcli.graph.graph import Graph
    from rfcli.graph.sizes import AxisSizes
    from rfcli.layers._layer import Layer

    T = TypeVar("T")


DEPENDS = Unknown("it depends on the input size, which is not given")
"""Stands for `depending` until the layer's name is known."""


def depending(layer: Layer, name: str) -> Unknown:
    """The reason why a number is unknown: what a layer reads differs from input size to input size."""
    return Unknown(f"{layer.size_dependence} at '{name}' depends on the input size, which is not given")


MAX_PHASES = 500_000
"""Phases that are followed along one axis, so that long periods in deep networks cost no time."""

TOO_MANY = Unknown(f"the fields of all layers together have more than {MAX_PHASES} phases, more than are followed")


class LayerReader:
    """What layers read along one axis, each worked out once for each size of its input."""

    def __init__(self, graph: Graph, sizes: AxisSizes) -> None:
        self.graph, self.sizes = graph, sizes
        self._known: dict[object, Reads | tuple[Reads, ...] | Unknown | None] = {}
        self._left = MAX_PHASES

    def reads(self, number: int, layer: Layer) -> Reads | tuple[Reads, ...] | Unknown | None:
        """Reads at all input sizes, one for each where they differ, or None where only a global path is left."""
        found = self._found(number, layer)
        if found is DEPENDS:
            return depending(layer, self.graph.labels[number])
        return found

    def _found(self, number: int, layer: Layer) -> Reads | tuple[Reads, ...] | Unknown | None:
        sizes = self.sizes
        if not layer.needs_size:
            key: object = id(layer)
            if key not in self._known:
                self._known[key] = self._made(layer, 0, None)
            return self._known[key]
        source, like = self.graph.sources[number][0], self.graph.likes[number]
        repeats = sizes.beyond.get(number)
        if repeats is not None:
            return Unknown(f"{layer.size_dependence} repeats only every {repeats} input samples: give the input size")
        if sizes.single is not None:
            return self._at(layer, sizes.single[source], None if like is None else sizes.single[like])
        tried = sizes.tried[source]
        others = None if like is None else sizes.tried[like]
        key = (id(layer), id(tried), id(others))
        if key not in self._known:
            self._known[key] = self._at_each(layer, tried, others or (None,) * len(tried))
        return self._known[key]

    def _at_each(
        self, layer: Layer, sizes: Sequence[int], likes: Sequence[int | None]
    ) -> Reads | tuple[Reads, ...] | Unknown | None:
        """What a layer reads at several input sizes: one answer where all agree."""
        found = []
        for n, like in zip(sizes, likes, strict=True):
            reads = self._at(layer, n, like)
            if isinstance(reads, Unknown):
                return reads
            if reads is not None:
                found.append(reads)
        return None if not found else found[0] if len(set(found)) == 1 else tuple(found)

    def _at(self, layer: Layer, n: int, like: int | None) -> Reads | Unknown | None:
        key = (id(layer), n, like)
        if key not in self._known:
            self._known[key] = self._made(layer, n, like)
        return self._known[key]  # type: ignore[return-value]

    def _made(self, layer: Layer, n: int, like: int | None) -> Reads | Unknown | None:
        if self._left < 0:
            return None if layer.whole(self.sizes.axis, training=False) is Whole.ONLY else TOO_MANY
        reads = _reads(layer, self.sizes.axis, n, like)
        if isinstance(reads, Reads) and len(reads.phases) > 1:
            self._left -= len(reads.phases)
        return reads


def _reads(layer: Layer, axis: int, n: int, like: int | None) -> Reads | Unknown | None:
    """What a layer reads, unknown where it depends on an unknown size; None where no local path is left."""
    if layer.silent or layer.whole(axis, training=False) is Whole.ONLY:
        return None
    if is_unstated(max(n, like or 0)):
        return Unknown(f"{layer.size_dependence} depends on a size that is not known")
    try:
        reads = layer.reads(axis, n, like)
    except PeriodTooLong as error:
        return DEPENDS if is_large(max(n, like or 0)) else too_long(error)
    if is_large(max(n, like or 0)) and isinstance(reads, Reads) and _large(reads):
        return DEPENDS
    return reads


def _large(reads: Reads) -> bool:
    """Whether an unknown size decides more than where the origin's samples are counted from."""
    return is_large(reads.shift) or any(is_large(taps[1] - taps[0]) for taps in reads.phases if taps)


LATE = "the field repeats only every"


def too_long(error: PeriodTooLong) -> Unknown:
    """The reason why a field that repeats too late is not followed."""
    return Unknown(f"{LATE} {error.period} outputs, more than are followed")


BROADCAST = Reads(0, ((0, 0, 1),))
"""Every output reads input 0."""


def broadcast(sizes: AxisSizes, number: int, source: int) -> bool:
    """Whether a merge reads the only sample of a wholly global map at all outputs."""
    return sizes.wholly[source] and sizes.known[source] == 1 and sizes.known[number] != 1


class _Known:
    """What was asked of a reading before: those who look at many outputs ask the same of each layer again."""

    __slots__ = ("below", "borders", "sees")

    def __init__(self) -> None:
        self.below: dict[int, list[tuple[int, Reads]] | Unknown] = {}
        self.sees: dict[int, int] = {}
        self.borders: dict[tuple[int, int], Border | None] = {}


class Reading:
    """The local paths from one origin along one axis, edge by edge."""

    def __init__(self, graph: Graph, sizes: AxisSizes, origin: int) -> None:
        self.graph, self.sizes, self.origin = graph, sizes, origin
        self._reader = LayerReader(graph, sizes)
        self.local = [False] * len(graph.layers)
        """For each layer whether a local path leads to it."""
        self.sources: list[tuple[int, ...]] = [()] * len(graph.layers)
        """For each layer the inputs by which local paths lead to it; an input given twice stands twice."""
        self._known = _Known()
        self.local[origin] = True
        for number in graph.order:
            if number != origin:
                self.sources[number] = self._open(number)
                self.local[number] = bool(self.sources[number])

    def reads(self, number: int) -> Reads | tuple[Reads, ...] | Unknown | None:
        """What a layer reads of its input, as `LayerReader` has it."""
        layer = self.graph.layers[number]
        return None if layer is None else self._reader.reads(number, layer)

    def narrowed(self, local: list[bool], sources: list[tuple[int, ...]]) -> Reading:
        """The same axis with fewer paths."""
        found = Reading.__new__(Reading)
        found.graph, found.sizes, found.origin, found._reader = self.graph, self.sizes, self.origin, self._reader
        found.local, found.sources, found._known = local, sources, _Known()
        return found

    def _open(self, number: int) -> tuple[int, ...]:
        """Inputs of a layer with a local path on which the layer reads locally."""
        layer, sources = self.graph.layers[number], self.graph.sources[number]
        if layer is not None and layer.slides:
            sources = sources[:1]
        if layer is None or not (layer.merge or self._reader.reads(number, layer) is not None):
            return ()
        if all(self.local[source] for source in sources):
            return sources
        return tuple(source for source in sources if self.local[source])

    @staticmethod
    def reads_of(graph: Graph, sizes: AxisSizes, number: int) -> Reads | None:
        """What a layer reads along an axis by itself; None where that depends on the input size, or is everything."""
        layer = graph.layers[number]
        found = None if layer is None else LayerReader(graph, sizes).reads(number, layer)
        return found if isinstance(found, Reads) else None

    def reads_of_taps(self, number: int, places: Sequence[int]) -> Reads:
        """What a layer whose reads are known reads along the axis with the taps at some places of its kernel only."""
        layer, source, sizes = self.graph.layers[number], self.graph.sources[number][0], self.sizes
        assert layer is not None, "an input has nothing below"
        n = 0
        if layer.needs_size:
            n = sizes.single[source] if sizes.single is not None else sizes.tried[source][0]
        return layer.reads_of(sizes.axis, places, n)

    def below(self, number: int, sources: Iterable[int] | None = None) -> list[tuple[int, Reads]] | Unknown:
        """What a layer reads of each of `sources`, by default of each input with a local path; an input given twice
        stands twice. Unknown where a size is missing."""
        if sources is not None:
            return self._below(number, sources)
        known = self._known.below
        if number not in known:
            known[number] = self._below(number, self.sources[number])
        return known[number]

    def _below(self, number: int, sources: Iterable[int]) -> list[tuple[int, Reads]] | Unknown:
        layer = self.graph.layers[number]
        found: list[tuple[int, Reads]] = []
        for source in sources:
            assert layer is not None, "an input has nothing below"
            reads = IDENTITY_READS if layer.merge else self._reader.reads(number, layer)
            if layer.merge and broadcast(self.sizes, number, source):
                reads = BROADCAST
            if isinstance(reads, tuple):
                return depending(layer, self.graph.labels[number])
            if isinstance(reads, Unknown):
                return reads
            assert reads is not None, "a local path goes through"
            found.append((source, reads))
        return found

    @cached_property
    def same(self) -> list[int]:
        """For each layer the first one whose map it is again along the axis, of a known size: those between pass it on
        as it is."""
        found, sizes = list(range(len(self.graph.layers))), self.sizes.known
        for number in self.graph.order:
            if number == self.origin or len(self.sources[number]) != 1 or self.side(number) != NEITHER:
                continue
            below = self.below(number)
            if isinstance(below, Unknown):
                continue
            ((source, reads),) = below
            kept = isinstance(sizes[number], int) and sizes[number] == sizes[source]
            if kept and reads is IDENTITY_READS and self.border(number, source) is None:
                found[number] = found[source]
        return found

    def side(self, number: int) -> int:
        """On which side of its local field alone a layer sees everything: `BEFORE`, `AFTER`, or `NEITHER`."""
        found = self._sees(number)
        return found if found in (BEFORE, AFTER) else NEITHER

    def beside(self, number: int) -> bool:
        """Whether a layer sees everything on both sides of its local field."""
        return self._sees(number) == BOTH

    def _sees(self, number: int) -> int:
        known = self._known.sees
        if number not in known:
            layer = self.graph.layers[number]
            known[number] = NEITHER if layer is None else layer.sees(self.sizes.axis, training=False)
        return known[number]

    def border(self, number: int, source: int) -> Border | None:
        """What a layer reads beside the map of its input, where that is the map again; None where it reads nothing."""
        known = self._known.borders
        if (number, source) not in known:
            layer, n = self.graph.layers[number], self.sizes.known[source]
            if layer is None or isinstance(n, Unknown) or is_unstated(n):
                known[number, source] = None
            else:
                known[number, source] = layer.border(self.sizes.axis, n)
        return known[number, source]


def let_go(found: MutableMapping[int, T], readers: MutableMapping[int, int], sources: Iterable[int]) -> None:
    """Forgets what was found of a layer's sources, which it has read, unless others are still to read them: `readers`
    says how many."""
    for source in sources:
        readers[source] -= 1
        if not readers[source]:
            found.pop(source, None)


def readings(graph: Graph, origin: int) -> list[Reading]:
    """The local paths along each axis."""
    return graph.per_axis(lambda axis: Reading(graph, graph.axes[axis], origin))


def sizes_of(readings: Sequence[Reading], number: int) -> list[int] | Unknown:
    """The size of a layer's map along each axis; unknown where one is."""
    found = []
    for one in readings:
        n = one.sizes.known[number]
        if isinstance(n, Unknown):
            return n
        found.append(n)
    return found
