"""Convolutions and pools of ATen."""

from collections.abc import Sequence
from itertools import product
from math import prod
from operator import getitem

from rfcli.readers.torch import nodes
from rfcli.readers.torch.calls import Call, Made, alone, batched, each, listed, operation, own, rank_of, weights
from rfcli.readers.torch.kernels import mask_of
from rfcli.readers.torch.layout import RESHAPES
from rfcli.readers.torch.nodes import Argument, Node
from rfcli.readers.tracing.arguments import kernels, mapped
from rfcli.readers.tracing.conditioned import conditioned
from rfcli.readers.tracing.folds import Windows, folded
from rfcli.readers.tracing.frames import MOST_TAPS, Frames
from rfcli.readers.tracing.maps import (
    Constant,
    Layout,
    Map,
    axis_at,
    is_channels,
    with_ones,
    without,
)
from rfcli.readers.tracing.strides import steps_of
from rfcli.words.torch import PAD_MODES


@operation(*each("conv"), *each("conv_transpose"), "convolution")
def conv(
    call: Call, input: Argument, *, weight: Argument = None, bias: Argument = None, transposed: bool = False,
    output_padding: Argument = 0, groups: int = 1,
) -> Map:  # fmt: skip
    transposed = transposed or "transpose" in call.operation
    if isinstance(weight, Map) or isinstance(bias, Map):
        given = {"groups": groups, **({"output_padding": output_padding} if transposed else {})}
        return _computed(call, mapped(input), weight, bias, transposed, given)
    held, biases = own(kernels(weight)), weights(bias)
    filters, inner, *kernel = held.shape
    x, added = batched(call, mapped(input), len(kernel))
    window = _window(call, kernel, 1)
    shared = call.tracer.shared(held, biases)
    given = {"groups": groups, "bias": biases is not None, **shared}
    given["mask"] = mask_of(call.numbers, call.raw("weight"), kernel, transposed)
    if not transposed:
        return alone(call.tracer.window(call.name, "conv", x, filters, window, **given), added)
    window["output_padding"] = _row(output_padding, len(kernel))
    return alone(call.tracer.window(call.name, "conv_transpose", x, inner * groups, window, **given), added)


def _computed(
    call: Call, x: Map, weight: Argument, bias: Argument, transposed: bool, given: dict[str, Argument]
) -> Map:
    """A convolution whose kernel is another map, or made of what has no positions. Raises `Layout`."""
    if not isinstance(weight, Map | Constant) or None in weight.shape or len(weight.shape) < 3:
        raise Layout("its weights are computed from data")
    first, second, *kernel = [n or 0 for n in weight.shape]
    window = _window(call, kernel, 1)
    if isinstance(weight, Map) and weight.local and weight.axes:
        if transposed or bias is not None:
            raise Layout("its weights are computed from data")
        return call.tracer.correlated(call.name, x, weight, given["groups"], window)
    x, added = batched(call, x, len(kernel))
    if transposed:
        window["output_padding"] = _row(given.pop("output_padding"), len(kernel))
    filters, type = (second * given["groups"], "conv_transpose") if transposed else (first, "conv")
    maps = [one for one in (weight, bias) if isinstance(one, Map)]
    if isinstance(weight, Constant):
        given["mask"] = mask_of(call.numbers, call.raw("weight"), kernel, transposed)
    given["params"] = call.tracer.trained(weight, bias, taken=True)
    return alone(conditioned(call.tracer, call.name, type, x, maps, filters, window, **given), added)


@operation(*each("max_pool"), *each("max_pool", "_with_indices"), *each("avg_pool"))
def pool(call: Call, x: Map, *, kernel_size: Argument = None, ceil_mode: bool = False) -> Map:
    kernel = _row(kernel_size, rank_of(call))
    x, added = batched(call, x, len(kernel))
    window = _window(call, kernel)
    type = call.operation[: len("max_pool")]
    rows = call.tracer.pooled_rows(call.name, x, type[: len("max")], window)
    if rows is not None:
        return alone(rows, added)
    return alone(call.tracer.window(call.name, type, x, None, window, ceil_mode=ceil_mode), added)


@operation(*each("max_unpool")[1:])
def unpool(call: Call, x: Map, *, indices: Argument = None) -> Map:
    """Values put where the largest of each window was found: each is seen with the window that says where."""
    found = mapped(indices)
    pool, rank = _pool_of(call.raw("indices")), len(x.dims) - 2
    signal = _axes_of(pool) == 1 < rank  # as a map of one row
    single = [at for at in range(2, len(x.dims)) if signal and x.shape[at] == found.shape[at] == 1]
    kernel = _windows_of(pool, rank - len(single))
    x, found = (one.replaced(dims=without(one.dims, single)) for one in (x, found))
    sizes = [n for at, n in enumerate(call.shape) if at > 1 and at not in single]
    made = call.tracer.put_back_in(call.name, x, found, kernel, sizes)
    return made.replaced(dims=with_ones(made.dims, single))


