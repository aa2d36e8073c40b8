"""How the public functions work: from texts to architectures, from architectures to graphs and reports."""

from __future__ import annotations

import os
from functools import partial

from rfcli import arguments
from rfcli.description import source
from rfcli.description.expand import Expander
from rfcli.description.limits import Limits
from rfcli.description.load import UnknownParameter, architecture, prepared
from rfcli.description.nodes import Problems
from rfcli.diagnostics import CallError, DescriptionError, Span, counted
from rfcli.engine.run import run, strides_clash
from rfcli.graph.compile import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import BinaryIO

    from rfcli.description.architecture import Architecture, Input
    from rfcli.description.load import Prepared
    from rfcli.engine.report import Report
    from rfcli.graph.graph import Graph
    from rfcli.readers.draft import Draft

    InputSize = int | None | Sequence[int | None]
    InputSizes = InputSize | Mapping[str, InputSize]
    """One size for all inputs, or a size for each by name; `()` for those of the description."""
    Placed = tuple[source.Document, str, str | None]
    """A document, its name for people, and the file's place on disk."""

MODES = ("eval", "train")
"""What batch normalisation does: constants when evaluating, statistics of the whole map when training."""


class Recognised:
    """Tells foreign models from descriptions, and counts them. It knows nothing of who asks, so that what was loaded
    goes as soon as nobody needs it."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, head: bytes, name: str) -> source.Importer | None:
        """The importer for a file that begins with `head`; None where it is no foreign model."""
        found = foreign(head, name)
        self.count += found is not None
        return found


class Loading:
    """Loads one description and what it extends, within limits, and collects their problems."""

    def __init__(
        self,
        limits: Limits | None = None,
        budget: source.Budget | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self.limits, self.problems = Limits() if limits is None else _limits(limits), Problems()
        if not isinstance(budget, source.Budget | None):
            raise arguments.refused("budget", "rfcli.description.source.Budget(bytes)", budget)
        self.foreign = Recognised()
        self.reader, self.settings = source.Reader(self.limits, budget, self.foreign), _plain(settings)
        self.expanding: Callable[..., Expander] = Expander
        """Makes what expands a description."""
        self.graph: Graph | None = None
        """The graph of the architecture that was loaded last."""

    @property
    def models(self) -> int:
        """How many foreign models were read."""
        return self.foreign.count

    def file(self, name: str) -> Architecture:
        """The architecture in a file, or the bundled one of that name. Raises `Unreadable`."""
        return self.architecture(*self.read_file(name))

    def text(self, text: str | bytes | BinaryIO, name: str) -> Architecture:
        """The architecture in a text, or in a binary file that can be rewound."""
        return self.architecture(*self.read_text(text, name))

    def mapping(self, mapping: Mapping[str, object]) -> Architecture:
        """The architecture in a mapping: a description, or a foreign model that JSON has."""
        return self.architecture(*self.read_mapping(mapping))

    def draft(self, draft: Draft) -> Architecture:
        """The architecture that a reader of foreign models has drafted."""
        document = source.Document(draft.node(), self.settings, trained=True, drafted=True)
        return self.architecture(document, draft.file.path, None)

    def read_file(self, name: str) -> Placed:
        """The document in a file, or the bundled one of that name. Raises `Unreadable`."""
        place, bundled = source.locate(name)
        if bundled is None:
            name = place = main_file(name)
        try:
            document = self.reader.file(place, bundled or name, self.problems, self.settings, special=True)
        except source.Unreadable as error:
            from rfcli.description.unfound import near_network

            told = folder_refusal(name) if os.path.isdir(name) else None
            if told is not None:
                raise source.Unreadable(told[0], name, told[1]) from None
            raise source.Unreadable(error.why, name, near_network(name)) from None
        return document, bundled or name, place

    def read_text(self, text: str | bytes | BinaryIO, name: str) -> Placed:
        """The document in a text, or in a binary file that can be rewound."""
        from io import BytesIO

        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        stream = BytesIO(data) if isinstance(data, bytes) else data
        syntax = source.JSON if name.endswith(".json") else source.EITHER
        document = self.reader.stream(stream, name, self.problems, syntax, self.settings)
        return document, name, name if name != "<stdin>" else None

    def read_mapping(self, mapping: Mapping[str, object]) -> Placed:
        """The document in a mapping: a description, or a foreign model that JSON has."""
        from rfcli.description.mapping import NAME, node_of

        root = node_of(mapping)
        if root.value.keys().isdisjoint(("format", "layers", "extends")):
            import json

            return self.read_text(json.dumps(root.plain()), NAME)
        return source.Document(root, self.settings), NAME, None

    def prepared(self, document: source.Document, label: str, path: str | None) -> Prepared:
        """A description before anything in it is evaluated. Raises `DescriptionError`."""
        found = prepared(document, label, path, self.reader, self.problems)
        if self.problems or found is None:
            raise DescriptionError(self.problems)
        return found

    def architecture(self, document: source.Document, label: str, path: str | None) -> Architecture:
        """The architecture of a document that was read. Raises `DescriptionError`."""
        problems, found = self.problems, None
        try:
            found = architecture(document, label, path, self.reader, problems, self.expanding)
        except UnknownParameter as error:
            raise CallError(f"{label}: settings: {error}", "settings") from None
        except RecursionError:
            # Each limit of depth is kept, but blocks within scopes within blocks can be as deep as all limits together.
            help = "nest less: one long list of layers, or blocks that do not use one another"
            where = document.root or Span(label)
            problems.add(where, "RF009", "blocks, scopes or lists are nested deeper than rf can follow", help)
        if problems and found is not None:
            self.graph = compiled(found, problems)
        if problems or found is None:
            raise DescriptionError(problems)
        return found.replaced(trained=True) if document.trained else found


def _limits(limits: object) -> Limits:
    """Limits that a call gives, each an integer. Raises `TypeError` and `CallError`."""
    if not isinstance(limits, Limits):
        raise arguments.refused("limits", "rfcli.Limits(layers=...)", limits)
    given = {name: getattr(limits, name) for name in Limits._fields}
    if all(type(value) is int and value > 0 for value in given.values()):
        return limits
    return Limits(**{name: arguments.integer(value, f"limits.{name}", 1) for name, value in given.items()})


def _plain(settings: Mapping[str, object] | None) -> source.Settings:
    """What a call sets, numbers of numpy's and other types as Python's own. Raises `TypeError`."""
    if settings is None:
        return {}
    if not arguments.is_mapping(settings):
        raise arguments.refused("settings", "a mapping of names to values", settings)
    for name in settings:
        arguments.text(name, "the name of a setting")
    if all(type(value) in (str, int, float, bool) for value in settings.values()):
        return settings
    from rfcli.description.mapping import node_of

    found: source.Settings = node_of(settings, "settings").plain()
    return found


def foreign(head: bytes, name: str) -> source.Importer | None:
    """The importer for a file that begins with `head`; None where it is no foreign model."""
    from rfcli.readers.kinds import read, reader_of

    reader = reader_of(head, name)
    return None if reader is None else partial(read, reader)


def foreign_beside() -> tuple[str, ...]:
    """Names of files with such endings that lie beside foreign models, and are none."""
    from rfcli.readers.kinds import beside

    return beside()


def main_file(name: str) -> str:
    """A name, or the file in the folder of that name that is all of one model."""
    if not os.path.isdir(name):
        return name
    from rfcli.readers.kinds import main_file

    return main_file(name) or name


def foreign_endings() -> tuple[str, ...]:
    """Endings of files of foreign models."""
    from rfcli.readers.kinds import endings

    return endings()


def refusal(names: Iterable[str]) -> str:
    """What is said of the first of some files that is known, and not read; empty where there is none."""
    from rfcli.readers import kinds

    return kinds.refusal(names)


def folder_refusal(name: str) -> tuple[str, str] | None:
    """What a folder is that is no folder of networks, and what gets further; None for any other."""
    from rfcli.readers import kinds

    return kinds.folder_refusal(name)


def resized(network: Architecture, input_size: InputSizes) -> Architecture:
    """The architecture with other input sizes; `()` keeps the description's. Raises `CallError`."""
    if type(input_size) is tuple and not input_size:
        return network
    sized = network.replaced(inputs=sized_inputs(network, input_size))
    if [one.size for one in sized.inputs] == [one.size for one in network.inputs]:
        return network
    return _read_again(sized) if network.model is not None else sized


