"""Operations of ATen on several tensors."""

from collections.abc import Sequence

from rfcli.readers.torch.calls import Call, operation
from rfcli.readers.torch.joins import Joined, joined
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, with_ones
from rfcli.words.torch import MERGES, operations


@operation(*(name for name in operations(MERGES) if MERGES.read(name) != "concat"))
def entries(call: Call, first: Argument) -> Map:
    """Entries at the same place of several tensors."""
    return call.tracer.combined(call.name, MERGES.read(call.operation), call.operands)


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
