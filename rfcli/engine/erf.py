"""The effective receptive field (Luo, Li, Urtasun & Zemel 2016): how much each sample of the region counts.

With independent weights of mean 0 the gradients along different paths are uncorrelated, so their energies add: the
expected squared gradient of an output is pushed down the graph, each layer spreading it over its taps. A convolution
spreads it evenly, so that n plain layers make the n-fold convolution of a box.

Along one axis the energy is summed over the other axes. Where a merge joins paths of which some are interpolated,
that takes both axes at once: the profiles are the sums of the map. In three dimensions, and in regions too large for
a map, the other axes of interpolations then count by their average over all outputs. Doubles throughout; only
positive numbers are added, so the relative error of each value is at most the number of additions times 2^-53.
"""

from __future__ import annotations

import math

from rfcli.engine.locate import Locator
from rfcli.engine.reading import Reading
from rfcli.engine.report import NoAnswer
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS
from rfcli.layers.merges import Merge
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rfcli.engine.report import Report

    Area = tuple[tuple[int, int], list[list[float]]]
    """Energies of a rectangle of samples: the first sample of each axis, and rows."""

HELD = 0.9545
"""The share of a normal distribution within two standard deviations, which the effective size holds."""
MAX_WORK = 60_000_000
"""Taps that are followed."""


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
    if len(report.graph.axes) == 2 and _coupled(report, locator):
        summed = _sums(report, layer, locator)
        if summed:
            return summed
    return report.graph.per_axis(lambda axis: _profile(report, locator, axis))


def _coupled(report: Report, locator: Locator) -> bool:
    """Whether energies of one axis depend on the place along another: on the way to a merge lies a layer that passes
    on unlike energies from output to output."""
    graph = report.graph
    merged: set[int] = set()
    above = set(graph.upstream(locator.number))
    for at in reversed(graph.order):
        if at in above and (at in merged or len(graph.sources[at]) > 1):
            merged.update(graph.sources[at])
    for reading in locator.readings:
        pushed = _Pushed(reading, reading.sizes.axis)
        for at in merged:
            layer = graph.layers[at]
            if layer is None or layer.merge or not reading.local[at]:
                continue
            reads = Reading.reads_of(graph, reading.sizes, at)
            if reads is not None and len(reads.phases) > 1:
                totals = list(map(math.fsum, pushed.energies(at, reading.sizes.axis, reads)))
                if max(totals) - min(totals) > UNLIKE * max(totals):
                    return True
    return False


UNLIKE = 1e-9
"""By how much of the larger one energies differ that are not alike; what rounding adds is far below."""


def _central(report: Report, locator: Locator, axis: int) -> int:
    """The central output along an axis, output 0 of a map of unknown size."""
    n = report.graph.axes[axis].known[locator.number]
    return 0 if isinstance(n, Unknown) else n // 2


def _over(region: tuple[int, int], low: int, values: Iterable[float]) -> Profile:
    """The profile with a value for every sample of a region, of shares of which the first lies at `low`."""
    inside = dict(enumerate(values, low))
    return Profile(region[0], tuple(inside.get(place, 0.0) for place in range(region[0], region[1] + 1)))


def _sums(report: Report, layer: str, locator: Locator) -> list[Profile]:
    """The profiles as sums of the map; none where that is too large, or does not exist."""
    try:
        found = energy_map(report, layer)
    except NoAnswer:
        return []
    profiles = []
    for axis, values in enumerate((map(math.fsum, found.rows), map(math.fsum, zip(*found.rows, strict=True)))):
        region = locator.region(axis, _central(report, locator, axis))
        assert region is not None, "the map is not empty"
        profiles.append(_over(region, found.first[axis], values))
    return profiles


def _profile(report: Report, locator: Locator, axis: int) -> Profile:
    reading = locator.readings[axis]
    if not reading.local[locator.number]:
        raise NoAnswer(f"'{locator.layer}' sees the whole map along a global path only")
    o = _central(report, locator, axis)
    region = locator.region(axis, o)
    low, values = _Pushed(reading, axis).down(locator.number, o)
    total = math.fsum(values)
    if region is None or not total:
        raise NoAnswer(f"the central output of '{locator.layer}' reads nothing")
    # At the ends of large regions energies may be too small for a double: they are 0 there.
    return _over(region, low, (value / total for value in values))


