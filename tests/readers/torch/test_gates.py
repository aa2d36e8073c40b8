"""Gates: what a network sees of the whole map, however it is written, leaves the local field as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import module

import rfcli

pytestmark = pytest.mark.torch

C = 16


def squeeze(self: Any, x: Any) -> Any:
    return x.mean((2, 3))


def eca(self: Any, x: Any) -> Any:
    y = self.across(squeeze(self, x).view(x.shape[0], 1, -1))
    return x * y.view(x.shape[0], -1, 1, 1).sigmoid().expand_as(x)


def eca_turned(self: Any, x: Any) -> Any:
    y = self.pool(x)
    return x * self.across(y.squeeze(-1).transpose(-1, -2)).transpose(-1, -2).unsqueeze(-1).sigmoid()


def spatial(self: Any, x: Any) -> Any:
    return x * self.wide(self.torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)).sigmoid()


def cbam(self: Any, x: Any) -> Any:
    pools = self.pool(x), x.amax((2, 3), keepdim=True)
    x = x * sum(self.inner(one.flatten(1)) for one in pools).sigmoid()[:, :, None, None]
    return spatial(self, x)


def cbam_windows(self: Any, x: Any) -> Any:
    size = x.shape[2:]
    pools = self.torch.nn.functional.avg_pool2d(x, size), self.torch.nn.functional.max_pool2d(x, size)
    gate = sum(self.inner(one.flatten(1)) for one in pools).sigmoid().unsqueeze(2).unsqueeze(3)
    return spatial(self, x * gate.expand_as(x))


def context(self: Any, x: Any) -> Any:
    b, c, h, w = x.shape
    mask = self.one(x).view(b, 1, h * w).softmax(2).unsqueeze(-1)
    return x + self.point((x.view(b, c, h * w).unsqueeze(1) @ mask).view(b, c, 1, 1))


def selective(self: Any, x: Any) -> Any:
    u = self.torch.stack([self.near(x), self.far(x)], 1)
    z = self.squeezed(u.sum(1).mean(-1).mean(-1))
    return (u * self.torch.stack([self.grown(z), self.grown(z)], 1).softmax(1)[..., None, None]).sum(1)


def coordinates(self: Any, x: Any) -> Any:
    h, w = x.shape[2:]
    rows, columns = x.mean(3, keepdim=True), x.mean(2, keepdim=True).transpose(2, 3)
    rows, columns = self.point(self.torch.cat([rows, columns], 2)).relu().split([h, w], 2)
    return x * rows.sigmoid() * columns.transpose(2, 3).sigmoid()


def channels_last(self: Any, x: Any) -> Any:
    y = x.permute(0, 2, 3, 1)
    return (y * self.inner(y.mean((1, 2), keepdim=True))).permute(0, 3, 1, 2)


def energy(self: Any, x: Any) -> Any:
    d = (x - x.mean((2, 3), keepdim=True)).pow(2)
    return x * (d / (4 * d.sum((2, 3), keepdim=True) / 143 + 1e-4) + 0.5).sigmoid()


def style(self: Any, x: Any) -> Any:
    y = x.flatten(2)
    u = self.torch.stack([y.mean(-1), y.std(-1)], -1)
    return x * self.pair(u).sigmoid().view(x.shape[0], -1, 1, 1)


def transposed(self: Any, x: Any) -> Any:
    q, k, v = (one.reshape(1, 4, C // 4, -1) for one in self.three(x).chunk(3, 1))
    return x + ((q @ k.transpose(-2, -1)).softmax(-1) @ v).reshape(x.shape)


def linear(self: Any, x: Any) -> Any:
    q, k, v = (one.reshape(1, 4, C // 4, -1) for one in self.three(x).chunk(3, 1))
    matrix = self.torch.einsum("bhdn,bhen->bhde", k.softmax(-1), v)
    return self.torch.einsum("bhde,bhdn->bhen", matrix, q.softmax(-2)).reshape(x.shape)


def reshaped(self: Any, x: Any) -> Any:
    return x * self.inner(x.reshape(x.shape[0], x.shape[1], -1).mean(-1)).reshape(x.shape[0], -1, 1, 1)


GATES: list[tuple[str, Callable[[Any, Any], Any], int, str]] = [
    # A kernel of 3 before the gate and one behind it see 5; the gate's own kernels add to them.
    ("ECA (Wang et al. 2020)", eca, 5, "across"),
    ("ECA by transposing", eca_turned, 5, "across"),
    ("CBAM (Woo et al. 2018)", cbam, 11, "inner wide"),
    ("CBAM with windows as large as the map", cbam_windows, 11, "inner wide"),
    ("global context (Cao et al. 2019)", context, 5, "one point"),
    ("selective kernels (Li et al. 2019)", selective, 9, "near far squeezed grown"),
    ("coordinate attention (Hou et al. 2021)", coordinates, 5, "point"),
    ("squeeze-excite", lambda self, x: x * self.inner(squeeze(self, x))[..., None, None], 5, "inner"),
    ("squeeze-excite by reshaping", reshaped, 5, "inner"),
    ("squeeze-excite with channels last", channels_last, 5, "inner"),
    ("SimAM (Yang et al. 2021)", energy, 5, ""),
    ("SRM (Lee et al. 2019)", style, 5, "pair"),
    ("attention over channels (Zamir et al. 2022)", transposed, 5, "three"),
    ("linear attention (Katharopoulos et al. 2020)", linear, 5, "three"),
]  # fmt: skip


def children_of(nn: Any) -> dict[str, Any]:
    """The modules that gates are made of."""
    return {
        "across": nn.Conv1d(1, 1, 3, padding=1, bias=False), "pool": nn.AdaptiveAvgPool2d(1),
        "inner": nn.Sequential(nn.Linear(C, 4), nn.ReLU(), nn.Linear(4, C)), "wide": nn.Conv2d(2, 1, 7, padding=3),
        "one": nn.Conv2d(C, 1, 1), "point": nn.Conv2d(C, C, 1), "near": nn.Conv2d(C, C, 3, padding=1),
        "far": nn.Conv2d(C, C, 3, padding=2, dilation=2), "squeezed": nn.Linear(C, 4), "grown": nn.Linear(4, C),
        "pair": nn.Conv1d(C, C, 2, groups=C, bias=False), "three": nn.Conv2d(C, 3 * C, 1),
    }  # fmt: skip


@pytest.mark.parametrize(("name", "gate", "size", "used"), GATES, ids=[name for name, *_ in GATES])
def test_gates(name: str, gate: Callable[[Any, Any], Any], size: int, used: str) -> None:
    import torch
    from torch import nn

    children = children_of(nn)
    before, behind = nn.Conv2d(3, C, 3, padding=1), nn.Conv2d(C, 2, 3, padding=1)
    net = module(lambda self, x: self.behind(gate(self, self.before(x))), before=before, behind=behind, **children)
    net.torch = torch
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 12, 12)))
    field = report.layer("behind").receptive_field
    assert (field.size, field.globally) == ((size, size), True)
    weights = [before, behind, *(children[word] for word in used.split())]
    assert report.total.params == sum(one.numel() for child in weights for one in child.parameters())
    assert not report.layer("before").receptive_field.globally


def test_a_last_pool_is_no_gate() -> None:
    """A window as large as the map that nothing is multiplied with: the local field is known, as of old classifiers."""
    from torch import nn

    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.AvgPool2d(12), nn.Flatten(), nn.Linear(8, 5))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 12, 12)))
    assert (report.layer("1").receptive_field.size, report.layer("1").receptive_field.globally) == ((14, 14), False)


@pytest.mark.parametrize(("name", "gate", "size", "used"), GATES, ids=[name for name, *_ in GATES])
def test_gates_of_the_input(name: str, gate: Callable[[Any, Any], Any], size: int, used: str) -> None:
    """The same alone, as a module by itself is looked at: the channels of the input are its channels."""
    import torch
    from torch import nn

    children = children_of(nn)
    net = module(gate, **children)
    net.torch = torch
    report = rfcli.compute(rfcli.from_torch(net, (1, C, 12, 12)))
    last = report.layers[-1]
    assert (last.output_size, last.channels) == ((12, 12), C)
    assert (last.receptive_field.size, last.receptive_field.globally) == ((size - 4, size - 4), True)
    assert report.total.params == sum(one.numel() for word in used.split() for one in children[word].parameters())


def test_rows_and_columns_are_broadcast() -> None:
    """Strip pooling: a mean of each row and one of each column, added."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x)
        return y * torch.sigmoid(self.row(y.mean(3, keepdim=True)) + self.column(y.mean(2, keepdim=True)))

    children = {"a": nn.Conv2d(2, 4, 3, padding=1), "row": nn.Conv2d(4, 4, (3, 1), padding=(1, 0))}
    net = module(forward, **children, column=nn.Conv2d(4, 4, (1, 5), padding=(0, 2)))
    report = rfcli.compute(rfcli.from_torch(net, (1, 2, 9, 8)))
    last = report.layers[-1]
    assert (last.output_size, last.channels) == ((9, 8), 4)
    assert (last.receptive_field.size, last.receptive_field.globally) == ((5, 7), True)
    assert report.total.params == sum(one.numel() for one in net.parameters())
