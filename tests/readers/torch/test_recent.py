"""Blocks of recent networks: what each position of the output depends on is seen by changing the input position by
position, and the parameters are torch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import agrees_with, conv, made_depends_as_seen, module

import rfcli

pytestmark = pytest.mark.torch

IMAGE, SMALL, SIGNAL = (1, 4, 8, 8), (1, 2, 5, 6), (1, 4, 12)


def torch() -> Any:
    import torch

    return torch


def weight(*shape: int) -> Any:
    return torch().nn.Parameter(torch().rand(shape))


def linear_attention_of_parts(self: Any, x: Any) -> Any:
    """As MobileViTv2 has it: each pixel of a patch with the same pixel of all patches."""
    t = self.a(x).view(1, 4, 4, 2, 4, 2).permute(0, 1, 3, 5, 2, 4).reshape(1, 4, 4, 16)
    scores, keys, values = self.b(t).split([1, 4, 4], 1)
    context = (keys * scores.softmax(-1)).sum(-1, keepdim=True)
    made = self.c(values.relu() * context.expand_as(values))
    return made.view(1, 4, 2, 2, 4, 4).permute(0, 1, 4, 2, 5, 3).reshape(1, 4, 8, 8)


def of_windows(self: Any, x: Any) -> Any:
    """Less the mean of its window, times what is largest there."""
    t = self.a(x).view(1, 4, 4, 2, 4, 2)
    return ((t - t.mean((3, 5), keepdim=True)) * t.amax((3, 5), keepdim=True).sigmoid()).view(1, 4, 8, 8)


def of_a_grid(self: Any, x: Any) -> Any:
    t = self.a(x).view(1, 4, 3, 4)
    return (t.exp() / t.exp().sum(2, keepdim=True)).view(1, 4, 12)


def pooled_queries(self: Any, x: Any) -> Any:
    """As Hiera has it: windows of 4 x 4, of which each query is the largest of 2 x 2."""
    t = self.a(x).view(1, 4, 2, 2, 2, 2, 2, 2).permute(0, 4, 7, 3, 6, 2, 5, 1).reshape(1, 64, 4)
    queries, keys, values = self.b(t).reshape(1, 16, 4, 3, 2, 2).permute(3, 0, 4, 2, 1, 5).unbind(0)
    queries = queries.view(1, 2, 4, 4, -1, 2).amax(3)
    made = torch().nn.functional.scaled_dot_product_attention(queries, keys, values)
    made = made.transpose(1, 3).reshape(1, 16, 4) + t.view(1, 4, 16, 4).amax(1)
    return made.view(1, 2, 2, 2, 2, 4).permute(0, 5, 3, 1, 4, 2).reshape(1, 4, 4, 4)


def rows(x: Any) -> Any:
    return x.flatten(2).transpose(1, 2)


def decomposed_bias(self: Any, x: Any) -> Any:
    """As MViTv2 has it: what each query makes of the rows and the columns of its keys is added to the scores."""
    queries, keys = rows(self.a(x)), rows(self.b(x))
    own = queries.view(1, 8, 8, 4)
    across, down = (torch().einsum(f"bhwc,{at}c->bhw{at}", own, one) for at, one in (("k", self.c), ("l", self.d)))
    scores = (queries @ keys.transpose(1, 2)).mul(0.3).view(1, 8, 8, 8, 8) + across[..., None] + down[..., None, :]
    return (scores.view(1, 64, 64).softmax(-1) @ keys).transpose(1, 2).reshape(1, 4, 8, 8)


def selective_scan(self: Any, x: Any) -> Any:
    """As Mamba has it, written as a loop: a state of 3 numbers a channel."""
    u = self.a(x)
    steps, takes, gives = self.b(u), self.c(u), self.d(u)
    state, made = torch().zeros(1, 4, 3, dtype=x.dtype), []
    for at in range(x.shape[2]):
        kept = (steps[:, :, at, None].sigmoid() * self.e.sigmoid()) * state
        state = kept + takes[:, None, :, at] * u[:, :, at, None]
        made.append((state * gives[:, None, :, at]).sum(-1))
    return torch().stack(made, 2) + u


def functional() -> Any:
    return torch().nn.functional


def inverse_wavelet(self: Any, x: Any) -> Any:
    """As Haar's: four maps, each of which fills a quarter of the samples."""
    a, b, c, d = self.a(x).chunk(4, 1)
    made = x.new_zeros(1, 2, 6, 8)
    made[:, :, 0::2, 0::2], made[:, :, 1::2, 0::2] = a - b, a + c
    made[:, :, 0::2, 1::2], made[:, :, 1::2, 1::2] = b - d, a + d
    return self.b(made)


def rows_overwritten(self: Any, x: Any) -> Any:
    made = self.a(x).clone()
    made[:, :, 1::2, ::2] = self.b(x)[:, :, :-1:2, 1::2]
    return made


