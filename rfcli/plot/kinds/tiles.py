"""How an image is cut into tiles: the tiles, the halo that each needs, and the part of it whose outputs are kept."""

from __future__ import annotations

import os
from functools import partial

from rfcli.diagnostics import CallError, counted
from rfcli.geometry.axes import axis_names, times
from rfcli.plot import asked, canvas, labels, photo, planes
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from rfcli.api.networks import Network
    from rfcli.engine.report import Report
    from rfcli.engine.tiling import AxisTiles
    from rfcli.geometry.units import Spacing
    from rfcli.plot.photo import Photo

    Span = tuple[float, float]
    """From a place up to another one, in samples: sample i reaches from i to i + 1."""

MOST = 40
"""Tiles along an axis that are all drawn; of more, those next to the one in the middle."""
NEIGHBOURS = 3
PARTS = 3
"""Tiles along an axis where no length is asked for."""


class Cut(Value):
    """One axis: the samples of the image, the tiles that are shown, and where the outputs that are kept of each lie.
    `chosen` is the number of the tile that is shown closely, `first` that of the first tile shown, of `count`."""

    size: int
    image: int
    tiles: tuple[tuple[int, int], ...]
    kept: tuple[Span, ...]
    chosen: int
    first: int
    count: int
    halo: tuple[int, int]

    @property
    def tile(self) -> tuple[int, int]:
        """The samples of the tile that is shown closely."""
        return self.tiles[self.chosen - self.first]

    @property
    def core(self) -> Span:
        """Where its outputs that are kept lie."""
        return self.kept[self.chosen - self.first]


class Tiling(Value):
    """An image that is cut, along all axes."""

    network: str
    layer: str
    cuts: tuple[Cut, ...]
    ignored: tuple[str, ...]
    photo: Photo | None = None
    spacing: Spacing | None = None


def data(
    report: Report | Network,
    layer: str | None = None,
    longest: Sequence[int] | None = None,
    image: object = None,
    *,
    step: Sequence[int] | None = None,
    whole_frames: bool = False,
    fixed: bool = False,
    ignore_global: bool = False,
) -> Tiling:
    """What is drawn. Raises `CallError` with the reason where the image cannot be cut."""
    from rfcli.api.reach import at_image, tiles
    from rfcli.engine.report import Report

    shown, size = _image(image)
    found, asked_size = (report, size) if isinstance(report, Report) else at_image(report, size)  # type: ignore[arg-type]
    if shown is not None and len(found.graph.axes) != 2:
        raise CallError(f"an image is for networks of two axes, this one has {len(found.graph.axes)}", "image")
    layer = layer if layer is not None else found.outputs[0]
    options = {"image": asked_size, "step": step, "whole_frames": whole_frames, "ignore_global": ignore_global}
    sizes = asked_size if asked_size is not None else asked.input_sizes(found)
    sizes = (sizes,) * len(found.graph.axes) if isinstance(sizes, int) else sizes
    if any(n is None for n in sizes):
        raise CallError(f"{found.source}: tiles are those of an image: give the input size")
    if longest is None:
        plain = tiles(found, layer, **options)  # type: ignore[arg-type]
        longest = [_third(axis, n) for axis, n in zip(plain, sizes, strict=True)]  # type: ignore[arg-type]
    cut = tiles(found, layer, longest, fixed=fixed, **options)  # type: ignore[arg-type]
    field = found.layer(layer).receptive_field
    centers = [None] * len(cut) if field is None else field.center
    cuts = [_cut(axis, n, center) for axis, n, center in zip(cut, sizes, centers, strict=True)]  # type: ignore[arg-type]
    return Tiling(found.name, layer, tuple(cuts), cut[0].ignored, shown, found.sight.spacing)


def _image(image: object) -> tuple[Photo | None, int | tuple[int | None, ...] | None]:
    """An image, and its size; or only a size."""
    from rfcli import arguments

    pixels = getattr(image, "__array_interface__", {}).get("shape", ())
    if isinstance(image, str | os.PathLike) or hasattr(image, "getbands") or len(pixels) > 1:
        found = photo.read(image)
        return found, found.size
    return None, image if image is None else arguments.size(image, "image")


