"""Recurrent layers of any format, along an axis of a map whose channels are the last dimension, and running sums."""

from __future__ import annotations

from rfcli.geometry.axes import axis_names
from rfcli.layers._registry import LAYERS, layer_of
from rfcli.layers.recurrent import Recurrent
from rfcli.readers.tracing.core import Core, Parameters
from rfcli.readers.tracing.layout import LayoutOperations
from rfcli.readers.tracing.maps import CHANNELS, Atom, Dim, Layout, Map, Size, axes_in, channels, is_channels, size_of
from rfcli.readers.tracing.turned import turn, turned_axes
from rfcli.values import Value


class Cell(Value):
    """A recurrent layer: its type, what its weights say, and which way it runs."""

    type: str
    units: int
    depth: int = 1
    bidirectional: bool = False
    reverse: bool = False
    bias: bool = True
    single_bias: bool = False
    projection: int | None = None

    @property
    def parameters(self) -> Parameters:
        """Those of a layer of the description."""
        given = {name: getattr(self, name) for name in self._fields if name not in ("type", "projection")}
        return given if self.projection is None else {**given, "projection": self.projection}

    @property
    def made(self) -> int:
        """Channels of its states, of both directions."""
        return (self.projection or self.units) * (2 if self.bidirectional else 1)


def gates_of(type: str) -> int:
    """Matrices that a cell of a type has for each state."""
    layer = LAYERS[type]
    assert issubclass(layer, Recurrent), "a recurrent layer"
    return layer.gates


def carried(
    tracer: LayoutOperations, name: str, x: Map, at: int, cell: Cell, stated: Parameters, last: bool = False
) -> Map:
    """The states of a cell that runs along dimension `at`; of the `last` one alone that dimension has one entry. Raises
    `Layout`."""
    axes = turned_axes(x.replaced(dims=x.dims[at : at + 1])) if at < len(x.dims) else set()
    if axes:
        other_way = cell.replaced(reverse=not cell.reverse)
        return turn(carried(tracer, name, turn(x, axes), at, other_way, stated, last), axes)
    tracer.features_in(x, len(x.dims) - 1)
    if len(x.dims) == 3 and at < 2:
        tracer.laid_out(x.replaced(dims=(x.dims[1 - at], x.dims[at], x.dims[2])), [0, CHANNELS])
    x = in_rows(tracer, name, x, at)
    if not is_channels(x.dims[-1]) or size_of(x.dims[-1]) != x.channels or at == len(x.dims) - 1:
        raise Layout("its channels are not those of one position")
    way = _way(x, at)
    dims = (*x.dims[:-1], channels(cell.made))
    if last:
        dims = (*dims[:at], (), *dims[at + 1 :])
    if len(way) == 1:
        letter = axis_names(tracer.axes)[way[0]] if way[0] else None
        given = {**cell.parameters, **stated, "along": letter, "last": last}
        return Map(tracer.draft.add(name, cell.type, [x.layer], **given), dims, x.local and not last)
    cost = _cost(cell, x.channels, size_of(*x.dims[:-1])) | stated
    if not way:
        return Map(tracer.draft.add(name, "custom", [x.layer], filters=cell.made, **cost), dims, x.local)
    if way != list(range(tracer.axes)) or cell.reverse or last:
        raise Layout("it runs along several axes")
    sees = True if cell.bidirectional else "before"
    made = tracer.draft.add(name, "custom", [x.layer], filters=cell.made, global_=sees, **cost)
    return Map(made, dims, x.local and sees is not True)


def _way(x: Map, at: int) -> list[int]:
    """The axes along which a dimension runs, row by row, each of them whole. Raises `Layout`."""
    others = [atom.role for number, dim in enumerate(x.dims) for atom in dim if number != at]
    found = []
    for atom in x.dims[at]:
        if not isinstance(atom.role, int):
            raise Layout("it runs along channels or the batch")
        if atom.role in others or atom.role in found or atom.step != 1 or atom.roll or atom.turned:
            raise Layout("it runs over parts of an axis")
        found.append(atom.role)
    return found


def _cost(cell: Cell, c: Size, positions: Size) -> Parameters:
    """Parameters and multiply-accumulates of a cell that is no layer of its type."""
    if c is None:
        return {}
    layer = layer_of(cell.type, 1, cell.parameters)
    params, macs = layer.params(c, (1,)), layer.macs(c, (1,), (1,))
    assert isinstance(params, int) and isinstance(macs, int), "channels are known"
    return {"params": params, "macs": None if positions is None else macs * positions}


