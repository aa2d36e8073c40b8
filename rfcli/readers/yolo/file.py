"""Ultralytics YOLO models in YAML, and those of YOLOv5's own repository, as descriptions.

A file lists modules in `backbone` and `head`, each as `[from, repeats, module, arguments]`. Names: a module has none,
so it is called by its type and the number that everyone counts it by, from 0 on: `conv_0`, `c2f_15`, `detect_22`. Its
layers have the framework's names within: what is `model.15.cv1.conv` there is `c2f_15/cv1/conv` here, and `c2f_15`
stands for the module's output. The network is the one that is trained: nothing is fused.

Scales: channels times width, up to most channels, to a multiple of 8; repeats times depth. The letter of a scale is
taken from the file's name, as the framework does (`yolov8x.yaml`, `yolo11m-seg.yaml`), from the call (`--set scale=s`),
else it is the first one, which is then told.

Sizes are not in these files: the input's is unknown unless the call gives it. Parameters are the trainable ones. Names
in arguments, and activations, are looked up in tables; nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from rfcli.description import yaml12
from rfcli.description.limits import Limits
from rfcli.description.names import sanitised
from rfcli.description.nodes import File, Node, Problems
from rfcli.description.source import decoded
from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.yolo.modules import FORKED, Output, Signature, module, signature
from rfcli.readers.yolo.network import Map, Network, NotKnown, Parts, TooMany, Wrong, into
from rfcli.readers.yolo.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

FAMILIES = ("attention", "backbones", "bottlenecks", "convolutions", "fork_heads", "forks", "heads", "merges",
            "prompts", "pyramids", "stages", "torch_nn")  # fmt: skip
"""Where the modules are defined that are read: importing a family enters its functions in the table."""

for _family in FAMILIES:
    import_module(f"rfcli.readers.yolo.{_family}")

NINTH = ("DDetect", "DualDetect", "DualDDetect", "TripleDetect", "TripleDDetect", "DSegment", "DualDSegment",
         "Panoptic", "Silence")  # fmt: skip
"""What only YOLOv9's files have."""

SETTINGS = ("scale", "nc", "channels")
"""What a call may set: the scale's letter, the number of classes, the input's channels."""

MAX_PROBLEMS = 1000
"""Problems after which nothing more is read."""

MAX_LABEL = 60
"""Characters of a module's name that are kept."""

ROW = "a row is [from, repeats, module, arguments], as [-1, 1, Conv, [64, 3, 2]]"

LENIENT = ("RF004", "RF005")
"""What YAML files of others may hold: keys that are no strings, as in lists of class names, and keys given twice, of
which the framework takes the last."""


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems, **settings: object) -> Draft | None:
    """The network of a file, or None with its problems added. Raises `ForeignError`, and `CallError` for a setting that
    does not fit."""
    text = decoded(stream, file, limits, problems)
    if text is None:
        return None
    file.text = text
    said = Problems()
    root = yaml12.read(file, limits, said)
    problems.extend(one for one in said if root is None or one.code not in LENIENT)
    if root is None or problems:
        return None
    importer = _Importer(root, limits, problems, settings)
    return importer.draft if importer.network() else None


