"""Whether all paths to a layer have one stride and one center: path by path, not merge by merge.

Every pair of paths counts, at every output. Paths are too many to be followed one by one, and need not be: two paths
whose regions lie concentrically, apart by the same number of samples on either side at every output, are so for every
layer behind them, whatever it reads. One of them stands for both: the paths of one kind. Two that are apart by numbers
that are constant, but not the same on both sides, stay misaligned for good, unless they may lead nowhere behind some
layer (a transposed convolution whose kernel is smaller than its stride, and one that skips its outputs). Only what
changes with the output, behind upsamplings and adaptive windows, makes a kind of its own; it may be misaligned at one
layer and aligned at the next.
"""

from __future__ import annotations

from math import lcm

from rfcli.engine.family import Family, family_of
from rfcli.geometry.field import MAX_PERIOD, NOTHING, Field, PeriodTooLong
from rfcli.geometry.unknown import Unknown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Path = Field | Family
    Shape = tuple[int, tuple[tuple[int, int] | None, ...]]

MAX_KINDS = 256
"""Kinds of paths that are followed."""

MAX_WORK = 4_000_000
"""Regions of outputs that are compared along one axis."""

TOO_MANY_KINDS = Unknown(f"more than {MAX_KINDS} kinds of paths meet: whether all have one center is not followed")


class Paths(Value):
    """The paths to a layer: one of each kind, or none where a single kind lies concentrically to the layer's field.

    `apart` has a bit for each input size that is looked at, whether two paths are misaligned there for good; `askew`
    whether two are at this layer. `doubt` is why it is unknown whether more are.
    """

    kinds: tuple[Path, ...] = ()
    apart: int = 0
    askew: int = 0
    doubt: Unknown | None = None


ONE_KIND = Paths()


def lost(paths: Paths, why: Unknown) -> Paths:
    """The paths of a layer of which is not known what it sees of these: those of several kinds may have one center
    there."""
    return Paths((), paths.apart, paths.apart, paths.doubt or why) if paths.kinds else paths


class Agreement:
    """Follows the paths along one axis, at `count` input sizes."""

    def __init__(self, count: int) -> None:
        self.count, self.everywhere = count, (1 << count) - 1
        self.gaps_ahead = False
        """Whether some outputs of a layer behind the one that is looked at read nothing."""
        self.left = MAX_WORK

    def seen(self, paths: Paths, see: Callable[[Path], object]) -> Paths:
        """The paths of a layer that reads all of these: `see` is what it sees of one."""
        if not paths.kinds:
            return paths
        found = []
        for kind in paths.kinds:
            try:
                seen = see(kind)
            except PeriodTooLong:
                seen = None
            if not isinstance(seen, Field | Family):
                return Paths((), paths.apart, paths.apart, TOO_MANY_KINDS)
            found.append(seen)
        return self.sorted(found, paths.apart, paths.doubt)

    def merged(self, met: list[tuple[Paths, object]]) -> Paths:
        """The paths of a merge: of each input those that lead to it, and its field."""
        first, one = met[0]
        if not first.kinds and all(paths == first and _plainly_one(one, field) for paths, field in met[1:]):
            return first
        apart, doubt = 0, None
        kinds: list[Path] = []
        for paths, field in met:
            apart |= paths.apart
            doubt = doubt or paths.doubt
            if paths.kinds:
                kinds += paths.kinds
            elif isinstance(field, Field | Family):
                kinds.append(field)
        return self.sorted(kinds, apart, doubt)

    def sorted(self, paths: Iterable[Path], apart: int, doubt: Unknown | None) -> Paths:
        """One path of each kind, and how they lie to each other."""
        firsts: dict[object, tuple[Path, list[int]]] = {}
        for path in dict.fromkeys(paths):
            if path == NOTHING:
                continue
            self.left -= _length(path)
            shapes, centers = _shapes(path)
            lasting = not self.gaps_ahead and not _has_gaps(path)
            first = firsts.setdefault(shapes if lasting else (shapes, *centers), (path, centers))
            if first[1] != centers:
                apart |= _differing(first[1], centers, self.everywhere)
        kinds = tuple([path for path, _ in firsts.values()])
        if apart == self.everywhere or len(kinds) < 2:
            return Paths((), apart, apart, doubt) if apart or doubt else ONE_KIND
        if len(kinds) > MAX_KINDS or self.left < 0:
            return Paths((), apart, apart, doubt or TOO_MANY_KINDS)
        try:
            askew = apart | self._askew(kinds)
        except PeriodTooLong:
            return Paths((), apart, apart, doubt or TOO_MANY_KINDS)
        return Paths(kinds, apart, askew, doubt)

    def _askew(self, kinds: tuple[Path, ...]) -> int:
        """The input sizes at which the centers of some of these paths differ."""
        if all(isinstance(kind, Field) for kind in kinds):
            return self.everywhere if self._differ([(kind, 0) for kind in kinds]) else 0  # type: ignore[misc]
        families = [family_of(kind, self.count) for kind in kinds]
        known: dict[object, bool] = {}
        found = 0
        for at in range(self.count):
            members = [family.members[at] for family in families]
            key = tuple([(c, by - members[0][1]) for c, by in members])
            if key not in known:
                fields = [(family.classes[c], by) for family, (c, by) in zip(families, key, strict=True)]
                known[key] = self._differ(fields)
            found |= known[key] << at
        return found

    def _differ(self, fields: list[tuple[Field, int]]) -> bool:
        """Whether the centers or strides of some fields, each moved by some samples, differ."""
        one = fields[0][0]
        if any(field.shift * len(one.phases) != one.shift * len(field.phases) for field, _ in fields):
            return True
        period = lcm(*(len(field.phases) for field, _ in fields))
        self.left -= period * len(fields)
        if period > MAX_PERIOD or self.left < 0:
            raise PeriodTooLong(period)
        for o in range(period):
            regions = [(bounds, by) for field, by in fields if (bounds := field.bounds(o)) is not None]
            if len({bounds[0] + bounds[1] + 2 * by for bounds, by in regions}) > 1:
                return True
        return False


