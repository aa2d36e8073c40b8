"""Models of a node or a few: what rf makes of them, and what onnx's reference evaluator sees their outputs depend on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy
import onnx
import pytest
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import rfcli
from rfcli.layers._layer import Whole, attribute
from rfcli.layers._registry import layer_of


@dataclass(frozen=True)
class Map:
    """An input of the model: entries are tried at some values, and lie between them otherwise."""

    shape: tuple[int, ...] = (1, 4, 5, 6)
    values: tuple[Any, ...] = (-3.0, 3.0)
    dtype: Any = numpy.float32

    def drawn(self, chance: numpy.random.Generator) -> Any:
        if numpy.dtype(self.dtype).kind == "f":
            finite = [one for one in self.values if numpy.isfinite(one)]
            low, high = min(finite), max(finite)
            return (low + (high - low) * chance.uniform(0.1, 0.9, self.shape)).astype(self.dtype)
        return chance.choice(self.values, self.shape).astype(self.dtype)


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
    border: bool
    """Whether outputs at the border depend on nothing but the taps that lie in the map."""
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
    made = Case(tuple(listed), pairs, unknown, opset, border, evaluated)
    marks = [pytest.mark.skipif(onnx.defs.onnx_opset_version() < opset, reason=f"onnx without opset {opset}")]
    named = " ".join(f"{key}={value}" for key, value in listed[0].attributes.items())
    return pytest.param(
        made, id=" ".join([*(one.operation for one in listed), *([named] if named else [])]), marks=marks
    )


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
        depends_as_told(one, architecture)


def parameters(type: str, given: dict[str, Any], axes: int) -> tuple[str, dict[str, Any]]:
    """A layer's type and all its parameters, however they are written."""
    layer = layer_of(type, axes, given)
    return type, {name: getattr(layer, attribute(name)) for name in layer.parameters}


def depends_as_told(one: Case, architecture: rfcli.Architecture) -> None:
    report = rfcli.compute(architecture)
    axes, evaluator = architecture.axes, ReferenceEvaluator(one.model())
    chance = numpy.random.default_rng(1)
    given = {name: each.drawn(chance) for name, each in one.maps.items()}
    for at, (name, found) in enumerate(zip(report.outputs, evaluator.run(None, given), strict=False)):
        layer = report.layer(name)
        wanted = as_map(found, axes).shape[1:]
        assert (layer.channels, *layer.output_size) == wanted, f"{name} is {wanted}"
        for origin in one.maps:
            depends = dependence(one, evaluator, origin, at, axes)
            for output, seen in depends.items():
                reached, inside = taps(report.graph, name, origin, output)
                if one.border or inside:
                    assert seen == reached, f"output {output} of {name} depends on {seen} of {origin}"


def as_map(tensor: Any, axes: int) -> Any:
    """(batch, features) as a map of one sample."""
    return tensor.reshape(*tensor.shape, *(1,) * axes) if tensor.ndim == 2 else tensor


def dependence(
    one: Case, evaluator: ReferenceEvaluator, origin: str, at: int, axes: int
) -> dict[tuple[int, ...], set[tuple[int, ...]]]:
    """Position of the output -> the positions of an input that change it: each is set to other values."""
    each = one.maps[origin]
    chance = numpy.random.default_rng(2)
    channels = numpy.arange(each.shape[1])
    found: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
    for _ in range(3 if len(one.maps) > 1 or len(each.values) > 2 else 1):
        given = {name: other.drawn(chance) for name, other in one.maps.items()}
        usual = as_map(evaluator.run(None, given)[at], axes)
        for output in product(*map(range, usual.shape[2:])):
            found.setdefault(output, set())
        for place in product(*map(range, each.shape[2:])):
            for turn in range(len(each.values)):
                changed = given[origin].copy()
                changed[(slice(None), slice(None), *place)] = [
                    each.values[(channel + turn) % len(each.values)] for channel in channels
                ]
                made = as_map(evaluator.run(None, {**given, origin: changed})[at], axes)
                differs = (made != usual) & ~((made != made) & (usual != usual))
                for output in zip(*numpy.nonzero(differs.any(axis=(0, 1))), strict=True):
                    found[tuple(map(int, output))].add(place if len(place) else (0,) * axes)
    return found


def taps(graph: Any, name: str, origin: str, output: tuple[int, ...]) -> tuple[set[tuple[int, ...]], bool]:
    """The positions of an input that an output reads by rf, and whether no tap of its lies outside of a map."""
    number, source = graph.names.number(name), graph.names.number(origin)
    rows, inside = [], True
    for axis, o in enumerate(output):
        seen = set()
        for path_seen, within in _walked(graph, number, source, axis, {o}):
            seen |= path_seen
            inside &= within
        rows.append(seen)
    return set(product(*rows)), inside


def _walked(graph: Any, number: int, origin: int, axis: int, wanted: set[int]) -> Iterator[tuple[set[int], bool]]:
    """Along each path to the origin the samples that are read of it, on one axis."""
    if number == origin:
        yield wanted, True
        return
    layer = graph.layers[number]
    for source in graph.sources[number] if layer is not None else ():
        n = graph.sizes[source][axis]
        read = set(range(n)) if layer.whole(axis, False) is not Whole.NO else set()
        if layer.whole(axis, False) is not Whole.ONLY:
            like = graph.likes[number]
            reads = layer.reads(axis, n, None if like is None else graph.sizes[like][axis])
            for o in wanted:
                turns, phase = divmod(0 if n == 1 < graph.sizes[number][axis] and layer.merge else o, len(reads.phases))
                first, last, step = reads.phases[phase] or (0, -1, 1)
                read |= {at + turns * reads.shift for at in range(first, last + 1, step)}
        kept = {at for at in read if 0 <= at < n}
        for seen, within in _walked(graph, source, origin, axis, kept):
            yield seen, within and kept == read
