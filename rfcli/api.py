"""The whole pipeline, typed: what the command line does, `import rfcli` does in as many lines."""

from __future__ import annotations

import os
from functools import partial

from rfcli import pipeline
from rfcli.description.architecture import Architecture
from rfcli.description.nodes import Problems
from rfcli.diagnostics import CallError, DescriptionError, Diagnostic, in_order
from rfcli.engine.run import strides_clash
from rfcli.graph.compile import compiled
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import BinaryIO, Protocol, TypeVar

    from rfcli.description.limits import Limits
    from rfcli.description.source import Budget
    from rfcli.engine.comparison import Fit, Summary
    from rfcli.engine.derivation import Derivation
    from rfcli.engine.erf import Map, Profile
    from rfcli.engine.locate import Locator
    from rfcli.engine.report import LayerReport, Report
    from rfcli.engine.tiling import AxisTiles
    from rfcli.measuring.verify import Verified
    from rfcli.pipeline import InputSize

    T = TypeVar("T")

    class KerasModel(Protocol):
        """What is asked of a Keras model."""

        def to_json(self) -> str: ...


def load(
    path: str | os.PathLike[str],
    *,
    settings: Mapping[str, object] | None = None,
    limits: Limits | None = None,
    budget: Budget | None = None,
) -> Architecture:
    """The architecture in a file, a description or a foreign model, or the bundled one of that name.

    `settings` override the description's parameters, or what the importer of a foreign model lets choose. Raises
    `DescriptionError` with all problems, `OSError` for a file that cannot be read, `CallError` for a setting that fits
    no parameter.
    """
    return pipeline.Loading(limits, budget, settings).file(os.fspath(path))


def loads(
    text: str | bytes | BinaryIO,
    name: str = "<stdin>",
    *,
    settings: Mapping[str, object] | None = None,
    limits: Limits | None = None,
    budget: Budget | None = None,
) -> Architecture:
    """The architecture in a text, or in a binary file that can be rewound. `name` stands in diagnostics; with an ending
    it says the syntax, and with a folder where `extends` looks. Raises as `load` does."""
    return pipeline.Loading(limits, budget, settings).text(text, name)


def from_torch(module: object, example: object = None, *, limits: Limits | None = None) -> Architecture:
    """The architecture of a PyTorch module, as it evaluates at the size of an example input; needs `rfcli[torch]`.

    `module` is traced by `torch.export`, and only the shapes of its parameters are looked at; a
    `torch.export.ExportedProgram` is taken as it is. `example` is what the module is called with: a tensor or its
    shape, a tuple of them, or a dict by the names of arguments. Layers have the paths of modules, `layer1/0/conv1`. An
    operation that is not known makes the numbers that depend on it unknown. Raises `CallError` for a module that cannot
    be traced, `DescriptionError` for an architecture that has no description.
    """
    from rfcli.readers.torch.trace import read

    loading = pipeline.Loading(limits)
    return loading.draft(read(module, example, loading.limits))


def from_keras(model: KerasModel, *, limits: Limits | None = None) -> Architecture:
    """The architecture of a Keras model, of whichever version: what its `to_json` writes is read, as from a file.

    Raises `CallError` for anything else, and what `load` raises.
    """
    try:
        text: object = model.to_json()
    except (AttributeError, NotImplementedError):
        text = None
    if not isinstance(text, str):
        raise CallError(f"a Keras model that states its layers is needed, is {type(model).__name__}")
    return loads(text, f"{getattr(model, 'name', 'model')}.json", limits=limits)


def compute(
    network: Architecture | str | os.PathLike[str],
    *,
    origin: str | None = None,
    mode: str = "eval",
    input_size: InputSize | dict[str, InputSize] = (),
    settings: Mapping[str, object] | None = None,
) -> Report:
    """The receptive field of every layer of `network`, an `Architecture` or what `load` takes.

    `origin` is the layer or input that fields are measured in (default: the first input), `mode` "eval" or "train".
    `input_size` replaces the description's: an integer for all axes, one entry per axis, or None for unknown; a
    mapping gives one for each input. Raises `DescriptionError` for a network that does not fit together, `CallError`
    for arguments that do not fit the network.
    """
    if not isinstance(network, Architecture):
        network = load(network, settings=settings)
    return pipeline.computed(network, input_size, origin, mode)


