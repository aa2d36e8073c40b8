"""Maps scaled, or brought to a size."""

from __future__ import annotations

from rfcli.readers.keras.binding import argument, flag, function, integer, layer_class, per_axis, word
from rfcli.readers.keras.calls import Call
from rfcli.readers.keras.functions import channels_first, either, known_integer, known_integers
from rfcli.readers.tracing.maps import Atom, Layout, Map, size_of
from rfcli.words.keras import INTERPOLATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rfcli.readers.tracing.maps import Size


def _mode(word: str) -> str:
    if word not in INTERPOLATIONS:
        raise Layout(f"interpolation {word}")
    return INTERPOLATIONS.read(word)


@layer_class("UpSampling1D", "UpSampling2D", "UpSampling3D")
def upsampling(
    call: Call, x: Map, *, interpolation: str = word("nearest"), size: list[int] = per_axis(2)
) -> Map:  # fmt: skip
    scale = {"scale": size}
    return call.tracer.slid(call.name, "upsample", x, call.rank, call.first, scale, mode=_mode(interpolation))


@layer_class("Resizing")
def resizing(
    call: Call, x: Map, *, height: int = integer(), width: int = integer(), crop_to_aspect_ratio: bool = flag(False),
    pad_to_aspect_ratio: bool = flag(False), antialias: bool = flag(False), interpolation: str = word("bilinear"),
) -> Map:  # fmt: skip
    _refuse(crop_to_aspect_ratio=crop_to_aspect_ratio, pad_to_aspect_ratio=pad_to_aspect_ratio, antialias=antialias)
    return _resized(call, x, call.first, [height, width], interpolation)


@function("Resize", "image.resize")
def resize(
    call: Call, x: Map, *, size: Any = argument(1), interpolation: Any = argument(),
    method: Any = argument(2, "bilinear"), antialias: Any = argument(), crop_to_aspect_ratio: Any = argument(),
    pad_to_aspect_ratio: Any = argument(), preserve_aspect_ratio: Any = argument(),
) -> Map:  # fmt: skip
    _refuse(
        antialias=antialias, crop_to_aspect_ratio=crop_to_aspect_ratio, pad_to_aspect_ratio=pad_to_aspect_ratio,
        preserve_aspect_ratio=preserve_aspect_ratio,
    )  # fmt: skip
    sizes = known_integers(size, "size")
    if len(sizes) != 2 or min(sizes) < 1:
        raise Layout("its size is not known")
    return _resized(call, x, channels_first(call), sizes, str(either(interpolation, method)).lower())


def _refuse(**flags: Any) -> None:
    for name, on in flags.items():
        if on:
            raise Layout(name)


def _resized(call: Call, x: Map, first: bool, size: Sequence[int], interpolation: str) -> Map:
    """A map of two axes that is brought to a size; others keep theirs."""
    mode = _mode(interpolation)
    x = call.tracer.canonical(call.name, call.tracer.arranged(x, 2, first))
    axes = call.tracer.window_axes(x)
    row: list[Size] = [1] * call.tracer.axes
    for axis, dim in zip(axes, x.dims[2:], strict=True):
        row[axis] = size_of(dim)
    for axis, one in zip(axes[len(axes) - 2 :], size, strict=True):
        row[axis] = one
    if None in row:
        raise Layout("an axis of unknown size is kept beside one that is resized")
    layer = call.tracer.draft.add(call.name, "resize", [x.layer], size=row, mode=mode)
    made = Map(layer, (*x.dims[:2], *((Atom(axis, row[axis]),) for axis in axes)), x.local)
    return call.tracer.restored(made, 2, first)


@layer_class(*(f"Adaptive{word}Pooling{n}D" for word in ("Max", "Average") for n in (1, 2, 3)))
def adaptive_pool(call: Call, x: Map, *, output_size: list[int] = per_axis()) -> Map:
    """Keras's bins are PyTorch's: from floor(o*n/m) to ceil((o+1)*n/m)."""
    if call.rank != call.tracer.axes:
        raise Layout("a map of more axes is pooled")
    size = {"output_size": output_size}
    return call.tracer.slid(call.name, f"adaptive_{call.statistic}_pool", x, call.rank, call.first, size)


@function("nn.depth_to_space", "compat.v1.depth_to_space")
def depth_to_space(call: Call, x: Map, *, block_size: Any = argument(1)) -> Map:
    return _rearranged(call, x, block_size, True)


@function("nn.space_to_depth", "compat.v1.space_to_depth")
def space_to_depth(call: Call, x: Map, *, block_size: Any = argument(1)) -> Map:
    return _rearranged(call, x, block_size, False)


def _rearranged(call: Call, x: Map, block_size: Any, up: bool) -> Map:
    block = known_integer(block_size, "block_size")
    first = channels_first(call)
    count = size_of(call.tracer.arranged(x, 2, first).dims[1])
    if block < 1 or count is None:
        raise Layout("its block_size is not known")
    made = count // block**2 if up else count * block**2
    type = "pixel_shuffle" if up else "pixel_unshuffle"
    return call.tracer.slid(call.name, type, x, 2, first, {"scale": [block, block]}, max(made, 1))
