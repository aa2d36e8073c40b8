"""Tiles of an input: what `rf tile` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from rfcli.render import records
from rfcli.render.answer import Documents, Text
from rfcli.render.columns import Column
from rfcli.render.grid import wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.tiling import AxisTiles
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style

    Cut = Sequence[tuple[tuple[int, int], tuple[int, int]]]
    """A tile: along each axis the input range and the valid range."""

MUCH = 4
"""Times that samples are read, from which on it is told."""

NOTED = ("table", "json")
"""Formats that hold the notes."""


def notes(letters: Sequence[str], axes: Sequence[AxisTiles]) -> list[str]:
    """What else there is to know: of axes that cannot be cut as they are, and of what is not exact."""
    found = []
    ignored = axes[0].ignored
    if ignored:
        listed = ", ".join(f"'{name}'" for name in ignored[:3]) + (", ..." if len(ignored) > 3 else "")
        see = "sees" if len(ignored) == 1 else "see"
        found.append(f"not exact: {listed} {see} each tile by itself and not the whole map")
    read = _read_again(axes)
    if read >= MUCH:
        many = prod(axis.tiles.count for axis in axes)
        found.append(f"{many} tiles read {read:.1f} times the samples of the image: longer ones overlap less")
    for letter, axis in zip(letters, axes, strict=True):
        if axis.size is not None and axis.padded is not None and axis.padded != axis.size:
            more = axis.padded - axis.size
            found.append(
                f"along {letter} the network takes no {axis.size} samples: pad the image behind by {more} to "
                f"{axis.padded}, which the tiles are of"
            )
        if axis.assumed is not None:
            rest, modulus = axis.assumed
            which = f"a multiple of {modulus}" if rest == 0 else f"{rest} more than a multiple of {modulus}"
            found.append(f"along {letter} it depends on the size of the image: this is for {which}; give --image")
        if axis.circular is not None and not axis.tiles:
            found.append(
                f"along {letter} '{axis.circular}' pads circularly: tiles would have to go round the image's border"
            )
    return found


def _read_again(axes: Sequence[AxisTiles]) -> float:
    """How often each sample of the image is read, on average; 0 where there are no tiles."""
    lengths = [sum(end - start for (start, end), _ in axis.tiles) for axis in axes]
    sizes = [axis.padded if axis.padded is not None else axis.size for axis in axes]
    return prod(length / size if size else 0 for length, size in zip(lengths, sizes, strict=True))


def render(name: str, letters: Sequence[str], axes: Sequence[AxisTiles], format: str, style: Style) -> Answer:
    """Halo, multiple and length per axis, and the tiles; ranges are half-open."""
    if format == "json":
        return _document(name, letters, axes)
    cut = list(_cut(axes))
    if format == "table":
        return Text("".join(_text(letters, axes, cut, style)))
    return _table(letters, cut, format, style)


def _text(letters: Sequence[str], axes: Sequence[AxisTiles], cut: Sequence[Cut], style: Style) -> Iterator[str]:
    """A table of the axes, what there is to know, and a table of the tiles."""
    rows = list(zip(letters, axes, strict=True))
    yield from records.render("table", rows, _AXES, {}, style, optional=("smallest", "stride"))
    for note in notes(letters, axes):
        yield "\n" + "\n".join(wrapped(note, style.width, "")) + "\n"
    if not cut:
        missing = "give --tile to cut one" if axes[0].tile is None else "give --image to cut one"
        yield f"\nno tiles: {missing}\n"
        return
    yield f"\n{len(cut)} {'tile' if len(cut) == 1 else 'tiles'}\n\n"
    yield from _table(letters, cut, "table", style)


def _table(letters: Sequence[str], cut: Sequence[Cut], format: str, style: Style) -> Answer:
    """The tiles: people read ranges, programs a number in each column."""
    ranges = _spans if records.for_people(format) else _ends
    columns = [
        column
        for which, what in enumerate(("input", "valid"))
        for axis, letter in enumerate(letters)
        for column in ranges(which, what, axis, letter)
    ]
    if format == "table" and not records.fits(cut, columns, style):
        return _axis_by_axis(cut, letters, style)
    return records.render(format, cut, columns, {}, style)


def _axis_by_axis(cut: Sequence[Cut], letters: Sequence[str], style: Style) -> Answer:
    """Tiles with a row for each axis, where one row for all is wider than the terminal."""
    rows = [
        ("" if axis else str(number), letter, f"{read[0]}:{read[1]}", f"{kept[0]}:{kept[1]}")
        for number, tile in enumerate(cut, 1)
        for axis, (letter, (read, kept)) in enumerate(zip(letters, tile, strict=True))
    ]
    columns = [
        Column(name, name, lambda row, at=at: row[at], text=name == "axis")
        for at, name in enumerate(("tile", "axis", "input", "valid"))
    ]
    return records.render("table", rows, columns, {}, style)


def _cut(axes: Sequence[AxisTiles]) -> Iterator[Cut]:
    """All tiles, those along the last axis first."""
    return product(*(axis.tiles for axis in axes))


_AXES = (
    Column("axis", "axis", lambda row: row[0], text=True),
    Column("stride", "samples per output", lambda row: row[1].stride, "samples"),
    Column("before", "halo before", lambda row: row[1].halo[0], "samples"),
    Column("after", "halo after", lambda row: row[1].halo[1], "samples"),
    Column("multiple", "what tiles start at", lambda row: row[1].multiple, "samples"),
    Column("smallest", "length of the smallest tile", lambda row: row[1].smallest, "samples"),
    Column("tile", "length of a tile", lambda row: row[1].tile, "samples"),
    Column("tiles", "number of tiles", lambda row: len(row[1].tiles)),
)


def _spans(which: int, what: str, axis: int, letter: str) -> list[Column]:
    def span(tile: Cut) -> str:
        start, end = tile[axis][which]
        return f"{start}:{end}"

    return [Column(f"{what}_{letter}", what, span)]


def _ends(which: int, what: str, axis: int, letter: str) -> list[Column]:
    return [
        Column(f"{what}_start_{letter}", what, lambda tile: tile[axis][which][0]),
        Column(f"{what}_end_{letter}", what, lambda tile: tile[axis][which][1]),
    ]


def _document(name: str, letters: Sequence[str], axes: Sequence[AxisTiles]) -> Documents:
    """One object, a line for each tile; tiles are made as they are written."""
    from rfcli.engine.plain import number

    data = [
        {
            "axis": letter, "stride": number(axis.stride), "halo": list(axis.halo), "multiple": axis.multiple,
            "smallest": axis.smallest, "tile": axis.tile, "image": axis.size, "padded": axis.padded,
        }
        for letter, axis in zip(letters, axes, strict=True)
    ]  # fmt: skip
    ignored = list(axes[0].ignored)
    head = {"network": name, "exact": not ignored, "ignored": ignored, "notes": notes(letters, axes), "axes": data}
    tiles = ({"input": [list(one[0]) for one in tile], "valid": [list(one[1]) for one in tile]} for tile in _cut(axes))
    return Documents([{**head, "tiles": tiles}], ["tiles"])
