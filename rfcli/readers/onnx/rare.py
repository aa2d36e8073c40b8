"""Operations that few exporters write: values put back where a pool found them, numbers as channels, sequences turned
round, rotated features, entries by tables."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.onnx.calls import Call, Integers, Numbers, Traced, operation
from rfcli.readers.onnx.parts import along
from rfcli.readers.tracing.maps import (
    Constant,
    Layout,
    Map,
    axes_in,
    axis_at,
    channels,
    exchanged,
    is_channels,
    size_of,
    with_ones,
)
from rfcli.readers.tracing.tables import picked
from rfcli.readers.tracing.turned import turned_along

MOST_CLASSES = 1 << 20
"""Channels that one entry is told apart into."""


@operation("MaxUnpool")
def unpool(
    call: Call, x: Map, indices: Map, shape: Integers = None, *, kernel_shape: Sequence[int] = (),
    strides: Sequence[int] = (), pads: Sequence[int] = (),
) -> Map:  # fmt: skip
    """Values put where the largest of each window was found: each is seen with the window that says where."""
    if list(strides or [1] * len(kernel_shape)) != list(kernel_shape) or any(pads):
        raise Layout("its windows overlap, or are padded")
    tracer = call.tracer
    maps = [tracer.canonical(f"{call.name}/input_{number}", one) for number, one in enumerate((x, indices), 1)]
    given = maps[0] if maps[0].layer == maps[1].layer else tracer.merged(f"{call.name}/given", "add", maps)
    axes = tracer.window_axes(given)
    made = tracer.over_axes(call.name, "max_unpool", given, **tracer.along(axes, scale=kernel_shape))
    sizes = list(shape or made.shape)[-len(axes) :]
    more = [(want or 0) - (have or 0) if want and have else 0 for want, have in zip(sizes, made.shape[2:], strict=True)]
    if any(after not in range(k) for after, k in zip(more, kernel_shape, strict=True)):
        raise Layout("its windows are others than those of the pool")
    return tracer.padded(f"{call.name}/pad", made, [(0, 0), (0, 0), *((0, one) for one in more)]) if any(more) else made


@operation("OneHot")
def one_hot(call: Call, x: Map, depth: Integers, values: Traced, *, axis: int = -1) -> Map:
    """A channel for each number that an entry may be; numbers in a row are a sequence."""
    count = depth[0] if depth else 0
    x = call.tracer.along_axes(x, range(1, len(x.dims)))
    if x.channels is None or not 0 < count <= MOST_CLASSES:
        raise Layout("channels of unknown number are told apart")
    at = axis_at(axis, len(x.dims) + 1)
    dims = exchanged(with_ones(x.dims, [at]), at, channels(count))
    return call.tracer.rechannelled(call.name, x, x.channels * count, dims)


@operation("ReverseSequence")
def reverse(call: Call, x: Map, lengths: Integers, *, batch_axis: int = 1, time_axis: int = 0) -> Map:
    """Whole sequences from their end on; of channels in reverse."""
    at = axis_at(time_axis, len(x.dims))
    if len(x.dims) == 3 and at < 2:
        call.tracer.features_in(x, 2)
    n = x.shape[at]
    if lengths is None or n is None or any(one != n for one in lengths):
        raise Layout("parts of sequences are turned round")
    return call.tracer.reordered(call.name, x, at, -1) if is_channels(x.dims[at]) else turned_along(x, at)


@operation("RotaryEmbedding")
def rotated(call: Call, x: Map, cosines: Traced, sines: Traced, places: Traced = None) -> Map:
    """Features of each position mixed in pairs, by constants."""
    if isinstance(cosines, Map) or isinstance(sines, Map) or isinstance(places, Map):
        raise Layout("it is rotated by data")
    call.tracer.features_in(x, len(x.dims) - 1)
    if axes_in(x.dims[-1]) or x.channels is None:
        raise Layout("positions along an axis are rotated")
    return call.tracer.rechannelled(call.name, x, x.channels)


@operation("CenterCropPad")
def centred(call: Call, x: Map, shape: Integers, *, axes: Sequence[int] = ()) -> Map:
    """Cut off, or filled up, on both sides alike; the odd sample before where it is cut, behind where it is filled."""
    named = [axis_at(one, len(x.dims)) for one in axes] or list(range(len(x.dims)))
    if shape is None or len(shape) != len(named):
        raise Layout("its sizes are not known")
    sides = [(0, 0)] * len(x.dims)
    for at, wanted in zip(named, shape, strict=True):
        n = size_of(x.dims[at])
        if n is None:
            raise Layout("a dimension of unknown size is cut")
        before = -((n - wanted) // 2) if n > wanted else (wanted - n) // 2
        sides[at] = (before, wanted - n - before)
    return call.tracer.padded(call.name, x, sides)


@operation("GatherElements")
def gather_along(call: Call, x: Map, indices: Traced, *, axis: int = 0) -> Map | Constant:
    """Entries by their places along one dimension: the same for all others."""
    places, at = call.array(1), axis_at(axis, len(x.dims))
    if places is None or [n for k, n in enumerate(places.shape) if k != at] != [
        n for k, n in enumerate(x.shape) if k != at
    ]:
        raise Layout("it picks by data")
    found = along(places, at)
    if found is None:
        raise Layout("it picks others for each entry")
    numbers = [int(one) for one in found]
    return picked(call.tracer, call.name, x, at, Constant((len(numbers),), numbers, ()))


@operation("Compress")
def compressed(call: Call, x: Map, condition: Numbers, *, axis: int | None = None) -> Map | Constant:
    """Entries of a dimension for which a row of flags says so."""
    if condition is None or axis is None:
        raise Layout("it picks from what is laid flat")
    numbers = [at for at, flag in enumerate(condition) if flag]
    if not numbers:
        raise Layout("nothing is left")
    return picked(call.tracer, call.name, x, axis_at(axis, len(x.dims)), Constant((len(numbers),), numbers, ()))
