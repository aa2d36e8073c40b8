"""Convolutions and pools for torch."""

from rfcli.layers._masks import digits
from rfcli.layers.windows import Pool
from rfcli.writers.places import (
    SIZED,
    Inexpressible,
    Place,
    Sides,
    ceil_sides,
    check_border,
    transposed_sides,
    window_sides,
)
from rfcli.writers.torch.modules import Named, chain, module, pad, pads, per_axis, same_pad
from rfcli.writers.torch.written import Argument, New, Written, new


@module("conv", "custom")
def conv(place: Place) -> Written:
    return _convolution(place, place.made, place.layer.groups)


@module("depthwise_conv")
def depthwise_conv(place: Place) -> Written:
    return _convolution(place, place.c * place.layer.depth_multiplier, place.c)


@module("separable_conv")
def separable_conv(place: Place) -> Written:
    between = place.c * place.layer.depth_multiplier
    required = {"in_channels": between, "out_channels": place.made, "kernel_size": 1}
    second = new(f"nn.Conv{place.axes}d", required, Argument("bias", place.layer.bias, True))
    return _convolution(place, between, place.c, second)


def _convolution(place: Place, filters: int, groups: int, then: New | None = None) -> Written:
    """A convolution, and what comes `then`, behind the modules that pad."""
    layer = place.layer
    mode = getattr(layer, "padding_mode", "zeros")
    sides = window_sides(place)
    before: Named = []
    inside: object = 0
    if sides is None:
        before, mode = same_pad(place, mode, 0.0), "zeros"
    elif all(a == b >= 0 for a, b in sides):
        check_border(place, sides, mode)
        inside = per_axis([a for a, _ in sides])
    else:
        before, mode = pads(place, sides, mode), "zeros"
    conv = new(
        *_head(place, "Conv", {"in_channels": place.c, "out_channels": filters}),
        Argument("stride", per_axis(layer.stride), 1),
        Argument("padding", inside, 0),
        Argument("dilation", per_axis(layer.dilation), 1),
        Argument("groups", groups, 1),
        Argument("bias", layer.bias and not then, True),
        Argument("padding_mode", mode if inside else "zeros", "zeros"),
    )
    return chain([*before, ("", new("nn.Sequential", {"0": conv, "1": then}) if then else conv)])


def _head(place: Place, kind: str, channels: dict[str, object]) -> tuple[str, dict[str, object]]:
    """The class of a convolution, and the arguments that it needs: where a mask leaves taps out, the mask as well."""
    layer = place.layer
    required = {**channels, "kernel_size": per_axis(layer.kernel)}
    if getattr(layer, "taps", None) is None:
        return f"nn.{kind}{place.axes}d", required
    return f"Masked{kind}", {**required, "mask": digits(layer.taps, layer.kernel)}


@module("conv_transpose")
def conv_transpose(place: Place) -> Written:
    layer = place.layer
    rows = transposed_sides(place)
    sides = tuple((row.before, row.after) for row in rows)
    conv = new(
        *_head(place, "ConvTranspose", {"in_channels": place.c, "out_channels": place.made}),
        Argument("stride", per_axis(layer.stride), 1),
        Argument("padding", per_axis([row.padding for row in rows]), 0),
        Argument("output_padding", per_axis([row.output_padding for row in rows]), 0),
        Argument("groups", layer.groups, 1),
        Argument("bias", layer.bias, True),
        Argument("dilation", per_axis(layer.dilation), 1),
    )
    return chain([("", conv), *([("_crop", pad(sides))] if any(map(any, sides)) else [])])


@module("max_pool", "avg_pool", "lp_pool")
def pool(place: Place) -> Written:
    layer, statistic = place.layer, place.layer.statistic
    before, inside, ceil = _pool_padding(place)
    dilated = any(d > 1 for d in layer.dilation)
    head = f"nn.{'LP' if statistic == 'lp' else statistic.capitalize()}Pool{place.axes}d"
    window = {"kernel_size": per_axis(layer.kernel), "stride": per_axis(layer.stride)}
    padding, ceiling = Argument("padding", inside, 0), Argument("ceil_mode", ceil, False)
    if statistic == "max":
        made = new(head, window, padding, Argument("dilation", per_axis(layer.dilation), 1), ceiling)
    elif statistic == "avg" and dilated:
        made = new("DilatedAvgPool", {"kernel_size": layer.kernel, "stride": layer.stride, "dilation": layer.dilation})
    elif statistic == "avg":
        made = new(head, window, padding, ceiling)
    elif dilated:
        raise Inexpressible("torch's lp_pool has no dilation")
    else:
        made = new(head, {"norm_type": 2, **window}, ceiling)
    return chain([*before, ("", made)])


def _pool_padding(place: Place) -> tuple[Named, object, bool]:
    """Modules that pad before a pool, what the pool itself pads, and whether it rounds up. Raises `Inexpressible`."""
    layer = place.layer
    value = float("-inf") if layer.statistic == "max" else 0.0
    sides, ceil = window_sides(place), layer.ceil_mode
    if sides is None:
        if ceil:
            raise Inexpressible("ceil_mode with a padding that depends on the input size", SIZED)
        return same_pad(place, "zeros", value), 0, ceil
    if _pads_itself(layer, sides) and not _refuses(place):
        return [], per_axis([a for a, _ in sides]), ceil
    if ceil:
        whole = ceil_sides(place, sides)
        if whole is None:
            raise Inexpressible("ceil_mode with a padding that torch's pools do not take", SIZED)
        sides = whole
    return pads(place, sides, "zeros", value) if any(map(any, sides)) else [], 0, False


def _refuses(place: Place) -> bool:
    """Whether torch's pool does not take a map that is padded to its kernel: its averages over three axes do not."""
    short = any(isinstance(n, int) and n < k for n, k in zip(place.n, place.layer.kernel, strict=True))
    return short and place.axes == 3 and place.layer.statistic != "max"


def _pads_itself(layer: Pool, sides: Sides) -> bool:
    """Whether torch's own pool pads so: alike on both sides by up to half the window, and an average not with gaps."""
    reaches = [layer.extent(axis) if layer.statistic == "max" else k for axis, k in enumerate(layer.kernel)]
    fits = all(a == b and 0 <= a <= reach // 2 for (a, b), reach in zip(sides, reaches, strict=True))
    if layer.statistic == "max" or (layer.statistic == "avg" and all(d == 1 for d in layer.dilation)):
        return fits
    return not any(map(any, sides)) and not (layer.statistic == "avg" and layer.ceil_mode)
