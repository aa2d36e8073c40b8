"""Matrix products with weights and of two maps; attention, over the whole map, inside windows, over grids, or between
the entries of a flattened map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from rfcli.readers.draft import Stated
from rfcli.readers.tracing.core import APART, Parameters
from rfcli.readers.tracing.maps import (
    Constant,
    Dim,
    Layout,
    Map,
    Size,
    axis_of,
    channels,
    channels_in,
    common,
    entries_of,
    having_seen,
    is_channels,
    places,
    rebased,
    transposed,
    with_rank,
)
from rfcli.readers.tracing.products import Factor, product
from rfcli.readers.tracing.reach import Reach, crossed, gathered, is_crossed, reach_of, seen, sizes_in, sizes_of
from rfcli.readers.tracing.tracer import Tracer
from rfcli.readers.tracing.turned import turned_axes

WINDOWS = "windows"
"""All of the windows, or of the map; of rolled windows what the border does not part."""
Left = str | tuple[int, int]
"""What a mask leaves: `WINDOWS`, what lies "before" or "after" each position and itself, or what lies from one position
to another, counted from it."""


class Mask:
    """Additive terms of attention scores that are constants."""

    def left(self, rows: Sequence[Dim], columns: Dim, reach: Reach) -> Left:
        """What it leaves of the pairs of positions. Raises `Layout`."""
        raise NotImplementedError


class Causal(Mask):
    """A mask of all that lies behind each position."""

    def left(self, rows: Sequence[Dim], columns: Dim, reach: Reach) -> Left:
        """What lies before, where queries and keys are at the same positions."""
        if not reach.whole or not places([columns]) or places(rows[-1:]) != places([columns]):
            raise Layout("only what lies before is attended to")
        return "before"


def multiplied(tracer: Tracer, name: str, first: Map | Constant | None, second: Map | Constant | None) -> Map:
    """A matrix product. Raises `Layout`."""
    if isinstance(first, Map) and isinstance(second, Constant):
        vector = len(second.shape) == 1
        if vector or (len(second.shape) > 1 and prod(second.shape[:-2]) == 1):
            count = 1 if vector else second.shape[-1]
            made = tracer.projected(name, first, len(first.dims) - 1, count, False, tracer.shared(second))
            return made.replaced(dims=made.dims[:-1]) if vector else made
        return tracer.weighed(name, first, first.dims[-1:], (*first.dims[:-1], channels(second.shape[-1])), second)
    if isinstance(first, Constant) and isinstance(second, Map) and len(second.dims) >= 2:
        if len(first.shape) == 2:
            return tracer.projected(name, second, len(second.dims) - 2, first.shape[0], False, tracer.shared(first))
        if len(first.shape) > 2:
            dims = (*second.dims[:-2], channels(first.shape[-2]), second.dims[-1])
            return tracer.weighed(name, second, second.dims[-2:-1], dims, first)
    if isinstance(first, Map) and isinstance(second, Map):
        return _product(tracer, name, first, second)
    raise Layout("it multiplies by a tensor of several matrices")


def _product(tracer: Tracer, name: str, first: Map, second: Map) -> Map:
    """Of matrices in the last two dimensions."""
    if min(len(first.dims), len(second.dims)) < 2:
        raise Layout("it multiplies maps of different ranks")
    rank = max(len(first.dims), len(second.dims))
    one, two = with_rank(first, rank).dims, with_rank(second, rank).dims
    left = Factor(first, one[:-2], one[-2:-1], one[-1:])
    right = Factor(second, two[:-2], two[-1:], two[-2:-1])
    return product(tracer, name, left, right).map()


def attended(
    tracer: Tracer, name: str, queries: Map, keys: Map, values: Map, params: int = 0, mask: Mask | None = None
) -> Map:
    """Softmax attention as one layer at the positions of the queries: (…, positions, channels) each. `mask` tells
    whether a mask keeps apart what is not neighbouring in rolled windows. Raises `Layout`."""
    ranks = [len(one.dims) for one in (queries, keys, values)]
    if min(ranks) < 2:
        raise Layout("it attends to maps without channels")
    queries, keys, values = three = [with_rank(one, max(ranks)) for one in (queries, keys, values)]
    score = entries_of(*queries.dims, keys.dims[-2])
    mixed = entries_of(*queries.dims[:-1], keys.dims[-2], values.dims[-1])
    if mask is not None and any(map(turned_axes, three)):
        raise Layout("what its mask leaves of an axis that is turned round is not known")
    cost: Parameters = {"params": params, "macs": _total([score, mixed])}
    unseen = any(one.local for one in three)
    if not unseen or not all(is_channels(one.dims[-1]) for one in three):
        if unseen and mask is not None:
            raise Layout("what its mask leaves is not known")
        return _in_two(tracer, name, queries, keys, values, params)
    pooled = None if mask is not None else _of_finer_windows(tracer, name, queries, keys, values, cost)
    if pooled is not None:
        return pooled
    try:
        batch = [common(met) for met in zip(*(one.dims[:-2] for one in three), strict=True)]
    except Layout:
        if mask is not None:
            raise
        return _in_two(tracer, name, queries, keys, values, params)  # of blocks with what lies around them
    dims = (*batch, queries.dims[-2], values.dims[-1])
    if any(places(keys.dims[part]) != places(values.dims[part]) for part in (slice(-2), slice(-2, -1))):
        raise Layout("queries, keys and values lie in different windows", dims)
    try:
        reach = reach_of(queries.dims[:-1], keys.dims[:-1])
        left = WINDOWS if mask is None else mask.left(queries.dims[:-1], keys.dims[-2], reach)
        sees = {} if left == WINDOWS else _one_sided(tracer, keys, left)
    except Layout as why:
        raise Layout(str(why), dims) from None
    if mask is None and reach.rolled:
        raise Layout("windows are rolled around the border without a mask", dims)
    alike = queries.channels == keys.channels == values.channels
    count = channels_in(dims)
    if reach.whole and mask is None and is_crossed(tracer, queries, [keys, values]):
        return Map(crossed(tracer, name, queries, [keys, values], count, cost), rebased(dims))
    if not (reach.whole or sees) and not _of_one(tracer, three):
        return _with_own_queries(tracer, name, queries, [keys, values], reach, Map("", dims), cost)
    merged = Map(gathered(tracer, name, "add" if alike else "concat", three), dims)
    if sees:
        return Map(tracer.draft.add(name, "custom", [merged.layer], filters=count, **cost, **sees), rebased(dims))
    return seen(tracer, name, merged, reach, count, cost, not alike or count != values.channels)


def _of_one(tracer: Tracer, maps: Sequence[Map]) -> bool:
    """Whether maps are made of one, position by position: what they read is the same."""
    return len({_source(tracer, one.layer) for one in maps}) == 1


def _source(tracer: Tracer, layer: str) -> str:
    """The layer behind those that work at each position by itself."""
    stated = tracer.draft.stated(layer)
    while stated is not None and len(stated.inputs) == 1 and _at_positions(stated):
        layer = stated.inputs[0]
        stated = tracer.draft.stated(layer)
    return layer


def _at_positions(stated: Stated) -> bool:
    windows = ("kernel", "stride", "global", "size", "unknown", "axes")
    if stated.type == "conv":
        return stated.given.get("kernel") == 1 and not {"stride", "padding"} & {*stated.given}
    simple = stated.type in (*APART, "batch_norm", "layer_norm", "channel_scale", "channel_slice", "channel_shuffle")
    return (simple or stated.type == "custom") and not {*windows} & {*stated.given}


def _with_own_queries(
    tracer: Tracer, name: str, queries: Map, others: Sequence[Map], reach: Reach, made: Map, cost: Parameters
) -> Map:
    """Attention in windows of queries that read something else than keys and values: each position sees what its own
    query reads, and the window."""
    free: Parameters = {"params": 0, "macs": 0}
    read = others[-1].replaced(layer=gathered(tracer, f"{name}/keys", "concat", others))
    met = seen(tracer, f"{name}/windows", read, reach, others[-1].channels, free)
    both = gathered(tracer, name, "concat", [queries, met])
    layer = tracer.draft.add(name, "custom", [both], filters=channels_in(made.dims), **cost)
    return Map(layer, rebased(made.dims))


def _of_finer_windows(tracer: Tracer, name: str, queries: Map, keys: Map, values: Map, cost: Parameters) -> Map | None:
    """Attention of queries that were pooled, each to the window that it lies in of keys and values that were not, as
    layers that halve a map have it; None where they lie otherwise."""
    factors = _factors(queries, keys)
    if not factors or places(keys.dims[:-1]) != places(values.dims[:-1]):
        return None
    try:
        finer = [tuple(_coarser(dim, factors) for dim in one.dims[:-2]) for one in (keys, values)]
        batch = [common(met) for met in zip(queries.dims[:-2], *finer, strict=True)]
    except Layout:
        return None
    inside = {axis: size // factors.get(axis, 1) for axis, size in sizes_in(keys.dims[-2]).items() if size}
    reach = reach_of(keys.dims[:-1], keys.dims[:-1])
    if reach.whole or reach.rolled or reach.grid or inside != sizes_in(queries.dims[-2]):
        return None
    dims = (*batch, queries.dims[-2], values.dims[-1])
    read = values.replaced(layer=gathered(tracer, f"{name}/keys", "concat", [keys, values]))
    free: Parameters = {"params": 0, "macs": 0}
    met = seen(tracer, f"{name}/windows", read, reach, values.channels, free)
    layer = tracer.draft.add(f"{name}/places", "subsample", [met.layer], stride=tracer.row(factors))
    both = tracer.draft.add(f"{name}/inputs", "concat", [queries.layer, layer])
    return Map(tracer.draft.add(name, "custom", [both], filters=channels_in(dims), **cost), rebased(dims))


def _factors(queries: Map, keys: Map) -> dict[int, int]:
    """How many samples of the keys stand for one of the queries along each axis; none where they are as many, or do not
    fit."""
    own, theirs = sizes_of(queries), sizes_of(keys)
    if own.keys() != theirs.keys():
        return {}
    pairs = {axis: (n, theirs[axis]) for axis, n in own.items()}
    if any(not n or not m or m % n for n, m in pairs.values()):
        return {}
    return {axis: (m or 1) // (n or 1) for axis, (n, m) in pairs.items() if m != n}


def _coarser(dim: Dim, factors: Mapping[int, int]) -> Dim:
    """The outer parts of axes, counted in fewer samples. Raises `Layout`."""
    made = []
    for atom in dim:
        factor = factors.get(atom.role, 1) if isinstance(atom.role, int) else 1
        if atom.step % factor:
            raise Layout("windows of pooled queries are cut")
        made.append(atom.replaced(step=atom.step // factor, origin=None) if factor > 1 else atom)
    return tuple(made)


def _one_sided(tracer: Tracer, keys: Map, left: Left) -> Parameters:
    """What a layer reads that attends to a part of its map, the same at each position. Raises `Layout`."""
    axis = axis_of(keys.dims[-2])
    if axis is None or keys.axes != [axis]:
        raise Layout("its mask leaves parts of several axes")
    if isinstance(left, tuple):
        first, last = left
        return tracer.along([axis], kernel=[last - first + 1], padding=[[-first, last]])
    if axis:
        raise Layout("its mask leaves one side along another axis than the first")
    return {"global_": left}


def sought(tracer: Tracer, name: str, queries: Constant, keys: Map, values: Map) -> Map:
    """Attention of queries that depend on no input: what they see is the whole map, at no position. Raises `Layout`."""
    keys, values = with_rank(keys, len(queries.shape)), with_rank(values, len(queries.shape))
    batch = tuple(common(met) for met in zip(keys.dims[:-2], values.dims[:-2], strict=True))
    if places(batch) or places(keys.dims[-1:]) or places(values.dims[-1:]):
        raise Layout("windows are attended to by constants")
    dims = (*batch, channels(queries.shape[-2]), values.dims[-1])
    mixed = entries_of(*dims, keys.dims[-2])
    score = entries_of(*batch, channels(queries.shape[-2]), keys.dims[-1], keys.dims[-2])
    cost: Parameters = {"params": tracer.trained(queries), "macs": _total([mixed, score])}
    return _everywhere(tracer, name, [keys, values], dims, cost, False)


def attended_all(tracer: Tracer, name: str, queries: Map, keys: Sequence[Map], values: Sequence[Map]) -> Map:
    """Attention of queries to keys and values that may lie in several maps. Raises `Layout`."""
    maps = [queries, *keys, *values]
    if any(places(one.dims[:-2]) or places(one.dims[-1:]) for one in maps):
        raise Layout("windows of maps that are joined are attended to")
    if len({one.shape[-1] for one in values}) != 1:
        raise Layout("values have different channels")
    dims = having_seen((*queries.dims[:-1], values[0].dims[-1]))
    costs = [entries_of(*queries.dims, one.dims[-2]) for one in keys]
    costs += [entries_of(*queries.dims[:-1], one.dims[-2], one.dims[-1]) for one in values]
    return _everywhere(tracer, name, maps, dims, {"params": 0, "macs": _total(costs)}, bool(queries.axes))


def met_all(tracer: Tracer, name: str, rows: Map, others: Sequence[Map], summed: bool) -> Map:
    """A matrix whose rows are met with all columns of several maps, or weigh all of their rows, which are `summed`.
    Raises `Layout`."""
    if any(places(one.dims[:-2]) or (summed and places(one.dims[-1:])) for one in (rows, *others)):
        raise Layout("windows of maps that are joined are multiplied")
    sizes = [one.shape[-2] if summed else one.shape[-1] for one in others]
    total = _total(sizes)
    if total is None:
        raise Layout("maps of unknown size are joined")
    columns = others[0].dims[-1] if summed else channels(total)
    dims = having_seen((*rows.dims[:-1], columns))
    macs = entries_of(*dims, channels(total) if summed else rows.dims[-1])
    return _everywhere(tracer, name, [rows, *others], dims, {"params": 0, "macs": macs}, bool(rows.axes))


def _everywhere(
    tracer: Tracer, name: str, maps: Sequence[Map], dims: Sequence[Dim], cost: Parameters, positions: bool
) -> Map:
    """What sees all of some maps, at the positions of the first, or at none."""
    layer = gathered(tracer, name, "concat", maps)
    made = tracer.draft.add(name, "custom", [layer], filters=channels_in(dims), **cost, global_=True)
    if not positions:
        made = tracer.draft.add(f"{name}/summed", "global_avg_pool", [made])
    return Map(made, rebased(dims), False)


def _total(counts: Sequence[Size]) -> Size:
    """All of them together, None where one is unknown."""
    return None if None in counts else sum(n for n in counts if n is not None)


def _in_two(tracer: Tracer, name: str, queries: Map, keys: Map, values: Map, params: int) -> Map:
    """Attention as two products: scores, and the sums that they weigh."""
    scores = _product(tracer, f"{name}/scores", queries, transposed(keys))
    if params:
        scores = tracer.scaled(f"{name}/bias", scores, params)
    return _product(tracer, name, scores, values)
