"""Operations of ATen that take parts of a tensor, or add to its ends."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.torch.calls import Call, operation
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, without
from rfcli.words.torch import PAD_MODES, PADS, operations


@operation("split", "split_with_sizes", "chunk", "tensor_split", "split_with_sizes_copy")
def split(call: Call, x: Map, *, dim: int = 0) -> list[Map]:
    at = axis_at(dim, len(x.dims))
    return call.tracer.divided(call.name, x, at, [shape[at] for shape in call.shapes])


@operation("unbind")
def unbind(call: Call, x: Map, *, dim: int = 0) -> list[Map]:
    at = axis_at(dim, len(x.dims))
    parts = call.tracer.divided(call.name, x, at, [1] * len(call.shapes))
    return [one.replaced(dims=without(one.dims, [at])) for one in parts]


@operation("select", "select_copy")
def select(call: Call, x: Map, *, dim: int = 0, index: Argument = None) -> Map:
    return call.tracer.one_of(call.name, x, axis_at(dim, len(x.dims)), index)


@operation("slice", "slice_copy")
def cut(call: Call, x: Map, *, dim: int = 0, start: Argument = 0, end: Argument = None, step: int = 1) -> Map:
    return _cut(call, x, axis_at(dim, len(x.dims)), start, end, step)


@operation("narrow", "narrow_copy")
def narrow(call: Call, x: Map, *, dim: int = 0, start: Argument = 0, length: int = 0) -> Map:
    at = axis_at(dim, len(x.dims))
    if isinstance(start, int):
        start += (x.shape[at] or 0) if start < 0 else 0
    return _cut(call, x, at, start, start if isinstance(start, Map) else start + length, 1)


def _cut(call: Call, x: Map, at: int, start: Argument, end: Argument, step: int) -> Map:
    n = x.shape[at]
    if n is None:
        raise Layout("a dimension of unknown size is cut")
    if isinstance(start, Map) or isinstance(end, Map):
        raise Layout("it cuts by data")
    first, stop, step = slice(start, n if end is None else end, step).indices(n)
    if stop <= first:
        raise Layout("nothing is left")
    if (first, stop, step) == (0, n, 1):
        return x
    return call.tracer.cropped(call.name, x, at, first, stop, step)


@operation("index_select")
def index_select(call: Call, x: Map, *, dim: int = 0, index: Argument = None) -> Map:
    return _picked(call, x, axis_at(dim, len(x.dims)), index)


@operation("index")
def index(call: Call, x: Map, *, indices: Sequence[Argument] = ()) -> Map:
    given = [(at, one) for at, one in enumerate(indices) if one is not None]
    if len(given) != 1:
        raise Layout("it picks by several tables")
    return _picked(call, x, *given[0])


def _picked(call: Call, x: Map, at: int, numbers: Argument) -> Map:
    if not isinstance(numbers, Constant):
        raise Layout("it picks by data")
    return call.tracer.picked(call.name, x, at, numbers.replaced(shape=numbers.shape or (1,)))


@operation("pad", *operations(PADS))
def pad(call: Call, x: Map, *, pad: Sequence[int] = (), padding: Sequence[int] = (), mode: str = "constant") -> Map:
    """Entries before and after the last dimension, then the one before it, and so on."""
    rank, pads = len(x.dims), pad or padding
    if call.operation in PADS:
        mode = PAD_MODES.written(PADS.read(call.operation))
    if len(pads) % 2 or len(pads) > 2 * rank or mode not in PAD_MODES:
        raise Layout(f"it pads by {list(pads)[:6]}, {mode}")
    sides = [(0, 0)] * rank
    for number in range(len(pads) // 2):
        sides[rank - 1 - number] = (pads[2 * number], pads[2 * number + 1])
    return call.tracer.padded(call.name, x, sides, PAD_MODES.read(mode))
