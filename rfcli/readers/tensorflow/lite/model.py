"""A TensorFlow Lite model: its subgraphs, tensors and operators, and one of them as a graph.

Fields are numbered as in the schema, which only ever gains some. Of a dynamic batch the file says 1, and so do we: a
field is that of one image.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from math import prod
from struct import Struct

from rfcli.description.limits import Limits
from rfcli.readers.draft import ForeignError
from rfcli.readers.tensorflow.graph import NONE, Graph, Node, Shape
from rfcli.readers.tensorflow.lite.flatbuffer import Bytes, Table, damaged
from rfcli.readers.tensorflow.lite.operators import OPERATORS, operator_of
from rfcli.readers.tensorflow.saved.loops import RECURRENT, stated
from rfcli.readers.tracing.maps import Constant, Size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

CODES, SUBGRAPHS, BUFFERS, SIGNATURES = 1, 2, 4, 7
"""Fields of a model."""
CUSTOM = "CUSTOM"
LOOP = "WHILE"
CALLS = {"CALL": "builtin", "STABLEHLO_COMPOSITE": "composite"}
SMALL = 4096
"""Numbers of a tensor that are looked at."""
MOST_RANK = 8
MOST_NESTED = 16
"""Subgraphs that call one another."""
FLEX = "Flex"
"""What the names of TensorFlow's own operations begin with among custom ones."""
NUMBERS = {0: "<f", 2: "<i", 3: "<B", 4: "<q", 6: "<?", 7: "<h", 9: "<b", 15: "<I"}
"""Type of a tensor -> how its numbers are stored."""
FLOATS, INTEGERS = frozenset([0, 1, 10, 18]), frozenset([2, 3, 4, 7, 9, 17, 19, 20])
"""Types of tensors that are weights, and that are when they are quantised."""


