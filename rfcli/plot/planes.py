"""Maps on axes: one plane of two axes, three planes of three, strips of one."""

from __future__ import annotations

from rfcli.geometry.axes import axis_names
from rfcli.plot import canvas, labels
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.lines import Line2D
    from matplotlib.path import Path

    from rfcli.geometry.units import Spacing

    Area = tuple[float, float, float, float]
    """Of a plane, from the top up to the bottom and from the left up to the right: sample i reaches from i to i + 1."""
    View = Sequence[tuple[float, float]]
    """The first and the last place that is shown of each axis, in samples."""

PAIRS: dict[int, tuple[tuple[int, int], ...]] = {1: (), 2: ((0, 1),), 3: ((1, 2), (0, 2), (0, 1))}
"""The planes of a map of so many axes: the axis that goes down, and the one that goes across."""
TINY = 30
"""A region that is so many times smaller than its map is shown with a part of it."""
TINY_STRIP = 12
"""The same of a strip."""
AROUND = 3
"""How many times its size a tiny region has around it."""
MOST_BOXES = 2000
"""Boxes that are drawn as lines; more become dots, also in an SVG."""
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (6, 1.5, 1.5, 1.5)), (0, (3, 1, 1, 1, 1, 1)))
GAP = 0.15
"""Between planes, as a share of the width."""


class Panel(Value):
    """Axes that show a plane, which axes of the map it has, and how lengths along these are told."""

    axes: Axes
    axes_shown: tuple[int, int]
    rules: tuple[labels.Ruler, labels.Ruler]


def shown(regions: Sequence[tuple[int, int]], n: int | None, tiny: int = TINY) -> tuple[float, float]:
    """The part of an axis that is shown, given the regions along it and the size of the map: all of it, or what is
    about regions that are `tiny` times smaller."""
    low = min([u for u, _ in regions], default=0)
    high = max([v for _, v in regions], default=0)
    size = high - low + 1
    if n is not None and size * tiny > n:
        low, high = min(low, 0), max(high, n - 1)
        size = high - low + 1
    elif n is not None and regions:
        low, high = max(low - AROUND * size, min(low, 0)), min(high + AROUND * size, max(high, n - 1))
    edge = max(0.02 * size, 0.0)
    return low - 0.5 - edge, high + 0.5 + edge


def _lengths(spacing: Spacing | None, view: View) -> list[float]:
    """What is shown of each axis, in the unit of the spacing."""
    steps = [1.0] * len(view) if spacing is None else [float(step) for step in spacing.steps]
    return [(high - low) * step for (low, high), step in zip(view, steps, strict=True)]


def aspect(spacing: Spacing | None, view: View) -> float:
    """The height of all planes as a share of their width."""
    lengths = _lengths(spacing, view)
    if len(view) == 2:
        return min(max(lengths[0] / lengths[1], 0.3), 1.4)
    d, h, w = lengths
    return min(max(max(h, d) / (2 * w + h) * (1 - 2 * GAP), 0.12), 1.0)


def panels(ax: Axes, spacing: Spacing | None, view: View, cut: Sequence[int]) -> list[Panel]:
    """Axes for each plane: the given ones for two axes, parts of these for three."""
    letters = axis_names(len(view))
    rules = [labels.ruler(spacing, axis, max(map(abs, ends))) for axis, ends in enumerate(view)]
    if len(view) == 2:
        room = labels.width(ax)
        set_up(ax, (0, 1), view, rules, letters, (room * aspect(spacing, view), room))
        return [Panel(ax, (0, 1), (rules[0], rules[1]))]
    ax.set_axis_off()
    ax.set_box_aspect(aspect(spacing, view))
    ax.set_anchor("NW")
    lengths = _lengths(spacing, view)
    tallest = max(lengths[0], lengths[1])
    across = (1 - 2 * GAP) / sum(lengths[b] for _, b in PAIRS[3])
    found, left = [], 0.0
    for (a, b), third in zip(PAIRS[3], (0, 1, 2), strict=True):
        wide, high = lengths[b] * across, lengths[a] / tallest
        inner = ax.inset_axes((left, 1 - high, wide, high))
        left += wide + GAP
        room = labels.width(ax) * across
        set_up(inner, (a, b), view, rules, letters, (lengths[a] * room, lengths[b] * room))
        _called(inner, (letters[a], letters[b], letters[third]), cut[third], (lengths[a] * room, lengths[b] * room))
        found.append(Panel(inner, (a, b), (rules[a], rules[b])))
    return found


