"""Tensors of a model that do not depend on its inputs: weights, of which only shapes are known, and small numbers, with
which other layers' sizes are worked out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import prod, sqrt
from typing import Any

import numpy
from onnx import numpy_helper

from rfcli.readers.draft import ForeignError
from rfcli.readers.onnx import kernels
from rfcli.readers.onnx.calls import MEASURED, SMALL, Call, given, signature
from rfcli.readers.tracing.maps import Constant, Dim, Layout
from rfcli.tables import Table
from rfcli.values import Value
from rfcli.words.onnx import POINTWISE

SHORT = 1 << 14
"""Entries of a tensor whose values are in the file that is read."""
IN_ALL = 2_000_000
"""Numbers of all tensors of a model that are worked out, or reckoned with."""
NODE = 20
"""What an operation on numbers takes beside them, in numbers."""
LARGEST = 1 << 63
MOST_POWER = 64
MOST_DIMENSIONS = 32
"""Dimensions of a tensor."""
WEIGHTS = frozenset([1, 2, 3, 10, 11, 16])
"""Data types of weights: floats, and the integers of quantised ones."""


ALIKE = frozenset([*POINTWISE, "Clip"])
"""Operations whose result has the shape of their first input."""


TAPS_KEPT = frozenset(["Cast", "Div", "Identity", "Neg"])
"""Operations whose result is zero where their first input is."""

WHOLE = frozenset([4, 5, 6, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26])
"""Data types of numbers that are weights where they are taken for some with a fraction: 16 and 32 bits, and 8 or fewer
in the newer types."""
BIASES = {"QLinearConv": 8, "QGemm": 6, "DequantizeLinear": 0}
"""Operation -> the input of it that is a bias, or may be one."""
QUANTISED = frozenset(one + name for one in ("", "com.microsoft.") for name in ("QuantizeLinear", "DequantizeLinear"))
"""Operations of a tensor, a scale and a zero point: only the first holds weights."""


class Extent(Value):
    """The size, which is not known as a number, of a dimension of a layer's output."""

    dim: Dim
    layer: str


def _shape(tensor: Any) -> tuple[int, ...]:
    """Sizes of a tensor of the file. Raises `ForeignError`."""
    if len(tensor.dims) > MOST_DIMENSIONS:
        raise ForeignError(f"a tensor of {len(tensor.dims)} dimensions")
    return tuple(max(int(n), 0) for n in tensor.dims)


def biases(nodes: Iterable[Any]) -> set[str]:
    """Names of tensors that quantised operators take as biases, or that are taken for numbers with a fraction: of
    whichever type, they are weights there."""
    found = set()
    for node in nodes:
        at = BIASES.get(node.op_type)
        if at is not None and at < len(node.input):
            found.add(node.input[at])
    return found


def constant_of(tensor: Any, whole: bool = False) -> Constant:
    """A tensor of the file; external data is not read. `whole` tells that integers of any type are weights, too."""
    shape = _shape(tensor)
    count = prod(shape)
    values, kept = None, None
    if count <= SHORT and tensor.data_location != 1:
        try:
            array = numpy_helper.to_array(tensor)
            values, kept = array.flatten().tolist() if count <= SMALL else None, kernels.kept_of(array)
        except (ValueError, TypeError, KeyError, RuntimeError):  # values that were left out, or do not fit
            values = None
    for one in tensor.metadata_props if len(shape) > 2 else ():
        if one.key == kernels.KEY and kept is None:
            kept = kernels.read(one.value, shape[2:])
    kind = tensor.data_type in WEIGHTS or (whole and tensor.data_type in WHOLE)
    trained = ((tensor.name, count),) if kind else ()
    return Constant(shape, values, trained, kept, tensor.data_location == 1)


def sparse_constant(sparse: Any) -> Constant:
    """A sparse tensor, which only weights are: its values are not looked at."""
    shape = _shape(sparse)
    return Constant(shape, None, ((sparse.values.name, prod(shape)),))


