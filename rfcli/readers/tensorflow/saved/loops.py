"""Loops that are recurrent layers: functions that are run once for each step, as Keras writes its layers out.

Such a loop counts its steps from 0, reads of a list the entry of the step, makes of it and of the states the next ones,
and writes one of them into another list, at the step or at its only place.
"""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.tensorflow.saved.nodes import NodeDef, constant_of
from rfcli.values import Value

LOOPS = frozenset(("While", "StatelessWhile"))
RECURRENT = "rf.recurrent"
"""A loop that is a recurrent layer: of the list that it reads, its two matrices, and its other weights."""
PASSED = frozenset(("Identity", "ReadVariableOp", "Cast"))
CELL = PASSED | frozenset((
    "Add", "AddV2", "BiasAdd", "Const", "MatMul", "Mul", "NoOp", "Relu", "Sigmoid", "Split", "Squeeze", "StridedSlice",
    "Sub", "Tanh", "TensorListGetItem", "TensorListSetItem", "Unpack",
))  # fmt: skip
"""Operations of cells: each works on the features of one step."""


class Loop(Value):
    """A recurrent layer: the numbers of a loop's arguments that are the list it reads, the matrices of its input and of
    its state, and its other weights; the argument that is the list it writes, and whether only its last state is
    written."""

    reads: int
    kernel: int
    recurrent: int
    others: tuple[int, ...]
    writes: int
    last: bool


class _Body:
    """The nodes of a loop's function."""

    def __init__(self, arguments: Sequence[str], nodes: Sequence[NodeDef], results: Sequence[str]) -> None:
        self.places = {name: at for at, name in enumerate(arguments)}
        self.nodes = {node.name: node for node in nodes}
        self.results = results

    def origin(self, reference: str) -> NodeDef | int | None:
        """What makes a tensor, past all that hands it on: a node, or an argument by its number."""
        for _ in range(len(self.nodes) + 1):
            name = reference.partition(":")[0]
            if name in self.places:
                return self.places[name]
            node = self.nodes.get(name)
            if node is None or node.op not in PASSED or not node.inputs:
                return node
            reference = node.inputs[0]
        return None

    def of(self, *kinds: str) -> list[NodeDef]:
        return [node for node in self.nodes.values() if node.op in kinds]

    def is_counter(self, at: object) -> bool:
        """Whether an argument is one more after each step."""
        if type(at) is not int or at >= len(self.results):
            return False
        made = self.origin(self.results[at])
        if not isinstance(made, NodeDef) or made.op not in ("Add", "AddV2") or len(made.inputs) < 2:
            return False
        step = self.origin(made.inputs[1])
        constant = constant_of(step.tensor(), "") if isinstance(step, NodeDef) and step.op == "Const" else None
        return self.origin(made.inputs[0]) == at and constant is not None and constant.values == [1]


def loop_of(arguments: Sequence[str], nodes: Sequence[NodeDef], results: Sequence[str]) -> Loop | None:
    """The recurrent layer that a function is a step of; None for all others."""
    body = _Body(arguments, nodes, results)
    read, written, products = body.of("TensorListGetItem"), body.of("TensorListSetItem"), body.of("MatMul")
    if not {node.op for node in nodes} <= CELL or (len(read), len(written), len(products)) != (1, 1, 2):
        return None
    if len(read[0].inputs) < 2 or len(written[0].inputs) < 3 or any(len(one.inputs) < 2 for one in products):
        return None
    source, step = map(body.origin, read[0].inputs[:2])
    target, place = map(body.origin, written[0].inputs[:2])
    if type(source) is not int or type(target) is not int or not body.is_counter(step) or target >= len(results):
        return None
    if body.origin(results[target]) is not written[0] or not _is_kept(body, source):
        return None
    last = isinstance(place, NodeDef) and place.op == "Const"
    if not last and place != step:
        return None
    matrices: dict[bool, int] = {}
    for one in products:
        taken, weight = map(body.origin, one.inputs[:2])
        if type(weight) is not int or not _is_kept(body, weight):
            return None
        matrices[taken is read[0]] = weight
    if len(matrices) < 2:
        return None
    given = [one.inputs[0] for one in body.of("ReadVariableOp", "Unpack") if one.inputs]
    given += [one.inputs[1] for one in body.of("BiasAdd") if len(one.inputs) > 1]
    held = {at for one in given if type(at := body.origin(one)) is int and _is_kept(body, at)}
    others = tuple(sorted(held - {*matrices.values()}))
    return Loop(source, matrices[True], matrices[False], others, target, last)


def _is_kept(body: _Body, at: int) -> bool:
    """Whether an argument is the same for all steps."""
    return at < len(body.results) and body.origin(body.results[at]) == at
