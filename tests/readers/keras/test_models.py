"""Keras models: every kind of layer, both generations of files, what is wrong, and damaged ones.

`keras2/chain.json` (a Sequential model) and `keras2/graph.json` (a Functional one: two inputs, nested models and layers
called twice, operators on tensors) were written by `to_json` of TensorFlow 2.15.1 (Keras 2.15.0), white space left out,
for these tests. What Keras says of them stands beside, in `.figures.json`: the shape of each layer's first output
without the batch, `count_params()`, and the sum over `trainable_weights`, which lacks the moving statistics.
"""

from __future__ import annotations

import copy
import io
import json
import random
import re
import subprocess
import sys
import time
import zipfile
from math import prod
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import rfcli
from readers.keras.keras_files import archive, chain, computed, functional, loaded, new, old, single, source, tensors
from rfcli.geometry.unknown import Unknown

SAME = {"padding": "same"}
CONV = {"filters": 4, "kernel_size": [3, 3]}

WINDOWS = {
    "valid": ((15, 20, 2), "Conv2D", {"filters": 4, "kernel_size": [3, 5]}, ((3, 5), (1, 1), (0, 0), (13, 16), 4, 124)),
    "one number": ((15, 20, 2), "Conv2D", {"filters": 4, "kernel_size": 3}, ((3, 3), (1, 1), (0, 0), (13, 18), 4, 76)),
    "same, strides": (
        (15, 20, 2), "Conv2D", {"filters": 4, "kernel_size": [3, 5], "strides": [2, 3], **SAME},
        ((3, 5), (2, 3), (1, 1), (8, 7), 4, 124),
    ),
    "dilation, groups": (
        (15, 20, 4), "Conv2D", {**CONV, "dilation_rate": [2, 1], "groups": 2, "use_bias": False, **SAME},
        ((5, 3), (1, 1), (2, 1), (15, 20), 4, 72),
    ),
    "channels first": (
        (2, 15, 20), "Conv2D", {"filters": 4, "kernel_size": [3, 5], "data_format": "channels_first"},
        ((3, 5), (1, 1), (0, 0), (13, 16), 4, 124),
    ),
    "causal": (
        (40, 2), "Conv1D", {"filters": 4, "kernel_size": [3], "dilation_rate": [4], "padding": "causal"},
        ((9,), (1,), (8,), (40,), 4, 28),
    ),
    "three axes": (
        (8, 9, 10, 2), "Conv3D", {"filters": 3, "kernel_size": [1, 2, 3], **SAME},
        ((1, 2, 3), (1, 1, 1), (0, 0, 1), (8, 9, 10), 3, 39),
    ),
    "depthwise": (
        (15, 20, 4), "DepthwiseConv2D", {"kernel_size": [3, 3], "depth_multiplier": 3, "strides": [2, 2], **SAME},
        ((3, 3), (2, 2), (1, 0), (8, 10), 12, 120),
    ),
    "depthwise, one axis": ((9, 4), "DepthwiseConv1D", {"kernel_size": 2}, ((2,), (1,), (0,), (8,), 4, 12)),
    "separable": (
        (15, 20, 4), "SeparableConv2D", {"filters": 5, "kernel_size": [3, 3], "depth_multiplier": 2},
        ((3, 3), (1, 1), (0, 0), (13, 18), 5, 3 * 3 * 8 + 8 * 5 + 5),
    ),
    "separable, one axis": (
        (15, 4), "SeparableConv1D", {"filters": 5, "kernel_size": [3], "use_bias": False},
        ((3,), (1,), (0,), (13,), 5, 32),
    ),
    "max pool": ((15, 20, 2), "MaxPooling2D", {"pool_size": [2, 3]}, ((2, 3), (2, 3), (0, 0), (7, 6), 2, 0)),
    "pool, strides, same": (
        (15, 20, 2), "AveragePooling2D", {"pool_size": [3, 3], "strides": [2, 1], **SAME},
        ((3, 3), (2, 1), (1, 1), (8, 20), 2, 0),
    ),
    "old name": ((9, 2), "MaxPool1D", {"pool_size": 2, "strides": None}, ((2,), (2,), (0,), (4,), 2, 0)),
    "zero padding": (
        (5, 6, 2), "ZeroPadding2D", {"padding": [[1, 2], [3, 4]]}, ((1, 1), (1, 1), (1, 3), (8, 13), 2, 0),
    ),
    "zero padding, per axis": ((5, 6, 2), "ZeroPadding2D", {"padding": [1, 3]}, ((1, 1), (1, 1), (1, 3), (7, 12), 2, 0)),
    "zero padding, one axis": ((5, 2), "ZeroPadding1D", {"padding": [1, 3]}, ((1,), (1,), (1,), (9,), 2, 0)),
    "cropping": ((5, 6, 2), "Cropping2D", {"cropping": [[1, 0], [2, 3]]}, ((1, 1), (1, 1), (-1, -2), (4, 1), 2, 0)),
    "cropping, three axes": (
        (5, 6, 7, 1), "Cropping3D", {"cropping": 2}, ((1, 1, 1), (1, 1, 1), (-2, -2, -2), (1, 2, 3), 1, 0),
    ),
    "center crop": ((9, 8, 3), "CenterCrop", {"height": 4, "width": 5}, ((1, 1), (1, 1), (-2, -1), (4, 5), 3, 0)),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "kind", "config", "expected"), WINDOWS.values(), ids=WINDOWS)
