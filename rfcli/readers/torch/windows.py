"""Convolutions and pools of ATen."""

from collections.abc import Sequence

from rfcli.readers.torch.calls import Call, alone, batched, each, listed, operation, rank_of, weights
from rfcli.readers.torch.kernels import mask_of
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.arguments import kernels, mapped
from rfcli.readers.tracing.maps import Layout, Map, channels, is_canonical, is_channels
from rfcli.words.torch import PAD_MODES


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
    window, shared = _window(call, kernel), call.tracer.shared(held, biases)
    transposed = transposed or "transpose" in call.operation
    if is_channels(x.dims[1]) and not is_canonical(x) and groups == 1 and single(window):
        made = inner if transposed else filters
        return alone(call.tracer.projected(call.name, x, 1, made, biases is not None, shared), added)
    given = {"groups": groups, "bias": biases is not None, **shared}
    given["mask"] = mask_of(call.numbers, call.raw("weight"), kernel, transposed)
    if not transposed:
        return alone(call.tracer.window(call.name, "conv", x, filters, window, **given), added)
    window["output_padding"] = _row(output_padding, len(kernel))
    return alone(call.tracer.window(call.name, "conv_transpose", x, inner * groups, window, **given), added)


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
