"""The bundled networks with their main figures."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rfcli.api import compute, load
from rfcli.render.columns import cell
from rfcli.render.data import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rfcli.engine.report import LayerReport, Report


def render(networks: dict[str, str], format: str) -> Iterator[str]:
    """A table or JSON of networks, name -> path."""
    rows = []
    for name in networks:
        architecture = load(name)
        rows.append(_row(compute(architecture), architecture.about))
    if format == "json":
        yield json.dumps({"schema_version": 1, "networks": rows}, indent=1) + "\n"
        return
    from tabulate import tabulate

    header = ["name", "family", "year", "input", "field", "stride", "params", "gflops"]
    cells = [[_text(row, name) for name in header] for row in rows]
    align = ["left", "left", *["right"] * 6]
    text = tabulate(cells, header, tablefmt="simple", disable_numparse=True, colalign=align)
    yield "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _row(report: Report, about: dict[str, Any]) -> dict[str, Any]:
    deepest = _deepest(report)
    field = None if deepest is None else deepest.receptive_field
    flops = number(report.total.flops)
    return {
        "name": report.name,
        "family": about.get("family"),
        "year": about.get("year"),
        "reference": about.get("reference"),
        "accuracy": about.get("accuracy"),
        "input": list(report.graph.architecture.inputs[0].size),
        "field": None if field is None else number(field.size),
        "stride": None if field is None else number(field.stride),
        "params": number(report.total.params),
        "gflops": None if flops is None else round(flops / 1e9, 3),
    }


def _deepest(report: Report) -> LayerReport | None:
    """The last layer with a local field along every axis."""
    for layer in reversed(report.layers):
        if layer.receptive_field is not None and None not in layer.receptive_field.size:
            return layer
    return None


def _text(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if isinstance(value, float) and name == "gflops":
        return f"{value:.3f}"
    return cell(tuple(value), exact=True) if isinstance(value, list) else "" if value is None else str(value)
