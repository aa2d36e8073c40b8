"""Repeated siblings as one: a chain of copies that look alike, each reading what the one before gives."""

from __future__ import annotations

from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence, Set

    from rfcli.graph.graph import Graph

MAX_TOGETHER = 12
"""Neighbours that are repeated together, at most."""

MAY_DIFFER = ("filters", "units", "params", "macs", "bias", "dilation", "padding")
"""Parameters by which copies may differ: how wide they are, and how a kernel is spread."""


class Leaf:
    """A node in the making; `sources` are leaves that its first copy reads."""

    __slots__ = ("copies", "scope", "sources")

    def __init__(self, numbers: list[int], scope: bool) -> None:
        self.copies = [tuple(numbers)]
        self.scope = scope
        self.sources: list[int] = []


class Item:
    """A box or node in the making: `leaf` is the number of a leaf, or `items` are what is inside."""

    __slots__ = ("items", "label", "leaf", "name", "times")

    def __init__(self, name: str, label: str, leaf: int | None = None, items: list[Item] | None = None) -> None:
        self.name, self.label, self.leaf, self.items, self.times = name, label, leaf, items or [], 1

    def leaves(self) -> Iterator[int]:
        """Numbers of the leaves inside, in order."""
        if self.leaf is not None:
            yield self.leaf
        for item in self.items:
            yield from item.leaves()


class Group(Value):
    """Copies of neighbours: their items, and the leaves of each."""

    items: list[list[Item]]
    leaves: list[list[int]]


