"""What a file of YOLO says beside its modules, and what a call sets: scales, classes, channels, the activation."""

from __future__ import annotations

import re

from rfcli.description.nodes import Node, Problems
from rfcli.diagnostics import CallError
from rfcli.layers._parameters import shown
from rfcli.readers.draft import Draft
from rfcli.readers.yolo.activations import ACTIVATIONS
from rfcli.readers.yolo.arguments import ACTIVATION, Reads, count, flag, ratio
from rfcli.readers.yolo.network import Model, Wrong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WORDS = {"None": None, "null": None, "True": True, "true": True, "False": False, "false": False}
"""Words of Python in arguments; the keys of a file are looked up there."""

UNNAMED_SCALES = "nsmlx"
"""The scales that a file's name may tell where the file lists none."""

_NAMED_SCALE = re.compile(r"yolo(?:e-)?v?\d+([a-z])")


class Settings:
    """The keys of a file, and the settings of a call, which win over them."""

    def __init__(self, root: Node, problems: Problems, call: dict[str, object]) -> None:
        self.file, self.problems = root.file, problems
        self.keys: dict[str, Node] = root.value
        self.call = {name: value for name, value in call.items() if value is not None}

    def wrong(self, at: Node, message: str, help: str = "") -> None:
        self.problems.add(at, "RF012", message, help)

    def plain(self, node: Node, depth: int = 0) -> Any:
        """A value with words looked up: Python's constants, and keys of the file."""
        value = node.value
        if type(value) is list:
            return [self.plain(one, depth) for one in value]
        if type(value) is not str:
            return node.plain()
        if value in WORDS:
            return WORDS[value]
        if value in self.call and value != "scale":
            return self.call[value]
        if value in self.keys and value not in ("backbone", "head") and depth == 0:
            return self.plain(self.keys[value], 1)
        return value

    def stated(self, model: Model, key: str, reads: Reads, default: Any) -> Any:
        """The value of a setting or of a key of the file, `default` without either. Raises `CallError` for a setting
        that does not fit."""
        if key in self.call:
            try:
                return reads(model, self.call[key])
            except Wrong as error:
                raise CallError(f"{self.file.path}: --set {key}: it {error.message}") from None
        node = self.keys.get(key)
        if node is None or node.value is None:
            return default
        try:
            return reads(model, self.plain(node))
        except Wrong as error:
            self.wrong(node, f"{key} {error.message}", error.help)
            return default

    def model(self, draft: Draft, layers: int) -> Model:
        """A model of up to so many layers, with all that holds for the whole file."""
        model = Model(draft, layers)
        model.depth = self.stated(model, "depth_multiple", ratio, 1.0)
        model.width = self.stated(model, "width_multiple", ratio, 1.0)
        model.reg_max = self.stated(model, "reg_max", count, 16)
        model.end2end = self.stated(model, "end2end", flag, False)
        model.texts = self.stated(model, "nc", count, 80)
        model.activation = self.activation()
        self.take_scale(model)
        model.forked = "anchors" in self.keys
        model.unscaled = self.unscaled(model)
        model.channels = self.stated(model, "channels", count, self.stated(model, "ch", count, 3))
        return model

    def unscaled(self, model: Model) -> int | None:
        """The channels that the framework takes for those of a head; None where it is not said how many classes there
        are."""
        if "nc" not in self.keys and "nc" not in self.call:
            return None
        if not model.forked:
            return model.texts
        anchors = self.plain(self.keys["anchors"])
        first = anchors[0] if isinstance(anchors, list) and anchors else anchors
        many = len(first) // 2 if isinstance(first, list) else first
        return many * (model.texts + 5) if type(many) is int else None

    def activation(self) -> str | None:
        node = self.keys.get("activation") or self.keys.get("act")
        if node is None or node.value is None:
            return "silu"
        found = ACTIVATION.fullmatch(node.value) if type(node.value) is str else None
        if found is None:
            self.wrong(node, f"activation must be a module of torch, is {shown(node.plain())}",
                       "for example nn.ReLU()")  # fmt: skip
            return "silu"
        return ACTIVATIONS.read(found[1]) if found[1] in ACTIVATIONS else None

    def take_scale(self, model: Model) -> None:
        """Depth, width and most channels of the scale that is meant: the call's, else the one that the file's name
        tells, else the first."""
        node = self.keys.get("scales")
        offered: dict[str, Node] = node.value if node is not None and type(node.value) is dict else {}
        model.scale = self.asked_scale(offered) or self.named_scale(offered)
        if node is None or node.value is None:
            return
        if not offered:
            self.wrong(node, f"scales must be a mapping, is {shown(node.plain())}", "n: [0.33, 0.25, 1024]")
            return
        if not model.scale:
            model.scale = next(iter(offered))
            if len(offered) > 1:
                which = f"{model.scale} is taken, the first of {', '.join(offered)}"
                self.file.remarks.append(f"no scale in the file's name: {which} (--set scale=...)")
        if model.scale not in offered:
            said = f"there is no scale '{model.scale}', as the file's name says; there are {', '.join(offered)}"
            self.wrong(node, said, f"--set scale={next(iter(offered))}")
            return
        chosen = offered[model.scale]
        values = chosen.plain() if type(chosen.value) is list else None
        try:
            if not isinstance(values, list) or len(values) != 3:
                raise Wrong(f"must be [depth, width, most channels], is {shown(chosen.plain())}")
            model.depth, model.width = ratio(model, values[0]), ratio(model, values[1])
            model.max_channels = count(model, values[2])
        except Wrong as error:
            self.wrong(chosen, f"scale {model.scale} {error.message}")

    def asked_scale(self, offered: dict[str, Node]) -> str:
        """The letter that the call gives, "" where it gives none. Raises `CallError` for one that there is not."""
        asked = self.call.get("scale")
        if asked is None:
            return ""
        if type(asked) is not str or asked not in (offered or UNNAMED_SCALES):
            which = ", ".join(map(str, offered)) or "none"
            raise CallError(f"{self.file.path}: there is no scale {shown(asked)}; there are {which}")
        return asked

    def named_scale(self, offered: dict[str, Node]) -> str:
        """The letter in the file's name, "" where it has none."""
        found = _NAMED_SCALE.search(re.split(r"[/\\]", self.file.path)[-1])
        return found[1] if found and (found[1] in UNNAMED_SCALES or found[1] in offered) else ""
