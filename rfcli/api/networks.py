"""Networks as they come: loaded, traced, computed, and written for other tools."""

from __future__ import annotations

import os

from rfcli import arguments, pipeline
from rfcli.description.architecture import Architecture
from rfcli.diagnostics import CallError, unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO, Protocol

    from rfcli.description.limits import Limits
    from rfcli.description.source import Budget
    from rfcli.engine.report import Report
    from rfcli.pipeline import InputSize

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
    from rfcli.live.sharing import marked

    return loads(marked(model, text), f"{getattr(model, 'name', 'model')}.json", limits=limits)


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


def network_of(network: Network, settings: Mapping[str, object] | None = None) -> Architecture:
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
    return pipeline.computed(network_of(network, settings), input_size, origin, mode)


def reported(report: object) -> Report:
    """A report, computed where it is none but a network. Raises `TypeError`."""
    from rfcli.engine.report import Report

    return report if isinstance(report, Report) else compute(report)  # type: ignore[arg-type]


def described(network: Network, *, flat: bool = False) -> str:
    """A format-1 description, in YAML, that computes the same as `network`, an `Architecture` or what `load` takes.

    What is repeated becomes blocks; with `flat`, or beyond `pipeline.MOST_FOLDED` layers, every layer has a line of its
    own with its full name. `expect` and `check` are left out. Raises `DescriptionError` for a network that does not fit
    together.
    """
    from rfcli.writers.description import text

    network, flat = network_of(network), arguments.flag(flat, "flat")
    graph = pipeline.graph_of(network)
    folded = None if flat else pipeline.folded(graph)
    return "".join(text.flat(graph)) if folded is None else folded


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
    return write(pipeline.graph_of(pipeline.resized(network_of(network), input_size), strides=True), to)
