"""A graph run on maps: every node by the function of its operation, or as an operation that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

from rfcli.description.nodes import File
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.tensorflow import (
    layout,
    merges,
    parts,
    pointwise,
    recurrent,
    resizing,
    weights,
    whole_map,
    windows,
)
from rfcli.readers.tensorflow.batches import Batched, apart, begun, crops_behind
from rfcli.readers.tensorflow.calls import OPERATIONS, Call, Traced, integers
from rfcli.readers.tensorflow.constants import KEPT, Folder
from rfcli.readers.tensorflow.graph import NONE, Graph, Node
from rfcli.readers.tensorflow.joins import JOINING, joined_by, levels
from rfcli.readers.tensorflow.turned import Turned, onwards, turned
from rfcli.readers.tracing.channels_last import NativeTracer
from rfcli.readers.tracing.joined import Joined, unbundled
from rfcli.readers.tracing.maps import Constant, Layout, Map
from rfcli.readers.tracing.tracer import drafted

FAMILIES = (layout, merges, parts, pointwise, recurrent, resizing, weights, whole_map, windows)
"""The modules that fill `OPERATIONS`."""
MAX_OUTPUTS = 1000
"""Outputs of an unknown operation that are layers."""
WEIGHTLESS = frozenset(family.__name__ for family in (layout, parts, pointwise, resizing, whole_map))
"""Families whose operations take numbers, and no weights."""
HANDED = "rf.handed"
"""A tensor under another name, which is no operation."""
CONTROL = frozenset(("While", "StatelessWhile", "If", "StatelessIf", "Case", "StatelessCase", "For", "Switch", "Merge",
                     "Enter", "Exit", "NextIteration", "LoopCond", "WHILE", "IF"))  # fmt: skip
"""Operations that choose what is run."""

Found = Traced | Batched | Turned | Joined
APART = (Batched, Turned, Joined)
MADE = frozenset([Map, *APART])
"""What depends on inputs, and what of it is no plain map."""
SWITCHES, MERGES = frozenset(("Switch", "RefSwitch")), frozenset(("Merge", "RefMerge"))


class Program:
    """Runs a graph on maps."""

    def __init__(self, tracer: NativeTracer, graph: Graph) -> None:
        self.tracer, self.graph = tracer, graph
        self.values: dict[str, Found] = {NONE: None}
        self.dead: set[str] = set()
        """Tensors of branches that are not taken."""
        self.folder = Folder()
        self._users: dict[str, list[Node]] = {}

    @property
    def users(self) -> dict[str, list[Node]]:
        """Nodes by the tensors that they read."""
        if not self._users:
            for node in self.graph.nodes:
                for name in dict.fromkeys(node.inputs):
                    self._users.setdefault(name, []).append(node)
        return self._users

    def run(self) -> None:
        """All nodes, in the graph's order."""
        self.tracer.aside.update(self.graph.aside)
        for name, (key, shape) in self.graph.inputs.items():
            self.values[key] = self.tracer.input(name, shape)
        for node in self.graph.nodes:
            self._node(node)
        made = [self._value(key) for key in self.graph.outputs]
        self.tracer.outputs(part for one in made for part in _parts(one))

    def _value(self, key: str) -> Found:
        """A tensor: one that no node makes is a constant, or not known."""
        if key not in self.values:
            self.values[key] = self.graph.constant(key)
        return self.values[key]

    def _node(self, node: Node) -> None:
        if (self.dead or node.operation in SWITCHES) and self._branched(node):
            return
        inputs = tuple([self._value(key) for key in node.inputs])
        if node.operation == HANDED or (node.operation in KEPT and len(inputs) == 1 and type(inputs[0]) is Constant):
            made: Sequence[Found] = inputs[:1]
        elif not MADE.isdisjoint(map(type, inputs)):
            made = self._made(node, inputs)
        else:
            constants = [one for one in inputs if isinstance(one, Constant)]
            lost = len(constants) < sum(key != NONE for key in node.inputs)
            made = [
                None if lost else self.folder.made(node.operation, constants, node.attributes, self.graph.shape(key))
                for key in node.outputs
            ]
        for key, value in zip(node.outputs, made, strict=False):
            self.values[key] = value
        for key in node.outputs[len(made) :]:
            self.values[key] = None

    def _branched(self, node: Node) -> bool:
        """Whether a node is done with, as it chooses a branch, brings the one that was taken back, or stands in one
        that was not."""
        if node.operation in MERGES:
            taken = [key for key in node.inputs if key not in self.dead]
            if len(taken) != 1:
                self.dead.update(node.outputs if not taken else ())
                return not taken
            at = node.inputs.index(taken[0])
            made: Sequence[Found] = (self._value(taken[0]), Constant((), [at], ()))
        elif not self.dead.isdisjoint(node.inputs):
            self.dead.update(node.outputs)
            return True
        elif node.operation in SWITCHES and len(node.inputs) == 2 and len(node.outputs) == 2:
            chosen = _flag(self._value(node.inputs[1]))
            if chosen is None:
                return False
            self.dead.add(node.outputs[not chosen])
            made = [self._value(node.inputs[0])] * 2
        else:
            return False
        self.values.update(zip(node.outputs, made, strict=False))
        return True

    def _made(self, node: Node, inputs: tuple[Found, ...]) -> Sequence[Found]:
        """What a node makes of maps."""
        why, name = "", node.name or node.shown
        plain = [one for one in inputs if not isinstance(one, APART)]
        call = Call(self.tracer, node.operation, name, tuple(plain), node.attributes, len(node.outputs))
        try:
            with self.tracer.attempt():
                if len(plain) < len(inputs) and any(isinstance(one, Joined) for one in inputs):
                    return levels(call, inputs, self._one)
                if len(plain) < len(inputs) and any(isinstance(one, Turned) for one in inputs):
                    return onwards(call, inputs, self._one)
                if node.operation == "ReverseV2" and (back := turned(node, inputs, self.users)) is not None:
                    return [back]
                if len(plain) < len(inputs):
                    return apart(call, inputs, self._one)
                if node.operation == "Reshape" and (parts := self._unbundled(call)) is not None:
                    return [parts]
                if node.operation == "SpaceToBatchND":
                    return [begun(call, crops_behind(node, self.users, self._value))]
                return self.tracer.trusted([one for one in plain if isinstance(one, Map)], self._one(call))
        except Layout as reason:
            why = str(reason)
        if node.operation in JOINING:
            with suppress(Layout):
                return [joined_by(call, inputs)]
        return self._unknown(node, inputs, why)

    def _unbundled(self, call: Call) -> Joined | None:
        """Maps that were flattened and put behind one another, where a reshape takes them apart; None for all else.
        Raises `Layout`."""
        x, shape = (*call.inputs, None, None)[:2]
        if not isinstance(x, Map) or not isinstance(shape, Constant) or x.layer not in self.tracer.bundled:
            return None
        return unbundled(self.tracer, call.name, x, integers(shape, "sizes") or [])

    def _one(self, call: Call) -> Sequence[Traced]:
        function = OPERATIONS.get(call.operation)
        if function is None:
            raise Layout("")
        return call.made(function)

    def _unknown(self, node: Node, inputs: Sequence[Found], why: str) -> Sequence[Traced]:
        """An operation that is not known; each of its outputs is one."""
        maps = [part for one in inputs for part in _parts(one)]
        known = OPERATIONS.get(node.operation)
        weightless = known is not None and known.__module__ in WEIGHTLESS
        constants = [one for one in inputs if isinstance(one, Constant)]
        params = 0 if weightless else self.tracer.trained(*constants, taken=True)
        shapes = [self.graph.shape(key) for key in islice(node.outputs, MAX_OUTPUTS)]
        shown = node.shown or node.operation
        shown = f"{shown} (control flow)" if shown in CONTROL else shown
        told = "".join(c if c.isprintable() else "?" for c in (f"{shown}: {why}" if why else shown))[:80]
        mine = [one for one in maps if isinstance(one, Map)]
        return self.tracer.unknown_outputs(node.name or shown, told, mine, shapes, params)


def _parts(value: Found) -> Sequence[Traced]:
    """The maps of a value: of several that are joined each."""
    if isinstance(value, Joined):
        return value.parts
    return [value.map if isinstance(value, Batched | Turned) else value]


def _flag(value: Found) -> bool | None:
    """Whether a tensor is true; None where that is not known."""
    values = value.values if isinstance(value, Constant) else None
    return bool(values[0]) if values is not None and len(values) == 1 and type(values[0]) in (int, bool) else None


def described(graph: Graph, file: File) -> Draft:
    """The description of a graph. Raises `ForeignError`."""
    if not graph.inputs:
        raise ForeignError("the model has no inputs")
    shapes = {name: shape for name, (_, shape) in graph.inputs.items()}
    wide = max(map(len, shapes.values()))
    if wide > 5:
        raise ForeignError(f"an input has {wide - 2} axes beside batch and channels: rf knows 1 to 3")
    return drafted(
        shapes, lambda: Draft(file, graph.name or None), lambda tracer: Program(tracer, graph).run(), NativeTracer
    )
