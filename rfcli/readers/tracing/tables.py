"""Samples of axes by constant numbers: cuts, paddings and interpolations that are written as tables, and a few runs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from rfcli.geometry.borders import Border
from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.maps import Atom, Constant, Layout, Map
from rfcli.readers.tracing.resizing import OURS, POSITIONS, ROUNDINGS, Grid
from rfcli.readers.tracing.settling import settled
from rfcli.readers.tracing.tracer import Tracer

MOST_RUNS = 8
"""Runs of samples that are cut out one by one."""
MOST = 1 << 16
"""Samples that are picked."""


def picked(tracer: Tracer, name: str, x: Map, at: int, indices: Constant) -> Map | Constant:
    """Entries of a dimension by constant numbers. Raises `Layout`."""
    try:
        with tracer.attempt():
            return tracer.picked_by(name, x, at, indices)
    except Layout:
        numbers = [int(one) for one in indices.values or ()]
        made = _along_axis(tracer, name, x, at, numbers) if len(indices.shape) == 1 and numbers else None
        if made is None:
            raise
        return made


def picked_apart(tracer: Tracer, name: str, x: Map, at: int, tables: Sequence[Sequence[int]]) -> Map | Constant:
    """Entries of dimensions side by side, from one on, each by numbers of its own. Raises `Layout`."""
    made: Map | Constant = x
    for place, numbers in enumerate(tables):
        if isinstance(made, Map):
            one = Constant((len(numbers),), [*numbers], ())
            made = picked(tracer, name if place == len(tables) - 1 else f"{name}/{place + 1}", made, at + place, one)
    return made


def _along_axis(tracer: Tracer, name: str, x: Map, at: int, numbers: list[int]) -> Map | None:
    """The map that has some samples of an axis; None where no few layers make it."""
    axis, n = tracer.axis_in(x, at), x.shape[at]
    if axis is None or n is None or not all(-n <= one < n for one in numbers) or len(numbers) > MOST:
        return None
    numbers = [one % n for one in numbers]
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    if step > 0 and numbers == [*range(numbers[0], numbers[-1] + 1, step)]:
        made = tracer.cropped(name, x, at, numbers[0], numbers[-1] + 1, step)
        return made if isinstance(made, Map) else None
    for mode, before in (("replicate", numbers.count(0) - 1), ("reflect", numbers[0]), ("symmetric", numbers[0] + 1),
                         ("circular", n - numbers[0])):  # fmt: skip
        after = len(numbers) - n - before
        border = Border(mode, n, before, after) if min(before, after) >= 0 else None
        if border is not None and numbers == [border.sample(one - before) for one in range(len(numbers))]:
            sides = [(before, after) if one == at else (0, 0) for one in range(len(x.dims))]
            return tracer.padded(name, x, sides, mode)
    coordinates = next((ours for ours in OURS if numbers == _nearest(ours, len(numbers), n)), None)
    sizes = {atom.role: atom.size for atom in x.atoms}
    if coordinates is not None and None not in (target := tracer.row({**sizes, axis: len(numbers)})):
        layer = tracer.draft.add(name, "resize", [x.layer], size=target, coordinates=coordinates)
        return x.with_dim(at, tuple(atom.replaced(size=len(numbers), origin=None) for atom in x.dims[at])).replaced(
            layer=layer
        )
    return _in_runs(tracer, name, x, (at, axis), numbers)


def _nearest(coordinates: str, count: int, n: int) -> list[int]:
    """The samples that a resize of so many to a count reads."""
    scale, rounding = Fraction(count, n), ROUNDINGS[OURS[coordinates]]
    grid = Grid(scale, count, n)
    return [min(max(rounding(POSITIONS[coordinates](o, scale, grid)), 0), n - 1) for o in range(count)]


def _in_runs(tracer: Tracer, name: str, x: Map, place: tuple[int, int], numbers: Sequence[int]) -> Map | None:
    """A map of a few runs of samples of a dimension, which is some axis, in any order."""
    at, axis = place
    ends = [place for place, (one, then) in enumerate(pairwise(numbers), 1) if then != one + 1]
    if len(ends) >= MOST_RUNS:
        return None
    parts = []
    for number, (first, last) in enumerate(pairwise([0, *ends, len(numbers)]), 1):
        part = tracer.cropped(f"{name}/run_{number}", x, at, numbers[first], numbers[last - 1] + 1, 1)
        if isinstance(part, Map):
            parts.append(part.with_dim(at, (Atom(axis, last - first),)))
    found = settled(tracer, name, Joined(tuple(parts), at))
    return found if isinstance(found, Map) else None
