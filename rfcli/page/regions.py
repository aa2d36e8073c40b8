"""What each layer sees of the origin, output by output: fields, and where a finite map cuts them off."""

from __future__ import annotations

from math import prod

from rfcli.engine.behind import Ways, hulls_behind
from rfcli.engine.border import clipped_hulls
from rfcli.engine.family import Family
from rfcli.engine.fields import Mixed
from rfcli.engine.hulls import NOWHERE, Hulls
from rfcli.engine.listed import Listed
from rfcli.engine.mapped import Boxes, behind_masks, behind_merges, boxes
from rfcli.engine.support import TOO_LONG, Effort
from rfcli.geometry.field import Field
from rfcli.geometry.unknown import Unknown
from rfcli.page.lopsided import Lopsided, along
from rfcli.page.shared import MOST, TOO_LARGE, Distinct, unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.engine.fields import Local
    from rfcli.engine.reading import Reading
    from rfcli.engine.sight import Sight

    Runs = list[list[int]]
    """Outputs that follow each other: the first, how many, and of each end of their regions the first and the step."""

EFFORT = 1_000_000_000
"""What is spent on the regions of all layers along one axis, in roughly nanoseconds."""
MOST_PHASES = 20_000
"""Regions of fields that the page has in all."""
MOST_RUNS = 20_000
"""Runs of outputs that the page has in all."""
TOO_MANY = Unknown("more regions than the page holds: `rf locate` has them")
APART = Unknown(
    "which paths lead to an output differs from place to place, as some lead nowhere: `rf locate` says what one sees"
)


