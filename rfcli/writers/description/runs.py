"""Runs of items that may become a block: parts of a list that one map enters and one leaves, or whole scopes.

A run is known by its items' symbols: their types, the words of their names and how far back their references reach; in
what they say, and in the numbers of their names, runs of one kind may differ.
"""

from collections import Counter
from collections.abc import Hashable, Iterator

from rfcli.graph.graph import Graph
from rfcli.layers._registry import LAYERS
from rfcli.values import Value
from rfcli.writers.description.items import Defaults, Item
from rfcli.writers.description.numbers import shape

LONGEST = 256
"""Items of a run, of long networks fewer: about `MOST_RUNS` are looked at for a block."""

MOST_RUNS = 150_000

MOST_LOOKED_AT = 600_000
"""Runs that are looked at in all: some seconds. What is found until then is good."""

SMALL = 5
"""Layers of a block that others may use. How often a larger one stands is a number that people look for, and change."""

FARTHEST = 64
"""Items that a reference reaches back, beyond which none is told from another."""

MOST_OUTSIDE = 1
"""Layers elsewhere that a run names, beside the one before it and what its first item takes."""

WEIGHTED = frozenset(name for name, cls in LAYERS.items() if cls.weighted)
FOLLOWING = frozenset(name for name, cls in LAYERS.items() if cls.follows)
"""Types that are part of the layer before, as an activation is of a convolution."""


class List(Value):
    """A list of items: the network's, a block's, or a scope's, whose item is the `owner`."""

    layers: list[Item]
    owner: Item | None = None
    word: tuple[int, ...] = ()
    """The symbols of its items."""
    heads: tuple[int, ...] = ()
    """The symbols that they have at the start of a run."""
    entering: tuple[tuple[int, ...], ...] = ()
    """The layers that each item names and does not hold."""
    cuts: tuple[bool, ...] = ()
    """Whether a cut before an item parts it from what it belongs to; and a cut at the end."""


class Run(Value):
    """So many items of a list, from a position on."""

    within: List
    at: int
    length: int

    @property
    def items(self) -> list[Item]:
        return self.within.layers[self.at : self.at + self.length]

    @property
    def word(self) -> tuple[int, ...]:
        """The symbols of its items."""
        within = self.within
        return (within.heads[self.at], *within.word[self.at + 1 : self.at + self.length])

    @property
    def scope(self) -> Item | None:
        """The scope that it is all of."""
        return self.within.owner if self.length == len(self.within.layers) else None