def sized_inputs(network: Architecture, input_size: InputSizes, what: str = "input_size") -> tuple[Input, ...]:
    """The inputs of an architecture with other sizes, given as the argument `what`; `()` keeps their own. Raises
    `CallError`."""
    if type(input_size) is tuple and not input_size:
        return network.inputs
    if arguments.is_mapping(input_size):
        by_name = {name: arguments.size(one, f"{what} of {name!r}") for name, one in input_size.items()}
    else:
        by_name = dict.fromkeys([one.name for one in network.inputs], arguments.size(input_size, what))
    unknown = [name for name in by_name if name not in {one.name for one in network.inputs}]
    if unknown:
        known = ", ".join(one.name for one in network.inputs)
        raise CallError(f"{network.source}: {what}: there is no input '{unknown[0]}' (there is {known})", what)

    def changed(one: Input) -> Input:
        if one.name not in by_name:
            return one
        size = by_name[one.name]
        sizes = size if isinstance(size, tuple) else (size,) * network.axes
        if len(sizes) != network.axes:
            entries, axes = counted(len(sizes), "entry", "entries"), counted(network.axes, "axis", "axes")
            has = f"{_written(sizes)} has {entries}, the network has {axes}"
            extra = len(sizes) - network.axes
            if 0 < extra <= 2 and sizes[extra - 1] == network.inputs[0].channels:
                has += f": without channels it is {_written(sizes[extra:])}"
            called = what.replace("_", " ") if what.endswith("size") else f"{what} size"
            raise CallError(f"{network.source}: the {called} {has}", what)
        wrong = [n for n in sizes if n is not None and n < 1]
        if wrong:
            raise CallError(f"{what}: an input size must be at least 1, is {wrong[0]}", what)
        return one.replaced(size=sizes)

    return tuple(map(changed, network.inputs))


