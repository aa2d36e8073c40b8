"""What positions of maps attend to, or are summed with: windows, grids or the whole map, and layers that read so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from rfcli.readers.tracing.core import Core, Parameters
from rfcli.readers.tracing.maps import (
    Atom,
    Dim,
    Layout,
    Map,
    Size,
    axes_in,
    having_seen,
    joined,
    opened,
    places,
    rebased,
    size_of,
)
from rfcli.values import Value


class Reach(Value):
    """What a position is brought together with: along each of some axes a window that holds it, or so many positions of
    a grid; without any the whole map. Windows start at `shift`, which is how far the map is rolled."""

    windows: dict[int, int]
    shift: dict[int, int]
    grid: dict[int, int]

    @property
    def whole(self) -> bool:
        return not self.windows and not self.grid

    @property
    def rolled(self) -> bool:
        return any(self.shift.get(axis, 0) for axis in self.windows)


def reach_of(queries: Sequence[Dim], keys: Sequence[Dim], rows: bool = True) -> Reach:
    """Dimensions of queries and keys, the last of each the one that is attended over. Raises `Layout`."""
    inside, outside = places(keys[-1:]), places(keys[:-1])
    windowed = axes_in(outside)
    if places(queries[:-1]) != outside or (windowed and rows and places(queries[-1:]) != inside):
        raise Layout("queries and keys lie in different windows")
    shift = {int(atom.role): atom.roll for atom in opened(inside) if atom.roll and isinstance(atom.role, int)}
    if not windowed:
        return Reach({}, shift, {})
    if any(not isinstance(atom.role, int) for atom in (*inside, *outside)):
        raise Layout("entries beside a map attend to windows of it")
    if any(atom.size is None for atom in inside):
        raise Layout("windows of unknown size")
    windows: dict[int, int] = {}
    grid: dict[int, int] = {}
    for axis in axes_in((*inside, *outside)):
        within, around = ordered(inside, axis), ordered(outside, axis)
        size = prod(atom.size for atom in within if atom.size is not None)
        if _window(within, around, size):
            windows[axis] = size
        elif _grid(within, around) and not any(atom.roll for atom in within):
            grid[axis] = size
        else:
            raise Layout("positions that are no neighbours attend to one another")
        if not around:
            shift.pop(axis, None)
    return Reach(windows, shift, grid)


def ordered(atoms: Iterable[Atom], axis: int) -> Dim:
    """What lies in an axis in the axis's own order, which is nothing to what takes all of it."""
    return joined(sorted((atom for atom in atoms if atom.role == axis), key=lambda atom: -atom.step))


def _window(within: Sequence[Atom], around: Sequence[Atom], size: int) -> bool:
    """Whether positions within are neighbours, and those around them the windows, one behind the other."""
    if not within:
        return True
    return (
        len(within) < 2 and len(around) < 2
        and all(atom.step == 1 for atom in within) and all(atom.step == size for atom in around)
    )  # fmt: skip


def _grid(within: Sequence[Atom], around: Sequence[Atom]) -> bool:
    """Whether positions within lie as far apart as there are some around each of them."""
    if len(within) != 1 or len(around) != 1:
        return False
    return around[0].step == 1 and around[0].size == within[0].step


def within(x: Map, gone: Sequence[Atom]) -> Reach:
    """What is brought together where some atoms of a map are reduced. Raises `Layout`."""
    inside = tuple(atom for atom in gone if isinstance(atom.role, int))
    rows = [tuple(atom for dim in x.dims for atom in dim if atom not in inside), inside]
    return reach_of(rows, rows)


def spread_again(tracer: Core, name: str, x: Map, dims: Sequence[Dim]) -> Map:
    """What parts of a map were reduced to, at all of their positions, where another map has the dimensions that it had
    before; any other map as it is."""
    before = tracer.reductions.get(x.layer)
    if before is None or before.map.dims != tuple(dims) or before.map.channels != x.channels:
        return x
    try:
        reach = within(before.map, before.gone)
    except Layout:
        return x
    if reach.whole or reach.rolled:
        return x
    return seen(tracer, name, before.map, reach, x.channels, {"params": 0, "macs": 0}, False)


def sizes_of(x: Map) -> dict[int, Size]:
    """Samples along each axis of a map."""
    return sizes_in({*opened(x.atoms)})


