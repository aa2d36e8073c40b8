"""Mermaid's flow charts, as GitHub and GitLab draw them."""

from __future__ import annotations

import re

from rfcli.diagnostics import printable
from rfcli.render.diagram import words
from rfcli.render.diagram.outline import Node
from rfcli.render.diagram.shades import scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.render.diagram.outline import Box, Outline

MOST_TEXT, MOST_EDGES = 50_000, 500
"""Characters and arrows of a diagram that is still drawn where nobody set other limits (mermaid 11: maxTextSize,
maxEdges)."""

_PLAIN = re.compile(r"[^\w .,:;/()+\-=…×?]")


def render(outline: Outline, by: str | None) -> Iterator[str]:
    """The text of a flow chart."""
    yield "flowchart TD\n"
    yield from _inside(outline, outline.root, "  ")
    for source, target in outline.edges:
        yield f"  n{source} --> n{target}\n"
    colors = scale(outline, by) if by else None
    for node in outline.nodes:
        color = colors.color(node.id) if colors is not None else None
        if colors is not None and color is not None:
            yield f"  style n{node.id} fill:{color},color:{'#fff' if colors.dark(node.id) else '#000'}\n"


def _inside(outline: Outline, box: Box, indent: str) -> Iterator[str]:
    for item in box.items:
        if isinstance(item, Node):
            text = "<br/>".join(_text(line) for line in (words.title(item), *words.lines(outline, item)))
            left, right = ("([", "])") if outline.last(item)[0] is None else ("[", "]")
            yield f'{indent}n{item.id}{left}"{text}"{right}\n'
        else:
            yield f'{indent}subgraph s{item.id}["{_text(words.title(item))}"]\n'
            yield from _inside(outline, item, indent + "  ")
            yield f"{indent}end\n"


def _text(text: str) -> str:
    """A text in which all that could mean something is an entity."""
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", printable(text))
