"""Nodes of a traced graph: operations that are no layers."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.operations import IMAGE, C, Row, X, check, row

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
    row("new_empty", A, [1], **SHAPE),
    *(row(f"{name}_like", A, **SHAPE) for name in ("zeros", "ones", "empty", "rand", "randn")),
    row("full_like", A, 3, **SHAPE),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)
