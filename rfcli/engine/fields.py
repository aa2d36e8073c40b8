"""Fields of all layers along one axis, with respect to one origin."""

from __future__ import annotations

from math import lcm

from rfcli.geometry.field import MAX_PERIOD, Field, PeriodTooLong, Reads, center_differences, same_stride
from rfcli.geometry.unknown import Unknown
from rfcli.graph.sizes import LARGE, dependence
from rfcli.layers._layer import IDENTITY_READS, Whole
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from rfcli.graph.graph import Graph
    from rfcli.graph.sizes import AxisSizes
    from rfcli.layers._layer import Layer


class Mixed(Value):
    """Fields of different strides that meet in one layer: its region is the hull of theirs, output by output."""

    parts: tuple[Field, ...]

    def seen_by(self, reads: Reads) -> Mixed | Unknown:
        parts = tuple(part.seen_by(reads) for part in self.parts)
        return Mixed(parts) if all(part.shift <= MAX_SHIFT for part in parts) else TOO_FAR

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
        if period > MAX_PERIOD:
            raise PeriodTooLong(period)
        ends = {*range(min(period, n)), *range(max(n - period, 0), n)}
        sizes = [v - u + 1 for u, v in filter(None, map(self.bounds, ends))]
        return max(sizes) if sizes else None


if TYPE_CHECKING:
    Local = Field | Mixed | Unknown | None
    """What a layer sees by local paths; None where only global ones, or none at all, lead to it."""


class Clash(Value):
    """A merge of paths of different strides where the sizes do not say that they fit."""

    number: int
    first: int
    second: int
    strides: tuple[int | Fraction, int | Fraction]


class Misalignment(Value):
    """Two inputs of a merge whose centers differ: at `output`, by halves of a sample in `centers` (doubled)."""

    first: int
    second: int
    output: int
    centers: tuple[int, int]
    balanced: bool


class AxisFields(Value):
    """What all layers see of the origin along one axis, in one try of the input size."""

    local: list[Local]
    aligned: list[bool | Unknown]
    misaligned: dict[int, Misalignment]
    clashes: list[Clash]


MAX_SHIFT = 1 << 256
"""Strides are followed up to here, so that their product costs no time."""

TOO_FAR = Unknown("the strides multiply to more than 2^256: no input is that large")


def fields_along(graph: Graph, sizes: AxisSizes, run: list[int], origin: int, reached: list[bool]) -> AxisFields:
    """Folds the layers' reads over the graph, from `origin` on; `run` are the sizes of one try."""
    axis = sizes.axis
    layers, sources, likes = graph.layers, graph.sources, graph.likes
    count = len(layers)
    local: list[Local] = [None] * count
    aligned: list[bool | Unknown] = [True] * count
    result = AxisFields(local, aligned, {}, [])
    reads_of: dict[object, Reads | Unknown | None] = {}
    for number in graph.order:
        if number == origin:
            local[number] = Field()
            continue
        layer = layers[number]
        if layer is None or not reached[number]:
            continue
        found = sources[number]
        if layer.merge:
            _merge(result, graph, sizes, run, number)
            continue
        below = local[found[0]]
        if below is None:
            continue
        if layer.needs_size:
            like = likes[number]
            n, m = run[found[0]], None if like is None else run[like]
            key: object = (id(layer), n, m, number in sizes.beyond)
        else:
            n, m, key = 0, None, id(layer)
        if key in reads_of:
            reads = reads_of[key]
        else:
            reads = reads_of[key] = _reads(layer, axis, n, m, sizes.beyond.get(number))
        if reads is None:
            continue
        aligned[number] = aligned[found[0]]
        if isinstance(below, Unknown) or reads is IDENTITY_READS:
            local[number] = below
        elif isinstance(reads, Unknown):
            local[number] = reads
        else:
            try:
                seen = below.seen_by(reads)
            except PeriodTooLong as error:
                local[number] = too_long(error)
            else:
                local[number] = seen if not isinstance(seen, Field) or seen.shift <= MAX_SHIFT else TOO_FAR
    return result


