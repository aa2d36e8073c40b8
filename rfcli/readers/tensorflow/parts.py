"""Operations that take parts of dimensions, or add to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rfcli.readers.tensorflow.calls import MEND, Call, Integer, Integers, Traced, integers, operation
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, is_channels, with_ones
from rfcli.readers.tracing.parts import cut_of
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


class Part(Value):
    """What a slice has for a dimension: a new one of one entry, one entry of it, or several."""

    new: bool
    one: int | None
    slice: slice


def cuts_of(
    rank: int, begins: Sequence[Any], ends: Sequence[Any], steps: Sequence[Any], attributes: Mapping[str, Any]
) -> Iterator[Part]:
    """What a strided slice of a tensor of some rank says of each dimension, and of new ones. Raises `ValueError`."""
    masks = {name: attributes.get(name, 0) for name in MASKS}
    count = len(begins)
    if len(ends) != count or len(steps) != count or not all(type(one) is int for one in (*steps, *masks.values())):
        raise ValueError("begins, ends and steps do not fit")
    new = sum(masks["new_axis_mask"] >> at & 1 for at in range(count) if not masks["ellipsis_mask"] >> at & 1)
    gaps = sum(masks["ellipsis_mask"] >> at & 1 for at in range(count))
    left = rank - (count - new - gaps)
    if gaps > 1 or left < 0:
        raise ValueError("it names more dimensions than there are")
    for at in range(count):
        bits = {name: bool(mask >> at & 1) for name, mask in masks.items()}
        if bits["ellipsis_mask"]:
            yield from [Part(False, None, slice(None))] * left
            left = 0
        elif bits["new_axis_mask"]:
            yield Part(True, None, slice(None))
        elif bits["shrink_axis_mask"]:
            yield Part(False, _whole(begins[at]), slice(None))
        else:
            begin = None if bits["begin_mask"] else _whole(begins[at])
            end = None if bits["end_mask"] else _whole(ends[at])
            end = end if end is None or not attributes.get("offset") else (begin or 0) + end
            yield Part(False, None, slice(begin, end, steps[at]))
    yield from [Part(False, None, slice(None))] * left


def _whole(number: Any) -> int:
    if type(number) is not int:
        raise ValueError("a number that is not known")
    return number


@operation("StridedSlice")
def strided(call: Call, x: Map, begin: Traced, end: Traced, strides: Integers) -> Map | Constant:
    rows = [one.values if isinstance(one, Constant) else None for one in (begin, end)]
    if rows[0] is None or rows[1] is None or strides is None:
        raise Layout("its limits are computed from data")
    try:
        parts = list(cuts_of(len(x.dims), rows[0], rows[1], strides, call.attributes))
    except ValueError as error:
        raise Layout(f"{error}: {MEND}" if "not known" in str(error) else str(error)) from None
    made: Map | Constant = x
    at, busy = 0, [part for part in parts if part.new or part.one is not None or part.slice != slice(None)]
    for part in parts:
        name = call.name if busy and part is busy[-1] else f"{call.name}/{at + 1}"
        one = mapped(made)
        if part.new:
            made, at = one.replaced(dims=with_ones(one.dims, [at])), at + 1
        elif part.one is not None:
            made = call.tracer.one_of(name, one, at, part.one)
        else:
            made, at = _cut(call, name, one, at, part.slice), at + 1
    return made if busy and made is not x else call.tracer.passed(call.name, x)


def _cut(call: Call, name: str, x: Map, at: int, part: slice) -> Map | Constant:
    """A slice of one dimension, or all of it backwards, where it holds channels."""
    step = 1 if part.step is None else part.step
    if step == -1 and part.start in (None, -1) and part.stop is None and is_channels(x.dims[at]):
        return call.tracer.reordered(name, x, at, -1)
    cut = cut_of(x.shape[at], part.start, part.stop, step, "an axis")
    return x if cut is None else call.tracer.cropped(name, x, at, *cut)


@operation("Slice")
def cut(call: Call, x: Map, begin: Integers, size: Traced) -> Map | Constant:
    sizes = size.values if isinstance(size, Constant) else None
    if begin is None or sizes is None or not len(begin) == len(sizes) == len(x.dims):
        raise Layout("its limits are computed from data")
    made: Map | Constant = x
    for at, (first, count) in enumerate(zip(begin, sizes, strict=True)):
        one = mapped(made)
        n = one.shape[at]
        if first == 0 and (count == -1 or type(count) is not int or count == n):
            continue
        end = None if count == -1 else first + count
        made = _cut(call, f"{call.name}/{at}", one, at, slice(first, end, 1))
    return call.tracer.passed(call.name, mapped(made))


@operation("Split")
def split(call: Call, axis: Integer, x: Map) -> list[Map | Constant]:
    """Into as many parts as it has outputs."""
    at = axis_at(axis or 0, len(x.dims))
    n = x.shape[at]
    if n is None or n % max(call.outputs, 1):
        raise Layout(f"it splits a dimension of unknown size: {MEND}")
    return call.tracer.divided(call.name, x, at, [n // call.outputs] * call.outputs)


@operation("SplitV")
def split_by(call: Call, x: Map, sizes: Integers, axis: Integer) -> list[Map | Constant]:
    at = axis_at(axis or 0, len(x.dims))
    n, each = x.shape[at], list(sizes or [])
    if each.count(-1) == 1 and n is not None:
        each[each.index(-1)] = n - sum(each) - 1
    if (n is not None and sum(each) != n) or min(each, default=0) < 1:
        raise Layout(f"it splits {n} entries into {each[:6]}")
    return call.tracer.divided(call.name, x, at, each)


@operation("Unpack")
def unstack(call: Call, x: Map, *, axis: int = 0) -> list[Map | Constant]:
    at = axis_at(axis, len(x.dims))
    if x.shape[at] != call.outputs or call.outputs > 4096:
        raise Layout("it takes a dimension of unknown size apart")
    return [call.tracer.one_of(f"{call.name}/{number + 1}", x, at, number) for number in range(call.outputs)]


@operation("Gather", "GatherV2", "ResourceGather")
def gather(
    call: Call, x: Traced, indices: Traced, axis: Integer = None, *, batch_dims: int = 0
) -> Map | Constant:  # fmt: skip
    """Entries of a dimension by their numbers; rows of a table by those that are data."""
    stated = call.attributes.get("axis", 0)
    number = axis if axis is not None else stated if type(stated) is int else 0
    if isinstance(x, Constant) and isinstance(indices, Map):
        if number or batch_dims:
            raise Layout("it picks columns by data")
        return looked_up(call, indices, x)
    given = mapped(x)
    if not isinstance(indices, Constant) or indices.values is None or batch_dims:
        raise Layout("it picks by data")
    integers(indices, "indices")
    return call.tracer.picked_by(call.name, given, axis_at(number, len(given.dims)), indices)


@operation("GatherNd")
def gather_entries(call: Call, x: Map, indices: Traced) -> Map | Constant:
    """Entries of the first dimension by a list of their numbers."""
    if not isinstance(indices, Constant) or indices.values is None or len(indices.shape) != 2 or indices.shape[-1] != 1:
        raise Layout("it picks by data, or by several tables")
    integers(indices, "indices")
    return call.tracer.picked_by(call.name, x, 0, indices.replaced(shape=indices.shape[:1]))


@operation("EmbeddingLookup")
def embedding(call: Call, indices: Map, table: Traced) -> Map:
    if not isinstance(table, Constant):
        raise Layout("its table is computed from data")
    return looked_up(call, indices, table)


def looked_up(call: Call, x: Map, table: Constant) -> Map:
    """Rows of a table of weights by their numbers, which are data. Raises `Layout`."""
    positions = x.channels
    if len(table.shape) != 2 or positions is None:
        raise Layout("it picks by data")
    call.tracer.positions_in(x, True)
    params = call.tracer.trained(table, taken=True)
    width = table.shape[1]
    return call.tracer.rechannelled(call.name, x, positions * width, (*x.dims, *_features(width)), params)


def _features(width: int) -> tuple[Any, ...]:
    from rfcli.readers.tracing.maps import channels

    return (channels(width),)


@operation("Pad", "PadV2")
def pad(call: Call, x: Map, paddings: Integers) -> Map:
    return call.tracer.padded(call.name, x, _sides(x, paddings))


@operation("MirrorPad")
def mirrored(call: Call, x: Map, paddings: Integers, *, mode: str = "REFLECT") -> Map:
    sides = _sides(x, paddings)
    if mode == "SYMMETRIC" and any(max(both) > 1 for both in sides):
        raise Layout("it mirrors the border with its last sample")
    return call.tracer.padded(call.name, x, sides, "replicate" if mode == "SYMMETRIC" else "reflect")


def _sides(x: Map, paddings: Integers) -> list[tuple[int, int]]:
    if paddings is None or len(paddings) != 2 * len(x.dims) or min(paddings, default=0) < 0:
        raise Layout("its paddings do not fit")
    return list(zip(paddings[::2], paddings[1::2], strict=True))


@operation("ReverseV2")
def reversed_(call: Call, x: Map, axis: Integers) -> Map:
    """Channels in reverse."""
    at = [axis_at(one, len(x.dims)) for one in axis or ()]
    if any(not is_channels(x.dims[one]) for one in at):
        raise Layout("an axis is turned round")
    for one in at:
        x = call.tracer.reordered(call.name, x, one, -1)
    return x
