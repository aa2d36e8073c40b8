"""Convolutions and pools of ATen."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.torch.calls import Call, each, listed, mapped, operation, rank_of, weights
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.maps import Layout, Map, channels, channels_in, is_channels

Window = dict[str, Sequence[Argument]]
"""Parameters with a value for each axis."""


@operation(*each("conv"), *each("conv_transpose"), "convolution")
def conv(
    call: Call, input: Argument, *, weight: Argument = None, bias: Argument = None, stride: Argument = 1,
    padding: Argument = 0, dilation: Argument = 1, transposed: bool = False, output_padding: Argument = 0,
    groups: int = 1,
) -> Map:  # fmt: skip
    kernels, biases = weights(weight), weights(bias)
    if kernels is None or len(kernels.shape) < 3:
        raise Layout("its weights are computed from data")
    x, kernel = mapped(input), kernels.shape[2:]
    window = _window(x, kernel, stride, padding, dilation)
    given = {"groups": groups, "bias": biases is not None, **call.tracer.shared(kernels, biases)}
    if not transposed and "transpose" not in call.operation:
        return call.tracer.window(call.name, "conv", x, kernels.shape[0], window, **given)
    window["output_padding"] = _row(output_padding, len(kernel))
    return call.tracer.window(call.name, "conv_transpose", x, kernels.shape[1] * groups, window, **given)


@operation(*each("max_pool"), *each("max_pool", "_with_indices"), *each("avg_pool"))
def pool(
    call: Call, x: Map, *, kernel_size: Argument = None, stride: Argument = (), padding: Argument = 0,
    dilation: Argument = 1, ceil_mode: bool = False,
) -> Map:  # fmt: skip
    kernel = _row(kernel_size, rank_of(call))
    window = _window(x, kernel, stride or kernel, padding, dilation)
    over = [dim for dim, k in zip(x.dims[2:], kernel, strict=True) if k > 1]
    if all(map(is_channels, over)) and any(over):
        return _pooled_channels(call, x, window)
    type = call.operation[: len("max_pool")]
    return call.tracer.window(call.name, type, x, None, window, ceil_mode=ceil_mode)


def _pooled_channels(call: Call, x: Map, window: Window) -> Map:
    """A pool along channels, as local response normalisation has."""
    dims = list(x.dims)
    for at in range(2, len(dims)):
        if window["kernel"][at - 2] > 1:
            dims[at] = channels(call.shape[at])
        elif window["stride"][at - 2] > 1 or window["padding"][at - 2] != [0, 0]:
            raise Layout("channels and axes are pooled together")
    return call.tracer.rechannelled(call.name, x, channels_in(dims), dims)


def _window(x: Map, kernel: Sequence[int], stride: Argument, padding: Argument, dilation: Argument) -> Window:
    """Padding goes before and after each axis; the odd one of "same" after. Raises `Layout`."""
    rank = len(kernel)
    if len(x.dims) != rank + 2:
        raise Layout("its input has no batch")
    stride, dilation = _row(stride, rank), _row(dilation, rank)
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
