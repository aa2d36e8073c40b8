"""Layers that see the whole map, or pool it to a given size."""

from __future__ import annotations

import pytest
from witnesses.dependence import Map

from writers.onnx.one_layer import Case, agrees, case, op

FOUR = (Map((1, 2, 4, 6)),)

WHOLE_MAP = [
    case({"type": "global_avg_pool"}, op("GlobalAveragePool")),
    case({"type": "global_max_pool"}, op("GlobalMaxPool")),
    case({"type": "flatten"}, op("Flatten")),
    case({"type": "adaptive_avg_pool", "output_size": 1}, op("GlobalAveragePool")),
    case({"type": "adaptive_max_pool", "output_size": 1}, op("GlobalMaxPool")),
    # Windows of n/m samples; all of an axis that becomes one.
    case({"type": "adaptive_max_pool", "output_size": [2, 3]}, op("MaxPool", kernel_shape=[2, 2], strides=[2, 2]), maps=FOUR),
    case({"type": "adaptive_avg_pool", "output_size": [1, 3]}, op("ReduceMean", [2], keepdims=1), op("AveragePool", kernel_shape=[1, 2], strides=[1, 2]), maps=FOUR),
    case({"type": "adaptive_max_pool", "output_size": [4, 1]}, op("ReduceMax", [3], keepdims=1), maps=FOUR),
    case({"type": "adaptive_avg_pool", "output_size": 3}, refused="4 samples are no multiple of 3", maps=FOUR),
    case({"type": "adaptive_avg_pool", "output_size": 2}, refused="the windows of ONNX's pools are given by sizes", unsized=True),
    case({"type": "attention", "heads": 2}, refused="opset 21 has no attention"),
    case({"type": "window_attention", "window": 2, "heads": 2}, refused="opset 21 has no attention"),
]  # fmt: skip


@pytest.mark.parametrize("one", WHOLE_MAP)
def test_whole_map(one: Case) -> None:
    agrees(one)
