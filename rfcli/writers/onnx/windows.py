"""Convolutions and pools over windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rfcli.words.onnx import PADDINGS, POOLS
from rfcli.writers.onnx.model import Model, node
from rfcli.writers.onnx.parts import padded, pads
from rfcli.writers.places import SIZED, Inexpressible, Place, ceil_sides, transposed_sides, window_sides

if TYPE_CHECKING:
    from rfcli.writers.places import Sides


def _window(layer: Any) -> dict[str, Any]:
    """A window's attributes, without its padding."""
    return {"kernel_shape": [*layer.kernel], "strides": [*layer.stride], "dilations": [*layer.dilation]}


def _padding(
    model: Model, place: Place, x: str, mode: str = "zeros", value: float = 0.0, most: Sequence[int] = ()
) -> tuple[str, dict[str, Any]]:
    """What a window reads, and its padding as attributes; `most` is what an operation pads at most on each axis."""
    layer = place.layer
    sides = window_sides(place)
    steps = [(step, layer.extent(axis)) for axis, step in enumerate(layer.stride)]
    # Without a stride its samples are always the same; and not every runtime has words for kernels with gaps, or for
    # pools that pass over samples.
    plain = all(d == 1 for d in layer.dilation) and any(step > 1 for step, _ in steps)
    passing = bool(most) and any(step > extent for step, extent in steps)
    if sides is None and any(d > 1 for d in layer.dilation):
        does = "pads a dilated pool for its kernel without gaps" if most else "runs no dilated convolution"
        raise Inexpressible(f"onnxruntime {does} where it is told '{layer.padding.word}'", SIZED)
    if layer.padding.needs_size and mode == "zeros" and ((plain and not passing) or sides is None):
        return x, {"auto_pad": PADDINGS.written(layer.padding.word)}
    if sides is None:
        raise Inexpressible(f"padding '{layer.padding.word}' of {mode} depends on the input size", SIZED)
    fits = all(min(pair) >= 0 and (not most or max(pair) <= most[axis]) for axis, pair in enumerate(sides))
    if mode == "zeros" and fits:
        return x, {"pads": pads(sides)}
    return (padded(model, x, sides, mode, value) if any(map(any, sides)) else x), {}


@node("conv", "custom")
def conv(model: Model, place: Place, x: list[str]) -> None:
    _convolve(model, place, x[0], place.made, place.layer.groups, place.layer.bias)


@node("depthwise_conv")
def depthwise_conv(model: Model, place: Place, x: list[str]) -> None:
    _convolve(model, place, x[0], place.c * place.layer.depth_multiplier, place.c, place.layer.bias)


@node("separable_conv")
def separable_conv(model: Model, place: Place, x: list[str]) -> None:
    filters = place.made
    between = place.c * place.layer.depth_multiplier
    inner = _convolve(model, place, x[0], between, place.c, False, "depthwise")
    model.add("Conv", [inner, *model.weights((filters, between, *(1,) * place.axes), place.layer.bias)])


def _convolve(model: Model, place: Place, x: str, filters: int, groups: int, bias: bool, ending: str = "") -> str:
    layer = place.layer
    inner = place.c // groups
    read, padding = _padding(model, place, x, getattr(layer, "padding_mode", "zeros"))
    weight, *biases = model.weights((filters, inner, *layer.kernel), bias, f"{ending}/" if ending else "")
    weights = [model.mask(weight, layer), *biases]
    return model.add("Conv", [read, *weights], ending, group=groups, **_window(layer), **padding)


@node("conv_transpose")
def conv_transpose(model: Model, place: Place, x: list[str]) -> None:
    """Padding that ONNX does not have is a `Pad` behind it."""
    layer = place.layer
    sides = [layer.sides(axis) for axis in range(place.axes)]
    rows = [(before, max(after, 0)) for before, after in sides]
    more = [extra + max(-after, 0) for extra, (_, after) in zip(layer.output_padding, sides, strict=True)]
    rest: Sides = ()
    if min(map(min, rows)) < 0 or any(
        extra and extra >= max(layer.stride[axis], layer.dilation[axis]) for axis, extra in enumerate(more)
    ):
        told = transposed_sides(place)
        rows, more = [(one.padding, one.padding) for one in told], [one.output_padding for one in told]
        rest = tuple((one.before, one.after) for one in told)
    shape = (place.c, place.made // layer.groups, *layer.kernel)
    weight, *biases = model.weights(shape, layer.bias, filters=place.made)
    weights = [model.mask(weight, layer), *biases]
    crops = any(map(any, rest))
    made = model.add(
        "ConvTranspose", [x[0], *weights], "whole" if crops else "", group=layer.groups, **_window(layer),
        pads=pads(tuple(rows)), output_padding=more,
    )  # fmt: skip
    if crops:
        padded(model, made, rest, ending="")


@node("max_pool", "avg_pool", "lp_pool")
def pool(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    value = float("-inf") if layer.statistic == "max" else 0.0
    read, padding = (
        _ceiled(model, place, x[0], value)
        if layer.ceil_mode
        else _padding(model, place, x[0], "zeros", value, [k - 1 for k in layer.kernel])
    )
    if layer.statistic == "avg":
        padding["count_include_pad"] = 1
    model.add(POOLS.written(layer.statistic), [read], **_window(layer), **padding)


def _ceiled(model: Model, place: Place, x: str, value: float) -> tuple[str, dict[str, Any]]:
    """What a pool with `ceil_mode` reads, and its padding. ONNX has the mode, but not everywhere drops a last window
    that starts in the padding: where it might, samples after the map make whole windows instead."""
    layer = place.layer
    sides = window_sides(place)
    plain = sides is not None and not any(map(any, sides))
    if plain and all(step <= layer.extent(axis) for axis, step in enumerate(layer.stride)):
        return x, {"ceil_mode": 1}
    whole = ceil_sides(place, sides)
    if sides is None or whole is None:
        raise Inexpressible("ceil_mode with padding, or a stride above the kernel, on a map of unknown size", SIZED)
    # Up to a stride more than whole windows need makes no further one.
    fitted = tuple(
        (before, after if more <= after < more + step else more)
        for (before, after), (_, more), step in zip(sides, whole, layer.stride, strict=True)
    )
    if all(0 <= end < k for pair, k in zip(fitted, layer.kernel, strict=True) for end in pair):
        return x, {"pads": pads(fitted)}
    return padded(model, x, fitted, "zeros", value), {}
