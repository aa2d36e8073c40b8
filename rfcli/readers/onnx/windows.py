"""Convolutions and pools over windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rfcli.readers.onnx.calls import Call, Integers, Traced, operation
from rfcli.readers.onnx.kernels import mask_of
from rfcli.readers.tracing.arguments import kernels
from rfcli.readers.tracing.conditioned import conditioned
from rfcli.readers.tracing.folds import Windows, folded
from rfcli.readers.tracing.maps import Constant, Layout, Map, size_of
from rfcli.values import Value
from rfcli.words.onnx import PADDINGS, POOLS

MOST = 9_999_999_999
"""The largest kernel, stride or dilation."""


class Window(Value):
    """A window over some axes, with a value for each; padding as pairs, or as the word for it."""

    kernel: list[int]
    stride: list[int]
    dilation: list[int]
    padding: list[list[int]] | str

    def layer(self, call: Call, type: str, x: Map, filters: int | None, **given: Any) -> Map:
        """The layer with this window. A word of padding holds for all axes; with a kernel of 1 it says the same on all
        others."""
        per_axis: dict[str, Any] = {"kernel": self.kernel, "stride": self.stride, "dilation": self.dilation}
        if "output_padding" in given:
            per_axis["output_padding"] = given.pop("output_padding")
        (given if isinstance(self.padding, str) else per_axis)["padding"] = self.padding
        if type in ("avg_pool", "max_pool") and "padding" in per_axis:
            rows = call.tracer.pooled_rows(call.name, x, type[:3], per_axis)
            if rows is not None:
                return rows
        return call.tracer.window(call.name, type, x, filters, per_axis, **given)


def windowed(
    x: Map, kernel: Sequence[int], strides: Sequence[int], dilations: Sequence[int], pads: Sequence[int], auto_pad: str
) -> Window:
    rank = len(x.dims) - 2
    if rank < 1:
        raise Layout("it works on a tensor without axes")
    found = (
        _checked(kernel, rank, "kernel"),
        _checked(strides or [1] * rank, rank, "strides"),
        _checked(dilations or [1] * rank, rank, "dilations"),
    )
    if auto_pad in PADDINGS:
        return Window(*found, PADDINGS.read(auto_pad))
    pads = pads or [0] * (2 * rank)
    if len(pads) != 2 * rank:
        raise Layout(f"it has {len(pads)} pads for {rank} axes")
    return Window(*found, [[pads[at], pads[at + rank]] for at in range(rank)])


def _checked(values: Sequence[int], rank: int, what: str, least: int = 1) -> list[int]:
    if len(values) != rank or min(values) < least or max(values) > MOST:
        raise Layout(f"its {what} are {list(values)[:6]} for {rank} axes")
    return list(values)


@operation("Conv")
def conv(
    call: Call, x: Map, weight: Traced, bias: Traced = None, *, kernel_shape: Sequence[int] = (),
    strides: Sequence[int] = (), dilations: Sequence[int] = (), pads: Sequence[int] = (), auto_pad: str = "NOTSET",
    group: int = 1,
) -> Map:  # fmt: skip
    if isinstance(weight, Map) or isinstance(bias, Map):
        held = _kernel(weight)
        return _computed(call, x, (weight, bias), windowed(x, held, strides, dilations, pads, auto_pad), group)
    weight = kernels(weight)
    window = windowed(x, kernel_shape or weight.shape[2:], strides, dilations, pads, auto_pad)
    shared = {**call.tracer.shared(weight, bias), "mask": mask_of(weight, window.kernel)}
    return window.layer(call, "conv", x, weight.shape[0], groups=group, bias=bias is not None, **shared)


def _kernel(weight: Traced) -> list[int]:
    """The size of a kernel that may be a map. Raises `Layout` where it is not known."""
    shape = weight.shape if isinstance(weight, Map | Constant) else ()
    known = [n for n in shape[2:] if n is not None]
    if len(known) < len(shape) - 2 or len(shape) < 3 or shape[0] is None or shape[1] is None:
        raise Layout("its weights are computed from data, and their size is not known")
    return known


def _computed(
    call: Call, x: Map, given: tuple[Traced, Traced], window: Window, groups: int, more: Sequence[int] | None = None
) -> Map:
    """A convolution whose kernel is another map, or made of what has no positions; a transposed one with what it puts
    `more` behind its output. Raises `Layout`."""
    weight, bias = given
    along = isinstance(weight, Map) and weight.local and bool(weight.axes)
    if isinstance(window.padding, str) and window.padding != "valid":
        raise Layout("its weights are computed from data")
    sides = [[0, 0]] * len(window.kernel) if isinstance(window.padding, str) else window.padding
    per_axis: dict[str, Sequence[object]] = {"stride": window.stride, "dilation": window.dilation, "padding": sides}
    if isinstance(weight, Map) and along and bias is None and more is None:
        return call.tracer.correlated(call.name, x, weight, groups, per_axis)
    if along or not isinstance(weight, Map | Constant):
        raise Layout("its weights are computed from data")
    type, filters = "conv", weight.shape[0] or 0
    per_axis["kernel"] = window.kernel
    if more is not None:
        type, filters, per_axis["output_padding"] = "conv_transpose", (weight.shape[1] or 0) * groups, more
    held = [one for one in given if isinstance(one, Constant)]
    params = call.tracer.trained(*held, taken=True)
    mask = mask_of(weight, window.kernel, more is not None) if isinstance(weight, Constant) else None
    maps = [one for one in given if isinstance(one, Map)]
    own = {"groups": groups, "params": params, "mask": mask}
    return conditioned(call.tracer, call.name, type, x, maps, filters, per_axis, **own)


@operation("ConvInteger")
def integer_conv(call: Call, x: Map, weight: Traced) -> Sequence[Traced]:
    return call.made_with(conv, x, weight)


@operation("QLinearConv")
def quantised_conv(
    call: Call, x: Map, x_scale: Traced, x_zero_point: Traced, weight: Traced, weight_scale: Traced,
    weight_zero_point: Traced, y_scale: Traced, y_zero_point: Traced, bias: Traced = None,
) -> Sequence[Traced]:  # fmt: skip
    return call.made_with(conv, x, weight, bias)


@operation("ConvTranspose")
def conv_transpose(
    call: Call, x: Map, weight: Traced, bias: Traced = None, *, kernel_shape: Sequence[int] = (),
    strides: Sequence[int] = (), dilations: Sequence[int] = (), pads: Sequence[int] = (), auto_pad: str = "NOTSET",
    output_padding: Sequence[int] = (), output_shape: Sequence[int] | None = None, group: int = 1,
) -> Map:  # fmt: skip
    held = kernels(weight) if isinstance(weight, Constant) else None
    window = windowed(x, kernel_shape or _kernel(weight), strides, dilations, pads, auto_pad)
    rank = len(x.dims) - 2
    more = _checked(output_padding or [0] * rank, rank, "output_padding", 0)
    if output_shape is not None or window.padding in ("same", "same_lower"):
        window = window.replaced(padding=_sides_for(window, more, x, output_shape))
    if held is None or isinstance(bias, Map):
        return _computed(call, x, (weight, bias), window, group, more)
    return window.layer(
        call, "conv_transpose", x, held.shape[1] * group, output_padding=more, groups=group, bias=bias is not None,
        mask=mask_of(held, window.kernel, True), **call.tracer.shared(held, bias),
    )  # fmt: skip


def _sides_for(window: Window, more: Sequence[int], x: Map, wanted: Sequence[int] | None) -> list[list[int]]:
    """What a transposed convolution takes off to have the wanted sizes, or strides times those of its input."""
    rank, sides = len(more), []
    for at, (k, stride, d) in enumerate(zip(window.kernel, window.stride, window.dilation, strict=True)):
        reach = d * (k - 1) + 1
        if wanted is not None:
            n = size_of(x.dims[2 + at])
            if n is None or len(wanted) < rank:
                raise Layout("its output shape is given, that of its input is not known")
            total = stride * (n - 1) + more[at] + reach - wanted[len(wanted) - rank + at]
        else:
            total = max(reach + more[at] - stride, 0)
        less = total // 2
        sides.append([less, total - less] if window.padding == "same" else [total - less, less])
    return sides


@operation(*POOLS)
def pool(
    call: Call, x: Map, *, kernel_shape: Sequence[int] = (), strides: Sequence[int] = (),
    dilations: Sequence[int] = (), pads: Sequence[int] = (), auto_pad: str = "NOTSET", ceil_mode: int = 0,
) -> list[Map]:  # fmt: skip
    if not kernel_shape:
        raise Layout("it has no kernel_shape")
    window = windowed(x, kernel_shape, strides, dilations, pads, auto_pad)
    made = window.layer(call, f"{POOLS.read(call.operation)}_pool", x, None, ceil_mode=bool(ceil_mode))
    return [made, made]


@operation("STFT")
def stft(
    call: Call, x: Map, frame_step: Integers, window: Traced = None, frame_length: Integers = None, *, onesided: int = 1
) -> Map:  # fmt: skip
    """Frames of a signal, of shape (batch, samples, 1): one window each. Real and imaginary parts are last."""
    length = window.shape[0] if isinstance(window, Constant) and len(window.shape) == 1 else (frame_length or [0])[0]
    if not frame_step or frame_step[0] < 1 or length < 1:
        raise Layout("its frames are computed")
    tracer, bins = call.tracer, length // 2 + 1 if onesided else length
    if len(x.dims) != 3 or x.shape[2] != 1:
        raise Layout("its signal is not of one channel")
    made = tracer.framed(call.name, x.replaced(dims=x.dims[:2]), length, length, frame_step[0], bins)
    batch, each, frames = made.dims
    return tracer.repeated(f"{call.name}/parts", made.replaced(dims=(batch, frames, each, ())), {3: 2})


@operation("Col2Im")
def fold(
    call: Call, x: Map, image_shape: Integers, block_shape: Integers, *, dilations: Sequence[int] = (),
    pads: Sequence[int] = (), strides: Sequence[int] = (),
) -> Map:  # fmt: skip
    """Windows put where they were cut; those that lie above one another are summed."""
    if image_shape is None or block_shape is None or min(*image_shape, *block_shape) < 1:
        raise Layout("it has no sizes")
    rank = len(block_shape)
    one, none = [1] * rank, [0] * rank
    sides = [*zip(pads[:rank] or none, pads[rank:] or none, strict=True)]
    windows = Windows(block_shape, strides or one, dilations or one, sides)
    if not len(image_shape) == len(sides) == len(windows.stride) == len(windows.dilation) == rank:
        raise Layout("its sizes do not fit")
    return folded(call.tracer, call.name, x, image_shape, windows)
