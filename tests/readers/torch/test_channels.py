"""Channels kept apart in torch modules: regions of blocks as in MixNet, Res2Net, ShuffleNet v2, HarDNet and CSPNet, held
against autograd at every output channel together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import module
from witnesses.measuring import hull

import rfcli

pytestmark = pytest.mark.torch


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
