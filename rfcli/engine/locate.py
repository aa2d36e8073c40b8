"""Where: the samples of the origin behind an output, and the outputs that see a sample."""

from __future__ import annotations

from functools import cached_property
from math import prod

from rfcli import arguments
from rfcli.engine.behind import Behind
from rfcli.engine.border import Region, alive, clipped_regions, readers_of
from rfcli.engine.boxes import BoxSupports, along
from rfcli.engine.everywhere import Everywhere
from rfcli.engine.fields import Mixed
from rfcli.engine.joint import JointSupports, Points, single, slab
from rfcli.engine.listed import Listed
from rfcli.engine.report import NoAnswer
from rfcli.engine.support import MAX_SAMPLES, TOO_LARGE, TOO_LONG, Effort, Samples, Supports, interval
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
    Seen = tuple[Region, Region, int | Fraction | None, Runs]
    """Region, clipped region, center and runs along one axis."""


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
        self._boxes: dict[int, BoxSupports] = {}
        self._boxed = Effort(MOST_EFFORT)
        self._slabs: dict[tuple[int, int, bool], Samples] = {}
        self._seen_by: dict[tuple[tuple[int, ...], bool], Points | Unknown] = {}
        self._around: dict[int, bool] = {}
        field = report.sight.field(self.number)
        self.globally = field is not None and field.globally

    def __reduce__(self) -> tuple[object, ...]:
        """A locator is pickled and copied as what it was made of."""
        return Locator, (self.report, self.layer, self.refused)

    @cached_property
    def joined(self) -> bool:
        """Whether a mask, or a merge, leaves no product of what is read along the axes."""
        fields = [axis.fields.local for axis in self.report.sight.axes]
        return self.masked or self.joint.crossed(self.number, fields) or any(map(self.torn, self.axes))

    @cached_property
    def everywhere(self) -> Everywhere | None:
        """What is read behind global layers alone, where that is no product of what is read along the axes."""
        if len(self.axes) < 2 or any(one.local[self.number] for one in self.readings):
            return None
        found = Everywhere(self.report.sight, self.joint, self.number, self.effort)
        return found if found.differs() else None

    def torn(self, axis: int) -> bool:
        """Whether what is read along an axis may depend on the place along others, as paths of a merge lead nowhere at
        some outputs; behind masks it does anyway."""
        axis = arguments.axis(axis, len(self.axes))
        if self.masked or len(self.axes) < 2 or not self.readings[axis].local[self.number]:
            return False
        return self.unlike_somewhere or self.boxes(axis).differing is not False

    @cached_property
    def unlike(self) -> bool:
        """Whether other paths lead to the layer along one axis than along another: one that reads nothing along one
        does not count along the others, whatever other paths read there."""
        local = [one for one in self.readings if one.local[self.number]]
        return any(len({one.sources[at] for one in local}) > 1 for at in self.graph.upstream(self.number, self.origin))

    @cached_property
    def unlike_somewhere(self) -> bool:
        """Whether that makes a difference, as some outputs read nothing along one axis by one of these paths."""
        if not self.unlike:
            return False
        above = {*self.graph.upstream(self.number, self.origin)}
        local = [one for one in self.readings if one.local[self.number]]
        for around in (True, False) if self._goes_around_any else (True,):
            for one in local:
                living = {at: found for at, found in alive(one, self.effort, around) if at in above}
                if any(one.local[at] and at not in living for at in above if at != self.origin):
                    return True
                if any(found.count != one.sizes.known[at] for at, found in living.items()):
                    return True
        return False

    def boxes(self, axis: int) -> BoxSupports:
        """What is read in all axes at once along the local paths of one; axes that are alike are looked at once."""
        axis = arguments.axis(axis, len(self.axes))
        key = id(self.readings[axis])
        if key not in self._boxes:
            self._boxes[key] = BoxSupports(self.readings, axis, self.number, self._boxed)
        return self._boxes[key]

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
        outputs = tuple([Samples(o, 1) for o in position])
        axes = [
            self._torn_along(axis, outputs) if self.torn(axis) else self._along(axis, position) for axis in self.axes
        ]
        axes = axes if self.unlike_somewhere else self._nothing_or_all(axes, outputs)
        region, clipped, center, runs = zip(*axes, strict=True)
        if self.everywhere is not None:
            read = self._known(self.everywhere.of(single(position)))
            clipped = read.hull or (None,) * len(self.axes)
            runs = tuple(read.samples(axis).runs for axis in self.axes)
        elif self.masked:
            read = self.points(position) or Points({})
            runs = tuple(read.samples(axis).runs for axis in self.axes)
            clipped = self._seen(single(position)) or (None,) * len(self.axes)
        return Located(position, region, clipped, center, self.globally, runs)

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

    def _nothing_or_all(self, axes: list[Seen], outputs: Box) -> list[Seen]:
        """The same, without anything along the other axes where nothing is read along one: the output reads nothing."""
        local = self._together
        if all(axes[axis][1] is not None and axes[axis][3] for axis in local):
            return axes
        found = list(axes)
        some = any(axes[axis][0] is None for axis in local) and any(axes[axis][0] is not None for axis in local)
        for axis in local:
            region, clipped, center, runs = axes[axis]
            if (
                some
                and region is not None
                and self.readings[axis].local[self.number]
                and self._covered(outputs, axis) is None
            ):
                region = center = None
            seen = all(axes[one][1] is not None for one in local)
            read = all(axes[one][3] for one in local)
            found[axis] = region, clipped if seen else None, center, runs if read else ()
        return found

    @cached_property
    def _together(self) -> list[int]:
        """The axes that nothing is read along where nothing is along one: those of local paths, or all without any."""
        return [axis for axis in self.axes if self.readings[axis].local[self.number]] or list(self.axes)

    @cached_property
    def _reads_nothing(self) -> bool:
        """Whether no output to which only global paths lead reads anything along one of the axes."""
        if any(one.local[self.number] for one in self.readings):
            return False
        return any(isinstance(all_, Samples) and not all_ for all_ in (self.behind(axis).all for axis in self.axes))

    def _covered(self, outputs: Box, axis: int) -> Region:
        """What one output covers on the unbounded map along an axis, all axes of it looked at at once."""
        return along(self._known(self.boxes(axis).of(outputs, clipped=False)), axis).hull

    def _along(self, axis: int, position: Sequence[int]) -> Seen:
        """Region, clipped region, center and runs along one axis; the whole map where only a global path is left,
        clipped to what of it is read."""
        o = position[axis]
        samples = self.samples(axis, o)
        if not self.readings[axis].local[self.number]:
            return (0, self.size(self.origin, axis) - 1), samples.hull, None, samples.runs
        region = self.region_at(position, axis)
        center = None if region is None else ratio(sum(region), 2)
        here = self.samples(axis, o, around=False) if self.goes_around(axis) else samples
        return region, here.hull, center, samples.runs

    def _torn_along(self, axis: int, outputs: Box) -> Seen:
        """The same of one output, all axes of which are looked at at once."""
        boxes = self.boxes(axis)
        runs = along(self._known(boxes.of(outputs)), axis)
        here = along(self._known(boxes.of(outputs, around=False)), axis) if self._goes_around_any else runs
        region = self.region_at([one.low for one in outputs], axis)
        return region, here.hull, None if region is None else ratio(sum(region), 2), runs.runs

    def region_at(self, position: Sequence[int], axis: int) -> Region:
        """What one output covers on the unbounded map along an axis with a local path."""
        axis, position = arguments.axis(axis, len(self.axes)), arguments.per_axis(position, "region_at", len(self.axes))
        torn = self.report.sight.axes[axis].torn
        if not self.unlike and (
            torn is None or not (self.number in torn.ways or self.number in torn.dead or self.number in torn.unknown)
        ):
            return self.region(axis, position[axis])
        return self._covered(tuple([Samples(o, 1) for o in position]), axis)

    def _of_slab(self, axis: int, o: int, around: bool) -> Samples:
        """What all outputs with one index read along an axis, looked at once."""
        key = id(self.readings[axis]), o, around
        if key not in self._slabs:
            self._slabs[key] = along(self._known(self.boxes(axis).of(self._slab(axis, o), around=around)), axis)
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
        if not self.readings[axis].local[self.number]:
            if self.everywhere is not None:
                return self._known(self.everywhere.slab(axis, o)).samples(axis)
            return Samples() if self._reads_nothing else self._known(self.behind(axis).of(o))
        torn = self.report.sight.axes[axis].torn
        if not clipped and torn is not None and self.number in torn.dead:
            return Samples()
        if clipped and self.torn(axis):
            return self._of_slab(axis, o, around and self._goes_around_any)
        supports = Supports(self.readings[axis] if clipped or torn is None else torn.reading, self.effort)
        return self._known(supports.of({self.number: Samples(o, 1)}, clipped, around))

    def read_at(self, position: Sequence[int]) -> list[Samples]:
        """The samples along each axis that one output really reads, all axes of it looked at at once."""
        position = self._inside(position, "read_at", self.number)
        outputs = tuple([Samples(o, 1) for o in position])
        if self.masked or self.everywhere is not None:
            points = self._all_read(position)
            return [points.samples(axis) for axis in self.axes]
        read = [
            along(self._known(self.boxes(axis).of(outputs)), axis) if self.torn(axis) else self.samples(axis, o)
            for axis, o in enumerate(position)
        ]
        local = self._together
        nothing = not self.unlike_somewhere and not all(read[axis] for axis in local)
        return [Samples() if nothing and axis in local else one for axis, one in enumerate(read)]

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
        if self.everywhere is not None:
            return self._no_product(self.everywhere.of(single(position)))
        return self._no_product(self.joint.of(self.number, single(position), True) if self.joined else None)

    def _all_read(self, position: tuple[int, ...]) -> Points:
        """The points that an output reads behind a mask, also where they are a product."""
        if self.everywhere is not None:
            return self._known(self.everywhere.of(single(position)))
        return self.points(position) or Points({})

    def _no_product(self, found: Points | Unknown | None) -> Points | None:
        """Points behind masks, or of a merge where they fill no box."""
        if self.masked and found is not None:
            return self._known(found)
        return found if isinstance(found, Points) and found.count < prod(found.box) else None

    def regions(self, axis: int) -> list[Region]:
        """The clipped region of every output along an axis; behind a mask, of all outputs at that place together."""
        axis = arguments.axis(axis, len(self.axes))
        self._anew()
        if self.masked:
            return self._behind_masks(axis)
        if not self.readings[axis].local[self.number]:
            return [self.samples(axis, o).hull for o in range(self.output_size(axis))]
        if self.torn(axis):
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
            seen = self._known(self._seeing(position, around=False))
            return seen.hull or (None,) * len(self.axes)
        return tuple(self._covering(axis, i) for axis, i in zip(self.axes, position, strict=True))

    def seeing(self, position: Sequence[int]) -> Points | None:
        """The outputs that really see a point of the origin, where they are no product; None where they are."""
        position = self._inside(position, "seeing", self.origin)
        self._anew()
        return self._no_product(self._seeing(position) if self.joined or self.everywhere is not None else None)

    def _seeing(self, position: tuple[int, ...], around: bool = True) -> Points | Unknown:
        """The outputs that really see a point, looked for once; `around` a circular border too."""
        key = position, around and self._goes_around_any
        if key not in self._seen_by:
            whole = self.everywhere
            seen = self.joint.seeing(self.number, position, around) if whole is None else whole.seeing(position)
            self._seen_by = {key: seen}
        return self._seen_by[key]

    def readers(self, position: Sequence[int]) -> tuple[Runs, ...]:
        """Per axis the outputs that really read a sample of the origin, as runs of neighbours; those at the other side
        of a circular border too, which `covering` leaves out."""
        self._anew()
        position = self._inside(position, "readers", self.origin)
        seen = None
        if self.everywhere is not None:
            seen = self._known(self._seeing(position))
        elif self.masked:
            seen = self.seeing(position)
        if seen is not None:
            return tuple(seen.samples(axis).runs for axis in self.axes)
        found = [
            along(self._known(self.boxes(axis).seeing(position)), axis).runs
            if self._meets(axis)
            else self._readers(axis, i)
            for axis, i in zip(self.axes, position, strict=True)
        ]
        local = self._together
        if not self.unlike and not all(found[axis] for axis in local):
            return tuple([() if axis in local else runs for axis, runs in enumerate(found)])
        return tuple(found)

    def _meets(self, axis: int) -> bool:
        """Whether several paths meet, of which some may read a sample of one axis only where others read none; or the
        only one leads nowhere along an axis of global paths."""
        if len(self.axes) < 2 or not self.readings[axis].local[self.number]:
            return False
        return self.unlike or self.boxes(axis).merges or (len(self._together) < len(self.axes) and self.torn(axis))

    def _readers(self, axis: int, i: int) -> Runs:
        if not self.readings[axis].local[self.number]:
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