def _called(ax: Axes, letters: tuple[str, str, str], cut: int, room: tuple[float, float]) -> None:
    """The labels of one of several planes: of the axis that goes down, of the one across, and of the third, at which it
    lies; letters where there are too few points for words."""
    size = labels.EM * (labels.small(ax) + 1)
    down, across, third = (labels.spelled(letter) for letter in letters)
    ax.set_ylabel(letters[0] if len(down) * size > room[0] else down)
    below = f"{ax.get_xlabel()}\nat {third} {cut}"
    if max(map(len, below.split("\n"))) * size > room[1] + 4 * size:
        below = f"{letters[1]}{ax.get_xlabel().removeprefix(across)}".replace(" (", "\n(") + f"\nat {letters[2]} {cut}"
    ax.set_xlabel(below)


def set_up(
    ax: Axes,
    pair: tuple[int, int],
    view: View,
    rules: Sequence[labels.Ruler],
    letters: Sequence[str],
    room: tuple[float, float],
) -> None:
    """Limits and labels of axes that show a plane, so many points high and wide. Places are those of samples; only the
    labels count in units."""
    (top, bottom), (left, right) = view[pair[0]], view[pair[1]]
    down, across = rules[pair[0]], rules[pair[1]]
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    ratio = down.step / across.step if down.unit == across.unit else 1.0
    shape = (bottom - top) * ratio / (right - left)
    if 0.25 <= shape <= 4:
        ax.set_aspect(ratio, adjustable="box", anchor="NW")
    ax.grid(visible=False)
    size = labels.small(ax)
    told(ax.yaxis, down, letters[pair[0]], len(letters), int(room[0] / (2 * size)))
    told(ax.xaxis, across, letters[pair[1]], len(letters), int(room[1] / (4 * size)))


