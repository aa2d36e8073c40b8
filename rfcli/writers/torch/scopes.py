"""The scopes of a network as modules: which of them are worth one, and in which order their parts are run."""

from __future__ import annotations

from rfcli.graph.graph import upstream
from rfcli.ordering import ordered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.graph.graph import Graph
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
        """Attributes and what they are."""
        self.attributes: list[tuple[str, str, New | Scope, tuple[str, ...]]] = []
        self.body: tuple[str, ...] = ()
        self.new: New | None = None

    @property
    def leaf(self) -> str:
        return self.path.rpartition("/")[2]


class Scopes:
    """The scopes of a graph that are modules, each with what is run in it, in order; `root` is the network's own."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reads = [
            (*graph.sources[number], *(() if like is None or not _sized_by(graph, number) else (like,)))
            for number, like in enumerate(graph.likes)
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
        inputs = len(self.graph.inputs)
        for number in range(inputs, len(self.graph.layers)):
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
        for part in [part for _, part in scope.parts if isinstance(part, Scope)]:
            self._simplified(part)
        scope.parts = [
            one for base, part in scope.parts
            for one in (_inlined(base, part) if isinstance(part, Scope) and not self._worth(part) else [(base, part)])
        ]  # fmt: skip

    def _worth(self, scope: Scope) -> bool:
        """Whether a scope is a module: it has several parts, and layers that are run."""
        scope.numbers = sorted(
            (number for _, part in scope.parts for number in self._below(part)), key=self.position.__getitem__
        )
        if len(scope.parts) < 2 or len(scope.numbers) < 2:
            return False
        inside = set(scope.numbers)
        scope.inputs = list(
            dict.fromkeys(one for number in scope.numbers for one in self.reads[number] if one not in inside)
        )
        scope.outputs = [
            number
            for number in scope.numbers
            if number in self.graph.outputs or any(reader not in inside for reader in self.readers[number])
        ]
        return len(scope.inputs) <= MOST_PORTS and len(scope.outputs) <= MOST_PORTS

    def _below(self, part: int | Scope) -> list[int]:
        if isinstance(part, Scope):
            return part.numbers
        return [part] if part in self.live else []

    def _placed(self, scope: Scope) -> None:
        """Orders what a scope runs, and what those within it run."""
        if not scope.path:
            scope.numbers = [number for number in self.graph.order
                             if number in self.live and number >= len(self.graph.inputs)]  # fmt: skip
            scope.inputs, scope.outputs = list(self.graph.inputs), list(self.graph.outputs)
        while True:
            order, stuck = self._ordered(scope)
            if stuck is None:
                break
            scope.parts = [
                one
                for base, part in scope.parts
                for one in (_inlined(base, stuck) if part is stuck else [(base, part)])
            ]
        scope.members = order
        below = [part for _, part in scope.parts if isinstance(part, Scope)]
        for part in below:
            self._placed(part)
        scope.height = 1 + max((part.height for part in below), default=-1)

    def _ordered(self, scope: Scope) -> tuple[list[tuple[str, int | Scope]], Scope | None]:
        """The parts that are run, in an order that fits, or a part that has to be run in pieces."""
        parts = [one for one in scope.parts if self._below(one[1])]
        owner = {number: at for at, (_, part) in enumerate(parts) for number in self._below(part)}
        first = [min(self.position[number] for number in self._below(part)) for _, part in parts]
        needs: list[set[int]] = [set() for _ in parts]
        for number, at in owner.items():
            for source in self.reads[number]:
                before = owner.get(source)
                if before is not None and before != at:
                    needs[at].add(before)
        order = ordered(needs, first)
        if len(order) == len(parts):
            return [parts[at] for at in order], None
        done = set(order)
        return [], next(part for at, (_, part) in enumerate(parts) if at not in done and isinstance(part, Scope))


def _sized_by(graph: Graph, number: int) -> bool:
    layer = graph.layers[number]
    return layer is not None and layer.like is not None


def _inlined(base: str, scope: Scope) -> list[tuple[str, int | Scope]]:
    return [(f"{base}_{inner}", part) for inner, part in scope.parts]
