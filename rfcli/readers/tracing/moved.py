"""Entries that are moved in steps that have no layout one by one, and lie at their own positions again in the end, as
logits of relative positions do (Shaw et al. 2018; Bello et al. 2019): padded, flattened, and cut at another width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from rfcli.readers.tracing.core import Core
from rfcli.readers.tracing.maps import CHANNELS, Atom, Dim, Map, channels, channels_in, joined, keys
from rfcli.readers.tracing.strides import steps_of

MOST = 1 << 19
"""Entries that are followed one by one."""
IN_ALL = 1 << 22
"""Entries that are followed in one program."""
MOST_STEPS = 12
"""Steps that are followed."""


def atoms_of(x: Map) -> list[Atom] | None:
    """What a map's entries lie in, outermost first; None where these are not to be followed."""
    atoms = [atom for atom in x.atoms if atom.size != 1]
    sizes = [atom.size for atom in atoms]
    plain = all(isinstance(atom.role, str | int) for atom in atoms) and not keys(x.dims) and not x.guessed
    return atoms if plain and None not in sizes and prod(n or 0 for n in sizes) <= MOST else None


def in_place(tracer: Core, name: str, x: Map, shape: Sequence[int], entries: Sequence[int]) -> Map | None:
    """The tensor of a shape to which entries of a map were moved, each at its own position: `entries` has their numbers
    in the map from 1 on, 0 where none is. None where they lie at other positions."""
    atoms = atoms_of(x)
    if atoms is None or len(entries) != prod(shape):
        return None
    first, dims, places = 0, list[Dim](), _Places(atoms)
    for n, step in zip(shape, steps_of(shape), strict=True):
        run = next((one for one in _runs(atoms, first, n) if places.follow(one, n, step, entries)), None)
        first = first if run is None else run.stop
        dims.append(joined(atoms[run.start : run.stop]) if run is not None else channels(n) if n != 1 else ())
    left = any(atom.role != CHANNELS for atom in atoms[first:])
    return None if left else tracer.rechannelled(name, x, channels_in(dims), dims)


def _runs(atoms: Sequence[Atom], first: int, n: int) -> Iterator[range]:
    """Atoms side by side with so many entries, from the first on, or behind channels; in some of them lie positions."""
    for start in range(first, len(atoms)):
        for stop in range(start + 1, len(atoms) + 1):
            inside = atoms[start:stop]
            if prod(atom.size or 0 for atom in inside) == n and any(atom.role != CHANNELS for atom in inside):
                yield range(start, stop)
        if atoms[start].role != CHANNELS:
            return


class _Places:
    """Where entries lie in atoms."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        sizes = [atom.size or 0 for atom in atoms]
        self.sizes, self.steps = sizes, steps_of(sizes)

    def follow(self, run: Sequence[int], n: int, step: int, entries: Sequence[int]) -> bool:
        """Whether all entries lie in some atoms, taken together, where they lie in a dimension of `n`."""
        for at, entry in enumerate(entries):
            if entry:
                place = 0
                for atom in run:
                    place = place * self.sizes[atom] + (entry - 1) // self.steps[atom] % self.sizes[atom]
                if place != at // step % n:
                    return False
        return True
