"""Axes that are turned round: no layer, but where an operation works along them. What it does to them is then done to
the map as it lies, the other way round."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from rfcli.readers.tracing.maps import Atom, Dim, Layout, Map, is_batch

Shift = tuple[int, int, int]
"""First entry, end and step of a slice."""


def turned_axes(x: Map) -> set[int]:
    """The axes of a map that are turned round."""
    return {atom.role for atom in x.atoms if atom.turned and isinstance(atom.role, int)}


def turn(x: Map, axes: Collection[int]) -> Map:
    """A map with some of its axes turned round, or back."""
    return x.replaced(dims=tuple(tuple(_turn(atom, axes) for atom in dim) for dim in x.dims))


def _turn(atom: Atom, axes: Collection[int]) -> Atom:
    return atom.replaced(turned=not atom.turned, origin=None) if atom.role in axes else atom


def turned_along(x: Map, at: int) -> Map:
    """A map of which one dimension is turned round. Raises `Layout` where that is a part of an axis, or no axis."""
    dim = x.dims[at]
    inside = {atom.role for atom in dim}
    whole = all(isinstance(atom.role, int) and not atom.roll for atom in dim)
    alone = not any(atom.role in inside for number, one in enumerate(x.dims) if number != at for atom in one)
    if is_batch(dim) or not whole or not alone:
        raise Layout("part of an axis is turned round")
    return turn(x, {role for role in inside if isinstance(role, int)})


def is_turned(dim: Dim) -> bool:
    """Whether a dimension is the whole of an axis that is turned round."""
    return len(dim) == 1 and dim[0].turned and dim[0].step == 1


def mirrored(x: Map, made: Callable[[Map], Map]) -> Map | None:
    """What an operation makes of a map as it lies, turned as the map is; None where nothing is turned round. It is one
    that does the same from either end."""
    axes = turned_axes(x)
    return turn(made(turn(x, axes)), axes) if axes else None


def cut_from_the_end(n: int, cut: Shift) -> Shift:
    """The same entries of n, counted from the other end."""
    start, stop, step = cut
    last = range(n)[start:stop:step][-1]
    return n - 1 - last, n - start, step


def swapped(x: Map, sides: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is added before and after each dimension, the other way round along those that are turned."""
    return [both[::-1] if is_turned(dim) else both for dim, both in zip(x.dims, sides, strict=True)]
