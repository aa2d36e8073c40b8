"""Places of outputs in the input: what `rf locate` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.engine.plain import number
from rfcli.render import records
from rfcli.render.columns import Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.border import Region
    from rfcli.engine.locate import Located
    from rfcli.render.view import Style

    Place = dict[str, object]


def outputs(name: str, layer: str, points: Sequence[Located], letters: str, format: str, style: Style) -> Iterator[str]:
    """Single outputs; as JSON an object in a line for each."""
    if format == "json":
        import json

        for one in points:
            yield json.dumps({"network": name, "layer": layer, **_data(one)}) + "\n"
        return
    places = [(_place if records.for_people(format) else _numbers)(one, letters) for one in points]
    names = list(places[0]) if places else []
    yield from records.render(format, places, [_column(one) for one in names], {}, style)


def _data(one: Located) -> dict[str, object]:
    return {
        "at": list(one.at),
        "region": [number(region) for region in one.region],
        "clipped": [number(region) for region in one.clipped],
        "center": [number(center) for center in one.center],
    }


def _place(one: Located, letters: str) -> Place:
    place: Place = dict(zip(letters, one.at, strict=True))
    for letter, region, clipped, center in zip(letters, one.region, one.clipped, one.center, strict=True):
        place[f"region_{letter}"] = _span(region)
        place[f"clipped_{letter}"] = _span(clipped)
        place[f"center_{letter}"] = center
    return place


def _numbers(one: Located, letters: str) -> Place:
    """The same for programs: a number in each column."""
    place: Place = dict(zip(letters, one.at, strict=True))
    for letter, region, clipped, center in zip(letters, one.region, one.clipped, one.center, strict=True):
        for name, span in (("region", region), ("clipped", clipped)):
            place[f"{name}_first_{letter}"], place[f"{name}_last_{letter}"] = span or (None, None)
        place[f"center_{letter}"] = center
    return place


def _column(name: str) -> Column:
    return Column(name, name, lambda place: place[name])


def _span(region: Region) -> str | None:
    """First and last sample as text."""
    return None if region is None else f"{region[0]}..{region[1]}"


def all_outputs(
    name: str, layer: str, regions: Sequence[Sequence[Region]], letters: str, format: str, style: Style
) -> Iterator[str]:
    """Every output along every axis."""
    axes = [
        {"axis": letter, "output_size": len(along), "regions": [number(region) for region in along]}
        for letter, along in zip(letters, regions, strict=True)
    ]
    rows = [
        {"axis": letter, "output": o, "first": region and region[0], "last": region and region[1]}
        for letter, along in zip(letters, regions, strict=True)
        for o, region in enumerate(along)
    ]
    columns = [Column("axis", "axis", lambda row: row["axis"], text=True)]
    columns += [_column(one) for one in ("output", "first", "last")]
    return records.render(format, rows, columns, {"network": name, "layer": layer, "axes": axes}, style)


def covering(
    name: str, layer: str, position: Sequence[int], spans: Sequence[Region], letters: str, format: str, style: Style
) -> Iterator[str]:
    """The outputs that see a sample."""
    data = {"network": name, "layer": layer, "covers": list(position), "outputs": [number(region) for region in spans]}
    rows = [
        {"axis": letter, "sample": i, "first": region and region[0], "last": region and region[1]}
        for letter, i, region in zip(letters, position, spans, strict=True)
    ]
    columns = [Column("axis", "axis", lambda row: row["axis"], text=True)]
    columns += [_column(one) for one in ("sample", "first", "last")]
    return records.render(format, rows, columns, data, style)


STRIP = 72
"""Characters of a strip of samples."""


def strips(
    one: Located, samples: Sequence[tuple[str, Sequence[int]]], format: str, name: str, layer: str
) -> Iterator[str]:
    """Which samples of an output's region are read, per axis: a strip with # for a sample that is read, or as JSON."""
    if format == "json":
        import json

        axes = [
            {"axis": letter, "coverage": len(read) / (read[-1] - read[0] + 1) if read else None, "samples": list(read)}
            for letter, read in samples
        ]
        yield json.dumps({"network": name, "layer": layer, "at": list(one.at), "axes": axes}) + "\n"
        return
    for letter, read in samples:
        if not read:
            yield f"{letter}: nothing is read\n"
            continue
        size = read[-1] - read[0] + 1
        yield f"{letter}: {len(read)} of {size} samples, {read[0]} to {read[-1]}: coverage {len(read) / size:.3f}\n"
        taken = set(read)
        for start in range(read[0], read[-1] + 1, STRIP):
            row = range(start, min(start + STRIP, read[-1] + 1))
            yield f"{start:>6} " + "".join("#" if i in taken else "." for i in row) + "\n"
