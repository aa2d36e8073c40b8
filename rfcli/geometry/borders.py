"""What stands beside a map along one axis where padding is made of the map's own samples.

Positions are counted as the map's samples are: those before it are negative, those after it n and up. Padding that is
longer than the map goes on in the same way, as `numpy.pad` has it; torch and other runtimes refuse it.
"""

from __future__ import annotations

from rfcli.values import Value

ZEROS = "zeros"
CIRCULAR = "circular"
MODES = (ZEROS, "reflect", "symmetric", "replicate", CIRCULAR)
"""What padding reads: nothing, or samples of the map."""


class Border(Value):
    """`before` and `after` samples beside a map of `n`, each a copy of one of the map's. A side that is negative is cut
    off before the other is made."""

    mode: str
    n: int
    before: int
    after: int

    @property
    def around(self) -> bool:
        """Whether the other side of the map is read."""
        return self.mode == CIRCULAR

    @property
    def added(self) -> tuple[range, range]:
        """Where samples are added: before and after the map; none where no sample is left that they could be."""
        if not self.kept:
            return range(0), range(0)
        return range(-max(self.before, 0), 0), range(self.n, self.n + max(self.after, 0))

    @property
    def kept(self) -> range:
        """The samples of the map that are not cut off."""
        return range(max(-self.before, 0), self.n - max(-self.after, 0))

    @property
    def tight(self) -> bool:
        """Whether more is added than the map has samples for: no runtime pads so."""
        most = len(self.kept) - (self.mode == "reflect")
        return self.mode != "replicate" and max(self.before, self.after) > most

    def sample(self, position: int) -> int:
        """The sample of the map that stands at a position."""
        first, n = self.kept.start, len(self.kept)
        at = position - first
        if self.mode == CIRCULAR:
            return first + at % n
        if self.mode == "replicate":
            return first + min(max(at, 0), n - 1)
        # A mirrored map repeats after its way there and back; reflect has the samples at the ends once.
        once = self.mode == "reflect"
        turn = max(2 * n - 2 * once, 1)
        at %= turn
        return first + min(at, turn - at - (not once))
