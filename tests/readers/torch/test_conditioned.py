"""Convolutions whose kernels are computed (CondConv, dynamic filters): each output sees its window, and all that the
kernel is computed of, from modules and from their ONNX exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from readers.torch.nets import exported, module

import rfcli

pytestmark = pytest.mark.torch


def nn() -> Any:
    from torch import nn

    return nn


def convolved(x: Any, weight: Any, bias: Any = None, **given: Any) -> Any:
    from torch.nn import functional

    kind = "conv_transpose" if given.pop("transposed", False) else "conv"
    return getattr(functional, f"{kind}{x.ndim - 2}d")(x, weight, bias, **given)


def mean(x: Any) -> Any:
    return x.flatten(2).mean(2)


def experts(self: Any, x: Any) -> Any:
    """A sum of kernels, weighed by what the whole map is."""
    return (self.r(mean(x)).sigmoid().view(3, 1, 1, 1, 1) * self.w).sum(0)


Forward = Callable[[Any, Any], Any]
NETS: dict[str, tuple[Forward, Callable[[], dict[str, Any]], int, tuple[int, int]]] = {
    # How it goes, its layers, the size that is seen by itself, and trained numbers of one layer.
    "CondConv": (
        lambda s, x: convolved(s.a(x), experts(s, x), padding=1),
        lambda: {"r": nn().Linear(4, 3), "w": nn().Parameter(_rand(3, 4, 4, 3, 3))}, 2, (5, 5),
    ),
    "CondConv, upwards": (
        lambda s, x: convolved(s.a(x), experts(s, x), padding=1, stride=2, transposed=True),
        lambda: {"r": nn().Linear(4, 3), "w": nn().Parameter(_rand(3, 4, 4, 3, 3))}, 2, (4, 4),
    ),
    "timm's, with a bias": (
        lambda s, x: convolved(x.reshape(1, 4, 12, 12), (s.r(mean(x)) @ s.w).view(4, 2, 3, 3), (s.r(mean(x)) @ s.b).view(4), groups=2),
        lambda: {"r": nn().Linear(4, 3), "w": nn().Parameter(_rand(3, 72)), "b": nn().Parameter(_rand(3, 4))}, 2, (3, 3),
    ),
    "a bias alone": (
        lambda s, x: convolved(x, s.w, s.r(mean(x)).view(4), dilation=2),
        lambda: {"r": nn().Linear(4, 4), "w": nn().Parameter(_rand(4, 4, 3, 3))}, 2, (5, 5),
    ),
    "depthwise, 1-D": (
        lambda s, x: convolved(x, s.r(mean(x)).view(4, 1, 5), padding=2, groups=4),
        lambda: {"r": nn().Linear(4, 20)}, 1, (5,),
    ),
    "another layer's mean, 3-D": (
        lambda s, x: convolved(x, s.r(mean(x)).view(2, 4, 1, 3, 1)), lambda: {"r": nn().Linear(4, 24)}, 3, (1, 3, 1),
    ),
}  # fmt: skip


def _rand(*shape: int) -> Any:
    import torch

    return torch.rand(shape)


@pytest.mark.parametrize("name", NETS)
def test_regions(name: str, tmp_path: Path) -> None:
    """The window by itself, and all samples besides; no number is unknown, and all that is trained is counted."""
    import torch

    forward, layers, dims, size = NETS[name]
    net = module(forward, a=[nn().Conv1d, nn().Conv2d, nn().Conv3d][dims - 1](4, 4, 3, padding=1), **layers()).eval()
    x = torch.rand(1, 4, *[12] * dims, requires_grad=True)
    y = net(x)
    (gradient,) = torch.autograd.grad(y[(0, slice(None), *[3] * dims)].pow(2).sum(), x)
    assert gradient.abs().sum((0, 1)).count_nonzero() == 12**dims
    file = exported(net, (x,), tmp_path / "net.onnx", opset_version=17)
    for architecture in (rfcli.from_torch(net, x), rfcli.load(file)):
        report = rfcli.compute(architecture)
        layer = report.layer(report.outputs[0])
        assert (layer.channels, *layer.output_size) == tuple(y.shape[1:])
        assert layer.receptive_field.size == size
        assert layer.receptive_field.unbounded == ("both",) * dims
    report = rfcli.compute(rfcli.from_torch(net, x))
    assert report.total.params == sum(one.numel() for one in net.parameters()) - report.unused_params


def test_kernels_of_positions_are_not_known() -> None:
    net = module(lambda self, x: convolved(x, self.a(x)[0, :, None], groups=4), a=nn().Conv2d(4, 4, 3, 2))
    layer = rfcli.compute(rfcli.from_torch(net, (1, 4, 12, 12))).layers[-1]
    assert layer.type == "correlation"
    net = module(lambda self, x: convolved(x, self.a(x)[0, :, None], groups=4, stride=2), a=nn().Conv2d(4, 4, 3, 2))
    entries = rfcli.from_torch(net, (1, 4, 12, 12)).entries
    assert entries[-1].layer.given["unknown"] == "aten.conv2d: its weights are computed from data"
