"""What an output sees of the map, or of a photograph: its region, clipped, with holes, and what lies in the padding."""

from __future__ import annotations

from functools import partial

from rfcli.api.networks import reported
from rfcli.diagnostics import CallError, unfit
from rfcli.geometry.axes import axis_names, times
from rfcli.plot import asked, canvas, cells, labels, photo, planes
from rfcli.plot.cells import Rows
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from rfcli.api.networks import Network
    from rfcli.engine.locate import Locator, Runs
    from rfcli.engine.report import Report
    from rfcli.geometry.units import Spacing
    from rfcli.plot.photo import Fitted, Photo

    Ends = tuple[int, int]


class Unit(Value):
    """One output: the layer, its place, and per axis its region, what of it lies on the map, its center, all that it
    reads there, and its stretch of it. `slices` has the planes of the picture."""

    layer: str
    at: tuple[int, ...]
    region: tuple[Ends | None, ...]
    clipped: tuple[Ends | None, ...]
    center: tuple[float | None, ...]
    runs: tuple[Runs, ...]
    slices: tuple[Rows, ...]
    unbounded: tuple[str | None, ...]
    around: bool = False

    @property
    def size(self) -> tuple[int | None, ...]:
        """Samples of the region along each axis."""
        return tuple([None if one is None else one[1] - one[0] + 1 for one in self.region])

    @property
    def holes(self) -> bool:
        """Whether some samples between those that are read are not; not told where both ends of the map are read."""
        if self.around:
            return False
        if len(self.runs) == 1:
            return len(self.runs[0]) > 1
        return any(len(runs) > 1 for rows in self.slices for _, _, runs in rows.rows) or any(
            rows.rows and (rows.rows[-1][1] - rows.rows[0][0] != sum(bottom - top for top, bottom, _ in rows.rows))
            for rows in self.slices
        )


class Covers(Value):
    """A sample of the map, the outputs that see it, first and last along each axis, and all that these see."""

    sample: tuple[int, ...]
    outputs: tuple[Ends, ...]
    seen: tuple[Ends, ...]


class Region(Value):
    """What outputs see of the map of a network's input, or of another layer's. `sizes` are those of the map, where they
    are known; `cut` the samples of each axis at which planes of three dimensions lie."""

    network: str
    origin: str
    sizes: tuple[int | None, ...]
    units: tuple[Unit, ...]
    cut: tuple[int, ...]
    covers: Covers | None = None
    photo: Photo | None = None
    fitted: Fitted | None = None
    spacing: Spacing | None = None


