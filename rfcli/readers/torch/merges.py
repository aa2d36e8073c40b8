"""Operations of ATen on several tensors."""

from collections.abc import Sequence
from contextlib import suppress
from math import prod
from typing import Any

from rfcli.readers.torch.calls import Call, operation
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.blanks import VARIED, blanked, positions, remarked
from rfcli.readers.tracing.joined import Joined, joined
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, keys, with_ones
from rfcli.readers.tracing.scores import MASKED, met_with_terms, whole_scores
from rfcli.words.torch import MERGES, operations

MASKING = {"mul": "", "multiply": "", "where": "condition", "masked_fill": "mask"}
"""Operations with which constants take entries out, and the argument that says which."""


@operation(*(name for name in operations(MERGES) if MERGES.read(name) != "concat"))
def entries(call: Call, first: Argument) -> Map:
    """Entries at the same place of several tensors."""
    scores = whole_scores(call.tracer, call.operands)
    if scores:
        _check_left(call)
    operands = call.operands
    if call.operation in MASKING and any(isinstance(one, Constant) for one in operands):
        operands = [_left_of(call, name, one) if isinstance(one, Map) else one
                    for name, one in call.arguments.items() if isinstance(one, Map | Constant)]  # fmt: skip
    made = call.tracer.combined(call.name, MERGES.read(call.operation), operands)
    return met_with_terms(call.tracer, scores, made)


def _left_of(call: Call, name: str, x: Map) -> Map:
    """An operand of an operation with constants, without the positions at which these take it out."""
    found = positions(x)
    raw, numbers = call.raw(name), call.numbers
    if found is None or raw not in call.node.all_input_nodes or call.arguments.get(MASKING[call.operation]) is x:
        return x
    at, shape = found
    made = []
    with suppress(Layout):
        for value in (1.5, 2.5):
            given = {}
            for one in call.node.all_input_nodes:
                if one is raw:
                    given[one] = numbers.library.ones(shape) * value
                else:
                    given[one] = numbers.library.ones(()) * 0.5 if one in numbers.tainted else numbers.of(one)
            made.append(numbers.made(call.node, given))
        kept = made[0] != made[1]
        if len(kept.shape) != len(x.dims) or any(kept.shape[one] != x.shape[one] for one in at):
            return x
        try:
            return blanked(call.tracer, call.name, x, at, _any_of(kept, at))
        except Layout:
            remarked(call.tracer, call.name, VARIED)
    return x


def _any_of(kept: Any, at: Sequence[int]) -> Any:
    """Of each position, in the dimensions `at`, whether any of its entries is left."""
    for one in reversed(range(len(kept.shape))):
        kept = kept if one in at else kept.any(one)
    return kept


def _check_left(call: Call) -> None:
    """Raises `Layout` where constants may mask scores of positions, whose products read all of them."""
    constants = [x for x in call.operands if isinstance(x, Constant) and prod(x.shape) > 1]
    if len(constants) == len(call.operands) - 1 and constants and not any(n for x in constants for _, n in x.weights):
        (shape,) = (x.shape for x in call.operands if isinstance(x, Map))
        made = call.numbers.with_one(call.node, call.numbers.library.ones([n or 1 for n in shape]))
        if bool(((made == 0) | (made <= MASKED)).any()):
            raise Layout("what its mask leaves is not known")


@operation("tril", "triu")
def triangle(call: Call, x: Map) -> Map:
    """Part of a matrix. Of products of positions it is not known which are left."""
    if x.local and keys(x.dims) and not call.tracer.draft.behind(x.layer, call.tracer.unmasked):
        return call.tracer.passed(call.name, x)
    found = positions(x)
    if found is None or not {len(x.dims) - 2, len(x.dims) - 1} <= {*found[0]}:
        raise Layout("entries are left out")
    at, shape = found
    kept = call.numbers.with_one(call.node, call.numbers.library.ones(shape)) != 0
    return call.tracer.passed(call.name, blanked(call.tracer, call.name, x, at, _any_of(kept, at)))


@operation("cat")
def cat(call: Call, tensors: Sequence[Argument], *, dim: int = 0) -> Map | Joined:
    # Tensors of shape (0,) may stand in any row (a legacy of torch.cat).
    operands = [one for one in tensors or () if not (isinstance(one, Constant) and one.shape == (0,))]
    if not all(isinstance(one, Map | Constant) for one in operands):
        raise Layout("it joins what are no tensors")
    try:
        with call.tracer.attempt():
            return call.tracer.joined(call.name, operands, dim)
    except Layout:
        if sum(isinstance(one, Map) for one in operands) < 2:
            raise
        return joined(operands, dim)


@operation("stack")
def stack(call: Call, tensors: Sequence[Argument], *, dim: int = 0) -> Map:
    at = axis_at(dim, len(call.shape))
    operands: list[Map | Constant] = []
    for one in tensors or ():
        if isinstance(one, Map):
            operands.append(one.replaced(dims=with_ones(one.dims, [at])))
        elif isinstance(one, Constant):
            operands.append(one.replaced(shape=(*one.shape[:at], 1, *one.shape[at:])))
    return call.tracer.joined(call.name, operands, at)
