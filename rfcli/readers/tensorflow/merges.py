"""Several tensors made one."""

from __future__ import annotations

from math import prod

from rfcli.readers.tensorflow.calls import Call, Integer, Traced, integer, operation
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, with_ones
from rfcli.words.tensorflow import MERGES


@operation(*MERGES)
def merge(call: Call, *operands: Traced) -> Map:
    if None in operands:
        raise Layout("one of its inputs is not known")
    return call.tracer.combined(call.name, MERGES.read(call.operation), operands, 2)


@operation("BiasAdd", "BiasAddV1")
def biased(call: Call, x: Map, bias: Traced) -> Map:
    """A number for each channel, which may be computed."""
    if isinstance(bias, Map) and not call.first:
        return call.tracer.combined(call.name, "add", (x, bias), 2)
    if not isinstance(bias, Constant):
        raise Layout("its bias is computed from data")
    if x.channels is not None and prod(bias.shape) != x.channels and x.axes:
        raise Layout("it adds others than a number for each channel")
    return call.tracer.scaled(call.name, x, call.tracer.trained(bias, taken=True))


@operation("Concatenation")
def concatenation(call: Call, *operands: Traced, axis: int = 0) -> Map:
    return _joined(call, operands, axis)


@operation("ConcatV2")
def concat(call: Call, *operands: Traced) -> Map:
    """The axis comes last."""
    return _joined(call, operands[:-1], _axis(operands[-1:]))


@operation("Concat")
def concat_once(call: Call, *operands: Traced) -> Map:
    """The axis comes first."""
    return _joined(call, operands[1:], _axis(operands[:1]))


def _axis(given: tuple[Traced, ...]) -> int:
    found: Integer = integer(given[0], "axis") if given else None
    if found is None:
        raise Layout("it has no axis")
    return found


def _joined(call: Call, operands: tuple[Traced, ...], axis: int) -> Map:
    if None in operands or not any(isinstance(one, Map) for one in operands):
        raise Layout("one of its inputs is not known")
    return call.tracer.joined(call.name, operands, axis)


@operation("Pack")
def stack(call: Call, *operands: Traced, axis: int = 0) -> Map:
    """Tensors of one shape beside each other, in a new dimension."""
    maps = [one for one in operands if isinstance(one, Map)]
    if len(maps) < len(operands) or len({len(one.dims) for one in maps}) > 1:
        raise Layout("it joins maps and constants")
    at = axis_at(axis, len(maps[0].dims) + 1)
    return call.tracer.joined(call.name, [one.replaced(dims=with_ones(one.dims, [at])) for one in maps], at)
