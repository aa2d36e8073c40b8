"""Modules of torch that hold what a test gives them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from witnesses.dependence import Map, depends_as_told

import rfcli


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


def conv(inputs: int, outputs: int, kernel: int = 3, axes: int = 2) -> Any:
    """A convolution that keeps the size."""
    from torch import nn

    return (nn.Conv1d, nn.Conv2d, nn.Conv3d)[axes - 1](inputs, outputs, kernel, padding=kernel // 2)


def depends_as_seen(net: Any, shape: tuple[int, ...]) -> None:
    """What rf reads from a module: nothing is unknown, the parameters are torch's, and each position of the output
    depends on those that change it."""
    import torch

    architecture = rfcli.from_torch(net.eval(), shape)
    assert [entry.name for entry in architecture.entries if entry.layer.given.get("unknown")] == []
    assert rfcli.compute(architecture).total.params == sum(one.numel() for one in net.parameters())
    (origin,) = (one.name for one in architecture.inputs)
    net.double()

    def run(given: dict[str, Any]) -> list[Any]:
        return [net(torch.as_tensor(given[origin])).detach().numpy()]

    depends_as_told(architecture, run, {origin: Map(shape, dtype="float64")})