class Regions:
    """The regions of all layers of a graph, each distinct one once."""

    def __init__(self, sight: Sight) -> None:
        self.sight, self.graph = sight, sight.graph
        self.fields, self.clips, self.joint = Distinct(), Distinct(), Distinct()
        self._phases, self._runs = MOST_PHASES, MOST_RUNS
        self.sizes = [axis.sizes.known[sight.origin] for axis in sight.axes]
        self._locals: dict[tuple[int, int | Unknown], int] = {}
        self._lopsided = Lopsided(sight, Effort(EFFORT)) if len(sight.readings) > 1 and self._sized else None
        self._looked = {} if self._lopsided is None else self._lopsided.boxes()
        self._dead: set[int] = set()
        """Layers of which no output reads anything along one of the axes."""
        self._clipped = self.graph.per_axis(self._along)
        self._clips = {at: self._of_looked(at) for at in self._looked}
        self._torn = behind_merges(sight.readings, Effort(EFFORT))
        self._masked = behind_masks(sight.readings)
        self._apart = [one or other for one, other in zip(self._masked, self._torn, strict=True)]
        self._boxed = self._jointly()

    def local(self, number: int) -> list[int | None]:
        """Per axis the number of a layer's field; None where only a global path is left."""
        readings = zip(self.sight.readings, self.sight.axes, strict=True)
        apart = self._apart_along(number)
        return [
            None
            if not reading.local[number]
            else self._unknown(APART)
            if apart
            else self._field(axis.fields.local[number], number, at)
            for at, (reading, axis) in enumerate(readings)
        ]

    def _apart_along(self, number: int) -> bool:
        """Whether the unbounded region of an output along one axis may depend on its place along others."""
        torn = any(axis.torn is not None for axis in self.sight.axes)
        return (torn and self._torn[number]) or (self.sight.gaps and number in self._looked)

    def clip(self, number: int) -> list[int]:
        """Per axis the number of what is left of a layer's regions on the map; -1 where that goes by the rule. Where no
        output reads anything along one of the axes, nothing is left along the others."""
        found = self._clips.get(number) or [one.get(number, -1) for one in self._clipped]
        local = [one.local[number] for one in self.sight.readings]
        sizes = [axis.sizes.known[number] for axis in self.sight.axes]
        if number not in self._dead or len({*local}) > 1:
            return found
        return [self._nothing(n) if isinstance(n, int) else at for n, at in zip(sizes, found, strict=True)]

    def _nothing(self, n: int) -> int:
        runs = [[0, n]]
        return self.clips.number(repr(runs), lambda: {"runs": runs})

    def cells(self, number: int) -> int:
        """The number of the outputs that see another box than the product along the axes; -1 where none may."""
        return self._boxed.get(number, -1)

    def torn(self, number: int) -> bool:
        """Whether that is so as some paths of merges lead nowhere at some outputs, not behind masks."""
        looked = number in self._looked and not self._behind_mask(number)
        return looked or (self._torn[number] and not self._masked[number])

    def _behind_mask(self, number: int) -> bool:
        return self._lopsided is not None and self._lopsided.masked[number]

    # --- fields

    def _field(self, local: Local, number: int, axis: int) -> int:
        """The number of a field."""
        n = self.sight.axes[axis].sizes.known[number]
        if isinstance(local, Unknown | Family):
            padding = self.sight.axes[axis].numbers(number).padding
            return self._unknown(padding if isinstance(padding, Unknown) else Unknown("the field is not known"))
        assert local is not None, "there is a local path"
        key = (id(local), n)
        if key not in self._locals:
            self._locals[key] = self._made(local, n)
        return self._locals[key]

    def _made(self, local: Field | Mixed | Listed, n: int | Unknown) -> int:
        if isinstance(local, Mixed):
            parts = tuple([self._one(part, n) for part in local.parts])
            return self.fields.number(("parts", parts), lambda: {"parts": list(parts)})
        if isinstance(local, Field):
            return self._one(local, n)
        assert isinstance(n, int), "only the outputs of a map are listed"
        return self._listed(local.map(n))

    def _one(self, field: Field, n: int | Unknown) -> int:
        """The number of a periodic field; where it repeats only after more outputs than there are, these are listed."""
        period = len(field.phases)
        if isinstance(n, int) and period > max(n, 16):
            return self._listed(field.phases[:n])
        if _large(field.shift, field.phases):
            return self._unknown(TOO_LARGE)
        return self._counted(field, period, {"shift": field.shift, "phases": _pairs(field.phases)})

    def _listed(self, regions: tuple[tuple[int, int] | None, ...]) -> int:
        if _large(0, regions):
            return self._unknown(TOO_LARGE)
        return self._counted(regions, len(regions), {"regions": _pairs(regions)})

    def _counted(self, key: object, count: int, made: dict[str, object]) -> int:
        known = len(self.fields.values)
        if self._phases < count:
            return self._unknown(TOO_MANY)
        found = self.fields.number(key, lambda: made)
        self._phases -= count if found == known else 0
        return found

    def _unknown(self, why: Unknown) -> int:
        return self.fields.number(why, lambda: unknown(why))

    # --- what is left on the map

    def _along(self, axis: int) -> dict[int, int]:
        """The clipped regions of all layers along one axis, where they do not go by the rule."""
        reading = self.sight.readings[axis]
        n, effort = reading.sizes.known[reading.origin], Effort(EFFORT)
        found: dict[int, int] = {}
        if isinstance(n, Unknown):
            return found
        local = self.sight.axes[axis].fields.local
        made: dict[object, tuple[Hulls, int]] = {}
        if self._only_global(reading):
            ways = Ways(reading, self.sight.reached, self.sight.training)
            for number, hulls in hulls_behind(ways, effort):
                if not reading.local[number] and number not in self._looked:
                    found[number] = self._clip(number, hulls, None, n)
        count = len(self.graph.described.layers)
        for number, seen in clipped_hulls(reading, range(len(self.graph.layers)), effort):
            if number >= count or number in self._looked:  # hidden, or known better
                continue
            key = (id(seen), id(local[number]))
            if key not in made or isinstance(seen, Unknown) or max(seen.last, default=0) < 0:
                made[key] = (seen, self._clip(number, seen, local[number], n))  # type: ignore[assignment]
            found[number] = made[key][1]
        return found

    def _of_looked(self, number: int) -> list[int]:
        """The clipped regions along each axis of a layer each output of which was looked at."""
        looked = self._looked[number]
        hulls = [looked] * len(self.sizes) if isinstance(looked, Unknown) else along(looked)
        local = [axis.fields.local[number] for axis in self.sight.axes]
        return [self._clip(number, *one) for one in zip(hulls, local, self.sizes, strict=True)]  # type: ignore[arg-type]

    def _only_global(self, reading: Reading) -> bool:
        return any(here and not local for here, local in zip(self.sight.reached, reading.local, strict=True))

    def _clip(self, number: int, hulls: Hulls | Unknown, local: Local, n: int) -> int:
        """The number of the outputs whose clipped regions do not go by the rule."""
        if isinstance(hulls, Unknown):
            return self.clips.number(hulls, lambda: unknown(hulls))
        if max(hulls.last, default=0) < 0:
            self._dead.add(number)
        rule = ruled(local, len(hulls.first), n)
        if rule is None:  # the field is not known, nor what is left of it
            return -1
        runs = list(_differing(hulls, rule))
        self._runs -= len(runs)
        if self._runs < 0:
            return self.clips.number(TOO_MANY, lambda: unknown(TOO_MANY))
        return self.clips.number(repr(runs), lambda: {"runs": runs}) if runs else -1

    def _jointly(self) -> dict[int, int]:
        """What outputs see of all axes together, of the layers where that is no product."""
        if not (any(self._apart) or self._looked) or not self._sized:
            return {}
        effort = Effort(EFFORT)
        alone: list[dict[int, Hulls]] = []
        for reading in self.sight.readings:
            pairs = clipped_hulls(reading, range(len(self.graph.layers)), effort)
            alone.append({at: hulls for at, hulls in pairs if self._apart[at] and isinstance(hulls, Hulls)})
        found = {at: self._doubt(APART) for at, torn in enumerate(self._torn) if torn and self._local(at)}
        for at, made in boxes(self.sight.readings, effort):
            if self._apart[at]:
                found[at] = self._rows(made, [] if self._apart_along(at) else [one.get(at) for one in alone], effort)
        for at, looked in self._looked.items():
            if self._local(at):  # where regions are not known, no product is
                each = [] if isinstance(looked, Unknown) or self.sight.gaps else along(looked)
                found[at] = self._rows(looked, each, effort)
            elif isinstance(looked, Boxes) and (self._behind_mask(at) or any(_differing_rows(looked, along(looked)))):
                found[at] = self._rows(looked, along(looked), effort)
        return found

    @property
    def _sized(self) -> bool:
        """Whether the sizes of the input are known."""
        return all(isinstance(n, int) for n in self.sizes)

    def _local(self, number: int) -> bool:
        return any(one.local[number] for one in self.sight.readings)

    def _doubt(self, why: Unknown) -> int:
        return self.joint.number(why, lambda: unknown(why))

    def _rows(self, made: Boxes | Unknown, along: Sequence[Hulls | None], effort: Effort) -> int:
        """The number of the outputs whose boxes are others than the products, of all of them without any."""
        if isinstance(made, Unknown):
            return self._doubt(made)
        known = [one for one in along if one is not None]
        if len(known) < len(along) or not effort.spend(0, prod(made.sizes)):
            return self._doubt(TOO_LONG)
        rows = list(_differing_rows(made, known))
        self._runs -= len(rows)
        return self._doubt(TOO_MANY) if self._runs < 0 else self.joint.number(repr(rows), lambda: {"runs": rows})


