"""Networks that look back and hardly ahead: causal and streaming ones, whose paths meet at their ends, not centers."""

from __future__ import annotations

from enum import Enum
from functools import cached_property

from rfcli.engine.family import Family
from rfcli.engine.fields import pairs
from rfcli.geometry.field import Field, in_step, same_stride
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import BEFORE
from rfcli.layers._parameters import Padding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.engine.along import AxisSight
    from rfcli.graph.graph import Graph

STREAMING = 3
"""A network that looks back at least so many times as far as ahead is meant to stream: padding an even kernel on its
longer side makes twice as far of a kernel of four, and less of a larger one."""


class Meeting(Enum):
    """How the paths of a merge lie to each other."""

    CENTERS = 0
    """Their centers agree, or the network looks to both sides: centers are what counts."""
    ENDS = 1
    """They end at one sample, and the network looks back."""
    AHEAD = 2
    """The network looks back; one path holds the other, and reaches further back than ahead."""
    APART = 3
    """The network looks back, but its paths end at different samples."""


class OneSided:
    """Which merges of a network look back, along one axis."""

    def __init__(self, graph: Graph, axis: AxisSight, sides: list[int]) -> None:
        """`sides` are those on which each layer sees everything."""
        self.graph, self.axis, self.sides = graph, axis, sides

    def meeting(self, number: int) -> Meeting:
        """How the paths of a misaligned merge lie to each other."""
        looks = self._looks[number]
        if not looks and not self._deliberate:
            return Meeting.CENTERS
        apart = self._apart(number)
        if apart and all(end == 0 for _, end in apart):
            return Meeting.ENDS
        if not looks or not apart:
            return Meeting.CENTERS
        return Meeting.AHEAD if looks == _STREAMS and all(map(_reaches_back, apart)) else Meeting.APART

    def looks_back(self, number: int) -> bool:
        """Whether what comes of a layer is causal, or looks back far more than ahead."""
        return self._looks[number] > 0

    @cached_property
    def _looks(self) -> list[int]:
        """For each layer what all the last layers with a local field behind it are: `_CAUSAL`, `_STREAMS`, or 0."""
        local, found = self.axis.fields.local, [0] * len(self.graph.layers)
        behind: list[int | None] = [None] * len(found)
        for number in reversed(self.graph.order):
            if local[number] is None:
                continue
            after = behind[number]
            found[number] = self._looks_back(number) if after is None else after
            for source in self.graph.sources[number]:
                before = behind[source]
                behind[source] = found[number] if before is None else min(before, found[number])
        return found

    def _looks_back(self, number: int) -> int:
        numbers = self.axis.numbers(number)
        back, ahead = numbers.lookback, numbers.lookahead
        if not isinstance(ahead, int):
            return 0
        if ahead <= 0:
            return _CAUSAL
        if self.sides[number] == BEFORE:
            return _STREAMS
        return _STREAMS if isinstance(back, int) and back >= STREAMING * ahead else 0

    @cached_property
    def _deliberate(self) -> bool:
        """Whether every merge of different paths ends them at one sample, some by more than an even kernel makes, and
        nothing is padded at the end: a causal network without padding, whose outputs are counted from its first window
        on."""
        letters = self.axis.sizes.axis
        for layer in self.graph.layers:
            padding = getattr(layer, "padding", None)
            if isinstance(padding, Padding) and (
                padding.needs_size or (padding.sides and padding.sides[letters][1] > 0)
            ):
                return False
        merges = [n for n, layer in enumerate(self.graph.layers) if layer is not None and layer.merge]
        apart = {number: self._apart(number) for number in merges}
        if any(end != 0 for found in apart.values() for _, end in found):
            return False
        return any(abs(start) > self._step(number) for number, found in apart.items() for start, _ in found)

    def _step(self, number: int) -> int:
        """Samples of the origin from output to output of a merge, rounded up: the odd sample of an even kernel."""
        stride = self.axis.numbers(number).stride
        return 1 if stride is None or isinstance(stride, Unknown) else -(-stride // 1)

    def _apart(self, number: int) -> set[tuple[int, int]]:
        """How far the regions of a merge's other paths start and end after those of the first."""
        local = self.axis.fields.local
        paths = [local[source] for source in self.graph.sources[number] if local[source] is not None]
        found: set[tuple[int, int]] = set()
        for other in paths[1:]:
            if other is not paths[0]:
                found.update(_distances(paths[0], other, self.axis.sizes.count))
        return found


_STREAMS, _CAUSAL = 1, 2


def _distances(one: object, other: object, count: int) -> Iterator[tuple[int, int]]:
    """How far the regions of one field start and end after those of another, output by output; nothing where that is
    not known."""
    if not (isinstance(one, Field | Family) and isinstance(other, Field | Family)):
        return
    ways = {key: (first, second) for first, second, key in pairs(one, other, count)}
    for first, second in ways.values():
        if not same_stride(first, second):
            continue
        x, y = in_step(first, second)
        for p, q in zip(x.phases, y.phases, strict=True):
            if p is not None and q is not None:
                yield (q[0] - p[0], q[1] - p[1])


def _reaches_back(apart: tuple[int, int]) -> bool:
    """Whether one of two regions holds the other, and reaches further beyond it at the start than at the end."""
    start, end = apart
    return start * end <= 0 and abs(start) > abs(end)
