"""Layers in other tools' words, put into ours."""

import pytest

from rfcli.description.format import ITEMS
from rfcli.description.translating import KEYS_OF, flow, pair_meant, translated

CALLS = {
    "relu": "{type: relu}", "F.relu": "{type: relu}", "nn.ReLU()": "{type: relu}", "ReLU(inplace=True)": "{type: relu}",
    "torch.cat": "{type: concat}", "Add": "{type: add}", "Flatten()": "{type: flatten}",
    "conv 3x3 64": "{type: conv, kernel: 3, filters: 64}",
    "3x3 conv, 64, s2": "{type: conv, kernel: 3, filters: 64, stride: 2}",
    "conv 3x1 64 d=2 same": "{type: conv, kernel: [3, 1], filters: 64, dilation: 2, padding: same}",
    "maxpool 2": "{type: max_pool, kernel: 2}", "dense 10": "{type: linear, units: 10}",
    "dropout 0.5": "{type: dropout, rate: 0.5}",
    "Conv2d(3, 64, 3)": "{type: conv, filters: 64, kernel: 3}",
    "nn.Conv2d(64, 128, kernel_size=(3, 1), padding=1, bias=False)":
        "{type: conv, filters: 128, kernel: [3, 1], padding: 1, bias: false}",
    "nn.Conv2d(3, 8, 3, 2, 1, 1, 1, False, 'reflect')":
        "{type: conv, filters: 8, kernel: 3, stride: 2, padding: 1, dilation: 1, groups: 1, bias: false, "
        "padding_mode: reflect}",
    "Conv2D(64, (3, 3), strides=2, padding='SAME', activation='relu')":
        "{type: conv, filters: 64, kernel: [3, 3], stride: 2, padding: same} {type: relu}",
    "keras.layers.Conv2D(64, 3)(x)": "{type: conv, filters: 64, kernel: 3}",
    "layers.Dense(10, activation='softmax')": "{type: linear, units: 10} {type: softmax}",
    "nn.Linear(512, 10)": "{type: linear, units: 10}",
    "nn.ConvTranspose2d(64, 32, 2, stride=2)": "{type: conv_transpose, filters: 32, kernel: 2, stride: 2}",
    "Conv2DTranspose(32, 2, strides=2)": "{type: conv_transpose, filters: 32, kernel: 2, stride: 2}",
    "SeparableConv2D(128, 3)": "{type: separable_conv, filters: 128, kernel: 3}",
    "DepthwiseConv2D(3, 2)": "{type: depthwise_conv, kernel: 3, stride: 2}",
    "MaxPool2d(2, 2)": "{type: max_pool, kernel: 2, stride: 2}", "MaxPooling2D()": "{type: max_pool, kernel: 2}",
    "AdaptiveAvgPool2d(1)": "{type: adaptive_avg_pool, output_size: 1}",
    "Upsample(scale_factor=2)": "{type: upsample, scale: 2}",
    "nn.Upsample(None, 2, 'bilinear', True)": "{type: upsample, scale: 2, mode: bilinear, coordinates: align_corners}",
    "UpSampling2D((2, 2), interpolation='bilinear')": "{type: upsample, scale: [2, 2], mode: bilinear}",
    "LeakyReLU(0.1)": "{type: leaky_relu}", "Dropout(0.5)": "{type: dropout, rate: 0.5}",
    "ZeroPadding2D(((1, 1), (0, 1)))": "{type: pad, padding: [[1, 1], [0, 1]]}",
    "ZeroPad2d((1, 2, 3, 4))": "{type: pad, padding: [[3, 4], [1, 2]]}",
    "nn.ReflectionPad2d(3)": "{type: pad, padding_mode: reflect, padding: 3}",
    "Cropping2D(((1, 2), (3, 4)))": "{type: crop, cropping: [[1, 2], [3, 4]]}",
    "nn.BatchNorm2d(64)": "{type: batch_norm}", "nn.GroupNorm(8, 64)": "{type: group_norm, groups: 8}",
    "nn.LSTM(40, 128, 2, bidirectional=True)": "{type: lstm, units: 128, depth: 2, bidirectional: true}",
    "LSTM(128)": "{type: lstm, units: 128, last: true, single_bias: true}",
    "LSTM(64, return_sequences=True)": "{type: lstm, units: 64, single_bias: true}",
    "GRU(64, return_sequences=True)": "{type: gru, units: 64}",
    "nn.InstanceNorm2d(64)": "{type: instance_norm, scale: false, bias: false}",
    "nn.InstanceNorm2d(64, affine=True)": "{type: instance_norm}",
    "nn.BatchNorm2d(64, affine=False)": "{type: batch_norm, scale: false, bias: false}",
    "nn.LayerNorm(64, elementwise_affine=False)": "{type: layer_norm, scale: false, bias: false}",
    "nn.RMSNorm(64)": "{type: layer_norm, bias: false}", "PixelNorm()": "{type: layer_norm, scale: false, bias: false}",
    "FrozenBatchNorm2d(64)": "{type: batch_norm, params: 0}",
    "nn.UpsamplingBilinear2d(scale_factor=2)":
        "{type: upsample, mode: bilinear, coordinates: align_corners, scale: 2}",
    "bilinear 2": "{type: upsample, mode: bilinear, scale: 2}", "nearest 2": "{type: upsample, scale: 2}",
    "nn.CircularPad2d(1)": "{type: pad, padding_mode: circular, padding: 1}",
    "BiLSTM(units=64)": "{type: lstm, bidirectional: true, units: 64}", "nn.PixelShuffle(2)": "{type: pixel_shuffle, scale: 2}",
    "SqueezeExcitation(64, 16)": "{type: squeeze_excite, units: 16}",
    "Activation('relu')": "{type: relu}",
    "nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())":
        "{type: sequence, layers: [{type: conv, filters: 8, kernel: 3}, {type: relu}]}",
    "ConvBNReLU(3, 64, 3)": "{type: conv, filters: 64, kernel: 3} {type: batch_norm} {type: relu}",
    "Conv1x1(64, 8)": "{type: conv, kernel: 1, filters: 8}", "frobnicate(3)": "", "nowhere": "", "3x3": "", "Conv2d(": "", "conv 3 4 5 6 7 8": "",
    "__import__('os').system('true')": "", "nn.Sequential(*layers)": "", "conv " * 9: "", "relu(" + "(" * 300: "",
}  # fmt: skip
ITEMS_OF_OTHERS = [
    ({"Conv2d": {"in_channels": 3, "out_channels": 8}}, "{type: conv, filters: 8}"),
    ({"name": "a", "conv": "3x3 64"}, "{type: conv, name: a, kernel: 3, filters: 64}"),
    ({"max_pool": 2, "repeat": 2}, "{type: max_pool, repeat: 2, kernel: 2}"),
    ({"concat": ["a", "b"]}, "{type: concat, inputs: [a, b]}"),
    ({"conv": {"filters": "$(2 * w)"}}, "{type: conv, filters: $(2 * w)}"),
    ({"op_type": "Conv", "kernel_shape": [7, 7], "strides": [2, 2], "pads": [3, 3, 3, 3], "auto_pad": "NOTSET"},
     "{type: conv, kernel: [7, 7], stride: [2, 2], padding: 3}"),
    ({"type": "Conv", "kernel_shape": [3, 5], "pads": [1, 2, 1, 2]}, "{type: conv, kernel: [3, 5], padding: [1, 2]}"),
    ({"type": "Conv", "kernel_shape": [3, 3], "pads": [0, 0, 1, 1]},
     "{type: conv, kernel: [3, 3], padding: [[0, 1], [0, 1]]}"),
    ({"type": "Conv", "auto_pad": "SAME_UPPER", "group": 2}, "{type: conv, padding: same, groups: 2}"),
    ({"type": "MaxPool", "kernel_shape": [3, 3]}, "{type: max_pool, kernel: [3, 3], stride: 1}"),
    ({"type": "MaxPool2d", "kernel_size": 3}, "{type: max_pool, kernel: 3}"),
    ({"type": "Resize", "scales": [1, 1, 2, 2], "mode": "linear"}, "{type: resize, scale: [2, 2], mode: linear}"),
    ({"type": "Pooling", "pooling_param": {"pool": "MAX", "kernel_size": 3, "stride": 2}},
     "{type: max_pool, kernel: 3, stride: 2, ceil_mode: true}"),
    ({"type": "Pooling", "pool": "AVE", "kernel_size": 7}, "{type: avg_pool, kernel: 7, stride: 1, ceil_mode: true}"),
    ({"type": "Convolution", "num_output": 96, "kernel_size": 11, "pad": 2, "bottom": "data", "top": "conv1"},
     "{type: conv, inputs: [data], filters: 96, kernel: 11, padding: 2}"),
    ({"type": "Eltwise", "operation": "SUM", "bottom": ["a", "b"]}, "{type: add, inputs: [a, b]}"),
    ({"type": "Eltwise", "operation": "PROD", "bottom": ["a", "b"]}, "{type: multiply, inputs: [a, b]}"),
    ({"type": "InnerProduct", "num_output": 10}, "{type: linear, units: 10}"),
    ({"type": "LRN", "local_size": 5, "alpha": 1e-4}, "{type: lrn, size: 5}"),
    ({"class_name": "Conv2D", "config": {"filters": 64, "kernel_size": [3, 3], "dtype": "float32"}},
     "{type: conv, filters: 64, kernel: [3, 3]}"),
    ({"type": "UpSampling2D", "size": "(2, 2)"}, "{type: upsample, scale: [2, 2]}"),
    ({"type": "Activation", "activation": "swish"}, "{type: swish}"),
    ({"type": "SELayer", "channel": 64, "reduction": 16}, "{type: squeeze_excite, units: 4}"),
    ({"type": "SELayer", "reduction": 16}, "{type: squeeze_excite, reduction: 16}"),
    ({"type": "Chomp1d", "chomp_size": 2}, "{type: crop, cropping: [[0, 2]]}"),
    ({"type": "CausalConv1d", "kernel_size": 3}, "{type: conv, padding: causal, kernel: 3}"),
    ({"type": "Conv2d", "kernel_size": "3x3", "bias": "False", "norm": True, "act": "nn.SiLU()", "dropout": 0.2},
     "{type: conv, kernel: [3, 3], bias: false} {type: batch_norm} {type: silu} {type: dropout, rate: 0.2}"),
    ({"conv1": "nn.Conv2d(3, 64, 7, stride=2)"}, "{type: conv, name: conv1, filters: 64, kernel: 7, stride: 2}"),
    ({"conv1": {"type": "Conv2d", "kernel_size": 3}}, "{type: conv, name: conv1, kernel: 3}"),
    ({"conv1": {"name": "a", "type": "relu"}}, ""), ({"conv1": "of my own"}, ""), ({"stem": "Conv2D(8, 3, activation='relu')"}, ""),
    ({"layer": "MaxPool2d", "args": [3, 2, 1]}, "{type: max_pool, kernel: 3, stride: 2, padding: 1}"),
    ({"class": "Conv2d", "params": {"kernel_size": 3}}, "{type: conv, kernel: 3}"),
    ({"type": "fc", "num_classes": 10}, "{type: linear, units: 10}"),
    ({"type": "Dense", "units": 10, "activation": None}, "{type: linear, units: 10}"),
    ([-1, 1, "Conv", [64, 3, 2]], "{type: conv, kernel: 3, filters: 64, stride: 2, padding: 1, bias: false}"),
    ([-1, 1, "nn.Upsample", ["None", 2, "nearest"]], "{type: upsample, scale: 2, mode: nearest}"),
    ([[-1, 6], 1, "Concat", [1]], ""), ([-1, 3, "C2f", [128, True]], ""), (3, ""), (None, ""), ({}, ""),
    ({"kernel": 3}, ""), ({"type": 3}, ""),
]  # fmt: skip


