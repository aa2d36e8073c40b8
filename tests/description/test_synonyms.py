"""Words that other tools and people use lead to the right layer type."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

import rfcli
from rfcli.description.format import ITEMS
from rfcli.description.mapping import node_of
from rfcli.description.mending import key_said
from rfcli.description.synonyms import behind, key_meant, left_out, meant, type_meant, value_meant
from rfcli.description.vocabulary import SAID

WORDS = {
    "deconv": "conv_transpose", "Deconvolution": "conv_transpose", "upconv": "conv_transpose",
    "ConvTranspose2d": "conv_transpose", "transposed_conv": "conv_transpose", "Conv2DTranspose": "conv_transpose",
    "se": "squeeze_excite", "SEBlock": "squeeze_excite", "conv2d": "conv", "Conv3d": "conv", "convolution": "conv",
    "maxpool": "max_pool", "MaxPool2d": "max_pool", "MaxPooling2D": "max_pool", "AvgPool1d": "avg_pool",
    "AveragePooling2D": "avg_pool", "GAP": "global_avg_pool", "GlobalAveragePooling2D": "global_avg_pool",
    "AdaptiveAvgPool2d": "adaptive_avg_pool", "bn": "batch_norm", "BatchNorm2d": "batch_norm",
    "BatchNormalization": "batch_norm", "LayerNorm": "layer_norm", "GroupNorm": "group_norm",
    "dense": "linear", "fc": "linear", "Linear": "linear", "ReLU": "relu", "LeakyReLU": "leaky_relu", "hswish": "hard_swish",
    "Dropout2d": "dropout", "dwconv": "depthwise_conv", "SeparableConv2D": "separable_conv", "sepconv": "separable_conv",
    "interpolate": "upsample", "UpSampling2D": "upsample", "PixelShuffle": "pixel_shuffle", "unpool": "max_unpool",
    "ZeroPadding2D": "pad", "ReflectionPad2d": "pad", "Cropping2D": "crop", "cat": "concat", "Concatenate": "concat",
    "sum": "add", "mul": "multiply", "skip": "residual", "BasicBlock": "residual", "parallel": "branches",
    "Sequential": "sequence", "MultiheadAttention": "attention", "mhsa": "attention", "xcorr": "correlation",
    "nn.Conv2d": "conv", "torch.nn.ReLU": "relu", "keras.layers.Dense": "linear", "tf.keras.layers.MaxPool2D": "max_pool",
    "Gemm": "linear", "InnerProduct": "linear", "Convolution": "conv", "squeeze": "identity", "aspp": "branches", "LSTM": "lstm", "linear_layer": "linear",
}  # fmt: skip
LISTS = {
    "pool": "max_pool, avg_pool, lp_pool or global_avg_pool",
    "activation": "relu, gelu, silu, sigmoid, tanh or another by its name",
    "norm": "batch_norm, layer_norm, instance_norm or group_norm",
    "downsample": "a conv or pool with a stride, or resize with scale: 0.5",
    "blur_pool": "depthwise_conv with the same kernel and stride, and params: 0",
    "deformable_conv": "custom with unknown: the network itself says where it reads",
    "Reshape": "flatten, pixel_shuffle (which makes maps of features, of 4x4 samples with scale: 4), or nothing, where "
    "only dimensions change places",
    "ConvLSTM2D": "custom: what it sees of a frame grows by one kernel with each step",
    "InvertedResidual": "residual, with conv, depthwise_conv and conv",
}


@pytest.mark.parametrize("word", WORDS)
def test_words(word: str) -> None:
    assert meant(word, ITEMS) == f"did you mean '{WORDS[word]}'?"


@pytest.mark.parametrize("word", LISTS)
def test_words_of_many_types(word: str) -> None:
    assert meant(word, ITEMS) == f"did you mean {LISTS[word]}?"


def test_every_type_that_is_named_is_one() -> None:
    named = {word for help in SAID for word in re.findall(r"'(\w+)'|(\w+_\w+)", help) for word in word if word}
    assert named <= set(ITEMS)
    assert not [word for words in SAID.values() for word in words.split() if word in ITEMS]


def test_others_are_left_to_the_nearest() -> None:
    assert [meant(word, ITEMS) for word in ("konv", "", "blah")] == ["", "", ""]


def test_in_items_and_in_defaults() -> None:
    with pytest.raises(rfcli.DescriptionError) as error:
        rfcli.load({"format": 1, "defaults": {"deconv": {"stride": 2}}, "layers": [{"type": "se"}, {"type": "konv"}]})
    assert {one.help for one in error.value.diagnostics} == {
        "did you mean 'conv_transpose'?", "write {type: squeeze_excite}", "did you mean 'conv'?"
    }  # fmt: skip


def said(word: str, known: Iterable[str]) -> str:
    """What is said of a key whose value tells nothing."""
    found = key_said(word, node_of({word: {}}, "layer"), known)
    return "" if found is None else found.text


@pytest.mark.parametrize(
    ("kind", "word", "key"),
    [
        ("conv", "kernel_size", "kernel"), ("conv", "strides", "stride"), ("conv", "rate", "dilation"), ("conv", "size", "kernel"),
        ("max_pool", "pool_size", "kernel"), ("conv", "pads", "padding"), ("linear", "out_features", "units"),
        ("upsample", "scale_factor", "scale"), ("pixel_shuffle", "upscale_factor", "scale"), ("conv", "n_filters", "filters"),
        ("relu", "from", "inputs"), ("conv", "times", "repeat"),
    ],
)  # fmt: skip
def test_keys(kind: str, word: str, key: str) -> None:
    assert said(word, ITEMS[kind]) == f"did you mean '{key}'?"
    assert not said(word, ["other"])


FOUND = {
    ("conv", "out_channels"): "filters", ("conv", "kernel_size"): "kernel", ("conv", "strides"): "stride",
    ("conv", "dilation_rate"): "dilation", ("conv", "pads"): "padding", ("conv", "num_output"): "filters",
    ("conv", "group"): "groups", ("conv", "use_bias"): "bias", ("linear", "out_features"): "units",
    ("linear", "num_output"): "units", ("max_pool", "pool_size"): "kernel", ("upsample", "scale_factor"): "scale",
    ("group_norm", "num_groups"): "groups", ("residual", "body"): "layers", ("dropout", "p"): "rate", ("lstm", "hidden_size"): "units",
}  # fmt: skip
LEFT_OUT = {
    ("conv", "in_channels"): "leave it out: the input channels follow from the layer before",
    ("linear", "in_features"): "leave it out: the input channels follow from the layer before",
    ("batch_norm", "num_features"): "leave it out: the input channels follow from the layer before",
    ("relu", "inplace"): "leave it out: it changes no field, size or cost",
    ("conv", "activation"): "an activation is a layer of its own, behind this one: {type: relu}",
}


@pytest.mark.parametrize(("type", "key"), FOUND)
def test_keys_of_other_tools(type: str, key: str) -> None:
    assert key_meant(key, ITEMS[type]) == FOUND[type, key]
    assert said(key, ITEMS[type]) == f"did you mean '{FOUND[type, key]}'?"


@pytest.mark.parametrize(("type", "key"), LEFT_OUT)
def test_keys_that_have_no_word_here(type: str, key: str) -> None:
    assert key_meant(key, ITEMS[type]) is None
    assert said(key, ITEMS[type]) == LEFT_OUT[type, key]


def test_a_type_that_is_meant_is_one() -> None:
    assert [type_meant(word, ITEMS) for word in ("conv", "Conv2d", "pool", "nowhere")] == ["conv", "conv", None, None]


@pytest.mark.parametrize(
    ("item", "help"),
    [
        ("{conv: {kernel: 3, filters: 8}}", "write {type: conv, kernel: 3, filters: 8}"),
        ("{name: a, nn.Conv2d: {in_channels: 3, out_channels: 8, kernel_size: [3, 1], bias: false}}",
         "write {type: conv, name: a, filters: 8, kernel: [3, 1], bias: false}"),
        ("{max_pool: 2}", "write {type: max_pool, kernel: 2}"),
        ("{ReLU: }", "write {type: relu}"),
        ("{dense: 10}", "write {type: linear, units: 10}"),
        ("{residual: [{type: relu}]}", "write {type: residual, layers: [...]}"),
        ("{kernel: 3}", "for example type: conv"),
    ],
)  # fmt: skip
def test_a_type_as_a_key(item: str, help: str) -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(f"format: 1\nlayers:\n  - {item}\n")
    found = [one for one in raised.value.diagnostics if one.code == "RF102"]
    assert [one.help for one in found] == [help]


@pytest.mark.parametrize(
    ("value", "key", "boolean", "found"),
    [
        ("(3, 3)", "kernel", False, [3, 3]), ("((1, 1), (0, 1))", "padding", False, [[1, 1], [0, 1]]),
        ("3x3", "kernel", False, [3, 3]), ("[2,2]", "stride", False, [2, 2]), ("no", "bias", True, False),
        ("True", "bias", True, True), (1, "ceil_mode", True, True), (0, "bias", True, False), (2, "bias", True, None),
        ("constant", "padding_mode", False, "zeros"), ("zeros", "padding_mode", False, None),
        ("SAME_UPPER", "padding", False, "same"), ("valid", "padding", False, None), ("VALID", "padding", False, "valid"),
        (True, "coordinates", False, "align_corners"), ("sum", "merge", False, "add"), ("16 kHz", "rate", False, 16000),
        ("nearest-exact", "mode", False, "nearest"), ("(1, x)", "kernel", False, None), ("(" * 60, "kernel", False, None),
    ],
)  # fmt: skip
def test_values(value: object, key: str, boolean: bool, found: object) -> None:
    meant = value_meant(value, key, boolean)
    assert (None if meant is None else meant[0]) == found


def test_keys_that_are_layers() -> None:
    assert behind("activation") == ("an activation", "relu") and behind("kernel") is None
    assert left_out("in_channels").startswith("leave it out") and not left_out("kernel")
