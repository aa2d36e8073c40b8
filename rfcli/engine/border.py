"""Borders of a finite input: which outputs read any of it at all."""

from __future__ import annotations

from rfcli.engine.reading import Reading
from rfcli.engine.support import Samples, interval
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown

MAX_WORK = 2_000_000
"""Outputs of layers with long periods that are looked at one by one."""


def alive(reading: Reading) -> list[Samples | None]:
    """For each layer the outputs that read at least one sample of the origin, taps in any layer's padding left out.

    None where sizes are unknown, or no local path leads from the origin.
    """
    graph, sizes = reading.graph, reading.sizes
    found: list[Samples | None] = [None] * len(graph.layers)
    work = 0
    for number in graph.order:
        n = sizes.known[number]
        if isinstance(n, Unknown):
            continue
        if number == reading.origin:
            found[number] = interval(0, n - 1)
            continue
        below = reading.below(number) if reading.local[number] else []
        if isinstance(below, Unknown) or not below:
            continue
        outputs = Samples(0, 0)
        for source, reads in below:
            inputs = found[source]
            if inputs is None:
                break
            work += n if len(reads.phases) > 1 else 0
            if work > MAX_WORK:
                return found
            outputs = outputs.union(reading_any(inputs, reads, n))
        else:
            found[number] = outputs
    return found


def reading_any(inputs: Samples, reads: Reads, n: int) -> Samples:
    """Outputs 0..n-1 that read any of `inputs`."""
    if len(reads.phases) == 1 and reads.phases[0] is not None and reads.shift > 0:
        first, last, step = reads.phases[0]
        count = (last - first) // step + 1
        # Position x is marked where any of x + first + t*step is an input; output o stands at x = o*shift.
        marks = Samples(0, 0)
        done, low, bits = 1, inputs.low - last, inputs.bits
        while done < count:
            more = min(done, count - done)
            bits |= bits << more * step
            done += more
        marks = Samples(low, bits).within(0, (n - 1) * reads.shift)
        if reads.shift == 1:
            return marks
        text = bin(marks.bits)[:1:-1][:: reads.shift]
        return Samples(0, int(text[::-1], 2))
    bits = 0
    for o in range(n):
        turns, phase = divmod(o, len(reads.phases))
        taps = reads.phases[phase]
        if taps is None:
            continue
        moved = turns * reads.shift
        window = inputs.within(taps[0] + moved, taps[1] + moved).bits
        if window and (taps[2] == 1 or any(window >> at & 1 for at in range(0, taps[1] - taps[0] + 1, taps[2]))):
            bits |= 1 << o
    return Samples(0, bits)
