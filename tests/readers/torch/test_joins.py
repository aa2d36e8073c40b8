"""Maps joined along positions, and along the batch: each goes its own way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from readers.torch.nets import agrees_with, depends_as_seen, exported, module

import rfcli
from rfcli.geometry.unknown import Unknown

pytestmark = pytest.mark.torch


def levels(x: Any) -> Any:
    """Two levels of a detection head behind one another: (1, 6, 16 + 4)."""
    import torch

    return torch.cat([x[0].flatten(2), x[1].flatten(2)], 2)


def steps(self: Any, x: Any) -> Any:
    return levels([self.a(x), self.b(x)])


HEADS: list[tuple[str, Callable[[Any, Any], Any], list[tuple[int, tuple[int, int]]]]] = [
    ("as they are", lambda self, y: y, [(6, (3, 3)), (6, (5, 5))]),
    ("entrywise", lambda self, y: (2 * y.sigmoid() + 1).relu(), [(6, (3, 3)), (6, (5, 5))]),
    ("the larger of two", lambda self, y: self.torch.max(y, 2 * y), [(6, (3, 3)), (6, (5, 5))]),
    ("the smaller of two", lambda self, y: self.torch.min(y, self.anchors), [(6, (3, 3)), (6, (5, 5))]),
    ("a softmax over parts of the channels", lambda self, y: y.view(1, 2, 3, 20).transpose(2, 1).softmax(1), [(6, (3, 3)), (6, (5, 5))]),
    ("boxes and classes", lambda self, y: y.split([4, 2], 1)[1], [(2, (3, 3)), (2, (5, 5))]),
    ("a linear layer", lambda self, y: self.linear(y.transpose(1, 2)), [(7, (3, 3)), (7, (5, 5))]),
    ("a convolution at each position", lambda self, y: self.point(y.view(1, 6, 20, 1)), [(7, (3, 3)), (7, (5, 5))]),
    ("a sum over channels", lambda self, y: y.sum(1, keepdim=True), [(1, (3, 3)), (1, (5, 5))]),
    ("cut where they were joined", lambda self, y: y.split([16, 4], 2)[1], [(6, (5, 5))]),
    ("the first level", lambda self, y: y[:, :, :16].view(1, 6, 4, 4), [(6, (3, 3))]),
    ("joined to what is joined alike", lambda self, y: self.torch.cat([y, y.exp()], 1), [(12, (3, 3)), (12, (5, 5))]),
    ("anchors for each position", lambda self, y: y * self.anchors, [(6, (3, 3)), (6, (5, 5))]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "head", "fields"), HEADS, ids=[name for name, *_ in HEADS])
def test_levels(name: str, head: Any, fields: list[tuple[int, tuple[int, int]]]) -> None:
    """A level of kernel 3 and stride 2, and one of kernel 5 and stride 4, of an image of 8 x 8; weights count once."""
    import torch
    from torch import nn

    net = module(
        lambda self, x: head(self, steps(self, x)),
        a=nn.Conv2d(3, 6, 3, 2, 1), b=nn.Conv2d(3, 6, 5, 4, 2), linear=nn.Linear(6, 7), point=nn.Conv2d(6, 7, 1),
    )  # fmt: skip
    net.torch = torch
    net.register_buffer("anchors", torch.rand(1, 1, 20))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 8, 8)))
    outputs = [report.layer(one) for one in report.outputs]
    assert [(one.channels, one.receptive_field.size) for one in outputs] == fields
    own = 3 * 6 * (9 + 25) + 12
    assert report.total.params == own + (49 if "linear" in name or "convolution" in name else 0)


MEETING: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("a softmax over all", lambda self, y: y.softmax(2)),
    ("attention", lambda self, y: self.attention(y.transpose(1, 2), y.transpose(1, 2), y.transpose(1, 2))[0]),
    ("attention by hand", lambda self, y: (y.transpose(1, 2) @ y).softmax(2) @ y.transpose(1, 2)),
    (
        "values that are joined",
        lambda self, y: self.attend(y[:, :, 16:].transpose(1, 2), y.transpose(1, 2), y.transpose(1, 2)),
    ),
    ("the mean of all attends", lambda self, y: self.attend(y.mean(2)[:, None], y.transpose(1, 2), y.transpose(1, 2))),
    ("the mean of all attends, by hand", lambda self, y: (y.mean(2)[:, None] @ y).softmax(2) @ y.transpose(1, 2)),
]


@pytest.mark.parametrize(("name", "head"), MEETING, ids=[name for name, _ in MEETING])
def test_levels_that_see_one_another(name: str, head: Any) -> None:
    import torch
    from torch import nn

    net = module(
        lambda self, x: head(self, steps(self, x)), a=nn.Conv2d(3, 6, 3, 2, 1), b=nn.Conv2d(3, 6, 5, 4, 2),
        attention=nn.MultiheadAttention(6, 2, batch_first=True),
    )  # fmt: skip
    net.attend = torch.nn.functional.scaled_dot_product_attention
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 8, 8)))
    assert all(report.layer(one).receptive_field.globally for one in report.outputs)
    assert [one for one in report.layers if isinstance(one.receptive_field.size[0], Unknown)] == []


def test_a_class_token_that_alone_attends() -> None:
    """XCiT's last blocks: the token and the map go their own ways, and are added to what they were together."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x).flatten(2).transpose(1, 2)
        both = torch.cat([self.token, y], 1)
        one = nn.functional.scaled_dot_product_attention(both[:, :1], both, both)
        both = both + torch.cat([one, both[:, 1:]], 1)
        return both[:, 0], both[:, 1:].transpose(1, 2).view(1, 6, 4, 4)

    net = module(forward, a=nn.Conv2d(3, 6, 3, 2, 1))
    net.token = nn.Parameter(torch.zeros(1, 1, 6))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 8, 8)))
    token, rest = (report.layer(one).receptive_field for one in report.outputs)
    assert (token.size, token.globally, rest.size, rest.globally) == ((None, None), True, (3, 3), False)


