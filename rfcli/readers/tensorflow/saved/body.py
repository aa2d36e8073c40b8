"""Nodes of a graph and of its functions in an order in which they can be run: functions stand in place of their calls.

Tensors are known by what makes them: `scope/node:number`. A function's body names outputs by words of their operation's
definition, `node:output:0`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from rfcli.description.limits import Limits
from rfcli.ordering import ordered
from rfcli.readers.draft import ForeignError
from rfcli.readers.tensorflow.graph import NONE, Node
from rfcli.readers.tensorflow.saved import wire
from rfcli.readers.tensorflow.saved.frames import Step
from rfcli.readers.tensorflow.saved.loops import LOOPS, RECURRENT, loop_of, stated
from rfcli.readers.tensorflow.saved.nodes import NodeDef, node_of
from rfcli.values import Value

CALLS = frozenset(("PartitionedCall", "StatefulPartitionedCall"))
HANDED = "rf.handed"
SWITCHES = frozenset(("Switch", "RefSwitch"))
MERGES = frozenset(("Merge", "RefMerge"))
WORDS = {
    "Switch": ("output_false", "output_true"), "Merge": ("output", "value_index"),
    "RefSwitch": ("output_false", "output_true"), "RefMerge": ("output", "value_index"),
    "TopKV2": ("values", "indices"), "MaxPoolWithArgmax": ("output", "argmax"), "Unique": ("y", "idx"),
    **dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"),
                    ("y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2", "reserve_space_3")),
}  # fmt: skip
"""Operations of several outputs that have words of their own; those of all others are one, which is a list."""
SEVERAL = frozenset(("Split", "SplitV", "Unpack", "ShapeN"))
"""Operations whose attributes say how many outputs they have."""
MOST_NESTED = 30
MOST_NODES = 1 << 17
"""Nodes of functions that are read, however often they are called."""


class Function(Value):
    """A function of the library: the names of its arguments, its nodes, and the tensors that it returns."""

    name: str
    arguments: tuple[str, ...]
    nodes: tuple[NodeDef, ...]
    results: tuple[str, ...]


def function_of(found: wire.Message) -> Function:
    """A function. Raises `ForeignError`."""
    signature = wire.message(found, 1)
    arguments, outputs = (
        tuple(wire.text(wire.parsed(one), 1) for one in wire.messages(signature, field)) for field in (2, 3)
    )
    returned = {key: value.decode("utf-8", "replace") for key, value in wire.entries(found, 4).items()}
    nodes = tuple(node_of(one) for one in wire.messages(found, 3))
    return Function(wire.text(signature, 1), arguments, nodes, tuple(returned.get(one, "") for one in outputs))


class Scope:
    """Nodes that name one another: those of the graph, or of one call of a function."""

    def __init__(self, nodes: Sequence[NodeDef], prefix: str, given: Mapping[str, str]) -> None:
        self.nodes = {node.name: node for node in nodes}
        self.prefix, self.given = prefix, given
        self.branching = any(node.op in MERGES for node in nodes)
        """Whether some nodes are run only where a branch is taken."""
        self.words: dict[str, dict[str, int]] = {}
        """Of nodes the words of their outputs that were met."""
        self.numbers: dict[str, set[int]] = {}
        """Of loops and calls the outputs that were met."""

    def key(self, reference: str) -> str:
        """The tensor that a reference means; none for a control edge."""
        if not reference or reference[0] == "^":
            return NONE
        name, _, rest = reference.partition(":")
        if name in self.given:
            return self.given[name]
        if not rest and name not in self.nodes:
            return f"{self.prefix}{name}:0"
        word, _, number = rest.rpartition(":")
        at = int(number) if number.isdecimal() and len(number) < 6 else 0
        node = self.nodes.get(name)
        if node is not None and (node.op in LOOPS or node.op in CALLS):
            self.numbers.setdefault(name, set()).add(at)
        elif word and node is not None:
            known = WORDS.get(node.op)
            if known is not None:
                at = known.index(word) if word in known else len(known)
            else:
                met = self.words.setdefault(name, {})
                at += 1000 * met.setdefault(word, len(met))
        return f"{self.prefix}{name}:{at}"

    def maker(self, reference: str) -> str:
        """The node that a reference leads to."""
        return reference.lstrip("^").partition(":")[0]

    def needed(self, ends: Sequence[str]) -> list[NodeDef]:
        """The nodes that some tensors depend on, in an order in which they can be run. Raises `ForeignError` where they
        read each other in a circle, which loops of the first TensorFlow may."""
        found: dict[str, list[str]] = {}
        waiting = [self.maker(one) for one in ends]
        while waiting:
            name = waiting.pop()
            if name in self.nodes and name not in found:
                found[name] = [one.partition(":")[0] for one in self._read(self.nodes[name])]
                waiting += found[name]
        names = [name for name in self.nodes if name in found]
        numbers = {name: at for at, name in enumerate(names)}
        needs = [{numbers[one] for one in found[name] if one in numbers} for name in names]
        if all(max(row, default=-1) < at for at, row in enumerate(needs)):
            return [self.nodes[name] for name in names]
        order = ordered(needs)
        if len(order) < len(names):
            done = {*order}
            stuck = next(name for at, name in enumerate(names) if at not in done)
            raise ForeignError(f"nodes read each other in a circle, through '{stuck[:60]}'")
        return [self.nodes[names[at]] for at in order]

    def _read(self, node: NodeDef) -> list[str]:
        """What a node reads; what a loop hands back to its beginning is not followed."""
        inputs = [one for one in node.inputs if not one.startswith("^")]
        if not inputs and self.branching:
            return self.taken_in(node)
        if node.op not in MERGES:
            return inputs
        return [
            one for one in inputs if (made := self.nodes.get(self.maker(one))) is None or made.op != "NextIteration"
        ]

    def taken_in(self, node: NodeDef) -> list[str]:
        """The nodes that tell the branch in which a constant stands."""
        names = [one[1:] for one in node.inputs if one.startswith("^")]
        return [name for name in names if name in self.nodes and self.nodes[name].op in ("Identity", *SWITCHES)]


class Body:
    """Nodes with functions in place of their calls."""

    def __init__(
        self, library: Mapping[str, wire.Message], steps: Mapping[str, Step], limits: Limits,
        met: Callable[[str, NodeDef], None],
    ) -> None:  # fmt: skip
        self.library, self.limits, self.met = library, limits, met
        """`met` is told of each node that reads nothing, with its key."""
        self.left = limits.layers + MOST_NODES
        self.calls = 0
        self._known = {name: Function(name, one.arguments, one.nodes, one.results) for name, one in steps.items()}

    def function(self, name: str) -> Function | None:
        if name not in self._known and name in self.library:
            self._known[name] = function_of(self.library[name])
        return self._known.get(name)

    def nodes(self, scope: Scope, ends: Sequence[str], depth: int = 0) -> Iterator[Node]:
        """The nodes that some tensors of a scope depend on."""
        if depth > MOST_NESTED:
            raise ForeignError("functions call one another without end")
        needed = scope.needed(ends)
        keys = {node.name: tuple(scope.key(one) for one in node.inputs if not one.startswith("^")) for node in needed}
        for end in ends:
            scope.key(end)
        for node in needed:
            self.left -= 1
            if self.left < 0:
                raise ForeignError(f"more than {self.limits.layers} operations", self.limits.exceeded("layers"))
            called = self.function(node.function() if node.op in CALLS else node.op)
            if called is not None:
                yield from self._inlined(scope, node, called, keys[node.name], depth)
                continue
            if not keys[node.name]:
                key = f"{scope.prefix}{node.name}:0"
                self.met(key, node)
                taken = scope.taken_in(node) if scope.branching else ()
                if taken:
                    yield Node(HANDED, node.name, (key, *map(scope.key, taken)), (key,), {}, "")
                continue
            step = self.function(node.function("body")) if node.op in LOOPS else None
            if step is None:
                yield _node(scope, node, keys[node.name])
            else:
                yield from _loop(scope, node, keys[node.name], step)

    def _inlined(
        self, scope: Scope, node: NodeDef, called: Function, keys: Sequence[str], depth: int
    ) -> Iterator[Node]:  # fmt: skip
        """A function's nodes, and such as hand over what it returns."""
        self.calls += 1
        inner = Scope(called.nodes, f"{self.calls}/", dict(zip(called.arguments, keys, strict=False)))
        met = scope.numbers.get(node.name, range(len(called.results)))
        results = {at: one for at, one in enumerate(called.results) if at in met}
        yield from self.nodes(inner, [one for one in results.values() if one], depth + 1)
        for at, result in results.items():
            yield Node(HANDED, node.name, (inner.key(result),), (f"{scope.prefix}{node.name}:{at}",), {}, "")


