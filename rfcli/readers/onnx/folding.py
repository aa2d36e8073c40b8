"""Operations that sizes are worked out with: what they make of arrays of numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import chain
from math import ceil, prod, sqrt
from typing import Any

from rfcli.readers.onnx import kernels
from rfcli.readers.onnx.calls import MEASURED, SMALL, Call, given, signature
from rfcli.readers.onnx.constants import MOST_DIMENSIONS, Extent, constant_of, sparse_constant
from rfcli.readers.onnx.products import PRODUCTS, product_shape
from rfcli.readers.onnx.singles import single, singles
from rfcli.readers.tracing.arrays import Array, columns, each, filled, where
from rfcli.readers.tracing.maps import Constant, Layout
from rfcli.readers.tracing.strides import broadcast, strides_of
from rfcli.tables import Table
from rfcli.words.onnx import POINTWISE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    T = TypeVar("T")

IN_ALL = 2_000_000
"""Numbers of all tensors of a model that are worked out, or reckoned with."""
NODE = 20
"""What an operation on numbers takes beside them, in numbers."""
LARGEST = 1 << 63
MOST_POWER = 64
ALIKE = frozenset([*POINTWISE, "Clip"])
"""Operations whose result has the shape of their first input."""
TAPS_KEPT = frozenset(["Cast", "Div", "Identity", "Neg"])
"""Operations whose result is zero where their first input is."""
QUANTISED = frozenset(one + name for one in ("", "com.microsoft.") for name in ("QuantizeLinear", "DequantizeLinear"))
"""Operations of a tensor, a scale and a zero point: only the first holds weights."""
KINDS: dict[int, type] = {1: float, 10: float, 11: float, 16: float, 9: bool}
"""Type of a tensor -> that of its numbers here; of all others they are integers."""

PLACES = 2
"""An entry at a place that is named takes as long as so many others, as a power of 2."""
MOST_TOLD = 1 << 40
"""Entries of an array of which only the shape is asked for."""
NUMBERS = {int, float, bool}
ANY = 1 << 31
"""Inputs of an operation that takes any number of them."""
LAID = frozenset(["Expand", "Identity", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"])
"""Operations that lay the entries of their first input out anew, as the others say."""

FOLDED: Table[Callable[..., Array]] = Table("operation on constants")
folding = FOLDED


class Folder:
    """Works out what operations make of constants: few numbers at a time, and so many in all."""

    def __init__(self) -> None:
        self.left = IN_ALL

    def made(self, call: Call, inferred: Callable[[], Sequence[int | None] | None]) -> Constant | None:
        """What an operation makes of constants; its numbers where they can be worked out, else its shape, which onnx
        may have `inferred`."""
        known = [one for one in call.inputs if isinstance(one, Constant)]
        for one in known:
            if one is MEASURED:
                return MEASURED
        known = known[:1] if call.operation in QUANTISED else known
        weights = tuple(dict.fromkeys(chain.from_iterable([one.weights for one in known])))
        try:
            call.check()
        except Layout:
            return Constant((), None, weights, vague=True)
        if call.operation == "Constant":
            return _constant(call.attributes)
        if call.operation in ("Shape", "Size") and known and known[0].vague:
            return Constant((), None, ())
        if call.operation == "Shape" and known:
            return shape_as_numbers(known[0].shape, call.attributes)
        if call.operation == "Size" and known:
            return Constant((), [prod(known[0].shape)], ())
        numbers = self._numbers(call)
        if numbers is not None:
            return _as_kernel(call, known, Constant(tuple(numbers[0]), numbers[1], weights))
        own = known[0].shape if known else ()
        shape: Sequence[int | None] | None = own if call.operation in ALIKE else _shape_made(call)
        shape = inferred() if shape is None else shape
        sizes = own if shape is None or None in shape else tuple(int(n) for n in shape if n is not None)
        vague = shape is None or None in shape or any(one.vague for one in known)
        return _as_kernel(call, known, Constant(sizes, None, weights, vague=vague))

    def _numbers(self, call: Call) -> tuple[tuple[int, ...], list[Any]] | None:
        """The shape and the numbers of what an operation makes of others; None where it is not known how, or they are
        too many or too large."""
        if call.operation not in FOLDED:
            return None
        taken = NODE
        for one in call.inputs:
            if isinstance(one, Constant):
                if one.values is None:
                    return None
                taken += len(one.values)
        self.left -= taken
        if self.left < 0:
            return None
        try:
            arrays = [array_of(one) if isinstance(one, Constant) else None for one in call.inputs]
            made = made_by(call.operation, call.attributes, arrays, SMALL)
        except Layout:
            return None
        size = made.size
        self.left -= size
        if size > SMALL:
            return None
        listed = made.flat()
        kinds = {*map(type, listed)}
        integers = listed if kinds == {int} else [one for one in listed if type(one) is int] if int in kinds else []
        fit = not integers or -LARGEST <= min(integers) <= max(integers) < LARGEST
        return (made.shape, listed) if fit else None


def _as_kernel(call: Call, known: Sequence[Constant], made: Constant) -> Constant:
    """What an operation makes of constants, with what it leaves of a kernel."""
    if call.operation == "Mul" and len(known) == 2:
        return kernels.masked(known, made)
    if call.operation == "Trilu" and known:
        return made.replaced(kept=kernels.triangle(known, made.shape, call.attributes.get("upper", 1)))
    alike = call.operation in TAPS_KEPT and known and known[0].shape == made.shape
    return made.replaced(kept=known[0].kept) if alike else made


def shape_as_numbers(shape: Sequence[Any], attributes: Mapping[str, Any]) -> Constant:
    """What `Shape` makes of a tensor of these sizes."""
    start, end = (attributes.get(name) for name in ("start", "end"))
    return given(list(shape)[start if type(start) is int else 0 : end if type(end) is int else None])


def _constant(attributes: Mapping[str, Any]) -> Constant | None:
    if attributes.get("value") is not None:
        return constant_of(attributes["value"])
    if attributes.get("sparse_value") is not None:
        return sparse_constant(attributes["sparse_value"])
    value = next((value for name, value in attributes.items() if name.startswith("value_")), None)
    return Constant((), None, ()) if value is None else given(value)


def _fitting(make: Callable[P, T]) -> Callable[P, T]:
    """The same function; whatever it raises is a `Layout`: numbers do not fit one another, or are not known."""

    @wraps(make)
    def made(*args: P.args, **named: P.kwargs) -> T:
        try:
            return make(*args, **named)
        except Exception as error:  # Python has a kind of its own for each way
            raise Layout("its numbers do not fit one another") from error

    return made


@_fitting
def made_by(operation: str, attributes: Mapping[str, Any], arrays: Sequence[Array | None], most: int) -> Array:
    """What an operation makes of arrays, inputs or the attributes that they were in older opsets: no more than so many
    entries. Raises `Layout`."""
    function = FOLDED[operation]
    inputs, options = signature(function)
    given: list[Any] = list(arrays)
    if inputs is not None:
        given += [None] * len(inputs)
        given = [attributes.get(name, given[at]) for at, name in enumerate(inputs)]
    named = {name: attributes[name] for name in options if name in attributes}
    made: Array = function(*given, **named, **({"most": most} if "most" in options else {}))
    return made


def _shape_made(call: Call) -> tuple[int, ...] | None:
    """The shape of what an operation makes, whatever the entries are that it only lays out or works on; None where
    that is not known. An array of one entry that stands everywhere tells it."""
    told = TOLD_BY.get(call.operation)
    if call.operation in PRODUCTS:
        known = [one for one in call.inputs if isinstance(one, Constant) and not one.vague]
        return product_shape(call.operation, call.attributes, [one.shape for one in known])
    if told is None:
        return None
    try:
        arrays = [
            None if not isinstance(one, Constant) or one.vague
            else array_of(one) if at >= told else filled(one.shape, None)
            for at, one in enumerate(call.inputs)
        ]  # fmt: skip
        if any(made is None and one is not None for made, one in zip(arrays, call.inputs, strict=True)):
            return None
        return made_by(call.operation, call.attributes, arrays, MOST_TOLD).shape
    except Layout:
        return None


def array_of(one: Constant) -> Array:
    """The numbers of a constant. Raises `Layout` where they are not known."""
    if one.values is None or len(one.values) != prod(one.shape):
        raise Layout("its numbers are too few, or too many")
    return Array(one.values, one.shape)


def _is_unknown(array: Array) -> bool:
    """Whether an array stands for any of its shape."""
    return array.held == 1 and array.data[array.start] is None


def _numbers(array: Array | list[Any]) -> list[int]:
    """An array's numbers, or those of a list."""
    return [int(one) for one in (array if isinstance(array, list) else array.flat())]


