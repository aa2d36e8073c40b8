"""Regions along one axis and their algebra.

A layer's output `o` reads some inputs (`Reads`); seen through all that lies below, it covers a region of the origin
(`Field`). Both repeat: shifting `o` by one period shifts what is read by a fixed number of samples. Plain networks
have period 1 and the recurrences of Araujo, Norris & Sim (2019), "Computing receptive fields of convolutional neural
networks": `r_in = s*r_out + (k-s)`, `S_in = s*S_out`, `P_in = s*P_out + p`. Transposed convolutions and upsamplings
have longer periods, and the same composition phase by phase.
"""

from __future__ import annotations

from math import gcd

from rfcli.values import Value

MAX_PERIOD = 1 << 18
"""Longest period followed; beyond it a field is unknown, so that hostile scales cost no time. A resize of n to m
samples has the period m / gcd(n, m), two resizes the product of theirs."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    Taps = tuple[int, int, int]
    """An arithmetic progression of input indices: first, last, step (at least 1)."""
    Bounds = tuple[int, int]
    """First and last sample of a region."""


class PeriodTooLong(Exception):
    """A field repeats only after more than `MAX_PERIOD` outputs; `period` says after how many."""

    def __init__(self, period: int) -> None:
        super().__init__(period)
        self.period = period


class Reads(Value):
    """What a layer's output `o` reads: `phases[o % T]`, moved by `shift` inputs for each whole period T in `o`.

    A phase is None where nothing is read (a transposed convolution whose kernel is smaller than its stride). A mask
    leaves fewer taps than a progression has: `kept` then has the taps of each phase as bits, 0 for all of them. The
    first and the last of a progression are always read.
    """

    shift: int
    phases: tuple[Taps | None, ...]
    kept: tuple[int, ...] = ()

    def left(self, phase: int) -> int:
        """The taps of a phase that are left, as bits; 0 for all of them."""
        return self.kept[phase] if self.kept else 0


class Field(Value):
    """The region [u(o), v(o)] of the origin that output `o` covers, in samples of the origin.

    `phases[o % T]` holds (u, v) for o = 0..T-1 and None where nothing is read; a whole period T of outputs moves the
    region by `shift` samples. T is the smallest period, so equal fields compare equal. `Field()` is the identity.
    """

    shift: int = 1
    phases: tuple[Bounds | None, ...] = ((0, 0),)

    @property
    def uniform(self) -> bool:
        """Every output has the same size, and u(o) = o*stride - padding for every `o`."""
        return len(self.phases) == 1 and self.phases[0] is not None

    @property
    def size(self) -> int | None:
        """The largest region's number of samples, v - u + 1; None where no output reads anything."""
        sizes = [v - u + 1 for u, v in filter(None, self.phases)]
        return max(sizes) if sizes else None

    def size_of(self, outputs: int | None) -> int | None:
        """The largest among the regions of so many outputs, the first; of all where no number is given."""
        return self.size if outputs is None else Field(self.shift, self.phases[:outputs]).size

    @property
    def phase_sizes(self) -> tuple[int, ...]:
        """The size at o = 0..T-1, 0 where nothing is read."""
        return tuple(0 if phase is None else phase[1] - phase[0] + 1 for phase in self.phases)

    @property
    def stride(self) -> int | Fraction:
        """Shift of the region per output step, in samples of the origin; a fraction after upsampling."""
        return ratio(self.shift, len(self.phases))

    @property
    def lookback(self) -> int | None:
        """The most samples that a region starts before where its output stands, floor(o*stride); negative where all
        start after it, None where no output reads anything."""
        found = [at - phase[0] for at, phase in self._standing if phase is not None]
        return max(found) if found else None

    @property
    def lookahead(self) -> int | None:
        """The most samples that a region ends after where its output stands; 0 or less is causal."""
        found = [phase[1] - at for at, phase in self._standing if phase is not None]
        return max(found) if found else None

    @property
    def _standing(self) -> Iterable[tuple[int, Bounds | None]]:
        """For each phase the sample at which its output stands, and its region."""
        return ((o * self.shift // len(self.phases), phase) for o, phase in enumerate(self.phases))

    def bounds(self, o: int) -> Bounds | None:
        """Region of output `o`; None where it reads nothing."""
        turns, phase = divmod(o, len(self.phases))
        found = self.phases[phase]
        return None if found is None else (found[0] + turns * self.shift, found[1] + turns * self.shift)

    def seen_by(self, reads: Reads) -> Field:
        """The field of a layer that `reads` this field's outputs: the hull of all taps' regions.

        Where regions are monotone the first and the last tap decide. Otherwise, among taps of one residue modulo this
        field's period, the first has the smallest u and the last the largest v: one period at either end is enough.
        """
        shift, phases = self.shift, self.phases
        if len(phases) == 1 and len(reads.phases) == 1:
            taps, here = reads.phases[0], phases[0]
            if taps is not None and here is not None:
                return Field(reads.shift * shift, ((taps[0] * shift + here[0], taps[1] * shift + here[1]),))
            return NOTHING
        period = len(phases)
        turns = period // gcd(period, reads.shift)
        if turns * len(reads.phases) > MAX_PERIOD:
            raise PeriodTooLong(turns * len(reads.phases))
        if reads.kept and not self.monotone:
            pairs = list(zip(reads.phases, reads.kept, strict=True))
            found = [self._hull_of(taps, kept, turn * reads.shift) for turn in range(turns) for taps, kept in pairs]
        else:
            hull = self._ends if self.monotone else self._hull
            found = [hull(taps, turn * reads.shift) for turn in range(turns) for taps in reads.phases]
        return periodic(turns * reads.shift * shift // period, found)

    @property
    def monotone(self) -> bool:
        """Whether no region starts or ends before that of an earlier output, and every output reads something."""
        u, v = (0, 0) if self.phases[0] is None else self.phases[0]
        for phase in (*self.phases, self.bounds(len(self.phases))):
            if phase is None or phase[0] < u or phase[1] < v:
                return False
            u, v = phase
        return True

    def _ends(self, taps: Taps | None, moved: int) -> Bounds | None:
        """The hull of all taps' regions where those are monotone: from the first one's to the last one's."""
        if taps is None:
            return None
        period, shift, phases = len(self.phases), self.shift, self.phases
        turns, at = divmod(taps[0] + moved, period)
        more, end = divmod(taps[1] + moved, period)
        return (phases[at][0] + turns * shift, phases[end][1] + more * shift)  # type: ignore[index]

    def _hull(self, taps: Taps | None, moved: int) -> Bounds | None:
        if taps is None:
            return None
        first, last, step = taps[0] + moved, taps[1] + moved, taps[2]
        once = min((last - first) // step + 1, len(self.phases) // gcd(len(self.phases), step))
        low = [b[0] for b in map(self.bounds, range(first, first + once * step, step)) if b is not None]
        high = [b[1] for b in map(self.bounds, range(last, last - once * step, -step)) if b is not None]
        return (min(low), max(high)) if low else None

    def _hull_of(self, taps: Taps | None, kept: int, moved: int) -> Bounds | None:
        """The hull of the regions of those taps that are left."""
        if taps is None or not kept:
            return self._hull(taps, moved)
        inputs = (taps[0] + moved + tap * taps[2] for tap in range(kept.bit_length()) if kept >> tap & 1)
        seen = [bounds for bounds in map(self.bounds, inputs) if bounds is not None]
        return (min(u for u, _ in seen), max(v for _, v in seen)) if seen else None

    def union(self, other: Field) -> Field:
        """The hull of both fields, output by output; their strides must agree."""
        if self == other:
            return self
        one, two = in_step(self, other)
        merged: list[Bounds | None] = []
        for a, b in zip(one.phases, two.phases, strict=True):
            merged.append(b if a is None else a if b is None else (min(a[0], b[0]), max(a[1], b[1])))
        return periodic(one.shift, merged)

    def moved(self, by: int) -> Field:
        """The field moved by some samples."""
        return Field(self.shift, tuple([_moved(phase, by) for phase in self.phases])) if by else self

    def swept(self, before: bool) -> Field:
        """The field of outputs that also see what all outputs before them see, or all after them: the far ends move on,
        the near ends stay. An output that reads nothing by itself has the one sample at the end of what it sees so."""
        period, phases = len(self.phases), []
        for o, own in enumerate(self.phases):
            others = range(o - period + 1, o + 1) if before else range(o, o + period)
            ends = [bounds[1] if before else bounds[0] for bounds in map(self.bounds, others) if bounds is not None]
            if not ends:
                return self
            end = max(ends) if before else min(ends)
            near = own or (end, end)
            phases.append((near[0], end) if before else (end, near[1]))
        return periodic(self.shift, phases)

    def seen_one_sided(self, reads: Reads, before: bool) -> Field:
        """The field of a layer that also sees all before its last tap, or all after its first: as `swept` has it."""
        own = self.seen_by(reads)
        far = own if self.monotone else self.swept(before).seen_by(reads)
        if own == far:
            return own
        if own == NOTHING:
            own = Field(far.shift, (None,) * len(far.phases))
        own, far = in_step(own, far)
        phases: list[Bounds | None] = []
        for near, seen in zip(own.phases, far.phases, strict=True):
            if seen is None:
                phases.append(None)
                continue
            end = seen[1] if before else seen[0]
            u, v = near or (end, end)
            phases.append((u, end) if before else (end, v))
        return periodic(far.shift, phases)

    def stretched(self, turns: int) -> Field:
        """The same field written with a period `turns` times as long."""
        if turns == 1:
            return self
        if turns * len(self.phases) > MAX_PERIOD:
            raise PeriodTooLong(turns * len(self.phases))
        phases = tuple(self.bounds(o) for o in range(turns * len(self.phases)))
        return Field(self.shift * turns, phases)


NOTHING = Field(1, (None,))
"""The field of a layer no output of which reads anything."""


def same_stride(a: Field, b: Field) -> bool:
    """Whether the regions of both fields move alike on average."""
    return a.shift * len(b.phases) == b.shift * len(a.phases)


def in_step(a: Field, b: Field) -> tuple[Field, Field]:
    """Both fields written with one common period; their strides must agree."""
    common = len(a.phases) // gcd(len(a.phases), len(b.phases)) * len(b.phases)
    return a.stretched(common // len(a.phases)), b.stretched(common // len(b.phases))


def center_differences(a: Field, b: Field) -> list[int]:
    """Twice the difference of the two centers at o = 0..T-1, over the outputs where both read something."""
    one, two = in_step(a, b)
    pairs = zip(one.phases, two.phases, strict=True)
    return [x[0] + x[1] - y[0] - y[1] for x, y in pairs if x is not None and y is not None]


def periodic(shift: int, phases: Iterable[Bounds | None]) -> Field:
    """The field with these phases, written with its smallest period."""
    found = tuple(phases)
    if not any(found):
        return NOTHING
    period = len(found)
    for prime in _primes(period):
        while len(found) % prime == 0 and shift % prime == 0:
            short, step = len(found) // prime, shift // prime
            if any(found[o + short] != _moved(found[o], step) for o in range(len(found) - short)):
                break
            found, shift = found[:short], step
    return Field(shift, found)


def _moved(bounds: Bounds | None, by: int) -> Bounds | None:
    return None if bounds is None else (bounds[0] + by, bounds[1] + by)


def _primes(n: int) -> list[int]:
    found, p = [], 2
    while p * p <= n:
        if n % p == 0:
            found.append(p)
            while n % p == 0:
                n //= p
        p += 1
    return [*found, n] if n > 1 else found


def ratio(a: int, b: int) -> int | Fraction:
    """`a / b` exactly: an int where it is one."""
    if a % b == 0:
        return a // b
    from fractions import Fraction

    return Fraction(a, b)
