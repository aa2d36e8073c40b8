"""Cutting an input into tiles whose stitched outputs equal one pass over the whole.

A tile's outputs equal the whole's where every tap that they rest on is the same: each layer of the tile must lie on the
grid of the whole (the tile starts at a multiple of all strides), and no tap may fall into the padding of the tile where
the whole has a map. Both are followed layer by layer, so that a tile's valid outputs are exact and not estimated.
"""

from __future__ import annotations

from math import lcm, prod

from rfcli.engine.border import one_by_one, reading_any
from rfcli.engine.reading import Reading
from rfcli.engine.report import NoAnswer
from rfcli.engine.support import MAX_SAMPLES, Effort, Samples, interval
from rfcli.geometry.field import Field, ratio
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import Whole
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from rfcli.engine.report import Report

    Span = tuple[int, int]
    """A half-open range."""

    AtSize = Callable[[int, int], Report | None]
    """The network at another size of an axis; None where it is not valid there."""

MAX_TILES = 100_000
"""Tiles along one axis."""


class AxisTiles(Value):
    """One axis: input samples that a tile needs `halo` before and after the part of the input that its outputs stand
    for, the `multiple` at which tiles start, the length of a tile, and its tiles (input range, valid output range)."""

    halo: tuple[int, int]
    multiple: int
    tile: int
    tiles: tuple[tuple[Span, Span], ...]


def tiled(report: Report, layer: str, longest: Sequence[int], at_size: AtSize, max_tiles: int) -> list[AxisTiles]:
    """The tiles of all axes, none longer than `longest`. Raises `NoAnswer`."""
    number = report.number(layer)
    _check_local(report, number)
    found = [_along(report, number, axis, most, at_size) for axis, most in enumerate(longest)]
    count = prod(len(axis.tiles) for axis in found)
    if count > max_tiles:
        raise NoAnswer(f"{count} tiles, more than {max_tiles}: take larger ones")
    return found


def _check_local(report: Report, number: int) -> None:
    """Raises `NoAnswer` where a layer before `number`, or itself, sees the whole map."""
    graph = report.graph
    axes = range(len(graph.axes))
    if len(graph.inputs) > 1:
        raise NoAnswer("it cannot be tiled: networks of several inputs are not cut")
    whole = []
    for at in graph.upstream(number):
        layer = graph.layers[at]
        if layer is not None and any(layer.whole(axis, False) is not Whole.NO for axis in axes):
            whole.append(at)
    if whole:
        names = ", ".join(f"'{graph.labels[at]}'" for at in whole[:3]) + (", ..." if len(whole) > 3 else "")
        every = "reads" if len(whole) == 1 else "read"
        raise NoAnswer(
            f"it cannot be tiled: {names} {every} the whole map, so that every output depends on all of the input"
        )


