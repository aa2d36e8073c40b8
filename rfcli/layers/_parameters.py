"""Parameters of layers: what a value may look like, how it is read, and its part of the published schema.

A kind reads a plain value in two situations. In the file, before expressions are evaluated and before the number of
axes is known (`axes` is None), a string with a `$` stands for anything; this is what the JSON Schema says as well.
Afterwards every value is known and has to fit the axes.
"""

from __future__ import annotations

from rfcli.geometry.windows import same_padding
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    Declared = Any
    """What declares a parameter: on instances the attribute holds the parsed value, of the type that the class says."""
    Schema = dict[str, object]

PerAxis = tuple[int, ...]
"""One integer per axis, in input order ([depth,] height, width)."""

MAX_INTEGER = 9_999_999_999
"""Ten digits: larger than any map, and small enough that products stay cheap."""

MAX_AXES = 3
"""Networks have 1, 2 or 3 axes."""

REQUIRED = object()
"""The default of a parameter that must be given."""

EXPRESSION: Schema = {"$ref": "#/$defs/expression"}


class ParameterError(ValueError):
    """A value that does not fit; `path` leads to the part that is wrong, `axes` is true for a wrong number of axes."""

    parameter = ""
    """The parameter whose value it is, once that is known."""

    def __init__(self, message: str, path: tuple[int, ...] = (), *, axes: bool = False) -> None:
        super().__init__(message)
        self.path = path
        self.axes = axes


class Parameter(Value):
    """A layer's parameter as declared in its class: the kind of value, a sentence of documentation, the default."""

    kind: Kind
    doc: str
    default: object = REQUIRED
    example: object = None


class Kind(Value):
    """A kind of value: `parse` reads one (or raises `ParameterError`), `schema` describes it as JSON Schema."""

    def parse(self, value: object, axes: int | None) -> object:
        raise NotImplementedError

    def schema(self) -> Schema:
        raise NotImplementedError


def pending(value: object, axes: int | None) -> bool:
    """Whether `value` is an expression that is still to be evaluated."""
    return axes is None and type(value) is str and "$" in value


