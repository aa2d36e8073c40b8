"""What a report is asked: where its layers look, along which paths, with what weight; networks side by side."""

from __future__ import annotations

from functools import partial

from rfcli import arguments
from rfcli.api.networks import compute, reported
from rfcli.diagnostics import CallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from rfcli.api.networks import Network
    from rfcli.difference.found import Difference
    from rfcli.engine.comparison import Fit, Summary
    from rfcli.engine.derivation import Derivation
    from rfcli.engine.erf import Map, Profile
    from rfcli.engine.locate import Locator
    from rfcli.engine.report import Report
    from rfcli.measuring.verify import Verified

    T = TypeVar("T")


def compare(reports: Sequence[Report | Network], layer: str | None = None) -> tuple[list[Summary], Fit | None]:
    """Networks side by side, and the fit of their accuracy against the logarithm of the field size.

    `layer` is compared in each network, by default the last map that is larger than one sample. Raises `CallError`
    for a network without that layer.
    """
    from rfcli.engine.comparison import fit, summary

    found = []
    for report in map(reported, arguments.entries(reports, "compare", "a sequence of reports or networks")):
        chosen = None if layer is None else report.layer(layer).replaced(name=layer)
        found.append(summary(report, chosen))
    return found, fit(found)


def diff(before: Report | Network | None, after: Report | Network | None, *, layer: str | None = None) -> Difference:
    """What a change does to a network: its layers, their fields, sizes and costs, before and after.

    None stands for a network that is not there. Sizes are told at the outputs, or at `layer`. Raises `CallError` for a
    layer that neither network has, and what `compute` raises.
    """
    from rfcli.difference.found import difference

    if before is None and after is None:
        raise CallError("before and after: one of both networks is needed", "before")
    name = None if layer is None else arguments.text(layer, "layer")
    one, other = (None if network is None else reported(network) for network in (before, after))
    return difference(one, other, name)


def located(report: Report | Network, layer: str | None = None) -> Locator:
    """Tells where the outputs of a layer lie in the map of the report's origin, and which outputs see a sample. The
    layer is by default the last map larger than one sample.

    Raises `CallError` where there is no such layer; its methods raise `CallError` where a size is missing.
    """
    from rfcli.engine.locate import Locator

    report = reported(report)
    return ask(Locator, report, layer, partial(_refused, report))


def ask(question: Callable[..., T], report: Report | Network, layer: str | None, *more: object) -> T:
    """What the engine answers about a layer, the main one where none is named. Raises `CallError` where there is no
    such layer, or no answer."""
    report = reported(report)
    layer = main_layer(report) if layer is None else layer
    report.layer(layer)
    return _answered(question, report, layer, *more)


def _answered(question: Callable[..., T], report: Report, *more: object) -> T:
    """What the engine answers, which knows no files. Raises `CallError`, with the file's name, where it cannot."""
    from rfcli.engine.report import NoAnswer

    try:
        return question(report, *more)
    except NoAnswer as error:
        raise _refused(report, str(error)) from None


def _refused(report: Report, why: str) -> CallError:
    """An error that says of which file it speaks."""
    return CallError(f"{report.source}: {why}")


def paths(report: Report | Network, layer: str | None = None) -> list[dict[int, int]]:
    """Per axis the number of local paths from the report's origin to a layer, by default the last map larger than one
    sample, by field size; exact integers.

    Raises `CallError` where there is no such layer, or where a size is missing.
    """
    from rfcli.engine.paths import distributions

    return ask(distributions, report, layer)


def explained(report: Report | Network, layer: str | None = None) -> list[Derivation]:
    """Per axis how the field of a layer comes about, step by step along the path that decides its size. The layer is by
    default the last map larger than one sample.

    Raises `CallError` where there is no such layer, or its field is not known.
    """
    from rfcli.engine.derivation import derived

    return ask(derived, report, layer)


