"""Films whose frames are worked on as images of a batch, and brought to another size: held against autograd, live and
exported."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from readers.torch.nets import module

import rfcli

pytestmark = pytest.mark.torch

SHAPE = (2, 3, 4, 8, 10)
"""Films, channels, frames, height and width."""


def torch() -> Any:
    import torch

    return torch


def resized(x: Any, **given: Any) -> Any:
    return torch().nn.functional.interpolate(x, **given)


FRAMES: dict[str, Callable[[Any], Any]] = {
    "twice as large": lambda x: resized(x, scale_factor=2),
    "smoothly": lambda x: resized(x, scale_factor=2, mode="bilinear"),
    "to a size": lambda x: resized(x, size=(12, 5), mode="bilinear", align_corners=True),
    "channels into space": lambda x: torch().nn.functional.pixel_shuffle(x, 2),
    "space into channels": lambda x: torch().nn.functional.pixel_unshuffle(x, 2),
}
"""What is done to each frame."""


def forward(of: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def run(self: Any, x: Any) -> Any:
        y = self.a(x).transpose(1, 2)
        z = of(y.reshape(8, 4, 8, 10))
        return self.b(z.reshape(2, 4, *z.shape[1:]).transpose(1, 2))

    return run


def made(name: str) -> Any:
    torch().manual_seed(3)
    count = {"channels into space": 1, "space into channels": 16}.get(name, 4)
    conv = torch().nn.Conv3d
    net = module(forward(FRAMES[name]), a=conv(3, 4, 3, padding=1), b=conv(count, 2, (1, 3, 3), padding=(0, 1, 1)))
    for one in net.parameters():
        one.data = torch().rand(one.shape) + 0.5
    return net.eval()


def held(net: Any, network: rfcli.Architecture) -> None:
    """Every output reads what autograd says it does."""
    x = torch().rand(SHAPE, requires_grad=True)
    y, report = net(x), rfcli.compute(network)
    last = report.layer(report.outputs[0])
    assert last.output_size == tuple(y.shape[2:]) and report.total.params == sum(p.numel() for p in net.parameters())
    told = rfcli.located(report, last.name)
    for place in ((0, 0, 0), tuple(n // 2 for n in y.shape[2:]), tuple(n - 1 for n in y.shape[2:])):
        (gradient,) = torch().autograd.grad(y[(0, slice(None), *place)].sum(), x, retain_graph=True)
        along = [gradient.abs().sum([at for at in range(5) if at != axis]).nonzero().flatten() for axis in (2, 3, 4)]
        assert [*told.at(place).clipped] == [(int(one.min()), int(one.max())) for one in along]


@pytest.mark.parametrize("name", FRAMES)
def test_from_torch(name: str) -> None:
    net = made(name)
    held(net, rfcli.from_torch(net, torch().rand(SHAPE)))


@pytest.mark.parametrize("name", FRAMES)
def test_from_onnx(name: str, tmp_path: Path) -> None:
    net, file = made(name), tmp_path / "net.onnx"
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # torch's own, about itself
        torch().onnx.export(net, (torch().rand(SHAPE),), file, dynamo=False)
    held(net, rfcli.load(file))
