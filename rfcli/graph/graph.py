"""The compiled network: numbers instead of names, an order in which every layer follows what it needs."""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    from rfcli.description.architecture import Architecture
    from rfcli.graph.names import Names
    from rfcli.graph.sizes import AxisSizes
    from rfcli.layers._layer import Layer

    T = TypeVar("T")


class Graph(Value):
    """A network. Inputs come first: the number of a layer counts them.

    `axes[a]` are the sizes along axis `a`; axes that are alike share one object. `sizes[n]` is a map's size per axis.
    """

    architecture: Architecture
    names: Names
    labels: list[str]
    layers: list[Layer | None]
    sources: list[tuple[int, ...]]
    likes: list[int | None]
    order: list[int]
    outputs: tuple[int, ...]
    axes: tuple[AxisSizes, ...]
    sizes: list[tuple[int | Unknown, ...]]
    channels: list[int | Unknown]

    def __repr__(self) -> str:
        return f"<Graph of {self.architecture!r}>"

    @property
    def inputs(self) -> range:
        """Numbers of the inputs."""
        return range(len(self.architecture.inputs))

    @property
    def described(self) -> Graph:
        """The graph without hidden layers."""
        return self

    def original(self, number: int) -> int:
        """The layer of the network that a layer stands for: itself, but for hidden ones."""
        return number

    def widths(self, number: int) -> list[int | Unknown]:
        """Channels that a layer takes of each of its inputs."""
        return [self.channels[source] for source in self.sources[number]]

    def turn(self, number: int, at: int) -> int | None:
        """Which of the inputs of a concat the `at`-th of a hidden one is; None where its maps are told apart."""
        return None

    def lengthened(self, sizes: AxisSizes) -> AxisSizes:
        """Sizes along an axis with those of hidden layers, which are those of the layers that they stand for."""
        return sizes

    def union(self, number: int) -> str | None:
        """Why a slice's field is the union over more channels than it takes, where it is."""
        return None

    def upstream(self, number: int, root: int | None = None) -> list[int]:
        """Numbers of all that a layer depends on, itself included; what lies before `root` is left out."""
        if root is None:
            return sorted(upstream([number], self.sources.__getitem__))
        return sorted(upstream([number], lambda at: () if at == root else self.sources[at]))

    def named_like(self, number: int) -> int | None:
        """The layer that another one's `like` names; None where the size that it depends on is one of its inputs'."""
        layer = self.layers[number]
        return None if layer is None or layer.like is None else self.likes[number]

    @property
    def alike(self) -> list[list[int]]:
        """Axes that are alike, together."""
        groups: dict[int, list[int]] = {}
        for axis, sizes in enumerate(self.axes):
            groups.setdefault(id(sizes), []).append(axis)
        return list(groups.values())

    def per_axis(self, of: Callable[[int], T]) -> list[T]:
        """What `of` gives for each axis; it is asked once for those that are alike."""
        known: dict[int, T] = {}
        for axis, sizes in enumerate(self.axes):
            if id(sizes) not in known:
                known[id(sizes)] = of(axis)
        return [known[id(sizes)] for sizes in self.axes]


def upstream(starts: Iterable[int], below: Callable[[int], Iterable[int]]) -> Iterator[int]:
    """All that some layers depend on, themselves included, each once; `below` tells what a layer takes."""
    waiting = list(dict.fromkeys(starts))
    seen = set(waiting)
    while waiting:
        at = waiting.pop()
        yield at
        for source in below(at):
            if source not in seen:
                seen.add(source)
                waiting.append(source)
