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

    @property
    def inputs(self) -> range:
        """Numbers of the inputs."""
        return range(len(self.architecture.inputs))

    def upstream(self, number: int, root: int | None = None) -> list[int]:
        """Numbers of all that a layer depends on, itself included; what lies before `root` is left out."""
        if root is None:
            return sorted(upstream([number], self.sources.__getitem__))
        return sorted(upstream([number], lambda at: () if at == root else self.sources[at]))

    @property
    def alike(self) -> list[list[int]]:
        """Axes that are alike, together."""
        groups: dict[int, list[int]] = {}
        for axis, sizes in enumerate(self.axes):
            groups.setdefault(id(sizes), []).append(axis)
        return list(groups.values())

    def per_axis(self, of: Callable[[int], T]) -> list[T]:
        """Something of each axis; those that are alike share what is made of the first of them."""
        made: dict[int, T] = {}
        for axis, sizes in enumerate(self.axes):
            if id(sizes) not in made:
                made[id(sizes)] = of(axis)
        return [made[id(sizes)] for sizes in self.axes]


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
