"""What is asked for a picture: a report of a network, and a layer of it."""

from __future__ import annotations

from rfcli.geometry.axes import axis_names
from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.api import Network
    from rfcli.engine.report import Report


def reported(report: Report | Network) -> Report:
    """A report, computed where it is a network. Raises what `rfcli.compute` raises."""
    from rfcli.api import compute
    from rfcli.engine.report import Report

    return report if isinstance(report, Report) else compute(report)


def main(report: Report, layer: str | None) -> str:
    """A layer that there is: the main one where none is named. Raises `CallError`."""
    from rfcli.api import main_layer

    if layer is None:
        return main_layer(report)
    report.layer(layer)
    return layer


def input_sizes(report: Report) -> tuple[int | None, ...]:
    """The size of the origin's map along each axis; None where it is not known."""
    sizes = report.graph.sizes[report.sight.origin]
    return tuple([None if isinstance(n, Unknown) else n for n in sizes])


def alike(report: Report) -> list[tuple[int, str]]:
    """Axes that differ: the first of each that are alike, and the letters of all of these."""
    letters = axis_names(len(report.graph.axes))
    return [(same[0], "".join(letters[axis] for axis in same)) for same in report.graph.alike]


def times(sizes: tuple[object, ...]) -> str:
    """Sizes along the axes as one word: 224x224, 64 where there is one."""
    return "x".join("?" if n is None or isinstance(n, Unknown) else str(n) for n in sizes)
