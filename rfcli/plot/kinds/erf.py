"""The effective receptive field (Luo, Li, Urtasun & Zemel 2016): a map of how much each sample counts, and its profiles
along the axes, in the frame of the theoretical region."""

from __future__ import annotations

import os
from functools import partial

from rfcli.api.networks import reported
from rfcli.diagnostics import CallError, counted
from rfcli.geometry.axes import axis_names, times
from rfcli.plot import asked, canvas, labels, planes
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from rfcli.api.networks import Network
    from rfcli.engine.erf import Map, Profile
    from rfcli.engine.report import Report
    from rfcli.geometry.units import Spacing

MAP = 0.72
"""The share of the picture that the map has, beside the profiles."""
COLORS = "cividis"
"""From dark to light for everybody, whatever colours they see."""


class Energy(Value):
    """The energy of the gradients of the central output: per axis its profile, and in two dimensions a map where there
    is one. `bands` are half-widths of 95 % intervals of measured profiles; `weights` says what the networks' were."""

    network: str
    layer: str
    profiles: tuple[Profile, ...]
    bands: tuple[tuple[float, ...], ...] | None
    map: Map | None
    weights: str
    spacing: Spacing | None = None

    def widest(self) -> int:
        """The axis with the largest region, the last of several."""
        return max(range(len(self.profiles)), key=lambda axis: (len(self.profiles[axis].values), axis))

    def held(self, axis: int) -> tuple[int, int]:
        """The first and the last sample of the shortest run that holds 95.45 % of the energy along an axis."""
        from rfcli.engine.erf import HELD

        profile = self.profiles[axis]
        held, start, best = 0.0, 0, (0, len(profile.values) - 1)
        for end, value in enumerate(profile.values):
            held += value
            while held - profile.values[start] >= HELD:
                held -= profile.values[start]
                start += 1
            if held >= HELD and end - start < best[1] - best[0]:
                best = (start, end)
        return profile.first + best[0], profile.first + best[1]

    def region(self, axis: int) -> tuple[int, int]:
        """The first and the last sample of the region."""
        profile = self.profiles[axis]
        return profile.first, profile.first + len(profile.values) - 1


class Energies(Value):
    """Several layers, whose profiles are laid over each other, center on center."""

    each: tuple[Energy, ...]

    @property
    def network(self) -> str:
        """The name of the network."""
        return self.each[0].network


def data(
    report: Report,
    layer: str | Sequence[str] | None = None,
    sample: int | None = None,
    nonlinearity: str = "none",
    init: str = "normal",
    seed: int = 0,
    weights: str | os.PathLike[str] | None = None,
) -> Energy | Energies:
    """What is drawn: computed for independent weights of mean 0, or measured. Raises `CallError`."""
    from rfcli import arguments
    from rfcli.api.answers import sampling

    number, seed = sampling(1 if sample is None else sample, "sample", nonlinearity, init, seed)
    sample = None if sample is None else number
    given = None if weights is None else arguments.path(weights, "weights")
    found = [_data(report, name, sample, nonlinearity, init, seed, given) for name in asked.names(layer)]
    return found[0] if len(found) == 1 else Energies(tuple(found))


def _data(
    report: Report,
    layer: str | None,
    sample: int | None,
    nonlinearity: str,
    init: str,
    seed: int,
    weights: str | None,
) -> Energy:
    """The energy of one layer."""
    from rfcli.api.answers import erf, erf_map, sampled_erf

    layer = asked.main(report, layer)
    if sample is not None or weights is not None:
        profiles, bands = sampled_erf(report, layer, sample or 1, nonlinearity, init, seed, weights)
        said = _said(sample or 1, nonlinearity, init, weights)
        kept = tuple([tuple(band) for band in bands]) if (sample or 1) > 1 else None
        return Energy(report.name, layer, tuple(profiles), kept, None, said, report.sight.spacing)
    profiles = erf(report, layer)
    found = None
    if len(profiles) == 2:
        try:
            found = erf_map(report, layer)
        except CallError:
            found = None  # the region is too large for one: the profiles say what there is to say
    return Energy(report.name, layer, tuple(profiles), None, found, UNTRAINED, report.sight.spacing)


UNTRAINED = "untrained, independent weights"


def _said(sample: int, nonlinearity: str, init: str, weights: str | None) -> str:
    """What the weights of measured networks are."""
    active = "" if nonlinearity == "none" else f", with {'ReLU' if nonlinearity == 'relu' else nonlinearity}"
    if weights is not None:
        return f"weights of {os.path.basename(weights)}, mean of {counted(sample, 'input')}{active}"
    return f"untrained: mean of {counted(sample, 'network')} with independent {init} weights{active}"


