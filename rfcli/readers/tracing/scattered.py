"""Channels that lie behind one another, and are made of different parts of an axis."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.tracing.core import APART, Core
from rfcli.readers.tracing.maps import axis_of

KEEPING = frozenset([*APART, "batch_norm", "channel_scale", "channel_slice", "channel_shuffle"])
"""Layers that leave channels what they are made of."""
Part = str | tuple[str, int, range]
"""An input, or entries of a layer along one of its dimensions."""


def scattered(tracer: Core, layer: str) -> bool:
    """Whether the channels of a layer are made of different parts of an axis, one after the other: laid out as a map,
    each of its positions sees less than all of them."""
    stated = tracer.draft.stated(layer)
    while stated is not None and stated.type in KEEPING:
        stated = tracer.draft.stated(stated.inputs[0])
    if stated is None or stated.type != "concat":
        return False
    found = set(_parts(tracer, stated.inputs))
    return len(found) > 1 and any(isinstance(part, tuple) for parts in found for part in parts)


def _parts(tracer: Core, ends: Sequence[str]) -> list[frozenset[Part]]:
    """What each of some layers is made of."""
    found: dict[str, frozenset[Part]] = {}
    read, waiting = dict[str, tuple[str, ...]](), [*ends]
    while waiting:
        layer = waiting.pop()
        if layer in found or layer in read:
            continue
        cut, stated = tracer.cuts.get(layer), tracer.draft.stated(layer)
        if cut is not None and axis_of(cut.map.dims[cut.at]) is not None:
            found[layer] = frozenset([(cut.map.layer, cut.at, cut.taken)])
        elif stated is None:
            found[layer] = frozenset([layer])
        else:
            read[layer] = stated.inputs
            waiting += stated.inputs
    for layer in tracer.draft.in_order(read):
        found[layer] = frozenset[Part]().union(*(found[one] for one in read[layer]))
    return [found[one] for one in ends]
