"""Windows that slide: convolutions and pools."""

from math import prod

from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.binding import argument, flag, function, integer, layer_class, optional, per_axis, word
from rfcli.readers.keras.calls import Argument, Call, few
from rfcli.readers.keras.functions import channels_first, either, known_integers
from rfcli.readers.keras.pointwise import activated
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import Layout, Map, Size, channels, exchanged, size_of
from rfcli.words.keras import POOLS

VALID = word("valid", "valid", "same")
"""The word for padding."""
CAUSAL = word("valid", "valid", "same", "causal")


def _window(call: Call, key: str) -> Parameters:
    """Kernel, strides and dilations of a convolution, which are keys of their own."""
    kernel = call.config.integers("kernel_size", call.rank)
    stride, dilation = (call.config.integers(one, call.rank, 1) for one in ("strides", "dilation_rate"))
    return {"kernel": kernel, "stride": stride, "dilation": dilation}


WINDOW: Argument = _window


def _convolved(call: Call, type: str, x: Map, window: Parameters, padding: str, count: Size, **given: Argument) -> Map:
    """A convolution without its activation; causal padding in a network of several axes is put in numbers."""
    if padding == "causal" and call.rank != 1:
        raise ForeignError("causal padding is for 1-D layers", at=call.config.find("padding"))
    if padding == "causal" and call.tracer.axes > 1:
        window["padding"] = [[window["dilation"][0] * (window["kernel"][0] - 1), 0]]
    else:
        given["padding"] = padding
    return call.slid(type, x, window, count, **given, **call.shared())


@layer_class("Conv1D", "Conv2D", "Conv3D", "Convolution1D", "Convolution2D", "Convolution3D")
def conv(
    call: Call, x: Map, *, filters: int = integer(), window: Parameters = WINDOW, padding: str = CAUSAL,
    groups: int = integer(1), use_bias: bool = flag(True),
) -> Map:  # fmt: skip
    given = {"filters": filters, "bias": use_bias, "groups": groups}
    return activated(call, lambda inner: _convolved(inner, "conv", x, window, padding, filters, **given))


@layer_class("SeparableConv1D", "SeparableConv2D", "SeparableConvolution1D", "SeparableConvolution2D")
def separable_conv(
    call: Call, x: Map, *, filters: int = integer(), window: Parameters = WINDOW, padding: str = CAUSAL,
    depth_multiplier: int = integer(1), use_bias: bool = flag(True),
) -> Map:  # fmt: skip
    given = {"filters": filters, "bias": use_bias, "depth_multiplier": depth_multiplier}
    return activated(call, lambda inner: _convolved(inner, "separable_conv", x, window, padding, filters, **given))


@layer_class("DepthwiseConv1D", "DepthwiseConv2D")
def depthwise_conv(
    call: Call, x: Map, *, window: Parameters = WINDOW, padding: str = CAUSAL, depth_multiplier: int = integer(1),
    use_bias: bool = flag(True),
) -> Map:  # fmt: skip
    count = size_of(call.tracer.arranged(x, call.rank, call.first).dims[1])
    filters = None if count is None else count * depth_multiplier

    def drawn(inner: Call) -> Map:
        given = {"depth_multiplier": depth_multiplier, "bias": use_bias}
        made = _convolved(inner, "depthwise_conv", x, window, padding, filters, **given)
        if count is None and depth_multiplier > 1:
            at = len(made.dims) - 1 - (call.rank if call.first else 0)
            return made.replaced(dims=exchanged(made.dims, at, channels(None)))
        return made

    return activated(call, drawn)


@layer_class(
    *(f"{word}{n}DTranspose" for word in ("Conv", "Convolution") for n in (1, 2, 3)), "Deconvolution2D",
    "Deconvolution3D",
)  # fmt: skip
def conv_transpose(
    call: Call, x: Map, *, filters: int = integer(), window: Parameters = WINDOW, padding: str = VALID,
    output_padding: list[int] | None = optional(per_axis(least=0)), use_bias: bool = flag(True),
    groups: int = integer(1),
) -> Map:  # fmt: skip
    given: Parameters = {"filters": filters, "bias": use_bias, "groups": groups}
    if padding == "same" and output_padding is None:
        given["padding"] = "same"
    else:
        added: list[Size] = [*output_padding] if output_padding else [None] * call.rank
        cut = [
            _cut(d * (k - 1) + 1, s, padding == "same", more)
            for k, s, d, more in zip(*window.values(), added, strict=True)
        ]
        window["padding"] = [[before, max(after, 0)] for before, after in cut]
        window["output_padding"] = [max(-after, 0) for _, after in cut]

    def drawn(inner: Call) -> Map:
        return inner.slid("conv_transpose", x, window, filters, **given, **inner.shared())

    return activated(call, drawn)


