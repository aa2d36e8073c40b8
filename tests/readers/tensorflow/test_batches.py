"""Space in the batch."""

from __future__ import annotations

from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "SpaceToBatchND": ["conv(dilation=2, filters=5, kernel=3, padding=2)", "identity()"],
    "SpaceToBatchND signal": ["identity()", "conv(dilation=4, filters=5, kernel=3, padding=same)", "identity()"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
    "SpaceToBatchND": ["conv(bias=False, dilation=2, filters=5, kernel=3, padding=2)", "channel_scale()", "relu()", "identity()", "identity()"],
    "SpaceToBatchND signal": ["identity()", "conv(bias=False, dilation=4, filters=5, kernel=3, padding=[[8, 0]])", "identity()", "identity()", "identity()"],
}  # fmt: skip

test_rows = held(LITE, GRAPH)
