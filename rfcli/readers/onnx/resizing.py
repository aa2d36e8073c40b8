"""Interpolation, and space rearranged into channels or out of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rfcli.readers.onnx.calls import MEND, Call, Numbers, Traced, numbers, operation
from rfcli.readers.onnx.constants import Extent
from rfcli.readers.tracing.maps import Layout, Map, axis_at, axis_of
from rfcli.readers.tracing.resizing import Ratio, meant, resize_like
from rfcli.words.onnx import INTERPOLATIONS


@operation("DepthToSpace", "SpaceToDepth")
def rearrange(call: Call, x: Map, *, blocksize: int = 1, mode: str = "DCR") -> Map:
    """In mode CRD the positions of a block are channels beside each other, as torch has them."""
    up = "pixel_shuffle" if mode == "CRD" else "depth_to_space"
    return call.tracer.rearranged(call.name, x, blocksize, up if call.operation == "DepthToSpace" else "space_to_depth")


@operation("Upsample")
def upsample(call: Call, x: Map, scales: Traced = None, *, mode: str = "nearest") -> Map:
    return _resized(call, x, numbers(scales, "scales"), None, (), (mode, "asymmetric", "floor"))


@operation("Resize")
def resize(
    call: Call, x: Map, roi: Traced = None, scales: Traced = None, sizes: Traced = None, *,
    axes: Sequence[int] = (), mode: str = "nearest", coordinate_transformation_mode: str = "half_pixel",
    nearest_mode: str = "round_prefer_floor", keep_aspect_ratio_policy: str = "stretch", antialias: int = 0,
) -> Any:  # fmt: skip
    if call.opset < 11:
        return call.made(upsample)
    given = numbers(scales, "scales"), numbers(sizes, "sizes")
    if keep_aspect_ratio_policy != "stretch" or antialias:
        raise Layout("keeping ratios or antialiasing")
    return _resized(call, x, *given, axes, (mode, coordinate_transformation_mode, nearest_mode))


def _resized(call: Call, x: Map, scales: Numbers, sizes: Numbers, axes: Sequence[int], manner: Sequence[str]) -> Map:
    """A map resized by scales or to sizes, of all dimensions or of `axes`; the manner is the mode, coordinates and
    rounding."""
    given, rank = scales or sizes, len(x.dims)
    x, images, back = call.tracer.by_image(x)
    x = call.tracer.canonical(call.name, x)
    if not given:
        raise Layout("it has neither scales nor sizes")
    named = [axis_at(one, rank) for one in axes] if axes else list(range(rank))
    if len(named) != len(given):
        raise Layout(f"it has {len(given)} scales or sizes for {len(named)} dimensions")
    row: list[Any] = [1.0 if scales else None] * rank
    for at, one in zip(named, given, strict=True):
        row[at] = one
    own = call.tracer.window_axes(x)
    if scales and any(row[at] != 1 for at in (0, 1)):
        raise Layout("batch or channels are resized")
    kept = [1.0] * images if scales else [*x.shape[2 : 2 + images]]
    target, ratios = (_by_scales if scales else _to_sizes)(call, x, own, [*kept, *row[2:]])
    mode, coordinates, rounding = manner
    if mode in INTERPOLATIONS:
        mode = INTERPOLATIONS.read(mode)
    target |= resize_like(mode, coordinates, rounding, ratios)
    return back(call.tracer.over_axes(call.name, "resize", x, **target))


def _by_scales(call: Call, x: Map, axes: list[int], row: Sequence[Any]) -> tuple[dict[str, Any], list[Ratio]]:
    """What says it in a description, and the ratio of each axis."""
    factors = [int(one) if one == int(one) else meant(one) for one in row]
    return call.tracer.along(axes, scale=factors), [*zip(factors, x.shape[2:], strict=True)]


def _to_sizes(call: Call, x: Map, axes: list[int], row: Sequence[Any]) -> tuple[dict[str, Any], list[Ratio]]:
    """Numbers, or the sizes of a layer."""
    if any(type(one) not in (int, float, Extent) for one in row):
        raise Layout(f"it takes a size that is not known: {MEND}")
    extents = [one for one in row if isinstance(one, Extent)]
    if extents:
        whole = len({one.layer for one in extents}) == 1 and len(extents) == call.tracer.axes
        if not whole or [axis_of(one.dim) for one in extents] != axes:
            raise Layout(f"it takes the sizes of several layers: {MEND}")
        return {"like": extents[0].layer}, [(None, None)] * len(axes)
    wanted = [int(one) for one in row]
    ratios: list[Ratio] = [(None if n is None else (m, n), n) for m, n in zip(wanted, x.shape[2:], strict=True)]
    return call.tracer.along(axes, size=wanted), ratios
