"""Attention to another input (cross-attention): each position sees all of that, and of its own input what it saw
before; by autograd, from modules and from their ONNX exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from readers.torch.nets import exported, module

import rfcli

pytestmark = pytest.mark.torch


def torch() -> Any:
    import torch

    return torch


def rows(x: Any) -> Any:
    """Positions, and their channels."""
    return x.flatten(2).transpose(1, 2)


def laid(x: Any) -> Any:
    return x.transpose(1, 2).unflatten(2, (4, 4))


def by_hand(self: Any, x: Any, y: Any) -> Any:
    return laid((rows(self.a(x)) @ rows(self.b(y)).transpose(1, 2)).mul(0.1).softmax(-1) @ rows(y))


def fused(self: Any, x: Any, y: Any) -> Any:
    attend = torch().nn.functional.scaled_dot_product_attention
    return laid(attend(rows(self.a(x)), rows(self.b(y)), rows(y), scale=0.1))


def module_of(self: Any, x: Any, y: Any) -> Any:
    """As a decoder's layer has it, with a skip."""
    return self.a(laid(rows(x) + self.m(rows(x), rows(y), rows(y))[0]))


def text(self: Any, x: Any, y: Any) -> Any:
    """An image that attends to vectors of words."""
    return self.a(laid(self.m(rows(x), y, y)[0]))


IMAGES = [(1, 4, 4, 4), (1, 4, 5, 5)]
NETS: dict[str, tuple[Callable[[Any, Any, Any], Any], list[tuple[int, ...]]]] = {
    "by hand": (by_hand, IMAGES),
    "fused": (fused, IMAGES),
    "a decoder's layer": (module_of, IMAGES),
    "words": (text, [(1, 4, 4, 4), (1, 7, 4)]),
}


def made(name: str) -> Any:
    nn = torch().nn
    torch().manual_seed(0)
    return module(
        NETS[name][0],
        a=nn.Conv2d(4, 4, 3, padding=1),
        b=nn.Conv2d(4, 4, 1),
        m=nn.MultiheadAttention(4, 2, batch_first=True),
    ).eval()


@pytest.mark.parametrize("from_file", [False, True])
@pytest.mark.parametrize("name", NETS)
def test_what_each_input_gives(name: str, from_file: bool, tmp_path: Path) -> None:
    net, shapes = made(name), NETS[name][1]
    given = tuple(torch().rand(shape, requires_grad=True) for shape in shapes)
    if from_file:
        architecture = rfcli.load(exported(net, given, tmp_path / "net.onnx", opset_version=17))
    else:
        architecture = rfcli.from_torch(net, given)
    first, second = (one.name for one in architecture.inputs)
    report = rfcli.compute(architecture, origin=first)
    (output,) = report.outputs
    field = report.layer(output).receptive_field
    assert (field.size, field.globally) == ((3, 3), False)
    other = rfcli.compute(architecture, origin=second).layer(output).receptive_field
    assert other.globally
    for place in ((0, 0), (1, 2)):
        mine, theirs = torch().autograd.grad(net(*given)[(0, slice(None), *place)].pow(2).sum(), given)
        read = [along.nonzero().flatten() for along in (mine.abs().sum((0, 1, 3)), mine.abs().sum((0, 1, 2)))]
        told = rfcli.located(report, output).at(place).clipped
        assert [*told] == [(int(one.min()), int(one.max())) for one in read]
        assert theirs.abs().sum(1).count_nonzero() == theirs.abs().sum(1).numel()


def test_of_one_input() -> None:
    """Where keys are of the same input, all of it is seen, at each position."""
    net = module(
        lambda self, x: by_hand(self, x, x), a=torch().nn.Conv2d(4, 4, 3, padding=1), b=torch().nn.Conv2d(4, 4, 1)
    )
    last = rfcli.compute(rfcli.from_torch(net, (1, 4, 4, 4))).layers[-1].receptive_field
    assert (last.size, last.unbounded) == ((None, None), ("both", "both"))
