"""Nodes that hold graphs of their own, `If`, `Loop` and `Scan`: what these read from around them, and which branch of a
condition that is known is taken."""

from __future__ import annotations

from typing import Any

from rfcli.readers.tracing.maps import Constant

GRAPHS = frozenset([5, 10])
"""Types of attributes that hold graphs."""


def graphs_in(node: Any) -> list[Any]:
    """The graphs that a node holds."""
    found = []
    for one in node.attribute:
        if one.type in GRAPHS:
            found += [one.g] if one.type == min(GRAPHS) else list(one.graphs)
    return found


def captured(node: Any) -> list[str]:
    """What the graphs in a node, and those in them, read that none of them makes."""
    waiting = graphs_in(node)
    if not waiting:
        return []
    made: set[str] = {""}
    read: dict[str, None] = {}
    while waiting:
        graph = waiting.pop()
        made |= {one.name for one in graph.input} | {one.name for one in graph.initializer}
        made |= {one.values.name for one in graph.sparse_initializer}
        read |= dict.fromkeys(one.name for one in graph.output)
        for inner in graph.node:
            made.update(inner.output)
            read |= dict.fromkeys(inner.input)
            waiting += graphs_in(inner)
    return [name for name in read if name not in made]


def taken(node: Any, condition: object) -> Any:
    """The branch of an `If` that is taken; None where the condition is not known, or for another node."""
    if node.op_type != "If" or node.domain not in ("", "ai.onnx") or not isinstance(condition, Constant):
        return None
    if condition.values is None or len(condition.values) != 1 or condition.values[0] not in (0, 1):
        return None
    word = "then_branch" if condition.values[0] else "else_branch"
    return next((one.g for one in node.attribute if one.name == word and one.type in GRAPHS), None)
