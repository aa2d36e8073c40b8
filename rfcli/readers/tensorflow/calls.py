"""The functions that say what operations are: each has its operation's inputs and attributes, by which it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.tensorflow.graph import Attribute
from rfcli.readers.tracing.arguments import finite, mapped
from rfcli.readers.tracing.channels_last import NativeTracer
from rfcli.readers.tracing.maps import Constant, Dim, Layout, Map
from rfcli.tables import Table
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Traced = Map | Constant | None
"""What a tensor is known to be."""
MEND = "give those of the inputs, as with --input-size"

OPERATIONS: Table[Callable[..., Any]] = Table("operation")
"""Operation -> what it is as layers: a map, several, or a constant. Raises `Layout` where it is none.

`@operation("Conv2D")` stands above `def conv(call, x: Map, weight: Traced, *, padding: str)`: inputs in the operation's
order, attributes as keywords with the defaults of TensorFlow's registry, those left out that make no difference. What
an input has to be is said by its annotation, as `_INPUTS` has it, and what an attribute by its own, as `_ATTRIBUTES`.
"""
operation = OPERATIONS


class Extent(Value):
    """The size, which is not known as a number, of a dimension of a layer's output."""

    dim: Dim
    layer: str


class Signature(Value):
    """What a function takes: its inputs with their sorts, None where it takes any number, of which so many have to be
    given; its options with theirs, and those of them that are needed."""

    inputs: tuple[tuple[str, str], ...] | None
    least: int
    options: tuple[tuple[str, str], ...]
    needed: tuple[str, ...]


@cache
def signature(function: Callable[..., Any]) -> Signature:
    """What a function of an operation takes; without `inspect`, which is slow to import."""
    code, kinds, usual = function.__code__, function.__annotations__, function.__kwdefaults__ or {}
    count = code.co_argcount
    inputs = tuple([(name, kinds[name]) for name in code.co_varnames[1:count]])
    options = tuple([(name, kinds[name]) for name in code.co_varnames[count : count + code.co_kwonlyargcount]])
    return Signature(
        None if code.co_flags & 4 else inputs, len(inputs) - len(function.__defaults__ or ()), options,
        tuple([name for name, _ in options if name not in usual]),
    )  # fmt: skip


class Call(Value):
    """One node of a graph."""

    tracer: NativeTracer
    operation: str
    name: str
    inputs: tuple[Traced, ...]
    attributes: Mapping[str, Attribute]
    outputs: int

    def made(self, function: Callable[..., Any]) -> Sequence[Traced]:
        """What a function makes of the node, one for each output. Raises `Layout`."""
        takes = signature(function)
        read: list[Any] = list(self.inputs)
        if takes.inputs is not None:
            given = [*self.inputs, *[None] * len(takes.inputs)]
            read = [_INPUTS[kind](value, name) for (name, kind), value in zip(takes.inputs, given, strict=False)]
            if None in read[: takes.least]:
                raise Layout(f"it has no {takes.inputs[read.index(None)][0]}")
        stated = self.attributes
        named = {name: _attribute(stated[name], kind, name) for name, kind in takes.options if name in stated}
        for name in takes.needed:
            if name not in named:
                raise Layout(f"it has no {name}")
        made = function(self, *read, **named)
        return made if isinstance(made, list) else [made]

    @property
    def first(self) -> bool:
        """Whether channels come before the axes."""
        word = self.attributes.get("data_format", "NHWC")
        return isinstance(word, str) and word.startswith("NC")


def numbers(value: Traced, name: str) -> list[Any] | None:
    """Numbers that are an input. Raises `Layout` where they are computed."""
    return finite(value, f"{name} is")


def integers(value: Traced, name: str) -> list[int] | None:
    """The same, all of them known integers."""
    found = numbers(value, name)
    if found is None:
        return None
    if not all(type(one) in (int, bool) and abs(one) <= 1 << 62 for one in found):
        raise Layout(f"its {name} depends on a size that is not known: {MEND}")
    return [int(one) for one in found]


def integer(value: Traced, name: str) -> int | None:
    """One integer."""
    found = integers(value, name)
    if found is not None and len(found) != 1:
        raise Layout(f"its {name} is no number")
    return None if found is None else found[0]


_INPUTS: dict[str, Callable[[Traced, str], Any]] = {
    "Map": lambda value, name: mapped(value),
    "Numbers": numbers,
    "Integers": integers,
    "Integer": integer,
    "Traced": lambda value, name: value,
}
"""Annotation -> what makes an input of that sort of a value."""
_ATTRIBUTES: dict[str, type] = {"int": int, "str": str, "bool": bool, "Sequence[int]": list}
"""Annotation -> what an attribute of that sort is."""
Numbers = list["Any"] | None
Integers = list[int] | None
Integer = int | None


def _attribute(value: Attribute, kind: str, name: str) -> Attribute:
    """An attribute of a kind. Raises `Layout` where the file has it as another."""
    wanted = _ATTRIBUTES[kind]
    if wanted in (str, bool) and type(value) is wanted:
        return value
    listed = value if isinstance(value, list) else [value]
    if type(value) is not wanted or (
        kind in ("int", "Sequence[int]") and not all(type(one) is int and abs(one) <= MAX_INTEGER for one in listed)
    ):
        raise Layout(f"its {name} is no {kind}")
    return value
