"""Convolutions and pools."""

from __future__ import annotations

from typing import Any

from writers.keras.rows import Refusal, Row, rows_held


def conv(kernel: list[int], padding: str = "valid", **more: Any) -> dict[str, Any]:
    rank = len(kernel)
    usual = {"kernel_size": kernel, "strides": [1] * rank, "dilation_rate": [1] * rank, "padding": padding,
             "use_bias": True}  # fmt: skip
    return {**usual, **more}


def pool(kernel: list[int], strides: list[int], padding: str = "valid") -> dict[str, Any]:
    return {"pool_size": kernel, "strides": strides, "padding": padding}


PADDED = ("ZeroPadding2D", {"padding": [[1, 0], [0, 2]]})
ROWS = [
    Row({"type": "conv", "kernel": 3, "filters": 5}, [("Conv2D", {"filters": 5, **conv([3, 3]), "groups": 1})]),
    Row({"type": "conv", "kernel": 3, "filters": 6, "stride": 2, "groups": 2, "padding": "same", "bias": False},
        [("Conv2D", {"filters": 6, **conv([3, 3], "same", strides=[2, 2], use_bias=False), "groups": 2})]),
    Row({"type": "conv", "kernel": 3, "filters": 5, "padding": 1},
        [("Conv2D", {"filters": 5, **conv([3, 3], "same"), "groups": 1})]),
    Row({"type": "conv", "kernel": 3, "filters": 5, "stride": 2, "padding": [[1, 0], [0, 2]]},
        [PADDED, ("Conv2D", {"filters": 5, **conv([3, 3], strides=[2, 2]), "groups": 1})]),
    Row({"type": "conv", "kernel": 3, "filters": 5, "dilation": 2, "padding": "causal"},
        [("Conv1D", {"filters": 5, **conv([3], "causal", dilation_rate=[2]), "groups": 1})], size=(9,)),
    Row({"type": "depthwise_conv", "kernel": 3, "depth_multiplier": 2},
        [("DepthwiseConv2D", {**conv([3, 3]), "depth_multiplier": 2})]),
    Row({"type": "depthwise_conv", "kernel": 3, "stride": [1, 2]},
        [("Conv2D", {"filters": 4, **conv([3, 3], strides=[1, 2]), "groups": 4})]),
    Row({"type": "separable_conv", "kernel": 3, "filters": 5},
        [("SeparableConv2D", {"filters": 5, **conv([3, 3]), "depth_multiplier": 1})]),
    Row({"type": "separable_conv", "kernel": 2, "filters": 5},
        [("Conv3D", {"filters": 4, **conv([2, 2, 2], use_bias=False), "groups": 4}),
         ("Conv3D", {"filters": 5, "kernel_size": [1, 1, 1], "use_bias": True})], size=(3, 4, 5)),
    Row({"type": "conv_transpose", "kernel": 3, "stride": 2, "filters": 5, "padding": "same"},
        [("Conv2DTranspose", {"filters": 5, **conv([3, 3], "same", strides=[2, 2])})]),
    Row({"type": "conv_transpose", "kernel": 3, "stride": 2, "filters": 5, "padding": 1},
        [("Conv2DTranspose", {"filters": 5, **conv([3, 3], strides=[2, 2])}),
         ("Cropping2D", {"cropping": [[1, 1], [1, 1]]})]),
    Row({"type": "conv_transpose", "kernel": 1, "stride": 3, "filters": 5},
        [("Conv1DTranspose", {"filters": 5, **conv([1], strides=[3])}), ("Cropping1D", {"cropping": [0, 2]})],
        size=(9,)),
    Row({"type": "max_pool", "kernel": 2}, [("MaxPooling2D", pool([2, 2], [2, 2]))]),
    Row({"type": "avg_pool", "kernel": 3, "stride": 2, "padding": "same"},
        [("AveragePooling2D", pool([3, 3], [2, 2], "same"))]),
    Row({"type": "max_pool", "kernel": 3, "stride": 2, "ceil_mode": True},
        [("ZeroPadding2D", {"padding": [[0, 1], [0, 0]]}), ("MaxPooling2D", pool([3, 3], [2, 2]))]),
    Row({"type": "custom", "kernel": 3, "filters": 5}, [("Conv2D", {"filters": 5, **conv([3, 3]), "groups": 1})]),
]  # fmt: skip
REFUSED = [
    Refusal({"type": "lp_pool", "kernel": 2}, "Keras has no lp_pool"),
    Refusal({"type": "avg_pool", "kernel": 2, "stride": 1, "dilation": 2}, "Keras's pools have no dilation"),
    Refusal({"type": "conv", "kernel": 2, "filters": 1, "padding_mode": "reflect"}, "no padding_mode reflect"),
    Refusal({"type": "conv", "kernel": 2, "filters": 1, "stride": 2, "dilation": 2}, "no stride together with a dilation"),
    Refusal({"type": "conv", "kernel": 2, "filters": 1, "stride": 2, "padding": "same_lower"}, "depends on the input size",
            (None, 9)),
    Refusal({"type": "conv_transpose", "kernel": 2, "filters": 4, "groups": 2}, "have no groups"),
    Refusal({"type": "custom", "global": True}, "whole map"),
]  # fmt: skip


test_written, test_refused = rows_held(ROWS, REFUSED)