def told(side: Axis, rule: labels.Ruler, letter: str, axes: int, most: int) -> None:
    """The label and the ticks, at most so many, of one side of axes whose places are those of samples: at whole samples
    or at round lengths."""
    from matplotlib.ticker import FixedLocator, MaxNLocator

    side.set_label_text(labels.along(letter, axes, rule.unit))
    low, high = sorted(map(rule.of, side.get_view_interval()))
    few, whole = min(max(most, 1), 6), rule.unit == "samples"
    ticks = MaxNLocator(nbins=few, integer=whole, steps=[1, 2, 5, 10], min_n_ticks=min(few, 2))
    inside = [place for place in ticks.tick_values(low, high) if low <= place <= high]
    kept = inside[:: -(-len(inside) // (few + 1)) or 1]
    side.set_major_locator(FixedLocator([place / rule.step for place in kept]))
    side.set_major_formatter(lambda place, _: f"{rule.of(place):.6g}")


def told_apart(colors: Sequence[str], place: int, on_photo: bool) -> tuple[str, object]:
    """A colour and dashes; on a photograph the first colour is bright."""
    chosen = list(canvas.DARK) if on_photo else list(colors)
    return chosen[place % len(chosen)], DASHES[place % len(DASHES)]


def _path(boxes: Sequence[Area]) -> Path:
    """Boxes of samples as one path: sample i reaches from i - 1/2 to i + 1/2."""
    from matplotlib.path import Path

    corners, codes = [], []
    for top, bottom, left, right in boxes:
        corners += [(left - 0.5, top - 0.5), (right - 0.5, top - 0.5), (right - 0.5, bottom - 0.5),
                    (left - 0.5, bottom - 0.5), (left - 0.5, top - 0.5)]  # fmt: skip
        codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(corners, codes)


def filled(ax: Axes, boxes: Sequence[Area], color: str, alpha: float, *, zorder: float = 1.0) -> None:
    """Boxes without edges."""
    from matplotlib.patches import PathPatch

    if boxes:
        many = len(boxes) > MOST_BOXES
        ax.add_patch(PathPatch(_path(boxes), facecolor=color, alpha=alpha, linewidth=0, zorder=zorder, rasterized=many))


def hatched(ax: Axes, boxes: Sequence[Area], color: str) -> None:
    """Boxes in the padding."""
    from matplotlib.patches import PathPatch

    if boxes:
        path = _path(boxes)
        ax.add_patch(PathPatch(path, facecolor="none", edgecolor=color, hatch="/////", linewidth=0, zorder=1.6))


def framed(ax: Axes, region: Sequence[tuple[int, int]], color: str | None, dashes: object) -> None:
    """The border of a region; without a colour, of the map."""

    (top, bottom), (left, right) = region
    outlined(ax, (top, bottom + 1, left, right + 1), color, dashes)


def outlined(ax: Axes, area: Area, color: str | None, dashes: object) -> None:
    """The border of an area; without a colour, a thin one."""
    from matplotlib import rcParams
    from matplotlib.patches import PathPatch

    thick = 0.8 if color is None else 1.6
    shown = rcParams["axes.edgecolor"] if color is None else color
    ax.add_patch(
        PathPatch(_path([area]), facecolor="none", edgecolor=shown, linestyle=dashes, linewidth=thick, zorder=2)
    )


def marked(ax: Axes, middle: Sequence[float], mark: str = "+") -> None:
    """A place: black on white, so that it is seen on anything."""
    for shade, thick in (("white", 3.0), ("black", 1.2)):
        ax.plot([middle[1]], [middle[0]], mark, color=shade, markersize=7, markeredgewidth=thick, zorder=3)


def cross(mark: str = "+") -> Line2D:
    """The sign of a marked place in a legend."""
    from matplotlib import rcParams
    from matplotlib.lines import Line2D

    return Line2D(
        [], [], linestyle="none", marker=mark, color=rcParams["text.color"], markersize=7, markeredgewidth=1.2
    )


class Strips:
    """Strips over one axis, one below the other."""

    def __init__(self, ax: Axes, rule: labels.Ruler) -> None:
        self.ax, self.rule = ax, rule

    def _bars(self, row: int, spans: Sequence[tuple[float, float]], **how: object) -> None:
        """Stretches from a place up to another one: sample i reaches from i to i + 1."""
        bars = [(self.rule.of(a - 0.5), self.rule.of(b - a)) for a, b in spans if a < b]
        many = len(bars) > MOST_BOXES
        self.ax.broken_barh(bars, (row - 0.36, 0.72), rasterized=many, **{"linewidth": 0, **how})

    def filled(self, row: int, runs: Sequence[tuple[int, int]], color: str, alpha: float) -> None:
        """Runs of samples."""
        self._bars(row, [(u, v + 1) for u, v in runs], facecolor=color, alpha=alpha)

    def stretch(self, row: int, span: tuple[float, float], color: str, alpha: float) -> None:
        """One stretch."""
        self._bars(row, [span], facecolor=color, alpha=alpha)

    def hatched(self, row: int, spans: Sequence[tuple[float, float]], color: str) -> None:
        """Stretches of a halo, or in the padding."""
        self._bars(row, spans, facecolor="none", edgecolor=color, hatch="/////")

    def outlined(self, row: int, span: tuple[float, float], color: str) -> None:
        """The border of a stretch."""
        self._bars(row, [span], facecolor="none", edgecolor=color, linewidth=1.2)

    def framed(self, row: int, region: tuple[int, int], color: str, n: int | None) -> None:
        """The border of a region; the part of it in the padding is hatched."""
        first, last = region[0], region[1] + 1
        self.outlined(row, (first, last), color)
        self.hatched(row, [] if n is None else [(first, min(last, 0)), (max(first, n), last)], color)

    def marked(self, row: int, middle: float) -> None:
        """The center."""
        for shade, thick in (("white", 3.0), ("black", 1.2)):
            self.ax.plot([self.rule.of(middle)], [row], "+", color=shade, markersize=7, markeredgewidth=thick)

    def rows(self, names: Sequence[str], view: tuple[float, float]) -> None:
        """Limits and labels."""
        from matplotlib.ticker import MaxNLocator

        ax, size = self.ax, labels.small(self.ax)
        ax.set_ylim(len(names) - 0.5, -0.5)
        low, high = map(self.rule.of, view)
        ax.set_xlim(low, high)
        longest = max(len(f"{end:.7g}") for end in (low, high, (low + high) / 2))
        most = int(labels.width(ax) / (size * (longest + 2)) / 0.65)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=min(8, max(1, most))))
        ax.grid(visible=False, axis="y")
        shown = [labels.shortened(name, 18) for name in names] if len(names) > 1 else [""]
        for text in ax.set_yticks(range(len(names)), shown, fontsize=size):
            text.label1.set_parse_math(False)
        ax.tick_params(axis="y", length=0)
        ax.set_xlabel(labels.along("w", 1, self.rule.unit))
