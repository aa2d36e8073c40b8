"""How large the numbers of a constant are at most, as far as that is seen without working them out: those of biases
that are made of weights, which mask nothing."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, prod
from operator import eq
from typing import Any

from rfcli.readers.onnx.calls import Traced
from rfcli.readers.onnx.folding import LAID
from rfcli.readers.onnx.products import PRODUCTS, Equation, Shapes, product_shape
from rfcli.readers.onnx.steps import attributes_of
from rfcli.readers.onnx.working import Working
from rfcli.readers.tracing.arrays import Array
from rfcli.readers.tracing.maps import Constant

BELOW_ONE = frozenset(["Sigmoid", "Softmax", "Tanh", "Erf", "HardSigmoid", "Softsign", "Sin", "Cos"])
"""Operations whose results are from -1 to 1."""
NO_LARGER = LAID | {"Relu", "Neg", "Abs", "Gather", "GatherND", "GatherElements"}
"""Operations whose results are no larger than the entries of their first input."""
MOST_NESTED = 40
ROUNDED = 1.001
"""What single precision may add."""


class Magnitudes:
    """Of a graph's constants."""

    def __init__(self, makers: Mapping[str, Any], working: Working, values: Mapping[str, Traced]) -> None:
        self.makers, self.working, self.values = makers, working, values
        self.known: dict[str, float] = {}

    def of(self, name: str, depth: int = 0) -> float:
        """The largest magnitude that a number of a constant may have; infinite where that is not known."""
        if name not in self.known:
            self.known[name] = inf if depth > MOST_NESTED else self._of(name, depth)
        return self.known[name]

    def is_made(self, name: str) -> bool:
        """Whether a constant is more than what is stored, laid out."""
        node = self.makers.get(name)
        while node is not None and node.op_type in LAID:
            node = self.makers.get(node.input[0]) if node.input else None
        return node is not None and node.op_type != "Constant"

    def _of(self, name: str, depth: int) -> float:
        node = self.makers.get(name)
        if node is None or node.op_type == "Constant":
            found = self.working(name)
            return inf if found is None else _largest(found)
        operation = node.op_type if node.domain in ("", "ai.onnx") else ""
        if operation in BELOW_ONE:
            return 1.0
        if operation in NO_LARGER and node.input:
            return self.of(node.input[0], depth + 1)
        if operation in ("Add", "Sub", "Mul") and len(node.input) == 2:
            first, second = (self.of(one, depth + 1) for one in node.input)
            return (first * second if operation == "Mul" else first + second) * ROUNDED
        if operation in PRODUCTS:
            return self._of_product(node, depth)
        return inf

    def _of_product(self, node: Any, depth: int) -> float:
        """Of sums of products: of the numbers of one operand, by all that those of the other come to in a sum."""
        held = [self.values.get(one) for one in node.input]
        shapes = [one.shape for one in held if isinstance(one, Constant) and not one.vague]
        attributes = attributes_of(node)
        if len(shapes) != len(held) or len(held) != 2 or product_shape(node.op_type, attributes, shapes) is None:
            return inf
        equation = PRODUCTS[node.op_type](attributes, shapes)
        assert equation is not None, "it has a shape"
        found = inf
        for at in (0, 1):
            sums = self.working(node.input[at])
            if sums is not None:
                found = min(found, self.of(node.input[1 - at], depth + 1) * _summed(sums, at, equation, shapes))
        return found * ROUNDED


def _summed(array: Array, at: int, equation: Equation, shapes: Shapes) -> float:
    """What the magnitudes of the numbers of an operand come to at most in a sum of products."""
    letters, result = equation
    gone = [place for place, letter in enumerate(letters[at]) if letter not in result]
    held = result + letters[at]
    alone = prod(n for letter, n in zip(letters[1 - at], shapes[1 - at], strict=True) if letter not in held)
    sums = array.folded(gone, lambda row: sum(map(abs, row))) if gone else array
    return _largest(sums) * alone


def _largest(array: Array) -> float:
    """The largest magnitude; infinite where there is one that is no number."""
    entries = array.once()
    return max(map(abs, entries), default=0) if all(map(eq, entries, entries)) else inf
