"""Tensors of a model that do not depend on its inputs: weights, of which only shapes are known, and small numbers, with
which other layers' sizes are worked out."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

from rfcli.readers.draft import ForeignError
from rfcli.readers.onnx import kernels
from rfcli.readers.onnx.calls import SMALL
from rfcli.readers.onnx.stored import stored
from rfcli.readers.tracing.maps import Constant, Dim
from rfcli.values import Value

SHORT = 1 << 14
"""Entries of a tensor whose values are in the file that is read."""
MOST_DIMENSIONS = 32
"""Dimensions of a tensor."""
WEIGHTS = frozenset([1, 2, 3, 10, 11, 16])
"""Data types of weights: floats, and the integers of quantised ones."""
WHOLE = frozenset([4, 5, 6, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26])
"""Data types of numbers that are weights where they are taken for some with a fraction: 16 and 32 bits, and 8 or fewer
in the newer types."""
BIASES = {"QLinearConv": 8, "QGemm": 6, "DequantizeLinear": 0}
"""Operation -> the input of it that is a bias, or may be one."""


class Extent(Value):
    """The size, which is not known as a number, of a dimension of a layer's output."""

    dim: Dim
    layer: str


def _shape(tensor: Any) -> tuple[int, ...]:
    """Sizes of a tensor of the file. Raises `ForeignError`."""
    dims = tensor.dims[:]
    if len(dims) > MOST_DIMENSIONS:
        raise ForeignError(f"a tensor of {len(dims)} dimensions")
    return tuple([n if n > 0 else 0 for n in dims])


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
    external = tensor.data_location == 1
    if count <= SHORT and not external:
        numbers = stored(tensor, count)
        if numbers is not None:
            values, kept = (
                numbers if count <= SMALL else None,
                kernels.kept_in(numbers, shape) if len(shape) > 2 else None,
            )
    for one in tensor.metadata_props if len(shape) > 2 else ():
        if one.key == kernels.KEY and kept is None:
            kept = kernels.read(one.value, shape[2:])
    kind = tensor.data_type
    trained = ((tensor.name, count),) if kind in WEIGHTS or (whole and kind in WHOLE) else ()
    return Constant(shape, values, trained, kept, external)


def sparse_constant(sparse: Any) -> Constant:
    """A sparse tensor, which only weights are: its values are not looked at."""
    shape = _shape(sparse)
    return Constant(shape, None, ((sparse.values.name, prod(shape)),))
