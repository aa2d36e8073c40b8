"""Products, normalisations and slopes."""

from __future__ import annotations

import pytest

import rfcli
from readers.tensorflow.saved import written as w
from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "Prelu": ["identity()", "relu()", "channel_scale()", "relu()", "add()"],
    "FusedBatchNormV3": ["max_pool(kernel=2, padding=same, stride=1)", "channel_scale()", "channel_scale()"],
    "FusedBatchNormV3 while training": ["max_pool(kernel=2, padding=same, stride=1)", "global_avg_pool()", "add()", "global_avg_pool()", "identity()", "identity()", "channel_scale()", "multiply()", "multiply()", "channel_scale()", "add()"],
    "FullyConnected": ["conv(filters=5, kernel=1)"],
    "FullyConnected of positions": ["conv(bias=False, filters=6, kernel=1)"],
    "BatchMatMulV2": ["conv(bias=False, filters=4, kernel=1)", "add()", "custom(filters=12, global=True, macs=576, params=0)", "softmax()", "concat()", "custom(filters=4, global=True, macs=576, params=0)"],
    "Einsum": ["conv(bias=False, filters=6, kernel=1)"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
    "Prelu": ["relu()", "identity()", "relu()", "channel_scale()", "add()", "identity()"],
    "FusedBatchNormV3": ["max_pool(kernel=2, padding=same, stride=1)", "batch_norm()", "identity()"],
    "FusedBatchNormV3 while training": ["max_pool(kernel=2, padding=same, stride=1)", "instance_norm()", "identity()"],
    "FullyConnected": ["conv(bias=False, filters=5, kernel=1)", "channel_scale()", "identity()"],
    "FullyConnected of positions": ["identity()", "conv(bias=False, filters=6, kernel=1)", "identity()", "identity()"],
    "BatchMatMulV2": ["conv(bias=False, filters=4, kernel=1)", "add()", "custom(filters=12, global=True, macs=576, params=0)", "softmax()", "concat()", "custom(filters=4, global=True, macs=576, params=0)", "identity()"],
    "Einsum": ["conv(bias=False, filters=6, kernel=1)", "identity()"],
}  # fmt: skip

test_rows = held(LITE, GRAPH)


@pytest.mark.parametrize(
    ("attributes", "layer"),
    [
        ({"is_training": False}, "batch_norm"), ({"is_training": True}, "instance_norm"),
        ({"data_format": "NHWC"}, "instance_norm"), ({}, "custom"),
    ],
)  # fmt: skip
def test_whether_a_batch_norm_is_being_trained(attributes: dict[str, object], layer: str) -> None:
    """What a graph does not state is as TensorFlow's registry has it: true. Of a custom operator nothing is stated."""
    nodes = [w.placeholder("x", 1, 8, 8, 3), w.weights("s", 3), w.weights("o", 3),
             w.node("FusedBatchNormV3", "bn", "x", "s", "o", **attributes)]  # fmt: skip
    entry, *_ = rfcli.loads(w.message(w.graph(*nodes)), "net.pb").entries
    assert entry.layer.type == layer and ("unknown" in entry.layer.given) is (layer == "custom")
