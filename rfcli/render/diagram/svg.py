"""The diagram as a picture: SVG, drawn here, in light and dark."""

from __future__ import annotations

from xml.sax.saxutils import escape

from rfcli.diagnostics import printable
from rfcli.render.diagram import shades, words
from rfcli.render.diagram.layout import BAR, laid_out
from rfcli.render.diagram.outline import Node
from rfcli.render.diagram.sizes import LINE, TEXT, TITLE, pixels, title_width, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.render.diagram.layout import Placed
    from rfcli.render.diagram.outline import Box, Outline
    from rfcli.render.diagram.shades import Scale

MARGIN, HEAD, STACKED = 16, 46, 3
"""Around the picture, for its title, and from copy to copy behind a folded thing."""

STYLE = f"""
text {{ font: {TEXT}px system-ui, "Helvetica Neue", Arial, sans-serif; fill: #1f2328; }}
.title {{ font-size: {TITLE}px; font-weight: 600; }}
.name {{ font-size: {TITLE * 1.3:.0f}px; }}
.soft {{ fill: #59636e; }}
.page, .node {{ fill: #fff; }}
.scope {{ fill: #eef2f6; }}
.node, .scope {{ stroke: #59636e; }}
.input {{ fill: #e4eefb; stroke: #2f6db5; }}
.box {{ stroke: #a3abb4; }}
.odd {{ fill: #f3f5f7; }}
.even {{ fill: #e6eaee; }}
.bar {{ fill: #818b98; fill-opacity: .22; }}
.line {{ fill: none; stroke: #59636e; stroke-width: 1.2; }}
.tip {{ fill: #59636e; }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #e6edf3; }}
.soft {{ fill: #a3adb8; }}
.page {{ fill: #0d1117; }}
.node, .odd {{ fill: #161b22; }}
.scope {{ fill: #22272e; }}
.node, .scope {{ stroke: #8b949e; }}
.input {{ fill: #10253f; stroke: #6ea8ee; }}
.box {{ stroke: #57606a; }}
.even {{ fill: #1f262e; }}
.line {{ stroke: #9aa4ae; }}
.tip {{ fill: #9aa4ae; }}
}}
text.on-dark {{ fill: #fff; }}
text.on-light {{ fill: #1f2328; }}
"""


def render(outline: Outline, by: str | None) -> Iterator[str]:
    """The text of an SVG file."""
    placed = laid_out(outline)
    scale = shades.scale(outline, by) if by else None
    name = printable(outline.report.name)
    said = _said(outline)
    across = max(placed.width, title_width(name) * 1.4, width(said, TEXT) + (180 if scale else 0)) + 2 * MARGIN
    high = placed.height + 2 * MARGIN + HEAD
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across:.0f}" height="{high:.0f}" '
        f'viewBox="0 0 {across:.0f} {high:.0f}" role="img">\n<title>{_text(name)}</title>\n<style>{STYLE}</style>\n'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path class="tip" d="M0 .8 8 4 0 7.2Z"/></marker></defs>\n'
        '<rect class="page" width="100%" height="100%"/>\n'
        f'<text class="title name" x="{MARGIN}" y="{MARGIN + 12}">{_text(name)}</text>\n'
        f'<text class="soft" x="{MARGIN}" y="{MARGIN + 30}">{_text(said)}</text>\n'
    )
    if scale is not None:
        yield from _legend(scale, across - MARGIN)
    yield from _drawn(outline, placed, (across - placed.width) / 2, MARGIN + HEAD, scale)
    yield "</svg>\n"


def _said(outline: Outline) -> str:
    """What stands below the name: the inputs, and what the nodes say."""
    count = len(outline.report.layers)
    return f"{count} layers; each node: what it does, channels × map, size and stride of its receptive field"


def _text(text: str) -> str:
    return escape(printable(text))