def _reads(layer: Layer, axis: int, n: int, like: int | None, repeats: int | None) -> Reads | Unknown | None:
    """What a layer reads, unknown where it depends on an unknown size; None where only a global path is left."""
    if layer.whole(axis, training=False) is Whole.ONLY:
        return None
    if layer.needs_size and repeats is not None:
        return Unknown(f"{dependence(layer)} repeats only every {repeats} input samples: give the input size")
    try:
        reads = layer.reads(axis, n, like)
    except PeriodTooLong as error:
        return Unknown(_size_reason(layer)) if n >= LARGE else too_long(error)
    if n >= LARGE and isinstance(reads, Reads) and _large(reads):
        return Unknown(_size_reason(layer))
    return reads


def _large(reads: Reads) -> bool:
    return abs(reads.shift) >= LARGE or any(
        abs(taps[0]) >= LARGE or abs(taps[1]) >= LARGE for taps in reads.phases if taps
    )


def _size_reason(layer: Layer) -> str:
    return f"{dependence(layer)} depends on the input size, which is not given"


def too_long(error: PeriodTooLong) -> Unknown:
    """The reason why a field that repeats too late is not followed."""
    return Unknown(f"the field repeats only every {error.period} outputs, more than are followed")


def _merge(result: AxisFields, graph: Graph, sizes: AxisSizes, run: list[int], number: int) -> None:
    """The union of a merge's inputs, and whether their centers agree."""
    local, aligned = result.local, result.aligned
    paths = [(source, local[source]) for source in graph.sources[number] if local[source] is not None]
    if not paths:
        return
    aligned[number] = all_of(aligned[source] for source, _ in paths)
    unknown = next((field for _, field in paths if isinstance(field, Unknown)), None)
    if unknown is not None:
        local[number] = unknown
        if len(paths) > 1:
            aligned[number] = all_of((aligned[number], unknown))
        return
    first, merged = paths[0]
    for source, other in paths[1:]:
        assert isinstance(other, Field | Mixed)
        if not isinstance(merged, Field | Mixed):
            break
        try:
            one = local[first]
            if isinstance(one, Field) and isinstance(other, Field) and same_stride(one, other):
                found = None if one == other else _misalignment(first, one, source, other)
                if found is not None:
                    result.misaligned.setdefault(number, found)
                    aligned[number] = False
            else:
                aligned[number] = all_of((aligned[number], one == other))
                if one != other and run[number] >= LARGE and isinstance(one, Field) and isinstance(other, Field):
                    result.clashes.append(Clash(number, first, source, (one.stride, other.stride)))
            merged = _united(merged, other)
        except PeriodTooLong as error:
            merged = too_long(error)
    local[number] = merged


def all_of(values: Iterable[bool | Unknown]) -> bool | Unknown:
    """Three-valued and: false where one is, else unknown where one is."""
    found = list(values)
    if any(value is False for value in found):
        return False
    return next((value for value in found if isinstance(value, Unknown)), True)


def _united(a: Field | Mixed, b: Field | Mixed) -> Field | Mixed:
    """The union of two local fields; parts of one stride become one."""
    if isinstance(a, Field) and isinstance(b, Field) and same_stride(a, b):
        return a.union(b)
    parts = list(a.parts if isinstance(a, Mixed) else (a,))
    for part in b.parts if isinstance(b, Mixed) else (b,):
        at = next((at for at, known in enumerate(parts) if same_stride(known, part)), None)
        if at is None:
            parts.append(part)
        else:
            parts[at] = parts[at].union(part)
    return Mixed(tuple(parts))


def _misalignment(first: int, one: Field, second: int, other: Field) -> Misalignment | None:
    if len(one.phases) == 1 and len(other.phases) == 1:
        a, b = one.phases[0], other.phases[0]
        if a is None or b is None or a[0] + a[1] == b[0] + b[1]:
            return None
        return Misalignment(first, second, 0, (a[0] + a[1], b[0] + b[1]), False)
    differences = center_differences(one, other)
    if not any(differences):
        return None
    output = 0
    while True:
        x, y = one.bounds(output), other.bounds(output)
        if x is not None and y is not None and x[0] + x[1] != y[0] + y[1]:
            return Misalignment(first, second, output, (x[0] + x[1], y[0] + y[1]), sum(differences) == 0)
        output += 1
