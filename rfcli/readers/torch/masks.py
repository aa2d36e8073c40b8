"""Masks of attention: numbers that a program works out of constants, and what they keep apart."""

import operator
from collections.abc import Mapping, Sequence, Set
from math import prod
from typing import Any

from rfcli.readers.torch.nodes import COPIES, Node, Shape, operation_of, resolved, shapes_of
from rfcli.readers.torch.source import Source, Weight
from rfcli.readers.tracing.attention import WINDOWS, Left, Mask
from rfcli.readers.tracing.maps import Atom, Layout, joined, places
from rfcli.readers.tracing.masks import diagonals, parted
from rfcli.readers.tracing.reach import Reach
from rfcli.readers.tracing.scores import MASKED

Tensor = Any
"""A tensor of torch's."""
MOST = 1 << 26
"""Entries of a mask that are looked at."""


class Numbers:
    """The numbers of nodes of a program; what depends on the inputs, `tainted`, has none."""

    def __init__(self, source: Source, tainted: Set[Node]) -> None:
        self.source, self.weights, self.tainted = source, source.weights, tainted
        self.library: Any = source.library
        """What works them out: torch, or what stands for it where they are in a file."""
        self.standing: dict[Node, Node] = {}
        """What the inputs of graphs stand for that a node calls."""

    def meant(self, node: Node) -> Node:
        """The node itself, or what it stands for: the argument of a call, or what only copies are made of."""
        while True:
            copied = node.op == "call_function" and operation_of(node) in COPIES and node.args
            then = self.standing.get(node) or (node.args[0] if copied else None)
            if not hasattr(then, "all_input_nodes"):  # of what is no tensor nothing is copied
                return node
            node = then

    def sources(self, node: Node) -> list[Node]:
        """All that a node is made of, itself last, each after what it takes."""
        found: dict[Node, None] = {}
        waiting = [(self.meant(node), False)]
        while waiting:
            one, ready = waiting.pop()
            if one in found:
                continue
            if ready:
                found[one] = None
                continue
            waiting.append((one, True))
            waiting += [(self.meant(below), False) for below in one.all_input_nodes]
        return list(found)

    def of(self, node: Node) -> Tensor:
        """The numbers of a node that depends on no input and on no parameter. Raises `Layout`."""
        numbers: dict[Node, Tensor] = {}
        waiting = [node]
        while waiting:
            one = waiting[-1]
            if one not in numbers and one in self.tainted:  # Only its shape is asked for.
                numbers[one] = self.library.shaped(one, shapes_of(one)[0])
            left = [] if one in numbers else [below for below in one.all_input_nodes if below not in numbers]
            waiting += left
            if not left:
                waiting.pop()
                if one not in numbers:
                    numbers[one] = self.made(one, numbers)
        return numbers[node]

    def with_one(self, node: Node, value: Tensor) -> Tensor:
        """What a node makes of constants and of one other tensor. Raises `Layout`."""
        given = {one: value if one in self.tainted else self.of(one) for one in node.all_input_nodes}
        return self.made(node, given)

    def made(self, node: Node, numbers: Mapping[Node, Tensor]) -> Tensor:
        """What a node makes of the numbers of others. Raises `Layout`."""
        if node.op == "placeholder":
            return self._stored(self.weights.get(node.name))
        if node.op == "get_attr":
            found = operator.attrgetter(str(node.target))(node.graph.owning_module or self.source.owner)
            return found if hasattr(found, "graph") else self.library.held(found)
        if any(prod(shape) > MOST for shape in shapes_of(node)):
            raise Layout("a mask that is too large")
        return self.library.called(node, resolved(node.args, numbers), resolved(node.kwargs, numbers))

    def _stored(self, weight: Weight | None) -> Tensor:
        if weight is None or weight.params:
            raise Layout("a mask whose numbers are not at hand")
        return self.library.held(self.source.tensor(weight.path))


class Scored(Mask):
    """A mask by what becomes of scores that were zero."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers

    def left(self, rows: Sequence[tuple[Atom, ...]], columns: tuple[Atom, ...], reach: Reach) -> Left:
        leading = [atom for dim in rows[:-1] for atom in joined(dim)]
        row, column = list(joined(rows[-1])), list(joined(columns))
        sizes = [atom.size for atom in (*leading, *row, *column)]
        if None in sizes or prod(size for size in sizes if size is not None) > MOST:
            raise Layout("a mask that is too large")
        self.numbers.library.spend(prod(size or 0 for size in sizes))
        masked = self._scores().reshape([size or 0 for size in sizes]) <= MASKED
        if bool((masked == parted(leading, row, column, reach, self.numbers.library)).all()):
            return WINDOWS
        if reach.whole and places([tuple(row)]) == places([tuple(column)]) and row:
            matrices = masked.reshape([-1, prod(a.size or 0 for a in row), prod(a.size or 0 for a in column)])
            found = diagonals(matrices, self.numbers.library)
            if found is not None:
                return found
        raise Layout("what its mask leaves is not known")

    def _scores(self) -> Tensor:
        raise NotImplementedError


class Added(Scored):
    """Numbers that are added to scores of some shape, or say of each whether it is left."""

    def __init__(self, numbers: Numbers, node: Node, shape: Shape) -> None:
        super().__init__(numbers)
        self.node, self.shape = node, shape

    def _scores(self) -> Tensor:
        library = self.numbers.library
        term = self.numbers.of(self.node)
        if library.is_bool(self.node, term):
            term = library.where(term, 0.0, -library.inf)
        return term.expand(self.shape)


class Terms(Scored):
    """Operations on attention scores with constants, in order: sums, and entries that are masked. The first may be a
    product itself, `baddbmm`, which adds to what it multiplies."""

    def __init__(self, numbers: Numbers, terms: Sequence[Node]) -> None:
        super().__init__(numbers)
        self.terms = terms

    def _scores(self) -> Tensor:
        scores: Tensor = self.numbers.library.zeros(())
        for node in self.terms:
            if operation_of(node) == "baddbmm":
                scores = self.numbers.of(node.args[0]).expand(shapes_of(node)[0])
                continue
            (before,) = (shapes_of(one)[0] for one in node.all_input_nodes if one in self.numbers.tainted)
            scores = scores.reshape(before) if prod(scores.shape) == prod(before) else scores.expand(before)
            scores = self.numbers.with_one(node, scores)
        return scores
