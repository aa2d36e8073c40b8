"""What a description says once everything in it is evaluated and expanded."""

from __future__ import annotations

from rfcli.diagnostics import CallError, counted
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Node, Plain
    from rfcli.diagnostics import Span
    from rfcli.geometry.units import Spacing
    from rfcli.layers._layer import Layer


NOWHERE = -2
"""Stands for a layer's source where that is wrong, which has been reported."""


class Reference:
    """A layer named from within a scope; `scope` ends with a slash unless it is the root."""

    __slots__ = ("name", "node", "scope")

    def __init__(self, name: str, scope: str, node: Node) -> None:
        self.name, self.scope, self.node = name, scope, node


class Entry:
    """A layer of the expanded network.

    `sources` are what it reads: numbers of entries, counted with the inputs first, or references still to be resolved.
    In a wrong description they may be `NOWHERE`, and the layer `WRONG`.
    """

    __slots__ = ("layer", "like", "name", "node", "sources")

    def __init__(
        self, name: str, layer: Layer, sources: tuple[int | Reference, ...], like: Reference | None, node: Node
    ) -> None:
        self.name, self.layer, self.sources, self.like, self.node = name, layer, sources, like, node


class Input(Value):
    """An input: samples per axis in input order and channels, None where unknown; how far apart they are, if stated."""

    name: str
    size: tuple[int | None, ...]
    channels: int | None
    node: Node
    spacing: Spacing | None = None

    @property
    def span(self) -> Span:
        """Where it stands, which in JSON is worked out when it is asked for."""
        return self.node.span


class Unsized(Value):
    """A foreign model of which more can be read once the sizes of its inputs are known: what reads it, and its text;
    `places` has, for each input, the name that the model gives it and, per axis, its dimension there."""

    reader: str
    data: bytes
    shown: str
    settings: dict[str, Plain]
    places: dict[str, tuple[str, tuple[int | None, ...]]]


class Copies(Value):
    """An item of the text that is repeated, and what its copies stand for: all take the same inputs."""

    node: Node
    outs: tuple[int | Reference, ...]


class Architecture(Value):
    """A description, read and expanded; `rfcli.compute` takes it."""

    name: str
    source: str
    axes: int
    inputs: tuple[Input, ...]
    entries: tuple[Entry, ...]
    scopes: dict[str, int | Reference]
    """Path of a scope -> the entry whose output it stands for."""
    paths: tuple[str, ...]
    """All inputs, layers and scopes in the order of the document."""
    outputs: tuple[Reference, ...] | None
    about: dict[str, Plain]
    """What else the description says: family, year, reference, accuracy, unused_params, expect, check."""
    nodes: dict[str, Node]
    """Where the parts of the description stand, `expect`, `layers`, `blocks` and others, for those that are given."""
    root: Node
    """All of its own text."""
    limits: Limits
    copies: tuple[Copies, ...] = ()
    """Repeated items that name their inputs, and do not say whether their copies follow each other."""
    remarks: tuple[str, ...] = ()
    """What users should know about how it was read."""
    blurred: frozenset[str] = frozenset()
    """In a wrong description: paths, with a final slash, at and below which nothing is known."""
    unsized: bool = False
    """In a wrong description: the sizes of its inputs are not known."""
    model: Unsized | None = None
    """The foreign model that it is from, where sizes of inputs tell more about it."""
    items: dict[str, Node | None] = {}  # noqa: RUF012 - values are frozen, nothing changes it
    """Where each of the paths comes from."""
    trained: bool = False
    """Whether it is from a model that has its weights, which are made for maps of their sizes."""

    @property
    def span(self) -> Span:
        """Where it begins, which in JSON is worked out when it is asked for."""
        return self.root.span

    def __repr__(self) -> str:
        inputs = ", ".join(
            f"{one.name} {'x'.join('?' if n is None else str(n) for n in one.size)}" for one in self.inputs
        )
        return f"<Architecture '{self.name}' from '{self.source}': {inputs}; {counted(len(self.entries), 'layer')}>"


def spaced(network: Architecture, spacing: Spacing) -> Architecture:
    """The architecture with samples of its inputs so far apart. Raises `CallError`."""
    steps = spacing.steps * network.axes if len(spacing.steps) == 1 else spacing.steps
    if len(steps) != network.axes:
        raise CallError(
            f"{network.source}: the spacing has {counted(len(steps), 'entry', 'entries')}, the network has "
            f"{counted(network.axes, 'axis', 'axes')}",
            "spacing",
        )
    apart = spacing.replaced(steps=steps)
    return network.replaced(inputs=tuple([one.replaced(spacing=apart) for one in network.inputs]))
