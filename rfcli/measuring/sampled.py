"""Effective receptive fields measured: the gradients of networks with random weights, or of one with given weights."""

import math
from typing import Any

from rfcli.diagnostics import CallError, said_by, unfit
from rfcli.engine.erf import Profile
from rfcli.engine.locate import Locator
from rfcli.engine.report import Report
from rfcli.extras import torch
from rfcli.geometry.unknown import Unknown
from rfcli.measuring.layers import Tensor
from rfcli.measuring.runner import Runner, Weights
from rfcli.values import Value

WIDTH = 16
"""Channels of sampled networks."""
MOST_NETWORKS = 10_000
"""Networks that are sampled: more tell nothing new, and take days."""
INITS = ("normal", "uniform")
GAINS = {"none": 1.0, "relu": math.sqrt(2), "tanh": 5 / 3}


class Center(Value):
    """The central output of a layer: the layer's number, the output's place, and per axis its region in the input and
    the input's size."""

    number: int
    place: tuple[int, ...]
    regions: tuple[tuple[int, int], ...]
    sizes: tuple[int, ...]


def measured_profiles(
    report: Report, layer: str, networks: int, nonlinearity: str, init: str, seed: int, state: str | None
) -> tuple[list[Profile], list[list[float]]]:
    """Mean gradient energy of the central output over networks, along each axis, and half-widths of the 95 % intervals
    of the means. Raises `CallError`."""
    module, center = torch(), _center(report, layer)
    given = None if state is None else _state(report, state)
    with module.random.fork_rng(devices=[]):
        generator = module.Generator().manual_seed(seed)
        module.manual_seed(seed)
        weights = given or random_weights(generator, init, GAINS[nonlinearity], module.float32)
        runner = Runner(report.followed, tuple(range(len(center.place))), WIDTH, weights, False, nonlinearity)
        stated = report.followed.channels[0]
        channels = stated if given and isinstance(stated, int) else WIDTH
        samples = [_energies(report, runner, center, channels, generator) for _ in range(networks)]
    averaged = [_averaged(module.stack(along)) for along in zip(*samples, strict=True)]
    profiles = [Profile(first, mean) for (first, _), (mean, _) in zip(center.regions, averaged, strict=True)]
    return profiles, [band for _, band in averaged]


def _center(report: Report, layer: str) -> Center:
    """The output that is measured. Raises `CallError` where it has no region, or where no network can be built."""
    graph, locator = report.followed, Locator(report, layer)
    inputs = [graph.labels[number] for number in graph.inputs]
    if len(inputs) > 1:
        raise CallError(
            f"{report.source}: networks of one input are sampled, this one has {len(inputs)} ({', '.join(inputs)}): "
            "without a sample the energy is computed, of the input that --from, or origin, names"
        )
    if report.origin != inputs[0]:
        raise CallError(
            f"{report.source}: networks are sampled from their input '{inputs[0]}', not from '{report.origin}': "
            "without a sample the energy is computed, from any layer"
        )
    sizes = tuple(axis.known[0] for axis in graph.axes if not isinstance(axis.known[0], Unknown))
    if len(sizes) < len(graph.axes):
        raise CallError(f"{report.source}: sampling needs the input size: give --input-size")
    place = tuple(locator.output_size(axis) // 2 for axis in locator.axes)
    regions = tuple(region for region in locator.at(place).clipped if region is not None)
    if len(regions) < len(place):
        raise CallError(f"{report.source}: the central output of '{layer}' reads nothing")
    return Center(locator.number, place, regions, sizes)


def _energies(report: Report, runner: Runner, center: Center, channels: int, generator: Any) -> list[Tensor]:
    """The gradient energy in the central output's region along each axis, of one network and one input."""
    module = runner.torch
    x = module.randn((1, channels, *center.sizes), generator=generator, dtype=module.float32).requires_grad_()
    try:
        y = runner.run(x, [center.number])[center.number][(0, slice(None), *center.place)]
    except RuntimeError as error:
        raise CallError(f"{report.source}: the network cannot be run: {said_by(error)}") from None
    # A random direction in the channels, so that their gradients do not cancel.
    (y * module.randn(y.shape, generator=generator)).sum().backward()
    energy = (x.grad.double() ** 2).sum((0, 1))
    others = [tuple(other for other in runner.axes if other != axis) for axis in runner.axes]
    along = [energy.sum(summed) if summed else energy for summed in others]
    return [row[first : last + 1] for row, (first, last) in zip(along, center.regions, strict=True)]


def _averaged(samples: Tensor) -> tuple[tuple[float, ...], list[float]]:
    """Shares of the mean energy of networks, a row each, and the half-widths of their 95 % intervals."""
    # Energies themselves are averaged, not shares: a share of a random total is biased.
    scaled = samples / samples.sum(1).mean()
    mean, networks = scaled.mean(0), len(samples)
    spread = scaled.std(0) / math.sqrt(networks) if networks > 1 else mean.new_zeros(mean.shape)
    return tuple((mean / mean.sum()).tolist()), (1.96 * spread).tolist()


def random_weights(generator: Any, init: str, gain: float, dtype: Any) -> Weights:
    """Independent weights of mean 0 and variance gain^2 / fan, which keeps the energy of gradients."""

    def weight(name: str, shape: tuple[int, ...], fan: int) -> Tensor:
        module, deviation = torch(), gain / math.sqrt(fan)
        if init == "uniform":
            return (module.rand(shape, generator=generator, dtype=dtype) * 2 - 1) * (deviation * math.sqrt(3))
        return module.randn(shape, generator=generator, dtype=dtype) * deviation

    return weight


def _state(report: Report, path: str) -> Weights:
    """Weights of a state dict whose names are those of the layers. Raises `CallError` where they do not fit."""
    try:
        found = torch().load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise unfit("weights", f"{path} is no state dict that can be read: {said_by(error)}") from None

    def weight(name: str, shape: tuple[int, ...], fan: int) -> Tensor:
        plain = name.partition(".")[0]
        for key in (f"{name.replace('/', '.')}.weight", f"{plain.replace('/', '.')}.weight", name):
            if isinstance(found, dict) and key in found and tuple(found[key].shape[2:]) == shape[2:]:
                return found[key].float()
        raise unfit("weights", f"{path} has no weight for '{name}' that fits {report.source}: kernel {shape[2:]}")

    return weight