def in_rows(tracer: LayoutOperations, name: str, x: Map, at: int) -> Map:
    """A sequence along dimension `at` whose features are the last of three; axes that are whole in these, as those of
    the rows of a map are, become channels."""
    rows = {*axes_in(x.dims[2])} if len(x.dims) == 3 and at < 2 else set()
    if not rows or not rows.isdisjoint(axes_in((*x.dims[0], *x.dims[1]))):
        return x
    try:
        made = tracer.canonical(name, x.replaced(dims=(x.dims[1 - at], x.dims[2], x.dims[at])))
    except Layout:
        return x
    batch, features, steps = made.dims
    return made.replaced(dims=(batch, steps, features) if at else (steps, batch, features))


def other(tracer: Core, name: str, x: Map, cell: Cell, params: int, macs: int) -> Map:
    """The states, step by step along the first dimension, of a cell that has no type of its own: so many parameters,
    and so many multiply-accumulates a step. Raises `Layout`."""
    tracer.features_in(x, len(x.dims) - 1)
    if not is_channels(x.dims[-1]) or size_of(x.dims[-1]) != x.channels or _way(x, 0) != [0] or tracer.axes != 1:
        raise Layout("its channels are not those of one position, or its steps those of several axes")
    n, side = x.shape[0], "after" if cell.reverse else "before"
    cost = None if n is None else macs * n
    made = tracer.draft.add(name, "custom", [x.layer], filters=cell.units, global_=side, params=params, macs=cost)
    return Map(made, (*x.dims[:-1], channels(cell.units)), x.local)


def swept(tracer: Core, name: str, x: Map, at: int, reverse: bool = False) -> Map:
    """Sums, products or largest values of all entries up to each along a dimension. Raises `Layout`."""
    if is_channels(x.dims[at]):
        return tracer.rechannelled(name, x, x.channels)
    axes = turned_axes(x.replaced(dims=x.dims[at : at + 1]))
    if axes:
        return turn(swept(tracer, name, turn(x, axes), at, not reverse), axes)
    way = _way(x, at)
    if not way:
        return tracer.passed(name, x)
    if len(way) == 1 and tracer.axes > 1:
        return _swept_along(tracer, name, x, way[0], x.shape[at], reverse)
    if way[0] != 0 or len(way) not in (1, tracer.axes) or way != sorted(way) or (reverse and len(way) > 1):
        raise Layout("it sums along other axes than the first")
    side = "after" if reverse else "before"
    return tracer.passed(name, x, type="custom", filters=x.channels, params=0, macs=0, global_=side)


def _swept_along(tracer: Core, name: str, x: Map, axis: int, n: Size, reverse: bool) -> Map:
    """The same along one of several axes: a window of all entries before, or behind. Raises `Layout`."""
    if n is None:
        raise Layout("it sums along an axis of unknown size")
    window = tracer.along([axis], kernel=[n], padding=[[0, n - 1] if reverse else [n - 1, 0]])
    return tracer.passed(name, x, type="custom", filters=x.channels, params=0, macs=0, **window)


def last_state(tracer: Core, name: str, states: Map, at: int, cell: Cell, units: int) -> Map:
    """The states with which a cell ends, as (layers and directions, batch, units): of one way the last that it gave, of
    both ways what sees the whole map."""
    axes = turned_axes(states.replaced(dims=states.dims[at : at + 1]))
    if axes:
        states, cell = turn(states, axes), cell.replaced(reverse=not cell.reverse)
    n, axis = states.shape[at], _way(states, at)
    count = cell.depth * (2 if cell.bidirectional else 1)
    layer = states.layer
    if axis and (cell.bidirectional or n is None or len(axis) > 1):
        layer = tracer.draft.add(f"{name}/last", "global_avg_pool", [layer])
    elif axis:
        sides = [[0, n - 1] if cell.reverse else [n - 1, 0]]  # type: ignore[operator]
        layer = tracer.draft.add(f"{name}/last", "crop", [layer], **tracer.along(axis, cropping=sides))
    if count * units != cell.made:
        layer = tracer.draft.add(f"{name}/states", "custom", [layer], filters=count * units, params=0, macs=0)
    kept: list[Dim] = [dim for number, dim in enumerate(states.dims[:-1]) if number != at]
    local = states.local and not (cell.bidirectional or n is None)
    outer: Dim = (Atom(CHANNELS, count, units),) if count > 1 else ()
    return Map(layer, (outer, *kept, channels(units)), local)
