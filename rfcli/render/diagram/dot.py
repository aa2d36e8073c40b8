"""Graphviz's DOT."""

from __future__ import annotations

from rfcli.diagnostics import printable
from rfcli.render.diagram import words
from rfcli.render.diagram.outline import Node
from rfcli.render.diagram.shades import scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.render.diagram.outline import Box, Outline
    from rfcli.render.diagram.shades import Scale


def render(outline: Outline, by: str | None) -> Iterator[str]:
    """The text of a graph."""
    yield (
        f"digraph {_quoted(outline.report.name)} {{\n"
        '  graph [fontname="Helvetica", fontsize=11, labeljust=l, style=rounded, color=gray60]\n'
        '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica", fontsize=10]\n'
        "  edge [color=gray40, arrowsize=0.7]\n"
    )
    yield from _inside(outline, outline.root, "  ", scale(outline, by) if by else None)
    for source, target in outline.edges:
        yield f"  n{source} -> n{target}\n"
    yield "}\n"


def _inside(outline: Outline, box: Box, indent: str, colors: Scale | None) -> Iterator[str]:
    for item in box.items:
        if isinstance(item, Node):
            label = "\\n".join(_escaped(line) for line in (words.title(item), *words.lines(outline, item)))
            color = colors.color(item.id) if colors is not None else None
            fill = ""
            if colors is not None and color is not None:
                fill = f', fillcolor="{color}", fontcolor={"white" if colors.dark(item.id) else "black"}'
            yield f'{indent}n{item.id} [label="{label}", tooltip={_quoted(item.name)}{fill}]\n'
        else:
            yield f"{indent}subgraph cluster_{item.id} {{\n{indent}  label={_quoted(words.title(item))}\n"
            yield from _inside(outline, item, indent + "  ", colors)
            yield f"{indent}}}\n"


def _escaped(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'
