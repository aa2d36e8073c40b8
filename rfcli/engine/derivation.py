"""How a field comes about: the recurrences of Araujo, Norris & Sim (2019) with their numbers, along one path."""

from __future__ import annotations

from itertools import pairwise

from rfcli.engine.paths import deciding
from rfcli.engine.reading import Reading
from rfcli.geometry.field import Field, PeriodTooLong, Reads, ratio
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

    from rfcli.engine.report import Report


class NotDerived(Exception):
    """Why there is nothing to derive; the message is for people."""


class Step(Value):
    """One layer of the path: what it reads by itself, and the field up to it.

    `extent` is d(k-1) + 1, the samples from its first to its last tap, `stride` and `padding` are its own. `adds` is
    what it adds to the size, (extent - 1) times the stride before it. `field` is what the path sees up to here.
    """

    layer: str
    type: str
    extent: int
    stride: int | Fraction
    padding: int
    adds: int
    field: Field


class Derivation(Value):
    """The steps along one axis that change the field, and how many change nothing; `field` is the layer's own, which
    several paths may make larger than that of any one."""

    steps: tuple[Step, ...]
    idle: int
    field: Field

    @property
    def path_field(self) -> Field:
        """What the path sees."""
        return self.steps[-1].field if self.steps else Field()


def derived(report: Report, number: int) -> list[Derivation]:
    """The derivation of a layer's field along every axis. Raises `NotDerived`."""
    graph = report.graph
    origin = graph.names.number(report.origin)
    assert origin is not None, "the origin of this very report"
    known: dict[int, Derivation] = {}
    for axis, sizes in enumerate(graph.axes):
        if id(sizes) not in known:
            known[id(sizes)] = _along(report, number, axis, origin)
    return [known[id(sizes)] for sizes in graph.axes]


def _along(report: Report, number: int, axis: int, origin: int) -> Derivation:
    graph, fields = report.graph, report.sight.axes[axis].fields
    field = fields.local[number]
    if field is None:
        raise NotDerived("only a global path leads to it: it sees the whole map" if report.sight.reached[number]
                         else f"'{report.origin}' does not reach it")  # fmt: skip
    if not isinstance(field, Field):
        reasons = [value for value in report.sight.axes[axis].numbers(number) if isinstance(value, Unknown)]
        raise NotDerived(reasons[0].reason if reasons else "its field depends on the input size: give --input-size")
    reading = Reading(graph, graph.axes[axis], origin)
    path = deciding(reading, fields, number)
    steps, idle, seen = [], 0, Field()
    for source, at in pairwise(path):
        below = reading.below(at)
        assert not isinstance(below, Unknown), "the field is known"
        reads = next(found for one, found in below if one == source)
        layer = graph.layers[at]
        assert layer is not None, "an input is no step"
        if reads == IDENTITY_READS:
            idle += 1
            continue
        try:
            after = seen.seen_by(reads)
        except PeriodTooLong as error:
            raise NotDerived(f"it repeats only every {error.period} outputs") from None
        steps.append(_step(graph.labels[at], layer.type, reads, seen, after))
        seen = after
    return Derivation(tuple(steps), idle, field)


def _step(label: str, type: str, reads: Reads, before: Field, after: Field) -> Step:
    taps = [taps for taps in reads.phases if taps is not None]
    extent = max((last - first + 1 for first, last, _ in taps), default=0)
    first = reads.phases[0][0] if reads.phases[0] is not None else 0
    adds = (after.size or 0) - (before.size or 0)
    return Step(label, type, extent, ratio(reads.shift, len(reads.phases)), -first, adds, after)