def outlook(self: Any, x: Any) -> Any:
    """As VOLO has it: each position says what its neighbours take from one another."""
    values = functional().unfold(self.a(x), 3, padding=1).reshape(1, 2, 9, 16).permute(0, 3, 2, 1)
    shares = self.b(x).reshape(1, 9, 9, 16).permute(0, 3, 1, 2).softmax(-1)
    return functional().fold((shares @ values).permute(0, 3, 2, 1).reshape(1, 18, 16), (4, 4), 3, padding=1)


def queries_of_their_own(self: Any, x: Any) -> Any:
    """Windows of keys and values that read one position each, for queries that read 5 x 5."""

    def windows(y: Any) -> Any:
        return y.view(1, 4, 2, 4, 2, 4).permute(0, 2, 4, 3, 5, 1).reshape(1, 4, 16, 4)

    queries, keys = windows(self.a(x)), windows(self.b(x))
    made = functional().scaled_dot_product_attention(queries, keys, keys)
    return made.view(1, 2, 2, 4, 4, 4).permute(0, 5, 1, 3, 2, 4).reshape(1, 4, 8, 8)


def chebyshev(x: Any) -> Any:
    """Polynomials, as networks of Kolmogorov and Arnold take them."""
    made = [torch().ones_like(x), x]
    while len(made) < 4:
        made.append(2 * x * made[-1] - made[-2])
    return torch().cat(made, 1)


def pair() -> dict[str, Any]:
    return {"a": conv(2, 2, 1), "b": conv(2, 2)}


NETS: dict[str, tuple[Callable[[Any, Any], Any], tuple[int, ...], Callable[[], dict[str, Any]]]] = {
    "linear attention of parts": (
        linear_attention_of_parts, IMAGE, lambda: {"a": conv(4, 4), "b": conv(4, 9, 1), "c": conv(4, 4, 1)}),
    "of windows": (of_windows, IMAGE, lambda: {"a": conv(4, 4)}),
    "of a grid": (of_a_grid, SIGNAL, lambda: {"a": conv(4, 4, axes=1)}),
    "pooled queries": (pooled_queries, IMAGE, lambda: {"a": conv(4, 4), "b": torch().nn.Linear(4, 12)}),
    "decomposed bias": (
        decomposed_bias, IMAGE, lambda: {"a": conv(4, 4), "b": conv(4, 4, 1), "c": weight(8, 4), "d": weight(8, 4)}),
    "running sums of rows": (lambda self, x: self.a(self.b(x).cumsum(3)), SMALL, pair),
    "running sums of columns, from below": (lambda self, x: self.a(self.b(x).flip(2).cumsum(2).flip(2)), SMALL, pair),
    "rows normalised": (
        lambda self, x: self.a(self.c(self.b(x))), SMALL, lambda: {**pair(), "c": torch().nn.LayerNorm(6)}),
    "columns and channels normalised": (
        lambda self, x: self.a(self.c(self.b(x).permute(0, 3, 2, 1)).permute(0, 3, 2, 1)), SMALL,
        lambda: {**pair(), "c": torch().nn.LayerNorm((5, 2))}),
    "a dense layer over frequencies": (
        lambda self, x: x + self.d(self.c(self.b(x)).relu()), SMALL,
        lambda: {"b": conv(2, 2), "c": torch().nn.Linear(6, 3), "d": torch().nn.Linear(3, 6)}),
    "a dense layer over columns": (
        lambda self, x: self.a(self.c(self.b(x).transpose(2, 3)).transpose(2, 3)), SMALL,
        lambda: {**pair(), "c": torch().nn.Linear(5, 3)}),
    "constants among channels": (
        lambda self, x: self.a(torch().cat([self.c.expand(1, 1, 5, 6), x, torch().ones(1, 1, 5, 6), x.relu()], 1)),
        SMALL, lambda: {"a": conv(6, 2), "c": weight(1, 1, 1, 1)}),
    "polynomials": (lambda self, x: self.a(chebyshev(x.tanh())), SMALL, lambda: {"a": conv(8, 2)}),
    "sources in the batch": (
        lambda self, x: self.b((self.a(x).unsqueeze(1) * self.c(x).view(1, 2, 3, -1)).view(2, 3, -1)).view(1, 2, -1),
        (1, 3, 7), lambda: {"a": conv(3, 3, axes=1), "c": conv(3, 6, 1, 1), "b": torch().nn.ConvTranspose1d(3, 1, 4, 2)}),
    "an inverse wavelet": (
        inverse_wavelet, (1, 2, 3, 4), lambda: {"a": conv(2, 8), "b": conv(2, 2)}),
    "rows overwritten": (rows_overwritten, SMALL, lambda: {"a": conv(2, 2), "b": conv(2, 2, 5)}),
    "windows summed": (
        lambda self, x: functional().fold(self.a(x).flatten(2), (11, 9), (3, 2), stride=(2, 1), padding=(0, 1)),
        (1, 2, 5, 10), lambda: {"a": conv(2, 12)}),
    "windows put back": (
        lambda self, x: functional().fold(functional().unfold(self.a(x), 3, padding=1), (5, 6), 3, padding=1), SMALL,
        lambda: {"a": conv(2, 2)}),
    "frames of a signal summed": (
        lambda self, x: functional().fold(self.a(x), (1, 26), (1, 4), stride=(1, 2)).squeeze(2), SIGNAL,
        lambda: {"a": conv(4, 8, 1, 1)}),
    "attention of an outlook": (
        outlook, (1, 2, 4, 4), lambda: {"a": conv(2, 2), "b": conv(2, 81, 1)}),
    "parts of rows pooled": (
        lambda self, x: functional().avg_pool1d(self.a(x).flatten(2), 3).view(1, 2, 5, 2), SMALL,
        lambda: {"a": conv(2, 2)}),
    "several rows pooled": (
        lambda self, x: functional().avg_pool1d(self.a(x).flatten(2), 16).view(1, 4, 4, 1), IMAGE,
        lambda: {"a": conv(4, 4)}),
    "rows with columns": (
        lambda self, x: self.a(x[..., 0])[..., None] @ self.b(x[:, :, 0])[..., None, :], SMALL,
        lambda: {"a": conv(2, 2, axes=1), "b": conv(2, 2, axes=1)}),
    "queries of their own in windows": (queries_of_their_own, IMAGE, lambda: {"a": conv(4, 4, 5), "b": conv(4, 4, 1)}),
    "selective scan": (
        selective_scan, (1, 4, 5),
        lambda: {"a": conv(4, 4, axes=1), "b": conv(4, 4, 1, 1), "c": conv(4, 3, 1, 1), "d": conv(4, 3, 1, 1),
                 "e": weight(4, 3)}),
}  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_what_positions_depend_on(name: str) -> None:
    made_depends_as_seen(NETS[name])


