"""Layers that take parts of a map, or add to it."""

from __future__ import annotations

import pytest

from writers.onnx.one_layer import Case, agrees, case, op

END = (1 << 63) - 1
BOTH = [2, 3]

PARTS = [
    case({"type": "pad", "padding": [[1, 2], [0, 1]]}, op("Pad", [0, 0, 1, 0, 0, 0, 2, 1], mode="constant")),
    case({"type": "pad", "padding": 2, "padding_mode": "reflect"}, op("Pad", [0, 0, 2, 2] * 2, mode="reflect")),
    case({"type": "pad", "padding": 2, "padding_mode": "replicate"}, op("Pad", [0, 0, 2, 2] * 2, mode="edge")),
    case({"type": "pad", "padding": 2, "padding_mode": "circular"}, op("Pad", [0, 0, 2, 2] * 2, mode="wrap")),
    # What is taken off goes first: what is added is of the rest.
    case({"type": "pad", "padding": [[1, -1], [0, 0]], "padding_mode": "reflect"},
         op("Pad", [0, 0, 0, 0, 0, 0, -1, 0], mode="constant"), op("Pad", [0, 0, 1, 0, 0, 0, 0, 0], mode="reflect"), evaluated=False),
    case({"type": "crop", "cropping": [[1, 2], [0, 1]]}, op("Pad", [0, 0, -1, 0, 0, 0, -2, -1], mode="constant"), evaluated=False),
    case([{"type": "max_pool", "kernel": 2, "stride": 1}, {"type": "crop", "like": "it", "inputs": ["x0"]}],
         op("MaxPool", kernel_shape=[2, 2], strides=[1, 1], dilations=[1, 1], pads=[0] * 4), op("Slice", [0, 0], [4, 5], BOTH)),
    case({"type": "subsample", "stride": [2, 3]}, op("Slice", [0, 0], [END, END], BOTH, [2, 3])),
    case({"type": "subsample", "stride": 2, "filters": 6}, op("Slice", [0, 0], [END, END], BOTH, [2, 2]), op("Pad", [0, 0, 0, 0, 0, 2, 0, 0])),
    case({"type": "zeros"}, refused="no operation of zeros"),
    case({"type": "identity"}, op("Identity")),
    case({"type": "identity", "filters": 6}, op("Pad", [0, 0, 0, 0, 0, 2, 0, 0])),
    case({"type": "channel_slice", "start": 1, "end": -1}, op("Slice", [1], [-1], [1])),
    case({"type": "channel_slice", "start": -2}, op("Slice", [-2], [END], [1])),
    case({"type": "channel_slice", "step": 2}, op("Slice", [0], [END], [1], [2])),
    case({"type": "channel_slice", "indices": [1, 0]}, op("Gather", [1, 0], axis=1)),
]  # fmt: skip


@pytest.mark.parametrize("one", PARTS)
def test_part(one: Case) -> None:
    agrees(one)
