"""What every output of a map reads, as the first and the last sample along each axis: behind kernels with masks, and
behind merges of which some paths lead nowhere, where that is no product of what is read along the axes.

As along one axis (`hulls`), what an output reads is the hull of the hulls of its taps, so layers are folded from the
origin on, each a few minima and maxima of the lines of a map.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import product
from math import prod

from rfcli.engine.border import alive, reading_any
from rfcli.engine.hulls import NOWHERE, cost, read_line
from rfcli.engine.reading import let_go, sizes_of
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, TOO_LONG, Effort, Samples, interval
from rfcli.engine.views import lopsided
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rfcli.engine.reading import Reading
    from rfcli.geometry.borders import Border
    from rfcli.geometry.field import Reads

    Box = tuple[tuple[int, int], ...]
    """The first and the last sample along each axis."""

ENDS: tuple[tuple[int, Callable[..., int]], ...] = ((NOWHERE, min), (-1, max))
"""What stands for the first sample and for the last of what reads nothing, and how two are joined."""


class Boxes(Value):
    """For each axis the first samples of all outputs of a map in raster order, and the last."""

    sizes: tuple[int, ...]
    ends: tuple[list[int], ...]

    def at(self, place: int) -> Box | None:
        """The box of an output, counted in raster order; None where it reads nothing."""
        found = [end[place] for end in self.ends]
        return tuple(zip(found[::2], found[1::2], strict=True)) if found[1] >= 0 else None

    def union(self, other: Boxes) -> Boxes:
        """The boxes of both, output by output."""
        pairs = zip(self.ends, other.ends, strict=True)
        return Boxes(self.sizes, tuple([list(map(ENDS[at % 2][1], *pair)) for at, pair in enumerate(pairs)]))

    def read_by(self, reads: Reads, axis: int, n: int, border: Border | None) -> Boxes:
        """What a layer reads of these along one axis, with `n` outputs there."""
        if reads is IDENTITY_READS:
            return self
        apart, old = prod(self.sizes[axis + 1 :]), self.sizes[axis]
        sizes = (*self.sizes[:axis], n, *self.sizes[axis + 1 :])
        made = []
        for at, end in enumerate(self.ends):
            nothing, of = ENDS[at % 2]
            row = [nothing] * prod(sizes)
            for block, within in product(range(prod(self.sizes[:axis])), range(apart)):
                start = block * apart * old + within
                line = end[start : start + apart * old : apart]
                to = block * apart * n + within
                row[to : to + apart * n : apart] = read_line(line, reads, n, border, nothing, of)
            made.append(row)
        return Boxes(sizes, tuple(made))


def whole_map(sizes: tuple[int, ...]) -> Boxes:
    """Every sample of the origin by itself."""
    ends = []
    for axis, n in enumerate(sizes):
        along = [i for _ in range(prod(sizes[:axis])) for i in range(n) for _ in range(prod(sizes[axis + 1 :]))]
        ends += [along, along]
    return Boxes(sizes, tuple(ends))


def nowhere(sizes: tuple[int, ...]) -> Boxes:
    """Outputs that read nothing."""
    return Boxes(sizes, tuple([[nothing] * prod(sizes) for _ in sizes for nothing, _ in ENDS]))


def behind_masks(readings: list[Reading]) -> list[bool]:
    """For each layer whether what it reads is no product because of a mask, as `JointSupports.masked` has it."""
    graph, origin = readings[0].graph, readings[0].origin
    masked = [False] * len(graph.layers)
    if len(readings) < 2 or not any(layer is not None and layer.joint is not None for layer in graph.layers):
        return masked
    for at in graph.order:
        layer = graph.layers[at]
        below = {source for one in readings for source in one.sources[at]}
        own = layer is not None and layer.joint is not None and at != origin
        masked[at] = own or any(masked[source] for source in below)
    return [one and other for one, other in zip(masked, alike(readings), strict=True)]


def behind_merges(readings: list[Reading], effort: Effort) -> list[bool]:
    """For each layer whether some paths to it lead nowhere at some outputs of a merge, where others lead on: what it
    reads along one axis may then depend on the place along another."""
    graph = readings[0].graph
    found = [False] * len(graph.layers)
    if len(readings) < 2 or not any(len({*one.sources[at]}) > 1 for one in readings for at in graph.order):
        return found
    for around in (True, False) if any(_circular(one) for one in readings) else (True,):
        living = graph.per_axis(partial(_living, readings, effort, around))
        for at in graph.order:
            below = {source for one in readings for source in one.sources[at]}
            found[at] |= any(found[source] for source in below) or any(
                _differ(one, at, seen) for one, seen in zip(readings, living, strict=True)
            )
    return found


def _living(readings: list[Reading], effort: Effort, around: bool, axis: int) -> dict[int, Samples | None]:
    """The outputs along an axis that read anything of the origin; None for itself."""
    return {**dict(alive(readings[axis], effort, around)), readings[axis].origin: None}


def _circular(reading: Reading) -> bool:
    """Whether a circular border lies on some path: some outputs may read something round it alone."""
    edges = ((at, source) for at, sources in enumerate(reading.sources) for source in sources)
    return any(border is not None and border.around for border in (reading.border(*edge) for edge in edges))


def _differ(reading: Reading, at: int, living: dict[int, Samples | None]) -> bool:
    """Whether the inputs of a merge read something at different outputs, along one axis; or that is not known."""
    n, below = reading.sizes.known[at], reading.below(at) if len({*reading.sources[at]}) > 1 else []
    if isinstance(below, Unknown) or isinstance(n, Unknown):
        return bool(below)
    if any(source not in living for source, _ in below):
        return True
    reached = set()
    for source, reads in below:
        samples, before = living[source], reading.sizes.known[source]
        assert isinstance(before, int), "it was looked at"
        inputs = interval(0, before - 1) if samples is None else samples
        reached.add((inputs if reads is IDENTITY_READS else reading_any(inputs, reads, n)).within(0, n - 1))
    return len(reached) > 1


def alike(readings: list[Reading]) -> list[bool]:
    """For each layer whether the same local paths lead to it along all axes, none of which sees all on one side
    besides."""
    graph, origin = readings[0].graph, readings[0].origin
    found = [True] * len(graph.layers)
    for at in graph.order:
        own = not all(one.local[at] for one in readings) or (
            not lopsided(readings, at) and len({one.sources[at] for one in readings}) == 1
        )
        found[at] = own and all(found[source] for source in (graph.sources[at] if at != origin else ()))
    return found


def boxes(readings: list[Reading], effort: Effort) -> Iterator[tuple[int, Boxes | Unknown]]:
    """The boxes of all layers with local paths along all axes that are `alike`, in order, clipped exactly; what is read
    round a circular border is left out."""
    graph, origin = readings[0].graph, readings[0].origin
    same = alike(readings)
    above = [at for at in graph.order if same[at] and all(one.local[at] for one in readings)]
    readers = Counter(source for at in above for source in readings[0].sources[at])
    known: dict[int, Boxes | Unknown] = {}
    for at in above:
        found = _boxes(readings, at, origin, known, effort)
        let_go(known, readers, readings[0].sources[at])
        if readers[at]:
            known[at] = found
        yield at, found


def _boxes(
    readings: list[Reading], at: int, origin: int, known: dict[int, Boxes | Unknown], effort: Effort
) -> Boxes | Unknown:
    """What a layer's outputs read."""
    sizes = sizes_of(readings, at)
    if isinstance(sizes, Unknown):
        return sizes
    if prod(sizes) > MAX_SAMPLES:
        return TOO_LARGE
    if at == origin:
        return whole_map(tuple(sizes))
    found: Boxes | None = None
    below = [one.below(at) for one in readings]
    unknown = next((one for one in below if isinstance(one, Unknown)), None)
    if unknown is not None:
        return unknown
    for parts in zip(*below, strict=True):
        source, reads = parts[0][0], [reads for _, reads in parts]
        seen = known[source]
        if isinstance(seen, Unknown):
            return seen
        for each in products(readings, at, reads):
            if not effort.spend(400 * sum(cost(one, n) * prod(sizes) // n for one, n in zip(each, sizes, strict=True))):
                return TOO_LONG
            made = seen
            for axis in reversed(range(len(sizes))):
                border = readings[axis].border(at, source)
                border = None if border is None or border.around else border
                made = made.read_by(each[axis], axis, sizes[axis], border)
            found = made if found is None else found.union(made)
    return found or nowhere(tuple(sizes))


def products(readings: list[Reading], at: int, reads: list[Reads]) -> Iterator[list[Reads]]:
    """What a layer reads as products of what is read along the axes: one, or with a mask one for each row of taps."""
    layer = readings[0].graph.layers[at]
    if layer is None or layer.joint is None:
        yield reads
        return
    groups: dict[tuple[int, ...], list[int]] = {}
    for tap in layer.joint:
        groups.setdefault(tap[:-1], []).append(tap[-1])
    for leading, places in groups.items():
        taps = [*([place] for place in leading), places]
        yield [one.reads_of_taps(at, taps[axis]) for axis, one in enumerate(readings)]
