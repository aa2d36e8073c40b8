"""The scopes of a network as modules: which of them are worth one, and in which order their parts are run."""

from __future__ import annotations

from collections.abc import Collection

from rfcli.graph.graph import Graph, upstream
from rfcli.ordering import ordered
from rfcli.writers.torch.written import New

MOST_PORTS = 4
"""Inputs, and outputs, with which a scope is a module of its own."""


class Scope:
    """A scope on its way to a module: its parts in the order of the document, each a layer's number or a scope."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.children: dict[str, Scope] = {}
        self.parts: list[tuple[str, int | Scope]] = []
        self.numbers: list[int] = []
        """Layers below that are run, in order."""
        self.inputs: list[int] = []
        self.outputs: list[int] = []
        self.height = 0
        self.members: list[tuple[str, int | Scope]] = []
        """The parts that are run, in order."""
        self.names: dict[int | Scope, str] = {}
        """What the parts are called as attributes."""
        self.attributes: list[tuple[str, str, New, tuple[str, ...]]] = []
        """Of each module the name of its part, its own, how it is constructed, and what is then done to it."""
        self.body: tuple[str, ...] = ()
        self.modules: tuple[tuple[str, New], ...] = ()
        """What it is itself in the scope around it, like a layer, once it has a class."""
        self.after: tuple[str, ...] = ()

    @property
    def leaf(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def scopes(self) -> list[Scope]:
        """The parts that are scopes."""
        return [part for _, part in self.parts if isinstance(part, Scope)]

    def within(self) -> list[Scope]:
        """The scope and all in it."""
        return [self, *(one for scope in self.scopes for one in scope.within())]

    def opened(self, gone: Collection[Scope]) -> None:
        """Takes the parts of some scopes in it in their place."""
        self.parts = [
            one for base, part in self.parts
            for one in ([(f"{base}_{inner}", below) for inner, below in part.parts]
                        if isinstance(part, Scope) and part in gone else [(base, part)])
        ]  # fmt: skip


class Scopes:
    """The scopes of a graph that are modules, each with what is run in it, in order; `root` is the network's own."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reads = [
            (*sources, *(() if (like := graph.named_like(number)) is None else (like,)))
            for number, sources in enumerate(graph.sources)
        ]
        """By layer what it takes, the layer whose size it takes included."""
        self.position = {number: at for at, number in enumerate(graph.order)}
        self.live = set(upstream(self.graph.outputs, self.reads.__getitem__))
        self.readers: list[list[int]] = [[] for _ in self.reads]
        for number in self.live:
            for source in self.reads[number]:
                self.readers[source].append(number)
        self.root = self._tree()
        self._placed(self.root)

    def _tree(self) -> Scope:
        root = Scope("")
        for number in range(len(self.graph.inputs), len(self.graph.layers)):
            *segments, leaf = self.graph.labels[number].split("/")
            scope = root
            for segment in segments:
                if segment not in scope.children:
                    below = Scope(f"{scope.path}/{segment}".lstrip("/"))
                    scope.children[segment] = below
                    scope.parts.append((segment, below))
                scope = scope.children[segment]
            scope.parts.append((leaf, number))
        self._simplified(root)
        return root

    def _simplified(self, scope: Scope) -> None:
        """Takes the parts of scopes that are not worth a module into the one around them."""
        for part in scope.scopes:
            self._simplified(part)
        scope.opened([part for part in scope.scopes if not self._worth(part)])

    def _worth(self, scope: Scope) -> bool:
        """Whether a scope is a module: it has several parts, and layers that are run."""
        inside = {number for _, part in scope.parts for number in self._below(part)}
        scope.numbers = sorted(inside, key=self.position.__getitem__)
        if len(scope.parts) < 2 or len(inside) < 2:
            return False
        read = (one for number in scope.numbers for one in self.reads[number])
        scope.inputs = [one for one in dict.fromkeys(read) if one not in inside]
        outside = {number for number in inside if not inside.issuperset(self.readers[number])}
        scope.outputs = [number for number in scope.numbers if number in outside or number in self.graph.outputs]
        return len(scope.inputs) <= MOST_PORTS and len(scope.outputs) <= MOST_PORTS

    def _below(self, part: int | Scope) -> list[int]:
        return part.numbers if isinstance(part, Scope) else [part] if part in self.live else []

    def _placed(self, scope: Scope) -> None:
        """Orders what a scope runs, and what those within it run."""
        if not scope.path:
            scope.inputs, scope.outputs = list(self.graph.inputs), list(self.graph.outputs)
        while stuck := self._stuck(scope):
            scope.opened([stuck])
        for part in scope.scopes:
            self._placed(part)
        scope.height = 1 + max((part.height for part in scope.scopes), default=-1)

    def _stuck(self, scope: Scope) -> Scope | None:
        """Puts the parts that are run in an order that fits; where none does, a part that has to be run in pieces."""
        parts = [one for one in scope.parts if self._below(one[1])]
        rows = [self._below(part) for _, part in parts]
        owner = {number: at for at, row in enumerate(rows) for number in row}
        needs = [
            {owner[source] for number in row for source in self.reads[number] if source in owner} - {at}
            for at, row in enumerate(rows)
        ]
        order = ordered(needs, [min(map(self.position.__getitem__, row)) for row in rows])
        scope.members = [parts[at] for at in order]
        left = (parts[at][1] for at in sorted({*range(len(parts))} - {*order}))
        return next((part for part in left if isinstance(part, Scope)), None)
