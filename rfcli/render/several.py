"""What several outputs of one scope have in common: the rest is not the scope's."""

from __future__ import annotations

from rfcli.engine.plain import LENGTHS
from rfcli.geometry.unknown import Unknown
from rfcli.render.whole import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    from rfcli.engine.report import LayerReport, ReceptiveField

    T = TypeVar("T")

BY_AXIS = (*LENGTHS, "phase_sizes")
"""Numbers of a field that have an entry for each axis."""
PROPERTIES = ("aligned", "uniform")
MOST_NAMED = 3
"""Numbers that are named where outputs differ."""


def in_common(outputs: Sequence[LayerReport], last: LayerReport) -> LayerReport:
    """A layer with what holds for all `outputs`, and else with what `last` has; unknown what differs."""
    differing = list(_differing(outputs))
    if not differing:
        return last
    more = f" and {len(differing) - MOST_NAMED} more" if len(differing) > MOST_NAMED else ""
    why = Unknown(
        f"its {len(outputs)} outputs differ in {', '.join(differing[:MOST_NAMED])}{more}: "
        f"{named([one.name for one in outputs])}; --layer tells of each"
    )
    fields = None
    if last.receptive_fields is not None:
        fields = {
            origin: _field([(one.receptive_fields or {}).get(origin) for one in outputs], why)
            for origin in last.receptive_fields
        }
    return last.replaced(
        output_size=_along([one.output_size for one in outputs], why),
        channels=_one([one.channels for one in outputs], why),
        receptive_field=_field([one.receptive_field for one in outputs], why),
        receptive_fields=fields,
    )


def _differing(outputs: Sequence[LayerReport]) -> list[str]:
    """Names of what differs among outputs."""
    fields = [one.receptive_field for one in outputs]
    found = [name for name in ("output_size", "channels") if _differ([getattr(one, name) for one in outputs])]
    return found + [name for name in (*BY_AXIS, *PROPERTIES) if _differ([getattr(one, name, None) for one in fields])]


def _differ(values: Sequence[object]) -> bool:
    return any(value != values[0] for value in values)


def _one(values: Sequence[T], why: Unknown) -> T | Unknown:
    return why if _differ(values) else values[0]


def _along(values: Sequence[tuple[T, ...]], why: Unknown) -> tuple[T | Unknown, ...]:
    """What agrees along each axis."""
    return tuple(_one(along, why) for along in zip(*values, strict=True))


def _field(fields: Sequence[ReceptiveField | None], why: Unknown) -> ReceptiveField | None:
    """What fields have in common; None where there are none."""
    known = [field for field in fields if field is not None]
    if not known:
        return None
    by_axis = {name: _along([getattr(one, name) for one in known], why) for name in BY_AXIS}
    if len(known) < len(fields):
        by_axis = {name: (why,) * len(values) for name, values in by_axis.items()}
    properties = {name: _one([getattr(one, name) for one in known], why) for name in PROPERTIES}
    return known[0].replaced(
        **by_axis,
        **properties,
        globally=any(one.globally for one in known),
        unbounded=tuple(_sides(set(along)) for along in zip(*(one.unbounded for one in known), strict=True)),
        through=tuple(dict.fromkeys(name for one in known for name in one.through)),
        notes=(why.reason, *(note for note in known[0].notes if all(note in one.notes for one in known))),
    )


def _sides(sides: set[str | None]) -> str | None:
    """On which sides any of several outputs sees everything."""
    some = sides - {None}
    return "both" if len(some) > 1 else next(iter(some), None)
