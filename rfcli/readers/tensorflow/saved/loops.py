"""Loops that are recurrent layers: functions that are run once for each step, as Keras writes its layers out.

Such a loop counts its steps from 0, reads of a list the entry of the step, makes of it and of the states the next ones,
and writes what it makes into another list, at the step or at its only place. In the first TensorFlow lists are arrays,
with a handle before them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from rfcli.readers.tensorflow.graph import Attribute
from rfcli.readers.tensorflow.saved.nodes import NodeDef, constant_of
from rfcli.values import Value
from rfcli.words.tensorflow import MERGES, POINTWISE

LOOPS = frozenset(("While", "StatelessWhile"))
RECURRENT = "rf.recurrent"
"""A loop that is a recurrent layer: of the list that it reads, the matrices that it multiplies with, its other weights,
and its first states."""
PASSED = frozenset(("Identity", "ReadVariableOp", "Cast"))
SPLIT = frozenset(("Split", "SplitV", "StridedSlice", "Unpack", "Squeeze", "ExpandDims", "Reshape", "Slice"))
"""Operations that take a weight apart, or lay it out."""
VALUE = {"Split": 1}
"""Operations of which the value is no first input."""
READS = {"TensorListGetItem": (0, 1), "TensorArrayReadV3": (2, 1)}
"""Operation that reads an entry -> the places of the list and of the number among its inputs."""
WRITES = {"TensorListSetItem": (0, 1, 2), "TensorArrayWriteV3": (3, 1, 2)}
"""Operation that writes one -> those of the list, the number and the value."""
CELL = PASSED | SPLIT | frozenset((*POINTWISE, *MERGES)) | READS.keys() | WRITES.keys() | frozenset((
    "BiasAdd", "ClipByValue", "ConcatV2", "Const", "Fill", "MatMul", "NoOp", "OnesLike", "Shape",
))  # fmt: skip
"""Operations of cells: each works on the features of one step."""
Known = Mapping[int, Sequence[object]]
"""Arguments by their numbers -> their numbers, where they are few and the same for all steps."""
NOTHING: Known = {}
STEP = -1
"""What stands for the entry of the step among what something depends on."""


class Loop(Value):
    """A recurrent layer: the numbers of a loop's arguments that are the list it reads, the matrices that it multiplies
    with, its other weights, its states, and the list that it writes, -1 for none; and whether only its last state is
    written."""

    reads: int
    matrices: tuple[int, ...]
    others: tuple[int, ...]
    states: tuple[int, ...]
    writes: int
    last: bool
    own: int = -1
    """The place among the states of the one that what is written becomes."""


def stated(loop: Loop, ends: Sequence[int]) -> dict[str, Attribute]:
    """The attributes of a recurrent layer: which of its inputs are which, and what it makes."""
    return {
        "matrices": len(loop.matrices), "states": len(loop.states), "last": loop.last, "own": loop.own,
        "outputs": [int(at == loop.writes) for at in ends],
    }  # fmt: skip


class _Body:
    """The nodes of a loop's function."""

    def __init__(
        self, arguments: Sequence[str], nodes: Sequence[NodeDef], results: Sequence[str], known: Known
    ) -> None:
        self.places = {name: at for at, name in enumerate(arguments)}
        self.nodes = {node.name: node for node in nodes}
        self.results, self.known = results, known
        self._needs: dict[str, frozenset[int]] = {}

    def origin(self, reference: str, past: frozenset[str] = PASSED) -> NodeDef | int | None:
        """What makes a tensor, past all that hands it on: a node, or an argument by its number."""
        for _ in range(len(self.nodes) + 1):
            name = reference.partition(":")[0]
            if name in self.places:
                return self.places[name]
            node = self.nodes.get(name)
            at = VALUE.get(node.op, 0) if node is not None else 0
            if node is None or node.op not in past or len(node.inputs) <= at:
                return node
            reference = node.inputs[at]
        return None

    def of(self, kinds: Iterable[str]) -> list[NodeDef]:
        return [node for node in self.nodes.values() if node.op in kinds]

    def is_counter(self, at: object) -> bool:
        """Whether an argument is one more after each step."""
        if type(at) is not int or at >= len(self.results):
            return False
        made = self.origin(self.results[at])
        if not isinstance(made, NodeDef) or made.op not in ("Add", "AddV2") or len(made.inputs) < 2:
            return False
        return self.origin(made.inputs[0]) == at and self.numbers(self.origin(made.inputs[1])) == [1]

    def numbers(self, origin: NodeDef | int | None) -> Sequence[object] | None:
        """The numbers of a constant, where they are few."""
        if isinstance(origin, int):
            return self.known.get(origin)
        constant = constant_of(origin.tensor(), "") if origin is not None and origin.op == "Const" else None
        return None if constant is None else constant.values

    def is_kept(self, at: object) -> bool:
        """Whether an argument is the same for all steps."""
        return type(at) is int and at < len(self.results) and self.origin(self.results[at]) == at

    def needs(self, reference: str) -> frozenset[int]:
        """The arguments that a tensor is made of, and `STEP`, in one step; of a circle, none."""
        waiting = [reference.partition(":")[0]]
        begun = set[str]()
        while waiting:
            name = waiting[-1]
            node = self.nodes.get(name)
            if name in self._needs or name in self.places or node is None:
                waiting.pop()
                continue
            if node.op in READS:
                self._needs[name] = frozenset([STEP])
                continue
            inner = [one.partition(":")[0] for one in node.inputs if not one.startswith("^")]
            left = [one for one in inner if one in self.nodes and one not in self._needs]
            if left and name not in begun:
                begun.add(name)
                waiting += left
                continue
            self._needs[name] = frozenset().union(*map(self._known, inner))
        return self._known(reference.partition(":")[0])

    def _known(self, name: str) -> frozenset[int]:
        return frozenset([self.places[name]]) if name in self.places else self._needs.get(name, frozenset())

    def closure(self, first: frozenset[int], follow: Callable[[int], bool]) -> frozenset[int]:
        """What some arguments are made of in all steps before, themselves included."""
        found, waiting = set(first), [*first]
        while waiting:
            at = waiting.pop()
            if at == STEP or not follow(at):
                continue
            more = self.needs(self.results[at]) - found
            found |= more
            waiting += more
        return frozenset(found)


