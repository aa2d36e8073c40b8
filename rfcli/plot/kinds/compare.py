"""Several networks' growth in one axes: the field along the widest path, by the layers of it that widen it or move on.

Layers that leave size and stride as they are (activations, normalisations, pointwise convolutions) are not counted, so
that networks whose descriptions name them and those whose do not can be compared.
"""

from __future__ import annotations

from functools import partial

from rfcli.api.networks import reported
from rfcli.diagnostics import CallError
from rfcli.engine.paths import deciding
from rfcli.plot import asked, canvas, labels
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from rfcli.api.networks import Network
    from rfcli.engine.report import Report
    from rfcli.geometry.units import Spacing

ASPECT = 0.6
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (6, 1.5, 1.5, 1.5)))
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


class Climb(Value):
    """A network's field along its widest path to a layer: `sizes` after so many layers that change size or stride,
    from 1 after none. `letters` are the axes with the largest field, `unlike` tells that others have another one."""

    network: str
    layer: str
    letters: str
    unlike: bool
    sizes: tuple[int, ...]
    size: int | None
    """Of the input."""


class Climbs(Value):
    """Networks side by side."""

    networks: tuple[Climb, ...]
    spacing: Spacing | None

    @property
    def unlike(self) -> bool:
        """Whether axes differ in a network."""
        return any(one.unlike for one in self.networks)


def data(reports: Sequence[Report], layer: str | None = None) -> Climbs:
    """What is drawn. Raises `CallError` where there is no network, or no such layer."""
    if not reports:
        raise CallError("there is nothing to compare")
    apart = {report.sight.spacing for report in reports}
    same = next(iter(apart)) if len(apart) == 1 and len({len(r.graph.axes) for r in reports}) == 1 else None
    return Climbs(tuple([_climb(report, layer) for report in reports]), same)


def _climb(report: Report, layer: str | None) -> Climb:
    """One network, along the axis on which its field is largest."""
    name = asked.main(report, layer)
    number = report.number(name)
    known = []
    for axis, letters in asked.alike(report):
        size = report.sight.axes[axis].numbers(number).size
        if isinstance(size, int):
            known.append((size, -axis, letters))
    if not known:
        raise CallError(f"{report.source}: the field of '{name}' is not known")
    _, negative, letters = max(known)
    axis = -negative
    sight = report.sight.axes[axis]
    sizes, before = [1], (1, 1)
    for at in deciding(report.sight, axis, number).described:
        numbers = sight.numbers(at)
        here = (numbers.size, numbers.stride)
        if isinstance(numbers.size, int) and here != before:
            sizes.append(numbers.size)
            before = here  # type: ignore[assignment]
    return Climb(report.name, name, letters, len(known) > 1, tuple(sizes), asked.input_sizes(report)[axis])


def draw(ax: Axes, climbs: Climbs) -> Axes:
    """Draws networks side by side."""
    colors = canvas.colors(ax)
    rule = labels.ruler(climbs.spacing, 0, max(max(one.sizes) for one in climbs.networks))
    keys: list[tuple[Artist, str]] = []
    for place, one in enumerate(climbs.networks):
        color, marker = colors[place % len(colors)], MARKS[place % len(MARKS)]
        every = max(len(one.sizes) // 9, 1)
        (line,) = ax.plot(
            range(len(one.sizes)), [rule.of(size) for size in one.sizes], color=color, marker=marker, markersize=4,
            markevery=(min(place, every - 1), every), linestyle=DASHES[place % len(DASHES)],
        )  # fmt: skip
        keys.append((line, f"{one.network}, {one.layer}: {labels.length(one.sizes[-1], rule)}"))
    keys += _inputs(ax, climbs, rule)
    sizes = [max(one.sizes) for one in climbs.networks]
    if max(sizes) > 30 * min(sizes):
        ax.set_yscale("log")
    else:
        ax.set_ylim(bottom=0)
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=9))
    ax.set_xlim(left=0)
    ax.set_xlabel(labels.broken(ax, "layers along the widest path that widen the field or its stride"))
    ax.set_ylabel(f"receptive field ({rule.unit})")
    notes = ("of a network whose axes differ, along the one of its largest field",) if climbs.unlike else ()
    labels.headed(ax, labels.Head("growth of receptive fields", notes), keys)
    return ax


def _inputs(ax: Axes, climbs: Climbs, rule: labels.Ruler) -> list[tuple[Artist, str]]:
    """The input, where all have one size and a field comes near it."""
    from matplotlib import rcParams

    sizes = {one.size for one in climbs.networks}
    size = next(iter(sizes))
    if len(sizes) > 1 or size is None or size > 3 * max(max(one.sizes) for one in climbs.networks):
        return []
    line = ax.axhline(rule.of(size), color=rcParams["text.color"], linewidth=0.9, linestyle=(0, (6, 2)))
    return [(line, f"input: {labels.length(size, rule)}")]


def compare(reports: Sequence[Report | Network], layer: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Draws how the receptive fields of networks grow up to a layer, by default the main one of each, and returns the
    axes. Needs the extra `plot`. Raises `CallError` for a network without that layer."""
    from rfcli import arguments

    found = [reported(one) for one in arguments.entries(reports, "compare", "a sequence of reports or networks")]
    return canvas.on(ax, ASPECT, partial(draw, climbs=data(found, layer)))
