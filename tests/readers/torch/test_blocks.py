"""Space to depth, and depth to space, as networks write it by views and permutations: sizes, channels and regions of
all layers up to the next convolution are torch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import module
from witnesses.measuring import hull

import rfcli

pytestmark = pytest.mark.torch


def space_to_depth(x: Any, block: int = 2) -> Any:
    """As timm's TResNet has it."""
    n, c, h, w = x.shape
    made = x.view(n, c, h // block, block, w // block, block).permute(0, 3, 5, 1, 2, 4).contiguous()
    return made.view(n, c * block * block, h // block, w // block)


def depth_to_space(x: Any, block: int = 2) -> Any:
    n, c, h, w = x.shape
    made = x.view(n, block, block, c // block**2, h, w).permute(0, 3, 4, 1, 5, 2).contiguous()
    return made.view(n, c // block**2, h * block, w * block)


def merged(x: Any) -> Any:
    """Patch merging, as timm's Swin has it; channels last."""
    n, c, h, w = x.shape
    made = x.permute(0, 2, 3, 1).reshape(n, h // 2, 2, w // 2, 2, c).permute(0, 1, 3, 4, 2, 5)
    return made.flatten(3).permute(0, 3, 1, 2)


def focus(x: Any) -> Any:
    """As YOLOv5 has it."""
    import torch

    return torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1)


def unshuffled(x: Any) -> Any:
    import torch

    return torch.nn.functional.pixel_unshuffle(x, 2)


def rows(x: Any) -> Any:
    """Three samples behind one another, in one dimension."""
    n, c, length = x.shape
    return x.view(n, c, length // 3, 3).permute(0, 1, 3, 2).reshape(n, c * 3, length // 3)


def voxels(x: Any) -> Any:
    n, c, d, h, w = x.shape
    made = x.view(n, c, d // 2, 2, h // 2, 2, w // 2, 2).permute(0, 1, 3, 5, 7, 2, 4, 6)
    return made.reshape(n, c * 8, d // 2, h // 2, w // 2)


IMAGE, ROW, VOLUME = (1, 3, 12, 16), (1, 3, 24), (1, 3, 4, 6, 8)
CASES: list[tuple[Callable[[Any], Any], tuple[int, ...], int]] = [
    (space_to_depth, IMAGE, 4),
    (lambda x: space_to_depth(x, 4), IMAGE, 6),
    (depth_to_space, IMAGE, 3),
    (merged, IMAGE, 4),
    (focus, IMAGE, 4),
    (unshuffled, IMAGE, 4),
    (rows, ROW, 5),
    (voxels, VOLUME, 4),
    (lambda x: depth_to_space(space_to_depth(x).relu()), IMAGE, 3),
]


@pytest.mark.parametrize(("rearrange", "shape", "size"), CASES)
def test_layers_behind_blocks(rearrange: Callable[[Any], Any], shape: tuple[int, ...], size: int) -> None:
    import torch
    from torch import nn

    conv = {3: nn.Conv1d, 4: nn.Conv2d, 5: nn.Conv3d}[len(shape)](3, 4, 3, padding=1)
    net = module(lambda s, x: rearrange(s.c(x)).relu(), c=conv).double()
    with torch.no_grad():
        for weight in net.parameters():
            weight.fill_(0.1)
    report = rfcli.compute(rfcli.from_torch(net, shape))
    layer = report.layers[-1]
    x = torch.rand(shape, dtype=torch.float64, requires_grad=True)
    made = net(x)
    assert (layer.type, layer.output_size, layer.channels) == ("relu", tuple(made.shape[2:]), made.shape[1])
    assert layer.receptive_field.size == (size,) * len(layer.output_size)
    for place in (tuple(0 for _ in layer.output_size), tuple(n // 2 for n in layer.output_size)):
        assert list(rfcli.located(report, layer.name).at(place).clipped) == hull(x, made, place)
