"""The regions of all outputs of a map at once, along one axis: the first sample of each, and the last.

What an output reads is the hull of the hulls of its taps. So a layer is a few minima and maxima of whole lists, one for
each tap or each doubling of their number, and what reads what it read before is not worked out again.
"""

from __future__ import annotations

from itertools import accumulate

from rfcli.layers._layer import BEFORE, IDENTITY_READS, NEITHER
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rfcli.geometry.borders import Border
    from rfcli.geometry.field import Reads, Taps

    Region = tuple[int, int] | None

NOWHERE = 1 << 62
"""Stands for the first sample of what reads nothing; the last is -1."""


class Hulls(Value):
    """The first and the last sample of what each output reads."""

    first: list[int]
    last: list[int]

    @property
    def regions(self) -> list[Region]:
        """The same, output by output; None where one reads nothing."""
        return [(u, v) if v >= 0 else None for u, v in zip(self.first, self.last, strict=True)]

    def union(self, other: Hulls) -> Hulls:
        """The hulls of both, output by output; itself where the other adds nothing."""
        if self is other:
            return self
        return self._or_made(list(map(min, self.first, other.first)), list(map(max, self.last, other.last)))

    def read_by(self, reads: Reads, n: int, border: Border | None, side: int = NEITHER, around: bool = False) -> Hulls:
        """What the `n` outputs of a layer read that reads these; itself where that is the same. Beside the map stands
        nothing, or what is made of it: on the same side, or `around` a circular border too. On one `side` of its taps a
        layer may see everything."""
        if side != NEITHER:
            return self.read_by(reads, n, border, NEITHER, around).union(self._beside(reads, n, side))
        if reads is IDENTITY_READS:
            return self
        border = None if border is None or (border.around and not around) else border
        return self._or_made(
            read_line(self.first, reads, n, border, NOWHERE, min), read_line(self.last, reads, n, border, -1, max)
        )

    def total(self, n: int) -> Hulls:
        """What `n` outputs see that see all that any of these does."""
        return Hulls([min(self.first, default=NOWHERE)] * n, [max(self.last, default=-1)] * n)

    def _beside(self, reads: Reads, n: int, side: int) -> Hulls:
        """What `n` outputs see of these before their last tap, or after their first."""
        count, period = len(self.first), len(reads.phases)
        found = []
        for values, nothing, of in ((self.first, NOWHERE, min), (self.last, -1, max)):
            folded = [*accumulate(values if side == BEFORE else values[::-1], of)]
            row = [nothing] * n
            for phase, taps in enumerate(reads.phases[:n]):
                if taps is not None and count:
                    start = taps[1] + 1 if side == BEFORE else count - taps[0]
                    step = reads.shift if side == BEFORE else -reads.shift
                    seen = (start + turn * step for turn in range((n - 1 - phase) // period + 1))
                    row[phase::period] = [folded[min(many, count) - 1] if many > 0 else nothing for many in seen]
            found.append(row)
        return self._or_made(*found)

    def _or_made(self, first: list[int], last: list[int]) -> Hulls:
        return self if first == self.first and last == self.last else Hulls(first, last)


def cost(reads: Reads, n: int) -> int:
    """Entries of lists that are looked at for what `n` outputs read."""
    counts = (_passes(taps, reads.shift) for taps in reads.phases if taps is not None)
    return n * max(counts, default=0)


def _passes(taps: Taps, shift: int) -> int:
    """How often a list is looked at for the outputs of one phase."""
    count = (taps[1] - taps[0]) // taps[2] + 1
    return min(count, max(shift, 1) * count.bit_length())


def read_line(
    values: list[int], reads: Reads, n: int, border: Border | None, nothing: int, of: Callable[..., int]
) -> list[int]:
    """The least or largest of the values that each of `n` outputs reads; beside them stand copies of them, or
    nothing."""
    if border is None:
        return _read(values, 0, reads, n, nothing, of)
    before, after = ([values[border.sample(at)] for at in side] for side in border.added)
    return _read([*before, *values, *after], len(before), reads, n, nothing, of)


def _read(values: list[int], before: int, reads: Reads, n: int, nothing: int, of: Callable[..., int]) -> list[int]:
    """The least or largest of the values that each output reads, the first `before` of which lie before the map."""
    period = len(reads.phases)
    found = [nothing] * n
    for phase, taps in enumerate(reads.phases[:n]):
        if taps is not None:
            many = (n - phase - 1) // period + 1
            found[phase::period] = _read_by(values, before, taps, reads.shift, many, nothing, of, reads.left(phase))
    return found


def _read_by(
    values: list[int],
    before: int,
    taps: Taps,
    shift: int,
    many: int,
    nothing: int,
    of: Callable[..., int],
    left: int = 0,
) -> list[int]:
    """What outputs of one phase read, `shift` apart; of the taps those that are `left`, as bits, all where it is 0."""
    if shift < 1:
        return _read_by(values, before, taps, 1, 1, nothing, of, left) * many
    # Taps far outside of the map read nothing there: only those are looked at that meet it at any output.
    start, step = taps[0] + before, taps[2]
    reach, count = (many - 1) * shift, (taps[1] - taps[0]) // taps[2] + 1
    skipped = max(-(start + reach) // step, 0) if start + reach < 0 else 0
    count = min(count, (len(values) - 1 - start) // step + 1) - skipped
    if count < 1:
        return [nothing] * many
    start += skipped * step
    if left or count <= shift * count.bit_length():
        read = [tap for tap in range(count) if not left or left >> tap + skipped & 1]
        rows = [_tap(values, start + tap * step, shift, many, nothing) for tap in read] or [[nothing] * many]
        return rows[0] if len(rows) == 1 else list(map(of, *rows))
    span = reach + (count - 1) * step + 1
    inside = values[max(start, 0) : max(start + span, 0)]
    ahead = min(max(-start, 0), span)
    row = [nothing] * ahead + inside + [nothing] * (span - ahead - len(inside))
    done = 1
    while done < count:
        more = min(done, count - done)
        row = list(map(of, row, row[more * step :]))
        done += more
    return row[::shift]


def _tap(values: list[int], at: int, shift: int, many: int, nothing: int) -> list[int]:
    """What one tap of each output reads, the first of which stands `at` a place of the values or beside them."""
    first = min(max(-(at // shift), 0), many)
    last = min(max((len(values) - 1 - at) // shift + 1, first), many)
    inside = values[at + first * shift : at + (last - 1) * shift + 1 : shift] if first < last else []
    return [nothing] * first + inside + [nothing] * (many - last)
