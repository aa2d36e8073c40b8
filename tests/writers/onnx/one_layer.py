"""Networks of a layer: the operations that they become, which onnx checks, and its reference evaluator runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy
import onnx
import pytest
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from witnesses.dependence import Map, depends_as_told

import rfcli
from writers.exporting import refusals


@dataclass(frozen=True)
class Operation:
    """An operation; of its operands those that are no maps: whole numbers and floats as lists, weights by their shapes,
    tensors of one number as it and their shape, and None for one that is left out."""

    type: str
    operands: tuple[Any, ...]
    attributes: dict[str, Any]


def op(type: str, *operands: Any, **attributes: Any) -> Operation:
    return Operation(type, operands, attributes)


@dataclass(frozen=True)
class Case:
    """A layer that reads the input, or several, and what becomes of it, or why there is nothing."""

    layers: tuple[dict[str, Any], ...]
    operations: tuple[Operation, ...]
    refused: str
    maps: tuple[Map, ...]
    unsized: bool
    evaluated: bool

    def network(self) -> rfcli.Architecture:
        named = [f"x{at}" for at in range(len(self.maps))]
        inputs = {
            name: {
                "size": [None] * len(one.shape[2:]) if self.unsized else list(one.shape[2:]),
                "channels": one.shape[1],
            }
            for name, one in zip(named, self.maps, strict=True)
        }
        first, *rest = self.layers
        layers = [{"name": "it", "inputs": named, **first}, *({"name": f"l{at}", **one} for at, one in enumerate(rest))]
        return rfcli.loads(json.dumps({"format": 1, "inputs": inputs, "layers": layers}), "one.json")


def case(
    layers: dict[str, Any] | list[dict[str, Any]], *operations: Operation, refused: str = "",
    maps: tuple[Map, ...] = (Map(),), unsized: bool = False, evaluated: bool = True,
) -> Any:  # fmt: skip
    listed = layers if isinstance(layers, list) else [layers]
    made = Case(tuple(listed), operations, refused, maps, unsized, evaluated)
    named = ", ".join(f"{key} {value}" for one in listed for key, value in one.items() if key != "type")
    return pytest.param(made, id=" ".join([*(one["type"] for one in listed), *([named] if named else [])]))


def types(cases: list[Any]) -> set[str]:
    """The layer types that a table has a row for."""
    return {layer["type"] for one in cases for layer in one.values[0].layers}


def agrees(one: Case) -> None:
    """The network becomes these operations; onnx finds nothing wrong with them and infers the sizes that rf states, and
    what they make depends on what rf says that the layer reads."""
    network = one.network()
    found = refusals(network, "onnx")
    if one.refused:
        assert len(found) == 1 and one.refused in found[0], found
        return
    assert found == []
    model = onnx.load_from_string(rfcli.exported(network, "onnx"))
    made = operations(model.graph)
    assert made == list(one.operations), made
    onnx.checker.check_model(model, full_check=True)
    if one.evaluated and not one.unsized:
        evaluator = ReferenceEvaluator(with_weights(model))
        maps = {value.name: each for value, each in zip(model.graph.input, one.maps, strict=True)}
        depends_as_told(network, lambda given: evaluator.run(None, given), maps)


def attributes(node: Any) -> dict[str, Any]:
    found = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    plain = {key: value.decode() if isinstance(value, bytes) else value for key, value in found.items()}
    return {key: round(value, 5) if isinstance(value, float) else value for key, value in plain.items()}


def operations(graph: Any) -> list[Operation]:
    """All operations but constants, and what of their operands is no map."""
    constants: dict[str, Any] = {"": None}
    constants |= {each.name: numpy_helper.to_array(each).tolist() for each in graph.initializer}
    listed = []
    for node in graph.node:
        given = attributes(node)
        if node.op_type == "Constant":
            ((key, value),) = given.items()
            constants[node.output[0]] = tuple(value.dims) if key == "sparse_value" else value
        elif node.op_type == "ConstantOfShape":
            constants[node.output[0]] = (numpy_helper.to_array(given["value"]).item(), tuple(constants[node.input[0]]))
        else:
            operands = tuple(constants[name] for name in node.input if name in constants)
            listed.append(Operation(node.op_type, operands, given))
    return listed


def with_weights(model: Any) -> Any:
    """The model with numbers in place of its weights."""
    made = onnx.ModelProto.FromString(model.SerializeToString())
    chance = numpy.random.default_rng(3)
    for node in made.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "sparse_value":
            shape = tuple(node.attribute[0].sparse_tensor.dims)
            value = numpy_helper.from_array(chance.uniform(0.5, 1.5, shape).astype(numpy.float32))
            node.attribute[0].CopyFrom(helper.make_attribute("value", value))
    return made
