"""How the receptive field grows, layer by layer: along the widest path to a layer and along the narrowest.

The field of the widest path is what a layer sees; that of the narrowest is the least that any single path sees, by
which Richter & Pal (2022) tell the layers that can still widen what is seen.
"""

from __future__ import annotations

from functools import partial

from rfcli.api.networks import reported
from rfcli.engine.paths import deciding, narrowest
from rfcli.geometry.field import Field
from rfcli.plot import asked, canvas, labels
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from rfcli.api.networks import Network
    from rfcli.engine.along import AxisSight
    from rfcli.engine.report import Report
    from rfcli.geometry.units import Spacing

    Line = tuple[tuple[int, int], ...]
    """Layers, by their place in the description, and sizes, in samples."""

ASPECT = 0.56
MOST_INPUT = 5
"""An input that is so many times as large as any field makes the axis one of powers of ten."""
FEWEST = 3
"""Scopes that are worth naming."""


class Along(Value):
    """One axis, or several that are alike (`letters`): sizes along it, for layers by their place in the description.

    `widest` and `narrowest` are the layers of these paths; `others` those on neither. `band` has the smallest and the
    largest size of the phases where they differ. `first` is the first layer that sees at least `size`, the input.
    """

    letters: str
    size: int | None
    widest: Line
    narrowest: Line
    others: Line
    band: tuple[tuple[int, int, int], ...]
    first: int | None

    @property
    def largest(self) -> int:
        """The largest size of a layer."""
        return max([size for line in (self.widest, self.narrowest, self.others) for _, size in line], default=1)


class Growth(Value):
    """The growth of a network up to a layer. `globally` is the first layer that also sees the whole map."""

    network: str
    layer: str
    names: tuple[str, ...]
    axes: tuple[Along, ...]
    globally: int | None
    spacing: Spacing | None


def data(report: Report, layer: str | None = None) -> Growth:
    """What is drawn. Raises `CallError` where there is no such layer."""
    layer = asked.main(report, layer)
    names = tuple([one.name for one in report.layers])
    whole = (at for at, one in enumerate(report.layers) if (field := one.receptive_field) and field.globally)
    axes = [_along(report, layer, axis, letters) for axis, letters in asked.alike(report)]
    return Growth(report.name, layer, names, tuple(axes), next(whole, None), report.sight.spacing)


def _along(report: Report, layer: str, axis: int, letters: str) -> Along:
    """One axis of the growth."""
    sight, reading, number = report.sight.axes[axis], report.sight.readings[axis], report.number(layer)
    before = len(report.graph.inputs)
    sizes = _sizes(sight, range(before, before + len(report.layers)))
    wide = deciding(report.sight, axis, number).described
    least = narrowest(reading)
    thin, at = [number], number
    while at != reading.origin and reading.sources[at]:
        at = min(reading.sources[at], key=lambda one: _size(least[one]))
        thin.append(at)
    widest = _line(((at, sizes.get(at)) for at in wide), before, len(report.layers))
    thinnest = _line(((at, _size(least[at])) for at in reversed(thin)), before, len(report.layers))
    on_paths = {at for at, _ in (*widest, *thinnest)}
    others = _line(((at, size) for at, size in sizes.items()), before, len(report.layers))
    n = asked.input_sizes(report)[axis]
    seeing = (at for at, size in _line(sizes.items(), before, len(report.layers)) if n is not None and size >= n)
    return Along(
        letters, n, widest, () if thinnest == widest else thinnest,
        tuple([one for one in others if one[0] not in on_paths]), _band(sight, before, len(report.layers)),
        next(seeing, None),
    )  # fmt: skip


def _sizes(sight: AxisSight, numbers: Iterable[int]) -> dict[int, int]:
    """The sizes of layers along an axis, where they are known and there is a local path."""
    found = {}
    for number in numbers:
        size = sight.numbers(number).size
        if isinstance(size, int):
            found[number] = size
    return found


def _size(field: Field | None) -> int:
    return 0 if field is None or field.size is None else field.size


