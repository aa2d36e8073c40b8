"""Fields of all layers along one axis, with respect to one origin."""

from __future__ import annotations

from functools import partial
from math import lcm

from rfcli.engine.agreement import ONE_KIND, Agreement, Paths, lost
from rfcli.engine.family import Family, family_of, family_with, grounded
from rfcli.engine.listed import Listed, Lists
from rfcli.engine.reading import BROADCAST, LATE, MAX_PHASES, TOO_MANY, LayerReader, broadcast, too_long
from rfcli.geometry.field import MAX_PERIOD, NOTHING, Field, PeriodTooLong, Reads, center_differences, same_stride
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import AFTER, BEFORE, IDENTITY_READS, NEITHER
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from rfcli.engine.family import Seen
    from rfcli.geometry.field import Bounds
    from rfcli.graph.graph import Graph
    from rfcli.graph.sizes import AxisSizes
    from rfcli.layers._layer import Layer


class Mixed(Value):
    """Fields of different strides that meet in one layer: its region is the hull of theirs, output by output."""

    parts: tuple[Field, ...]

    def seen_by(self, reads: Reads, seen: Seen = Field.seen_by) -> Field | Mixed | Unknown:
        """The field of a layer that reads these; where all its outputs read the same samples, no strides differ."""
        parts = [seen(part, reads) for part in self.parts]
        return by_stride(parts) if all(part.shift <= MAX_SHIFT for part in parts) else TOO_FAR

    @property
    def strides(self) -> tuple[int | Fraction, ...]:
        """The strides that meet."""
        return tuple(part.stride for part in self.parts)

    def bounds(self, o: int) -> tuple[int, int] | None:
        """Region of output `o`."""
        found = [bounds for part in self.parts if (bounds := part.bounds(o)) is not None]
        return (min(u for u, _ in found), max(v for _, v in found)) if found else None

    def size(self, n: int) -> int | None:
        """The largest region among outputs 0..n-1. Raises `PeriodTooLong`.

        Along the outputs of one phase every u and v is affine, so v - u of the hull is convex: its largest value lies
        at the phase's first or last output.
        """
        period = lcm(*(len(part.phases) for part in self.parts))
        if min(period, n) > MAX_PERIOD:
            raise PeriodTooLong(period)
        ends = {*range(min(period, n)), *range(max(n - period, 0), n)}
        sizes = [v - u + 1 for u, v in filter(None, map(self.bounds, ends))]
        return max(sizes) if sizes else None


if TYPE_CHECKING:
    Local = Field | Family | Mixed | Listed | Unknown | None
    """What a layer sees by local paths; None where only global ones, or none at all, lead to it."""


class Clash(Value):
    """A merge of paths of different strides where the sizes do not say that they fit."""

    number: int
    first: int
    second: int
    strides: tuple[int | Fraction, int | Fraction]


class Misalignment(Value):
    """Two inputs of a merge whose centers differ at `output`, and their regions there."""

    first: int
    second: int
    output: int
    regions: tuple[Bounds, Bounds]
    balanced: bool

    @property
    def centers(self) -> tuple[int, int]:
        """Both centers, doubled, as they lie on half samples."""
        return (sum(self.regions[0]), sum(self.regions[1]))


class AxisFields(Value):
    """What all layers see of the origin along one axis, and how the paths to each of them lie to one another.

    `misaligned` has the merges whose inputs' centers differ.
    """

    local: list[Local]
    paths: list[Paths]
    misaligned: dict[int, Misalignment]
    clashes: list[Clash]


MAX_SHIFT = 1 << 256
"""Strides are followed up to here, so that their products stay cheap."""

TOO_FAR = Unknown("the strides multiply to more than 2^256: no input is that large")


def fields_along(graph: Graph, sizes: AxisSizes, origin: int, reached: list[bool], swept: int = NEITHER) -> AxisFields:
    """Folds the layers' reads over the graph, from `origin` on. Regions of layers that see everything on the side
    `swept` reach as far on the other side as what they see; only their ends on that other side mean something then."""
    fold = Fold(graph, sizes, swept)
    fold.result.local[origin] = Field()
    for number in graph.order:
        layer = graph.layers[number]
        if number != origin and layer is not None and reached[number]:
            fold.follow(number, layer)
    return fold.result


