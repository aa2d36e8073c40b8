"""A graph run on maps: every node by the function of its operation, or as an operation that is not known."""

from __future__ import annotations

from rfcli.readers.draft import ForeignError
from rfcli.readers.onnx import layout, merges, parts, pointwise, resizing, weights, whole_map, windows
from rfcli.readers.onnx.calls import OPERATIONS, Call
from rfcli.readers.onnx.constants import constant_of, folded, sparse_constant
from rfcli.readers.tracing.maps import Constant, Layout, Map

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rfcli.readers.onnx.calls import Traced
    from rfcli.readers.tracing.maps import Size
    from rfcli.readers.tracing.tracer import Tracer

    Shape = tuple[Size, ...] | None

FAMILIES = (pointwise, windows, whole_map, weights, layout, parts, merges, resizing)
"""The modules that fill `OPERATIONS`."""
MAX_OUTPUTS = 1000
"""Outputs of an unknown operation that are layers."""


class Program:
    """Runs a graph on maps."""

    def __init__(self, tracer: Tracer, graph: Any, opset: int) -> None:
        self.tracer, self.graph, self.opset = tracer, graph, opset
        self.values: dict[str, Traced] = {"": None}
        self.shapes = {
            one.name: _known_shape(one)
            for one in (*graph.value_info, *graph.output)
            if one.type.HasField("tensor_type")
        }

    def run(self, inputs: dict[str, list[Size]]) -> None:
        """All nodes, in the graph's order."""
        for tensor in self.graph.initializer:
            self.values[tensor.name] = constant_of(tensor)
        for sparse in self.graph.sparse_initializer:
            self.values[sparse.values.name] = sparse_constant(sparse)
        if not inputs:
            raise ForeignError("the model has no inputs")
        for name, shape in inputs.items():
            self.values[name] = self.tracer.input(name, shape)
        for node in self.graph.node:
            missing = [name for name in node.input if name not in self.values]
            if missing:
                raise ForeignError(
                    f"node '{node.name or node.op_type}' reads '{missing[0]}', which nothing makes before it"
                )
            self._node(node)
        results = [self.values.get(one.name) for one in self.graph.output]
        layers = [self.tracer.output(one) for one in results if isinstance(one, Map)]
        if not layers:
            raise ForeignError("no output depends on an input")
        self.tracer.draft.outputs(layers)

    def _node(self, node: Any) -> None:
        call = self._call(node)
        shapes = [self.shapes.get(name) for name in node.output]
        made: Sequence[Traced]
        if any(isinstance(value, Map) for value in call.inputs):
            made = self._made(call, shapes)
        else:
            made = [folded(call, shape) for shape in shapes]
        for number, (output, shape) in enumerate(zip(node.output, shapes, strict=True)):
            value = made[number] if number < len(made) else None
            if isinstance(value, Map) and shape is not None:
                value = self.tracer.sized(value, shape)
            self.values[output] = value
        self.values[""] = None

    def _call(self, node: Any) -> Call:
        operation = f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
        name = node.name or next((name for name in node.output if name), node.op_type)
        values = tuple(self.values[name] for name in node.input)
        attributes = {one.name: _attribute(one) for one in node.attribute}
        return Call(self.tracer, self.opset, operation, name, values, attributes, len(node.output))

    def _made(self, call: Call, shapes: Sequence[Shape]) -> Sequence[Traced]:
        """What an operation makes of maps."""
        if call.operation not in OPERATIONS:
            return self._unknown(call, call.operation, shapes)
        try:
            with self.tracer.attempt():
                return call.made(OPERATIONS[call.operation])
        except Layout as why:
            return self._unknown(call, f"{call.operation}: {why}", shapes)

    def _unknown(self, call: Call, told: str, shapes: Sequence[Shape]) -> Sequence[Traced]:
        """An operation that is not known; each of its outputs is one."""
        maps = [value for value in call.inputs if isinstance(value, Map)]
        params = sum(self.tracer.trained(value) for value in call.inputs if isinstance(value, Constant))
        made = []
        for number, shape in enumerate(shapes[:MAX_OUTPUTS]):
            name = call.name if number == 0 else f"{call.name}/{number + 1}"
            made.append(self.tracer.unknown(name, told, maps, shape, params if number == 0 else 0))
        return made


def _known_shape(value: Any) -> Shape:
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return None
    return tuple(dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else None for dim in tensor.shape.dim)


def _attribute(one: Any) -> Any:
    """An attribute's value: numbers, texts, lists of them, or a tensor."""
    kinds = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints", 8: "strings", 11: "sparse_tensor"}
    kind = kinds.get(one.type)
    if kind is None:
        return None
    value = getattr(one, kind)
    if kind == "s":
        return value.decode("utf-8", "replace")
    return list(value) if kind in ("floats", "ints", "strings") else value
