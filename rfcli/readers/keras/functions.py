"""Functions on tensors: those of `keras.ops`, which Keras 3 saves as layers of their class, and TensorFlow's, which
Keras 2 saves as `TFOpLambda`. Arguments are values without places, so what is odd among them is a `Layout`."""

from __future__ import annotations

import re

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.keras.calls import Argument, Call, Constant
from rfcli.readers.tracing.maps import Layout, Map, Size, axis_at

WRAPPERS = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")
"""Classes of layers that are a function of TensorFlow."""
MOST_SIZES = 16
"""Integers of an argument that are looked at."""
_NODE = re.compile(r'"op"\s*:\s*"(\w{1,60})"')


def function_of(call: Call) -> str:
    """The name of TensorFlow's function, without the numbers and the `tf.` of a layer's name."""
    named = call.config.plain("function") or call.config.plain("symbol")
    if type(named) is str and named:
        return named[:80].removeprefix("tf.")
    found = _NODE.search(str(call.config.plain("node_def", ""))[:4096])
    return found[1] if found else call.kind


def either(*values: Argument) -> Argument:
    """The first that is given, of arguments that are one under several names."""
    return next((value for value in values if value is not None), None)


def known(value: Argument) -> Argument:
    """A value, also of a constant."""
    return value.value if isinstance(value, Constant) else value


def known_integers(value: Argument, what: str) -> list[int]:
    """Known integers. Raises `Layout`."""
    value = known(value)
    listed = [known(one) for one in (value if isinstance(value, list | tuple) else [value])]
    if not all(type(one) is int and abs(one) <= MAX_INTEGER for one in listed) or len(listed) > MOST_SIZES:
        raise Layout(f"its {what} is not known")
    return listed


def known_integer(value: Argument, what: str) -> int:
    """A known integer. Raises `Layout`."""
    listed = known_integers(value, what)
    if len(listed) != 1:
        raise Layout(f"its {what} is not known")
    return listed[0]


def dimensions_of(axis: Argument, x: Map) -> list[int]:
    """The dimensions of a map that an `axis` names. Raises `Layout`."""
    return sorted({axis_at(one, len(x.dims), "dimension") for one in known_integers(axis, "axis")})


def dimension_of(axis: Argument, x: Map) -> int:
    """The one dimension that it names. Raises `Layout`."""
    return axis_at(known_integer(axis, "axis"), len(x.dims), "dimension")


def channels_first(call: Call) -> bool:
    """Whether channels come first; where it is not said, as in the other layers."""
    word = call.get("data_format")
    return word in ("channels_first", "NCHW", "NCW", "NCDHW") if type(word) is str else call.tracer.first


def holds_map(value: Argument) -> bool:
    return isinstance(value, list) and any(isinstance(one, Map) for one in value)


def extents(value: Argument) -> list[Size] | None:
    """Sizes of a constant, None where it has an unknown number of entries."""
    if isinstance(value, Constant) and value.value is None:
        return None
    value = known(value)
    sizes: list[Size] = []
    while isinstance(value, list):
        sizes.append(len(value))
        value = value[0] if value else None
    return sizes
