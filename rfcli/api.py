"""The whole pipeline, typed: what the command line does, `import rfcli` does in as many lines."""

from __future__ import annotations

import os
from functools import partial
from math import prod

from rfcli.description import source
from rfcli.description.architecture import Architecture, Input
from rfcli.description.limits import Limits
from rfcli.description.load import UnknownParameter, architecture
from rfcli.description.nodes import Problems
from rfcli.diagnostics import CallError, DescriptionError, Diagnostic, Span, counted, in_order
from rfcli.engine.run import run, strides_clash
from rfcli.geometry.unknown import Unknown
from rfcli.graph.compile import compiled
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, BinaryIO

    from rfcli.engine.comparison import Fit, Summary
    from rfcli.engine.derivation import Derivation
    from rfcli.engine.erf import Map, Profile
    from rfcli.engine.locate import Locator
    from rfcli.engine.report import LayerReport, Report
    from rfcli.engine.tiling import AxisTiles
    from rfcli.graph.graph import Graph
    from rfcli.measuring.verify import Verified

    InputSize = int | None | Sequence[int | None]

MODES = ("eval", "train")
"""What batch normalisation does: constants when evaluating, statistics of the whole map when training."""


def load(
    path: str | os.PathLike[str],
    *,
    settings: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    budget: source.Budget | None = None,
) -> Architecture:
    """The architecture in a file, a description or a foreign model, or the bundled one of that name.

    `settings` override the description's parameters, or what the importer of a foreign model lets choose. Raises
    `DescriptionError` with all problems, `OSError` for a file that cannot be read, `CallError` for a setting that fits
    no parameter.
    """
    limits = limits or Limits()
    name = os.fspath(path)
    place, bundled = source.locate(name)
    problems = Problems()
    reader = source.Reader(limits, budget, foreign)
    document = reader.file(place, bundled or name, problems, settings, special=True)
    return _loaded(document, bundled or name, place, reader, problems)


def loads(
    text: str | bytes | BinaryIO,
    name: str = "<stdin>",
    *,
    settings: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    budget: source.Budget | None = None,
) -> Architecture:
    """The architecture in a text, or in a binary file that can be rewound. `name` stands in diagnostics; with an ending
    it says the syntax, and with a folder where `extends` looks. Raises as `load` does."""
    limits = limits or Limits()
    problems = Problems()
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    syntax = source.JSON if name.endswith(".json") else source.EITHER
    from io import BytesIO

    reader = source.Reader(limits, budget, foreign)
    document = reader.stream(BytesIO(data) if isinstance(data, bytes) else data, name, problems, syntax, settings)
    place = name if name != "<stdin>" else None
    return _loaded(document, name, place, reader, problems)


def from_torch(module: Any, example: Any = None, *, limits: Limits | None = None) -> Architecture:
    """The architecture of a PyTorch module, as it evaluates at the size of an example input; needs `rfcli[torch]`.

    `module` is traced by `torch.export`, of its parameters only the shapes are looked at; an
    `torch.export.ExportedProgram` is taken as it is. `example` is what the module is called with: a tensor or its
    shape, a tuple of them, or a dict by the names of arguments. Layers have the paths of modules, `layer1/0/conv1`.
    An operation that is not known makes the numbers that depend on it unknown. Raises `CallError` for a module that
    cannot be traced, `DescriptionError` for an architecture that has no description.
    """
    from rfcli.readers.torch.trace import read

    limits = limits or Limits()
    draft, problems = read(module, example, limits), Problems()
    reader = source.Reader(limits, None, foreign)
    return _loaded(source.Document(draft.node(), {}), draft.file.path, None, reader, problems)


def from_keras(model: Any, *, limits: Limits | None = None) -> Architecture:
    """The architecture of a Keras model, of whichever version: what its `to_json` writes is read, as from a file.

    Raises `CallError` for what is no such model, and as `load` does.
    """
    try:
        text = model.to_json()
    except (AttributeError, NotImplementedError):
        text = None
    if not isinstance(text, str):
        raise CallError(f"a Keras model that states its layers is needed, is {type(model).__name__}")
    return loads(text, f"{getattr(model, 'name', 'model')}.json", limits=limits)


def foreign(head: bytes, name: str) -> source.Importer | None:
    """What reads a file that begins with `head`, where that is a foreign model."""
    from rfcli.readers.kinds import read, reader_of

    reader = reader_of(head, name)
    return None if reader is None else partial(read, reader)


