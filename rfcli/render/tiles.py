"""Tiles of an input: what `rf tile` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from rfcli.render import records
from rfcli.render.columns import Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.tiling import AxisTiles
    from rfcli.render.view import Style


def render(name: str, letters: Sequence[str], axes: Sequence[AxisTiles], format: str, style: Style) -> Iterator[str]:
    """Halo, multiple and length per axis, and the tiles; ranges are half-open."""
    cut = list(product(*(axis.tiles for axis in axes)))
    if format == "json":
        yield from _json(name, letters, axes, cut)
        return
    if format == "table":
        yield from records.render("table", list(zip(letters, axes, strict=True)), _AXES, {}, style)
        if not cut:
            yield "\nno tiles: give --image to cut one\n"
            return
        yield f"\n{len(cut)} {'tile' if len(cut) == 1 else 'tiles'}\n\n"
    ranges = _spans if records.for_people(format) else _ends
    columns = [
        column
        for which, what in enumerate(("input", "valid"))
        for axis, letter in enumerate(letters)
        for column in ranges(which, what, axis, letter)
    ]
    yield from records.render(format, cut, columns, {}, style)


_AXES = (
    Column("axis", "axis", lambda row: row[0], text=True),
    Column("before", "halo before", lambda row: row[1].halo[0], "samples"),
    Column("after", "halo after", lambda row: row[1].halo[1], "samples"),
    Column("multiple", "what tiles start at", lambda row: row[1].multiple, "samples"),
    Column("tile", "length of a tile", lambda row: row[1].tile, "samples"),
    Column("tiles", "number of tiles", lambda row: len(row[1].tiles)),
)


def _spans(which: int, what: str, axis: int, letter: str) -> list[Column]:
    def span(tile: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> str:
        start, end = tile[axis][which]
        return f"{start}:{end}"

    return [Column(f"{what}_{letter}", what, span)]


def _ends(which: int, what: str, axis: int, letter: str) -> list[Column]:
    return [
        Column(f"{what}_start_{letter}", what, lambda tile: tile[axis][which][0]),
        Column(f"{what}_end_{letter}", what, lambda tile: tile[axis][which][1]),
    ]


def _json(
    name: str,
    letters: Sequence[str],
    axes: Sequence[AxisTiles],
    cut: Sequence[Sequence[tuple[tuple[int, int], tuple[int, int]]]],
) -> Iterator[str]:
    """One object, a line for each tile."""
    import json

    data = [
        {"axis": letter, "halo": list(axis.halo), "multiple": axis.multiple, "tile": axis.tile}
        for letter, axis in zip(letters, axes, strict=True)
    ]
    yield f'{{"network": {json.dumps(name)}, "axes": {json.dumps(data)}, "tiles": ['
    for number, tile in enumerate(cut):
        parts = {"input": [list(one[0]) for one in tile], "valid": [list(one[1]) for one in tile]}
        yield ("," if number else "") + "\n  " + json.dumps(parts)
    yield "\n]}\n" if cut else "]}\n"