def _line(sizes: Iterable[tuple[int, int | None]], before: int, layers: int) -> Line:
    """Layers by their place, without inputs and hidden layers, and without those whose size is not known."""
    return tuple([(at - before, size) for at, size in sizes if before <= at < before + layers and size])


def _band(sight: AxisSight, before: int, layers: int) -> tuple[tuple[int, int, int], ...]:
    """The smallest and the largest size of the phases of each layer, where there are several."""
    found = []
    for number in range(before, before + layers):
        phases = sight.numbers(number).phase_sizes
        if isinstance(phases, tuple) and min(phases) < max(phases):
            found.append((number - before, min(phases), max(phases)))
    return tuple(found)


def draw(ax: Axes, growth: Growth) -> Axes:
    """Draws the growth of a network."""
    from matplotlib import rcParams

    colors = canvas.colors(ax)
    keys: list[tuple[Artist, str]] = []
    rule = labels.ruler(growth.spacing, 0, max(one.largest for one in growth.axes))
    several = len(growth.axes) > 1
    for place, one in enumerate(growth.axes):
        color = colors[2 * place % len(colors)]
        along = f" along {labels.spelled(one.letters)}" if several else ""
        keys += _lines(ax, one, rule, color, along)
        if one.size is not None and not (place and one.size == growth.axes[0].size):
            line = ax.axhline(rule.of(one.size), color=rcParams["text.color"], linewidth=0.9, linestyle=(0, (6, 2)))
            keys.append((line, f"input{along if several and len({o.size for o in growth.axes}) > 1 else ''}: "
                               f"{labels.length(one.size, rule)}"))  # fmt: skip
    keys += _marks(ax, growth, rule)
    _scaled(ax, growth, rule)
    names(ax, growth.names)
    ax.set_ylabel(f"receptive field ({rule.unit})")
    note = f"size of the receptive field of each layer, on the paths to {growth.layer}"
    labels.headed(ax, labels.Head(f"{growth.network}: growth of the receptive field", (note,)), keys)
    return ax


def _lines(ax: Axes, one: Along, rule: labels.Ruler, color: object, along: str) -> list[tuple[Artist, str]]:
    """The paths of an axis, and what is on none of them."""
    keys: list[tuple[Artist, str]] = []
    many = len(one.widest) > 60
    if one.band:
        from matplotlib.patches import Patch

        for run in _runs(one.band):
            x, low, high = zip(*run, strict=True)
            edges = [x[0] - 0.4, *x, x[-1] + 0.4]
            ends = [[rule.of(v) for v in (row[0], *row, row[-1])] for row in (low, high)]
            ax.fill_between(edges, *ends, color=color, alpha=0.25, linewidth=0)
        keys.append((Patch(color=color, alpha=0.25), f"phases, smallest to largest{along}"))
    if one.others:
        x, y = zip(*one.others, strict=True)
        (points,) = ax.plot(x, [rule.of(v) for v in y], ".", color=color, markersize=2.5, alpha=0.55)
        keys.append((points, f"layers on neither path{along}" if one.narrowest else f"other layers{along}"))
    for line, style, name in ((one.widest, "-", "widest path"), (one.narrowest, (0, (2, 1.2)), "narrowest path")):
        if line:
            x, y = zip(*line, strict=True)
            marker = "" if many or style != "-" else "o"
            (drawn,) = ax.plot(x, [rule.of(v) for v in y], linestyle=style, color=color, marker=marker, markersize=2.5)
            keys.insert(0 if style == "-" else 1, (drawn, f"{name if one.narrowest else 'size'}{along}"))
    return keys


