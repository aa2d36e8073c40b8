"""Operations of ATen that keep all entries and move them, or repeat them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import module
from readers.torch.operations import IMAGE, C, Row, X, check, row

import rfcli

pytestmark = pytest.mark.torch

A = X(IMAGE)
BACK: dict[str, Any] = {"layers": "identity; identity", "then": lambda x, y: y.reshape(x.shape)}
"""There and back."""

ROWS = [
    row("view", A, [1, 4, 48], **BACK),
    row("reshape", A, [1, 192], layers="flatten", places=(None, None)),
    row("flatten.using_ints", A, 1, layers="flatten", places=(None, None)),
    row("_unsafe_view", A, [1, 4, 48], **BACK),
    row("view_copy", A, [1, 2, 2, 6, 8], **BACK),
    row("_reshape_copy", A, [1, 4, 2, 3, 8], **BACK),
    row("ravel", A, layers="flatten", places=(None, None)),
    row("unflatten.int", A, 3, [2, 4], **BACK),
    row("view_as", A, C([[[0.0] * 48] * 4], "float64"), **BACK),
    row("reshape_as", A, C([[[0.0] * 48] * 4], "float64"), **BACK),
    row("unsqueeze", A, 1, layers="identity", places=(3, 4)),
    row("unsqueeze_copy", A, 4, layers="identity"),
    row("squeeze", X((1, 1, 6, 8)), layers="identity", places=(0, 1)),
    row("squeeze.dims", X((1, 1, 6, 8)), [0, 1], layers="identity", places=(0, 1)),
    row("squeeze_copy.dim", X((1, 1, 6, 8)), 1, layers="identity", places=(1, 2)),
    row("permute", A, [0, 2, 3, 1], layers="identity", places=(1, 2)),
    row("permute_copy", A, [0, 3, 1, 2], layers="identity", places=(3, 1)),
    row("movedim.int", A, 1, -1, layers="identity", places=(1, 2)),
    row("movedim.intlist", A, [3, 2], [1, 3], layers="identity", places=(3, 1)),
    row("moveaxis.int", A, 1, 3, layers="identity", places=(1, 2)),
    row("transpose.int", A, 2, 3, layers="identity", places=(3, 2)),
    row("swapaxes", A, 1, -1, layers="identity", places=(2, 1)),
    row("swapdims", A, 0, 1, layers="identity"),
    row("numpy_T", A, layers="identity", places=(1, 0)),
    row("t", A, layers="identity; identity; identity; identity", before=lambda x: x.reshape(48, 4), then=lambda x, y: y.t().reshape(x.shape)),
    row("expand", X((1, 1, 6, 8)), [-1, 5, -1, -1], layers="custom filters=5 params=0 macs=0"),
    row("expand_copy", A, [1, 4, 6, 8], layers="global_avg_pool; upsample size=[6,8]", before=lambda x: x.mean((2, 3), True)),
    row("expand_as", X((1, 1, 6, 8)), C([[[[0.0] * 8] * 6] * 4], "float64"), layers="custom filters=4 params=0 macs=0"),
    row("broadcast_to", X((1, 1, 6, 8)), [1, 3, 6, 8], layers="custom filters=3 params=0 macs=0"),
    row("repeat", X((1, 1, 6, 8)), [1, 3, 1, 1], layers="custom filters=3 params=0 macs=0"),
    row("repeat", A, [1, 3, 1, 1], layers="concat"),
    row("tile", A, [2, 1, 1], layers="concat"),
    row("repeat", A, [1, 1, 3, 1], layers="unknown aten.repeat: it repeats more than one entry"),
    row("repeat_interleave.self_int", A, 3, 2, layers='upsample scale=[3,1] coordinates="asymmetric"'),
    row("repeat_interleave.self_int", A, 2, 1, layers="custom filters=8 groups=4 params=0 macs=0"),
    row("flip", A, [1], layers="channel_slice indices=[3,2,1,0]"),
    row("flip", A, [2], layers="unknown flip: an axis is turned round"),
    row("rot90", X((1, 4, 6, 6)), 1, [2, 3], layers="identity; identity", then=lambda x, y: y.rot90(-1, (2, 3))),
    row("roll", A, [1], [1], layers="channel_slice indices=[3,0,1,2]; identity", then=lambda x, y: y.reshape(x.shape)),
    row("pixel_shuffle", A, 2, layers="pixel_shuffle scale=2"),
    row("pixel_unshuffle", A, 2, layers="pixel_unshuffle scale=2"),
    row("channel_shuffle", A, 2, layers="channel_shuffle groups=2"),
    row("native_channel_shuffle", A, 2, layers="channel_shuffle groups=2"),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)


def decoder(dims: int) -> dict[str, Any]:
    from torch import nn

    conv = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}[dims]
    return {"up": conv(8, 4, 4, 2, 1), "last": conv(4, 3, 4, 2, 1)}


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_features_become_a_map(dims: int) -> None:
    """A generator: each position of its first map reads the whole vector; maps behind it are local to it. Sizes are those
    of the module that is run, regions those of its gradients."""
    import torch
    from torch import nn

    def forward(self: Any, z: Any) -> Any:
        return self.last(torch.relu(self.up(self.l(z).view(-1, 8, *[4] * dims))))

    net = module(forward, l=nn.Linear(20, 8 * 4**dims), **decoder(dims))
    architecture = rfcli.from_torch(net, (2, 20))
    report = rfcli.compute(architecture)
    assert report.layer("last").output_size == tuple(net(torch.zeros(2, 20)).shape[2:]) == (16,) * dims
    assert report.total.params == sum(p.numel() for p in net.parameters())
    x = torch.ones((1, 8, *[4] * dims), requires_grad=True)
    for weight in (net.up.weight, net.last.weight):
        torch.nn.init.ones_(weight)
    made = net.last(net.up(x))
    locator = rfcli.located(rfcli.compute(architecture, origin="up/map"), "last")
    for at in (0, 5, 6, 7, 15):
        (gradient,) = torch.autograd.grad(made[(0, 0, *[at] * dims)], x, retain_graph=True)
        places = gradient[0].sum(0).nonzero()[:, 0]
        assert locator.at((at,) * dims).clipped[0] == (int(places.min()), int(places.max()))


def test_a_code_becomes_a_map() -> None:
    """An auto-encoder with a vector in its middle: the decoder's maps have their sizes, and see everything."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        return self.last(self.up(self.back(self.code(self.c(x).flatten(1))).view(-1, 8, 7, 7)))

    children = {"c": nn.Conv2d(1, 4, 3, 4, 1), "code": nn.Linear(4 * 49, 5), "back": nn.Linear(5, 8 * 49)}
    net = module(forward, **children, **decoder(2))
    report = rfcli.compute(rfcli.from_torch(net, (1, 1, 28, 28)))
    assert report.layer("last").output_size == tuple(net(torch.zeros(1, 1, 28, 28)).shape[2:])
    assert report.layer("last").receptive_field.globally
    assert report.layer("last").cumulative.params == sum(p.numel() for p in net.parameters())


