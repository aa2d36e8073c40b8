"""RF502: input positions that no output reads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import lcm, prod

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject
from rfcli.engine.joint import JointSupports, Points
from rfcli.engine.support import MAX_SAMPLES, Samples, interval
from rfcli.geometry.field import Field
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import Whole

MAX_PERIOD = 1 << 16
"""Input samples after which a pattern of holes has to repeat to be looked for."""


class Holes(Rule):
    """Some input positions are read by no output at all: a stride is larger than its kernel, or than what a mask leaves
    of it, and nothing beside it reads what it skips. What falls off at the border of an input that the strides do not
    divide is not meant.
    """

    code = "RF502"
    cost = "a part of every image is computed or loaded and thrown away; small objects can vanish between the taps."
    mend = "give the layer a kernel at least as large as its stride, or pool before it strides"
    source = 'Araujo, Norris & Sim (2019); Brendel & Bethge (2019), "BagNets", for networks that accept it'

    def check(self, subject: Subject) -> Iterator[Finding]:
        spoken = False
        for axes in subject.distinct():
            seeds = _seeds(subject, axes[0])
            found = None if seeds is None else _unread(subject, axes[0], seeds)
            if found is None:
                continue
            spoken = True
            period, unread = found
            number = self._culprit(subject, axes[0], min(seeds or subject.outputs))
            positions = ", ".join(map(str, unread[:4])) + (", ..." if len(unread) > 4 else "")
            yield Finding(
                subject.node(number),
                f"'{subject.label(number)}': {len(unread)} of every {period} input positions{subject.where(axes)} are "
                f"read by no output: {positions}",
            )
        masks = [number for number in subject.numbers if subject.layer(number).joint is not None]
        together = _unread_together(subject) if masks and not spoken else None
        if together is not None:
            periods, points = together
            positions = ", ".join(map(str, points[:4])) + (", ..." if len(points) > 4 else "")
            every = "x".join(map(str, periods))
            yield Finding(
                subject.node(masks[0]),
                f"'{subject.label(masks[0])}': {len(points)} of every {every} input positions are read by no output: "
                f"{positions}",
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
    found = _pattern(subject, axis, seeds)
    if found is None or found[0] < 2:
        return None
    period, wanted = found
    read = subject.supports(axis).of(wanted)
    if isinstance(read, Unknown):
        return None
    inside = set(read.within(0, period - 1))
    unread = [at for at in range(period) if at not in inside]
    return (period, unread) if unread else None


def _unread_together(subject: Subject) -> tuple[list[int], list[tuple[int, ...]]] | None:
    """The same of all axes at once, where masks leave no product of what is read along them."""
    seeds = _seeds(subject, 0)
    joint = JointSupports(subject.sight.readings, subject.effort)
    if not seeds or any(_seeds(subject, axis) != seeds for axis in subject.axes) or not all(map(joint.masked, seeds)):
        return None
    found = [_pattern(subject, axis, seeds) for axis in subject.axes]
    patterns = [one for one in found if one is not None]
    periods = [period for period, _ in patterns]
    if len(patterns) < len(found) or not 1 < prod(periods) <= MOST_POINTS:
        return None
    unread = {*product(*map(range, periods))}
    for number in seeds:
        *leading, last = [wanted[number] for _, wanted in patterns]
        if prod(one.count for one in (*leading, last)) > MOST_POINTS:
            return None
        read = joint.of(number, Points(dict.fromkeys(product(*leading), last)))
        if isinstance(read, Unknown):
            return None
        unread.difference_update(read)
    return (periods, sorted(unread)) if unread else None


MOST_POINTS = 20_000
"""Outputs, and input positions, that are looked at one by one."""


def _pattern(subject: Subject, axis: int, seeds: list[int]) -> tuple[int, dict[int, Samples]] | None:
    """After how many input samples the pattern repeats, and the outputs of the seeds that may read any of these."""
    fields = []
    for number in seeds:
        field = subject.sight.axes[axis].fields.local[number]
        if not isinstance(field, Field) or field.size is None or field.size > MAX_SAMPLES:
            return None
        fields.append(field)
    period = lcm(*(field.shift for field in fields)) if fields else 0
    if not 1 <= period <= MAX_PERIOD:
        return None
    wanted: dict[int, Samples] = {}
    for number, field in zip(seeds, fields, strict=True):
        regions = [phase for phase in field.phases if phase is not None]
        turns = len(field.phases)
        before = (max(v for _, v in regions) // field.shift + 1) * turns
        after = ((period - min(u for u, _ in regions)) // field.shift + 1) * turns
        wanted[number] = interval(-before - turns, after + turns)
    return period, wanted
