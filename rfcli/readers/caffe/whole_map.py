"""Layers that see all positions: `InnerProduct`, reductions."""

from __future__ import annotations

from rfcli.readers.caffe.calls import Call, dimension, layer_type
from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.maps import Layout, Map, axes_in


@layer_type("InnerProduct")
def linear(call: Call, x: Map) -> list[Map]:
    """All dimensions from `axis` on multiplied by a matrix; each further bottom by the same."""
    stated = call.settings("inner_product_param")
    units = stated.integer("num_output", 0)
    if not units:
        raise ForeignError("it has no num_output", at=call.stated.node)
    found = []
    for at, one in enumerate(call.maps):
        name = call.name if at == 0 else f"{call.name}_{at + 1}"
        first = dimension(one, stated.integer("axis", 1, -9))
        if first == 1 and len(one.dims) > 2 and (one.axes or one.local):
            one = call.tracer.flat(f"{name}/flatten", one)
        elif first == 1 and len(one.dims) > 2:
            one = one.replaced(dims=(one.dims[0], tuple(atom for dim in one.dims[1:] for atom in dim)))
        elif first != len(one.dims) - 1:
            raise Layout("several dimensions are multiplied, and not all")
        shared = {"params": 0} if at else call.weights
        bias = stated.flag("bias_term", True)
        found.append(call.tracer.projected(name, one, len(one.dims) - 1, units, bias, shared))
    return found


@layer_type("Reduction")
def reduction(call: Call, x: Map) -> Map:
    """Everything from `axis` on becomes one number."""
    stated = call.settings("reduction_param")
    first = dimension(x, stated.integer("axis", 0, -9))
    return call.tracer.pooled(call.name, x, range(first, len(x.dims)), False, "avg")


@layer_type("ArgMax")
def place_of_maximum(call: Call, x: Map) -> Map:
    """Along an axis; without one, over all that is not the batch."""
    stated = call.settings("argmax_param")
    if stated.scalar("axis") is None:
        return call.tracer.pooled(call.name, x, range(1, len(x.dims)), False, "max")
    at = dimension(x, stated.integer("axis", 1, -9))
    if axes_in(x.dims[at]):
        return call.tracer.pooled(call.name, x, [at], True, "max")
    return call.tracer.rechannelled(call.name, x, 1, [*x.dims[:at], (), *x.dims[at + 1 :]])