MOST_FOLDED = 10_000
"""Layers up to which `described` looks for repetition; longer networks are written flat."""


def described(network: Architecture | str | os.PathLike[str], *, flat: bool = False) -> str:
    """A format-1 description, in YAML, that computes the same as `network`, an `Architecture` or what `load` takes.

    What is repeated becomes blocks; with `flat`, or beyond `MOST_FOLDED` layers, every layer has a line of its own with
    its full name. `expect` and `check` are left out. Raises `DescriptionError` for a network that does not fit
    together.
    """
    from rfcli.writers.description import text

    if not isinstance(network, Architecture):
        network = load(network)
    graph = pipeline.graph_of(network)
    folded = None
    if not flat and len(network.entries) <= MOST_FOLDED:
        folded = pipeline.folded(graph)
    return "".join(text.flat(graph)) if folded is None else folded


def compare(reports: Sequence[Report], layer: str | None = None) -> tuple[list[Summary], Fit | None]:
    """Networks side by side, and the fit of their accuracy against the logarithm of the field size.

    `layer` is compared in each network, by default the last map that is larger than one sample. Raises `CallError`
    for a network without that layer.
    """
    from rfcli.engine.comparison import fit, summary

    found = []
    for report in reports:
        chosen = None if layer is None else _layer(report, layer).replaced(name=layer)
        found.append(summary(report, chosen))
    return found, fit(found)


def located(report: Report, layer: str) -> Locator:
    """Tells where the outputs of a layer lie in the map of the report's origin, and which outputs see a sample.

    Raises `CallError` where there is no such layer; its methods raise `CallError` where a size is missing.
    """
    from rfcli.engine.locate import Locator

    return _asked(Locator, report, layer, partial(_refused, report))


def _asked(question: Callable[..., T], report: Report, layer: str, *more: object) -> T:
    """What the engine answers about a layer. Raises `CallError` where there is no such layer, or no answer."""
    _layer(report, layer)
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


def paths(report: Report, layer: str) -> list[dict[int, int]]:
    """Per axis the number of local paths from the report's origin to a layer, by field size; exact integers.

    Raises `CallError` where there is no such layer, or where a size is missing.
    """
    from rfcli.engine.paths import distributions

    return _asked(distributions, report, layer)


def explained(report: Report, layer: str) -> list[Derivation]:
    """Per axis how the field of a layer comes about, step by step along the path that decides its size.

    Raises `CallError` where there is no such layer, or its field is not known.
    """
    from rfcli.engine.derivation import derived

    return _asked(derived, report, layer)


def erf(report: Report, layer: str) -> list[Profile]:
    """The effective receptive field of a layer's central output, per axis: the distribution of gradient energy for
    independent weights (Luo et al. 2016). Raises `CallError` where there is none, or a size is missing."""
    from rfcli.engine.erf import profiles

    return _asked(profiles, report, layer)


def erf_map(report: Report, layer: str) -> Map:
    """The effective receptive field of a layer's central output in two dimensions. Raises `CallError`."""
    from rfcli.engine.erf import energy_map

    return _asked(energy_map, report, layer)


def sampled_erf(
    report: Report, layer: str, networks: int, nonlinearity: str, init: str, seed: int, weights: str | None = None
) -> tuple[list[Profile], list[list[float]]]:
    """The effective receptive field measured: mean profiles of the gradients of random networks, and half-widths of
    their 95 % confidence intervals. With `weights`, the gradients of one network with those of a state dict. Needs
    `rfcli[torch]`. Raises `CallError`."""
    from rfcli.measuring.sampled import measured_profiles

    return _asked(measured_profiles, report, layer, networks, nonlinearity, init, seed, weights)


def verify(report: Report) -> list[Verified]:
    """Every layer of a network built with torch and measured by autograd, beside what the engine says. Needs
    `rfcli[torch]`. Raises `CallError`."""
    from rfcli.checks._expectations import fits
    from rfcli.measuring.verify import verified

    return _answered(verified, report, lambda axis, n: _at_size(report, axis, n), fits)


def _at_size(report: Report, axis: int, n: int) -> Report:
    """The same network at another size along one axis. Raises `DescriptionError` where it cannot be."""
    architecture = report.graph.architecture
    sizes = tuple(n if a == axis else size for a, size in enumerate(architecture.inputs[0].size))
    return compute(architecture, input_size=sizes)