def aspect(energy: Energy | Energies) -> float:
    """The height of a picture as a share of its width."""
    if isinstance(energy, Energies):
        return 0.5
    if energy.map is None:
        return 0.1 + 0.34 * len(energy.profiles)
    return min(max(planes.aspect(energy.spacing, _view(energy)), 0.45), 1.3)


def _view(energy: Energy) -> list[tuple[float, float]]:
    """What of each axis is shown: the region, and a little around it."""
    found = []
    for axis in range(len(energy.profiles)):
        first, last = energy.region(axis)
        edge = 0.5 + 0.03 * (last - first + 1)
        found.append((first - edge, last + edge))
    return found


def draw(ax: Axes, energy: Energy | Energies) -> Axes:
    """Draws an effective receptive field, or several."""
    if isinstance(energy, Energies):
        return _together(ax, energy)
    ax.set_axis_off()
    if energy.map is not None:
        ax.set_box_aspect(aspect(energy))
        ax.set_anchor("NW")
    keys = _mapped(ax, energy) if energy.map is not None else _profiled(ax, energy)
    theory, held = [], []
    for axis in range(len(energy.profiles)):
        (a, b), (c, d) = energy.region(axis), energy.held(axis)
        theory.append(b - a + 1)
        held.append(d - c + 1)
    said = [times(tuple(sizes)) for sizes in (theory, held)]
    notes = [energy.weights, f"{said[1]} of {said[0]} samples hold 95 % of the energy of the gradients along the "
                             f"ax{'is' if len(theory) == 1 else 'es'}"]  # fmt: skip
    if len(theory) == 2 and energy.map is None and energy.weights == UNTRAINED:
        notes.append("the region is too large for a map")
    labels.headed(ax, labels.Head(f"{energy.network}: effective receptive field of {energy.layer}", tuple(notes)), keys)
    return ax


def _together(ax: Axes, energies: Energies) -> Axes:
    """Profiles over each other: of each layer along its widest axis, around the center of its region."""
    colors, keys = canvas.colors(ax), []
    first = energies.each[0]
    sizes = [len(one.profiles[one.widest()].values) for one in energies.each]
    rule = labels.ruler(first.spacing, first.widest(), max(sizes))
    for place, one in enumerate(energies.each):
        axis = one.widest()
        values = one.profiles[axis].values
        edges = [rule.of(at - len(values) / 2) for at in range(len(values) + 1)]
        color, dashes = planes.told_apart(colors, place, False)
        drawn = ax.stairs(values, edges, color=color, linestyle=dashes, linewidth=1.4, baseline=None)
        low, high = one.held(axis)
        held = labels.length(high - low + 1, rule)
        keys.append((drawn, f"{one.layer}: {held} of {labels.length(len(values), rule)}"))
    ax.set_ylim(bottom=0)
    ax.set_xlabel(f"from the center of the region ({rule.unit})")
    ax.set_ylabel("share of energy per sample")
    notes = [*dict.fromkeys(one.weights for one in energies.each),
             "in the legend: what holds 95 % of the energy of the gradients, and the size of the region"]  # fmt: skip
    labels.headed(ax, labels.Head(f"{first.network}: effective receptive fields", tuple(notes)), keys)
    return ax


def _mapped(ax: Axes, energy: Energy) -> list[tuple[Artist, str]]:
    """The map, and the profiles at its sides."""
    assert energy.map is not None, "there is a map"
    view, colors = _view(energy), canvas.colors(ax)
    rules = [labels.ruler(energy.spacing, axis, max(map(abs, ends))) for axis, ends in enumerate(view)]
    below = ax.inset_axes((0, 0, MAP, MAP))
    room = MAP * labels.width(ax)
    planes.set_up(below, (0, 1), view, rules, axis_names(2), (room * aspect(energy), room))
    below.set_aspect("auto")
    rows, (top, left) = energy.map.rows, energy.map.first
    extent = (left - 0.5, left + len(rows[0]) - 0.5, top + len(rows) - 0.5, top - 0.5)
    # Energies are averaged before they are coloured: a pixel shows the mean of its samples.
    shown = {"interpolation": "antialiased", "interpolation_stage": "data"}
    below.imshow(rows, extent=extent, aspect="auto", cmap=_colors(), vmin=0, **shown)
    planes.framed(below, (energy.region(0), energy.region(1)), colors[1 % len(colors)], "-")
    planes.framed(below, (energy.held(0), energy.held(1)), "white", (0, (3, 1.5)))
    above = ax.inset_axes((0, MAP + 0.06, MAP, 1 - MAP - 0.06), sharex=below)
    beside = ax.inset_axes((MAP + 0.06, 0, 1 - MAP - 0.06, MAP), sharey=below)
    for axes, axis, turned in ((above, 1, False), (beside, 0, True)):
        _profile(axes, energy, axis, turned, colors)
        axes.tick_params(labelbottom=turned, labelleft=not turned)
        axes.label_outer()
    above.set_ylabel("share", parse_math=False)
    beside.set_xlabel("share")
    beside.tick_params(axis="x", labelrotation=90)
    most = max(map(max, rows))
    return [*_keys(colors), *_lightest(most)]


