"""Several tensors made one."""

from __future__ import annotations

from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "Concatenation": ["conv(filters=4, kernel=3, padding=same)", "relu()", "concat()"],
    "ConcatV2 with a constant": ["custom(filters=6, macs=0, mixes=some, params=180)"],
    "Pack": ["relu()", "concat()", "identity()"],
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
