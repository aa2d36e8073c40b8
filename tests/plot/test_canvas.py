"""Figures: styles, files that are the same each time, a caller's axes and style."""

import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from plot.pictures import CHAIN

import rfcli
from rfcli.plot import canvas
from rfcli.plot.kinds import growth, region


def drawn(ending: str, style: str = "light", width: float = 80) -> bytes:
    data = growth.data(rfcli.compute(CHAIN))
    return canvas.drawn(lambda ax: growth.draw(ax, data), growth.ASPECT, ending, style, width)


@pytest.mark.parametrize(("ending", "head"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_files_are_the_same_each_time(ending: str, head: bytes) -> None:
    first = drawn(ending)
    assert first.startswith(head)
    assert first == drawn(ending)


def test_an_svg_has_text_and_no_date() -> None:
    text = drawn("svg").decode()
    assert "growth of the receptive" in text and "dc:date" not in text and "Matplotlib v" not in text


def test_a_width_is_in_millimetres() -> None:
    with canvas.pictured(lambda ax: ax, 0.5, "light", 127) as figure:
        assert figure.get_figwidth() == pytest.approx(5)


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2)."""
    linear = [
        ((c + 0.055) / 1.055) ** 2.4 if c > 0.04045 else c / 12.92
        for c in (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("style", canvas.STYLES)
def test_styles_can_be_read(style: str) -> None:
    """Text has the contrast that WCAG asks for, the first colours of lines that of graphics."""
    found = canvas.STYLES[style]()
    paper = str(found["figure.facecolor"])
    assert all(
        contrast(str(found[name]), paper) >= 4.5 for name in ("text.color", "xtick.labelcolor", "axes.labelcolor")
    )
    colors: Any = found["axes.prop_cycle"]
    assert all(contrast(color, paper) >= 3 for color in colors.by_key()["color"][:2])


def test_styles_of_matplotlib_and_of_files(tmp_path: Path) -> None:
    plain = drawn("svg")
    (tmp_path / "own.mplstyle").write_text("text.color: ff0000\n")
    assert b"#ff0000" in drawn("svg", str(tmp_path / "own.mplstyle")) and b"#ff0000" not in plain
    assert drawn("svg", "dark_background") != plain
    with pytest.raises(rfcli.CallError, match=r"no style 'drak': take light, dark, grey"):
        drawn("svg", "drak")
    (tmp_path / "bad.mplstyle").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(rfcli.CallError, match=r"bad\.mplstyle is no style"):
        drawn("svg", str(tmp_path / "bad.mplstyle"))


def test_the_settings_of_the_process_are_left_alone() -> None:
    before = dict(mpl.rcParams)
    drawn("png", "dark")
    assert dict(mpl.rcParams) == before


def test_a_callers_axes_and_style() -> None:
    with mpl.rc_context({"text.color": "#123456", "axes.prop_cycle": mpl.cycler(color=["#abcdef"])}):
        figure = Figure()
        ax = figure.add_subplot()
        size = figure.get_size_inches().tolist()
        assert rfcli.plot.growth(CHAIN, ax=ax) is ax
        assert figure.get_size_inches().tolist() == size
        assert ax.get_lines()[0].get_color() == "#abcdef"
        assert ax._left_title.get_color() == "#123456"


def test_colors_suit_the_paper() -> None:
    figure = Figure()
    ax = figure.add_subplot()
    assert canvas.colors(ax)[0] == canvas.LIGHT[0]
    ax.set_facecolor("black")
    assert canvas.colors(ax)[0] == canvas.DARK[0]


def test_what_are_no_axes() -> None:
    with pytest.raises(TypeError, match="ax takes axes of matplotlib, not str"):
        rfcli.plot.growth(CHAIN, ax="ax")  # type: ignore[arg-type]


def test_a_figure_of_its_own() -> None:
    mpl.use("agg")
    from matplotlib import pyplot

    ax = rfcli.plot.growth(CHAIN)
    assert ax.get_figure() is pyplot.gcf()
    pyplot.close("all")


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(rfcli.CallError, match=r"drawing needs matplotlib: pip install .*\[plot\]"):
        canvas.library()


def test_large_numbers_are_written_out() -> None:
    """No factor or offset stands beside an axis, where it would lie in the legend, and no two labels touch."""
    layers = [
        {"type": "conv", "name": "a", "kernel": 3, "stride": 1000, "filters": 1},
        {"type": "conv", "name": "b", "kernel": 1001, "filters": 1},
    ]
    report = rfcli.compute({"format": 1, "input": {"size": [4_000_000], "channels": 1}, "layers": layers})
    for layer in ("a", "b"):
        found = region.data(report, layer)
        with canvas.pictured(
            lambda ax, found=found: region.draw(ax, found), region.aspect(found), "light", 80
        ) as figure:
            figure.draw_without_rendering()
            axis = figure.axes[0].xaxis
            assert axis.get_offset_text().get_text() == ""
            boxes = [one.label1.get_window_extent() for one in axis.get_major_ticks() if one.label1.get_text()]
            assert all(one.x1 < two.x0 for one, two in pairwise(boxes))
