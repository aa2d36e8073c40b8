"""What may be meant otherwise than it is read: told by every command, and by a rule of `rf check`.

It is no problem, as such networks exist; but who meant something else would get numbers that look right.
"""

from __future__ import annotations

from rfcli.description.nodes import Node
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rfcli.description.architecture import Architecture
    from rfcli.diagnostics import Span

IMAGES = (1, 3, 4)
"""Channels of usual images and sounds."""
LARGE = 16
"""Samples from which on an axis is taken for one."""
LONG = 8000
"""Samples from which on one number looks like the length of a signal."""


class Doubt(Value):
    """What may be meant otherwise: its place, how it is read, and what to write for the other meaning where that is not
    the rule's `mend`."""

    where: Node | Span
    message: str
    help: str = ""

    @property
    def span(self) -> Span:
        """Its place."""
        return self.where.span if isinstance(self.where, Node) else self.where


def inputs(network: Architecture) -> Iterator[Doubt]:
    """Inputs of other axes than may be meant."""
    nodes = network.nodes
    given = [nodes["input"]] if "input" in nodes else [*nodes["inputs"].value.values()] if "inputs" in nodes else []
    yield from _signals(given)
    stated = {node.span for node in given if "dims" in node.value}
    for one in network.inputs:
        at = None if one.span in stated else channels_in(one.size, one.channels)
        if at is not None:
            shape, own = (
                ", ".join(map(str, sizes)) for sizes in (one.size, one.size[1:] if at == 0 else one.size[:-1])
            )
            beside = "without channels" if one.channels is None else f"and {one.channels} channels beside them"
            axes = f"[{shape}] of '{one.name}' are {len(one.size)} axes, {beside}"
            thin = {2: "an image of one row or column", 3: "a volume of few slices"}[len(one.size)]
            help = f"write size: [{own}], channels: {one.size[at]}; dims: {len(one.size)} says that {thin} is meant"
            yield Doubt(one.span, axes, help)


def channels_in(size: Sequence[int | None], channels: int | None) -> int | None:
    """Which entry of a size, the first or the last, looks like channels, also where as many are stated beside it; None
    where neither does. `dims` in a description says that none are meant."""
    for at, rest in ((0, size[1:]), (-1, size[:-1])) if len(size) > 1 else ():
        if size[at] in IMAGES and channels in (None, size[at]) and all(n and n >= LARGE for n in rest):
            return at
    return None


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


def counters(network: Architecture) -> Iterator[Doubt]:
    """Counters of repetitions that may be meant for an outer one."""
    from rfcli.description.counters import ambiguous

    for items in _lists(network):
        for one in ambiguous(items):
            inner, outer = _item(one.inner), _item(one.outer)
            yield Doubt(one.value, f"'i' counts the copies of {inner} here, not those of {outer} around it")


def _item(node: Node) -> str:
    """An item for people, with the line where it stands."""
    value = node.value
    kind = f"block {value['block'].value}" if "block" in value else value["type"].value
    name = f" '{value['name'].value}'" if "name" in value else ""
    return f"{kind}{name} (line {node.span.line})"


def zeros(network: Architecture) -> Iterator[Doubt]:
    """Counters of repetitions that are used as if they began with 0."""
    from rfcli.description.counting import from_zero

    for items in _lists(network):
        for one in from_zero(items):
            yield Doubt(one.value, f"{one.said}: repetitions are counted from 1", one.instead)


def strides(network: Architecture) -> Iterator[Doubt]:
    """Copies of residuals of which each takes a stride."""
    from rfcli.description.repeated import strided

    if "layers" in network.nodes:
        for one in strided(network.nodes):
            yield Doubt(one.node, f"every copy takes a stride of {one.stride}: {one.what}")


def sequences(network: Architecture) -> Iterator[Doubt]:
    """Layers that take for granted what may be meant otherwise, each once for all copies."""
    told = set()
    for one in network.entries if network.axes > 1 else ():
        if id(one.node) not in told and (said := one.layer.assumes):
            told.add(id(one.node))
            yield Doubt(one.node, said)


def _lists(network: Architecture) -> Iterator[Node]:
    """The layers of a description, and those of its blocks."""
    nodes = network.nodes
    blocks = nodes["blocks"].value.values() if "blocks" in nodes else ()
    yield from (block.value["layers"] for block in blocks)
    if "layers" in nodes:
        yield nodes["layers"]


DOUBTS: dict[str, Callable[[Architecture], Iterator[Doubt]]] = {
    "RF513": counters, "RF516": inputs, "RF519": zeros, "RF521": strides, "RF522": sequences,
}  # fmt: skip
"""By the rules' codes."""
_REPEATED = ("RF513", "RF519", "RF521")
"""Those about repetitions, which only what is written by hand has."""


def doubts(network: Architecture) -> Iterator[tuple[str, Doubt]]:
    """All that may be meant otherwise in a network, each with its rule's code."""
    texts = {network.nodes[key].file.text for key in ("layers", "blocks") if key in network.nodes}
    repeated = not network.trained and any("repeat" in text for text in texts)
    for code, found in DOUBTS.items():
        if repeated or code not in _REPEATED:
            for one in found(network):
                yield code, one
