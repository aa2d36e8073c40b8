"""How many paths see how much: the histogram of field sizes of Li et al. (2017), "On the compactness, efficiency, and
representation of 3D convolutional networks"."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from rfcli.api.networks import reported
from rfcli.plot import asked, canvas, labels
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from rfcli.api.networks import Network
    from rfcli.engine.paths import Statistics
    from rfcli.engine.report import Report
    from rfcli.geometry.units import Spacing

ASPECT = 0.5
MOST_BARS = 160
"""Bars that are drawn apart; where there are more sizes, neighbours are added up."""
MOST_COUNTED = 10**6
"""Paths up to which their number is the height of a bar; of more it is their share."""


class Histogram(Value):
    """The paths along an axis, or several that are alike: `counts` by field size, exactly, and figures of them."""

    letters: str
    counts: dict[int, int]
    statistics: Statistics

    def bars(self, most: int = MOST_BARS) -> list[tuple[int, int, int]]:
        """The first size, the width and the paths of each bar: one for each size, or for many that follow each other.
        Sizes that are a step apart from each other have bars of this step."""
        from math import gcd

        sizes = sorted(self.counts)
        step = gcd(*[size - sizes[0] for size in sizes]) or 1
        width = step * -(-(sizes[-1] - sizes[0] + step) // (step * most))
        found: dict[int, int] = {}
        for size, many in self.counts.items():
            first = sizes[0] + (size - sizes[0]) // width * width
            found[first] = found.get(first, 0) + many
        return [(first, width, many) for first, many in sorted(found.items())]


class Paths(Value):
    """The paths from the origin to a layer, per axis that differs."""

    network: str
    origin: str
    layer: str
    axes: tuple[Histogram, ...]
    spacing: Spacing | None


def data(report: Report, layer: str | None = None) -> Paths:
    """What is drawn. Raises `CallError` where there is no such layer, or where its paths are not known."""
    from rfcli.api.answers import paths
    from rfcli.diagnostics import CallError
    from rfcli.engine.paths import statistics

    layer = asked.main(report, layer)
    counts = paths(report, layer)
    if not all(counts):
        raise CallError(f"{report.source}: no local path leads to '{layer}'")
    axes = [Histogram(letters, counts[axis], statistics(counts[axis])) for axis, letters in asked.alike(report)]
    return Paths(report.name, report.origin, layer, tuple(axes), report.sight.spacing)


def draw(ax: Axes, paths: Paths) -> Axes:
    """Draws the histogram of paths."""
    colors, keys = canvas.colors(ax), []
    total = paths.axes[0].statistics.total
    counted = total <= MOST_COUNTED
    longest = max(one.statistics.largest for one in paths.axes)
    rule = labels.ruler(paths.spacing, 0, longest)
    for place, one in enumerate(paths.axes):
        color = colors[place % len(colors)]
        drawn = _bars(ax, one, counted, rule, color, place, len(paths.axes))
        if len(paths.axes) > 1:
            keys.append((drawn, f"along {labels.spelled(one.letters)}"))
    keys += _marks(ax, paths.axes[-1] if len(paths.axes) == 1 else paths.axes[0], rule, len(paths.axes) > 1)
    ax.set_xlabel(f"receptive field of a path ({rule.unit})")
    ax.set_ylabel("number of paths" if counted else "share of the paths")
    ax.set_ylim(bottom=0)
    if longest == min(one.statistics.smallest for one in paths.axes):
        ax.set_xlim(rule.of(longest - 1), rule.of(longest + 1))
    ax.grid(visible=False, axis="x")
    _whole_numbers(ax, counted, rule)
    labels.headed(ax, labels.Head(f"{paths.network}: paths from {paths.origin} to {paths.layer}", _notes(paths, rule)),
                  keys)  # fmt: skip
    return ax


def _bars(ax: Axes, one: Histogram, counted: bool, rule: labels.Ruler, color: str, place: int, several: int) -> Artist:
    """The bars of one axis: filled where it is the only one, else their outline."""
    bars = one.bars()
    total = one.statistics.total
    heights = [float(many if counted else Fraction(many, total)) for _, _, many in bars]
    width = bars[0][1]
    # A bar of several sizes reaches over them; one of a single size stands over it.
    middle = [rule.of(first + (width - _step(one)) / 2) for first, _, _ in bars]
    if several == 1:
        share = 0.86 if len(bars) < MOST_BARS / 4 else 1.0
        found: Artist = ax.bar(middle, heights, width=rule.of(width) * share, color=color, linewidth=0)[0]
        return found
    shift = rule.of(width) * 0.86 / several
    moved = [x + (place - (several - 1) / 2) * shift for x in middle]
    hatch = ("", "/////", ".....")[place % 3]
    return ax.bar(moved, heights, width=shift, color=color if not hatch else "none", edgecolor=color, hatch=hatch,
                  linewidth=0.6)[0]  # fmt: skip


def _step(one: Histogram) -> int:
    """How far sizes are apart at least."""
    from math import gcd

    sizes = sorted(one.counts)
    return gcd(*[size - sizes[0] for size in sizes]) or 1


def _marks(ax: Axes, one: Histogram, rule: labels.Ruler, several: bool) -> list[tuple[Artist, str]]:
    """The mean over the paths, and the middle path."""
    from matplotlib import rcParams

    ink, found = rcParams["text.color"], one.statistics
    along = f" along {labels.spelled(one.letters)}" if several else ""
    mean = ax.axvline(rule.of(found.mean), color=ink, linewidth=1)
    median = ax.axvline(rule.of(found.quantiles[1]), color=ink, linewidth=1, linestyle=":")
    return [
        (mean, f"mean{along}: {labels.length(found.mean, rule)}"),
        (median, f"median{along}: {labels.length(found.quantiles[1], rule)}"),
    ]


def _notes(paths: Paths, rule: labels.Ruler) -> tuple[str, ...]:
    """How many paths there are, and from where to where they reach."""
    found = []
    for one in paths.axes:
        statistics = one.statistics
        along = f" along {labels.spelled(one.letters)}" if len(paths.axes) > 1 else ""
        plural = "" if statistics.total == 1 else "s"
        largest = labels.length(statistics.largest, rule)
        smallest = statistics.smallest if rule.unit == "samples" else f"{rule.of(statistics.smallest):.4g}"
        sizes = f"{len(one.counts)} different sizes from {smallest} to {largest}"
        if len(one.counts) == 1:
            sizes = f"of {largest}"
        found.append(f"{labels.said(statistics.total)} path{plural}{along}, {sizes}")
        width = one.bars()[0][1]
        if width > _step(one):
            found.append(f"a bar adds up sizes over {labels.length(width, rule)}{along}")
    return tuple(found)


def _whole_numbers(ax: Axes, counted: bool, rule: labels.Ruler) -> None:
    """Ticks at whole numbers, where there are no others."""
    from matplotlib.ticker import MaxNLocator

    if counted:
        ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    if rule.unit == "samples":
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=9))


def paths(report: Report | Network, layer: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Draws how many paths to a layer, by default the main one, see how much, and returns the axes.

    Needs the extra `plot`. Raises `CallError` where there is no such layer, or where its paths are not known.
    """
    found = data(reported(report), layer)
    return canvas.on(ax, ASPECT, partial(draw, paths=found))
