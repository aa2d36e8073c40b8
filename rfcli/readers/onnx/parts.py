"""Operations that take parts of dimensions, or add to them."""

from __future__ import annotations

from typing import Any

from rfcli.readers.onnx.calls import MEND, Call, Integers, Traced, integers, operation
from rfcli.readers.onnx.working import part
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, channels, is_channels, size_of
from rfcli.readers.tracing.parts import nothing_of
from rfcli.readers.tracing.tables import picked, picked_apart
from rfcli.readers.tracing.turned import turned_along
from rfcli.words.onnx import PAD_MODES

ENDLESS = 1 << 31


def along(numbers: Any, at: int) -> Any:
    """The entries of an array along one dimension, where they are the same for all others; None where they are not."""
    rank, found = len(numbers.shape), numbers
    for dim in reversed(range(rank)):
        found = found if dim == at else part(found, dim, 0)
    alike = numbers == found.reshape([-1 if k == at else 1 for k in range(rank)])
    return found.tolist() if alike.all() else None


"""Numbers from here on stand for the end of a dimension in slices."""


@operation("Split")
def split(call: Call, x: Map, split: Integers = None, *, axis: int = 0, num_outputs: int = 0) -> list[Map | Constant]:
    at = axis_at(axis, len(x.dims))
    n = size_of(x.dims[at])
    if split is None:
        if n is None:
            raise Layout("a dimension of unknown size is split")
        each = -(-n // (num_outputs or call.outputs))
        split = [min(each, n - each * number) for number in range(call.outputs)]
    if n is not None and (sum(split) != n or min(split) < 1):
        raise Layout(f"it splits {n} entries into {split[:6]}")
    return call.tracer.divided(call.name, x, at, split)


@operation("Slice")
def sliced(
    call: Call, x: Map, starts: Integers, ends: Integers, axes: Integers = None, steps: Integers = None
) -> Map | Constant:
    if starts is None or ends is None or len(starts) != len(ends):
        raise Layout("it has no starts and ends")
    axes = list(range(len(starts))) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    if not len(starts) == len(axes) == len(steps):
        raise Layout("its starts and axes do not fit")
    cuts: list[tuple[int, tuple[int, int, int] | None]] = []
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        at = axis_at(axis, len(x.dims))
        n = x.shape[at]
        if step == -1 and n is not None and (start % n, end < -n) == (n - 1, True):
            cuts.append((at, None))
            continue
        nothing = nothing_of(x, at, start, end, step)
        if nothing is not None:
            return nothing
        cut = _cut(size_of(x.dims[at]), start, end, step)
        if cut is not None:
            cuts.append((at, cut))
    made: Map | Constant = x
    for number, (at, cut) in enumerate(cuts, 1):
        name = call.name if number == len(cuts) else f"{call.name}/{number}"
        one = mapped(made)
        if cut is not None:
            made = call.tracer.cropped(name, one, at, *cut)
        else:
            made = call.tracer.reordered(name, one, at, -1) if is_channels(one.dims[at]) else turned_along(one, at)
    return made if cuts else call.tracer.passed(call.name, x)


def _cut(n: int | None, start: int, end: int, step: int) -> tuple[int, int, int] | None:
    """First entry, end and step of a slice along a dimension of `n`; None where it takes all. Where `n` is unknown, the
    end counts from that of the dimension: negative, or 0."""
    if step < 1:
        raise Layout("it goes backwards")
    if step == 1 and start == 0 and (end >= ENDLESS or (n is not None and end >= n)):
        return None
    if n is None:
        if start < 0 or 0 <= end < ENDLESS:
            raise Layout(f"it cuts an axis of unknown size: {MEND}")
        return start, 0 if end >= ENDLESS else end, step
    first, stop, _ = slice(start, end, step).indices(n)
    return first, stop, step


@operation("Gather")
def gather(call: Call, x: Traced, indices: Traced, *, axis: int = 0) -> Map | Constant:
    if isinstance(x, Constant) and isinstance(indices, Map) and axis == 0:
        return embedded(call, x, indices)
    x = mapped(x)
    at = axis_at(axis, len(x.dims))
    if isinstance(indices, Constant) and indices.values is None and len(indices.shape) == 1:
        found = call.array(1)  # a long table
        indices = indices if found is None else indices.replaced(values=found.tolist())
    if not isinstance(indices, Constant) or indices.values is None:
        raise Layout("it picks by data")
    integers(indices, "indices")
    return picked(call.tracer, call.name, x, at, indices)


@operation("GatherND")
def gather_entries(call: Call, x: Map, indices: Traced, *, batch_dims: int = 0) -> Map | Constant:
    """Entries of the first dimension behind those of the batch, by a list of their numbers."""
    if batch_dims:
        raise Layout("it picks others for each image of a batch")
    numbers = call.array(1) if isinstance(indices, Constant) else None
    if numbers is None or len(numbers.shape) != numbers.shape[-1] + 1:
        raise Layout("it picks by data, or by several tables")
    tables = []
    for at in range(numbers.shape[-1]):
        found = along(part(numbers, len(numbers.shape) - 1, at), at)
        if found is None:
            raise Layout("it picks by data, or by several tables")
        tables.append([int(one) for one in found])
    return picked_apart(call.tracer, call.name, x, 0, tables)


@operation("Pad")
def pad(
    call: Call, x: Map, pads: Integers, value: Traced = None, axes: Integers = None, *, mode: str = "constant"
) -> Map:
    if pads is None or mode not in PAD_MODES:
        raise Layout("it has no pads")
    named = list(range(len(x.dims))) if axes is None else [axis_at(one, len(x.dims)) for one in axes]
    if len(pads) != 2 * len(named):
        raise Layout(f"it has {len(pads)} pads for {len(named)} dimensions")
    sides = [(0, 0)] * len(x.dims)
    for number, at in enumerate(named):
        sides[at] = (pads[number], pads[number + len(named)])
    return call.tracer.padded(call.name, x, sides, PAD_MODES.read(mode))


def embedded(call: Call, table: Constant, numbers: Map) -> Map:
    """A vector of a table for each number; numbers in a row are a sequence. Raises `Layout`."""
    if len(table.shape) != 2:
        raise Layout("it picks matrices by data")
    x = call.tracer.along_axes(mapped(numbers), range(1, len(numbers.dims)))
    params = call.tracer.trained(table, taken=True)
    if x.channels is None:
        raise Layout("channels of unknown number are embedded")
    dims = (*x.dims, channels(table.shape[1]))
    return call.tracer.rechannelled(call.name, x, x.channels * table.shape[1], dims, params)
