"""Convolutions and pools."""

from __future__ import annotations

from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "Conv2D same": ["conv(filters=5, kernel=3, padding=same, stride=2)"],
    "Conv2D valid": ["conv(filters=5, kernel=[3, 2], padding=valid, stride=[2, 1])"],
    "Conv2D dilated": ["conv(dilation=2, filters=5, kernel=3, padding=same)"],
    "Conv2D groups": ["conv(filters=6, groups=2, kernel=3, padding=same)"],
    "DepthwiseConv2dNative": ["conv(filters=8, groups=4, kernel=3, padding=same, stride=2)"],
    "DepthwiseConv2dNative dilated": ["conv(dilation=2, filters=4, groups=4, kernel=3, padding=valid)"],
    "Conv3D": ["conv(bias=False, filters=4, kernel=[3, 2, 3], padding=same, stride=[1, 2, 1])"],
    "Conv3D valid": ["conv(bias=False, filters=4, kernel=[3, 2, 3], padding=valid)", "channel_scale()"],
    "Conv2DBackpropInput same": ["conv_transpose(bias=False, filters=5, kernel=3, padding=same, stride=2)"],
    "Conv2DBackpropInput odd": ["conv_transpose(bias=False, filters=5, kernel=3, padding=1, stride=2)"],
    "Conv2DBackpropInput valid": ["conv_transpose(bias=False, filters=5, kernel=[4, 2], output_padding=[0, 1], stride=[2, 3])"],
    "Conv3DBackpropInputV2": ["conv_transpose(bias=False, filters=3, kernel=2, padding=same, stride=2)"],
    "MaxPool": ["max_pool(kernel=3, padding=same, stride=2)"],
    "AvgPool": ["avg_pool(kernel=[2, 3], padding=valid, stride=[2, 1])"],
    "conv1d causal": ["pad(padding=[[4, 0]])", "identity()", "conv(dilation=2, filters=5, kernel=3, padding=valid)", "identity()"],
    "conv1d strided": ["identity()", "conv(filters=6, kernel=5, padding=same, stride=2)", "identity()"],
    "conv1d transposed": ["identity()", "conv_transpose(bias=False, filters=3, kernel=4, padding=same, stride=2)", "identity()"],
    "pool1d": ["identity()", "max_pool(kernel=3, padding=valid, stride=2)", "identity()"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
}  # fmt: skip

test_rows = held(LITE, GRAPH)