def _loaded(
    document: source.Document,
    label: str,
    path: str | None,
    reader: source.Reader,
    problems: Problems,
) -> Architecture:
    found = None
    try:
        found = architecture(document, label, path, reader, problems)
    except UnknownParameter as error:
        raise CallError(f"{label}: {error}") from None
    except RecursionError:
        # Each limit of depth holds, but blocks within scopes within blocks are as deep as all of them together.
        help = "nest less: one long list of layers, or blocks that do not use one another"
        where = document.root or Span(label)
        problems.add(where, "RF009", "blocks, scopes or lists are nested deeper than rf can follow", help)
    if problems and found is not None:
        compiled(found, problems)
    if problems or found is None:
        raise DescriptionError(problems)
    return found


def compute(
    network: Architecture | str | os.PathLike[str],
    *,
    origin: str | None = None,
    mode: str = "eval",
    input_size: InputSize | dict[str, InputSize] = (),
    settings: Mapping[str, Any] | None = None,
) -> Report:
    """The receptive field of every layer of `network`, an `Architecture` or what `load` takes.

    `origin` is the layer or input that fields are measured in (default: the first input), `mode` "eval" or "train".
    `input_size` replaces the description's: an integer for all axes, one entry per axis, or None for unknown; a
    mapping gives one for each input. Raises `DescriptionError` for a network that does not fit together, `CallError`
    for arguments that do not fit the network.
    """
    if not isinstance(network, Architecture):
        network = load(network, settings=settings)
    if mode not in MODES:
        raise CallError(f"mode must be one of {', '.join(MODES)}, is '{mode}'")
    problems = Problems()
    graph = compiled(resized(network, input_size), problems)
    report = None
    if graph is not None:
        report = run(graph, _origin(graph, origin), mode == "train", problems)
    if report is None:
        raise DescriptionError(problems)
    return report


MOST_FOLDED = 10_000
"""Layers up to which `described` looks for repetition; longer networks are written flat."""


def described(network: Architecture | str | os.PathLike[str], *, flat: bool = False) -> str:
    """A format-1 description, in YAML, that computes the same as `network`, an `Architecture` or what `load` takes.

    What is repeated becomes blocks; with `flat`, or beyond `MOST_FOLDED` layers, every layer has a line of its own with
    its full name. `expect` and `check` are left out. Raises `DescriptionError` for a network that does not fit
    together.
    """
    from rfcli.writers.description import text as description_out

    if not isinstance(network, Architecture):
        network = load(network)
    problems = Problems()
    graph = compiled(network, problems)
    if graph is None:
        raise DescriptionError(problems)
    if not flat and len(network.entries) <= MOST_FOLDED:
        text = "".join(description_out.folded(graph))
        try:
            again = compiled(loads(text, "folded.yaml", limits=_unlimited(network.limits)), Problems())
        except DescriptionError:
            again = None
        if again is not None and description_out.alike(graph, again):
            return text
    return "".join(description_out.flat(graph))


def _unlimited(limits: Limits) -> Limits:
    """Limits for what we wrote ourselves."""
    most = 1 << 31
    return limits.replaced(bytes=most, total_bytes=most, nodes=most)


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

    _layer(report, layer)
    return Locator(report, layer)


def paths(report: Report, layer: str) -> list[dict[int, int]]:
    """Per axis the number of local paths from the report's origin to a layer, by field size; exact integers.

    Raises `CallError` where there is no such layer, or where a size is missing.
    """
    from rfcli.engine.paths import distribution
    from rfcli.engine.reading import Reading

    _layer(report, layer)
    graph = report.graph
    number, origin = graph.names.number(layer), graph.names.number(report.origin)
    assert number is not None and origin is not None, "names of this very report"
    made = {id(sizes): distribution(Reading(graph, sizes, origin), number) for sizes in graph.axes}
    found = [made[id(sizes)] for sizes in graph.axes]
    for one in found:
        if isinstance(one, Unknown):
            raise CallError(f"{report.source}: the paths to '{layer}' are not known: {one.reason}")
    return found  # type: ignore[return-value]


