"""Operations that bring several tensors together, or one to the shape of another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from rfcli.readers.onnx.calls import Call, Integers, Numbers, Traced, operation
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.maps import Constant, Layout, Map, is_axis
from rfcli.readers.tracing.scores import MASKED, met_with_terms, whole_scores
from rfcli.readers.tracing.settling import settled
from rfcli.words.onnx import MERGES

MOST_COPIES = 16
"""Copies of a map behind one another."""


@operation(*MERGES)
def merge(call: Call, *operands: Traced) -> Map:
    scores = whole_scores(call.tracer, operands)
    if scores:
        _check_left(call, operands)
    made = call.tracer.combined(call.name, MERGES.read(call.operation), operands, 2)
    return met_with_terms(call.tracer, scores, made)


def _check_left(call: Call, operands: Sequence[Traced]) -> None:
    """Raises `Layout` where constants may mask scores of positions, whose products read all of them."""
    for at, one in enumerate(operands):
        if isinstance(one, Constant) and prod(one.shape) > 1:
            numbers = call.array(at)
            leaves = LEAVING.get(call.operation)
            if numbers is None or leaves is None or bool((~leaves(numbers)).any()):
                raise Layout("what its mask leaves is not known")


LEAVING: dict[str, Callable[[Any], Any]] = {
    "Add": lambda numbers: numbers > MASKED, "Sub": lambda numbers: (numbers > MASKED) & (numbers < -MASKED),
    "Mul": lambda numbers: numbers != 0, "Div": lambda numbers: numbers != 0,
}  # fmt: skip
"""Operations with constants -> which of their entries leave the scores that they meet."""


@operation("Concat")
def concat(call: Call, *operands: Traced, axis: int = 1) -> Map:
    return call.tracer.joined(call.name, operands, axis)


@operation("Expand")
def expand(call: Call, x: Traced, shape: Numbers) -> Map:
    if shape is None:
        raise Layout("it has no shape")
    return call.tracer.expanded(call.name, mapped(x), shape)


@operation("Tile")
def tile(call: Call, x: Map, repeats: Integers) -> Map:
    if repeats is None or len(repeats) != len(x.dims):
        raise Layout("it has no repeats")
    several = [at for at, count in enumerate(repeats) if count > 1]
    if len(several) == 1 and is_axis(x.dims[several[0]]) and x.shape[several[0]] != 1:
        (at,) = several
        if repeats[at] <= MOST_COPIES:
            return mapped(settled(call.tracer, call.name, Joined((x,) * repeats[at], at)))
    if any(size != 1 and count > 1 for size, count in zip(x.shape, repeats, strict=True)):
        return call.tracer.tiled(call.name, x, [size and size * n for size, n in zip(x.shape, repeats, strict=True)])
    target = [count if size == 1 else 1 for size, count in zip(x.shape, repeats, strict=True)]
    return call.tracer.expanded(call.name, x, target)
