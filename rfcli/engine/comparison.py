"""Networks side by side: what the main map of each sees, what it costs, and how field and accuracy go together."""

from __future__ import annotations

from rfcli.engine.costs import Cost
from rfcli.geometry.unknown import Unknown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.description.nodes import Plain
    from rfcli.engine.report import LayerReport, Number, Report


class Summary(Value):
    """A network and one of its layers; `cost` is the whole network's, `cost_to_layer` that of all the layer needs."""

    name: str
    source: str
    about: dict[str, Plain]
    input_size: tuple[int | None, ...]
    layer: LayerReport | None
    cost: Cost
    cost_to_layer: Cost

    @property
    def top1(self) -> float | None:
        """Published top-1 accuracy, a fraction."""
        found = self.about.get("accuracy", {}).get("top1")
        return None if found is None else float(found)

    @property
    def size(self) -> tuple[Number, ...]:
        """Receptive-field size of the layer, per axis."""
        field = None if self.layer is None else self.layer.receptive_field
        return () if field is None else field.size

    @property
    def size_per_gflop(self) -> tuple[float | None, ...]:
        """Field size in samples for each 10^9 operations that the layer needs, per axis."""
        flops = self.cost_to_layer.flops
        if not isinstance(flops, int) or not flops:
            return (None,) * len(self.size)
        return tuple(
            None if size is None or isinstance(size, Unknown) else float(size) * 1e9 / flops for size in self.size
        )


def summary(report: Report, layer: LayerReport | None = None) -> Summary:
    """What is compared of a network; `layer` defaults to its main map."""
    layer = layer or main_map(report)
    architecture = report.graph.architecture
    cost_to_layer = Cost()
    if layer is not None:
        cost_to_layer = layer.cumulative
    return Summary(
        report.name, report.source, architecture.about, architecture.inputs[0].size, layer, report.total, cost_to_layer
    )


def main_map(report: Report) -> LayerReport | None:
    """The last layer with a local field along every axis whose map is larger than one sample.

    Classifiers come after it: what follows a global pooling has no local field, and a convolution as large as the map
    leaves one sample.
    """
    local = [
        layer for layer in report.layers if layer.receptive_field is not None and None not in layer.receptive_field.size
    ]
    maps = [layer for layer in local if any(n != 1 for n in layer.output_size)]
    found = maps or local
    return found[-1] if found else None


class Fit(Value):
    """accuracy = intercept + slope * ln(size), by least squares over `networks`."""

    intercept: float
    slope: float
    r_squared: float
    networks: tuple[str, ...]


FEWEST = 3
"""Networks that a fit needs: a line goes through any two."""


def fit(summaries: Sequence[Summary]) -> Fit | None:
    """Top-1 accuracy against the logarithm of the field size (largest axis), as Araujo et al. (2019) relate them.

    None where fewer than three networks have both, or all have the same size.
    """
    points = []
    for one in {one.source: one for one in summaries}.values():
        sizes = [size for size in one.size if isinstance(size, int) and size > 0]
        if one.top1 is not None and sizes and len(sizes) == len(one.size):
            points.append((max(sizes), one.top1, one.name))
    return line(points)


def line(points: Sequence[tuple[int, float, str]]) -> Fit | None:
    """The fit of sizes and accuracies of networks, each with its name. None for fewer than three, or of one size."""
    if len(points) < FEWEST or len({size for size, _, _ in points}) == 1:
        return None
    from math import log
    from statistics import StatisticsError, correlation, linear_regression

    logs = [log(size) for size, _, _ in points]
    accuracies = [accuracy for _, accuracy, _ in points]
    slope, intercept = linear_regression(logs, accuracies)
    try:
        r_squared = correlation(logs, accuracies) ** 2
    except StatisticsError:  # one accuracy for all: the line says all there is
        r_squared = 1.0
    return Fit(intercept, slope, r_squared, tuple(name for _, _, name in points))
