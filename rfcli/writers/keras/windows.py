"""Convolutions and pools."""

from rfcli.geometry.windows import same_padding
from rfcli.words.keras import STATISTICS
from rfcli.writers.keras.model import Config, Model, layer_type
from rfcli.writers.keras.parts import padded
from rfcli.writers.places import SIZED, Inexpressible, Place, ceil_sides, certain, known, window_sides


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


def _spatial(place: Place) -> Config:
    """Kernel, strides and dilations. Raises `Inexpressible`."""
    layer = place.layer
    if getattr(layer, "taps", None) is not None:
        raise Inexpressible("Keras's convolutions have no mask", "a smaller kernel with padding of its own may do")
    if any(s > 1 for s in layer.stride) and any(d > 1 for d in layer.dilation):
        raise Inexpressible("Keras has no stride together with a dilation")
    return {"kernel_size": [*layer.kernel], "strides": [*layer.stride], "dilation_rate": [*layer.dilation]}


def _convolved(
    model: Model, place: Place, kind: str, x: str, filters: int | None, rest: Config, ending: str = ""
) -> str:
    """A layer with the window of the described one."""
    certain(place.counts[0], "the channels of its input are not known")
    first = {} if filters is None else {"filters": filters}
    spatial = _spatial(place)
    read, word = _window_padding(model, place, x)
    shape = (*map(known, place.size), filters) if ending else None
    return model.add(f"{kind}{place.axes}D", [read], ending, shape, **first, **spatial, padding=word, **rest)


@layer_type("conv", "custom")
def conv(model: Model, place: Place, x: list[str]) -> None:
    rest = {"groups": place.layer.groups, "use_bias": place.layer.bias}
    _convolved(model, place, "Conv", x[0], place.made, rest)


def _by_groups(place: Place) -> bool:
    """Whether Keras has a depthwise convolution of this kind only as one of groups."""
    return place.axes == 3 or len(set(place.layer.stride)) > 1


@layer_type("depthwise_conv")
def depthwise_conv(model: Model, place: Place, x: list[str]) -> None:
    c, bias, times = place.c, place.layer.bias, place.layer.depth_multiplier
    if _by_groups(place):
        _convolved(model, place, "Conv", x[0], c * times, {"groups": c, "use_bias": bias})
    else:
        _convolved(model, place, "DepthwiseConv", x[0], None, {"depth_multiplier": times, "use_bias": bias})


@layer_type("separable_conv")
def separable_conv(model: Model, place: Place, x: list[str]) -> None:
    c, made, bias, times = place.c, place.made, place.layer.bias, place.layer.depth_multiplier
    if _by_groups(place):
        inner = _convolved(model, place, "Conv", x[0], c * times, {"groups": c, "use_bias": False}, "depthwise")
        model.add(f"Conv{place.axes}D", [inner], filters=made, kernel_size=[1] * place.axes, use_bias=bias)
    else:
        _convolved(model, place, "SeparableConv", x[0], made, {"depth_multiplier": times, "use_bias": bias})


@layer_type("conv_transpose")
def conv_transpose(model: Model, place: Place, x: list[str]) -> None:
    """`valid` makes (n - 1)s + max(reach, s) samples, of which those are cropped that the layer has not."""
    layer = place.layer
    if layer.groups > 1:
        raise Inexpressible("Keras's transposed convolutions have no groups")
    spatial = _spatial(place)
    certain(place.counts[0], "the channels of its input are not known")
    given = {"filters": place.made, **spatial, "use_bias": layer.bias}
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
    made = model.add(kind, x, "whole" if crops else "", (*whole, place.made), **given, padding="valid")
    if crops:
        padded(model, made, tuple(sides), last=True)


@layer_type("max_pool", "avg_pool", "lp_pool")
def pool(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    if layer.statistic not in STATISTICS.ours:
        raise Inexpressible(f"Keras has no {layer.type}")
    if any(d > 1 for d in layer.dilation):
        raise Inexpressible("Keras's pools have no dilation")
    if layer.ceil_mode:
        whole = ceil_sides(place, window_sides(place))
        if whole is None:
            raise Inexpressible("ceil_mode on a map of unknown size", SIZED)
        # Samples behind the last window, which a pool does not read, need not be cropped.
        fitted = tuple((a, max(b, 0) if b > -s else b) for (a, b), s in zip(whole, layer.stride, strict=True))
        read, word = padded(model, x[0], fitted), "valid"
    else:
        read, word = _window_padding(model, place, x[0])
    kind = f"{STATISTICS.written(layer.statistic)}Pooling{place.axes}D"
    model.add(kind, [read], pool_size=list(layer.kernel), strides=list(layer.stride), padding=word)
