"""A network as a diagram: its layers in boxes of scopes, each with its receptive field.

`FORMATS` has a module for each format, whose `render(outline, by)` yields text; `by` is a number of `shades.BY` that
nodes are colored by, or None.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.report import Report

FORMATS = {
    "mermaid": "rfcli.render.diagram.mermaid",
    "dot": "rfcli.render.diagram.dot",
    "svg": "rfcli.render.diagram.svg",
    "json": "rfcli.render.diagram.json_",
}
COLORS = ("size", "stride", "params", "macs")
"""What nodes may be colored by."""


def diagram(report: Report, format: str, depth: int | None, by: str | None) -> str:
    """The diagram of a report in one of `FORMATS`; scopes deeper than `depth` are nodes."""
    from rfcli.render.diagram.outline import outlined

    return "".join(import_module(FORMATS[format]).render(outlined(report, depth), by))
