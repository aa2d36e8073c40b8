"""Layers by number, and what each takes: an architecture with its references resolved."""

from __future__ import annotations

from rfcli.description.architecture import Reference
from rfcli.layers._layer import WRONG
from rfcli.layers._registry import LAYERS
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture, Entry
    from rfcli.description.nodes import Problems
    from rfcli.graph.names import Names
    from rfcli.layers._layer import Layer


class Wiring(Value):
    """Layers by number, inputs (None) first; `sources` are what each takes, `likes` the layers whose size it takes.

    A number one past the last stands for a layer that is not there. `sorted` tells whether each comes after what it
    takes.
    """

    labels: list[str]
    layers: list[Layer | None]
    sources: list[tuple[int, ...]]
    likes: list[int | None]
    sorted: bool

    def needs(self) -> list[set[int]]:
        """What each layer waits for."""
        count = len(self.layers)
        return [
            {source for source in (*sources, like) if source is not None and source < count}
            for sources, like in zip(self.sources, self.likes, strict=True)
        ]

    def sound(self, order: list[int]) -> list[int]:
        """The layers that are not wrong and follow no wrong one, in order."""
        good = [False] * len(self.layers)
        for number in order:
            like = self.likes[number]
            good[number] = (
                self.layers[number] is not WRONG
                and all(good[source] for source in self.sources[number])
                and (like is None or good[like])
            )
        return [number for number in order if good[number]]


def wired(architecture: Architecture, names: Names, problems: Problems) -> Wiring | None:
    """The layers of an architecture with their references resolved; what is not there is added to `problems`.

    None for an architecture of too many references.
    """
    first = len(architecture.inputs)
    layers: list[Layer | None] = [None] * first
    sources: list[tuple[int, ...]] = [()] * first
    likes: list[int | None] = [None] * first
    nowhere = first + len(architecture.entries)
    in_order = True
    edges = 0
    for number, entry in enumerate(architecture.entries, first):
        layers.append(entry.layer)
        taken: tuple[int, ...] = entry.sources  # type: ignore[assignment]
        if len(taken) != 1 or not isinstance(taken[0], int) or taken[0] < 0:
            taken = _resolved(entry, number, nowhere, names, problems)
        edges += len(taken)
        if edges > architecture.limits.nodes:
            problems.add(
                entry.node, "RF009", f"the layers have more than {architecture.limits.nodes} inputs in all",
                architecture.limits.exceeded("nodes"),
            )  # fmt: skip
            return None
        like = None
        if entry.like is not None:
            several = names.resolve(entry.like, problems)
            like = several[0] if several and several[0] >= 0 else nowhere
        if entry.layer.pair:
            like = taken[-1]
        sources.append(taken)
        likes.append(like)
        if in_order and (any(source >= number for source in taken) or (like or 0) >= number):
            in_order = False
    labels = [*(one.name for one in architecture.inputs), *(entry.name for entry in architecture.entries)]
    return Wiring(labels, layers, sources, likes, in_order)


def _resolved(entry: Entry, number: int, nowhere: int, names: Names, problems: Problems) -> tuple[int, ...]:
    """Numbers of a layer's sources; `nowhere` for those that are not there."""
    layer = entry.layer
    numbers: list[int] = []
    for source in entry.sources:
        if isinstance(source, int):
            numbers.append(source if source >= 0 else nowhere)
            continue
        matched = names.resolve(source, problems)
        wild = len(matched) > 1
        if not matched or (not layer.merge and not _single(matched, source, layer.type, problems)):
            matched = [nowhere]
        numbers.extend(m if m >= 0 else nowhere for m in matched if not (wild and m == number))
    return tuple(numbers)


def _single(matched: list[int], reference: Reference, what: str, problems: Problems) -> bool:
    """Whether a reference matches at most one layer, as is wanted; a problem is added where it does not."""
    if len(matched) > 1:
        merges = ", ".join(type for type, cls in LAYERS.items() if cls.merge)
        problems.add(
            reference.node,
            "RF212",
            f"{what} takes one input, '{reference.name}' matches {len(matched)} layers",
            f"only merges ({merges}) take several inputs",
        )
    return len(matched) <= 1


def outputs_of(architecture: Architecture, names: Names, wiring: Wiring, problems: Problems) -> tuple[int, ...]:
    """Numbers of the outputs: those stated, or every layer that nothing consumes."""
    if architecture.outputs is not None:
        stated = [number for reference in architecture.outputs for number in names.resolve(reference, problems)]
        return tuple(dict.fromkeys(stated))
    first, sources = len(architecture.inputs), wiring.sources
    consumed = {source for taken in sources for source in taken}
    loose = [number for number in range(first, len(sources)) if number not in consumed]
    return tuple(loose) if loose or len(sources) > first else (0,)


def check_scopes(architecture: Architecture, names: Names, problems: Problems) -> None:
    """Adds what is wrong with empty scopes, which stand for what they take."""
    for path, target in architecture.scopes.items():
        if isinstance(target, Reference):
            if names.circular(path):
                problems.add(target.node, "RF203", f"the empty scope '{path}' takes its own output")
            else:
                _single(names.resolve(target, problems), target, "an empty scope", problems)