def loop_of(
    arguments: Sequence[str], nodes: Sequence[NodeDef], results: Sequence[str], known: Known = NOTHING
) -> Loop | None:  # fmt: skip
    """The recurrent layer that a function is a step of, of whose arguments some may be known; None for all others."""
    body = _Body(arguments, nodes, results, known)
    lists = _lists(body) if len(results) == len(arguments) and {node.op for node in nodes} <= CELL else None
    if lists is None:
        return None
    source, target, value, last, counter = lists
    states = tuple(
        at for at in range(len(results)) if at != target and not body.is_kept(at) and not body.is_counter(at)
    )
    made = [results[at] for at in states] + ([value] if value else [])
    if not states or not all(_remembers(body, one, states) for one in made):
        return None
    matrices = _matrices(body)
    ends = body.closure(frozenset().union(*map(body.needs, made)), states.__contains__)
    kept = {at for at in ends if body.is_kept(at)}
    if matrices is None or source in ends or counter in ends or not ends <= {STEP, *states, *kept}:
        return None
    others = tuple(sorted(kept.difference(matrices)))
    return Loop(source, matrices, others, states, target, last, _own(body, value or made[0], states))


def _own(body: _Body, value: str, states: Sequence[int]) -> int:
    """The place among the states of the one that a value is handed to; -1 where there is none."""
    made = body.origin(value)
    return next((at for at, state in enumerate(states) if body.origin(body.results[state]) is made), -1)


