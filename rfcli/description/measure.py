"""How much a description expands to, counted before it is made: each use of a block with the same values once."""

from __future__ import annotations

from rfcli.description.blocks import Blocks
from rfcli.description.evaluation import Evaluator, LocatedError
from rfcli.description.nodes import Reported, held
from rfcli.description.template import ItemKind, Template, Templates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.description.expressions import Environment
    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Node


class Measure:
    """Counts the items that a description expands to."""

    def __init__(self, templates: Templates, blocks: Blocks, evaluate: Evaluator, limits: Limits, most: int) -> None:
        """`most` items are allowed; one more stands for any larger number."""
        self.templates, self.blocks, self.evaluate, self.limits = templates, blocks, evaluate, limits
        self.most = most
        self._uses: dict[tuple[str, str], int] = {}
        """Items of a use of a block, by its name and the values of its parameters."""

    def excess(self, items: list[Node], env: Environment) -> Node | None:
        """The item with which a description becomes too large; None where it does not, or where expansion meets a
        problem, which is for expansion to report."""
        count = 0
        try:
            for node in items:
                count += self.count(node, env, 0)
                if count > self.most:
                    return node
        except (LocatedError, Reported, RecursionError):
            pass
        return None

    def count(self, node: Node, env: Environment, depth: int) -> int:
        """Items that an item expands to, itself included; `depth` counts blocks within blocks."""
        item = self.templates.of(node)
        if item.repeat is None:
            return self._once(item, env, depth)
        times = self.evaluate.integer(item.repeat, env, "repeat", 0)
        total = 0
        for number in range(1, times + 1):
            total += 1 + self._once(item, {**env, item.counter: number}, depth)
            if total > self.most + 1:
                return self.most + 1
        return total

    def _once(self, item: Template, env: Environment, depth: int) -> int:
        if item.single or (item.when is not None and item.when.of(env) is False):
            return 1
        if depth > self.limits.blocks:
            return self.most + 1
        if item.kind is ItemKind.BLOCK:
            return self._use(item, env, depth)
        return 1 + sum(self.count(node, env, depth) for nodes in _lists(item) for node in _items(nodes))

    def _use(self, item: Template, env: Environment, depth: int) -> int:
        name, block = self.blocks.used(item)
        inner = self.blocks.arguments(item, env)
        key = (name, repr([inner.get(one) for one in self.blocks.parameters(name, block)]))
        if key not in self._uses:
            count = 1
            for node in held(block.value["layers"]):
                count += self.count(node, inner, depth + 1)
                if count > self.most:
                    break
            self._uses[key] = count
        return self._uses[key]


def _items(nodes: Node) -> list[Node]:
    """The items of a list; none where it is no list, which is told otherwise: what holds it counts all the same."""
    try:
        found: list[Node] = held(nodes)
    except Reported:
        return []
    return found


def _lists(scope: Template) -> Iterator[Node]:
    """The lists of items that a scope holds."""
    value = scope.node.value
    if "layers" in value:
        yield value["layers"]
    if "shortcut" in value and type(value["shortcut"].value) is list:
        yield value["shortcut"]
    if "branches" in value:
        branches = held(value["branches"])
        for branch in branches.values() if type(branches) is dict else branches:
            yield branch.value["layers"] if type(branch.value) is dict else branch