def test_a_mask_after_terms_of_queries_is_not_known() -> None:
    """Scores to which queries add something of theirs are masked by constants all the same."""

    def forward(self: Any, x: Any) -> Any:
        queries = rows(self.a(x))
        scores = queries @ queries.transpose(1, 2) + queries @ self.b
        scores = scores.masked_fill(torch().ones(64, 64).triu(1).bool(), -1e9)
        return scores.softmax(-1) @ queries

    net = module(forward, a=conv(4, 4), b=weight(4, 64))
    told = [entry.layer.given.get("unknown") for entry in rfcli.from_torch(net, IMAGE).entries]
    assert "product of positions of which a mask leaves some" in told


def test_the_layout_that_an_unknown_operation_makes_of_blocks_is_not_guessed() -> None:
    """A recurrent layer inside blocks of a signal is not known, and so is nothing behind it."""

    def forward(self: Any, x: Any) -> Any:
        blocks = x.view(1, 4, 4, 3).permute(0, 2, 3, 1).reshape(4, 3, 4)
        return self.b(self.a(blocks)[0]).view(1, 4, 3, 4).permute(0, 3, 1, 2).reshape(1, 4, 12) + x

    net = module(forward, a=torch().nn.LSTM(4, 3, batch_first=True), b=torch().nn.Linear(3, 4))
    report = rfcli.compute(rfcli.from_torch(net, SIGNAL))
    field = report.layers[-1].receptive_field
    assert (report.total.params, field.size[0].__class__.__name__, field.globally) == (124, "Unknown", False)


def test_one_block_is_not_taken_for_the_map_that_it_is_of() -> None:
    """What a grid was reduced to, made otherwise since, cannot be merged with the map: no size is told for it."""

    def forward(self: Any, x: Any) -> Any:
        blocks = x.view(1, 4, 2, 4, 2, 4)
        return blocks * self.a(blocks.mean((2, 4))).view(1, 4, 1, 4, 1, 4)

    told = [one.layer.given.get("unknown") for one in rfcli.from_torch(module(forward, a=conv(4, 4, 1)), IMAGE).entries]
    assert told[-1] == "aten.mul: tensors of different layouts are merged"


def test_zeros_around_a_factor_are_told() -> None:
    """What a padded map takes out of what it is multiplied by counts as read, and this is said."""

    def forward(self: Any, x: Any) -> Any:
        return self.a(x) * functional().pad(x[..., 3:], (3, 0))

    remarks = rfcli.from_torch(module(forward, a=conv(4, 4, axes=1)), SIGNAL).remarks
    assert any("takes positions out of what it is multiplied by" in one for one in remarks)


def test_frames_that_lie_in_the_batch_are_shifted() -> None:
    """As temporal shift modules have it: parts of the channels go to the frame before, and to the one behind."""

    def shifted(x: Any) -> Any:
        y = x.view(1, *x.shape)
        made = torch().zeros_like(y)
        made[:, :-1, :1], made[:, 1:, 1:2], made[:, :, 2:] = y[:, 1:, :1], y[:, :-1, 1:2], y[:, :, 2:]
        return made.view(x.shape)

    def forward(self: Any, x: Any) -> Any:
        return self.b(shifted(self.a(x).tanh()))

    def of_a_film(self: Any, x: Any) -> Any:
        return self.net(x[0].transpose(0, 1)).transpose(0, 1)[None]

    torch().manual_seed(0)
    net = module(forward, a=conv(2, 3), b=conv(3, 2)).eval()
    agrees_with(module(of_a_film, net=net), (1, 2, 4, 3, 4), rfcli.from_torch(net, (4, 2, 3, 4)))
