"""Convolutions and pools of ATen."""

from collections.abc import Sequence
from itertools import product
from math import prod

from rfcli.readers.torch.calls import Call, Made, alone, batched, each, listed, operation, rank_of, weights
from rfcli.readers.torch.kernels import mask_of
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.arguments import kernels, mapped
from rfcli.readers.tracing.maps import (
    Constant,
    Layout,
    Map,
    axis_at,
    axis_of,
    channels,
    default_roles,
    is_canonical,
    is_channels,
    rebased,
    whole,
    with_ones,
)
from rfcli.words.torch import PAD_MODES

MOST_TAPS = 64
"""Entries of windows that are cut out one by one."""


@operation(*each("conv"), *each("conv_transpose"), "convolution")
def conv(
    call: Call, input: Argument, *, weight: Argument = None, bias: Argument = None, transposed: bool = False,
    output_padding: Argument = 0, groups: int = 1,
) -> Map:  # fmt: skip
    if isinstance(weight, Map):
        return _correlated(call, mapped(input), weight, bias, groups)
    held, biases = kernels(weight), weights(bias)
    filters, inner, *kernel = held.shape
    x, added = batched(call, mapped(input), len(kernel))
    window = _window(call, kernel)
    if not transposed and "transpose" not in call.operation and groups == 1 and _over_channels(x, kernel):
        return _volumetric(call, x, held, biases, window)
    shared = call.tracer.shared(held, biases)
    transposed = transposed or "transpose" in call.operation
    if is_channels(x.dims[1]) and not is_canonical(x) and groups == 1 and single(window):
        made = inner if transposed else filters
        return alone(call.tracer.projected(call.name, x, 1, made, biases is not None, shared), added)
    beside = _channels_in_place_of_axes(x, window)
    if beside and added is None and groups == 1 and not transposed:
        return _repeated(call, x, beside, held, window, {"bias": biases is not None, **shared})
    given = {"groups": groups, "bias": biases is not None, **shared}
    given["mask"] = mask_of(call.numbers, call.raw("weight"), kernel, transposed)
    if not transposed:
        return alone(call.tracer.window(call.name, "conv", x, filters, window, **given), added)
    window["output_padding"] = _row(output_padding, len(kernel))
    return alone(call.tracer.window(call.name, "conv_transpose", x, inner * groups, window, **given), added)


def _channels_in_place_of_axes(x: Map, window: dict[str, Argument]) -> list[int]:
    """Dimensions of channels, but those of an input, which may be axes, along all of which a window has one entry."""
    found = [at for at, dim in enumerate(x.dims) if at > 1 and dim and is_channels(dim)]
    alone = {"kernel": 1, "stride": 1, "padding": [0, 0]}
    fits = all(window[key][at - 2] == one for key, one in alone.items() for at in found)
    given = any(atom.origin for at in found for atom in x.dims[at])
    return found if fits and not given and is_channels(x.dims[1]) else []


def _repeated(
    call: Call, x: Map, beside: Sequence[int], weight: Constant, window: dict[str, Argument], given: dict[str, Argument]
) -> Map:
    """A convolution of channels of which some stand in the places of axes, along which its kernel has one entry: the
    same for each of them, as groups. Raises `Layout`."""
    tracer, rank = call.tracer, len(x.dims)
    rest = [at for at in range(2, rank) if at not in beside]
    groups = prod(x.shape[at] or 0 for at in beside)
    turned = tracer.permuted(f"{call.name}/groups", x, [0, *beside, 1, *rest])
    sizes = [x.shape[0], None, *(x.shape[at] for at in rest)]
    flat = tracer.reshape(f"{call.name}/channels", turned, [*sizes[:1], groups * weight.shape[1], *sizes[2:]])
    per_axis = {key: [row[at - 2] for at in rest] for key, row in window.items()}
    mask = mask_of(call.numbers, call.raw("weight"), weight.shape[2:], False)
    params = int(given.get("params", 0))
    if mask is not None:
        raise Layout("channels in the places of axes are convolved with a mask")
    filters = weight.shape[0]
    made = tracer.window(
        call.name, "conv", flat, groups * filters, per_axis, groups=groups, bias=given["bias"], params=params
    )
    apart = [made.dims[0], *(channels(x.shape[at]) for at in beside), channels(filters), *made.dims[2:]]
    places = {at: number for number, at in enumerate(beside, 1)}
    places |= {at: number for number, at in enumerate(rest, 2 + len(beside))}
    order = [0, 1 + len(beside), *(places[at] for at in range(2, rank))]
    laid = rebased(apart)
    return made.replaced(dims=tuple(laid[at] for at in order))


def _over_channels(x: Map, kernel: Sequence[int]) -> bool:
    """Whether a kernel reaches over channels behind the channels too, such as the disparities of a cost volume: over
    those of layers, as what stands in an input's dimension is not known before."""
    if all(k == 1 for dim, k in zip(x.dims[2:], kernel, strict=True) if dim and is_channels(dim)):
        return False
    inner = [dim for dim in x.dims[2:] if dim and is_channels(dim) and not any(atom.origin for atom in dim)]
    axes = [dim for dim in x.dims[2:] if axis_of(dim) is not None]
    return is_channels(x.dims[1]) and bool(inner and axes) and len(inner) + len(axes) == len(x.dims) - 2


