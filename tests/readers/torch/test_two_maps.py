"""Maps that are slid over each other, or compared at displacements, as trackers, flow and stereo networks write it:
regions in either input by autograd, from the module and from its ONNX exports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from readers.torch.nets import exported

import rfcli

pytestmark = pytest.mark.torch


def nets() -> dict[str, tuple[Any, list[tuple[int, ...]]]]:
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Net(nn.Module):
        """Features of both inputs, and what is made of them."""

        def __init__(self, made: Any, stride: int = 1, head: int = 0, wide: int = 1, stacked: bool = False) -> None:
            super().__init__()
            self.first, self.made, self.stacked = nn.Conv2d(3, 4, 3, stride, 1), made, stacked
            self.wide = nn.Conv2d(4, 4 * wide, 3) if wide > 1 else None
            self.head = nn.Conv2d(head, 2, 3, 1, 1) if head else None

        def forward(self, x: Any, y: Any = None) -> Any:
            if self.stacked:
                x, y = x[:, :3], x[:, 3:]
            x, y = self.first(x).relu(), self.first(y).relu()
            y = y if self.wide is None else self.wide(y)
            made = self.made(x, y)
            return made if self.head is None else self.head(F.leaky_relu(made, 0.1))

    def slid_over_batch(x: Any, z: Any) -> Any:
        """pysot's xcorr_fast."""
        out = F.conv2d(x.view(1, -1, *x.shape[2:]), z.view(-1, x.shape[1], *z.shape[2:]), groups=z.shape[0])
        return out.view(z.shape[0], -1, *out.shape[2:])

    def slid_one_by_one(x: Any, z: Any) -> Any:
        """pysot's xcorr_slow."""
        rows = []
        for i in range(x.shape[0]):
            one, kernel = x[i], z[i]
            rows.append(F.conv2d(one.view(1, -1, *one.shape[1:]), kernel.view(1, -1, *kernel.shape[1:])))
        return torch.cat(rows, 0)

    def slid_by_channels(x: Any, z: Any) -> Any:
        """pysot's xcorr_depthwise."""
        b, c = z.shape[:2]
        out = F.conv2d(x.view(1, b * c, *x.shape[2:]), z.view(b * c, 1, *z.shape[2:]), groups=b * c)
        return out.view(b, c, *out.shape[2:])

    def scaled(x: Any, z: Any) -> Any:
        """SiamFC's, of a template for all search maps."""
        out = F.conv2d(x.view(-1, z.shape[0] * x.shape[1], *x.shape[2:]), z, groups=z.shape[0])
        return out.view(x.shape[0], -1, *out.shape[2:]) * 1e-3

    def flow(d: int, summed: bool = False) -> Any:
        def volume(x: Any, y: Any) -> Any:
            h, w = x.shape[2:]
            padded, rows = F.pad(y, (d, d, d, d)), []
            for i in range(2 * d + 1):
                for j in range(2 * d + 1):
                    product = x * padded[:, :, i : i + h, j : j + w]
                    rows.append(product.sum(1) if summed else product.mean(1, keepdim=True))
            return torch.stack(rows, 1) / 4 if summed else torch.cat(rows, 1)

        return volume

    def stereo(left: Any, right: Any) -> Any:
        moved = [F.pad(right[..., :-d], (d, 0)) if d else right for d in range(5)]
        return torch.cat([(left * one).mean(1, keepdim=True) for one in moved], 1)

    def both(left: Any, right: Any) -> Any:
        return torch.cat([torch.cat([left, F.pad(right, (d, 0))[..., : left.shape[3]]], 1) for d in range(3)], 1)

    tracker, pair = [(1, 3, 20, 24), (1, 3, 8, 9)], [(1, 3, 20, 26)] * 2
    return {
        "xcorr_fast": (Net(slid_over_batch), tracker),
        "xcorr_fast, up": (Net(slid_over_batch, wide=2), tracker),
        "xcorr_slow": (Net(slid_one_by_one), tracker),
        "xcorr_depthwise": (Net(slid_by_channels), tracker),
        "SiamFC": (Net(scaled), tracker),
        "PWC-Net": (Net(flow(1), stride=2, head=9), pair),
        "PWC-Net, summed": (Net(flow(1, summed=True), stride=2, head=9), pair),
        "PWC-Net, stacked": (Net(flow(1), stride=2, head=9, stacked=True), [(1, 6, 20, 26)]),
        "DispNetC": (Net(stereo, stride=2, head=5), pair),
        "concatenated": (Net(both, head=24), pair),
    }


NAMES = (
    "xcorr_fast", "xcorr_fast, up", "xcorr_slow", "xcorr_depthwise", "SiamFC", "PWC-Net", "PWC-Net, summed",
    "PWC-Net, stacked", "DispNetC", "concatenated",
)  # fmt: skip


def held(net: Any, shapes: list[tuple[int, ...]], architecture: rfcli.Architecture) -> None:
    """Holds what the last layer sees against autograd, in corners and in the middle."""
    import torch

    for weight in net.parameters():
        weight.data.abs_()
    maps = [torch.rand(shape, requires_grad=True) for shape in shapes]
    made = net(*maps)
    last = rfcli.compute(architecture).layers[-1]
    assert (last.channels, last.output_size) == (made.shape[1], tuple(made.shape[2:]))
    names = [one.name for one in architecture.inputs]
    for share in (0, 1, 2):
        at = tuple(share * (n - 1) // 2 for n in made.shape[2:])
        gradients = torch.autograd.grad(made[(0, slice(None), *at)].sum(), maps, retain_graph=True)
        for name, gradient in zip(names, gradients, strict=True):
            places = gradient[0].abs().sum(0).nonzero()
            seen = tuple((int(one.min()), int(one.max())) for one in places.T)
            assert rfcli.located(rfcli.compute(architecture, origin=name), last.name).at(at).clipped == seen, (name, at)


@pytest.mark.parametrize("name", NAMES)
def test_from_torch(name: str) -> None:
    net, shapes = nets()[name]
    architecture = rfcli.from_torch(net, tuple(shapes))
    held(net, shapes, architecture)
    report = rfcli.compute(architecture)
    assert report.total.params == sum(one.numel() for one in net.parameters())
    slid = [one.type for one in report.layers if one.type == "correlation"]
    assert len(slid) == (1 if name.startswith(("xcorr", "SiamFC")) else 0)


def zeros(shapes: list[tuple[int, ...]]) -> tuple[Any, ...]:
    import torch

    return tuple(map(torch.zeros, shapes))


@pytest.mark.parametrize("name", NAMES)
def test_from_onnx(name: str, tmp_path: Path) -> None:
    net, shapes = nets()[name]
    file = exported(net.eval(), zeros(shapes), tmp_path / "net.onnx", opset_version=17)
    held(net, shapes, rfcli.load(file))


def test_from_onnx_by_dynamo(tmp_path: Path) -> None:
    for name in ("xcorr_fast", "xcorr_slow"):
        net, shapes = nets()[name]
        file = exported(net.eval(), zeros(shapes), tmp_path / "net.onnx", dynamo=True, verbose=False)
        held(net, shapes, rfcli.load(file))