def _pairs(regions: tuple[tuple[int, int] | None, ...]) -> list[list[int] | None]:
    return [None if region is None else list(region) for region in regions]


def _large(shift: int, regions: tuple[tuple[int, int] | None, ...]) -> bool:
    """Whether some number is larger than a browser counts, with room for what is added to it."""
    ends = (abs(end) for region in regions if region is not None for end in region)
    return max(shift, *ends, 0) > MOST >> 20


def ruled(local: Local, outputs: int, n: int) -> Hulls | None:
    """The regions of a field, cut off at the ends of a map of `n` samples; without one, the whole map. None where the
    field is not known."""
    if local is None:
        return Hulls([0] * outputs, [n - 1] * outputs)
    if isinstance(local, Field):
        return _of_field(local, outputs, n)
    if isinstance(local, Mixed):
        return _cut([local.bounds(o) for o in range(outputs)], n)
    return _cut(list(local.map(outputs)), n) if isinstance(local, Listed) else None


def _of_field(field: Field, outputs: int, n: int) -> Hulls:
    """The same of a periodic field, phase by phase."""
    first, last = [NOWHERE] * outputs, [-1] * outputs
    period = len(field.phases)
    for phase, region in enumerate(field.phases[:outputs]):
        if region is None:
            continue
        many = (outputs - 1 - phase) // period + 1
        starts, ends = _moving(region[0], field.shift, many), _moving(region[1], field.shift, many)
        first[phase::period] = [u if u > 0 else 0 for u in starts]
        last[phase::period] = [v if v < n else n - 1 for v in ends]
        for turn in (*_until(starts, n), *_until([-v for v in reversed(ends)], 1, many)):
            first[phase + turn * period], last[phase + turn * period] = NOWHERE, -1
    return Hulls(first, last)


