"""Modules of torch that hold what a test gives them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from witnesses.dependence import Map, dependence

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
    """What rf reads from a module: nothing is unknown, the parameters are torch's, and along each axis each position of
    the output depends on those that change it."""
    agrees_with(net, shape, rfcli.from_torch(net.eval(), shape))


def made_depends_as_seen(net: tuple[Any, tuple[int, ...], Any]) -> None:
    """The same of a network as tables of tests state it: what it does, the shape of its input, what makes its layers."""
    import torch

    forward, shape, children = net
    torch.manual_seed(0)
    depends_as_seen(module(forward, **children()), shape)


def agrees_with(net: Any, shape: tuple[int, ...], architecture: rfcli.Architecture) -> None:
    """The same of a network that was read from something else, with axes of such sizes."""
    import torch

    assert [entry.name for entry in architecture.entries if entry.layer.given.get("unknown")] == []
    report = rfcli.compute(architecture)
    assert report.total.params == sum(one.numel() for one in net.parameters())
    (origin,) = (one.name for one in architecture.inputs)
    net.double()

    def run(given: dict[str, Any]) -> list[Any]:
        return [net(torch.as_tensor(given[origin])).detach().numpy()]

    (name,) = report.outputs
    locator = rfcli.located(report, name)
    for output, found in dependence(run, {origin: Map(shape, dtype="float64")}, origin, 0, len(shape) - 2).items():
        told = [_reached(report.layer(name).receptive_field, locator.at(output), axis, n)
                for axis, n in enumerate(shape[2:])]  # fmt: skip
        told = told if all(told) else [set()] * len(told)
        assert [{place[axis] for place in found} for axis in range(len(told))] == told, output


def _reached(field: Any, region: Any, axis: int, n: int) -> set[int]:
    """The samples along an axis that a region has, with all on the sides of it that the field is unbounded on."""
    runs = {at for first, last in region.runs[axis] for at in range(first, last + 1)}
    side = field.unbounded[axis] if field.size[axis] is not None else None
    if side is None or not runs:
        return runs
    return {*range(0 if side in ("before", "both") else min(runs), n if side in ("after", "both") else max(runs) + 1)}
