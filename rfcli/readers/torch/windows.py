"""Convolutions and pools of ATen."""

from collections.abc import Sequence

from rfcli.readers.torch.calls import Call, each, listed, operation, rank_of, weights
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.arguments import kernels, mapped
from rfcli.readers.tracing.maps import Layout, Map, channels, is_channels


@operation(*each("conv"), *each("conv_transpose"), "convolution")
def conv(
    call: Call, input: Argument, *, weight: Argument = None, bias: Argument = None, transposed: bool = False,
    output_padding: Argument = 0, groups: int = 1,
) -> Map:  # fmt: skip
    held, biases, x = kernels(weight), weights(bias), mapped(input)
    filters, inner, *kernel = held.shape
    window = _window(call, x, kernel)
    given = {"groups": groups, "bias": biases is not None, **call.tracer.shared(held, biases)}
    if not transposed and "transpose" not in call.operation:
        return call.tracer.window(call.name, "conv", x, filters, window, **given)
    window["output_padding"] = _row(output_padding, len(kernel))
    return call.tracer.window(call.name, "conv_transpose", x, inner * groups, window, **given)


@operation(*each("max_pool"), *each("max_pool", "_with_indices"), *each("avg_pool"))
def pool(call: Call, x: Map, *, kernel_size: Argument = None, ceil_mode: bool = False) -> Map:
    kernel = _row(kernel_size, rank_of(call))
    window = _window(call, x, kernel)
    over = [dim for dim, k in zip(x.dims[2:], kernel, strict=True) if k > 1]
    if all(map(is_channels, over)) and any(over):
        return _pooled_channels(call, x, window)
    return call.tracer.window(call.name, call.operation[: len("max_pool")], x, None, window, ceil_mode=ceil_mode)


def _pooled_channels(call: Call, x: Map, window: dict[str, Argument]) -> Map:
    """A pool along channels, as local response normalisation has."""
    for at in range(2, len(x.dims)):
        if window["kernel"][at - 2] > 1:
            x = x.with_dim(at, channels(call.shape[at]))
        elif window["stride"][at - 2] > 1 or window["padding"][at - 2] != [0, 0]:
            raise Layout("channels and axes are pooled together")
    return call.tracer.rechannelled(call.name, x, x.channels)


def _window(call: Call, x: Map, kernel: Sequence[int]) -> dict[str, Argument]:
    """Parameters with a value for each axis. By default windows lie side by side. Padding goes before and after; the
    odd one of "same" after. Raises `Layout`."""
    rank, given = len(kernel), call.arguments
    if len(x.dims) != rank + 2:
        raise Layout("its input has no batch")
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
