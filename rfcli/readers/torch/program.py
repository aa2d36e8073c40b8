"""A traced program, run on maps: every node of its graph becomes the layers that read what it reads."""

import operator
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from rfcli.readers.draft import ForeignError
from rfcli.readers.torch import (  # noqa: F401
    einsum,
    layout,
    merges,
    nodes,
    parts,
    pointwise,
    recurrent,
    resizing,
    spectra,
    weights,
    whole_map,
    windows,
)
from rfcli.readers.torch.attention import Scores, is_sum_with_product, leads_to_attention, scores_of, with_scores
from rfcli.readers.torch.calls import Call, listed
from rfcli.readers.torch.calls import operation as known
from rfcli.readers.torch.filled import FILLING, SCATTERS, Filled, finished, written
from rfcli.readers.torch.joins import apart
from rfcli.readers.torch.layout import RESHAPES
from rfcli.readers.torch.masks import Numbers
from rfcli.readers.torch.moved import MOVING, Chain
from rfcli.readers.torch.names import Names
from rfcli.readers.torch.nodes import Argument, Graph, Node, Shape
from rfcli.readers.torch.source import Source
from rfcli.readers.torch.stored import Unread
from rfcli.readers.tracing.arguments import leaves
from rfcli.readers.tracing.joined import Joined, unbundled
from rfcli.readers.tracing.maps import Constant, Dim, Layout, Map
from rfcli.readers.tracing.settling import again, as_result
from rfcli.readers.tracing.tracer import Tracer


