"""A row for each fact of each layer type, worked out from the definition of the operation."""

from __future__ import annotations

from rfcli.layers._layer import Layer
from rfcli.layers._registry import layer_of


def built(type: str, axes: int = 1, /, **given: object) -> Layer:
    """A layer of one axis, unless said otherwise."""
    return layer_of(type, axes, given)


def taps(layer: Layer, o: int, n: int = 100, like: int | None = None) -> list[int]:
    """The inputs that output `o` reads along the first axis of `n` samples."""
    reads = layer.reads(0, n, like)
    turns, phase = divmod(o, len(reads.phases))
    found = reads.phases[phase]
    if found is None:
        return []
    first, last, step = found
    return list(range(first + turns * reads.shift, last + turns * reads.shift + 1, step))
