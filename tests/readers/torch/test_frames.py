"""Signals cut into windows, as `unfold`, stacks of slices and patches do, held against autograd; and their exports, in
which nothing is left of `unfold` but slices, or tables of numbers."""

from __future__ import annotations

import contextlib
import io
import itertools
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from readers.torch.nets import module

import rfcli

pytestmark = pytest.mark.torch

Forward = Callable[[Any, Any], Any]
NETS: dict[str, tuple[Forward, tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, int]]] = {
    # What it does, the input, its axes, the output's, and the features of a linear layer.
    "frames of a vector": (lambda s, x: s.l(x.unfold(1, 8, 4)), (1, 40), (1,), (1,), (8, 3)),
    "of several": (lambda s, x: s.l(x.unfold(1, 8, 4)), (2, 40), (1,), (1,), (8, 3)),
    "large ones": (lambda s, x: s.l(x.unfold(1, 160, 64)), (1, 480), (1,), (1,), (160, 3)),
    "side by side": (lambda s, x: s.l(x.unfold(1, 8, 8)), (1, 40), (1,), (1,), (8, 3)),
    "by a view": (lambda s, x: s.l(x.view(x.size(0), -1, 8)), (1, 40), (1,), (1,), (8, 3)),
    "a stack": (lambda s, x: s.l(torch().stack([x[:, 4 * i : 4 * i + 8] for i in range(9)], 1)), (1, 40), (1,), (1,), (8, 3)),
    "a stack of shifts": (lambda s, x: s.l(torch().stack([x[:, i : i + 33] for i in range(8)], -1)), (1, 40), (1,), (1,), (8, 3)),
    "one by one": (lambda s, x: torch().stack([s.l(x[:, i]) for i in range(6)], 1), (1, 6, 3), (1,), (1,), (3, 4)),
    "every second": (lambda s, x: torch().stack([s.l(x[:, i]) for i in range(1, 7, 2)], 1), (1, 7, 3), (1,), (1,), (3, 4)),
    "with the one before": (
        lambda s, x: torch().stack([s.l(x[:, i] + x[:, max(i - 1, 0)]) for i in range(6)], 1), (1, 6, 3), (1,), (1,), (3, 4),
    ),
    "row by row": (
        lambda s, x: torch().stack([s.l(x[:, :, i].transpose(1, 2)) for i in range(6)], 2), (1, 3, 6, 5), (2, 3), (2, 1), (3, 4),
    ),
    "some taps": (lambda s, x: s.l(x.unfold(1, 16, 8)[..., 2:5]), (1, 80), (1,), (1,), (3, 3)),
    "means": (lambda s, x: x.unfold(1, 8, 4).mean(-1), (1, 40), (1,), (1,), (1, 1)),
    "of one channel": (lambda s, x: s.l(x.unfold(2, 8, 4)), (1, 1, 40), (2,), (2,), (8, 3)),
    "of channels": (lambda s, x: s.l(x.unfold(2, 8, 4).permute(0, 2, 1, 3).flatten(2)), (1, 3, 40), (2,), (1,), (24, 3)),
    "channels last": (lambda s, x: s.l(x.unfold(1, 8, 4).flatten(2)), (1, 40, 3), (1,), (1,), (24, 3)),
    "channels last, several": (lambda s, x: s.l(x.unfold(1, 8, 4).flatten(2)), (2, 40, 3), (1,), (1,), (24, 3)),
    "patches": (
        lambda s, x: s.l(x.unfold(2, 4, 2).unfold(3, 4, 4).permute(0, 2, 3, 1, 4, 5).flatten(3)), (1, 3, 12, 8), (2, 3), (1, 2), (48, 5),
    ),
    "im2col": (
        lambda s, x: s.l(torch().nn.functional.unfold(x, 3, dilation=2, padding=2).transpose(1, 2)).transpose(1, 2).unflatten(2, (7, 9)),
        (1, 3, 7, 9), (2, 3), (2, 3), (27, 5),
    ),
    "im2col of several": (
        lambda s, x: s.l(torch().nn.functional.unfold(x, 4, padding=1, stride=2).transpose(1, 2)).transpose(1, 2).unflatten(2, (4, 5)),
        (2, 3, 8, 10), (2, 3), (2, 3), (48, 5),
    ),
    "as strided": (lambda s, x: s.l(x.as_strided((1, 9, 8), (40, 4, 1))), (1, 40), (1,), (1,), (8, 3)),
}  # fmt: skip


