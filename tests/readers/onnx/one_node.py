"""Models of a node or a few: what rf makes of them, with onnx's reference evaluator as a witness."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy
import onnx
import pytest
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from witnesses.dependence import Map, depends_as_told

import rfcli
from rfcli.layers._layer import attribute
from rfcli.layers._registry import layer_of

X = Map()
Y = Map()
"""A second one, where both are given."""


@dataclass(frozen=True)
class Before:
    """The result of a node before: of the last one, or of the first, second …"""

    number: int = -1


def trained(*shape: int) -> Any:
    """Weights."""
    return numpy.random.default_rng(3).uniform(0.5, 1.5, shape).astype(numpy.float32)


def whole(*numbers: int) -> Any:
    return numpy.array(numbers, numpy.int64)


@dataclass(frozen=True)
class Node:
    operation: str
    inputs: tuple[Any, ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    outputs: int = 1


def node(operation: str, *inputs: Any, outputs: int = 1, **attributes: Any) -> Node:
    return Node(operation, inputs, attributes, outputs)


@dataclass(frozen=True)
class Case:
    """Nodes, and the layers that they are: types and parameters. Of an operation that is not known, why."""

    nodes: tuple[Node, ...]
    layers: tuple[tuple[str, dict[str, Any]], ...]
    unknown: str
    opset: int
    evaluated: bool
    """Whether the reference evaluator knows the operation in this version, with these attributes."""

    @property
    def maps(self) -> dict[str, Map]:
        """The model's inputs; equal ones in one node's row are one only where they are the same object."""
        found: dict[int, Map] = {id(one): one for node in self.nodes for one in node.inputs if isinstance(one, Map)}
        return {f"x{number}" if number else "x": one for number, one in enumerate(found.values())}

    def model(self) -> Any:
        names = {id(one): name for name, one in self.maps.items()}
        nodes, weights, made = [], [], []
        for number, one in enumerate(self.nodes):
            inputs = []
            for given in one.inputs:
                if given is None:
                    inputs.append("")
                elif isinstance(given, Map):
                    inputs.append(names[id(given)])
                elif isinstance(given, Before):
                    inputs.append(made[given.number][0])
                else:
                    inputs.append(f"w{len(weights)}")
                    weights.append(numpy_helper.from_array(given, inputs[-1]))
            made.append([f"n{number}_{at}" for at in range(one.outputs)])
            nodes.append(helper.make_node(one.operation, inputs, made[-1], name=f"n{number}", **one.attributes))
        inputs = [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(numpy.dtype(one.dtype)), one.shape)
            for name, one in self.maps.items()
        ]
        graph = helper.make_graph(
            nodes, "net", inputs, [helper.make_empty_tensor_value_info(o) for o in made[-1]], weights
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)])


def case(
    nodes: Node | list[Node], *layers: Any, unknown: str = "", opset: int = 21, border: bool = True,
    evaluated: bool = True,
) -> Any:  # fmt: skip
    """A row of a table: layers are types, or pairs of a type and its parameters."""
    listed = nodes if isinstance(nodes, list) else [nodes]
    pairs = tuple((one, {}) if isinstance(one, str) else one for one in layers)
    evaluated = evaluated and opset <= onnx.defs.onnx_opset_version()
    made = Case(tuple(listed), pairs, unknown, opset, evaluated)
    named = " ".join(f"{key}={value}" for key, value in listed[0].attributes.items())
    return pytest.param(made, id=" ".join([*(one.operation for one in listed), *([named] if named else [])]))


def operations(cases: list[Any]) -> set[str]:
    """The operations that a table has a row for."""
    return {node.operation for one in cases for node in one.values[0].nodes}


def agrees(one: Case) -> None:
    """rf makes these layers of the model; their output has the shape that the evaluator makes, and each of its entries
    depends on what rf says it reads."""
    architecture = rfcli.loads(one.model().SerializeToString(), "one.onnx")
    layers = [entry.layer for entry in architecture.entries]
    if one.unknown:
        assert layers[-1].given["unknown"] == one.unknown, layers[-1].given
        return
    axes = architecture.axes
    told = [(layer.type, layer.given) for layer in layers]
    assert [parameters(*each, axes) for each in told] == [parameters(*each, axes) for each in one.layers], told
    if one.evaluated:
        evaluator = ReferenceEvaluator(one.model())
        depends_as_told(architecture, lambda given: evaluator.run(None, given), one.maps)


def parameters(type: str, given: dict[str, Any], axes: int) -> tuple[str, dict[str, Any]]:
    """A layer's type and all its parameters, however they are written."""
    layer = layer_of(type, axes, given)
    return type, {name: getattr(layer, attribute(name)) for name in layer.parameters}