def _moving(start: int, shift: int, many: int) -> list[int]:
    return list(range(start, start + many * shift, shift)) if shift else [start] * many


def _until(rising: list[int], limit: int, mirrored: int = 0) -> Iterator[int]:
    """The places, from the last on, whose values reach a limit; counted from the other end where `mirrored`."""
    for at in range(len(rising) - 1, -1, -1):
        if rising[at] < limit:
            return
        yield mirrored - 1 - at if mirrored else at


def _cut(regions: list[tuple[int, int] | None], n: int) -> Hulls:
    inside = [region if region is not None and region[1] >= 0 and region[0] < n else None for region in regions]
    return Hulls(
        [NOWHERE if one is None else max(one[0], 0) for one in inside],
        [-1 if one is None else min(one[1], n - 1) for one in inside],
    )


CHUNK = 512


def _differing(hulls: Hulls, rule: Hulls) -> Iterator[list[int]]:
    """Runs of outputs whose regions are others than by the rule."""
    here: list[tuple[int, tuple[int, ...]]] = []
    for start in range(0, len(hulls.first), CHUNK):
        part = slice(start, start + CHUNK)
        u, v = hulls.first[part], hulls.last[part]
        if u != rule.first[part] or v != rule.last[part]:
            rows = zip(u, v, rule.first[part], rule.last[part], strict=True)
            here += [
                (start + at, (a, b) if b >= 0 else ())
                for at, (a, b, c, d) in enumerate(rows)
                if (a, b) != (c, d)
            ]  # fmt: skip
    yield from runs(here)


def runs(rows: list[tuple[int, tuple[int, ...]]]) -> Iterator[list[int]]:
    """Places that follow each other and whose values move evenly: the first place, how many, the values at the first,
    and by how much they move from one to the next; without values where nothing is read."""
    at = 0
    while at < len(rows):
        start, first = rows[at]
        end = at + 1
        if end < len(rows) and rows[end][0] == start + 1 and len(rows[end][1]) == len(first):
            steps = tuple([b - a for a, b in zip(first, rows[end][1], strict=True)])
            while end < len(rows) and rows[end] == (
                start + end - at, tuple([a + (end - at) * step for a, step in zip(first, steps, strict=True)])
            ):  # fmt: skip
                end += 1
        else:
            steps = (0,) * len(first)
        yield [start, end - at, *first, *steps]
        at = end


def _differing_rows(made: Boxes, along: Sequence[Hulls]) -> Iterator[list[int]]:
    """Rows of outputs whose boxes are others than the products of what is seen along the axes, each after its place
    along the leading axes; all rows without any of these."""
    width = made.sizes[-1]
    for line in range(prod(made.sizes[:-1])):
        leading: list[int] = []
        left = line
        for n in reversed(made.sizes[:-1]):
            left, place = divmod(left, n)
            leading.insert(0, place)
        ends: list[int] = []
        empty = False
        for hulls, place in zip(along, leading, strict=False):
            ends += [hulls.first[place], hulls.last[place]]
            empty = empty or hulls.last[place] < 0
        rows = []
        for x in range(width):
            own = tuple([end[line * width + x] for end in made.ends])
            own = own if own[-1] >= 0 else ()
            none = empty or (bool(along) and along[-1].last[x] < 0)
            if not along or own != (() if none else (*ends, along[-1].first[x], along[-1].last[x])):
                rows.append((x, own))
        yield from ([*leading, *run] for run in runs(rows))
