"""What an output of a network needs along an axis: how its size follows from the input's, and its halo.

The halo is what an output is cut by on each side, so that what is left reads no sample beyond the input: outputs are
counted from either end, on the unbounded map.
"""

from __future__ import annotations

from rfcli.api.answers import located
from rfcli.geometry.field import Field
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.locate import Locator
    from rfcli.engine.report import Report

MOST = 1 << 16
"""Outputs that are looked at from either end."""


class Need(Value):
    """Outputs from either end that read beyond the input, along an axis."""

    before: int
    after: int

    @property
    def halo(self) -> int:
        return max(self.before, self.after)


def need(report: Report, output: str, axis: int, n: int) -> Need:
    """What an output needs along an axis of an input of `n` samples. Raises `CallError` where it is not known."""
    locator = located(report, output)
    last = locator.output_size(axis) - 1
    before = _beyond(locator, axis, 0, 1, n)
    after = _beyond(locator, axis, last, -1, n)
    return Need(before, after)


def _beyond(locator: Locator, axis: int, first: int, step: int, n: int) -> int:
    """How many outputs there are up to the last one, from an end inwards, that reads beyond this end of the input."""
    local = locator.report.sight.axes[axis].fields.local[locator.number]
    period = len(local.phases) if isinstance(local, Field) else MOST
    count, found, clean = locator.output_size(axis), 0, 0
    for at in range(min(count, MOST)):
        region = locator.region(axis, first + at * step)
        if region is not None and (region[0] < 0 if step > 0 else region[1] > n - 1):
            found, clean = at + 1, 0
        else:
            clean += 1
        if clean >= period:
            return found
    return found
