"""Axes and channels put among the images of a batch: frames of a film, rows, heads, single channels; against
autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import module
from witnesses.measuring import hull

import rfcli

pytestmark = pytest.mark.torch

FILM, IMAGE, LINE = (1, 2, 5, 7, 6), (1, 3, 8, 7), (1, 3, 20)


def nn() -> Any:
    from torch import nn

    return nn


def framed(x: Any, *layers: Any) -> Any:
    """Layers of 2-D on each frame."""
    y = x.transpose(1, 2).flatten(0, 1)
    for layer in layers:
        y = layer(y)
    return y.unflatten(0, (1, x.size(2))).transpose(1, 2)


def heads(net: Any, x: Any) -> Any:
    """A depthwise convolution of each head, as multiscale vision transformers pool queries."""
    n, c, h, w = x.shape
    y = net.q(x).flatten(2).transpose(1, 2).reshape(n, h * w, 2, c // 2).transpose(1, 2)
    y = net.p(y.reshape(n * 2, h, w, c // 2).permute(0, 3, 1, 2))
    return y.reshape(n, c, *y.shape[2:])


NETS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[], dict[str, Any]], tuple[int, ...]]] = {
    "frames": (lambda s, x: framed(x, s.c), lambda: {"c": nn().Conv2d(2, 3, 3, padding=1)}, FILM),
    "frames, normed and pooled": (
        lambda s, x: framed(x, s.c, s.n, s.p), lambda: {"c": nn().Conv2d(2, 3, 3), "n": nn().BatchNorm2d(3), "p": nn().AvgPool2d(2)}, FILM,
    ),
    "frames, then time": (
        lambda s, x: s.t(framed(x, s.c)), lambda: {"c": nn().Conv2d(2, 3, 3, stride=2), "t": nn().Conv3d(3, 2, (3, 1, 1))}, FILM,
    ),
    "frames, made larger": (lambda s, x: framed(x, s.c), lambda: {"c": nn().ConvTranspose2d(2, 3, 3, 2)}, FILM),
    "time, at each place": (
        lambda s, x: s.c(x.permute(0, 3, 4, 1, 2).flatten(0, 2)).unflatten(0, (1, 7, 6)).permute(0, 3, 4, 1, 2),
        lambda: {"c": nn().Conv1d(2, 3, 3, padding=1)}, FILM,
    ),
    "rows": (
        lambda s, x: s.c(x.transpose(1, 2).flatten(0, 1)).unflatten(0, (1, 8)).transpose(1, 2),
        lambda: {"c": nn().Conv1d(3, 4, 3, padding=1)}, IMAGE,
    ),
    "each channel": (
        lambda s, x: s.c(s.a(x).flatten(0, 1)[:, None]).reshape(1, 8, 20),
        lambda: {"a": nn().Conv1d(3, 4, 3, padding=1), "c": nn().Conv1d(1, 2, 5, padding=2)}, LINE,
    ),
    "parts": (
        lambda s, x: s.n(s.c(s.a(x).unflatten(1, (2, 2)).flatten(0, 1))).reshape(1, 6, 8, 7),
        lambda: {"a": nn().Conv2d(3, 4, 3, padding=1), "c": nn().Conv2d(2, 3, 3, padding=1), "n": nn().BatchNorm2d(3)}, IMAGE,
    ),
    "heads": (
        lambda s, x: heads(s, s.a(x)),
        lambda: {"a": nn().Conv2d(3, 4, 3, padding=1), "q": nn().Conv2d(4, 4, 1), "p": nn().Conv2d(2, 2, 3, 2, 1, groups=2)}, IMAGE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_each_image_by_itself(name: str) -> None:
    import torch

    torch.manual_seed(4)
    forward, layers, shape = NETS[name]
    net = module(forward, **layers()).double().eval()
    x = torch.rand(shape, dtype=torch.float64, requires_grad=True)
    y, report = net(x), rfcli.compute(rfcli.from_torch(net, shape))
    last = report.layer(report.outputs[0])
    assert last.output_size == y.shape[2:] and last.channels == y.shape[1]
    assert report.total.params == sum(one.numel() for one in net.parameters())
    for place in (tuple(n // 2 for n in y.shape[2:]), (0,) * (y.ndim - 2)):
        assert [*rfcli.located(report, last.name).at(place).clipped] == hull(x, y, place)


@pytest.mark.parametrize("norm", ["InstanceNorm2d", "GroupNorm"])
def test_statistics_of_each_image_are_not_those_of_the_film(norm: str) -> None:
    made = nn().GroupNorm(1, 2) if norm == "GroupNorm" else nn().InstanceNorm2d(2)
    report = rfcli.compute(
        rfcli.from_torch(module(lambda s, x: s.t(framed(x, s.n)), n=made, t=nn().Conv3d(2, 2, (3, 1, 1))), FILM)
    )
    size = report.layer(report.outputs[0]).receptive_field.size
    assert "images of the batch have statistics of their own" in str(size[0])