class Finder:
    """What is known of a network's layers, by which runs are found."""

    def __init__(self, graph: Graph, defaults: Defaults) -> None:
        self.defaults = defaults
        self.last_use = _last_uses(graph)
        self.uses = Counter(source for found in graph.sources for source in found)
        self.kinds = ["" if layer is None else layer.type for layer in graph.layers]
        self.looked_at = 0
        self._symbols: dict[Hashable, int] = {}

    def runs(self, lists: list[List]) -> Iterator[list[Run]]:
        """Runs of one kind, two or more, that do not overlap."""
        lists = list(map(self.read, lists))
        seen = Counter(symbol for one in lists for symbol in (*one.word, *one.heads))
        longest = max(4, min(LONGEST, MOST_RUNS // (1 + sum(len(one.layers) for one in lists))))
        found: dict[tuple[int, int], list[Run]] = {}
        for one in lists:
            for at, head in enumerate(one.heads):
                if seen[head] < 2:
                    continue
                key, closed = hash((0, head)), _Closed(self, one, at)
                for end in range(at, min(len(one.word), at + longest)):
                    self.looked_at += 1
                    if end > at:
                        if seen[one.word[end]] < 2:
                            break
                        key = hash((key, one.word[end]))
                    if not closed.grown(end):
                        break
                    if closed.at(end):
                        found.setdefault((key, end - at + 1), []).append(Run(one, at, end - at + 1))
        for some in found.values():
            apart = _apart(some)
            if len(apart) > 1:
                yield apart

    def read(self, one: List) -> List:
        """A list with all that is asked of its items over and over."""
        layers, places = one.layers, _places(one.layers)
        return one.replaced(
            word=tuple(self.symbol(item, at, places) for at, item in enumerate(layers)),
            heads=tuple(self.symbol(headless(item), 0, {}) for item in layers),
            entering=tuple(tuple(_entering(item)) for item in layers),
            cuts=tuple(self.cuts_chain(layers, at) for at in range(len(layers) + 1)),
        )

    def symbol(self, item: Item, at: int, places: dict[int, int]) -> int:
        """A number that items of one form share; `places` are the positions of layers in the item's list.

        At the start of a run where an item comes from is left open, and so is its one input: the run is given it.
        """
        back = tuple(min(at - places[one], FARTHEST) if one in places else None for one in item.targets)
        form: tuple[Hashable, ...] = (None if item.name is None else shape(item.name), back)
        if item.block is not None:
            form += ("block", item.block)
        elif item.layers is not None:
            inner = _places(item.layers)
            form += tuple(self.symbol(one, k, inner) for k, one in enumerate(item.layers))
        else:
            stated = (key for key in item.given if (item.type, key) not in self.defaults)
            form += (item.type, item.inputs is None, item.like is None, *stated)
        return self._symbols.setdefault(form, len(self._symbols))

    def cuts_chain(self, layers: list[Item], at: int) -> bool:
        """Whether a cut before an item parts it from a layer that it belongs to."""
        if not 0 < at < len(layers) or layers[at].targets:
            return False
        before, after = self.kinds[layers[at - 1].last], self.kinds[layers[at].first]
        return self.uses[layers[at - 1].last] == 1 and after in FOLLOWING and before in FOLLOWING | WEIGHTED

    def is_plain(self, run: Run) -> bool:
        """Whether a run is not a matter of its parts: the same several times, or a chain with repetition inside,
        which says less than the parts do. Whole scopes are always plain: somebody has given them a name."""
        if run.scope is not None:
            return True
        word = run.within.word[run.at : run.at + run.length]
        half = len(word) // 2
        if any(len(word) % n == 0 and word[n:] == word[:-n] for n in range(1, half + 1)):
            return False
        items = run.items
        if len(items[0].targets) > 1 or any(item.targets for item in items[1:]):
            return True
        if any(item.layers is not None or (item.name is not None and item.block is not None) for item in items):
            return True
        pools = any("pool" in self.kinds[item.last] for item in items)
        repeated = range(2, half + 1 if pools else 3)
        return not any(
            word[k : k + n] == word[k + n : k + 2 * n] for n in repeated for k in range(len(word) - 2 * n + 1)
        )


class _Closed:
    """Whether a run that grows item by item has one way in and one out."""

    def __init__(self, finder: Finder, one: List, at: int) -> None:
        self.finder, self.one, self.start = finder, one, at
        first = one.layers[at]
        self.before = first.first - 1
        """The layer that the run takes, if it says no other."""
        self.reach = 0
        """The last layer that takes one of the run's, those of its last item's end aside."""
        self.outside: set[int] = set()
        self.large = False
        """Whether an item uses a block that is not small."""
        self.chain = first.first == first.last and finder.kinds[first.first] in WEIGHTED
        """Whether it is a layer with weights, and what follows it."""

    def grown(self, end: int) -> bool:
        """Takes the next item in; False where no run goes on over it."""
        finder, item, fresh = self.finder, self.one.layers[end], end == self.start
        if item.block is not None and item.last - item.first >= SMALL:
            if not fresh and item.block == self.one.layers[end - 1].block:
                return False
            self.large = True
        self.reach = max(self.reach, *finder.last_use[item.first - (not fresh) : item.last], 0)
        if self.one.entering[end] and (not fresh or len(item.targets) > 1):
            self.outside.update(target for target in self.one.entering[end] if target < self.before)
        if not fresh:
            self.chain = self.chain and item.first == item.last and finder.kinds[item.first] in FOLLOWING
        return True

    def at(self, end: int) -> bool:
        """Whether the run may end with this item."""
        layers, start, last = self.one.layers, self.start, self.one.layers[end].last
        if start == 0 and end == len(layers) - 1:
            return self.one.owner is not None
        if end == start or self.large or len(self.outside) > MOST_OUTSIDE or self.reach > last:
            return False
        if self.finder.last_use[self.before] > last and layers[start].inputs is None and not self.chain:
            return False
        return not self.one.cuts[start] and not self.one.cuts[end + 1]


def headless(item: Item) -> Item:
    """An item without the one map that it says to take."""
    return item.replaced(inputs=None, targets=()) if taken(item) else item


def taken(item: Item) -> list[str]:
    """What an item takes from elsewhere, where it is one map and nothing else is named."""
    return item.inputs if item.inputs is not None and len(item.inputs) == len(item.targets) == 1 else []


def _entering(item: Item) -> Iterator[int]:
    """Layers that an item names and does not hold."""
    yield from item.targets
    for one in item.layers or ():
        yield from (target for target in _entering(one) if target < item.first)


def _apart(runs: list[Run]) -> list[Run]:
    """Runs of one length that do not overlap, from the first on."""
    found: list[Run] = []
    for run in runs:
        if not found or found[-1].within is not run.within or found[-1].at + run.length <= run.at:
            found.append(run)
    return found


def _places(layers: list[Item]) -> dict[int, int]:
    """The layers of a list -> the position of the item that they are in."""
    return {number: at for at, item in enumerate(layers) for number in range(item.first, item.last + 1)}


def _last_uses(graph: Graph) -> list[int]:
    """Per layer the last one that takes it; one that takes what comes later lets nothing be cut out."""
    far = len(graph.labels)
    found = [0] * far
    for number, (sources, like) in enumerate(zip(graph.sources, graph.likes, strict=True)):
        for source in (*sources, *(() if like is None else (like,))):
            found[source] = far if source > number else max(found[source], number)
    return found
