"""Parameters that a module writes as it runs."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.nets import module

import rfcli
from rfcli.readers.torch.written import _out_of_place, rewritten

NAMES = {"mul_": "mul", "__imul__": "__mul__", "__setitem__": "__setitem__", "zero_": "zero", "mul": "", "__mul__": "",
         "requires_grad_": "", "__init__": "", "__init_subclass__": ""}  # fmt: skip


@pytest.mark.parametrize(("name", "plain"), NAMES.items())
def test_operations_in_place(name: str, plain: str) -> None:
    assert _out_of_place(name) == plain


@pytest.mark.torch
def test_a_write_makes_a_new_value() -> None:
    import torch

    one = torch.nn.Parameter(torch.ones(3))
    with rewritten():
        one.data *= 2
        one.data[1] = 7
        doubled = one + 0
        one.data.add_(torch.ones(3))
        added = one * 1
    assert one.tolist() == [1, 1, 1]
    assert (doubled.tolist(), added.tolist()) == ([2, 7, 2], [3, 8, 3])


@pytest.mark.torch
def test_weights_that_are_clamped_or_cut_as_the_module_runs() -> None:
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        self.conv.weight.data.clamp_(0.1, 1.0)
        self.conv.weight.data[:, :, 2] = 0
        self.conv.weight.data[:, :, :, 0] = 0
        return self.conv(x)

    net = module(forward, conv=nn.Conv2d(1, 2, 3))
    weight = net.conv.weight.detach().clone()
    entry = rfcli.from_torch(net, (1, 1, 9, 9)).entries[-1]
    assert entry.layer.given["mask"] == [[0, 1, 1], [0, 1, 1], [0, 0, 0]]
    assert bool((net.conv.weight == weight).all())