class Folding:
    """Folds items; `outputs` are leaves that the network gives out."""

    def __init__(self, graph: Graph, leaves: Sequence[Leaf], outputs: Set[int]) -> None:
        self.graph, self.leaves, self.outputs = graph, leaves, outputs
        self.readers: list[list[int]] = [[] for _ in leaves]
        for at, leaf in enumerate(leaves):
            for source in leaf.sources:
                self.readers[source].append(at)
        self._kept: dict[int, int] = {}
        self._looks: dict[Hashable, int] = {}

    def kept(self, leaf: int) -> int:
        """The leaf that a leaf is drawn as."""
        while leaf in self._kept:
            leaf = self._kept[leaf]
        return leaf

    def fold(self, item: Item) -> int:
        """Folds what is inside an item, inner things first, and returns how it looks: items that look alike may be
        copies of each other."""
        if item.leaf is not None:
            return self._look(("leaf", *self._layers(item.leaf)))
        item.items, looks = self._folded(item.items, [self.fold(one) for one in item.items])
        wires = self._wires(list(item.leaves()))
        return self._look(("box", *looks, *wires))

    def _look(self, key: Hashable) -> int:
        return self._looks.setdefault(key, len(self._looks))

    def _layers(self, leaf: int) -> Iterator[Hashable]:
        """What tells the layers of a leaf from others, and how they read each other."""
        numbers = self.leaves[leaf].copies[0]
        place = {number: at for at, number in enumerate(numbers)}
        yield len(self.leaves[leaf].copies)
        for number in numbers:
            layer = self.graph.layers[number]
            given = () if layer is None else tuple((k, str(v)) for k, v in layer.given.items() if k not in MAY_DIFFER)
            yield (layer and layer.type, given)
            yield tuple(place.get(source, -1) for source in self.graph.sources[number])

    def _wires(self, leaves: list[int]) -> Iterator[Hashable]:
        """How some leaves read each other."""
        place = {leaf: at for at, leaf in enumerate(leaves)}
        for leaf in leaves:
            yield tuple(place.get(self.kept(source), -1) for source in self.leaves[leaf].sources)

    def _folded(self, items: list[Item], looks: list[int]) -> tuple[list[Item], list[int]]:
        """Items with repetitions folded, the longest first from each on, and how each of them looks."""
        runs = [_runs(looks, together) for together in range(1, MAX_TOGETHER + 1)]
        kept, kept_looks, at = [], [], 0
        while at < len(items):
            best = None
            for together, alike in enumerate(runs, 1):
                most = alike[at] // together + 1
                if (
                    most < 2
                    or _shorter(runs, at, together)
                    or (best and most * together <= len(best.items) * len(best.items[0]))
                ):
                    continue
                group = self._chain(items, at, together, most)
                if len(group.items) > 1 and (
                    best is None or len(group.items) * together > len(best.items) * len(best.items[0])
                ):
                    best = group
            if best is None:
                kept.append(items[at])
                kept_looks.append(looks[at])
                at += 1
                continue
            together = len(best.items[0])
            kept.append(self._one(best))
            kept_looks.append(self._look(("times", len(best.items), *looks[at : at + together])))
            at += together * len(best.items)
        return kept, kept_looks

    def _chain(self, items: list[Item], at: int, together: int, most: int) -> Group:
        """As many copies from an item on as follow each other, and are read from outside at the last only, or alike."""
        group = Group([], [])
        first: list[list[tuple[str, int]]] = []
        second: list[list[tuple[str, int]]] = []
        for start in range(at, at + most * together, together):
            copy = items[start : start + together]
            leaves = [leaf for item in copy for leaf in item.leaves()]
            before = group.leaves[-1] if group.leaves else []
            wires = self._read(leaves, before)
            if not group.items:
                first = wires
            elif len(group.items) > 1:
                if wires != second:
                    break
            elif _begins(first, wires):
                second = wires
            else:
                break
            group.items.append(copy)
            group.leaves.append(leaves)
        return self._ended(group)

    def _read(self, leaves: list[int], before: list[int]) -> list[list[tuple[str, int]]]:
        """For each leaf what it reads: a place within its copy, within the copy before, or a leaf outside."""
        own = {leaf: at for at, leaf in enumerate(leaves)}
        last = {leaf: at for at, leaf in enumerate(before)}
        found = []
        for leaf in leaves:
            read = []
            for source in map(self.kept, self.leaves[leaf].sources):
                if source in own:
                    read.append(("within", own[source]))
                else:
                    read.append(("before", last[source]) if source in last else ("outside", source))
            found.append(read)
        return found

    def _ended(self, group: Group) -> Group:
        """The copies up to the first that is read from outside, unless what reads it reads all copies alike."""
        while len(group.items) > 1:
            place = {leaf: (copy, at) for copy, leaves in enumerate(group.leaves) for at, leaf in enumerate(leaves)}
            reading: dict[tuple[int, int], list[int]] = {}
            for leaf, (copy, at) in place.items():
                if leaf in self.outputs:
                    reading.setdefault((-1, at), []).append(copy)
                for reader in dict.fromkeys(map(self.kept, self.readers[leaf])):
                    if reader not in place:
                        reading.setdefault((reader, at), []).append(copy)
            last = len(group.items) - 1
            ends = [min(copies) for copies in reading.values() if copies != [last] and len(copies) != last + 1]
            if not ends:
                break
            group = Group(group.items[: min(ends) + 1], group.leaves[: min(ends) + 1])
        return group

    def _one(self, group: Group) -> Item:
        """The first copy, standing for all."""
        first, *others = group.leaves
        for at, leaf in enumerate(first):
            for other in others:
                self._kept[other[at]] = leaf
                self.leaves[leaf].copies += self.leaves[other[at]].copies
                self.readers[leaf] = [*self.readers[leaf], *self.readers[other[at]]]
        if len(group.items[0]) > 1:
            item = Item("", f"{group.items[0][0].label} … {group.items[-1][-1].label}", None, group.items[0])
        else:
            item = group.items[0][0]
            item.label = f"{item.label} … {group.items[-1][0].label}"
        item.times = len(group.items)
        return item


def _begins(first: list[list[tuple[str, int]]], second: list[list[tuple[str, int]]]) -> bool:
    """Whether a first copy reads as the second does, something outside in place of the copy before."""
    chained = False
    for one, two in zip(first, second, strict=True):
        if len(one) != len(two):
            return False
        for read, again in zip(one, two, strict=True):
            if again[0] == "before":
                chained = True
                if read[0] != "outside":
                    return False
            elif read != again:
                return False
    return chained


def _shorter(runs: list[list[int]], at: int, together: int) -> bool:
    """Whether what looks repeated with that many together is a shorter thing, repeated."""
    return any(together % less == 0 and runs[less - 1][at] >= together for less in range(1, together))


def _runs(looks: list[int], together: int) -> list[int]:
    """For each place how many looks from there on are like the one `together` places later."""
    runs = [0] * (len(looks) + 1)
    for at in range(len(looks) - together - 1, -1, -1):
        runs[at] = runs[at + 1] + 1 if looks[at] == looks[at + together] else 0
    return runs