def diagram(
    report: Report | Network, format: str = "svg", *, depth: int | None = None, color: str | None = None
) -> str:
    """A network as a diagram of its layers in boxes of scopes: the text of an SVG picture, of Mermaid, DOT or JSON.

    Scopes deeper than `depth`, from 1, are one node each; `color` is the number that nodes are colored by: size,
    stride, params or macs. Raises `CallError` for another word.
    """
    from rfcli.render import diagram as drawn

    arguments.choice(format, "format", tuple(drawn.FORMATS))
    if color is not None:
        arguments.choice(color, "color", drawn.COLORS)
    if depth is not None:
        depth = arguments.integer(depth, "depth", 1)
    return drawn.diagram(reported(report), format, depth, color)


def erf(report: Report | Network, layer: str | None = None) -> list[Profile]:
    """The effective receptive field of a layer's central output, per axis: the distribution of gradient energy for
    independent weights (Luo et al. 2016). The layer is by default the last map larger than one sample. Raises
    `CallError` where there is none, or a size is missing."""
    from rfcli.engine.erf import profiles

    return ask(profiles, report, layer)


def erf_map(report: Report | Network, layer: str | None = None) -> Map:
    """The effective receptive field of a layer's central output in two dimensions, by default that of the last map
    larger than one sample. Raises `CallError`."""
    from rfcli.engine.erf import energy_map

    return ask(energy_map, report, layer)


def sampling(networks: int, what: str, nonlinearity: str, init: str, seed: int) -> tuple[int, int]:
    """How many networks are sampled, and the seed, as they may be; `what` the number is called. Raises `TypeError` and
    `CallError`."""
    from rfcli.measuring.sampled import GAINS, INITS, MOST_NETWORKS

    arguments.choice(nonlinearity, "nonlinearity", list(GAINS))
    arguments.choice(init, "init", INITS)
    number = arguments.integer(networks, what, 1, most=MOST_NETWORKS)
    return number, arguments.integer(seed, "seed", 0) % (1 << 63)


def sampled_erf(
    report: Report, layer: str, networks: int, nonlinearity: str, init: str, seed: int, weights: str | None = None
) -> tuple[list[Profile], list[list[float]]]:
    """The effective receptive field measured: mean profiles of the gradients of random networks, and half-widths of
    their 95 % confidence intervals. With `weights`, the gradients of one network with those of a state dict. Needs
    torch. Raises `CallError`."""
    from rfcli.measuring.sampled import measured_profiles

    networks, seed = sampling(networks, "networks", nonlinearity, init, seed)
    return ask(measured_profiles, report, layer, networks, nonlinearity, init, seed, weights)


def verify(report: Report | Network) -> list[Verified]:
    """Every layer of a network built with torch and measured by autograd, beside what the engine says. Needs
    torch. Raises `CallError`."""
    from rfcli.checks._expectations import fits
    from rfcli.measuring.verify import verified

    report = reported(report)
    return _answered(verified, report, lambda axis, n: _at_size(report, axis, n), fits)


def _at_size(report: Report, axis: int, n: int) -> Report:
    """The same network at another size along one axis. Raises `DescriptionError` where it cannot be."""
    architecture = report.graph.architecture
    sizes = tuple(n if a == axis else size for a, size in enumerate(architecture.inputs[0].size))
    return compute(architecture, input_size=sizes)


def main_layer(report: Report | Network) -> str:
    """The layer that is meant where none is named: the last map that is larger than one sample, as `compare` takes it.

    Raises `CallError` for a network without layers.
    """
    from rfcli.engine.comparison import main_map

    report = reported(report)
    _look_for_layers(report)
    found = main_map(report)
    if found is not None:
        return found.name
    names = {layer.name for layer in report.layers}
    return next((name for name in report.outputs if name in names), report.layers[-1].name)


def first_output(report: Report) -> str:
    """The layer that is meant where none is named and all outputs count. Raises `CallError` for a network without
    layers."""
    _look_for_layers(report)
    return report.outputs[0]


def _look_for_layers(report: Report) -> None:
    if not report.layers:
        raise CallError(f"{report.source}: the network has no layers")
