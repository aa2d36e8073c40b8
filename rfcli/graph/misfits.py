"""Layers whose sizes do not fit, as problems for people."""

from __future__ import annotations

from rfcli.geometry.axes import axis_names
from rfcli.graph.sizes import AxisSizes, Misfits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture
    from rfcli.description.nodes import Problems
    from rfcli.graph.sizes import SizeProblem
    from rfcli.graph.wiring import Wiring


def report(architecture: Architecture, wiring: Wiring, axes: list[AxisSizes | Misfits], problems: Problems) -> None:
    """Adds the size problems of all axes: one for each layer, where they are of one kind."""
    letters = axis_names(architecture.axes)
    grouped: dict[tuple[int, str, str], dict[int, SizeProblem]] = {}
    for axis, found in enumerate(axes):
        for problem in found.problems if isinstance(found, Misfits) else ():
            grouped.setdefault((problem.number, problem.code, problem.message), {})[axis] = problem
    for (number, code, message), where in grouped.items():
        layer = wiring.layers[number]
        assert layer is not None, "inputs have their sizes"
        problem = next(iter(where.values()))
        if len(where) < architecture.axes:
            message += f" along {' and '.join(letters[axis] for axis in where)}"
        message += _met(wiring, number, where, axes)
        help = problem.help
        if problem.tried and len(architecture.inputs) > 1:
            help = "give the sizes of all inputs: one that is unknown is tried at large sizes only"
        elif problem.tried:
            message += f" (with an input of {problem.tried}; no large input size fits)"
        entry = architecture.entries[number - len(architecture.inputs)]
        problems.add(entry.node, code, f"{layer.type} '{wiring.labels[number]}': {message}", help)


def _met(wiring: Wiring, number: int, where: dict[int, SizeProblem], axes: list[AxisSizes | Misfits]) -> str:
    """What meets in a merge that does not fit: strides, or sizes."""
    problem = next(iter(where.values()))
    labels, sources = wiring.labels, wiring.sources[number]
    if problem.strides:
        met = zip(problem.strides, sources, strict=True)
        parts = [f"{stride} through '{labels[source]}'" for stride, source in met if stride is not None]
    elif problem.sizes:
        parts = []
        for at, source in enumerate(sources):
            shown = [_size(sizes, where.get(axis), at, source) for axis, sizes in enumerate(axes)]
            parts.append(f"{'x'.join(shown)} from '{labels[source]}'")
    else:
        return ""
    return ": " + ", ".join(parts)


def _size(axis: AxisSizes | Misfits, problem: SizeProblem | None, at: int, source: int) -> str:
    """Size of a merge's input along an axis, as far as it is known."""
    if problem is not None:
        return str(problem.sizes[at])
    known = axis.known[source] if isinstance(axis, AxisSizes) else None
    return str(known) if isinstance(known, int) else "?"
