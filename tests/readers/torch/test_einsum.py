"""Sums of products in Einstein's notation."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.operations import IMAGE, C, Row, T, W, X, check, row

A = X(IMAGE)
TWO: dict[str, Any] = {"before": lambda x: (x.flatten(2), x.flatten(2).softmax(1))}
"""Of one map queries and keys: (1, 4, 48) each."""
HEADS: dict[str, Any] = {"before": lambda x: (x.reshape(1, 2, 2, 48), x.reshape(1, 2, 2, 48))}


def parted(x: Any) -> Any:
    """Windows of 2 x 2 samples, twice: (1, windows, samples, channels)."""
    return (x.reshape(1, 4, 3, 2, 4, 2).permute(0, 2, 4, 3, 5, 1).reshape(1, 12, 4, 4),) * 2


def scored(x: Any, y: Any) -> Any:
    """A sum of each position's scores, as a map."""
    return (y * y).mean(-1).reshape(1, -1, 6, 8)


def windowed(x: Any, y: Any) -> Any:
    """Sums of windows with their scores, put back."""
    return (y.softmax(-1) @ parted(x)[0]).reshape(1, 3, 4, 2, 2, 4).permute(0, 5, 1, 3, 2, 4).reshape(1, 4, 6, 8)


HALVES = (
    "identity; identity; identity; custom filters=4 macs=0 params=0; window_attention macs=768 params=0 window=2; softmax; identity; identity; identity; "
    "concat; custom filters=4 macs=0 params=0; window_attention macs=768 params=0 window=2; identity; identity; identity"
)
FLAT = "identity; identity; softmax; "
ROWS = [
    # A convolution with kernel 1, its weight before or behind.
    row("einsum", "bchw,oc->bohw", [A, W((5, 4))], layers="conv kernel=1 filters=5 bias=false"),
    row("einsum", "oc,bchw->bohw", [W((5, 4)), A], layers="conv kernel=1 filters=5 bias=false"),
    row("einsum", "...chw,oc->...ohw", [A, W((5, 4))], layers="conv kernel=1 filters=5 bias=false"),
    row("einsum", "bchw,c->bhw", [A, W((4,))], layers="custom filters=1 params=4 macs=192", places=(1, 2)),
    # A matrix each for two parts of the channels.
    row("einsum", "bgchw,gco->bgohw", [A, W((2, 2, 3))], layers="identity; custom filters=6 groups=2 params=12 macs=576; identity",
        before=lambda x: (x.reshape(1, 2, 2, 6, 8),), then=lambda x, y: y.reshape(1, 6, 6, 8)),
    row("einsum", "bchw->bhwc", [A], layers="identity", places=(1, 2)),
    row("einsum", "bchw->bc", [A], layers="global_avg_pool; identity", places=(None, None)),
    # Scores of all pairs, and a matrix of channels that sees the whole map.
    row("einsum", "bcn,bcm->bnm", [X(IMAGE), T(1)], layers=FLAT + "add; custom filters=48 params=0 macs=9216 global=true; "
        "multiply; custom filters=1 params=0 macs=0; identity", then=scored, **TWO),
    row("einsum", "bcn,bdn->bcd", [X(IMAGE), T(1)], layers=FLAT + "concat; custom filters=16 params=0 macs=768 global=true; "
        "global_avg_pool", places=(None, None), **TWO),
    row("einsum", "bhdn,bhdm->bhnm", [X(IMAGE), T(1)], layers="identity; identity; add; "
        "custom filters=96 params=0 macs=9216 global=true; multiply; custom filters=2 groups=2 params=0 macs=0; identity", then=scored, **HEADS),
    row("einsum", "bwic,bwjc->bwij", [X(IMAGE), T(1)], then=windowed, before=parted, layers=HALVES),
    # Dots that stand for fewer dimensions of one tensor, and a dimension of one entry.
    row("einsum", "...qd,...kd->...qk", [X(IMAGE), T(1)], layers="identity; identity; identity; identity; identity; add; "
        "custom filters=48 params=0 macs=9216 global=true; multiply; custom filters=1 params=0 macs=0; identity", then=scored,
        before=lambda x: (x.flatten(2).transpose(1, 2)[:, None], x.flatten(2).transpose(1, 2))),
    row("einsum", "...chw,...oc->...ohw", [A, W((1, 5, 4))], layers="conv kernel=1 filters=5 bias=false"),
    row("einsum", "bchw,boc->bohw", [A, W((1, 5, 4))], layers="conv kernel=1 filters=5 bias=false"),
    row("einsum", "bchw,bchw,oc->bohw", [A, A, W((5, 4))], layers="unknown aten.einsum: it multiplies more than two tensors"),
    row("einsum", "bchw,hk->bckw", [A, C([[1.0] * 6] * 6, "float64")], layers="window_attention macs=1152 params=0 window=[6,1]"),
]  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)
