"""Sums of products in Einstein's notation."""

from collections.abc import Sequence

from rfcli.readers.torch.calls import Call, operation
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.blanks import VARIED, has_gaps, remarked
from rfcli.readers.tracing.einsum import summed
from rfcli.readers.tracing.maps import Map


@operation("einsum")
def einsum(call: Call, equation: Argument, *, tensors: Sequence[Argument] = ()) -> Map:
    made = summed(call.tracer, call.name, str(equation), tensors)
    if has_gaps(tensors, str(equation), call.has_zeros):
        remarked(call.tracer, call.name, VARIED)
    return made
