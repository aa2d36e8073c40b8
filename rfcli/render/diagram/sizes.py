"""How wide a text is drawn, and how large a node is: estimates for a sans-serif font, a little too large."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

TITLE, TEXT = 12, 11
"""Sizes of the fonts, in pixels."""
LINE = 15
NARROW, WIDE, BROAD = frozenset(" .,:;'|!/()[]ijlftI-"), frozenset("mwMWQOG@%&"), 0x2E80
"""Characters that are narrower, and wider; those from `BROAD` on are as wide as they are high."""


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in pixels."""
    total = 0.0
    for one in text:
        if ord(one) >= BROAD:
            total += 1.05
        elif one in NARROW:
            total += 0.35
        elif one in WIDE:
            total += 0.98
        else:
            total += 0.67 if one.isupper() else 0.58
    return total * size * (1.12 if bold else 1.0)


def title_width(text: str) -> float:
    """The width of a title."""
    return width(text, TITLE, bold=True)


def node_size(title: str, lines: Sequence[str]) -> tuple[float, float]:
    """Width and height of a node."""
    widest = max([title_width(title), *(width(line, TEXT) for line in lines)])
    return max(round(widest + 20), 120), LINE * (1 + len(lines)) + 9


def pixels(value: float) -> str:
    """A number of a path: to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
