"""Regions measured on torch modules: positive weights, so that a gradient is above 0 exactly where an output reads."""

from __future__ import annotations

import copy
from typing import Any

SPOILERS = ("SqueezeExcit", "SEModule", "SEBlock", "LayerNorm", "GroupNorm", "InstanceNorm")
"""Beginnings of class names of modules that see the whole map, or subtract means: the local path is what is measured."""


def prepared(module: Any) -> Any:
    """A copy in double precision whose convolutions average and whose norms pass on; maxima are averages."""
    import torch
    from torch import nn

    made = copy.deepcopy(module).double().eval()
    for name, child in list(made.named_modules()):
        kind = type(child).__name__
        new = None
        if kind.startswith(SPOILERS):
            new = nn.Identity()
        elif isinstance(child, nn.MaxPool1d | nn.MaxPool2d | nn.MaxPool3d):
            pool = {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}[int(kind[-2])]
            assert child.dilation in (1, (1, 1), (1, 1, 1))
            new = pool(child.kernel_size, child.stride, child.padding, child.ceil_mode)
        if new is not None and name:
            parent = made.get_submodule(name.rpartition(".")[0])
            setattr(parent, name.rpartition(".")[2], new)
    with torch.no_grad():
        for child in made.modules():
            if hasattr(child, "weight") and isinstance(child.weight, torch.Tensor):
                few = max(child.weight[0].numel(), 1)
                child.weight.fill_(1.0 / few if child.weight.dim() > 1 else 1.0)
                if getattr(child, "bias", None) is not None:
                    child.bias.zero_()
            if hasattr(child, "running_mean") and child.running_mean is not None:
                child.running_mean.zero_()
                child.running_var.fill_(1.0)
    return made


def convolved(module: Any, x: Any) -> list[tuple[str, Any]]:
    """Names and outputs of all convolutions, in the order in which they are called."""
    from torch import nn

    kinds = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    found: list[tuple[str, Any]] = []
    hooks = [
        child.register_forward_hook(lambda _m, _i, out, name=name: found.append((name, out)))
        for name, child in module.named_modules()
        if isinstance(child, kinds)
    ]
    module(x)
    for hook in hooks:
        hook.remove()
    return found


def hull(x: Any, output: Any, position: tuple[int, ...]) -> list[tuple[int, int] | None]:
    """Per axis the first and the last sample with a gradient of one output, summed over its channels."""
    import torch

    (gradient,) = torch.autograd.grad(output[(0, slice(None), *position)].sum(), x, retain_graph=True)
    places = gradient[0].abs().sum(0).nonzero()
    if not len(places):
        return [None] * len(position)
    return [(int(places[:, axis].min()), int(places[:, axis].max())) for axis in range(places.shape[1])]