class Fold:
    """The fields of the layers of a graph along one axis, layer by layer: each follows from those that it takes."""

    def __init__(self, graph: Graph, sizes: AxisSizes, swept: int = NEITHER) -> None:
        self.graph, self.sizes, self.swept = graph, sizes, swept
        self.result = AxisFields([None] * len(graph.layers), [ONE_KIND] * len(graph.layers), {}, [])
        self.agreement = Agreement(sizes.count)
        self.reader = LayerReader(graph, sizes)
        self.lists = Lists(graph, sizes, self.reader)
        self.gaps, self.ahead = behind_gaps(graph), before_gaps(graph)
        self.phases = 0
        """Phases of all fields that were made."""

    def follow(self, number: int, layer: Layer) -> None:
        """Works out what a layer sees that some path from the origin leads to."""
        result, local, paths = self.result, self.result.local, self.result.paths
        agreement, lists, sizes = self.agreement, self.lists, self.sizes
        agreement.gaps_ahead = self.ahead[number]
        if layer.merge:
            _merge(result, self.graph, sizes, number, agreement)
            _list_merge(result, lists, number, agreement)
            return
        source = self.graph.sources[number][0]
        below = local[source]
        reads = None if below is None else self.reader.reads(number, layer)
        if below is None or reads is None:
            return
        paths[number] = paths[source]
        sided = self.swept and layer.sees(sizes.axis, training=False) == self.swept
        seen = one_sided(self.swept) if sided else Field.seen_by
        if reads is IDENTITY_READS and seen is Field.seen_by:
            local[number] = below
        elif isinstance(below, Unknown) or isinstance(reads, Unknown):
            why = next(one for one in (below, reads) if isinstance(one, Unknown))
            local[number], paths[number] = why, lost(paths[source], why)
        elif layer.joint is not None and self.gaps[source]:
            local[number] = MASKED_GAPS
        else:
            made = _made(below, reads, seen)
            if self.phases + phases_of(made) > MAX_PHASES:
                made = TOO_MANY
            if seen is Field.seen_by and _late(made):
                made = lists.read(_listed(below, lists, source), reads, number) or made
            self.phases += phases_of(made)
            local[number] = made
            if isinstance(made, Listed):
                paths[number] = _listed_paths(made, paths[source], agreement)
            elif paths[number].kinds:
                paths[number] = agreement.seen(paths[source], partial(_seen, reads=reads))


def _made(below: Field | Family | Mixed | Listed, reads: Reads | tuple[Reads, ...], seen: Seen) -> Local:
    """What a layer sees that reads `below`; unknown where that repeats too late, or was listed before."""
    if isinstance(below, Listed):
        return TOO_MANY
    try:
        return _bounded(_seen(below, reads, seen))
    except PeriodTooLong as error:
        return too_long(error)


MAX_MIXED = 1 << 9
"""Phases of fields of different strides that meet up to which those are followed, and not listed."""


def _late(seen: Local) -> bool:
    """Whether a field repeats so late that the outputs of the map are better listed."""
    if isinstance(seen, Mixed):
        return phases_of(seen) > MAX_MIXED
    return isinstance(seen, Unknown) and (seen is TOO_MANY or seen.reason.startswith(LATE))


def _listed(seen: Local, lists: Lists, number: int) -> Listed | None:
    """What a layer sees, as a list; None where that is not known."""
    if isinstance(seen, Listed):
        return seen
    parts = seen.parts if isinstance(seen, Mixed) else (seen,) if isinstance(seen, Field) else ()
    return lists.of(parts, number) if parts else None


def _listed_paths(seen: Listed, before: Paths, agreement: Agreement) -> Paths:
    """How the paths to a layer lie to one another whose outputs are listed: of different strides apart, of one stride
    as before, or as nobody follows."""
    if len(seen.strides) > 1:
        return Paths((), agreement.everywhere, agreement.everywhere)
    return before if not before.kinds and before.apart == 0 else Paths((), 0, 0, NOT_COMPARED)


