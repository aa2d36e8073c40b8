"""Convolutions and pools for torch."""

from __future__ import annotations

from rfcli.writers.places import (
    SIZED,
    Inexpressible,
    ceil_sides,
    check_border,
    custom_window,
    transposed_sides,
    window_sides,
)
from rfcli.writers.torch.modules import module, pads, per_axis, same_pad, submodule, zero_pad
from rfcli.writers.torch.written import Argument, New

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rfcli.layers.windows import Pool
    from rfcli.writers.places import Place, Sides
    from rfcli.writers.torch.modules import Named
    from rfcli.writers.torch.written import Written


@module("conv")
def conv(place: Place) -> Written:
    return _convolution(place, (), place.made, place.layer.groups)


@module("depthwise_conv")
def depthwise_conv(place: Place) -> Written:
    return _convolution(place, (), place.c * place.layer.depth_multiplier, place.c)


@module("separable_conv")
def separable_conv(place: Place) -> Written:
    between = place.c * place.layer.depth_multiplier
    second = New(f"nn.Conv{place.axes}d", (
        Argument("in_channels", between), Argument("out_channels", place.made), Argument("kernel_size", 1),
        Argument("bias", place.layer.bias, True, True),
    ))  # fmt: skip
    return _convolution(place, (second,), between, place.c)


def _convolution(place: Place, then: tuple[New, ...], filters: int, groups: int) -> Written:
    layer = place.layer
    mode = getattr(layer, "padding_mode", "zeros")
    sides = window_sides(place)
    before: Named = []
    inside: Any = 0
    if sides is None:
        before, mode = same_pad(place, mode, 0.0), "zeros"
    elif all(a == b >= 0 for a, b in sides):
        check_border(place, sides, mode)
        inside = per_axis([a for a, _ in sides])
    else:
        before, mode = pads(place, sides, mode), "zeros"
    arguments = (
        Argument("in_channels", place.c),
        Argument("out_channels", filters),
        Argument("kernel_size", per_axis(layer.kernel)),
        Argument("stride", per_axis(layer.stride), 1, True),
        Argument("padding", inside, 0, True),
        Argument("dilation", per_axis(layer.dilation), 1, True),
        Argument("groups", groups, 1, True),
        Argument("bias", layer.bias and not then, True, True),
        Argument("padding_mode", mode if inside else "zeros", "zeros", True),
    )
    head = f"nn.Conv{place.axes}d"
    if not then:
        return submodule(head, *arguments, before=before)
    parts = (New(head, arguments), *then)
    return submodule("nn.Sequential", *(Argument(str(at), part) for at, part in enumerate(parts)), before=before)


@module("custom")
def custom(place: Place) -> Written:
    custom_window(place)
    return conv(place)


@module("conv_transpose")
def conv_transpose(place: Place) -> Written:
    layer = place.layer
    rows = transposed_sides(place)
    sides = tuple((before, after) for _, _, before, after in rows)
    return submodule(
        f"nn.ConvTranspose{place.axes}d",
        Argument("in_channels", place.c),
        Argument("out_channels", place.made),
        Argument("kernel_size", per_axis(layer.kernel)),
        Argument("stride", per_axis(layer.stride), 1, True),
        Argument("padding", per_axis([row[0] for row in rows]), 0, True),
        Argument("output_padding", per_axis([row[1] for row in rows]), 0, True),
        Argument("groups", layer.groups, 1, True),
        Argument("bias", layer.bias, True, True),
        Argument("dilation", per_axis(layer.dilation), 1, True),
        behind=[("_crop", zero_pad(place.axes, sides))] if any(map(any, sides)) else (),
    )


@module("max_pool", "avg_pool", "lp_pool")
def pool(place: Place) -> Written:
    layer, rank = place.layer, place.axes
    before, inside, ceil = _pool_padding(place)
    dilated = any(d > 1 for d in layer.dilation)
    kernel, stride = Argument("kernel_size", per_axis(layer.kernel)), Argument("stride", per_axis(layer.stride))
    ceiling = Argument("ceil_mode", ceil, False, True)
    if layer.statistic == "lp":
        if dilated:
            raise Inexpressible("torch's lp_pool has no dilation")
        return submodule(f"nn.LPPool{rank}d", Argument("norm_type", 2), kernel, stride, ceiling, before=before)
    if layer.statistic == "avg" and dilated:
        given = [Argument("kernel_size", layer.kernel), Argument("stride", layer.stride)]
        return submodule("DilatedAvgPool", *given, Argument("dilation", layer.dilation), before=before)
    head = f"nn.{layer.statistic.capitalize()}Pool{rank}d"
    dilation = [Argument("dilation", per_axis(layer.dilation), 1, True)] if layer.statistic == "max" else []
    return submodule(head, kernel, stride, Argument("padding", inside, 0, True), *dilation, ceiling, before=before)


def _pool_padding(place: Place) -> tuple[Named, Any, bool]:
    """Modules that pad before a pool, what the pool itself pads, and whether it rounds up. Raises `Inexpressible`."""
    layer = place.layer
    value = float("-inf") if layer.statistic == "max" else 0.0
    sides, ceil = window_sides(place), layer.ceil_mode
    if sides is None:
        if ceil:
            raise Inexpressible("ceil_mode with a padding that depends on the input size", SIZED)
        return same_pad(place, "zeros", value), 0, ceil
    if _pads_itself(layer, sides):
        return [], per_axis([a for a, _ in sides]), ceil
    if ceil:
        whole = ceil_sides(place, sides)
        if whole is None:
            raise Inexpressible("ceil_mode with a padding that torch's pools do not take", SIZED)
        sides = whole
    return pads(place, sides, "zeros", value) if any(map(any, sides)) else [], 0, False


def _pads_itself(layer: Pool, sides: Sides) -> bool:
    """Whether torch's own pool pads so: alike on both sides by up to half the window, and an average not with gaps."""
    reaches = [layer.extent(axis) if layer.statistic == "max" else k for axis, k in enumerate(layer.kernel)]
    fits = all(a == b and 0 <= a <= reach // 2 for (a, b), reach in zip(sides, reaches, strict=True))
    if layer.statistic == "max":
        return fits
    gaps = layer.statistic == "avg" and any(d > 1 for d in layer.dilation)
    return (
        fits
        and not (gaps and layer.ceil_mode)
        and ((layer.statistic == "avg" and not gaps) or not any(map(any, sides)))
    )
