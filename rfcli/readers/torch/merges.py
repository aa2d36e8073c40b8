"""Operations of ATen on several tensors."""

from collections.abc import Sequence
from math import prod

from rfcli.readers.torch.calls import Call, operation
from rfcli.readers.torch.masks import MASKED
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.joined import Joined, joined
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, keys, with_ones
from rfcli.words.torch import MERGES, operations


@operation(*(name for name in operations(MERGES) if MERGES.read(name) != "concat"))
def entries(call: Call, first: Argument) -> Map:
    """Entries at the same place of several tensors."""
    if any(keys(x.dims) and not x.local for x in call.operands if isinstance(x, Map)):
        _check_left(call)
    return call.tracer.combined(call.name, MERGES.read(call.operation), call.operands)


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
    if x.local and keys(x.dims):
        return call.tracer.passed(call.name, x)
    raise Layout("entries are left out")


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
