"""The color of a node by a number, light for small and dark for large, so that it holds in grey and for everyone."""

from __future__ import annotations

from math import log, prod

from rfcli.geometry.unknown import Unknown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from rfcli.engine.report import LayerReport
    from rfcli.render.diagram.outline import Node, Outline

STOPS = ((255, 246, 214), (247, 211, 130), (222, 150, 87), (164, 86, 92), (84, 47, 98))
"""Red, green and blue from the least to the most, each darker than the one before."""


def _mean(values: Sequence[int | Fraction | Unknown | None]) -> float | None:
    """The geometric mean over the axes; None where one is not known."""
    known = [float(value) for value in values if value is not None and not isinstance(value, Unknown)]
    return prod(known) ** (1 / len(known)) if known and len(known) == len(values) else None


def _field(name: str) -> Callable[[LayerReport], float | None]:
    def of_layer(layer: LayerReport) -> float | None:
        field = layer.receptive_field
        return None if field is None else _mean(getattr(field, name))

    return of_layer


BY: dict[str, Callable[[LayerReport], float | None] | str] = {
    "size": _field("size"),
    "stride": _field("stride"),
    "params": "params",
    "macs": "macs",
}
"""What nodes may be colored by: a number of what comes out of them, or a cost of all their layers."""


class Scale(Value):
    """The numbers of all nodes that have one, and how they turn into colors: by their logarithm."""

    by: str
    values: dict[int, float]
    least: float
    most: float

    def part(self, node: int) -> float | None:
        """From 0 for the least to 1 for the most; None where there is no number."""
        value = self.values.get(node)
        if value is None:
            return None
        low, high = log(max(self.least, 1e-9)), log(max(self.most, 1e-9))
        return (log(max(value, 1e-9)) - low) / (high - low) if high > low else 0.0

    def color(self, node: int) -> str | None:
        """The color of a node; None where it has no number."""
        part = self.part(node)
        return None if part is None else shade(part)

    def dark(self, node: int) -> bool:
        """Whether its text is to be light."""
        return (self.part(node) or 0.0) > 0.55


def shade(part: float) -> str:
    """The color from 0 to 1, as #rrggbb."""
    at = min(max(part, 0.0), 1.0) * (len(STOPS) - 1)
    low = min(int(at), len(STOPS) - 2)
    mixed = (round(a + (b - a) * (at - low)) for a, b in zip(STOPS[low], STOPS[low + 1], strict=True))
    return "#" + "".join(f"{one:02x}" for one in mixed)


def scale(outline: Outline, by: str) -> Scale:
    """The scale of a number, one of `BY`."""
    found = {}
    for node in outline.nodes:
        value = _value(outline, node, by)
        if value is not None:
            found[node.id] = value
    positive = [value for value in found.values() if value > 0]
    return Scale(
        by, {at: v for at, v in found.items() if v > 0}, min(positive, default=1.0), max(positive, default=1.0)
    )


def _value(outline: Outline, node: Node, by: str) -> float | None:
    of = BY[by]
    if not isinstance(of, str):
        values = [None if layer is None else of(layer) for layer in outline.last(node)]
        return values[-1]
    first = len(outline.report.graph.inputs)
    costs = [getattr(outline.report.layers[n - first].cost, of) for copy in node.copies for n in copy if n >= first]
    return None if not costs or any(isinstance(cost, Unknown) or cost is None for cost in costs) else float(sum(costs))
