"""The functions that say what operations are: each has its operator's signature, by which it is called."""

from __future__ import annotations

from rfcli.readers.tracing.maps import Constant, Layout, Map
from rfcli.tables import Table
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.readers.tracing.tracer import Tracer

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

VARIADIC = 4
"""The flag of code with `*inputs`."""


def signature(function: Operation) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Names of a function's arguments, None where it takes any number, and of its keywords; without `inspect`, which is
    slow to import."""
    code = function.__code__
    count = code.co_argcount
    keywords = code.co_varnames[count : count + code.co_kwonlyargcount]
    return None if code.co_flags & VARIADIC else code.co_varnames[:count], keywords


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
        given: list[Any] = list(self.inputs)
        kinds = function.__annotations__
        if inputs is not None:
            given = [
                _INPUTS.get(kinds[name], _as_it_is)(self._input(at, name), name) for at, name in enumerate(inputs[1:])
            ]
        named = {name: self._attribute(name, kinds[name]) for name in options if name in self.attributes}
        made = function(self, *given, **named)
        return made if isinstance(made, list) else [made]

    def made_with(self, function: Operation, *inputs: Traced) -> Sequence[Traced]:
        """What a function makes of the node's attributes with other inputs."""
        return self.replaced(inputs=inputs).made(function)

    def _input(self, at: int, name: str) -> Traced:
        """An input, or the attribute that it was in older opsets."""
        if name in self.attributes:
            value = self.attributes[name]
            return Constant((len(value),), value, ()) if isinstance(value, list) else Constant((), [value], ())
        return self.inputs[at] if at < len(self.inputs) else None

    def _attribute(self, name: str, kind: str) -> Any:
        """An attribute of a kind. Raises `Layout` where the file has it as another."""
        value = self.attributes[name]
        wanted, called = _ATTRIBUTES[kind.removesuffix(" | None")]
        if type(value) is not wanted or (type(value) is list and not all(type(one) is int for one in value)):
            raise Layout(f"its {name} is no {called}")
        return value


def mapped(value: Traced, name: str = "") -> Map:
    """An input that depends on the model's inputs."""
    if not isinstance(value, Map):
        raise Layout("its input is a constant")
    return value


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


def _as_it_is(value: Traced, name: str) -> Traced:
    return value


_INPUTS: dict[str, Callable[[Traced, str], Any]] = {"Map": mapped, "Numbers": numbers, "Integers": integers}
"""Annotation -> what makes an input of that sort of a value."""
_ATTRIBUTES: dict[str, tuple[type, str]] = {
    "int": (int, "integer"),
    "str": (str, "text"),
    "Sequence[int]": (list, "list of integers"),
}
"""Annotation -> what an attribute of that sort is, and what it is called."""


def axis_at(number: int, rank: int) -> int:
    """An axis that may be counted from the end."""
    if not -rank <= number < rank:
        raise Layout(f"it names axis {number} of {rank}")
    return number % rank
