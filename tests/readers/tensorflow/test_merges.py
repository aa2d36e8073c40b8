"""Several tensors made one."""

from __future__ import annotations

from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "Concatenation": ["conv(filters=4, kernel=3, padding=same)", "relu()", "concat()"],
    "ConcatV2 with a constant": ["custom(filters=6, macs=0, mixes=some, params=180)"],
    "Pack": ["relu()", "concat()", "identity()"],
    "Pack places": ["conv(bias=False, filters=4, kernel=1)", "identity()", "conv(filters=5, kernel=3, padding=same)", "identity()"],
    "Pack every third place": ["crop(cropping=1)", "subsample(stride=3)", "conv(bias=False, filters=4, kernel=1)", "identity()", "conv(filters=5, kernel=3, padding=same)", "identity()"],
    "Pack states": ["custom(filters=4, global=before, macs=368, params=32)", "identity()", "conv(filters=5, kernel=3, padding=same)", "identity()"],
    "Pack states backwards": ["custom(filters=4, global=after, macs=368, params=32)", "identity()", "conv(filters=5, kernel=3, padding=same)", "identity()"],
    "Pack rows": ["conv(filters=5, kernel=[1, 3], padding=same)", "identity()", "conv(filters=2, kernel=3, padding=same)"],
    "AddV2": ["conv(filters=4, kernel=3, padding=same)", "add()"],
    "AddV2 with weights": ["channel_scale()"],
    "Sub": ["max_pool(kernel=3, padding=same, stride=1)", "add()"],
    "Mul with a gate": ["global_avg_pool()", "conv(filters=4, kernel=1, padding=same)", "sigmoid()", "identity()", "multiply()"],
    "Mul with a map of one channel": ["conv(filters=1, kernel=5, padding=same)", "sigmoid()", "identity()", "multiply()"],
    "Mul with weights": ["channel_scale()"],
    "Maximum": ["avg_pool(kernel=3, padding=same, stride=1)", "max()"],
    "Minimum": ["avg_pool(kernel=5, padding=same, stride=1)", "identity()", "max()"],
    "RealDiv": ["avg_pool(kernel=3, padding=same, stride=1)", "identity()", "identity()", "multiply()"],
    "AddN": ["avg_pool(kernel=3, padding=same, stride=1)", "relu()", "add()"],
    "SquaredDifference": ["avg_pool(kernel=3, padding=same, stride=1)", "identity()", "add()"],
    "FloorDiv": ["avg_pool(kernel=3, padding=same, stride=1)", "identity()", "identity()", "identity()", "multiply()"],
    "SelectV2": ["avg_pool(kernel=3, padding=same, stride=1)", "identity()", "identity()", "add()"],
    "two inputs": ["avg_pool(kernel=3, padding=same, stride=1)", "add()"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
    "Concatenation": ["relu()", "conv(bias=False, filters=4, kernel=3, padding=same)", "concat()", "identity()"],
    "ConcatV2 with a constant": ["custom(filters=6, macs=0, mixes=some, params=180)", "identity()"],
    "Pack": ["relu()", "concat()", "identity()", "identity()"],
    "Pack places": ["conv(bias=False, filters=4, kernel=1)", "relu()", "identity()", "conv(bias=False, filters=5, kernel=3, padding=same)", "identity()", "identity()"],
    "Pack every third place": ["crop(cropping=1)", "subsample(stride=3)", "conv(bias=False, filters=4, kernel=1)", "relu()", "identity()", "conv(bias=False, filters=5, kernel=3, padding=same)", "identity()", "identity()"],
    "Pack states": ["custom(filters=4, global=before, macs=368, params=32)", "identity()", "conv(bias=False, filters=5, kernel=3, padding=same)", "identity()", "identity()"],
    "Pack states backwards": ["custom(filters=4, global=after, macs=368, params=32)", "identity()", "conv(bias=False, filters=5, kernel=3, padding=same)", "identity()", "identity()"],
    "Pack rows": ["conv(bias=False, filters=5, kernel=[1, 3], padding=same)", "identity()", "relu()", "conv(bias=False, filters=2, kernel=3, padding=same)", "identity()"],
    "AddV2": ["conv(bias=False, filters=4, kernel=3, padding=same)", "add()", "identity()"],
    "AddV2 with weights": ["channel_scale()", "identity()"],
    "Sub": ["max_pool(kernel=3, padding=same, stride=1)", "add()", "identity()"],
    "Mul with a gate": ["identity()", "global_avg_pool()", "conv(bias=False, filters=4, kernel=1, padding=same)", "sigmoid()", "multiply()", "identity()"],
    "Mul with a map of one channel": ["identity()", "conv(bias=False, filters=1, kernel=5, padding=same)", "sigmoid()", "multiply()", "identity()"],
    "Mul with weights": ["channel_scale()", "identity()"],
    "Maximum": ["avg_pool(kernel=3, padding=same, stride=1)", "max()", "identity()"],
    "Minimum": ["identity()", "avg_pool(kernel=5, padding=same, stride=1)", "max()", "identity()"],
    "RealDiv": ["identity()", "avg_pool(kernel=3, padding=same, stride=1)", "identity()", "multiply()", "identity()"],
    "AddN": ["relu()", "avg_pool(kernel=3, padding=same, stride=1)", "add()", "identity()"],
    "SquaredDifference": ["identity()", "avg_pool(kernel=3, padding=same, stride=1)", "add()", "identity()"],
    "FloorDiv": ["identity()", "identity()", "avg_pool(kernel=3, padding=same, stride=1)", "identity()", "multiply()", "identity()"],
    "SelectV2": ["avg_pool(kernel=3, padding=same, stride=1)", "identity()", "identity()", "add()", "identity()"],
    "two inputs": ["avg_pool(kernel=3, padding=same, stride=1)", "add()", "identity()"],
}  # fmt: skip

test_rows = held(LITE, GRAPH)
