"""Parts of maps: paddings, crops, samples and channels that are taken, and channels in another order."""

from collections.abc import Sequence

from rfcli.writers.keras.model import Model, Shape, layer_type
from rfcli.writers.keras.pointwise import keeps_channels
from rfcli.writers.places import Inexpressible, Place, Sides, certain, certain_sizes

REARRANGED = "Keras rearranges maps of known size only"


def padded(model: Model, x: str, sides: Sides, last: bool = False) -> str:
    """A map with zeros added, and samples taken off where negative; `last` where that is the layer itself."""
    rank = len(sides)
    crops = tuple((max(-a, 0), max(-b, 0)) for a, b in sides)
    zeros = tuple((max(a, 0), max(b, 0)) for a, b in sides)
    padding, cropping = any(map(any, zeros)), any(map(any, crops))
    if padding or (last and not cropping):
        name = "" if last and not cropping else "pad"
        x = model.add(f"ZeroPadding{rank}D", [x], name, _grown(model.shapes[x], zeros), padding=_pairs(zeros))
    if cropping:
        shape = _grown(model.shapes[x], tuple((-a, -b) for a, b in crops))
        x = model.add(f"Cropping{rank}D", [x], "" if last else "crop", shape, cropping=_pairs(crops))
    return x


def _grown(shape: Shape, sides: Sides) -> Shape:
    """A map's shape with samples added, or taken off where negative."""
    *sizes, channels = shape
    grown = (None if n is None else n + before + after for n, (before, after) in zip(sizes, sides, strict=True))
    return (*grown, channels)


def _pairs(sides: Sides) -> object:
    """Samples before and after, as Keras has them: one pair for one axis."""
    return list(sides[0]) if len(sides) == 1 else [list(pair) for pair in sides]


@layer_type("pad")
def pad(model: Model, place: Place, x: list[str]) -> None:
    if place.layer.padding_mode != "zeros":
        raise Inexpressible(f"Keras has no padding_mode {place.layer.padding_mode}")
    padded(model, x[0], place.layer.padding.sides, last=True)


@layer_type("crop")
def crop(model: Model, place: Place, x: list[str]) -> None:
    if place.layer.cropping is not None:
        sides = [(-before, -after) for before, after in place.layer.cropping.sides]
    else:
        n, m = (certain_sizes(sizes, "it crops like a layer of unknown size") for sizes in (place.n, place.size))
        sides = [(-((a - b) // 2), (a - b) // 2 - a + b) for a, b in zip(n, m, strict=True)]
    padded(model, x[0], tuple(sides), last=True)


@layer_type("zeros")
def zeros(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible("Keras has no layer of zeros")


@layer_type("subsample")
def subsample(model: Model, place: Place, x: list[str]) -> None:
    """A pool over single samples, as slim has it."""
    keeps_channels(place)
    kernel = [1] * place.axes
    model.add(f"MaxPooling{place.axes}D", x, pool_size=kernel, strides=list(place.layer.stride), padding="valid")


@layer_type("channel_shuffle")
def channel_shuffle(model: Model, place: Place, x: list[str]) -> None:
    groups, rank = place.layer.groups, place.axes
    n = certain_sizes(place.n, REARRANGED)
    order = [*range(1, rank + 1), rank + 2, rank + 1]
    rearranged(model, place, x[0], [*n, groups, place.c // groups], order)


def rearranged(model: Model, place: Place, x: str, split: Sequence[int], order: Sequence[int]) -> None:
    """A reshape, a transposition (positions from 1, without the batch), and a reshape."""
    shape = tuple(split)
    parts = model.add("Reshape", [x], "split", shape, target_shape=list(split))
    moved = model.add("Permute", [parts], "moved", tuple(split[at - 1] for at in order), dims=list(order))
    size = [certain(n, "its size is not known") for n in place.size]
    model.add("Reshape", [moved], target_shape=[*size, place.made])