def test_windows(shape: Any, kind: str, config: dict[str, Any], expected: Any) -> None:
    """By Keras's definitions: kernel, stride, padding of TensorFlow's SAME (the odd sample after), weights and biases."""
    (layer,) = computed(single(shape, kind, config)).layers
    field = layer.receptive_field
    found = (field.size, field.stride, field.padding, layer.output_size, layer.channels, layer.cost.params)
    assert (layer.name, found) == ("a", expected)


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3, 6])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("more", [None, 0, 1])
def test_transposed(kernel: int, stride: int, padding: str, more: int | None) -> None:
    """Output `o` of TensorFlow's transposed convolution reads input i where o + before - i*s is a tap: it is the gradient
    of a convolution that turns its output into its input, whose SAME padding is `before`."""
    if more is not None and more >= stride:
        return
    n = 5
    config = {"filters": 1, "kernel_size": [kernel], "strides": [stride], "padding": padding, "output_padding": more}
    report = computed(single((n, 1), "Conv1DTranspose", config))
    (layer,) = report.layers
    if more is None:
        size = n * stride + (max(kernel - stride, 0) if padding == "valid" else 0)
    else:
        size = (n - 1) * stride + kernel + more - (2 * (kernel // 2) if padding == "same" else 0)
    assert layer.output_size == (size,)
    before = 0
    if padding == "same" and more is None:
        before = max((n - 1) * stride + kernel - size, 0) // 2
    elif padding == "same":
        before = max(kernel // 2 - (more + 1) // 2, 0)
    locator = rfcli.located(report, "a")
    for o in range(size):
        read = [i for i in range(n) if 0 <= o + before - i * stride < kernel]
        assert locator.at((o,)).clipped[0] == ((read[0], read[-1]) if read else None), (o, read)


def test_upsampling_and_resizing() -> None:
    model = chain(
        source((5, 6, 2)),
        ("UpSampling2D", {"size": [2, 3], "interpolation": "nearest"}),
        ("UpSampling2D", {"size": [2, 2], "interpolation": "bilinear"}),
        ("Resizing", {"height": 7, "width": 9, "interpolation": "nearest"}),
    )
    report = computed(model)
    assert [one.output_size for one in report.layers] == [(10, 18), (20, 36), (7, 9)]
    first, second = (rfcli.located(report, name) for name in "bc")
    assert first.at((3, 17)).clipped == ((1, 1), (5, 5))
    assert second.at((0, 5)).clipped == ((0, 0), (0, 1))  # 5/2 - 1/4 lies between samples 2 and 3 of b: 0 and 1 of x.
    assert report.layer("d").receptive_field.size[0] == 2


@pytest.mark.parametrize(
    ("kind", "config", "why"),
    [
        ("UpSampling2D", {"size": 2, "interpolation": "lanczos3"}, "lanczos3"),
        ("Resizing", {"height": 2, "width": 2, "crop_to_aspect_ratio": True}, "crop_to_aspect_ratio"),
        ("Lambda", {"function": ["4wEAAAA=", None, None]}, "Lambda"),
        ("Activation", {"activation": "my_own"}, "activation my_own"),
        ("MyLayer", {}, "MyLayer"),
        ("Custom>Conv2D", CONV, "Custom>Conv2D"),
        ("ConvLSTM2D", {"filters": 2}, "ConvLSTM2D"),
        ("CenterCrop", {"height": 90, "width": 5}, "smaller"),
    ],
)
def test_unknown_layers_spoil_only_what_reads_them(kind: str, config: dict[str, Any], why: str) -> None:
    layers = [
        source((8, 8, 3)), new("Conv2D", "before", {**CONV, **SAME}, ["x"]), new(kind, "strange", config, ["before"]),
        new("Conv2D", "after", CONV, ["strange"]), new("Conv2D", "beside", CONV, ["before"]),
    ]  # fmt: skip
    report = computed(functional(layers, [("after", 0, 0), ("beside", 0, 0)]))
    strange = report.layer("strange")
    assert why in strange.receptive_field.size[0].reason
    assert isinstance(strange.output_size[0], Unknown) and isinstance(strange.cost.params, Unknown)
    assert isinstance(report.layer("after").receptive_field.size[0], Unknown)
    assert report.layer("before").receptive_field.size == (3, 3)
    assert report.layer("beside").receptive_field.size == (5, 5)


def test_a_class_of_the_authors_is_none_of_keras() -> None:
    layers = [source((8, 8, 3)), new("Conv2D", "a", CONV, ["x"], module="my.layers")]
    (layer,) = computed(functional(layers, [("a", 0, 0)])).layers
    assert isinstance(layer.output_size[0], Unknown)


def test_shapes_that_the_file_states_of_unknown_layers() -> None:
    layers = [
        source((8, 8, 3)),
        new("Strange", "a", {}, ["x"]),
        new("Conv2D", "b", CONV, [("a", 0, 0, [None, 4, 5, 6])]),
    ]
    report = computed(functional(layers, [("b", 0, 0)]))
    assert (report.layer("a").output_size, report.layer("a").channels) == ((4, 5), 6)
    assert (report.layer("b").output_size, report.layer("b").cost.params) == ((2, 3), 3 * 3 * 6 * 4 + 4)
    sequence = chain(source((8, 8, 3)), ("Strange", {}), {"class_name": "Conv2D", "config": {"name": "c", **CONV},
                     "build_config": {"input_shape": [None, 4, 5, 6]}})  # fmt: skip
    assert computed(sequence).layer("c").cost.params == 3 * 3 * 6 * 4 + 4


def test_all_inputs_of_an_unknown_layer_lead_to_it() -> None:
    layers = [source((8, 8, 3)), source((8, 8, 3), "y"), new("Strange", "a", {}, [["x", "y"]])]
    model = functional(layers, [("a", 0, 0)], (("x", 0, 0), ("y", 0, 0)))
    for origin in "xy":
        assert isinstance(computed(model, origin=origin).layer("a").receptive_field.size[0], Unknown)


NORMS = {
    "batch": ("BatchNormalization", {"axis": [3]}, "batch_norm", 6),
    "batch, unscaled": ("BatchNormalization", {"axis": -1, "scale": False}, "batch_norm", 3),
    "batch, over rows": ("BatchNormalization", {"axis": 1}, "batch_norm", 16),
    "layer": ("LayerNormalization", {"axis": [-1]}, "layer_norm", 6),
    "layer, uncentred": ("LayerNormalization", {"axis": -1, "center": False}, "layer_norm", 3),
    "layer, all": ("LayerNormalization", {"axis": [1, 2, 3]}, "layer_norm", 2 * 8 * 9 * 3),
    "layer, positions": ("LayerNormalization", {"axis": [1, 2]}, "instance_norm", 2 * 8 * 9),
    "rms": ("RMSNormalization", {"axis": -1}, "layer_norm", 3),
    "group": ("GroupNormalization", {"groups": 3, "axis": -1}, "group_norm", 6),
    "group of each": ("GroupNormalization", {"groups": -1}, "instance_norm", 6),
    "unit": ("UnitNormalization", {"axis": -1}, "layer_norm", 0),
    "prelu": ("PReLU", {"shared_axes": [1, 2]}, "prelu", 3),
    "prelu of each": ("PReLU", {"shared_axes": None}, "prelu", 8 * 9 * 3),
    "prelu of one": ("PReLU", {"shared_axes": [1, 2, 3]}, "prelu", 1),
    "relu6": ("ReLU", {"max_value": 6.0}, "relu6", 0),
    "leaky": ("ReLU", {"negative_slope": 0.1}, "leaky_relu", 0),
    "activation": ("Activation", {"activation": "hard_silu"}, "hard_swish", 0),
    "activation, a layer": (
        "Activation", {"activation": {"class_name": "LeakyReLU", "config": {"name": "l"}}}, "leaky_relu", 0),
    "softmax": ("Softmax", {"axis": -1}, "softmax", 0),
    "softmax over positions": ("Softmax", {"axis": [1, 2]}, "instance_norm", 0),
    "dropout": ("SpatialDropout2D", {"rate": 0.5}, "dropout", 0),
    "rescaling": ("Rescaling", {"scale": 0.1}, "identity", 0),
    "normalization": ("Normalization", {"axis": [-1], "mean": None}, "identity", 0),
    "augmentation": ("RandomFlip", {"mode": "horizontal"}, "identity", 0),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "config", "type", "params"), NORMS.values(), ids=NORMS)
def test_layers_that_keep_the_map(kind: str, config: dict[str, Any], type: str, params: int) -> None:
    (layer,) = computed(single((8, 9, 3), kind, config)).layers
    assert (layer.type, layer.output_size, layer.channels, layer.cost.params) == (type, (8, 9), 3, params)
    assert layer.receptive_field.size == (1, 1)
    assert layer.receptive_field.globally == (
        type in ("instance_norm", "group_norm") or config.get("axis") == [1, 2, 3]
    )


def test_layers_that_are_not_known_have_unknown_parameters() -> None:
    """Also where what is wrong is met after their weights were counted."""
    model = chain(
        source((6, 5, 3)), ("Reshape", {"target_shape": [30, 3]}), ("Conv1D", {"filters": 2, "kernel_size": 3})
    )
    report = computed(model)
    assert "axes are mixed" in report.layer("c").receptive_field.size[0].reason
    assert isinstance(report.layer("c").cost.params, Unknown) and isinstance(report.total.params, Unknown)


def test_some_axes_are_normalised() -> None:
    (layer,) = computed(single((8, 9, 3), "LayerNormalization", {"axis": [2]})).layers
    assert "some axes" in layer.receptive_field.size[0].reason


def test_activations_inside_layers() -> None:
    """They change no number; a softmax over the last dimension of a map with channels first mixes a row."""
    first = {**CONV, "data_format": "channels_first", "activation": "softmax"}
    assert [one.name for one in computed(single((3, 8, 8), "Conv2D", {**CONV, "activation": "relu"})).layers] == ["a"]
    assert [one.name for one in computed(single((8, 8, 3), "Dense", {"units": 2, "activation": "softmax"})).layers] == [
        "a"
    ]
    rows = computed(single((3, 8, 8), "Conv2D", first)).layers
    assert rows[1].name == "a/activation" and isinstance(rows[1].receptive_field.size[0], Unknown)
    halves = computed(single((8, 8, 3), "Conv2D", {**CONV, "activation": "glu"})).layers
    assert [one.channels for one in halves] == [4, 2]


def test_shapes() -> None:
    model = chain(
        source((8, 6, 3)),
        ("Permute", {"dims": [2, 1, 3]}),
        ("Reshape", {"target_shape": [48, -1]}),
        ("Reshape", {"target_shape": [6, 8, 3]}),
        ("Conv2D", {"filters": 4, "kernel_size": [3, 1]}),
        ("Flatten", {}),
        ("Dense", {"units": 5}),
        ("RepeatVector", {"n": 7}),
        ("Conv1D", {"filters": 2, "kernel_size": 3}),
    )
    report = computed(model)
    conv = report.layer("e")
    assert (conv.output_size, conv.receptive_field.size, conv.channels) == ((8, 4), (1, 3), 4)
    assert (report.layer("f").channels, report.layer("g").cost.params) == (128, 128 * 5 + 5)
    assert (report.layer("h").output_size, report.layer("i").output_size) == ((7, 1), (5, 1))
    assert (report.layer("i").cost.params, report.layer("i").receptive_field.globally) == (3 * 5 * 2 + 2, True)


def test_features_become_maps() -> None:
    """A generator: every position of the map that is made of features has read all of them."""
    model = chain(
        source((10,)),
        ("Dense", {"units": 4 * 5 * 6}),
        ("Reshape", {"target_shape": [4, 5, 6]}),
        ("Conv2DTranspose", {"filters": 3, "kernel_size": 4, "strides": 2, "padding": "same"}),
    )
    report = computed(model)
    made = report.layer("d")
    assert (report.layer("c").output_size, report.layer("c").channels) == ((4, 5), 6)
    assert (made.output_size, made.channels, made.cost.params) == ((8, 10), 3, 4 * 4 * 6 * 3 + 3)
    assert made.cost.macs == 4 * 4 * 6 * 3 * 4 * 5


def test_what_was_flattened_is_taken_apart_again() -> None:
    model = chain(
        source((6, 8, 2)), ("Flatten", {}), ("Dropout", {"rate": 0.1}), ("Reshape", {"target_shape": [6, 8, 2]}),
        ("Conv2D", CONV),
    )  # fmt: skip
    layer = computed(model).layer("e")
    assert (layer.receptive_field.size, layer.output_size) == ((3, 3), (4, 6))


def test_inputs_without_channels_and_sequences() -> None:
    """Dimensions of an input turn out to be axes where a window slides over them, or where they are looked up."""
    model = chain(source((28, 28)), ("Reshape", {"target_shape": [28, 28, 1]}), ("Conv2D", CONV))
    assert computed(model).layer("c").receptive_field.size == (3, 3)
    words = chain(
        source((50,)), ("Embedding", {"input_dim": 1000, "output_dim": 16}), ("Conv1D", {"filters": 8, "kernel_size": 5}),
        ("GlobalMaxPooling1D", {}), ("Dense", {"units": 1}),
    )  # fmt: skip
    report = computed(words)
    assert (report.layer("b").output_size, report.layer("b").cost.params) == ((50,), 16000)
    assert (report.layer("c").receptive_field.size, report.layer("c").output_size) == ((5,), (46,))
    assert (report.layer("e").type, report.total.params) == ("linear", 16000 + 5 * 16 * 8 + 8 + 9)


@pytest.mark.parametrize("keep", [False, True])
def test_global_pools_and_squeeze_excite(keep: bool) -> None:
    layers = [
        source((8, 8, 6)),
        new("Conv2D", "conv", {"filters": 6, "kernel_size": 3, **SAME}, ["x"]),
        new("GlobalAveragePooling2D", "squeeze", {"keepdims": keep}, ["conv"]),
        *([] if keep else [new("Reshape", "grow", {"target_shape": [1, 1, 6]}, ["squeeze"])]),
        new("Dense", "excite", {"units": 6, "activation": "sigmoid"}, ["squeeze" if keep else "grow"]),
        new("Multiply", "scaled", {}, [["conv", "excite"]]),
    ]
    scaled = computed(functional(layers, [("scaled", 0, 0)])).layer("scaled")
    assert (scaled.receptive_field.size, scaled.output_size, scaled.channels) == ((3, 3), (8, 8), 6)
    assert scaled.receptive_field.globally


def test_maps_of_one_position_stay_maps() -> None:
    """At another input size than the file's, the pool after a merge of 1x1 maps is as global as before."""
    stride = {"filters": 4, "kernel_size": 3, "strides": 8, **SAME}
    layers = [
        source((8, 8, 4)), new("Conv2D", "a", stride, ["x"]), new("Conv2D", "b", stride, ["x"]),
        new("Add", "sum", {}, [["a", "b"]]), new("GlobalMaxPooling2D", "pool", {}, ["sum"]),
        new("Dense", "dense", {"units": 3}, ["pool"]),
    ]  # fmt: skip
    report = computed(functional(layers, [("dense", 0, 0)]), input_size=64)
    assert [one.output_size for one in report.layers] == [(8, 8), (8, 8), (8, 8), (1, 1), (1, 1)]
    assert report.layer("dense").type == "linear"


MERGES = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"]


@pytest.mark.parametrize("kind", MERGES)
@pytest.mark.parametrize("generation", [2, 3])
def test_merges(kind: str, generation: int) -> None:
    conv = {"filters": 3, "kernel_size": 5, **SAME}
    config = {"axis": -1} if kind == "Concatenate" else {}
    if generation == 3:
        layers = [source((9, 9, 3)), new("Conv2D", "a", conv, ["x"]), new(kind, "m", config, [["x", "a"]])]
    else:
        layers = [source((9, 9, 3), generation=2), old("Conv2D", "a", conv, [["x", 0, 0, {}]]),
                  old(kind, "m", config, [["x", 0, 0, {}], ["a", 0, 0, {}]])]  # fmt: skip
    merged = computed(functional(layers, [("m", 0, 0)])).layer("m")
    assert merged.receptive_field.size == (5, 5)
    assert merged.channels == (6 if kind == "Concatenate" else 3)


def test_joined_along_an_axis() -> None:
    layers = [source((9, 9, 3)), new("ReLU", "a", {}, ["x"]), new("Concatenate", "m", {"axis": 1}, [["x", "a"]])]
    merged = computed(functional(layers, [("m", 0, 0)])).layer("m")
    assert "joined along an axis" in merged.receptive_field.size[0].reason


ENCODER = [
    source((None, None, 3), "in"),
    new("Conv2D", "conv", {**CONV, **SAME}, ["in"]),
    new("ReLU", "act", {}, ["conv"]),
]


def nested(kind: str, generation: int) -> dict[str, Any]:
    """A model called twice, on two inputs, and a layer called twice."""
    inner: dict[str, Any]
    if kind == "Sequential":
        inner = {
            "name": "encoder",
            "layers": [{"class_name": one["class_name"], "config": one["config"]} for one in ENCODER],
        }
    else:
        parts: list[Any] = copy.deepcopy(ENCODER)
        if generation == 2:
            parts[1]["inbound_nodes"], parts[2]["inbound_nodes"] = [[["in", 0, 0, {}]]], [[["conv", 0, 0, {}]]]
        inner = functional(parts, [("act", 0, 0)], (("in", 0, 0),), "encoder")["config"]
    first = 0 if generation == 3 else 1
    last = {"filters": 1, "kernel_size": 3, **SAME}
    inputs = [source((8, 8, 3), "x"), source((8, 8, 3), "y")]
    if generation == 3:
        layers = [*inputs, new(kind, "encoder", inner, ["x"], ["y"], module="keras"),
                  new("Add", "sum", {}, [[("encoder", 0, 0), ("encoder", 1, 0)]]),
                  new("Conv2D", "last", last, ["sum"], [("last", 0, 0)])]  # fmt: skip
    else:
        layers = [*inputs, old(kind, "encoder", inner, [["x", 0, 0, {}]], [["y", 0, 0, {}]]),
                  old("Add", "sum", {}, [["encoder", first, 0, {}], ["encoder", first + 1, 0, {}]]),
                  old("Conv2D", "last", last, [["sum", 0, 0, {}]], [["last", 0, 0, {}]])]  # fmt: skip
    return functional(layers, [("last", 1, 0)], (("x", 0, 0), ("y", 0, 0)))


@pytest.mark.parametrize("kind", ["Sequential", "Functional"])
@pytest.mark.parametrize("generation", [2, 3])
def test_nested_and_shared(kind: str, generation: int) -> None:
    model = nested(kind, generation)
    model["config"]["layers"][-1]["config"]["filters"] = 4
    report = computed(model)
    assert [one.name for one in report.layers] == [
        "encoder/conv", "encoder/act", "encoder_2/conv", "encoder_2/act", "sum", "last", "last_2",
    ]  # fmt: skip
    params = {one.name: one.cost.params for one in report.layers if one.cost.params}
    assert params == {"encoder/conv": 112, "last": 148}
    assert report.total.params == 112 + 148
    assert report.layer("last_2").receptive_field.size == (7, 7)
    assert report.layer("encoder").name == "encoder/act"
    second = computed(model, origin="y").layer("last_2")
    assert second.receptive_field.size == (7, 7)


def test_models_with_several_outputs() -> None:
    inner = functional(
        [source((8, 8, 3), "in"), new("Conv2D", "one", CONV, ["in"]), new("MaxPooling2D", "two", {"pool_size": 2}, ["in"])],
        [("one", 0, 0), ("two", 0, 0)], (("in", 0, 0),), "inner",
    )["config"]  # fmt: skip
    layers = [source((8, 8, 3)), new("Functional", "inner", inner, ["x"], module="keras.src.models.functional"),
              new("ReLU", "a", {}, [("inner", 0, 0)]), new("ReLU", "b", {}, [("inner", 0, 1)])]  # fmt: skip
    report = computed(functional(layers, [("a", 0, 0), ("b", 0, 0), ("inner", 1, 1)]))
    assert [report.layer(name).receptive_field.size for name in "ab"] == [(3, 3), (2, 2)]
    assert report.outputs == ("a", "b", "inner/two")


def test_layers_in_any_order_and_names_that_clash() -> None:
    layers = [
        new("Conv2D", "b", CONV, ["a_2"], [("a", 1, 0)]), new("Conv2D", "a", {**CONV, **SAME}, ["x"], ["a_2"]),
        new("Conv2D", "a_2", {**CONV, **SAME}, ["a"]), source((12, 12, 4)),
    ]  # fmt: skip
    report = computed(functional(layers, [("b", 0, 0), ("b", 1, 0)]))
    assert [one.name for one in report.layers] == ["a", "a_2", "b", "a_2_2", "b_2"]
    assert [one.receptive_field.size[0] for one in report.layers] == [3, 5, 7, 7, 9]
    assert [one.cost.params for one in report.layers] == [148, 148, 148, 0, 0]


def test_shared_objects_of_keras_2() -> None:
    """A layer that stands in two models is told by its number."""
    shared = {**old("Conv2D", "c", {**CONV, "filters": 3, **SAME}, [["in", 0, 0, {}]]), "shared_object_id": 7}
    inner = functional([source((8, 8, 3), "in", 2), shared], [("c", 0, 0)], (("in", 0, 0),), "inner")["config"]
    outer = {**copy.deepcopy(shared), "inbound_nodes": [[["inner", 1, 0, {}]]]}
    layers = [source((8, 8, 3), "x", 2), old("Functional", "inner", inner, [["x", 0, 0, {}]]), outer]
    report = computed(functional(layers, [("c", 0, 0)]))
    assert [(one.name, one.cost.params) for one in report.layers] == [("inner/c", 84), ("c", 0)]


OPERATIONS = {
    "add a number": (new("Add", "a", {}, ["x", 3.0], module="keras.src.ops.numpy"), ("identity", (8, 9), 4)),
    "multiply two": (new("Multiply", "a", {}, ["x", "x"], module="keras.src.ops.numpy"), ("multiply", (8, 9), 4)),
    "function": (new("Relu6", "a", {}, ["x"], module="keras.src.ops.nn"), ("relu6", (8, 9), 4)),
    "mean": (
        new("Mean", "a", {"axis": [1, 2], "keepdims": True}, ["x"], module="keras.src.ops.numpy"),
        ("global_avg_pool", (1, 1), 4),
    ),
    "mean of rows": (
        new("Mean", "a", {"axis": 2, "keepdims": False}, ["x"], module="keras.src.ops.numpy"),
        ("adaptive_avg_pool", (8, 1), 4),
    ),
    "slices": (
        new("GetItem", "a", {}, ["x", [{"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}},
            {"class_name": "__slice__", "config": {"start": 1, "stop": -1, "step": 2}}, {"class_name": "__ellipsis__",
             "config": {}}]], module="keras.src.ops.numpy"),
        ("identity", (3, 9), 4),
    ),
    "pad": (
        new("Pad", "a", {"pad_width": [[0, 0], [1, 2], [0, 3], [0, 0]], "mode": "reflect"}, ["x"],
            module="keras.src.ops.numpy"),
        ("pad", (11, 12), 4),
    ),
    "resize": (
        new("Resize", "a", {"size": [4, 18], "interpolation": "bilinear"}, ["x"], module="keras.src.ops.image"),
        ("resize", (4, 18), 4),
    ),
    "pool": (
        new("MaxPool", "a", {"pool_size": 2, "strides": None, "padding": "valid"}, ["x"], module="keras.src.ops.nn"),
        ("max_pool", (4, 4), 4),
    ),
    "old add": (old("TFOpLambda", "a", {"function": "__operators__.add"}, ["x", 0, 0, {"y": 3, "name": None}]),
                ("identity", (8, 9), 4)),
    "old add two": (old("TFOpLambda", "a", {"function": "math.add"}, ["x", 0, 0, {"y": ["x", 0, 0]}]),
                    ("add", (8, 9), 4)),
    "old constant first": (
        old("TFOpLambda", "a", {"function": "math.subtract"}, ["_CONSTANT_VALUE", -1, 1.0, {"y": ["x", 0, 0]}]),
        ("identity", (8, 9), 4)),
    "old slice": (
        old("SlicingOpLambda", "a", {"function": "__operators__.getitem"}, ["x", 0, 0, {"slice_spec": [
            {"start": None, "stop": None, "step": None}, {"start": 2, "stop": None, "step": None}]}]),
        ("identity", (6, 9), 4)),
    "old slice of channels": (
        old("SlicingOpLambda", "a", {"function": "__operators__.getitem"}, ["x", 0, 0, {"slice_spec": [
            {"start": None, "stop": None, "step": None}] * 3 + [{"start": 1, "stop": 3, "step": None}]}]),
        ("identity", (8, 9), 2)),
    "depth to space": (
        old("TFOpLambda", "a", {"function": "nn.depth_to_space"}, ["x", 0, 0, {"block_size": 2}]),
        ("pixel_shuffle", (16, 18), 1)),
    "old operation": (
        old("TensorFlowOpLayer", "a", {"node_def": '{"name": "mul", "op": "Mul", "input": ["x", "y"]}',
                                       "constants": {"1": 0.5}}, [["x", 0, 0, {}]]),
        ("identity", (8, 9), 4)),
}  # fmt: skip


@pytest.mark.parametrize(("layer", "expected"), OPERATIONS.values(), ids=OPERATIONS)
def test_operations(layer: dict[str, Any], expected: Any) -> None:
    found = computed(functional([source((8, 9, 4)), layer], [("a", 0, 0)])).layer("a")
    assert (found.type, found.output_size, found.channels) == expected


def test_splits_have_several_outputs() -> None:
    split = new("Split", "s", {"indices_or_sections": [1], "axis": -1}, ["x"], module="keras.src.ops.numpy")
    layers = [source((8, 8, 4)), split, new("ReLU", "a", {}, [("s", 0, 0)]), new("ReLU", "b", {}, [("s", 0, 1)])]
    report = computed(functional(layers, [("a", 0, 0), ("b", 0, 0)]))
    assert [report.layer(name).channels for name in ("s/1", "s/2", "a", "b")] == [1, 3, 1, 3]


def test_softmax_over_everything_is_not_one_over_features() -> None:
    for axis, known in ((-1, True), (None, False)):
        layer = new("Softmax", "a", {"axis": axis}, ["x"], module="keras.src.ops.nn")
        found = computed(functional([source((8, 8, 3)), layer], [("a", 0, 0)])).layer("a")
        assert isinstance(found.receptive_field.size[0], Unknown) != known


def test_constants_that_stretch_a_map_are_no_identity() -> None:
    numbers = {"class_name": "__numpy__", "config": {"value": [[1.0, 2.0]], "dtype": "float32"}}
    layer = new("Add", "a", {}, {"args": [tensors("x"), numbers], "kwargs": {}}, module="keras.src.ops.numpy")
    found = computed(functional([source((8, 8, 1)), layer], [("a", 0, 0)])).layer("a")
    assert isinstance(found.receptive_field.size[0], Unknown)


def test_attention() -> None:
    """Weights of the four projections; every position reads all others."""
    config = {"num_heads": 2, "key_dim": 8}
    layers = [
        source((4, 5, 6)), new("Reshape", "tokens", {"target_shape": [20, 6]}, ["x"]),
        new("MultiHeadAttention", "own", config, ["tokens", "tokens"]),
        new("GlobalAveragePooling1D", "mean", {}, ["own"]),
    ]  # fmt: skip
    own = computed(functional(layers, [("mean", 0, 0)])).layer("own")
    assert own.cost.params == 3 * (6 * 16 + 16) + 16 * 6 + 6
    assert own.cost.macs == 20 * (4 * 6 * 16) + 20 * 20 * 2 * (8 + 8)
    assert (own.receptive_field.size, own.receptive_field.globally, own.output_size) == ((None, None), True, (4, 5))


def test_attention_to_another_map() -> None:
    layers = [
        source((9, 6)), source((4, 3), "y"), new("Conv1D", "q", {"filters": 6, "kernel_size": 3, **SAME}, ["x"]),
        new("MultiHeadAttention", "a", {"num_heads": 2, "key_dim": 8, "use_bias": False}, {
            "args": [tensors("q")], "kwargs": {"value": tensors("y"), "key": tensors("y"), "attention_mask": None}}),
        new("Dense", "b", {"units": 2}, ["a"]),
    ]  # fmt: skip
    model = functional(layers, [("b", 0, 0)], (("x", 0, 0), ("y", 0, 0)))
    own, other = computed(model).layer("a"), computed(model, origin="y").layer("a")
    assert (own.receptive_field.size, own.receptive_field.globally) == ((3,), False)
    assert (other.receptive_field.size, other.receptive_field.globally) == ((None,), True)
    assert own.cost.params == 6 * 16 * 2 + 3 * 16 * 2
    assert (own.output_size, own.channels) == ((9,), 6)


def test_recurrence() -> None:
    """The last step has read everything, and so has each step of both directions; a step alone only those before it."""
    lstm = {"units": 5}
    last = computed(chain(source((12, 3)), ("LSTM", lstm))).layer("b")
    assert (last.output_size, last.channels, last.cost.params) == ((1,), 5, 4 * (5 * 8 + 5))
    assert last.receptive_field.globally
    both = {"layer": {"class_name": "GRU", "config": {"units": 5, "return_sequences": True, "reset_after": True}}}
    each = computed(chain(source((12, 3)), ("Bidirectional", both))).layer("b")
    assert (each.output_size, each.channels, each.cost.params) == ((12,), 10, 2 * 3 * (5 * 8 + 10))
    assert each.receptive_field.globally
    steps = computed(chain(source((12, 3)), ("LSTM", {**lstm, "return_sequences": True}))).layer("b")
    assert (steps.output_size, steps.channels, steps.cost.params) == ((12,), 5, 180)
    assert "a step reads all before it" in steps.receptive_field.size[0].reason


def test_wrappers() -> None:
    conv = {"layer": {"class_name": "Conv2D", "config": {"name": "c", **CONV}}}
    timed = computed(chain(source((5, 8, 9, 2)), ("TimeDistributed", conv))).layer("b")
    assert (timed.output_size, timed.receptive_field.size, timed.cost.params) == ((5, 6, 7), (1, 3, 3), 76)
    spectral = computed(chain(source((8, 9, 2)), ("SpectralNormalization", conv))).layer("b")
    assert (spectral.output_size, spectral.cost.params) == ((6, 7), 76)
    lost = {"layer": {"class_name": "LSTM", "config": {"units": 2}}}
    assert isinstance(computed(chain(source((5, 8, 2)), ("TimeDistributed", lost))).layers[0].output_size[0], Unknown)


def test_unknown_sizes() -> None:
    model = chain(source((None, None, 3)), ("Conv2D", {**CONV, "strides": 2, **SAME}), ("GlobalAveragePooling2D", {}),
                  ("Dense", {"units": 2}))  # fmt: skip
    report = computed(model)
    assert report.total.params == 112 + 10
    assert report.layer("b").receptive_field.size == (3, 3)
    assert computed(model, input_size=64).layer("b").output_size == (32, 32)


OLD_SEQUENTIAL = {
    "class_name": "Sequential",
    "config": [
        {"class_name": "Convolution2D", "config": {"name": "first", **CONV, "batch_input_shape": [None, 9, 9, 3]}},
        {"class_name": "Flatten", "config": {"name": "flat"}},
        {"class_name": "Dense", "config": {"name": "dense", "units": 2}},
    ],
}


def test_sequential_models_without_an_input_layer() -> None:
    report = computed(OLD_SEQUENTIAL)
    assert [(one.name, one.channels) for one in report.layers] == [("first", 4), ("flat", 196), ("dense", 2)]
    built = chain(("Conv2D", CONV), name="built")
    built["config"]["build_input_shape"] = [None, 9, 9, 3]
    assert computed(built).layers[0].output_size == (7, 7)
    assert isinstance(computed(chain(("Conv2D", CONV))).layers[0].output_size[0], Unknown)
    inside = chain({"class_name": "Sequential", "config": OLD_SEQUENTIAL["config"], "name": "inner"})
    assert computed(inside).layers[0].output_size == (7, 7)


def test_tuples_and_names() -> None:
    conv = {"filters": 4, "kernel_size": {"class_name": "__tuple__", "items": [3, 5]}, "name": "stage 1/conv(é)"}
    (layer,) = computed(chain(source((9, 9, 3)), {"class_name": "Conv2D", "config": conv})).layers
    assert (layer.name, layer.receptive_field.size) == ("stage 1/conv___".rstrip("_") + "___", (3, 5))


GOOD = single((9, 9, 3), "Conv2D", CONV)


def test_archives() -> None:
    for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        model = copy.deepcopy(GOOD)
        model["config"]["layers"][1]["shared_object_id"] = 140234567890123  # An address, as Keras writes it.
        report = rfcli.compute(rfcli.loads(archive(model, how=how), "m.keras"))
        assert report.layers == computed(GOOD).layers


def test_told_by_content(tmp_path: Path) -> None:
    """Whatever the ending: also behind white space and a byte-order mark, from a folder, and by `rf` from stdin."""
    (tmp_path / "m.yaml").write_bytes(b"\xef\xbb\xbf\n " + json.dumps(GOOD).encode())
    (tmp_path / "m.bin").write_bytes(archive(GOOD))
    (tmp_path / "m.keras").write_text(json.dumps(GOOD))
    for path in tmp_path.iterdir():
        assert rfcli.load(path).entries[0].name == "a"
    for data in (json.dumps(GOOD).encode(), archive(GOOD)):
        done = subprocess.run(
            [sys.executable, "-m", "rfcli", "compute", "-f", "json", "-"], input=data, capture_output=True
        )
        assert json.loads(done.stdout)["networks"][0]["layers"][0]["output_size"] == [7, 7], done.stderr


def test_from_keras() -> None:
    model = SimpleNamespace(name="live", to_json=lambda: json.dumps(GOOD))
    assert rfcli.compute(rfcli.from_keras(model)).layers == computed(GOOD).layers
    assert rfcli.from_keras(model).source == "live.json"
    with pytest.raises(rfcli.CallError, match="a Keras model that states its layers is needed, is dict"):
        rfcli.from_keras({})


# --- files of Keras 2 -----------------------------------------------------------------------------------------------

FOLDER = Path(__file__).parent / "keras2"


@pytest.mark.parametrize("name", ["chain", "graph"])
def test_files_of_keras_2(name: str) -> None:
    """Output shapes and parameters are those that Keras 2 states of its own models."""
    figures = json.loads((FOLDER / f"{name}.figures.json").read_text())
    report = rfcli.compute(rfcli.load(FOLDER / f"{name}.json"))
    assert not any(isinstance(one.cost.params, Unknown) for one in report.layers)
    statistics = sum(2 * one.channels for one in report.layers if one.type == "batch_norm" and one.cost.params)
    assert report.total.params == figures["trainable"] == figures["count_params"] - statistics
    for layer, (*space, channels) in figures["shapes"].items():
        found = report.layer(layer)
        sizes = list(found.output_size) if len(space) == 2 else [prod(found.output_size)]
        assert (sizes, found.channels) == (space if len(space) == 2 else [prod(space)], channels), layer


# --- what is wrong --------------------------------------------------------------------------------------------------


def text(model: Any) -> str:
    return json.dumps(model, indent=1)


def at(model: Any, part: str) -> tuple[int, int]:
    """Line and column of a part of the file, in which white space does not count."""
    found = text(model)
    tokens = re.findall(r'"[^"]*"|[\[\]{},:]|[^\[\]{},:\s"]+', part)
    place = re.search(r"\s*".join(map(re.escape, tokens)), found).start()  # type: ignore[union-attr]
    return found[:place].count("\n") + 1, place - (found[:place].rfind("\n") + 1) + 1


def wrong(config: dict[str, Any], kind: str = "Conv2D") -> dict[str, Any]:
    return single((9, 9, 3), kind, config)


CIRCLE = functional(
    [source((8, 8, 3)), new("Add", "a", {}, [["x", "b"]]), new("ReLU", "b", {}, ["a"])], [("b", 0, 0)]
)  # fmt: skip
LOST = functional([source((8, 8, 3)), new("ReLU", "a", {}, ["nobody"])], [("a", 0, 0)])
AGAIN = functional([source((8, 8, 3)), new("ReLU", "a", {}, [("x", 1, 0)])], [("a", 0, 0)])
TWICE = functional([source((8, 8, 3)), new("ReLU", "a", {}, ["x"]), new("ReLU", "a", {}, ["x"])], [("a", 0, 0)])
SECOND = functional([source((8, 8, 3)), new("ReLU", "a", {}, ["x"])], [("a", 0, 3)])
WRONG: dict[str, tuple[Any, list[tuple[Any, str, str]]]] = {
    "kernel": (wrong({"filters": 4, "kernel_size": "wide"}), [('"wide"', "RF012", "kernel_size must be an integer")]),
    "kernel, too long": (wrong({**CONV, "kernel_size": [3, 3, 3]}), [("[3,", "RF012", "must have 2 entries, has 3")]),
    "filters": (wrong({"kernel_size": 3}), [('{"name": "a"', "RF012", "filters is missing")]),
    "stride": (wrong({**CONV, "strides": 0}), [('0}', "RF012", "strides must be at least 1, is 0")]),
    "padding": (wrong({**CONV, "padding": "wide"}), [('"wide"', "RF012", "padding must be one of valid, same, causal")]),
    "causal": (wrong({**CONV, "padding": "causal"}), [('"causal"', "RF012", "causal padding is for 1-D layers")]),
    "flag": (wrong({**CONV, "use_bias": "no"}), [('"no"', "RF012", "use_bias must be true or false, is 'no'")]),
    "too large": (wrong({**CONV, "filters": 9999999999 + 1}), [("10000000000", "RF012", "filters must be at most 9999999999")]),
    "far too large": (wrong({**CONV, "filters": 10**25}), [(str(10**25), "RF011", "an integer of 26 digits, the limit is 20")]),
    "axis": (wrong({"axis": 7}, "BatchNormalization"), [("7}", "RF012", "axis names dimension 7 of 4")]),
    "dims": (wrong({"dims": [1, 1, 2]}, "Permute"), [("[1,1", "RF012", "dims must be an order of 1 to 3")]),
    "pairs": (wrong({"padding": [[1, 2, 3], 1]}, "ZeroPadding2D"), [("[1,", "RF012", "must have pairs")]),
    "shape": (single("xyz", "ReLU", {}), [("[null,\"x\"", "RF012", "batch_shape must be a list")]),
    "two things": (
        chain(source((9, 9, 3)), ("Conv2D", {**CONV, "filters": 0}), ("Conv2D", {**CONV, "groups": "x"})),
        [('0, "kernel_size"', "RF012", "'b': filters must be at least 1, is 0"), ('"x"}}', "RF012", "'c': groups must be an integer")],
    ),
    "circle": (CIRCLE, [('{"class_name": "__keras_tensor__", "config": {"shape": null, "dtype": "float32", "keras_history": ["b"', "RF012", "layers read each other in a circle, through 'b'")]),
    "lost": (LOST, [('{"class_name": "__keras_tensor__"', "RF012", "'nobody' is no layer")]),
    "call": (AGAIN, [('{"class_name": "__keras_tensor__"', "RF012", "'x' has no call 1, it has 1")]),
    "names": (TWICE, [(None, "RF012", "two layers are called 'a'")]),
    "output": (SECOND, [('["a", 0, 3', "RF012", "'a' has no output 3, it has 1")]),
    "no class": ({"class_name": 3, "config": {}}, [("{", "RF012", "it has no class_name")]),
    "subclass": ({"class_name": "Mine", "config": {}}, [("{", "RF012", "does not state its layers")]),
    "no layers": ({"class_name": "Functional", "config": {"name": "x"}}, [('{"name"', "RF012", "without a list of layers")]),
    "empty": (chain(), [('{"name"', "RF012", "a Sequential model without layers")]),
    "late input": (chain(source((8, 8, 3)), source((8, 8, 3), "y")), [(None, "RF012", "an InputLayer inside")]),
    "no outputs": ({**GOOD, "class_name": "Functional"}, [(None, "RF012", "without input_layers")]),
    "axes": (single((2, 3, 4, 5, 6), "ReLU", {}), [(None, "RF012", "an input of 6 dimensions")]),
    "map": (wrong({"filters": 4, "kernel_size": 10}), [('{"class_name": "Conv2D"', "RF305", "the kernel reaches over 10")]),
    "groups": (wrong({**CONV, "groups": 2}), [('{"class_name": "Conv2D"', "RF306", "3 input channels cannot be split")]),
}  # fmt: skip


@pytest.mark.parametrize(("model", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_place(model: Any, expected: Any) -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.compute(loaded(text(model)))
    found = [(one.span.line, one.span.column, one.code, one.message) for one in raised.value.diagnostics]
    assert len(found) == len(expected), found
    for (line, column, code, message), (part, wanted, told) in zip(found, expected, strict=True):
        assert (code, told in message) == (wanted, True), found
        if part is not None:
            assert (line, column) == at(model, part), (found, at(model, part))


def bomb() -> bytes:
    return archive(b'{"class_name":' + b" " * (64 << 20))


def with_method(data: bytes, method: int) -> bytes:
    """An archive whose entries claim another compression."""
    made = bytearray(data)
    for sign, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = made.find(sign)
        while start >= 0:
            made[start + place] = method
            start = made.find(sign, start + 4)
    return bytes(made)


def encrypted(data: bytes) -> bytes:
    made = bytearray(data)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = made.find(sign)
        while start >= 0:
            made[start + place] |= 1
            start = made.find(sign, start + 4)
    return bytes(made)


def many() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for number in range(20_000):
            made.writestr(f"{number:030}", b"")
        made.writestr("config.json", json.dumps(GOOD))
    return stream.getvalue()


@pytest.fixture
def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return archive(GOOD, ("config.json", "config.json"))


ARCHIVES = {
    "bomb": (bomb(), "RF009", "larger than 4194304 bytes"),
    "no entry": (archive(GOOD, ("metadata.json",)), "RF012", "without a 'config.json'"),
    "pytorch": (archive(GOOD, ("net/data.pkl", "net/version")), "RF012", "a PyTorch file is not read"),
    "cut": (archive(GOOD)[:-40], "RF012", "a damaged archive"),
    "start only": (b"PK\x03\x04", "RF012", "a damaged archive"),
    "encrypted": (encrypted(archive(GOOD)), "RF012", "is encrypted"),
    "bzip2": (archive(GOOD, how=zipfile.ZIP_BZIP2), "RF012", "compressed in a way"),
    "method": (with_method(archive(GOOD), 77), "RF012", "compressed in a way"),
    "stored": (with_method(archive(GOOD), 0), "RF012", "a damaged archive"),
    "sum": (archive(GOOD, how=zipfile.ZIP_STORED).replace(b"Conv2D", b"Conv3D", 1), "RF012", "a damaged archive"),
    "entries": (many(), "RF012", "too many entries"),
    "no json": (archive("[1]"), "RF012", "not a Keras model"),
    "bad json": (archive('{"class_name": }'), "RF003", "not well-formed JSON"),
    "binary": (archive(b"{\xff"), "RF002", "not UTF-8"),
}


@pytest.mark.parametrize(("data", "code", "message"), ARCHIVES.values(), ids=ARCHIVES)
def test_bad_archives(data: bytes, code: str, message: str) -> None:
    started = time.process_time()
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(data, "m.keras")
    (problem,) = raised.value.diagnostics
    assert (problem.code, message in problem.message) == (code, True), problem
    assert time.process_time() - started < 5


def test_an_archive_with_two_models(twice: bytes) -> None:
    with pytest.raises(rfcli.DescriptionError, match=r"has 2 entries 'config.json'"):
        rfcli.loads(twice, "m.keras")


def test_places_in_archives() -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(archive(text(wrong({**CONV, "strides": 0}))), "m.keras")
    (problem,) = raised.value.diagnostics
    assert problem.span.path == "m.keras/config.json" and problem.span.line > 1


@pytest.mark.parametrize(
    ("head", "message"),
    [(b"\x89HDF\r\n\x1a\n" + bytes(100), "an HDF5 file is not read"), (b"\x80\x02}q", "not a model"), (b"", "empty")],
)
def test_other_files_of_that_name(head: bytes, message: str) -> None:
    with pytest.raises(rfcli.DescriptionError, match=message):
        rfcli.loads(head, "m.h5" if head else "m.json")


def deep(count: int) -> dict[str, Any]:
    model: dict[str, Any] = single((8, 8, 3), "ReLU", {})
    for _ in range(count):
        model = chain(source((8, 8, 3)), {**model, "name": "inner"})
    return model


def doubling(depth: int, calls: int) -> dict[str, Any]:
    """Models in models, each of which is called so often."""
    inner = functional([source((8, 8, 3)), new("ReLU", "a", {}, ["x"])], [("a", 0, 0)])
    for _ in range(depth):
        nodes = [["x"], *[[("m", number, 0)] for number in range(calls - 1)]]
        part = new("Functional", "m", inner["config"], *nodes, module="keras")
        inner = functional([source((8, 8, 3)), part], [("m", calls, 0)])
    return inner


HOSTILE = {
    "nesting": "{" + '"class_name":{' * 100_000,
    "brackets": '{"class_name": "Sequential", "config": ' + "[" * 1_000_000,
    "models": json.dumps(deep(200)),
    "doubling": json.dumps(doubling(7, 20)),
    "layers": json.dumps(chain(source((8, 8, 3)), *[{"class_name": "ReLU", "config": {"name": str(n)}} for n in range(3000)])),
    "calls": json.dumps(functional([source((8, 8, 3)), new("ReLU", "a", {}, *[["x"]] * 2500)], [("a", n, 0) for n in range(2500)])),
    "inputs": json.dumps(functional([source((8, 8, 3)), old("Add", "a", {}, [["x", 0, 0]] * 30_000)], [("a", 0, 0)])),
    "doubling maps": json.dumps(chain(source((8, 8, 3)), *[{"class_name": "UpSampling2D", "config": {"name": str(n), "size": 2000}} for n in range(3000)])),
    "shapes": json.dumps(chain(source((8, 8, 3)), ("Reshape", {"target_shape": [1] * 30_000}))),
    "constants": json.dumps(functional([source((8, 8, 3)), new("Add", "a", {}, ["x", [[1] * 1000] * 100], module="keras.src.ops.numpy")], [("a", 0, 0)])),
    "wrong layers": json.dumps(chain(source((8, 8, 3)), *[{"class_name": "Dense", "config": {"name": str(n)}} for n in range(3000)])),
    "long names": json.dumps(chain(source((8, 8, 3)), {"class_name": "x" * 60_000, "config": {"name": "y/" * 30_000}})),
    "controls": json.dumps(chain(source((8, 8, 3)), {"class_name": "\x1b[31m\u202e$(x)\n", "config": {"name": "\x1b$(1/0)"}})),
}  # fmt: skip


@pytest.mark.parametrize("model", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_soon(model: str) -> None:
    started = time.process_time()
    try:
        rfcli.compute(rfcli.loads(model, "m.json"))
    except rfcli.DescriptionError as error:
        assert error.diagnostics
    assert time.process_time() - started < 20


def test_unknown_names_are_printed_safely() -> None:
    report = rfcli.compute(rfcli.loads(HOSTILE["controls"], "m.json"))
    reason = report.layers[0].receptive_field.size[0].reason
    assert "\x1b" not in reason and "$(x)" in reason


MUTATED = [
    GOOD, nested("Functional", 3), nested("Functional", 2), nested("Sequential", 2), CIRCLE, OLD_SEQUENTIAL,
    *(functional([source((8, 9, 4)), layer], [("a", 0, 0)]) for layer, _ in OPERATIONS.values()),
    *(single(shape, kind, config) for shape, kind, config, _ in WINDOWS.values()),
    *(single((8, 9, 3), kind, config) for kind, config, _, _ in NORMS.values()),
]  # fmt: skip
JUNK: list[Any] = [None, True, 0, -1, 1.5, 10**9, "", "x", "same", [], [[]], [0], ["x", 0, 0], [None, -3], {}, {"items": []},
                   {"class_name": "__keras_tensor__"}, {"class_name": "__tuple__", "items": 3}, {"name": "x"}]  # fmt: skip


def mutated(value: Any, chance: random.Random) -> Any:
    """The value with one part of it replaced, removed or doubled."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        if chance.random() < 0.1:
            return {name: one for name, one in value.items() if name != key}
        return {**value, key: mutated(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        if chance.random() < 0.15:
            return [*value[:place], value[place], *value[place + chance.randrange(2) :]]
        return [*value[:place], mutated(value[place], chance), *value[place + 1 :]]
    return chance.choice(JUNK)


def test_damaged() -> None:
    """Whatever stands in a file, it is read or refused, with the place."""
    chance, outcomes = random.Random(11), {"read": 0, "refused": 0}
    for number in range(1000):
        model = MUTATED[number % len(MUTATED)]
        for _ in range(chance.choice([1, 1, 2, 4])):
            model = mutated(model, chance)
        if not isinstance(model, dict):
            continue
        try:
            rfcli.compute(rfcli.loads(json.dumps(model), "m.keras"))
            outcomes["read"] += 1
        except rfcli.DescriptionError as error:
            assert all(one.span.line >= 1 and one.span.column >= 1 for one in error.diagnostics)
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 200, outcomes


def test_damaged_archives() -> None:
    good, chance = archive(nested("Functional", 3)), random.Random(12)
    outcomes = set()
    for _ in range(300):
        bad = bytearray(good)
        for _ in range(chance.choice([1, 2, 8])):
            bad[chance.randrange(4, len(bad))] = chance.randrange(256)
        try:
            rfcli.compute(rfcli.loads(bytes(bad), "m.keras"))
            outcomes.add("read")
        except rfcli.DescriptionError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
