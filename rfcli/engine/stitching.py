"""Which outputs of a tile equal those of one pass over the whole, along one axis.

A tile begins on the grid of the whole: each of its layers has the outputs of the whole's from some number on. Inside
the tile all taps are the same. Beyond an end at which both maps end stands the same padding; beyond an end that was cut
the whole goes on where the tile has its own padding. What that spoils is followed layer by layer from the ends inwards,
so that it takes a few steps a layer, however long the tile is.
"""

from __future__ import annotations

from rfcli.engine.reading import Reading
from rfcli.engine.report import NoAnswer
from rfcli.geometry.field import Field
from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.engine.fields import AxisFields
    from rfcli.geometry.borders import Border
    from rfcli.geometry.field import Reads
    from rfcli.graph.sizes import AxisSizes

    Range = tuple[int, int]
    """A half-open range."""


class Cut:
    """Tiles of one length, cut out of a whole along one axis."""

    def __init__(self, whole: Reading, tile: AxisSizes, fields: AxisFields, needed: Sequence[int]) -> None:
        """`needed` are the layers on local paths to the one that is stitched, which is the last of them, in order."""
        self.graph, self.fields, self.needed = whole.graph, fields, needed
        self.readings = whole, Reading(whole.graph, tile, 0)

    def offset(self, at: int, start: int) -> int:
        """The output of the whole at which the outputs of a layer begin in a tile that starts at `start`."""
        field = self.fields.local[at]
        assert isinstance(field, Field), "tiles lie on the grid of fields"
        return start // field.shift * len(field.phases)

    def right(self, start: int, ends: bool) -> Range:
        """The outputs of a tile, counted from its first, that equal the whole's; empty where none does. A tile that
        `ends` is the last; one that starts at 0 begins where the whole does, and any other lies within it. Raises
        `NoAnswer`."""
        known: dict[int, Range] = {}
        lasts: dict[int, bool] = {}
        for at in self.needed:
            n, m = (reading.sizes.known[at] for reading in self.readings)
            assert isinstance(m, int) and isinstance(n, int), "sizes are known"
            left = n - self.offset(at, start) if ends else m + 1
            found = (0, min(m, left)) if at == 0 else self._of(at, known, lasts, start == 0, m)
            known[at], lasts[at] = (found[0], min(found[1], left)), left == m
        return known[self.needed[-1]]

    def _of(self, at: int, known: dict[int, Range], lasts: dict[int, bool], first: bool, m: int) -> Range:
        """The outputs of a layer whose taps are right in all that it reads."""
        here, there = self.readings[0].below(at), self.readings[1].below(at)
        if isinstance(here, Unknown) or isinstance(there, Unknown) or here != there:
            name = self.graph.labels[at]
            raise NoAnswer(f"it cannot be tiled: what '{name}' reads depends on the size of the whole map")
        start, end = 0, m
        for source, reads in there:
            n = self.readings[1].sizes.known[source]
            assert isinstance(n, int), "sizes are known"
            a, b = known[source]
            border = self.readings[1].border(at, source)
            low = None if first and a == 0 and _copied(border, 0, a, b) else a
            high = None if lasts[source] and b == n and _copied(border, 1, a, b) else b
            start = start if low is None else max(start, _from(reads, low))
            end = end if high is None else min(end, _until(reads, high))
        return min(start, m), max(end, 0)


def _copied(border: Border | None, side: int, a: int, b: int) -> bool:
    """Whether what stands beside a map on one side, an end of the whole as well, is made of samples that are right."""
    if border is None or not border.added[side]:
        return True
    if border.around or border.tight:
        return False
    # What lies furthest outside is a copy of what lies furthest inside.
    furthest = border.sample(border.added[side][0 if side == 0 else -1])
    return a <= furthest < b


def _from(reads: Reads, low: int) -> int:
    """The first output from which on no tap lies before `low`."""
    found = 0
    for phase, taps in enumerate(reads.phases):
        if taps is not None and taps[0] < low:
            found = max(found, (low - taps[0] - 1) // max(reads.shift, 1) * len(reads.phases) + phase + 1)
    return found


def _until(reads: Reads, high: int) -> int:
    """The first output of which a tap lies at `high` or behind it."""
    turns = [
        max(-((taps[1] - high) // max(reads.shift, 1)), 0) * len(reads.phases) + phase
        for phase, taps in enumerate(reads.phases)
        if taps is not None
    ]
    return min(turns, default=1 << 63)
