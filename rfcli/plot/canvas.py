"""Figures: made, in a style, and written as bytes that are the same for the same picture."""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from weakref import WeakSet

from rfcli.diagnostics import CallError, said_by, unfit
from rfcli.extras import needed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS = ("svg", "png", "pdf")
"""What a picture may be written as."""
INCH = 25.4
"""Millimetres."""
POINTS = 72
"""Points of an inch: fonts and lines are measured in them."""
DOTS = 200
"""Dots of an inch, of pictures in dots."""
NARROW = 110.0
"""Millimetres below which a figure's letters are smaller."""
EXTRA = "plot"
ROUGHLY = (0.12, 0.12, 0.85, 0.8)
"""Where axes lie in a figure before what stands around them is known."""
_OURS: WeakSet[Figure] = WeakSet()
"""Figures that are laid out here, and not by a caller."""
EDGE = 4.0
"""Points that are left free at the edge of a figure."""

PLAIN: Mapping[str, object] = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.4,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "rf",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "sans-serif"],
}
"""What all of rf's own styles have in common. The text of an SVG stays text."""


def _style(paper: str, ink: str, soft: str, grid: str, colors: tuple[str, ...]) -> Mapping[str, object]:
    """A style of one paper: `ink` for text, `soft` for frames, `colors` for what is told apart."""
    from cycler import cycler

    return {
        **PLAIN,
        "figure.facecolor": paper, "savefig.facecolor": paper, "axes.facecolor": paper,
        "text.color": ink, "axes.labelcolor": ink, "axes.titlecolor": ink, "xtick.labelcolor": ink,
        "ytick.labelcolor": ink, "xtick.color": soft, "ytick.color": soft, "axes.edgecolor": soft, "grid.color": grid,
        "hatch.color": ink, "axes.prop_cycle": cycler(color=list(colors)),
    }  # fmt: skip


LIGHT = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#5a4a9c", "#6b6b6b")
DARK = ("#56b4e9", "#e69f00", "#2fc79a", "#e79cc4", "#d55e00", "#f0e442", "#a99df0", "#b5b5b5")
GREY = ("#1a1a1a", "#6e6e6e", "#9a9a9a", "#4a4a4a", "#b8b8b8", "#303030", "#858585", "#5c5c5c")
"""Colours that colour-blind people tell apart (after Okabe & Ito 2008); dashes and marks tell the same in grey."""

STYLES: dict[str, Callable[[], Mapping[str, object]]] = {
    "light": lambda: _style("#ffffff", "#1f2328", "#59636e", "#dfe3e8", LIGHT),
    "dark": lambda: _style("#0d1117", "#e6edf3", "#9198a1", "#2a313a", DARK),
    "grey": lambda: {**_style("#ffffff", "#000000", "#555555", "#dddddd", GREY), "image.cmap": "gray"},
}
"""rf's own styles."""


def library() -> None:
    """Raises `CallError` with the command that installs it where matplotlib is missing."""
    needed("matplotlib", "drawing", extra=EXTRA)


def on(ax: Axes | None, aspect: float, draw: Callable[[Axes], Axes]) -> Axes:
    """Draws on the axes of a caller, or on those of a new figure of pyplot, and returns them."""
    if ax is not None:
        if not hasattr(ax, "add_patch"):
            raise TypeError(f"ax takes axes of matplotlib, not {type(ax).__name__}")
        return draw(ax)
    pyplot = needed("matplotlib.pyplot", "drawing", extra=EXTRA)
    figure = pyplot.figure()
    _OURS.add(figure)
    made = draw(figure.add_axes(ROUGHLY))
    _fitted(figure, made, aspect)
    return made


def drawn(draw: Callable[[Axes], Axes], aspect: float, ending: str, style: str, width: float) -> bytes:
    """A picture as the bytes of a file, as `pictured` draws it. Raises `CallError`."""
    stream = io.BytesIO()
    with pictured(draw, aspect, style, width) as figure:
        figure.savefig(stream, format=ending, dpi=DOTS, metadata=_undated(ending))
    return stream.getvalue()


