"""Layers whose sizes do not fit, as problems for people."""

from __future__ import annotations

from fractions import Fraction

from rfcli.diagnostics import Mend, Said
from rfcli.geometry.axes import axis_names, listed
from rfcli.graph.accepted import Accepted, accepted, alike
from rfcli.graph.shortcuts import shortcut_said, stride_between
from rfcli.graph.sizes import AxisSizes, Misfits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfcli.description.architecture import Architecture
    from rfcli.description.nodes import Problems
    from rfcli.diagnostics import Span
    from rfcli.graph.sizes import SizeProblem
    from rfcli.graph.wiring import Wiring


RESIZABLE = ("RF302", "RF303", "RF305", "RF307")
"""Codes of layers that may fit at another input size."""
MOST_WORK = 300_000
"""Sizes of maps that are worked out along an axis for a help."""


def report(
    architecture: Architecture,
    wiring: Wiring,
    order: list[int],
    axes: list[AxisSizes | Misfits],
    problems: Problems,
) -> set[Span]:
    """Adds the size problems of all axes: one for each layer, where they are of one kind. The places of the residuals
    that are told to have a layer in their shortcut."""
    letters = axis_names(architecture.axes)
    near = _nearest(architecture, wiring, wiring.sound(order), axes) if problems.helps else Said("")
    offered: set[Span] = set()
    grouped: dict[tuple[int, str, str], dict[int, SizeProblem]] = {}
    for axis, sizes in enumerate(axes):
        for problem in sizes.problems if isinstance(sizes, Misfits) else ():
            grouped.setdefault((problem.number, problem.code, problem.message), {})[axis] = problem
    for (number, code, message), where in grouped.items():
        layer = wiring.layers[number]
        assert layer is not None, "inputs have their sizes"
        problem = next(iter(where.values()))
        if len(where) < architecture.axes:
            message += f" along {listed(letters[axis] for axis in where)}"
        message += _met(wiring, number, where, axes)
        help, mend = problem.help, None
        if problem.tried and len(architecture.inputs) > 1:
            help = "give the sizes of all inputs: one that is unknown is tried at large sizes only"
        elif problem.tried:
            message += f" (with an input of {problem.tried}; no large input size fits)"
        entry = architecture.entries[number - len(architecture.inputs)]
        strides = [_stride(where.get(axis)) for axis in range(architecture.axes)]
        if code in ("RF302", "RF303") and all(strides) and max(strides) > 1:
            said = shortcut_said(entry, wiring, number, strides)
            if said is not None:
                help, mend = f"{said.text}; or {help}", said.mend
                offered.add(entry.node.span)
        if near.text and code in RESIZABLE:
            help, mend = f"{help}; {near.text}" if help else near.text, mend or near.mend
        problems.add(entry.node, code, f"{layer.type} '{wiring.labels[number]}': {message}", Said(help, mend))
    return offered


def _stride(problem: SizeProblem | None) -> int:
    """By how much the body of a residual strides along an axis, 0 where no stride makes its size of the shortcut's."""
    if problem is None:
        return 1
    if len(problem.sizes) == 2:
        return stride_between(problem.sizes[1], problem.sizes[0]) or 0
    if len(problem.strides) == 2 and None not in problem.strides:
        ratio = Fraction(problem.strides[0] or 0) / Fraction(problem.strides[1] or 1)
        return ratio.numerator if ratio.denominator == 1 else 0
    return 0


def _nearest(architecture: Architecture, wiring: Wiring, order: list[int], axes: list[AxisSizes | Misfits]) -> Said:
    """Which input sizes fit near those that do not, for people; nothing where there is none."""
    near: dict[str, dict[int, None]] = {}
    sizes_near: dict[int, tuple[int, ...]] = {}
    few = False
    for axis, sizes in enumerate(axes):
        given = tuple(one.size[axis] for one in architecture.inputs)
        for size, group in alike(given).items() if isinstance(sizes, Misfits) else ():
            found = accepted(axis, wiring, order, group, given, most=MOST_WORK)
            if not isinstance(found, Accepted) or _tiny(found, size):
                continue
            sizes_near[axis] = nearest = () if size is None else next_to(found, size)
            if size is None and found.period is None:
                few, said = True, f"only {spans(found.residues)}"
            else:
                said = " and ".join(map(str, nearest))
            if said:
                names = " and ".join(f"'{architecture.inputs[one].name}'" for one in group)
                said += f" for {names}" if len(group) < len(given) else ""
                near.setdefault(said, {})[axis] = None
    if not near:
        return Said("")
    letters = axis_names(architecture.axes)
    parts = "; ".join(f"{said} along {listed(letters[axis] for axis in where)}" for said, where in near.items())
    if few:
        return Said(f"input sizes that fit: {parts}")
    one = len(near) == 1 and all(len(found) == 1 for found in sizes_near.values())
    return Said(
        f"the nearest input size{' that fits' if one else 's that fit'}: {parts}", _resized(architecture, sizes_near)
    )


def _resized(architecture: Architecture, near: Mapping[int, tuple[int, ...]]) -> Mend | None:
    """The mend that gives the only input other sizes: the smaller ones of all axes, or the larger ones."""
    if len(architecture.inputs) > 1:
        return None
    sizes = [near.get(axis, () if size is None else (size,)) for axis, size in enumerate(architecture.inputs[0].size)]
    if not all(sizes):
        return None
    ways = ("x".join(str(one[end]) for one in sizes) for end in (0, -1))
    return Mend("input", tuple(dict.fromkeys(ways)))


def _tiny(found: Accepted, size: int | None) -> bool:
    """Whether none fits, or only such as are far too small to be meant."""
    return found.period is None and (not found.residues or 4 * found.residues[-1] < (size or 8))


def next_to(found: Accepted, size: int) -> tuple[int, ...]:
    """The sizes that fit next to one that does not."""
    return tuple(n for n in (found.below(size), found.above(size)) if n is not None)


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


def spans(numbers: Sequence[int]) -> str:
    """Sorted numbers for people, those that follow each other as one span."""
    starts = [at for at, n in enumerate(numbers) if not at or numbers[at - 1] != n - 1]
    ends = [start - 1 for start in (*starts, len(numbers))][1:]
    pairs = ((numbers[start], numbers[end]) for start, end in zip(starts, ends, strict=True))
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in pairs)
