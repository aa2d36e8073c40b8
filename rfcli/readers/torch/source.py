"""What is read of a program, whoever holds it: torch, or a file. Nodes are those of `torch.fx`, or of `stored`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rfcli.values import Value


class Weight(Value):
    """A tensor that a program brings along: its own path, the first path of those tied to it, and its parameters."""

    path: str
    name: str
    params: int


class Source(Value):
    """A program: its graph, the module that owns that, what it brings along by the names of its places, which of its
    results are its own, the numbers of a tensor by its path, and what works out numbers."""

    graph: Any
    owner: Any
    weights: Mapping[str, Weight]
    own: Sequence[bool]
    tensor: Callable[[str], Any]
    library: Any