def _legend(scale: Scale, right: float) -> Iterator[str]:
    """The colors and what they stand for."""
    wide, steps = 110, 11
    left = right - wide
    for at in range(steps):
        x = left + wide * at / steps
        yield (
            f'<rect x="{x:.1f}" y="{MARGIN}" width="{wide / steps + 0.5:.1f}" height="10" '
            f'fill="{shades.shade(at / (steps - 1))}"/>\n'
        )
    least, most = (_short(value) for value in (scale.least, scale.most))
    yield f'<text class="soft" x="{left:.1f}" y="{MARGIN + 24}">{least}</text>\n'
    yield f'<text class="soft" x="{right:.1f}" y="{MARGIN + 24}" text-anchor="end">{most}</text>\n'
    yield f'<text class="soft" x="{left - 8:.1f}" y="{MARGIN + 9}" text-anchor="end">{scale.by}</text>\n'


def _short(value: float) -> str:
    """A number of at most four characters with its prefix."""
    for unit, sign in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:.3g} {sign}"
    return f"{value:.3g}"


def _drawn(outline: Outline, placed: Placed, x: float, y: float, scale: Scale | None, depth: int = 0) -> Iterator[str]:
    item = placed.item
    if isinstance(item, Node):
        yield from _node(outline, item, placed, x, y, scale)
        return
    if item.id:
        yield from _frame(item, placed, x, y, f"box {'odd' if depth % 2 else 'even'}")
    if placed.lines:
        yield f'<g transform="translate({pixels(x)} {pixels(y)})">\n'
        for line in placed.lines:
            tip = ' marker-end="url(#tip)"' if line.arrow else ""
            yield f'<path class="line" d="{line.path}"{tip}/>\n'
        yield "</g>\n"
    for left, top, one in placed.inside:
        yield from _drawn(outline, one, x + left, y + top, scale, depth + 1)


def _frame(box: Box, placed: Placed, x: float, y: float, kind: str) -> Iterator[str]:
    if box.times > 1:
        yield from _stacked(kind, placed, x, y)
    at, wide = f'x="{pixels(x)}" y="{pixels(y)}"', f'width="{pixels(placed.width)}"'
    full = f"<title>{_text(box.name or box.label)}</title>"
    yield f'<rect class="{kind}" {at} {wide} height="{pixels(placed.height)}" rx="5">{full}</rect>\n'
    yield f'<rect class="bar" {at} {wide} height="{BAR}" rx="5"/>\n'
    yield f'<text class="title" x="{pixels(x + 9)}" y="{pixels(y + 14.5)}">{_text(words.title(box))}</text>\n'


def _stacked(kind: str, placed: Placed, x: float, y: float) -> Iterator[str]:
    """The copies behind a folded thing."""
    for by in (2 * STACKED, STACKED):
        yield (
            f'<rect class="{kind}" x="{pixels(x + by)}" y="{pixels(y + by)}" width="{pixels(placed.width)}" '
            f'height="{pixels(placed.height)}" rx="5"/>\n'
        )


def _node(outline: Outline, node: Node, placed: Placed, x: float, y: float, scale: Scale | None) -> Iterator[str]:
    kind = "scope" if node.scope else "node"
    if outline.last(node)[0] is None:
        kind = "input"
    if node.times > 1:
        yield from _stacked(kind, placed, x, y)
    color = scale.color(node.id) if scale is not None else None
    fill = f' style="fill:{color}"' if color else ""
    on = "" if scale is None or color is None else " on-dark" if scale.dark(node.id) else " on-light"
    yield (
        f'<rect class="{kind}"{fill} x="{pixels(x)}" y="{pixels(y)}" width="{pixels(placed.width)}" '
        f'height="{pixels(placed.height)}" rx="5"><title>{_text(node.name)}</title></rect>\n'
    )
    middle, top = pixels(x + placed.width / 2), y + LINE
    for at, line in enumerate((words.title(node), *words.lines(outline, node))):
        kind = "soft" if at else "title"
        down = pixels(top + at * LINE)
        yield f'<text class="{kind}{on}" x="{middle}" y="{down}" text-anchor="middle">{_text(line)}</text>\n'