class Folder:
    """Works out what operations make of constants: few numbers at a time, and so many in all."""

    def __init__(self) -> None:
        self.left = IN_ALL

    def made(self, call: Call, inferred: Callable[[], Sequence[int | None] | None]) -> Constant | None:
        """What an operation makes of constants; its numbers where they can be worked out, else its shape, which onnx
        may have `inferred`."""
        known = [one for one in call.inputs if isinstance(one, Constant)]
        if any(one is MEASURED for one in known):
            return MEASURED
        known = known[:1] if call.operation in QUANTISED else known
        weights = tuple(dict.fromkeys(weight for one in known for weight in one.weights))
        try:
            call.check()
        except Layout:
            return Constant((), None, weights)
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
        shape = own if call.operation in ALIKE else inferred()
        sizes = own if shape is None or None in shape else tuple(int(n) for n in shape if n is not None)
        vague = shape is None or None in shape or any(one.vague for one in known)
        return _as_kernel(call, known, Constant(sizes, None, weights, vague=vague))

    def _numbers(self, call: Call) -> tuple[tuple[int, ...], list[Any]] | None:
        """The shape and the numbers of what an operation makes of others; None where it is not known how, or they are
        too many or too large."""
        values = [one.values for one in call.inputs if isinstance(one, Constant)]
        if call.operation not in FOLDED or any(one is None for one in values):
            return None
        self.left -= NODE + sum(len(one) for one in values if one is not None)
        if self.left < 0:
            return None
        try:
            made = _made(FOLDED[call.operation], call)
            self.left -= made.size
        except Exception:  # numbers that do not fit one another, or extents that are reckoned with
            return None
        if made.size > SMALL:
            return None
        listed = made.flatten().tolist()
        integers = [one for one in listed if type(one) is int] if int in {*map(type, listed)} else []
        return (made.shape, listed) if all(-LARGEST <= one < LARGEST for one in integers) else None


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


# Operations that sizes are worked out with: what they make of arrays of numbers

FOLDED: Table[Callable[..., Any]] = Table("operation on constants")
folding = FOLDED


def _made(function: Callable[..., Any], call: Call) -> Any:
    """What a function makes of arrays: inputs, or the attributes that they were in older opsets."""
    inputs, options = signature(function)
    arrays = [None if one is None else _array(one) for one in call.inputs]
    if inputs is not None:
        arrays += [None] * len(inputs)
        arrays = [call.attributes.get(name, arrays[at]) for at, name in enumerate(inputs)]
    return function(*arrays, **{name: call.attributes[name] for name in options if name in call.attributes})


def _array(one: Any) -> Any:
    made = numpy.empty(len(one.values or ()), dtype=object)
    made[:] = one.values
    return made.reshape(one.shape)


def _numbers(array: Any) -> list[int]:
    """An array's numbers, or those of a list."""
    return [int(one) for one in (array if isinstance(array, list) else array.flatten())]


def _few(shape: Sequence[int]) -> Sequence[int]:
    """A shape of not too many entries. Raises `ValueError`."""
    if prod(shape) > SMALL or len(shape) > MOST_DIMENSIONS:
        raise ValueError("too many numbers")
    return shape


def _each(apply: Callable[..., Any]) -> Callable[..., Any]:
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
        return float(numpy.float32(made)) if type(made) is float else made

    def fold(*arrays: Any) -> Any:
        _few(numpy.broadcast_shapes(*(one.shape for one in arrays)))
        return numpy.asarray(numpy.frompyfunc(one_by_one, len(arrays), 1)(*arrays), dtype=object)

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
for _name, _apply in _ENTRYWISE.items():
    folding(_name)(_each(_apply))

_RULES: dict[str, Callable[..., Any]] = {
    "Identity": lambda x: x,
    "Transpose": lambda x, *, perm=None: x.transpose(perm),
    "Squeeze": lambda x, axes=None: x.squeeze(None if axes is None else tuple(_numbers(axes))),
    "Unsqueeze": lambda x, axes: numpy.expand_dims(x, tuple(_numbers(axes))),
    "Concat": lambda *arrays, axis=0: numpy.concatenate(arrays, axis),
    "Reshape": lambda x, shape: x.reshape([n or x.shape[at] for at, n in enumerate(_numbers(shape))]),
}
for _name, _apply in _RULES.items():
    folding(_name)(_apply)


