"""Sums of products of constants: their shapes, by a letter for each dimension."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rfcli.readers.tracing.strides import broadcast

Shapes = Sequence[Sequence[int]]
Equation = tuple[list[str], str]
"""Of each operand, and of the result, the letters of its dimensions."""


def of_einsum(attributes: Mapping[str, Any], shapes: Shapes) -> Equation | None:
    """The equation of an `Einsum`; None where dots stand for dimensions in it, or it is none."""
    equation = attributes.get("equation")
    if type(equation) is not str or "." in equation:
        return None
    before, arrow, after = equation.replace(" ", "").partition("->")
    operands = before.split(",")
    once = sorted(letter for letter in {*before} if letter != "," and before.count(letter) == 1)
    return operands, after if arrow else "".join(once)


def of_matrices(attributes: Mapping[str, Any], shapes: Shapes) -> Equation | None:
    """The equation of a product of matrices; None where one is a vector."""
    ranks = [len(one) for one in shapes]
    if len(ranks) != 2 or min(ranks) < 2 or max(ranks) > 20:
        return None
    batch = "".join(map(chr, range(ord("a"), ord("a") + max(ranks) - 2)))
    first, second = (f"{batch[len(batch) - rank + 2 :]}{last}" for rank, last in zip(ranks, ("XY", "YZ"), strict=True))
    return [first, second], f"{batch}XZ"


PRODUCTS: dict[str, Callable[[Mapping[str, Any], Shapes], Equation | None]] = {
    "Einsum": of_einsum,
    "MatMul": of_matrices,
}


def product_shape(operation: str, attributes: Mapping[str, Any], shapes: Shapes) -> tuple[int, ...] | None:
    """The shape of a product of operands; None where they do not fit."""
    equation = PRODUCTS[operation](attributes, shapes)
    if equation is None or [len(one) for one in equation[0]] != [len(shape) for shape in shapes]:
        return None
    sizes: dict[str, tuple[int, ...]] = {}
    try:
        for letters, shape in zip(equation[0], shapes, strict=True):
            for letter, n in zip(letters, shape, strict=True):
                sizes[letter] = broadcast([sizes.get(letter, (1,)), (n,)])
        return tuple(sizes[letter][0] for letter in equation[1])
    except (KeyError, ValueError):
        return None