NOT_COMPARED = Unknown("the field repeats too late to be followed: whether all paths have one center is not known")


def _list_merge(result: AxisFields, lists: Lists, number: int, agreement: Agreement) -> None:
    """Lists what a merge sees where one of its inputs is listed, or where its field repeats too late."""
    local, sources = result.local, lists.graph.sources[number]
    met = [source for source in dict.fromkeys(sources) if local[source] is not None and local[source] != NOTHING]
    if not any(isinstance(local[source], Listed) for source in met) and not _late(local[number]):
        return
    unknown = next((found for source in met if isinstance(found := local[source], Unknown)), None)
    if unknown is None:
        found = lists.met([(source, _listed(local[source], lists, source)) for source in met], number)
        local[number] = found or (TOO_MANY if local[number] is None else local[number])
        one = found is not None and all(found == local[source] for source in met)
        if found is not None:
            before = result.paths[met[0]] if one else Paths((), 0, 0, NOT_COMPARED)
            result.paths[number] = _listed_paths(found, before, agreement)


def one_sided(side: int) -> Seen:
    """How a layer sees the field that it reads, which may see everything on one side of its own taps."""
    return partial(Field.seen_one_sided, before=side == BEFORE) if side in (BEFORE, AFTER) else Field.seen_by


def sweeping(graph: Graph, axis: int, local: list[Local]) -> bool:
    """Whether swept regions of any layer may be larger than its own: where regions follow each other they are not."""
    layers = {id(layer): layer for layer in graph.layers if layer is not None}
    sided = {key for key, layer in layers.items() if layer.sees(axis, training=False) in (BEFORE, AFTER)}
    below = [sources for layer, sources in zip(graph.layers, graph.sources, strict=True) if id(layer) in sided]
    return any(_scattered(local[source]) for sources in below for source in sources)


def _scattered(seen: Local) -> bool:
    """Whether some region starts or ends before that of an earlier output, or is empty."""
    if isinstance(seen, Field):
        return not seen.monotone
    if isinstance(seen, Family):
        return not all(field.monotone for field in seen.classes)
    return isinstance(seen, Mixed)


def behind_gaps(graph: Graph) -> list[bool]:
    """For each layer whether some outputs of it, or of a layer before it, read nothing."""
    found = [False] * len(graph.layers)
    if any(layer is not None and layer.joint is not None for layer in graph.layers):
        for number in graph.order:
            layer = graph.layers[number]
            if layer is not None:
                found[number] = layer.gaps or any(found[source] for source in graph.sources[number])
    return found


def before_gaps(graph: Graph) -> list[bool]:
    """For each layer whether some outputs of a layer behind it read nothing."""
    found = [False] * len(graph.layers)
    if any(layer.gaps for layer in {id(layer): layer for layer in graph.layers if layer is not None}.values()):
        for number in reversed(graph.order):
            layer = graph.layers[number]
            if layer is not None and (layer.gaps or found[number]):
                for source in graph.sources[number]:
                    found[source] = True
    return found


MASKED_GAPS = Unknown(
    "a mask reads a map of which some samples see nothing (a transposed convolution's kernel is smaller than its "
    "stride): what is seen along one axis depends on the place along another"
)


def phases_of(seen: Local) -> int:
    """Phases of a periodic field, which are what following it costs."""
    if isinstance(seen, Field):
        return len(seen.phases) if len(seen.phases) > 1 else 0
    if isinstance(seen, Family):
        return sum(map(phases_of, seen.classes))
    return sum(map(phases_of, seen.parts)) if isinstance(seen, Mixed) else 0


def _seen(below: Field | Family | Mixed, reads: Reads | tuple[Reads, ...], seen: Seen = Field.seen_by) -> Local:
    """What a layer sees that reads `below`: alike, or differently at each input size."""
    if not isinstance(reads, tuple):
        return seen(below, reads) if isinstance(below, Field) else below.seen_by(reads, seen)
    if isinstance(below, Mixed):
        return Unknown("paths of different strides meet at a size that is not given")
    return family_of(below, len(reads)).seen_by_each(reads, seen)