@folding("Gather")
def _gathered(x: Any, at: Any, *, axis: int = 0) -> Any:
    _few([at.size, *(n for number, n in enumerate(x.shape) if number != axis % x.ndim)])
    return numpy.asarray(numpy.take(x, at.astype(int), axis), dtype=object)


@folding("Cast")
def _cast(x: Any, *, to: int = 0) -> Any:
    kind = {1: float, 10: float, 11: float, 16: float, 9: bool}.get(to, int)
    return _each(lambda one: kind(one) if isinstance(one, int | float) else one)(x)


@folding("CastLike")
def _cast_like(x: Any, like: Any) -> Any:
    kind = type(like.flat[0])
    return _each(lambda one: kind(one) if isinstance(one, int | float) else one)(x)


@folding("Clip")
def _clipped(x: Any, min: Any = None, max: Any = None) -> Any:
    """The limits are numbers, attributes in older opsets."""
    low, high = (one if one is None or isinstance(one, float) else one.item() for one in (min, max))
    bound = _each(lambda one: one if low is None or one >= low else low)(x)
    return _each(lambda one: one if high is None or one <= high else high)(bound)


@folding("Slice")
def _slice(x: Any, starts: Any, ends: Any, axes: Any = None, steps: Any = None) -> Any:
    first, last = _numbers(starts), _numbers(ends)
    cuts = [slice(None)] * x.ndim
    for at, axis in enumerate(range(len(first)) if axes is None else _numbers(axes)):
        cuts[axis] = slice(first[at], last[at], 1 if steps is None else _numbers(steps)[at])
    return x[tuple(cuts)]


@folding("Range")
def _range(start: Any, limit: Any, delta: Any) -> Any:
    first, last, step = start.item(), limit.item(), delta.item()
    _few([int(abs((last - first) / step))])
    return numpy.arange(first, last, step).astype(object)


@folding("ConstantOfShape")
def _filled(shape: Any, *, value: Any = None) -> Any:
    numbers = constant_of(value).values if value is not None else None
    return numpy.full(_few(_numbers(shape)), numbers[0] if numbers else 0.0, dtype=object)


@folding("Expand")
def _expand(x: Any, shape: Any) -> Any:
    wanted = _numbers(shape)
    _few(wanted)
    return numpy.broadcast_to(x, _few(numpy.broadcast_shapes(x.shape, tuple(wanted))))


@folding("Tile")
def _tiled(x: Any, repeats: Any) -> Any:
    times = _numbers(repeats)
    _few([n * count for n, count in zip(x.shape, times, strict=True)])
    return numpy.tile(x, times)


def _reduction(apply: Callable[[Any], Any]) -> Callable[..., Any]:
    """A reduction of numbers along axes, an input or an attribute; of all without axes."""

    def fold(x: Any, axes: Any = None, *, keepdims: int = 1) -> Any:
        along = list(range(x.ndim)) if axes is None else sorted({range(x.ndim)[one] for one in _numbers(axes)})
        kept = [at for at in range(x.ndim) if at not in along]
        rows = x.transpose(kept + along).reshape([*(x.shape[at] for at in kept), -1])
        shape = [1 if at in along else n for at, n in enumerate(x.shape) if keepdims or at not in along]
        made = numpy.empty(rows.shape[:-1], dtype=object)
        for at in numpy.ndindex(made.shape):
            made[at] = apply(rows[at])
        return made.reshape(shape)

    return fold


_REDUCTIONS: dict[str, Callable[..., Any]] = {"ReduceProd": prod, "ReduceSum": sum, "ReduceMax": max, "ReduceMin": min}
for _name, _apply in _REDUCTIONS.items():
    folding(_name)(_reduction(_apply))
