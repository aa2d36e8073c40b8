"""Words on pictures: the head above the axes, with its legend; names that fit; numbers as people say them."""

from __future__ import annotations

import re

from rfcli.diagnostics import printable
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from rfcli.geometry.units import Spacing

EM = 0.57
"""The width of a letter, in sizes of the font: that of a wide font, so that text fits in others too."""
LINE = 1.25
"""The height of a line, in sizes of the font."""
ROW = 1.42
"""The height of a legend's row, in sizes of the font."""
SMALLEST = 6.0
"""Points of the smallest text."""
KEY = 5.0
"""The width of a legend's sign with what surrounds it, in sizes of the font."""


class Head(Value):
    """What stands above the axes: a title, and lines that say what is shown."""

    title: str
    notes: tuple[str, ...] = ()


def width(ax: Axes) -> float:
    """The width of axes in points."""
    figure = ax.get_figure(root=True)
    assert figure is not None, "axes lie in a figure"
    return float(ax.get_position().width * figure.get_figwidth() * 72)


def small(ax: Axes) -> float:
    """The size of notes and names, in points."""
    from matplotlib import rcParams
    from matplotlib.font_manager import FontProperties

    return max(SMALLEST, float(FontProperties(size=rcParams["xtick.labelsize"]).get_size_in_points()))


def shortened(name: str, most: int) -> str:
    """A name of at most so many letters; the middle of a long one is left out."""
    name = printable(name)
    if len(name) <= most:
        return name
    kept = max(most - 1, 2)
    return f"{name[: (kept + 1) // 2]}…{name[len(name) - kept // 2 :]}"


def wrapped(text: str, most: int) -> list[str]:
    """Lines of at most so many letters, broken at spaces, and after `/`, `_`, `-` or anywhere where there are none."""
    most = max(most, 8)
    lines, line = [], ""
    for word in re.findall(r"[^ /_\-]+[/_\-]*|[/_\-]+| ", printable(text)):
        while len(line) + len(word.rstrip()) > most:
            if line.strip():
                lines.append(line.rstrip())
                line = ""
                word = word.lstrip()
            else:
                lines.append(word[:most])
                line, word = "", word[most:]
        line += word
    return [*lines, line.rstrip()] if line.strip() else lines


def broken(ax: Axes, text: str) -> str:
    """Text in lines that fit below axes."""
    return "\n".join(wrapped(text, int(width(ax) / (EM * (small(ax) + 1)))))


def headed(ax: Axes, head: Head, keys: Sequence[tuple[Artist, str]] = ()) -> None:
    """Writes a head above axes, and between both a legend, which therefore hides nothing."""
    from matplotlib import rcParams
    from matplotlib.font_manager import FontProperties

    size, room = small(ax), 0.94 * width(ax)
    most = int(room / (EM * size))
    up = 4.0
    if keys:
        up += _legend(ax, keys, size, room, up)
    notes = [line for note in head.notes for line in wrapped(note, most)]
    if notes:
        _above(ax, "\n".join(notes), up, size)
        up += len(notes) * size * LINE + 2
    large = FontProperties(size=rcParams["axes.titlesize"]).get_size_in_points()
    bold = 1.1 if rcParams["axes.titleweight"] in ("bold", "heavy") else 1.0
    title = wrapped(head.title, int(room / (EM * bold * large)))
    ax.set_title("\n".join(title), loc="left", pad=up, va="bottom", parse_math=False)


def _above(ax: Axes, text: str, up: float, size: float) -> None:
    """Text so many points above axes."""
    ax.annotate(
        text, (0, 1), (0, up), xycoords="axes fraction", textcoords="offset points", va="bottom", ha="left",
        fontsize=size, linespacing=LINE, annotation_clip=False, parse_math=False,
    )  # fmt: skip


