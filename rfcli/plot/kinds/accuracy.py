"""Accuracy and receptive field (Araujo, Norris & Sim 2019): a bubble for each network, its area the operations."""

from __future__ import annotations

import os
from functools import partial

from rfcli.api.networks import reported
from rfcli.diagnostics import CallError, counted, unfit
from rfcli.geometry.unknown import Unknown
from rfcli.plot import canvas, labels
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from rfcli.api.networks import Network
    from rfcli.engine.comparison import Fit
    from rfcli.engine.report import Report

    Box = tuple[float, float, float, float]
    """The left, the bottom, the right and the top, in points."""

ASPECT = 0.62
LARGEST = 26.0
"""The diameter of the largest bubble, in points."""
KEYED = 9.0
"""The largest diameter of a bubble in the legend."""
COLUMNS = ("name", "size", "top1", "flops", "family")
MOST_ROWS = 10_000


class Bubble(Value):
    """A network: the size of its field in samples, its top-1 accuracy as a share, its operations where they are known,
    and its family."""

    name: str
    size: int
    top1: float
    flops: float | None
    family: str


class Bubbles(Value):
    """Networks, the line through them, and the names of those whose accuracy or field is not known."""

    bubbles: tuple[Bubble, ...]
    fit: Fit | None
    without: tuple[str, ...]

    @property
    def families(self) -> list[str]:
        """Each once, in order of their first network."""
        return list(dict.fromkeys(one.family for one in self.bubbles))


def data(
    reports: Sequence[Report], layer: str | None = None, accuracy: str | os.PathLike[str] | None = None
) -> Bubbles:
    """What is drawn. Raises `CallError` where no network states an accuracy, and for a table that cannot be read."""
    from rfcli import arguments
    from rfcli.api.answers import compare
    from rfcli.engine.comparison import line

    found, without = [], []
    summaries, _ = compare(reports, layer)
    for one in summaries:
        sizes = [size for size in one.size if isinstance(size, int) and size > 0]
        if one.top1 is None or not sizes or len(sizes) < len(one.size):
            without.append(one.name)
            continue
        flops = None if isinstance(one.cost.flops, Unknown) else float(one.cost.flops)
        found.append(Bubble(one.name, max(sizes), one.top1, flops, str(one.about.get("family") or one.name)))
    if accuracy is not None:
        found += _table(arguments.path(accuracy, "accuracy"))
    if not found:
        raise CallError("none of these networks states its accuracy: add accuracy: {top1: 0.75} to a description, or a "
                        "table with columns name, size and top1")  # fmt: skip
    return Bubbles(tuple(found), line([(one.size, one.top1, one.name) for one in found]), tuple(without))