@contextmanager
def pictured(draw: Callable[[Axes], Axes], aspect: float, style: str, width: float) -> Iterator[Figure]:
    """A picture `width` millimetres wide, whose axes are `aspect` as high as they are wide; in one of `STYLES`, or a
    style of matplotlib's by its name or file, which holds as long as the context. Raises `CallError`."""
    import warnings

    library()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    size = 7.0 if width < NARROW else 8.0
    fonts = {"font.size": size, "axes.titlesize": size + 1, "legend.fontsize": size, "axes.labelsize": size,
             "xtick.labelsize": size - 0.5, "ytick.labelsize": size - 0.5, "axes.titleweight": "bold",
             # Numbers are written out: a factor or an offset beside the axis would lie in the legend.
             "axes.formatter.useoffset": False, "axes.formatter.limits": (-6, 15)}  # fmt: skip
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # letters that the font lacks are drawn as boxes
        mpl.rcdefaults()
        mpl.rcParams.update(fonts)
        mpl.rcParams.update(_named(style))
        figure = Figure(figsize=(width / INCH, width * aspect / INCH))
        _OURS.add(figure)
        ax = figure.add_axes(ROUGHLY)
        draw(ax)
        _fitted(figure, ax, aspect)
        yield figure


def settled(ax: Axes, aspect: float) -> None:
    """Lays out a figure of ours before it is all drawn, for what goes by where things lie."""
    figure = ax.get_figure(root=True)
    if figure in _OURS:
        _fitted(figure, ax, aspect)


def _fitted(figure: Figure, ax: Axes, aspect: float) -> None:
    """Lays out a figure of one axes: all that stands around them fits in, and the figure becomes as high as that takes.
    Its axes are `aspect` as high as they are wide."""
    dots, edge = figure.get_dpi(), EDGE / POINTS
    for _ in range(2):
        ax.apply_aspect()
        all, inner = ax.get_tightbbox(), ax.get_window_extent()
        assert all is not None, "the axes are visible"
        left, right = ((inner.x0 - all.x0) / dots + edge, (all.x1 - inner.x1) / dots + edge)
        below, above = ((inner.y0 - all.y0) / dots + edge, (all.y1 - inner.y1) / dots + edge)
        wide = max(figure.get_figwidth() - left - right, 0.3 * figure.get_figwidth())
        high = wide * aspect
        whole = high + below + above
        figure.set_figheight(whole)
        ax.set_position((left / figure.get_figwidth(), below / whole, wide / figure.get_figwidth(), high / whole))


def _undated(ending: str) -> dict[str, str | None]:
    """Metadata without what changes from day to day or from version to version."""
    return {
        "svg": {"Date": None, "Creator": "rf"},
        "pdf": {"CreationDate": None, "Creator": "rf", "Producer": None},
        "png": {"Software": "rf"},
    }[ending]  # type: ignore[return-value]


def _named(style: str) -> Mapping[str, object]:
    """The settings of a style. Raises `CallError`."""
    if style in STYLES:
        return STYLES[style]()
    import matplotlib.style as styles

    if style in styles.library:
        return {**PLAIN, **styles.library[style]}
    if os.path.isfile(style) and style.endswith(".mplstyle"):
        from matplotlib import rc_params_from_file

        try:
            return {**PLAIN, **rc_params_from_file(style, use_default_template=False)}
        except Exception as error:  # whatever a file of somebody's holds
            raise CallError(f"{style} is no style that can be read: {said_by(error)}", "style") from None
    from rfcli.diagnostics import did_you_mean

    near = did_you_mean(style, [*STYLES, *styles.library], "")
    said = f"; {near}" if near else ""
    raise unfit(
        "style",
        f"there is no style '{style}': take {', '.join(STYLES)}, a style of matplotlib, or an .mplstyle file{said}",
    )


def colors(ax: Axes) -> list[str]:
    """The colours that tell things apart on these axes: the caller's, where the style in force has some of its own,
    else those for light or for dark paper."""
    from matplotlib import rcParams, rcParamsDefault
    from matplotlib.colors import to_rgb

    cycle = rcParams["axes.prop_cycle"]
    if cycle != rcParamsDefault["axes.prop_cycle"] and "color" in cycle.keys:
        return list(cycle.by_key()["color"])
    red, green, blue = to_rgb(ax.get_facecolor())
    return list(LIGHT if 0.3 * red + 0.6 * green + 0.1 * blue > 0.5 else DARK)
