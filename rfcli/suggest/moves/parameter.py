"""Numbers that a description gives names to."""

from __future__ import annotations

import re

import yaml

from rfcli.suggest.moves._move import Knob, Move
from rfcli.suggest.text import Change, Edit, Patch, literal
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.suggest.text import Text

WIDENING = ("repeat", "kernel", "dilation", "stride")
"""Keys that widen a field."""
_NAME = re.compile(r"[A-Za-z_]\w*")
_ALONE = re.compile(r"\$\w+|\$\(\s*\w+(\[[0-9]+\])?\s*\)|[0-9]+")


class Parameter(Move):
    """Changes a number among the parameters of the description, or that it hands to a block."""

    name = "parameter"
    sign = 1

    def knobs(self, text: Text) -> Iterator[Knob]:
        drives = _driven(text)
        for label, name, node in _numbers(text):
            keys = drives.get(name, set())
            value = literal(node)
            if isinstance(value, int) and keys:
                odd = Use("kernel", True) in keys  # a kernel of an odd size stays one
                yield self._turned(label, name, node, value, 2 if odd else 1)

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


class Use(Value):
    """A key that widens a field, and whether a parameter is its value, or only stands in an expression that is."""

    key: str
    alone: bool


def _driven(text: Text) -> dict[str, set[Use]]:
    """What the value of each parameter is used for, by way of blocks too."""
    found: dict[str, set[Use]] = {}
    passed: list[tuple[str, str, bool]] = []
    for item in text.items:
        for key, node in item.values.items():
            if key == "with":
                for inner, value in node.value if isinstance(node, yaml.MappingNode) else ():
                    passed += [(name, inner.value, _alone(value)) for name in _names(value)]
            elif key in WIDENING:
                for name in _names(node):
                    found.setdefault(name, set()).add(Use(key, _alone(node)))
    if text.section("extends") is not None:
        return {name: {Use("repeat", True)} for _, name, _ in _numbers(text)}  # what it extends uses them
    for _ in range(8):
        for name, inner, alone in passed:
            uses = found.get(inner, set())
            found.setdefault(name, set()).update(Use(use.key, use.alone and alone) for use in list(uses))
    return {name: uses for name, uses in found.items() if uses}


def _alone(node: yaml.Node) -> bool:
    """Whether a value is a parameter's, and no more."""
    parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return all(isinstance(one, yaml.ScalarNode) and _ALONE.fullmatch(one.value) is not None for one in parts)


def _names(node: yaml.Node) -> list[str]:
    """The names in the expressions of a node."""
    if isinstance(node, yaml.ScalarNode):
        return _NAME.findall(node.value) if "$" in node.value else []
    return [name for one in node.value if isinstance(one, yaml.Node) for name in _names(one)]
