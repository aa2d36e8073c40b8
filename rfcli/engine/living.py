"""Paths by the size of their fields, where some read nothing along one axis, and so nothing at all."""

from __future__ import annotations

from rfcli.engine.counting import PathsByField, PathsBySize, readers_of, together
from rfcli.engine.pieces import READS, TOO_MANY
from rfcli.engine.reading import let_go, too_long
from rfcli.engine.torn import TOO_TORN, Along, Parts, TooTorn
from rfcli.geometry.field import NOTHING, PeriodTooLong
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.engine.reading import Reading
    from rfcli.engine.torn import Places
    from rfcli.geometry.field import Reads

    Living = tuple[Places, ...]
    """For each other axis at which places paths read anything; none where they read nothing anywhere."""
    Counts = dict[Living, PathsBySize | PathsByField]


def living(
    reading: Reading, others: Sequence[Reading], number: int, left: int, outputs: int | None
) -> dict[int, int] | Unknown:
    """Numbers of paths from the origin to a layer by the size of their field along an axis, 0 where they read nothing
    along any of the others; with so much work to spend. So many `outputs` count, or all."""
    along = [Along(Parts(), reading, other) for other in others]
    found: dict[int, Counts] = {reading.origin: {(READS,) * len(others): PathsBySize(1, 1, {0: 1})}}
    readers = readers_of(reading, number)
    for at in reading.graph.order:
        if at not in readers or at == reading.origin:
            continue
        below = reading.below(at)
        if isinstance(below, Unknown):
            return below
        made: Counts = {}
        for source, reads in below:
            try:
                spent = _add(made, found[source], along, (at, source), reads)
            except PeriodTooLong as error:
                return too_long(error)
            except TooTorn:
                return TOO_TORN
            if isinstance(spent, Unknown):
                return spent
            left -= spent
            if left < 0:
                return TOO_MANY
        let_go(found, readers, [source for source, _ in below])
        found[at] = made
    by_size: dict[int, int] = {}
    for paths in found.get(number, {}).values():
        for size, many in paths.by_size(outputs).items():
            by_size[size] = by_size.get(size, 0) + many
    return by_size


def _add(made: Counts, before: Counts, along: Sequence[Along], edge: tuple[int, int], reads: Reads) -> int | Unknown:
    """Adds the paths that lead over an edge to those of a layer; the work that it took."""
    spent = 0
    for places, paths in before.items():
        here: list[Places] = []
        for one, read in zip(along, places, strict=False):
            then = one.always(*edge, read)
            if isinstance(then, Unknown):
                return then
            here.append(then)
        seen = paths if reads is IDENTITY_READS or not places else paths.seen_by(reads)
        key = tuple(here)
        if any(not any(part is not None for part in one) for one in here):
            key, seen = (), PathsByField({NOTHING: sum(seen.counts.values())})
        spent += sum(4 + many.bit_length() // 64 for many in seen.counts.values())
        if isinstance(seen, PathsByField):
            spent += sum(40 * len(field.phases) for field in seen.counts)
        made[key] = together(made[key], seen) if key in made else seen
    return spent