def _bounded(seen: Local) -> Local:
    """The field, or `TOO_FAR` where its stride is larger than any input."""
    if isinstance(seen, Field):
        return seen if seen.shift <= MAX_SHIFT else TOO_FAR
    if isinstance(seen, Family):
        return seen if all(field.shift <= MAX_SHIFT for field in seen.classes) else TOO_FAR
    return seen


def _merge(result: AxisFields, graph: Graph, sizes: AxisSizes, number: int, agreement: Agreement) -> None:
    """The union of a merge's inputs, and whether their centers agree."""
    local = result.local
    met = [source for source in graph.sources[number] if local[source] is not None]
    met = [source for source in met if local[source] != NOTHING] or met[:1]
    if not met:
        return
    listed = any(isinstance(local[source], Listed) for source in met)
    if not listed and any(broadcast(sizes, number, source) for source in met):
        _merge_broadcast(result, sizes, number, met, agreement)
        return
    unknown = next((found for source in met if isinstance(found := local[source], Unknown)), None)
    if unknown is None and listed:
        unknown = TOO_MANY
    if unknown is not None:
        local[number] = unknown
        result.paths[number] = agreement.merged([(result.paths[source], local[source]) for source in met])
        if len(met) > 1:
            result.paths[number] = result.paths[number].replaced(doubt=unknown)
        return
    first, merged = met[0], local[met[0]]
    for source in met[1:]:
        other = local[source]
        if other is local[first]:
            continue
        try:
            _compare(result, sizes, number, first, source)
            merged = _united(merged, other, sizes.count)
        except PeriodTooLong as error:
            local[number] = too_long(error)
            result.paths[number] = Paths((), 0, 0, too_long(error))
            return
    local[number] = merged
    result.paths[number] = agreement.merged([(result.paths[source], local[source]) for source in met])


def _merge_broadcast(result: AxisFields, sizes: AxisSizes, number: int, met: list[int], agreement: Agreement) -> None:
    """A merge that reads a broadcast map locally: the origin lies behind the global layer that made it."""
    merged: Local = None
    paths: list[tuple[Paths, object]] = []
    for source in met:
        seen, mine = result.local[source], result.paths[source]
        if broadcast(sizes, number, source) and isinstance(seen, Field | Family | Mixed):
            seen, mine = seen.seen_by(BROADCAST), agreement.seen(mine, partial(_seen, reads=BROADCAST))
        paths.append((mine, seen))
        if merged is not None and seen != merged:
            unknown = next((one for one in (merged, seen) if isinstance(one, Unknown)), None)
            merged = unknown or _united(merged, seen, sizes.count)
        else:
            merged = seen
    result.local[number], result.paths[number] = merged, agreement.merged(paths)
    if isinstance(merged, Unknown) and len(met) > 1:
        result.paths[number] = result.paths[number].replaced(doubt=merged)


def _compare(result: AxisFields, sizes: AxisSizes, number: int, first: int, second: int) -> None:
    """Notes where the centers of two inputs of a merge differ, and a clash of strides."""
    one, other = result.local[first], result.local[second]
    if not (isinstance(one, Field | Family) and isinstance(other, Field | Family)):
        return
    checked: dict[object, Misalignment | None] = {}
    for a, b, key in pairs(one, other, 1 if _alike(one, other) else sizes.count):
        if key not in checked:
            if same_stride(a, b):
                checked[key] = _misalignment(first, a, second, b)
            else:
                checked[key] = Misalignment(first, second, 0, ((0, 0), (0, 0)), False)
                n = sizes.known[number]
                if isinstance(n, Unknown):
                    result.clashes.append(Clash(number, first, second, (a.stride, b.stride)))
        found = checked[key]
        if found is not None and same_stride(a, b):
            result.misaligned.setdefault(number, found)


