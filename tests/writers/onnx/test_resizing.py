"""Interpolation and rearrangements."""

from __future__ import annotations

from typing import Any

import pytest
from witnesses.dependence import Map

from writers.onnx.one_layer import Case, Operation, agrees, case, op

EIGHT, EVEN, LINE = (Map((1, 8, 3, 4)),), (Map((1, 2, 4, 6)),), (Map((1, 4, 6)),)
FIFTHS = {"type": "resize", "scale": 0.6}


def resize(mode: str, coordinates: str, *operands: Any) -> Operation:
    rounding = (
        {"nearest_mode": "floor" if coordinates == "asymmetric" else "round_prefer_ceil"} if mode == "nearest" else {}
    )
    return op("Resize", *operands, mode=mode, coordinate_transformation_mode=coordinates, axes=[2, 3], **rounding)


RESIZING = [
    case({"type": "upsample", "scale": 2}, resize("nearest", "half_pixel", None, [2.0, 2.0])),
    case({"type": "resize", "scale": [2, 1.5], "mode": "linear"}, resize("linear", "half_pixel", None, [2.0, 1.5])),
    case({"type": "resize", "scale": 2, "mode": "bicubic"}, resize("cubic", "half_pixel", None, [2.0, 2.0])),
    case({"type": "resize", "scale": 2, "coordinates": "asymmetric"}, resize("nearest", "asymmetric", None, [2.0, 2.0])),
    case({"type": "resize", "size": [9, 7], "mode": "bilinear", "coordinates": "align_corners"}, resize("linear", "align_corners", None, None, [9, 7])),
    # No float of 32 bits is 3/5: a number of samples is, where it is known and whole.
    case(FIFTHS, resize("nearest", "half_pixel", None, None, [3, 6]), maps=(Map((1, 2, 5, 10)),)),
    case(FIFTHS, refused="a scale of 0.6 is no float of 32 bits"),
    case(FIFTHS, refused="a scale that is no float of 32 bits", unsized=True),
    case([{"type": "max_pool", "kernel": 2}, {"type": "resize", "like": "x0"}],
         op("MaxPool", kernel_shape=[2, 2], strides=[2, 2], dilations=[1, 1], pads=[0] * 4), resize("nearest", "half_pixel", None, None, [5, 6])),
    case([{"type": "max_pool", "kernel": 2}, {"type": "resize", "like": "x0"}], op("MaxPool", kernel_shape=[2, 2], strides=[2, 2], dilations=[1, 1], pads=[0] * 4),
         op("Shape", start=2), resize("nearest", "half_pixel", None, None), unsized=True),
    case({"type": "resize", "size": 5, "mode": "area"}, refused="mode area: ONNX has no adaptive pooling"),
    case({"type": "pixel_shuffle", "scale": 2}, op("DepthToSpace", blocksize=2, mode="CRD"), maps=EIGHT),
    case({"type": "depth_to_space", "scale": 2}, op("DepthToSpace", blocksize=2, mode="DCR"), maps=EIGHT),
    case({"type": "pixel_unshuffle", "scale": 2}, op("SpaceToDepth", blocksize=2), op("Gather", [0, 2, 4, 6, 1, 3, 5, 7], axis=1), maps=EVEN),
    case({"type": "space_to_depth", "scale": 2}, op("SpaceToDepth", blocksize=2), maps=EVEN),
    case({"type": "pixel_shuffle", "scale": [2, 1]}, op("Reshape", [0, 4, 2, 1, 3, 4]), op("Transpose", perm=[0, 1, 4, 2, 5, 3]), op("Reshape", [0, 4, 6, 4]), maps=EIGHT),
    case({"type": "pixel_unshuffle", "scale": 3}, op("Reshape", [0, 4, 2, 3]), op("Transpose", perm=[0, 1, 3, 2]), op("Reshape", [0, 12, 2]), maps=LINE),
    case({"type": "max_unpool", "scale": 2}, refused="indices"),
]  # fmt: skip


@pytest.mark.parametrize("one", RESIZING)
def test_resizing(one: Case) -> None:
    agrees(one)
