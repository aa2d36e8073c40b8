"""Paths from the origin to a layer: how many there are, by field size, and which one decides."""

from __future__ import annotations

from itertools import pairwise

from rfcli.engine.counting import PathsByField, PathsBySize, readers_of, together
from rfcli.engine.fields import Mixed
from rfcli.engine.listed import Listed
from rfcli.engine.living import living
from rfcli.engine.pieces import TOO_MANY, in_pieces, parted
from rfcli.engine.reading import let_go, too_long
from rfcli.engine.report import NoAnswer
from rfcli.geometry.field import Field, PeriodTooLong, Reads
from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import upstream
from rfcli.layers._layer import IDENTITY_READS
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from rfcli.engine.fields import AxisFields, Local
    from rfcli.engine.reading import Reading
    from rfcli.engine.report import Report
    from rfcli.engine.sight import Sight

    _Way = tuple[Field, int, "_Way | None"]
    """A path's field at a layer, that layer, and the path before."""


def count(reading: Reading) -> list[int]:
    """For each layer the number of local paths that lead to it from the origin; exact, they grow exponentially."""
    found = [0] * len(reading.local)
    for number in reading.graph.order:
        if number == reading.origin:
            found[number] = 1
        elif reading.local[number]:
            found[number] = sum(found[source] for source in reading.sources[number])
    return found


class Deciding(Value):
    """One path from the origin to a layer along an axis, of all of them the one that sees most; `surely`, unless there
    are too many that see unlike phases.

    `numbers` are those of the graph of `reading`, of whose layers `local` has the fields. Where outputs of a layer see
    by other paths from place to place along the other axes, some of them are hidden layers: `described` has those that
    they stand for.
    """

    reading: Reading
    local: list[Local]
    numbers: list[int]
    described: list[int]
    surely: bool


def deciding(sight: Sight, axis: int, number: int) -> Deciding:
    """The path that decides the size of a layer's field along an axis."""
    along = sight.axes[axis]
    if along.torn is None:
        path, surely = _deciding(sight.readings[axis], along.fields, number)
        return Deciding(sight.readings[axis], along.fields.local, path, path, surely)
    torn, local = along.torn, along.unfolded.local
    ends = [node for way in torn.ways.get(number, ()) for node in way.all]
    found = [_deciding(torn.reading, along.unfolded, end) for end in ends or [number]]
    path, _ = max(found, key=lambda one: _size(_along(torn.reading, one[0])))
    described = [torn.original(one) for one in path]
    return Deciding(torn.reading, local, path, described, all(surely for _, surely in found))


def _deciding(reading: Reading, fields: AxisFields, number: int) -> tuple[list[int], bool]:
    """By the largest field at every merge; what paths see together may be more than the widest path sees, which then
    may lead elsewhere."""
    outputs = outputs_seen(fields, reading, number)
    at, path = number, [number]
    while at != reading.origin and reading.sources[at]:
        at = max(reading.sources[at], key=lambda one: _size(fields.local[one], outputs_seen(fields, reading, one)))
        path.append(at)
    path.reverse()
    if _size(_along(reading, path), outputs) == _size(fields.local[number], outputs):
        return path, True
    widest = _widest(reading, number, outputs)
    return (path, False) if widest is None else (widest, True)


MOST_FIELDS = 64
"""Fields of paths to a layer that are told apart."""


def _widest(reading: Reading, number: int, outputs: int | None) -> list[int] | None:
    """The path to a layer that sees most; None where that is not known.

    Of paths whose regions are all of one size the largest is so behind every layer; those of unlike phases may change
    places, so that each of them is followed.
    """
    above = set(upstream([number], reading.sources.__getitem__))
    found: dict[int, dict[object, _Way]] = {reading.origin: {None: (Field(), reading.origin, None)}}
    for at in reading.graph.order:
        if at not in above or at == reading.origin:
            continue
        below = reading.below(at)
        ways: dict[object, _Way] = {}
        for source, reads in () if isinstance(below, Unknown) else below:
            for way in found.get(source, {}).values():
                seen = _seen(way[0], reads)
                if seen is None:
                    return None
                key = _alike(seen)
                if key not in ways or _size(ways[key][0]) < _size(seen):
                    ways[key] = (seen, at, way)
        if not ways or len(ways) > MOST_FIELDS:
            return None
        found[at] = ways
    last: _Way | None = max(found[number].values(), key=lambda one: _size(one[0], outputs))
    path = []
    while last is not None:
        path.append(last[1])
        last = last[2]
    return path[::-1]


def _alike(field: Field) -> object:
    """What fields have in common of which the larger one stays larger: all of one size, or all that differs but where
    they lie."""
    first = next(filter(None, field.phases), None)
    if first is None or len(field.phases) == 1:
        return first is None
    return tuple([None if phase is None else (phase[0] - first[0], phase[1] - first[0]) for phase in field.phases])


def _along(reading: Reading, path: list[int]) -> Field | None:
    """What a path sees; None where it is not known."""
    seen: Field | None = Field()
    for source, at in pairwise(path):
        below = reading.below(at)
        if isinstance(below, Unknown):
            return None
        seen = _seen(seen, next(reads for one, reads in below if one == source))
    return seen


