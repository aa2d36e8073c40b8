"""Attention of ATen, in the kernels that torch has for it."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.nets import module
from readers.torch.operations import SEQUENCE, C, Row, T, X, check, row

import rfcli
from rfcli.geometry.unknown import Unknown

pytestmark = pytest.mark.torch

THREE: tuple[Any, ...] = (X(SEQUENCE), T(1), T(2))
HEAD: dict[str, Any] = {"before": lambda x: (x.transpose(1, 2)[:, None],) * 3}
"""Of one map queries, keys and values are made, of one head: (1, 1, positions, channels)."""
LAYERS = "identity; identity; custom filters=4 params=0 macs=648 global=true"
"""Each of 9 positions meets each, over 4 channels: 2 * 9 * 9 * 4 multiply-accumulates."""

ROWS = [
    row("scaled_dot_product_attention", *THREE, layers=LAYERS, places=(2,), **HEAD),
    row("scaled_dot_product_attention", *THREE, C([[0.0] * 9] * 9, "float64"), layers=LAYERS, places=(2,), **HEAD),
    row("_scaled_dot_product_flash_attention_for_cpu", *THREE, layers=LAYERS, places=(2,), **HEAD),
    row("_scaled_dot_product_flash_attention", *THREE, layers=LAYERS, places=(2,), runs=False, **HEAD),
    row("_scaled_dot_product_efficient_attention", *THREE, None, False, layers=LAYERS, places=(2,), runs=False, **HEAD),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)


def test_attention_is_global() -> None:
    """Over all positions, by PyTorch's module and by its function; with a causal mask it is not known."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x).flatten(2).transpose(1, 2)
        z = self.attention(y, y, y, need_weights=False)[0]
        causal = nn.functional.scaled_dot_product_attention(y, y, y, is_causal=True)
        return z.transpose(1, 2).unflatten(2, (4, 5)), causal

    net = module(forward, a=nn.Conv2d(3, 8, 3), attention=nn.MultiheadAttention(8, 2, batch_first=True))
    for one in net.parameters():
        one.requires_grad_(False)  # As when PyTorch would take its fast path.
    report = rfcli.compute(rfcli.from_torch(net, torch.zeros(1, 3, 6, 7)))
    layer = report.layer("attention/scaled_dot_product_attention")
    assert (layer.receptive_field.size, layer.receptive_field.globally) == ((None, None), True)
    assert layer.cost.macs == 2 * 20 * 20 * 8
    assert report.total.params == sum(one.numel() for one in net.parameters())
    assert isinstance(report.layer("scaled_dot_product_attention").receptive_field.size[0], Unknown)
