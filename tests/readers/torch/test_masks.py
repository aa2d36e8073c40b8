"""Masks of attention, and what they keep apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import module
from witnesses.measuring import hull

import rfcli
from rfcli.geometry.unknown import Unknown

pytestmark = pytest.mark.torch


def attention(mask: str) -> Callable[[Any, Any], Any]:
    """Self-attention in windows of 4 of a sequence of 16, rolled by 1, masked where the border lies in between."""
    import torch

    def forward(self: Any, x: Any) -> Any:
        y = torch.roll(x, -1, 2).view(1, 6, 4, 4).permute(0, 2, 3, 1)
        scores = y @ y.transpose(-2, -1) * 0.5
        if mask != "none":
            place = (torch.arange(16) + 1 >= (15 if mask == "other" else 16)).view(4, 4)
            term = torch.where(place[:, :, None] == place[:, None, :], 0.0, -torch.inf)
            scores = term + scores if mask == "first" else scores + term
        y = (scores.softmax(-1) @ y).permute(0, 3, 1, 2).reshape(1, 6, 16)
        return torch.roll(y, 1, 2)

    return forward


@pytest.mark.parametrize("mask", ["border", "first"])
def test_rolled_windows(mask: str) -> None:
    """Windows that are rolled are those of `window_attention`, if the mask keeps the border's two sides apart."""
    import torch

    net = module(attention(mask))
    report = rfcli.compute(rfcli.from_torch(net, (1, 6, 16)))
    (layer,) = [one for one in report.layers if one.type == "window_attention"]
    assert (layer.output_size, layer.channels, layer.cost.macs) == ((16,), 6, 2 * 4 * 4 * 4 * 6)
    x = torch.rand(1, 6, 16, dtype=torch.float64).requires_grad_()
    y = net(x)
    locator = rfcli.located(report, layer.name)
    for o in range(16):
        assert list(locator.at((o,)).clipped) == hull(x, y**3, (o,)), o
    for mask, told in (("none", "rolled around the border"), ("other", "what its mask leaves")):
        report = rfcli.compute(rfcli.from_torch(module(attention(mask)), (1, 6, 16)))
        (size,) = report.layer(report.outputs[0]).receptive_field.size
        assert isinstance(size, Unknown) and told in size.reason
