"""Windows that slide: convolutions and pools."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from readers.keras.keras_files import (
    CONV,
    SAME,
    computed,
    functional,
    new,
    single,
    source,
)
from readers.keras.rows import Row, aliased, rows_held, tf


def window(type: str, padding: Any = "valid", **parameters: Any) -> Any:
    return [(type, {**({} if padding is None else {"padding": padding}), **parameters})]


ROWS = [
    Row("Conv1D", {"filters": 4, "kernel_size": 3}, (9, 2), window("conv", filters=4, kernel=3)),
    Row("Conv1D", {"filters": 4, "kernel_size": 3, "dilation_rate": 2, "padding": "causal"}, (9, 2),
        window("conv", filters=4, padding="causal", kernel=3, dilation=2)),
    Row("Conv2D", {"filters": 4, "kernel_size": [3, 5]}, (7, 8, 2), window("conv", filters=4, kernel=[3, 5])),
    Row("Conv2D", {"filters": 4, "kernel_size": [3, 5], "strides": [2, 3], "use_bias": False, **SAME}, (7, 8, 2),
        window("conv", filters=4, bias=False, padding="same", kernel=[3, 5], stride=[2, 3])),
    Row("Conv2D", {"filters": 4, "kernel_size": [3, 3], "dilation_rate": [2, 1], "groups": 2, **SAME}, (7, 8, 4),
        window("conv", filters=4, padding="same", groups=2, kernel=3, dilation=[2, 1])),
    Row("Conv2D", {"filters": 4, "kernel_size": [3, 5], "data_format": "channels_first"}, (2, 7, 8),
        window("conv", filters=4, kernel=[3, 5]), keras=""),
    Row("Conv2D", {"filters": 2, "kernel_size": 3, "activation": "relu"}, (7, 8, 2),
        window("conv", filters=2, kernel=3), coarse=True),
    Row("Conv3D", {"filters": 3, "kernel_size": [1, 2, 3], **SAME}, (3, 4, 5, 2),
        window("conv", filters=3, padding="same", kernel=[1, 2, 3])),
    Row("SeparableConv1D", {"filters": 5, "kernel_size": 3, "use_bias": False}, (9, 4),
        window("separable_conv", filters=5, bias=False, kernel=3)),
    Row("SeparableConv2D", {"filters": 5, "kernel_size": [3, 3], "depth_multiplier": 2}, (7, 8, 4),
        window("separable_conv", filters=5, depth_multiplier=2, kernel=3)),
    Row("DepthwiseConv1D", {"kernel_size": 2}, (9, 4), window("depthwise_conv", kernel=2)),
    Row("DepthwiseConv2D", {"kernel_size": [3, 3], "depth_multiplier": 3, "strides": [2, 2], **SAME}, (7, 8, 4),
        window("depthwise_conv", depth_multiplier=3, padding="same", kernel=3, stride=2)),
    Row("Conv1DTranspose", {"filters": 4, "kernel_size": 2, "strides": 3}, (5, 2),
        window("conv_transpose", filters=4, kernel=2, stride=3, output_padding=1, padding=None)),
    Row("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2, **SAME}, (4, 5, 2),
        window("conv_transpose", filters=4, padding="same", kernel=3, stride=2)),
    Row("Conv3DTranspose", {"filters": 1, "kernel_size": 2, "strides": 2}, (2, 3, 2, 1),
        window("conv_transpose", filters=1, padding=None, kernel=2, stride=2)),
    Row("LocallyConnected1D", {"filters": 4, "kernel_size": 3, "strides": 2}, (9, 2),
        window("conv", filters=4, kernel=3, stride=2, params=4 * 4 * 7), keras=""),
    Row("LocallyConnected2D", {"filters": 4, "kernel_size": [3, 2], "use_bias": False}, (5, 4, 2),
        window("conv", filters=4, kernel=[3, 2], params=3 * 3 * 4 * 12, bias=False), keras=""),
    Row("LocallyConnected2D", {"filters": 4, "kernel_size": 3, "data_format": "channels_first"}, (2, 5, 4),
        window("conv", filters=4, kernel=3, params=3 * 2 * 4 * 19), keras=""),
    Row("LocallyConnected1D", {"filters": 4, "kernel_size": 3, "padding": "same", "implementation": 2}, (9, 2), [
        ("custom", {"unknown": "LocallyConnected1D: how many weights it has is not known"}),
    ], keras=""),
    Row("MaxPooling1D", {"pool_size": 2, "strides": None}, (9, 2), window("max_pool", kernel=2, stride=2)),
    Row("MaxPooling2D", {"pool_size": [2, 3]}, (7, 8, 2), window("max_pool", kernel=[2, 3], stride=[2, 3])),
    Row("MaxPooling3D", {"pool_size": 2, "strides": 1}, (3, 4, 3, 2), window("max_pool", kernel=2, stride=1)),
    Row("AveragePooling1D", {"pool_size": 3, "strides": 1}, (9, 2), window("avg_pool", kernel=3, stride=1)),
    Row("AveragePooling2D", {"pool_size": [3, 3], "strides": [2, 1], **SAME}, (7, 8, 2),
        window("avg_pool", padding="same", kernel=3, stride=[2, 1])),
    Row("ExtractPatches", {"size": [2, 3], "strides": None, "padding": "valid"}, (6, 7, 2),
        window("custom", kernel=[2, 3], stride=[2, 3], filters=12, params=0, macs=0), module="keras.src.ops.image"),
    Row("ExtractPatches", {"size": 3, "strides": 1, "dilation_rate": 2, "padding": "same"}, (7, 8, 2),
        window("custom", "same", kernel=3, dilation=2, filters=18, params=0, macs=0), module="keras.src.ops.image"),
    *tf("image.extract_patches", {"sizes": [1, 3, 3, 1], "strides": [1, 2, 2, 1], "rates": [1, 1, 1, 1],
                                  "padding": "VALID"}, (7, 8, 2),
        window("custom", kernel=3, stride=2, filters=18, params=0, macs=0)),
    Row("AveragePooling3D", {"pool_size": [1, 2, 2]}, (3, 4, 5, 2),
        window("avg_pool", kernel=[1, 2, 2], stride=[1, 2, 2])),
]  # fmt: skip
ALIASES = {
    "Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "Convolution3D": "Conv3D",
    "Convolution1DTranspose": "Conv1DTranspose", "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3DTranspose": "Conv3DTranspose", "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose", "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D", "MaxPool1D": "MaxPooling1D", "MaxPool2D": "MaxPooling2D",
    "MaxPool3D": "MaxPooling3D", "AvgPool1D": "AveragePooling1D", "AvgPool2D": "AveragePooling2D",
    "AvgPool3D": "AveragePooling3D",
}  # fmt: skip
"""Other names of classes, and those under which Keras saves them."""
ROWS += aliased(ALIASES, ROWS)
LAST = {"data_format": "channels_last"}
NN = "keras.src.ops.nn"
ROWS += [
    Row("MaxPool", {"pool_size": 2, "strides": None, "padding": "valid", **LAST}, (7, 8, 2),
        window("max_pool", kernel=2, stride=2), module=NN),
    Row("MaxPool", {"pool_size": [2, 3], "strides": [1, 2], "padding": "same", **LAST}, (7, 8, 2),
        window("max_pool", "same", kernel=[2, 3], stride=[1, 2]), module=NN),
    Row("AveragePool", {"pool_size": 3, "strides": 2, "padding": "same", **LAST}, (9, 2),
        window("avg_pool", "same", kernel=3, stride=2), module=NN),
    *tf("nn.max_pool", {"ksize": 2, "strides": 2, "padding": "VALID"}, (7, 8, 2), window("max_pool", kernel=2, stride=2)),
    *tf("nn.max_pool1d", {"ksize": 2, "strides": 1, "padding": "SAME"}, (9, 2), window("max_pool", "same", kernel=2, stride=1)),
    *tf("nn.max_pool2d", {"ksize": [1, 2, 3, 1], "strides": [1, 1, 2, 1], "padding": "VALID"}, (7, 8, 2),
        window("max_pool", kernel=[2, 3], stride=[1, 2])),
    *tf("nn.avg_pool", {"ksize": [2, 3], "strides": 1, "padding": "SAME"}, (7, 8, 2),
        window("avg_pool", "same", kernel=[2, 3], stride=1)),
    *tf("nn.avg_pool1d", {"ksize": 3, "strides": 3, "padding": "VALID"}, (9, 2), window("avg_pool", kernel=3, stride=3)),
    *tf("nn.avg_pool2d", {"ksize": 3, "strides": 2, "padding": "VALID", "data_format": "NHWC"}, (7, 8, 2),
        window("avg_pool", kernel=3, stride=2)),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)


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


@pytest.mark.parametrize("padding", ["same", "causal"])
@pytest.mark.parametrize(("rank", "first"), [(1, False), (2, False), (2, True), (3, False)])
def test_gates_by_a_convolution_over_channels(rank: int, first: bool, padding: str) -> None:
    """Efficient channel attention (Wang et al. 2020): each channel by its neighbours' means over the whole map."""
    space, form = [7, 6, 5][:rank], {"data_format": "channels_first" if first else "channels_last"}
    layers = [
        source([4, *space] if first else [*space, 4]), new(f"GlobalAveragePooling{rank}D", "p", form, ["x"]),
        new("Reshape", "r", {"target_shape": [4, 1]}, ["p"]),
        new("Conv1D", "c", {"filters": 1, "kernel_size": 3, "padding": padding}, ["r"]),
        new("Reshape", "s", {"target_shape": [4, *[1] * rank] if first else [*[1] * rank, 4]}, ["c"]),
        new("Multiply", "m", {}, [["x", "s"]]),
    ]  # fmt: skip
    report = computed(functional(layers, [("m", 0, 0)]))
    gated = report.layer("m")
    assert (gated.output_size, gated.channels, report.total.params) == (tuple(space), 4, 3 + 1)
    assert (gated.receptive_field.size, gated.receptive_field.globally) == ((1,) * rank, True)