def _few(shape: Sequence[int], most: int) -> Sequence[int]:
    """A shape of not too many entries. Raises `ValueError`."""
    if prod(shape) > most or len(shape) > MOST_DIMENSIONS or min(shape, default=0) < 0:
        raise ValueError("too many numbers")
    return shape


def _each(apply: Callable[..., Any]) -> Callable[..., Array]:
    """An operation on numbers, one by one; those with a fraction are of single precision, as models have them. What it
    makes of a size that is not known is not known."""

    def one_by_one(*numbers: Any) -> Any:
        if None in numbers:
            return None
        try:
            made = apply(*numbers)
        except TypeError:
            if not any(isinstance(one, Extent) for one in numbers):
                raise
            return None
        return single(made) if type(made) is float else made

    def fold(*arrays: Array, most: int = SMALL) -> Array:
        _few(broadcast(one.shape for one in arrays), most)
        return each(one_by_one, *arrays)

    return fold


def _divided(a: Any, b: Any) -> Any:
    """Integers are divided towards 0."""
    if type(a) is int and type(b) is int:
        return abs(a) // abs(b) * (1 if (a < 0) is (b < 0) else -1)
    return a / b


def _power(a: Any, b: Any) -> Any:
    if abs(b) > MOST_POWER:
        raise ValueError("too large a number")
    return a**b