class _Importer:
    """Draws up the layers of one file, row by row."""

    def __init__(self, root: Node, limits: Limits, problems: Problems, call: dict[str, object]) -> None:
        rows = listed(root, "backbone")
        if rows is None:
            raise ForeignError("there is no list of modules called 'backbone'", at=root)
        self.root, self.limits, self.problems = root, limits, problems
        self.rows = rows + (listed(root, "head") or [])
        self.settings = Settings(root, problems, call)
        self.wrong = self.settings.wrong
        self.draft = Draft(root.file)
        self.outputs: list[Output] = []
        """What each module makes."""

    def network(self) -> bool:
        """Adds all layers; False where a limit is exceeded."""
        keys = self.settings.keys
        head = keys.get("head")
        if head is not None and type(head.value) is not list:
            self.wrong(head, f"'head' must be a list of modules, is {shown(head.value)}")
        if not self.rows:
            raise ForeignError("the model has no modules", ROW, keys["backbone"])
        if "<<" in keys:
            raise ForeignError("merge keys (<<) are not read", "write out what is merged", keys["<<"])
        self.model = self.settings.model(self.draft, self.limits.layers)
        self.model.anchored = any(map(has_anchors, self.rows)) or (
            self.model.forked and not any(map(of_ninth, self.rows))
        )
        channels = self.model.channels
        self.input = Map(self.draft.input("input", (None, None), channels), channels)
        for row in self.rows:
            if len(self.problems) > MAX_PROBLEMS:
                return False
            try:
                self.outputs.append(self.row(row))
            except TooMany:
                self.problems.add(row, "RF009", f"more than {self.limits.layers} layers",
                                  self.limits.exceeded("layers"))  # fmt: skip
                return False
        last = self.outputs[-1]
        self.draft.outputs(one.layer for one in (last if isinstance(last, tuple) else [whole(last)]))
        return True

    def row(self, row: Node) -> Output:
        """What a row makes; of a wrong one, a map of which nothing is known."""
        at = len(self.outputs)
        nothing = Map(self.input.layer, None)
        if type(row.value) is not list or len(row.value) != 4:
            self.wrong(row, f"not a module: {shown(row.plain())}", ROW)
            return nothing
        sources, repeats, name, args = row.value
        needed = (name, str, "the module must be a name, is"), (args, list, "the arguments must be a list, are")
        for node, type_, said in needed:
            if type(node.value) is not type_:
                self.wrong(node, f"{said} {shown(node.plain())}", ROW)
                return nothing
        before = len(self.problems)
        maps = self.sources(sources)
        n = self.repeats(repeats)
        label = sanitised(name.value.rsplit(".", 1)[-1].lower().replace("/", "_")[:MAX_LABEL], "module") + f"_{at}"
        if len(self.problems) > before:
            return nothing
        self.draft.at, count = row, self.draft.count
        try:
            return self.made(name.value, label, maps, n, args)
        except NotKnown as error:
            self.draft.undo(count)
            return self.unknown(f"{name.value} {error}", label, maps)
        except Wrong as error:
            self.wrong(error.at or args, f"{name.value[:MAX_LABEL]}: {error.message}", error.help)
            self.draft.undo(count)
            return nothing

    def repeats(self, node: Node) -> int:
        """How often a module stands there, at the network's depth."""
        n = node.value
        if type(n) is not int or not 0 <= n <= MAX_INTEGER:
            self.wrong(node, f"repeats must be a whole number, is {shown(node.plain())}", ROW)
            return 1
        return max(round(n * self.model.depth), 1) if n > 1 else 1

    def sources(self, node: Node) -> list[Map | Parts]:
        """The maps that a row reads, by number, or counted back from this row where negative."""
        listed = node.value if type(node.value) is list else [node]
        if not listed:
            self.wrong(node, "from names no module", ROW)
        found: list[Map | Parts] = []
        here = len(self.outputs)
        for one in listed:
            said = one.value
            if type(said) is not int:
                self.wrong(one, f"from must be a number, or a list of them, is {shown(one.plain())}", ROW)
                continue
            if here == 0 and said == -1:
                found.append(self.input)
                continue
            index = said if said >= 0 else here + said
            if not 0 <= index < here:
                which = "itself" if index == here else "a later one" if index > here else "what is before the first one"
                self.wrong(one, f"from of module {here} names {which}: {said}",
                           f"modules are counted from 0; the ones before are 0 to {here - 1}" if here
                           else "-1 is the input")  # fmt: skip
                continue
            output = self.outputs[index]
            if isinstance(output, tuple):
                self.wrong(one, f"module {index} is a head: nothing can read it")
                continue
            found.append(output)
        return found

    def made(self, name: str, label: str, maps: list[Map | Parts], n: int, args: Node) -> Output:
        """Adds a module's layers. Raises `Wrong`, `NotKnown`, `TooMany`."""
        name = name.removeprefix("torch.")
        make = (self.model.forked and FORKED.get(name)) or module.get(name)
        if make is None:
            return self.unknown(name, label, maps)
        takes = signature(make)
        values = self.values(takes, args)
        if takes.repeats is not None:
            values.insert(takes.repeats, n)
            n = 1
        if not takes.merges and len(maps) != 1:
            raise Wrong(f"it reads one map, from names {len(maps)}")
        if not takes.parts and any(isinstance(one, Parts) for one in maps):
            raise Wrong("it reads a map, from names one that is split into parts", "CBFuse and Index take parts")

        def build(label: str, x: Map) -> Output:
            if takes.stated:
                into(x, values[0], name)
            return make(Network(self.model, label), x, *values)

        if not takes.merges:
            return self.repeated(build, label, whole(maps[0]), n)
        if n > 1:
            raise Wrong("it cannot be repeated")
        return make(Network(self.model, label), maps, *values)

    def repeated(self, build: Callable[[str, Map], Output], label: str, x: Map, n: int) -> Output:
        """A module that reads one map, so often in a row."""
        if n == 1:
            return build(label, x)
        for at in self.model.times(n):
            made = build(f"{label}/{at}", x)
            if not isinstance(made, Map):
                raise Wrong("it cannot be repeated")
            if x.channels is not None and made.channels != x.channels:
                raise Wrong(f"it cannot be repeated: it makes {made.channels} channels of {x.channels}")
            x = made
        return x

    def unknown(self, operation: str, label: str, maps: list[Map | Parts]) -> Map:
        """An operation of which is not known what it reads."""
        said = " ".join(operation.split())[:MAX_LABEL] or "?"
        return Network(self.model, label).add("", "custom", whole(maps[0]), channels=None, unknown=said)

    def values(self, takes: Signature, args: Node) -> list[object]:
        """The arguments of a module. Raises `Wrong`."""
        given, known = args.value, takes.arguments
        names = ", ".join(one.name for one in known)
        if len(given) > len(known):
            raise Wrong(f"it takes up to {len(known)} arguments, {len(given)} are given", names, given[len(known)])
        found = []
        for argument, node in zip(known, given, strict=False):
            try:
                found.append(argument.reads(self.model, self.settings.plain(node)))
            except Wrong as error:
                raise Wrong(f"{argument.name} {error.message}", error.help, node) from None
        for argument in known[len(given) :]:
            if argument.required:
                raise Wrong(f"it lacks the argument '{argument.name}'", names)
        return found


def listed(root: Node, key: str) -> list[Node] | None:
    """The rows of a part of a model, None where it is no list."""
    node = root.value.get(key) if type(root.value) is dict else None
    return node.value if node is not None and type(node.value) is list else None


def has_anchors(row: Node) -> bool:
    """Whether a row is a head with anchors, as YOLOv5's own files have."""
    match row.plain():
        case [_, _, "Detect" | "Segment" | "IDetect" | "IAuxDetect" | "IKeypoint", [_, "anchors" | [*_], *_]]:
            return True
    return False


def of_ninth(row: Node) -> bool:
    """Whether a row is a head of YOLOv9, in whose repository files list anchors that nothing uses."""
    match row.plain():
        case [_, _, str(name), _]:
            return name in NINTH or name in ("Detect", "Segment")
    return False


def whole(output: Map | Parts) -> Map:
    return output.whole if isinstance(output, Parts) else output
