"""Interpolation, and space put into channels."""

from __future__ import annotations

from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "DepthToSpace": ["depth_to_space(scale=2)"],
    "SpaceToDepth": ["space_to_depth(scale=2)"],
    "ResizeBilinear": ["resize(coordinates=asymmetric, mode=linear, size=[18, 15])"],
    "ResizeBilinear half pixels": ["resize(mode=linear, size=[18, 25])"],
    "ResizeBilinear corners": ["resize(coordinates=align_corners, mode=linear, size=[17, 28])"],
    "ResizeNearestNeighbor": ["resize(coordinates=asymmetric, size=[18, 5])"],
    "ResizeNearestNeighbor half pixels": ["resize(size=[27, 15])"],
    "ResizeNearestNeighbor corners": ["resize(coordinates=align_corners, size=[17, 19])"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
    "DepthToSpace": ["depth_to_space(scale=2)", "identity()"],
    "SpaceToDepth": ["space_to_depth(scale=2)", "identity()"],
    "ResizeBilinear": ["resize(coordinates=asymmetric, mode=linear, size=[18, 15])", "identity()"],
    "ResizeBilinear half pixels": ["resize(mode=linear, size=[18, 25])", "identity()"],
    "ResizeBilinear corners": ["resize(coordinates=align_corners, mode=linear, size=[17, 28])", "identity()"],
    "ResizeNearestNeighbor": ["resize(coordinates=asymmetric, size=[18, 5])", "identity()"],
    "ResizeNearestNeighbor half pixels": ["resize(size=[27, 15])", "identity()"],
    "ResizeNearestNeighbor corners": ["resize(coordinates=align_corners, size=[17, 19])", "identity()"],
    "ResizeBicubic": ["resize(mode=cubic, size=[18, 20])", "identity()"],
}  # fmt: skip

test_rows = held(LITE, GRAPH)
