"""Layers that slide a window: `Convolution`, `Deconvolution`, `Pooling`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from rfcli.geometry.windows import window_count
from rfcli.readers.caffe.calls import Call, layer_type
from rfcli.readers.caffe.prototxt import Message
from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.maps import Layout, Map, channels


def per_axis(stated: Message, key: str, rank: int, default: int | None, least: int, short: str = "") -> list[int]:
    """An integer for each axis: `key`, once or for each, or `key_h` and `key_w`."""
    found = stated.integers(key, least)
    stem = short or key
    apart = [stated.integers(f"{stem}_{letter}", least) for letter in "hw"]
    if any(apart):
        if rank != 2 or not all(apart) or found:
            raise ForeignError(f"give {key}, or both {stem}_h and {stem}_w", at=stated.node)
        return [one[-1] for one in apart]
    if not found and default is not None:
        found = [default]
    if not found:
        raise ForeignError(f"it has no {key}", at=stated.node)
    if len(found) not in (1, rank):
        raise ForeignError(f"{key} has {len(found)} entries for {rank} axes", at=stated.node)
    return found * (rank if len(found) == 1 else 1)


def rank_of(x: Map) -> int:
    """The axes of a blob behind the channels. Raises `Layout`."""
    if not 3 <= len(x.dims) <= 5:
        raise Layout("it works on a blob without axes")
    return len(x.dims) - 2


@layer_type("Convolution", "Deconvolution", "ConvolutionDepthwise", "DepthwiseConvolution")
def convolution(call: Call, x: Map) -> list[Map]:
    """Each further bottom goes the same way, with the same weights."""
    return [
        _convolved(call, call.name if at == 0 else f"{call.name}_{at + 1}", one, at) for at, one in enumerate(call.maps)
    ]


def _convolved(call: Call, name: str, x: Map, at: int) -> Map:
    stated, rank = call.settings("convolution_param"), rank_of(x)
    if stated.integer("axis", 1, -9) not in (1, -1 - rank):
        raise Layout("its channels lie elsewhere")
    filters = stated.integer("num_output", 0)
    if not filters:
        raise ForeignError("it has no num_output", at=call.stated.node)
    own = "Depthwise" in call.kind
    groups = filters if own else stated.integer("group", 1, 1)
    kernel = per_axis(stated, "kernel_size", rank, None, 1, "kernel")
    stride, spread = per_axis(stated, "stride", rank, 1, 1), per_axis(stated, "dilation", rank, 1, 1)
    pads = per_axis(stated, "pad", rank, 0, 0)
    window: dict[str, Sequence[object]] = {
        "kernel": kernel,
        "stride": stride,
        "dilation": spread,
        "padding": [[pad, pad] for pad in pads],
    }
    type = "conv_transpose" if call.kind == "Deconvolution" else "conv"
    weights = {"params": 0} if at else call.weights
    return call.tracer.window(
        name, type, x, filters, window, groups=groups, bias=stated.flag("bias_term", True), **weights
    )  # fmt: skip


@layer_type("Pooling", "PoolingND")
def pooling(call: Call, x: Map) -> list[Map]:
    """The last window may be a partial one: `round_mode` is CEIL unless it says otherwise. `PoolingND` is the same of a
    branch for volumes."""
    stated, rank = call.settings("pooling_nd_param" if call.kind == "PoolingND" else "pooling_param"), rank_of(x)
    method = stated.word("pool", "MAX")
    kind = "avg" if method in ("AVE", "1") else "max"
    if stated.flag("global_pooling", False):
        made = call.tracer.pooled(call.name, x, range(2, len(x.dims)), True, kind)
        return [made] * call.tops
    ceil = stated.word("round_mode", "CEIL") in ("CEIL", "0")
    kernel = per_axis(stated, "kernel_size", rank, None, 1, "kernel")
    stride, pads = per_axis(stated, "stride", rank, 1, 1), per_axis(stated, "pad", rank, 0, 0)
    if ceil and any(not pad and step > k for pad, step, k in zip(pads, stride, kernel, strict=True)):
        _without_empty_windows(x.shape[2:], kernel, stride)
    window: dict[str, Sequence[object]] = {
        "kernel": kernel, "stride": stride, "padding": [[pad, pad] for pad in pads]
    }  # fmt: skip
    made = call.tracer.window(call.name, f"{kind}_pool", x, None, window, ceil_mode=ceil)
    return [made] * call.tops


def _without_empty_windows(sizes: Sequence[int | None], kernel: Sequence[int], stride: Sequence[int]) -> None:
    """Raises `Layout` where a pool without padding has a window that begins behind its map: Caffe drops such a window
    only where there is padding."""
    for n, k, step in zip(sizes, kernel, stride, strict=True):
        if n is None or n < k or -(-(n - k) // step) + 1 != window_count(n, k, step, (0, 0), True):
            raise Layout("its stride is larger than its kernel, and its last window may be empty")


def slid(call: Call, x: Map, window: Mapping[str, object], filters: int | None) -> Map:
    """A window over each channel by itself, without weights; `window` has one value for all axes, or one for each."""
    x = call.tracer.canonical(call.name, x)
    axes = call.tracer.window_axes(x)
    rows = {key: value if key != "padding" and isinstance(value, list) else [value] * len(axes)
            for key, value in window.items()}  # fmt: skip
    kept = None if filters is None else channels(filters)
    return call.tracer.over_axes(
        call.name, "custom", x, kept, filters=filters, groups=x.channels, bias=False, params=0, macs=0,
        **call.tracer.along(axes, **rows),
    )  # fmt: skip


@layer_type("Im2col")
def unfolded(call: Call, x: Map) -> Map:
    """The samples of a window as channels."""
    stated, rank = call.settings("convolution_param"), rank_of(x)
    kernel = per_axis(stated, "kernel_size", rank, None, 1, "kernel")
    pads = per_axis(stated, "pad", rank, 0, 0)
    if len(set(pads)) > 1:
        raise Layout("its axes are padded differently")
    window = {
        "kernel": kernel, "stride": per_axis(stated, "stride", rank, 1, 1),
        "dilation": per_axis(stated, "dilation", rank, 1, 1), "padding": [pads[0], pads[0]],
    }  # fmt: skip
    return slid(call, x, window, None if x.channels is None else x.channels * prod(kernel))
