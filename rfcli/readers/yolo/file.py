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

import re

from rfcli.description import yaml12
from rfcli.description.names import sanitised
from rfcli.description.nodes import Node, Problems
from rfcli.description.source import decode, read_bytes, too_large
from rfcli.diagnostics import CallError
from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.yolo import heads, modules, torch_nn  # noqa: F401 - they register what they hold
from rfcli.readers.yolo.network import (
    ACTIVATIONS,
    MODULES,
    Ends,
    Map,
    Network,
    NotKnown,
    Parts,
    TooMany,
    Wrong,
    count,
    flag,
    ratio,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from rfcli.description.limits import Limits
    from rfcli.description.nodes import File
    from rfcli.readers.yolo.network import Module

    Output = Map | Parts | Ends

SETTINGS = ("scale", "nc", "channels")
"""What a call may set: the scale's letter, the number of classes, the input's channels."""

WORDS = {"None": None, "null": None, "True": True, "true": True, "False": False, "false": False}
"""Words of Python in arguments; the keys of a file are looked up there."""

MAX_PROBLEMS = 1000
"""Problems after which nothing more is read."""

MAX_LABEL = 60
"""Characters of a module's name that are kept."""

ROW = "a row is [from, repeats, module, arguments], as [-1, 1, Conv, [64, 3, 2]]"

_NAMED_SCALE = re.compile(r"yolo(?:e-)?v?\d+([a-z])")
_ACTIVATION = re.compile(r"(?:torch\.)?nn\.(\w+)\([^()]*\)")
_LENIENT = ("RF004", "RF005")
"""What YAML files of others may hold: keys that are no strings, as in lists of class names, and keys given twice, of
which the framework takes the last."""


def read(
    stream: BinaryIO, file: File, limits: Limits, problems: Problems, scale: Any = None, nc: Any = None,
    channels: Any = None,
) -> Draft | None:  # fmt: skip
    """The network of a file, or None with its problems added. Raises `ForeignError`, and `CallError` for a setting that
    does not fit."""
    data = read_bytes(stream, limits.bytes + 1)
    if len(data) > limits.bytes:
        too_large(file.path, limits, problems)
        return None
    text = decode(data, file.path, problems)
    if text is None:
        return None
    file.text = text
    found = Problems()
    root = yaml12.read(file, limits, found)
    problems.extend(one for one in found if root is None or one.code not in _LENIENT)
    if root is None or problems:
        return None
    importer = _Importer(root, limits, problems, {"scale": scale, "nc": nc, "channels": channels})
    return importer.draft if importer.network() else None


class _Importer:
    """Draws up the layers of one file, row by row."""

    def __init__(self, root: Node, limits: Limits, problems: Problems, settings: dict[str, Any]) -> None:
        if type(root.value) is not dict or type(rows := self._rows(root, "backbone")) is not list:
            raise ForeignError("there is no list of modules called 'backbone'", at=root)
        self.root, self.limits, self.problems = root, limits, problems
        self.settings = {name: value for name, value in settings.items() if value is not None}
        self.keys: dict[str, Node] = root.value
        self.rows: list[Node] = rows + (self._rows(root, "head") or [])
        self.draft = Draft(root.file)
        self.net = Network(limits.layers)
        self.outputs: list[Output] = []
        """What each module makes."""

    @staticmethod
    def _rows(root: Node, key: str) -> list[Node] | None:
        node = root.value.get(key)
        return node.value if node is not None and type(node.value) is list else None

    def wrong(self, at: Node, message: str, help: str = "") -> None:
        self.problems.add(at, "RF012", message, help)

    # What holds for the whole file

    def network(self) -> bool:
        """Adds all layers; False where a limit is exceeded."""
        head = self.keys.get("head")
        if head is not None and type(head.value) is not list:
            self.wrong(head, f"'head' must be a list of modules, is {shown(head.value)[:60]}")
        if not self.rows:
            raise ForeignError("the model has no modules", ROW, self.keys["backbone"])
        if "<<" in self.keys:
            raise ForeignError("merge keys (<<) are not read", "write out what is merged", self.keys["<<"])
        self.net.depth = self.stated("depth_multiple", ratio, 1.0)
        self.net.width = self.stated("width_multiple", ratio, 1.0)
        self.net.reg_max = self.stated("reg_max", count, 16)
        self.net.end2end = self.stated("end2end", flag, False)
        self.net.texts = self.stated("nc", count, 80)
        self.net.activation = self.activation()
        self.net.anchored = any(map(self.has_anchors, self.rows))
        self.scales()
        channels = self.stated("channels", count, self.stated("ch", count, 3))
        self.input = Map(self.draft.input("input", (None, None), channels), channels)
        for row in self.rows:
            if len(self.problems) > MAX_PROBLEMS:
                return False
            try:
                made = self.row(row)
            except TooMany:
                self.problems.add(row, "RF009", f"more than {self.limits.layers} layers",
                                  self.limits.exceeded("layers"))  # fmt: skip
                return False
            self.outputs.append(made)
        last = self.outputs[-1]
        self.draft.outputs(one.layer for one in _maps(last))
        return True

    def stated(self, key: str, parse: Any, default: Any) -> Any:
        """The value of a setting or of a key of the file, `default` without either. Raises `CallError` for a setting
        that does not fit."""
        if key in self.settings:
            try:
                return parse(self.net, self.settings[key])
            except Wrong as error:
                raise CallError(f"{self.root.file.path}: --set {key}: it {error.message}") from None
        node = self.keys.get(key)
        if node is None or node.value is None:
            return default
        try:
            return parse(self.net, self.plain(node))
        except Wrong as error:
            self.wrong(node, f"{key} {error.message}", error.help)
            return default

    def activation(self) -> str | None:
        node = self.keys.get("activation") or self.keys.get("act")
        if node is None or node.value is None:
            return "silu"
        found = _ACTIVATION.fullmatch(node.value) if type(node.value) is str else None
        if found is None:
            self.wrong(node, f"activation must be a module of torch, is {shown(node.plain())[:60]}",
                       "for example nn.ReLU()")  # fmt: skip
            return "silu"
        return ACTIVATIONS.get(found[1])

    def has_anchors(self, row: Node) -> bool:
        """Whether a row is a head with anchors, as YOLOv5's own files have."""
        cells = row.value
        if type(cells) is not list or len(cells) != 4 or cells[2].value not in ("Detect", "Segment"):
            return False
        args = cells[3].value
        if type(args) is not list or len(args) < 2:
            return False
        return args[1].value == "anchors" or type(args[1].value) is list

    def scales(self) -> None:
        """Depth, width and most channels of the scale that is meant."""
        node = self.keys.get("scales")
        offered = node.value if node is not None and type(node.value) is dict else {}
        name = re.split(r"[/\\]", self.root.file.path)[-1]
        found = _NAMED_SCALE.search(name)
        letter = found[1] if found and (found[1] in "nsmlx" or found[1] in offered) else ""
        asked = self.settings.get("scale")
        if asked is not None and (
            type(asked) is not str or (asked not in offered if offered else asked not in "nsmlx")
        ):
            which = ", ".join(map(str, offered)) or "none"
            raise CallError(f"{self.root.file.path}: there is no scale {shown(asked)}; there are {which}")
        letter = asked or letter
        self.net.scale = letter
        if node is None or node.value is None:
            return
        if not offered:
            self.wrong(node, f"scales must be a mapping, is {shown(node.plain())[:60]}", "n: [0.33, 0.25, 1024]")
            return
        if not letter:
            letter = self.net.scale = next(iter(offered))
            if len(offered) > 1:
                which = f"{letter} is taken, the first of {', '.join(offered)}"
                self.root.file.remarks.append(f"no scale in the file's name: {which} (--set scale=...)")
        if letter not in offered:
            self.wrong(node, f"there is no scale '{letter}', as the file's name says; there are {', '.join(offered)}",
                       f"--set scale={next(iter(offered))}")  # fmt: skip
            return
        chosen = offered[letter]
        values = chosen.plain() if type(chosen.value) is list else None
        try:
            if not isinstance(values, list) or len(values) != 3:
                raise Wrong(f"must be [depth, width, most channels], is {shown(chosen.plain())[:60]}")
            self.net.depth, self.net.width = ratio(self.net, values[0]), ratio(self.net, values[1])
            self.net.max_channels = count(self.net, values[2])
        except Wrong as error:
            self.wrong(chosen, f"scale {letter} {error.message}")

    # Rows

    def row(self, row: Node) -> Output:
        """What a row makes; of a wrong one, a map of which nothing is known."""
        at = len(self.outputs)
        nothing = Map(self.input.layer, None)
        if type(row.value) is not list or len(row.value) != 4:
            self.wrong(row, f"not a module: {shown(row.plain())[:60]}", ROW)
            return nothing
        sources, repeats, name, args = row.value
        if type(name.value) is not str:
            self.wrong(name, f"the module must be a name, is {shown(name.plain())[:60]}", ROW)
            return nothing
        if type(args.value) is not list:
            self.wrong(args, f"the arguments must be a list, are {shown(args.plain())[:60]}", ROW)
            return nothing
        before = len(self.problems)
        maps = self.sources(sources)
        n = self.repeats(repeats)
        known = MODULES.get(name.value.removeprefix("torch."))
        label = sanitised(name.value.rsplit(".", 1)[-1].lower().replace("/", "_")[:MAX_LABEL], "module") + f"_{at}"
        if len(self.problems) > before:
            return nothing
        try:
            made = self.made(name.value, label, maps, n, known, args)
        except Wrong as error:
            self.wrong(error.at or args, f"{name.value[:MAX_LABEL]}: {error.message}", error.help)
            self.net.steps.clear()
            return nothing
        for step in self.net.steps:
            self.draft.add(step.name, step.type, step.inputs, row, **step.parameters)
        self.net.steps.clear()
        return made

    def repeats(self, node: Node) -> int:
        """How often a module stands there, at the network's depth."""
        n = node.value
        if type(n) is not int or not 0 <= n <= MAX_INTEGER:
            self.wrong(node, f"repeats must be a whole number, is {shown(node.plain())[:60]}", ROW)
            return 1
        return max(round(n * self.net.depth), 1) if n > 1 else 1

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
                self.wrong(one, f"from must be a number, or a list of them, is {shown(one.plain())[:60]}", ROW)
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
            if isinstance(output, Ends):
                self.wrong(one, f"module {index} is a head: nothing can read it")
                continue
            found.append(output)
        return found

    def made(self, name: str, label: str, maps: list[Map | Parts], n: int, known: Module | None, args: Node) -> Output:
        """Adds a module's layers. Raises `Wrong`, `TooMany`."""
        whole = [one.whole if isinstance(one, Parts) else one for one in maps]
        if known is None:
            return self.unknown(name, label, whole)
        values = self.values(name, known, args)
        if known.repeats:
            values.insert(1, n)
            n = 1
        if not known.merges and len(maps) != 1:
            raise Wrong(f"it reads one map, from names {len(maps)}")
        if name not in ("CBFuse", "Index") and any(isinstance(one, Parts) for one in maps):
            raise Wrong("it reads a map, from names one that is split into parts", "CBFuse and Index take parts")
        try:
            if known.merges:
                if n > 1:
                    raise Wrong("it cannot be repeated")
                return known.make(self.net, label, maps, *values)
            if n == 1:
                return known.make(self.net, label, whole[0], *values)
            x = whole[0]
            for at in range(n):
                made = known.make(self.net, f"{label}/{at}", x, *values)
                if not isinstance(made, Map):
                    raise Wrong("it cannot be repeated")
                if x.channels is not None and made.channels != x.channels:
                    raise Wrong(f"it cannot be repeated: it makes {made.channels} channels of {x.channels}")
                x = made
            return x
        except NotKnown as error:
            self.net.steps.clear()
            return self.unknown(f"{name} {error}", label, whole)

    def unknown(self, operation: str, label: str, maps: list[Map]) -> Map:
        """An operation of which is not known what it reads."""
        self.net.add(label, "custom", maps[0], channels=None, unknown=" ".join(operation.split())[:MAX_LABEL] or "?")
        return Map(label, None)

    # Arguments

    def plain(self, node: Node, depth: int = 0) -> Any:
        """A value with words looked up: Python's constants, and keys of the file."""
        value = node.value
        if type(value) is list:
            return [self.plain(one, depth) for one in value]
        if type(value) is not str:
            return node.plain()
        if value in WORDS:
            return WORDS[value]
        if value in self.settings and value != "scale":
            return self.settings[value]
        if value in self.keys and value not in ("backbone", "head") and depth == 0:
            return self.plain(self.keys[value], 1)
        return value

    def values(self, name: str, known: Module, args: Node) -> list[Any]:
        """The arguments of a module. Raises `Wrong`."""
        given = args.value
        if len(given) > len(known.args):
            raise Wrong(f"it takes up to {len(known.args)} arguments, {len(given)} are given",
                        ", ".join(one.name for one in known.args), given[len(known.args)])  # fmt: skip
        found = []
        for arg, node in zip(known.args, given, strict=False):
            try:
                found.append(arg.parse(self.net, self.plain(node)))
            except Wrong as error:
                raise Wrong(f"{arg.name} {error.message}", error.help, node) from None
        for arg in known.args[len(given) :]:
            if arg.required:
                raise Wrong(f"it lacks the argument '{arg.name}'", ", ".join(one.name for one in known.args))
        return found


def _maps(output: Output) -> tuple[Map, ...]:
    return output.maps if isinstance(output, Ends) else (output.whole if isinstance(output, Parts) else output,)
