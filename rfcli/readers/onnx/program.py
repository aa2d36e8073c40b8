"""A graph run on maps: every node by the function of its operation, or as an operation that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rfcli.description.nodes import File
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.onnx import layout, merges, parts, pointwise, resizing, weights, whole_map, windows
from rfcli.readers.onnx.calls import OPERATIONS, Call, Traced
from rfcli.readers.onnx.constants import constant_of, folded, sparse_constant
from rfcli.readers.tracing.maps import Layout, Map
from rfcli.readers.tracing.tracer import Tracer, drafted

Shape = tuple[int | None, ...] | None

FAMILIES = (pointwise, windows, whole_map, weights, layout, parts, merges, resizing)
"""The modules that fill `OPERATIONS`."""
MAX_OUTPUTS = 1000
"""Outputs of an unknown operation that are layers."""


class Program:
    """Runs a graph on maps."""

    def __init__(self, tracer: Tracer, graph: Any, opset: int) -> None:
        self.tracer, self.graph, self.opset = tracer, graph, opset
        self.values: dict[str, Traced] = {"": None}
        self.shapes = {one.name: _shape(one) for one in (*graph.value_info, *graph.output)}

    def run(self, inputs: dict[str, tuple[int | None, ...]]) -> None:
        """All nodes, in the graph's order."""
        self.values |= {tensor.name: constant_of(tensor) for tensor in self.graph.initializer}
        self.values |= {sparse.values.name: sparse_constant(sparse) for sparse in self.graph.sparse_initializer}
        if not inputs:
            raise ForeignError("the model has no inputs")
        self.values |= {name: self.tracer.input(name, shape) for name, shape in inputs.items()}
        for node in self.graph.node:
            missing, reader = [name for name in node.input if name not in self.values], node.name or node.op_type
            if missing:
                raise ForeignError(f"node '{reader}' reads '{missing[0]}', which nothing makes before it")
            self._node(node)
        self.tracer.outputs(self.values.get(one.name) for one in self.graph.output)

    def _node(self, node: Any) -> None:
        call = self._call(node)
        shapes = [self.shapes.get(name) for name in node.output]
        traced = any(isinstance(value, Map) for value in call.inputs)
        made = self._made(call, shapes) if traced else [folded(call, shape) for shape in shapes]
        for output, shape, value in zip(node.output, shapes, [*made, *[None] * len(shapes)], strict=False):
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
        params = self.tracer.trained(*call.inputs)
        return self.tracer.unknown_outputs(call.name, told, maps, shapes[:MAX_OUTPUTS], params)


def described(graph: Any, file: File, opset: int) -> Draft:
    """The description of a graph. Raises `ForeignError`."""
    constants = {tensor.name for tensor in graph.initializer} | {one.values.name for one in graph.sparse_initializer}
    inputs = {one.name: _shape(one) or () for one in graph.input if one.name not in constants}
    name = graph.name or None
    return drafted(inputs, lambda: Draft(file, name), lambda tracer: Program(tracer, graph, opset).run(inputs))


def _shape(value: Any) -> Shape:
    """Sizes of a tensor, each None where it is a symbol; None where they are not known, or of what is no tensor."""
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return None
    return tuple(dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else None for dim in tensor.shape.dim)


def _attribute(one: Any) -> Any:
    """An attribute's value: numbers, texts, lists of them, or a tensor."""
    kinds = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints", 8: "strings", 11: "sparse_tensor"}
    kind = kinds.get(one.type, "")
    value: Any = getattr(one, kind, None)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return list(value) if kind in ("floats", "ints", "strings") else value
