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
}  # fmt: skip

test_rows = held(LITE, GRAPH)
