"""Measurements beside what the engine says: what `rf verify` prints as records."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.engine.plain import SCHEMA_VERSION, number
from rfcli.geometry.axes import axis_names
from rfcli.render import records
from rfcli.render.columns import Column
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.report import Report
    from rfcli.measuring.verify import Verified
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style


class Measured(Value):
    """A network, with respect to an origin, and its layers as they were measured."""

    report: Report
    layers: Sequence[Verified]

    @property
    def letters(self) -> Sequence[str]:
        """Names of the axes."""
        return axis_names(len(self.report.graph.axes))


COLUMNS = (
    Column("network", "name of the network", lambda row: row[0].report.name, text=True),
    Column("origin", "what fields are measured in", lambda row: row[0].report.origin, text=True),
    Column("layer", "layer", lambda row: row[1].layer, text=True),
    Column("axis", "axis", lambda row: row[0].letters[row[1].axis], text=True),
    Column("outputs", "outputs that were measured", lambda row: len(row[1].outputs)),
    Column("size", "largest measured region inside the input", lambda row: row[1].size, "samples"),
    Column("agrees", "the engine is right", lambda row: row[1].agrees),
    Column("why", "what is wrong", lambda row: said(row[1]), text=True),
)


def render(measured: Sequence[Measured], format: str, style: Style) -> Answer:
    """A row for each layer along each axis that was measured."""
    rows = [(one, layer) for one in measured for layer in one.layers]
    data = {"schema_version": SCHEMA_VERSION, "networks": [_data(one) for one in measured]}
    return records.render(format, rows, COLUMNS, data, style, optional=("origin", "network", "outputs"))


def said(one: Verified) -> str:
    """What is wrong with one layer; nothing where it agrees."""
    if one.agrees:
        return ""
    if one.broken:
        return one.broken
    if one.measured != one.expected:
        return f"outputs {one.outputs} read {one.measured}, the engine says {one.expected}"
    if one.differing:
        o, measured, expected = one.differing[0]
        return f"output {o} reads {measured}, the engine says {expected}"
    return f"its inputs' centers agree: {one.aligned}, the engine says {one.expected_aligned}"


def _data(one: Measured) -> dict[str, object]:
    return {
        "name": one.report.name,
        "source": one.report.source,
        "origin": one.report.origin,
        "agrees": all(layer.agrees for layer in one.layers),
        "layers": [
            {
                "layer": layer.layer,
                "axis": one.letters[layer.axis],
                "outputs": list(layer.outputs),
                "measured": [number(region) for region in layer.measured],
                "expected": [number(region) for region in layer.expected],
                "size": layer.size,
                "agrees": layer.agrees,
                "why": said(layer),
            }
            for layer in one.layers
        ],
    }
