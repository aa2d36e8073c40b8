"""The whole pipeline, typed: what the command line does, `import rfcli` does in as many lines."""

from __future__ import annotations

import os
from functools import partial

from rfcli import arguments, pipeline
from rfcli.description.architecture import Architecture
from rfcli.description.nodes import Problems
from rfcli.diagnostics import CallError, DescriptionError, Diagnostic, in_order, unfit
from rfcli.engine.run import strides_clash
from rfcli.graph.compile import compiled
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any, BinaryIO, Protocol, TypeVar

    from rfcli.description.limits import Limits
    from rfcli.description.source import Budget
    from rfcli.difference.found import Difference
    from rfcli.engine.comparison import Fit, Summary
    from rfcli.engine.derivation import Derivation
    from rfcli.engine.erf import Map, Profile
    from rfcli.engine.locate import Locator
    from rfcli.engine.report import Report
    from rfcli.engine.sizing import Taken
    from rfcli.engine.tiling import AxisTiles
    from rfcli.measuring.verify import Verified
    from rfcli.pipeline import InputSize
    from rfcli.suggest.suggestions import Suggestions

    T = TypeVar("T")
    Network = Architecture | str | os.PathLike[str] | Mapping[str, object]
    """An architecture, or what `load` takes."""
    SweptNetwork = str | os.PathLike[str] | Mapping[str, object]
    """What `load` takes: an architecture has its parameters set."""
    InputSizes = InputSize | Mapping[str, InputSize]

    class KerasModel(Protocol):
        """What is asked of a Keras model."""

        def to_json(self) -> str: ...


def load(
    path: str | os.PathLike[str] | Mapping[str, object],
    *,
    settings: Mapping[str, object] | None = None,
    limits: Limits | None = None,
    budget: Budget | None = None,
) -> Architecture:
    """The architecture in a file, a description or a foreign model, or the bundled one of that name; a mapping is a
    description itself, or what a model's JSON holds.

    `settings` override the description's parameters, or what the importer of a foreign model lets choose. Raises
    `DescriptionError` with all problems, `OSError` for a file that cannot be read, `CallError` for a setting that fits
    no parameter.
    """
    loading = pipeline.Loading(limits, budget, settings)
    if arguments.is_mapping(path):
        return loading.mapping(path)
    try:
        name = os.fspath(path)
    except TypeError:
        takes = "a path, the name of a bundled network, a mapping or an Architecture"
        raise arguments.refused("a network", takes, path) from None
    return loading.file(os.fsdecode(name))


def loads(
    text: str | bytes | BinaryIO | Mapping[str, object],
    name: str = "<stdin>",
    *,
    settings: Mapping[str, object] | None = None,
    limits: Limits | None = None,
    budget: Budget | None = None,
) -> Architecture:
    """The architecture in a text, in a mapping, or in a binary file that can be rewound. `name` stands in diagnostics;
    with an ending it says the syntax, and with a folder where `extends` looks. Raises as `load` does."""
    loading, name = pipeline.Loading(limits, budget, settings), arguments.text(name, "name")
    if arguments.is_mapping(text):
        return loading.mapping(text)
    if not isinstance(text, str | bytes | bytearray | memoryview) and not hasattr(text, "read"):
        raise arguments.refused("loads", "a string, bytes, a binary file or a mapping", text)
    if hasattr(text, "encoding"):
        raise arguments.refused("loads", "a binary file", text, "open it with 'rb'")
    data = bytes(text) if isinstance(text, bytearray | memoryview) else text
    return loading.text(data, name)