def _runs(band: Sequence[tuple[int, int, int]]) -> list[list[tuple[int, int, int]]]:
    """Layers that follow each other."""
    found: list[list[tuple[int, int, int]]] = []
    for one in band:
        if found and one[0] == found[-1][-1][0] + 1:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _marks(ax: Axes, growth: Growth, rule: labels.Ruler) -> list[tuple[Artist, str]]:
    """The first layers that see all of the input."""
    from matplotlib import rcParams

    ink, keys = rcParams["text.color"], []
    firsts = [(one.first, one) for one in growth.axes]
    if all(first is not None for first, _ in firsts):
        first, one = max(firsts, key=lambda each: each[0] or 0)
        assert first is not None, "each has one"
        size = {at: size for line in (one.widest, one.narrowest, one.others) for at, size in line}.get(first, one.size)
        (mark,) = ax.plot(first, rule.of(size or 1), "*", color=ink, markersize=8, linestyle="none", zorder=5)
        keys.append((mark, f"first to see all of the input: {growth.names[first]}"))
    if growth.globally is not None:
        line = ax.axvline(growth.globally, color=ink, linewidth=0.8, linestyle=":")
        keys.append((line, f"from here on global paths too: {growth.names[growth.globally]}"))
    return keys


def _scaled(ax: Axes, growth: Growth, rule: labels.Ruler) -> None:
    """The height of the axes: from 0, or in powers of ten where the input dwarfs the field."""
    largest = max(one.largest for one in growth.axes)
    most = max([largest, *[one.size for one in growth.axes if one.size is not None]])
    if most > MOST_INPUT * largest:
        ax.set_yscale("log")
        ax.set_ylim(rule.of(0.7), rule.of(most * 1.8))
    else:
        ax.set_ylim(0, rule.of(most * 1.06))


def names(ax: Axes, layers: Sequence[str]) -> None:
    """Names of layers, or of their scopes, along the horizontal axis; numbers where there is no room for either."""
    size, count = labels.small(ax), len(layers)
    apart = (count + 1) * size * 1.25 / labels.width(ax)
    ax.set_xlim(-0.7, count - 0.3)
    ax.grid(visible=False, axis="x")
    ticks = _ticks(layers, apart)
    if not ticks:
        ax.set_xlabel("layers, by their place in the description")
        return
    scoped = any(name != layers[at] for at, name in ticks)
    ax.set_xlabel("layers, by the scopes that begin with them" if scoped else "layers")
    shown = [labels.shortened(name, 22) for _, name in ticks]
    letter = labels.EM * size * (count + 1) / labels.width(ax)  # its width, in layers
    ends = [at + letter * (len(name) + 2) for (at, _), name in zip(ticks, shown, strict=True)]
    level = all(end < at for end, (at, _) in zip(ends, ticks[1:], strict=False)) and ends[-1] < count
    turned = {"rotation": 0, "ha": "left"} if level and scoped else {"rotation": 90, "ha": "center"}
    for text in ax.set_xticks([at for at, _ in ticks], shown, fontsize=size, **turned):
        text.label1.set_parse_math(False)


def _ticks(layers: Sequence[str], apart: float) -> list[tuple[int, str]]:
    """Places with names, no two nearer than `apart`: all layers, else the largest of the outer scopes; none where there
    is no room for most of these."""
    if apart <= 1:
        return list(enumerate(layers))
    for depth in (1, 2, 3):
        groups = _groups(layers, depth)
        found: list[tuple[int, str]] = []
        for at, scope, _ in sorted(groups, key=lambda one: -one[2]):
            if all(abs(at - other) >= apart for other, _ in found):
                found.append((at, scope))
        if len(found) >= FEWEST and sum(size for at, scope, size in groups if (at, scope) in found) > len(layers) / 3:
            return sorted(found)
    return []


def _groups(layers: Sequence[str], depth: int) -> list[tuple[int, str, int]]:
    """Layers in a row whose names begin alike: the first one's place, what they begin with, and how many there are."""
    found: list[tuple[int, str, int]] = []
    for at, name in enumerate(layers):
        scope = "/".join(name.split("/")[:depth])
        if found and found[-1][1] == scope:
            found[-1] = (found[-1][0], scope, found[-1][2] + 1)
        else:
            found.append((at, scope, 1))
    return found


def growth(report: Report | Network, layer: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Draws how the receptive field grows up to a layer, by default the main one, and returns the axes.

    Needs the extra `plot`. Raises `CallError` where there is no such layer.
    """
    found = data(reported(report), layer)
    return canvas.on(ax, ASPECT, partial(draw, growth=found))
