"""Modules of torch that hold what a test gives them."""

from __future__ import annotations

from collections.abc import Callable
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
