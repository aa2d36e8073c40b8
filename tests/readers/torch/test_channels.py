"""Channels kept apart in torch modules: regions of blocks as in MixNet, Res2Net, ShuffleNet v2, HarDNet and CSPNet, held
against autograd at every output channel together."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import module
from witnesses.measuring import hull

import rfcli

pytestmark = pytest.mark.torch


@pytest.fixture(autouse=True)
def _weights() -> None:
    """The same in every run: an activation may hide what it is made of."""
    torch().manual_seed(3)


def conv(dims: int, inputs: int, filters: int, kernel: int, **given: Any) -> Any:
    from torch import nn

    return [nn.Conv1d, nn.Conv2d, nn.Conv3d][dims - 1](inputs, filters, kernel, padding=kernel // 2, **given)


def torch() -> Any:
    import torch

    return torch


def two(dims: int, **more: Any) -> dict[str, Any]:
    """Layers of all: channels 0 to 3 see one sample, 4 to 7 nine, and a last convolution of four channels."""
    return {"a": conv(dims, 3, 4, 1), "b": conv(dims, 3, 4, 9), "c": conv(dims, 4, 2, 3), **more}


def joined(net: Any, x: Any) -> Any:
    return torch().cat([net.a(x), net.b(x)], 1)


def shuffled(x: Any, groups: int) -> Any:
    """As ShuffleNet v2 writes it."""
    n, c, *rest = x.shape
    return x.view(n, groups, c // groups, *rest).transpose(1, 2).contiguous().view(n, c, *rest)


def res2net(net: Any, x: Any) -> Any:
    """Each part is added to what the part before became (Gao et al. 2019)."""
    parts = joined(net, x).chunk(4, 1)
    made = [parts[0], net.d(parts[1])]
    made += [net.e(parts[2] + made[-1])]
    return torch().cat([*made, parts[3]], 1)


def shufflenet(net: Any, x: Any) -> Any:
    """One half goes on, channels are shuffled, and so on (Ma et al. 2018): the fourth part has passed no convolution."""
    x = joined(net, x)
    for branch in (net.d, net.e):
        first, second = x.chunk(2, 1)
        x = shuffled(torch().cat([first, branch(second)], 1), 2)
    return x[:, 4:]


def by_number(net: Any, x: Any) -> Any:
    return net.c(joined(net, x)[:, [3, 0, 2, 1]])


BLOCKS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[int], dict[str, Any]]]] = {
    "split": (lambda s, x: s.c(joined(s, x).split(4, 1)[0]), two),
    "chunk": (lambda s, x: s.c(joined(s, x).chunk(2, 1)[1]), two),
    "slice": (lambda s, x: s.c(joined(s, x).relu()[:, :4]), two),
    "narrow": (lambda s, x: s.c(joined(s, x).narrow(1, 0, 4)), two),
    "step": (lambda s, x: s.c(joined(s, x)[:, ::2]), two),
    "a step of one branch": (lambda s, x: s.d(joined(s, x)[:, :4:2]), lambda n: two(n, d=conv(n, 2, 1, 3))),
    "numbers": (by_number, two),
    "select": (lambda s, x: s.d(joined(s, x)[:, 1:2]), lambda n: two(n, d=conv(n, 1, 1, 3))),
    "index_select": (lambda s, x: s.c(joined(s, x).index_select(1, torch().tensor([0, 1, 2, 3]))), two),
    "flip": (lambda s, x: s.c(joined(s, x).flip(1)[:, 4:]), two),
    "roll": (lambda s, x: s.c(joined(s, x).roll(4, 1)[:, 4:]), two),
    "unbind": (lambda s, x: s.c(joined(s, x).unflatten(1, (2, 4)).unbind(1)[0]), two),
    "unbind of the inner": (lambda s, x: s.d(joined(s, x).unflatten(1, (2, 4)).unbind(2)[0]), lambda n: two(n, d=conv(n, 2, 1, 3))),
    "stack": (lambda s, x: s.c(torch().stack([s.a(x), s.b(x)], 1)[:, 0]), two),
    "stack behind": (lambda s, x: s.d(torch().stack([s.a(x), s.b(x)], 2).flatten(1, 2)[:, ::2]), lambda n: two(n, d=conv(n, 4, 1, 3))),
    "stack behind, mixed": (lambda s, x: s.d(torch().stack([s.a(x), s.b(x)], 2).flatten(1, 2)[:, :4]), lambda n: two(n, d=conv(n, 4, 1, 3))),
    "grouped": (lambda s, x: s.c(s.d(joined(s, x))[:, :4]), lambda n: two(n, d=conv(n, 8, 8, 3, groups=2))),
    "depthwise": (lambda s, x: s.c(s.d(joined(s, x))[:, :4]), lambda n: two(n, d=conv(n, 8, 16, 3, groups=8))),
    "mixed kernels": (
        lambda s, x: torch().cat([s.d(part) if at else s.c(part) for at, part in enumerate(joined(s, x).split([4, 4], 1))], 1)[:, :2],
        lambda n: two(n, d=conv(n, 4, 4, 7)),
    ),
    "channel shuffle": (lambda s, x: s.d(shuffled(joined(s, x), 2)[:, ::2]), lambda n: two(n, d=conv(n, 4, 1, 3))),
    "gate": (lambda s, x: s.c((joined(s, x) * s.d(x).sigmoid())[:, :4]), lambda n: two(n, d=conv(n, 3, 1, 5))),
    "glu": (lambda s, x: torch().nn.functional.glu(joined(s, x), 1), two),
    "Res2Net": (lambda s, x: res2net(s, x)[:, :4], lambda n: two(n, d=conv(n, 2, 2, 3), e=conv(n, 2, 2, 3))),
    "Res2Net, third part": (lambda s, x: res2net(s, x)[:, 4:6], lambda n: two(n, d=conv(n, 2, 2, 3), e=conv(n, 2, 2, 3))),
    "ShuffleNet v2": (shufflenet, lambda n: two(n, d=conv(n, 4, 4, 3), e=conv(n, 4, 4, 3))),
    "ShuffleNet v2, even": (lambda s, x: shufflenet(s, x)[:, ::2], lambda n: two(n, d=conv(n, 4, 4, 3), e=conv(n, 4, 4, 3))),
    "CSP": (lambda s, x: torch().cat([s.d(joined(s, x)[:, 4:]), joined(s, x)[:, :4]], 1)[:, 4:], lambda n: two(n, d=conv(n, 4, 4, 3))),
    "HarDNet": (lambda s, x: s.c(torch().cat([s.a(x), s.d(joined(s, x)), s.b(x)], 1)[:, :4]), lambda n: two(n, d=conv(n, 8, 4, 3))),
}  # fmt: skip


AT = [
    (name, dims)
    for name in BLOCKS
    for dims in (1, 2, 3)
    if dims < 3 or not name.startswith(("stack", "unbind"))  # a map has no more than three axes
]


@pytest.mark.parametrize(("name", "dims"), AT)
def test_regions_are_those_of_autograd(name: str, dims: int) -> None:
    forward, layers = BLOCKS[name]
    net, shape = module(forward, **layers(dims)).double(), (1, 3, *[24 if dims == 1 else 16] * dims)
    x = torch().rand(shape, dtype=torch().float64, requires_grad=True)
    output = net(x)
    report = rfcli.compute(rfcli.from_torch(net, shape))
    (last,) = report.outputs
    for position in [(n // 2,) * dims for n in [shape[2]]]:
        assert list(rfcli.located(report, last).at(position).clipped) == hull(x, output, position)


GROUPED = {
    # Channels of one sample first, then those of nine: pairs that stand together, or four apart.
    "sum": lambda y, n: y.unflatten(1, (4, 2)).sum(2)[:, n],
    "max": lambda y, n: y.unflatten(1, (4, 2)).amax(2)[:, n],
    "mean, kept": lambda y, n: y.unflatten(1, (4, 2)).mean(2, keepdim=True)[:, n, 0],
    "apart": lambda y, n: y.unflatten(1, (2, 4)).sum(1)[:, n],
}


@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("name", GROUPED)
def test_channels_reduced_in_groups(name: str, dims: int) -> None:
    """Each channel that is left sees what those of its group see, as autograd has it."""
    for number in (0, 3):
        net = module(lambda self, x, n=number: GROUPED[name](joined(self, x), n)[:, None], **two(dims))
        net.c = None
        x = torch().rand(1, 3, *[14] * dims, requires_grad=True)
        report = rfcli.compute(rfcli.from_torch(net.eval(), x))
        last, y = report.layers[-1], net(x)
        assert not last.receptive_field.notes
        told = rfcli.located(report, last.name).at((6,) * dims).clipped
        assert [*told] == hull(x, y, (6,) * dims), (name, number)


@pytest.mark.parametrize("mask", [[True, True, False, True], [False, True, True, False]])
def test_a_mask_picks_channels(mask: list[bool]) -> None:
    """As many as are true in it."""
    net = module(lambda self, x: self.d(self.a(x)[:, self.mask]), a=conv(2, 3, 4, 3), d=conv(2, sum(mask), 2, 3))
    net.register_buffer("mask", torch().tensor(mask))
    report = rfcli.compute(rfcli.from_torch(net.eval(), (1, 3, 12, 12)))
    assert report.total.params == sum(one.numel() for one in net.parameters())
    assert report.layers[-1].receptive_field.size == (5, 5)


def norm(size: int, d: int) -> dict[str, Any]:
    from torch import nn

    return two(d, n=nn.LocalResponseNorm(size))


def parts(y: Any, *sizes: int) -> Any:
    return y.unflatten(1, sizes)


def moved(y: Any, function: Callable[[Any], Any]) -> Any:
    """A function of tensors that have their channels last."""
    return function(y.movedim(1, -1)).movedim(-1, 1)


def spectral(net: Any, y: Any) -> Any:
    return net.s(y[:, None])[:, 0]


def grouped_matrix(net: Any, y: Any) -> Any:
    return torch().einsum("bgc...,gdc->bgd...", parts(y, 2, 4), net.w).flatten(1, 2)


SOME: dict[str, tuple[Callable[[Any, Any], Any], slice, int, Callable[[int], dict[str, Any]]]] = {
    # Channels 0 to 3 see one sample, 4 to 7 nine.
    "lrn": (lambda s, y: s.n(y), slice(0, 3), 1, lambda n: norm(3, n)),
    "lrn, 2-D": (lambda s, y: s.n(y), slice(0, 2), 2, lambda n: norm(5, n)),
    "lrn, 3-D": (lambda s, y: s.n(y), slice(0, 3), 3, lambda n: norm(3, n)),
    "lrn of an even size looks back further": (lambda s, y: s.n(y), slice(3, 4), 2, lambda n: norm(2, n)),
    "lrn of an even size, behind the seam": (lambda s, y: s.n(y), slice(4, 5), 1, lambda n: norm(2, n)),
    "softmax of parts": (lambda s, y: parts(y, 2, 4).softmax(2).flatten(1, 2), slice(0, 3), 2, two),
    "softmax of parts, interleaved": (lambda s, y: parts(y, 2, 4).softmax(1).flatten(1, 2), slice(0, 1), 1, two),
    "parts of norm 1": (lambda s, y: torch().nn.functional.normalize(parts(y, 2, 4), dim=2).flatten(1, 2), slice(0, 4), 2, two),
    "layer norm of parts": (
        lambda s, y: moved(y, lambda z: s.n(z.unflatten(-1, (2, 4))).flatten(-2)), slice(0, 3), 2,
        lambda n: two(n, n=torch().nn.LayerNorm(4)),
    ),
    "parts weighed by others (RAFT)": (
        lambda s, y: (parts(y[:, [0, 4, 1, 5, 2, 6, 3, 7]], 1, 4, 2) * parts(y[:, :3], 3, 1, 1)).sum(2).flatten(1, 2),
        slice(0, 1), 2, two,
    ),
    "glu, interleaved": (lambda s, y: torch().nn.functional.glu(y[:, [0, 1, 4, 5, 2, 3, 6, 7]], 1), slice(0, 2), 2, two),
    "repeat": (lambda s, y: y.repeat(1, 2, *[1] * (y.ndim - 2)), slice(8, 12), 2, two),
    "tile": (lambda s, y: y.tile(2, *[1] * (y.ndim - 2)), slice(8, 12), 1, two),
    "repeat_interleave": (lambda s, y: y.repeat_interleave(3, 1), slice(0, 12), 2, two),
    "expand": (lambda s, y: y[:, :, None].expand(-1, -1, 3, *y.shape[2:]).flatten(1, 2), slice(0, 12), 1, two),
    "expand before": (lambda s, y: y[:, None].expand(-1, 3, *y.shape[1:]).flatten(1, 2), slice(16, 20), 1, two),
    "pad": (lambda s, y: torch().nn.functional.pad(y, (*[0, 0] * (y.ndim - 2), 2, 1)), slice(1, 6), 2, two),
    "pool of channels": (lambda s, y: torch().nn.functional.max_pool3d(y[:, None], (2, 1, 1))[:, 0], slice(0, 2), 2, two),
    "pool of channels, 1-D": (lambda s, y: moved(y, lambda z: torch().nn.functional.avg_pool1d(z, 2)), slice(0, 2), 1, two),
    "pool of channels that overlaps": (
        lambda s, y: torch().nn.functional.max_pool3d(y[:, None], (3, 1, 1), (2, 1, 1), (1, 0, 0))[:, 0], slice(0, 2), 2, two,
    ),
    "a matrix of each part": (grouped_matrix, slice(0, 4), 2, lambda n: two(n, w=torch().nn.Parameter(torch().rand(2, 4, 4)))),
    "the same matrix for both parts": (
        lambda s, y: moved(y, lambda z: s.l(z.unflatten(-1, (2, 4))).flatten(-2)), slice(0, 4), 2,
        lambda n: two(n, l=torch().nn.Linear(4, 4)),
    ),
    "a matrix across parts": (
        lambda s, y: moved(y, lambda z: s.l(z.unflatten(-1, (2, 4)).transpose(-1, -2)).transpose(-1, -2).flatten(-2)),
        slice(0, 1), 1, lambda n: two(n, l=torch().nn.Linear(2, 2)),
    ),
    "a term for each position": (lambda s, y: y + s.w, slice(0, 4), 1, lambda n: two(n, w=torch().nn.Parameter(torch().rand(8, 24)))),
}  # fmt: skip


@pytest.mark.parametrize("name", SOME)
def test_layers_that_mix_some_channels(name: str) -> None:
    """A slice behind them sees what its channels are made of, without a note; autograd says what that is."""
    function, kept, dims, layers = SOME[name]
    net = module(lambda self, x: function(self, joined(self, x))[:, kept], **layers(dims)).double()
    net.c = None
    shape = (1, 3, *[24 if dims == 1 else 11] * dims)
    x = torch().rand(shape, dtype=torch().float64, requires_grad=True)
    report = rfcli.compute(rfcli.from_torch(net.eval(), shape))
    last, place = report.layer(report.outputs[-1]), (shape[2] // 2,) * dims
    assert not last.receptive_field.notes
    assert report.total.params == sum(one.numel() for one in net.parameters())
    assert [*rfcli.located(report, last.name).at(place).clipped] == hull(x, net(x), place)


NOTED: dict[str, tuple[Callable[[Any, Any], Any], Callable[[int], dict[str, Any]]]] = {
    "sums of all before": (lambda s, y: y.cumsum(1), two),
    "a kernel over channels": (spectral, lambda n: two(n, s=torch().nn.Conv3d(1, 1, (3, 1, 1), padding=(1, 0, 0)))),
    "a kernel over channels and axes": (spectral, lambda n: two(n, s=torch().nn.Conv3d(1, 1, 3, padding=1))),
}


@pytest.mark.parametrize("name", NOTED)
def test_which_channels_are_mixed_is_not_known(name: str) -> None:
    """The union over channels, and a note that says so."""
    function, layers = NOTED[name]
    net = module(lambda self, x: function(self, joined(self, x))[:, :2], **layers(2))
    net.c = None
    report = rfcli.compute(rfcli.from_torch(net.eval(), (1, 3, 12, 12)))
    last = report.layer(report.outputs[-1]).receptive_field
    assert last.size == ((11, 11) if "axes" in name else (9, 9))
    assert [note for note in last.notes if note.startswith("a union over channels: ")]


EXPORTED = [
    "lrn, 2-D",
    "parts weighed by others (RAFT)",
    "softmax of parts",
    "pad",
    "pool of channels",
    "repeat",
    "the same matrix for both parts",
]


@pytest.mark.parametrize(("name", "dynamo"), [*((name, False) for name in EXPORTED), ("lrn, 2-D", True)])
def test_the_same_through_onnx(name: str, dynamo: bool, tmp_path: Any) -> None:
    """As both exporters of torch write it."""
    function, kept, dims, layers = SOME[name]
    net = module(lambda self, x: function(self, joined(self, x))[:, kept], **layers(dims))
    net.c = None
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch().onnx.export(net.eval(), (torch().rand(1, 3, *[11] * dims),), tmp_path / "net.onnx", dynamo=dynamo)
    report = rfcli.compute(rfcli.load(tmp_path / "net.onnx"))
    last = report.layer(report.outputs[-1]).receptive_field
    assert last.size == (1,) * dims and not last.notes
