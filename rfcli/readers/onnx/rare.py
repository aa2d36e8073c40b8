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
    size_of,
    with_ones,
)
from rfcli.readers.tracing.tables import picked

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
    return call.tracer.put_back_in(call.name, x, indices, kernel_shape, [*shape][2:] if shape else None)


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
    return call.tracer.flipped(call.name, x, [at])


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
