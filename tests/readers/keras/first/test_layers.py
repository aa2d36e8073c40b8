"""Layers of Keras 1, and what Keras 2 would have written of them, by the documentation of both."""

from __future__ import annotations

from typing import Any

import pytest

from readers.keras.first.test_models import noded
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.first.layers import as_layer

FIRST, LAST = {"data_format": "channels_first"}, {"data_format": "channels_last"}
CONV = {"nb_filter": 4, "border_mode": "same", "bias": False}
KEPT = {"filters": 4, "padding": "same", "use_bias": False}

LAYERS: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("Convolution1D", {**CONV, "filter_length": 3, "subsample_length": 2, "input_dim": 3},
     "Conv1D", {**KEPT, "kernel_size": 3, "strides": 2, "input_dim": 3}),
    ("AtrousConvolution1D", {**CONV, "filter_length": 3, "atrous_rate": 2},
     "Conv1D", {**KEPT, "kernel_size": 3, "dilation_rate": 2}),
    ("Convolution2D", {**CONV, "nb_row": 3, "nb_col": 5, "subsample": [1, 2], "dim_ordering": "th"},
     "Conv2D", {**KEPT, "kernel_size": [3, 5], "strides": [1, 2], **FIRST}),
    ("AtrousConvolution2D", {**CONV, "nb_row": 3, "nb_col": 5, "atrous_rate": [2, 2], "dim_ordering": "tf"},
     "Conv2D", {**KEPT, "kernel_size": [3, 5], "dilation_rate": [2, 2], **LAST}),
    ("SeparableConvolution2D", {**CONV, "nb_row": 3, "nb_col": 3, "depth_multiplier": 2},
     "SeparableConv2D", {**KEPT, "kernel_size": [3, 3], "depth_multiplier": 2}),
    ("Convolution3D", {**CONV, "kernel_dim1": 1, "kernel_dim2": 2, "kernel_dim3": 3, "dim_ordering": "th"},
     "Conv3D", {**KEPT, "kernel_size": [1, 2, 3], **FIRST}),
    ("Deconvolution2D", {**CONV, "nb_row": 3, "nb_col": 3, "output_shape": [None, 8, 8, 4]},
     "Deconvolution2D to a size", {**KEPT, "kernel_size": [3, 3], "output_shape": [None, 8, 8, 4]}),
    ("LocallyConnected1D", {**CONV, "filter_length": 3, "subsample_length": 2},
     "LocallyConnected1D", {**KEPT, "kernel_size": 3, "strides": 2}),
    ("MaxPooling1D", {"pool_length": 3, "stride": 2, "border_mode": "valid"},
     "MaxPooling1D", {"pool_size": 3, "strides": 2, "padding": "valid"}),
    ("AveragePooling2D", {"pool_size": [2, 2], "strides": [2, 1], "border_mode": "same", "dim_ordering": "th"},
     "AveragePooling2D", {"pool_size": [2, 2], "strides": [2, 1], "padding": "same", **FIRST}),
    ("UpSampling1D", {"length": 3}, "UpSampling1D", {"size": 3}),
    ("UpSampling2D", {"size": [2, 3]}, "UpSampling2D", {"size": [2, 3], **LAST}),
    ("UpSampling3D", {"size": [2, 3, 1], "dim_ordering": "th"}, "UpSampling3D", {"size": [2, 3, 1], **FIRST}),
    ("Cropping2D", {"cropping": [[1, 2], [0, 3]]}, "Cropping2D", {"cropping": [[1, 2], [0, 3]], **LAST}),
    ("ZeroPadding1D", {"padding": 2}, "ZeroPadding1D", {"padding": 2}),
    ("ZeroPadding1D", {"padding": {"right_pad": 2}}, "ZeroPadding1D", {"padding": [0, 2]}),
    ("ZeroPadding2D", {"padding": [1, 2]}, "ZeroPadding2D", {"padding": [1, 2], **LAST}),
    ("ZeroPadding2D", {"padding": [1, 2, 3, 4]}, "ZeroPadding2D", {"padding": [[1, 2], [3, 4]], **LAST}),
    ("ZeroPadding2D", {"padding": {"top_pad": 1, "left_pad": 3}},
     "ZeroPadding2D", {"padding": [[1, 0], [3, 0]], **LAST}),
    ("ZeroPadding3D", {"padding": [1, 2, 3]}, "ZeroPadding3D", {"padding": [1, 2, 3], **LAST}),
    ("Dense", {"output_dim": 3, "bias": True}, "Dense", {"units": 3, "use_bias": True}),
    ("TimeDistributedDense", {"output_dim": 3, "bias": True}, "Dense", {"units": 3, "use_bias": True}),
    ("Embedding", {"input_dim": 9, "output_dim": 3}, "Embedding", {"input_dim": 9, "output_dim": 3}),
    ("Dropout", {"p": 0.25}, "Dropout", {"rate": 0.25}),
    ("GaussianNoise", {"sigma": 0.5}, "GaussianNoise", {"stddev": 0.5}),
    ("PReLU", {"init": "zero"}, "PReLU", {"init": "zero", "shared_axes": None}),
    ("BatchNormalization", {"mode": 0, "axis": 1}, "BatchNormalization", {"mode": 0, "axis": 1}),
    ("BatchNormalization", {"mode": 1, "axis": 1}, "BatchNormalization of mode 1", {"mode": 1, "axis": 1}),
    ("BatchNormalization", {"mode": 2, "axis": 1}, "BatchNormalization of mode 2", {"mode": 2, "axis": 1}),
    ("LSTM", {"output_dim": 3, "return_sequences": True}, "LSTM", {"units": 3, "return_sequences": True}),
    ("Merge", {"mode": "concat", "mode_type": "raw", "concat_axis": 1, "name": "m"},
     "Concatenate", {"axis": 1, "name": "m"}),
    ("Merge", {"mode": "sum", "mode_type": "raw", "concat_axis": 1}, "Add", {}),
    ("Merge", {"mode": "mul"}, "Multiply", {}), ("Merge", {"mode": "ave"}, "Average", {}),
    ("Merge", {"mode": "max"}, "Maximum", {}), ("Merge", {"mode": "dot", "dot_axes": [1, 1]}, "Dot", {"axes": [1, 1]}),
    ("Merge", {"mode": "cos", "dot_axes": -1}, "Dot", {"axes": -1}),
    ("Merge", {"mode": "sum", "mode_type": "function"}, "Merge", {"mode": "sum", "mode_type": "function"}),
    ("Convolution1D", {"nb_filter": 4, "filter_length": 3, "border_mode": "full", "name": "a"}, "Pipeline", {
        "name": "a", "layers": [
            {"class_name": "ZeroPadding1D", "config": {"name": "pad", "padding": [2, 2]}},
            {"class_name": "Conv1D", "config": {"name": "conv", "filters": 4, "kernel_size": 3, "padding": "valid"}},
        ],
    }),
    ("AtrousConvolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 2, "atrous_rate": [2, 1], "border_mode": "full",
                             "dim_ordering": "th"}, "Pipeline", {
        "layers": [
            {"class_name": "ZeroPadding2D", "config": {"name": "pad", "padding": [[4, 4], [1, 1]], **FIRST}},
            {"class_name": "Conv2D", "config": {"name": "conv", "filters": 4, "kernel_size": [3, 2],
                                                "dilation_rate": [2, 1], "padding": "valid", **FIRST}},
        ],
    }),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "config", "made", "given"), LAYERS)
