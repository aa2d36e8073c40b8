"""Tensors that do not depend on the inputs: weights, of which only shapes are known, and small numbers, with which
sizes are worked out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, product
from math import prod

from rfcli.readers.tensorflow.calls import Extent
from rfcli.readers.tensorflow.graph import Attribute, Shape
from rfcli.readers.tracing.maps import Constant
from rfcli.readers.tracing.strides import steps_of
from rfcli.tables import Table
from rfcli.words.tensorflow import POINTWISE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SMALL = 4096
"""Numbers of a tensor that are reckoned with."""
MOST_RANK = 8
LARGEST = 1 << 63
IN_ALL = 1_000_000
"""Numbers of all tensors of a model that are reckoned with."""
Array = tuple[tuple[int, ...], list["Any"]]
"""A shape, and numbers in row-major order."""
KEPT = frozenset(
    ["Identity", "Cast", "Snapshot", "StopGradient", "ReadVariableOp", "Bitcast", "PlaceholderWithDefault"]
)
"""Operations that leave numbers as they are."""

FOLDED: Table[Callable[..., Array]] = Table("operation on constants")
"""Operation -> what it makes of arrays and attributes. Raises `ValueError` and its like where they do not fit."""
folding = FOLDED


class Folder:
    """Works out what operations make of constants: few numbers at a time, and so many in all."""

    def __init__(self) -> None:
        self.left = IN_ALL

    def made(
        self, name: str, inputs: Sequence[Constant], attributes: Mapping[str, Attribute], known: Shape
    ) -> Constant:
        """What an operation makes of constants: its numbers where they can be worked out, else its shape, which the
        file may state."""
        weights = tuple(dict.fromkeys(weight for one in inputs for weight in one.weights))
        if name in KEPT and inputs:
            return inputs[0].replaced(weights=weights)
        if name == "Shape" and inputs and not inputs[0].vague:
            return Constant((len(inputs[0].shape),), list(inputs[0].shape), ())
        made = self._numbers(name, inputs, attributes)
        if made is not None:
            return Constant(made[0], made[1], weights)
        shape = _shaped(name, inputs, attributes)
        if shape is None and known is not None and None not in known:
            shape = tuple(n or 0 for n in known)
        return Constant(shape or (), None, weights, vague=shape is None)

    def _numbers(self, name: str, inputs: Sequence[Constant], attributes: Mapping[str, Attribute]) -> Array | None:
        if name not in FOLDED or any(one.values is None or len(one.values) != prod(one.shape) for one in inputs):
            return None
        self.left -= 20 + sum(len(one.values or ()) for one in inputs)
        if self.left < 0:
            return None
        try:
            made = FOLDED[name]([(one.shape, one.values or []) for one in inputs], attributes)
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError):  # they do not fit one another
            return None
        self.left -= len(made[1])
        kinds = {*map(type, made[1])}
        whole = made[1] if kinds == {int} else [one for one in made[1] if type(one) is int] if int in kinds else []
        return made if not whole or -LARGEST < min(whole) <= max(whole) < LARGEST else None


def _shaped(
    name: str, inputs: Sequence[Constant], attributes: Mapping[str, Attribute]
) -> tuple[int, ...] | None:  # fmt: skip
    """The shape of what an operation makes of constants, where that is plain."""
    if not inputs or any(one.vague for one in inputs):
        return None
    first = inputs[0]
    if name in POINTWISE:
        return first.shape
    if name == "Squeeze":
        named = attributes.get("squeeze_dims")
        rank = len(first.shape)
        gone = {one % rank for one in named if type(one) is int} if isinstance(named, list) and rank else set()
        return tuple(n for at, n in enumerate(first.shape) if (at not in gone if gone else n != 1))
    if name == "Split" and len(inputs) > 1:
        return _part(inputs[1].shape, first.values or [], attributes.get("num_split"))
    if name in ("Reshape", "Transpose", "ExpandDims") and first.values is None:
        numbers = inputs[1].values if len(inputs) > 1 else None
        if numbers is None or not all(type(one) is int for one in numbers):
            return None
        if name == "Transpose" and sorted(numbers) == list(range(len(first.shape))):
            return tuple(first.shape[at] for at in numbers)
        if name == "Reshape":
            return _resolved(prod(first.shape), numbers)
        if name == "ExpandDims" and len(numbers) == 1:
            at = numbers[0] % (len(first.shape) + 1)
            return (*first.shape[:at], 1, *first.shape[at:])
        return None
    if name in FOLDED and name in _ENTRYWISE:
        return _broadcast([one.shape for one in inputs])
    return None


def _part(shape: tuple[int, ...], axis: Sequence[Any], count: object) -> tuple[int, ...] | None:
    """The shape of each of so many equal parts along an axis."""
    if len(axis) != 1 or type(axis[0]) is not int or not -len(shape) <= axis[0] < len(shape):
        return None
    at = axis[0] % len(shape)
    if type(count) is not int or count < 1 or shape[at] % count:
        return None
    return (*shape[:at], shape[at] // count, *shape[at + 1 :])


def _resolved(total: int, wanted: Sequence[int]) -> tuple[int, ...] | None:
    """A shape whose -1 is what is left."""
    known = prod(n for n in wanted if n != -1)
    made = tuple(n if n != -1 else total // max(known, 1) for n in wanted)
    return made if prod(made) == total else None


def _broadcast(shapes: Sequence[Sequence[int]]) -> tuple[int, ...] | None:
    rank = max((len(shape) for shape in shapes), default=0)
    rows = zip(*((1,) * (rank - len(shape)) + tuple(shape) for shape in shapes), strict=True)
    made = []
    for row in rows:
        wide = {*row} - {1}
        if len(wide) > 1:
            return None
        made.append(wide.pop() if wide else 1)
    return tuple(made)


# What operations make of arrays


def _few(shape: Sequence[int]) -> tuple[int, ...]:
    """A shape of not too many entries. Raises `ValueError`."""
    if len(shape) > MOST_RANK or any(n < 0 for n in shape) or prod(shape) > SMALL:
        raise ValueError("too many numbers")
    return tuple(shape)


def _picked(array: Array, rows: Sequence[Sequence[int]]) -> Array:
    """The entries at places along each dimension."""
    shape, numbers = array
    made = _few([len(row) for row in rows])
    places = [[at * step for at in row] for row, step in zip(rows, steps_of(shape), strict=True)]
    return made, [numbers[sum(place)] for place in product(*places)]


def _each(apply: Callable[..., Any], arrays: Sequence[Array]) -> Array:
    """An operation on numbers, one by one; of a size that is not known, what it makes is not known."""
    shape = _broadcast([one for one, _ in arrays])
    if shape is None:
        raise ValueError("shapes do not fit")
    columns = [_over(_few(shape), own, values) for own, values in arrays]
    sorts = {*map(type, chain.from_iterable([values for _, values in arrays]))}
    if columns and sorts <= PLAIN:
        return shape, list(map(apply, *columns))
    return shape, [None if _unknown(row) else apply(*row) for row in zip(*columns, strict=True)]


PLAIN = frozenset((int, float, bool))
"""Types of numbers that are known."""


def _over(shape: tuple[int, ...], own: tuple[int, ...], values: list[Any]) -> list[Any]:
    """Numbers of a smaller shape, as often as a larger one has them."""
    if len(values) in (1, prod(shape)):
        return values if len(values) == prod(shape) else values * prod(shape)
    wide = (1,) * (len(shape) - len(own)) + own
    return _picked((wide, values), [range(n) if have == n else [0] * n for n, have in zip(shape, wide, strict=True)])[1]


def _unknown(row: Sequence[Any]) -> bool:
    return any(one is None or isinstance(one, Extent) for one in row)


def _divided(a: Any, b: Any) -> Any:
    """Integers are divided towards 0."""
    if type(a) is int and type(b) is int:
        return abs(a) // abs(b) * (1 if (a < 0) is (b < 0) else -1)
    return a / b


_ENTRYWISE: dict[str, Callable[..., Any]] = {
    "Add": operator.add, "AddV2": operator.add, "Sub": operator.sub, "Mul": operator.mul, "Div": _divided,
    "RealDiv": operator.truediv, "FloorDiv": operator.floordiv, "FloorMod": operator.mod, "Maximum": max,
    "Minimum": min,
    "Neg": operator.neg, "Abs": abs, "Equal": operator.eq, "NotEqual": operator.ne, "Less": operator.lt,
    "LessEqual": operator.le, "Greater": operator.gt, "GreaterEqual": operator.ge, "Floor": lambda a: float(a // 1),
    "Ceil": lambda a: float(-(-a // 1)), "LogicalAnd": lambda a, b: bool(a and b),
    "LogicalOr": lambda a, b: bool(a or b), "LogicalNot": operator.not_, "SelectV2": lambda c, a, b: a if c else b,
    "Select": lambda c, a, b: a if c else b,
}  # fmt: skip


def _entrywise(apply: Callable[..., Any]) -> Callable[..., Array]:
    return lambda arrays, attributes: _each(apply, arrays)


for _name, _apply in _ENTRYWISE.items():
    folding(_name)(_entrywise(_apply))


def _scalar(array: Array) -> int:
    if len(array[1]) != 1 or type(array[1][0]) is not int:
        raise ValueError("no integer")
    return array[1][0]


def _at(number: int, rank: int) -> int:
    if not -rank <= number < rank:
        raise ValueError("no dimension")
    return number % rank


@folding("Reshape")
def _reshaped(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    (_, numbers), wanted = arrays[0], arrays[1][1] if len(arrays) > 1 else attributes["new_shape"]
    shape = _resolved(len(numbers), wanted)
    if shape is None:
        raise ValueError("sizes do not fit")
    return shape, numbers


@folding("Squeeze")
def _squeezed(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    shape, numbers = arrays[0]
    gone = [_at(one, len(shape)) for one in attributes.get("squeeze_dims") or ()]
    return tuple(n for at, n in enumerate(shape) if (at not in gone if gone else n != 1)), numbers


@folding("ExpandDims")
def _expanded(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    shape, numbers = arrays[0]
    at = _at(_scalar(arrays[1]), len(shape) + 1)
    return (*shape[:at], 1, *shape[at:]), numbers


@folding("Pack")
def _packed(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    at = _at(attributes.get("axis", 0), len(arrays[0][0]) + 1)
    wide = [((*shape[:at], 1, *shape[at:]), numbers) for shape, numbers in arrays]
    return _joined(wide, at)


@folding("Concatenation")
def _concatenated(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    return _joined(arrays, _at(attributes["axis"], len(arrays[0][0])))


@folding("ConcatV2")
def _concatenated_2(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    return _joined(arrays[:-1], _at(_scalar(arrays[-1]), len(arrays[0][0])))


def _joined(arrays: Sequence[Array], at: int) -> Array:
    first = arrays[0][0]
    if any((*one[:at], *one[at + 1 :]) != (*first[:at], *first[at + 1 :]) for one, _ in arrays):
        raise ValueError("shapes do not fit")
    outer = prod(first[:at])
    blocks = [(len(numbers) // max(outer, 1), numbers) for _, numbers in arrays]
    made = [one for row in range(outer) for size, numbers in blocks for one in numbers[row * size : (row + 1) * size]]
    return _few((*first[:at], sum(one[at] for one, _ in arrays), *first[at + 1 :])), made


@folding("Transpose")
def _transposed(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    (shape, numbers), (_, order) = arrays
    if sorted(order) != list(range(len(shape))):
        raise ValueError("no order")
    steps = steps_of(shape)
    places = product(*([place * steps[at] for place in range(shape[at])] for at in order))
    return tuple(shape[at] for at in order), [numbers[sum(place)] for place in places]


@folding("StridedSlice")
def _sliced(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    from rfcli.readers.tensorflow.parts import cuts_of

    (shape, numbers), begins, ends, steps = arrays
    rows, made = list[Sequence[int]](), list[int]()
    cuts = cuts_of(len(shape), begins[1], ends[1], steps[1], attributes)
    for cut in cuts:
        if cut.new:
            made.append(1)
            continue
        n = shape[len(rows)]
        row = [cut.one % n] if cut.one is not None and -n <= cut.one < n else [*range(n)[cut.slice]]
        rows.append(row)
        if cut.one is None:
            made.append(len(row))
    return _few(made), _picked((shape, numbers), rows)[1]


@folding("Slice")
def _cut(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    (shape, numbers), (_, begins), (_, sizes) = arrays
    rows = [range(n)[begin : n if size == -1 else begin + size]
            for n, begin, size in zip(shape, begins, sizes, strict=True)]  # fmt: skip
    return _picked((shape, numbers), rows)


@folding("Gather", "GatherV2")
def _gathered(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    (shape, numbers), (many, indices) = arrays[:2]
    at = _at(_scalar(arrays[2]) if len(arrays) > 2 else attributes.get("axis", 0), len(shape))
    rows: list[Sequence[int]] = [range(n) for n in shape]
    rows[at] = [_at(one, shape[at]) for one in indices]
    made = _picked((shape, numbers), rows)
    return _few((*shape[:at], *many, *shape[at + 1 :])), made[1]


@folding("Where")
def _places(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    """The places of entries that are not 0, one in a row."""
    ((shape, numbers),) = arrays
    if _unknown(numbers):
        raise ValueError("unknown numbers")
    found = [place for place, number in zip(product(*map(range, shape)), numbers, strict=True) if number]
    return (len(found), len(shape)), [at for place in found for at in place]


@folding("SparseToDense")
def _filled_in(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    """Numbers at places of a row, and another one at all others."""
    (_, places), (_, shape), (_, numbers), (_, (other,)) = arrays
    if len(shape) != 1 or len(numbers) not in (1, len(places)):
        raise ValueError("no row")
    made = [other] * prod(_few(shape))
    for place, number in zip(places, numbers * len(places) if len(numbers) == 1 else numbers, strict=True):
        made[_at(place, len(made))] = number
    return tuple(shape), made


@folding("Range")
def _range(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    row = range(*(_scalar(one) for one in arrays))
    return _few([len(row)]), list(row)


@folding("Fill")
def _filled(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    (_, shape), (_, numbers) = arrays
    return _few(shape), numbers[:1] * prod(shape)


@folding("BroadcastTo")
def _spread(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    shape = _few(arrays[1][1])
    return _each(lambda one, _: one, [arrays[0], (shape, [0] * prod(shape))])


@folding("BroadcastArgs")
def _common(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    shape = _broadcast([numbers for _, numbers in arrays])
    return (len(shape or ()),), list(shape or ())


@folding("Rank")
def _rank(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    return (), [len(arrays[0][0])]


@folding("Size")
def _size(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    return (), [len(arrays[0][1])]


def _reduction(apply: Callable[[Any], Any]) -> Callable[..., Array]:
    def fold(arrays: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
        (shape, numbers), (_, axes) = arrays
        gone = {_at(one, len(shape)) for one in axes}
        if len(gone) < len(shape):
            raise ValueError("some dimensions are reduced")
        shape = (1,) * len(shape) if attributes.get("keep_dims") else ()
        return shape, [None if _unknown(numbers) else apply(numbers)]

    return fold


_REDUCTIONS: dict[str, Callable[..., Any]] = {"Prod": prod, "Sum": sum, "Max": max, "Min": min}
for _name, _apply in _REDUCTIONS.items():
    folding(_name)(_reduction(_apply))
