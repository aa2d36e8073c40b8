"""What of a report is shown: all layers, some by name, the outputs, or scopes folded."""

from __future__ import annotations

from rfcli.engine.costs import summed
from rfcli.graph.names import is_glob
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.engine.report import LayerReport, Report


class View(Value):
    """A report and the layers of it that are shown."""

    report: Report
    layers: list[LayerReport]


class Style(Value):
    """How text is laid out: `width` of the terminal (None: as wide as it gets), whether to colour, which columns."""

    width: int | None = None
    color: bool = False
    columns: tuple[str, ...] = ()
    several: bool = False
    """Whether more than one network was asked for."""
    widen: str = "widen it, or choose with --columns"
    """What helps where columns do not fit."""


def selected(report: Report, patterns: Sequence[str], outputs: bool, depth: int | None) -> tuple[View, list[str]]:
    """The view of a report, and the patterns that matched nothing.

    A layer that is asked for by name, scope or glob carries the name as asked; outputs are the report's outputs;
    `depth` folds deeper scopes into one row of type "scope", with the sum of their costs.
    """
    layers = report.layers
    missed: list[str] = []
    if patterns:
        layers = []
        for pattern in patterns:
            found = _named(report, pattern)
            if not found:
                missed.append(pattern)
            layers.extend(found)
    if outputs:
        names = set(report.outputs)
        own = {layer.name: layer for layer in report.layers}
        layers = (
            [own[n] for n in report.outputs if n in own] if not patterns else [x for x in layers if x.name in names]
        )
    if depth is not None:
        layers = _folded(report, layers, depth)
    return View(report, layers), missed


def _named(report: Report, pattern: str) -> list[LayerReport]:
    names = report.graph.names
    paths = names.paths(pattern) if is_glob(pattern) else [pattern]
    found = []
    for path in paths:
        try:
            layer = report.layer(path)
        except KeyError:
            continue
        found.append(layer if layer.name == path else layer.replaced(name=path))
    return found


def _folded(report: Report, layers: list[LayerReport], depth: int) -> list[LayerReport]:
    rows: list[LayerReport] = []
    folds: dict[str, tuple[int, list[LayerReport]]] = {}
    for layer in layers:
        parts = layer.name.split("/")
        if len(parts) <= depth:
            rows.append(layer)
            continue
        scope = "/".join(parts[:depth])
        if scope not in folds:
            folds[scope] = (len(rows), [])
            rows.append(layer)
        folds[scope][1].append(layer)
    for scope, (at, inside) in folds.items():
        try:
            last = report.layer(scope)
        except KeyError:
            last = inside[-1]
        rows[at] = last.replaced(name=scope, type="scope", cost=summed(layer.cost for layer in inside))
    return rows
