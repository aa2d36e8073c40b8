"""Tensors of zeros that are filled part by part: regions by autograd, of volumes as stereo networks build them."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.test_two_maps import held

import rfcli

pytestmark = pytest.mark.torch

NAMES = ("displacements", "disparities", "PSMNet", "GwcNet", "joined", "overwritten")


def nets() -> dict[str, Any]:
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Net(nn.Module):
        """Features of both images, their volume, and convolutions over disparities where it has `deep` channels."""

        def __init__(self, volume: Any, deep: int = 0) -> None:
            super().__init__()
            self.first, self.volume = nn.Conv2d(3, 4, 3, 2, 1), volume
            self.deep = (
                nn.Sequential(nn.Conv3d(deep, 3, 3, 1, 1), nn.ReLU(), nn.Conv3d(3, 1, 3, 1, 1)) if deep else None
            )

        def forward(self, left: Any, right: Any) -> Any:
            made = self.volume(self.first(left).relu(), self.first(right).relu())
            return made if self.deep is None else self.deep(made).squeeze(1)

    def displacements(x: Any, y: Any) -> Any:
        h, w = x.shape[2:]
        padded, made = F.pad(y, (1, 1, 1, 1)), x.new_zeros(1, 9, h, w)
        for i in range(3):
            for j in range(3):
                made[:, 3 * i + j] = (x * padded[:, :, i : i + h, j : j + w]).mean(1)
        return made

    def disparities(left: Any, right: Any) -> Any:
        made = left.new_zeros(1, 6, *left.shape[2:])  # The last is never written.
        for i in range(5):
            made[:, i, :, i:] = (left[..., i:] * right[..., : right.shape[3] - i]).mean(1)
        return made

    def concatenated(left: Any, right: Any) -> Any:
        made = torch.zeros(1, 8, 4, *left.shape[2:])
        for i in range(4):
            made[:, :4, i, :, i:] = left[..., i:]
            made[:, 4:, i, :, i:] = right[..., : right.shape[3] - i]
        return made.contiguous()

    def in_groups(left: Any, right: Any) -> Any:
        made = left.new_zeros(1, 2, 4, *left.shape[2:])
        for i in range(4):
            product = left[..., i:] * right[..., : right.shape[3] - i]
            made[:, :, i, :, i:] = product.view(1, 2, 2, *product.shape[2:]).mean(2)
        return made

    def joined(left: Any, right: Any) -> Any:
        rows = [torch.cat([left, F.pad(right, (i, 0))[..., : left.shape[3]]], 1) for i in range(4)]
        return torch.stack(rows, 2)

    def overwritten(left: Any, right: Any) -> Any:
        made = left.new_zeros(1, 2, *left.shape[2:])
        for one in (right, left):
            made[:, 0] = one.mean(1)
        made[:, 1] = left.amax(1)
        return made

    return {
        "displacements": Net(displacements),
        "disparities": Net(disparities),
        "PSMNet": Net(concatenated, 8),
        "GwcNet": Net(in_groups, 2),
        "joined": Net(joined, 8),
        "overwritten": Net(overwritten),
    }


@pytest.mark.parametrize("name", NAMES)
def test_from_torch(name: str) -> None:
    net = nets()[name]
    shapes = [(1, 3, 20, 26)] * 2
    architecture = rfcli.from_torch(net, tuple(shapes))
    report = rfcli.compute(architecture)
    assert report.total.params == sum(one.numel() for one in net.parameters())
    if name == "overwritten":
        assert rfcli.compute(architecture, origin="right").layers[-1].receptive_field is None
    else:
        held(net, shapes, architecture)
    if report.layers[-1].cost.macs and name == "PSMNet":
        last = next(one for one in report.layers if one.name == "deep.2" or one.name.endswith("deep/2"))
        assert last.cost.macs == 3 * 27 * 4 * 10 * 13


def test_parts_that_cannot_be_followed_are_said_to_be_unknown() -> None:
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Conv2d(3, 4, 3, 1, 1)

        def forward(self, x: Any) -> Any:
            x = self.first(x)
            made = x.new_zeros(1, 4, *x.shape[2:])
            made[:, :, x[0, 0, 0] > 0] = 1.0
            return made

    field = rfcli.compute(rfcli.from_torch(Net(), torch.zeros(1, 3, 8, 8))).layers[-1].receptive_field
    assert field is not None and "is not known" in " ".join(field.notes)
