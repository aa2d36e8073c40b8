"""The effective receptive field (Luo, Li, Urtasun & Zemel 2016): how much each sample of the region counts.

With independent weights of mean 0 the gradients along different paths are uncorrelated, so their energies add: the
expected squared gradient of an output is pushed down the graph, each layer spreading it over its taps. A convolution
spreads it evenly, so that n plain layers make the n-fold convolution of a box.

Along one axis the energy is summed over the other axes. Where a merge joins paths and some of them are interpolated,
that takes both axes at once: the profiles are the sums of the map. In three dimensions, and in regions too large for a
map, the other axes of interpolations then count by their average over all outputs. Doubles throughout; only positive
numbers are added, so the relative error of each value is at most the number of additions times 2^-53. Paths that are
global along an axis take no part.
"""

from __future__ import annotations

import math
from operator import add

from rfcli.engine.locate import Locator
from rfcli.engine.reading import Reading
from rfcli.engine.report import NoAnswer
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS, even
from rfcli.layers.merges import Merge
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeVar

    from rfcli.engine.report import Report
    from rfcli.graph.graph import Graph
    from rfcli.graph.sizes import AxisSizes
    from rfcli.layers._layer import Layer

    T = TypeVar("T")

HELD = 0.9545
"""The share of a normal distribution within two standard deviations, which the effective size holds."""
MAX_WORK = 50_000_000
"""Taps that are followed and energies that are added; known before any is."""
MAX_MAP_WORK = 32_000_000
"""The same for a map, in which an energy takes about 60 ns."""
MOST_ENERGIES = 3_500_000
"""Energies of one map, which takes 32 bytes for each and is there several times at once."""


