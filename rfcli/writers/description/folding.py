"""Repeated runs of items become blocks: the run that saves most lines first, as long as one saves enough."""

from collections import Counter
from collections.abc import Iterator

from rfcli.graph.graph import Graph
from rfcli.writers.description.blocks import Block, block_of
from rfcli.writers.description.items import Defaults, Item
from rfcli.writers.description.numbers import tokens
from rfcli.writers.description.parameters import Different
from rfcli.writers.description.repeats import repeated
from rfcli.writers.description.runs import MOST_LOOKED_AT, WEIGHTED, Finder, List, Run, headless, taken

MOST_BLOCKS = 40

MOST_TRIED = 200
"""Kinds of runs that are tried for a block, the best first."""

LEAST_SAVED = 6
"""Lines that a block has to save, for it has to be looked up."""

HEADER = 3
"""Lines of a block or a scope beside its items."""

GENERAL = frozenset(["layer", "layers", "features", "module", "model", "block", "blocks", "stages", "stage", "unit"])
"""Words for parts of any network, which say nothing about a block."""

SHORT = {"batch_norm": "bn", "max_pool": "pool", "avg_pool": "pool", "depthwise_conv": "dw", "channel_scale": "scale"}


def in_blocks(items: list[Item], graph: Graph, defaults: Defaults) -> tuple[list[Item], list[Block]]:
    """The items with repetition as blocks, and the blocks, behind those that they use."""
    folder = _Folder(items, Finder(graph, defaults))
    while len(folder.blocks) < MOST_BLOCKS and folder.finder.looked_at < MOST_LOOKED_AT and folder.step():
        pass
    lists = folder.lists()
    for one in lists:
        one.layers[:] = repeated(one.layers)
    return items, _named(_in_order(folder.blocks), lists)


class _Folder:
    """A description in which one block after another is made."""

    def __init__(self, items: list[Item], finder: Finder) -> None:
        self.items, self.finder = items, finder
        self.blocks: dict[str, Block] = {}
        self.refused: set[tuple[int, ...]] = set()

    def lists(self) -> list[List]:
        """All lists of items, in order: the network's, those of blocks, each with the scopes in it."""
        found: list[List] = []
        left = [*(List(one.layers) for one in reversed(self.blocks.values())), List(self.items)]
        while left:
            one = left.pop()
            found.append(one)
            left.extend(List(item.layers, item) for item in reversed(one.layers) if item.layers is not None)
        return found

    def step(self) -> bool:
        """Makes the block that saves most; False where none saves enough."""
        worth = [runs for runs in self.finder.runs(self.lists()) if _saved(runs) >= LEAST_SAVED]
        worth.sort(reverse=True, key=lambda runs: (_saved(runs), self.looks(runs[0])))  # alike, the first stays first
        for runs in worth[:MOST_TRIED]:
            word = runs[0].word
            if word not in self.refused:
                if any(map(self.finder.is_plain, runs)) and self.replaced(runs):
                    return True
                self.refused.add(word)
        return False

    def looks(self, run: Run) -> tuple[bool, bool, int]:
        """What makes a run look like a unit, where others save as much: it starts where paths part, or with weights."""
        first = run.items[0]
        forked = self.finder.uses[first.first - 1] > 1
        return forked, self.finder.kinds[first.first] in WEIGHTED, run.length

    def replaced(self, runs: list[Run]) -> bool:
        """Puts uses of a new block in place of runs; False where they have too little in common."""
        name = f"block {len(self.blocks)}"
        groups = [[headless(run.items[0]), *run.items[1:]] for run in runs]
        try:
            block = block_of(groups, self.finder.defaults, self.blocks, name, self.word(runs))
        except Different:
            return False
        if len(block.parameters) > 1 + sum(map(_lines, groups[0])):
            return False
        for run, values in reversed(list(zip(runs, block.uses, strict=True))):
            first, last = run.items[0], run.items[-1]
            inputs = taken(first) or None
            targets = first.targets if inputs else ()
            scope = run.scope
            if scope is not None:
                scope.block, scope.inputs, scope.given, scope.layers = name, inputs, values, None
                scope.targets = targets
            else:
                use = Item(first.first, last.last, block=name, inputs=inputs, given=values, targets=targets)
                run.within.layers[run.at : run.at + run.length] = [use]
        self.blocks[name] = block
        return True

    def word(self, runs: list[Run]) -> str:
        """A word for what runs hold: that of their scopes, or what kinds of layers there are."""
        scopes = [run.scope for run in runs]
        words = {tokens((scope and scope.name) or "")[0].rstrip("_.-+: ") for scope in scopes}
        word = words.pop() if len(words) == 1 else ""
        if len(word) > 1 and word not in GENERAL and word.isascii() and word.isidentifier():
            return word
        leaves = _leaves(runs[0].items)
        return _told([item.type if item.block is None else self.blocks[item.block].word for item in leaves])


def _leaves(items: list[Item]) -> Iterator[Item]:
    """Layers and uses of blocks, those in scopes too."""
    for item in items:
        yield from [item] if item.layers is None else _leaves(item.layers)


def _told(kinds: list[str]) -> str:
    if "add" in kinds and len(kinds) > 2:
        return "residual"
    told = list(dict.fromkeys(SHORT.get(kind, kind) for kind in kinds if kind not in ("identity", "dropout")))
    if len(told) <= 3 and len(kinds) <= 2 * len(told):
        return "_".join(told)
    if "concat" in kinds:
        return "dense" if kinds[-1] == "concat" and sum(kind in WEIGHTED for kind in kinds) < 3 else "mixed"
    return "unit"


def _saved(runs: list[Run]) -> int:
    """Lines that a block for the runs saves. A scope whose items are all of a block is a line as well."""
    cost = sum(map(_lines, runs[0].items))
    return len(runs) * (cost - 1) + HEADER * sum(run.scope is not None for run in runs) - cost - HEADER


def _lines(item: Item) -> int:
    return 1 if item.layers is None else HEADER + sum(map(_lines, item.layers))


def _in_order(blocks: dict[str, Block]) -> list[Block]:
    """Blocks behind those that they use."""
    found: dict[str, Block] = {}

    def place(name: str) -> None:
        if name not in found:
            for item in reversed(list(_leaves(blocks[name].layers))):
                if item.block is not None:
                    place(item.block)
            found[name] = blocks[name]

    for name in blocks:
        place(name)
    return list(found.values())


def _named(blocks: list[Block], lists: list[List]) -> list[Block]:
    """The blocks by their words, those of one word numbered."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for block in blocks:
        counts[block.word] += 1
        names[block.name] = block.word if counts[block.word] == 1 else f"{block.word}_{counts[block.word]}"
    for one in lists:
        for item in one.layers:
            if item.block is not None:
                item.block = names[item.block]
    return [block.replaced(name=names[block.name]) for block in blocks]
