"""The functions that say what operations are: each has its operator's signature, by which it is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from rfcli.diagnostics import counted
from rfcli.readers.onnx.operators import operator_of
from rfcli.readers.tracing.arguments import finite, mapped
from rfcli.readers.tracing.maps import Constant, Layout, Map
from rfcli.readers.tracing.tracer import Tracer
from rfcli.tables import Table
from rfcli.values import Value

Traced = Map | Constant | None
"""What a tensor is known to be."""
Operation = Callable[..., Any]
SMALL = 4096
"""Numbers of a tensor that are looked at."""
MEASURED = Constant((), None, ())
"""A scale or a zero point that is found while the network runs: what it is multiplied with is no weight either."""
MEND = "give those of the inputs, as with --input-size"
Numbers = list[Any] | None
Integers = list[int] | None

OPERATIONS: Table[Operation] = Table("operation")
"""Operation -> what it is as layers: a map, several, or a constant. Raises `Layout` where it is none.

`@operation("Conv")` stands above `def conv(call, x: Map, weight: Traced, bias: Traced = None, *, group: int = 1)`:
inputs in the operator's order, attributes as keywords with the specification's defaults, those left out that make no
difference. What an input has to be is said by its annotation, as `_INPUTS` has it.
"""
operation = OPERATIONS


@cache
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
    used: tuple[bool, ...] = ()
    """Of each output, whether anything takes it."""
    arrays: Callable[[int], Any] | None = None

    def array(self, at: int) -> Any:
        """The numbers of an input that is a constant, however many, as an array; None where they are not at hand."""
        return None if self.arrays is None or at >= len(self.inputs) else self.arrays(at)

    def has_zeros(self, at: int) -> bool:
        """Whether an input is a constant, and some of its numbers are zero."""
        values = self.array(at)
        return values is not None and bool((values == 0).any())

    def check(self) -> None:
        """Raises `Layout` where the node has not the number of inputs, or the attributes, of its operator: nothing
        that is called with it has to expect another."""
        operator = operator_of(self.operation, self.opset)
        if operator is None:
            return
        if not operator.least <= len(self.inputs) <= operator.most:
            raise Layout(f"it has {counted(len(self.inputs), 'input')}")
        for at, value in enumerate(self.inputs):
            if value is None and (at in operator.needed or at >= operator.listed):
                raise Layout(f"its input {at + 1} is missing")
        if self.outputs > operator.results:
            raise Layout(f"it has {counted(self.outputs, 'output')}")
        for name, (wanted, required) in operator.attributes.items():
            if name not in self.attributes:
                if required:
                    raise Layout(f"it has no {name}")
            elif not _is(self.attributes[name], wanted):
                raise Layout(f"its {name} is no {_CALLED.get(wanted, 'value of its kind')}")

    def made(self, function: Operation) -> Sequence[Traced]:
        """What a function makes of the node, one for each output. Raises `Layout`."""
        inputs, options = signature(function)
        read: list[Any] = list(self.inputs)
        kinds = function.__annotations__
        if inputs is not None:
            read = [_INPUTS[kinds[name]](self._input(at, name), name) for at, name in enumerate(inputs[1:])]
            least = len(read) - len(function.__defaults__ or ())
            missing = [name for name, value in zip(inputs[1 : 1 + least], read, strict=False) if value is None]
            if missing:
                raise Layout(f"it has no {missing[0]}")
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


def _is(value: Any, wanted: str) -> bool:
    """Whether an attribute is of a kind, by its name in the specification; kinds that nothing looks at are not told
    apart."""
    kind = _KINDS.get(wanted)
    if wanted in _MESSAGES:
        return type(value).__name__ == _MESSAGES[wanted]
    if kind is None:
        return True
    if wanted.endswith("S"):
        return type(value) is list and all(type(one) is kind for one in value)
    return type(value) is kind


_KINDS: dict[str, type] = {"INT": int, "INTS": int, "FLOAT": float, "FLOATS": float, "STRING": str}
_MESSAGES = {"TENSOR": "TensorProto", "SPARSE_TENSOR": "SparseTensorProto"}
_CALLED = {
    "INT": "integer", "INTS": "list of integers", "FLOAT": "number", "FLOATS": "list of numbers", "STRING": "text",
    "TENSOR": "tensor", "SPARSE_TENSOR": "sparse tensor",
}  # fmt: skip
"""Kinds of attributes, and what they are called."""


def given(value: Any) -> Constant:
    """A number or a list of them, as an attribute has it."""
    if isinstance(value, list):
        return Constant((len(value),), value if len(value) <= SMALL else None, ())
    return Constant((), [value], ())


def numbers(value: Traced, name: str) -> Numbers:
    """Numbers that are an input. Raises `Layout` where they are computed."""
    return finite(value, f"{name} are")


def integers(value: Traced, name: str) -> Integers:
    """The same, all of them known integers."""
    found = numbers(value, name)
    if found is None:
        return None
    if not all(type(one) in (int, float) and one == int(one) for one in found):
        raise Layout(f"its {name} depend on a size that is not known: {MEND}")
    return [int(one) for one in found]


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