class Profile(Value):
    """The distribution of gradient energy over the region of one output, along one axis, from sample `first` on."""

    first: int
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean position in the region, counted from its first sample."""
        return math.fsum(i * value for i, value in enumerate(self.values))

    @property
    def std(self) -> float:
        """Standard deviation in samples of the origin."""
        mean = self.mean
        return math.sqrt(math.fsum((i - mean) ** 2 * value for i, value in enumerate(self.values)))

    @property
    def effective_size(self) -> int:
        """Samples of the shortest run that holds 95.45 % of the energy."""
        held, start, shortest = 0.0, 0, len(self.values)
        for end, value in enumerate(self.values):
            held += value
            while held - self.values[start] >= HELD:
                held -= self.values[start]
                start += 1
            if held >= HELD:
                shortest = min(shortest, end - start + 1)
        return shortest

    @property
    def ratio(self) -> float:
        """Effective size by the size of the region."""
        return self.effective_size / len(self.values)

    @property
    def gaussian_distance(self) -> float:
        """Total variation distance to the normal distribution of the same mean and deviation, over the region."""
        mean, std = self.mean, self.std
        if not std:
            return 0.0
        normal = [math.exp(-(((i - mean) / std) ** 2) / 2) for i in range(len(self.values))]
        total = math.fsum(normal)
        return math.fsum(abs(value - other / total) for value, other in zip(self.values, normal, strict=True)) / 2


def profiles(report: Report, layer: str) -> list[Profile]:
    """The profile of the central output of a layer along every axis. Raises `NoAnswer` where there is none."""
    locator = Locator(report, layer)
    ways = _ways(locator)
    if len(ways) == 2 and _coupled(locator, ways):
        summed = _sums(locator, ways)
        if summed:
            return summed
    return locator.graph.per_axis(lambda axis: _profile(locator, ways, axis))


def _ways(locator: Locator) -> list[Reading]:
    """The paths along each axis, without those that are global along any. Raises `NoAnswer` where none is left."""
    graph, readings = locator.graph, locator.readings
    local = [False] * len(graph.layers)
    sources: list[tuple[int, ...]] = [()] * len(graph.layers)
    local[locator.origin] = True
    for number in graph.order:
        if number != locator.origin and all(reading.sources[number] for reading in readings):
            sources[number] = tuple([source for source in readings[0].sources[number] if local[source]])
            local[number] = bool(sources[number])
    if not local[locator.number]:
        raise NoAnswer(f"'{locator.layer}' sees the whole map along a global path only")
    return graph.per_axis(lambda axis: readings[axis].narrowed(local, sources))


def _coupled(locator: Locator, ways: list[Reading]) -> bool:
    """Whether energies of one axis depend on the place along another: on the way to a merge, or to a mask whose taps
    are no box, lies a layer that passes on unlike energies from output to output."""
    graph = locator.graph
    merged: set[int] = set()
    above = set(graph.upstream(locator.number))
    for at in reversed(graph.order):
        layer = graph.layers[at]
        masked = layer is not None and layer.joint is not None
        if at in above and (at in merged or masked or len(graph.sources[at]) > 1):
            merged.update(graph.sources[at])
            merged.update((at,) if masked else ())
    for way in ways:
        for at in merged:
            layer = graph.layers[at]
            if layer is None or layer.merge or not way.local[at]:
                continue
            reads = Reading.reads_of(graph, way.sizes, at)
            if reads is not None and len(reads.phases) > 1:
                totals = list(map(math.fsum, _energies(graph, way.sizes, at, reads)))
                if max(totals) - min(totals) > UNLIKE * max(totals):
                    return True
    return False


UNLIKE = 1e-9
"""Energies are unlike where they differ by more than this share of the larger one; rounding adds far less."""


def _central(locator: Locator, axis: int) -> int:
    """The central output along an axis, output 0 of a map of unknown size."""
    n = locator.graph.axes[axis].known[locator.number]
    return 0 if isinstance(n, Unknown) else n // 2


def _region(locator: Locator, axis: int) -> tuple[int, int] | None:
    """The region of the central output along an axis."""
    return locator.region_at([_central(locator, one) for one in locator.axes], axis)


def _over(region: tuple[int, int], low: int, values: Sequence[T], none: T) -> tuple[T, ...]:
    """What a region has, of values of which the first lies at sample `low`; `none` where there is no value."""
    first, size = region[0], region[1] - region[0] + 1
    kept = values[max(first - low, 0) : max(first + size - low, 0)]
    before = (none,) * min(max(low - first, 0), size)
    return (*before, *kept, *(none,) * (size - len(before) - len(kept)))


def _sums(locator: Locator, ways: list[Reading]) -> list[Profile]:
    """The profiles as sums of the map; none where that is too large, or does not exist."""
    try:
        found = _map(locator, ways)
    except NoAnswer:
        return []
    sums = map(math.fsum, found.rows), map(math.fsum, zip(*found.rows, strict=True))
    return [Profile(first, tuple(values)) for first, values in zip(found.first, sums, strict=True)]


def _profile(locator: Locator, ways: list[Reading], axis: int) -> Profile:
    """The profile along one axis: a map of one row, and the other axes by their gains."""
    o = _central(locator, axis)
    region = locator.region(axis, o)
    shares = _shares(locator, (ways[axis],), (o,))
    if region is None or shares is None:
        raise NoAnswer(f"the central output of '{locator.layer}' reads nothing")
    # At the ends of large regions energies may be too small for a double: they are 0 there.
    return Profile(region[0], _over(region, shares.first[1], shares.rows[0], 0.0))


class Map(Value):
    """The distribution of gradient energy over the region of one output of a 2-D network: rows from sample `first[0]`
    of the first axis on, values from sample `first[1]` of the second."""

    first: tuple[int, int]
    rows: tuple[tuple[float, ...], ...]


def energy_map(report: Report, layer: str) -> Map:
    """The map of the central output of a layer. Raises `NoAnswer` for other than two axes, and for large regions."""
    locator = Locator(report, layer)
    if len(locator.readings) != 2:
        raise NoAnswer(f"a map is for networks of two axes, this one has {len(locator.readings)}")
    return _map(locator, _ways(locator))


def _map(locator: Locator, ways: list[Reading]) -> Map:
    """The map of the central output along the paths of two axes. Raises `NoAnswer`."""
    shares = _shares(locator, ways, [_central(locator, axis) for axis in range(2)])
    down, across = (_region(locator, axis) for axis in range(2))
    if shares is None or down is None or across is None:
        raise NoAnswer(f"the central output of '{locator.layer}' reads nothing")
    # Paths that lead nowhere reach further than the region, and have no energy there.
    rows = _over(down, shares.first[0], shares.rows, [0.0] * len(shares.rows[0]))
    return Map((down[0], across[0]), tuple([_over(across, shares.first[1], row, 0.0) for row in rows]))


class Area(Value):
    """Energies of a rectangle of samples, as multiples of 2^exponent: rows from sample `first[0]` of one axis on,
    values from sample `first[1]` of the other."""

    first: tuple[int, int]
    rows: list[list[float]]
    exponent: int = 0

    def plus(self, other: Area) -> Area:
        """The sum, over the smallest rectangle that holds both."""
        if self.exponent < other.exponent:
            return other.plus(self)
        low = min(self.first[0], other.first[0]), min(self.first[1], other.first[1])
        height = max(one.first[0] + len(one.rows) for one in (self, other)) - low[0]
        width = max(one.first[1] + len(one.rows[0]) for one in (self, other)) - low[1]
        scale = math.ldexp(1.0, other.exponent - self.exponent)
        rows, above = [], self.first[0] - low[0]
        for y in range(height):
            inside = above <= y < above + len(self.rows)
            rows.append(_widened(self.rows[y - above], self.first[1] - low[1], width) if inside else [0.0] * width)
        start = other.first[1] - low[1]
        for y, row in enumerate(other.rows, other.first[0] - low[0]):
            kept, end = rows[y], start + len(row)
            more = row if scale == 1 else [scale * value for value in row]
            rows[y] = [*kept[:start], *map(add, kept[start:end], more), *kept[end:]]
        return Area(low, rows, self.exponent)

    def times(self, gain: float) -> Area:
        """All energies times a gain."""
        return self if gain == 1 else self.replaced(rows=[[gain * value for value in row] for row in self.rows])

    def in_range(self) -> Area:
        """The same energies with an exponent at which none overflows and the largest does not vanish."""
        most = max(map(max, self.rows))
        if not most or TINY < most < 1 / TINY:
            return self
        by = math.frexp(most)[1]
        rows = [[math.ldexp(value, -by) for value in row] for row in self.rows]
        return Area(self.first, rows, self.exponent + by)


def _widened(row: list[float], start: int, width: int) -> list[float]:
    """A row of that width in which another begins at `start`; the other itself where it is all."""
    return row if len(row) == width else [0.0] * start + row + [0.0] * (width - start - len(row))


TINY = 1e-100


class Step(Value):
    """One edge on the way down: from a layer to what it takes, what is read of it along each axis, and the gain."""

    at: int
    source: int
    reads: tuple[Reads, ...]
    gain: float


def _shares(locator: Locator, ways: Sequence[Reading], place: Sequence[int]) -> Area | None:
    """The share of each sample of the origin in the energy of one output, along the axes of `ways`; along a single one
    the first row has all. None where the output reads nothing. Raises `NoAnswer`."""
    steps = list(_foreseen(locator, ways, place))
    needed = {locator.number: Area((0, place[0]) if len(ways) == 1 else (place[0], place[1]), [[1.0]])}
    at = locator.number
    for step in steps:
        if step.at != at:
            needed.pop(at)
            at = step.at
            needed[at] = needed[at].in_range()
        more = _through(ways, step, needed[at])
        known = needed.get(step.source)
        needed[step.source] = more if known is None else known.plus(more)
    found = needed.get(locator.origin)
    total = 0.0 if found is None else math.fsum(map(math.fsum, found.rows))
    if found is None or not total:
        return None
    return Area(found.first, [[value / total for value in row] for row in found.rows])


def _foreseen(locator: Locator, ways: Sequence[Reading], place: Sequence[int]) -> Iterator[Step]:
    """The edges on the way down, each layer's together. Raises `NoAnswer` where a size is missing, or as soon as all
    that is to be added is more than `MAX_WORK`."""
    graph, work, most = locator.graph, 0, MAX_WORK if len(ways) == 1 else MAX_MAP_WORK
    spans = {locator.number: [(o, o) for o in place]}
    for at in graph.order[graph.order.index(locator.number) :: -1]:
        if at not in spans or at == locator.origin:
            continue
        here = spans.pop(at)
        below = [way.below(at) for way in ways]
        for read in below:
            if isinstance(read, Unknown):
                raise NoAnswer(f"the {'profile' if len(ways) == 1 else 'map'} is not known: {read.reason}")
        for edges, gain in zip(zip(*below, strict=True), _gains(ways[0], at), strict=True):
            source, reads = edges[0][0], tuple([read for _, read in edges])
            there: list[tuple[int, int]] = []
            left = math.prod(high - low + 1 for low, high in here)
            for (low, high), read in zip(here[::-1], reads[::-1], strict=True):  # the last axis is spread first
                reach, taps = _reach(read, low, high)
                there.insert(0, reach)
                if taps > 1 or reach != (low, high):
                    others, size = left // (high - low + 1), reach[1] - reach[0] + 1
                    work += left * (taps + 1) + others * size
                    left = others * size
            area = max(left, math.prod(high - low + 1 for low, high in here))
            known = spans.get(source)
            if known is not None:
                there = [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(known, there, strict=True)]
                work += math.prod(b - a + 1 for a, b in there)
            layer = graph.layers[at]
            if len(ways) == 2 and layer is not None and layer.joint is not None:
                work += area * len(layer.joint)
            if work > most or area > MOST_ENERGIES:
                raise _too_large("profile" if len(ways) == 1 else "map")
            spans[source] = there
            yield Step(at, source, reads, gain * _other_axes(ways, at))


def _too_large(what: str) -> NoAnswer:
    return NoAnswer(f"the region is too large for its {what}: ask for an earlier layer (--layer), of a smaller field")


def _reach(reads: Reads, low: int, high: int) -> tuple[tuple[int, int], int]:
    """The first and the last input that some outputs reach, and no fewer taps than any of them has."""
    period, firsts, lasts, most = len(reads.phases), [], [], 0
    for phase, taps in enumerate(reads.phases):
        first, last = low + (phase - low) % period, high - (high - phase) % period
        if taps is not None and first <= high:
            firsts.append(taps[0] + first // period * reads.shift)
            lasts.append(taps[1] + last // period * reads.shift)
            most = max(most, (taps[1] - taps[0]) // taps[2] + 1)
    return (min(firsts), max(lasts)) if firsts else (low, low), most


def _gains(way: Reading, at: int) -> list[float]:
    """What each local input of a merge receives; 1 for other layers."""
    layer, sources = way.graph.layers[at], way.graph.sources[at]
    if not isinstance(layer, Merge):
        return [1.0]
    gains = layer.gains(way.graph.widths(at))
    return [gain for source, gain in zip(sources, gains, strict=True) if way.local[source]]


def _other_axes(ways: Sequence[Reading], at: int) -> float:
    """The gain of a layer along all axes that are not followed, on average over its phases."""
    graph, gain = ways[0].graph, 1.0
    layer = graph.layers[at]
    if layer is None or layer.merge or len(ways) == len(graph.axes):
        return gain
    for axis, sizes in enumerate(graph.axes):
        if axis == ways[0].sizes.axis:
            continue
        reads = Reading.reads_of(graph, sizes, at)
        if reads is not None and reads is not IDENTITY_READS:
            energies = _energies(graph, sizes, at, reads)
            gain *= math.fsum(map(math.fsum, energies)) / len(energies)
    return gain


def _energies(graph: Graph, sizes: AxisSizes, at: int, reads: Reads) -> Sequence[Sequence[float]]:
    """What a layer passes on to each of its taps along an axis, phase by phase."""
    layer = graph.layers[at]
    assert layer is not None, "an input has nothing below"
    if sum((last - first) // step + 1 for first, last, step in filter(None, reads.phases)) > MAX_WORK:
        raise _too_large("profile")
    known, like = sizes.known, graph.likes[at]
    # Sizes are unknown here only for layers that ask for none.
    n, m = known[graph.sources[at][0]], None if like is None else known[like]
    return layer.energy(sizes.axis, reads, 0 if isinstance(n, Unknown) else n, None if isinstance(m, Unknown) else m)


def _through(ways: Sequence[Reading], step: Step, area: Area) -> Area:
    """The energies of a layer's outputs spread over its taps along all axes that are followed."""
    low, rows = area.first, area.rows
    layer = ways[0].graph.layers[step.at]
    if len(ways) == 2 and layer is not None and layer.joint is not None:
        return _through_mask(ways, step, layer, area)
    if step.reads[-1] is not IDENTITY_READS:
        spread = _Spread(ways[-1], step.at, step.reads[-1], low[1], len(rows[0]))
        low, rows = (low[0], spread.first), [spread.of(row) for row in rows]
    if len(ways) == 2 and step.reads[0] is not IDENTITY_READS:
        spread = _Spread(ways[0], step.at, step.reads[0], low[0], len(rows))
        low, rows = (spread.first, low[1]), spread.of_rows(rows)
    return Area(low, rows, area.exponent).times(step.gain)


