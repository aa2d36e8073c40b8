"""Places of outputs in the input: what `rf locate` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from rfcli.engine.plain import number
from rfcli.render import records
from rfcli.render.answer import Documents, Text
from rfcli.render.columns import Column
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.border import Region
    from rfcli.engine.joint import Points
    from rfcli.engine.locate import Located
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style

    Place = dict[str, object]
    Runs = Sequence[tuple[int, int]]


def outputs(
    name: str, layer: str, points: Sequence[Located], around: Sequence[bool], letters: str, format: str, style: Style
) -> Answer:
    """Single outputs, with what they read of the map along axes where that goes `around` its border; as JSON an object
    in a line for each."""
    if format == "json":
        return Documents([{"network": name, "layer": layer, **_data(one)} for one in points])
    made = _place if records.for_people(format) else _numbers
    places = [made(one, letters, around) for one in points]
    names = list(places[0]) if places else []
    columns = list(map(_column, names))
    if format == "table" and not records.fits(places, columns, style):
        return _axis_by_axis(places, letters, style)
    return records.render(format, places, columns, {}, style)


def _axis_by_axis(places: Sequence[Place], letters: str, style: Style) -> Answer:
    """Outputs with a row for each axis, where one row for all is wider than the terminal."""
    rows: list[Place] = []
    for place in places:
        for letter in letters:
            along = {
                key.removesuffix(f"_{letter}"): value for key, value in place.items() if key.endswith(f"_{letter}")
            }
            at = ",".join(str(place[one]) for one in letters) if letter == letters[0] else ""
            rows.append({"output": at, "axis": letter, **along})
    names = dict.fromkeys(name for row in rows for name in row)
    columns = [Column(one, one, lambda row, one=one: row.get(one), text=one in ("output", "axis")) for one in names]
    return records.render("table", rows, columns, {}, style)


def _data(one: Located) -> dict[str, object]:
    return {
        "at": list(one.at),
        "region": [number(region) for region in one.region],
        "clipped": [number(region) for region in one.clipped],
        "runs": [number(runs) for runs in one.runs],
        "center": [number(center) for center in one.center],
    }


def _place(one: Located, letters: str, around: Sequence[bool]) -> Place:
    place: Place = dict(zip(letters, one.at, strict=True))
    for axis, letter in enumerate(letters):
        place[f"region_{letter}"] = _span(one.region[axis])
        place[f"clipped_{letter}"] = _span(one.clipped[axis])
        if around[axis]:
            place[f"runs_{letter}"] = _spans(one.runs[axis], MOST_RUNS)
        place[f"center_{letter}"] = one.center[axis]
    return place


MOST_RUNS = 8
"""Runs of samples that people are shown."""


def _spans(runs: Sequence[tuple[int, int]], most: int | None = None) -> str:
    """Runs as text, with dots for what is more than some."""
    said = " ".join(f"{first}..{last}" for first, last in runs[:most])
    return said + (" ..." if most is not None and len(runs) > most else "")


def _numbers(one: Located, letters: str, around: Sequence[bool]) -> Place:
    """The same for programs: a number in each column."""
    place: Place = dict(zip(letters, one.at, strict=True))
    for letter, region, clipped, center in zip(letters, one.region, one.clipped, one.center, strict=True):
        for name, span in (("region", region), ("clipped", clipped)):
            place[f"{name}_first_{letter}"], place[f"{name}_last_{letter}"] = span or (None, None)
        place[f"center_{letter}"] = center
    for letter, runs, shown in zip(letters, one.runs, around, strict=True):
        if shown:
            place[f"runs_{letter}"] = _spans(runs)
    return place


def _column(name: str) -> Column:
    return Column(name, name, lambda place: place[name])


def _span(region: Region) -> str | None:
    """First and last sample as text."""
    return None if region is None else f"{region[0]}..{region[1]}"


def all_outputs(
    name: str,
    layer: str,
    regions: Sequence[Sequence[Region]],
    runs: Sequence[Sequence[Runs] | None],
    letters: str,
    format: str,
    style: Style,
) -> Answer:
    """Every output along every axis, with its `runs` along those where some read the other side of the map."""
    axes: list[dict[str, object]] = []
    rows: list[Place] = []
    for letter, along, around in zip(letters, regions, runs, strict=True):
        axes.append({"axis": letter, "output_size": len(along), "regions": [number(region) for region in along]})
        if around is not None:
            axes[-1]["runs"] = [number(one) for one in around]
        for o, region in enumerate(along):
            first, last = region or (None, None)
            row = {"axis": letter, "output": o, "first": first, "last": last}
            rows.append({**row, "runs": None if around is None else _spans(around[o])})
    named = ["output", "first", "last"] + ["runs"] * any(around is not None for around in runs)
    columns = [Column("axis", "axis", lambda row: row["axis"], text=True), *map(_column, named)]
    return records.render(format, rows, columns, {"network": name, "layer": layer, "axes": axes}, style)


def covering(
    name: str,
    layer: str,
    position: Sequence[int],
    spans: Sequence[Region],
    runs: Sequence[Runs],
    around: Sequence[bool],
    letters: str,
    format: str,
    style: Style,
    seen: Points | None = None,
) -> Answer:
    """The outputs that see a sample; `runs` are those that really read it, shown where some go `around` a border.
    `seen` are those of the ranges that do, where a mask leaves some out."""
    data: dict[str, object] = {
        "network": name, "layer": layer, "covers": list(position),
        "outputs": [number(region) for region in spans], "runs": [number(one) for one in runs],
    }  # fmt: skip
    if seen is not None:
        data |= _counted(seen)
    rows: list[Place] = []
    for letter, i, region, read in zip(letters, position, spans, runs, strict=True):
        first, last = region or (None, None)
        rows.append({"axis": letter, "sample": i, "first": first, "last": last, "runs": _spans(read)})
    named = ["sample", "first", "last"] + ["runs"] * any(around)
    columns = [Column("axis", "axis", lambda row: row["axis"], text=True), *map(_column, named)]
    ranges = records.render(format, rows, columns, data, style)
    if seen and format == "table":
        return Text("".join([*ranges, f"{seen.count} of these {prod(seen.box)} outputs see it\n"]))
    return ranges


def _counted(points: Points) -> dict[str, object]:
    """How many points there are of those of their box, and where: row by row the runs of points that follow each
    other."""
    box = prod(points.box) if points else 0
    rows = [{"at": list(place), "runs": [list(run) for run in runs]} for place, runs in points.runs()]
    return {"count": points.count, "of": box, "rows": rows}


def _drawing(points: Points, letters: str) -> Iterator[str]:
    """The points of a box: a row for each place along the leading axes, with # for a point that is read."""
    (*_, (start, end)), box = points.hull, points.box
    size = "x".join(map(str, box))
    yield f"{letters}: {points.count} of {prod(box)} samples ({size}): coverage {points.count / prod(box):.3f}\n"
    for place, runs in points.runs():
        row = ["."] * (end - start + 1)
        for first, last in runs:
            row[first - start : last - start + 1] = "#" * (last - first + 1)
        text = "".join(row)
        for at in range(0, len(text), STRIP):
            yield f"{','.join(map(str, place)):>6} {text[at : at + STRIP]}\n"