def test_two_images_in_a_batch() -> None:
    """Both go through the same weights, which count once; each sees its own image (RAFT)."""
    import torch
    from torch import nn

    def forward(self: Any, one: Any, two: Any) -> Any:
        first, second = self.a(torch.cat([one, two])).relu().chunk(2)
        return first, second, self.b(first + second)

    net = module(forward, a=nn.Conv2d(3, 8, 3, padding=1), b=nn.Conv2d(8, 1, 5))
    architecture = rfcli.from_torch(net, ((1, 3, 9, 9), (1, 3, 9, 9)))
    for origin, reached in (("one", [True, False, True]), ("two", [False, True, True])):
        report = rfcli.compute(architecture, origin=origin)
        fields = [report.layer(one).receptive_field for one in report.outputs]
        assert [field is not None for field in fields] == reached
        assert fields[2].size == (7, 7)
    assert report.total.params == sum(one.numel() for one in net.parameters())


def boxes(self: Any, x: Any) -> Any:
    """Both levels flattened, behind one another, as SSD's own code has it."""
    import torch

    flat = [one.permute(0, 2, 3, 1).reshape(x.size(0), -1) for one in (self.a(x), self.b(x))]
    return torch.cat(flat, 1)


@pytest.mark.parametrize("kind", ["live", "onnx"])
def test_features_of_levels_that_are_taken_apart_again_see_what_their_level_does(kind: str, tmp_path: Path) -> None:
    """Regions by autograd; they were told to see the whole map."""
    import torch
    from torch import nn

    net = module(
        lambda self, x: boxes(self, x).view(x.size(0), -1, 3), a=nn.Conv2d(3, 6, 3, 2, 1), b=nn.Conv2d(3, 6, 5, 4, 2)
    )
    x, file = torch.rand(1, 3, 16, 16, requires_grad=True), tmp_path / "net.onnx"
    if kind == "onnx":
        exported(net, (x,), file)
    report = rfcli.compute(rfcli.from_torch(net, x) if kind == "live" else rfcli.load(file))
    made, start = net(x), 0
    for name, n in zip(report.outputs, (8, 4), strict=True):
        told = rfcli.located(report, name)
        for row, column in ((0, 0), (1, n - 1)):
            box = start + 2 * (row * n + column) + 1
            (gradient,) = torch.autograd.grad(made[0, box].sum(), x, retain_graph=True)
            seen = [gradient.abs().sum(dims).nonzero().flatten() for dims in ((0, 1, 3), (0, 1, 2))]
            assert told.at((row, column)).clipped == tuple((int(one.min()), int(one.max())) for one in seen)
        start += 2 * n * n
    assert start == made.shape[1]


def test_features_of_levels_that_a_linear_layer_takes_see_the_whole_map() -> None:
    from torch import nn

    net = module(
        lambda self, x: self.l(boxes(self, x)),
        a=nn.Conv2d(3, 6, 3, 2, 1),
        b=nn.Conv2d(3, 6, 5, 4, 2),
        l=nn.Linear(480, 5),
    )
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 16, 16)))
    assert report.layer("l").receptive_field.size == (None, None) and report.layer("l").cost.params == 2405


def shifted(x: Any, axis: int) -> Any:
    """Groups of channels, each shifted its own way, the border padded (AS-MLP, Lian et al. 2021)."""
    import torch

    wide = torch.nn.functional.pad(x, (1, 1, 1, 1))
    groups = [one.roll(by, axis) for one, by in zip(wide.chunk(3, 1), (-1, 0, 1), strict=True)]
    return torch.cat(groups, 1).narrow(2, 1, x.shape[2]).narrow(3, 1, x.shape[3])


TURNS: dict[str, Callable[[Any, Any], Any]] = {
    "groups shifted along rows": lambda self, x: self.a(shifted(x, 3)),
    "groups shifted along columns": lambda self, x: self.a(shifted(x, 2)).relu(),
    "rolled by nothing, and by one": lambda self, x: self.torch.cat([x.roll(by, 3) for by in (0, 1)], 1),
    "joined to nothing": lambda self, x: self.torch.cat([x[:, :, :0], self.a(x), x[:, :, 9:]], 2),
}


@pytest.mark.parametrize("way", ["live", "script", "dynamo"])
@pytest.mark.parametrize("turn", TURNS)
def test_maps_that_are_rolled_apart(turn: str, way: str, tmp_path: Path) -> None:
    import torch
    from torch import nn

    net = module(TURNS[turn], a=nn.Conv2d(6, 6, 1) if "joined" in turn or "groups" in turn else nn.Identity())
    net.torch, shape = torch, (1, 6, 4, 5)
    torch.manual_seed(0)
    if way == "live":
        depends_as_seen(net, shape)
    else:
        file = exported(net.eval(), (torch.rand(shape),), tmp_path / "net.onnx", dynamo=way == "dynamo")
        agrees_with(net, shape, rfcli.load(file))
