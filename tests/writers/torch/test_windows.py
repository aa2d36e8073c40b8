"""Convolutions and pools for torch."""

from __future__ import annotations

from typing import Any

import pytest
from writers.torch.sources import Case, case_id, written

import rfcli

CASES: list[Case] = [
    ("conv", {"kernel": 3, "filters": 4}, "it = nn.Conv2d(8, 4, 3); it(x)"),
    ("conv", {"kernel": [3, 1], "stride": 2, "padding": [1, 0], "dilation": [2, 1], "filters": 4, "groups": 2, "bias": False},
     "it = nn.Conv2d(8, 4, (3, 1), stride=2, padding=(1, 0), dilation=(2, 1), groups=2, bias=False); it(x)"),
    ("conv", {"kernel": 3, "padding": 1, "filters": 4, "padding_mode": "reflect"},
     "it = nn.Conv2d(8, 4, 3, padding=1, padding_mode='reflect'); it(x)"),
    ("conv", {"kernel": 3, "padding": "same", "stride": 2, "filters": 4},
     "it_pad = nn.ZeroPad2d((0, 1, 0, 1)); it = nn.Conv2d(8, 4, 3, stride=2); it(it_pad(x))"),
    ("conv", {"kernel": 2, "padding": [[1, 0], [2, 0]], "filters": 4, "padding_mode": "circular"},
     "it_pad = nn.CircularPad2d((2, 0, 1, 0)); it = nn.Conv2d(8, 4, 2); it(it_pad(x))"),
    ("conv", {"kernel": 3, "padding": [[-1, 2], [0, 0]], "filters": 4, "padding_mode": "replicate"},
     "it_crop = nn.ZeroPad2d((0, 0, -1, 0)); it_pad = nn.ReplicationPad2d((0, 0, 0, 2)); it = nn.Conv2d(8, 4, 3); it(it_pad(it_crop(x)))"),
    ("conv", {"kernel": 3}, "(its channels are not known: it states no filters)"),
    ("depthwise_conv", {"kernel": 3, "depth_multiplier": 2}, "it = nn.Conv2d(8, 16, 3, groups=8); it(x)"),
    ("separable_conv", {"kernel": 3, "filters": 4},
     "it = nn.Sequential(nn.Conv2d(8, 8, 3, groups=8, bias=False), nn.Conv2d(8, 4, 1)); it(x)"),
    ("custom", {"kernel": 3, "filters": 4}, "it = nn.Conv2d(8, 4, 3); it(x)"),
    ("custom", {"unknown": "Einsum"}, "(what the operation 'Einsum' does is not known)"),
    ("custom", {"global": True}, "(what it makes of the whole map is not described)"),
    ("conv_transpose", {"kernel": 4, "stride": 2, "padding": 1, "filters": 4},
     "it = nn.ConvTranspose2d(8, 4, 4, stride=2, padding=1); it(x)"),
    ("conv_transpose", {"kernel": 3, "stride": 2, "padding": "same", "filters": 4, "groups": 4},
     "it = nn.ConvTranspose2d(8, 4, 3, stride=2, groups=4); it_crop = nn.ZeroPad2d((0, -1, 0, -1)); it_crop(it(x))"),
    ("conv_transpose", {"kernel": 2, "stride": 2, "padding": [[0, 1], [0, 0]], "filters": 4},
     "it = nn.ConvTranspose2d(8, 4, 2, stride=2); it_crop = nn.ZeroPad2d((0, 0, 0, -1)); it_crop(it(x))"),
    ("max_pool", {"kernel": 3, "stride": 2, "padding": 1, "ceil_mode": True}, "it = nn.MaxPool2d(3, 2, padding=1, ceil_mode=True); it(x)"),
    ("max_pool", {"kernel": 2, "stride": 1, "padding": [[0, 1], [0, 1]]},
     "it_pad = nn.ConstantPad2d((0, 1, 0, 1), float('-inf')); it = nn.MaxPool2d(2, 1); it(it_pad(x))"),
    ("max_pool", {"kernel": 2, "stride": 1, "dilation": [3, 1]}, "it = nn.MaxPool2d(2, 1, dilation=(3, 1)); it(x)"),
    ("avg_pool", {"kernel": [2, 3]}, "it = nn.AvgPool2d((2, 3), (2, 3)); it(x)"),
    ("avg_pool", {"kernel": 2, "stride": 1, "dilation": 2}, "it = DilatedAvgPool((2, 2), (1, 1), (2, 2)); it(x)"),
    ("lp_pool", {"kernel": 2, "padding": 1}, "it_pad = nn.ZeroPad2d(1); it = nn.LPPool2d(2, 2, 2); it(it_pad(x))"),
    ("lp_pool", {"kernel": 2, "dilation": 2}, "(torch's lp_pool has no dilation)"),
]  # fmt: skip

UNSIZED: list[Case] = [
    ("conv", {"kernel": 3, "padding": "same", "stride": 2, "filters": 4},
     "it_pad = SamePad((3, 3), (2, 2)); it = nn.Conv2d(8, 4, 3, stride=2); it(it_pad(x))"),
    ("conv", {"kernel": 3, "padding": "same_lower", "stride": 2, "filters": 4, "padding_mode": "reflect"},
     "it_pad = SamePad((3, 3), (2, 2), lower=True, mode='reflect'); it = nn.Conv2d(8, 4, 3, stride=2); it(it_pad(x))"),
    ("max_pool", {"kernel": 3, "padding": "same", "stride": 2},
     "it_pad = SamePad((3, 3), (2, 2), value=float('-inf')); it = nn.MaxPool2d(3, 2); it(it_pad(x))"),
    ("max_pool", {"kernel": 3, "padding": "same", "stride": 2, "ceil_mode": True},
     "(ceil_mode with a padding that depends on the input size)"),
]  # fmt: skip


@pytest.mark.parametrize("case", UNSIZED, ids=case_id)
def test_of_unknown_size(case: Case) -> None:
    type, given, wanted = case
    assert written(type, given, size=(None, None)) == wanted


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_written(case: Case) -> None:
    type, given, wanted = case
    assert written(type, given) == wanted


@pytest.mark.torch
@pytest.mark.parametrize("kind", ["avg_pool", "lp_pool", "max_pool"])
@pytest.mark.parametrize("more", [{"padding": 1, "stride": 1}, {"padding": 1, "ceil_mode": True}, {"ceil_mode": True}])
def test_pools_of_maps_below_their_kernel_run(kind: str, more: dict[str, object]) -> None:
    """torch's averages over three axes refuse a map below their kernel, also where padding makes it as large."""
    import torch

    document = {"format": 1, "name": "net", "input": {"size": [2, 2, 4], "channels": 1},
                "layers": [{"type": kind, "kernel": 3, **more}]}  # fmt: skip
    space: dict[str, Any] = {}
    exec(str(rfcli.exported(document, "torch")), space)
    made = space["Net"]()(torch.ones(1, 1, 2, 2, 4))
    assert tuple(made.shape[2:]) == rfcli.compute(document).layers[0].output_size
