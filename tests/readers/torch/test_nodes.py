"""Nodes of a traced graph: operations that are no layers."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.nets import module
from readers.torch.operations import IMAGE, C, Row, X, check, row

import rfcli

pytestmark = pytest.mark.torch

A = X(IMAGE)
COPY: dict[str, Any] = {"layers": "relu", "then": lambda x, y: y.relu()}
SHAPE: dict[str, Any] = {"layers": "identity", "then": lambda x, y: x + y * 0}

ROWS = [
    row("alias", A, **COPY),
    row("clone", A, **COPY),
    row("contiguous", A, **COPY),
    row("detach", A, **COPY),
    row("lift", A, **COPY),
    row("lift_fresh_copy", A, **COPY),
    row("to.dtype", A, 7, **COPY),
    row("_to_copy", A, **COPY),
    row("type_as", A, C([1.0], "float32"), **COPY),
    row("resolve_conj", A, **COPY),
    row("resolve_neg", A, **COPY),
    row("_conj_physical", A, **COPY),
    row("new_zeros", A, [1, 4, 6, 8], **SHAPE),
    row("new_ones", A, [4, 1, 1], **SHAPE),
    row("new_full", A, [1], 3.0, **SHAPE),
    row("new_empty", A, [1], **SHAPE, runs=False),  # what lies in memory is as it happens to be
    *(row(f"{name}_like", A, **SHAPE) for name in ("zeros", "ones", "rand", "randn")),
    row("empty_like", A, **SHAPE, runs=False),
    row("full_like", A, 3, **SHAPE),
    row("zero", A, **SHAPE),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)


def test_in_place_on_a_view() -> None:
    """What is written into a part of a map is read where the whole is."""
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x)
        y[:, :2].add_(self.b(x)[:, :2])
        return nn.functional.relu(y)

    net = module(forward, a=nn.Conv2d(3, 4, 3, padding=1), b=nn.Conv2d(3, 4, 7, padding=3))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 16, 16)))
    assert report.layers[-1].receptive_field.size == (7, 7)
    assert report.total.params == sum(one.numel() for one in net.parameters())


def test_in_place_afterwards() -> None:
    """`relu_` on what another layer reads later, by its old name."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x)
        torch.add(y, self.b(x), out=None)
        y += self.b(x)
        return self.c(y)

    net = module(forward, a=nn.Conv2d(3, 4, 1), b=nn.Conv2d(3, 4, 5, padding=2), c=nn.Conv2d(4, 4, 3))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 16, 16)))
    assert report.layer("c").receptive_field.size == (7, 7)
