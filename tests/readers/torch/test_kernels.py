"""Masked kernels of torch modules: taps that are zero whatever the parameters are, and those that nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import rfcli
from rfcli.engine.locate import Locator

pytestmark = pytest.mark.torch


def masked_class(forward: Callable[[Any, Any], Any], rank: int = 2) -> Any:
    """A convolution with PixelCNN's buffer `mask`, of type A or B, and a forward of its own."""
    import torch

    class Masked(getattr(torch.nn, f"Conv{rank}d")):  # type: ignore[misc]
        def __init__(self, kind: str, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            mask = torch.ones_like(self.weight).flatten(2)
            middle = mask.shape[2] // 2
            mask[:, :, middle + (kind == "B") :] = 0
            self.register_buffer("mask", mask.view(self.weight.shape))

        def run(self, x: Any, weight: Any) -> Any:
            return self._conv_forward(x, weight, self.bias)

    Masked.forward = forward
    return Masked


def _in_place(self: Any, x: Any) -> Any:
    self.weight.data *= self.mask
    return self.run(x, self.weight)


def _multiplied_in_place(self: Any, x: Any) -> Any:
    self.weight.data.mul_(self.mask)
    return self.run(x, self.weight)


def _assigned(self: Any, x: Any) -> Any:
    self.weight.data = self.weight.data * self.mask
    return self.run(x, self.weight)


def _without_gradients(self: Any, x: Any) -> Any:
    import torch

    with torch.no_grad():
        self.weight.mul_(self.mask)
    return self.run(x, self.weight)


FORWARDS: dict[str, Callable[[Any, Any], Any]] = {
    "multiplied": lambda self, x: self.run(x, self.weight * self.mask),
    "multiplied from the left": lambda self, x: self.run(x, self.mask * self.weight),
    "masked_fill": lambda self, x: self.run(x, self.weight.masked_fill(self.mask == 0, 0)),
    "where": lambda self, x: self.run(x, self.weight.where(self.mask > 0, self.weight.new_zeros(()))),
    "data in place": _in_place,
    "data.mul_": _multiplied_in_place,
    "data assigned": _assigned,
    "without gradients": _without_gradients,
}


@pytest.mark.parametrize("forward", FORWARDS.values(), ids=FORWARDS)
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_masks_however_they_are_applied(forward: Callable[[Any, Any], Any], rank: int) -> None:
    from torch import nn

    masked = masked_class(forward, rank)
    net = nn.Sequential(masked("A", 1, 4, 5, padding=2), nn.ReLU(), masked("B", 4, 4, 3, padding=1))
    before = [one.detach().clone() for one in net.parameters()]
    architecture = rfcli.from_torch(net, (1, 1, *(9,) * rank))
    masks = [one.layer.given.get("mask") for one in architecture.entries if one.layer.type == "conv"]
    assert masks == ["strictly_causal", "causal"]
    report = rfcli.compute(architecture)
    field = report.layers[-1].receptive_field
    assert field is not None
    assert field.size == {1: (3,), 2: (4, 7), 3: (4, 7, 7)}[rank]
    assert [one.cost.params for one in report.layers if one.type == "conv"] == [4 * 5**rank + 4, 16 * 3**rank + 4]
    assert all(bool((a == b).all()) for a, b in zip(before, net.parameters(), strict=True)), "weights are left alone"


def test_a_published_pixelcnn() -> None:
    """field/README 3: 129 of 153 pixels, by autograd on the module itself."""
    import torch
    from torch import nn

    masked = masked_class(FORWARDS["multiplied"])
    body = [masked("B", 4, 4, 3, padding=1) for _ in range(5)]
    net = nn.Sequential(masked("A", 1, 4, 7, padding=3), *body, nn.Conv2d(4, 8, 1)).double()
    for one in net.parameters():
        nn.init.uniform_(one, 0.1, 1)
    x = torch.ones(1, 1, 41, 41, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(net(x)[0, :, 20, 20].sum(), x)
    measured = {tuple(point) for point in gradient[0, 0].nonzero().tolist()}
    report = rfcli.compute(rfcli.from_torch(net, x.detach()))
    found = Locator(report, report.layers[-1].name).points((20, 20))
    assert found is not None and set(found) == measured and len(measured) == 129


def test_parametrizations_and_pruning() -> None:
    import torch
    from torch import nn
    from torch.nn.utils import parametrizations, parametrize, prune

    class Times(nn.Module):
        def __init__(self, mask: Any) -> None:
            super().__init__()
            self.register_buffer("mask", mask)

        def forward(self, weight: Any) -> Any:
            return weight * self.mask

    mask = torch.tensor([[0.0, 1, 0], [1, 1, 1], [0, 1, 0]]).expand(4, 2, 3, 3).contiguous()
    pruned, made = nn.Conv2d(2, 4, 3), nn.Conv2d(2, 4, 3)
    prune.custom_from_mask(pruned, "weight", mask)
    parametrize.register_parametrization(made, "weight", Times(mask))
    for one in (pruned, made):
        entry = rfcli.from_torch(one, (1, 2, 9, 9)).entries[-1]
        assert entry.layer.given["mask"] == [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    for normed in (
        parametrizations.weight_norm(nn.Conv1d(2, 4, 3)),
        parametrizations.spectral_norm(nn.Conv1d(2, 4, 3)),
    ):
        assert "mask" not in rfcli.from_torch(normed, (1, 2, 9)).entries[-1].layer.given


def weighted(weight: Callable[[Any], Any], **children: Any) -> rfcli.Report:
    """A 3x3 convolution whose weight is made of its parameter."""
    import torch
    from torch import nn

    class Net(nn.Conv2d):
        def forward(self, x: Any) -> Any:
            return nn.functional.conv2d(x, weight(self), self.bias)

    net = Net(2, 4, 3)
    for name, child in children.items():
        setattr(net, name, child(torch))
    return rfcli.compute(rfcli.from_torch(net, (1, 2, 9, 9)))


def test_weights_that_are_no_masks() -> None:
    standardised = weighted(
        lambda net: (net.weight - net.weight.mean((1, 2, 3), True)) / net.weight.std((1, 2, 3), keepdim=True)
    )
    scaled = weighted(lambda net: net.weight * 0.5 + 1)
    gained = weighted(lambda net: net.weight * net.gain, gain=lambda torch: torch.nn.Parameter(torch.ones(4, 1, 1, 1)))
    for report in (standardised, scaled, gained):
        field = report.layers[-1].receptive_field
        assert field is not None and field.size == (3, 3)


def test_a_kernel_that_is_padded_reads_none_of_the_zeros() -> None:
    """Autograd: the gradients of 3x3 kernels with a row of zeros behind reach the two rows before it."""
    import torch

    functional = torch.nn.functional
    padded = weighted(lambda net: functional.pad(net.weight[:, :, :2], (0, 0, 0, 1)))
    joined = weighted(lambda net: torch.cat([torch.zeros(4, 2, 3, 1), net.weight[..., 1:]], 3))
    for report, size in ((padded, (2, 3)), (joined, (3, 2))):
        field = report.layers[-1].receptive_field
        assert field is not None and field.size == size


def test_masks_of_parameters_are_unknown() -> None:
    report = weighted(
        lambda net: net.weight * (net.scores > 0).float(),
        scores=lambda torch: torch.nn.Parameter(torch.randn(1, 1, 3, 3)),
    )
    field = report.layers[-1].receptive_field
    assert field is not None
    assert any("depends on the values of parameters, which are not read" in note for note in field.notes)


def test_a_mask_of_channels_leaves_what_any_of_them_reads() -> None:
    """Masks of RGB networks keep the middle tap between some channels only."""
    report = weighted(
        lambda net: net.weight * net.mask,
        mask=lambda torch: torch.tensor(
            [[[[1.0, 1, 1], [1, 0, 0], [0, 0, 0]]], [[[1, 1, 1], [1, 1, 0], [0, 0, 0]]]] * 2
        ),
    )
    assert report.graph.layers[-1].given["mask"] == "causal"  # type: ignore[union-attr]


def test_without_numbers_a_mask_is_unknown() -> None:
    import torch
    from torch import nn

    masked = masked_class(FORWARDS["multiplied"])
    with torch.device("meta"):
        net = masked("A", 1, 4, 5)
    field = rfcli.compute(rfcli.from_torch(net, (1, 1, 9, 9))).layers[-1].receptive_field
    assert field is not None and any("not at hand" in note for note in field.notes)
    assert isinstance(nn.Conv2d(1, 1, 1), nn.Module)


def test_transposed_convolutions_and_axes_of_their_own() -> None:
    import torch
    from torch import nn

    class Up(nn.ConvTranspose2d):
        def forward(self, x: Any) -> Any:
            mask = torch.tensor([[1.0, 1, 1], [1, 1, 0], [0, 0, 0]])
            return nn.functional.conv_transpose2d(x, self.weight * mask, self.bias)

    entry = rfcli.from_torch(Up(2, 4, 3), (1, 2, 9, 9)).entries[-1]
    assert entry.layer.given["mask"] == [[1, 1, 1], [1, 1, 0], [0, 0, 0]]