def _legend(ax: Axes, keys: Sequence[tuple[Artist, str]], size: float, room: float, up: float) -> float:
    """A legend above axes; returns its height in points."""
    from matplotlib.transforms import ScaledTranslation

    figure = ax.get_figure(root=True)
    assert figure is not None, "axes lie in a figure"
    names = [wrapped(name, max(int((room - KEY * size) / (EM * size)), 8)) for _, name in keys]
    columns = len(names)
    while columns > 1 and sum(_columns(names, columns)) * EM * size + columns * KEY * size > room:
        columns -= 1
    moved = ax.transAxes + ScaledTranslation(0, up / 72, figure.dpi_scale_trans)
    signs, texts = [sign for sign, _ in keys], ["\n".join(lines) for lines in names]
    legend = ax.legend(
        signs, texts, loc="lower left", bbox_to_anchor=(0, 1), bbox_transform=moved, ncols=columns, fontsize=size,
        frameon=False, borderpad=0, borderaxespad=0, labelspacing=0.3, handlelength=2.4, handletextpad=0.6,
        columnspacing=1.4,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_parse_math(False)
    rows = -(-len(names) // columns)
    lines = max(sum(map(len, names[at : at + rows])) for at in range(0, len(names), rows))
    return (rows * ROW + (lines - rows) * LINE) * size + 3


def _columns(names: Sequence[Sequence[str]], columns: int) -> list[int]:
    """The letters of the longest line in each column of a legend, which is filled column by column."""
    rows = -(-len(names) // columns)
    widest = [max(map(len, lines)) for lines in names]
    return [max(widest[at : at + rows]) for at in range(0, len(names), rows)]


def said(number: float | Fraction) -> str:
    """A number as people say it: 483, 12.5, 1.23e+21."""
    if isinstance(number, float) and not number.is_integer():
        return f"{number:.4g}"
    from fractions import Fraction

    exact = Fraction(number)
    if exact.denominator != 1:
        return f"{float(exact):.4g}"
    whole = exact.numerator
    return str(whole) if abs(whole) < 10**15 else _powers(whole)


def _powers(whole: int) -> str:
    """An integer of many digits by its first three; exact integers may be too large for a float."""
    digits = str(abs(whole)) if abs(whole) < 10**4000 else ""
    if not digits:
        from math import log10

        exponent = (abs(whole).bit_length() - 1) * log10(2)
        return f"about 10^{int(exponent)}"
    return f"{'-' if whole < 0 else ''}{digits[0]}.{digits[1:3]}e+{len(digits) - 1}"


class Ruler(Value):
    """How lengths along an axis are told: `step` of a `unit` for each sample."""

    step: float = 1.0
    unit: str = "samples"

    def of(self, samples: float | Fraction | int) -> float:
        """A number of samples in the unit."""
        return float(samples) * self.step


def ruler(spacing: Spacing | None, axis: int, longest: float) -> Ruler:
    """The ruler of an axis on which `longest` samples are shown, with the prefix that people use."""
    if spacing is None or not spacing.unit:
        return Ruler()
    from rfcli.geometry.units import PREFIXED, PREFIXES

    step, prefix = float(spacing.steps[axis]), ""
    if spacing.unit in PREFIXED:
        for prefix in PREFIXES:
            if longest * step >= 1 or prefix == PREFIXES[-1]:
                break
            step *= 1000
    return Ruler(step, {"u": "µ"}.get(prefix, prefix) + spacing.unit)


def length(samples: float | Fraction, rule: Ruler) -> str:
    """A length with its unit: 224 samples, 37.3 ms."""
    value = rule.of(samples)
    if rule.unit == "samples":
        return f"{said(samples)} sample{'' if samples == 1 else 's'}"
    return f"{value:.4g} {rule.unit}"


def spelled(letters: str) -> str:
    """Axes in words: height and width."""
    names = {"d": "depth", "h": "height", "w": "width"}
    return " and ".join(names[letter] for letter in letters)


def along(letter: str, axes: int, unit: str) -> str:
    """The label of an axis of a map of so many."""
    if axes == 1:
        return f"{'time' if unit.endswith('s') and unit != 'samples' else 'position'} ({unit})"
    return f"{spelled(letter)} ({unit})"
