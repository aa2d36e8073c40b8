"""Exact supports: which samples of the origin an output really reads, not only their hull.

A set of samples is an integer whose bit i stands for sample `low + i`, so that a layer is a few shifts of the whole
set. Sets are pushed down the graph from the outputs to the origin, each layer once.
"""

from __future__ import annotations

from rfcli.geometry.bits import runs
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import BEFORE, IDENTITY_READS, NEITHER
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rfcli.engine.reading import Reading
    from rfcli.geometry.borders import Border
    from rfcli.geometry.field import Taps

MAX_SAMPLES = 1 << 20
"""Largest region whose samples are looked at one by one."""

TOO_LARGE = Unknown(f"the region has more than {MAX_SAMPLES} samples, more than are looked at one by one")
TOO_LONG = Unknown(
    "looking at all samples of this network one by one takes longer than is spent on it: ask for an earlier layer, or "
    "give a smaller input size"
)


class Effort:
    """How much may still be spent on looking at samples, in roughly nanoseconds, so that no network stalls a check."""

    __slots__ = ("left",)

    def __init__(self, left: int = 1_000_000_000) -> None:
        self.left = left

    def spend(self, words: int, samples: int = 0) -> bool:
        """Whether a step over so many machine words, or over samples one by one, can still be afforded."""
        self.left -= 3000 + words + 1000 * samples
        return self.left >= 0

    def affords(self, work: int) -> bool:
        """Whether work that is to come can be afforded, so that what takes too long is not begun."""
        return work <= self.left


class Samples(Value):
    """A set of samples: bit i of `bits` stands for `low + i`."""

    low: int = 0
    bits: int = 0

    def __bool__(self) -> bool:
        return self.bits != 0

    def __iter__(self) -> Iterator[int]:
        text = bin(self.bits)[:1:-1]
        at = text.find("1")
        while at >= 0:
            yield self.low + at
            at = text.find("1", at + 1)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.bits.bit_count()

    def union(self, other: Samples) -> Samples:
        """All samples of both."""
        if not self.bits or not other.bits:
            return self if self.bits else other
        low = min(self.low, other.low)
        return Samples(low, self.bits << (self.low - low) | other.bits << (other.low - low))

    def within(self, first: int, last: int) -> Samples:
        """Those from `first` to `last`, counted from `first`."""
        by = self.low - first
        bits = self.bits << by if by > 0 else self.bits >> -by
        return Samples(first, bits & ((1 << max(last - first + 1, 0)) - 1))

    def inside(self, n: int) -> Samples:
        """Those of a map of `n` samples."""
        last = self.low + self.bits.bit_length() - 1
        if self.low >= 0 and last < n:
            return self
        return self.within(max(self.low, 0), min(last, n - 1))

    @property
    def runs(self) -> tuple[tuple[int, int], ...]:
        """The first and the last of all that follow each other, in order."""
        return tuple([(self.low + start, self.low + end - 1) for start, end in runs(self.bits)])

    @property
    def hull(self) -> tuple[int, int] | None:
        """The first and the last; None where there are none."""
        if not self.bits:
            return None
        return self.low + (self.bits & -self.bits).bit_length() - 1, self.low + self.bits.bit_length() - 1

    def reach(self, reads: Reads) -> int:
        """No more samples than this lie between the first and the last that a layer reads for these outputs."""
        turns = self.bits.bit_length() // len(reads.phases) + 1
        if len(reads.phases) == 1 and reads.phases[0] is not None:
            first, last, _ = reads.phases[0]
            return turns * reads.shift + 2 * max(abs(first), abs(last))
        spans = [taps[1] for taps in reads.phases if taps] + [-taps[0] for taps in reads.phases if taps]
        return turns * reads.shift + 2 * max(map(abs, spans), default=0)

    def read_by(self, reads: Reads) -> Samples:
        """What a layer reads for these outputs."""
        period = len(reads.phases)
        if period == 1 and reads.phases[0] is not None:
            spread = self.bits if reads.shift == 1 or not self.bits else _spread(self.bits, reads.shift)
            low = self.low * reads.shift
            if reads.shift:
                return Samples(low + reads.phases[0][0], taps_of(spread, reads.phases[0], reads.left(0)))
        found = Samples()
        for turns, phase, outputs in self._turns(period):
            taps = reads.phases[phase]
            if taps is not None:
                spread = _spread(outputs, reads.shift) if reads.shift else 1
                read = taps_of(spread, taps, reads.left(phase))
                found = found.union(Samples(taps[0] + turns * reads.shift, read))
        return found

    def _turns(self, period: int) -> Iterator[tuple[int, int, int]]:
        """The samples by their phase of a period, in one part for each phase or, where that makes fewer, for each
        sample: turns that come before the first of the part, phase, and bit i for the one of i turns later."""
        if self.count <= period:
            for o in self:
                yield (*divmod(o, period), 1)
            return
        text = bin(self.bits)[:1:-1]
        for start in range(period):
            part = text[start::period]
            if "1" in part:
                yield (*divmod(self.low + start, period), int(part[::-1], 2))


def interval(first: int, last: int) -> Samples:
    """All samples from `first` to `last`."""
    return Samples(first, (1 << (last - first + 1)) - 1)


