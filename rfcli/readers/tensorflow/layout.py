"""Operations that change how entries lie in dimensions, and what sizes are asked with."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.tensorflow.calls import MEND, Call, Extent, Integer, Integers, Traced, operation
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.maps import (
    Constant,
    Dim,
    Layout,
    Map,
    Size,
    axis_at,
    is_batch,
    size_of,
    with_ones,
)


@operation("Reshape")
def reshape(call: Call, x: Map, shape: Traced = None, *, new_shape: Sequence[int] = ()) -> Map:
    if shape is None:
        values: Sequence[object] | None = new_shape
    else:
        values = shape.values if isinstance(shape, Constant) else None
    if values is None:
        raise Layout(f"its shape is computed from data, or from a size that is not known: {MEND}")
    return call.tracer.shaped(call.name, x, _target(values, x))


def _target(shape: Sequence[object], x: Map) -> list[Size | Dim]:
    """Sizes of a reshape: -1 is what is left, which is the batch where nothing else is; a size that is not known at the
    beginning is the batch."""
    target: list[Size | Dim] = []
    for at, one in enumerate(shape):
        if isinstance(one, Extent):
            target.append(one.dim)
        elif type(one) is int and (one == -1 or 0 < one <= MAX_INTEGER):
            target.append(None if one == -1 else one)
        elif one is None and at == 0 and x.dims and is_batch(x.dims[0]):
            target.append(x.dims[0])
        else:
            raise Layout(f"its shape depends on a size that is not known: {MEND}")
    if target and target[0] is None and x.dims and is_batch(x.dims[0]) and x.dims[0]:
        rest, sizes = target[1:], x.shape[1:]
        if None not in rest and None not in sizes and all(isinstance(n, int) for n in rest):
            inside = prod(n for n in rest if isinstance(n, int))
            if prod(n or 0 for n in sizes) == inside:
                target[0] = x.dims[0]
    return target


@operation("Transpose")
def transpose(call: Call, x: Map, perm: Integers) -> Map:
    rank = len(x.dims)
    order = [axis_at(one, rank) for one in perm or ()]
    if sorted(order) != list(range(rank)):
        raise Layout("its order is none")
    return call.tracer.permuted(call.name, x, order)


@operation("Squeeze")
def squeeze(call: Call, x: Map, *, squeeze_dims: Sequence[int] = (), axis: Sequence[int] = ()) -> Map:
    named = squeeze_dims or axis
    return call.tracer.squeezed(call.name, x, [axis_at(one, len(x.dims)) for one in named] if named else None)


@operation("ExpandDims")
def expand_dims(call: Call, x: Map, axis: Integer) -> Map:
    at = axis_at(axis or 0, len(x.dims) + 1)
    return call.tracer.passed(call.name, x, with_ones(x.dims, [at]))


@operation("Shape")
def shape_of(call: Call, x: Map) -> Constant:
    """The sizes of a map, as numbers or as the dimensions that they are the sizes of."""
    entries = [Extent(dim, x.layer) if size_of(dim) is None else size_of(dim) for dim in x.dims]
    return Constant((len(entries),), entries, ())


@operation("ShapeN")
def shapes_of(call: Call, *tensors: Traced) -> list[Constant]:
    return [shape_of(call, mapped(one)) for one in tensors]


@operation("Rank")
def rank_of(call: Call, x: Map) -> Constant:
    return Constant((), [len(x.dims)], ())


@operation("Size")
def entries_of(call: Call, x: Map) -> Constant:
    return Constant((), [size_of(tuple(x.atoms))], ())


@operation("BroadcastTo")
def broadcast(call: Call, x: Map, shape: Integers) -> Map:
    rank = len(shape or ())
    if rank != call.tracer.axes + 2 or rank < 3 or len(x.dims) > rank:
        return call.tracer.expanded(call.name, x, shape or ())
    wide = x.replaced(dims=((),) * (rank - len(x.dims)) + x.dims)
    order = [0, rank - 1, *range(1, rank - 1)]
    made = call.tracer.expanded(
        call.name, call.tracer.arranged(wide, rank - 2, False), [(shape or [])[at] for at in order]
    )
    return call.tracer.restored(made, rank - 2, False)


@operation("Tile")
def tile(call: Call, x: Map, multiples: Integers) -> Map:
    times = multiples or []
    if len(times) != len(x.dims) or min(times, default=1) < 1:
        raise Layout("its multiples do not fit")
    if not any(one > 1 for one in times):
        return call.tracer.passed(call.name, x)
    target = [n if k == 1 else n and n * k for n, k in zip(x.shape, times, strict=True)]
    if all(k == 1 or n == 1 for n, k in zip(x.shape, times, strict=True)) and None not in target:
        return broadcast(call, x, [n or 1 for n in target])
    return call.tracer.tiled(call.name, x, target)