def test_a_vector_that_is_viewed_as_a_map_is_one() -> None:
    """784 numbers of a handwritten digit, normalised one by one or not; 60 as 20 frames of three."""
    import torch
    from torch import nn

    for before, view, net, shape, size, out in (
        (nn.Identity(), (1, 28, 28), nn.Conv2d(1, 4, 3), (784,), (3, 3), (26, 26)),
        (nn.BatchNorm1d(784), (1, 28, 28), nn.Conv2d(1, 4, 5), (784,), (5, 5), (24, 24)),
        (nn.ReLU(), (3, 20), nn.Conv1d(3, 4, 3), (60,), (3,), (18,)),
        (nn.Identity(), (2, 4, 5, 6), nn.Conv3d(2, 4, 2), (240,), (2, 2, 2), (3, 4, 5)),
    ):
        made = nn.Sequential(before, nn.Unflatten(1, view), net).eval()
        report = rfcli.compute(rfcli.from_torch(made, torch.zeros(2, *shape)))
        last = report.layers[-1]
        assert (last.output_size, last.receptive_field.size, last.channels) == (out, size, 4)
        assert report.total.params == sum(one.numel() for one in made.parameters())


SIGNALS = [
    ((187,), (1, 187), [3]), ((64,), (1, 64, 1), [5, 1]), ((64,), (1, 1, 64), [1, 5]), ((32,), (1, 32, 1, 1), [3, 1, 1]),
    ((187, 1), (1, 187), [3]), ((12, 16, 1), (1, 12, 16), [3, 5]), ((6, 8, 10, 1), (1, 6, 8, 10), [3, 1, 5]),
    ((1, 12, 16), (1, 12, 16), [5, 3]),
]  # fmt: skip
"""Shape of an input, batch left out, the view of it, and the kernel of a convolution of that."""