def shown(value: object) -> str:
    """A value as people write it in YAML, cut to a line."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        text = "[" + ", ".join(map(shown, value[:8])) + (", ...]" if len(value) > 8 else "]")
    elif isinstance(value, dict):
        text = "a mapping"
    else:
        text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def integral(value: object) -> object:
    """The integer that a float is, where it is one; anything else as it is."""
    return int(value) if type(value) is float and value.is_integer() else value


def integer(value: object, axes: int | None, minimum: int, path: tuple[int, ...] = ()) -> int:
    """An integer of at least `minimum`; an integral float counts as one."""
    value = integral(value)
    if type(value) is int:
        if minimum <= value <= MAX_INTEGER:
            return value
        if value > MAX_INTEGER:
            raise ParameterError(f"must be at most {MAX_INTEGER}, is {shown(value)}", path)
        raise ParameterError(f"must be at least {minimum}, is {value}", path)
    if pending(value, axes):
        return minimum
    raise ParameterError(f"must be an integer, is {shown(value)}", path)


def per_axis_list(value: Sequence[object], axes: int | None) -> None:
    """Checks that a list has one entry for each axis."""
    if axes is None:
        if not 1 <= len(value) <= MAX_AXES:
            raise ParameterError(f"must have one entry for each of 1 to {MAX_AXES} axes, has {len(value)}")
    elif len(value) != axes:
        entries = "entry" if len(value) == 1 else "entries"
        raise ParameterError(f"has {len(value)} {entries} for {axes} {'axis' if axes == 1 else 'axes'}", axes=True)


def per_axis_schema(one: Sequence[Mapping[str, object]]) -> Schema:
    """The JSON Schema of a value for all axes, or a list with one per axis; `one` are the forms of such a value."""
    return {"anyOf": [*one, {"type": "array", "items": {"anyOf": one}, "minItems": 1, "maxItems": MAX_AXES}]}


def _integers(minimum: int) -> list[Schema]:
    """The forms of an integer."""
    return [{"type": "integer", "minimum": minimum, "maximum": MAX_INTEGER}, EXPRESSION]


class Integer(Kind):
    """One integer."""

    minimum: int = 1

    def parse(self, value: object, axes: int | None) -> int:
        return integer(value, axes, self.minimum)

    def schema(self) -> Schema:
        return {"anyOf": _integers(self.minimum)}


class IntegerPerAxis(Kind):
    """An integer for all axes, or a list with one per axis."""

    minimum: int = 1

    def parse(self, value: object, axes: int | None) -> PerAxis:
        if type(value) is list:
            per_axis_list(value, axes)
            return tuple(integer(v, axes, self.minimum, (i,)) for i, v in enumerate(value))
        if type(value) in (int, float) or pending(value, axes):
            return (integer(value, axes, self.minimum),) * (axes or 1)
        raise ParameterError(f"must be an integer or a list of one per axis, is {shown(value)}")

    def schema(self) -> Schema:
        return per_axis_schema(_integers(self.minimum))


class Integers(Kind):
    """A list of integers."""

    minimum: int = 0

    def parse(self, value: object, axes: int | None) -> tuple[int, ...]:
        if type(value) is list and value:
            return tuple(integer(v, axes, self.minimum, (i,)) for i, v in enumerate(value))
        if pending(value, axes):
            return ()
        raise ParameterError(f"must be a list of integers, is {shown(value)}")

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "array", "items": {"anyOf": _integers(self.minimum)}, "minItems": 1}, EXPRESSION]}


MOST_PARTS = 1 << 14
"""The largest denominator of a fraction that a number with a fractional part is taken for."""
ROUNDED = 1 << 50
"""The part of a number by which it may be off after a sum or two, 1 + 2/3 as 1.6666666666666665."""


def ratio_of(value: float) -> tuple[int, int]:
    """What a number stands for: the fraction of a small denominator that it is written for, as 0.6666666666666666 is
    for 2/3, or else its decimals."""
    from fractions import Fraction

    exact = Fraction(value)
    small = exact.limit_denominator(MOST_PARTS)
    return (small if abs(small - exact) * ROUNDED <= exact else Fraction(repr(value))).as_integer_ratio()


class Scale(Kind):
    """A positive number for all axes, or a list with one per axis; read as exact fractions (numerator, denominator)."""

    def parse(self, value: object, axes: int | None) -> tuple[tuple[int, int], ...]:
        if type(value) is list:
            per_axis_list(value, axes)
            return tuple(self._one(v, axes, (i,)) for i, v in enumerate(value))
        return (self._one(value, axes, ()),) * (axes or 1)

    def _one(self, value: object, axes: int | None, path: tuple[int, ...]) -> tuple[int, int]:
        if pending(value, axes):
            return (1, 1)
        if type(value) is int and 0 < value <= MAX_INTEGER:
            return (value, 1)
        if type(value) is float and 0 < value <= MAX_INTEGER:
            return ratio_of(value)
        if type(value) in (int, float):
            raise ParameterError(f"must be above 0 and at most {MAX_INTEGER}, is {shown(value)}", path)
        raise ParameterError(f"must be a positive number, is {shown(value)}", path)

    def schema(self) -> Schema:
        return per_axis_schema([{"type": "number", "exclusiveMinimum": 0, "maximum": MAX_INTEGER}, EXPRESSION])


class Number(Kind):
    """A number between two bounds, both allowed."""

    minimum: float
    maximum: float

    def parse(self, value: object, axes: int | None) -> float:
        if type(value) in (int, float) and self.minimum <= value <= self.maximum:  # type: ignore[operator]
            return float(value)  # type: ignore[arg-type]
        if pending(value, axes):
            return self.minimum
        raise ParameterError(f"must be a number from {self.minimum} to {self.maximum}, is {shown(value)}")

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "number", "minimum": self.minimum, "maximum": self.maximum}, EXPRESSION]}


class Boolean(Kind):
    """true or false."""

    def parse(self, value: object, axes: int | None) -> bool:
        if type(value) is bool:
            return value
        if pending(value, axes):
            return False
        raise ParameterError(f"must be true or false, is {shown(value)}")

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "boolean"}, EXPRESSION]}


class Sweep(Kind):
    """true, false, or one of the sides before and after."""

    sides: tuple[str, ...] = ("before", "after")

    def parse(self, value: object, axes: int | None) -> bool | str:
        if type(value) is bool or (type(value) is str and value in self.sides):
            return value
        if pending(value, axes):
            return False
        raise ParameterError(f"must be true, false, {' or '.join(self.sides)}; is {shown(value)}")

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "boolean"}, {"enum": list(self.sides)}, EXPRESSION]}


class Choice(Kind):
    """One of some words."""

    words: tuple[str, ...]

    def parse(self, value: object, axes: int | None) -> str:
        if type(value) is str and (value in self.words or pending(value, axes)):
            return value
        raise ParameterError(f"must be one of {', '.join(self.words)}; is {shown(value)}")

    def schema(self) -> Schema:
        return {"anyOf": [{"enum": list(self.words)}, EXPRESSION]}


class Text(Kind):
    """Words for people."""

    def parse(self, value: object, axes: int | None) -> str:
        if type(value) is str and value:
            return value
        raise ParameterError(f"must be a text, is {shown(value)}")

    def schema(self) -> Schema:
        return {"type": "string", "minLength": 1}


class LayerName(Kind):
    """The name of a layer or scope."""

    def parse(self, value: object, axes: int | None) -> str:
        if type(value) is str and value:
            return value
        raise ParameterError(f"must be the name of a layer, is {shown(value)}")

    def schema(self) -> Schema:
        return {"type": "string", "minLength": 1}


class Padding(Value):
    """Samples added (cropped when negative) before and after each axis: stated, or made from the window by `word`."""

    sides: tuple[tuple[int, int], ...] = ()
    word: str = ""

    def resolve(self, axis: int, n: int, extent: int, stride: int) -> tuple[int, int]:
        """(before, after) along `axis` for `n` inputs and a window that reaches over `extent` samples."""
        if not self.word:
            return self.sides[axis]
        if self.word == "valid":
            return (0, 0)
        if self.word == "causal":
            return (extent - 1, 0)
        return same_padding(n, extent, stride, lower=self.word == "same_lower")

    @property
    def needs_size(self) -> bool:
        """Whether the padding depends on the input size when the stride is above 1."""
        return self.word in ("same", "same_lower")


class PaddingKind(Kind):
    """An integer, a list of one entry per axis (an integer or a [before, after] pair), or a word."""

    words: tuple[str, ...] = ("valid", "same", "same_lower", "causal")
    minimum: int = -MAX_INTEGER

    def parse(self, value: object, axes: int | None) -> Padding:
        if type(value) is str:
            if value in self.words:
                if value == "causal" and axes not in (None, 1):
                    raise ParameterError(f"'causal' is for 1-D layers, here are {axes} axes", axes=True)
                return Padding(word=value)
            if not pending(value, axes):
                words = f", or one of {', '.join(self.words)}" if self.words else ""
                raise ParameterError(
                    f"must be an integer, a list per axis, [before, after] pairs per axis{words}; is {shown(value)}"
                )
        if type(value) is list:
            per_axis_list(value, axes)
            return Padding(tuple(self._side(v, axes, (i,)) for i, v in enumerate(value)))
        one = integer(value, axes, self.minimum)
        return Padding(((one, one),) * (axes or 1))

    def _side(self, value: object, axes: int | None, path: tuple[int, ...]) -> tuple[int, int]:
        if type(value) is not list:
            one = integer(value, axes, self.minimum, path)
            return (one, one)
        if len(value) != 2:
            raise ParameterError(f"must be a pair [before, after], has {len(value)} entries", path)
        before, after = (integer(v, axes, self.minimum, (*path, i)) for i, v in enumerate(value))
        return (before, after)

    def schema(self) -> Schema:
        one = _integers(self.minimum)
        pair = {"type": "array", "items": {"anyOf": one}, "minItems": 2, "maxItems": 2}
        sides = {"type": "array", "items": {"anyOf": [*one, pair]}, "minItems": 1, "maxItems": MAX_AXES}
        return {"anyOf": [*one, *([{"enum": list(self.words)}] if self.words else []), sides]}


def is_number(kind: Kind) -> bool:
    """Whether a value of this kind is a number or a truth value, never a word."""
    return not isinstance(kind, Text | LayerName | Choice | PaddingKind | Sweep)


def parameter(kind: Kind, doc: str, default: object = REQUIRED, example: object = None) -> Declared:
    """Declares a parameter in a layer class; on instances the attribute holds the parsed value."""
    return Parameter(kind, doc, default, example)


def kernel(default: object = REQUIRED) -> Declared:
    return parameter(IntegerPerAxis(), "Kernel size k: an integer, or one per axis.", default, 3)


def stride(default: object = 1) -> Declared:
    return parameter(IntegerPerAxis(), "Stride s: an integer, or one per axis.", default, 2)


def dilation() -> Declared:
    return parameter(IntegerPerAxis(), "Dilation d: the distance between taps; an integer, or one per axis.", 1, 2)


def padding() -> Declared:
    return parameter(
        PaddingKind(),
        "An integer, a list per axis, [before, after] pairs per axis, or valid, same (the odd sample after), "
        "same_lower (before) or causal (1-D, all before). Negative values crop.",
        0,
        "same",
    )


def padding_mode() -> Declared:
    return parameter(
        Choice(("zeros", "reflect", "symmetric", "replicate", "circular")),
        "What the padding holds: zeros, or samples of the map: reflect mirrors it without its last sample, symmetric "
        "with it, replicate repeats that sample, circular goes on at the other side. The field is that of the "
        "unbounded map; what outputs at the borders really read follows the mode.",
        "zeros",
        "reflect",
    )


def filters() -> Declared:
    return parameter(Integer(), "Output channels; unknown when left out.", None, 64)


def bias(doc: str = "Whether a bias is added.") -> Declared:
    return parameter(Boolean(), doc, True, False)


def stated_params() -> Declared:
    return parameter(
        Integer(0), "Trainable parameters, where stated: 0 for a layer that shares those of another.", None, 0
    )


def stated_macs() -> Declared:
    return parameter(Integer(0), "Multiply-accumulates of the whole map, where stated.", None, 0)


def groups() -> Declared:
    return parameter(Integer(), "Groups of channels that are convolved separately.", 1, 32)