@pytest.mark.parametrize("text", CALLS)
def test_words_and_calls(text: str) -> None:
    assert " ".join(map(flow, translated(text, ITEMS))) == CALLS[text]


@pytest.mark.parametrize(("item", "ours"), ITEMS_OF_OTHERS)
def test_items(item: object, ours: str) -> None:
    assert " ".join(map(flow, translated(item, ITEMS))) == ours


def test_the_keys_are_those_of_the_format() -> None:
    assert {type: set(keys) for type, keys in KEYS_OF.items()} == {type: set(keys) for type, keys in ITEMS.items()}


def test_pairs() -> None:
    assert pair_meant("align_corners", False, ITEMS["upsample"]) == ("coordinates", "half_pixel")
    assert pair_meant("bottom", "a", ITEMS["add"]) == ("inputs", ["a"])
    assert pair_meant("kernel_size", "3", ITEMS["conv"]) == ("kernel", 3)
    assert pair_meant("nothing", 3, ITEMS["conv"]) is None


@pytest.mark.parametrize(
    ("value", "yaml"),
    [
        ("same", "same"), ("no", '"no"'), ("a b", '"a b"'), ("$(2 * w)", "$(2 * w)"), ("$(f(a, b))", '"$(f(a, b))"'),
        ("", '""'), ("3", '"3"'), (None, "null"), (True, "true"), ([1, [2]], "[1, [2]]"), ({"a": {}}, "{a: {}}"),
    ],
)  # fmt: skip
def test_yaml_in_one_line(value: object, yaml: str) -> None:
    import json

    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Problems
    from rfcli.description.source import YAML, read_text

    assert flow(value) == yaml
    assert json.loads(flow(value, quoted=True)) == value
    root = read_text(f"it: {yaml}\nin: [{yaml}]\n", "net.yaml", Limits(), Problems(), YAML)
    assert root is not None and root.plain() == {"it": value, "in": [value]}


def test_paddings_of_darknet() -> None:
    """`pad` says there whether a convolution keeps the size, and a pool of stride 1 keeps it anyway."""
    conv = {"type": "convolutional", "size": 5, "stride": 1, "filters": 8}
    assert [translated({**conv, "pad": pad}, KEYS_OF)[0]["padding"] for pad in (0, 1)] == [0, 2]
    assert translated({"type": "conv", "size": 7, "pad": 1}, KEYS_OF) == [{"type": "conv", "kernel": 7, "padding": 3}]
    assert translated({"type": "conv", "kernel_size": 5, "pad": 1}, KEYS_OF)[0]["padding"] == 1, "Caffe's are samples"
    pools = [translated({"type": "maxpool", "size": 2, "stride": stride}, KEYS_OF)[0] for stride in (1, 2)]
    assert [one.get("padding") for one in pools] == ["same", None]
