"""Maps scaled, or brought to a size; space put into channels, and back."""

from math import prod

from rfcli.words.keras import INTERPOLATIONS, STATISTICS
from rfcli.writers.keras.model import Config, Model, layer_type
from rfcli.writers.keras.parts import REARRANGED, rearranged
from rfcli.writers.keras.whole_map import global_pool
from rfcli.writers.places import Inexpressible, Place, certain_sizes


@layer_type("upsample", "resize")
def resize(model: Model, place: Place, x: list[str]) -> None:
    layer, rank = place.layer, place.axes
    whole = layer.scale is not None and all(down == 1 for _, down in layer.scale)
    nearest = layer.interpolation == "nearest" and whole and layer.coordinates != "align_corners"
    if layer.interpolation == "area":
        raise Inexpressible("mode area: Keras does not resize by averages")
    if layer.coordinates != "half_pixel" and not nearest:
        raise Inexpressible(f"mode {layer.mode} with coordinates {layer.coordinates}: Keras resizes at half_pixel")
    word = INTERPOLATIONS.written(layer.interpolation)
    if whole and (nearest or rank == 2):
        factors = [up for up, _ in layer.scale]
        more: Config = {"interpolation": word} if rank == 2 else {}
        model.add(f"UpSampling{rank}D", x, size=factors if rank > 1 else factors[0], **more)
        return
    if rank != 2:
        raise Inexpressible(f"mode {layer.mode} over {rank} {'axis' if rank == 1 else 'axes'}: Keras resizes 2")
    height, width = certain_sizes(place.size, "Keras resizes to a size that is not known")
    if layer.scale is not None:
        for n, (up, down) in zip(place.n, layer.scale, strict=True):
            if isinstance(n, int) and n * up % down:
                raise Inexpressible(f"{n} samples times {up / down:g}: Keras resizes to sizes")
    model.add("Resizing", x, height=height, width=width, interpolation=word, data_format="channels_last")


@layer_type("adaptive_avg_pool", "adaptive_max_pool")
def adaptive_pool(model: Model, place: Place, x: list[str]) -> None:
    if all(m == 1 for m in place.layer.output_size_):
        global_pool(model, place, x)
        return
    kind = STATISTICS.written(place.layer.statistic)
    certain_sizes(place.n, "an adaptive pool of a map of unknown size")
    model.add(f"Adaptive{kind}Pooling{place.axes}D", x, output_size=list(place.layer.output_size_))


@layer_type("pixel_shuffle", "depth_to_space", "pixel_unshuffle", "space_to_depth")
def shuffle(model: Model, place: Place, x: list[str]) -> None:
    scale, rank = place.layer.scale, place.axes
    if prod(scale) == 1:
        model.add("Identity", x)
        return
    n = certain_sizes(place.n, REARRANGED)
    beside = place.layer.type in ("pixel_shuffle", "pixel_unshuffle")
    if place.layer.up:
        each, first = place.c // prod(scale), rank + 1 if beside else rank
        split = [*n, *([each, *scale] if beside else [*scale, each])]
        order = [*(at for axis in range(1, rank + 1) for at in (axis, first + axis))]
        order.append(rank + 1 if beside else 2 * rank + 1)
    else:
        split = [*(one for size, s in zip(n, scale, strict=True) for one in (size // s, s)), place.c]
        places = [*range(2, 2 * rank + 1, 2)]
        order = [*range(1, 2 * rank, 2), *([2 * rank + 1, *places] if beside else [*places, 2 * rank + 1])]
    rearranged(model, place, x[0], split, order)