def margins(field: Field) -> tuple[int, int]:
    """Halo before and after: what the outputs [c, d) read beyond the input range [c*S, d*S), for every c and d.

    With the stride S = shift/T: the largest o*S - u(o), and the largest v(o) + 1 - (o+1)*S, over the phases.
    """
    period, shift = len(field.phases), field.shift
    before: int | Fraction = 0
    after: int | Fraction = 0
    for o, phase in enumerate(field.phases):
        if phase is not None:
            before = max(before, ratio(o * shift, period) - phase[0])
            after = max(after, phase[1] + 1 - ratio((o + 1) * shift, period))
    return -int(-before // 1), -int(-after // 1)


def step(report: Report, number: int, axis: int) -> int:
    """What a tile's start must be a multiple of: all layers' regions move on by whole periods."""
    found = 1
    for at in report.graph.upstream(number):
        local = report.sight.axes[axis].fields.local[at]
        if isinstance(local, Field) and local.shift:
            found = lcm(found, local.shift)
        elif local is not None:
            raise NoAnswer("it cannot be tiled: the fields of its layers are not known, or their strides differ")
        if found > MAX_SAMPLES:
            raise NoAnswer(f"it cannot be tiled: tiles would have to start at multiples of more than {MAX_SAMPLES}")
    return found


def _along(report: Report, number: int, axis: int, most: int, at_size: AtSize) -> AxisTiles:
    """The tiles of one axis, none longer than `most`; `report` is the whole input's. Raises `NoAnswer`."""
    field = report.sight.axes[axis].fields.local[number]
    if not isinstance(field, Field):
        raise NoAnswer("it cannot be tiled: its field is not known, or has several strides")
    halo, multiple = margins(field), step(report, number, axis)
    n = report.graph.axes[axis].known[0]
    if isinstance(n, Unknown):
        fitting = most // multiple * multiple
        if fitting <= sum(halo):
            raise _too_small(most, halo, multiple)
        return AxisTiles(halo, multiple, fitting, ())
    outputs = report.graph.axes[axis].known[number]
    assert isinstance(outputs, int), "sizes follow from the input's"
    if n <= most:
        return AxisTiles(halo, multiple, n, (((0, n), (0, outputs)),))
    # Tiles as long as the whole modulo the multiple end on its grid, so that every `same` padding falls alike.
    length = n - -(-(n - most) // multiple) * multiple
    if length < 1:
        raise _too_small(most, halo, multiple)
    tile = at_size(axis, length)
    if tile is None:
        raise NoAnswer(f"it cannot be tiled: an input of {length} samples is too small for it")
    tiles = _Cut(report, tile, number, axis).tiles(multiple, n - length)
    if tiles is None or tiles[-1][1][1] != outputs:
        raise _too_small(most, halo, multiple)
    return AxisTiles(halo, multiple, length, tuple(tiles))


def _too_small(most: int, halo: tuple[int, int], multiple: int) -> NoAnswer:
    return NoAnswer(
        f"tiles of {most} samples are too small: its halo is {halo[0]} before and {halo[1]} after, "
        f"its tiles start at multiples of {multiple}"
    )


class _Cut:
    """Tiles of one length cut out of the whole, along one axis."""

    def __init__(self, whole: Report, tile: Report, number: int, axis: int) -> None:
        self.whole, self.tile, self.number, self.axis = whole, tile, number, axis
        self.graph = whole.graph
        self.needed = set(self.graph.upstream(number))
        self.readings = Reading(whole.graph, whole.graph.axes[axis], 0), Reading(tile.graph, tile.graph.axes[axis], 0)
        self.fields = whole.sight.axes[axis].fields.local
        field = self.fields[number]
        assert isinstance(field, Field), "checked before"
        n, length = whole.graph.axes[axis].known[0], tile.graph.axes[axis].known[0]
        assert isinstance(n, int) and isinstance(length, int), "sizes are known"
        self.n, self.length = n, length
        self.effort = Effort(3_000_000_000)
        self.culprit: int | None = None
        """A layer that reads otherwise in the tile."""
        self._known: dict[tuple[bool, bool, int, int], Span | None] = {}
        self.reach = (field.size or 1) + abs(field.phases[0][0] if field.phases[0] else 0) + field.shift

    def offset(self, at: int, start: int) -> int:
        """By how many outputs a layer of a tile that starts there lies behind the whole's."""
        field = self.fields[at]
        assert isinstance(field, Field), "checked before"
        return start // field.shift * len(field.phases)

    def tiles(self, multiple: int, last: int) -> list[tuple[Span, Span]] | None:
        """Tiles that start at multiples, the last at `last`, and what each has right; None where they leave gaps."""
        tiles: list[tuple[Span, Span]] = []
        done = start = 0
        while True:
            valid = self.valid(start)
            if self.culprit is not None:
                name = self.graph.labels[self.culprit]
                raise NoAnswer(f"it cannot be tiled: what '{name}' reads depends on the size of the whole map")
            if valid is None or valid[0] > done or valid[1] <= done:
                return None
            tiles.append(((start, start + self.length), (done, valid[1])))
            done = valid[1]
            if start == last:
                return tiles
            if len(tiles) > MAX_TILES:
                raise NoAnswer(f"more than {MAX_TILES} tiles along an axis: take larger ones")
            start = self.next_start(done, start, multiple, last)

    def valid(self, start: int) -> Span | None:
        """Outputs of the whole, a half-open range, that a tile has right."""
        rest = self.n - self.length - start
        # Tiles further from a border than anything reads are alike.
        key = (start == 0, rest == 0, min(start, self.reach), min(rest, self.reach))
        if key not in self._known:
            right = self._right(start)
            self._known[key] = None if right is None else (right[0], right[1])
        found = self._known[key]
        by = self.offset(self.number, start)
        return None if found is None else (found[0] + by, found[1] + by)

    def _right(self, start: int) -> Span | None:
        """The longest run of the tile's outputs that equal the whole's."""
        wrong: dict[int, Samples] = {}
        sizes, own = self.graph.axes[self.axis].known, self.tile.graph.axes[self.axis].known
        for at in self.graph.order:
            if at not in self.needed:
                continue
            n, m = sizes[at], own[at]
            assert isinstance(n, int) and isinstance(m, int), "sizes are known"
            here, there = self.readings[0].below(at), self.readings[1].below(at)
            if isinstance(here, Unknown) or isinstance(there, Unknown) or here != there:
                self.culprit = at
                return None
            found = Samples()
            for source, reads in here:
                if not self.effort.spend(m * max(reads.shift, 1) // 8, m if one_by_one(reads, m) else 0):
                    raise NoAnswer("it is too large to be followed layer by layer: take smaller tiles")
                found = found.union(reading_any(wrong[source], reads, m))
            # What the tile lacks of the whole's map is wrong where it is read, and so is what the whole lacks.
            by = self.offset(at, start)
            if by > 0:
                found = found.union(interval(max(-by, -MAX_MARGIN), -1))
            if n - by > m:
                found = found.union(interval(m, min(n - by, m + MAX_MARGIN) - 1))
            elif n - by < m:
                found = found.union(interval(max(n - by, 0), m - 1))
            wrong[at] = found
        size = own[self.number]
        assert isinstance(size, int), "sizes are known"
        bad = wrong[self.number].within(0, size - 1)
        runs = "".join("1" if bad.bits >> o & 1 else "0" for o in range(size)) if size <= MAX_SAMPLES else "1"
        longest = max(runs.split("1"), key=len)
        first = runs.find(longest)
        return (first, first + len(longest)) if longest else None

    def next_start(self, done: int, start: int, multiple: int, last: int) -> int:
        """The furthest start at which a tile still has the output `done` right."""
        low, high = 1, (last - start) // multiple
        best = 1
        while low <= high:
            middle = (low + high) // 2
            valid = self.valid(start + middle * multiple)
            if valid is not None and valid[0] <= done:
                best, low = middle, middle + 1
            else:
                high = middle - 1
        return start + best * multiple


MAX_MARGIN = 1 << 16
"""Samples beside a tile that are told apart; no tap reaches further in a network that is tiled."""