def from_torch(module: object, example: object = None, *, limits: Limits | None = None) -> Architecture:
    """The architecture of a PyTorch module, as it evaluates at the size of an example input; needs torch.

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


def from_code(
    source: str, example: object = None, *, module: str | None = None, limits: Limits | None = None
) -> Architecture:
    """The architecture of the network that a source names. Its code is run: `torch:model.py:Net(depth=50)`,
    `torch:package.module:factory`, `keras:...`, `timm:resnet50`, `transformers:config.json`.

    `example` is what a module is called with, as `from_torch` takes it, or in words: "1x3x224x224", "ids=1x128:int64",
    or a sequence of those; timm, Keras and Transformers have a size of their own. `module` is a part of it,
    "backbone.layer4", called with what reaches it when all of it is called with the example, or, where that cannot be,
    with the example itself. Raises `CallError` for what cannot be made or traced, and what `load` raises.
    """
    from rfcli.live.run import architecture

    part = None if module is None else arguments.text(module, "module")
    return architecture(arguments.text(source, "source"), example, part, pipeline.Loading(limits))


def _network(network: Network, settings: Mapping[str, object] | None = None) -> Architecture:
    """An architecture, loaded where it is none."""
    if isinstance(network, Architecture):
        if settings is not None and settings != {}:
            raise CallError("settings are for a network that is loaded: give them to load", "settings")
        return network
    return load(network, settings=settings)


def compute(
    network: Network,
    *,
    origin: str | None = None,
    mode: str = "eval",
    input_size: InputSizes = (),
    settings: Mapping[str, object] | None = None,
) -> Report:
    """The receptive field of every layer of `network`, an `Architecture` or what `load` takes.

    `origin` is the layer or input that fields are measured in (default: the first input), `mode` "eval" or "train".
    `input_size` replaces the description's: an integer for all axes, one entry per axis, or None for unknown; a
    mapping gives one for each input. Raises `DescriptionError` for a network that does not fit together, `CallError`
    for arguments that do not fit the network.
    """
    return pipeline.computed(_network(network, settings), input_size, origin, mode)


def reported(report: object) -> Report:
    """A report, computed where it is none but a network. Raises `TypeError`."""
    from rfcli.engine.report import Report

    return report if isinstance(report, Report) else compute(report)  # type: ignore[arg-type]


MOST_FOLDED = 10_000
"""Layers up to which `described` looks for repetition; longer networks are written flat."""


def described(network: Network, *, flat: bool = False) -> str:
    """A format-1 description, in YAML, that computes the same as `network`, an `Architecture` or what `load` takes.

    What is repeated becomes blocks; with `flat`, or beyond `MOST_FOLDED` layers, every layer has a line of its own with
    its full name. `expect` and `check` are left out. Raises `DescriptionError` for a network that does not fit
    together.
    """
    from rfcli.writers.description import text

    network, flat = _network(network), arguments.flag(flat, "flat")
    graph = pipeline.graph_of(network)
    folded = None
    if not flat and len(network.entries) <= MOST_FOLDED:
        folded = pipeline.folded(graph)
    return "".join(text.flat(graph)) if folded is None else folded


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


def from_revision(
    path: str | os.PathLike[str],
    revision: str,
    *,
    settings: Mapping[str, object] | None = None,
    limits: Limits | None = None,
) -> Architecture:
    """The architecture in a file as it was at a revision of the git repository that it lies in, with what it extended
    then; the files of today are not touched. Raises `OSError` where it cannot be read, and what `load` raises."""
    from rfcli.revisions.reading import at_revision

    return at_revision(arguments.path(path, "path"), arguments.text(revision, "revision"), settings, limits)


def sweep(
    networks: SweptNetwork | Sequence[SweptNetwork],
    grid: Mapping[str, Sequence[object]],
    *,
    sample: int | None = None,
    seed: int = 0,
    layer: str | None = None,
    where: str | None = None,
    settings: Mapping[str, object] | None = None,
    input_size: InputSizes = (),
    jobs: int = 1,
    scheduler: str | None = None,
    limits: Limits | None = None,
) -> Iterator[dict[str, Any]]:
    """A row for each setting of the parameters of some descriptions, each a path, a bundled name or a mapping.

    `grid` has the values of each parameter, `range(2, 13)` for whole numbers; the last parameter changes fastest.
    `sample` draws so many settings by chance, the same for the same `seed`. A row is a dict of network, the setting,
    layer, size, stride, padding, output_size (a number where the axes agree, else a list), params, macs, flops,
    problems and notes. `layer` is the main map of each where it is left out, `where` a condition over the columns,
    "size >= 101". With `jobs` several processes compute, which the module of a script has to allow for
    (`if __name__ == "__main__":`); with `scheduler`, an address, a dask cluster does. The rows and their order are the
    same. Raises `CallError` for a parameter that a network does not have, and what `load` raises; what is wrong for one
    setting stands in `problems`.
    """
    from rfcli.sweeping import asking

    arguments.sizes(input_size)
    several = not isinstance(networks, str | os.PathLike | Architecture) and not arguments.is_mapping(networks)
    listed = arguments.entries(networks, "a sweep", "a network, or a sequence of networks") if several else [networks]
    found = [asking.network_of(one, settings, limits) for one in listed]
    asked = asking.sweep_of(
        found,
        asking.grid_of(grid),
        sample=None if sample is None else arguments.integer(sample, "sample", 1),
        seed=arguments.integer(seed, "seed"),
        layer=None if layer is None else arguments.text(layer, "layer"),
        where=None if where is None else arguments.text(where, "where"),
        input_size=input_size,
    )
    address = None if scheduler is None else arguments.text(scheduler, "scheduler")
    return asking.rows(asked, arguments.integer(jobs, "jobs", 1), address)


def located(report: Report | Network, layer: str | None = None) -> Locator:
    """Tells where the outputs of a layer lie in the map of the report's origin, and which outputs see a sample. The
    layer is by default the last map larger than one sample.

    Raises `CallError` where there is no such layer; its methods raise `CallError` where a size is missing.
    """
    from rfcli.engine.locate import Locator

    report = reported(report)
    return _asked(Locator, report, layer, partial(_refused, report))


def _asked(question: Callable[..., T], report: Report | Network, layer: str | None, *more: object) -> T:
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

    return _asked(distributions, report, layer)


def explained(report: Report | Network, layer: str | None = None) -> list[Derivation]:
    """Per axis how the field of a layer comes about, step by step along the path that decides its size. The layer is by
    default the last map larger than one sample.

    Raises `CallError` where there is no such layer, or its field is not known.
    """
    from rfcli.engine.derivation import derived

    return _asked(derived, report, layer)


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

    return _asked(profiles, report, layer)


def erf_map(report: Report | Network, layer: str | None = None) -> Map:
    """The effective receptive field of a layer's central output in two dimensions, by default that of the last map
    larger than one sample. Raises `CallError`."""
    from rfcli.engine.erf import energy_map

    return _asked(energy_map, report, layer)


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
    return _asked(measured_profiles, report, layer, networks, nonlinearity, init, seed, weights)


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


def tiles(
    report: Report | Network,
    layer: str | None = None,
    longest: Sequence[int] | None = None,
    *,
    image: Sequence[int | None] | None = None,
    step: Sequence[int] | None = None,
    whole_frames: bool = False,
    fixed: bool = False,
    ignore_global: bool = False,
    max_tiles: int = 1_000_000,
) -> list[AxisTiles]:
    """How an input is cut into tiles, per axis none longer than `longest`, so that the stitched outputs of `layer`, by
    default the first output, equal those of one pass over the whole, exactly.

    Without `longest`, or where the input size is unknown, there are no tiles, only halo, multiple and smallest tile.
    `image` is the size of the image where it is not the report's; one that does not fit the network is to be padded.
    With `step`, outputs are kept in groups of so many, with `whole_frames` in the network's own; with `fixed`, tiles
    have just the length `longest`. With `ignore_global`, layers that see the whole map see each tile by itself, which
    is not exact. Raises `CallError` with the reason where it cannot be tiled.
    """
    from rfcli.engine.report import Report
    from rfcli.engine.tiling import Wanted, tiled

    report = report if isinstance(report, Report) else _network(report)
    axes = (report.graph.architecture if isinstance(report, Report) else report).axes
    size = None if image is None else _image(image, axes)
    found, size = (report, size) if isinstance(report, Report) else at_image(report, size)
    lengths, groups = (
        None if value is None else arguments.per_axis(value, what, axes, 1)
        for value, what in ((longest, "longest"), (step, "step"))
    )
    whole_frames, fixed = arguments.flag(whole_frames, "whole_frames"), arguments.flag(fixed, "fixed")
    ignore_global = arguments.flag(ignore_global, "ignore_global")
    if fixed and lengths is None:
        raise CallError("fixed goes with longest, the length that all tiles have")
    most = arguments.integer(max_tiles, "max_tiles", 1)
    wanted = Wanted(lengths, size, groups, whole_frames, fixed, ignore_global, most)
    return _asked(tiled, found, found.outputs[0] if layer is None else layer, wanted)


def at_image(network: Network, image: Sequence[int | None] | None) -> tuple[Report, tuple[int | None, ...] | None]:
    """A network at the size of an image that is to be cut, or at its own, and that size. Where it does not fit, the
    network is computed at an unknown size: nobody need run that pass. Raises `DescriptionError`."""
    architecture = _network(network)
    given = None if image is None else _image(image, architecture.axes)
    size = architecture.inputs[0].size if given is None else given
    try:
        return compute(architecture, input_size=() if given is None else size), given
    except DescriptionError as error:
        wrong = error
    try:
        return compute(architecture, input_size=None), size
    except DescriptionError:
        raise wrong from None


def _image(image: Sequence[int | None], axes: int) -> tuple[int | None, ...]:
    """The size of an image along each axis, None where it is not known. Raises `TypeError` and `CallError`."""
    found = arguments.size(image, "image")
    sizes = found if isinstance(found, tuple) else (found,) * axes
    if len(sizes) != axes or any(n is not None and n < 1 for n in sizes):
        raise CallError(f"image takes a size of at least 1 for each axis, {axes} here, or None, not {image!r}", "image")
    return sizes


def sizes(
    network: Network,
    *,
    near: InputSizes = (),
    aligned: bool = False,
    input_size: InputSizes = (),
    settings: Mapping[str, object] | None = None,
) -> list[Taken]:
    """Which input sizes a network takes, along each axis by itself: exactly, for all sizes.

    `near` is a size to be told of, with those next to it that fit; the network's own when left out. With `aligned` no
    merge may be off centre, and no crop like another layer uneven. Of several inputs those of one size are resized
    together, and the others keep theirs, which `input_size` may replace. Raises `DescriptionError` for a network that
    no size fits, and `CallError`.
    """
    from rfcli.engine.sizing import taken

    network, problems = _network(network, settings), Problems()
    network = network.replaced(inputs=pipeline.sized_inputs(network, input_size))
    asked = [one.size for one in pipeline.sized_inputs(network, near, "near")]
    found = taken(network, asked, arguments.flag(aligned, "aligned"), problems)
    if any(axis.residues == () for axis in found):
        compiled(network, problems)
        if not problems:
            which = " at which all merges are on centre" if aligned else ""
            from rfcli.geometry.axes import listed

            letters = listed(axis.axis for axis in found if axis.residues == ())
            raise CallError(f"{network.source}: there is no input size{which} along {letters}")
    if problems:
        raise DescriptionError(problems)
    return found


def suggestions(
    network: Network,
    *,
    at_least: int | None = None,
    at_most: int | None = None,
    layer: str | None = None,
    max_flops: str | int | None = None,
    max_params: str | int | None = None,
    keep: Sequence[str] = (),
    moves: Sequence[str] = (),
    top: int = 8,
    input_size: InputSizes = (),
    settings: Mapping[str, object] | None = None,
) -> Suggestions:
    """Changes of a description with which a layer sees at least, or at most, so many samples along every axis.

    Each is a text, computed as it stands. `max_flops` and `max_params` are numbers, or "1.2x" of now; `keep` names what
    is to stay: stride, output_size, params, flops; `moves` the moves that are made, all when left out. `settings` are
    those that `network` was loaded with. Raises `CallError` where the field to start from is not known.
    """
    from rfcli.suggest.asked import Asked, aim, known_moves
    from rfcli.suggest.suggestions import suggested

    found = network if isinstance(network, Architecture) else _network(network, settings)
    wanted = aim(at_least, at_most, max_flops, max_params, arguments.texts(keep, "keep"))
    chosen = known_moves(arguments.texts(moves, "moves"))
    if layer is not None:
        arguments.text(layer, "layer")
    top = arguments.integer(top, "top", 1)
    return suggested(found, Asked(wanted, layer, chosen, top, settings, input_size))


def from_nothing(kind: str, at_least: int) -> str:
    """The smallest first description of a kind, chain, tcn, patchgan or unet, whose last map sees so many samples.

    Raises `CallError` for another kind, or where it would be too large.
    """
    from rfcli.suggest.first import KINDS, first

    arguments.choice(kind, "kind", tuple(KINDS))
    return first(kind, arguments.integer(at_least, "at_least", 1))


def main_layer(report: Report | Network) -> str:
    """The layer that is meant where none is named: the last map that is larger than one sample, as `compare` takes it.

    Raises `CallError` for a network without layers.
    """
    from rfcli.engine.comparison import main_map

    report = reported(report)
    if not report.layers:
        raise CallError(f"{report.source}: the network has no layers")
    found = main_map(report)
    if found is not None:
        return found.name
    names = {layer.name for layer in report.layers}
    return next((name for name in report.outputs if name in names), report.layers[-1].name)


def exported(
    network: Network,
    to: str = "torch",
    *,
    input_size: InputSizes = (),
) -> str | bytes:
    """A network for another tool, a key of `TARGETS`: the source of a torch module, the bytes of an ONNX model, the
    JSON of a Keras model; `input_size` as `compute` takes it. Raises `DescriptionError` with all layers that cannot be
    said there, and `CallError` for an unknown target or a package that is missing."""
    from rfcli.writers.targets import TARGETS
    from rfcli.writers.targets import exported as write

    if not isinstance(to, str) or to not in TARGETS:
        raise unfit("to", f"there is no target '{to}' (there is {', '.join(TARGETS)})")
    return write(pipeline.graph_of(pipeline.resized(_network(network), input_size), strides=True), to)


def check(
    network: Network,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    input_size: InputSizes = (),
    object_size: int | None = None,
    displacement: int | None = None,
    layers: Sequence[str] = (),
    expected: Mapping[str, object] | None = None,
    usual: Mapping[str, Sequence[str]] | None = None,
) -> Checked:
    """Holds a network against its `expect` and the design rules, and says what is wrong.

    `select` and `ignore` name rules by code, by the beginning of codes, or ALL. What they say comes before what the
    description says itself, and that before `usual`: {"select": [...], "ignore": [...]} of a project. `object_size` and
    `displacement`, in input samples, are what the outputs must see. `expected` has bounds, as an entry of `expect`, for
    `layers` or the outputs. Raises `CallError` for words that name no rule or layer.
    """
    from rfcli.checks import _run
    from rfcli.checks._registry import named_rules
    from rfcli.checks._subject import Bounds

    problems = Problems()
    network = pipeline.resized(_network(network), input_size)
    reports = pipeline.Reports(network, problems)
    bounds = [
        None if value is None else arguments.integer(value, what, 1)
        for what, value in (("object_size", object_size), ("displacement", displacement))
    ]
    layers = arguments.texts(layers, "layers")
    selected, ignored = (named_rules(arguments.texts(words, what), what)
                         for words, what in ((select, "select"), (ignore, "ignore")))  # fmt: skip
    project = [named_rules(arguments.texts(words, "usual"), "usual") for words in _usual(usual)]
    demands = _run.Demands(selected, ignored, Bounds(*bounds), layers, _expected(expected), *project)
    tally = _run.check(network, demands, reports.at, problems)
    main = reports.at((), network.span)
    for name in layers:
        if main is not None and not main.graph.names.layers(name):
            raise main.graph.names.missing(name)
    return Checked(in_order(problems), tally.expectations, tally.rules, tally.finished)


def _usual(rules: Mapping[str, Sequence[str]] | None) -> tuple[Sequence[str], Sequence[str]]:
    """The rules that a project selects and ignores. Raises `TypeError`, and `CallError` for other keys."""
    rules = {} if rules is None else rules
    if not arguments.is_mapping(rules):
        raise arguments.refused("usual", "a mapping of select and ignore", rules)
    for key in rules:
        if key not in ("select", "ignore"):
            raise CallError(f"usual takes select and ignore, not {key!r}", "usual")
    return rules.get("select", ()), rules.get("ignore", ())


def _expected(bounds: Mapping[str, object] | None) -> dict[str, object]:
    """Bounds of a call as an entry of `expect` has them. Raises `TypeError`, and `CallError` for what is none."""
    if bounds is None:
        return {}
    from rfcli.description.format import EXPECTATION
    from rfcli.description.mapping import node_of

    node, problems = node_of(bounds, "expected"), Problems()
    EXPECTATION.check(node, problems, "expected")
    if problems:
        first = problems[0]
        where = first.span.path.removeprefix("expected").lstrip(".")
        raise CallError(f"{first.message}" + (f" ({first.help})" if first.help else f" (at {where})" if where else ""))
    found: dict[str, object] = node.plain()
    return found


class Checked(Value):
    """What a check found, and how much it looked at: expected numbers and design rules.

    `finished` is false where looking at all samples one by one would take too long, so that rules may miss something.
    """

    diagnostics: tuple[Diagnostic, ...]
    expectations: int
    rules: int
    finished: bool = True


def validate(network: Network, input_size: InputSizes = ()) -> list[Diagnostic]:
    """What is wrong with a network beyond its text: names, sizes, channels, strides; at another input size where one is
    given. Empty for a good one."""
    problems = Problems()
    graph = compiled(pipeline.resized(_network(network), input_size), problems)
    if graph is not None:
        strides_clash(graph, problems)
    return list(in_order(problems))
