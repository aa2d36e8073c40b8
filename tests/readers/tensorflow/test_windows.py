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
    "Conv2D same": ["conv(bias=False, filters=5, kernel=3, padding=same, stride=2)", "identity()"],
    "Conv2D valid": ["conv(bias=False, filters=5, kernel=[3, 2], padding=valid, stride=[2, 1])", "channel_scale()", "identity()"],
    "Conv2D dilated": ["conv(bias=False, dilation=2, filters=5, kernel=3, padding=same)", "relu()", "identity()"],
    "Conv2D explicit": ["conv(bias=False, filters=5, kernel=3, padding=[[1, 2], [0, 1]])", "identity()"],
    "Conv2D groups": ["conv(bias=False, filters=6, groups=2, kernel=3, padding=same)", "identity()"],
    "DepthwiseConv2dNative": ["conv(bias=False, filters=8, groups=4, kernel=3, padding=same, stride=2)", "identity()"],
    "DepthwiseConv2dNative dilated": ["conv(bias=False, dilation=2, filters=4, groups=4, kernel=3)", "identity()", "identity()"],
    "Conv3D": ["conv(bias=False, filters=4, kernel=[3, 2, 3], padding=same, stride=[1, 2, 1])", "identity()"],
    "Conv3D valid": ["conv(bias=False, filters=4, kernel=[3, 2, 3], padding=valid)", "channel_scale()", "identity()"],
    "Conv2DBackpropInput same": ["conv_transpose(bias=False, filters=5, kernel=3, padding=same, stride=2)", "identity()"],
    "Conv2DBackpropInput odd": ["conv_transpose(bias=False, filters=5, kernel=3, padding=1, stride=2)", "identity()"],
    "Conv2DBackpropInput valid": ["conv_transpose(bias=False, filters=5, kernel=[4, 2], output_padding=[0, 1], stride=[2, 3])", "identity()"],
    "Conv3DBackpropInputV2": ["conv_transpose(bias=False, filters=3, kernel=2, padding=same, stride=2)", "identity()"],
    "MaxPool": ["max_pool(kernel=3, padding=same, stride=2)", "identity()"],
    "AvgPool": ["avg_pool(kernel=[2, 3], padding=valid, stride=[2, 1])", "identity()"],
    "AvgPool3D": ["avg_pool(kernel=2, padding=valid, stride=2)", "identity()"],
    "MaxPool3D": ["max_pool(kernel=3, padding=same, stride=1)", "identity()"],
    "MaxPoolWithArgmax": ["max_pool(kernel=2, padding=valid, stride=2)", "identity()"],
    "Dilation2D": ["conv(bias=False, filters=4, groups=4, kernel=3, padding=same)", "identity()"],
    "conv1d causal": ["pad(padding=[[4, 0]])", "identity()", "conv(bias=False, dilation=2, filters=5, kernel=3, padding=valid)", "identity()", "identity()"],
    "conv1d strided": ["identity()", "conv(bias=False, filters=6, kernel=5, padding=same, stride=2)", "identity()", "channel_scale()", "identity()"],
    "conv1d transposed": ["identity()", "conv_transpose(bias=False, filters=3, kernel=4, padding=same, stride=2)", "identity()", "identity()"],
    "pool1d": ["identity()", "max_pool(kernel=3, padding=valid, stride=2)", "identity()", "identity()"],
}  # fmt: skip

test_rows = held(LITE, GRAPH)