def _equal(a: Any, b: Any) -> bool:
    """Whether two numbers are the same; sizes that are not known are at least 1."""
    least = min((one for one in (a, b) if not isinstance(one, Extent)), default=1)
    if least >= 1 and a != b and (isinstance(a, Extent) or isinstance(b, Extent)):
        raise ValueError("a size that is not known")
    return bool(a == b)


_ENTRYWISE: dict[str, Callable[..., Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": _divided,
    "Mod": operator.mod,
    "Pow": _power,
    "Min": lambda *each: min(each),
    "Max": lambda *each: max(each),
    "Neg": operator.neg,
    "Abs": abs,
    "Sign": lambda a: (a > 0) - (a < 0),
    "Sqrt": sqrt,
    "Reciprocal": lambda a: 1 / a,
    "Floor": lambda a: float(a // 1),
    "Ceil": lambda a: float(-(-a // 1)),
    "Round": lambda a: float(round(a)),
    "Equal": _equal,
    "Greater": operator.gt,
    "GreaterOrEqual": operator.ge,
    "Less": operator.lt,
    "LessOrEqual": operator.le,
    "And": lambda a, b: bool(a and b),
    "Or": lambda a, b: bool(a or b),
    "Not": operator.not_,
    "Where": lambda c, a, b: a if c else b,
}
_PLAINLY: dict[str, Callable[..., Any]] = {"Equal": operator.eq}
"""The same of plain numbers."""
_ROUNDING = frozenset(["Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Reciprocal", "Mod"])
"""Operations whose results may have more digits than what they take."""
for _name, _apply in _ENTRYWISE.items():
    folding(_name)(_each(_apply))
TOLD_BY = {**dict.fromkeys(LAID, 1), **dict.fromkeys([*_ENTRYWISE, "Cast", "Concat", "Gather", "ScatterND"], ANY),
           "ConstantOfShape": 0}  # fmt: skip
"""Operation -> the first of the inputs of which the numbers tell the shape of what it makes."""


@_fitting
def made_plainly(operation: str, arrays: Sequence[Array | None], most: int) -> Array | None:
    """What an operation on entries makes of arrays of plain numbers; None for other operations. Raises `Layout`."""
    apply = _PLAINLY.get(operation) or _ENTRYWISE.get(operation)
    given = [one for one in arrays if one is not None]
    if apply is None or len(given) < len(arrays):
        return None
    _few(broadcast(one.shape for one in given), most)
    if operation == "Where" and len(given) == 3:
        return where(*given)
    if operation in _ROUNDING:
        return columns(lambda *of: singles([*map(apply, *of)]), *given)
    return each(apply, *given)


@folding("Identity")
def _same(x: Array) -> Array:
    return x


@folding("Transpose")
def _turned(x: Array, *, perm: Any = None) -> Array:
    order = list(range(len(x.shape)))
    if perm is not None and sorted(perm) != order:
        raise ValueError(perm)
    return x.permute(order[::-1] if perm is None else perm)


def _axes(numbers: Array | list[Any], rank: int) -> list[int]:
    """Axes among so many, each once. Raises `IndexError` and `ValueError`."""
    found = [range(rank)[one] for one in _numbers(numbers)]
    if len({*found}) < len(found):
        raise ValueError(found)
    return found


@folding("Squeeze")
def _squeezed(x: Array, axes: Any = None) -> Array:
    gone = [at for at, n in enumerate(x.shape) if n == 1] if axes is None else _axes(axes, len(x.shape))
    if any(x.shape[at] != 1 for at in gone):
        raise ValueError(gone)
    return x.reshape([n for at, n in enumerate(x.shape) if at not in gone])


@folding("Unsqueeze")
def _unsqueezed(x: Array, axes: Any) -> Array:
    numbers = _numbers(axes)
    rank = len(x.shape) + len(numbers)
    new, rest = _axes(numbers, rank), iter(x.shape)
    return x.reshape([1 if at in new else next(rest) for at in range(rank)])


@folding("Concat")
def _joined(*arrays: Array, axis: int = 0, most: int = SMALL) -> Array:
    at = range(len(arrays[0].shape))[axis]
    around = {(len(one.shape), *one.shape[:at], *one.shape[at + 1 :]) for one in arrays}
    if len(around) > 1:
        raise ValueError("arrays that do not fit")
    before, after = prod(arrays[0].shape[:at]), arrays[0].shape[at + 1 :]
    shape = (*arrays[0].shape[:at], sum(one.shape[at] for one in arrays), *after)
    _few(shape, most)
    if all(_is_unknown(one) for one in arrays):
        return filled(shape, None)
    rows = [one.flat() for one in arrays]
    if before == 1:
        return Array(list(chain.from_iterable(rows)), shape)
    widths = [one.shape[at] * prod(after) for one in arrays]
    found = [n for row in range(before) for one, width in zip(rows, widths, strict=True)
             for n in one[row * width : (row + 1) * width]]  # fmt: skip
    return Array(found, shape)


@folding("Reshape")
def _reshaped(x: Array, shape: Any) -> Array:
    return x.reshape([n or x.shape[at] for at, n in enumerate(_numbers(shape))])


@folding("Gather")
def _gathered(x: Array, at: Array, *, axis: int = 0, most: int = SMALL) -> Array:
    dim = range(len(x.shape))[axis]
    shape = (*x.shape[:dim], *at.shape, *x.shape[dim + 1 :])
    _few(shape, most)
    if _is_unknown(x):
        return filled(shape, None)
    return x.taken(dim, [range(x.shape[dim])[one] for one in _numbers(at)]).reshape(shape)


@folding("Cast")
def _cast(x: Array, *, to: int = 0) -> Array:
    return _as_kind(x, KINDS.get(to, int))


@folding("CastLike")
def _cast_like(x: Array, like: Array) -> Array:
    return _as_kind(x, type(like.flat()[0]))


def _as_kind(x: Array, kind: type) -> Array:
    met = {*map(type, x.sample)}
    if met <= NUMBERS:
        return x if met == {kind} else columns(lambda of: singles([*map(kind, of)]), x)
    return _each(lambda one: kind(one) if isinstance(one, int | float) else one)(x, most=x.size)


@folding("Clip")
def _clipped(x: Array, min: Any = None, max: Any = None) -> Array:
    """The limits are numbers, attributes in older opsets."""
    low, high = (one if one is None or isinstance(one, float) else one.item() for one in (min, max))
    bound = _each(lambda one: one if low is None or one >= low else low)(x, most=x.size)
    return _each(lambda one: one if high is None or one <= high else high)(bound, most=x.size)


@folding("Slice")
def _slice(x: Array, starts: Any, ends: Any, axes: Any = None, steps: Any = None) -> Array:
    first, last, rank = _numbers(starts), _numbers(ends), len(x.shape)
    by = [1] * len(first) if steps is None else _numbers(steps)
    cuts: dict[int, slice] = {}
    for at, axis in enumerate(range(len(first)) if axes is None else _numbers(axes)):
        cuts[range(rank)[axis]] = slice(first[at], last[at], by[at])
    for at, cut in cuts.items():
        x = x.cut(at, range(x.shape[at])[cut])
    return x


@folding("ScatterND")
def _scattered(data: Array, indices: Array, updates: Array, *, reduction: str = "none", most: int = SMALL) -> Array:
    """Entries, or parts along the last dimensions, in place of those that a list of places names."""
    count = indices.shape[-1]
    inner = data.shape[count:]
    if count > len(data.shape) or reduction != "none" or updates.shape != (*indices.shape[:-1], *inner):
        raise ValueError(reduction)
    if _is_unknown(data):
        return data
    _few(indices.shape[:-1], most >> PLACES)
    made, new, width = list(data.flat()), updates.flat(), prod(inner)
    places, firsts = indices.flat(), [0] * prod(indices.shape[:-1])
    for at, (n, step) in enumerate(zip(data.shape[:count], strides_of((*data.shape[:count], 1)), strict=False)):
        along = range(n)  # negative places are counted from its end
        firsts = [first + along[place] * step * width for first, place in zip(firsts, places[at::count], strict=True)]
    for number, first in enumerate(firsts):
        made[first : first + width] = new[number * width : (number + 1) * width]
    return Array(made, data.shape)


@folding("Range")
def _range(start: Array, limit: Array, delta: Array, *, most: int = SMALL) -> Array:
    first, last, step = start.item(), limit.item(), delta.item()
    count = max(ceil((last - first) / step), 0)
    _few([count], most)
    return Array([first + at * step for at in range(count)], (count,))


@folding("ConstantOfShape")
def _filled(shape: Any, *, value: Any = None, most: int = SMALL) -> Array:
    numbers = constant_of(value).values if value is not None else None
    return filled(_few(_numbers(shape), most), numbers[0] if numbers else 0.0)


@folding("Expand")
def _expand(x: Array, shape: Any, *, most: int = SMALL) -> Array:
    return x.expand(_few(broadcast([x.shape, _few(_numbers(shape), most)]), most))


@folding("Tile")
def _tiled(x: Array, repeats: Any, *, most: int = SMALL) -> Array:
    times = _few(_numbers(repeats), most)
    _few([n * count for n, count in zip(x.shape, times, strict=True)], most)
    for at, count in enumerate(times):
        x = x.taken(at, [*range(x.shape[at])] * count)
    return x


def _reduction(apply: Callable[[Any], Any]) -> Callable[..., Array]:
    """A reduction of numbers along axes, an input or an attribute; of all without axes."""

    def fold(x: Array, axes: Any = None, *, keepdims: int = 1) -> Array:
        rank = len(x.shape)
        along = range(rank) if axes is None else {range(rank)[one] for one in _numbers(axes)}
        return x.folded(along, apply, bool(keepdims))

    return fold


_REDUCTIONS: dict[str, Callable[..., Any]] = {"ReduceProd": prod, "ReduceSum": sum, "ReduceMax": max, "ReduceMin": min}
for _name, _apply in _REDUCTIONS.items():
    folding(_name)(_reduction(_apply))


@folding("Trilu")
def _triangle(x: Array, k: Any = None, *, upper: int = 1) -> Array:
    """What lies above a diagonal, or below it; zero is what is left out."""
    rows, columns = x.shape[-2:]
    first = 0 if k is None else k.item()
    made = []
    for at, one in enumerate(x.flat()):
        far = at % columns - at // columns % rows
        made.append(one if (far >= first if upper else far <= first) else type(one)(0))
    return Array(made, x.shape)


@folding("EyeLike")
def _diagonal(x: Array, *, dtype: int = 0, k: int = 0) -> Array:
    """One on a diagonal, zero elsewhere; of its argument's type where none is stated."""
    rows, columns = x.shape
    kind = KINDS.get(dtype, int) if dtype else type(x.flat()[0])
    return Array([kind(at % columns - at // columns == k) for at in range(rows * columns)], x.shape)
