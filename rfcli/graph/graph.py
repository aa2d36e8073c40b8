"""The compiled network: numbers instead of names, an order in which every layer follows what it needs."""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture
    from rfcli.graph.names import Names
    from rfcli.graph.sizes import AxisSizes
    from rfcli.layers._layer import Layer


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