def _cut(reach: int, stride: int, same: bool, more: int | None) -> tuple[int, int]:
    """Samples taken off before and after (added where negative) of the (n-1)s + k that a transposed convolution makes.

    Keras's output is (n-1)s + max(k, s) long; with output_padding p it is (n-1)s + k + p, less twice floor(k/2) with
    `same`, of which floor(k/2) - ceil(p/2) are cropped before."""
    added = max(stride - reach, 0) if more is None else more
    less = 2 * (reach // 2) if same else 0
    before = max(reach // 2 - -(-(more or 0) // 2), 0) if same else 0
    return before, less - added - before


@layer_class(
    *(f"{word}Pooling{n}D" for word in ("Max", "Average") for n in (1, 2, 3)),
    *(f"{word}Pool{n}D" for word in ("Max", "Avg") for n in (1, 2, 3)),
)  # fmt: skip
def pool(
    call: Call, x: Map, *, pool_size: list[int] = per_axis(), strides: list[int] | None = optional(per_axis()),
    padding: str = VALID,
) -> Map:  # fmt: skip
    window = {"kernel": pool_size, "stride": strides or pool_size}
    return call.slid(f"{call.statistic}_pool", x, window, padding=padding)


@function(*POOLS)
def pool_function(
    call: Call, x: Map, *, pool_size: Argument = argument(), ksize: Argument = argument(1),
    strides: Argument = argument(2), padding: Argument = argument(3, "valid"), dilations: Argument = argument(),
) -> Map:  # fmt: skip
    first, rank = channels_first(call), len(x.dims) - 2
    kernel = _each(either(pool_size, ksize), rank, first)
    window = {"kernel": kernel, "stride": kernel if strides is None else _each(strides, rank, first)}
    word = str(padding).lower()
    if word not in ("valid", "same") or dilations not in (None, 1):
        raise Layout("its padding is not known")
    return call.tracer.slid(call.name, f"{POOLS.read(call.kind)}_pool", x, rank, first, window, padding=word)


def _each(value: Argument, rank: int, first: bool) -> list[int]:
    """An integer for each axis; of lists that have one for each dimension, those of the axes."""
    listed = known_integers(value, "window")
    if len(listed) == rank + 2 and rank > 0:
        listed = listed[2:] if first else listed[1:-1]
    listed = listed * rank if len(listed) == 1 else listed
    if rank not in (1, 2, 3) or len(listed) != rank or min(listed) < 1:
        raise Layout("its window is not known")
    return listed


@function("ExtractPatches", "image.extract_patches")
def patches(
    call: Call, x: Map, *, size: Argument = argument(1), sizes: Argument = argument(), strides: Argument = argument(2),
    dilation_rate: Argument = argument(3), rates: Argument = argument(), padding: Argument = argument(4, "valid"),
) -> Map:  # fmt: skip
    """Each window as channels: its positions in turn, all channels of each."""
    first, count = channels_first(call), x.channels
    kernel, word = _each(either(size, sizes), 2, first), str(padding).lower()
    moves, spread = either(strides), either(dilation_rate, rates)
    window = {
        "kernel": kernel, "stride": kernel if moves is None else _each(moves, 2, first),
        "dilation": [1, 1] if spread is None else _each(spread, 2, first),
    }  # fmt: skip
    if len(x.dims) != 4 or count is None or word not in ("valid", "same"):
        raise Layout("it takes patches of other than images")
    given: Parameters = {"filters": count * kernel[0] * kernel[1], "params": 0, "macs": 0, "padding": word}
    return call.tracer.slid(call.name, "custom", x, 2, first, window, given["filters"], **given)


@layer_class("LocallyConnected1D", "LocallyConnected2D")
def locally_connected(
    call: Call, x: Map, *, filters: int = integer(), kernel_size: list[int] = per_axis(),
    strides: list[int] = per_axis(1), padding: str = VALID, use_bias: bool = flag(True),
    implementation: int = integer(1),
) -> Map:  # fmt: skip
    """A convolution with weights of its own at each position."""
    dims = call.tracer.arranged(x, call.rank, call.first).dims
    sizes = [size_of(dim) for dim in dims[1:]]
    if padding == "same" or implementation != 1 or None in sizes:
        raise Layout("how many weights it has is not known")
    count, *space = [n or 1 for n in sizes]
    outputs = prod(max((n - k) // s + 1, 0) for n, k, s in zip(space, kernel_size, strides, strict=True))
    params = few(outputs * filters * (count * prod(kernel_size) + use_bias))
    window = {"kernel": kernel_size, "stride": strides}
    given = {"padding": padding, "bias": use_bias, "params": params}
    return activated(
        call, lambda inner: inner.slid("conv", x, window, filters, filters=filters, **given | inner.shared())
    )
