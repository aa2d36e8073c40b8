"""The nodes of a graph, taken out of its message once: reading it takes long, and much is asked of them."""

from __future__ import annotations

from itertools import chain
from operator import attrgetter

from rfcli.readers.onnx.branches import graphs_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any


KINDS = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints", 8: "strings", 11: "sparse_tensor"}
"""Types of attributes -> where their values stand."""
TENSOR = 4


class Step:
    """A node, with the names that its message has for what it holds."""

    __slots__ = ("attribute", "domain", "graphs", "input", "message", "metadata_props", "name", "op_type", "output")

    def __init__(self, message: Any) -> None:
        self.message = message
        self.op_type: str = message.op_type
        self.domain: str = message.domain
        self.name: str = message.name
        # A slice of a list of protobuf's is taken out in half the time that going through it takes.
        self.input: tuple[str, ...] = tuple(message.input[:])
        self.output: tuple[str, ...] = tuple(message.output[:])
        self.attribute: tuple[Any, ...] = tuple(message.attribute[:])
        self.metadata_props: tuple[Any, ...] = tuple(message.metadata_props[:])
        self.graphs: list[Any] = graphs_in(self) if self.attribute else []


def steps(nodes: Iterable[Any]) -> list[Step]:
    """Nodes in their order."""
    return [Step(one) for one in nodes]


def names_of(nodes: Sequence[Step]) -> Iterator[Any]:
    """All names in nodes: protobuf hands over as bytes what is not UTF-8."""
    attributes = chain.from_iterable(map(attrgetter("attribute"), nodes))
    single = (map(attrgetter(key), nodes) for key in ("name", "op_type", "domain"))
    listed = (chain.from_iterable(map(attrgetter(key), nodes)) for key in ("input", "output"))
    return chain(map(attrgetter("name"), attributes), *single, *listed)


def tensor_of(node: Step) -> Any | None:
    """The tensor that a node of the usual kind writes out; None for another one."""
    if node.op_type != "Constant" or node.domain or node.input or len(node.output) != 1 or len(node.attribute) != 1:
        return None
    (one,) = node.attribute
    return one.t if one.name == "value" and one.type == TENSOR else None


def attributes_of(node: Any) -> dict[str, Any]:
    """The attributes of a node by their names."""
    return {one.name: _attribute(one) for one in node.attribute}


def _attribute(one: Any) -> Any:
    """An attribute's value: numbers, texts, lists of them, or a tensor."""
    kind = KINDS.get(one.type, "")
    value: Any = getattr(one, kind, None)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return list(value) if kind in ("floats", "ints", "strings") else value
