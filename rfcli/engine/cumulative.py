"""Costs up to a layer: sums over all that it depends on, each layer once.

A layer that all paths to a merge pass through (the nearest is its dominator) has all layers before it in common; only
what lies between the two is to be added. Where nothing else reads what lies between, the sum of it is known from then
on, so that nested merges are not walked through again (Lengauer & Tarjan 1979 for dominators; of graphs without circles
they are common ancestors in their own tree).
"""

from __future__ import annotations

from rfcli.engine.costs import FREE, Cost
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.graph.graph import Graph

MAX_VISITS = 300_000
"""Layers that are looked at between merges and their dominators, so that no network takes long."""

TOO_LONG = Unknown("cumulative: paths are too entangled to add up what lies on them")


class UpTo:
    """Costs up to the layers of a network, added up when they are first asked for."""

    def __init__(self, graph: Graph, costs: list[Cost], whole: Cost) -> None:
        self.graph, self.costs, self.whole = graph, costs, whole
        self._known: list[Cost] | None = None

    def of(self, number: int) -> Cost:
        """The cost of all that a layer depends on, itself included."""
        if self._known is None:
            self._known = cumulative(self.graph, self.costs, self.whole)
        return self._known[number]

    def reasons(self, number: int) -> tuple[str, ...]:
        """Why some of it is not known."""
        cost = self.of(number)
        values = (cost.params, cost.macs, cost.flops)
        return tuple(dict.fromkeys(value.reason for value in values if isinstance(value, Unknown)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UpTo) and (self.costs, self.graph.sources) == (other.costs, other.graph.sources)

    def __hash__(self) -> int:
        return hash(self.whole)


def shares(graph: Graph) -> bool:
    """Whether a layer states that others have its parameters."""
    return any(layer is not None and layer.stated_params == 0 for layer in graph.layers)


def cumulative(graph: Graph, costs: list[Cost], whole: Cost) -> list[Cost]:
    """For each layer the cost of all that it depends on, itself included; `whole` is the network's."""
    return _Sums(graph, costs, whole).all()


class _Sums:
    """Sums along the tree of dominators. Number -1 stands before all inputs."""

    def __init__(self, graph: Graph, costs: list[Cost], whole: Cost) -> None:
        count = len(graph.layers)
        self.graph, self.costs, self.whole = graph, costs, whole
        self.above = [-1] * (count + 1)
        """The dominator of each layer."""
        self.depth, self.jump = [0] * (count + 1), [-1] * (count + 1)
        self.inside = [FREE] * count
        """The cost of what lies between a layer and its dominator."""
        self.inside_shared = [False] * count
        self.closed = [False] * count
        """Whether nothing else reads what lies between."""
        self.entries = [0] * count
        """By how many edges the dominator leads into what lies between, or to the layer."""
        self.readers = [0] * count
        for sources in graph.sources:
            for source in sources:
                self.readers[source] += 1
        self.left = MAX_VISITS
        self.own = [self._own(number) for number in range(count)]

    def all(self) -> list[Cost]:
        graph = self.graph
        count = len(graph.layers)
        sums, shared = [FREE] * (count + 1), [False] * (count + 1)
        for number in graph.order:
            above = self._dominator(number)
            self._hang(number, above)
            if len(graph.sources[number]) > 1:
                self._look_inside(number, above)
            own, inside = self.own[number], self.inside[number]
            sums[number] = own if above < 0 and inside is FREE else _plus(_plus(sums[above], inside), own)
            shared[number] = shared[above] or self.inside_shared[number] or self._shares(number)
        sums.pop()
        return [self._known(cost, shared[number]) for number, cost in enumerate(sums)]

    def _own(self, number: int) -> Cost:
        """A layer's cost; what is not known of it tells its name."""
        cost = self.costs[number]
        values = (cost.params, cost.macs, cost.flops)
        if not any(isinstance(value, Unknown) for value in values):
            return cost
        why = Unknown(f"cumulative: the cost of '{self.graph.labels[number]}' is not known")
        return Cost(*(why if isinstance(value, Unknown) else value for value in values))

    def _shares(self, number: int) -> bool:
        """Whether a layer states that others have its parameters; one that multiplies nothing has none to share."""
        layer = self.graph.layers[number]
        if layer is None or layer.stated_params != 0 or layer.given.get("macs") == 0:
            return False
        source = self.graph.sources[number][0]
        return layer.params(self.graph.channels[source], self.graph.sizes[source]) != 0

    def _known(self, cost: Cost, shared: bool) -> Cost:
        """The cost; parameters that are shared are known where none of the network's are left."""
        if not shared or isinstance(cost.params, Unknown) or cost.params == self.whole.params:
            return cost
        return cost.replaced(params=SHARED)

    def _dominator(self, number: int) -> int:
        sources = self.graph.sources[number]
        if not sources:
            return -1
        found = sources[0]
        for source in sources[1:]:
            found = self._meet(found, source)
        return found

    def _meet(self, a: int, b: int) -> int:
        """The nearest layer above both in the tree, or one of them."""
        above, depth, jump = self.above, self.depth, self.jump
        if depth[a] < depth[b]:
            a, b = b, a
        while depth[a] > depth[b]:
            a = jump[a] if depth[jump[a]] >= depth[b] else above[a]
        while a != b:
            a, b = (jump[a], jump[b]) if jump[a] != jump[b] else (above[a], above[b])
        return a

    def _hang(self, number: int, above: int) -> None:
        """Hangs a layer into the tree, with a jump that makes all ways up short (Myers 1983)."""
        depth, jump = self.depth, self.jump
        self.above[number], depth[number] = above, depth[above] + 1
        far = jump[above]
        even = depth[above] - depth[far] == depth[far] - depth[jump[far]]
        jump[number] = jump[far] if even and above >= 0 else above

    def _look_inside(self, number: int, above: int) -> None:
        """Adds up what lies between a merge and its dominator."""
        graph, edges, inside, shared = self.graph, dict[int, int](), FREE, False
        waiting = []

        def reached(source: int, times: int) -> None:
            if source not in edges and source != above:
                waiting.append(source)
            edges[source] = edges.get(source, 0) + times

        for source in graph.sources[number]:
            reached(source, 1)
        while waiting:
            at = waiting.pop()
            self.left -= 1
            if self.left < 0:
                self.inside[number] = Cost(TOO_LONG, TOO_LONG, TOO_LONG)
                return
            inside, shared = _plus(inside, self.own[at]), shared or self._shares(at)
            if self.closed[at]:
                inside, shared = _plus(inside, self.inside[at]), shared or self.inside_shared[at]
                reached(self.above[at], self.entries[at])
                continue
            for source in graph.sources[at]:
                reached(source, 1)
        self.inside[number], self.inside_shared[number] = inside, shared
        self.entries[number] = edges.pop(above, 0)
        self.closed[number] = above >= 0 and all(self.readers[at] == times for at, times in edges.items())


SHARED = Unknown("cumulative: which layer has the parameters that others share is not known")


def _plus(a: Cost, b: Cost) -> Cost:
    if b is FREE or a is FREE:
        return a if b is FREE else b
    return Cost(total(a.params, b.params), total(a.macs, b.macs), total(a.flops, b.flops))
