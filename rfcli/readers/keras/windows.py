"""Windows that slide: convolutions and pools."""

from __future__ import annotations

from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.binding import argument, flag, function, integer, layer_class, optional, per_axis, word
from rfcli.readers.keras.calls import Call
from rfcli.readers.keras.functions import channels_first, either, known_integers
from rfcli.readers.keras.pointwise import activated
from rfcli.readers.tracing.maps import Layout, Map, channels, exchanged, size_of
from rfcli.words.keras import POOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _padding() -> Any:
    """The word for padding; causal is for one axis."""

    def read(call: Call, key: str) -> str:
        found = call.config.word(key, "valid", ("valid", "same", "causal"))
        if found == "causal" and call.rank != 1:
            raise ForeignError("causal padding is for 1-D layers", at=call.config.find(key))
        return found

    return read


def _causal(call: Call, window: dict[str, Any], padding: str) -> dict[str, str]:
    """The word for padding; causal padding of a window in a network of several axes is put in numbers."""
    if padding != "causal" or call.tracer.axes == 1:
        return {"padding": padding}
    window["padding"] = [[window["dilation"][0] * (window["kernel"][0] - 1), 0]]
    return {}


@layer_class(
    "Conv1D", "Conv2D", "Conv3D", "Convolution1D", "Convolution2D", "Convolution3D",
)  # fmt: skip
def conv(
    call: Call, x: Map, *, filters: int = integer(), kernel_size: list[int] = per_axis(),
    strides: list[int] = per_axis(1), dilation_rate: list[int] = per_axis(1), padding: str = _padding(),
    groups: int = integer(1), use_bias: bool = flag(True),
) -> Map:  # fmt: skip
    window = {"kernel": kernel_size, "stride": strides, "dilation": dilation_rate}
    given = {"filters": filters, "bias": use_bias, **_causal(call, window, padding), "groups": groups}
    made = call.tracer.slid(call.name, "conv", x, call.rank, call.first, window, filters, **given, **call.shared())
    return activated(call, made)


@layer_class("SeparableConv1D", "SeparableConv2D", "SeparableConvolution1D", "SeparableConvolution2D")
def separable_conv(
    call: Call, x: Map, *, filters: int = integer(), kernel_size: list[int] = per_axis(),
    strides: list[int] = per_axis(1), dilation_rate: list[int] = per_axis(1), padding: str = _padding(),
    depth_multiplier: int = integer(1), use_bias: bool = flag(True),
) -> Map:  # fmt: skip
    window = {"kernel": kernel_size, "stride": strides, "dilation": dilation_rate}
    given = {
        "filters": filters, "bias": use_bias, **_causal(call, window, padding), "depth_multiplier": depth_multiplier,
    }  # fmt: skip
    made = call.tracer.slid(
        call.name, "separable_conv", x, call.rank, call.first, window, filters, **given, **call.shared()
    )
    return activated(call, made)


@layer_class("DepthwiseConv1D", "DepthwiseConv2D")
def depthwise_conv(
    call: Call, x: Map, *, kernel_size: list[int] = per_axis(), strides: list[int] = per_axis(1),
    dilation_rate: list[int] = per_axis(1), padding: str = _padding(), depth_multiplier: int = integer(1),
    use_bias: bool = flag(True),
) -> Map:  # fmt: skip
    window = {"kernel": kernel_size, "stride": strides, "dilation": dilation_rate}
    words = _causal(call, window, padding)
    given = {"depth_multiplier": depth_multiplier, "bias": use_bias, **words}
    count = size_of(call.tracer.arranged(x, call.rank, call.first).dims[1])
    filters = None if count is None else count * depth_multiplier
    made = call.tracer.slid(
        call.name, "depthwise_conv", x, call.rank, call.first, window, filters, **given, **call.shared()
    )
    if count is None and depth_multiplier > 1:
        at = len(made.dims) - 1 - (call.rank if call.first else 0)
        made = made.replaced(dims=exchanged(made.dims, at, channels(None)))
    return activated(call, made)


@layer_class(
    "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "Convolution1DTranspose", "Convolution2DTranspose",
    "Convolution3DTranspose", "Deconvolution2D", "Deconvolution3D",
)  # fmt: skip
def conv_transpose(
    call: Call, x: Map, *, filters: int = integer(), kernel_size: list[int] = per_axis(),
    strides: list[int] = per_axis(1), dilation_rate: list[int] = per_axis(1),
    padding: str = word("valid", "valid", "same"), output_padding: list[int] | None = optional(per_axis(least=0)),
    use_bias: bool = flag(True), groups: int = integer(1),
) -> Map:  # fmt: skip
    window: dict[str, list[Any]] = {"kernel": kernel_size, "stride": strides, "dilation": dilation_rate}
    given: dict[str, Any] = {"filters": filters, "bias": use_bias, "groups": groups}
    if padding == "same" and output_padding is None:
        given["padding"] = "same"
    else:
        added: list[Any] = output_padding or [None] * call.rank
        cut = [
            _cut(d * (k - 1) + 1, s, padding == "same", more)
            for k, s, d, more in zip(kernel_size, strides, dilation_rate, added, strict=True)
        ]
        window["padding"] = [[before, max(after, 0)] for before, after in cut]
        window["output_padding"] = [max(-after, 0) for _, after in cut]
    made = call.tracer.slid(
        call.name, "conv_transpose", x, call.rank, call.first, window, filters, **given, **call.shared()
    )
    return activated(call, made)


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
    padding: str = word("valid", "valid", "same"),
) -> Map:  # fmt: skip
    window = {"kernel": pool_size, "stride": strides or pool_size}
    return call.tracer.slid(call.name, f"{call.statistic}_pool", x, call.rank, call.first, window, padding=padding)


@function(*POOLS)
def pool_function(
    call: Call, x: Map, *, pool_size: Any = argument(), ksize: Any = argument(1), strides: Any = argument(2),
    padding: Any = argument(3, "valid"), dilations: Any = argument(),
) -> Map:  # fmt: skip
    first, rank = channels_first(call), len(x.dims) - 2
    kernel = _each(either(pool_size, ksize), rank, first)
    window = {"kernel": kernel, "stride": kernel if strides is None else _each(strides, rank, first)}
    word = str(padding).lower()
    if word not in ("valid", "same") or dilations not in (None, 1):
        raise Layout("its padding is not known")
    return call.tracer.slid(call.name, f"{POOLS.read(call.kind)}_pool", x, rank, first, window, padding=word)


def _each(value: Any, rank: int, first: bool) -> list[int]:
    """An integer for each axis; of lists that have one for each dimension, those of the axes."""
    listed = known_integers(value, "window")
    if len(listed) == rank + 2 and rank > 0:
        listed = listed[2:] if first else listed[1:-1]
    listed = listed * rank if len(listed) == 1 else listed
    if rank not in (1, 2, 3) or len(listed) != rank or min(listed) < 1:
        raise Layout("its window is not known")
    return listed