STRIP = 72
"""Characters of a strip of samples."""


class Support(Value):
    """What an output really reads: its samples along each axis, and how many of them its region has. Where they are no
    box, also which `points`."""

    output: Located
    samples: Sequence[Sequence[int]]
    sizes: Sequence[int]
    points: Points | None = None


def supports(name: str, layer: str, found: Sequence[Support], letters: str, format: str) -> Answer:
    """Which samples outputs read: people see strips with # for one that is read."""
    if format == "json":
        return Documents([{"network": name, "layer": layer, **_support(one, letters)} for one in found])
    return Text("".join(line for one in found for line in _strips(one, letters)))


def _support(one: Support, letters: str) -> dict[str, object]:
    axes = [
        {"axis": letter, "coverage": len(read) / size if read else None, "samples": list(read)}
        for letter, read, size in zip(letters, one.samples, one.sizes, strict=True)
    ]
    joint = {} if one.points is None else _counted(one.points)
    return {"at": list(one.output.at), "axes": axes, **joint}


def _strips(one: Support, letters: str) -> Iterator[str]:
    """A strip for each axis, below a drawing of the points where they are no box."""
    if one.points:
        yield from _drawing(one.points, letters)
    for letter, read, size, runs in zip(letters, one.samples, one.sizes, one.output.runs, strict=True):
        if not read:
            yield f"{letter}: nothing is read\n"
            continue
        here = size == read[-1] - read[0] + 1
        ends = f"{read[0]} to {read[-1]}" if here else f"{_spans(runs, MOST_RUNS)} round the border"
        yield f"{letter}: {len(read)} of {size} samples, {ends}: coverage {len(read) / size:.3f}\n"
        taken = set(read)
        for start in range(read[0], read[-1] + 1, STRIP):
            row = range(start, min(start + STRIP, read[-1] + 1))
            yield f"{start:>6} " + "".join("#" if i in taken else "." for i in row) + "\n"
