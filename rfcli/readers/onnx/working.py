"""Numbers of constants that are more than sizes, as those of masks are, by the operations that sizes are worked out
with: without NumPy, which takes longer to import than most masks to be worked out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import prod
from typing import Any

from rfcli.readers.onnx.calls import Traced
from rfcli.readers.onnx.folding import FOLDED, LARGEST, NUMBERS, made_by, made_plainly
from rfcli.readers.onnx.kernels import UNMASKED
from rfcli.readers.onnx.steps import attributes_of
from rfcli.readers.onnx.stored import RAW, stored, unpacked
from rfcli.readers.tracing.arrays import Array, filled, read_once
from rfcli.readers.tracing.maps import Constant, Layout

FEW = 1 << 19
"""Entries of an array; NumPy is quicker with more."""
TAKEN = 1 << 22
"""Entries that an operation takes."""
IN_ALL = 1 << 23
"""Entries that are worked out for a model, or taken for that."""
NODE = 100
"""What a node takes beside them, in entries."""


class Working:
    """Arrays of a graph's constants by their names, each worked out once: what is made alike of the same, as the masks
    of blocks are, is one. `values` are those that are known so far."""

    def __init__(self, makers: Mapping[str, Any], tensors: Mapping[str, Any], values: Mapping[str, Traced]) -> None:
        self.makers, self.tensors, self.values = makers, tensors, values
        self.known: dict[str, Array | None] = {"": None}
        self.alike: dict[tuple[object, ...], Array] = {}
        self.left = IN_ALL

    def __call__(self, name: str) -> Array | None:
        """The numbers of a constant; None where they are not worked out here."""
        waiting, entered = [name], set[str]()
        while waiting:
            one = waiting[-1]
            if one in self.known:
                waiting.pop()
                continue
            found = self._at_hand(one)
            node = self.makers.get(one)
            if found is None and node is not None and one not in self.tensors and self._takes(node, one):
                needed = [below for below in node.input if below not in self.known]
                if needed and one not in entered:
                    entered.add(one)
                    waiting += needed
                    continue
                found = None if needed else self._made(node)
            self.known[one] = found
            waiting.pop()
        return self.known[name]

    def _takes(self, node: Any, name: str) -> bool:
        """Whether an operation on constants is one that is known."""
        known = node.op_type in FOLDED and node.domain in ("", "ai.onnx") and len(node.output) == 1
        held = self.values.get(name)
        return known and self.left > 0 and isinstance(held, Constant) and not held.vague

    def _at_hand(self, name: str) -> Array | None:
        """Numbers that the file has, or that sizes were worked out with."""
        tensor, held = self.tensors.get(name), self.values.get(name)
        if tensor is None and name in self.makers and self.makers[name].op_type == "Constant":
            tensor = next((one.t for one in self.makers[name].attribute if one.name == "value"), None)
        if isinstance(held, Constant) and held.values is not None and len(held.values) == prod(held.shape):
            return self._once(Array(held.values, held.shape)) if {*map(type, held.values)} <= NUMBERS else None
        if tensor is None or min(tensor.dims, default=0) < 0 or tensor.data_location == 1:
            return None
        shape = tuple(tensor.dims)
        if any(one.key == UNMASKED for one in tensor.metadata_props):
            return filled(shape, 0.0)
        count = prod(shape)
        if count > FEW:
            return None
        kind = tensor.data_type
        found = read_once(tensor.raw_data, shape, partial(unpacked, kind)) if kind in RAW else None
        if found is None:
            numbers = stored(tensor, count)
            found = None if numbers is None else Array(numbers, shape)
        self.left -= 0 if found is None else count
        return None if found is None or (found.sample and type(found.sample[0]) not in NUMBERS) else found

    def _once(self, array: Array) -> Array:
        """The first of the arrays of the same numbers."""
        told = (array.shape, *map(type, array.data), *array.data)  # as 1, 1.0 and True are equal
        return self.alike.setdefault(told, array)

    def _made(self, node: Any) -> Array | None:
        """What a node makes of arrays that are known; None where that is too much."""
        arrays = [self.known[one] for one in node.input]
        if any(array is None and name for array, name in zip(arrays, node.input, strict=True)):
            return None
        if sum(one.size for one in arrays if one is not None) > TAKEN:
            return None
        told = (node.op_type, *map(id, arrays), *(one.SerializeToString() for one in node.attribute))
        if told not in self.alike:
            try:
                made = made_plainly(node.op_type, arrays, FEW)
                made = made_by(node.op_type, attributes_of(node), arrays, FEW) if made is None else made
            except Layout:
                return None
            self.left -= NODE + made.held + sum(one.held for one in arrays if one is not None)
            if not _fits(made):
                return None
            self.alike[told] = made
        return self.alike[told]


def _fits(array: Array) -> bool:
    """Whether integers are such as models have."""
    return type(array.sample[0]) is not int or -LARGEST <= min(array.sample) <= max(array.sample) < LARGEST


def is_bool(numbers: Any) -> bool:
    """Whether the entries of an array, ours or NumPy's, are truth values."""
    if isinstance(numbers, Array):
        return bool(numbers.sample) and type(numbers.sample[0]) is bool
    return bool(numbers.dtype == bool)


def are_alike(one: Any, other: Any) -> bool:
    """Whether an array has the entries of another, both ours or NumPy's, which may be of a smaller shape."""
    return not (one != other).any()


def as_numpy(array: Any) -> Any:
    """An array of NumPy for one of ours; others as they are."""
    if not isinstance(array, Array):
        return array
    import numpy

    if array.held == 1:
        return numpy.broadcast_to(numpy.asarray(array.data[array.start]), array.shape)
    return numpy.asarray(array.flat()).reshape(array.shape)


def as_ours(array: Any) -> Array:
    """An array of ours for one of NumPy; others as they are."""
    return array if isinstance(array, Array) else Array(array.flatten().tolist(), array.shape)


def part(numbers: Any, dim: int, at: int) -> Any:
    """What an array, ours or NumPy's, has at a place of a dimension."""
    return numbers.select(dim, at) if isinstance(numbers, Array) else numbers.take(at, dim)
