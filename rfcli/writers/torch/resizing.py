"""Interpolations and rearrangements for torch."""

from math import prod

from rfcli.words.torch import INTERPOLATIONS
from rfcli.writers.places import Inexpressible, Place, certain
from rfcli.writers.torch.modules import expression, module, per_axis, submodule
from rfcli.writers.torch.python import call, literal
from rfcli.writers.torch.written import Argument, Written


@module("upsample", "resize")
def resize(place: Place) -> Written:
    layer = place.layer
    mode, corners = _interpolation(place)
    named = [Argument("mode", mode, "nearest"), Argument("align_corners", corners, None)]
    if layer.like is not None:
        options = {one.name: literal(one.value) for one in named if one.value != one.default}
        return expression(lambda x: call("F.interpolate", x[0], size=f"{x[1]}.shape[2:]", **options))
    if layer.size is not None:
        return submodule("nn.Upsample", {"size": per_axis(layer.size)}, *named)
    factors = [up if down == 1 else up / down for up, down in layer.scale]
    for factor, (up, down), n in zip(factors, layer.scale, place.n, strict=True):
        if down > 1 and isinstance(n, int) and int(n * factor) != n * up // down:
            raise Inexpressible(f"{n} samples times {up / down:g} are not {n * up // down} in floating point")
    return submodule("nn.Upsample", {}, Argument("scale_factor", per_axis(factors), None), *named)


def _interpolation(place: Place) -> tuple[str, bool | None]:
    """Mode and align_corners of torch's interpolation."""
    layer, rank = place.layer, place.axes
    mode, words = layer.interpolation, INTERPOLATIONS[rank]
    told = f"mode {layer.mode} with coordinates {layer.coordinates}"
    if mode == "nearest":
        whole = layer.scale is not None and all(down == 1 for _, down in layer.scale)
        if layer.coordinates == "align_corners":
            raise Inexpressible(f"{told}: torch rounds positions down")
        exact = "" if whole or layer.coordinates == "asymmetric" else "-exact"
        return words.written(mode) + exact, None
    if mode == "area":
        return words.written(mode), None
    if layer.coordinates == "asymmetric":
        raise Inexpressible(f"{told}: torch interpolates at half_pixel or align_corners")
    if mode not in words.ours:
        raise Inexpressible(f"{told} over {rank} {'axis' if rank == 1 else 'axes'}: torch's is for 2 axes")
    return words.written(mode), True if layer.coordinates == "align_corners" else None


@module("pixel_shuffle", "depth_to_space", "pixel_unshuffle", "space_to_depth")
def shuffle(place: Place) -> Written:
    scale, up = place.layer.scale, place.layer.up
    if place.axes == 2 and scale[0] == scale[1]:
        head, name = ("nn.PixelShuffle", "upscale_factor") if up else ("nn.PixelUnshuffle", "downscale_factor")
        if place.layer.type in ("pixel_shuffle", "pixel_unshuffle"):
            return submodule(head, {name: scale[0]})
    if place.layer.type in ("depth_to_space", "space_to_depth"):
        groups = literal(prod(scale) if up else certain(place.c, "the channels of its input are not known"))
        if up:
            return expression(lambda x: call("depth_to_space", call("F.channel_shuffle", x[0], groups), literal(scale)))
        return expression(lambda x: call("F.channel_shuffle", call("space_to_depth", x[0], literal(scale)), groups))
    return expression(lambda x: call("depth_to_space" if up else "space_to_depth", x[0], literal(scale)))
