"""The functions that say what operations are: each has its operation's inputs and attributes, by which it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.tensorflow.graph import Attribute
from rfcli.readers.tracing.arguments import mapped
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
        code, kinds = function.__code__, function.__annotations__
        count = code.co_argcount
        names, options = code.co_varnames[1:count], code.co_varnames[count : count + code.co_kwonlyargcount]
        read: list[Any] = list(self.inputs)
        if not code.co_flags & 4:
            given = [*self.inputs, *[None] * len(names)]
            read = [_INPUTS[kinds[name]](given[at], name) for at, name in enumerate(names)]
            least = len(names) - len(function.__defaults__ or ())
            missing = [name for name, value in zip(names[:least], read, strict=False) if value is None]
            if missing:
                raise Layout(f"it has no {missing[0]}")
        stated = {name: self.attributes[name] for name in options if name in self.attributes}
        named = {name: _attribute(value, kinds[name], name) for name, value in stated.items()}
        lacking = [name for name in options if name not in named and name not in (function.__kwdefaults__ or {})]
        if lacking:
            raise Layout(f"it has no {lacking[0]}")
        made = function(self, *read, **named)
        return made if isinstance(made, list) else [made]

    @property
    def first(self) -> bool:
        """Whether channels come before the axes."""
        word = self.attributes.get("data_format", "NHWC")
        return isinstance(word, str) and word.startswith("NC")


def numbers(value: Traced, name: str) -> list[Any] | None:
    """Numbers that are an input. Raises `Layout` where they are computed."""
    if value is None:
        return None
    if not isinstance(value, Constant) or value.values is None:
        raise Layout(f"its {name} is computed from data")
    if any(type(one) is float and not isfinite(one) for one in value.values):
        raise Layout(f"its {name} is not finite")
    return value.values


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
    listed = value if isinstance(value, list) else [value]
    if type(value) is not wanted or (
        kind in ("int", "Sequence[int]") and not all(type(one) is int and abs(one) <= MAX_INTEGER for one in listed)
    ):
        raise Layout(f"its {name} is no {kind}")
    return value
