"""What works out numbers that stand in a file: those of masks, kernels and tables of places."""

import math
import operator
from collections.abc import Sequence
from itertools import product
from random import Random

from rfcli.readers.torch.constants import entries, layout, parts  # noqa: F401
from rfcli.readers.torch.constants.operations import Function, Value, known
from rfcli.readers.torch.nodes import COPIES, by_name, operation_of
from rfcli.readers.torch.stored import Node
from rfcli.readers.tracing import arrays
from rfcli.readers.tracing.arguments import leaves
from rfcli.readers.tracing.arrays import Array, each
from rfcli.readers.tracing.core import UNFIT
from rfcli.readers.tracing.maps import Layout

MOST = 1 << 26
"""Entries that all operations of a program work out together."""
MOST_KEPT = 1 << 22
"""Entries that are kept to be asked for again."""
EACH = 64
"""Entries that an operation counts for, however few it makes."""
WORDS = frozenset(["indexing", "mode", "rounding_mode"])
"""Arguments that are words."""
UNREAD = frozenset(["dtype", "layout", "device", "pin_memory", "memory_format", "non_blocking", "requires_grad"])
"""Arguments that change no number; types are those that the program states of results."""
NOT_WORKED_OUT: tuple[type[Exception], ...] = (*UNFIT, AttributeError)
LARGEST = 1 << 63
CAST: dict[str, Function] = {
    "bool": bool, "int": lambda one: _bounded(int(one)), "byte": lambda one: int(one) & 255,
}  # fmt: skip
"""Sort of entries -> what makes an entry one of it."""
CASTING = COPIES | {
    "add", "arange", "clamp", "copy", "div", "fill", "full", "full_like", "masked_fill", "mul", "neg", "new_full",
    "rsub", "scalar_tensor", "square", "sub", "where",
}  # fmt: skip
"""Operations whose results may be of another type than what they take."""


class Library:
    """What works numbers out that stand in a file: no more than `MOST` entries."""

    inf = math.inf
    arange = staticmethod(arrays.arange)
    zeros = staticmethod(arrays.zeros)
    ones = staticmethod(arrays.ones)
    where = staticmethod(arrays.where)

    def __init__(self) -> None:
        self.left = MOST
        self.made: dict[tuple[object, ...], tuple[object, Value]] = {}
        """What was asked -> what it is about, and what was made: blocks of a network have the same masks."""
        self.kept = 0
        self.blank: dict[tuple[int, ...], Array] = {}

    def spend(self, count: int) -> None:
        """Counts entries. Raises `Layout`."""
        self.left -= count
        if self.left < 0:
            raise Layout("its masks are too large to be worked out of a file")

    def held(self, tensor: Array) -> Array:
        """A tensor of the program."""
        return tensor

    def called(self, node: Node, given: Sequence[Value], named: dict[str, Value]) -> Value:
        """What a node makes of numbers. Raises `Layout`."""
        if node.target is operator.getitem:
            return _part(given[0], given[1])
        name = operation_of(node)
        arguments = {key: one for key, one in by_name(node, given, named).items() if key not in UNREAD}
        function = known.get(name)
        if function is None or not arguments:
            raise Layout(f"a mask that is worked out by aten.{name}, which is not read of files")
        if any(isinstance(one, str) and key not in WORDS for key, one in arguments.items()):
            raise Layout("a mask that is worked out of words")
        sort = str(getattr(node.meta.get("val"), "dtype", ""))
        asked = (name, sort, *arguments, *map(_identity, leaves(list(arguments.values()))))
        if asked not in self.made:
            result = self._made(node, name, function, arguments)
            if self.kept < MOST_KEPT:
                self.made[asked] = arguments, result
            return result
        self.spend(EACH)
        return self.made[asked][1]

    def _made(self, node: Node, name: str, function: Function, arguments: dict[str, Value]) -> Value:
        """What an operation makes, of the type that is stated of it. Raises `Layout`."""
        first, *rest = arguments
        try:
            made = function(arguments[first], **{one: arguments[one] for one in rest})
        except NOT_WORKED_OUT:
            raise Layout("a mask whose numbers cannot be worked out") from None
        made = _as_stated(node, name, made)
        for one in made if isinstance(made, list) else [made]:
            if not isinstance(one, Array):
                raise Layout("a mask that is worked out of what is no tensor")
            self.kept += one.held
            self.spend(EACH + one.held)
        return made

    def drawn(self, node: Node, sign: int) -> Array:
        """Random numbers of one sign, of the shape of a parameter."""
        shape = tuple(n or 0 for n in node.meta["val"].shape)
        count = math.prod(shape)
        self.spend(count)
        random = Random(sign + 2).random
        return Array([sign * (random() + 0.5) for _ in range(count)], shape)

    def shaped(self, node: Node, shape: Sequence[int]) -> Array:
        """An array of which only the shape counts."""
        key = tuple(shape)
        return self.blank.setdefault(key, arrays.zeros(key))

    def is_bool(self, node: Node, value: Array) -> bool:
        """Whether what a node makes are truth values."""
        return bool(node.meta["val"].dtype == "bool")

    def taps(self, weight: Array) -> list[tuple[int, ...]]:
        """The taps of a weight that are not zero between all channels."""
        left = (weight != 0).any(1).any(0)
        places = product(*map(range, left.shape))
        return [place for place, one in zip(places, left.flat(), strict=True) if one]


def _part(values: Value, at: Value) -> Value:
    """An entry of what an operation makes. Raises `Layout`."""
    try:
        return values[at]
    except NOT_WORKED_OUT:
        raise Layout("a mask whose numbers cannot be worked out") from None


def _identity(value: Value) -> object:
    """What tells a value from others: arrays by what they are, which is kept, and not by their entries."""
    return (Array, id(value)) if isinstance(value, Array) else (type(value), value)


def _bounded(number: int) -> int:
    """An integer that torch has. Raises `OverflowError`."""
    if abs(number) > LARGEST:
        raise OverflowError
    return number


def _as_stated(node: Node, name: str, made: Value) -> Value:
    """A result whose entries are of the type that the program states of it."""
    sort = getattr(node.meta.get("val"), "dtype", "")
    if name not in CASTING or not isinstance(made, Array):
        return made
    try:
        if sort in CAST:
            return each(CAST[sort], made)
        # A sum of numbers with a fraction is one, and with an integer that grows beyond all bounds there is none.
        return made if type(sum(made.sample)) is float else each(float, made)
    except UNFIT:
        raise Layout("a mask whose numbers cannot be worked out") from None
