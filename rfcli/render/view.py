"""What of a report is shown: all layers, some by name, the outputs, or scopes folded."""

from __future__ import annotations

from rfcli.engine.costs import summed
from rfcli.graph.names import is_glob
from rfcli.render.several import in_common
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence, Set

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
    units: bool = False
    """Whether lengths are in the unit of the input's spacing."""
    wide: bool = False
    """Whether what has a value an axis has a column an axis, of plain numbers."""
    by_layer: bool = False
    """Whether each layer is a record of its own, where networks are otherwise."""
    widen: str = "widen it, or choose a data format"
    """What helps where columns do not fit."""


def selected(report: Report, patterns: Sequence[str], outputs: bool, depth: int | None) -> tuple[View, list[str]]:
    """The view of a report, and the patterns that matched nothing.

    A layer that is asked for by name, scope or glob carries the name as asked, and stands once however often it is
    asked for; outputs are the report's outputs. `depth`, at least 1, folds deeper scopes into one row of type "scope"
    each, with the costs of all their layers; what is asked for by name is not folded.
    """
    layers = report.layers
    missed: list[str] = []
    if patterns:
        by_name: dict[str, LayerReport] = {}
        for pattern in patterns:
            found = _named(report, pattern)
            if not found:
                missed.append(pattern)
            for layer in found:
                by_name.setdefault(layer.name, layer)
        layers = list(by_name.values())
    if outputs:
        names = set(report.outputs)
        own = {layer.name: layer for layer in report.layers}
        layers = (
            [own[n] for n in report.outputs if n in own] if not patterns else [x for x in layers if x.name in names]
        )
    if depth is not None:
        layers = _folded(report, layers, depth, {pattern for pattern in patterns if not is_glob(pattern)})
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


def _folded(report: Report, layers: list[LayerReport], depth: int, asked: Set[str]) -> list[LayerReport]:
    inside: dict[str, list[LayerReport]] = {}
    for layer in report.layers:
        inside.setdefault(_row(layer.name, depth), []).append(layer)
    read = _read_outside(report, depth)
    rows: dict[str, LayerReport] = {}
    for layer in layers:
        name = _row(layer.name, depth)
        if layer.name in asked:
            rows.setdefault(layer.name, layer)
        elif name == layer.name:
            rows.setdefault(name, layer.replaced(inputs=_read(name, [layer], depth)))
        elif name not in rows:
            rows[name] = _scope(report, name, inside[name], depth, read)
    return list(rows.values())


def _read_outside(report: Report, depth: int) -> Set[str]:
    """Layers that something outside of their row reads, and the outputs of the network."""
    found = set(report.outputs)
    for layer in report.layers:
        row = _row(layer.name, depth)
        found.update(source for source in layer.inputs if _row(source, depth) != row)
    return found


def _scope(report: Report, name: str, inside: list[LayerReport], depth: int, read: Set[str]) -> LayerReport:
    """A scope as one row: what it reads and costs in all, and the field of its output; of several outputs what they
    have in common."""
    outputs = [layer for layer in inside if layer.name in read]
    try:
        last = report.layer(name)
    except KeyError:
        last = inside[-1]
    if len(outputs) > 1:
        last = in_common(outputs, last)
    cost = summed(layer.cost for layer in inside)
    return last.replaced(name=name, type="scope", inputs=_read(name, inside, depth), cost=cost)


def _read(name: str, inside: list[LayerReport], depth: int) -> tuple[str, ...]:
    """The other rows that the layers of a row read, each once."""
    rows = dict.fromkeys(_row(source, depth) for layer in inside for source in layer.inputs)
    return tuple(row for row in rows if row != name)


def _row(name: str, depth: int) -> str:
    """The name of the row that a layer is folded into: its own, or that of its scope at that depth."""
    return "/".join(name.split("/", depth)[:depth])
