"""Normalisations for torch, and fully connected layers."""

from __future__ import annotations

import pytest
from writers.torch.sources import Case, case_id, written

CASES: list[Case] = [
    ("batch_norm", {}, "it = nn.BatchNorm2d(8); it(x)"),
    ("batch_norm", {"scale": False, "bias": False}, "it = nn.BatchNorm2d(8, affine=False); it(x)"),
    ("batch_norm", {"scale": False}, "it = nn.BatchNorm2d(8); it.weight.requires_grad_(False); it(x)"),
    ("instance_norm", {}, "it = nn.InstanceNorm2d(8, affine=True); it(x)"),
    ("instance_norm", {"scale": False, "bias": False}, "it = nn.InstanceNorm2d(8); it(x)"),
    ("group_norm", {"groups": 2, "bias": False}, "it = nn.GroupNorm(2, 8); it.bias.requires_grad_(False); it(x)"),
    ("layer_norm", {}, "it = ChannelNorm(8); it(x)"),
    ("layer_norm", {"axes": "all", "scale": False, "bias": False},
     "it = nn.LayerNorm((8, 12, 14), elementwise_affine=False); it(x)"),
]  # fmt: skip


def test_features() -> None:
    """Behind a flattened map; a map of one position is flattened first."""
    assert written("linear", {"units": 5, "bias": False}, size=(1, 1)) == (
        "it = nn.Linear(8, 5, bias=False); it(torch.flatten(x, 1))"
    )


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_written(case: Case) -> None:
    type, given, wanted = case
    assert written(type, given) == wanted
