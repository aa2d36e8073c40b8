"""Convolutions and pools over windows."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.tensorflow.calls import Call, Integers, Traced, operation
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import Constant, Layout, Map
from rfcli.words.tensorflow import POOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _axes(call: Call, row: Sequence[int], rank: int, what: str) -> list[int]:
    """A value for each axis, from a list that has one for each dimension. Raises `Layout`."""
    if not row:
        return [1] * (rank - 2)
    if len(row) != rank or not all(1 <= one <= MAX_INTEGER for one in row):
        raise Layout(f"its {what} are {list(row)[:6]} for {rank} dimensions")
    at = 1 if call.first else rank - 1
    if row[0] != 1 or row[at] != 1:
        raise Layout("its windows move along the batch or the channels")
    return [*row[2:]] if call.first else [*row[1:-1]]


def _padding(call: Call, word: str, explicit: Sequence[int], rank: int) -> str | list[list[int]]:
    """The word for padding, or pairs for each axis. Raises `Layout`."""
    if word in ("SAME", "VALID"):
        return word.lower()
    if word != "EXPLICIT" or len(explicit) != 2 * rank or not all(0 <= one <= MAX_INTEGER for one in explicit):
        raise Layout(f"its padding is {word[:20]}")
    pairs = [[explicit[at], explicit[at + 1]] for at in range(0, 2 * rank, 2)]
    return pairs[2:] if call.first else pairs[1:-1]


def _slid(
    call: Call, type: str, x: Map, filters: int | None, per_axis: dict[str, Any], padding: str | list[list[int]],
    **given: Any,
) -> Map:  # fmt: skip
    """A layer over windows, of which a word of padding holds for all axes."""
    (given if isinstance(padding, str) else per_axis)["padding"] = padding
    return call.tracer.slid(call.name, type, x, call.first, filters, per_axis, **given)


def _weights(value: Traced, rank: int) -> Constant:
    """A kernel. Raises `Layout`."""
    if rank < 3:
        raise Layout(f"its input has {rank} dimensions")
    if not isinstance(value, Constant) or value.vague:
        raise Layout("its weights are computed from data")
    if len(value.shape) != rank or min(value.shape) < 1:
        raise Layout(f"its kernel has {len(value.shape)} dimensions, its input {rank}")
    return value


def _channels(call: Call, x: Map) -> int | None:
    return x.shape[1 if call.first else -1] if len(x.dims) > 2 else None


def _biased(bias: Traced, *weights: Constant) -> tuple[bool, list[Constant]]:
    """Whether there is a bias, and all tensors of weights."""
    if isinstance(bias, Map):
        raise Layout("its bias is computed from data")
    return isinstance(bias, Constant), [*weights, *([bias] if isinstance(bias, Constant) else [])]


def _convolved(
    call: Call, x: Map, weights: tuple[Constant, Traced], channels: tuple[int, int],
    rows: tuple[Sequence[int], Sequence[int], Sequence[int]], sides: str | list[list[int]],
) -> Map:  # fmt: skip
    """A convolution with a kernel and a bias, so many filters and groups, and a kernel's sizes, steps and dilations."""
    held, bias = weights
    filters, groups = channels
    kernel, strides, dilations = rows
    has_bias, taken = _biased(bias, held)
    per_axis = _per_axis(call, kernel, len(x.dims), strides=strides, dilations=dilations)
    shared = call.tracer.shared(*taken)
    return _slid(call, "conv", x, filters, per_axis, sides, groups=groups, bias=has_bias, **shared)


def _per_axis(call: Call, kernel: Sequence[int], rank: int, **rows: Sequence[int]) -> dict[str, Any]:
    """What a window has for each axis; strides, dilations or rates have an entry for each dimension."""
    names = {"strides": "stride", "dilations": "dilation", "rates": "dilation"}
    return {"kernel": [*kernel], **{names[key]: _axes(call, row, rank, key) for key, row in rows.items()}}


@operation("Conv2D", "Conv3D")
def conv(
    call: Call, x: Map, weight: Traced, bias: Traced = None, *, strides: Sequence[int], padding: str,
    dilations: Sequence[int] = (), explicit_paddings: Sequence[int] = (), filter: str = "HWIO",
) -> Map:  # fmt: skip
    rank = len(x.dims)
    held = _weights(weight, rank)
    if filter == "OHWI":
        filters, *kernel, inner = held.shape
    else:
        *kernel, inner, filters = held.shape
    groups, own = 1, _channels(call, x)
    if own is not None and own != inner:
        if own % inner:
            raise Layout(f"its kernel takes {inner} channels of {own}")
        groups = own // inner
    if filters % groups:
        raise Layout(f"it makes {filters} channels of {groups} groups")
    sides = _padding(call, padding, explicit_paddings, rank)
    return _convolved(call, x, (held, bias), (filters, groups), (kernel, strides, dilations), sides)


@operation("DepthwiseConv2dNative")
def depthwise(
    call: Call, x: Map, weight: Traced, bias: Traced = None, *, strides: Sequence[int], padding: str,
    dilations: Sequence[int] = (), explicit_paddings: Sequence[int] = (), filter: str = "HWIO",
) -> Map:  # fmt: skip
    """A kernel for each channel, or several."""
    held, own = _weights(weight, 4), _channels(call, x)
    rank = len(x.dims)
    if rank != 4:
        raise Layout(f"its input has {rank} dimensions")
    if filter == "OHWI":
        _, *kernel, filters = held.shape
    else:
        *kernel, inner, times = held.shape
        own, filters = inner if own is None else own, inner * times
    if own is None or filters % own:
        raise Layout("channels of unknown number are convolved one by one")
    sides = _padding(call, padding, explicit_paddings, rank)
    return _convolved(call, x, (held, bias), (filters, own), (kernel, strides, dilations), sides)


