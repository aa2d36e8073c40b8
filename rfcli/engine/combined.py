"""The numbers of layers whose outputs see by other paths from place to place along the other axes (`torn`)."""

from __future__ import annotations

from math import lcm

from rfcli.engine.agreement import Paths
from rfcli.engine.fields import AxisFields, all_of
from rfcli.engine.numbers import NO_OUTPUT_ZERO, READS_NOTHING, Numbers, numbers_of
from rfcli.engine.reading import DEPENDS
from rfcli.geometry.field import NOTHING
from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.engine.fields import Local, Misalignment
    from rfcli.engine.report import Number
    from rfcli.engine.torn import Torn, Ways


def folded(fields: AxisFields, torn: Torn, count: int) -> AxisFields:
    """The fields of the `count` layers of the folded graph: each what any of its outputs sees."""
    local: list[Local] = fields.local[:count]
    for number in torn.dead:
        local[number] = NOTHING
    for number, why in torn.unknown.items():
        local[number] = why
    paths = [_paths(fields, torn, number) for number in range(count)]
    misaligned = {}
    for number in {torn.original(one) for one in fields.misaligned}:
        nodes = [one for way in torn.ways.get(number, ()) for one in way.all] or [number]
        found = next((fields.misaligned[node] for node in nodes if node in fields.misaligned), None)
        if found is not None:
            misaligned[number] = _original(found, torn)
    clashes = [
        one.replaced(first=torn.original(one.first), second=torn.original(one.second))
        for one in fields.clashes
        if one.number < count
    ]
    return AxisFields(local, paths, misaligned, clashes)


def _original(found: Misalignment, torn: Torn) -> Misalignment:
    return found.replaced(first=torn.original(found.first), second=torn.original(found.second))


def _paths(fields: AxisFields, torn: Torn, number: int) -> Paths:
    """How those paths to a layer lie to one another that lead to one output."""
    if number in torn.dead:
        return Paths((), 0, 0, None)
    ways = torn.ways.get(number)
    if ways is None:
        found = fields.paths[number]
        return found.replaced(doubt=torn.unknown[number]) if number in torn.unknown else found
    at_each = {_of_way(fields, way) for way in ways}
    return at_each.pop() if len(at_each) == 1 else Paths((), 0, 0, DEPENDS)


def _of_way(fields: AxisFields, way: Ways) -> Paths:
    apart, askew, doubt = 0, 0, None
    for node in way.all:
        paths = fields.paths[node]
        apart, askew, doubt = apart | paths.apart, askew | paths.askew, doubt or paths.doubt
    return Paths((), apart, askew, doubt)


def combined(zero: Numbers | None, all_: Sequence[Numbers], holes: bool) -> Numbers:
    """The numbers of a layer from those of all sets of paths that lead to outputs, and to output 0 if any does."""
    if not all_:
        return numbers_of(NOTHING, aligned=True, n=0)
    first, alike = all_[0], all(one == all_[0] for one in all_)
    if alike and not holes:
        return first
    padding, center = (
        _at_zero(zero, [getattr(one, name) for one in all_], name, holes) for name in ("padding", "center")
    )
    size, back, ahead = (_most([getattr(one, name) for one in all_]) for name in ("size", "lookback", "lookahead"))
    strides = [one.stride for one in all_ if one.stride is not READS_NOTHING]
    said = " and ".join(dict.fromkeys(str(one) for one in strides if not isinstance(one, Unknown)))
    several = next((one for one in strides if isinstance(one, Unknown)), None) or Unknown(
        f"paths of strides {said} lead to different outputs: no one stride holds"
    )
    stride = _agreed(strides, several) if strides else READS_NOTHING
    uniform = next((one.uniform for one in all_ if isinstance(one.uniform, Unknown)), False)
    phases = _phases([one.phase_sizes for one in all_])
    aligned = all_of(one.aligned for one in all_)
    return Numbers(size, stride, padding, center, back, ahead, phases, uniform, aligned)


def _at_zero(zero: Numbers | None, values: Sequence[Number], name: str, holes: bool) -> Number:
    """A number of output 0. Where that reads nothing because of another axis, the one that all others have, as along
    a single path."""
    if zero is not None:
        return getattr(zero, name)  # type: ignore[no-any-return]
    return NO_OUTPUT_ZERO if holes else _agreed(values, NO_OUTPUT_ZERO)


def _agreed(values: Sequence[Number], otherwise: Number) -> Number:
    return values[0] if all(one == values[0] for one in values) else otherwise


def _most(values: Sequence[Number]) -> Number:
    """The largest; unknown where one is, but for those of outputs that read nothing."""
    read = [one for one in values if one is not READS_NOTHING]
    unknown = next((one for one in read if isinstance(one, Unknown)), None)
    if unknown is not None or not read:
        return unknown or READS_NOTHING
    return max(one for one in read if one is not None and not isinstance(one, Unknown))


def _phases(values: Sequence[tuple[int, ...] | Unknown | None]) -> tuple[int, ...] | Unknown | None:
    """The largest sizes, phase by phase."""
    known = [one for one in values if isinstance(one, tuple)]
    if len(known) < len(values):
        return next(one for one in values if not isinstance(one, tuple))
    period = lcm(*map(len, known))
    return tuple([max(one[o % len(one)] for one in known) for o in range(period)])


def at_all_sizes(found: Sequence[Numbers]) -> Numbers:
    """What the numbers at all input sizes agree on."""
    first = found[0]
    differing = {
        name: DEPENDS
        for name in Numbers._fields
        if not all(getattr(one, name) == getattr(first, name) for one in found[1:])
    }
    return first.replaced(**differing) if differing else first
