"""Effective receptive fields: what `rf erf` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.geometry.axes import listed
from rfcli.render import records
from rfcli.render.answer import Text
from rfcli.render.columns import Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.erf import Map, Profile
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style

SHADES = " .:-=+*#%@"
"""From nothing to the largest value."""
STRIP = 60
"""Characters of a strip."""

_COLUMNS = (
    Column("axis", "axis", lambda row: row[0], text=True),
    Column("size", "size of the region", lambda row: len(row[1].values), "samples"),
    Column("std", "standard deviation of the energy", lambda row: row[1].std, "samples"),
    Column("effective_size", "shortest run that holds 95.45 %", lambda row: row[1].effective_size, "samples"),
    Column("ratio", "effective size by size", lambda row: row[1].ratio),
    Column("gaussian_distance", "total variation distance to a normal", lambda row: row[1].gaussian_distance),
)


def render(
    name: str,
    layer: str,
    profiles: Sequence[tuple[str, Profile]],
    bands: Sequence[Sequence[float]] | None,
    format: str,
    style: Style,
    notes: Sequence[str] = (),
) -> Answer:
    """Figures and profiles by axis; `bands` are half-widths of the confidence intervals of a sampled profile."""
    if format == "json":
        axes = [_data(letter, profile) for letter, profile in profiles]
        for axis, band in zip(axes, bands or (), strict=False):
            axis["confidence"] = list(band)
        return records.document({"network": name, "layer": layer, "axes": axes})
    if not records.for_people(format):
        rows = [
            (letter, profile.first + i, value) for letter, profile in profiles for i, value in enumerate(profile.values)
        ]
        columns = [
            Column("axis", "axis", lambda row: row[0], text=True),
            Column("sample", "sample of the input", lambda row: row[1]),
            Column("energy", "its share of the gradient energy", lambda row: row[2]),
        ]
        return records.render(format, rows, columns, {}, style)
    figures = records.render(format, profiles, _COLUMNS, {}, style, notes, ("gaussian_distance", "size"))
    if format == "markdown":
        return figures
    strips = (f"{letter} |{_strip(profile.values, _wide(style))}|\n" for letter, profile in profiles)
    return Text("".join([*figures, "\n", *strips]))


def of_the_central(sizes: Sequence[object], profiles: Sequence[tuple[str, Profile]]) -> list[str]:
    """Why a profile is no longer than it is, where a layer's field, of these sizes, is larger at other outputs."""
    alike: dict[tuple[int, int], list[str]] = {}
    for size, (letter, profile) in zip(sizes, profiles, strict=True):
        if isinstance(size, int) and size != len(profile.values):
            alike.setdefault((len(profile.values), size), []).append(letter)
    return [
        f"{listed(letters)}: {here} is the size at the central output; at other phases the field has up to {size}"
        for (here, size), letters in alike.items()
    ]


def render_map(name: str, layer: str, area: Map, format: str, style: Style) -> Answer:
    """A map: shades for people, a row for each sample otherwise."""
    ends = [first + size - 1 for first, size in zip(area.first, (len(area.rows), len(area.rows[0])), strict=True)]
    region = [[first, last] for first, last in zip(area.first, ends, strict=True)]
    if format == "json":
        data = {"network": name, "layer": layer, "region": region, "map": [list(row) for row in area.rows]}
        return records.document(data)
    if format == "table":
        title = f"{name}, '{layer}', samples {region[0][0]}..{region[0][1]} by {region[1][0]}..{region[1][1]}\n\n"
        return Text("".join([title, *_shaded(area, style)]))
    rows = [
        (area.first[0] + y, area.first[1] + x, value) for y, row in enumerate(area.rows) for x, value in enumerate(row)
    ]
    columns = [
        Column("h", "sample along h", lambda row: row[0]),
        Column("w", "sample along w", lambda row: row[1]),
        Column("energy", "its share of the gradient energy", lambda row: row[2]),
    ]
    return records.render(format, rows, columns, {}, style)


def _shaded(area: Map, style: Style) -> Iterator[str]:
    """The map as shades, the largest value of each character's samples."""
    high, wide = min(len(area.rows), STRIP // 2), min(len(area.rows[0]), _wide(style))
    blocks = [[_largest(area.rows, y, high, x, wide) for x in range(wide)] for y in range(high)]
    most = max(map(max, blocks))
    for row in blocks:
        yield "|" + "".join(SHADES[round((len(SHADES) - 1) * value / most)] for value in row) + "|\n"


def _largest(rows: Sequence[Sequence[float]], y: int, high: int, x: int, wide: int) -> float:
    """The largest value of a block of the map."""
    within = rows[y * len(rows) // high : (y + 1) * len(rows) // high]
    return max(max(row[x * len(row) // wide : (x + 1) * len(row) // wide]) for row in within)


def _wide(style: Style) -> int:
    """Characters of a strip that fit beside an axis and two bars."""
    return STRIP if style.width is None else max(min(STRIP, style.width - 6), 8)


def _strip(values: Sequence[float], most_wide: int) -> str:
    """The profile as shades, the largest value of each character's samples."""
    wide = min(len(values), most_wide)
    parts = [max(values[i * len(values) // wide : (i + 1) * len(values) // wide]) for i in range(wide)]
    most = max(parts)
    return "".join(SHADES[round((len(SHADES) - 1) * part / most)] for part in parts)


def _data(letter: str, profile: Profile) -> dict[str, object]:
    return {
        "axis": letter,
        "size": len(profile.values),
        "std": profile.std,
        "effective_size": profile.effective_size,
        "ratio": profile.ratio,
        "profile": list(profile.values),
    }