@operation("Conv2DBackpropInput", "Conv3DBackpropInputV2")
def conv_transpose(
    call: Call, sizes: Traced, weight: Traced, x: Map, bias: Traced = None, *, strides: Sequence[int], padding: str,
    dilations: Sequence[int] = (), explicit_paddings: Sequence[int] = (), filter: str = "HWIO",
) -> Map:  # fmt: skip
    """A transposed convolution: the convolution that it turns round makes its input of what it makes."""
    rank = len(x.dims)
    held = _weights(weight, rank)
    if filter == "OHWI":
        filters, *kernel, inner = held.shape
    else:
        *kernel, filters, inner = held.shape
    own = _channels(call, x)
    if own is not None and own != inner:
        raise Layout(f"its kernel takes {inner} channels of {own}")
    stride, dilation = _axes(call, strides, rank, "strides"), _axes(call, dilations, rank, "dilations")
    before = x.shape[2:] if call.first else x.shape[1:-1]
    wanted = _wanted(call, sizes, rank)
    sides = _padding(call, padding, explicit_paddings, rank)
    per_axis: dict[str, Any] = {"kernel": kernel, "stride": stride, "dilation": dilation}
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    rows = zip(before, wanted, stride, reach, strict=True)
    plain = sides == "same" and all(m is None or n is None or m == n * s for n, m, s, _ in rows)
    if not plain:
        per_axis["output_padding"], sides = _taken_off(before, wanted, stride, reach, sides)
    has_bias, taken = _biased(bias, held)
    return _slid(call, "conv_transpose", x, filters, per_axis, sides, bias=has_bias, **call.tracer.shared(*taken))


def _wanted(call: Call, sizes: Traced, rank: int) -> list[int | None]:
    """The sizes of what it makes, along each axis, as far as they are known."""
    values = sizes.values if isinstance(sizes, Constant) else None
    if values is None or len(values) not in (rank, rank - 2):
        return [None] * (rank - 2)
    row = values if len(values) == rank - 2 else values[2:] if call.first else values[1:-1]
    return [one if type(one) is int and 0 < one <= MAX_INTEGER else None for one in row]


def _taken_off(
    before: Sequence[int | None], wanted: Sequence[int | None], stride: Sequence[int], reach: Sequence[int],
    sides: str | list[list[int]],
) -> tuple[list[int], list[list[int]]]:  # fmt: skip
    """Of each axis what is added at the end, and what is taken off before and after, so that it has the wanted size."""
    more, pairs = [], []
    for at, (n, m, s, k) in enumerate(zip(before, wanted, stride, reach, strict=True)):
        if sides == "same":
            if n is None or m is None:
                raise Layout("its output size is computed, or its input's is not known")
            total = (n - 1) * s + k - m
            less = max(total, 0) // 2
            pairs.append([less, max(total, 0) - less])
            more.append(max(-total, 0))
            continue
        both = [0, 0] if isinstance(sides, str) else sides[at]
        usual = max(s - k, 0)
        added = usual if n is None or m is None else m - ((n - 1) * s + k - sum(both))
        pairs.append([both[0], both[1] - min(added, 0)])
        more.append(max(added, 0))
    return more, pairs


@operation(*POOLS)
def pool(
    call: Call, x: Map, ksize: Integers = None, strides: Integers = None, *, padding: str,
    explicit_paddings: Sequence[int] = (),
) -> Map:  # fmt: skip
    """Kernel and strides are attributes, or inputs in newer versions."""
    rank, read = len(x.dims), call.attributes
    if rank < 3:
        raise Layout(f"its input has {rank} dimensions")
    rows = []
    for given, name in ((ksize, "ksize"), (strides, "strides")):
        stated = read.get(name) if given is None else given
        if not isinstance(stated, list) or any(not isinstance(one, int) for one in stated):
            raise Layout(f"it has no {name}")
        rows.append(stated)
    at = 1 if call.first else rank - 1
    kernel, stride = rows
    if len(kernel) == rank and kernel[at] > 1 and prod(kernel) == kernel[at]:
        raise Layout("it pools channels")
    per_axis = {"kernel": _axes(call, kernel, rank, "kernel"), "stride": _axes(call, stride, rank, "strides")}
    kind = f"{POOLS.read(call.operation)}_pool"
    return _slid(call, kind, x, None, per_axis, _padding(call, padding, explicit_paddings, rank))


@operation("MaxPoolWithArgmax")
def pool_with_places(call: Call, x: Map, *, ksize: Sequence[int], strides: Sequence[int], padding: str) -> list[Map]:
    rank = len(x.dims)
    per_axis = {"kernel": _axes(call, ksize, rank, "kernel"), "stride": _axes(call, strides, rank, "strides")}
    made = _slid(call, "max_pool", x, None, per_axis, _padding(call, padding, (), rank))
    return [made, made]


@operation("Dilation2D")
def dilation(
    call: Call, x: Map, weight: Traced, *, strides: Sequence[int], rates: Sequence[int], padding: str
) -> Map:  # fmt: skip
    """The largest of what lies in a window, to which a trained number each is added."""
    held, own = _weights(weight, 3), _channels(call, x)
    per_axis = _per_axis(call, held.shape[:2], 4, strides=strides, rates=rates)
    given: Parameters = {"groups": own, "bias": False, **call.tracer.shared(held)}
    return _slid(call, "conv", x, own, per_axis, _padding(call, padding, (), 4), **given)