class Program:
    """A traced program: `inputs` are the shapes of the tensors that it takes; `run` makes layers of it."""

    def __init__(self, source: Source) -> None:
        self.source, self.graph, self.weights = source, source.graph, source.weights
        self.given = [node for node in self.graph.nodes if node.op == "placeholder"]
        self.inputs: dict[str, Shape] = {}
        for node in self.given:
            if node.name not in self.weights and (shapes := nodes.shapes_of(node)):
                self.inputs[str(node.name)] = shapes[0]
        self.tainted = {node for node in self.given if node.name in self.inputs}
        """Nodes that depend on the inputs."""
        for node in self.graph.nodes:
            if self.tainted.isdisjoint(node.all_input_nodes):
                continue
            operation = nodes.operation_of(node)
            read = node.all_input_nodes[:1] if operation in nodes.COPIES else node.all_input_nodes
            if not self.tainted.isdisjoint(read) and operation not in nodes.SHAPED:
                self.tainted.add(node)
        self.numbers = Numbers(source, self.tainted)
        self.moved: dict[Node, Argument] = {}
        """What steps make that move entries: the last of some in a row a map, those before it nothing."""
        self.live: set[Node] = set()
        """Nodes of the graphs that were met that what these return depends on."""
        self.chain = Chain(self.numbers, self.live)

    def run(self, tracer: Tracer) -> None:
        """All nodes, in the graph's order."""
        if not self.inputs:
            raise ForeignError("the model has no inputs")
        self.tracer = tracer
        values: dict[Node, Argument] = dict.fromkeys(self.given)
        for node in self.given:
            if node.name in self.inputs:
                values[node] = tracer.input(node.name, self.inputs[node.name])
            elif node.name in self.weights:
                weight = self.weights[node.name]
                values[node] = Constant(nodes.shapes_of(node)[0], None, ((weight.name, weight.params),))
        owner = self.source.owner
        results = self._run(self.graph, owner, values, Names(owner, self.tainted))
        each = [part for one in leaves(results) for part in (one.parts if isinstance(one, Joined) else (one,))]
        tracer.outputs(as_result(tracer, one, "aten.roll") for one in each)
        own = {weight.name: weight.params for weight in self.weights.values()}
        tracer.draft.unused_params = sum(own[name] for name in own.keys() - tracer.counted.keys())

    def _run(self, graph: Graph, owner: Any, values: dict[Node, Argument], names: Names) -> Argument:
        """What a graph returns: what that does not depend on is left out, as torch leaves it out where it can."""
        results = graph.output_node().args[0]
        if graph is self.graph:
            results = self._own(results)
        live = nodes.live(results)
        self.live |= live
        for node in graph.nodes:
            if node.op != "output" and node not in live:
                continue
            if node.op == "get_attr":
                values[node] = _attribute(owner, node)
            elif node.op == "call_function":
                values[node] = self._called(node, values, names)
            elif node.op == "output":
                self._finish(node, values, names)
                return nodes.resolved(results, values)
        return None

    def _own(self, results: Argument) -> Argument:
        """Of what a program returns its own results: not what it writes into its buffers."""
        return [one for one, own in zip(results, self.source.own, strict=True) if own]

    def _called(self, node: Node, values: dict[Node, Argument], names: Names) -> Argument:
        """What a node makes."""
        if node in self.moved:
            return self.moved[node]
        operation = nodes.operation_of(node)
        if operation in FILLING:
            found = self._filled(node, operation, values)
            if found is not None:
                return found
        self._finish(node, values, names)
        args, kwargs = nodes.resolved(node.args, values), nodes.resolved(node.kwargs, values)
        if node.target is operator.getitem:
            return nodes.element(*args)
        if operation in nodes.INLINED:
            return self._inlined(node, args, names)
        given = leaves((args, kwargs))
        maps = [one for one in given if isinstance(one, Map)]
        scores = next((one for one in given if isinstance(one, Scores)), None)
        together = [one for one in given if isinstance(one, Joined)]
        shapes = nodes.shapes_of(node)
        if nodes.makes_nothing(node):
            return None
        if not (maps or scores or together) or operation in nodes.SHAPED:
            return _constant(given, shapes, nodes.is_several(node))
        if operation in nodes.COPIES and scores is None:
            return given[0] if isinstance(given[0], Map | Joined) else _constant(given[:1], shapes, False)
        arguments = nodes.by_name(node, args, kwargs)
        call = Call(self.tracer, self.numbers, node, names.of(node, operation), operation, arguments, shapes)
        apart_again = unbundled(self.tracer, call.name, maps[0], call.shape) if operation in RESHAPES and maps else None
        if apart_again is not None:
            return self._sized(call, apart_again)
        try:
            with self.tracer.attempt():
                unread = next((one.kind for one in given if isinstance(one, Unread)), None)
                if unread is not None:
                    raise Layout(f"an argument of a kind that is not known: {unread[:40]}")
                if together:
                    return apart(call, together, lambda one: self._sized(one, one.layers()))
                made = self._made(call, maps, scores)
                several = list(made) if isinstance(made, list | tuple) else [made]
                several = self.tracer.trusted(maps, several)
                made = several if isinstance(made, list | tuple) else several[0]
        except Layout as why:
            found = None if scores else self._settled(call)
            if found is not None:
                return self._sized(call, found)
            if operation in MOVING and self._moves(call, values):
                return self.moved[node]
            stated = scores.params if scores else 0
            parts = [part for one in together for part in one.parts]
            made = self._unknown(call, [*maps, *parts] or [scores.queries], str(why), stated, why.dims)  # type: ignore[union-attr]
        return self._sized(call, made)

    def _moves(self, call: Call, values: dict[Node, Argument]) -> bool:
        """Whether a step that moves entries, and some behind it, leave them at their positions."""
        with suppress(Layout), self.tracer.attempt():
            self.moved |= self.chain.moved(self.tracer, call.name, call.node, values)
        return call.node in self.moved

    def _settled(self, call: Call) -> Argument:
        """What an operation makes of maps that are joined, or rolled, once layers have put them in place; None where
        that does not help."""

        def made_of(arguments: dict[str, Argument]) -> Argument:
            made = call.replaced(arguments=arguments).layers()
            several = self.tracer.trusted([x for x in leaves(arguments) if isinstance(x, Map)], listed(made))
            return several if isinstance(made, list | tuple) else several[0]

        return again(self.tracer, call.name, call.arguments, made_of) if call.operation in known else None

    def _filled(self, node: Node, operation: str, values: dict[Node, Argument]) -> Filled | Map | None:
        """What fills a tensor of zeros, or is a part of one; None for what does not, or cannot be followed."""
        args, kwargs = nodes.resolved(node.args, values), nodes.resolved(node.kwargs, values)
        given = leaves((args, kwargs))
        copies = operation == "copy" and any(isinstance(one, Map) for one in given[1:])
        scatters = operation in SCATTERS and isinstance(given[0], Constant) and isinstance(given[1], Map)
        if not (copies or scatters or any(isinstance(one, Filled) for one in given)):
            return None
        try:
            return written(operation, nodes.by_name(node, args, kwargs), nodes.shapes_of(node)[0])
        except Layout:
            return None

    def _finish(self, node: Node, values: dict[Node, Argument], names: Names) -> None:
        """Makes layers of the filled tensors that a node reads."""
        for source in node.all_input_nodes:
            one = values.get(source)
            if not isinstance(one, Filled):
                continue
            name = names.of(source, nodes.operation_of(source))
            try:
                with self.tracer.attempt():
                    made: Argument = finished(self.tracer, name, one)
            except Layout as why:
                maps = [part.made for part in one.parts]
                told = f"aten.{nodes.operation_of(source)}: {why}"
                (made,) = self.tracer.unknown_outputs(name, told, maps, (one.shape,), 0)
            values[source] = made

    def _made(self, call: Call, maps: Sequence[Map], scores: Scores | None) -> Argument:
        """The layers of an operation. Raises `Layout`."""
        if scores is not None:
            return with_scores(call, scores)
        product = call.operation == "matmul" or is_sum_with_product(call.arguments, call.operation)
        if product and len(maps) == 2 and leads_to_attention(call.node, self.tainted, self.live):
            return scores_of(call, *maps)
        return call.layers() if call.operation in known else self._unknown(call, maps, "")

    def _sized(self, call: Call, made: Argument) -> Argument:
        """What an operation made, with the sizes that torch has worked out; of several results, one for each."""
        if isinstance(made, Map):
            sized = self.tracer.sized(made, call.shape)
            return (sized,) * max(len(call.shapes), 1) if nodes.is_several(call.node) else sized
        if not isinstance(made, list | tuple):
            return made
        each = zip(made, call.shapes, strict=False)
        return tuple(self.tracer.sized(one, shape) if isinstance(one, Map) else one for one, shape in each)

    def _unknown(
        self, call: Call, maps: Sequence[Map], why: str, params: int = 0, laid: Sequence[Dim] | None = None
    ) -> Map | Sequence[Map]:
        """An operation that is not known, with so many parameters beside its own; each of its outputs is one, which may
        be known to be `laid` somehow."""
        operation = call.operation if "." in call.operation else f"aten.{call.operation}"
        told = f"{operation}: {why}" if why else operation
        params += sum(self.tracer.trained(one) for one in leaves(call.arguments))
        made = self.tracer.unknown_outputs(call.name, told, maps, call.shapes or ((),), params, laid)
        return made[0] if len(made) == 1 else made

    def _inlined(self, node: Node, arguments: Sequence[Argument], names: Names) -> Argument:
        """What a graph returns that a node calls."""
        at = next((number for number, one in enumerate(arguments) if hasattr(one, "graph")), None)
        if at is None:
            raise ForeignError(f"'{node.name}' calls what is no graph")
        body = arguments[at]
        places = [one for one in body.graph.nodes if one.op == "placeholder"]
        stands = zip(places, node.args[at + 1 :], strict=False)
        self.numbers.standing |= {place: one for place, one in stands if hasattr(one, "all_input_nodes")}
        return self._run(body.graph, body, dict(zip(places, arguments[at + 1 :], strict=False)), names)


def _attribute(owner: Any, node: Node) -> Argument:
    """A graph, or a constant, that a module holds."""
    found = operator.attrgetter(str(node.target))(owner)
    if hasattr(found, "graph"):
        return found
    return Constant(tuple(int(n) for n in getattr(found, "shape", ())), None, ((str(node.target), 0),))


def _constant(given: Sequence[Argument], shapes: Sequence[Shape], several: bool) -> Argument:
    """What an operation makes of constants: shapes, and whose weights are in it."""
    held = tuple(dict.fromkeys(weight for one in given if isinstance(one, Constant) for weight in one.weights))
    made = tuple(Constant(shape, None, held) for shape in shapes)
    return made if several else made[0] if made else None
