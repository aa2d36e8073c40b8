"""Convolutions and pools."""

from __future__ import annotations

from rfcli.geometry.windows import same_padding
from rfcli.words.keras import STATISTICS
from rfcli.writers.keras.model import Model, known, layer_type
from rfcli.writers.keras.parts import padded
from rfcli.writers.places import SIZED, Inexpressible, Place, ceil_sides, certain, custom_window, window_sides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _window_padding(model: Model, place: Place, x: str) -> tuple[str, str]:
    """What a window reads, and the word for its own padding."""
    layer = place.layer
    if getattr(layer, "padding_mode", "zeros") != "zeros":
        raise Inexpressible(f"Keras has no padding_mode {layer.padding_mode}")
    if layer.padding.word == "same":
        return x, "same"
    if layer.padding.word == "causal" and layer.type in ("conv", "custom"):
        return x, "causal"
    sides = window_sides(place)
    if sides is None:
        raise Inexpressible("padding 'same_lower' with a stride depends on the input size", SIZED)
    if all(s == 1 for s in layer.stride) and sides == tuple(
        same_padding(1, layer.extent(axis), 1, lower=False) for axis in range(place.axes)
    ):
        return x, "same"
    return padded(model, x, sides), "valid"


def _spatial(place: Place) -> dict[str, Any]:
    """Kernel, strides and dilations. Raises `Inexpressible`."""
    layer = place.layer
    if any(s > 1 for s in layer.stride) and any(d > 1 for d in layer.dilation):
        raise Inexpressible("Keras has no stride together with a dilation")
    return {
        "kernel_size": list(layer.kernel), "strides": list(layer.stride), "dilation_rate": list(layer.dilation),
    }  # fmt: skip


@layer_type("conv")
def conv(model: Model, place: Place, x: list[str]) -> None:
    _convolve(model, place, x[0], place.made, place.layer.groups, place.layer.bias)


@layer_type("depthwise_conv")
def depthwise_conv(model: Model, place: Place, x: list[str]) -> None:
    layer, c = place.layer, place.c
    if place.axes == 3 or len(set(layer.stride)) > 1:
        _convolve(model, place, x[0], c * layer.depth_multiplier, c, layer.bias)
        return
    spatial = _spatial(place)
    read, word = _window_padding(model, place, x[0])
    model.add(
        f"DepthwiseConv{place.axes}D", [read], **spatial, padding=word, depth_multiplier=layer.depth_multiplier,
        use_bias=layer.bias,
    )  # fmt: skip


@layer_type("separable_conv")
def separable_conv(model: Model, place: Place, x: list[str]) -> None:
    layer, c = place.layer, place.c
    between = c * layer.depth_multiplier
    if place.axes == 3 or len(set(layer.stride)) > 1:
        made = place.made
        inner = _convolve(model, place, x[0], between, c, False, "depthwise")
        model.add(f"Conv{place.axes}D", [inner], filters=made, kernel_size=[1] * place.axes, use_bias=layer.bias)
        return
    spatial = _spatial(place)
    filters = place.made
    read, word = _window_padding(model, place, x[0])
    model.add(
        f"SeparableConv{place.axes}D", [read], filters=filters, **spatial, padding=word,
        depth_multiplier=layer.depth_multiplier, use_bias=layer.bias,
    )  # fmt: skip


def _convolve(model: Model, place: Place, x: str, filters: int, groups: int, bias: bool, ending: str = "") -> str:
    certain(place.counts[0], "the channels of its input are not known")
    spatial = _spatial(place)
    read, word = _window_padding(model, place, x)
    shape = (*(known(n) for n in place.size), filters)
    return model.add(
        f"Conv{place.axes}D", [read], ending, shape, filters=filters, **spatial, padding=word, groups=groups,
        use_bias=bias,
    )  # fmt: skip


@layer_type("custom")
def custom(model: Model, place: Place, x: list[str]) -> None:
    custom_window(place)
    conv(model, place, x)


@layer_type("conv_transpose")
def conv_transpose(model: Model, place: Place, x: list[str]) -> None:
    """`valid` makes (n - 1)s + max(reach, s) samples, of which those are cropped that the layer has not."""
    layer = place.layer
    if layer.groups > 1:
        raise Inexpressible("Keras's transposed convolutions have no groups")
    spatial = _spatial(place)
    certain(place.counts[0], "the channels of its input are not known")
    filters = place.made
    given = {"filters": filters, **spatial, "use_bias": layer.bias}
    kind = f"Conv{place.axes}DTranspose"
    if layer.padding.word == "same":
        model.add(kind, x, **given, padding="same")
        return
    sides, whole = [], []
    for axis, n in enumerate(place.n):
        before, after = layer.sides(axis)
        reach, step = layer.extent(axis), layer.stride[axis]
        sides.append((-before, layer.output_padding[axis] - after - max(step - reach, 0)))
        whole.append(n * step + max(reach - step, 0) if isinstance(n, int) else None)
    crops = any(map(any, sides))
    made = model.add(kind, x, "whole" if crops else "", (*whole, filters), **given, padding="valid")
    if crops:
        padded(model, made, tuple(sides), last=True)


@layer_type("max_pool", "avg_pool", "lp_pool")
def pool(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    if layer.statistic not in STATISTICS.ours:
        raise Inexpressible(f"Keras has no {layer.type}")
    if any(d > 1 for d in layer.dilation):
        raise Inexpressible("Keras's pools have no dilation")
    read, word = x[0], layer.padding.word
    if layer.ceil_mode:
        sides = window_sides(place)
        whole = None if sides is None else ceil_sides(place, sides)
        if whole is None:
            raise Inexpressible("ceil_mode on a map of unknown size", SIZED)
        # Samples behind the last window, which a pool does not read, need not be cropped.
        fitted = tuple((a, max(b, 0) if b > -s else b) for (a, b), s in zip(whole, layer.stride, strict=True))
        read, word = padded(model, read, fitted), "valid"
    else:
        read, word = _window_padding(model, place, read)
    kind = f"{STATISTICS.written(layer.statistic)}Pooling{place.axes}D"
    model.add(kind, [read], pool_size=list(layer.kernel), strides=list(layer.stride), padding=word)