def beside(taps: Samples, side: int, n: int) -> Samples:
    """What of a map of `n` a layer sees that sees all before the last of its taps, or all after the first. Taps in
    padding count by where they stand: behind the map, all of it lies before them."""
    hull = taps.hull
    if hull is None:
        return taps
    first, last = (0, min(hull[1], n - 1)) if side == BEFORE else (max(hull[0], 0), n - 1)
    return interval(first, last) if first <= last else Samples()


def _spread(bits: int, apart: int) -> int:
    """Bit i moved to bit i * apart."""
    return int(("0" * (apart - 1)).join(bin(bits)[2:]), 2)


def taps_of(bits: int, taps: Taps, kept: int = 0) -> int:
    """`bits` once for each tap, or each that is `kept`, counted from the first: doubled as long as that helps."""
    first, last, step = taps
    if kept:
        masked = 0
        for tap in range(kept.bit_length()):
            if kept >> tap & 1:
                masked |= bits << tap * step
        return masked
    count, found = (last - first) // step + 1, bits
    done = 1
    while done < count:
        more = min(done, count - done)
        found |= found << more * step
        done += more
    return found


def copied(samples: Samples, side: range, border: Border) -> Samples:
    """The samples of the map of which the padding on one side is made, as far as it is read."""
    if not side:
        return Samples()
    read = samples.within(side.start, side.stop - 1)
    bits = 0
    for position in read:
        bits |= 1 << border.sample(position)
    return Samples(0, bits)


class Supports:
    """Exact supports along one axis, with respect to one origin: those of the paths."""

    def __init__(self, reading: Reading, effort: Effort | None = None) -> None:
        self.reading, self.effort = reading, effort or Effort()
        self.graph, self.origin = reading.graph, reading.origin

    def of(self, seeds: dict[int, Samples], clipped: bool = False, around: bool = True) -> Samples | Unknown:
        """The samples of the origin that `seeds` read: layer number -> its outputs. Every map is taken as unbounded;
        with `clipped` it ends at its borders, and what falls into padding reads nothing, or what the padding is made
        of: with circular padding the other side of the map, unless `around` is false."""
        graph, needed, same = self.graph, dict(seeds), self.reading.same
        last = max(map(graph.order.index, needed)) if len(needed) < 4 else len(graph.order) - 1
        for number in graph.order[last::-1]:
            if number not in needed or number == self.origin:
                continue
            wanted, below = needed.pop(number), self.reading.below(number)
            if isinstance(below, Unknown):
                return below
            for source, reads in below:
                samples = read_before(self.reading, (number, source), reads, wanted, self.effort, clipped, around)
                if isinstance(samples, Unknown):
                    return samples
                if samples:
                    known = needed.get(same[source])
                    needed[same[source]] = samples if known is None else known.union(samples)
        return needed.get(self.origin, Samples())


def read_before(
    reading: Reading, edge: tuple[int, int], reads: Reads, wanted: Samples, effort: Effort, clipped: bool, around: bool
) -> Samples | Unknown:
    """What a layer reads for some of its outputs, on a map that ends also what it sees before or after its taps:
    `edge` is its number and that of its input, `clipped` and `around` as `Supports.of` says."""
    side, border = (reading.side(edge[0]), reading.border(*edge)) if clipped else (NEITHER, None)
    if reads is IDENTITY_READS and side == NEITHER and border is None:  # as most layers of deep networks
        if not effort.spend(wanted.bits.bit_length() // 8):
            return TOO_LONG
        size = reading.sizes.known[edge[1]] if clipped else 0
        return size if isinstance(size, Unknown) else wanted.inside(size) if clipped else wanted
    if wanted.reach(reads) > 4 * MAX_SAMPLES:
        return TOO_LARGE
    periodic = min(wanted.count, len(reads.phases)) if len(reads.phases) > 1 else 0
    if not effort.spend(wanted.bits.bit_length() // 8 * (1 + periodic // 8), periodic):
        return TOO_LONG
    samples = wanted.read_by(reads)
    if clipped:
        n = reading.sizes.known[edge[1]]
        if isinstance(n, Unknown):
            return n
        read = samples.inside(n)
        if border is not None and (around or not border.around):
            if not effort.spend(0, sum(map(len, border.added))):
                return TOO_LONG
            for padding in border.added:
                read = read.union(copied(samples, padding, border))
        if side != NEITHER:
            if n > MAX_SAMPLES:
                return TOO_LARGE
            read = read.union(beside(samples, side, n))
        samples = read
    return TOO_LARGE if samples.bits.bit_length() > MAX_SAMPLES else samples


def coverage(supports: Supports, number: int, outputs: Iterable[int]) -> tuple[int, int] | Unknown | None:
    """How many samples are read, of how many in the region, for the output of lowest coverage; None without any."""
    worst: tuple[int, int] | None = None
    for o in outputs:
        samples = supports.of({number: Samples(o, 1)})
        if isinstance(samples, Unknown):
            return samples
        if not samples:
            continue
        bits = samples.bits
        size = bits.bit_length() - ((bits & -bits).bit_length() - 1)
        if worst is None or samples.count * worst[1] < worst[0] * size:
            worst = (samples.count, size)
    return worst
