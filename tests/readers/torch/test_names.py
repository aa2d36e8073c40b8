"""Names of layers: paths of modules, and names of operations."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli

pytestmark = pytest.mark.torch


def test_names() -> None:
    """Modules have their paths, functions the operation's name where they are called, repeated ones a number."""
    import torch
    from torch import nn

    class Unit(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(4)
            self.relu = nn.ReLU(inplace=True)

        def forward(self, x: Any) -> Any:
            y = self.relu(self.bn1(self.conv1(x)))
            return self.relu(torch.sigmoid(y) + x)

    stem = nn.Conv2d(3, 4, 3, padding=1, padding_mode="circular")
    net = nn.Sequential(stem, Unit(), Unit(), nn.Flatten(), nn.Linear(4 * 8 * 8, 5))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 8, 8)))
    unit = ["conv1", "bn1", "relu", "sigmoid", "add", "relu_2"]
    assert [one.name for one in report.layers] == [
        "0/pad", "0", *(f"1/{name}" for name in unit), *(f"2/{name}" for name in unit), "3", "4",
    ]  # fmt: skip
    assert report.layer("2/relu").receptive_field.size == (7, 7)
    assert report.total.params == sum(one.numel() for one in net.parameters())
    assert net.training, "it is as it was"
