"""Axes that are turned round and back: both ways through a recurrent layer, averages over flipped images, quarter
turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import conv, made_depends_as_seen, module

import rfcli

pytestmark = pytest.mark.torch

IMAGE, SIGNAL = (1, 2, 6, 7), (1, 4, 8)


def torch() -> Any:
    import torch

    return torch


def functional() -> Any:
    return torch().nn.functional


def both_ways(self: Any, x: Any) -> Any:
    """A recurrent layer by hand, from either end."""

    def run(steps: Any, cell: Any) -> Any:
        state, made = torch().zeros(1, 4, dtype=x.dtype), []
        for at in range(steps.shape[2]):
            state = cell(torch().cat([state, steps[:, :, at]], 1)).tanh()
            made.append(state)
        return torch().stack(made, 2)

    return run(x, self.a) + run(x.flip(2), self.b).flip(2)


def lstms(self: Any, x: Any) -> Any:
    x = x.transpose(1, 2)
    return torch().cat([self.a(x)[0], self.b(x.flip(1))[0].flip(1)], 2).transpose(1, 2)


def quarters(self: Any, x: Any) -> Any:
    return self.a(self.a(x.rot90(1, (2, 3))).rot90(1, (2, 3))).rot90(-2, (2, 3))


def lstm() -> Any:
    return torch().nn.LSTM(4, 3, batch_first=True)


NETS: dict[str, tuple[Callable[[Any, Any], Any], tuple[int, ...], Callable[[], dict[str, Any]]]] = {
    "averaged": (lambda self, x: self.a(x) + self.a(x.flip(-1)).flip(-1), IMAGE, lambda: {"a": conv(2, 2)}),
    "strided": (
        lambda self, x: self.a(x.flip(2, 3)).flip(2, 3), (1, 2, 10, 9),
        lambda: {"a": torch().nn.Conv2d(2, 2, (3, 4), (3, 2), padding=(0, 2), dilation=(2, 1))}),
    "transposed": (
        lambda self, x: self.a(x.flip(2)).flip(2), SIGNAL,
        lambda: {"a": torch().nn.ConvTranspose1d(4, 2, 3, 3, padding=1, output_padding=1)}),
    "pooled to the end": (
        lambda self, x: functional().max_pool2d(x.flip(2, 3), 3, 2, ceil_mode=True).flip(2, 3), IMAGE, dict),
    "padded and cut": (
        lambda self, x: self.a(functional().pad(x.flip(2), (3, 1), mode="reflect")[..., 1::2]).flip(2), SIGNAL,
        lambda: {"a": conv(4, 2, axes=1)}),
    "masked": (
        lambda self, x: self.a((x.flip(2) * torch().tensor([1.0, 1, 0, 0, 1, 0, 1, 1])).flip(2)), SIGNAL,
        lambda: {"a": conv(4, 2, axes=1)}),
    "scaled up": (
        lambda self, x: functional().interpolate(x.flip(2), scale_factor=2, mode="bilinear").flip(2), IMAGE, dict),
    "one place": (lambda self, x: self.a(x.flip(2)[:, :, 1:2]), IMAGE, lambda: {"a": conv(2, 2)}),
    "in windows": (
        lambda self, x: (lambda t: t - t.mean((3, 5), keepdim=True))(x.flip(3).view(1, 2, 2, 2, 2, 2))
        .view(1, 2, 4, 4).flip(3), (1, 2, 4, 4), dict),
    "running sums": (lambda self, x: self.a(x).flip(2).cumsum(2).flip(2), SIGNAL, lambda: {"a": conv(4, 2, axes=1)}),
    "recurrent layers": (lstms, SIGNAL, lambda: {"a": lstm(), "b": lstm()}),
    "the last state": (
        lambda self, x: self.a(x.transpose(1, 2).flip(1))[0][:, -1:].transpose(1, 2), SIGNAL, lambda: {"a": lstm()}),
    "both ways by hand": (
        both_ways, (1, 4, 4), lambda: {"a": torch().nn.Linear(8, 4), "b": torch().nn.Linear(8, 4)}),
    "quarter turns": (
        quarters, (1, 2, 5, 5), lambda: {"a": torch().nn.Conv2d(2, 2, (3, 5), padding=(1, 2))}),
    "quarter turns with a stride": (
        lambda self, x: self.a(x.rot90(3, (2, 3))).rot90(1, (2, 3)), (1, 2, 6, 6),
        lambda: {"a": torch().nn.Conv2d(2, 2, (3, 2), (2, 1), padding=(1, 0))}),
    "rolled when turned": (
        lambda self, x: self.a(x.flip(2).roll(3, 2)).flip(2), SIGNAL, lambda: {"a": conv(4, 2, axes=1)}),
    "turned when rolled": (
        lambda self, x: self.a(x.roll((3, -1), (2, 3)).flip(2).roll(-2, 2)[:, :, 1:]).flip(2), IMAGE,
        lambda: {"a": conv(2, 2)}),
    "in three dimensions": (
        lambda self, x: self.a(x.flip(2, 4)).flip(2, 4), (1, 1, 3, 4, 4),
        lambda: {"a": torch().nn.Conv3d(1, 2, (2, 3, 2))}),
}  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_what_positions_depend_on(name: str) -> None:
    made_depends_as_seen(NETS[name])


def test_what_stays_turned_is_not_known() -> None:
    """No layer makes the places of a map that leaves the network turned round, or meets one that is not."""
    nets = {
        "flip: an axis is turned round": lambda self, x: self.a(x).flip(2),
        "aten.add: tensors of different layouts are merged": lambda self, x: self.a(x + x.flip(2)),
    }
    for told, forward in nets.items():
        architecture = rfcli.from_torch(module(forward, a=conv(2, 3)), IMAGE)
        assert told in [entry.layer.given.get("unknown") for entry in architecture.entries]
        assert rfcli.compute(architecture).total.params == 57
