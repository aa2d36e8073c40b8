"""Expressions that count repetitions as if from 0, where their counters begin with 1."""

from __future__ import annotations

import _ast as ast

from rfcli.description.counters import repetitions
from rfcli.description.expressions import ExpressionError, parsed
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.description.nodes import Node

_WORDS: dict[type, str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_MIRRORED: dict[type, type] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_BOUNDS: dict[type, tuple[int, bool]] = {
    ast.Eq: (0, False), ast.NotEq: (0, True), ast.Lt: (1, False), ast.LtE: (0, False), ast.Gt: (0, True),
    ast.GtE: (1, True),
}  # fmt: skip
"""Comparison of a counter with a number -> the largest number for which it has one answer, and that answer."""


class FromZero(Value):
    """A value in which a counter is used so, what that comes to, and what to write where it is meant so."""

    value: Node
    said: str
    instead: str


def from_zero(items: Node) -> Iterator[FromZero]:
    """The values of repeated items in which a counter is compared with a number that it never passes, or picks from a
    list whose first entry it never picks."""
    for one in repetitions(items):
        before = {source for node in one.uses for source in _before(node, one.counter)}
        for node in one.uses:
            told = (_compared(tree, one.counter) or _picked(tree, one.counter, before) for tree in _trees(node))
            found = next((each for each in told if each is not None), None)
            if found is not None:
                yield FromZero(node, *found)


def _trees(node: Node) -> Iterator[ast.AST]:
    """All parts of the expressions in a value."""
    todo: list[Node] = [node]
    while todo:
        one = todo.pop()
        if type(one.value) is list:
            todo += one.value
        elif type(one.value) is dict:
            todo += one.value.values()
        elif type(one.value) is str:
            try:
                trees = parsed(one.value)
            except ExpressionError:
                trees = []
            for tree in trees:
                yield from _walked(tree)


def _walked(tree: ast.AST) -> Iterator[ast.AST]:
    todo = [tree]
    while todo:
        one = todo.pop()
        yield one
        for field in one._fields:
            value = getattr(one, field, None)
            todo += [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, ast.AST)]


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _compared(tree: ast.AST, name: str) -> tuple[str, str] | None:
    """What a comparison of a counter with a number always comes to, and one with the next number."""
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        return None
    left, kind, right = tree.left, type(tree.ops[0]), tree.comparators[0]
    if _is(right, name):
        left, kind, right = right, _MIRRORED.get(kind, kind), left
    if (
        not _is(left, name)
        or kind not in _BOUNDS
        or not isinstance(right, ast.Constant)
        or type(right.value) is not int
    ):
        return None
    most, answer = _BOUNDS[kind]
    if right.value > most:
        return None
    word, n = _WORDS[kind], right.value
    said = "always" if answer else "never"
    return f"{name} {word} {n} is {said} true", f"write {name} {word} {n + 1}"


def _before(node: Node, name: str) -> Iterator[str]:
    """What entries before that of the counter are picked from."""
    for tree in _trees(node):
        index = tree.slice if isinstance(tree, ast.Subscript) else None
        if isinstance(tree, ast.Subscript) and isinstance(index, ast.BinOp) and _is(index.left, name):
            yield _source(tree.value) if type(index.op) is ast.Sub else ""


def _source(tree: ast.AST) -> str:
    """What entries are picked from: the name of a parameter, or a list that stands there."""
    return tree.id if isinstance(tree, ast.Name) else "[...]"


def _picked(tree: ast.AST, name: str, kept: set[str]) -> tuple[str, str] | None:
    """What is never picked from a list, unless the entry before is picked from it as well."""
    if not isinstance(tree, ast.Subscript) or not _is(tree.slice, name):
        return None
    source = _source(tree.value)
    if source in kept:
        return None
    return f"{source}[{name}] never picks the first entry", f"write {source}[{name} - 1]"
