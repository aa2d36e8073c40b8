"""Loops of TensorFlow Lite that are recurrent layers: subgraphs that are run once for each step.

They are those of TensorFlow, whose lists have become tensors: an entry is gathered by the number of the step, and put
between what lies before it and behind it. Weights stand in the subgraph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rfcli.readers.tensorflow.graph import Attribute
from rfcli.readers.tensorflow.lite.flatbuffer import Table
from rfcli.readers.tensorflow.lite.operators import OPERATORS
from rfcli.readers.tensorflow.saved.loops import Loop, loop_of
from rfcli.readers.tensorflow.saved.nodes import NodeDef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.readers.tensorflow.lite.model import Subgraph

READ, WRITTEN = "TensorListGetItem", "TensorListSetItem"
PRODUCTS = {"FULLY_CONNECTED": False, "BATCH_MATMUL": True}
"""Operator that multiplies -> whether its weights have a column for each feature that it makes, or a row."""
MOST = 1000
"""Operators of a step."""


def loop_in(body: Subgraph) -> tuple[Loop, list[int], bool] | None:
    """The recurrent layer that a subgraph is a step of, the tensors that its numbers mean, and whether its weights have
    columns for features; None for all others."""
    if len(body.table.tables(3)) > MOST or len(body.inputs) != len(body.outputs):
        return None
    step = _Step(body)
    nodes = list(step.nodes())
    held = sorted(step.constants)
    arguments = [str(at) for at in (*body.inputs, *held)]
    results = [step.reference(at) for at in body.outputs] + [str(at) for at in held]
    last = step.only(results)
    if last is not None:
        at, node = last
        nodes.append(node)
        results[at] = node.name
    known = {at: values for at, values in enumerate(map(step.numbers, (*body.inputs, *held))) if values is not None}
    found = loop_of(arguments, _needed(nodes, results), results, known)
    ways = {PRODUCTS[kind] for kind in step.products}
    return None if found is None or len(ways) != 1 else (found, [*body.inputs, *held], ways.pop())


def _needed(nodes: Sequence[NodeDef], results: Sequence[str]) -> list[NodeDef]:
    """The nodes that some results are made of."""
    by_name, found, waiting = {node.name: node for node in nodes}, dict[str, NodeDef](), [*results]
    while waiting:
        name = waiting.pop().partition(":")[0]
        if name in by_name and name not in found:
            found[name] = by_name[name]
            waiting += by_name[name].inputs
    return list(found.values())


class _Operation(NodeDef):
    """A node whose attributes are known."""

    known: Mapping[str, Attribute]

    def attributes(self) -> dict[str, Attribute]:
        return dict(self.known)


class _Step:
    """The operators of a step as nodes: a tensor is called by its number, one of several that an operator makes by the
    first of them, too."""

    def __init__(self, body: Subgraph) -> None:
        self.body = body
        self.operators = [(kind, one, one.integers(1, MOST), one.integers(2, MOST)) for kind, one in body.kinds]
        self.makers = {at: row for row in self.operators for at in row[3]}
        self.products: set[str] = set()
        """Those operators that multiply."""
        self.used = {at for row in self.operators for at in row[2]}
        self.constants = {
            at for at in self.used - {*self.makers, *body.inputs} if at >= 0 and body.constant(at) is not None
        }

    def reference(self, at: int) -> str:
        """What a tensor is called."""
        made = self.makers.get(at)
        return str(at) if made is None or len(made[3]) < 2 else f"{made[3][0]}:{made[3].index(at)}"

    def numbers(self, at: int) -> list[int | float] | None:
        """The numbers of a constant, where they are few."""
        constant = self.body.constant(at) if at in self.constants else None
        return None if constant is None else constant.values

    def nodes(self) -> Iterator[NodeDef]:
        for kind, operator, inputs, outputs in self.operators:
            if not outputs:
                continue
            given = tuple(self.reference(at) for at in inputs if at >= 0)
            name = str(outputs[0])
            put = self._put(inputs) if kind == "CONCATENATION" else None
            if put is not None:
                yield NodeDef(name, WRITTEN, tuple(map(self.reference, put)), [])
            elif kind in PRODUCTS and len(given) > 1:
                self.products.add(kind)
                yield NodeDef(f"{name} product" if len(given) > 2 else name, "MatMul", given[:2], [])
                if len(given) > 2:
                    yield NodeDef(name, "BiasAdd", (f"{name} product", given[2]), [])
            elif kind == "GATHER" and len(given) > 1 and not _axis_of(operator):
                yield NodeDef(name, READ, given[:2], [])
            else:
                known = OPERATORS.get(kind)
                operation, attributes = known.read(operator) if known is not None else (kind, {})
                attributes = {"num_split": len(outputs), **attributes} if operation == "Split" else attributes
                yield _Operation(name, operation, given, [], attributes)

    def _put(self, parts: Sequence[int]) -> tuple[int, int, int] | None:
        """The list, the number and the value where one entry is put between what lies before and behind it."""
        rows = [self.makers.get(at) for at in parts]
        if len(rows) != 3 or any(row is None or not row[2] for row in rows):
            return None
        before, value, behind = (row for row in rows if row is not None)
        if before[0] != "SLICE" or behind[0] != "SLICE" or len(before[2]) != 3 or len(behind[2]) != 3:
            return None
        if before[2][0] != behind[2][0] or any(self.numbers(before[2][1]) or [1]):
            return None
        count, start = self._first(before[2][2], -1), self._first(behind[2][1], 0)
        if count is None or start is None or {*(self.numbers(behind[2][2]) or [0])} != {-1}:
            return None
        return (
            (before[2][0], count, value[2][0] if value[0] == "RESHAPE" else parts[1])
            if self._next(start, count)
            else None
        )

    def _first(self, at: int, rest: int) -> int | None:
        """The number that some numbers begin with, of which the others are all the same."""
        row = self.makers.get(at)
        if (
            row is None
            or row[0] != "CONCATENATION"
            or len(row[2]) != 2
            or {*(self.numbers(row[2][1]) or [rest + 1])} != {rest}
        ):
            return None
        made = self.makers.get(row[2][0])
        return made[2][0] if made is not None and made[0] == "RESHAPE" and made[2] else row[2][0]

    def _next(self, after: int, before: int) -> bool:
        """Whether a number is one more than another."""
        row = self.makers.get(after)
        return (
            row is not None
            and row[0] == "ADD"
            and len(row[2]) == 2
            and row[2][0] == before
            and self.numbers(row[2][1]) == [1]
        )

    def only(self, results: Sequence[str]) -> tuple[int, NodeDef] | None:
        """The argument that nothing reads, and is a state laid out anew: a list of one entry, which is written."""
        for at, (given, made) in enumerate(zip(self.body.inputs, self.body.outputs, strict=True)):
            row = self.makers.get(made)
            if given not in self.used and row is not None and row[0] == "RESHAPE" and row[2] and self.constants:
                place = next((one for one in sorted(self.constants) if self.numbers(one) is not None), None)
                if place is not None:
                    return at, NodeDef(f"{made} only", WRITTEN, (str(given), str(place), self.reference(row[2][0])), [])
        return None


def _axis_of(operator: Table) -> int:
    """The axis of an operator that gathers."""
    options = operator.table(4)
    return 0 if options is None else options.number(0)
