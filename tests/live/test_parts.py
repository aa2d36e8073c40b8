"""Parts of a module, and what reaches them."""

from __future__ import annotations

import pytest

from rfcli.live.named import code

pytestmark = pytest.mark.torch

NAMED = code("torch:model.py:Net")


def test_those_that_see_the_image_come_first() -> None:
    from torch import nn

    from rfcli.live.parts import likely

    module = nn.ModuleDict(
        {"small": nn.Conv2d(1, 1, 1), "act": nn.ReLU(), "large": nn.Conv2d(9, 9, 9), "backbone": nn.Conv2d(1, 1, 1)}
    )
    assert likely(module) == ["backbone", "large", "small"]


def test_what_reaches_a_part_has_its_names_and_values() -> None:
    import torch
    from torch import nn

    from rfcli.live.parts import described, part_of, reaching
    from rfcli.readers.torch.trace import Called

    class Inner(nn.Module):
        def forward(self, x: torch.Tensor, scale: float, *, mask: object, ids: torch.Tensor) -> torch.Tensor:
            return x * scale

    class Outer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pre, self.inner = nn.Conv2d(3, 2, 3), Inner()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            try:
                y: torch.Tensor = self.inner(self.pre(x), 2.0, mask=None, ids=torch.zeros(1, 4, dtype=torch.int64))
            except Exception:
                y = x
            return y

    outer = Outer().train()
    inner = part_of(NAMED, outer, "inner")
    found, remark = reaching(NAMED, outer, inner, "inner", Called((torch.zeros(1, 3, 8, 8),), {}))
    assert described(found) == "1x2x6x6, 2.0, mask=None, ids=1x4:int64"
    assert remark == f"inner is called with {described(found)} where Outer is with 1x3x8x8"
    assert outer.training and not inner._forward_pre_hooks, "all is as before"