def explained(report: Report, layer: str) -> list[Derivation]:
    """Per axis how the field of a layer comes about, step by step along the path that decides its size.

    Raises `CallError` where there is no such layer, or its field is not known.
    """
    from rfcli.engine.derivation import NotDerived, derived

    number = report.graph.names.number(_layer(report, layer).name)
    assert number is not None, "a layer of this very report"
    try:
        return derived(report, number)
    except NotDerived as error:
        raise CallError(f"{report.source}: '{layer}': {error}") from None


def erf(report: Report, layer: str) -> list[Profile]:
    """The effective receptive field of a layer's central output, per axis: the distribution of gradient energy for
    independent weights (Luo et al. 2016). Raises `CallError` where there is none, or a size is missing."""
    from rfcli.engine.erf import profiles

    _layer(report, layer)
    return profiles(report, layer)


def erf_map(report: Report, layer: str) -> Map:
    """The effective receptive field of a layer's central output in two dimensions. Raises `CallError`."""
    from rfcli.engine.erf import energy_map

    _layer(report, layer)
    return energy_map(report, layer)


def sampled_erf(
    report: Report, layer: str, networks: int, nonlinearity: str, init: str, seed: int, weights: str | None = None
) -> tuple[list[Profile], list[list[float]]]:
    """The effective receptive field measured: mean profiles of the gradients of random networks, and half-widths of
    their 95 % confidence intervals. With `weights`, the gradients of one network with those of a state dict. Needs
    `rfcli[torch]`. Raises `CallError`."""
    from rfcli.measuring.runner import measured_profiles

    _layer(report, layer)
    return measured_profiles(report, layer, networks, nonlinearity, init, seed, weights)


def verify(report: Report) -> list[Verified]:
    """Every layer of a network built with torch and measured by autograd, beside what the engine says. Needs
    `rfcli[torch]`. Raises `CallError`."""
    from rfcli.measuring.verify import verified

    promises = _promised_sizes(report)
    found = verified(report, lambda axis, n: _at_size(report, axis, n), {name for name, _ in promises})
    return [one.replaced(broken=_broken(one, promises)) for one in found]


def _promised_sizes(report: Report) -> list[tuple[str, Any]]:
    """Layers, by the names that they have in the network, and the sizes that the description promises of them."""
    names, graph = report.graph.names, report.graph
    found = []
    for entry in graph.architecture.about.get("expect", []):
        number = names.number(entry["layer"]) if "layer" in entry else None
        if number is not None and entry.get("size") is not None and "input_size" not in entry:
            found.append((graph.labels[number], entry["size"]))
    return found


def _broken(one: Verified, promises: list[tuple[str, Any]]) -> str:
    """What is promised of a measured layer's size and does not hold; "" where no whole region was measured."""
    from rfcli.checks._expectations import fits

    for name, size in promises:
        wanted = size[one.axis] if isinstance(size, list) and one.axis < len(size) else size
        if name == one.layer and one.size is not None and not fits(wanted, one.size):
            return f"its size is promised to be {wanted}, it is {one.size}"
    return ""


def _at_size(report: Report, axis: int, n: int) -> Report:
    """The same network at another size along one axis. Raises `DescriptionError` where it cannot be."""
    architecture = report.graph.architecture
    sizes = tuple(n if a == axis else size for a, size in enumerate(architecture.inputs[0].size))
    return compute(architecture, input_size=sizes)


def tiles(report: Report, layer: str, longest: Sequence[int], *, max_tiles: int = 1_000_000) -> list[AxisTiles]:
    """How an input is cut into tiles, per axis none longer than `longest`, so that the stitched outputs of `layer`
    equal those of one pass over the whole, exactly. Where the report's input size is unknown there are no tiles, only
    halo, multiple and length. Raises `CallError` with the reason where that cannot be."""
    from rfcli.engine import tiling

    number = report.graph.names.number(_layer(report, layer).name)
    assert number is not None, "a layer of this very report"

    def at_size(axis: int, n: int) -> Report | None:
        try:
            return _at_size(report, axis, n)
        except DescriptionError:
            return None

    try:
        tiling.check_local(report, number)
        found = [tiling.along(report, number, axis, most, at_size) for axis, most in enumerate(longest)]
    except tiling.Impossible as error:
        raise CallError(f"{report.source}: {error}") from None
    count = prod(len(axis.tiles) for axis in found)
    if count > max_tiles:
        raise CallError(f"{report.source}: {count} tiles, more than {max_tiles}: take larger ones")
    return found


