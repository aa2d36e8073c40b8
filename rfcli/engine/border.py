"""Borders of a finite input: which outputs read any of it at all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter

from rfcli.engine.hulls import NOWHERE, Hulls, cost
from rfcli.engine.reading import Reading, let_go
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, TOO_LONG, Effort, Samples, interval, taps_of
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import BEFORE, NEITHER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from rfcli.geometry.borders import Border


def alive(reading: Reading, effort: Effort, around: bool = True) -> Iterator[tuple[int, Samples]]:
    """Layers with a local path, in order, and their outputs that read at least one sample of the origin, `around` a
    circular border too. Layers of unknown or enormous sizes, and all that reads them, are left out, and so is the rest
    when the effort is spent."""
    n = reading.sizes.known[reading.origin]
    return (
        iter(())
        if isinstance(n, Unknown) or n > MAX_SAMPLES
        else _readers(reading, effort, interval(0, n - 1), around=around)
    )


def readers_of(reading: Reading, number: int, sample: int, effort: Effort) -> Samples | Unknown:
    """The outputs of a layer that really read one sample of the origin, also round a circular border."""
    if number == reading.origin:
        return interval(sample, sample)
    needed = set(reading.graph.upstream(number))
    found = dict(_readers(reading, effort, interval(sample, sample), needed))
    return found.get(number, TOO_LONG)


def _readers(
    reading: Reading, effort: Effort, seed: Samples, needed: Container[int] | None = None, around: bool = True
) -> Iterator[tuple[int, Samples]]:
    """Layers with a local path, in order, and their outputs that read any of some samples of the origin: in padding
    stands nothing, or the samples that it is made of."""
    graph, sizes = reading.graph, reading.sizes
    known: dict[int, Samples] = {}
    whole: dict[int, Samples] = {}
    readers = Counter(source for sources in graph.sources for source in sources)
    for number in graph.order:
        n = sizes.known[number]
        if isinstance(n, Unknown) or n > MAX_SAMPLES or not (needed is None or number in needed):
            continue
        full = whole.setdefault(n, interval(0, n - 1))
        if number == reading.origin:
            known[number] = seed
            continue
        below = reading.below(number) if reading.local[number] else []
        if isinstance(below, Unknown) or not below or any(source not in known for source, _ in below):
            continue
        outputs = Samples(0, 0)
        for source, reads in below:
            single = n if one_by_one(reads, n) else 0
            if not effort.spend((n if single else n * max(reads.shift, 1)) // 8, single):
                return
            border = reading.border(number, source)
            border = None if border is not None and border.around and not around else border
            inputs = known[source].union(copies(known[source], border, effort))
            outputs = outputs.union(reading_any(inputs, reads, n))
            outputs = outputs.union(seeing_beside(known[source], reads, reading.side(number), n))
        let_go(known, readers, graph.sources[number])
        found = full if outputs == full else outputs
        if readers[number]:
            known[number] = found
        yield number, found


def seeing_beside(inputs: Samples, reads: Reads, side: int, n: int) -> Samples:
    """Of n outputs of a layer that sees all before its last tap, or after its first, those that see any of `inputs`
    so."""
    hull, period = inputs.hull, len(reads.phases)
    found = Samples()
    if side == NEITHER or hull is None:
        return found
    for phase, taps in enumerate(reads.phases[:n]):
        if taps is not None:
            turns = range((n - 1 - phase) // period + 1)
            if side == BEFORE:
                turns = turns[bisect_left(turns, hull[0] - taps[1], key=lambda turn: turn * reads.shift) :]
            else:
                turns = turns[: bisect_right(turns, hull[1] - taps[0], key=lambda turn: turn * reads.shift)]
            if turns:
                every = taps_of(1, (0, turns[-1] - turns[0], 1))
                spread = every if period == 1 else taps_of(1, (0, (turns[-1] - turns[0]) * period, period))
                found = found.union(Samples(turns[0] * period + phase, spread))
    return found


def copies(inputs: Samples, border: Border | None, effort: Effort) -> Samples:
    """Where in the padding of a map copies of some of its samples stand."""
    found = Samples()
    if border is None or not inputs:
        return found
    if inputs == interval(0, border.n - 1):
        for side in filter(None, border.added):
            found = found.union(interval(side.start, side.stop - 1))
        return found
    effort.spend(border.n // 8, sum(map(len, border.added)))
    marks = bin(inputs.bits)[:1:-1]
    for side in border.added:
        bits = 0
        for at, position in enumerate(side):
            place = border.sample(position) - inputs.low
            if 0 <= place < len(marks) and marks[place] == "1":
                bits |= 1 << at
        found = found.union(Samples(side.start, bits))
    return found


Region = tuple[int, int] | None
"""First and last sample; None where nothing is read."""


def clipped_regions(reading: Reading, number: int, effort: Effort) -> list[Region] | Unknown:
    """The region of every output of a layer, clipped exactly: a tap in any layer's padding reads nothing, or the sample
    that stands there. What is read round a circular border, at the other side of the map, is left out."""
    needed = {*reading.graph.upstream(number)}
    for at, found in clipped_hulls(reading, needed, effort, {number}):
        if isinstance(found, Unknown):
            return found
        if at == number:
            return found.regions
    raise AssertionError("a layer leads to itself")


def clipped_hulls(
    reading: Reading, needed: Container[int], effort: Effort, kept: Container[int] = ()
) -> Iterator[tuple[int, Hulls | Unknown]]:
    """The clipped regions of all `needed` layers, in order: with a layer all that leads to it is needed.

    The hull of what an output reads is the hull of the hulls of its taps, so layers are folded from the origin on.
    Layers without a local path, which read nothing by one, are passed over unless they are `kept`.
    """
    graph, sizes = reading.graph, reading.sizes.known
    order = [at for at in graph.order if at in needed]
    readers = Counter(source for at in order for source in reading.sources[at])
    known: dict[int, Hulls | Unknown] = {}
    made: dict[object, tuple[Hulls, Hulls]] = {}
    for at in order:
        if not (reading.local[at] or at in kept):
            continue
        n = sizes[at]
        below = reading.below(at) if at != reading.origin else []
        found: Hulls | Unknown
        if isinstance(n, Unknown):
            found = n
        elif n > MAX_SAMPLES:
            found = TOO_LARGE
        elif at == reading.origin:
            found = Hulls(list(range(n)), list(range(n)))
        elif isinstance(below, Unknown):
            found = below
        else:
            found = _read(reading, at, n, below, known, made, effort)
        let_go(known, readers, reading.sources[at])
        if readers[at]:
            known[at] = found
        yield at, found


def _read(
    reading: Reading, at: int, n: int, below: list[tuple[int, Reads]], known: dict[int, Hulls | Unknown],
    made: dict[object, tuple[Hulls, Hulls]], effort: Effort,
) -> Hulls | Unknown:  # fmt: skip
    """What the `n` outputs of a layer read of the layers below; what is `made` once is not worked out again."""
    found: Hulls | None = None
    side = reading.side(at)
    for source, reads in below:
        seen, border = known[source], reading.border(at, source)
        if isinstance(seen, Unknown):
            return seen
        key = (id(seen), id(reads), border, n, side)
        if key not in made:
            if not effort.spend(200 * cost(reads, n)):
                return TOO_LONG
            if len(made) >= MOST_MADE:
                made.clear()
            made[key] = (seen, seen.read_by(reads, n, border, side))
        found = made[key][1] if found is None else found.union(made[key][1])
    return found or Hulls([NOWHERE] * n, [-1] * n)


MOST_MADE = 64
"""Hulls that are kept for layers that read the same."""


def one_by_one(reads: Reads, n: int) -> bool:
    """Whether outputs are looked at one by one: their reads are periodic, or too far apart to be shifted at once."""
    taps = reads.phases[0]
    if len(reads.phases) > 1 or taps is None or reads.shift < 1:
        return True
    return (n - 1) * reads.shift + taps[1] - taps[0] > 4 * MAX_SAMPLES


def reading_any(inputs: Samples, reads: Reads, n: int) -> Samples:
    """Outputs 0..n-1 that read any of `inputs`."""
    if not one_by_one(reads, n):
        taps = reads.phases[0]
        assert taps is not None, "one by one otherwise"
        # Position x is marked where any of x + first + t*step is an input; output o stands at x = o*shift.
        marks = Samples(inputs.low - taps[1], taps_of(inputs.bits, taps, mirrored(reads.left(0)))).within(
            0, (n - 1) * reads.shift
        )
        if reads.shift == 1:
            return marks
        text = bin(marks.bits)[:1:-1][:: reads.shift]
        return Samples(0, int(text[::-1], 2))
    bits = 0
    first, last = inputs.low, inputs.low + inputs.bits.bit_length() - 1
    for o in range(n):
        turns, phase = divmod(o, len(reads.phases))
        taps = reads.phases[phase]
        if taps is None:
            continue
        start, end, step = taps[0] + turns * reads.shift, taps[1] + turns * reads.shift, taps[2]
        passed = max(-(-(first - start) // step), 0)
        start, end = start + passed * step, min(end, last)
        if start <= end and inputs.within(start, end).bits & _seen(start, end, step, reads.left(phase), passed):
            bits |= 1 << o
    return Samples(0, bits)


def _seen(start: int, end: int, step: int, left: int, passed: int) -> int:
    """The taps from `start` to `end` as bits counted from the first, where `passed` of them lie before it."""
    return taps_of(1, (start, end, step), left >> passed) if not left or left >> passed else 0


def mirrored(left: int) -> int:
    """The taps that are left, counted from the last."""
    return int(bin(left)[:1:-1], 2) if left else 0
