"""The functions that say what operations are: each has its operator's signature, by which it is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.maps import Constant, Layout, Map
from rfcli.readers.tracing.tracer import Tracer
from rfcli.tables import Table
from rfcli.values import Value

Traced = Map | Constant | None
Operation = Callable[..., Any]
Numbers = list[Any] | None
Integers = list[int] | None

OPERATIONS: Table[Operation] = Table("operation")
"""Operation -> what it is as layers: a map, several, or a constant. Raises `Layout` where it is none.

`@operation("Conv")` stands above `def conv(call, x: Map, weight: Traced, bias: Traced = None, *, group: int = 1)`:
inputs in the operator's order, attributes as keywords with the specification's defaults, those left out that make no
difference. What an input has to be is said by its annotation, as `_INPUTS` has it.
"""
operation = OPERATIONS


def signature(function: Operation) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Names of a function's arguments, None where it takes any number, and of its keywords; without `inspect`, which is
    slow to import."""
    code = function.__code__
    count = code.co_argcount
    variadic = code.co_flags & 4
    return None if variadic else code.co_varnames[:count], code.co_varnames[count : count + code.co_kwonlyargcount]


class Call(Value):
    """One node of a graph."""

    tracer: Tracer
    opset: int
    operation: str
    name: str
    inputs: tuple[Traced, ...]
    attributes: dict[str, Any]
    outputs: int

    def made(self, function: Operation) -> Sequence[Traced]:
        """What a function makes of the node, one for each output. Raises `Layout`."""
        inputs, options = signature(function)
        read: list[Any] = list(self.inputs)
        kinds = function.__annotations__
        if inputs is not None:
            read = [_INPUTS[kinds[name]](self._input(at, name), name) for at, name in enumerate(inputs[1:])]
        named = {name: self._attribute(name, kinds[name]) for name in options if name in self.attributes}
        made = function(self, *read, **named)
        return made if isinstance(made, list) else [made]

    def made_with(self, function: Operation, *inputs: Traced) -> Sequence[Traced]:
        """What a function makes of the node's attributes with other inputs."""
        return self.replaced(inputs=inputs).made(function)

    def _input(self, at: int, name: str) -> Traced:
        """An input, or the attribute that it was in older opsets."""
        if name in self.attributes:
            return given(self.attributes[name])
        return self.inputs[at] if at < len(self.inputs) else None

    def _attribute(self, name: str, kind: str) -> Any:
        """An attribute of a kind. Raises `Layout` where the file has it as another."""
        value = self.attributes[name]
        wanted, called = _ATTRIBUTES[kind.removesuffix(" | None")]
        if type(value) is not wanted or (type(value) is list and not all(type(one) is int for one in value)):
            raise Layout(f"its {name} is no {called}")
        return value


def given(value: Any) -> Constant:
    """A number or a list of them, as an attribute has it."""
    return Constant((len(value),), value, ()) if isinstance(value, list) else Constant((), [value], ())


def numbers(value: Traced, name: str) -> Numbers:
    """Numbers that are an input. Raises `Layout` where they are computed."""
    if value is None:
        return None
    if not isinstance(value, Constant) or value.values is None:
        raise Layout(f"its {name} are computed from data")
    return value.values


def integers(value: Traced, name: str) -> Integers:
    """The same, all of them known integers."""
    found = numbers(value, name)
    if found is not None and not all(type(one) in (int, float) and one == int(one) for one in found):
        raise Layout(f"its {name} depend on a size that is not known")
    return None if found is None else [int(one) for one in found]


_INPUTS: dict[str, Callable[[Traced, str], Any]] = {
    "Map": lambda value, name: mapped(value),
    "Numbers": numbers,
    "Integers": integers,
    "Traced": lambda value, name: value,
}
"""Annotation -> what makes an input of that sort of a value."""
_ATTRIBUTES: dict[str, tuple[type, str]] = {
    "int": (int, "integer"),
    "str": (str, "text"),
    "Sequence[int]": (list, "list of integers"),
}
"""Annotation -> what an attribute of that sort is, and what it is called."""
