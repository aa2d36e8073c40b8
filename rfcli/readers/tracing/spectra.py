"""Fourier transforms: each frequency sees all samples along the axes that are transformed, and the other way round."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import BATCH, Dim, Layout, Map, Size, axes_in, is_axis, is_channels, whole, without
from rfcli.readers.tracing.reach import reach_of, seen
from rfcli.readers.tracing.tracer import Tracer

FREE: Parameters = {"params": 0, "macs": 0}


def transformed(tracer: Tracer, name: str, x: Map, places: Sequence[int], sizes: Sequence[Size]) -> Map:
    """The transform along some dimensions, which become as large as `sizes` say. Raises `Layout`."""
    atoms = [atom for at in places for atom in x.dims[at]]
    if any(atom.role == BATCH and atom.size != 1 for atom in atoms):
        raise Layout("the batch is transformed")
    if x.guessed and x.local:
        raise Layout("it works on a tensor whose layout is not known")
    made = _brought_together(tracer, name, x, places)
    mixed = x.local and any(is_channels(x.dims[at]) and x.dims[at] for at in places)
    if mixed:
        made = tracer.rechannelled(f"{name}/channels", made, made.channels)
    return _sized(tracer, name, made, places, sizes)


def _brought_together(tracer: Tracer, name: str, x: Map, places: Sequence[int]) -> Map:
    """A layer that reads all positions along dimensions. Raises `Layout`."""
    along = [at for at in places if axes_in(x.dims[at])]
    if not along or not x.local:
        return x
    inside: Dim = tuple(atom for at in along for atom in x.dims[at])
    if not x.holds(inside, axes_in(inside)):
        raise Layout("part of an axis is transformed")
    rows = [*without(x.dims, along), inside]
    reach = reach_of(rows, rows)
    if reach.rolled and not reach.whole:
        raise Layout("an axis that is rolled is transformed")
    return seen(tracer, name, x, reach, x.channels, FREE, False)


def _sized(tracer: Tracer, name: str, x: Map, places: Sequence[int], sizes: Sequence[Size]) -> Map:
    """A map of which all entries along dimensions see the same, with other numbers of these. Raises `Layout`."""
    dims, axes, more = list(x.dims), dict[object, Size](), False
    for at, size in zip(places, sizes, strict=True):
        if x.shape[at] == size:
            continue
        role = x.dims[at][0].role if is_axis(x.dims[at]) else None
        if size is None or not (isinstance(role, int) or is_channels(x.dims[at])):
            raise Layout("an axis of unknown size is transformed")
        dims[at] = whole("channels" if role is None else role, size)
        axes, more = ({**axes, role: size}, more) if role is not None else (axes, True)
    if axes:
        row = tracer.row({atom.role: atom.size for atom in x.atoms} | axes)
        if None in row:
            raise Layout("one axis is transformed beside one of unknown size")
        x = x.replaced(layer=tracer.draft.add(f"{name}/size", "upsample", [x.layer], size=row))
    made = x.replaced(dims=tuple(dims))
    return tracer.rechannelled(f"{name}/bins", made, made.channels) if more else made