def _volumetric(call: Call, x: Map, held: Constant, biases: Constant | None, window: dict[str, Argument]) -> Map:
    """A convolution over axes and over channels: along the axes, what it reads is read of all of these. Raises
    `Layout`."""
    tracer, shape = call.tracer, call.shape
    along = [at for at, dim in enumerate(x.dims[2:]) if axis_of(dim) is not None]
    axes = [axis for dim in x.dims[2:] if (axis := axis_of(dim)) is not None]
    params = tracer.trained(held, biases, taken=True)
    given = tracer.along(axes, **{key: [values[at] for at in along] for key, values in window.items()})
    filters = prod(n for at, n in enumerate(shape[1:], -1) if at not in along)
    macs = prod(held.shape) * prod(shape[2:])
    layer = tracer.draft.add(call.name, "custom", [x.layer], filters=filters, params=params, macs=macs, **given)
    dims = [
        whole(axis, shape[at + 2]) if (axis := axis_of(dim)) is not None else channels(shape[at + 2])
        for at, dim in enumerate(x.dims[2:])
    ]
    return Map(layer, (x.dims[0], channels(shape[1]), *dims), x.local)


def _correlated(call: Call, x: Map, weight: Map, bias: Argument, groups: int) -> Map:
    """A convolution whose kernel is another map. Raises `Layout`."""
    if "conv_transpose" in call.operation or call.arguments.get("transposed") or bias is not None:
        raise Layout("its weights are computed from data")
    window = _window(call, [size or 0 for size in weight.shape[2:]])
    return call.tracer.correlated(call.name, x, weight, groups, window)


@operation(*each("max_pool"), *each("max_pool", "_with_indices"), *each("avg_pool"))
def pool(call: Call, x: Map, *, kernel_size: Argument = None, ceil_mode: bool = False) -> Map:
    kernel = _row(kernel_size, rank_of(call))
    x, added = batched(call, x, len(kernel))
    window = _window(call, kernel)
    over = [dim for dim, k in zip(x.dims[2:], kernel, strict=True) if k > 1]
    if all(map(is_channels, over)) and any(over):
        return _pooled_channels(call, x, window)
    type = call.operation[: len("max_pool")]
    return alone(call.tracer.window(call.name, type, x, None, window, ceil_mode=ceil_mode), added)


def single(window: dict[str, Argument]) -> bool:
    """Whether a window has one tap, and stands at every position."""
    alone = all(k == 1 and s == 1 for k, s in zip(window["kernel"], window["stride"], strict=True))
    return alone and all(side == [0, 0] for side in window["padding"])


def _pooled_channels(call: Call, x: Map, window: dict[str, Argument]) -> Map:
    """A pool along channels, as local response normalisation has."""
    for at in range(2, len(x.dims)):
        if window["kernel"][at - 2] > 1:
            x = x.with_dim(at, channels(call.shape[at]))
        elif window["stride"][at - 2] > 1 or window["padding"][at - 2] != [0, 0]:
            raise Layout("channels and axes are pooled together")
    return call.tracer.rechannelled(call.name, x, x.channels)


