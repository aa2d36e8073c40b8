"""Other shapes, and other orders of dimensions."""

from __future__ import annotations

from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "Reshape": ["space_to_depth(scale=[1, 2])"],
    "Reshape to features": ["flatten()", "linear(bias=False, units=3)"],
    "Transpose of channels that come first": ["identity()", "conv(filters=5, kernel=[3, 1], padding=same)", "identity()"],
    "Squeeze": ["avg_pool(kernel=[9, 1], padding=valid, stride=1)"],
    "ExpandDims": ["identity()", "conv(filters=5, kernel=3, padding=same)", "identity()"],
    "BroadcastTo": ["global_avg_pool()", "add()"],
    "Tile": ["concat()"],
    "pixel shuffle": ["identity()", "identity()", "pixel_shuffle(scale=2)"],
    "patches": ["identity()", "identity()", "space_to_depth(scale=2)", "conv(bias=False, filters=6, kernel=1)"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
    "Reshape": ["space_to_depth(scale=[1, 2])", "identity()"],
    "Reshape to features": ["flatten()", "linear(bias=False, units=3)", "identity()"],
    "Transpose of channels that come first": ["identity()", "conv(bias=False, filters=5, kernel=[3, 1], padding=same)", "identity()", "identity()"],
    "Squeeze": ["avg_pool(kernel=[9, 1], padding=valid, stride=1)", "identity()", "identity()", "identity()"],
    "ExpandDims": ["identity()", "conv(bias=False, filters=5, kernel=3, padding=same)", "identity()", "identity()"],
    "BroadcastTo": ["global_avg_pool()", "upsample(size=[9, 10])", "add()", "identity()"],
    "Tile": ["concat()", "identity()"],
    "Shape": ["resize(size=[18, 20])", "identity()"],
    "pixel shuffle": ["identity()", "identity()", "pixel_shuffle(scale=2)", "identity()"],
    "patches": ["identity()", "identity()", "space_to_depth(scale=2)", "conv(bias=False, filters=6, kernel=1)", "identity()"],
}  # fmt: skip

test_rows = held(LITE, GRAPH)