def _table(path: str) -> Iterator[Bubble]:
    """Networks of a table, a line each after one with the names of columns. Raises `CallError`."""
    import csv

    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            missing = [name for name in COLUMNS[:3] if name not in (rows.fieldnames or ())]
            if missing:
                first = "its first line has name,size,top1 and perhaps flops,family"
                raise unfit("accuracy", f"{path} has no column {', '.join(missing)}: {first}")
            for row in rows:
                if rows.line_num > MOST_ROWS:
                    raise unfit("accuracy", f"{path} has more than {MOST_ROWS} lines")
                yield _bubble(row, f"{path}:{rows.line_num}")
    except OSError as error:
        raise unfit("accuracy", f"{path} cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise unfit("accuracy", f"{path} is no table in UTF-8: {error}") from None


def _bubble(row: dict[str, str], where: str) -> Bubble:
    """A line of a table; an accuracy above 1 is in percent."""
    size, top1 = _number(row, "size", where), _number(row, "top1", where)
    flops = None if not (row.get("flops") or "").strip() else _number(row, "flops", where)
    if size < 1 or size != int(size):
        raise unfit("accuracy", f"{where}: size is a whole number of samples from 1, is '{row['size']}'")
    top1 = top1 / 100 if top1 > 1 else top1
    if not 0 <= top1 <= 1:
        raise unfit("accuracy", f"{where}: top1 is a share up to 1 or a percentage up to 100, is '{row['top1']}'")
    if flops is not None and flops <= 0:
        raise unfit("accuracy", f"{where}: flops is a number above 0, is '{row['flops']}'")
    name = (row.get("name") or "").strip() or "?"
    return Bubble(name, int(size), top1, flops, (row.get("family") or "").strip() or OTHERS)


OTHERS = "others"
"""The family of those that state none."""


def _number(row: dict[str, str], column: str, where: str) -> float:
    from math import isfinite

    text = (row.get(column) or "").strip()
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not isfinite(found) or found > 1e18:
        raise unfit("accuracy", f"{where}: {column} is a number, is '{text[:40]}'")
    return found


def draw(ax: Axes, found: Bubbles) -> Axes:
    """Draws a bubble for each network."""
    from matplotlib.lines import Line2D

    colors = canvas.colors(ax)
    most = max([one.flops for one in found.bubbles if one.flops is not None], default=1.0)
    families = found.families
    keys: list[tuple[Artist, str]] = []
    for place, family in enumerate(families):
        color, edge = colors[place % len(colors)], EDGES[place // len(colors) % len(EDGES)]
        own = [one for one in found.bubbles if one.family == family]
        known = [one for one in own if one.flops is not None]
        ax.scatter(
            [one.size for one in known], [100 * one.top1 for one in known],
            [area(one.flops, most) for one in known],  # type: ignore[arg-type]
            color=color, alpha=0.6, linewidth=0.8, edgecolor=edge or color,
        )  # fmt: skip
        rest = [one for one in own if one.flops is None]
        ax.plot([one.size for one in rest], [100 * one.top1 for one in rest], "x", color=color, markersize=6)
        sign = Line2D([], [], linestyle="none", marker="o", color=color, alpha=0.6, markersize=6,
                      markeredgecolor=edge or color)  # fmt: skip
        keys.append((sign, family))
    _scaled(ax, found)
    if found.fit is not None:
        keys.append(_fitted(ax, found.fit))
    key = _bubble_of(most)
    if any(one.flops is not None for one in found.bubbles):
        size = area(key, most) ** 0.5
        sign = Line2D([], [], linestyle="none", marker="o", color=_ink(), markersize=size, fillstyle="none")
        keys.append((sign, f"area: {labels.said(key / 1e9)} GFLOP"))
    if any(one.flops is None for one in found.bubbles):
        keys.append((Line2D([], [], linestyle="none", marker="x", color=_ink(), markersize=6), "operations not known"))
    ax.set_xlabel("receptive field (samples of the input)")
    ax.set_ylabel("top-1 accuracy (%)")
    labels.headed(ax, labels.Head("accuracy and receptive field", _notes(found)), keys)
    canvas.settled(ax, ASPECT)
    _named(ax, found.bubbles, most, found.fit)
    return ax


EDGES = ("", "black", "white")
"""Edges of bubbles, where there are more families than colours."""


def _ink() -> str:
    from matplotlib import rcParams

    return str(rcParams["text.color"])


def area(flops: float, most: float) -> float:
    """The area of a bubble in square points, as matplotlib counts it: that of the square around it."""
    return LARGEST**2 * flops / most


def _bubble_of(most: float) -> float:
    """The operations of a bubble in the legend: one and noughts."""
    from math import floor, log10

    largest = most * (KEYED / LARGEST) ** 2
    return float(10.0 ** floor(log10(largest))) if largest > 0 else 1.0


def _scaled(ax: Axes, found: Bubbles) -> None:
    """A logarithmic axis of sizes, with numbers as people write them."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    sizes = [one.size for one in found.bubbles]
    shares = [100 * one.top1 for one in found.bubbles]
    ax.set_xscale("log")
    low, high = min(sizes) / 1.35, max(sizes) * 1.5
    ax.set_xlim(low, high)
    edge = max(0.14 * (max(shares) - min(shares)), 1.0)
    ax.set_ylim(min(shares) - edge, max(shares) + edge)
    steps = (1, 2, 5) if high / low < 200 else (1,)
    places = [step * 10**power for power in range(19) for step in steps if low <= step * 10**power <= high]
    ax.xaxis.set_major_locator(FixedLocator(places))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: labels.said(int(value))))


def _fitted(ax: Axes, fit: Fit) -> tuple[Artist, str]:
    """The line through the networks."""
    from math import log

    ends = ax.get_xlim()
    heights = [100 * (fit.intercept + fit.slope * log(size)) for size in ends]
    (line,) = ax.plot(ends, heights, color=_ink(), linewidth=1, linestyle=(0, (6, 2)), zorder=1.5)
    ax.set_xlim(ends)
    slope = f"{'+' if fit.slope >= 0 else '-'} {100 * abs(fit.slope):.3g} ln(size)"
    return line, f"fit: {100 * fit.intercept:.3g} {slope}, R² {fit.r_squared:.2f}"


def _notes(found: Bubbles) -> tuple[str, ...]:
    notes = [f"{counted(len(found.bubbles), 'network')}, each at its last map that is larger than one sample"]
    if found.without:
        more = f" and {len(found.without) - 3} more" if len(found.without) > 3 else ""
        listed = ", ".join(found.without[:3]) + more
        notes.append(f"without accuracy or field: {listed}")
    return tuple(notes)


def _named(ax: Axes, bubbles: Sequence[Bubble], most: float, fit: Fit | None) -> None:
    """The names of networks, each where it hides least: beside, above or below its bubble; none where all is taken."""
    size = labels.small(ax)
    figure = ax.get_figure(root=True)
    assert figure is not None, "axes lie in a figure"
    scale = 72 / figure.get_dpi()
    centers = [ax.transData.transform((one.size, 100 * one.top1)) * scale for one in bubbles]
    radii = [(LARGEST * (one.flops / most) ** 0.5 if one.flops else 6.0) / 2 for one in bubbles]
    frame = ax.get_window_extent()
    inside = (frame.x0 * scale, frame.y0 * scale, frame.x1 * scale, frame.y1 * scale)
    taken = [(x - r * 0.8, y - r * 0.8, x + r * 0.8, y + r * 0.8) for (x, y), r in zip(centers, radii, strict=True)]
    crossed = [] if fit is None else _along(ax, fit, scale)
    for at in sorted(range(len(bubbles)), key=lambda one: -radii[one]):
        name = labels.shortened(bubbles[at].name, 30)
        (x, y), radius = centers[at], radii[at]
        wide, rest = len(name) * labels.EM * size, [one for one in taken if one is not taken[at]]
        places = [
            (x + right * (radius + 2) - across * wide, y + up * (radius + 2) - down * size)
            for right, up, across, down in PLACES
        ]
        boxes = [(left, low, left + wide, low + size) for left, low in places]
        free = [box for box in boxes if _within(box, inside) and not _any(box, rest)]
        if free:
            box = next((one for one in free if not _any(one, crossed)), free[0])
            taken.append(box)
            ax.annotate(
                name, (bubbles[at].size, 100 * bubbles[at].top1), (box[0] - x, box[1] - y), fontsize=size, ha="left",
                va="bottom", textcoords="offset points", parse_math=False, zorder=4,
            )  # fmt: skip


def _along(ax: Axes, fit: Fit, scale: float) -> list[Box]:
    """Small boxes along the fit, which names had better not cross."""
    from math import exp, log

    low, high = map(log, ax.get_xlim())
    logs = [low + (high - low) * step / 60 for step in range(61)]
    points = [ax.transData.transform((exp(one), 100 * (fit.intercept + fit.slope * one))) * scale for one in logs]
    return [(x - 2, y - 2, x + 2, y + 2) for x, y in points]


PLACES = (
    (1, 0, 0, 0.5), (-1, 0, 1, 0.5), (0, 1, 0.5, 0), (0, -1, 0.5, 1), (0.7, 0.7, 0, 0), (0.7, -0.7, 0, 1),
    (-0.7, 0.7, 1, 0), (-0.7, -0.7, 1, 1), (0.7, 1.7, 0, 0), (0.7, -1.7, 0, 1), (-0.7, 1.7, 1, 0), (-0.7, -1.7, 1, 1),
)  # fmt: skip
"""Where a name may stand beside a bubble: how many radii to the right and up, and which share of the name's own width
and height lies before that point."""


def _within(a: Box, b: Box) -> bool:
    return b[0] <= a[0] and a[2] <= b[2] and b[1] <= a[1] and a[3] <= b[3]


def _any(a: Box, others: Sequence[Box]) -> bool:
    """Whether a box overlaps others."""
    return any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in others)


def accuracy(
    reports: Sequence[Report | Network],
    layer: str | None = None,
    accuracy: str | os.PathLike[str] | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draws the accuracy that networks state against the size of their field, at their last map that is larger than one
    sample or at `layer`, and returns the axes.

    `accuracy` is a table of other people's networks, a CSV file with the columns name, size, top1, and perhaps flops
    and family. Needs the extra `plot`. Raises `CallError` where no network states its accuracy.
    """
    from rfcli import arguments

    takes = "a sequence of reports or networks"
    found = [reported(one) for one in arguments.entries(reports, "accuracy", takes)]
    return canvas.on(ax, ASPECT, partial(draw, found=data(found, layer, accuracy)))
