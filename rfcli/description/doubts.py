"""Inputs that may be meant otherwise than they are read: told by every command, and by the rule RF516.

They are no problems, as such networks exist; but who meant something else would get numbers that look right.
"""

from __future__ import annotations

from rfcli.description.nodes import Node
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rfcli.description.architecture import Architecture, Input
    from rfcli.diagnostics import Span

CODE = "RF516"

IMAGES = (1, 3, 4)
"""Channels of usual images and sounds."""
LARGE = 16
"""Samples from which on an axis is taken for one."""
LONG = 8000
"""Samples from which on one number looks like the length of a signal."""


class Doubt(Value):
    """What may be meant otherwise: its place, how it is read, and what to write for the other meaning."""

    where: Node | Span
    message: str
    help: str

    @property
    def span(self) -> Span:
        """Its place."""
        return self.where.span if isinstance(self.where, Node) else self.where


def doubts(network: Architecture) -> Iterator[Doubt]:
    """The inputs of a network that may be meant otherwise."""
    nodes = network.nodes
    given = [nodes["input"]] if "input" in nodes else [*nodes["inputs"].value.values()] if "inputs" in nodes else []
    yield from _signals(given)
    stated = {node.span for node in given if "dims" in node.value}
    for one in network.inputs:
        if one.channels in (None, one.size[0], one.size[-1]) and len(one.size) > 1 and one.span not in stated:
            yield from _tensor(one)


def _tensor(one: Input) -> Iterator[Doubt]:
    """A size whose first or last entry looks like channels, also where as many are stated beside it."""
    for at, rest in ((0, one.size[1:]), (-1, one.size[:-1])):
        if one.size[at] in IMAGES and one.channels in (None, one.size[at]) and all(n and n >= LARGE for n in rest):
            shape, own = ", ".join(map(str, one.size)), ", ".join(map(str, rest))
            beside = "without channels" if one.channels is None else f"and {one.channels} channels beside them"
            axes = f"[{shape}] of '{one.name}' are {len(one.size)} axes, {beside}"
            stated = f"size: [{own}], channels: {one.size[at]}"
            thin = {2: "an image of one row or column", 3: "a volume of few slices"}[len(one.size)]
            yield Doubt(one.span, axes, f"write {stated}; dims: {len(one.size)} says that {thin} is meant")
            return


def _signals(given: Iterable[Node]) -> Iterator[Doubt]:
    """Inputs whose size is one number that looks like the length of a signal."""
    for node in given:
        size = node.value.get("size")
        if size is None or type(size.value) is not int or "dims" in node.value:
            continue
        n = size.value
        if n >= LONG or "rate" in node.value:
            help = f"size: [{n}] is a signal; size: [{n}, {n}], or dims: 2, says that an image is meant"
            yield Doubt(size, f"{n} is the size along two axes: {n}x{n} samples", help)