def test_layers(kind: str, config: dict[str, Any], made: str, given: dict[str, Any]) -> None:
    found, node = as_layer(kind, noded(config), "tf")
    assert (found, node.plain()) == (made, given)


def test_values_keep_their_places() -> None:
    """A wrong value is told where it stands."""
    config = noded({"nb_filter": 4, "nb_row": 3, "nb_col": 5})
    config.value["nb_row"].line = 7
    _, node = as_layer("Convolution2D", config, "tf")
    assert [one.line for one in (node.value["kernel_size"], *node.value["kernel_size"].value)] == [7, 7, 1]


@pytest.mark.parametrize("kind", ["ZeroPadding2D", "Cropping3D", "UpSampling2D"])
def test_order_that_is_not_known(kind: str) -> None:
    found, node = as_layer(kind, noded({"padding": [1, 1]}), None)
    assert (found, node.plain()) == (f"{kind} without dim_ordering", {"padding": [1, 1]})


@pytest.mark.parametrize(("kind", "config", "key"), [
    ("Convolution2D", {"name": "a", "nb_row": 3, "nb_col": 3}, "'a': nb_filter"),
    ("Convolution2D", {"nb_filter": 3, "nb_row": 3}, "'Convolution2D': nb_col"),
    ("Convolution1D", {"nb_filter": 3}, "filter_length"), ("LSTM", {"units": None, "name": "a"}, ""),
    ("Dense", {"name": "a"}, "'a': output_dim"), ("Convolution3D", {"nb_filter": 3, "kernel_dim1": 3}, "kernel_dim2"),
])  # fmt: skip
def test_what_is_missing_is_told_in_the_words_of_the_file(kind: str, config: dict[str, Any], key: str) -> None:
    """Keys of Keras 2, as models between both have them, are taken as they are."""
    if not key:
        assert as_layer(kind, noded(config), "tf")[1].plain() == config
        return
    with pytest.raises(ForeignError) as error:
        as_layer(kind, noded(config), "tf")
    assert f"{key} is missing" in str(error.value.message)
