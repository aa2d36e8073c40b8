"""A graph of operations as every file of TensorFlow has one: nodes that read tensors by name, and make others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rfcli.readers.tracing.maps import Constant, Size
from rfcli.values import Value

Attribute = object
Shape = tuple[Size, ...] | None
NONE = ""
"""The name of a tensor that is left out."""


class Node(Value):
    """An operation: what it is called in TensorFlow, its name, the tensors that it reads and makes, its attributes, and
    what the file calls it."""

    operation: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    shown: str


class Graph(Value):
    """Nodes in an order in which they can be run; the inputs by name, with their tensors and shapes; the tensors that
    are outputs. `constant` gives a tensor that no node makes, `shape` what is known of a tensor's."""

    name: str
    nodes: Sequence[Node]
    inputs: Mapping[str, tuple[str, tuple[Size, ...]]]
    outputs: Sequence[str]
    constant: Callable[[str], Constant | None]
    shape: Callable[[str], Shape]
    aside: frozenset[str] = frozenset()
    """Constants that are weights only where an operation has places for weights."""
