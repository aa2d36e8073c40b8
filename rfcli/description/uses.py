"""Parameters of a description that no expression uses."""

from __future__ import annotations

from rfcli.description.evaluation import NO_NAMES, Formula, LocatedError
from rfcli.description.nodes import Node
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Unused(Value):
    """A parameter, in words, and its place; `hidden` is a block that has one of the same name, and uses that."""

    name: str
    what: str
    node: Node
    hidden: str = ""


def unused(nodes: Mapping[str, Node]) -> Iterator[Unused]:
    """The parameters of a document and of its blocks that are used nowhere, in the order of the text."""
    blocks = nodes["blocks"].value if "blocks" in nodes else {}
    document: dict[str, Node] = nodes["parameters"].value if "parameters" in nodes else {}
    found = [names(node) for key, node in nodes.items() if key != "blocks"]
    hiding: dict[str, str] = {}
    for block, node in blocks.items():
        own: dict[str, Node] = node.value["parameters"].value if "parameters" in node.value else {}
        inside = names(node)
        for name, given in own.items():
            if name not in inside:
                yield Unused(name, f"parameter '{name}' of block '{block}'", given)
            elif name in document:
                hiding[name] = block
        found.append(inside.difference(own))
    used = NO_NAMES.union(*found)
    for name, given in document.items():
        if name not in used:
            yield Unused(name, f"parameter '{name}'", given, hiding.get(name, ""))


def names(node: Node) -> frozenset[str]:
    """The names that the expressions in a part of a description use."""
    if type(node.value) is dict:
        return NO_NAMES.union(*map(names, node.value.values()))
    if type(node.value) is list:
        return NO_NAMES.union(*map(names, node.value))
    try:
        return Formula(node).names
    except LocatedError:
        return NO_NAMES
