"""Repeated residuals of which each copy takes a stride, as the text has them."""

from __future__ import annotations

from rfcli.description.counters import LISTS, repetitions
from rfcli.description.nodes import Node
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Strided(Value):
    """A number that is a stride of a repeated residual, and what it stands for."""

    node: Node
    stride: int
    what: str


def strided(nodes: Mapping[str, Node]) -> Iterator[Strided]:
    """The first stride of each repeated residual, or of each repeated block that is one, whose copies are all alike:
    where channels or anything else go by the counter, as in a pyramid, each copy is meant to take the stride."""
    blocks: dict[str, Node] = nodes["blocks"].value if "blocks" in nodes else {}
    for items in (nodes["layers"], *(block.value["layers"] for block in blocks.values())):
        for item, alike in ((one.item, not one.values) for one in repetitions(items)):
            if not alike or item.value["repeat"].value == 1:
                continue
            found = next(_strides(item), None) if _is_residual(item) else _of_block(item, blocks)
            if found is not None:
                yield found


def _items(items: Node) -> Iterator[Node]:
    """All items of a list, or of branches, those inside others too."""
    todo = [items]
    while todo:
        one = todo.pop()
        if type(one.value) is list:
            todo += reversed(one.value)
        elif type(one.value) is dict:
            if "type" in one.value or "block" in one.value:
                yield one
                todo += [one.value[key] for key in LISTS if key in one.value]
            else:
                todo += reversed(one.value.values())


def _is_residual(item: Node) -> bool:
    return "type" in item.value and item.value["type"].value == "residual"


def _strides(item: Node) -> Iterator[Strided]:
    """Strides of the layers of a residual that are repeated with it."""
    for key in ("layers", "shortcut"):
        if key not in item.value:
            continue
        for inner in _items(item.value[key]):
            stride = inner.value.get("stride")
            if stride is not None and type(stride.value) is int and stride.value > 1:
                yield Strided(stride, stride.value, "a layer of the repeated residual has it")


def _of_block(item: Node, blocks: Mapping[str, Node]) -> Strided | None:
    """A stride that a repeated block gets, where the block is a residual."""
    block = blocks.get(item.value["block"].value) if "block" in item.value else None
    given = item.value.get("with")
    if block is None or given is None or type(given.value) is not dict:
        return None
    if not any(_is_residual(inner) for inner in _items(block.value["layers"])):
        return None
    for name, node in given.value.items():
        if name in ("stride", "strides", "s") and type(node.value) is int and node.value > 1:
            return Strided(node, node.value, f"{name} of the repeated block '{item.value['block'].value}'")
    return None
