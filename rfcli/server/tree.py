"""Where keys and values stand in a text, and what a place in it belongs to."""

from __future__ import annotations

from bisect import bisect_right

from rfcli.server.texts import Range
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.description.nodes import Node
    from rfcli.server.texts import Text

    Path = tuple[str | int, ...]

LISTS = ("layers", "shortcut")
"""Keys whose lists hold items."""


class Token(Value):
    """A key or a value of the text: where it starts, the keys and indices that lead to it, and the node (for a key
    that of its value). `parents` are the mappings and lists around it, the innermost last."""

    line: int
    column: int
    path: Path
    node: Node
    key: bool
    parents: tuple[Node, ...]


class Tree:
    """The keys and values of a text in order; empty where there is no `root`."""

    def __init__(self, root: Node | None, text: Text) -> None:
        self.root, self.text = root, text
        self.tokens: list[Token] = []
        if root is not None:
            self.tokens = sorted(_walked(root), key=lambda one: (one.line, one.column, len(one.path)))
        self._starts = [(one.line, one.column) for one in self.tokens]

    def at(self, line: int, column: int) -> Token | None:
        """The last key or value that starts at a place or before it in the same line; None where there is none."""
        found = bisect_right(self._starts, (line, column)) - 1
        if found < 0 or self.tokens[found].line != line:
            return None
        return self.tokens[found]

    def before(self, line: int, column: int) -> Token | None:
        """The last key or value that starts at a place or before it."""
        found = bisect_right(self._starts, (line, column)) - 1
        return self.tokens[found] if found >= 0 else None

    def span(self, token: Token) -> Range | None:
        """Where the text of a key or scalar stands, without quotes; None where it is written in another way."""
        return self.range(token.line, token.column, token.path[-1] if token.key else token.node.value)

    def range(self, line: int, column: int, value: object) -> Range | None:
        """Where a scalar's text stands that starts at a place, without quotes."""
        text, start = self.text.line(line), column - 1
        if text[start : start + 1] in ("'", '"'):
            start += 1
        word = str(value)
        if not word or text[start : start + len(word)] != word:
            return None
        return Range(line, start + 1, start + 1 + len(word))

    def scalars(self) -> Iterator[Token]:
        """The values that are texts."""
        return (one for one in self.tokens if not one.key and type(one.node.value) is str)


def _walked(root: Node) -> Iterator[Token]:
    """All keys and values below a node, aliases once."""
    todo: list[tuple[Node, Path, tuple[Node, ...]]] = [(root, (), ())]
    seen: set[int] = set()
    while todo:
        node, path, parents = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        span = node.span
        yield Token(span.line, span.column, path, node, False, parents)
        if type(node.value) is dict:
            for key, value in node.value.items():
                if node.keys is not None and key not in node.keys:
                    continue
                where = node.key_span(key)
                yield Token(where.line, where.column, (*path, key), value, True, (*parents, node))
                todo.append((value, (*path, key), (*parents, node)))
        elif type(node.value) is list:
            todo += [(value, (*path, at), (*parents, node)) for at, value in enumerate(node.value)]


def item_of(token: Token) -> Node | None:
    """The innermost item, a layer or scope, that a key or value belongs to; None where it is in none."""
    nodes = (*token.parents, token.node)
    for depth in range(len(nodes) - 1, 0, -1):
        if depth <= len(token.path) and type(nodes[depth].value) is dict and is_item(token.path[:depth]):
            return nodes[depth]
    return None


def is_item(path: Path) -> bool:
    """Whether a path leads to an item of a list of layers."""
    if len(path) < 2 or type(path[-1]) is not int:
        return False
    if path[-2] in LISTS:
        return True
    if len(path) < 3:
        return False
    return path[-3] == "branches"  # branches: [[{...}]], or a mapping of lists
