"""Interpolation and rearrangements, by the operator specification."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, whole

EIGHT, EVEN = Map((1, 8, 3, 4)), Map((1, 2, 4, 6))


def scales(*numbers: float) -> Any:
    return numpy.array(numbers, numpy.float32)


UP = scales(1, 1, 2, 3)
ROUNDED = {"mode": "nearest", "coordinate_transformation_mode": "half_pixel", "nearest_mode": "round_prefer_ceil"}

RESIZING = [
    case(node("DepthToSpace", EIGHT, blocksize=2), ("depth_to_space", {"scale": 2})),
    case(node("DepthToSpace", EIGHT, blocksize=2, mode="CRD"), ("pixel_shuffle", {"scale": 2})),
    case(node("SpaceToDepth", EVEN, blocksize=2), ("space_to_depth", {"scale": 2})),
    case(node("Upsample", X, UP), ("resize", {"scale": [2, 3], "coordinates": "asymmetric"}), opset=9),
    case(node("Upsample", X, mode="linear", scales=[1.0, 1.0, 2.0, 2.0]),
         ("resize", {"scale": 2, "mode": "linear", "coordinates": "asymmetric"}), opset=7, evaluated=False),
    case(node("Resize", X, UP), ("resize", {"scale": [2, 3], "coordinates": "asymmetric"}), opset=10, evaluated=False),
    case(node("Resize", X, None, UP), ("resize", {"scale": [2, 3]})),
    case(node("Resize", X, None, UP, coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
         ("resize", {"scale": [2, 3], "coordinates": "asymmetric"})),
    case(node("Resize", X, None, None, whole(1, 4, 10, 12), mode="linear"), ("resize", {"size": [10, 12], "mode": "linear"})),
    case(node("Resize", X, None, None, whole(9, 7), axes=[2, 3], mode="linear", coordinate_transformation_mode="align_corners"),
         ("resize", {"size": [9, 7], "mode": "linear", "coordinates": "align_corners"})),
    case(node("Resize", X, None, scales(2), axes=[3], mode="cubic"), ("resize", {"scale": [1, 2], "mode": "cubic"})),
    case(node("Resize", X, None, scales(1, 1, 1, 1.5), mode="linear"), ("resize", {"scale": [1, 1.5], "mode": "linear"})),
    case(node("Resize", X, None, None, whole(1, 4, 3, 4), **ROUNDED), ("resize", {"size": [3, 4]})),
    case(node("Resize", X, None, UP, mode="linear", coordinate_transformation_mode="pytorch_half_pixel"), ("resize", {"scale": [2, 3], "mode": "linear"})),
    # Sizes of a layer, of which there is no number, are those of that layer.
    case(node("Resize", X, None, scales(1, 2, 1, 1)), unknown="Resize: batch or channels are resized"),
    case(node("Resize", X, None, UP, mode="linear", antialias=1), unknown="Resize: keeping ratios or antialiasing"),
    case([node("Identity", X), node("Shape", Before(), start=2), node("Resize", X, None, None, Before(), axes=[2, 3])], "identity", ("resize", {"size": [5, 6]})),
]  # fmt: skip


@pytest.mark.parametrize("one", RESIZING)
def test_resizing(one: Case) -> None:
    agrees(one)
