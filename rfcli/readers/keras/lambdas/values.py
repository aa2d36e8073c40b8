"""Values of expressions while their layers are drawn up."""

from __future__ import annotations

from math import prod

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.keras.calls import Argument, Constant
from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.maps import Layout, Map, Size
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN = float("nan")
"""A number that is not known."""
MAX_ROW = 1000
"""Entries of a list that is put together."""


class Entries(Value):
    """Made of each entry of a map by itself, and not a layer yet: `word` is what one function does, among those of the
    reader, `name` what it is called."""

    base: Map
    word: str
    name: str


class Filled(Value):
    """A tensor of a shape, whatever it holds: zeros, or numbers drawn at random. None is the batch."""

    shape: tuple[Argument, ...]

    def along(self, x: Map) -> list[Size]:
        """Its sizes beside a map, which it must not repeat. Raises `Layout`."""
        rank = len(x.dims) - len(self.shape)
        if rank < 0:
            raise Layout("a constant of unknown shape")
        own = x.shape[rank:]
        for at, (size, have) in enumerate(zip(self.shape, own, strict=True)):
            if (size is None and at + rank > 0) or (type(size) is not int and size is not None and have in (1, None)):
                raise Layout("a constant of unknown shape")
        return [size if type(size) is int else 1 for size in self.shape]


def is_map(value: Argument) -> bool:
    return isinstance(value, Map | Joined | Entries)


def holds_map(value: Argument) -> bool:
    """Whether a value, or a list of values, depends on an input."""
    return any(map(holds_map, value)) if isinstance(value, list) else is_map(value)


def is_number(value: Argument) -> bool:
    """Whether it is one number; None is that of the images in a batch, and NaN another one that is not known."""
    return value is None or isinstance(value, int | float)


def folded(name: str, values: list[Argument]) -> Argument:
    """An operator on what does not depend on an input. Raises `Layout`."""
    tensors = [one for one in values if isinstance(one, Filled)]
    if tensors and len(tensors) + sum(map(is_number, values)) == len(values) and len(set(tensors)) == 1:
        return tensors[0]
    if any(isinstance(one, Constant) for one in values):
        return _of_arrays(values)
    if len(values) == 2 and all(isinstance(one, list) for one in values) and name == "add":
        return _short([*values[0], *values[1]])
    if len(values) == 2 and name == "multiply" and isinstance(values[0], list) and type(values[1]) is int:
        if not 0 <= values[1] <= MAX_ROW:
            raise Layout("its code makes a long list")
        return _short(values[0] * min(values[1], MAX_ROW // max(len(values[0]), 1) + 1))
    if not all(map(is_number, values)):
        raise Layout("its code works with what is no number")
    if None in values:
        return UNKNOWN
    try:
        made = FOLDS[name](*values)
    except (KeyError, ArithmeticError, ValueError, TypeError) as error:
        raise Layout("its code works with numbers in a way that is not followed") from error
    if isinstance(made, complex) or abs(made) > MAX_INTEGER:
        raise Layout("its code works with numbers that are too large")
    return made


def _of_arrays(values: list[Argument]) -> Constant:
    """Arrays and numbers, entry by entry: of the result the shape is known."""
    arrays = [one for one in values if isinstance(one, Constant)]
    shapes = {repr(_shape(one.value)) for one in arrays}
    if len(shapes) > 1 or not all(isinstance(one, Constant) or is_number(one) for one in values):
        raise Layout("its code works with arrays in a way that is not followed")
    return arrays[0]


def _shape(value: Argument) -> list[int]:
    sizes = []
    while isinstance(value, list):
        sizes.append(len(value))
        value = value[0] if value else None
    return sizes


def _short(made: list[Argument]) -> list[Argument]:
    if len(made) > MAX_ROW:
        raise Layout("its code makes a long list")
    return made


def _power(a: Argument, b: Argument) -> Argument:
    if abs(b) > MAX_POWER or (abs(a) > 1 and abs(b) * len(f"{abs(a):.0f}") > MAX_POWER):
        raise ValueError("too large a power")
    return a**b


MAX_POWER = 100


def _divided(a: Argument, b: Argument) -> Argument:
    """Python 2's division."""
    return a // b if type(a) is int and type(b) is int else a / b


FOLDS: dict[str, Callable[..., Argument]] = {
    "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b,
    "truediv": lambda a, b: a / b, "div": _divided, "floordiv": lambda a, b: a // b, "mod": lambda a, b: a % b,
    "pow": _power, "negative": lambda a: -a, "positive": lambda a: a, "not": lambda a: not a,
    "less": lambda a, b: a < b, "less_equal": lambda a, b: a <= b, "equal": lambda a, b: a == b,
    "not_equal": lambda a, b: a != b, "greater": lambda a, b: a > b, "greater_equal": lambda a, b: a >= b,
}  # fmt: skip


def _root(value: Argument) -> Argument:
    from math import sqrt

    return sqrt(value)


def _product(value: Argument) -> Argument:
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        raise ValueError("no numbers")
    return prod(value)


NUMBERS: dict[str, Callable[[Argument], Argument]] = {
    "int": int, "float": float,
    "abs": abs, "np.abs": abs, "np.sqrt": _root, "np.prod": _product, "len": len,
    "np.float32": float, "np.float64": float, "np.int32": int, "np.int64": int,
}  # fmt: skip
"""Functions of numbers alone."""
