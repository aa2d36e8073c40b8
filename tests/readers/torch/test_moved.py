"""Logits of relative positions, as attention has them: rows that are padded, flattened and cut at another width."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from readers.torch.nets import agrees_with, depends_as_seen, exported, module

import rfcli

pytestmark = pytest.mark.torch


def shifted(x: Any, table: Any, order: tuple[int, ...]) -> Any:
    """Logits of (tables, rows, n, features) along the third, in absolute positions (Bello et al. 2019)."""
    from torch.nn import functional

    tables, rows, n, _ = x.shape
    wide = table.shape[0]
    x = functional.pad((x @ table.transpose(-1, -2)).reshape(-1, n, wide), [0, 1]).flatten(1)
    x = functional.pad(x, [0, wide - n]).reshape(-1, n + 1, wide)[:, :n, (wide - 1) // 2 :]
    return x.reshape(tables, rows, 1, n, -1).expand(-1, -1, (wide + 1) // 2, -1, -1).permute(order)


def both(self: Any, queries: Any) -> Any:
    """Logits of rows and of columns."""
    down = shifted(queries.transpose(1, 2), self.down, (0, 3, 1, 4, 2))
    return shifted(queries, self.across, (0, 1, 3, 2, 4)) + down


def blocks(self: Any, x: Any) -> Any:
    """Attention with haloes (Vaswani et al. 2021): blocks of 4 x 4, each with the samples one around."""
    from torch.nn import functional

    count = x.shape[2] // 4
    q = self.q(x).reshape(-1, 4, count, 4, count, 4).permute(0, 1, 3, 5, 2, 4).reshape(2, 4, 16, -1).transpose(1, 3)
    around = functional.pad(self.kv(x), [1] * 4).unfold(2, 6, 4).unfold(3, 6, 4)
    k, v = around.reshape(2, 8, count * count, -1).permute(0, 2, 3, 1).split([4, 4], -1)
    logits = both(self, q.reshape(-1, 4, 4, 4)).reshape(2, count * count, 16, -1)
    shares = (q @ k.transpose(-1, -2) / 2 + logits).softmax(-1)
    made = (shares @ v).transpose(1, 3).reshape(-1, 4, 4, count, count)
    return made.permute(0, 3, 1, 4, 2).contiguous().view(x.shape)


def whole(self: Any, x: Any) -> Any:
    """Attention over the map (Srinivas et al. 2021)."""
    q, k, v = self.qkv(x).reshape(2, 12, -1).split([4, 4, 4], 1)
    logits = both(self, q.transpose(1, 2).reshape(2, x.shape[2], x.shape[3], 4)).reshape(2, v.shape[2], -1)
    shares = (q.transpose(1, 2) @ k / 2 + logits).softmax(-1)
    return (shares @ v.transpose(1, 2)).transpose(1, 2).reshape(x.shape)


def sequence(self: Any, x: Any) -> Any:
    """Attention of a Conformer (Gulati et al. 2020; Dai et al. 2019)."""
    from torch.nn import functional

    q, k, v = (one.transpose(1, 2) for one in self.qkv(x.transpose(1, 2)).view(1, -1, 3, 2, 4).unbind(2))
    n = q.shape[2]
    far = (q + self.bias) @ self.table.transpose(-1, -2)
    far = functional.pad(far, (1, 0)).view(1, 2, 2 * n, n)
    far = far[:, :, 1:].view(1, 2, n, 2 * n - 1)[..., :n]
    shares = ((q @ k.transpose(-1, -2) + far) / 2).softmax(-1)
    return (shares @ v).transpose(1, 2).reshape(1, n, 8).transpose(1, 2)


def next_row(self: Any, x: Any) -> Any:
    """Rows that are read at another width without a row between: each reads the next one."""
    from torch.nn import functional

    n = x.shape[2]
    return functional.pad(self.point(x).transpose(1, 2), (1, 0)).reshape(1, n + 1, n)[:, 1:].transpose(1, 2)


def nets() -> dict[str, tuple[Any, tuple[int, ...]]]:
    import torch
    from torch import nn

    tables = {"down": nn.Parameter(torch.randn(11, 4)), "across": nn.Parameter(torch.randn(11, 4))}
    return {
        "blocks": (module(blocks, q=nn.Conv2d(8, 8, 1), kv=nn.Conv2d(8, 16, 1), **tables), (1, 8, 8, 8)),
        "whole": (module(whole, qkv=nn.Conv2d(8, 24, 1), **tables), (1, 8, 6, 6)),
        "sequence": (
            module(sequence, qkv=nn.Linear(8, 24), bias=nn.Parameter(torch.randn(2, 1, 4)),
                   table=nn.Parameter(torch.randn(1, 2, 11, 4))), (1, 8, 6),
        ),
    }  # fmt: skip


WAYS = [(name, way) for name in ("blocks", "whole", "sequence") for way in ("live", "saved", "script", "dynamo")
        if (name, way) != ("blocks", "script")]  # fmt: skip
"""The older exporter has no windows of windows."""


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_logits_of_relative_positions(name: str, way: str, tmp_path: Path) -> None:
    import torch

    torch.manual_seed(0)
    net, shape = nets()[name]
    if way == "live":
        depends_as_seen(net, shape)
    elif way == "saved":
        torch.export.save(torch.export.export(net.eval(), (torch.rand(shape),)), tmp_path / "net.pt2")
        agrees_with(net, shape, rfcli.load(tmp_path / "net.pt2"))
    else:
        file = exported(net.eval(), (torch.rand(shape),), tmp_path / "net.onnx", dynamo=way == "dynamo")
        agrees_with(net, shape, rfcli.load(file))


def test_blocks_see_what_lies_around_them() -> None:
    net, shape = nets()["blocks"]
    field = rfcli.compute(rfcli.from_torch(net, shape)).layers[-1].receptive_field
    assert (field.size, field.globally) == ((6, 6), False)


def test_rows_that_read_the_next_one_are_not_known() -> None:
    from torch import nn

    network = rfcli.from_torch(module(next_row, point=nn.Conv1d(8, 6, 1)), (1, 8, 6))
    assert [entry.layer.given["unknown"] for entry in network.entries if "unknown" in entry.layer.given]
