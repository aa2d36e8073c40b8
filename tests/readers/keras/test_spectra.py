"""Spectrograms of Keras."""

from __future__ import annotations

import pytest

from readers.keras.keras_files import CONV, computed, functional, new, source
from readers.keras.rows import Row, rows_held

FRAMES = {"frame_length": 6, "frame_step": 4, "window": "hamming"}
"""A frame of 6 samples has transforms of 8, of which 5 are kept; no sample of this window is 0 before it is trained."""


def halves(bins: int, params: int, **more: object) -> list[tuple[str, dict[str, object]]]:
    """Cosines and sines, and what both make."""
    window = {"kernel": 6, "stride": 4, "bias": False, "filters": bins, "padding": "valid", **more}
    return [("custom", {**window, "params": params}), ("custom", {**window, "params": 0}), ("add", {})]


ROWS = [
    Row("STFTSpectrogram", {"mode": "magnitude", **FRAMES}, (25, 1), halves(5, 2 * 6 * 5)),
    Row("STFTSpectrogram", {"mode": "log", **FRAMES}, (25, 2), halves(10, 2 * 6 * 5, groups=2)),
    Row("STFTSpectrogram", {"mode": "psd", **FRAMES, "padding": "same"}, (26, 1), halves(5, 60, padding="same")),
    Row("STFTSpectrogram", {"mode": "real", **FRAMES}, (25, 1),
        [("custom", {"kernel": 6, "stride": 4, "bias": False, "padding": "valid", "filters": 5, "params": 30})]),
    Row("STFTSpectrogram", {"mode": "imag", "frame_length": 8, "fft_length": 16}, (25, 1),
        [("custom", {"kernel": 8, "stride": 4, "bias": False, "padding": "valid", "filters": 9, "params": 72})], coarse=True),
    Row("STFTSpectrogram", {"mode": "stft", **FRAMES, "data_format": "channels_first"}, (1, 25),
        [("custom", {"kernel": 6, "stride": 4, "bias": False, "padding": "valid", "filters": 10, "params": 60})]),
    Row("MelSpectrogram", {
        "fft_length": 16, "sequence_stride": 4, "sequence_length": 16, "window": "hann", "sampling_rate": 16000,
        "num_mel_bins": 3, "power_to_db": False,
    }, (40,), [("pad", {"padding": [[7, 8]], "padding_mode": "reflect"}),
               ("custom", {"kernel": 15, "stride": 4, "filters": 3, "bias": False, "params": 0}), ("identity", {})],
        moved=True),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)


@pytest.mark.parametrize(("first", "shape"), [(False, (40, 1)), (True, (1, 40))])
def test_frequencies_that_are_an_axis_see_the_same(first: bool, shape: tuple[int, int]) -> None:
    """They are convolved over: one axis is time, the other one has nothing of the signal beside it."""
    config = {
        "mode": "magnitude",
        **FRAMES,
        "expand_dims": True,
        "data_format": f"channels_{'first' if first else 'last'}",
    }
    conv = {**CONV, "data_format": config["data_format"]}
    layers = [new("STFTSpectrogram", "a", config, ["x"]), new("Conv2D", "b", conv, ["a"])]
    report = computed(functional([source(shape), *layers], [("b", 0, 0)]))
    layer = report.layer("b")
    assert (layer.output_size, layer.channels, layer.cost.params) == ((7, 3), 4, 40)
    assert (layer.receptive_field.size[0], layer.receptive_field.stride[0]) == (6 + 2 * 4, 4)
    assert report.total.params == 2 * 6 * 5 + 40
    unsized = tuple(None if n == 40 else n for n in shape)
    long = computed(functional([source(unsized), *layers], [("b", 0, 0)])).layer("b")
    assert (long.channels, long.receptive_field.size[0]) == (4, 14)


def test_decibels_are_cut_off_below_the_loudest_of_all() -> None:
    """A frame is 15 samples, the first of Hann's window being 0; three of them are 4 samples apart each."""
    config = {"fft_length": 16, "sequence_stride": 4, "sequence_length": 16, "window": "hann", "num_mel_bins": 8}
    layers = [
        source((40,)), new("MelSpectrogram", "a", config, ["x"]), new("Reshape", "b", {"target_shape": [8, 11, 1]}, ["a"]),
        new("Conv2D", "c", CONV, ["b"]),
    ]  # fmt: skip
    for loud in (True, False):
        layers[1]["config"]["power_to_db"] = loud
        report = computed(functional(layers, [("c", 0, 0)]))
        layer = report.layer("c")
        assert (sorted(layer.output_size), layer.channels) == ([6, 9], 4)
        assert (layer.receptive_field.size[0], layer.receptive_field.globally) == (15 + 2 * 4, loud)


def test_a_pipeline_is_its_layers_one_behind_another() -> None:
    inner = [{"class_name": "Rescaling", "config": {"name": "scaled", "scale": 2.0}, "module": "keras.layers"},
             {"class_name": "CenterCrop", "config": {"name": "cut", "height": 6, "width": 4}, "module": "keras.layers"}]  # fmt: skip
    report = computed(functional([source((9, 8, 3)), new("Pipeline", "a", {"layers": inner}, ["x"])], [("a", 0, 0)]))
    assert [(one.name, one.output_size) for one in report.layers] == [("a/scaled", (9, 8)), ("a/cut", (6, 4))]
    assert report.outputs == ("a/cut",)