def _colors() -> str:
    """The colours of a map: those of the style in force, where it has some of its own."""
    from matplotlib import rcParams, rcParamsDefault

    own: str = rcParams["image.cmap"]
    return COLORS if own == rcParamsDefault["image.cmap"] else own


def _lightest(most: float) -> list[tuple[Artist, str]]:
    """What the lightest colour of the map stands for."""
    from matplotlib import colormaps, rcParams
    from matplotlib.patches import Patch

    lightest = Patch(facecolor=colormaps[_colors()](1.0), edgecolor=rcParams["axes.edgecolor"])
    return [(lightest, f"{100 * most:.3g} % of the energy in one sample")]


def _keys(colors: Sequence[str]) -> list[tuple[Artist, str]]:
    from matplotlib import rcParams
    from matplotlib.lines import Line2D

    return [
        (Line2D([], [], color=colors[1 % len(colors)], linewidth=1.6), "theoretical region"),
        (Line2D([], [], color=rcParams["text.color"], linestyle=(0, (3, 1.5))), "95 % of the energy"),
    ]


def _profiled(ax: Axes, energy: Energy) -> list[tuple[Artist, str]]:
    """The profiles alone, one below the other."""
    view, colors, count = _view(energy), canvas.colors(ax), len(energy.profiles)
    letters, gap = axis_names(count), 0.12
    each = (1 - (count - 1) * gap) / count
    for axis in range(count):
        inner = ax.inset_axes((0, (count - 1 - axis) * (each + gap), 1, each))
        rule = labels.ruler(energy.spacing, axis, max(map(abs, view[axis])))
        inner.set_xlim(view[axis])
        _profile(inner, energy, axis, False, colors)
        planes.told(inner.xaxis, rule, letters[axis], count, 6)
        inner.set_ylabel("share of energy\nper sample")
    return _keys(colors)


def _profile(ax: Axes, energy: Energy, axis: int, turned: bool, colors: Sequence[str]) -> None:
    """One profile, over its axis or, turned, beside it."""
    from matplotlib import rcParams

    profile, ink = energy.profiles[axis], rcParams["text.color"]
    edges = [profile.first - 0.5 + at for at in range(len(profile.values) + 1)]
    ax.stairs(profile.values, edges, fill=True, color=colors[0], alpha=0.75,
              orientation="horizontal" if turned else "vertical")  # fmt: skip
    if energy.bands is not None:
        places = [profile.first + at for at in range(len(profile.values))]
        low = [max(value - band, 0) for value, band in zip(profile.values, energy.bands[axis], strict=True)]
        high = [value + band for value, band in zip(profile.values, energy.bands[axis], strict=True)]
        fill = ax.fill_betweenx if turned else ax.fill_between
        fill(places, low, high, color=ink, alpha=0.3, linewidth=0)
    line = ax.axhline if turned else ax.axvline
    for ends, color, dashes in ((energy.region(axis), colors[1 % len(colors)], "-"),
                                (energy.held(axis), ink, (0, (3, 1.5)))):  # fmt: skip
        for end in (ends[0] - 0.5, ends[1] + 0.5):
            line(end, color=color, linestyle=dashes, linewidth=1.0)
    counts = ax.xaxis if turned else ax.yaxis
    from matplotlib.ticker import MaxNLocator

    counts.set_major_locator(MaxNLocator(nbins=3, prune="lower" if turned else None))
    (ax.set_xlim if turned else ax.set_ylim)(0, None)
    ax.grid(visible=False)


def erf(
    report: Report | Network,
    layer: str | Sequence[str] | None = None,
    *,
    sample: int | None = None,
    nonlinearity: str = "none",
    init: str = "normal",
    seed: int = 0,
    weights: str | os.PathLike[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draws the effective receptive field of the central output of a layer, by default the main one, and returns the
    axes. Several layers are laid over each other.

    It is computed for independent weights of mean 0; with `sample` it is the mean of so many random networks, and with
    `weights`, the file of a state dict, that of one network, both measured with the extra `torch`.
    Needs the extra `plot`. Raises `CallError` where there is none.
    """
    found = data(reported(report), layer, sample, nonlinearity, init, seed, weights)
    return canvas.on(ax, aspect(found), partial(draw, energy=found))
