"""Interpolation, and space rearranged into channels or out of them."""

from __future__ import annotations

from rfcli.readers.onnx.calls import axis_at, numbers, operation
from rfcli.readers.onnx.constants import Extent
from rfcli.readers.tracing.maps import Atom, Layout, Map, axis_of, size_of
from rfcli.readers.tracing.resizing import resize_like
from rfcli.words.onnx import INTERPOLATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rfcli.readers.onnx.calls import Call, Traced
    from rfcli.readers.tracing.resizing import Ratio


@operation("DepthToSpace")
def depth_to_space(call: Call, x: Map, *, blocksize: int = 1) -> Map:
    return call.tracer.rearranged(call.name, x, blocksize, True)


@operation("SpaceToDepth")
def space_to_depth(call: Call, x: Map, *, blocksize: int = 1) -> Map:
    return call.tracer.rearranged(call.name, x, blocksize, False)


@operation("Upsample")
def upsample(call: Call, x: Map, scales: Traced = None, *, mode: str = "nearest") -> Map:
    x = call.tracer.canonical(call.name, x)
    return _resized(call, x, numbers(scales, "scales"), None, (), (mode, "asymmetric", "floor"))


@operation("Resize")
def resize(
    call: Call, x: Map, roi: Traced = None, scales: Traced = None, sizes: Traced = None, *,
    axes: Sequence[int] = (), mode: str = "nearest", coordinate_transformation_mode: str = "half_pixel",
    nearest_mode: str = "round_prefer_floor", keep_aspect_ratio_policy: str = "stretch", antialias: int = 0,
) -> Any:  # fmt: skip
    if call.opset < 11:
        return call.made(upsample)
    x = call.tracer.canonical(call.name, x)
    given = numbers(scales, "scales"), numbers(sizes, "sizes")
    if keep_aspect_ratio_policy != "stretch" or antialias:
        raise Layout("keeping ratios or antialiasing")
    return _resized(call, x, *given, axes, (mode, coordinate_transformation_mode, nearest_mode))


def _resized(
    call: Call, x: Map, scales: list[Any] | None, sizes: list[Any] | None, axes: Sequence[int],
    manner: tuple[str, str, str],
) -> Map:  # fmt: skip
    """A canonical map resized by scales or to sizes, of all dimensions or of `axes`; the manner is the mode,
    coordinates and rounding."""
    given, rank = scales or sizes, len(x.dims)
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
    target, ratios = (_by_scales if scales else _to_sizes)(call, x, own, row[2:])
    mode, coordinates, rounding = manner
    if mode in INTERPOLATIONS:
        mode = INTERPOLATIONS.read(mode)
    told = {**target, **resize_like(mode, coordinates, rounding, ratios)}
    layer = call.tracer.draft.add(call.name, "resize", [x.layer], **told)
    return Map(layer, (x.dims[0], x.dims[1], *((Atom(axis, None),) for axis in own)), x.local)


def _by_scales(call: Call, x: Map, axes: list[int], row: Sequence[Any]) -> tuple[dict[str, Any], list[Ratio]]:
    """What says it in a description, and the ratio of each axis."""
    factors: list[Any] = [1] * call.tracer.axes
    for axis, one in zip(axes, row, strict=True):
        factors[axis] = int(one) if one == int(one) else one
    return {"scale": factors}, [(factors[axis], size_of(dim)) for axis, dim in zip(axes, x.dims[2:], strict=True)]


def _to_sizes(call: Call, x: Map, axes: list[int], row: Sequence[Any]) -> tuple[dict[str, Any], list[Ratio]]:
    """Numbers, or the sizes of a layer."""
    if any(type(one) not in (int, float, Extent) for one in row):
        raise Layout("it takes a size that is not known")
    extents = [one for one in row if isinstance(one, Extent)]
    if extents:
        if len({one.layer for one in extents}) > 1 or len(extents) != len(axes) or len(axes) != call.tracer.axes or any(
            axis_of(one.dim) != axis for axis, one in zip(axes, extents, strict=True)
        ):  # fmt: skip
            raise Layout("it takes the sizes of several layers")
        return {"like": extents[0].layer}, [(None, None)] * len(axes)
    wanted: list[Any] = [1] * call.tracer.axes
    ratios: list[Ratio] = []
    for axis, one, dim in zip(axes, row, x.dims[2:], strict=True):
        wanted[axis] = int(one)
        n = size_of(dim)
        ratios.append((None if n is None else (int(one), n), n))
    return {"size": wanted}, ratios