class Model:
    """The tables of a file. Raises `ForeignError` where they are damaged."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self.limits = limits
        self.root = Bytes(stream).root()
        self.codes = [_code(one) for one in self.root.of(CODES)]
        self.subgraphs = self.root.tables(SUBGRAPHS)
        self.buffers = self.root.tables(BUFFERS)
        if not self.subgraphs:
            raise damaged("it has no subgraph")
        self.left = limits.layers
        """Operators that may still be met."""
        self.reads = limits.nodes
        """Tensors that they may still read and make."""

    @property
    def signatures(self) -> dict[str, tuple[int, dict[int, str]]]:
        """The signatures by their keys: which subgraph each is of, and what it calls its inputs."""
        found = {}
        for one in self.root.of(SIGNATURES):
            names = {each.number(1, signed=False): each.text(0) for each in one.of(0)}
            found[one.text(2)] = one.number(4, signed=False), names
        return found

    def subgraph(self, number: int) -> Table:
        if not 0 <= number < len(self.subgraphs):
            raise damaged("it names a subgraph that it has not")
        return self.root.at(self.subgraphs[number])

    def extent(self, number: int) -> tuple[int, int] | None:
        """Where the bytes of a buffer stand, and how many; None where it has none."""
        if not 0 <= number < len(self.buffers):
            raise damaged("it names a buffer that it has not")
        buffer = self.root.at(self.buffers[number])
        start, count = buffer.extent(0)
        if not count and buffer.number(1, 8, signed=False) > 1:
            return buffer.number(1, 8, signed=False), buffer.number(2, 8, signed=False)
        return (start, count) if count else None


def _code(code: Table) -> tuple[str, str]:
    """What an operator is called in the schema, and its own name where it is a custom one."""
    number = max(code.number(0, 1), code.number(3))
    return operator_of(number), code.text(1, 200)


class Subgraph:
    """One subgraph: tensors by their numbers."""

    def __init__(self, model: Model, number: int, prefix: str = "", depth: int = 0) -> None:
        if depth > MOST_NESTED:
            raise damaged("its subgraphs call one another without end")
        self.model, self.table, self.prefix, self.depth = model, model.subgraph(number), prefix, depth
        self.places = self.table.tables(0)
        self.inputs, self.outputs = (self.table.integers(field, model.limits.layers) for field in (1, 2))
        self._known: dict[int, Table] = {}
        self.constants: dict[str, Constant | None] = {}

    def tensor(self, number: int) -> Table:
        """A tensor by its number."""
        found = self._known.get(number)
        if found is None:
            if not 0 <= number < len(self.places):
                raise damaged("it names a tensor that it has not")
            found = self._known[number] = self.model.root.at(self.places[number])
        return found

    def shape(self, number: int) -> tuple[Size, ...]:
        """The sizes of a tensor."""
        return _shape(self.tensor(number))

    def key(self, number: int) -> str:
        """The name of a tensor in the graph: names in files are not always its own."""
        return NONE if number < 0 else f"{self.prefix}{number}"

    def constant(self, number: int) -> Constant | None:
        """A tensor with numbers, of which few are read."""
        one = self.tensor(number)
        buffer = one.number(2, signed=False)
        extent = self.model.extent(buffer) if buffer and not one.flag(5) else None
        sizes = () if extent is None else _shape(one)
        if extent is None or None in sizes:
            return None
        type, detail = one.number(1, 1), one.table(4)
        quantised = detail is not None and detail.has(2)
        shape = tuple([n or 0 for n in sizes])
        count, weighs = prod(shape), type in FLOATS or (quantised and type in INTEGERS)
        values, stored = None, NUMBERS.get(type)
        if stored is not None and count <= SMALL and not quantised:
            kind = Struct(stored)
            if extent[1] == count * kind.size:
                values = [value for (value,) in kind.iter_unpack(self.model.root.data(*extent))]
        return Constant(shape, values, ((self.key(number), count),) if weighs else ())

    def nodes(self) -> Iterator[Node]:
        """The operators in their order, those of subgraphs that are called in place of the call."""
        for place in self.table.tables(3):
            one = self.model.root.at(place)
            self.model.left -= 1
            if self.model.left < 0:
                limits = self.model.limits
                raise ForeignError(f"more than {limits.layers} operations", limits.exceeded("layers"))
            inputs, outputs = (one.integers(field, self.model.reads) for field in (1, 2))
            self.model.reads -= len(inputs) + len(outputs) + 1
            if self.model.reads < 0:
                limits = self.model.limits
                raise ForeignError(f"more than {limits.nodes} inputs of operations", limits.exceeded("nodes"))
            yield from self._node(one, inputs, outputs)

    def _node(self, one: Table, inputs: Sequence[int], outputs: Sequence[int]) -> Iterator[Node]:
        number = one.number(0, signed=False)
        if number >= len(self.model.codes):
            raise damaged("it names an operator that it has not")
        kind, custom = self.model.codes[number]
        called = self._called(one, kind)
        if called is not None:
            yield from self._inlined(called, inputs, outputs)
            return
        for at in inputs:
            self.note(at)
        given, made = tuple(map(self.key, inputs)), tuple(map(self.key, outputs))
        name = self.name_of(outputs[0]) if outputs else kind
        if kind == CUSTOM:
            operation = custom.removeprefix(FLEX) if custom.startswith(FLEX) else NONE
            yield Node(operation, name, given, made, {}, f"custom {custom[:60]}" if custom else "custom operation")
            return
        if kind == "VAR_HANDLE":
            return
        if kind == "READ_VARIABLE" and inputs and outputs:
            self.hold(inputs[0], self.shape(outputs[0]))
        if kind == LOOP:
            yield self._loop(one, inputs, outputs, name)
            return
        operator = OPERATORS.get(kind)
        if operator is None:
            yield Node(NONE, name, given, made, {}, kind)
            return
        operation, attributes = operator.read(one)
        yield Node(operation, name, given, made, attributes, kind)

    def _loop(self, one: Table, inputs: Sequence[int], outputs: Sequence[int], name: str) -> Node:
        """A loop: a recurrent layer where it is one, else what makes all that is read of it."""
        from rfcli.readers.tensorflow.lite.loops import loop_in

        for at in inputs:
            self.note(at)
        options, prefix = one.table(4), f"{self.prefix}{outputs[0] if outputs else ''}/"
        body = Subgraph(self.model, options.number(1), prefix, self.depth + 1) if options is not None else None
        found = loop_in(body) if body is not None and len(inputs) == len(outputs) == len(body.inputs) else None
        met = [at for at, made in enumerate(outputs) if made in self.read]
        given = tuple(map(self.key, inputs))
        if body is None or found is None or not {found[0].writes, *found[0].states}.issuperset(met):
            return Node(NONE, name, given, tuple(self.key(outputs[at]) for at in met), {}, LOOP)
        loop, tensors, columns = found
        body.constants = self.constants
        for at, given_at in zip(body.inputs, inputs, strict=True):
            if at in body.variables:
                self.hold(given_at, body.shape(body.variables[at]))
        for at in tensors[len(inputs) :]:
            body.note(at)
        keys = [*given, *map(body.key, tensors[len(inputs) :])]
        taken = (loop.reads, *loop.matrices, *loop.others, *loop.states)
        return Node(
            RECURRENT, name, tuple(keys[at] for at in taken), tuple(self.key(outputs[at]) for at in met),
            {**stated(loop, met), "columns": columns}, LOOP,
        )  # fmt: skip

    def hold(self, handle: int, shape: tuple[Size, ...]) -> None:
        """Keeps what a variable holds, which nothing writes: weights of a shape."""
        key = self.key(handle)
        if None not in shape and self.constants.get(key) is None and not self.writes:
            sizes = tuple([n or 0 for n in shape])
            self.constants[key] = Constant(sizes, None, ((key, prod(sizes)),))

    @cached_property
    def kinds(self) -> list[tuple[str, Table]]:
        """The operators, each with what it is called; "" for one that the model has not."""
        found = [self.model.root.at(place) for place in self.table.tables(3)]
        codes = self.model.codes
        return [(codes[at][0] if (at := one.number(0, signed=False)) < len(codes) else "", one) for one in found]

    @cached_property
    def writes(self) -> bool:
        """Whether variables are written."""
        return any(kind == "ASSIGN_VARIABLE" for kind, _ in self.kinds)

    @cached_property
    def variables(self) -> dict[int, int]:
        """Handles of variables, and the tensors that they are read as."""
        rows = [(one.integers(1, 2), one.integers(2, 2)) for kind, one in self.kinds if kind == "READ_VARIABLE"]
        return {given[0]: made[0] for given, made in rows if given and made}

    @cached_property
    def read(self) -> frozenset[int]:
        """Tensors that an operator reads, or that are outputs."""
        return frozenset(self.outputs).union(*(one.integers(1, self.model.reads) for _, one in self.kinds))

    def note(self, number: int) -> None:
        """Keeps what a tensor without a maker holds."""
        key = self.key(number)
        if key and key not in self.constants:
            self.constants[key] = self.constant(number)

    def name_of(self, number: int) -> str:
        """What the layer that makes a tensor is called: the first of the names that were fused, without a number."""
        first = self.tensor(number).text(3).partition(";")[0]
        return first.rpartition(":")[0] or first

    def _called(self, one: Table, kind: str) -> int | None:
        """The number of the subgraph that an operator stands for."""
        if kind not in CALLS:
            return None
        options = one.table(4 if kind == "CALL" else 12)
        return None if options is None else options.number(0 if kind == "CALL" else 1)

    def _inlined(self, called: int, inputs: Sequence[int], outputs: Sequence[int]) -> Iterator[Node]:
        """The operators of a subgraph that is called, between such as hand its tensors over."""
        inner = Subgraph(self.model, called, f"{self.prefix}{outputs[0] if outputs else ''}/", self.depth + 1)
        inner.constants = self.constants
        for at in inputs:
            self.note(at)
        for outside, inside in zip(inputs, inner.inputs, strict=False):
            yield handed(self.key(outside), inner.key(inside), self.name_of(outside))
        yield from inner.nodes()
        for inside, outside in zip(inner.outputs, outputs, strict=False):
            yield handed(inner.key(inside), self.key(outside), self.name_of(outside))


def handed(read: str, made: str, name: str) -> Node:
    """A tensor under another name."""
    return Node("rf.handed", name, (read,), (made,), {}, "")


def _shape(tensor: Table) -> tuple[Size, ...]:
    """Sizes of a tensor; all but the batch's are unknown where they were left open."""
    sizes = tensor.integers(0, 1 << 10)
    if len(sizes) > MOST_RANK:
        raise ForeignError(f"a tensor of {len(sizes)} dimensions")
    if any(n < 0 or n > 1 << 31 for n in sizes):
        raise damaged("a tensor has a size below zero")
    stated = tensor.integers(7, 1 << 10) if tensor.has(7) else []
    if len(stated) != len(sizes):
        return tuple(sizes)
    return tuple([n if at == 0 or want >= 0 else None for at, (n, want) in enumerate(zip(sizes, stated, strict=True))])


def graph_of(model: Model, signature: str | None) -> Graph:
    """The subgraph of a signature, by default of the first one. Raises `ForeignError`."""
    known = model.signatures
    if signature is not None and signature not in known:
        listed = ", ".join(sorted(known)[:20]) or "none"
        raise ForeignError(f"the model has no signature '{signature[:60]}'", f"it has: {listed}")
    number, named = known[signature] if signature is not None else (0, next(
        (names for number, names in known.values() if number == 0), {}))  # fmt: skip
    main = Subgraph(model, number)
    inputs: dict[str, tuple[str, tuple[Size, ...]]] = {}
    for at in main.inputs:
        name = named.get(at) or main.name_of(at) or f"input_{at}"
        inputs[name if name not in inputs else f"{name}_{at}"] = main.key(at), main.shape(at)
    nodes = list(main.nodes())
    for at in main.outputs:
        main.note(at)

    def shape(key: str) -> Shape:
        """What the file says of a tensor of the main subgraph."""
        return main.shape(int(key)) if key.isdecimal() else None

    return Graph(main.table.text(4, 200), nodes, inputs, [main.key(at) for at in main.outputs],
                 main.constants.get, shape)  # fmt: skip