def tiles(report: Report, layer: str, longest: Sequence[int], *, max_tiles: int = 1_000_000) -> list[AxisTiles]:
    """How an input is cut into tiles, per axis none longer than `longest`, so that the stitched outputs of `layer`
    equal those of one pass over the whole, exactly. Where the report's input size is unknown there are no tiles, only
    halo, multiple and length. Raises `CallError` with the reason where that cannot be."""
    from rfcli.engine.tiling import tiled

    def at_size(axis: int, n: int) -> Report | None:
        try:
            return _at_size(report, axis, n)
        except DescriptionError:
            return None

    return _asked(tiled, report, layer, longest, at_size, max_tiles)


def main_layer(report: Report) -> str:
    """The layer that is meant where none is named: the first output, or the last map before the network sees all.

    Raises `CallError` for a network without layers.
    """
    from rfcli.engine.comparison import main_map

    if not report.layers:
        raise CallError(f"{report.source}: the network has no layers")
    outputs = {layer.name: layer for layer in report.layers}
    output = next((outputs[name] for name in report.outputs if name in outputs), report.layers[-1])
    if output.receptive_field is None or None in output.receptive_field.size:
        output = main_map(report) or output
    return output.name


def _layer(report: Report, name: str) -> LayerReport:
    """A layer by name; raises `CallError` where there is none."""
    try:
        return report.layer(name)
    except KeyError:
        raise pipeline.no_layer(report.graph, name) from None


def exported(
    network: Architecture | str | os.PathLike[str],
    to: str = "torch",
    *,
    input_size: InputSize | dict[str, InputSize] = (),
) -> str | bytes:
    """A network for another tool, a key of `TARGETS`: the source of a torch module, the bytes of an ONNX model, the
    JSON of a Keras model; `input_size` as `compute` takes it. Raises `DescriptionError` with all layers that cannot be
    said there, and `CallError` for an unknown target or a package that is missing."""
    from rfcli.writers.targets import TARGETS
    from rfcli.writers.targets import exported as write

    if to not in TARGETS:
        raise CallError(f"there is no target '{to}' (there is {', '.join(TARGETS)})")
    if not isinstance(network, Architecture):
        network = load(network)
    return write(pipeline.graph_of(pipeline.resized(network, input_size), strides=True), to)


def check(
    network: Architecture,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    input_size: InputSize | dict[str, InputSize] = (),
    object_size: int | None = None,
    displacement: int | None = None,
    layers: Sequence[str] = (),
    expected: Mapping[str, object] | None = None,
) -> Checked:
    """Holds a network against its `expect` and the design rules, and says what is wrong.

    `select` and `ignore` name rules by code, by the beginning of codes, or ALL. `object_size` and `displacement`, in
    input samples, are what the outputs must see. `expected` has bounds, as an entry of `expect`, for `layers` or the
    outputs. Raises `CallError` for words that name no rule or layer.
    """
    from rfcli.checks import _run
    from rfcli.checks._registry import UnknownRule
    from rfcli.checks._subject import Bounds

    problems = Problems()
    network = pipeline.resized(network, input_size)
    reports = pipeline.Reports(network, problems)
    demands = _run.Demands(
        tuple(select), tuple(ignore), Bounds(object_size, displacement), tuple(layers), dict(expected or {})
    )
    try:
        tally = _run.check(network, demands, reports.at, problems)
    except UnknownRule as error:
        near = error.help.text
        raise CallError(f"{error}" + (f" ({near})" if near else "")) from None
    main = reports.at((), network.span)
    for name in layers:
        if main is not None and not main.graph.names.paths(name):
            raise pipeline.no_layer(main.graph, name)
    return Checked(in_order(problems), tally.expectations, tally.rules, tally.finished)


class Checked(Value):
    """What a check found, and how much it looked at: expected numbers and design rules.

    `finished` is false where looking at all samples one by one would take too long, so that rules may miss something.
    """

    diagnostics: tuple[Diagnostic, ...]
    expectations: int
    rules: int
    finished: bool = True


def validate(network: Architecture) -> list[Diagnostic]:
    """What is wrong with a network beyond its text: names, sizes, channels, strides. Empty for a good one."""
    problems = Problems()
    graph = compiled(network, problems)
    if graph is not None:
        strides_clash(graph, problems)
    return list(in_order(problems))