def main_layer(report: Report) -> str:
    """The layer that is meant where none is named: the first output, or the last map before a network sees all.

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
        near = report.graph.names.near(name)
        raise CallError(f"{report.source}: there is no layer '{name}'" + (f" ({near})" if near else "")) from None


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
    found = resized(network if isinstance(network, Architecture) else load(network), input_size)
    problems = Problems()
    graph = compiled(found, problems)
    if graph is not None:
        strides_clash(graph, problems)
    if graph is None or problems:
        raise DescriptionError(problems)
    return write(graph, to)


def check(
    network: Architecture,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    input_size: InputSize | dict[str, InputSize] = (),
    object_size: int | None = None,
    displacement: int | None = None,
    layers: Sequence[str] = (),
    expected: Mapping[str, Any] | None = None,
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
    reports: dict[str, Report | None] = {}
    network = resized(network, input_size)

    def report(size: Any, where: Span) -> Report | None:
        if repr(size) not in reports:
            reports[repr(size)] = None
            try:
                reports[repr(size)] = compute(network, input_size=size)
            except DescriptionError as error:
                problems.extend(error.diagnostics)
            except CallError as error:
                problems.add(where, "RF301", str(error).removeprefix(f"{network.source}: "))
        return reports[repr(size)]

    demands = _run.Demands(
        tuple(select), tuple(ignore), Bounds(object_size, displacement), tuple(layers), dict(expected or {})
    )
    try:
        tally = _run.check(network, demands, report, problems)
    except UnknownRule as error:
        near = error.help.text
        raise CallError(f"{error}" + (f" ({near})" if near else "")) from None
    main = reports.get("()")
    for name in layers:
        if main is not None and not main.graph.names.paths(name):
            near = main.graph.names.near(name)
            raise CallError(f"{network.source}: there is no layer '{name}'" + (f" ({near})" if near else ""))
    return Checked(in_order(problems), tally.expectations, tally.rules, tally.finished)


class Checked(Value):
    """What a check found, and how much it looked at: expected numbers and design rules.

    `finished` is false where looking at all samples one by one would take too long, so that rules may miss something.
    """

    diagnostics: tuple[Diagnostic, ...]
    expectations: int
    rules: int
    finished: bool = True


def _origin(graph: Graph, name: str | None) -> int:
    if name is None:
        return 0
    found = graph.names.number(name)
    if found is None:
        near = graph.names.near(name)
        raise CallError(f"{graph.architecture.source}: there is no layer '{name}'" + (f" ({near})" if near else ""))
    return found


def resized(network: Architecture, input_size: InputSize | dict[str, InputSize]) -> Architecture:
    """The architecture with other input sizes; `()` keeps the description's. Raises `CallError`."""
    if input_size == ():
        return network
    by_name: Mapping[str, Any] = (
        input_size if isinstance(input_size, dict) else {one.name: input_size for one in network.inputs}
    )
    unknown = [name for name in by_name if name not in {one.name for one in network.inputs}]
    if unknown:
        known = ", ".join(one.name for one in network.inputs)
        raise CallError(f"{network.source}: there is no input '{unknown[0]}' (there is {known})")

    def changed(one: Input) -> Input:
        if one.name not in by_name:
            return one
        size: Any = by_name[one.name]
        sizes = (size,) * network.axes if isinstance(size, int) or size is None else tuple(size)
        if len(sizes) != network.axes:
            raise CallError(
                f"{network.source}: the input size has {counted(len(sizes), 'entry', 'entries')}, the network has "
                f"{counted(network.axes, 'axis', 'axes')}"
            )
        if any(n is not None and n < 1 for n in sizes):
            raise CallError("an input size must be at least 1")
        return one.replaced(size=sizes)

    return network.replaced(inputs=tuple(map(changed, network.inputs)))


def validate(network: Architecture) -> list[Diagnostic]:
    """What is wrong with a network beyond its text: names, sizes, channels, strides. Empty for a good one."""
    problems = Problems()
    graph = compiled(network, problems)
    if graph is not None:
        strides_clash(graph, problems)
    return list(in_order(problems))


__all__ = [
    "Architecture", "CallError", "Checked", "DescriptionError", "Diagnostic", "Limits", "Span", "check", "compare",
    "compute", "described", "exported", "from_keras", "from_torch", "load", "loads",
]  # fmt: skip
