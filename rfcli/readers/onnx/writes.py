"""Operations that write into a tensor, or leave parts of it out, at places that constants say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rfcli.readers.onnx.calls import Call, Integers, Traced, operation
from rfcli.readers.onnx.parts import along
from rfcli.readers.onnx.working import as_ours, part
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.arrays import arange
from rfcli.readers.tracing.blanks import blanked, positions, remarked
from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, size_of
from rfcli.readers.tracing.settling import interleaved, settled, written

NO_BOX = "it writes at places that are no box"
MASKING = {"Mul": (0, 1), "Where": (1, 2)}
"""Operations with which constants take entries out, and the inputs that these may be taken out of."""


@operation("ScatterND")
def scatter_entries(call: Call, data: Traced, indices: Traced, updates: Traced, *, reduction: str = "none") -> Any:
    """Entries by a list of their places: those of a box, in order."""
    places = call.array(1) if isinstance(indices, Constant) else None
    if places is None or reduction != "none":
        raise Layout("it writes by data")
    shape, count = _shape(data), places.shape[-1]
    if len(places.shape) != count + 1:
        raise Layout(NO_BOX)
    runs = [_run(part(places, count, at), at, shape[at]) for at in range(count)]
    return _written(call, call.name, data, updates, runs)


@operation("ScatterElements")
def scatter_along(
    call: Call, data: Traced, indices: Traced, updates: Traced, *, axis: int = 0, reduction: str = "none"
) -> Any:
    """Entries by their places along one dimension: the same for all others."""
    places = call.array(1) if isinstance(indices, Constant) else None
    if places is None or reduction != "none":
        raise Layout("it writes by data")
    shape = _shape(data)
    at = axis_at(axis, len(shape))
    if [n for k, n in enumerate(places.shape) if k != at] != [n for k, n in enumerate(shape) if k != at]:
        raise Layout(NO_BOX)
    run = _run(places, at, shape[at])
    whole = [range(n or 0) for n in shape]
    return _written(call, call.name, data, updates, [*whole[:at], run])


def _run(places: Any, at: int, n: int | None) -> range:
    """The entries of a dimension of so many that places along it are, at equal distances. Raises `Layout`."""
    found = [int(one) for one in along(places % (n or 1), at) or ()]
    step = found[1] - found[0] if len(found) > 1 else 1
    if not found or step < 1 or found != [*range(found[0], found[-1] + 1, step)]:
        raise Layout(NO_BOX)
    # The last of them ends a box; those at distances go on to the end of the dimension.
    return range(found[0], found[-1] + 1 if step == 1 or n is None else min(found[-1] + step, n), step)


def _shape(value: Traced) -> Sequence[int | None]:
    if value is None:
        raise Layout("it writes into nothing")
    return value.shape


def _written(call: Call, name: str, data: Traced, updates: Traced, runs: Sequence[range], at: int = 0) -> Map | Joined:
    """A tensor with another in place of a box of its entries. Raises `Layout`."""
    shape = _shape(data)
    while at < len(runs) and runs[at] == range(shape[at] or 0):
        at += 1
    if at == len(runs):
        return call.tracer.passed(name, mapped(updates))
    run = runs[at]
    data, inner = _unweighed(call, 0, data), _unweighed(call, 2, updates)
    if any(other != range(shape[k] or 0) for k, other in enumerate(runs) if k > at):
        if isinstance(data, Map):
            slab: Traced = call.tracer.cropped(f"{name}/slab", data, at, run.start, run.stop, run.step)
        else:
            slab = Constant((*[n or 1 for n in shape[:at]], len(run), *[n or 1 for n in shape[at + 1 :]]), None, ())
        inner = settled(call.tracer, f"{name}/inside", _written(call, f"{name}/inside", slab, updates, runs, at + 1))
    if not isinstance(inner, Map | Constant) or not isinstance(data, Map | Constant):
        raise Layout("it writes what is no tensor")
    if run.step > 1:
        return interleaved(call.tracer, name, data, inner, at, run)
    return written(call.tracer, name, data, inner, at, run.start, run.stop)


def _unweighed(call: Call, number: int, value: Any) -> Any:
    """What is written, or written into: zeros are no parameters."""
    if isinstance(value, Constant) and value.weights:
        numbers = call.array(number)
        return value.replaced(weights=()) if numbers is not None and not (numbers != 0).any() else value
    return value


def left_of(call: Call) -> Call:
    """An operation with constants that take positions out of its inputs, on what is left of these: where that is too
    many pieces, it is told."""
    inputs = list(call.inputs)
    for place in MASKING[call.operation]:
        x = inputs[place]
        number = 0 if call.operation == "Where" else 1 - place
        constant = inputs[number]
        if not isinstance(x, Map) or not isinstance(constant, Constant):
            continue
        found, lacks = positions(x), len(x.dims) - len(constant.shape)
        if found is None or lacks < 0 or all(k < lacks or constant.shape[k - lacks] == 1 for k in found[0]):
            continue
        values = call.array(number)
        if values is None or values.shape != constant.shape:
            continue
        if ((values == 0) | (values == 1)).all():
            inputs[number] = constant.replaced(weights=())  # a mask is no parameter
        left = values == 0 if call.operation == "Where" and place == 2 else values != 0
        kept = _kept(x, found[0], left)
        if kept is None:
            continue
        try:
            with call.tracer.attempt():
                inputs[place] = blanked(call.tracer, call.name, x, found[0], kept)
        except Layout as why:
            remarked(call.tracer, call.name, str(why))
    return call.replaced(inputs=tuple(inputs))


def _kept(x: Map, at: Sequence[int], values: Any) -> Any:
    """Of each position of a map whether any of its entries is left; None where that is so of all."""
    if values.all():
        return None
    kept = values.reshape([*[1] * (len(x.dims) - len(values.shape)), *values.shape])
    for k in reversed(range(len(x.dims))):
        kept = kept if k in at else kept.any(k)
    sizes = [size_of(x.dims[k]) or 1 for k in at]
    if any(n not in (1, size) for n, size in zip(kept.shape, sizes, strict=True)):
        return None
    return as_ours(kept).expand(sizes)


@operation("Trilu")
def triangle(call: Call, x: Map, k: Integers = None, *, upper: int = 1) -> Map:
    """The part of each matrix on one side of a diagonal."""
    found = positions(x)
    if found is None or not {len(x.dims) - 2, len(x.dims) - 1} <= {*found[0]}:
        raise Layout("entries are left out")
    *outer, rows, columns = [x.shape[at] or 1 for at in found[0]]
    ahead = arange(columns) - arange(rows).reshape([rows, 1])
    first = k[0] if k else 0
    kept = (ahead >= first if upper else ahead <= first).expand([*outer, rows, columns])
    return call.tracer.passed(call.name, blanked(call.tracer, call.name, x, found[0], kept))
