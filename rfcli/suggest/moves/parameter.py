"""Numbers that a description gives names to."""

from __future__ import annotations

import re

import yaml

from rfcli.suggest.moves._move import Knob, Move
from rfcli.suggest.text import Change, Edit, Patch, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.suggest.text import Text

WIDENING = ("repeat", "kernel", "dilation", "stride")
"""Keys that widen a field."""
_NAME = re.compile(r"[A-Za-z_]\w*")


class Parameter(Move):
    """Changes a number among the parameters of the description, or that it hands to a block."""

    name = "parameter"
    sign = 1

    def knobs(self, text: Text) -> Iterator[Knob]:
        drives = _driven(text)
        for label, name, node in _numbers(text):
            keys = drives.get(name, set())
            value = literal(node)
            if isinstance(value, int) and keys & set(WIDENING):
                yield self._turned(label, name, node, value, 2 if "kernel" in keys else 1)

    def _turned(self, label: str, name: str, node: yaml.Node, value: int, step: int) -> Knob:
        def turned(amount: int) -> Change | None:
            made = value + self.sign * step * amount
            if made < 0:
                return None
            patch = Patch(node.start_mark.index, node.end_mark.index, str(made))
            return Change(f"{label} {made}", (Edit("", label, value, made),), (patch,))

        return self.knob(turned, 64)


class Less(Parameter):
    """Makes such a number smaller."""

    name = "less"
    grows = False
    sign = -1


def _numbers(text: Text) -> Iterator[tuple[str, str, yaml.Node]]:
    """Numbers with names: what they are called for people, the parameter, and where they stand."""
    yield from _of(text.section("parameters"), "")
    for item in text.items:
        yield from _of(item.values.get("with"), f" of '{item.name}'")


def _of(mapping: yaml.Node | None, where: str) -> Iterator[tuple[str, str, yaml.Node]]:
    for key, node in mapping.value if isinstance(mapping, yaml.MappingNode) else ():
        if isinstance(node, yaml.ScalarNode):
            yield f"{key.value}{where}", key.value, node
        elif isinstance(node, yaml.SequenceNode):
            for at, one in enumerate(node.value):
                yield f"{key.value}[{at}]{where}", key.value, one


def _driven(text: Text) -> dict[str, set[str]]:
    """The keys of items that the value of each parameter reaches, by way of blocks too."""
    found: dict[str, set[str]] = {}
    passed: list[tuple[str, str]] = []
    for item in text.items:
        for key, node in item.values.items():
            if key == "with":
                for inner, value in node.value if isinstance(node, yaml.MappingNode) else ():
                    passed += [(name, inner.value) for name in _names(value)]
            elif key in WIDENING:
                for name in _names(node):
                    found.setdefault(name, set()).add(key)
    if text.section("extends") is not None:
        return {name: {"repeat"} for _, name, _ in _numbers(text)}  # what it extends uses them
    for _ in range(8):
        for name, inner in passed:
            found.setdefault(name, set()).update(found.get(inner, set()))
    return found


def _names(node: yaml.Node) -> list[str]:
    """The names in the expressions of a node."""
    if isinstance(node, yaml.ScalarNode):
        return _NAME.findall(node.value) if "$" in node.value else []
    return [name for one in node.value if isinstance(one, yaml.Node) for name in _names(one)]