def _third(axis: AxisTiles, n: int) -> int:
    """A length that cuts an image into a few tiles."""
    before, after = axis.halo
    length = -(-n // PARTS) + max(before, 0) + max(after, 0) + axis.multiple
    return min(max(length, axis.smallest or 1), max(axis.padded or n, axis.smallest or 1))


def _cut(axis: AxisTiles, n: int, center: object) -> Cut:
    """One axis of the picture."""
    from fractions import Fraction

    stride = Fraction(axis.stride)
    # Output o stands for a stride of samples around its center.
    start = Fraction(center) + Fraction(1, 2) - stride / 2 if isinstance(center, int | Fraction) else Fraction(0)
    count = len(axis.tiles)
    chosen = count // 2 if count > 2 else 0
    first, last = (0, count) if count <= MOST else (chosen - NEIGHBOURS, chosen + NEIGHBOURS + 1)
    tiles, kept = [], []
    for number in range(first, last):
        inside, (c, d) = axis.tiles[number]
        tiles.append(inside)
        kept.append((float(start + c * stride), float(start + d * stride)))
    return Cut(axis.padded or n, n, tuple(tiles), tuple(kept), chosen, first, count, axis.halo)


def aspect(tiling: Tiling) -> float:
    """The height of a picture as a share of its width."""
    if len(tiling.cuts) == 1:
        return 0.3
    return planes.aspect(tiling.spacing, _view(tiling))


def _view(tiling: Tiling) -> list[tuple[float, float]]:
    """What of each axis is shown."""
    found = []
    for cut in tiling.cuts:
        low, high = (0.0, float(cut.size)) if cut.count <= MOST else (cut.tiles[0][0], cut.tiles[-1][1])
        low, high = min(low, cut.tile[0]), max(high, cut.tile[1])
        edge = 0.02 * (high - low)
        found.append((low - 0.5 - edge, high - 0.5 + edge))
    return found


def draw(ax: Axes, tiling: Tiling) -> Axes:
    """Draws tiles."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    colors = canvas.colors(ax)
    view = _view(tiling)
    if len(tiling.cuts) == 1:
        _strips(ax, tiling, view[0], colors)
    else:
        middle = [int(sum(cut.core) / 2) for cut in tiling.cuts]
        for panel in planes.panels(ax, tiling.spacing, view, middle):
            _plane(panel, tiling, colors)
    low = colors[0]
    keys: list[tuple[Artist, str]] = [
        (Patch(facecolor=low, alpha=0.4), "kept of each tile"),
        (Patch(facecolor="none", edgecolor=colors[1 % len(colors)], hatch="/////", linewidth=0.5), "halo"),
        (Line2D([], [], color=colors[1 % len(colors)], linewidth=1.6), f"a tile, {_tile(tiling)}"),
    ]
    title = f"{tiling.network}: tiles for {tiling.layer}"
    labels.headed(ax, labels.Head(title, tuple(_notes(tiling))), keys)
    return ax


def _tile(tiling: Tiling) -> str:
    size = times(tuple([cut.tile[1] - cut.tile[0] for cut in tiling.cuts]))
    return f"{size} samples"


def _notes(tiling: Tiling) -> list[str]:
    """What is said above the picture."""
    letters = axis_names(len(tiling.cuts))
    counts = times(tuple([cut.count for cut in tiling.cuts]))
    size = times(tuple([cut.image for cut in tiling.cuts]))
    total = 1
    for cut in tiling.cuts:
        total *= cut.count
    of = f" ({counts})" if len(tiling.cuts) > 1 else ""
    notes = [f"an image of {size} samples in {counted(total, 'tile')}{of}; halo before and after: "
             + ", ".join(dict.fromkeys(f"{a} and {b}" for a, b in (cut.halo for cut in tiling.cuts)))]  # fmt: skip
    padded = [
        f"{letter} to {cut.size}" for letter, cut in zip(letters, tiling.cuts, strict=True) if cut.size > cut.image
    ]
    if padded:
        notes.append(f"the image is to be padded behind, along {', '.join(padded)}")
    if any(cut.count > MOST for cut in tiling.cuts):
        notes.append("a part of the image")
    if tiling.photo is not None:
        notes.append(f"the image is {tiling.photo.name}")
    if tiling.ignored:
        notes.append(f"not exact: '{tiling.ignored[0]}' sees each tile by itself and not the whole map")
    return notes


def _plane(panel: planes.Panel, tiling: Tiling, colors: Sequence[str]) -> None:
    """One plane of the image."""
    ax, (a, b) = panel.axes, panel.axes_shown
    down, across = tiling.cuts[a], tiling.cuts[b]
    image = [(0, cut.image - 1) for cut in (down, across)]
    if tiling.photo is not None:
        ax.imshow(tiling.photo.pixels, extent=(-0.5, across.image - 0.5, down.image - 0.5, -0.5),
                  aspect=ax.get_aspect(), interpolation="antialiased", zorder=0.9)  # fmt: skip
    shades: tuple[list[planes.Area], list[planes.Area]] = ([], [])
    for i, (top, bottom) in enumerate(down.kept, down.first):
        for j, (left, right) in enumerate(across.kept, across.first):
            shades[(i + j) % 2].append((top, bottom, left, right))
    for areas, alpha in zip(shades, (0.4, 0.2), strict=True):
        planes.filled(ax, areas, colors[0], alpha)
    planes.framed(ax, image, None, "-")
    strong = colors[1 % len(colors)]
    core, tile = (*down.core, *across.core), (*down.tile, *across.tile)
    planes.filled(ax, [core], strong, 0.45)
    planes.hatched(ax, _around(tile, core), strong)
    planes.outlined(ax, tile, strong, "-")


def _around(tile: planes.Area, core: planes.Area) -> list[planes.Area]:
    """The part of a tile around its core."""
    top, bottom, left, right = tile
    a, b = max(core[0], top), min(core[1], bottom)
    c, d = max(core[2], left), min(core[3], right)
    found = [(top, a, left, right), (b, bottom, left, right), (a, b, left, c), (a, b, d, right)]
    return [one for one in found if one[0] < one[1] and one[2] < one[3]]


def _strips(ax: Axes, tiling: Tiling, view: Span, colors: Sequence[str]) -> None:
    """One axis: the image, and the tiles in two rows, as they overlap."""
    cut = tiling.cuts[0]
    rule = labels.ruler(tiling.spacing, 0, max(map(abs, view)))
    strips = planes.Strips(ax, rule)
    strips.filled(0, [(0, cut.image - 1)], colors[0], 0.25)
    for number, (tile, core) in enumerate(zip(cut.tiles, cut.kept, strict=True), cut.first):
        row = 1 + number % 2
        color = colors[1 % len(colors)] if number == cut.chosen else colors[0]
        kept = max(core[0], tile[0]), min(core[1], tile[1])
        strips.stretch(row, kept, color, 0.6)
        strips.hatched(row, [(tile[0], kept[0]), (kept[1], tile[1])], color)
        strips.outlined(row, tile, color)
    strips.rows(["image", "tiles", ""], view)


def tiles(
    report: Report | Network,
    layer: str | None = None,
    longest: Sequence[int] | None = None,
    image: object = None,
    *,
    step: Sequence[int] | None = None,
    whole_frames: bool = False,
    fixed: bool = False,
    ignore_global: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draws how an image is cut into tiles for a layer, by default the first output, and returns the axes.

    `image` is its size, or a photograph: a file, an image of Pillow or an array. `longest` is the length of tiles along
    each axis, by default so that there are about three; the rest is as for `rfcli.tiles`. Needs the extra `plot`.
    Raises `CallError` with the reason where it cannot be cut.
    """
    found = data(
        report, layer, longest, image, step=step, whole_frames=whole_frames, fixed=fixed, ignore_global=ignore_global
    )
    return canvas.on(ax, aspect(found), partial(draw, tiling=found))