def _lists(body: _Body) -> tuple[int, int, str, bool, int] | None:
    """The list that a loop reads at its step, the one that it writes, the value, whether that has one place only, and
    the argument that counts the steps. A loop whose states alone are read writes none."""
    read, written = body.of(READS), body.of(WRITES)
    if len(read) != 1 or len(written) > 1:
        return None
    reading = [body.origin(one) for one in _inputs(read[0], READS)]
    if len(reading) < 2 or not body.is_kept(reading[0]) or not body.is_counter(reading[1]):
        return None
    source, step = reading
    assert isinstance(source, int) and isinstance(step, int), "they are arguments"
    if not written:
        return source, -1, "", True, step
    given = _inputs(written[0], WRITES)
    if len(given) < 3:
        return None
    target, place = map(body.origin, given[:2])
    if not isinstance(target, int) or target >= len(body.results):
        return None
    last = body.numbers(place) is not None
    if body.origin(body.results[target]) is not written[0] or (not last and place != step):
        return None
    return source, target, given[2], last, step


def _inputs(node: NodeDef, places: Mapping[str, Sequence[int]]) -> list[str]:
    """The inputs of a node that mean what we look for, in the order in which that is listed."""
    return [node.inputs[at] for at in places[node.op] if at < len(node.inputs)]


def _remembers(body: _Body, value: str, states: tuple[int, ...]) -> bool:
    """Whether a value is made of its step, and of a state that is made of the steps and of itself."""
    direct = body.needs(value)
    if STEP not in direct:
        return False
    for at in body.closure(direct, states.__contains__) & {*states}:
        before = body.needs(body.results[at])
        if at in body.closure(before, states.__contains__) and STEP in body.closure(before, states.__contains__):
            return True
    return False


def _matrices(body: _Body) -> tuple[int, ...] | None:
    """The weights that are multiplied with, each of them whole and once: one that is taken apart, in all its parts."""
    found: dict[int, list[str]] = {}
    for one in body.of(["MatMul"]):
        if len(one.inputs) < 2:
            return None
        weight = body.origin(one.inputs[1], PASSED | SPLIT)
        if type(weight) is not int or not body.is_kept(weight) or not body.needs(one.inputs[0]):
            return None
        found.setdefault(weight, []).append(one.inputs[1])
    for parts in found.values():
        made = [body.origin(one) for one in parts]
        whole = [one for one in made if type(one) is int]
        if whole and len(parts) > 1:
            return None
        if not whole and not _is_all(body, parts):
            return None
    return tuple(found)


def _is_all(body: _Body, parts: list[str]) -> bool:
    """Whether parts of a weight are all of it: all that it is split into, or columns one after the other."""
    nodes = [body.origin(one) for one in parts]
    if any(not isinstance(one, NodeDef) for one in nodes):
        return False
    kinds = {one.op for one in nodes if isinstance(one, NodeDef)}
    if kinds <= {"Split", "SplitV"}:
        own = {one.name: one for one in nodes if isinstance(one, NodeDef)}
        (first, *others) = own.values()
        count = first.attributes().get("num_split")
        return not others and len({*parts}) == len(parts) == count
    if kinds != {"StridedSlice"}:
        return False
    cuts = sorted((_columns(body, one) for one in nodes if isinstance(one, NodeDef)), key=lambda cut: cut or (-1, -1))
    ends = [0, *(cut[1] for cut in cuts if cut is not None)]
    return None not in cuts and [cut[0] for cut in cuts if cut is not None] == ends[:-1] and ends[-1] == 0


def _columns(body: _Body, node: NodeDef) -> tuple[int, int] | None:
    """Where a slice of a matrix begins and ends in its columns, 0 for their end; None for other slices."""
    given = [body.numbers(body.origin(one)) for one in node.inputs[1:4]]
    values = [row for row in given if row is not None and len(row) == 2 and all(type(one) is int for one in row)]
    if len(values) != 3 or values[2] != [1, 1]:
        return None
    stated = node.attributes()
    begin, end = (stated.get(f"{name}_mask", 0) for name in ("begin", "end"))
    others = any(stated.get(f"{name}_mask", 0) for name in ("ellipsis", "new_axis", "shrink_axis"))
    if others or type(begin) is not int or type(end) is not int or not begin & end & 1:
        return None
    first, last = values[0][1], values[1][1]
    assert isinstance(first, int) and isinstance(last, int), "they are integers"
    return 0 if begin & 2 else first, 0 if end & 2 else last