def _size(local: object, outputs: int | None = None) -> int:
    """The largest of the regions of so many outputs, or of all; 0 where that is not known."""
    if isinstance(local, Field):
        return local.size_of(outputs) or 0
    try:
        return (local.size(outputs) or 0) if isinstance(local, Mixed | Listed) and outputs is not None else 0
    except PeriodTooLong:
        return 0


def narrowest(reading: Reading) -> list[Field | None]:
    """For each layer the smallest field of any one path to it (Richter & Pal 2022 count layers by it).

    None where no local path leads, or where the paths' fields are not all known. Among paths of one size the first
    counts.
    """
    found: list[Field | None] = [None] * len(reading.local)
    for number in reading.graph.order:
        if number == reading.origin:
            found[number] = Field()
            continue
        below = reading.below(number) if reading.local[number] else []
        if isinstance(below, Unknown):
            continue
        fields = [seen for source, reads in below if (seen := _seen(found[source], reads)) is not None]
        if fields and len(fields) == len(below):
            found[number] = min(fields, key=_size)
    return found


def _seen(field: Field | None, reads: Reads) -> Field | None:
    """A path's field seen by one more layer; None where it is not known, or repeats too seldom to be followed."""
    try:
        return None if field is None else field.seen_by(reads)
    except PeriodTooLong:
        return None


MAX_STEPS = 30_000_000
"""Work on sizes of paths, in machine words of their counts, so that no network stalls."""


def distributions(report: Report, layer: str) -> list[dict[int, int]]:
    """Per axis the number of local paths from the origin to a layer, by field size. Raises `NoAnswer`."""
    number, ways = report.number(layer), report.sight.readings
    several = len(ways) > 1 and report.sight.gaps

    def along(axis: int) -> dict[int, int] | Unknown:
        others = [*ways[:axis], *ways[axis + 1 :]] if several else []
        outputs = outputs_seen(report.sight.axes[axis].fields, ways[axis], number)
        return distribution(ways[axis], number, others, outputs)

    found = report.followed.per_axis(along)
    unknown = next((one for one in found if isinstance(one, Unknown)), None)
    if unknown is not None:
        raise NoAnswer(f"the paths to '{layer}' are not known: {unknown.reason}")
    return found  # type: ignore[return-value]


def outputs_seen(fields: AxisFields, reading: Reading, number: int) -> int | None:
    """The outputs whose regions decide a layer's size where those are of its map alone, as where strides differ; None
    where all do, however large the map."""
    n = reading.sizes.known[number]
    return n if isinstance(fields.local[number], Mixed | Listed) and isinstance(n, int) else None


def distribution(
    reading: Reading, number: int, others: Sequence[Reading] = (), outputs: int | None = None
) -> dict[int, int] | Unknown:
    """Numbers of paths from the origin to a layer by field size, exactly; paths are counted, never enumerated. Those
    that read nothing along any of the `others` read nothing at all: their size is 0. So many `outputs` count, or all.
    """
    graph = reading.graph
    if parted(reading, number):
        return in_pieces(reading, number, MAX_STEPS, others, outputs)
    if others:
        return living(reading, others, number, MAX_STEPS, outputs)
    found: dict[int, PathsBySize | PathsByField] = {reading.origin: PathsBySize(1, 1, {0: 1})}
    readers = readers_of(reading, number)
    left = MAX_STEPS
    for at in graph.order:
        if at not in readers or at == reading.origin:
            continue
        below = reading.below(at)
        if isinstance(below, Unknown):
            return below
        merged: PathsBySize | PathsByField | None = None
        for source, reads in below:
            try:
                seen = found[source] if reads is IDENTITY_READS else found[source].seen_by(reads)
            except PeriodTooLong as error:
                return too_long(error)
            if merged is not None:
                left -= sum(4 + many.bit_length() // 64 for many in seen.counts.values())
            if isinstance(seen, PathsByField):
                left -= sum(40 * len(field.phases) for field in seen.counts)
            if left < 0:
                return TOO_MANY
            merged = seen if merged is None else together(merged, seen)
        let_go(found, readers, [source for source, _ in below])
        if merged is not None:
            found[at] = merged
    return found[number].by_size(outputs) if number in found else {}


class Statistics(Value):
    """Figures of a distribution of field sizes over paths; all but `std` exact."""

    total: int
    smallest: int
    largest: int
    mean: Fraction
    variance: Fraction
    quantiles: tuple[int, ...]
    """Sizes that a quarter, a half and three quarters of the paths do not exceed."""


def statistics(by_size: dict[int, int]) -> Statistics:
    """Figures of a distribution that is not empty."""
    from fractions import Fraction

    sizes = sorted(by_size)
    total = sum(by_size.values())
    mean = Fraction(sum(size * many for size, many in by_size.items()), total)
    square = Fraction(sum(size * size * many for size, many in by_size.items()), total)
    quantiles, passed, at = [], 0, 0
    for quarter in (1, 2, 3):
        while 4 * passed < quarter * total:
            passed += by_size[sizes[at]]
            at += 1
        quantiles.append(sizes[at - 1])
    return Statistics(total, sizes[0], sizes[-1], mean, square - mean * mean, tuple(quantiles))
