"""Networks that pictures are drawn of, and what holds of every picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any

from rfcli.plot import canvas

LONG = "a_very_long_name_of_a_network_or_a_layer_of_sixty_characters"
"""60 characters."""


def net(layers: list[dict[str, object]], size: object = 32, **more: object) -> dict[str, object]:
    """A description."""
    return {"format": 1, "name": "net", "input": {"size": size, "channels": 1}, "layers": layers, **more}


def conv(name: str, kernel: object, **more: object) -> dict[str, object]:
    return {"name": name, "type": "conv", "kernel": kernel, **more}


CHAIN = net([conv("a", 3, padding="same"), conv("b", 3, stride=2, padding=1), conv("c", 5, padding="same")])
"""Fields of 3, 5 and 13 samples."""
SKIP = net(
    [
        conv("stem", 3, padding=1),
        {"name": "unit", "type": "residual", "layers": [conv("x", 3, padding=1), conv("y", 3, padding=1)]},
    ]
)
"""3 samples along the skip, 7 along the body."""
GRID = net([conv("a", 3, dilation=4, padding=4)], 33)
"""Reads three of nine samples along each axis."""
AUDIO = net([conv("a", 3, dilation=4, padding=4), conv("b", 3, dilation=16, padding=16)], [80])
AUDIO["input"] = {"size": [80], "rate": 8000, "channels": 1}
VOLUME = net([conv("a", [1, 3, 3], padding="same"), conv("b", 5, padding="same")], [10, 30, 40])
VOLUME["input"] = {"size": [10, 30, 40], "spacing": [2.5, 0.8, 0.8], "unit": "mm", "channels": 1}
FLAT = net([conv("a", 3, padding=1)], [9, 37, 39])
THIN = net([conv("a", 3, padding=1)], [33, 9, 19])
DECODER = net([conv("a", 3, padding=1), {"name": "p", "type": "max_pool", "kernel": 2}, conv("m", 3, padding=1),
               {"name": "u", "type": "upsample", "scale": 2}, conv("z", 3, padding=1)], 16)  # fmt: skip
NAMED = net([conv(LONG, 3), conv("b", 3), conv(f"{LONG}2", 28)], 32, name=LONG)
ONE = net([conv("a", 1)], 1)
VAST = net([conv("a", 500_000), conv("b", 100, dilation=4000)], [1_000_000])
MANY = net([{"name": "stage", "type": "sequence", "repeat": 30, "layers": [
    {"name": "unit", "type": "residual", "repeat": 50, "layers": [conv("c", 3, padding=1)]}]}], [4000])  # fmt: skip
"""3,000 layers."""


@contextmanager
def picture(module: Any, data: Any, width: float = 160, style: str = "light") -> Iterator[Any]:
    """A picture of a kind."""
    aspect = module.ASPECT if hasattr(module, "ASPECT") else module.aspect(data)
    with canvas.pictured(lambda ax: module.draw(ax, data), aspect, style, width) as figure:
        yield figure


def texts(figure: Any) -> list[tuple[str, float, Any]]:
    """The texts of a picture that are seen: what they say, their size in points, and where they lie."""
    from matplotlib.axes import Axes

    figure.draw_without_rendering()
    found = [text for ax in figure.findobj(Axes) for text in _of(ax)]
    seen = [one for one in found if one.get_visible() and one.get_text().strip()]
    return [(one.get_text(), one.get_fontsize(), one.get_window_extent()) for one in seen]


def _of(ax: Any) -> Iterator[Any]:
    """The texts of axes, with the labels of those ticks that are drawn."""
    yield from (ax.title, ax._left_title, ax._right_title, *ax.texts)
    if ax.get_legend() is not None:
        yield from ax.get_legend().get_texts()
    if ax.axison:
        for axis in (ax.xaxis, ax.yaxis):
            yield axis.label
            yield from (tick.label1 for tick in axis._update_ticks())


def wrong(figure: Any) -> list[str]:
    """What is wrong with the texts of a picture: cut off, too small, or one over another."""
    found, all = [], texts(figure)
    frame = figure.bbox
    for said, size, box in all:
        if size < 6:
            found.append(f"'{said}' has {size} points")
        if box.x0 < frame.x0 - 1 or box.y0 < frame.y0 - 1 or box.x1 > frame.x1 + 1 or box.y1 > frame.y1 + 1:
            found.append(f"'{said}' is cut off")
    for (said, _, a), (other, _, b) in combinations(all, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > 1 and high > 1:
            found.append(f"'{said}' lies over '{other}'")
    return found