def torch() -> Any:
    import torch

    return torch


def made(name: str) -> Any:
    torch().manual_seed(5)
    forward, *_, (features, outputs) = NETS[name]
    net = module(forward, l=torch().nn.Linear(features, outputs))
    for one in net.parameters():
        one.data = torch().rand(one.shape) + 0.5
    return net.eval()


def held(net: Any, name: str, architecture: Any) -> None:
    """Every output reads what autograd says it does."""
    _, shape, axes, rows, _ = NETS[name]
    x = torch().rand(shape, requires_grad=True)
    y = net(x)
    report = rfcli.compute(architecture)
    last = report.layer(report.outputs[0])
    sizes = tuple(y.shape[at] for at in rows)
    assert last.output_size == sizes and not [note for note in last.receptive_field.notes if "global" in note]
    told = rfcli.located(report, last.name)
    for place in itertools.product(*({0, n // 2, n - 1} for n in sizes)):
        taken: list[Any] = [slice(None)] * y.ndim
        for at, one in zip(rows, place, strict=True):
            taken[at] = one
        (gradient,) = torch().autograd.grad(y[tuple(taken)].sum(), x, retain_graph=True)
        read = [gradient.abs().sum([at for at in range(len(shape)) if at != axis]).nonzero().flatten() for axis in axes]
        assert [*told.at(place).clipped] == [(int(one.min()), int(one.max())) for one in read], place


@pytest.mark.parametrize("name", NETS)
def test_from_torch(name: str) -> None:
    net = made(name)
    held(net, name, rfcli.from_torch(net, torch().rand(NETS[name][1])))


DYNAMO = ["frames of a vector", "channels last", "im2col"]
"""The slow exporter writes tables where the other writes slices."""
SCRIPTED = [name for name in NETS if name != "as strided"]


@pytest.mark.parametrize(
    ("name", "dynamo"), [*((name, False) for name in SCRIPTED), *((name, True) for name in DYNAMO)]
)
def test_from_onnx(name: str, dynamo: bool, tmp_path: Path) -> None:
    net, file = made(name), tmp_path / "net.onnx"
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # torch's own, about itself
        torch().onnx.export(net, (torch().rand(NETS[name][1]),), file, dynamo=dynamo)
    held(net, name, rfcli.load(file))


VIEWS: dict[str, Callable[[Any, Any], Any]] = {
    "frames, averaged (TSN)": lambda s, x: s.b(s.a(x.flatten(0, 1)).view(1, 3, 4, 5, 5).mean(1)),
    "views, the largest of each (MVCNN)": lambda s, x: s.b(s.a(x.view(3, 2, 5, 5)).view(1, 3, 4, 5, 5).logsumexp(1)),
}


@pytest.mark.parametrize("name", VIEWS)
def test_images_that_are_brought_together(name: str) -> None:
    """Frames of one input in the place of images lie along an axis of their own, which what brings them together sees
    whole: as autograd has it."""
    from torch import nn

    net = module(VIEWS[name], a=nn.Conv2d(2, 4, 3, padding=1), b=nn.Conv2d(4, 3, 3, padding=1)).eval()
    x = torch().rand(1, 3, 2, 5, 5, requires_grad=True)
    architecture = rfcli.from_torch(net, x)
    report = rfcli.compute(architecture)
    last = report.layer(report.outputs[0])
    assert (architecture.inputs[0].size, architecture.inputs[0].channels) == ((3, 5, 5), 2)
    assert (last.output_size, last.channels) == ((1, 5, 5), 3)
    assert report.total.params == sum(one.numel() for one in net.parameters())
    for place in ((0, 0), (2, 4)):
        (gradient,) = torch().autograd.grad(net(x)[(0, slice(None), *place)].pow(2).sum(), x)
        read = [
            along.nonzero().flatten()
            for along in (gradient.abs().sum([at for at in range(5) if at != axis]) for axis in (1, 3, 4))
        ]
        told = rfcli.located(report, last.name).at((0, *place)).clipped
        assert [*told] == [(int(one.min()), int(one.max())) for one in read]


def test_images_of_a_batch_are_not_brought_together() -> None:
    from torch import nn

    net = module(lambda self, x: self.a(x).mean(0, keepdim=True), a=nn.Conv2d(2, 4, 3))
    entries = rfcli.from_torch(net, (3, 2, 5, 5)).entries
    assert entries[-1].layer.given["unknown"] == "aten.mean: the batch is reduced"