class Map(Value):
    """The distribution of gradient energy over the region of one output of a 2-D network: rows from sample `first[0]`
    of the first axis on, values from sample `first[1]` of the second."""

    first: tuple[int, int]
    rows: tuple[tuple[float, ...], ...]


def energy_map(report: Report, layer: str) -> Map:
    """The map of the central output of a layer. Raises `NoAnswer` for other than two axes, and for large regions."""
    locator = Locator(report, layer)
    graph = report.graph
    if len(graph.axes) != 2:
        raise NoAnswer(f"a map is for networks of two axes, this one has {len(graph.axes)}")
    if not all(reading.local[locator.number] for reading in locator.readings):
        raise NoAnswer(f"'{layer}' sees the whole map along a global path only")
    place = [_central(report, locator, axis) for axis in range(2)]
    pushed = [_Pushed(reading, axis) for axis, reading in enumerate(locator.readings)]
    needed: dict[int, Area] = {locator.number: ((place[0], place[1]), [[1.0]])}
    for at in graph.order[graph.order.index(locator.number) :: -1]:
        if at not in needed or at == locator.origin:
            continue
        area = needed.pop(at)
        along = [one.reading.below(at) for one in pushed]
        for read in along:
            if isinstance(read, Unknown):
                raise NoAnswer(f"the map is not known: {read.reason}")
        pairs = zip(*along, pushed[0].gains(at), strict=True)  # type: ignore[arg-type]
        for (source, down), (_, across), gain in pairs:
            needed[source] = _area_sum(needed.get(source), _area_through(pushed, at, down, across, area, gain))
        most = max((max(map(max, rows)) for _, rows in needed.values()), default=1.0)
        if most and not TINY < most < 1 / TINY:
            needed = {
                at: (low, [[value / most for value in row] for row in rows]) for at, (low, rows) in needed.items()
            }
    low, rows = needed.get(locator.origin, ((0, 0), [[0.0]]))
    total = math.fsum(map(math.fsum, rows))
    if not total:
        raise NoAnswer(f"the central output of '{layer}' reads nothing")
    return Map(low, tuple(tuple(value / total for value in row) for row in rows))


def _area_through(pushed: list[_Pushed], at: int, down: Reads, across: Reads, area: Area, gain: float) -> Area:
    """The energies of a layer's outputs spread over its taps along both axes."""
    low, rows = area
    if across is not IDENTITY_READS:
        spread = [pushed[1].spread(at, 1, across, low[1], row) for row in rows]
        low, rows = (low[0], spread[0][0]), [row for _, row in spread]
    if down is not IDENTITY_READS:
        columns = [pushed[0].spread(at, 0, down, low[0], list(column)) for column in zip(*rows, strict=True)]
        low, rows = (columns[0][0], low[1]), [list(row) for row in zip(*(column for _, column in columns), strict=True)]
    return low, rows if gain == 1 else [[gain * value for value in row] for row in rows]


def _area_sum(known: Area | None, more: Area) -> Area:
    """The sum of two areas of energies."""
    if known is None:
        return more
    low = min(known[0][0], more[0][0]), min(known[0][1], more[0][1])
    ends = [
        max(start[0][axis] + (len(start[1]) if axis == 0 else len(start[1][0])) for start in (known, more))
        for axis in (0, 1)
    ]
    rows = [[0.0] * (ends[1] - low[1]) for _ in range(ends[0] - low[0])]
    for start, area in (known, more):
        for y, row in enumerate(area, start[0] - low[0]):
            target, first = rows[y], start[1] - low[1]
            for x, value in enumerate(row, first):
                target[x] += value
    return low, rows


