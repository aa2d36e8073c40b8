"""What is asked of a report for a picture: a layer, sizes, axes."""

from __future__ import annotations

from rfcli.geometry.axes import axis_names
from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.report import Report


def main(report: Report, layer: str | None) -> str:
    """A layer that there is: the main one where none is named. Raises `CallError`."""
    from rfcli.api.answers import main_layer

    if layer is None:
        return main_layer(report)
    report.layer(layer)
    return layer


def names(layer: object) -> list[str | None]:
    """The layers that are asked for by a name, or by several; None is the main one. Raises `TypeError`."""
    from rfcli import arguments

    if layer is None or isinstance(layer, str):
        return [layer]
    return list(arguments.texts(layer, "layer")) or [None]


def input_sizes(report: Report) -> tuple[int | None, ...]:
    """The size of the origin's map along each axis; None where it is not known."""
    sizes = report.graph.sizes[report.sight.origin]
    return tuple([None if isinstance(n, Unknown) else n for n in sizes])


def alike(report: Report) -> list[tuple[int, str]]:
    """Axes that differ: the first of each that are alike, and the letters of all of these."""
    letters = axis_names(len(report.graph.axes))
    return [(same[0], "".join(letters[axis] for axis in same)) for same in report.graph.alike]
