"""Where: the samples of the origin behind an output, and the outputs that see a sample."""

from __future__ import annotations

from functools import cached_property
from math import prod

from rfcli import arguments
from rfcli.engine.behind import Behind
from rfcli.engine.border import Region, clipped_regions, readers_of
from rfcli.engine.boxes import BoxSupports, along
from rfcli.engine.fields import Mixed
from rfcli.engine.joint import JointSupports, Points, single, slab
from rfcli.engine.listed import Listed
from rfcli.engine.pointwise import PointSupports
from rfcli.engine.report import NoAnswer
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, TOO_LONG, Effort, Samples, Supports, interval
from rfcli.engine.views import View, unlike
from rfcli.geometry.field import Field, ratio
from rfcli.geometry.unknown import Unknown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction
    from typing import TypeVar

    from rfcli.diagnostics import CallError
    from rfcli.engine.boxes import Box
    from rfcli.engine.report import Report

    T = TypeVar("T")
    Runs = tuple[tuple[int, int], ...]
    """The first and the last of neighbours, in order."""


MOST_EFFORT = 1_200_000_000
"""What is spent on one question, in roughly nanoseconds."""


class Located(Value):
    """One output: per axis its region on the unbounded map, clipped to the map (None where it reads nothing), and its
    center. `globally` tells that it also sees the whole map. `runs` has all samples that are really read, per axis as
    runs of neighbours: those at the other side of a circular border too, which `clipped` leaves out."""

    at: tuple[int, ...]
    region: tuple[Region, ...]
    clipped: tuple[Region, ...]
    center: tuple[int | Fraction | None, ...]
    globally: bool
    runs: tuple[Runs, ...]


