"""Parts of maps: crops and slices, and their contrary, padding."""

from itertools import pairwise

from rfcli.readers.keras.binding import argument, function, integer, layer_class, sides
from rfcli.readers.keras.calls import Argument, Call, Constant, Traced
from rfcli.readers.keras.functions import dimension_of, either, known, known_integer, known_integers
from rfcli.readers.keras.resizing import shaped
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.maps import Dim, Layout, Map, Size, size_of
from rfcli.readers.tracing.parts import cut_of
from rfcli.words.keras import PAD_MODES

MOST_PARTS = 1000
"""Parts into which a dimension is taken apart."""
MOST_INDICES = 16
"""Entries in the brackets behind a tensor that are looked at."""


@layer_class("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D")
def zero_padding(call: Call, x: Map, *, padding: list[list[int]] = sides()) -> Map:
    return call.slid("pad", x, {"padding": padding})


@layer_class("Cropping1D", "Cropping2D", "Cropping3D")
def cropping(call: Call, x: Map, *, cropping: list[list[int]] = sides()) -> Map:
    return call.slid("crop", x, {"cropping": cropping})


@layer_class("CenterCrop")
def center_crop(call: Call, x: Map, *, height: int = integer(), width: int = integer()) -> Map:
    """What is smaller along an axis is brought to the ratio, and to the size."""
    rows = []
    for dim, size in zip(call.tracer.arranged(x, 2, call.first).dims[2:], (height, width), strict=False):
        n = size_of(dim)
        if n is None:
            raise Layout("an image of unknown size is cut")
        if n < size:
            return shaped(call, x, [height, width], "bilinear")
        rows.append([(n - size) // 2, n - size - (n - size) // 2])
    return call.tracer.slid(call.name, "crop", x, 2, call.first, {"cropping": rows})


@function("Pad", "pad", "compat.v1.pad")
def pad(
    call: Call, x: Map, *, pad_width: Argument = argument(), paddings: Argument = argument(1),
    mode: Argument = argument(2, "constant"),
) -> Map:  # fmt: skip
    widths, word = known(either(pad_width, paddings)), str(mode).lower()
    if not isinstance(widths, list) or len(widths) != len(x.dims) or word not in PAD_MODES:
        raise Layout("its widths are not known")
    rows = [known_integers(one, "widths") for one in widths]
    if any(len(one) != 2 or min(one) < 0 for one in rows):
        raise Layout("its widths are no pairs")
    return call.tracer.padded(call.name, x, [(one[0], one[1]) for one in rows], PAD_MODES.read(word))


@function("Split", "split")
def split(
    call: Call, x: Map, *, indices_or_sections: Argument = argument(), num_or_size_splits: Argument = argument(1),
    axis: Argument = argument(2, 0),
) -> list[Map]:  # fmt: skip
    """Parts of one size, or between indices; TensorFlow takes their sizes instead."""
    at = dimension_of(axis, x)
    n = size_of(x.dims[at])
    if n is None:
        raise Layout("a dimension of unknown size is split")
    parts = either(indices_or_sections, num_or_size_splits)
    if not isinstance(parts, list):
        count = known_integer(parts, "parts")
        if count < 1 or n % count or count > MOST_PARTS:
            raise Layout(f"it splits {n} entries into {count}")
        sizes = [n // count] * count
    else:
        sizes = known_integers(parts, "parts")
        if indices_or_sections is not None:
            sizes = [end - start for start, end in pairwise((0, *sizes, n))]
    if sum(sizes) != n or min(sizes) < 1:
        raise Layout(f"it splits {n} entries elsewhere")
    return [mapped(one) for one in call.tracer.divided(call.name, x, at, sizes)]


@function("Unstack", "unstack")
def unstack(call: Call, x: Map, *, axis: Argument = argument(2, 0)) -> list[Map]:
    at = dimension_of(axis, x)
    n = size_of(x.dims[at])
    if n is None or n > MOST_PARTS:
        raise Layout("a dimension of unknown size is taken apart")
    return [mapped(call.tracer.one_of(f"{call.name}/{number + 1}", x, at, number)) for number in range(n)]


# Slices


EVERYTHING = {"start": None, "stop": None, "step": None}


@function("GetItem", "__operators__.getitem")
def item(call: Call, *, slice_spec: Argument = argument(), key: Argument = argument(1)) -> Traced:
    """Slices, as in x[:, 1:, ..., ::2]."""
    indices = either(slice_spec, key)
    listed = indices if isinstance(indices, list) else [indices]
    if not call.maps:
        return Constant(None)
    if len(call.maps) > 1 or len(listed) > MOST_INDICES:
        raise Layout("it picks by data")
    x = made = call.x
    at = steps = 0
    dims: list[int | None] = []
    """Of what is made: positions of dimensions of `x`, and None where one is added."""
    for one in _spelled_out(listed, len(x.dims)):
        if one is None:
            dims.append(None)
            continue
        if at >= len(x.dims):
            raise Layout("it picks from more dimensions than there are")
        if _turns(one, x.dims[at]):
            steps += 1
            made = call.tracer.flipped(f"{call.name}/{steps}", made, [at])
        elif (cut := _cut(one, size_of(x.dims[at]))) is not None:
            steps += 1
            made = mapped(call.tracer.cropped(f"{call.name}/{steps}", made, at, *cut))
        if type(one) is not int:
            dims.append(at)
        at += 1
    return call.tracer.passed(call.name, made, [() if place is None else made.dims[place] for place in dims])


def _spelled_out(listed: list[Argument], rank: int) -> list[Argument]:
    """Indices with one for each dimension of a tensor: those that are not named are taken whole."""
    named = [one for one in listed if one is not None and one is not Ellipsis]
    if any(isinstance(one, str) for one in named):
        raise Layout("it picks by data")
    missing = rank - len(named)
    if missing < 0:
        raise Layout("it picks from more dimensions than there are")
    place = listed.index(Ellipsis) if Ellipsis in listed else len(listed)
    return [*listed[:place], *[EVERYTHING] * missing, *listed[place + 1 :]]


def _turns(index: Argument, dim: Dim) -> bool:
    """Whether a slice takes all of a dimension, from its end on."""
    whole = isinstance(index, dict) and index.get("start") is None and index.get("stop") is None
    return whole and index.get("step") == -1 and size_of(dim) is not None


def _cut(index: Argument, n: Size) -> tuple[int, int, int] | None:
    """What an index or slice takes of `n` entries: the first, the end and the step; None where it takes all."""
    if type(index) is int:
        if n is None or not -n <= index < n:
            raise Layout("it picks from a dimension of unknown size")
        return index % n, index % n + 1, 1
    if not isinstance(index, dict) or not all(index.get(key) is None or type(index[key]) is int for key in EVERYTHING):
        raise Layout("it picks by data")
    return cut_of(n, index.get("start"), index.get("stop"), index.get("step") or 1, "a dimension")
