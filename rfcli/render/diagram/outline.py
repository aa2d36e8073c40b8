"""A network as boxes within boxes: what every kind of diagram draws.

Layers that belong to the one before them (norms, activations) share its node; a scope that holds one thing only is that
thing; repeated siblings are folded into one (`folding`); with a depth, deeper scopes are nodes.
"""

from __future__ import annotations

from rfcli.render.diagram.folding import Folding, Item, Leaf
from rfcli.render.several import in_common
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.engine.report import LayerReport, Report
    from rfcli.graph.graph import Graph

MAX_DEPTH = 24
"""Scopes are boxes down to this depth; slashes of names beyond it are part of the name."""


class Node(Value):
    """One or several layers that are drawn as one: `copies` has the numbers of the layers of each copy."""

    id: int
    name: str
    label: str
    scope: bool
    """Whether it stands for a scope that is too deep to be drawn."""
    times: int
    """Its copies within the box around it; `copies` are those of all boxes around it."""
    copies: tuple[tuple[int, ...], ...]


class Box(Value):
    """A scope, or neighbours that are repeated together (`name` is then empty); `times` counts its copies within the
    box around it."""

    id: int
    name: str
    label: str
    times: int
    items: tuple[Node | Box, ...]

    def nodes(self) -> Iterator[Node]:
        """The nodes inside, however deep, in order."""
        for item in self.items:
            if isinstance(item, Node):
                yield item
            else:
                yield from item.nodes()


class Outline(Value):
    """A report as it is drawn; `edges` are pairs of ids of nodes, source first."""

    report: Report
    root: Box
    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]

    def outputs(self, node: Node) -> list[list[LayerReport]]:
        """The layers of each copy of a node that others read, or that are outputs of the network; none for inputs."""
        first = len(self.report.graph.inputs)
        read = self._read(node) if node.scope else {copy[-1] for copy in node.copies}
        return [[self.report.layers[n - first] for n in copy if n in read and n >= first] for copy in node.copies]

    def last(self, node: Node) -> list[LayerReport | None]:
        """What comes out of each copy of a node, of several outputs what they have in common; None for inputs."""
        return [in_common(outputs, outputs[-1]) if outputs else None for outputs in self.outputs(node)]

    def _read(self, node: Node) -> set[int]:
        """The layers of a node that something outside of their copy reads, and outputs of the network; the last one of
        a copy of which nothing is read."""
        graph = self.report.graph
        owner = {number: at for at, copy in enumerate(node.copies) for number in copy}
        found = owner.keys() & set(graph.outputs)
        for number, sources in enumerate(graph.sources):
            found |= {source for source in sources if source in owner and owner[source] != owner.get(number)}
        return found | {copy[-1] for copy in node.copies if found.isdisjoint(copy)}


def outlined(report: Report, depth: int | None = None) -> Outline:
    """The outline of a report; scopes deeper than `depth`, at least 1, are nodes."""
    graph, boxes = report.graph, min(depth or MAX_DEPTH, MAX_DEPTH)
    owner, leaves = _leaves(graph, boxes, depth is not None)
    for at, leaf in enumerate(leaves):
        inside = set(leaf.copies[0])
        read = dict.fromkeys(
            owner[source] for number in leaf.copies[0] for source in graph.sources[number] if source not in inside
        )
        leaf.sources = [source for source in read if source != at]
    root = _tree(graph, leaves, boxes)
    folding = Folding(graph, leaves, {owner[number] for number in graph.outputs})
    folding.fold(root)
    return _frozen(report, root, leaves, folding)


def _leaves(graph: Graph, depth: int, folded: bool) -> tuple[list[int], list[Leaf]]:
    """For each layer its leaf, and the leaves, in the order of the description."""
    readers = [0] * len(graph.labels)
    for sources in graph.sources:
        for source in sources:
            readers[source] += 1
    for number in graph.outputs:
        readers[number] += 1
    owner: list[int] = []
    numbers: list[list[int]] = []
    scopes: dict[str, int] = {}
    for number, label in enumerate(graph.labels):
        parts = label.split("/")
        if folded and len(parts) > depth:
            at = scopes.setdefault("/".join(parts[:depth]), len(numbers))
        else:
            before = _belongs_to(graph, number, readers, owner)
            at = len(numbers) if before is None or numbers[before][-1] != graph.sources[number][0] else before
        if at == len(numbers):
            numbers.append([])
        numbers[at].append(number)
        owner.append(at)
    folded_scopes = set(scopes.values())
    return owner, [Leaf(inside, at in folded_scopes) for at, inside in enumerate(numbers)]


def _belongs_to(graph: Graph, number: int, readers: Sequence[int], owner: Sequence[int]) -> int | None:
    """The leaf of the layer that a layer belongs to: an activation to the convolution before it, where nothing else
    reads that."""
    layer, sources = graph.layers[number], graph.sources[number]
    if layer is None or not layer.follows or len(sources) != 1:
        return None
    source = sources[0]
    if source >= number or source in graph.inputs or readers[source] != 1:
        return None
    if _scope(graph.labels[source]) != _scope(graph.labels[number]):
        return None
    return owner[source]


def _scope(label: str) -> str:
    return label.rpartition("/")[0]


def _tree(graph: Graph, leaves: Sequence[Leaf], depth: int) -> Item:
    """The scopes as boxes within boxes."""
    root = Item("", "")
    boxes = {"": root}
    for at, leaf in enumerate(leaves):
        parts = graph.labels[leaf.copies[0][0]].split("/", depth)
        if leaf.scope:
            parts = parts[:depth]
        elif len(parts) > depth:
            parts = [*parts[: depth - 1], "/".join(parts[depth - 1 :])]
        box = root
        for end in range(1, len(parts)):
            path = "/".join(parts[:end])
            if path not in boxes:
                boxes[path] = Item(path, parts[end - 1])
                box.items.append(boxes[path])
            box = boxes[path]
        box.items.append(Item("/".join(parts), parts[-1], at))
    root.items = [_single(item) for item in root.items]
    return root


def _single(item: Item) -> Item:
    """A box that holds one thing only is that thing, under the box's name."""
    item.items = [_single(one) for one in item.items]
    if len(item.items) != 1:
        return item
    inside = item.items[0]
    if inside.leaf is not None:
        return Item(item.name, item.label, inside.leaf)
    return Item(inside.name, f"{item.label}/{inside.label}", None, inside.items)


def _frozen(report: Report, root: Item, leaves: Sequence[Leaf], folding: Folding) -> Outline:
    nodes: list[Node] = []
    numbers: dict[int, int] = {}
    boxes = [0]

    def frozen(item: Item) -> Node | Box:
        if item.leaf is not None:
            leaf = leaves[item.leaf]
            numbers[item.leaf] = len(nodes)
            nodes.append(Node(len(nodes), item.name, item.label, leaf.scope, item.times, tuple(leaf.copies)))
            return nodes[-1]
        boxes[0] += 1
        number = boxes[0]
        return Box(number, item.name, item.label, item.times, tuple([frozen(one) for one in item.items]))

    items = tuple([frozen(item) for item in root.items])
    edges = dict.fromkeys(
        (numbers[folding.kept(source)], target)
        for leaf, target in sorted(numbers.items(), key=lambda pair: pair[1])
        for source in leaves[leaf].sources
    )
    return Outline(report, Box(0, "", report.name, 1, items), tuple(nodes), tuple(edges))
