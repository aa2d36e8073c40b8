"""Products, normalisations and slopes."""

from __future__ import annotations

from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "Prelu": ["identity()", "relu()", "channel_scale()", "relu()", "add()"],
    "FusedBatchNormV3": ["max_pool(kernel=2, padding=same, stride=1)", "channel_scale()", "channel_scale()"],
    "FullyConnected": ["conv(filters=5, kernel=1)"],
    "FullyConnected of positions": ["conv(bias=False, filters=6, kernel=1)"],
    "BatchMatMulV2": ["conv(bias=False, filters=4, kernel=1)", "add()", "custom(filters=12, global=True, macs=576, params=0)", "softmax()", "concat()", "custom(filters=4, global=True, macs=576, params=0)"],
    "Einsum": ["conv(bias=False, filters=6, kernel=1)"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
    "Prelu": ["relu()", "identity()", "relu()", "channel_scale()", "add()", "identity()"],
    "FusedBatchNormV3": ["max_pool(kernel=2, padding=same, stride=1)", "batch_norm()", "identity()"],
    "FullyConnected": ["conv(bias=False, filters=5, kernel=1)", "channel_scale()", "identity()"],
    "FullyConnected of positions": ["identity()", "conv(bias=False, filters=6, kernel=1)", "identity()", "identity()"],
    "BatchMatMulV2": ["conv(bias=False, filters=4, kernel=1)", "add()", "custom(filters=12, global=True, macs=576, params=0)", "softmax()", "concat()", "custom(filters=4, global=True, macs=576, params=0)", "identity()"],
    "Einsum": ["conv(bias=False, filters=6, kernel=1)", "identity()"],
}  # fmt: skip

test_rows = held(LITE, GRAPH)
