"""What a description lists: items, which are layers, scopes and uses of blocks, and the values that they state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from rfcli.graph.graph import Graph
from rfcli.layers._layer import Layer
from rfcli.layers._parameters import REQUIRED
from rfcli.layers._registry import LAYERS
from rfcli.writers.description.numbers import Plain
from rfcli.writers.description.yaml import escaped

Defaults = dict[tuple[str, str], Plain]
"""The value that a parameter of a type has where it is not given; parameters that may be left out, and have one."""

FEWEST = 3
"""Layers that state a value which becomes the document's default."""

SHARED = 0.75
"""Share of a type's layers whose value of a flag becomes the document's default."""


class Item:
    """A layer (it has a `type`), a scope (it has `layers`) or a use of a block (it has a `block`), which stands for the
    layers `first` to `last` of the graph.

    `given` are the parameters that it states, `targets` the layers that `inputs` and `like` name.
    """

    __slots__ = ("block", "first", "given", "inputs", "last", "layers", "like", "name", "repeat", "targets", "type")

    def __init__(
        self, first: int, last: int, *, name: str | None = None, type: str = "", block: str | None = None,
        inputs: list[str] | None = None, given: dict[str, Plain] | None = None, like: str | None = None,
        layers: list[Item] | None = None, targets: tuple[int, ...] = (), repeat: int | None = None,
    ) -> None:  # fmt: skip
        self.first, self.last, self.name, self.type, self.block = first, last, name, type, block
        self.inputs, self.given, self.like, self.layers = inputs, given or {}, like, layers
        self.targets, self.repeat = targets, repeat

    def replaced(self, **changes: object) -> Item:
        """The same item with other attributes, those of its layers left as they are."""
        kept = {name: getattr(self, name) for name in self.__slots__}
        return Item(**kept | changes)

    @property
    def keys(self) -> dict[str, Plain]:
        """The mapping that is written; of a scope without its layers."""
        kind = {"type": self.type or "sequence"} if self.block is None else {"block": self.block}
        keys: dict[str, Plain] = {"name": self.name, "repeat": self.repeat, **kind, "inputs": self.inputs}
        keys = {key: value for key, value in keys.items() if value is not None}
        if self.block is None:
            keys.update(self.given)
        elif self.given:
            keys["with"] = self.given
        return keys if self.like is None else {**keys, "like": self.like}


def layer_item(
    graph: Graph, number: int, name: str, defaults: Defaults, called: Callable[[int], str], told: bool = True
) -> Item:
    """The item of a layer; `called` is how others are named in it, its sources where they are told."""
    layer, sources = graph.layers[number], graph.sources[number] if told else ()
    like = graph.named_like(number)
    assert layer is not None
    return Item(
        number, number, name=name, type=layer.type, given=given(layer, defaults),
        inputs=list(map(called, sources)) if told else None, like=None if like is None else called(like),
        targets=sources if like is None else (*sources, like),
    )  # fmt: skip


def given(layer: Layer, defaults: Defaults) -> dict[str, Plain]:
    """Parameters that have to be said, in the order of the manual; `like` is a reference, and left out."""
    found = {}
    for key, declared in layer.parameters.items():
        value = layer.given.get(key, declared.default)
        usual = defaults.get((layer.type, key), declared.default)
        if key == "like" or value is REQUIRED or (value is None and key not in layer.given):
            continue
        if usual is REQUIRED or value != usual or type(value) is not type(usual):
            found[key] = escaped(value)
    return found


def usual_values() -> Defaults:
    """What the layer types themselves say."""
    return {
        (name, key): declared.default
        for name, cls in LAYERS.items()
        for key, declared in cls.parameters.items()
        if declared.default is not REQUIRED and declared.default is not None
    }


def shared_values(graph: Graph) -> dict[str, dict[str, Plain]]:
    """Flags and words that all layers of a type state, or of flags most: the document's `defaults`."""
    layers = [layer for layer in graph.layers if layer is not None]
    counts = Counter(layer.type for layer in layers)
    stated: dict[tuple[str, str], Counter[bool | str]] = {}
    usual = usual_values()
    for layer in layers:
        for key, value in given(layer, usual).items():
            if (layer.type, key) in usual and isinstance(value, bool | str):
                stated.setdefault((layer.type, key), Counter())[value] += 1
    found: dict[str, dict[str, Plain]] = {}
    for (type, key), seen in stated.items():
        ((shared, count),) = seen.most_common(1)
        share = count / counts[type]
        if count >= FEWEST and (share == 1 or (share >= SHARED and isinstance(shared, bool))):
            found.setdefault(type, {})[key] = shared
    return found
