"""How a field comes about: the recurrences of Araujo, Norris & Sim (2019) with their numbers, along one path."""

from __future__ import annotations

from itertools import pairwise

from rfcli.engine.paths import deciding
from rfcli.engine.report import NoAnswer
from rfcli.geometry.field import Field, PeriodTooLong, Reads, ratio
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

    from rfcli.engine.numbers import Numbers
    from rfcli.engine.reading import Reading
    from rfcli.engine.report import Report


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
    dilation: int = 1
    """How far its taps are apart."""


class Derivation(Value):
    """The steps of a path along one axis that change the field, and how many change nothing; `numbers` are the layer's
    own. Where it is not `alone`, other paths see more, or elsewhere; it `surely` is the one that sees most unless there
    are too many of them.
    """

    steps: tuple[Step, ...]
    idle: int
    numbers: Numbers
    alone: bool
    surely: bool

    @property
    def path_field(self) -> Field:
        """What the path sees."""
        return self.steps[-1].field if self.steps else Field()


def derived(report: Report, layer: str) -> list[Derivation]:
    """The derivations of a layer's field, one per axis. Raises `NoAnswer`."""
    number, sight = report.number(layer), report.sight

    def along(axis: int) -> Derivation:
        field, numbers = sight.axes[axis].fields.local[number], sight.axes[axis].numbers(number)
        if field is None:
            why = "only a global path leads to it: it sees the whole map"
            if not sight.reached[number]:
                why = f"'{report.origin}' does not reach it"
            raise NoAnswer(f"'{layer}': {why}")
        if not isinstance(field, Field) or isinstance(numbers.size, Unknown):
            raise NoAnswer(f"'{layer}': {numbers.reasons[0] if numbers.reasons else GIVE_SIZE}")
        path = deciding(sight, axis, number)
        try:
            steps, idle = _along(path.reading, path.numbers)
        except PeriodTooLong as error:
            raise NoAnswer(f"'{layer}': it repeats only every {error.period} outputs") from None
        found = Derivation(steps, idle, numbers, True, path.surely)
        return found.replaced(alone=found.path_field == field and numbers.phase_sizes == field.phase_sizes)

    return report.followed.per_axis(along)


GIVE_SIZE = "its field depends on the input size: give --input-size"


def _along(reading: Reading, path: list[int]) -> tuple[tuple[Step, ...], int]:
    """The steps of a path that change the field, and how many do not. Raises `PeriodTooLong`."""
    graph = reading.graph
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
        after = seen.seen_by(reads)
        steps.append(_step(graph.labels[at], layer.type, reads, seen, after))
        seen = after
    return tuple(steps), idle


def _step(label: str, type: str, reads: Reads, before: Field, after: Field) -> Step:
    taps = [taps for taps in reads.phases if taps is not None]
    extent = max((last - first + 1 for first, last, _ in taps), default=0)
    first = reads.phases[0][0] if reads.phases[0] is not None else 0
    adds = (after.size or 0) - (before.size or 0)
    apart = max((gap for begin, end, gap in taps if end > begin), default=1)
    return Step(label, type, extent, ratio(reads.shift, len(reads.phases)), -first, adds, after, apart)