def _through_mask(ways: Sequence[Reading], step: Step, layer: Layer, area: Area) -> Area:
    """The same for taps that are no box: row by row of the kernel, each tap that is left with the same share."""
    assert layer.joint is not None, "there is a mask"
    by_row: dict[int, list[int]] = {}
    for row, column in layer.joint:
        by_row.setdefault(row, []).append(column)
    found: Area | None = None
    for row, places in by_row.items():
        reads = ways[0].reads_of_taps(step.at, [row]), ways[1].reads_of_taps(step.at, places)
        across = _Spread(ways[1], step.at, reads[1], area.first[1], len(area.rows[0]), even(reads[1]))
        rows = [across.of(row) for row in area.rows]
        along = _Spread(ways[0], step.at, reads[0], area.first[0], len(rows), even(reads[0]))
        made = Area((along.first, across.first), along.of_rows(rows), area.exponent)
        found = made if found is None else found.plus(made)
    assert found is not None, "a mask leaves taps"
    return found.times(step.gain * layer.tap_energy)


class _Spread:
    """How a layer spreads the energies of `count` outputs, the first of them `low`, over its taps along an axis; with
    `energies` in other shares than its own."""

    def __init__(
        self, way: Reading, at: int, reads: Reads, low: int, count: int, energies: Sequence[Sequence[float]] = ()
    ) -> None:
        self.reads, self.low = reads, low
        self.energies = energies or _energies(way.graph, way.sizes, at, reads)
        (self.first, self.last), _ = _reach(reads, low, low + count - 1)

    def of(self, values: Sequence[float]) -> list[float]:
        """The energies of inputs, from input `first` on."""
        shift, found = self.reads.shift, [0.0] * (self.last - self.first + 1)
        for phase, start, alike in self._phases(values):
            if shift < 1:
                whole = math.fsum(alike)
                for place, share in self._taps(phase, start):
                    found[place] += share * whole
                continue
            scaled, of = alike, 1.0
            for place, share in self._taps(phase, start):
                if share != of:
                    scaled, of = [share * value for value in alike], share
                places = slice(place, place + (len(alike) - 1) * shift + 1, shift)
                found[places] = list(map(add, found[places], scaled))
        return found

    def of_rows(self, values: list[list[float]]) -> list[list[float]]:
        """The same for rows of energies, one for each output: those of inputs, from input `first` on."""
        shift = self.reads.shift
        found: list[list[float] | None] = [None] * (self.last - self.first + 1)
        for phase, start, alike in self._phases(values):
            if shift < 1:
                alike = [list(map(math.fsum, zip(*alike, strict=True)))]
            scaled, of = alike, 1.0
            for place, share in self._taps(phase, start):
                if share != of:
                    scaled, of = [[share * value for value in row] for row in alike], share
                for at, row in enumerate(scaled):
                    known = found[place + at * shift]
                    found[place + at * shift] = row if known is None else list(map(add, known, row))
        return [[0.0] * len(values[0]) if row is None else row for row in found]

    def _phases(self, values: Sequence[T]) -> Iterator[tuple[int, int, Sequence[T]]]:
        """The phases that read anything: their number, where in what is found their first tap lies, and the values of
        their outputs."""
        period = len(self.reads.phases)
        for offset in range(min(period, len(values))):
            turn, phase = divmod(self.low + offset, period)
            taps = self.reads.phases[phase]
            if taps is not None:
                yield phase, taps[0] + turn * self.reads.shift - self.first, values[offset::period]

    def _taps(self, phase: int, start: int) -> Iterator[tuple[int, float]]:
        """Where the taps of a phase lie, and the share of each."""
        taps = self.reads.phases[phase]
        assert taps is not None, "the phase reads something"
        for tap, share in enumerate(self.energies[phase]):
            yield start + tap * taps[2], share