def _alike(one: Local, other: Local) -> bool:
    """Whether it is plain that both fields lie in the same way to each other at all input sizes."""
    if isinstance(one, Family) and isinstance(other, Family):
        return one.members is other.members and len(one.classes) == 1 == len(other.classes)
    return isinstance(one, Field) and isinstance(other, Field)


def pairs(one: Local, other: Local, count: int) -> Iterator[tuple[Field, Field, object]]:
    """Both fields at each input size, with a key that is equal where they lie in the same way to each other."""
    if isinstance(one, Field) and isinstance(other, Field):
        yield from [(one, other, None)] * count
        return
    assert isinstance(one, Field | Family) and isinstance(other, Field | Family)
    a, b = family_of(one, count), family_of(other, count)
    known: dict[object, tuple[Field, Field]] = {}
    for (c, by), (d, along), _ in zip(a.members, b.members, range(count), strict=False):
        key = (c, d, along - by)
        if key not in known:
            known[key] = (a.classes[c], b.classes[d].moved(along - by))
        yield (*known[key], key)


def _united(a: Local, b: Local, count: int) -> Local:
    """The union of two local fields; parts of one stride become one."""
    if isinstance(a, Field) and isinstance(b, Field) and same_stride(a, b):
        return a.union(b)
    if isinstance(a, Family) or isinstance(b, Family):
        return _united_families(a, b, count)
    assert isinstance(a, Field | Mixed) and isinstance(b, Field | Mixed)
    return by_stride([*(a.parts if isinstance(a, Mixed) else (a,)), *(b.parts if isinstance(b, Mixed) else (b,))])


def by_stride(fields: Iterable[Field]) -> Field | Mixed:
    """The union of some fields, those of one stride made one."""
    parts: list[Field] = []
    for field in fields:
        at = next((at for at, known in enumerate(parts) if same_stride(known, field)), None)
        if at is None:
            parts.append(field)
        else:
            parts[at] = parts[at].union(field)
    return parts[0] if len(parts) == 1 else Mixed(tuple(parts))


def _united_families(a: Local, b: Local, count: int) -> Local:
    """The union of the members of two families, worked out once for each way in which they lie to each other."""
    if isinstance(a, Mixed) or isinstance(b, Mixed):
        return Unknown("paths of different strides meet at a size that is not given")
    assert isinstance(a, Field | Family) and isinstance(b, Field | Family)
    one, other = family_of(a, count), family_of(b, count)
    if _alike(one, other):
        return Family((one.classes[0].union(other.classes[0]),), one.members)
    known: dict[object, tuple[Field, int]] = {}
    found = []
    for (x, y, key), (_, by) in zip(pairs(one, other, count), one.members, strict=True):
        if key not in known:
            if not same_stride(x, y):
                return Unknown("paths of different strides meet at a size that is not given")
            known[key] = grounded(x.union(y))
        field, moved = known[key]
        found.append((field, by + moved))
    return family_with(found)


def mixed(local: Local) -> bool:
    """Whether paths of different strides lead to a layer."""
    return isinstance(local, Mixed) or (isinstance(local, Listed) and len(local.strides) > 1)


def all_of(values: Iterable[bool | Unknown]) -> bool | Unknown:
    """Three-valued and: false where one is, else unknown where one is."""
    found = list(values)
    if any(value is False for value in found):
        return False
    return next((value for value in found if isinstance(value, Unknown)), True)


def _misalignment(first: int, one: Field, second: int, other: Field) -> Misalignment | None:
    if len(one.phases) == 1 and len(other.phases) == 1:
        a, b = one.phases[0], other.phases[0]
        if a is None or b is None or a[0] + a[1] == b[0] + b[1]:
            return None
        return Misalignment(first, second, 0, (a, b), False)
    differences = center_differences(one, other)
    if not any(differences):
        return None
    output = 0
    while True:
        x, y = one.bounds(output), other.bounds(output)
        if x is not None and y is not None and x[0] + x[1] != y[0] + y[1]:
            return Misalignment(first, second, output, (x, y), sum(differences) == 0)
        output += 1
