"""Layers that change the shape of a blob, or resize it."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from rfcli.readers.caffe.calls import Call, dimension, layer_type
from rfcli.readers.caffe.windows import rank_of
from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.maps import Layout, Map, Size


@layer_type("Flatten")
def flatten(call: Call, x: Map) -> Map:
    stated = call.settings("flatten_param")
    first, last = dimension(x, stated.integer("axis", 1, -9)), dimension(x, stated.integer("end_axis", -1, -9))
    if first == 1 and last == len(x.dims) - 1:
        return call.tracer.flat(call.name, x)
    sizes = x.shape[first : last + 1]
    together = None if None in sizes else prod(n or 1 for n in sizes)
    return call.tracer.reshape(call.name, x, [*x.shape[:first], together, *x.shape[last + 1 :]])


@layer_type("Reshape")
def reshape(call: Call, x: Map) -> Map:
    """0 copies a dimension, -1 is what is left."""
    stated = call.settings("reshape_param")
    dims = stated.message("shape").integers("dim", -1)
    first, many = stated.integer("axis", 0, -9), stated.integer("num_axes", -1, -1)
    first = first % len(x.dims) if x.dims else 0
    end = len(x.dims) if many < 0 else first + many
    inside = x.shape[first:end]
    if any(one == 0 and at >= len(inside) for at, one in enumerate(dims)):
        raise ForeignError("a 0 copies a dimension that its bottom does not have", at=call.stated.node)
    target: list[Size] = [*x.shape[:first]]
    for at, one in enumerate(dims):
        target.append(inside[at] if one == 0 else one)
    target += x.shape[end:]
    if -1 in target:
        if None in x.shape:
            raise Layout("a shape is inferred from one that is not known")
        known = prod(n or 1 for n in target if n != -1)
        total = prod(n or 1 for n in x.shape)
        if known < 1 or total % known or target.count(-1) > 1:
            raise ForeignError(f"{total} entries have no such shape", at=call.stated.node)
        target[target.index(-1)] = total // known
    return call.tracer.reshape(call.name, x, target)


@layer_type("Permute")
def permute(call: Call, x: Map) -> Map:
    order = call.settings("permute_param").integers("order")
    order += [at for at in range(len(x.dims)) if at not in order]
    if sorted(order) != list(range(len(x.dims))):
        raise ForeignError(f"an order {order[:6]} of {len(x.dims)} dimensions", at=call.stated.node)
    return call.tracer.permuted(call.name, x, order)


@layer_type("Tile")
def tile(call: Call, x: Map) -> Map:
    stated = call.settings("tile_param")
    at, times = dimension(x, stated.integer("axis", 1, -9)), stated.integer("tiles", 0)
    if not times:
        raise ForeignError("it has no tiles", at=call.stated.node)
    n = x.shape[at]
    if n is None:
        raise Layout("a dimension of unknown size is repeated")
    if times == 1:
        return call.tracer.passed(call.name, x)
    if n == 1:
        return call.tracer.expanded(call.name, x, [times if one == at else 1 for one in range(len(x.dims))])
    return call.tracer.tiled(call.name, x, [n * times if one == at else size for one, size in enumerate(x.shape)])


@layer_type("ShuffleChannel")
def shuffle(call: Call, x: Map) -> Map:
    groups = call.settings("shuffle_channel_param").integer("group", 1, 1)
    return call.tracer.passed(call.name, x, type="channel_shuffle", groups=groups)


@layer_type("Interp")
def interpolated(call: Call, x: Map) -> Map:
    """Bilinear, with the corners in their places (DeepLab, PSPNet)."""
    stated, rank = call.settings("interp_param"), rank_of(x)
    if stated.integer("pad_beg", 0, -99) or stated.integer("pad_end", 0, -99):
        raise Layout("its map is padded or cut before")
    if len(call.maps) > 1:
        return _resized(call, x, call.maps[1].shape[2:])
    sizes: list[Size] = []
    for n, key in zip(x.shape[2:], ("height", "width"), strict=rank == 2):
        stated_size = stated.integer(key, 0)
        if n is not None and not stated_size:
            shrunk = (n - 1) // stated.integer("shrink_factor", 1, 1) + 1
            zoom = stated.integer("zoom_factor", 1, 1)
            stated_size = shrunk + (shrunk - 1) * (zoom - 1)
        sizes.append(stated_size or None)
    return _resized(call, x, sizes)


def _resized(call: Call, x: Map, sizes: Sequence[Size]) -> Map:
    if None in sizes:
        raise Layout("it resizes to a size that is not known")
    x = call.tracer.canonical(call.name, x)
    return call.tracer.over_axes(
        call.name, "resize", x, mode="linear", coordinates="align_corners",
        **call.tracer.along(call.tracer.window_axes(x), size=list(sizes)),
    )  # fmt: skip


@layer_type("Upsample")
def repeated(call: Call, x: Map) -> Map:
    """Each sample repeated (YOLO and its like), or put where a pool found the largest of each window (SegNet)."""
    stated = call.settings("upsample_param")
    scale = stated.integer("scale", 2, 1)
    if len(call.maps) > 1:
        return _put_back(call, x, scale)
    if stated.scalar("upsample_h") is not None:
        raise Layout("it puts maxima back, and is not told where")
    x = call.tracer.canonical(call.name, x)
    axes = call.tracer.window_axes(x)
    return call.tracer.over_axes(call.name, "upsample", x, **call.tracer.along(axes, scale=[scale] * len(axes)))


def _put_back(call: Call, x: Map, scale: int) -> Map:
    """Values where the second bottom says: each is seen with the window of the pool that made that. Of an odd map the
    last window is a part of one. Raises `Layout`."""
    stated, tracer, mask = call.settings("upsample_param"), call.tracer, call.maps[1]
    pool = tracer.draft.stated(mask.layer)
    if pool is None or pool.type != "max_pool":
        raise Layout("where it puts values is computed from data")
    sides = [pool.given.get(key, default) for key, default in (("kernel", 1), ("stride", 1), ("padding", 0))]
    if sides != [scale, scale, 0]:
        raise Layout("its windows are others than those of the pool")
    wanted: list[Size] = []
    for n, letter in zip(x.shape[2:], "hw", strict=False):
        less = int(stated.flag(f"pad_out_{letter}", False))
        size = stated.integer(f"upsample_{letter}", 0) or (None if n is None else n * scale - less)
        if n is not None and size is not None and not n * scale - scale < size <= n * scale:
            raise Layout("its windows are others than those of the pool")
        wanted.append(size)
    sizes = zip(x.shape[2:], wanted, strict=False)
    cuts = [(at, size) for at, (n, size) in enumerate(sizes, 2) if n is not None and size not in (None, n * scale)]
    made = tracer.put_back(call.name, x, mask, scale, f"{call.name}/unpool" if cuts else "")
    for at, size in cuts:
        cut = tracer.cropped(call.name if at == cuts[-1][0] else f"{call.name}/{at}", made, at, 0, size or 1, 1)
        assert isinstance(cut, Map), "something is left"
        made = cut
    return made


@layer_type("Reorg")
def space_to_depth(call: Call, x: Map) -> Map:
    stated = call.settings("reorg_param")
    type = "depth_to_space" if stated.flag("reverse", False) else "space_to_depth"
    return call.tracer.rearranged(call.name, x, stated.integer("stride", 2, 1), type)
