"""Which settings a sweep has: all combinations of some values, or a sample of them, none of them written down."""

from __future__ import annotations

from array import array
from math import prod
from random import Random

from rfcli.diagnostics import CallError, unfit
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.description.nodes import Plain

MOST_SETTINGS = 100_000_000
"""Settings of one sweep: days of work for a cluster."""

MOST_SAMPLED = 10_000_000
"""Settings of a sample, whose numbers are kept in memory."""

LARGEST_NUMBER = (1 << 63) - 1
"""Numbers of settings that an array holds."""


class Axis(Value):
    """A parameter and its values."""

    name: str
    values: Sequence[Plain]


class Grid(Value):
    """All combinations of the values of some parameters; the last one changes fastest."""

    axes: tuple[Axis, ...]

    @property
    def size(self) -> int:
        """How many settings there are."""
        return prod(len(axis.values) for axis in self.axes)

    def setting(self, number: int) -> dict[str, Plain]:
        """The setting with a number from 0."""
        found = {}
        for axis in reversed(self.axes):
            number, at = divmod(number, len(axis.values))
            found[axis.name] = axis.values[at]
        return {axis.name: found[axis.name] for axis in self.axes}


def sampled(grid: Grid, count: int, seed: int) -> Sequence[int]:
    """Numbers of `count` different settings of a grid, by chance, in order; all of them where there are no more.

    They are drawn one by one, so that a grid of any size takes no more time. Raises `CallError` for too many.
    """
    if count >= grid.size:
        return every(grid)
    if count > MOST_SAMPLED:
        raise CallError(f"a sample of {count:,} settings, the most is {MOST_SAMPLED:,}")
    bits, draw = grid.size.bit_length(), Random(seed).getrandbits
    dense = 2 * count > grid.size
    wanted = grid.size - count if dense else count
    drawn: set[int] = set()
    while len(drawn) < wanted:
        number = draw(bits)
        if number < grid.size:
            drawn.add(number)
    chosen = [number for number in range(grid.size) if number not in drawn] if dense else sorted(drawn)
    return array("q", chosen) if grid.size <= LARGEST_NUMBER else chosen


def every(grid: Grid) -> Sequence[int]:
    """Numbers of all settings of a grid. Raises `CallError` for too many."""
    if grid.size > MOST_SETTINGS:
        sizes = " x ".join(f"{len(axis.values):,}" for axis in grid.axes)
        raise unfit(
            "grid",
            f"it has {sizes + ' = ' if len(grid.axes) > 1 else ''}{grid.size:,} settings, a sweep at most "
            f"{MOST_SETTINGS:,}: take a sample of them (--sample 10000), or fewer values",
        )
    return range(grid.size)
