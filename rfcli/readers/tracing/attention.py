"""Products of two maps: attention, over the whole map, inside windows, or between the tokens of a flattened map."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import (
    Constant,
    Dim,
    Layout,
    Map,
    Size,
    axes_in,
    features,
    is_channels,
    joined,
    rebased,
    size_of,
)
from rfcli.readers.tracing.tracer import Tracer
from rfcli.values import Value


def multiplied(tracer: Tracer, name: str, first: Map | Constant | None, second: Map | Constant | None) -> Map:
    """A matrix product. Raises `Layout`."""
    if isinstance(first, Map) and isinstance(second, Constant):
        vector = len(second.shape) == 1
        if vector or (len(second.shape) > 1 and prod(second.shape[:-2]) == 1):
            count = 1 if vector else second.shape[-1]
            made = tracer.projected(name, first, len(first.dims) - 1, count, False, tracer.shared(second))
            return made.replaced(dims=made.dims[:-1]) if vector else made
    if isinstance(first, Constant) and isinstance(second, Map) and len(second.dims) >= 2 and len(first.shape) == 2:
        return tracer.projected(name, second, len(second.dims) - 2, first.shape[0], False, tracer.shared(first))
    if isinstance(first, Map) and isinstance(second, Map):
        return _product(tracer, name, first, second)
    raise Layout("it multiplies by a tensor of several matrices")


def _product(tracer: Tracer, name: str, first: Map, second: Map) -> Map:
    """Of queries and keys, which weigh all positions, and of these weights with values."""
    if len(first.dims) < 2 or len(second.dims) != len(first.dims):
        raise Layout("it multiplies maps of different ranks")
    over, rows, columns = first.dims[-1], first.dims[-2], second.dims[-1]
    dims, cost = (*first.dims[:-1], columns), {"params": 0, "macs": size_of(*first.dims, columns)}
    if not first.local and not second.local and not first.axes and not second.axes:
        return _between_vectors(tracer, name, [first, second], dims, cost)
    if is_channels(over) and is_channels(second.dims[-2]):
        # Each position of the queries against each of the keys: the scores lie at the queries' positions.
        if first.channels != second.channels:
            raise Layout("queries and keys have different channels")
        if not _places(rows) or not _places(columns):
            raise Layout("it multiplies maps over their channels")
        reach = _reach(first.dims[:-1], (*second.dims[:-2], columns))
        if reach.windows and reach.rolled:
            raise Layout("windows that are rolled around the border, without the softmax of an attention")
        merged = Map(_gathered(tracer, name, "add", [first, second]), dims)
        return _seen(tracer, name, merged, reach, merged.channels, cost)
    if _places(over) and axes_in(over) == axes_in(second.dims[-2]):
        reach = _reach(first.dims[:-1], second.dims[:-1], rows=_places(rows) != ())
        merged = Map(_gathered(tracer, name, "concat", [first, second]), dims)
        made = _seen(tracer, name, merged, reach, merged.channels, cost)
        if not made.axes:
            made = made.replaced(layer=tracer.draft.add(f"{name}/summed", "global_avg_pool", [made.layer]))
        return made
    raise Layout("it multiplies maps")


def attended(
    tracer: Tracer, name: str, queries: Map, keys: Map, values: Map, params: int = 0, mask: Mask | None = None
) -> Map:
    """Softmax attention as one layer at the positions of the queries: (…, positions, channels) each. `mask` tells
    whether a mask keeps apart what is not neighbouring in rolled windows. Raises `Layout`."""
    if min(len(one.dims) for one in (queries, keys, values)) < 2:
        raise Layout("it attends to maps without channels")
    score = size_of(*queries.dims, keys.dims[-2])
    mixed = size_of(*queries.dims[:-1], keys.dims[-2], values.dims[-1])
    cost = {"params": params, "macs": None if score is None or mixed is None else score + mixed}
    dims = (*values.dims[:-2], queries.dims[-2], values.dims[-1])
    three = [queries, keys, values]
    if all(not one.local and not one.axes for one in three):
        return _between_vectors(tracer, name, three, dims, cost)
    if not all(is_channels(one.dims[-1]) for one in three):
        raise Layout("it attends to channels")
    if _laid(keys.dims[:-1]) != _laid(values.dims[:-1]) or _laid(queries.dims[:-2]) != _laid(keys.dims[:-2]):
        raise Layout("queries, keys and values lie in different windows")
    reach = _reach(queries.dims[:-1], keys.dims[:-1])
    if mask is not None and not mask.keeps_apart(queries.dims[:-1], keys.dims[-2], reach):
        raise Layout("what its mask leaves is not known")
    if mask is None and reach.windows and reach.rolled:
        raise Layout("windows are rolled around the border without a mask")
    alike = queries.channels == keys.channels == values.channels
    merged = Map(_gathered(tracer, name, "add" if alike else "concat", three), dims)
    return _seen(tracer, name, merged, reach, values.channels, cost, not alike)


class Mask:
    """Additive terms of attention scores that are constants."""

    def keeps_apart(self, rows: Sequence[Dim], columns: Dim, reach: Reach) -> bool:
        """Whether those, and only those, pairs of positions are masked that the border parts in rolled windows."""
        raise NotImplementedError


class Reach(Value):
    """What a position attends to: along each of some axes a window that holds it, or without any the whole map; windows
    start at `shift`, which is how far the map is rolled."""

    windows: dict[int, int]
    shift: dict[int, int]

    @property
    def rolled(self) -> bool:
        return any(self.shift.get(axis, 0) for axis in self.windows)


def _laid(dims: Sequence[Dim]) -> Dim:
    """How entries lie in dimensions, whichever of them are put into one."""
    return tuple(atom.replaced(origin=None) for dim in dims for atom in joined(dim))


def _places(*dims: Dim) -> Dim:
    """What lies in axes."""
    return tuple(atom for dim in dims for atom in dim if isinstance(atom.role, int))


def _reach(queries: Sequence[Dim], keys: Sequence[Dim], rows: bool = True) -> Reach:
    """Dimensions of queries and keys, the last of each the one that is attended over. Raises `Layout`."""
    inside, outside = _places(keys[-1]), _places(*keys[:-1])
    windowed = axes_in(outside)
    if _places(*queries[:-1]) != outside or (windowed and rows and _places(queries[-1]) != inside):
        raise Layout("queries and keys lie in different windows")
    windows, shift = {}, {int(atom.role): atom.roll for atom in inside if atom.roll}
    if not windowed:
        return Reach({}, shift)
    if any(atom.size is None for atom in inside):
        raise Layout("windows of unknown size")
    for axis in axes_in((*inside, *outside)):
        inner = [atom for atom in inside if atom.role == axis]
        outer = [atom for atom in outside if atom.role == axis]
        size = prod(atom.size for atom in inner if atom.size is not None)
        if len(inner) > 1 or len(outer) > 1 or any(a.step != 1 for a in inner) or any(a.step != size for a in outer):
            raise Layout("positions that are no neighbours attend to one another")
        windows[axis] = size
        if not outer:
            shift.pop(axis, None)
    return Reach(windows, shift)


def _gathered(tracer: Tracer, name: str, type: str, maps: Sequence[Map]) -> str:
    """A layer that reads all of some maps at each position; those of other sizes than the first are read whole."""
    if len({one.layer for one in maps}) == 1 and type == "add":
        return maps[0].layer
    sources = [
        one.layer if _sizes(one) == _sizes(maps[0])
        else tracer.draft.add(f"{name}/whole_{at}", "global_avg_pool", [one.layer])
        for at, one in enumerate(maps, 1)
    ]  # fmt: skip
    return tracer.draft.add(f"{name}/inputs", type, sources)


def _sizes(x: Map) -> dict[int, Size]:
    """Samples along each axis of a map."""
    return {axis: size_of(tuple({a for a in x.atoms if a.role == axis})) for axis in x.axes}


def _seen(tracer: Tracer, name: str, x: Map, reach: Reach, count: Size, cost: Parameters, narrowed: bool = True) -> Map:
    """The layer that reads the windows, or all, of a map; `narrowed` where its channels are to change."""
    if not reach.windows:
        made = tracer.draft.add(name, "custom", [x.layer], filters=count, **cost, global_=True)
        return Map(made, rebased(x.dims), False)
    layer = x.layer
    if narrowed:
        layer = tracer.draft.add(f"{name}/channels", "custom", [layer], filters=count, params=0, macs=0)
    window, shift = tracer.row(reach.windows), tracer.row(reach.shift, 0)
    made = tracer.draft.add(name, "window_attention", [layer], window=window, shift=shift, **cost)
    return x.replaced(layer=made, dims=rebased(x.dims))


def _between_vectors(tracer: Tracer, name: str, maps: Sequence[Map], dims: Sequence[Dim], cost: Parameters) -> Map:
    """A product of maps that are flattened: features of features."""
    made = Map(name, features(dims), False)
    layers = list(dict.fromkeys(one.layer for one in maps))
    layer = layers[0] if len(layers) == 1 else tracer.draft.add(f"{name}/inputs", "concat", layers)
    return made.replaced(layer=tracer.draft.add(name, "custom", [layer], filters=made.channels, **cost))
