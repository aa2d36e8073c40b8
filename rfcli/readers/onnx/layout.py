"""Operations that change how entries lie in dimensions, and what sizes are asked with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rfcli.readers.onnx.calls import Call, Integers, Numbers, Traced, numbers, operation
from rfcli.readers.onnx.constants import Extent
from rfcli.readers.tracing.maps import (
    BATCH,
    Constant,
    Dim,
    Layout,
    Map,
    axis_at,
    is_batch,
    joined,
    size_of,
    with_ones,
)


@operation("Reshape")
def reshape(call: Call, x: Map, shape: Numbers, *, allowzero: int = 0) -> Map:
    if shape is None:
        raise Layout("it has no shape")
    return call.tracer.reshape(call.name, x, _target(x, shape, bool(allowzero)))


def _target(x: Map, shape: Sequence[Any], keep_zero: bool) -> list[Any]:
    """A reshape's sizes: 0 is the size at that place, -1 what is left, an extent the dimension that it is of."""
    target: list[Any] = []
    for at, one in enumerate(shape):
        if isinstance(one, Extent):
            target.append(one.dim)
        elif one is None or one == -1:
            target.append(None)
        elif one == 0 and not keep_zero:
            if at >= len(x.dims):
                raise Layout("it keeps a dimension that its input has not")
            target.append(x.dims[at])
        else:
            target.append(int(one))
    return target


def reshaped_to(shape: Sequence[int | None], target: Traced) -> list[int | Dim | None]:
    """The sizes of a reshape of a tensor that is no map, as far as they are known. Raises `Layout`."""
    wanted = numbers(target, "sizes") or []
    found: list[int | Dim | None] = []
    for at, one in enumerate(wanted):
        if isinstance(one, Extent):
            found.append(one.dim)
        else:
            found.append(None if one is None or one == -1 else shape[at] if one == 0 and at < len(shape) else int(one))
    return found


@operation("Flatten")
def flatten(call: Call, x: Map, *, axis: int = 1) -> Map:
    at = axis + len(x.dims) if axis < 0 else axis
    before, after = x.dims[:at], x.dims[at:]
    if all(is_batch(dim) for dim in before):
        rest = joined(atom for atom in x.atoms if atom.role != BATCH)
        return call.tracer.laid(call.name, x, (tuple(atom for atom in x.atoms if atom.role == BATCH), rest))
    return call.tracer.passed(call.name, x, (sum(before, ()), sum(after, ())))


@operation("Transpose")
def transpose(call: Call, x: Map, *, perm: Sequence[int] = ()) -> Map:
    rank = len(x.dims)
    order = [axis_at(one, rank) for one in perm] if perm else list(range(rank))[::-1]
    if sorted(order) != list(range(rank)):
        raise Layout(f"its perm is {list(perm[:6])}")
    return call.tracer.permuted(call.name, x, order)


@operation("Squeeze")
def squeeze(call: Call, x: Map, axes: Integers = None) -> Map:
    return call.tracer.squeezed(call.name, x, [axis_at(one, len(x.dims)) for one in axes] if axes else None)


@operation("Unsqueeze")
def unsqueeze(call: Call, x: Map, axes: Integers) -> Map:
    rank = len(x.dims) + len(axes or ())
    return call.tracer.passed(call.name, x, with_ones(x.dims, [axis_at(one, rank) for one in axes or ()]))


@operation("Shape")
def shape_of(call: Call, x: Map, *, start: int = 0, end: int | None = None) -> Constant:
    """The sizes of a map, as numbers or as the dimensions that they are the sizes of."""
    entries = [Extent(dim, x.layer) if size_of(dim) is None else size_of(dim) for dim in x.dims][start:end]
    return Constant((len(entries),), entries, ())


@operation("Size")
def entries_of(call: Call, x: Map) -> Constant:
    total = size_of(tuple(x.atoms))
    return Constant((), None if total is None else [total], ())