def sizes_in(atoms: Iterable[Atom]) -> dict[int, Size]:
    """Samples along each axis that some atoms lie in."""
    inside = opened(atoms)
    return {axis: size_of(tuple(one for one in inside if one.role == axis)) for axis in axes_in(inside)}


def gathered(tracer: Core, name: str, type: str, maps: Sequence[Map], sizes: dict[int, Size] | None = None) -> str:
    """A layer that reads all of some maps at each position; those of other sizes than are given, by default than the
    first has, are read whole. The only sample of one that was brought to a single position is repeated at all."""
    wanted = sizes_of(maps[0]) if sizes is None else sizes
    if len({one.layer for one in maps}) == 1 and (type == "add" or len(maps) == 1) and sizes_of(maps[0]) == wanted:
        return maps[0].layer
    model = next((one.layer for one in maps if sizes_of(one) == wanted), None)
    sources = []
    for at, one in enumerate(maps, 1):
        layer, own = one.layer, sizes_of(one)
        if own not in (wanted, {}):
            layer = tracer.draft.add(f"{name}/whole_{at}", "global_avg_pool", [layer])
        elif own != wanted and one.local and model is not None:
            tracer.spread(one)
            layer = tracer.draft.add(f"{name}/expand_{at}", "upsample", [layer], like=model)
        sources.append(layer)
    sources = list(dict.fromkeys(sources)) if type == "add" else sources
    return sources[0] if len(sources) == 1 else tracer.draft.add(f"{name}/inputs", type, sources)


def seen(tracer: Core, name: str, x: Map, reach: Reach, count: Size, cost: Parameters, narrowed: bool = True) -> Map:
    """The layers that read the windows and grids, or all, of a map; `narrowed` where its channels are to change."""
    if reach.whole:
        made = tracer.draft.add(name, "custom", [x.layer], filters=count, **cost, global_=True)
        return Map(made, rebased(having_seen(x.dims)), False)
    layer = x.layer
    if narrowed:
        layer = tracer.draft.add(f"{name}/channels", "custom", [layer], filters=count, params=0, macs=0)
    if reach.windows and reach.grid:
        free: Parameters = {"params": 0, "macs": 0}
        grid = tracer.row(reach.grid)
        layer = tracer.draft.add(f"{name}/grid", "window_attention", [layer], grid=grid, **free)
    if not reach.windows:
        return x.replaced(
            layer=tracer.draft.add(name, "window_attention", [layer], grid=tracer.row(reach.grid), **cost)
        )
    window, shift = tracer.row(reach.windows), tracer.row(reach.shift, 0)
    made = tracer.draft.add(name, "window_attention", [layer], window=window, shift=shift, **cost)
    return x.replaced(layer=made, dims=rebased(x.dims))


def is_crossed(tracer: Core, queries: Map, others: Sequence[Map]) -> bool:
    """Whether queries depend on an input that what they are met with does not: of that, each position sees its own part
    only."""
    if not queries.local or len(tracer.draft.places) < 2:
        return False
    inputs = [*tracer.draft.places]
    rest = {one for x in others for one in tracer.draft.behind(x.layer, inputs)}
    return any(one not in rest for one in tracer.draft.behind(queries.layer, inputs))


def crossed(tracer: Core, name: str, queries: Map, others: Sequence[Map], count: Size, cost: Parameters) -> str:
    """The layer at whose positions queries are met with all of other inputs."""
    own = tracer.draft.add(f"{name}/own", "custom", [queries.layer], filters=count, params=0, macs=0)
    layers = [tracer.read_whole(f"{name}/whole_{number}", one) for number, one in enumerate(others, 1)]
    layers = list(dict.fromkeys(layers))
    source = layers[0] if len(layers) == 1 else tracer.draft.add(f"{name}/others", "concat", layers)
    made = tracer.draft.add(f"{name}/met", "custom", [source], filters=count, **cost)
    if any(one.local and not one.axes for one in others):
        for one in others:
            tracer.spread(one)
        made = tracer.draft.add(f"{name}/spread", "upsample", [made], like=own)
    layer = tracer.draft.add(name, "multiply", [own, made])
    tracer.crossed.add(layer)
    return layer