class _Pushed:
    """Energies pushed down one axis."""

    def __init__(self, reading: Reading, axis: int) -> None:
        self.graph, self.reading, self.axis = reading.graph, reading, axis
        self.work = 0

    def down(self, number: int, o: int) -> tuple[int, list[float]]:
        """The energy at each sample of the origin for a unit of it at output `o`: the first sample, and the values."""
        graph, needed = self.graph, {number: (o, [1.0])}
        for at in graph.order[graph.order.index(number) :: -1]:
            if at not in needed or at == self.reading.origin:
                continue
            low, values = needed.pop(at)
            below = self.reading.below(at)
            if isinstance(below, Unknown):
                raise NoAnswer(f"the profile is not known: {below.reason}")
            gains = self.gains(at)
            for (source, reads), gain in zip(below, gains, strict=True):
                pushed = self._through(at, reads, low, values, gain)
                needed[source] = _added(needed.get(source), pushed)
            _kept_in_range(needed)
        return needed.get(self.reading.origin, (0, [0.0]))

    def gains(self, at: int) -> list[float]:
        """What each local input of a merge receives; 1 for other layers."""
        layer, sources = self.graph.layers[at], self.graph.sources[at]
        if not isinstance(layer, Merge):
            return [1.0]
        gains = layer.gains([self.graph.channels[source] for source in sources])
        return [gain for source, gain in zip(sources, gains, strict=True) if self.reading.local[source]]

    def _through(self, at: int, reads: Reads, low: int, values: list[float], gain: float) -> tuple[int, list[float]]:
        layer = self.graph.layers[at]
        assert layer is not None, "an input has nothing below"
        gain *= self._other_axes(at)
        if layer.merge or reads is IDENTITY_READS:
            return low, values if gain == 1 else [gain * value for value in values]
        first, found = self.spread(at, self.axis, reads, low, values)
        return first, found if gain == 1 else [gain * value for value in found]

    def spread(self, at: int, axis: int, reads: Reads, low: int, values: list[float]) -> tuple[int, list[float]]:
        """The energies of outputs, the first of them `low`, spread over the taps of a layer along an axis."""
        energies = self.energies(at, axis, reads)
        period = len(reads.phases)
        spans = [taps for taps in reads.phases if taps is not None]
        if not spans:
            return low, [0.0]
        turns = low // period, (low + len(values) - 1) // period
        first = min(taps[0] for taps in spans) + turns[0] * reads.shift
        last = max(taps[1] for taps in spans) + turns[1] * reads.shift
        self.work += len(values) * max(map(len, energies)) + last - first
        if self.work > MAX_WORK:
            raise NoAnswer("the region is too large for its profile")
        found = [0.0] * (last - first + 1)
        for place, value in enumerate(values, low):
            if not value:
                continue
            turn, phase = divmod(place, period)
            taps = reads.phases[phase]
            if taps is None:
                continue
            start = taps[0] + turn * reads.shift - first
            for number, share in enumerate(energies[phase]):
                found[start + number * taps[2]] += share * value
        return first, found

    def energies(self, at: int, axis: int, reads: Reads) -> Sequence[Sequence[float]]:
        """What a layer passes on to each of its taps along an axis, phase by phase."""
        layer = self.graph.layers[at]
        assert layer is not None, "an input has nothing below"
        if sum((last - first) // step + 1 for first, last, step in filter(None, reads.phases)) > MAX_WORK:
            raise NoAnswer("the region is too large for its profile")
        return layer.energy(axis, reads, *self._sizes(at, axis))

    def _sizes(self, at: int, axis: int) -> tuple[int, int | None]:
        """The sizes that a layer's energies may depend on; 0 where unknown, for layers that ask for none."""
        known, like = self.graph.axes[axis].known, self.graph.likes[at]
        n = known[self.graph.sources[at][0]]
        m = None if like is None else known[like]
        return 0 if isinstance(n, Unknown) else n, None if isinstance(m, Unknown) else m

    def _other_axes(self, at: int) -> float:
        """The gain of a layer along the other axes, on average over its phases."""
        layer, gain = self.graph.layers[at], 1.0
        if layer is None or layer.merge:
            return gain
        for axis, sizes in enumerate(self.graph.axes):
            if axis == self.axis:
                continue
            reads = Reading.reads_of(self.graph, sizes, at)
            if reads is not None and reads is not IDENTITY_READS:
                energies = self.energies(at, axis, reads)
                gain *= math.fsum(map(math.fsum, energies)) / len(energies)
        return gain


def _kept_in_range(needed: dict[int, tuple[int, list[float]]]) -> None:
    """Scales all energies alike before they overflow or vanish: only their shares count."""
    most = max((max(values) for _, values in needed.values()), default=1.0)
    if not most or TINY < most < 1 / TINY:
        return
    for at, (low, values) in needed.items():
        needed[at] = (low, [value / most for value in values])


TINY = 1e-100


def _added(known: tuple[int, list[float]] | None, more: tuple[int, list[float]]) -> tuple[int, list[float]]:
    """The sum of two energies."""
    if known is None:
        return more
    low = min(known[0], more[0])
    found = [0.0] * (max(known[0] + len(known[1]), more[0] + len(more[1])) - low)
    for start, values in (known, more):
        for place, value in enumerate(values, start - low):
            found[place] += value
    return low, found