class Locator:
    """Places of one layer's outputs in the map of the report's origin.

    Where sizes are unknown, or the maps are too large to be looked at, it raises what `refused` makes of the reason.
    """

    def __repr__(self) -> str:
        return f"<Locator of '{self.layer}' in {self.report!r}>"

    def __init__(self, report: Report, layer: str, refused: Callable[[str], CallError] = NoAnswer) -> None:
        self.report, self.layer, self.refused = report, layer, refused
        self.graph = report.followed
        self.number, self.origin = report.number(layer), report.sight.origin
        if not report.sight.reached[self.number]:
            raise refused(f"'{report.origin}' does not reach '{layer}'")
        self.effort = Effort(MOST_EFFORT)
        self.readings = report.sight.readings
        self.joint = JointSupports(self.readings, self.effort)
        self.axes = range(len(self.readings))
        self._behind: dict[int, Behind] = {}
        self.masked = self.joint.masked(self.number)
        self.alone = [axis for axis in self.axes if not self.readings[axis].local[self.number]]
        self._looks: dict[int | None, _Looks] = {}
        self._boxed = Effort(MOST_EFFORT)
        self._slabs: dict[tuple[int, int, bool], Samples] = {}
        self._around: dict[int, bool] = {}
        field = report.sight.field(self.number)
        self.globally = field is not None and field.globally

    def __reduce__(self) -> tuple[object, ...]:
        """A locator is pickled and copied as what it was made of."""
        return Locator, (self.report, self.layer, self.refused)

    @cached_property
    def joined(self) -> bool:
        """Whether a mask, or a merge, leaves no product of what is read along the axes."""
        if self.masks or any(self._look(axis) is not None for axis in self.axes):
            return True
        fields = [axis.fields.local for axis in self.report.sight.axes]
        if self.joint.crossed(self.number, fields):
            return True
        return 1 < len(self.axes) == len(self.alone) and self._looking(0).points.crossed()

    @cached_property
    def masks(self) -> bool:
        """Whether a mask lies on any path from the origin."""
        above = (at for at in self.graph.upstream(self.number, self.origin) if at != self.origin)
        layers = [self.graph.layers[at] for at in above if self.report.sight.reached[at]]
        return len(self.axes) > 1 and any(layer is not None and layer.joint is not None for layer in layers)

    @cached_property
    def unlike(self) -> bool:
        """Whether other paths count along one axis than along another: one that reads nothing along one does not count
        along the others, whatever other paths read there."""
        return unlike(self.report.sight)[self.number]

    def torn(self, axis: int) -> bool:
        """Whether what is read along an axis may depend on the place along others, as paths of a merge lead nowhere at
        some outputs; behind masks it does anyway."""
        axis = arguments.axis(axis, len(self.axes))
        return not self.masked and self.readings[axis].local[self.number] and self._torn(axis)

    def _torn(self, axis: int) -> bool:
        """The same, also where only global paths lead to the layer along the axis."""
        if len(self.axes) < 2:
            return False
        boxes = self._looking(axis).boxes
        return boxes.differing is not False or (self.unlike and not boxes.full)

    def _looking(self, axis: int) -> _Looks:
        """The paths that count along an axis, looked at in all axes at once: axes that are alike share them, and so do
        those along which only global paths lead to the layer."""
        key = None if axis in self.alone else id(self.readings[axis])
        if key not in self._looks:
            view = View(self.report.sight, None if key is None else axis, self._boxed)
            points = PointSupports(view, JointSupports(self.readings, self._boxed), self.number)
            self._looks[key] = _Looks(BoxSupports(view, self.number), points)
        return self._looks[key]

    def _look(self, axis: int) -> BoxSupports | PointSupports | None:
        """How what outputs read along an axis is looked at in all axes at once; None where it need not."""
        if self.masked or len(self.axes) < 2:
            return None
        looks = self._looking(axis)
        return looks.points if looks.points.masked else looks.boxes if self._torn(axis) else None

    def _look_back(self, axis: int) -> BoxSupports | PointSupports | None:
        """The same of the outputs that read a sample: of paths that meet some may read it along one axis only where
        others read none."""
        if self.masked or len(self.axes) < 2:
            return None
        looks = self._looking(axis)
        boxes = looks.boxes if self.unlike or looks.boxes.merges else None
        return looks.points if looks.points.masked else boxes

    def _anew(self) -> None:
        """A question begins: each is given as much effort, however many were asked before."""
        self.effort.left = self._boxed.left = MOST_EFFORT

    def size(self, number: int, axis: int) -> int:
        """Samples of a layer's or the origin's map."""
        return self._known(self.graph.axes[axis].known[number])

    def output_size(self, axis: int) -> int:
        """Outputs along an axis."""
        axis = arguments.axis(axis, len(self.axes))
        return self.size(self.number, axis)

    def at(self, position: Sequence[int]) -> Located:
        """The place of one output."""
        self._anew()
        position = self._inside(position, "at", self.number)
        regions = self._regions_at(position)
        read = self._read(position)
        here = self._read(position, around=False) if self._goes_around_any else read
        centers = [
            None if region is None or axis in self.alone else ratio(sum(region), 2)
            for axis, region in enumerate(regions)
        ]
        clipped = tuple([one.hull for one in here])
        runs = tuple([one.runs for one in read])
        return Located(position, tuple(regions), clipped, tuple(centers), self.globally, runs)

    def _inside(self, position: Sequence[int], what: str, number: int) -> tuple[int, ...]:
        """A position inside the map of a layer or the origin, as far as its size is known. Raises `TypeError` and
        `CallError`."""
        found = arguments.per_axis(position, what, len(self.axes))
        sizes = [self.graph.axes[axis].known[number] for axis in self.axes]
        if any(i < 0 or (isinstance(n, int) and i >= n) for i, n in zip(found, sizes, strict=True)):
            many = "x".join(str(n) if isinstance(n, int) else "?" for n in sizes)
            which = "outputs" if number == self.number else "samples"
            place = ",".join(map(str, found))
            raise self.refused(f"{what}: there are {many} {which}, counted from 0: no {place}")
        return found

    def _regions_at(self, position: Sequence[int]) -> list[Region]:
        """What one output covers on the unbounded map along each axis; the whole map where only a global path is
        left."""
        found = [
            (0, self.size(self.origin, axis) - 1) if axis in self.alone else self.region_at(position, axis)
            for axis in self.axes
        ]
        if self.unlike or None not in found or not any(found):
            return found
        outputs = tuple([Samples(o, 1) for o in position])
        return [region if region is None or self._covered(outputs, axis) else None for axis, region in enumerate(found)]

    def _read(self, position: Sequence[int], around: bool = True) -> list[Samples]:
        """The samples along each axis that one output really reads, `around` a circular border too."""
        if self.masked:
            points = self._known(self.joint.of(self.number, single(position), True, around))
            return [points.samples(axis) for axis in self.axes]
        outputs = tuple([Samples(o, 1) for o in position])
        found = []
        for axis, o in enumerate(position):
            look = self._look(axis)
            found.append(
                self.samples(axis, o, around=around)
                if look is None
                else self._known(look.read(outputs, axis, around and self._goes_around_any))
            )
        return found if self.unlike or all(found) else [Samples() for _ in found]

    def _covered(self, outputs: Box, axis: int) -> Region:
        """What one output covers on the unbounded map along an axis, all axes of it looked at at once."""
        return along(self._known(self._looking(axis).boxes.of(outputs, clipped=False)), axis).hull

    def region_at(self, position: Sequence[int], axis: int) -> Region:
        """What one output covers on the unbounded map along an axis with a local path."""
        axis, position = arguments.axis(axis, len(self.axes)), arguments.per_axis(position, "region_at", len(self.axes))
        torn = self.report.sight.axes[axis].torn
        if not (self.unlike and self.report.sight.gaps) and (
            torn is None or not (self.number in torn.ways or self.number in torn.dead or self.number in torn.unknown)
        ):
            return self.region(axis, position[axis])
        return self._covered(tuple([Samples(o, 1) for o in position]), axis)

    def _of_slab(self, look: BoxSupports | PointSupports, axis: int, o: int, around: bool) -> Samples:
        """What all outputs with one index read along an axis, looked at once."""
        key = id(self.readings[axis]), o, around
        if key not in self._slabs:
            self._slabs[key] = self._known(look.read(self._slab(axis, o), axis, around))
        return self._slabs[key]

    def _slab(self, axis: int, o: int) -> Box:
        """All outputs with one index along an axis."""
        if max(map(self.output_size, self.axes)) > MAX_SAMPLES:
            raise self._unknown(TOO_LARGE.reason)
        whole = (interval(0, self.output_size(one) - 1) for one in self.axes)
        return tuple([Samples(o, 1) if one == axis else each for one, each in enumerate(whole)])

    def region(self, axis: int, o: int) -> Region:
        """What an output covers on the unbounded map along an axis with a local path."""
        axis, o = arguments.axis(axis, len(self.axes)), arguments.integer(o, "o")
        local = self.report.sight.axes[axis].fields.local[self.number]
        if not isinstance(local, Field | Mixed | Listed):
            raise self._unknown(self._why(axis))
        return local.bounds(o)

    def samples(self, axis: int, o: int, clipped: bool = True, around: bool = True) -> Samples:
        """The samples that an output really reads along an axis, `around` a circular border too; along global paths
        where only those are left."""
        axis, o = arguments.axis(axis, len(self.axes)), arguments.integer(o, "o")
        clipped, around = arguments.flag(clipped, "clipped"), arguments.flag(around, "around")
        alone, torn = axis in self.alone, self.report.sight.axes[axis].torn
        look = self._look(axis) if clipped or alone else None
        if look is not None:
            return self._of_slab(look, axis, o, around and self._goes_around_any)
        if alone:
            return self._known(self.behind(axis).of(o))
        if not clipped and torn is not None and self.number in torn.dead:
            return Samples()
        supports = Supports(self.readings[axis] if clipped or torn is None else torn.reading, self.effort)
        return self._known(supports.of({self.number: Samples(o, 1)}, clipped, around))

    def read_at(self, position: Sequence[int]) -> list[Samples]:
        """The samples along each axis that one output really reads, all axes of it looked at at once."""
        return self._read(self._inside(position, "read_at", self.number))

    def behind(self, axis: int) -> Behind:
        """What is read along an axis with global paths only; axes that are alike are looked at once."""
        axis = arguments.axis(axis, len(self.axes))
        reading, sight = self.readings[axis], self.report.sight
        if id(reading) not in self._behind:
            self._behind[id(reading)] = Behind(reading, sight.reached, self.number, sight.training, self.effort)
        return self._behind[id(reading)]

    def span(self, axis: int, o: int, samples: Samples) -> int:
        """From the first to the last of the samples that an output reads, those at the other side of a circular border
        counted where the region has them: beyond the map."""
        first, last = samples.hull or (0, -1)
        region = self.region(axis, o) if self.readings[axis].local[self.number] and self.goes_around(axis) else None
        if region is None or not samples:
            return last - first + 1
        n = self.size(self.origin, axis)
        # Each sample where it first stands in the region, and where it last does.
        first = min(i - (i - region[0]) // n * n for i in samples)
        last = max(i + (region[1] - i) // n * n for i in samples)
        return min(max(last - first + 1, samples.count), n)

    def goes_around(self, axis: int) -> bool:
        """Whether a circular border lies before the layer, so that outputs may read the other side of the map."""
        reading = self.readings[arguments.axis(axis, len(self.axes))]
        if id(reading) not in self._around:
            edges = ((at, source) for at in self.graph.upstream(self.number) for source in reading.sources[at])
            borders = (reading.border(at, source) for at, source in edges)
            self._around[id(reading)] = any(border is not None and border.around for border in borders)
        return self._around[id(reading)]

    @cached_property
    def _goes_around_any(self) -> bool:
        """Whether one lies there along any axis."""
        return any(map(self.goes_around, self.axes))

    def points(self, position: Sequence[int]) -> Points | None:
        """The points of the origin that an output really reads, where they are no product of those along each axis;
        None where they are. Behind merges alone, those of a large region are not looked at."""
        position = self._inside(position, "points", self.number)
        if self.masked:
            return self._known(self.joint.of(self.number, single(position), True))
        return self._no_product(self._alike(lambda one: one.of(single(position))) if self.joined else None)

    def _alike(self, ask: Callable[[PointSupports], Points | Unknown]) -> Points | Unknown | None:
        """What is asked of the paths that count along the axes; None where they do not say the same."""
        found: Points | Unknown | None = None
        for points in {id(one): one for one in (self._looking(axis).points for axis in self.axes)}.values():
            one = ask(points)
            if isinstance(one, Unknown) or (found is not None and one != found):
                return one if isinstance(one, Unknown) else None
            found = one
        return found

    def _no_product(self, found: Points | Unknown | None) -> Points | None:
        """Points behind masks, or of a merge where they fill no box."""
        if self.masks and isinstance(found, Unknown):
            return self._known(found)
        return found if isinstance(found, Points) and found.count < prod(found.box) else None

    def regions(self, axis: int) -> list[Region]:
        """The clipped region of every output along an axis; behind a mask, of all outputs at that place together."""
        axis = arguments.axis(axis, len(self.axes))
        self._anew()
        if self.masked:
            return self._behind_masks(axis)
        if axis in self.alone or self._look(axis) is not None:
            return [self.samples(axis, o, around=False).hull for o in range(self.output_size(axis))]
        return self._known(clipped_regions(self.readings[axis], self.number, self.effort))

    def _behind_masks(self, axis: int) -> list[Region]:
        """The same behind masks: what the central output at a place sees, where others see no more along the axis."""
        sizes = [self.output_size(along) for along in self.axes]
        most = self._known(clipped_regions(self.readings[axis], self.number, self.effort))
        found: list[Region] = []
        for o, region in enumerate(most):
            at = [n // 2 for n in sizes]
            at[axis] = o
            hull = self._seen(single(at))
            if (hull[axis] if hull else None) != region:
                hull = self._seen(slab(sizes, axis, o))
            found.append(hull[axis] if hull else None)
        return found

    def _seen(self, outputs: Points) -> tuple[tuple[int, int], ...]:
        """The hull of what outputs read, clipped, on this side of circular borders."""
        return self._known(self.joint.of(self.number, outputs, True, around=False)).hull

    def covering(self, position: Sequence[int]) -> tuple[Region, ...]:
        """Per axis the first and the last output whose clipped region holds a sample of the origin."""
        self._anew()
        position = self._inside(position, "covering", self.origin)
        if self.masked:
            seen = self._known(self.joint.seeing(self.number, position, around=False))
            return seen.hull or (None,) * len(self.axes)
        if self.masks:
            looks = [self._looking(axis).points.seeing(position, around=False) for axis in self.axes]
            return tuple(self._known(one).samples(axis).hull for axis, one in enumerate(looks))
        return tuple(self._covering(axis, i) for axis, i in zip(self.axes, position, strict=True))

    def seeing(self, position: Sequence[int]) -> Points | None:
        """The outputs that really see a point of the origin, where they are no product; None where they are."""
        position = self._inside(position, "seeing", self.origin)
        self._anew()
        if not self.joined:
            return None
        if self.masked:
            return self._known(self.joint.seeing(self.number, position))
        return self._no_product(self._alike(lambda one: one.seeing(position)))

    def readers(self, position: Sequence[int]) -> tuple[Runs, ...]:
        """Per axis the outputs that really read a sample of the origin, as runs of neighbours; those at the other side
        of a circular border too, which `covering` leaves out."""
        self._anew()
        position = self._inside(position, "readers", self.origin)
        if self.masked:
            seen = self._known(self.joint.seeing(self.number, position))
            return tuple(seen.samples(axis).runs for axis in self.axes)
        found = []
        for axis, i in enumerate(position):
            look = self._look_back(axis)
            found.append(self._readers(axis, i) if look is None else self._known(look.readers(position, axis)).runs)
        return tuple(found) if self.unlike or all(found) else ((),) * len(found)

    def _readers(self, axis: int, i: int) -> Runs:
        if axis in self.alone:
            bits = 0
            for o in range(self.output_size(axis)):
                bits |= bool(self.samples(axis, o).within(i, i)) << o
            return Samples(0, bits).runs
        return self._known(readers_of(self.readings[axis], self.number, i, self.effort)).runs

    def runs(self, axis: int) -> list[Runs]:
        """What every output really reads along an axis; behind a mask, all outputs at that place together."""
        axis = arguments.axis(axis, len(self.axes))
        self._anew()
        count = self.output_size(axis)
        if self.masked:
            slabs = (slab([self.output_size(one) for one in self.axes], axis, o) for o in range(count))
            return [self._known(self.joint.of(self.number, one, True)).samples(axis).runs for one in slabs]
        edges = sum(len(self.readings[axis].sources[at]) for at in self.graph.upstream(self.number))
        if not self.effort.affords(5000 * edges * count):
            raise self._unknown(TOO_LONG.reason)
        return [self.samples(axis, o).runs for o in range(count)]

    def _covering(self, axis: int, i: int) -> Region:
        regions = self.regions(axis)
        found = [o for o, region in enumerate(regions) if region is not None and region[0] <= i <= region[1]]
        return (found[0], found[-1]) if found else None

    def _why(self, axis: int) -> str:
        padding = self.report.sight.axes[axis].numbers(self.number).padding
        return padding.reason if isinstance(padding, Unknown) else "the field is not known"

    def _known(self, value: T | Unknown) -> T:
        if isinstance(value, Unknown):
            raise self._unknown(value.reason)
        return value

    def _unknown(self, why: str) -> CallError:
        return self.refused(f"where '{self.layer}' lies is not known: {why}")


class _Looks(Value):
    """The paths that count along an axis, in all axes at once: as boxes, and point by point."""

    boxes: BoxSupports
    points: PointSupports
