"""Spectrograms: windows of a signal, and the frequencies in each."""

from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.binding import flag, integer, layer_class, optional, word
from rfcli.readers.keras.calls import Call, few
from rfcli.readers.keras.whole_map import UNTRAINED
from rfcli.readers.tracing.maps import Atom, Layout, Map, channels, size_of

BOTH, ONE = ("log", "magnitude", "psd", "angle", "stft"), ("real", "imag")
"""Modes that take both kernels, of cosines and of sines, and those that take one of them."""
VANISHING = ("hann",)
"""Windows whose first sample is 0."""


@layer_class("STFTSpectrogram")
def spectrogram(
    call: Call, x: Map, *, mode: str = word("log", *BOTH, *ONE), frame_length: int = integer(256),
    frame_step: int | None = optional(integer()), fft_length: int | None = optional(integer()),
    padding: str = word("valid", "valid", "same"), expand_dims: bool = flag(False),
) -> Map:  # fmt: skip
    """Each channel by itself, with the same kernels: a window of it becomes frequencies."""
    bins = (fft_length or 1 << (frame_length - 1).bit_length()) // 2 + 1
    count = size_of(call.tracer.arranged(x, 1, call.first).dims[1])
    if count is None:
        raise Layout("a map of an unknown number of channels is transformed")
    each = 2 * bins if mode == "stft" else bins
    window = {"kernel": [frame_length], "stride": [frame_step or max(frame_length // 2, 1)]}
    params = call.weights(few((1 if mode in ONE else 2) * frame_length * bins))

    def windows(name: str, params: int | None) -> Map:
        return call.tracer.slid(
            name, "custom", x, 1, call.first, dict(window), few(count * each), padding=padding, filters=count * each,
            groups=count, bias=False, params=params,
        )  # fmt: skip

    if mode in (*ONE, "stft"):
        made = windows(call.name, params)
    else:
        made = call.tracer.merged(
            call.name, "add", [windows(f"{call.name}/real", params), windows(f"{call.name}/imag", 0)]
        )
    if not expand_dims:
        return made
    return _with_bins(call, made, each, count)


def _with_bins(call: Call, x: Map, bins: int, count: int) -> Map:
    """A spectrogram of `count` channels whose frequencies are an axis of their own, behind time."""
    time = x.dims[2 if call.first else 1]
    x = _spread(call, x.replaced(dims=(x.dims[0], channels(count), time)), bins)
    return call.tracer.restored(x, 2, call.first)


def _spread(call: Call, x: Map, bins: int) -> Map:
    """A map (batch, channels, time) with an axis behind it of so many entries, which see the same. Raises `Layout`."""
    axis = next((one for one in range(call.tracer.axes) if one not in x.axes), None)
    if axis is None:
        raise Layout("its frequencies are an axis of their own")
    layer = call.tracer.draft.add(f"{call.name}/bins", "custom", [x.layer], filters=x.channels, params=0, macs=0)
    spread = call.tracer.along([axis], scale=[bins])
    layer = call.tracer.draft.add(f"{call.name}/axis", "upsample", [layer], **spread)
    return x.replaced(layer=layer, dims=(*x.dims, (Atom(axis, bins),)))


@layer_class("MelSpectrogram")
def mel_spectrogram(
    call: Call, x: Map, *, fft_length: int = integer(2048), sequence_stride: int = integer(512),
    sequence_length: int | None = optional(integer()), num_mel_bins: int = integer(128), power_to_db: bool = flag(True),
) -> Map:  # fmt: skip
    """Frequencies of a signal that is mirrored at its ends. In decibels all are cut off below its loudest one."""
    length = sequence_length or fft_length
    if length > fft_length:
        raise ForeignError("sequence_length is more than fft_length", at=call.config.find("sequence_length"))
    if len(x.dims) != 2:
        raise Layout("several signals of one sample are transformed")
    call.tracer.positions_in(x, True)
    before = fft_length // 2 - (fft_length - length) // 2
    first = int(call.config.text("window") in VANISHING)
    kernel = length - first
    after = fft_length // 2 - (fft_length - length - (fft_length - length) // 2)
    window, ends = {"kernel": [kernel], "stride": [sequence_stride]}, {"padding": [[max(before - first, 0), after]]}
    x = x.replaced(dims=(*x.dims, ()))
    x = call.tracer.slid(f"{call.name}/pad", "pad", x, 1, False, ends, padding_mode="reflect")
    made = call.tracer.slid(
        f"{call.name}/stft", "custom", x, 1, False, window, num_mel_bins, filters=num_mel_bins,
        bias=False, params=0,
    )  # fmt: skip
    if power_to_db:
        made = call.tracer.passed(f"{call.name}/db", made, type="instance_norm", **UNTRAINED)
    if call.tracer.axes == 1:
        return call.tracer.permuted(call.name, made, [0, 2, 1])
    spread = _spread(call, made.replaced(dims=(made.dims[0], channels(1), made.dims[1])), num_mel_bins)
    return call.tracer.permuted(call.name, spread.replaced(dims=(spread.dims[0], *spread.dims[2:])), [0, 2, 1])