def data(
    report: Report,
    layer: str | Sequence[str] | None = None,
    at: Sequence[int] | None = None,
    covers: Sequence[int] | None = None,
    image: object = None,
) -> Region:
    """What is drawn. Raises `CallError` where there is no such layer, output or sample, or where no image can lie."""
    layers = [asked.main(report, name) for name in asked.names(layer)]
    if at is not None and covers is not None:
        raise CallError("give one of at and covers")
    if image is not None and len(report.graph.axes) != 2:
        raise CallError(f"an image is for networks of two axes, this one has {len(report.graph.axes)}", "image")
    shown = None if image is None else photo.read(image)
    if shown is not None and None in asked.input_sizes(report) and report.origin == report.graph.labels[0]:
        report = _at_size(report, shown.size)
    sizes = asked.input_sizes(report)
    first = _place(report, layers[0], at)
    covering = None if covers is None else _covering(report, layers[0], covers)
    if covering is not None:
        first = tuple([(a + b) // 2 for a, b in covering.outputs])
    found: list[Unit] = []
    cut: tuple[int, ...] = (0,) * len(sizes)
    for number, name in enumerate(layers):
        place = first if number == 0 else _nearest(report, name, found[0])
        unit, cut = _unit(report, name, place, cut if number else None)
        found.append(unit)
    box = None
    if shown is not None and None not in sizes:
        box = photo.fitted(shown.size, sizes)  # type: ignore[arg-type]
    if shown is not None and box is None:
        raise CallError(f"{report.source}: an image needs the size of the map that it lies on: give the input size")
    return Region(report.name, report.origin, sizes, tuple(found), cut, covering, shown, box, report.sight.spacing)


def _at_size(report: Report, size: tuple[int, int]) -> Report:
    """The same network at the size of an image. Raises `DescriptionError` where it does not fit."""
    from rfcli.api.networks import compute

    mode = "train" if report.sight.training else "eval"
    return compute(report.graph.architecture, input_size=size, origin=report.origin, mode=mode)


def _locator(report: Report, layer: str) -> Locator:
    from rfcli.api.answers import located

    return located(report, layer)


def _place(report: Report, layer: str, at: Sequence[int] | None) -> tuple[int, ...]:
    """The output that is looked at: the one that is asked for, or the central one. Raises `CallError`."""
    from rfcli import arguments
    from rfcli.geometry.unknown import Unknown

    sizes = report.layer(layer).output_size
    if at is None:
        return tuple([0 if isinstance(n, Unknown) else n // 2 for n in sizes])
    place = arguments.per_axis(at, "at", len(sizes))
    for letter, o, n in zip(axis_names(len(sizes)), place, sizes, strict=True):
        if o < 0 or (not isinstance(n, Unknown) and o >= n):
            raise unfit("at", f"there is no output {o} of '{layer}' along {letter}: it has {n}")
    return place


def _covering(report: Report, layer: str, sample: Sequence[int]) -> Covers:
    """The outputs that see a sample. Raises `CallError` where there are none."""
    from rfcli import arguments

    locator = _locator(report, layer)
    place = arguments.per_axis(sample, "covers", len(locator.axes))
    for letter, axis in zip(axis_names(len(place)), locator.axes, strict=True):
        n = locator.size(locator.origin, axis)
        if not 0 <= place[axis] < n:
            raise unfit("covers", f"there is no sample {place[axis]} along {letter}: the map has {n}")
    outputs = [one for one in locator.covering(place) if one is not None]
    if len(outputs) < len(place):
        raise unfit("covers", f"no output of '{layer}' sees sample {','.join(map(str, place))}")
    seen = []
    for axis, (first, last) in zip(locator.axes, outputs, strict=True):
        regions = [one for one in locator.regions(axis)[first : last + 1] if one is not None]
        seen.append((min(u for u, _ in regions), max(v for _, v in regions)))
    return Covers(place, tuple(outputs), tuple(seen))


def _nearest(report: Report, layer: str, unit: Unit) -> tuple[int, ...]:
    """The output of a layer whose center is nearest to that of another unit; where that is not known, the one that lies
    at the same share of the map."""
    from fractions import Fraction

    from rfcli.geometry.unknown import Unknown

    found, field = [], report.layer(layer).receptive_field
    for axis, n in enumerate(report.layer(layer).output_size):
        center, stride = (None, None) if field is None else (field.center[axis], field.stride[axis])
        goal, size = unit.center[axis], asked.input_sizes(report)[axis]
        o = 0
        if goal is not None and isinstance(center, int | Fraction) and isinstance(stride, int | Fraction) and stride:
            o = round((goal - float(center)) / float(stride))
        elif goal is not None and size and not isinstance(n, Unknown):
            o = int((goal + 0.5) * n / size)
        found.append(max(o if isinstance(n, Unknown) else min(o, n - 1), 0))
    return tuple(found)


def _unit(
    report: Report, layer: str, place: tuple[int, ...], cut: tuple[int, ...] | None
) -> tuple[Unit, tuple[int, ...]]:
    """An output, and where planes through it lie."""
    locator = _locator(report, layer)
    sizes = asked.input_sizes(report)
    if None in sizes:
        region = tuple([locator.region(axis, o) for axis, o in enumerate(place)])
        runs = tuple([locator.samples(axis, o, clipped=False).runs for axis, o in enumerate(place)])
        center = tuple([None if one is None else sum(one) / 2 for one in region])
        clipped, points = region, None
    else:
        found = locator.at(place)
        region, clipped, runs = found.region, found.clipped, found.runs
        center = tuple([None if one is None else float(one) for one in found.center])
        points = locator.points(place)
    cut = cut or tuple([_through(axis_runs, middle) for axis_runs, middle in zip(runs, center, strict=True)])
    pairs = planes.PAIRS[len(place)]
    if points is not None:
        slices = [cells.plane(points, pair, cut) for pair in pairs]
    else:
        slices = [Rows.product(runs[a], runs[b]) for a, b in pairs] if all(runs) else [Rows(()) for _ in pairs]
    field = report.layer(layer).receptive_field
    unbounded = field.unbounded if field is not None else (None,) * len(place)
    around = any(locator.goes_around(axis) for axis in locator.axes)
    return Unit(layer, place, region, clipped, center, runs, tuple(slices), unbounded, around), cut


def _through(runs: Runs, center: float | None) -> int:
    """The sample that is read next to the center."""
    if not runs:
        return 0
    goal = center if center is not None else (runs[0][0] + runs[-1][1]) / 2
    return min((max(u, min(int(goal), v)) for u, v in runs), key=lambda one: abs(one - goal))


def aspect(region: Region) -> float:
    """The height of a picture as a share of its width."""
    if len(region.sizes) == 1:
        return 0.07 + 0.06 * len(region.units)
    return planes.aspect(region.spacing, _view(region))


def _view(region: Region) -> list[tuple[float, float]]:
    """What of each axis is shown: all of the map and of the regions, or what is about these where they are tiny."""
    found = []
    for axis, n in enumerate(region.sizes):
        ends = [unit.region[axis] for unit in region.units] + ([region.covers.seen[axis]] if region.covers else [])
        known = [one for one in ends if one is not None]
        tiny = planes.TINY if len(region.sizes) > 1 else planes.TINY_STRIP
        found.append(planes.shown(known, n, tiny))
    return found


def draw(ax: Axes, region: Region) -> Axes:
    """Draws what outputs see."""
    view = _view(region)
    keys: list[tuple[Artist, str]] = []
    if len(region.sizes) == 1:
        keys = _strips(ax, region, view[0])
    else:
        panels = planes.panels(ax, region.spacing, view, region.cut)
        for number, panel in enumerate(panels):
            keys = _plane(panel.axes, region, number, panel)
    labels.headed(ax, labels.Head(_title(region), tuple(_notes(region, view))), keys)
    return ax


def _title(region: Region) -> str:
    names = [unit.layer for unit in region.units]
    listed = ", ".join(names) if len(names) <= 3 else f"{names[0]} and {len(names) - 1} more layers"
    return f"{region.network}: receptive field of {listed}"


def _notes(region: Region, view: list[tuple[float, float]]) -> list[str]:
    """What is said above the picture."""
    notes = []
    for what in dict.fromkeys(_besides(unit) for unit in region.units):
        seeing = [unit.layer for unit in region.units if what and _besides(unit) == what]
        if seeing:
            notes.append(f"{', '.join(seeing)} also see{'s' if len(seeing) == 1 else ''} {what} along global paths")
    if any(unit.around for unit in region.units):
        notes.append("circular padding reads the other side of the map")
    if any(unit.holes for unit in region.units):
        notes.append("holes are samples of the region that are not read")
    if region.photo is not None and region.fitted is not None:
        rows, columns = region.photo.size
        boxed = " and letterboxed" if region.fitted.letterboxed else ""
        notes.append(
            f"{region.photo.name}, {columns} pixels wide and {rows} high, is scaled by {region.fitted.scale:.3g}"
            f"{boxed} to the input of {times(region.sizes)}"
        )
    if any(n is None for n in region.sizes):
        notes.append("the size of the map is not known")
    elif any(high - low < n for (low, high), n in zip(view, region.sizes, strict=True) if n is not None):
        notes.append(f"a part of the map of {times(region.sizes)} samples")
    if any(rows.coarse for unit in region.units for rows in unit.slices):
        notes.append("holes are too fine to be drawn")
    return notes


def _besides(unit: Unit) -> str:
    """What a unit sees beside its region."""
    sides = set(unit.unbounded)
    if sides == {None}:
        return ""
    if sides in ({"before"}, {"after"}):
        return f"everything {sides.pop()} its region"
    if sides == {"both"}:
        return "the whole map"
    letters = axis_names(len(unit.unbounded))
    along = [letter for letter, side in zip(letters, unit.unbounded, strict=True) if side is not None]
    return f"more of the map along {labels.spelled(''.join(along))}"


def _key(region: Region, unit: Unit) -> str:
    """A unit in the legend."""
    at = ",".join(map(str, unit.at))
    return f"{unit.layer}, output {at}: {_sizes(region, unit)}"


def _sizes(region: Region, unit: Unit) -> str:
    if None in unit.size:
        return "reads nothing"
    said = times(unit.size) if len(set(unit.size)) > 1 else str(unit.size[0])
    extent = region.spacing.said(unit.size) if region.spacing is not None else ""
    one = set(unit.size) == {1}
    return f"{said} sample{'' if one else 's'}" + (f", {extent}" if extent else "")


def _plane(ax: Axes, region: Region, number: int, panel: planes.Panel) -> list[tuple[Artist, str]]:
    """One plane of the map and what lies in it."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    colors = canvas.colors(ax)
    a, b = panel.axes_shown
    sizes = [region.sizes[a], region.sizes[b]]
    united = region.units[0].slices[number]
    for unit in region.units[1:]:
        united = united.united(unit.slices[number])
    _background(ax, region, sizes, united, colors[0], panel)
    keys: list[tuple[Artist, str]] = []
    for place, unit in enumerate(region.units):
        color, dashes = planes.told_apart(colors, place, region.photo is not None)
        region_here = unit.region[a], unit.region[b]
        if None not in region_here and None not in sizes:
            outside = cells.beyond(region_here, sizes)  # type: ignore[arg-type]
            if outside:
                planes.hatched(ax, outside, color)
        if None not in region_here:
            planes.framed(ax, region_here, color, dashes)  # type: ignore[arg-type]
        keys.append((Line2D([], [], color=color, linestyle=dashes, linewidth=1.6), _key(region, unit)))
        middle = unit.center[a], unit.center[b]
        if None not in middle:
            planes.marked(ax, middle)  # type: ignore[arg-type]
    keys.append((planes.cross(), "center"))
    if any(cells.beyond((unit.region[i], unit.region[j]), (region.sizes[i], region.sizes[j]))  # type: ignore[arg-type]
           for unit in region.units for i, j in planes.PAIRS[len(region.sizes)]
           if None not in (unit.region[i], unit.region[j], region.sizes[i], region.sizes[j])):  # fmt: skip
        keys.append((Patch(facecolor="none", edgecolor=keys[0][0].get_color(), hatch="/////", linewidth=0.5),
                     "in the padding"))  # fmt: skip
    if region.covers is not None:
        keys += _covered(ax, region.covers, panel)
    return keys


def _background(
    ax: Axes, region: Region, sizes: Sequence[int | None], read: Rows, color: str, panel: planes.Panel
) -> None:
    """The map or the photograph; what is not read is dimmed by 80 %."""
    if region.photo is None or region.fitted is None:
        planes.filled(ax, read.boxes(), color, LIT)
        if None not in sizes:
            planes.filled(ax, read.outside(*sizes), color, LIT * (1 - DIMMED))  # type: ignore[arg-type]
            planes.framed(ax, [(0, n - 1) for n in sizes], None, "-")  # type: ignore[operator]
        return
    box, (height, width) = region.fitted, sizes
    assert height is not None and width is not None, "an image lies on a map of known size"
    ax.grid(visible=False)
    planes.filled(ax, [(0, height, 0, width)], "#808080", 1.0)
    left, top = box.left - 0.5, box.top - 0.5
    ax.imshow(region.photo.pixels, extent=(left, left + box.width, top + box.height, top), aspect=ax.get_aspect(),
              interpolation="antialiased", zorder=1.2)  # fmt: skip
    planes.filled(ax, read.outside(height, width), "#000000", DIMMED, zorder=1.5)


LIT = 0.62
"""How strong the colour of what is read is, without a photograph."""
DIMMED = 0.8
"""What is taken of the light of all that is not read."""


def _covered(ax: Axes, covers: Covers, panel: planes.Panel) -> list[tuple[Artist, str]]:
    """The sample, and the frame of all that is seen by those who see it."""
    from matplotlib import rcParams
    from matplotlib.lines import Line2D

    a, b = panel.axes_shown
    planes.framed(ax, (covers.seen[a], covers.seen[b]), rcParams["text.color"], ":")
    planes.marked(ax, (covers.sample[a], covers.sample[b]), "x")
    outputs = " x ".join(str(u) if u == v else f"{u} to {v}" for u, v in covers.outputs)
    return [
        (planes.cross("x"), f"sample {','.join(map(str, covers.sample))}"),
        (Line2D([], [], color=rcParams["text.color"], linestyle=":"), f"seen by all outputs that see it: {outputs}"),
    ]


def _strips(ax: Axes, region: Region, view: tuple[float, float]) -> list[tuple[Artist, str]]:
    """One axis: a strip for each layer, over samples or time."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    rule = labels.ruler(region.spacing, 0, max(abs(view[0]), abs(view[1])))
    colors, n = canvas.colors(ax), region.sizes[0]
    strips = planes.Strips(ax, rule)
    for row, unit in enumerate(region.units):
        color, _ = planes.told_apart(colors, row, False)
        if n is not None:
            strips.filled(row, [(0, n - 1)], color, LIT * (1 - DIMMED))
        strips.filled(row, unit.runs[0], color, 1.0 if unit.holes else LIT)
        if unit.region[0] is not None:
            strips.framed(row, unit.region[0], color, n)
        if unit.center[0] is not None:
            strips.marked(row, unit.center[0])
    strips.rows([unit.layer for unit in region.units], view)
    keys: list[tuple[Artist, str]] = [
        (Patch(color=planes.told_apart(colors, row, False)[0], alpha=LIT), _key(region, unit))
        for row, unit in enumerate(region.units)
    ]
    keys.append((planes.cross(), "center"))
    if n is not None and any(one.region[0] and (one.region[0][0] < 0 or one.region[0][1] >= n) for one in region.units):
        keys.append((Patch(facecolor="none", edgecolor=colors[0], hatch="/////", linewidth=0.5), "in the padding"))
    if region.covers is not None:
        line = ax.axvline(rule.of(region.covers.sample[0]), linestyle=":", color=colors[1 % len(colors)])
        first, last = region.covers.outputs[0]
        keys.append((line, f"sample {region.covers.sample[0]}, which outputs {first} to {last} see"))
        keys.append((Line2D([], [], linestyle="none"), f"these see samples {region.covers.seen[0][0]} to "
                                                       f"{region.covers.seen[0][1]}"))  # fmt: skip
    return keys


def region(
    report: Report | Network,
    layer: str | Sequence[str] | None = None,
    at: Sequence[int] | None = None,
    covers: Sequence[int] | None = None,
    image: object = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draws what an output of a layer sees, by default the central one of the main layer, and returns the axes.

    Several layers are nested, round the output of the first; `at` is the place of that, `covers` a sample that it is to
    see. `image` is the file of a photograph, an image of Pillow or an array. Needs the extra `plot`. Raises `CallError`
    where there is no such layer, output or sample, and for an image that cannot be read.
    """
    found = data(reported(report), layer, at, covers, image)
    return canvas.on(ax, aspect(found), partial(draw, region=found))
