"""Reports as rows: for data frames, and as the table that a notebook shows."""

from __future__ import annotations

from rfcli.engine import plain
from rfcli.geometry.axes import axis_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any  # numbers, and lists of them, as the JSON has them

    from rfcli.engine.report import Report

    Row = dict[str, object]

PER_AXIS = ("output_size", *plain.LENGTHS, "extent")
"""What has a number for each axis."""
FLAGS = ("aligned", "uniform", "global")
LISTS = ("through", "notes")
COST = ("channels", "params", "macs", "flops", "cumulative_params", "cumulative_macs", "cumulative_flops")

SHOWN = ("layer", "type", "output_size", "size", "stride", "padding", "center")
"""Columns of a notebook's table."""
MOST_SHOWN = 60
"""Layers that a notebook's table has; of more, the first and the last."""


def rows(report: Report) -> list[Row]:
    """A row for each layer, all with the same keys: text, numbers, None for what is unknown or absent.

    What has a number for each axis is one key where the axes of all layers agree, else one for each: size_h, size_w.
    """
    letters = axis_names(len(report.graph.axes))
    wide: list[tuple[Row, dict[str, Any]]] = []
    for layer in report.layers:
        found, field = plain.layer(layer), plain.field(layer.receptive_field) or {}
        row: Row = {"layer": layer.name, "type": layer.type, "inputs": " ".join(layer.inputs)}
        row |= {key: found[key] for key in COST}
        row |= {key: field.get(key) for key in FLAGS}
        for key in LISTS:
            said: Any = field.get(key) or ()
            row[key] = "; ".join(said)
        wide.append((row, {"output_size": found["output_size"], **{key: field.get(key) for key in PER_AXIS[1:]}}))
    made: list[Row] = [{} for _ in wide]
    for key in PER_AXIS:
        values = [along[key] for _, along in wide]
        if key == "extent" and not any(values):
            continue
        apart = any(value and len(set(value)) > 1 for value in values)
        for row, value in zip(made, values, strict=True):
            of_axes = value or (None,) * len(letters)
            row |= {f"{key}_{letter}": one for letter, one in zip(letters, of_axes, strict=True)} if apart else {}
            row |= {} if apart else {key: of_axes[0]}
    return [_ordered({**row, **numbers}) for (row, _), numbers in zip(wide, made, strict=True)]


def _ordered(row: Row) -> Row:
    """The keys in the order of tables: what a layer is, what it sees, what it costs, and why."""
    ranks = ("layer", "type", "inputs", *PER_AXIS, "aligned", "uniform", "global", "through", *COST, "notes")
    return {key: row[key] for rank in ranks for key in row if key == rank or (key[:-2] == rank and rank in PER_AXIS)}


def html(report: Report) -> str:
    """A report as a table of HTML."""
    from html import escape

    found = rows(report)
    keys = [key for name in SHOWN for key in (found[0] if found else ()) if key == name or key[:-2] == name]
    half = MOST_SHOWN // 2
    cut = len(found) > MOST_SHOWN
    shown = [*found[:half], *found[-half:]] if cut else found
    head = f"{report.name}: receptive fields from {report.origin}, in samples"
    lines = [f"<table><caption>{escape(head)}</caption>"]
    lines.append("<thead><tr>" + "".join(f"<th>{escape(key)}</th>" for key in keys) + "</tr></thead><tbody>")
    for number, row in enumerate(shown):
        if cut and number == half:
            lines.append(f'<tr><td colspan="{len(keys)}">… {len(found) - MOST_SHOWN} more layers</td></tr>')
        lines.append("<tr>" + "".join(f"<td>{escape(_said(row[key]))}</td>" for key in keys) + "</tr>")
    return "\n".join([*lines, "</tbody></table>"])


def _said(value: object) -> str:
    """A value of a cell; empty where it is unknown."""
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
