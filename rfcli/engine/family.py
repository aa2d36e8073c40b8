"""The fields of one layer at several input sizes."""

from __future__ import annotations

from rfcli.engine.reading import MAX_PHASES
from rfcli.geometry.field import Field, PeriodTooLong, Reads
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Seen = Callable[[Field, Reads], Field]
    """The field of a layer that reads another one."""


class Family(Value):
    """The fields of one layer at several input sizes: `classes[c]` moved by `by` samples for each member (c, by).

    Composition and union do not care where the origin's samples are counted from, so a layer works on the few classes,
    and layers whose reads do not depend on the size share the members of their input.
    """

    classes: tuple[Field, ...]
    members: tuple[tuple[int, int], ...]

    def seen_by(self, reads: Reads, seen: Seen = Field.seen_by) -> Family:
        """The family of a layer that reads alike at all input sizes."""
        return Family(tuple([seen(field, reads) for field in self.classes]), self.members)

    def seen_by_each(self, reads: tuple[Reads, ...], seen: Seen = Field.seen_by) -> Family:
        """The family of a layer that reads differently, `reads[t]` at input size t."""
        known: dict[tuple[int, Reads], tuple[Field, int]] = {}
        found = []
        phases = 0
        for (c, by), read in zip(self.members, reads, strict=True):
            key = (c, read)
            if key not in known:
                known[key] = grounded(seen(self.classes[c], read))
                phases += len(known[key][0].phases)
                if phases > MAX_PHASES:
                    raise PeriodTooLong(phases)
            field, moved = known[key]
            found.append((field, by + moved))
        return family_with(found)

    def field(self, at: int) -> Field:
        """The field at one input size."""
        c, by = self.members[at]
        return self.classes[c].moved(by)


def family_of(field: Field | Family, count: int) -> Family:
    """A field as a family of `count` equal members."""
    return field if isinstance(field, Family) else Family((field,), ((0, 0),) * count)


def family_with(found: list[tuple[Field, int]]) -> Family:
    """A family of grounded fields, each with how far it is moved."""
    classes: dict[Field, int] = {}
    members = tuple([(classes.setdefault(field, len(classes)), by) for field, by in found])
    return Family(tuple(classes), members)


def grounded(field: Field) -> tuple[Field, int]:
    """A field moved so that its first region starts at 0, and by how far it had been moved."""
    start = next((phase[0] for phase in field.phases if phase is not None), 0)
    return field.moved(-start), start