def _written(sizes: Iterable[int | None]) -> str:
    """Sizes as a command line has them."""
    return "x".join("none" if n is None else str(n) for n in sizes)


def _read_again(network: Architecture) -> Architecture:
    """What a foreign model is, read with the sizes of its inputs that it does not state; the same as before where that
    tells no more."""
    from io import BytesIO

    from rfcli.readers.kinds import read

    model = network.model
    assert model is not None, "who asks looks whether there is one"
    sizes: dict[str, dict[int, int]] = {}
    for one in network.inputs:
        name, dims = model.places[one.name]
        sizes[name] = {at: n for at, n in zip(dims, one.size, strict=True) if at is not None and n is not None}
    if not any(sizes.values()):
        return network
    problems, reader = Problems(), source.Reader(network.limits)
    asked = source.ForeignModel(BytesIO(model.data), model.shown, network.limits, model.settings, problems, sizes)
    document = read(model.reader, asked)
    found = architecture(document, network.source, None, reader, problems)
    if problems or found is None or [one.name for one in found.inputs] != [one.name for one in network.inputs]:
        return network
    if found.axes != network.axes:
        return network
    return found.replaced(inputs=network.inputs, model=model, trained=network.trained)


def graph_of(network: Architecture, strides: bool = False) -> Graph:
    """The graph of a network; with `strides`, merges must be of equal strides. Raises `DescriptionError`."""
    problems = Problems()
    graph = compiled(network, problems)
    if graph is not None and strides:
        strides_clash(graph, problems)
    if graph is None or (strides and problems):
        raise DescriptionError(problems)
    return graph


def computed(
    network: Architecture,
    input_size: InputSizes,
    origin: str | None = None,
    mode: str = "eval",
) -> Report:
    """The report of a network. Raises `DescriptionError`, and `CallError` for an unknown mode, input or origin."""
    arguments.choice(mode, "mode", MODES)
    problems = Problems()
    graph = compiled(resized(network, input_size), problems)
    report = None
    if graph is not None:
        report = run(graph, _number(graph, origin), mode == "train", problems)
    if report is None:
        raise DescriptionError(problems)
    return report


def _number(graph: Graph, origin: str | None) -> int:
    if origin is None:
        return 0
    found = graph.names.number(origin) if isinstance(origin, str) else None
    if found is None:
        raise graph.names.missing(origin, "origin")
    return found


class Reports:
    """Reports of one network by the size of its input, each computed once; what is wrong is added to `problems`. `own`
    is the one at the network's own size, where that is known already."""

    def __init__(self, network: Architecture, problems: Problems, own: Report | None = None) -> None:
        self.network, self.problems = network, problems
        self._known: dict[str, Report | None] = {} if own is None else {repr(()): own}

    def at(self, size: InputSizes, where: Span) -> Report | None:
        """The report at a size, for which something at `where` asks; None where it is wrong."""
        key = repr(size)
        if key not in self._known:
            self._known[key] = None
            try:
                self._known[key] = computed(self.network, size)
            except DescriptionError as error:
                self.problems.extend(error.diagnostics)
            except CallError as error:
                self.problems.add(where, "RF301", str(error).removeprefix(f"{self.network.source}: "))
        return self._known[key]


MOST_FOLDED = 10_000
"""Layers up to which a description is looked through for repetition."""


def folded(graph: Graph) -> str | None:
    """A description of a graph in which repeated layers stand once; None where, read again, it says something else,
    and of more than `MOST_FOLDED` layers."""
    from rfcli.writers.description import text

    if len(graph.architecture.entries) > MOST_FOLDED:
        return None
    description = "".join(text.folded(graph))
    most = 1 << 31  # what we wrote ourselves is read without limits
    limits = graph.architecture.limits.replaced(bytes=most, total_bytes=most, nodes=most)
    try:
        again = compiled(Loading(limits).text(description, "folded.yaml"), Problems())
    except DescriptionError:
        return None
    return description if again is not None and text.alike(graph, again) else None
