"""A map of one channel that loses the dimension of its channels is the same map, and so are inputs without a batch or
without channels: sizes are torch's, regions autograd's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import module
from witnesses.measuring import hull

import rfcli

pytestmark = pytest.mark.torch

ROW, IMAGE, VOLUME = (1, 3, 24), (1, 3, 10, 12), (1, 3, 4, 5, 6)


def conv(inputs: int, filters: int, kernel: int = 5, dims: int = 1) -> Any:
    from torch import nn

    kinds = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
    return kinds[dims](inputs, filters, kernel, padding=kernel // 2)


def net(forward: Callable[..., Any], dims: int = 1, filters: int = 1, inputs: int = 3, **children: Any) -> Any:
    """A module with a convolution `c` of kernel 5 at its beginning."""
    return module(forward, c=conv(inputs, filters, dims=dims), **children)


def linear(inputs: int, outputs: int) -> Any:
    from torch import nn

    return nn.Linear(inputs, outputs)


def torch() -> Any:
    import torch

    return torch


Case = tuple[Callable[[], Any], tuple[int, ...], tuple[int, ...], tuple[int, ...]]
"""What makes a module; the shape of its input; the dimensions of its output that are axes; and the field's size."""
CASES: dict[str, Case] = {
    "squeeze": (lambda: net(lambda s, x: s.c(x).squeeze(1)), ROW, (1,), (5,)),
    "view": (lambda: net(lambda s, x: s.c(x).view(1, -1)), ROW, (1,), (5,)),
    "reshape": (lambda: net(lambda s, x: s.c(x).reshape(x.shape[0], -1)), (2, 3, 24), (1,), (5,)),
    "flatten": (lambda: net(lambda s, x: s.c(x).flatten(1)), ROW, (1,), (5,)),
    "one dimension": (lambda: net(lambda s, x: s.c(x).reshape(-1)), ROW, (0,), (5,)),
    "index": (lambda: net(lambda s, x: s.c(x)[:, 0]), ROW, (1,), (5,)),
    "sum": (lambda: net(lambda s, x: s.c(x).sum(1).view(1, -1), filters=4), ROW, (1,), (5,)),
    "linear": (lambda: net(lambda s, x: s.l(s.c(x).transpose(1, 2)).squeeze(-1), filters=4, l=linear(4, 1)), ROW, (1,), (5,)),
    "linear, all": (lambda: net(lambda s, x: s.l(s.c(x).transpose(1, 2)).squeeze(), filters=4, l=linear(4, 1)), ROW, (0,), (5,)),
    "there and back": (lambda: net(lambda s, x: s.d(s.c(x).squeeze(1).unsqueeze(1)), d=conv(1, 2, 3)), ROW, (2,), (7,)),
    "viewed and back": (lambda: net(lambda s, x: s.d(s.c(x).view(1, -1).view(1, 1, -1)), d=conv(1, 2, 3)), ROW, (2,), (7,)),
    "flat and back": (lambda: net(lambda s, x: s.d(s.c(x).flatten(1).relu().view(1, 2, -1)), filters=2, d=conv(2, 2, 3)), ROW, (2,), (7,)),
    "norm of each": (lambda: net(lambda s, x: s.b(s.c(x).squeeze(1)), b=torch().nn.BatchNorm1d(24)), ROW, (1,), (5,)),
    "cut": (lambda: net(lambda s, x: s.c(x).squeeze(1)[:, 4:-3]), ROW, (1,), (5,)),
    "padded": (lambda: net(lambda s, x: torch().nn.functional.pad(s.c(x).squeeze(1), (2, 1))), ROW, (1,), (5,)),
    "pooled": (lambda: net(lambda s, x: torch().nn.functional.avg_pool1d(s.c(x).squeeze(1), 2)), ROW, (1,), (6,)),
    "in blocks": (lambda: net(lambda s, x: s.c(x).squeeze(1).view(1, 6, 4).mean(2)), ROW, (1,), (8,)),
    "convolved": (lambda: net(lambda s, x: s.d(s.c(x).squeeze(1)), d=conv(1, 2, 3)), ROW, (1,), (7,)),
    "added": (lambda: net(lambda s, x: s.c(x).squeeze(1) + s.d(x).squeeze(1), d=conv(3, 1, 7)), ROW, (1,), (7,)),
    "stacked": (lambda: net(lambda s, x: torch().stack([s.c(x).squeeze(1), s.d(x).squeeze(1)], 1), d=conv(3, 1, 7)), ROW, (2,), (7,)),
    "a weight of each position": (lambda: net(lambda s, x: x * s.c(x).squeeze(1).exp()[:, None]), ROW, (2,), (5,)),
    "image": (lambda: net(lambda s, x: s.c(x).squeeze(1), 2), IMAGE, (1, 2), (5, 5)),
    "image alone": (lambda: net(lambda s, x: s.c(x).squeeze(), 2), IMAGE, (0, 1), (5, 5)),
    "image and back": (lambda: net(lambda s, x: s.d(s.c(x)[:, 0][:, None]), 2, d=conv(1, 2, 3, 2)), IMAGE, (2, 3), (7, 7)),
    "image, flat and back": (lambda: net(lambda s, x: s.d(s.c(x).flatten(1).view(1, 1, 10, 12)), 2, d=conv(1, 2, 3, 2)), IMAGE, (2, 3), (7, 7)),
    "image, pooled": (lambda: net(lambda s, x: torch().nn.functional.avg_pool2d(s.c(x).squeeze(1), 2), 2), IMAGE, (1, 2), (6, 6)),
    "image, projected": (lambda: net(lambda s, x: s.l(s.c(x).permute(0, 2, 3, 1)).view(1, 10, 12), 2, 4, l=linear(4, 1)), IMAGE, (1, 2), (5, 5)),
    "volume": (lambda: net(lambda s, x: s.c(x).squeeze(1), 3), VOLUME, (1, 2, 3), (5, 5, 5)),
    "volume and back": (lambda: net(lambda s, x: s.d(s.c(x).view(4, 5, 6)[None, None]), 3, d=conv(1, 2, 3, 3)), VOLUME, (2, 3, 4), (7, 7, 7)),
    # Inputs without a batch, or without channels.
    "no batch": (lambda: net(lambda s, x: s.c(x), filters=4), (3, 24), (1,), (5,)),
    "no batch, pooled": (lambda: net(lambda s, x: s.c(torch().nn.functional.avg_pool1d(x, 2)), filters=4), (3, 24), (1,), (10,)),
    "image without batch": (lambda: net(lambda s, x: torch().nn.functional.avg_pool2d(s.c(x), 2), 2, 4), (3, 10, 12), (1, 2), (6, 6)),
    "volume without batch": (lambda: net(lambda s, x: s.c(x), 3, 4), (3, 4, 5, 6), (1, 2, 3), (5, 5, 5)),
    "channels last, no batch": (lambda: net(lambda s, x: s.c(x.permute(2, 0, 1)), 2, 4), (10, 12, 3), (1, 2), (5, 5)),
    "adaptive": (lambda: net(lambda s, x: torch().nn.functional.adaptive_avg_pool2d(s.c(x), 2), 2, 4), (3, 10, 12), (1, 2), (9, 10)),
    "a signal": (lambda: net(lambda s, x: s.c(x[None, None]), inputs=1), (24,), (2,), (5,)),
    "signals": (lambda: net(lambda s, x: s.c(x.unsqueeze(1)), inputs=1), (2, 24), (2,), (5,)),
    "a plane": (lambda: net(lambda s, x: s.c(x[None, None]), 2, inputs=1), (10, 12), (2, 3), (5, 5)),
    "a plane without batch": (lambda: net(lambda s, x: s.c(x[None]), 2, inputs=1), (10, 12), (1, 2), (5, 5)),
    "planes": (lambda: net(lambda s, x: s.c(x.unsqueeze(1)), 2, inputs=1), (2, 10, 12), (2, 3), (5, 5)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_the_same_map(name: str) -> None:
    make, shape, places, size = CASES[name]
    net = make().double().eval()
    with torch().no_grad():
        for weight in net.parameters():
            weight.copy_(torch().rand_like(weight) + 0.1)
    architecture = rfcli.from_torch(net, shape)
    assert not [entry for entry in architecture.entries if entry.layer.given.get("unknown")]
    report = rfcli.compute(architecture)
    assert report.total.params == sum(weight.numel() for weight in net.parameters())
    layer = report.layer(report.outputs[0])
    x = torch().rand(shape, dtype=torch().float64, requires_grad=True)
    made = net(x)
    assert layer.output_size == tuple(made.shape[at] for at in places)
    images = shape[0] if len(shape) > 1 and shape[0] == 2 else 1
    assert images * layer.channels * torch().Size(layer.output_size).numel() == made.numel()
    field = layer.receptive_field
    assert (field.size, field.globally) == (size, False)
    where = input_axes(name, len(shape), len(places))
    locator = rfcli.located(report, layer.name)
    for position in {tuple(n * part // 2 - (part == 2) for n in layer.output_size) for part in range(3)}:
        output = made[tuple(position[places.index(at)] if at in places else slice(None) for at in range(made.dim()))]
        (grads,) = torch().autograd.grad(output.sum(), x, retain_graph=True)
        read = (grads != 0).nonzero()
        found = [(int(read[:, at].min()), int(read[:, at].max())) if len(read) else None for at in where]
        assert list(locator.at(position).clipped) == found


def input_axes(name: str, rank: int, axes: int) -> list[int]:
    return [*range(axes)] if name.startswith("channels last") else [*range(rank - axes, rank)]


def test_features_are_still_features() -> None:
    """What joins a flattened map, or is projected, sees all of it."""
    nets = {
        "projected": net(lambda s, x: s.l(s.c(x).squeeze(1)), l=linear(24, 7)),
        "joined": net(lambda s, x: torch().cat([s.c(x).squeeze(1), x.mean(2)], 1)),
        "added": net(lambda s, x: s.c(x).squeeze(1) + s.l(x.flatten(1)), l=linear(72, 24)),
        "image": net(lambda s, x: s.c(x).flatten(1), 2),
        "several channels": net(lambda s, x: s.c(x).flatten(1), filters=2),
        "in one dimension": net(lambda s, x: s.c(x).reshape(-1), filters=2),
    }
    for name, made in nets.items():
        shape = IMAGE if name == "image" else ROW
        report = rfcli.compute(rfcli.from_torch(made, shape))
        layer = report.layer(report.outputs[0])
        told = (layer.receptive_field.globally, set(layer.output_size), layer.channels)
        assert told == (True, {1}, made(torch().zeros(shape)).numel()), name


def test_axes_among_channels() -> None:
    """A spectrogram whose frequencies become channels: the kernel of a convolution is as long as they are."""
    for filters, merge in ((1, lambda x: x.squeeze(1)), (4, lambda x: x.flatten(1, 2))):
        net_ = net(lambda s, x, merge=merge: s.d(merge(s.c(x))), 2, filters, d=conv(10 * filters, 2, 3)).double()
        with torch().no_grad():
            for weight in net_.parameters():
                weight.fill_(0.1)
        report = rfcli.compute(rfcli.from_torch(net_, IMAGE))
        layer = report.layer("d")
        assert (layer.output_size, layer.channels, layer.receptive_field.size) == ((1, 12), 2, (14, 7))
        assert report.total.params == sum(weight.numel() for weight in net_.parameters())
        x = torch().rand(IMAGE, dtype=torch().float64, requires_grad=True)
        out = net_(x).unsqueeze(2)
        assert list(rfcli.located(report, "d").at((0, 5)).clipped) == hull(x, out, (0, 5)) == [(0, 9), (2, 8)]


def test_atacworks() -> None:
    """NVIDIA-Genomics-Research/AtacWorks#235: residual units of three convolutions, one output after five of them and
    one after seven: 6001 and 8401 positions are seen at each of 10000."""
    from torch import nn

    class Unit(nn.Module):
        def __init__(self, inputs: int) -> None:
            super().__init__()
            self.convs = nn.ModuleList(
                nn.Conv1d(inputs if at == 0 else 4, 4, 51, padding=200, dilation=8) for at in range(3)
            )
            self.skip = nn.Conv1d(inputs, 4, 1)

        def forward(self, x: Any) -> Any:
            made = x
            for one in self.convs:
                made = one(made).relu()
            return made + self.skip(x)

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.units = nn.Sequential(*(Unit(1 if at == 0 else 4) for at in range(5)))
            self.regress = nn.Conv1d(4, 1, 1)
            self.more = nn.Sequential(Unit(1), Unit(4))
            self.classify = nn.Conv1d(4, 1, 1)

        def forward(self, x: Any) -> Any:
            first = self.regress(self.units(x)).squeeze(1).relu()
            second = self.classify(self.more(first.unsqueeze(1))).squeeze(1)
            return first, second.sigmoid()

    report = rfcli.compute(rfcli.from_torch(Net(), (1, 1, 10000)))
    told = [(report.layer(name).output_size, report.layer(name).receptive_field.size) for name in report.outputs]
    assert told == [((10000,), (6001,)), ((10000,), (8401,))]
