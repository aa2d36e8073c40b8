"""Paths from the origin to a layer: how many there are, and which one decides."""

from __future__ import annotations

from rfcli.engine.reading import Reading
from rfcli.geometry.field import Field
from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.fields import AxisFields
    from rfcli.geometry.field import Reads


def count(reading: Reading) -> list[int]:
    """For each layer the number of local paths that lead to it from the origin; exact, they grow exponentially."""
    found = [0] * len(reading.local)
    for number in reading.graph.order:
        if number == reading.origin:
            found[number] = 1
        elif reading.local[number]:
            found[number] = sum(found[source] for source in reading.sources[number])
    return found


def deciding(reading: Reading, fields: AxisFields, number: int) -> list[int]:
    """The layers of one path from the origin to a layer, the one with the largest field at every merge."""
    path = [number]
    while number != reading.origin:
        sources = reading.sources[number]
        if not sources:
            break
        number = sources[0] if len(sources) == 1 else max(sources, key=lambda one: _size(fields.local[one]))
        path.append(number)
    return path[::-1]


def _size(local: object) -> int:
    return (local.size or 0) if isinstance(local, Field) else 0


def narrowest(reading: Reading) -> list[Field | None]:
    """For each layer the smallest field of any one path to it (Richter & Pal 2022 count layers by it).

    None where no local path leads, or where the paths' fields are not all known. Among paths of one size the first
    counts.
    """
    found: list[Field | None] = [None] * len(reading.local)
    for number in reading.graph.order:
        if number == reading.origin:
            found[number] = Field()
            continue
        below = reading.below(number) if reading.local[number] else []
        if isinstance(below, Unknown):
            continue
        fields = [seen for source, reads in below if (seen := _seen(found[source], reads)) is not None]
        if fields and len(fields) == len(below):
            found[number] = min(fields, key=_size)
    return found


def _seen(field: Field | None, reads: Reads) -> Field | None:
    return None if field is None else field.seen_by(reads)
