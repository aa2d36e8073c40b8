"""Operations of ATen that make numbers of nothing, and of those at the same place, or of all of a dimension."""

import math
import operator
from typing import Any

from rfcli.readers.torch.constants.operations import Function, Value, operation
from rfcli.readers.torch.nodes import COPIES
from rfcli.readers.tracing import arrays
from rfcli.readers.tracing.arrays import Array, checked, each, where


def _array(value: Value) -> Array:
    return value if isinstance(value, Array) else Array([value], ())


@operation("arange")
def arange(first: Value, /, **given: Value) -> Array:
    start, stop = (first, given["end"]) if "end" in given else (0, first)
    step = given.get("step", 1)
    count = checked(max(0, math.ceil((stop - start) / step)))
    return Array([start + at * step for at in range(count)], (count,))


@operation("full", "new_full")
def full(first: Any, /, **given: Value) -> Array:
    return arrays.filled(given.get("size", first), given["fill_value"])


@operation("zeros", "new_zeros")
def zeros(first: Any, /, **given: Value) -> Array:
    return arrays.zeros(given.get("size", first))


@operation("ones", "new_ones")
def ones(first: Any, /, **given: Value) -> Array:
    return arrays.ones(given.get("size", first))


@operation("full_like", "fill")
def full_like(self: Array, fill_value: Value = None, value: Value = None) -> Array:
    number = fill_value if value is None else value
    return arrays.filled(self.shape, number.item() if isinstance(number, Array) else number)


@operation("zeros_like", "zero")
def zeros_like(self: Array) -> Array:
    return arrays.zeros(self.shape)


@operation("ones_like")
def ones_like(self: Array) -> Array:
    return arrays.ones(self.shape)


@operation("scalar_tensor")
def scalar_tensor(s: Value) -> Array:
    return Array([s], ())


@operation("eye")
def eye(n: int, m: int | None = None) -> Array:
    columns = n if m is None else m
    checked(n * columns)
    return Array([int(row == column) for row in range(n) for column in range(columns)], (n, columns))


@operation("linspace")
def linspace(start: float, end: float, steps: int) -> Array:
    checked(steps)
    return Array([start + (end - start) * at / max(steps - 1, 1) for at in range(steps)], (steps,))


# Entry by entry


def _pointwise(name: str, function: Function) -> None:
    def made(self: Value, other: Value = None, **_: Value) -> Array:
        operands = (_array(self),) if other is None else (_array(self), other)
        return each(function, *operands)

    operation(name)(made)


ROUNDED: dict[str, Function] = {"floor": math.floor, "trunc": math.trunc}


def _divided(one: float, other: float) -> float:
    if other:
        return one / other
    return math.nan if not one or math.isnan(one) else math.copysign(math.inf, one)


def _both(function: Function) -> Function:
    """A function of truth values, for whatever numbers."""
    return lambda one, other: function(bool(one), bool(other))


def _floored(one: float, other: float) -> float:
    return one // other


_POINTWISE: dict[str, Function] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "mul": operator.mul, "neg": operator.neg, "abs": abs, "floor_divide": _floored, "remainder": operator.mod,
    "fmod": math.fmod, "minimum": min, "maximum": max, "logical_and": _both(operator.and_),
    "logical_or": _both(operator.or_), "logical_xor": _both(operator.xor), "logical_not": operator.not_,
    "bitwise_and": operator.and_, "bitwise_or": operator.or_, "bitwise_xor": operator.xor, "__and__": operator.and_,
    "__or__": operator.or_, "__xor__": operator.xor, "exp": math.exp, "log": math.log, "sqrt": math.sqrt,
    "floor": math.floor, "ceil": math.ceil, "round": round, "trunc": math.trunc, "cos": math.cos, "sin": math.sin,
    "tanh": math.tanh, "relu": lambda one: max(one, 0), "square": lambda one: one * one, "isinf": math.isinf,
    "isnan": math.isnan, "sign": lambda one: (one > 0) - (one < 0),
    "rsqrt": lambda one: 1 / math.sqrt(one), "reciprocal": lambda one: _divided(1, one),
    "sigmoid": lambda one: 1 / (1 + math.exp(-one)),
    "bitwise_not": lambda one: not one if isinstance(one, bool) else ~one,
}  # fmt: skip
for _name, _function in _POINTWISE.items():
    _pointwise(_name, _function)


@operation("add")
def add(self: Value, other: Value, alpha: float = 1) -> Array:
    return each(operator.add, _array(self), other if alpha == 1 else each(operator.mul, _array(other), alpha))


@operation("sub")
def sub(self: Value, other: Value, alpha: float = 1) -> Array:
    return each(operator.sub, _array(self), other if alpha == 1 else each(operator.mul, _array(other), alpha))


@operation("rsub")
def rsub(self: Value, other: Value, alpha: float = 1) -> Array:
    made: Array = sub(_array(other), self, alpha)
    return made


@operation("div")
def div(self: Value, other: Value, rounding_mode: str | None = None) -> Array:
    made = each(_divided, _array(self), other)
    return made if rounding_mode is None else each(ROUNDED[rounding_mode], made)


@operation("pow")
def power(self: Value, exponent: Value) -> Array:
    return each(math.pow, _array(self), exponent)


@operation("clamp", "clip", "clamp_min", "clamp_max")
def clamp(self: Array, min: Value = None, max: Value = None) -> Array:
    made = self
    if min is not None:
        made = each(lambda one, least: one if one > least else least, made, min)
    if max is not None:
        made = each(lambda one, most: one if one < most else most, made, max)
    return made


@operation("where")
def chosen(condition: Array, self: Value, other: Value) -> Array:
    return where(condition, self, other)


@operation("masked_fill")
def masked_fill(self: Array, mask: Array, value: Value) -> Array:
    return where(mask, _array(value), self)


@operation(*COPIES)
def copied(self: Array, *_: Value, **__: Value) -> Array:
    return self


@operation("copy")
def copied_from(self: Array, src: Array) -> Array:
    return src.expand(self.shape)


# All of a dimension


def _folding(name: str, fold: Function) -> None:
    def made(self: Array, dim: Value = None, keepdim: bool = False, **_: Value) -> Array:
        along = range(len(self.shape)) if dim is None or dim == () else [dim] if isinstance(dim, int) else dim
        return self.folded(along, fold, keepdim)

    operation(name)(made)


_FOLDS: dict[str, Function] = {
    "sum": sum, "all": all, "any": any, "amax": max, "amin": min,
    "prod": lambda entries: math.prod(map(float, entries)),
    "mean": lambda entries: sum(entries) / len(entries),
}  # fmt: skip
for _name, _fold in _FOLDS.items():
    _folding(_name, _fold)
