"""Interpolations of ATen."""

from __future__ import annotations

from typing import Any

from rfcli.readers.torch.calls import Call, each, operation, rank_of
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.maps import Layout, Map
from rfcli.words.torch import INTERPOLATIONS


@operation(
    *each("upsample_nearest"), *each("_upsample_nearest_exact"), "upsample_linear1d", "upsample_bilinear2d",
    "upsample_trilinear3d", "upsample_bicubic2d",
)  # fmt: skip
def upsample(call: Call, x: Map, *, align_corners: bool = False, scale_factors: Argument = None) -> Map:
    tracer = call.tracer
    x = tracer.canonical(call.name, x)
    axes = tracer.window_axes(x)
    if scale_factors is None:
        scale_factors = [one for name, one in call.arguments.items() if name.startswith("scales")]
    # Corners are aligned by the sizes, whatever the scale; without one the ratio of the sizes is meant.
    if align_corners or len(scale_factors) != len(axes) or any(one is None for one in scale_factors):
        target = tracer.along(axes, size=call.shape[2:])
    else:
        target = tracer.along(axes, scale=[int(one) if one == int(one) else float(one) for one in scale_factors])
    return tracer.over_axes(call.name, "resize", x, **_interpolated(call, align_corners), **target)


def _interpolated(call: Call, align_corners: bool) -> dict[str, Any]:
    """How values are interpolated, and where: `upsample_bilinear2d` is linear."""
    word = call.operation.partition("upsample_")[2][: -len("2d")]
    mode = INTERPOLATIONS[rank_of(call)].read(word)
    if mode == "nearest":
        return {"mode": mode, "coordinates": "asymmetric" if word == "nearest" else "half_pixel"}
    return {"mode": mode, "coordinates": "align_corners" if align_corners else "half_pixel"}


@operation("_upsample_bilinear2d_aa", "_upsample_bicubic2d_aa")
def upsample_smoothly(call: Call, x: Map) -> Map:
    call.tracer.window_axes(call.tracer.canonical(call.name, x))
    raise Layout("interpolation against aliasing")
