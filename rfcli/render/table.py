"""A table for people, with the reasons for what is missing below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render.columns import TABLE, grid
from rfcli.render.grid import table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View

MAX_NOTES = 8
"""Different notes below a table; the data formats have all."""

_OPTIONAL = ("center", "type", "output_size", "padding")
"""Columns that a narrow terminal goes without, first to last."""


_COSTS = {"channels", "params", "macs", "flops"}
"""Columns whose notes begin with their names; all are of interest where one of them is shown."""
_CUMULATIVE = {"cumulative"}
"""What the notes of `cumulative_params` and its like begin with."""


def render(views: Sequence[View], style: Style) -> Iterator[str]:
    """The table of all views, then the notes."""
    names = list(style.columns or TABLE)
    return table(
        grid(views, names, style.several, exact=True, units=style.units), style, _notes(views, names, style), _OPTIONAL
    )


def _notes(views: Sequence[View], names: Sequence[str], style: Style) -> list[str]:
    """The layers' notes, equal ones together, as far as they speak of what is shown."""
    shown: dict[str, list[str]] = {}
    words = {name.partition("_")[0] for name in names}
    hidden = (set[str]() if words & _COSTS else _COSTS) | (_CUMULATIVE - words)
    for view in views:
        prefix = f"{view.report.name} " if style.several else ""
        for layer in view.layers:
            for note in layer.receptive_field.notes if layer.receptive_field is not None else ():
                if note.partition(":")[0] not in hidden:
                    shown.setdefault(note, []).append(prefix + layer.name)
    found = []
    for note, layers in list(shown.items())[:MAX_NOTES]:
        more = f" and {len(layers) - 1} more" if len(layers) > 1 else ""
        found.append(f"{layers[0]}{more}: {note}")
    if len(shown) > MAX_NOTES:
        found.append(f"{len(shown) - MAX_NOTES} more notes; -f json has all")
    for report in (view.report for view in views if "params" in names and view.report.unused_params):
        found.append(f"{report.name}: {report.unused_params} further parameters are used by no layer")
    return found