@pytest.mark.parametrize(("shape", "view", "kernel"), SIGNALS)
@pytest.mark.parametrize("batch", [1, 2])
def test_an_input_of_one_channel_that_is_viewed(batch: int, shape: Any, view: Any, kernel: Any) -> None:
    """A vector as a signal, also in a network of more axes; an image whose only channel comes last, and is put in front
    by a view. Regions are those of the gradients."""
    import torch
    from torch import nn

    dims = len(kernel)
    conv = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}[dims]
    given = {"kernel_size": kernel, "padding": [k // 2 for k in kernel], "stride": [2 if k > 1 else 1 for k in kernel]}
    net = module(lambda self, x: self.b(self.a(x.reshape(-1, *view))), a=conv(1, 4, **given), b=conv(4, 2, **given))
    report = rfcli.compute(rfcli.from_torch(net, (batch, *shape)))
    x = torch.randn(batch, *shape, requires_grad=True)
    made = net(x)
    locator, at = rfcli.located(report, "b"), tuple(n // 2 for n in made.shape[2:])
    assert report.layer("b").output_size == tuple(made.shape[2:])
    (gradient,) = torch.autograd.grad(made[0, :, *at].sum(), x)
    places = gradient[0].reshape(view)[0].nonzero()
    hull = tuple((int(places[:, axis].min()), int(places[:, axis].max())) for axis in range(dims))
    assert locator.at(at).clipped == hull
    assert report.total.params == sum(one.numel() for one in net.parameters())


REPEATED: dict[str, Callable[[Any, Any], Any]] = {
    "a mean": lambda s, x: s.b(s.a(x).mean(-1, keepdim=True).repeat_interleave(4, -1)),
    "one sample": lambda s, x: s.b(s.a(x)[..., 3:4].repeat_interleave(4, -1)),
    "rolled, and padded": lambda s, x: s.pad(s.a(x).roll(2, -1)),
    "rolled, padded, and read": lambda s, x: s.b(s.pad(s.a(x).roll(2, -1))),
}


@pytest.mark.parametrize("name", REPEATED)
def test_one_sample_that_is_repeated_and_an_axis_that_is_rolled_and_padded(name: str) -> None:
    """Sizes are those of the module, regions hold all that gradients tell: they were others in silence."""
    import torch
    from torch import nn

    a, b = nn.Conv1d(2, 3, 3, padding=1), nn.Conv1d(3, 3, 3, padding=1)
    net = module(REPEATED[name], a=a, b=b, pad=nn.ConstantPad1d((1, 2), 0.0))
    x = torch.randn(1, 2, 9, requires_grad=True)
    made, report = net(x), rfcli.compute(rfcli.from_torch(net, (1, 2, 9)))
    last = report.layers[-1]
    assert (last.output_size, last.channels) == (tuple(made.shape[2:]), 3)
    if last.receptive_field.globally:
        return
    locator = rfcli.located(report, last.name)
    for at in range(made.shape[-1]):
        (gradient,) = torch.autograd.grad(made[0, :, at].sum(), x, retain_graph=True)
        read = {int(one) for one in gradient[0].sum(0).nonzero()[:, 0]}
        assert {*locator.read_at((at,))[0]} == read
