"""RF502."""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject
from rfcli.engine.support import MAX_SAMPLES, Samples, interval
from rfcli.geometry.field import Field
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import Whole

MAX_PERIOD = 1 << 16
"""Input samples after which a pattern of holes has to repeat to be looked for."""


class Holes(Rule):
    """Some input positions are read by no output at all: a stride is larger than its kernel and nothing beside it reads
    what it skips. What falls off at the border of an input that the strides do not divide is not meant.
    """

    code = "RF502"
    cost = "a part of every image is computed or loaded and thrown away; small objects can vanish between the taps."
    mend = "give the layer a kernel at least as large as its stride, or pool before it strides"
    source = 'Araujo, Norris & Sim (2019); Brendel & Bethge (2019), "BagNets", for networks that accept it'

    def check(self, subject: Subject) -> Iterator[Finding]:
        for axes in subject.distinct():
            seeds = _seeds(subject, axes[0])
            found = None if seeds is None else _unread(subject, axes[0], seeds)
            if found is None:
                continue
            period, unread = found
            number = self._culprit(subject, axes[0], min(seeds or subject.outputs))
            positions = ", ".join(map(str, unread[:4])) + (", ..." if len(unread) > 4 else "")
            yield Finding(
                subject.node(number),
                f"'{subject.label(number)}': {len(unread)} of every {period} input positions{subject.where(axes)} are "
                f"read by no output: {positions}",
            )

    @staticmethod
    def _culprit(subject: Subject, axis: int, seed: int) -> int:
        """The first layer before an output that skips samples of its input."""
        for number in subject.graph.upstream(seed):
            if number < subject.first or subject.layer(number).merge:
                continue
            below = subject.reading(axis).below(number)
            for _, reads in below if not isinstance(below, Unknown) else ():
                taps = reads.phases[0]
                if len(reads.phases) == 1 and taps is not None and reads.shift > taps[1] - taps[0] + 1:
                    return number
        return seed


def _seeds(subject: Subject, axis: int) -> list[int] | None:
    """Layers all of whose samples count as read: outputs, and what global layers before outputs read."""
    graph, local = subject.graph, subject.reading(axis).local
    found = set()
    for output in subject.outputs:
        for number in graph.upstream(output):
            if number == output and local[number]:
                found.add(number)
            if number >= subject.first and subject.layer(number).whole(axis, False) is not Whole.NO:
                found.update(source for source in graph.sources[number] if local[source])
    return None if 0 in found else sorted(found)


def _unread(subject: Subject, axis: int, seeds: list[int]) -> tuple[int, list[int]] | None:
    """After how many input samples the pattern repeats, and which of them are read by none of the seeds."""
    fields = []
    for number in seeds:
        field = subject.sight.axes[axis].fields.local[number]
        if not isinstance(field, Field) or field.size is None or field.size > MAX_SAMPLES:
            return None
        fields.append(field)
    period = lcm(*(field.shift for field in fields)) if fields else 0
    if not 1 < period <= MAX_PERIOD:
        return None
    wanted: dict[int, Samples] = {}
    for number, field in zip(seeds, fields, strict=True):
        regions = [phase for phase in field.phases if phase is not None]
        turns = len(field.phases)
        before = (max(v for _, v in regions) // field.shift + 1) * turns
        after = ((period - min(u for u, _ in regions)) // field.shift + 1) * turns
        wanted[number] = interval(-before - turns, after + turns)
    read = subject.supports(axis).of(wanted)
    if isinstance(read, Unknown):
        return None
    inside = set(read.within(0, period - 1))
    unread = [at for at in range(period) if at not in inside]
    return (period, unread) if unread else None
