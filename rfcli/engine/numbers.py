"""The numbers of a layer along one axis, from its field."""

from __future__ import annotations

from rfcli.engine.fields import Mixed
from rfcli.engine.listed import Listed
from rfcli.engine.reading import too_long
from rfcli.geometry.field import Field, PeriodTooLong, ratio
from rfcli.geometry.unknown import Unknown
from rfcli.values import Value, astuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.fields import Local
    from rfcli.engine.report import Number

    Phases = tuple[int, ...] | Unknown | None


class Numbers(Value):
    """What a layer sees along one axis, as `ReceptiveField` has it: unknown with the reason, None without a path."""

    size: Number
    stride: Number
    padding: Number
    center: Number
    lookback: Number
    lookahead: Number
    phase_sizes: Phases
    uniform: bool | Unknown
    aligned: bool | Unknown

    @property
    def reasons(self) -> list[str]:
        """Why some are unknown."""
        return [value.reason for value in astuple(self) if type(value) is Unknown]


GLOBAL_ONLY = Numbers(None, None, None, None, None, None, None, True, True)
"""The numbers of a layer that only global paths lead to."""

NO_OUTPUT_ZERO = Unknown("output 0 reads nothing: padding and center are those of output 0")
NOT_FOLLOWED = Unknown("the field repeats too late to be followed: the outputs of the map see alike, others may not")
READS_NOTHING = Unknown("no output reads anything")


def numbers_of(local: Local, aligned: bool | Unknown, n: int | Unknown) -> Numbers:
    """The numbers of a field at one input size, on a map of `n` outputs."""
    if isinstance(local, Field):
        if len(local.phases) == 1:
            only = local.phases[0]
            if only is None:
                return Numbers(*(READS_NOTHING,) * 6, (0,), False, aligned)
            u, v = only
            size = v - u + 1
            return Numbers(size, local.shift, -u, _half(u + v), -u, v, (size,), True, aligned)
        padding, center = _start(local)
        most, back, ahead = [
            READS_NOTHING if found is None else found for found in (local.size, local.lookback, local.lookahead)
        ]
        return Numbers(most, local.stride, padding, center, back, ahead, local.phase_sizes, False, aligned)
    if local is None:
        return GLOBAL_ONLY if aligned is True else GLOBAL_ONLY.replaced(aligned=aligned)
    if isinstance(local, Unknown):
        return Numbers(*(local,) * 8, aligned)
    assert isinstance(local, Mixed | Listed), "families have numbers at each size"
    if isinstance(local, Listed) and len(local.strides) == 1:
        assert isinstance(n, int), "only the outputs of a map are listed"
        return _listed(local, n, aligned)
    return _mixed(local, n)


def _listed(local: Listed, n: int, aligned: bool | Unknown) -> Numbers:
    """The numbers of a field that repeats only after more outputs than the map has: those of the map."""
    (stride,), regions = local.strides, local.map(n)
    stands = [(o * stride.numerator // stride.denominator, region) for o, region in enumerate(regions)]
    read = [(at, *region) for at, region in stands if region is not None]
    if not read:
        return Numbers(*(READS_NOTHING,) * 6, (0,), False, aligned)
    padding, center = _start(local)
    sizes = tuple([0 if region is None else region[1] - region[0] + 1 for region in regions])
    back, ahead = max(at - u for at, u, _ in read), max(v - at for at, _, v in read)
    regular = min(sizes) == max(sizes) and all(u - read[0][1] == (o - read[0][0]) for o, u, _ in read)
    uniform = NOT_FOLLOWED if regular and stride.denominator == 1 else False
    return Numbers(max(sizes), stride, padding, center, back, ahead, sizes, uniform, aligned)


def _mixed(local: Mixed | Listed, n: int | Unknown) -> Numbers:
    """The numbers where paths of different strides meet."""
    try:
        size: int | Unknown | None = n if isinstance(n, Unknown) else local.size(n)
    except PeriodTooLong as error:
        size = too_long(error)
    strides = " and ".join(map(str, local.strides))
    mixed = Unknown(f"paths of strides {strides} meet: each output sees the union of theirs, no one stride holds")
    padding, center = _start(local)
    return Numbers(READS_NOTHING if size is None else size, mixed, padding, center, mixed, mixed, mixed, False, False)


def _start(local: Field | Mixed | Listed) -> tuple[Number, Number]:
    """Padding and center, which are those of output 0."""
    zero = local.bounds(0)
    return (NO_OUTPUT_ZERO, NO_OUTPUT_ZERO) if zero is None else (-zero[0], _half(zero[0] + zero[1]))


def _half(doubled: int) -> Number:
    return doubled >> 1 if doubled % 2 == 0 else ratio(doubled, 2)
