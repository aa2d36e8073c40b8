"""Entries of a map in other places: dimensions that are rolled, and turned by quarters."""

from __future__ import annotations

from rfcli.readers.tracing.maps import Atom, Layout, Map, is_channels, joined
from rfcli.readers.tracing.settling import unrolled
from rfcli.readers.tracing.tracer import Tracer
from rfcli.readers.tracing.turned import turn


def rolled(tracer: Tracer, name: str, x: Map, at: int, first: int) -> Map:
    """A dimension from its entry `first` on, then what lies before that. Channels are reordered; an axis takes no layer
    as long as what comes behind can work at places that are rolled. Raises `Layout`."""
    dim = joined(x.dims[at])
    if is_channels(dim):
        return tracer.reordered(name, x, at, 1, first)
    whole = dim[0] if len(dim) == 1 and dim[0].step == 1 else None
    if whole is None or not isinstance(whole.role, int) or whole.size is None:
        raise Layout("part of an axis is rolled")
    if whole.turned:  # a layer rolls it as it lies, the other way round
        return turn(unrolled(tracer, name, rolled(tracer, name, turn(x, {whole.role}), at, -first)), {whole.role})
    return x.with_dim(at, (Atom(whole.role, whole.size, 1, None, (whole.roll + first) % whole.size),))


def quarter_turned(tracer: Tracer, name: str, x: Map, plane: tuple[int, int], turns: int) -> Map:
    """Two dimensions that change places, of which one is turned round; or that are turned round both. Raises
    `Layout`."""
    first, second = plane
    if turns % 4 == 2:
        return tracer.flipped(name, x, plane)
    if turns % 4 == 0:
        return tracer.passed(name, x)
    order = [second if at == first else first if at == second else at for at in range(len(x.dims))]
    if turns % 4 == 1:
        return tracer.permuted(name, tracer.flipped(name, x, [second]), order)
    return tracer.flipped(name, tracer.permuted(name, x, order), [second])
