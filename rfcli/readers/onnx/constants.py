"""Tensors of a model that do not depend on its inputs: weights, of which only shapes are known, and small numbers, with
which other layers' sizes are worked out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy
from onnx import numpy_helper

from rfcli.readers.onnx.calls import Call, given, signature
from rfcli.readers.tracing.maps import Constant, Dim
from rfcli.tables import Table
from rfcli.values import Value

SMALL = 4096
"""Numbers of a tensor that are looked at."""
WEIGHTS = frozenset([1, 2, 3, 10, 11, 16])
"""Data types of weights: floats, and the integers of quantised ones."""


class Extent(Value):
    """The size, which is not known as a number, of a dimension of a layer's output."""

    dim: Dim
    layer: str


def constant_of(tensor: Any, weights: bool = True) -> Constant:
    """A tensor of the file; external data is not read."""
    shape = tuple(max(int(n), 0) for n in tensor.dims)
    count = prod(shape)
    values = None
    if count <= SMALL and tensor.data_location != 1:
        try:
            values = numpy_helper.to_array(tensor).flatten().tolist()
        except (ValueError, TypeError, KeyError, RuntimeError):  # values that were left out, or do not fit
            values = None
    trained = ((tensor.name, count),) if weights and tensor.data_type in WEIGHTS else ()
    return Constant(shape, values, trained)


def sparse_constant(sparse: Any) -> Constant:
    """A sparse tensor, which only weights are: its values are not looked at."""
    shape = tuple(max(int(n), 0) for n in sparse.dims)
    return Constant(shape, None, ((sparse.values.name, prod(shape)),))


def folded(call: Call, shape: Sequence[int | None] | None) -> Constant | None:
    """What an operation makes of constants; its numbers where they can be worked out, else its shape."""
    known = [one for one in call.inputs if isinstance(one, Constant)]
    weights = tuple(dict.fromkeys(weight for one in known for weight in one.weights))
    if call.operation == "Constant":
        return _constant(call.attributes)
    if call.operation == "Shape" and known:
        return given(list(known[0].shape))
    if call.operation in FOLDED and all(one is None or one.values is not None for one in call.inputs):  # type: ignore[union-attr]
        try:
            made = _made(FOLDED[call.operation], call)
            if made.size <= SMALL:
                return Constant(tuple(made.shape), made.flatten().tolist(), weights)
        except Exception:  # numbers that do not fit one another, or extents that are reckoned with
            pass
    own = known[0].shape if known else ()
    sizes = own if shape is None or None in shape else tuple(int(n) for n in shape if n is not None)
    return Constant(sizes, None, weights)


def _constant(attributes: dict[str, Any]) -> Constant | None:
    if attributes.get("value") is not None:
        return constant_of(attributes["value"], False)
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
    if prod(shape) > SMALL:
        raise ValueError("too many numbers")
    return shape


def _each(apply: Callable[..., Any]) -> Callable[..., Any]:
    """An operation on numbers, one by one."""

    def fold(*arrays: Any) -> Any:
        return numpy.asarray(numpy.frompyfunc(apply, len(arrays), 1)(*arrays), dtype=object)

    return fold


def _divided(a: Any, b: Any) -> Any:
    """Integers are divided towards 0."""
    return int(a / b) if type(a) is int and type(b) is int else a / b


_ENTRYWISE: dict[str, Callable[..., Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": _divided,
    "Mod": operator.mod,
    "Min": min,
    "Max": max,
    "Neg": operator.neg,
    "Floor": lambda a: float(a // 1),
    "Ceil": lambda a: float(-(-a // 1)),
    "Equal": operator.eq,
    "Where": lambda c, a, b: a if c else b,
}
for _name, _apply in _ENTRYWISE.items():
    folding(_name)(_each(_apply))

_RULES: dict[str, Callable[..., Any]] = {
    "Identity": lambda x: x,
    "CastLike": lambda x: x,
    "Transpose": lambda x, *, perm=None: x.transpose(perm),
    "Squeeze": lambda x, axes=None: x.squeeze(None if axes is None else tuple(_numbers(axes))),
    "Unsqueeze": lambda x, axes: numpy.expand_dims(x, tuple(_numbers(axes))),
    "Gather": lambda x, at, *, axis=0: numpy.asarray(numpy.take(x, at.astype(int), axis), dtype=object),
    "Concat": lambda *arrays, axis=0: numpy.concatenate(arrays, axis),
    "Reshape": lambda x, shape: x.reshape([n or x.shape[at] for at, n in enumerate(_numbers(shape))]),
}
for _name, _apply in _RULES.items():
    folding(_name)(_apply)


@folding("Cast")
def _cast(x: Any, *, to: int = 0) -> Any:
    kind = {1: float, 10: float, 11: float, 16: float, 9: bool}.get(to, int)
    return _each(lambda one: kind(one) if isinstance(one, int | float) else one)(x)


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
    return numpy.broadcast_to(x, _few(numpy.broadcast_shapes(x.shape, tuple(_numbers(shape)))))


@folding("ReduceProd")
def _product(x: Any, *, keepdims: int = 1) -> Any:
    return numpy.asarray(prod(x.flatten()), dtype=object).reshape([1] * (x.ndim if keepdims else 0))
