"""Attention of ATen, in the kernels that torch has for it."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.operations import SEQUENCE, C, Row, T, X, check, row

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
