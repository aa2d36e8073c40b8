"""Borders of a finite input: which outputs read any of it at all."""

from __future__ import annotations

from rfcli.engine.reading import Reading
from rfcli.engine.support import MAX_SAMPLES, Effort, Samples, interval, taps_of
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def alive(reading: Reading, effort: Effort) -> Iterator[tuple[int, Samples]]:
    """Layers with a local path, in order, and their outputs that read at least one sample of the origin; taps in any
    layer's padding read nothing. Layers of unknown or enormous sizes, and all that reads them, are left out, and so is
    the rest when the effort is spent."""
    graph, sizes = reading.graph, reading.sizes
    known: dict[int, Samples] = {}
    whole: dict[int, Samples] = {}
    readers = [0] * len(graph.layers)
    for sources in graph.sources:
        for source in sources:
            readers[source] += 1
    for number in graph.order:
        n = sizes.known[number]
        if isinstance(n, Unknown) or n > MAX_SAMPLES:
            continue
        full = whole.setdefault(n, interval(0, n - 1))
        if number == reading.origin:
            known[number] = full
            continue
        below = reading.below(number) if reading.local[number] else []
        if isinstance(below, Unknown) or not below or any(source not in known for source, _ in below):
            continue
        outputs = Samples(0, 0)
        for source, reads in below:
            one_by_one = n if _one_by_one(reads, n) else 0
            if not effort.spend((n * max(reads.shift, 1) if not one_by_one else n) // 8, one_by_one):
                return
            outputs = outputs.union(reading_any(known[source], reads, n))
        for source in graph.sources[number]:
            readers[source] -= 1
            if not readers[source]:
                known.pop(source, None)
        found = full if outputs == full else outputs
        if readers[number]:
            known[number] = found
        yield number, found


def _one_by_one(reads: Reads, n: int) -> bool:
    """Whether outputs are looked at one by one: their reads are periodic, or too far apart to be shifted at once."""
    taps = reads.phases[0]
    if len(reads.phases) > 1 or taps is None or reads.shift < 1:
        return True
    return (n - 1) * reads.shift + taps[1] - taps[0] > 4 * MAX_SAMPLES


def reading_any(inputs: Samples, reads: Reads, n: int) -> Samples:
    """Outputs 0..n-1 that read any of `inputs`."""
    if not _one_by_one(reads, n):
        taps = reads.phases[0]
        assert taps is not None, "one by one otherwise"
        # Position x is marked where any of x + first + t*step is an input; output o stands at x = o*shift.
        marks = Samples(inputs.low - taps[1], taps_of(inputs.bits, taps)).within(0, (n - 1) * reads.shift)
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
        start += max(-(-(first - start) // step), 0) * step
        end = min(end, last)
        if start <= end and inputs.within(start, end).bits & taps_of(1, (start, end, step)):
            bits |= 1 << o
    return Samples(0, bits)
