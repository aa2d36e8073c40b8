"""Fourier transforms of ATen, and networks of them (GFNet, FNO, fast Fourier convolutions): regions by changing samples
one by one, from modules and from ONNX."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from readers.torch.nets import module
from readers.torch.operations import IMAGE, Row, X, check, row

import rfcli

pytestmark = pytest.mark.torch

A = X(IMAGE)
ROWS_SEEN, ALL_SEEN = "window_attention window=[1,8] params=0 macs=0", "custom global=true filters=4 params=0 macs=0"
REAL: dict[str, Any] = {"then": lambda x, y: y.abs()}


CHANNELS = 'custom filters=4 params=0 macs=0 mixes="some"'


def sized(*layers: str, real: bool = True) -> str:
    return "; ".join([*layers, *([] if real else ["identity"])])


OF_ONE = {"fft_fft": None, "fft_ifft": None, "fft_rfft": 5, "fft_ihfft": 5, "fft_irfft": 14, "fft_hfft": 14}
"""The transform of the last dimension, of 8 entries, and the size of what it makes where that is another."""


def _rows(name: str, size: int | None, seen: str, *arguments: Any) -> Row:
    resized = [] if size is None else [f"upsample size=[6,{size}]"]
    real = size == 14
    return row(name, A, *arguments, layers=sized(seen, *resized, real=real), **({} if real else REAL))


ROWS = [
    *(_rows(name, size, ROWS_SEEN) for name, size in OF_ONE.items()),
    *(_rows(f"{name}2", size, ALL_SEEN) for name, size in OF_ONE.items()),
    *(_rows(f"{name}n", size, ALL_SEEN, None, [-2, -1]) for name, size in OF_ONE.items()),
    row("fft_fftn", A, [6, 8], layers=sized(ALL_SEEN, real=False), **REAL),
    row("fft_fftn", A, layers=sized(ALL_SEEN, CHANNELS.partition(" mixes")[0], real=False), **REAL),
    row("fft_fft", A, None, 1, layers=sized(CHANNELS, real=False), **REAL),
    row("fft_fft", A, 4, layers="unknown aten.fft_fft: it takes part of an axis, or more"),
    row("_fft_r2c", A, [3], 0, True, layers=sized(ROWS_SEEN, "upsample size=[6,5]", real=False), **REAL),
    row("_fft_c2r", A, [3], 0, 14, layers=sized("identity", ROWS_SEEN, "upsample size=[6,14]"), before=lambda x: x + 0j),
    row("_fft_c2c", A, [3], 0, True, layers=sized("identity", ROWS_SEEN, real=False), before=lambda x: x + 0j, **REAL),
    row("complex", A, A, layers="add; identity", **REAL),
    row("polar", A, A, layers="multiply; identity", then=lambda x, y: y.real),
    *(row(name, A, layers="identity; identity; identity", before=lambda x: x + 0j, **REAL)
      for name in ("_conj", "conj", "conj_physical")),
    row("fft_fftshift", A, [3], layers='pad padding=[0,[0,4]] padding_mode="circular"; crop cropping=[0,[4,0]]'),
    row("fft_ifftshift", X((1, 4, 9)), -1, layers='pad padding=[[0,4]] padding_mode="circular"; crop cropping=[[4,0]]'),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)


def fft() -> Any:
    import torch

    return torch.fft


def fast_fourier(self: Any, x: Any) -> Any:
    """LaMa's: real and imaginary parts are channels, of which a convolution makes others, beside a local one."""
    import torch

    y = fft().rfft2(x)
    y = torch.stack((y.real, y.imag), 2).flatten(1, 2)
    y = self.mixed(y).relu().unflatten(1, (4, 2))
    return fft().irfft2(torch.complex(y[:, :, 0], y[:, :, 1]), s=x.shape[2:]) + self.a(x)


def filtered(self: Any, x: Any) -> Any:
    """GFNet's global filter."""
    import torch

    return fft().irfft2(fft().rfft2(self.a(x)) * torch.view_as_complex(self.filter), s=x.shape[2:])


NETS: dict[str, tuple[Callable[[Any, Any], Any], tuple[int, ...], tuple[bool, bool]]] = {
    "a fast Fourier convolution": (fast_fourier, (8, 5, 2), (True, True)),
    "a global filter": (filtered, (8, 5, 2), (True, True)),
    "a filter of rows": (
        lambda self, x: fft().irfft(fft().rfft(self.a(x)) * self.filter[..., 0], n=8), (1, 5, 2), (False, True),
    ),
    "a filter of columns": (
        lambda self, x: fft().ifft(fft().fft(self.a(x), dim=2) * self.filter[..., 0], dim=2).real, (8, 1, 2), (True, False),
    ),
    "mixed tokens (FNet)": (
        lambda self, x: fft().fft2(self.a(x).flatten(2).transpose(1, 2)).real.transpose(1, 2).unflatten(2, (8, 8)),
        (1, 1, 2), (True, True),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_networks(name: str, tmp_path: Path) -> None:
    import torch
    from torch import nn

    forward, shape, seen = NETS[name]
    torch.manual_seed(0)
    net = module(forward, a=nn.Conv2d(4, 4, 3, padding=1), mixed=nn.Conv2d(8, 8, 1)).eval()
    net.filter = nn.Parameter(torch.rand(4, *shape))
    x = torch.rand(1, 4, 8, 8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, about itself
        torch.onnx.export(net, (x,), tmp_path / "net.onnx", dynamo=True, verbose=False)
    wide = torch.rand(1, 4, 8, 8, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad((net.double()(wide)[0, :, 0, 0] ** 2).sum(), wide)
    found = (gradient[0].abs().sum(0) > 1e-12).nonzero()
    told = [(0, 7) if everywhere else (0, 1) for everywhere in seen]
    assert [(int(along.min()), int(along.max())) for along in found.T] == told
    for architecture in (rfcli.from_torch(net, x.double()), rfcli.load(tmp_path / "net.onnx")):
        report = rfcli.compute(architecture)
        (output,) = report.outputs
        layer, place = report.layer(output), rfcli.located(report, output).at((0, 0))
        assert (layer.channels, *layer.output_size) == (4, 8, 8)
        whole = [side == "both" for side in layer.receptive_field.unbounded]
        reached = [(0, 7) if every else clipped for every, clipped in zip(whole, place.clipped, strict=True)]
        assert reached == told
    report = rfcli.compute(rfcli.from_torch(net, x.double()))
    assert report.total.params == sum(one.numel() for one in net.parameters()) - report.unused_params