def _plainly_one(one: object, other: object) -> bool:
    """Whether it is plain that two fields are of one kind."""
    if one is other:
        return True
    if not isinstance(one, Field) or not isinstance(other, Field) or one.shift != other.shift:
        return False
    if not one.uniform or not other.uniform:
        return False
    a, b = one.phases[0], other.phases[0]
    return a is not None and b is not None and a[0] + a[1] == b[0] + b[1]


def _has_gaps(path: Path) -> bool:
    """Whether some outputs read nothing by a path."""
    fields = path.classes if isinstance(path, Family) else (path,)
    return any(None in field.phases for field in fields)


def _length(path: Path) -> int:
    return len(path.phases) if isinstance(path, Field) else sum(len(field.phases) for field in path.classes)


def _shape(field: Field) -> tuple[Shape, int]:
    """A field without where it lies and how large it is, so that it is equal for concentric ones; twice the center of
    the first output that reads something."""
    u, v = next((phase for phase in field.phases if phase is not None), (0, 0))
    phases = tuple([None if phase is None else (phase[0] - u, phase[1] - v) for phase in field.phases])
    return (field.shift, phases), u + v


def _shapes(path: Path) -> tuple[object, list[int]]:
    """The shape of a path at each input size, one where all are equal, and its centers."""
    if isinstance(path, Field):
        shape, center = _shape(path)
        return shape, [center]
    found = [_shape(field) for field in path.classes]
    centers = [found[c][1] + 2 * by for c, by in path.members]
    if len({shape for shape, _ in found}) == 1:
        return found[0][0], centers
    return tuple([found[c][0] for c, _ in path.members]), centers


def _differing(one: list[int], other: list[int], everywhere: int) -> int:
    """The input sizes at which two centers differ; a single center holds at all of them."""
    if len(one) == len(other) == 1:
        return everywhere if one != other else 0
    count = max(len(one), len(other))
    pairs = zip(one * count if len(one) == 1 else one, other * count if len(other) == 1 else other, strict=True)
    found = 0
    for at, (a, b) in enumerate(pairs):
        found |= (a != b) << at
    return found
