"""Interpolations of ATen."""

from __future__ import annotations

from rfcli.readers.torch.calls import each, operation, rank_of
from rfcli.readers.tracing.maps import Atom, Layout, Map
from rfcli.words.torch import INTERPOLATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rfcli.readers.torch.calls import Call
    from rfcli.readers.torch.nodes import Argument


@operation(
    *each("upsample_nearest"), *each("_upsample_nearest_exact"), "upsample_linear1d", "upsample_bilinear2d",
    "upsample_trilinear3d", "upsample_bicubic2d",
)  # fmt: skip
def upsample(
    call: Call, x: Map, *, align_corners: bool = False, scale_factors: Argument = None, scales: Argument = None,
    scales_d: Argument = None, scales_h: Argument = None, scales_w: Argument = None,
) -> Map:  # fmt: skip
    tracer = call.tracer
    x = tracer.canonical(call.name, x)
    axes = tracer.window_axes(x)
    given: dict[str, Any] = _interpolated(call, align_corners)
    if scale_factors is None:
        scale_factors = [one for one in (scales_d, scales_h, scales_w, scales) if one is not None]
    # Corners are aligned by the sizes, whatever the scale; without one the ratio of the sizes is meant.
    if align_corners or len(scale_factors) != len(axes) or any(one is None for one in scale_factors):
        given["size"] = [1] * tracer.axes
        for axis, n in zip(axes, call.shape[2:], strict=True):
            given["size"][axis] = n
    else:
        given["scale"] = [1] * tracer.axes
        for axis, one in zip(axes, scale_factors, strict=True):
            given["scale"][axis] = int(one) if one == int(one) else float(one)
    layer = tracer.draft.add(call.name, "resize", [x.layer], **given)
    return Map(layer, (x.dims[0], x.dims[1], *((Atom(axis, None),) for axis in axes)), x.local)


def _interpolated(call: Call, align_corners: bool) -> dict[str, str]:
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
