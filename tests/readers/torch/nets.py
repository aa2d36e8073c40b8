"""Modules of torch that hold what a test gives them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any


def module(forward: Callable[..., Any], **children: Any) -> Any:
    """A module whose forward is a function of itself and its inputs."""
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name, child in children.items():
                setattr(self, name, child)

    Net.forward = forward
    return Net()


def function(forward: Callable[[Any], Any]) -> Any:
    return module(lambda self, x: forward(x))


def exported(net: Any, inputs: tuple[Any, ...], file: Path, **given: Any) -> Path:
    """The ONNX file of a module, by the older exporter unless `given` says otherwise."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, about itself
        torch.onnx.export(net, inputs, file, **{"dynamo": False, **given})
    return file
