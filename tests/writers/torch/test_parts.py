"""Layers for torch that keep a part of their input, or add to its ends."""

from __future__ import annotations

import pytest
from writers.torch.sources import Case, case_id, written

CASES: list[Case] = [
    ("channel_slice", {"start": 1, "end": -1}, "x[:, 1:-1]"),
    ("channel_slice", {"end": 2}, "x[:, :2]"),
    ("channel_slice", {"start": 1, "step": 2}, "x[:, 1::2]"),
    ("channel_slice", {"indices": [1, 0]}, "x[:, [1, 0]]"),
    ("identity", {}, "it = nn.Identity(); it(x)"),
    ("identity", {"filters": 8}, "it = nn.Identity(); it(x)"),
    ("identity", {"filters": 10}, "F.pad(x, (0, 0, 0, 0, 0, 2))"),
    ("zeros", {}, "torch.zeros_like(x)"),
    ("subsample", {"stride": [2, 1]}, "x[:, :, ::2, :]"),
    ("subsample", {"stride": 2, "filters": 10}, "F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, 2))"),
    ("pad", {"padding": [[1, 2], [-1, 0]]}, "it = nn.ZeroPad2d((-1, 0, 1, 2)); it(x)"),
    ("pad", {"padding": [[1, 2], [-1, 0]], "padding_mode": "reflect"},
     "it_crop = nn.ZeroPad2d((-1, 0, 0, 0)); it = nn.ReflectionPad2d((0, 0, 1, 2)); it(it_crop(x))"),
    ("pad", {"padding": 2, "padding_mode": "replicate"}, "it = nn.ReplicationPad2d(2); it(x)"),
    ("pad", {"padding": 13, "padding_mode": "circular"}, "(padding_mode circular by 13 samples on a map of 12)"),
    ("crop", {"cropping": [[1, 2], [0, 1]]}, "it = nn.ZeroPad2d((0, -1, -1, -2)); it(x)"),
]  # fmt: skip


def test_crop_to_another_map() -> None:
    assert written("crop", {"like": "x2"}, inputs=2) == "center_crop(x1, x2.shape[2:])"


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_written(case: Case) -> None:
    type, given, wanted = case
    assert written(type, given) == wanted