def _axes_of(node: Node) -> int:
    """The number of axes that an operation is for, by its name."""
    return next((int(one) for one in nodes.operation_of(node) if one.isdigit()), 0)


def _pool_of(node: Argument) -> Node:
    """The pool that made indices. Raises `Layout`."""
    while hasattr(node, "all_input_nodes") and nodes.operation_of(node) in RESHAPES:
        node = node.args[0]
    pool = node.args[0] if getattr(node, "target", None) is getitem else node
    operation = nodes.operation_of(pool) if hasattr(pool, "all_input_nodes") else ""
    if not operation.startswith("max_pool"):
        raise Layout("where it puts values is computed from data")
    return pool


def _windows_of(pool: Node, rank: int) -> list[int]:
    """The windows of a pool. Raises `Layout` where they do not lie side by side."""
    given = nodes.by_name(pool, pool.args, pool.kwargs)
    kernel = _row(given["kernel_size"], rank)
    apart = _row(given.get("stride") or kernel, rank) == kernel
    plain = not any(_row(given.get("padding") or 0, rank)) and {*_row(given.get("dilation") or 1, rank)} == {1}
    if not apart or not plain:
        raise Layout("its windows do not lie side by side")
    return kernel


def _window(call: Call, kernel: Sequence[int], step: int | None = None) -> dict[str, Argument]:
    """Parameters with a value for each axis. By default windows lie side by side, or a `step` apart. Padding goes
    before and after; the odd one of "same" after. Raises `Layout`."""
    rank, given = len(kernel), call.arguments
    stride, dilation = _row(given.get("stride") or step or kernel, rank), _row(given.get("dilation", 1), rank)
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
    return call.tracer.repeated(call.name, x.replaced(dims=(*x.dims, ())), {len(x.dims): 2})


@operation("view_as_complex")
def complex_of_parts(call: Call, x: Map) -> Map:
    if not is_channels(x.dims[-1]) or x.channels is None:
        raise Layout("parts of an axis are complex numbers")
    if x.channels == 2 or not x.local:
        return call.tracer.rechannelled(call.name, x, x.channels // 2, x.dims[:-1])
    made = call.tracer.grouped(call.name, x, x.dims[:-1], x.dims[-1:])
    return made.replaced(dims=made.dims[:-1])


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
    if Windows(**window).cover(sizes):
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
    at = axis_at(dimension, len(x.dims))
    return call.tracer.framed_by(call.name, x, at, Frames(call.shape[at], size, step))


@operation("as_strided")
def strided(
    call: Call, x: Map, *, size: Sequence[int] = (), stride: Sequence[int] = (), storage_offset: int = 0
) -> Map:
    """The map as it lies, or windows along one of its dimensions. Raises `Layout` for all else."""
    shape = [n or 0 for n in x.shape]
    own = steps_of(shape)
    if [*size] == shape and [*stride] == own and not storage_offset:
        return call.tracer.passed(call.name, x)
    for at, (n, apart) in enumerate(zip(shape, own, strict=True) if len(size) == len(shape) + 1 else ()):
        sizes, strides = (
            [*shape[:at], *size[at : at + 2], *shape[at + 1 :]],
            [*own[:at], *stride[at : at + 2], *own[at + 1 :]],
        )
        even = all(one % apart == 0 and one > 0 for one in (*stride[at : at + 2], storage_offset + apart))
        if [*size] == sizes and [*stride] == strides and even and storage_offset < n * apart:
            step, dilation = (one // apart for one in stride[at : at + 2])
            frames = Frames(size[at], size[at + 1], step, dilation, storage_offset // apart)
            made = call.tracer.framed_by(call.name, x, at, frames)
            order = [*range(at + 1), len(x.dims), *range(at + 1, len(x.dims))]
            return made.replaced(dims=tuple(made.dims[one] for one in order))
    raise Layout("it takes entries by steps of the memory")


@operation("col2im")
def fold(call: Call, x: Map, *, output_size: Sequence[int] = ()) -> Map:
    """Windows put where they were cut; those that lie above one another are summed."""
    window = _window(call, _row(call.arguments["kernel_size"], 2), 1)
    return folded(call.tracer, call.name, x, output_size, Windows(**window))
