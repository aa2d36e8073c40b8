"""Interpolation, and space rearranged into channels or out of them."""

from __future__ import annotations

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.tensorflow.calls import MEND, Call, Extent, Traced, operation
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_of
from rfcli.readers.tracing.resizing import Ratio, resize_like

MODES = {"ResizeBilinear": "linear", "ResizeNearestNeighbor": "nearest", "ResizeBicubic": "cubic"}


@operation(*MODES)
def resize(
    call: Call, x: Map, size: Traced, *, align_corners: bool = False, half_pixel_centers: bool = False
) -> Map:  # fmt: skip
    """Nearest samples lie at floor((o + 1/2) n/m) with half pixels, and are rounded with aligned corners."""
    if len(x.dims) != 4:
        raise Layout("it resizes no picture")
    x, images, back = call.tracer.by_image(call.tracer.arranged(x, 2, False))
    x = call.tracer.canonical(call.name, x)
    axes, mode = call.tracer.window_axes(x), MODES[call.operation]
    values = size.values if isinstance(size, Constant) else None
    if values is None or len(values) != 2:
        raise Layout("its size is computed from data")
    if align_corners:
        coordinates, rounding = "align_corners", "round_prefer_ceil"
    elif half_pixel_centers:
        coordinates, rounding = ("tf_half_pixel_for_nn" if mode == "nearest" else "half_pixel"), "floor"
    else:
        coordinates, rounding = "asymmetric", "floor"
    target: Parameters
    extents = [one for one in values if isinstance(one, Extent)]
    if extents:
        whole = len({one.layer for one in extents}) == 1 and len(extents) == len(axes) == call.tracer.axes
        if not whole or [axis_of(one.dim) for one in extents] != axes:
            raise Layout(f"it takes the sizes of several layers: {MEND}")
        target = {"like": extents[0].layer}
        ratios: list[Ratio] = [(None, None)] * len(axes)
    else:
        if not all(type(one) is int and 1 <= one <= MAX_INTEGER for one in values):
            raise Layout(f"it takes a size that is not known: {MEND}")
        sizes = [*x.shape[2 : 2 + images], *values]
        pairs = zip(sizes, x.shape[2:], strict=True)
        target = call.tracer.along(axes, size=sizes)
        ratios = [(None if n is None else (m, n), n) for m, n in pairs]
    target |= resize_like(mode, coordinates, rounding, ratios)
    return call.tracer.restored(back(call.tracer.over_axes(call.name, "resize", x, **target)), 2, False)


@operation("SpaceToDepth", "DepthToSpace")
def rearrange(call: Call, x: Map, *, block_size: int) -> Map:
    """Channels lie inside each position of a block."""
    if not 1 <= block_size <= MAX_INTEGER or len(x.dims) != 4:
        raise Layout(f"its block is {block_size}")
    type = "space_to_depth" if call.operation == "SpaceToDepth" else "depth_to_space"
    wide = call.tracer.arranged(x, 2, call.first)
    return call.tracer.restored(call.tracer.rearranged(call.name, wide, block_size, type), 2, call.first)