def _loop(scope: Scope, node: NodeDef, keys: tuple[str, ...], step: Function) -> Iterator[Node]:
    """A loop: a recurrent layer where it is one, else what makes all that is read of it."""
    loop = loop_of(step.arguments, step.nodes, step.results)
    met = sorted(scope.numbers.get(node.name, set()))
    same = [at for at in met if at < len(keys) and step.results[at : at + 1] == step.arguments[at : at + 1]]
    ends = [at for at in met if at not in same]
    outputs = {at: f"{scope.prefix}{node.name}:{at}" for at in met}
    if loop is None or len(keys) != len(step.arguments) or not {loop.writes, *loop.states}.issuperset(ends):
        yield Node(node.op, node.name, keys, tuple(outputs.values()), {}, node.op)
        return
    for at in same:
        yield Node(HANDED, node.name, (keys[at],), (outputs[at],), {}, "")
    given = tuple(keys[at] for at in (loop.reads, *loop.matrices, *loop.others, *loop.states))
    yield Node(RECURRENT, node.name, given, tuple(outputs[at] for at in ends), stated(loop, ends), node.op)


def _node(scope: Scope, node: NodeDef, keys: tuple[str, ...]) -> Node:
    """A node as all graphs have them."""
    attributes = node.attributes()
    count = len(keys) if node.op == "IdentityN" else 0
    if node.op in SEVERAL:
        told = (attributes.get(key) for key in ("num_split", "num", "N"))
        count = next((one for one in told if type(one) is int and 0 < one <= 4096), 0)
    words = scope.words.get(node.name)
    numbers = [*range(count or len(WORDS.get(node.op, ())) or 1)]
    if words is not None and len(words) > 1:
        numbers = [1000 * at for at in range(len(words))]
    outputs = tuple(f"{scope.prefix}{node.name}:{at}" for at in numbers)
    return Node(node.op, node.name, keys, outputs, attributes, node.op)