def _window(call: Call, kernel: Sequence[int]) -> dict[str, Argument]:
    """Parameters with a value for each axis. By default windows lie side by side. Padding goes before and after; the
    odd one of "same" after. Raises `Layout`."""
    rank, given = len(kernel), call.arguments
    stride, dilation = _row(given.get("stride") or kernel, rank), _row(given.get("dilation", 1), rank)
    padding = given.get("padding", 0)
    if isinstance(padding, str):
        wide = [d * (k - 1) if padding == "same" else 0 for k, d in zip(kernel, dilation, strict=True)]
        sides = [[total // 2, total - total // 2] for total in wide]
    else:
        sides = [[one, one] for one in _row(padding, rank)]
    return {"kernel": list(kernel), "stride": stride, "dilation": dilation, "padding": sides}


def _row(value: Argument, rank: int) -> list[int]:
    """One number for each axis."""
    row = list(listed(value))
    if len(row) not in (1, rank):
        raise Layout(f"it has {len(row)} numbers for {rank} axes")
    return row * rank if len(row) == 1 else row


@operation("stft")
def stft(
    call: Call, x: Map, *, n_fft: int = 0, hop_length: int | None = None, win_length: int | None = None,
    center: bool = False, pad_mode: str = "reflect",
) -> Map:  # fmt: skip
    """Frames of a signal, one window each; `center` puts half a frame before and after."""
    if center:
        sides = [(0, 0)] * (len(x.dims) - 1) + [(n_fft // 2, n_fft // 2)]
        x = call.tracer.padded(f"{call.name}/pad", x, sides, PAD_MODES.read(pad_mode))
    step = hop_length or n_fft // 4
    return call.tracer.framed(call.name, x, win_length or n_fft, n_fft, step, call.shape[-2])


@operation("view_as_real")
def parts_of_complex(call: Call, x: Map) -> Map:
    """Real and imaginary parts, in a dimension of their own."""
    total = None if x.channels is None else 2 * x.channels
    return call.tracer.rechannelled(call.name, x, total, (*x.dims, channels(2)))


@operation("view_as_complex")
def complex_of_parts(call: Call, x: Map) -> Map:
    if not is_channels(x.dims[-1]) or x.channels is None:
        raise Layout("parts of an axis are complex numbers")
    return call.tracer.rechannelled(call.name, x, x.channels // 2, x.dims[:-1])


@operation("im2col")
def unfold(call: Call, x: Map) -> Map:
    """Windows as channels, at positions in a row: of windows side by side blocks of the map, else for each tap what it
    reads everywhere."""
    x, added = batched(call, x, 2)
    window, tracer = _window(call, _row(call.arguments["kernel_size"], 2)), call.tracer
    x, taps = tracer.canonical(call.name, x), list(product(*map(range, window["kernel"])))
    batch, count, *sizes = x.shape
    rows = list(zip(sizes, *window.values(), strict=True))
    if batch is None or count is None or any(n is None for n in sizes):
        raise Layout("a map of unknown size is cut into windows")
    made = [(n + sum(p) - d * (k - 1) - 1) // s + 1 for n, k, s, d, p in rows]
    if _side_by_side(window, sizes):
        (h, w), (m, n) = made, window["kernel"]
        split = tracer.reshape(f"{call.name}/split", x, (batch, count, h, m, w, n))
        blocks = tracer.permuted(f"{call.name}/blocks", split, (0, 1, 3, 5, 2, 4))
        return alone(tracer.reshape(call.name, blocks, (batch, count * m * n, h * w)), added)
    if len(taps) > MOST_TAPS:
        raise Layout("its windows are too large")
    found = []
    for number, tap in enumerate(taps, 1):
        before = [p[0] - i * d for i, (_, _, _, d, p) in zip(tap, rows, strict=True)]
        sides = [(b, (m - 1) * s + 1 - n - b) for b, m, (n, _, s, _, _) in zip(before, made, rows, strict=True)]
        one: Made = tracer.padded(f"{call.name}/{number}", x, [(0, 0), (0, 0), *sides])
        for at, step in enumerate(window["stride"], 2):
            if step > 1:
                one = tracer.cropped(
                    f"{call.name}/{number}/{at - 1}", mapped(one), at, 0, mapped(one).shape[at] or 0, step
                )
        found.append(mapped(one))
    every = tracer.concatenated(f"{call.name}/all", found, 1)
    apart = tracer.reshape(f"{call.name}/apart", every, (batch, len(taps), count, *made))
    turned = tracer.permuted(f"{call.name}/turned", apart, (0, 2, 1, 3, 4))
    return alone(tracer.reshape(call.name, turned, (batch, count * len(taps), prod(made))), added)


@operation("unfold")
def windows(call: Call, x: Map, *, dimension: int = 0, size: int = 1, step: int = 1) -> Map:
    """Windows along one dimension, their samples in a new one at the end: for each of these what it reads."""
    at, tracer = axis_at(dimension, len(x.dims)), call.tracer
    x = tracer.along_axes(x, [at])
    n = x.shape[at]
    if n is None or not 0 < size <= n or size > MOST_TAPS or step < 1:
        raise Layout("its windows are too large, or of unknown number")
    reach = (n - size) // step * step + 1
    taps = [tracer.cropped(f"{call.name}/{tap + 1}", x, at, tap, tap + reach, step) for tap in range(size)]
    last = len(x.dims)
    apart = [one.replaced(dims=with_ones(one.dims, [last])) for one in taps if isinstance(one, Map)]
    return tracer.joined(call.name, apart, last)


@operation("col2im")
def fold(call: Call, x: Map, *, output_size: Sequence[int] = ()) -> Map:
    """Windows put where they were cut, where they lie side by side. Raises `Layout` where they are summed."""
    window, tracer = _window(call, _row(call.arguments["kernel_size"], 2)), call.tracer
    if len(x.dims) != 3 or x.shape[1] is None or not _side_by_side(window, output_size):
        laid = [whole(role, n) for role, n in zip(default_roles(4), call.shape, strict=False)]
        raise Layout("it sums windows that lie above one another", laid if len(call.shape) == 4 else None)
    m, n = window["kernel"]
    h, w = output_size[0] // m, output_size[1] // n
    split = tracer.reshape(f"{call.name}/split", x, (x.shape[0], x.shape[1] // (m * n), m, n, h, w))
    return tracer.reshape(call.name, tracer.permuted(f"{call.name}/blocks", split, (0, 1, 4, 2, 5, 3)), call.shape)


def _side_by_side(window: dict[str, Argument], sizes: Sequence[int | None]) -> bool:
    """Whether windows cover a map of such sizes once."""
    alone = window["kernel"] == window["stride"] and all(side == [0, 0] for side in window["padding"])
    whole = all(n is not None and n % k == 0 for n, k in zip(sizes, window["kernel"], strict=True))
    return alone and whole and all(d == 1 for d in window["dilation"])
