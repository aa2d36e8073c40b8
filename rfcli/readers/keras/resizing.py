"""Maps scaled, or brought to a size."""

from rfcli.readers.keras.binding import argument, function, integer, layer_class, per_axis, word
from rfcli.readers.keras.calls import Argument, Call
from rfcli.readers.keras.functions import channels_first, either, known_integer, known_integers
from rfcli.readers.tracing.maps import Atom, Layout, Map, size_of
from rfcli.words.keras import INTERPOLATIONS


def _mode(word: str) -> str:
    if word not in INTERPOLATIONS:
        raise Layout(f"interpolation {word}")
    return INTERPOLATIONS.read(word)


@layer_class("UpSampling1D", "UpSampling2D", "UpSampling3D")
def upsampling(call: Call, x: Map, *, interpolation: str = word("nearest"), size: list[int] = per_axis(2)) -> Map:
    return call.slid("upsample", x, {"scale": size}, mode=_mode(interpolation))


@layer_class("Resizing")
def resizing(
    call: Call, x: Map, *, height: int = integer(), width: int = integer(), interpolation: str = word("bilinear")
) -> Map:
    _refuse(["antialias"] if call.config.flag("antialias", False) else [])
    size = [height, width]
    if call.config.flag("crop_to_aspect_ratio", False):
        return shaped(call, x, size, interpolation)
    if call.config.flag("pad_to_aspect_ratio", False):
        return shaped(call, x, size, interpolation, "pad")
    return _resized(call, x, call.first, size, interpolation)


def shaped(call: Call, x: Map, size: list[int], interpolation: str, type: str = "crop") -> Map:
    """An image that is cropped, or padded, to the ratio of the wanted size, and brought to that."""
    sizes = [size_of(dim) for dim in call.tracer.arranged(x, 2, call.first).dims[2:]]
    if len(sizes) != 2 or None in sizes:
        raise Layout("an image of unknown size is brought to a ratio")
    found: list[int] = [n or 1 for n in sizes]
    wanted = [max(found[1 - at] * size[at] // size[1 - at], 1) for at in range(2)]
    if type == "crop":
        over = [n - min(n, one) for n, one in zip(found, wanted, strict=True)]
        rows = {"cropping": [[n // 2, n - n // 2] for n in over]}
    else:
        over = [(max(n, one) - n) // 2 for n, one in zip(found, wanted, strict=True)]
        rows = {"padding": [[n, n] for n in over]}
    if any(over):
        x = call.tracer.slid(f"{call.name}/{type}", type, x, 2, call.first, rows)
    return _resized(call, x, call.first, size, interpolation)


@function("Resize", "image.resize")
def resize(
    call: Call, x: Map, *, size: Argument = argument(1), interpolation: Argument = argument(),
    method: Argument = argument(2, "bilinear"),
) -> Map:  # fmt: skip
    flags = ("antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "preserve_aspect_ratio")
    _refuse([name for name in flags if call.get(name)])
    sizes = known_integers(size, "size")
    if len(sizes) != 2 or min(sizes) < 1:
        raise Layout("its size is not known")
    return _resized(call, x, channels_first(call), sizes, str(either(interpolation, method)).lower())


def _refuse(flags: list[str]) -> None:
    if flags:
        raise Layout(flags[0])


def _resized(call: Call, x: Map, first: bool, size: list[int], interpolation: str) -> Map:
    """A map of two axes that is brought to a size; others keep theirs."""
    mode = _mode(interpolation)
    x, _, back = call.tracer.by_image(call.tracer.arranged(x, 2, first))
    x = call.tracer.canonical(call.name, x)
    axes, sizes = call.tracer.window_axes(x), [*x.shape[2:-2], *size]
    if None in sizes:
        raise Layout("an axis of unknown size is kept beside one that is resized")
    layer = call.tracer.draft.add(call.name, "resize", [x.layer], **call.tracer.along(axes, size=sizes), mode=mode)
    resized = ((Atom(axis, n),) for axis, n in zip(axes, sizes, strict=True))
    return call.tracer.restored(back(Map(layer, (*x.dims[:2], *resized), x.local)), 2, first)


@layer_class(*(f"Adaptive{word}Pooling{n}D" for word in ("Max", "Average") for n in (1, 2, 3)))
def adaptive_pool(call: Call, x: Map, *, output_size: list[int] = per_axis()) -> Map:
    """Keras's bins are PyTorch's: from floor(o*n/m) to ceil((o+1)*n/m)."""
    if call.rank != call.tracer.axes:
        raise Layout("a map of more axes is pooled")
    return call.slid(f"adaptive_{call.statistic}_pool", x, {"output_size": output_size})


@function("nn.depth_to_space", "compat.v1.depth_to_space", "nn.space_to_depth", "compat.v1.space_to_depth")
def rearranged(call: Call, x: Map, *, block_size: Argument = argument(1)) -> Map:
    block, first, up = known_integer(block_size, "block_size"), channels_first(call), call.kind.endswith("to_space")
    count = size_of(call.tracer.arranged(x, 2, first).dims[1])
    if block < 1 or count is None:
        raise Layout("its block_size is not known")
    made = max(count // block**2, 1) if up else count * block**2
    type = "depth_to_space" if up else "space_to_depth"
    return call.tracer.slid(call.name, type, x, 2, first, {"scale": [block, block]}, made)
