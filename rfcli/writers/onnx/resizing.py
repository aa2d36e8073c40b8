"""Interpolation, and space rearranged into channels or out of them."""

from array import array
from math import prod

from rfcli.words.onnx import INTERPOLATIONS
from rfcli.writers.onnx.model import Model, node
from rfcli.writers.places import SIZED, Inexpressible, Place, certain, certain_sizes


@node("upsample", "resize")
def resize(model: Model, place: Place, x: list[str]) -> None:
    layer, rank = place.layer, place.axes
    if layer.interpolation not in INTERPOLATIONS.ours:
        raise Inexpressible(f"mode {layer.mode}: ONNX has no adaptive pooling")
    rounding = "floor" if layer.coordinates == "asymmetric" else "round_prefer_ceil"
    given = _scales(model, place) if layer.scale is not None else ["", "", _sizes(model, place)]
    model.add(
        "Resize", [x[0], *given], mode=INTERPOLATIONS.written(layer.interpolation),
        coordinate_transformation_mode=layer.coordinates, axes=list(range(2, 2 + rank)),
        nearest_mode=rounding if layer.interpolation == "nearest" else None,
    )  # fmt: skip


def _scales(model: Model, place: Place) -> list[str]:
    """Factors, which are floats of 32 bits, or the sizes that others make."""
    factors = [up / down for up, down in place.layer.scale]
    if list(array("f", factors)) == factors:
        return ["", model.floats(factors)]
    sizes = []
    for n, (up, down) in zip(place.n, place.layer.scale, strict=True):
        n = certain(n, "a scale that is no float of 32 bits", SIZED)
        if n * up % down:
            raise Inexpressible(f"a scale of {up / down:g} is no float of 32 bits")
        sizes.append(n * up // down)
    return ["", "", model.integers(sizes)]


def _sizes(model: Model, place: Place) -> str:
    """Sizes that are given, or those of another layer."""
    if place.layer.size is not None:
        return model.integers(place.layer.size)
    known = [n for n in place.size if isinstance(n, int)]
    if len(known) == place.axes:
        return model.integers(known)
    assert place.like is not None, "checked when the description was read"
    return model.add("Shape", [model.names[place.like]], "size", start=2)


@node("pixel_shuffle", "depth_to_space", "pixel_unshuffle", "space_to_depth")
def shuffle(model: Model, place: Place, x: list[str]) -> None:
    layer, rank = place.layer, place.axes
    scale, block = layer.scale, prod(layer.scale)
    beside = layer.type in ("pixel_shuffle", "pixel_unshuffle")
    if rank == 2 and scale[0] == scale[1]:
        mode = ("CRD" if beside else "DCR") if layer.up else None
        blocks = model.add(
            "DepthToSpace" if layer.up else "SpaceToDepth", x, "" if layer.up or not beside else "blocks",
            blocksize=scale[0], mode=mode,
        )  # fmt: skip
        if beside and not layer.up:
            count = certain(place.c, "the channels of its input are not known")
            places = [at * count + channel for channel in range(count) for at in range(block)]
            model.add("Gather", [blocks, model.integers(places)], axis=1)
        return
    n = certain_sizes(place.n, "a rearrangement other than by one factor over two axes")
    made = [certain(one, "its size is not known") for one in place.size]
    if layer.up:
        each, first = place.c // block, 2 if beside else 1
        split = [0, *([each, *scale] if beside else [*scale, each]), *n]
        order = [0, 1 if beside else 1 + rank, *(at for axis in range(rank) for at in (2 + rank + axis, first + axis))]
    else:
        split = [0, place.c, *(one for size, s in zip(made, scale, strict=True) for one in (size, s))]
        places = [*range(3, 3 + 2 * rank, 2)]
        order = [0, *([1, *places] if beside else [*places, 1]), *range(2, 2 + 2 * rank, 2)]
    parts = model.add("Reshape", [x[0], model.integers(split)], "split")
    moved = model.add("Transpose", [parts], "moved", perm=order)
    model.add("Reshape", [moved, model.integers([0, place.made, *made])])
