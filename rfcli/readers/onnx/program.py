"""A graph run on maps: every node by the function of its operation, or as an operation that is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import zip_longest
from math import prod
from typing import Any

from rfcli.description.nodes import File
from rfcli.ordering import ordered
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.onnx import (
    attention,
    contrib,
    layout,
    merges,
    parts,
    pointwise,
    rare,
    recurrent,
    resizing,
    spectra,
    weights,
    whole_map,
    windows,
    writes,
)
from rfcli.readers.onnx.branches import captured, taken
from rfcli.readers.onnx.calls import OPERATIONS, Call, Traced, integers
from rfcli.readers.onnx.constants import BIASES, WEIGHTS, biases, constant_of, sparse_constant
from rfcli.readers.onnx.evaluation import SHAPED, Evaluator
from rfcli.readers.onnx.folding import Folder
from rfcli.readers.onnx.inference import inferred
from rfcli.readers.onnx.joins import apart, joined_by
from rfcli.readers.onnx.moved import MOVING, Chain
from rfcli.readers.onnx.names import Names
from rfcli.readers.onnx.once import Once
from rfcli.readers.onnx.rolls import parts_of, rolled
from rfcli.readers.onnx.scores import Scores, leads_to_attention, scores_of, with_scores
from rfcli.readers.onnx.signature import untrained
from rfcli.readers.onnx.steps import Step, attributes_of, steps, tensor_of
from rfcli.readers.onnx.twins import twins
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.joined import Joined, unbundled
from rfcli.readers.tracing.maps import Constant, Layout, Map
from rfcli.readers.tracing.settling import again, as_result
from rfcli.readers.tracing.tracer import Tracer, drafted

Shape = tuple[int | None, ...] | None

FAMILIES = (
    pointwise,
    windows,
    whole_map,
    recurrent,
    weights,
    layout,
    parts,
    merges,
    resizing,
    spectra,
    attention,
    contrib,
    rare,
    writes,
)
"""The modules that fill `OPERATIONS`."""
NUMBERS = frozenset([Constant, type(None)])
"""Types of what depends on no input."""
MAX_OUTPUTS = 1000
"""Outputs of an unknown operation that are layers."""
WEIGHTLESS = frozenset(family.__name__ for family in (pointwise, whole_map, layout, resizing))
"""Families whose operations take numbers, and no weights."""
SCALED = frozenset(["DequantizeLinear", "QuantizeLinear"])
"""Operations on a tensor by scales and zero points."""
QUANTISING = "DynamicQuantizeLinear"
FLOATS = frozenset([1, 10, 11, 16])
"""Data types of trained tensors."""
MOST_NESTED = 30
"""Branches within branches that are followed."""
BIAS = BIASES["QLinearConv"]
REMARK = "onnx cannot infer the shapes in it: behind unknown operations only those that the file states are known"


class Shapes:
    """Shapes of tensors: those that the file states, and those that onnx infers, which takes long: they are asked for
    where rf cannot tell."""

    def __init__(self, model: Any, file: File) -> None:
        self.model, self.file = model, file
        self.stated = _shapes(model.graph)
        self._all: dict[str, Shape] | None = None

    def inferred(self, name: str) -> Shape:
        """The shape of a tensor, as far as the file and onnx tell."""
        found = self.stated.get(name)
        if found is not None and None not in found:
            return found
        if self._all is None:
            model = inferred(self.model)
            self._all = self.stated if model is None else _shapes(model.graph)
            if model is None:
                self.file.remarks.append(REMARK)
        return self._all.get(name)


class Program:
    """Runs a graph on maps."""

    def __init__(self, tracer: Tracer, graph: Any, nodes: Sequence[Step], opset: int, shapes: Shapes) -> None:
        self.tracer, self.graph, self.nodes, self.opset, self.shapes = tracer, graph, nodes, opset, shapes
        self.values: dict[str, Traced] = {"": None}
        self.folder, self.once = Folder(), Once()
        self.stores = any(one.data_type in WEIGHTS and len(one.dims) > 1 for one in graph.initializer)
        """Whether weights are initializers; in some models all are nodes."""
        self.scales = {one.output[1] for one in self.nodes if one.op_type == QUANTISING and len(one.output) > 1}
        """Scales of activations that are quantised as they come."""
        self.names = Names(self.nodes)
        self.makers = {name: node for node in self.nodes for name in node.output}
        self.users: dict[str, list[Step]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(node.input):
                self.users.setdefault(name, []).append(node)
        self.rolls = {
            node.output[0]: parts
            for node in self.nodes
            if node.op_type == "Concat" and (parts := parts_of(node, self.makers, self.users))
        }
        """Of each result that may be rolled the slices that are joined to it, which wait for that."""
        self.waiting = {id(part) for parts in self.rolls.values() for part in parts}
        self.moved: dict[str, Map | None] = {}
        """What steps make that move entries: the last of some in a row a map, those before it nothing."""
        self.twins: dict[str, str] = {}
        """Biases that are others once more."""
        self.untrained = untrained(graph)
        self.tainted: set[str] = set()
        """Tensors that depend on the inputs, not on their sizes alone."""
        self.numbers = Evaluator(graph, opset, self.makers, self.values)
        self.chain = Chain(self.users, self.tainted, self.values, self.numbers, {one.name for one in graph.output})
        self.taken = {name for node in self.nodes for name in node.input} | {one.name for one in graph.output}

    def run(self, inputs: dict[str, tuple[int | None, ...]]) -> None:
        """All nodes, in the graph's order."""
        held = biases(self.nodes)
        self.values |= {one.name: self._initial(one, one.name in held) for one in self.graph.initializer}
        self.values |= {sparse.values.name: sparse_constant(sparse) for sparse in self.graph.sparse_initializer}
        if not inputs:
            raise ForeignError("the model has no inputs")
        self.twins = twins(self.nodes, self.values)
        self.values |= {name: self.tracer.input(name, shape) for name, shape in inputs.items()}
        self._taint(inputs)
        self._run(self.nodes, 0)
        results: list[Any] = [self.values.get(one.name) for one in self.graph.output]
        each = [part for one in results for part in (one.parts if isinstance(one, Joined) else (one,))]
        self.tracer.outputs(as_result(self.tracer, one, "Concat: it is rolled") for one in each)
        self.tracer.draft.unused_params = self._unused()

    def _initial(self, tensor: Any, whole: bool) -> Constant:
        """A tensor of the file; one that is no parameter, as its exporter notes, has no weights to count."""
        made = constant_of(tensor, whole)
        return made.replaced(weights=((tensor.name, 0),)) if tensor.name in self.untrained and made.weights else made

    def _run(self, nodes: Iterable[Step], depth: int) -> None:
        """Nodes in their order; of an `If` whose condition is known those of the branch that is taken."""
        for node in nodes:
            if id(node) in self.waiting:
                continue
            if node.output and node.output[0] in self.rolls and self._rolled(node):
                continue
            if node.output and node.output[0] in self.moved:
                self.values[node.output[0]] = self.moved[node.output[0]]
                continue
            self._made_before(node)
            if node.op_type != "If" or not node.input or depth >= MOST_NESTED:
                self._node(node)
                continue
            branch = taken(node, self.values.get(node.input[0]))
            if branch is None:
                self._node(node)
                continue
            self.values |= {one.name: constant_of(one, False) for one in branch.initializer}
            self._run(steps(branch.node), depth + 1)
            self.values |= {
                name: self.values.get(one.name) for name, one in zip(node.output, branch.output, strict=False)
            }

    def _taint(self, inputs: Iterable[str]) -> None:
        """Finds out what depends on the inputs."""
        self.tainted |= {*inputs}
        for node in self.nodes:
            if node.op_type not in SHAPED and not self.tainted.isdisjoint(
                (*node.input, *(captured(node) if node.graphs else ()))
            ):
                self.tainted.update(node.output)

    def _rolled(self, node: Step) -> bool:
        """Whether a node that joins slices rolls a map; if it does not, the slices are made now."""
        parts = self.rolls[node.output[0]]
        x = self.values.get(parts[0].input[0])
        at = next((one.i for one in node.attribute if one.name == "axis"), 0)
        given = [[self.values.get(name) for name in part.input[1:]] for part in parts]
        if isinstance(x, Map):
            with suppress(Layout), self.tracer.attempt():
                self.values[node.output[0]] = rolled(self.tracer, self.names.of(node), x, at, given)
                return True
        for part in parts:
            self._made_before(part)
            self._node(part)
        return False

    def _made_before(self, node: Step) -> None:
        """Raises `ForeignError` where a node reads what nothing makes."""
        for name in node.input:
            if name not in self.values:
                raise ForeignError(f"node '{node.name or node.op_type}' reads '{name}', which nothing makes")

    def _unused(self) -> int:
        """Numbers of trained tensors that no node takes; inside nodes that hold graphs any may be taken."""
        if any(node.graphs for node in self.nodes):
            return 0
        left = self.taken | self.untrained
        floats = (one for one in self.graph.initializer if one.data_type in FLOATS and one.name not in left)
        return sum(prod(constant_of(one).shape) for one in floats)

    def _node(self, node: Step) -> None:
        tensor = tensor_of(node)
        if tensor is not None:  # as half of the nodes are that exporters write
            (name,) = node.output
            self.values[name] = self._written_out(name, self.once.written(tensor))
            self.values[""] = None
            return
        given = tuple([self.values[name] for name in node.input])
        told = self.once.told(node, given)
        known = self.once.get(told)
        if known is not None:
            self.values[node.output[0]] = known
            self.values[""] = None
            return
        call = self._call(node, given)
        met: set[type[Any]] = {*map(type, call.inputs)}
        made: Sequence[Any]
        if Joined in met:
            made = self._apart(call, node.output)
        elif Scores in met:
            made = self._scored(call, node)
        elif Map not in met:
            made = [self.once.keep(told, given, one) for one in self._folded(call, node)]
        elif call.operation == "MatMul" and self._begins_attention(call, node):
            first, second = call.inputs
            made = [scores_of(mapped(first), mapped(second))]
        else:
            made = self._made(call, node.output)
        for output, value in zip_longest(node.output, made[: len(node.output)]):
            shape = self.shapes.stated.get(output) if type(value) is Map else None
            self.values[output] = value if shape is None else self.tracer.sized(value, shape)
        self.values[""] = None

    def _call(self, node: Step, values: tuple[Traced, ...]) -> Call:
        operation = f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
        if node.graphs:
            values += tuple(one for name in captured(node) if isinstance(one := self.values.get(name), Map))
        attributes = attributes_of(node)
        met = {*map(type, values)}
        values = self._weighing(node, values)
        if met <= NUMBERS:  # What is worked out of constants needs no name, and nothing else either.
            return Call(self.tracer, self.opset, operation, "", values, attributes, len(node.output))
        used = tuple([one in self.taken for one in node.output])
        arrays, name = partial(self._array, node), self.names.of(node)
        return Call(self.tracer, self.opset, operation, name, values, attributes, len(node.output), used, arrays)

    def _array(self, node: Step, at: int) -> Any:
        """The numbers of a constant that a node takes; None where they are not at hand."""
        value = self.values.get(node.input[at])
        if not isinstance(value, Constant) or node.input[at] in self.numbers.hollow:
            return None
        return self.numbers(node.input[at])

    def _made(self, call: Call, outputs: Sequence[str]) -> Sequence[Any]:
        """What an operation makes of maps."""
        if call.operation not in OPERATIONS:
            return self._unknown(call, call.operation, outputs)
        try:
            return self._joined(call)
        except Layout as why:
            found = self._settled(call) or self._moved(call, outputs)
            return found or self._unknown(call, f"{call.operation}: {why}", outputs)

    def _apart(self, call: Call, outputs: Sequence[str]) -> Sequence[Any]:
        """What an operation makes of maps that are joined, of each by itself."""
        try:
            with self.tracer.attempt():
                return apart(call, lambda one: one.made(OPERATIONS[one.operation]))
        except Layout as why:
            found = self._settled(call)
            if found is not None:
                return found
            inputs: list[Any] = []
            for one in call.inputs:
                parts = one.parts if isinstance(one, Joined) else (one,)
                inputs += [one.queries, one.keys] if isinstance(one, Scores) else parts
            return self._unknown(call.replaced(inputs=tuple(inputs)), f"{call.operation}: {why}", outputs)

    def _moved(self, call: Call, outputs: Sequence[str]) -> Sequence[Any] | None:
        """What a step makes that moves entries, where it and some behind it leave them at their positions."""
        node = self.makers.get(outputs[0]) if call.operation in MOVING and len(outputs) == 1 else None
        if node is None:
            return None
        with suppress(Layout), self.tracer.attempt():
            self.moved |= self.chain.moved(self.tracer, call.name, node)
        return [self.moved[outputs[0]]] if outputs[0] in self.moved else None

    def _settled(self, call: Call) -> Sequence[Any] | None:
        """What an operation makes of maps that are joined, or rolled, once layers have put them in place; None where
        that does not help."""
        if call.operation not in OPERATIONS:
            return None
        return again(self.tracer, call.name, call.inputs, lambda inputs: self._joined(call.replaced(inputs=inputs)))

    def _joined(self, call: Call) -> Sequence[Any]:
        """What an operation makes of maps; those that it puts behind one another along an axis are joined. Raises
        `Layout`."""
        maps = [one for one in call.inputs if isinstance(one, Map)]
        if call.operation == "Reshape" and len(call.inputs) == 2 and isinstance(call.inputs[0], Map):
            shape = call.inputs[1]
            target = integers(shape, "sizes") if isinstance(shape, Constant) else None
            found = unbundled(self.tracer, call.name, call.inputs[0], target) if target else None
            if found is not None:
                return [found]
        try:
            with self.tracer.attempt():
                call.check()
                if call.operation in writes.MASKING and len(maps) < len(call.inputs):
                    call = writes.left_of(call)
                return self.tracer.trusted(maps, call.made(OPERATIONS[call.operation]))
        except Layout as why:
            if call.operation == "Concat" and len(maps) > 1:
                with suppress(Layout):
                    return [joined_by(call, call.inputs)]
            raise why

    def _begins_attention(self, call: Call, node: Step) -> bool:
        """Whether a product makes scores of attention, to which something is added."""
        maps = [one for one in call.inputs if isinstance(one, Map)]
        if len(maps) != 2 or {len(one.dims) for one in maps}.isdisjoint((3, 4, 5)):
            return False
        rank, ends = len(maps[0].dims), {one.name for one in self.graph.output}
        return len(maps[1].dims) == rank and leads_to_attention(node, self.users, self.tainted, ends, rank - 1)

    def _scored(self, call: Call, node: Step) -> Sequence[Any]:
        """What an operation makes of scores of attention."""
        try:
            with self.tracer.attempt():
                return [with_scores(call, node.input, self.numbers)]
        except Layout as why:
            inputs: list[Traced] = []
            for one in call.inputs:
                inputs += [one.queries, one.keys, *one.held] if isinstance(one, Scores) else [one]
            return self._unknown(call.replaced(inputs=tuple(inputs)), f"{call.operation}: {why}", node.output)

    def _folded(self, call: Call, node: Step) -> Sequence[Traced]:
        """What an operation makes of constants, and the weights in it."""
        made = [self.folder.made(call, partial(self.shapes.inferred, output)) for output in node.output]
        if call.operation not in SCALED and not any(one.weights for one in made if one is not None):
            return made
        if call.operation == "Constant":
            return [one and self._written_out(name, one) for name, one in zip(node.output, made, strict=True)]
        if call.operation in SCALED and node.input:
            first, twin = _as_weight(call.inputs[0], node.input[0]), self.twins.get(node.input[0])
            weights = first.weights if isinstance(first, Constant) else ()
            weights = tuple([(twin or name, count) for name, count in weights])
            return [one and one.replaced(weights=weights) for one in made]
        return [one and one.replaced(weights=self._own(one.weights)) for one in made]

    def _written_out(self, name: str, made: Constant) -> Constant:
        """A constant that is a node of its own."""
        if self.stores:
            self.tracer.aside.add(name)
        return made.replaced(weights=_named(name, made)) if made.weights else made

    def _own(self, weights: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
        """Those among weights of a tensor that is made of several: numbers that the graph writes out work on others."""
        stored = tuple(one for one in weights if one[0] not in self.tracer.aside)
        return stored or weights

    def _weighing(self, node: Step, values: tuple[Traced, ...]) -> tuple[Traced, ...]:
        """What a node takes, where quantisation hides which of it are weights: biases of integers are, and scales that
        are multiplied with those of activations are none."""
        if node.op_type == "QLinearConv" and len(values) > BIAS:
            return (*values[:BIAS], _as_weight(values[BIAS], node.input[BIAS]), *values[BIAS + 1 :])
        if node.op_type == "Mul" and not self.scales.isdisjoint(node.input):
            return tuple([one.replaced(weights=()) if isinstance(one, Constant) else one for one in values])
        return values

    def _unknown(self, call: Call, told: str, outputs: Sequence[str]) -> Sequence[Traced]:
        """An operation that is not known; each of its outputs is one."""
        maps = [value for value in call.inputs if isinstance(value, Map)]
        known = OPERATIONS.get(call.operation)
        weightless = known is not None and known.__module__ in WEIGHTLESS
        params = 0 if weightless else self.tracer.trained(*call.inputs, taken=known is not None)
        shapes = [self.shapes.inferred(name) for name in outputs[:MAX_OUTPUTS]]
        return self.tracer.unknown_outputs(call.name, told, maps, shapes, params)


def _named(name: str, constant: Constant) -> tuple[tuple[str, int], ...]:
    """The weights in a constant, by the name of what makes it; a single number that is written out is none."""
    return tuple((name, n) for _, n in constant.weights if n > 1 or constant.values is None)


def _as_weight(value: Traced, name: str) -> Traced:
    """A constant as weights, whatever numbers it has."""
    if not isinstance(value, Constant) or value.weights:
        return value
    return value.replaced(weights=((name, prod(value.shape)),))


def described(model: Any, nodes: Sequence[Step], file: File, opset: int) -> Draft:
    """The description of a model with these nodes. Raises `ForeignError`."""
    graph = model.graph
    constants = {tensor.name for tensor in graph.initializer} | {one.values.name for one in graph.sparse_initializer}
    inputs = {one.name: _shape(one) or () for one in graph.input if one.name not in constants}
    ready = in_order(graph, nodes, {"", *constants, *inputs})
    shapes = Shapes(model, file)
    name = graph.name or None
    return drafted(
        inputs, lambda: Draft(file, name), lambda tracer: Program(tracer, graph, ready, opset, shapes).run(inputs)
    )


def in_order(graph: Any, nodes: Sequence[Step], given: set[str]) -> Sequence[Step]:
    """The nodes of a graph in an order in which each can be run; the file's, where it is one, else the graph's message
    has them in the other order, too. Raises `ForeignError` where nodes read each other in a circle."""
    made = set(given)
    for node in nodes:
        if not made.issuperset(node.input):
            break
        made.update(node.output)
    else:
        return nodes
    makers = {name: number for number, node in enumerate(nodes) for name in node.output if name not in given}
    needs = [{makers[name] for name in node.input if name in makers} for node in nodes]
    order = ordered(needs)
    if len(order) < len(nodes):
        done = set(order)
        stuck = next(number for number in range(len(nodes)) if number not in done)
        through = next(name for name in nodes[stuck].input if name in makers and makers[name] not in done)
        raise ForeignError(f"nodes read each other in a circle, through '{through[:60]}'")
    sorted_graph = type(graph)(node=[nodes[number].message for number in order])
    del graph.node[:]
    graph.node.extend(sorted_graph.node)
    return steps(graph.node)


def _shapes(graph: Any) -> dict[str, Shape]:
    """The shapes that a graph states of its tensors."""
    return {one.name: _shape(one) for one in (*graph.value_info, *graph.output)}


def _shape(value: Any) -> Shape:
    """Sizes of a tensor, each None where it is a symbol; None where they are not known, or of what is no tensor."""
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return None
    return tuple(dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else None for dim in tensor.shape.dim)
