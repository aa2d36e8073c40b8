"""Reports as plain data: what the JSON formats print."""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.report import LayerReport, ReceptiveField, Report
    from rfcli.geometry.units import Spacing

SCHEMA_VERSION = 1

LENGTHS = ("size", "stride", "padding", "center", "lookback", "lookahead")
"""Numbers of a field that are lengths along each axis, in samples."""


def number(value: object) -> object:
    """A JSON value: integers as integers, other fractions as numbers, null for what is unknown or absent."""
    if type(value) is int or value is None or type(value) is bool or type(value) is str:
        return value
    if isinstance(value, Unknown):
        return None
    if isinstance(value, tuple):
        return [number(one) for one in value]
    return float(value)  # type: ignore[arg-type]


def network(report: Report) -> dict[str, object]:
    """One element of `networks`."""
    return {**head(report), "layers": [layer(one) for one in report.layers], **tail(report)}


def head(report: Report) -> dict[str, object]:
    """What stands before a network's layers."""
    inputs = [
        {"name": one.name, "size": list(one.size), "channels": one.channels, **_spacing(one.spacing)}
        for one in report.graph.architecture.inputs
    ]
    found: dict[str, object] = {"name": report.name, "source": report.source}
    if len(inputs) == 1:
        return {**found, "input": inputs[0]}
    return {**found, "inputs": {one["name"]: {k: v for k, v in one.items() if k != "name"} for one in inputs}}


def _spacing(spacing: Spacing | None) -> dict[str, object]:
    """How far apart samples are, where that is stated."""
    return {} if spacing is None else {"spacing": number(spacing.steps), "unit": spacing.unit}


def tail(report: Report) -> dict[str, object]:
    """What stands after a network's layers."""
    graph = report.graph
    scopes = {}
    for path in graph.architecture.scopes:
        target = graph.names.number(path)
        if target is not None:
            scopes[path] = graph.labels[target]
    total = report.total
    return {
        "scopes": scopes,
        "outputs": list(report.outputs),
        "totals": {"params": number(total.params), "macs": number(total.macs), "flops": number(total.flops)},
        **({"unused_params": report.unused_params} if report.unused_params else {}),
    }


def layer(report: LayerReport) -> dict[str, object]:
    """One element of `layers`."""
    cost, upto = report.cost, report.cumulative
    found = {
        "name": report.name,
        "type": report.type,
        "inputs": list(report.inputs),
        "output_size": [number(n) for n in report.output_size],
        "channels": number(report.channels),
        "params": number(cost.params),
        "macs": number(cost.macs),
        "flops": number(cost.flops),
        "cumulative_params": number(upto.params),
        "cumulative_macs": number(upto.macs),
        "cumulative_flops": number(upto.flops),
        "receptive_field": field(report.receptive_field),
    }
    if report.receptive_fields is not None:
        found["receptive_fields"] = {name: field(one) for name, one in report.receptive_fields.items()}
    return found


def field(report: ReceptiveField | None) -> dict[str, object] | None:
    """A receptive field; null where the origin does not reach."""
    if report is None:
        return None
    found: dict[str, object] = {
        "size": [number(value) for value in report.size],
        "stride": [number(value) for value in report.stride],
        "padding": [number(value) for value in report.padding],
        "center": [number(value) for value in report.center],
        "lookback": [number(value) for value in report.lookback],
        "lookahead": [number(value) for value in report.lookahead],
        "aligned": number(report.aligned),
        "uniform": number(report.uniform),
        "phase_sizes": [number(value) for value in report.phase_sizes],
        "global": report.globally,
        "unbounded": list(report.unbounded),
        "through": list(report.through),
        "notes": list(report.notes),
    }
    return found if report.extent is None else {**found, "extent": number(report.extent)}
