"""Tensors of a model that do not depend on its inputs: weights, of which only shapes are known, and small numbers, with
which other layers' sizes are worked out."""

from __future__ import annotations

from math import prod

from rfcli.readers.tracing.maps import Constant
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.readers.tracing.maps import Dim

Size = int | None

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
    from onnx import numpy_helper

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


def folded(
    operation: str, inputs: Sequence[Any], attributes: dict[str, Any], shape: Sequence[Size] | None
) -> Constant | None:
    """What an operation makes of constants; its numbers where they can be worked out, else its shape."""
    given = [one for one in inputs if isinstance(one, Constant)]
    weights = tuple(dict.fromkeys(weight for one in given for weight in one.weights))
    if operation == "Constant":
        return _constant(attributes)
    if operation == "Shape" and given:
        return Constant((len(given[0].shape),), list(given[0].shape), ())
    if operation in FOLDED and all(one is None or one.values is not None for one in inputs):
        try:
            made = FOLDED[operation]([None if one is None else _array(one) for one in inputs], attributes)
            if made.size <= SMALL:
                return Constant(tuple(made.shape), made.flatten().tolist(), weights)
        except Exception:  # numbers that do not fit one another, or extents that are reckoned with
            pass
    known = None if shape is None or None in shape else tuple(int(n) for n in shape if n is not None)
    return Constant(known if known is not None else given[0].shape if given else (), None, weights)


def _constant(attributes: dict[str, Any]) -> Constant | None:
    if attributes.get("value") is not None:
        return constant_of(attributes["value"], False)
    if attributes.get("sparse_value") is not None:
        return sparse_constant(attributes["sparse_value"])
    for name, value in attributes.items():
        if name.startswith("value_"):
            listed = value if isinstance(value, list) else [value]
            return Constant((len(listed),) if isinstance(value, list) else (), listed, ())
    return Constant((), None, ())


def _array(one: Constant) -> Any:
    import numpy

    made = numpy.empty(len(one.values or ()), dtype=object)
    made[:] = one.values
    return made.reshape(one.shape)


def _numbers(array: Any) -> list[int]:
    return [int(one) for one in array.flatten()]


def _each(apply: Callable[..., Any]) -> Callable[[list[Any], dict[str, Any]], Any]:
    """An operation on numbers, one by one."""

    def fold(inputs: list[Any], attributes: dict[str, Any]) -> Any:
        import numpy

        return numpy.asarray(numpy.frompyfunc(apply, len(inputs), 1)(*inputs), dtype=object)

    return fold


def _divided(a: Any, b: Any) -> Any:
    """Integers are divided towards 0."""
    return int(a / b) if type(a) is int and type(b) is int else a / b


def _cast(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    kind = {1: float, 10: float, 11: float, 16: float, 9: bool}.get(attributes.get("to", 0), int)
    return _each(lambda one: kind(one) if isinstance(one, int | float) else one)(inputs[:1], {})


def _reshape(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    return inputs[0].reshape([inputs[0].shape[at] if n == 0 else n for at, n in enumerate(_numbers(inputs[1]))])


def _axes(inputs: list[Any], attributes: dict[str, Any]) -> list[int]:
    return list(attributes["axes"]) if "axes" in attributes else _numbers(inputs[1])


def _squeeze(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    return inputs[0].squeeze(tuple(_axes(inputs, attributes))) if len(inputs) > 1 or attributes else inputs[0].squeeze()


def _unsqueeze(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    import numpy

    return numpy.expand_dims(inputs[0], tuple(_axes(inputs, attributes)))


def _slice(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    rows: list[list[int] | None] = []
    for at, name in enumerate(("starts", "ends", "axes", "steps"), 1):
        given = inputs[at] if len(inputs) > at else None
        rows.append(list(attributes[name]) if name in attributes else None if given is None else _numbers(given))
    starts, ends, axes, steps = rows
    assert starts is not None and ends is not None, "caught by the caller"
    cuts = [slice(None)] * inputs[0].ndim
    for at, axis in enumerate(axes or range(len(starts))):
        cuts[axis] = slice(starts[at], ends[at], steps[at] if steps else 1)
    return inputs[0][tuple(cuts)]


def _gather(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    import numpy

    return numpy.asarray(numpy.take(inputs[0], inputs[1].astype(int), attributes.get("axis", 0)), dtype=object)


def _concat(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    import numpy

    return numpy.concatenate(inputs, attributes.get("axis", 0))


def _range(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    import numpy

    start, limit, delta = (one.item() for one in inputs)
    if abs((limit - start) / delta) > SMALL:
        raise ValueError("too many numbers")
    return numpy.arange(start, limit, delta).astype(object)


def _filled(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    import numpy

    shape = _numbers(inputs[0])
    if prod(shape) > SMALL:
        raise ValueError("too many numbers")
    value = constant_of(attributes["value"]).values if attributes.get("value") is not None else None
    return numpy.full(shape, value[0] if value else 0.0, dtype=object)


def _expanded(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    import numpy

    shape = numpy.broadcast_shapes(inputs[0].shape, tuple(_numbers(inputs[1])))
    if prod(shape) > SMALL:
        raise ValueError("too many numbers")
    return numpy.broadcast_to(inputs[0], shape)


def _reduced(inputs: list[Any], attributes: dict[str, Any]) -> Any:
    import numpy

    return numpy.asarray(prod(inputs[0].flatten()), dtype=object).reshape(
        [1] * (inputs[0].ndim if attributes.get("keepdims", 1) else 0)
    )


FOLDED: dict[str, Callable[[list[Any], dict[str, Any]], Any]] = {
    "Add": _each(lambda a, b: a + b),
    "Sub": _each(lambda a, b: a - b),
    "Mul": _each(lambda a, b: a * b),
    "Div": _each(_divided),
    "Mod": _each(lambda a, b: a % b),
    "Min": _each(min),
    "Max": _each(max),
    "Neg": _each(lambda a: -a),
    "Floor": _each(lambda a: float(a // 1)),
    "Ceil": _each(lambda a: float(-(-a // 1))),
    "Equal": _each(lambda a, b: a == b),
    "Where": _each(lambda c, a, b: a if c else b),
    "Identity": lambda inputs, _: inputs[0],
    "Cast": _cast,
    "CastLike": lambda inputs, _: inputs[0],
    "Expand": _expanded,
    "Reshape": _reshape,
    "Transpose": lambda inputs, given: inputs[0].transpose(given.get("perm")),
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Slice": _slice,
    "Gather": _gather,
    "Concat": _concat,
    "Range": _range,
    "ConstantOfShape": _filled,
    "ReduceProd": _reduced,
}
"""Operations that sizes are worked out with: what they make of arrays of numbers."""
