"""Steps that are turned round for a recurrent layer and back behind it, as those that run backwards are written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rfcli.readers.tensorflow.calls import Call, Traced, integers
from rfcli.readers.tensorflow.graph import Node
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at
from rfcli.values import Value

RECURRENT = "rf.recurrent"
LISTS = ("TensorListFromTensor", "TensorListStack", "Identity")


class Turned(Value):
    """A map of which one dimension runs backwards."""

    map: Map
    at: int


def turned(node: Node, inputs: Sequence[object], users: Mapping[str, Sequence[Node]]) -> Turned | None:
    """The steps of a map turned round, where nothing but a recurrent layer takes them."""
    behind = users.get(node.outputs[0], ()) if node.outputs else ()
    if node.operation != "ReverseV2" or not behind or any(one.operation != LISTS[0] for one in behind):
        return None
    x, axes = (*inputs, None)[:2]
    named = integers(axes, "axis") if isinstance(axes, Constant) else None
    return Turned(x, 0) if isinstance(x, Map) and named == [0] and x.dims else None


def onwards(call: Call, inputs: Sequence[object], one: Callable[[Call], Sequence[Traced]]) -> Sequence[Traced | Turned]:
    """What an operation makes of steps that are turned round. Raises `Layout` where they would be told so."""
    x, *rest = inputs
    if not isinstance(x, Turned) or any(isinstance(each, Turned) for each in rest):
        raise Layout("its steps are turned round")
    second = rest[0] if rest and isinstance(rest[0], Constant) else None
    if call.operation in LISTS:
        return [x]
    if call.operation == RECURRENT:
        (made,) = one(call.replaced(inputs=(x.map, *call.inputs[1:]), attributes={**call.attributes, "reverse": True}))
        return [made] if call.attributes.get("last") or not isinstance(made, Map) else [Turned(made, 0)]
    if call.operation == "Transpose":
        order = integers(second, "order") or []
        if sorted(order) == list(range(len(x.map.dims))):
            return [Turned(x.map.replaced(dims=tuple(x.map.dims[at] for at in order)), order.index(x.at))]
    if call.operation == "ReverseV2":
        axes = [axis_at(at, len(x.map.dims)) for at in integers(second, "axis") or []]
        if axes == [x.at]:
            return [call.tracer.passed(call.name, x.map)]
    raise Layout("its steps are turned round")
