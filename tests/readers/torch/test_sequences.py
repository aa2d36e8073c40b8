"""Sequences as inputs, (batch, positions, features), and what masks of attention leave of them: as autograd has it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import module

import rfcli
from rfcli.geometry.unknown import Unknown

pytestmark = pytest.mark.torch

N, D = 9, 4


def before(torch: Any) -> Any:
    return torch.ones(N, N).tril().bool()


def away(torch: Any) -> Any:
    return torch.arange(N) - torch.arange(N)[:, None]


def scored(self: Any, x: Any) -> tuple[Any, Any, Any]:
    q, k, v = self.qkv(x).chunk(3, -1)
    return self.torch, q @ k.transpose(-2, -1) / math.sqrt(D), v


def filled(self: Any, x: Any) -> Any:
    torch, scores, v = scored(self, x)
    return scores.masked_fill(~before(torch), float("-inf")).softmax(-1) @ v


def chosen(self: Any, x: Any) -> Any:
    torch, scores, v = scored(self, x)
    return torch.where(~before(torch), torch.tensor(-1e9), scores).softmax(-1) @ v


def added(self: Any, x: Any) -> Any:
    torch, scores, v = scored(self, x)
    mask = torch.full((N, N), float("-inf")).triu(1)
    return self.dropout((scores + mask).softmax(-1)) @ v


def heads(self: Any, x: Any) -> Any:
    q, k, v = (one.view(1, N, 2, D // 2).transpose(1, 2) for one in self.qkv(x).chunk(3, -1))
    scores = (q @ k.transpose(-2, -1)).masked_fill(self.mask[:, :, :N, :N] == 0, float("-inf"))
    return (scores.softmax(-1) @ v).transpose(1, 2).reshape(1, N, D)


def causal(self: Any, x: Any) -> Any:
    q, k, v = self.qkv(x).chunk(3, -1)
    return self.torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)


def later(self: Any, x: Any) -> Any:
    torch, scores, v = scored(self, x)
    return scores.masked_fill(away(torch) < 0, -1e9).softmax(-1) @ v


def near(self: Any, x: Any) -> Any:
    q, k, v = self.qkv(x).chunk(3, -1)
    mask = (away(self.torch) <= 1) & (away(self.torch) > -3)
    return self.torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def weighed(self: Any, x: Any) -> Any:
    return self.attention(x, x, x, attn_mask=~before(self.torch))[0]


def encoded(self: Any, x: Any) -> Any:
    mask = self.torch.full((N, N), float("-inf")).triu(1)
    return self.encoder(x, mask=mask, is_causal=True)


def recurrent(self: Any, x: Any) -> Any:
    return self.point(self.lstm(self.norm(x))[0])


def both_ways(self: Any, x: Any) -> Any:
    return self.gru(x)[0]


def made(forward: Callable[..., Any]) -> Any:
    import torch
    from torch import nn

    net = module(
        forward, torch=torch, qkv=nn.Linear(D, 3 * D), dropout=nn.Dropout(0.1), point=nn.Linear(6, 2),
        norm=nn.LayerNorm(D), lstm=nn.LSTM(D, 6, batch_first=True),
        gru=nn.GRU(D, 3, batch_first=True, bidirectional=True),
        attention=nn.MultiheadAttention(D, 2, batch_first=True),
        encoder=nn.TransformerEncoder(nn.TransformerEncoderLayer(D, 2, 8, batch_first=True), 1),
    )  # fmt: skip
    net.register_buffer("mask", torch.ones(1, 1, 2 * N, 2 * N).tril())
    return net.eval()


@pytest.mark.parametrize(
    ("forward", "unbounded", "size"),
    [
        (filled, "before", 1), (chosen, "before", 1), (added, "before", 1), (heads, "before", 1), (causal, "before", 1),
        (later, "after", 1), (near, None, 4), (weighed, "before", 1), (encoded, "before", 1), (recurrent, "before", 1),
        (both_ways, "both", 1),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)  # fmt: skip
def test_positions(forward: Callable[..., Any], unbounded: str | None, size: int | None) -> None:
    import torch

    net, x = made(forward), torch.rand(1, N, D)
    report = rfcli.compute(rfcli.from_torch(net, x))
    last = report.layer(report.outputs[0])
    assert (last.receptive_field.unbounded, last.receptive_field.size) == ((unbounded,), (size,))
    assert report.total.params + report.unused_params == sum(one.numel() for one in net.parameters())
    x.requires_grad_()
    y = net(x)
    for at in (0, 3, N - 1):
        (gradient,) = torch.autograd.grad(y[0, at].pow(2).sum(), x, retain_graph=True)
        read = gradient[0].abs().sum(1).nonzero().flatten().tolist()
        region = rfcli.located(report, last.name).at((at,))
        assert region.clipped == ((read[0], read[-1]),) or unbounded == "both", at


def odd(self: Any, x: Any) -> Any:
    torch, scores, v = scored(self, x)
    return scores.masked_fill(away(torch) % 2 == 1, -1e9).softmax(-1) @ v


def retained(self: Any, x: Any) -> Any:
    torch, scores, v = scored(self, x)
    return (scores * before(torch)) @ v


def triangular(self: Any, x: Any) -> Any:
    _, scores, v = scored(self, x)
    return scores.tril() @ v


def summed(self: Any, x: Any) -> Any:
    q, k, v = self.qkv(x).chunk(3, -1)
    scores = self.torch.einsum("bid,bjd->bij", q, k).masked_fill(~before(self.torch), float("-inf"))
    return self.torch.einsum("bij,bjd->bid", scores.softmax(-1), v)


@pytest.mark.parametrize("forward", [odd, retained, triangular, summed], ids=lambda one: one.__name__)
def test_masks_that_are_not_read(forward: Callable[..., Any]) -> None:
    """They are not said to leave everything; sizes, channels and parameters are known."""
    import torch

    report = rfcli.compute(rfcli.from_torch(made(forward), torch.rand(1, N, D)))
    last = report.layer(report.outputs[0])
    assert isinstance(last.receptive_field.size[0], Unknown) and not last.receptive_field.globally
    assert (last.output_size, last.channels, report.total.params) == ((N,), D, 3 * D * D + 3 * D)


def test_masks_that_leave_all() -> None:
    import torch

    def forward(self: Any, x: Any) -> Any:
        torch, scores, v = scored(self, x)
        return (torch.einsum("bij->bij", scores) * torch.full((N, N), 2.0)).softmax(-1) @ v

    report = rfcli.compute(rfcli.from_torch(made(forward), torch.rand(1, N, D)))
    assert report.layer(report.outputs[0]).receptive_field.unbounded == ("both",)


def test_numbers_in_a_row() -> None:
    """Of words a convolution sees its window, and of a batch in the middle a layer that is recurrent all before."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        return self.conv(self.words(x).transpose(1, 2))

    net = module(forward, words=nn.Embedding(50, D), conv=nn.Conv1d(D, 6, 5, padding=2))
    report = rfcli.compute(rfcli.from_torch(net, torch.zeros(1, N, dtype=torch.long)))
    assert [(one.receptive_field.size, one.output_size, one.cost.params) for one in report.layers][-1] == (
        (5,), (N,), 6 * 5 * D + 6,
    )  # fmt: skip
    assert report.total.params == sum(one.numel() for one in net.parameters())

    report = rfcli.compute(rfcli.from_torch(nn.LSTM(D, 6), (N, 1, D)))
    assert (report.layers[0].receptive_field.unbounded, report.layers[0].output_size) == (("before",), (N,))


def test_convolutions_have_their_way() -> None:
    """An input that is convolved has its channels before its axis, although what comes first is a dense layer."""
    from torch import nn

    net = module(
        lambda self, x: self.dense(x) + self.conv(x), dense=nn.Linear(N, N), conv=nn.Conv1d(D, D, 3, padding=1)
    )
    report = rfcli.compute(rfcli.from_torch(net, (1, D, N)))
    assert report.layer("conv").receptive_field.size == (3,)
    assert report.layer("dense").receptive_field.globally
    net = module(lambda self, x: self.dense(self.conv(x)), dense=nn.Linear(N, 5), conv=nn.Conv1d(D, D, 3, padding=1))
    report = rfcli.compute(rfcli.from_torch(net, (1, D, N)))
    assert report.total.params == sum(one.numel() for one in net.parameters())
