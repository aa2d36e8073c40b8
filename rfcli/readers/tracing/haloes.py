"""Blocks of a map that are met with windows cut out around them, as in attention with haloes (Vaswani et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.tracing.core import Core
from rfcli.readers.tracing.maps import CHANNELS, Dim, Map, channels, is_batch, places, rebased
from rfcli.readers.tracing.reach import sizes_of


def around_blocks(
    tracer: Core, name: str, fine: Sequence[Dim], blocks: Sequence[Dim], x: Map, windows: Map
) -> Map | None:
    """Windows at all positions of the blocks that they belong to: `windows` has one for each block of `x`, the map of
    both, and the dimensions `blocks` of these lie as `fine` has those of the blocks. None where they lie otherwise."""
    sizes, counts = sizes_of(x), sizes_of(windows)
    if not x.local or not windows.local or sizes.keys() != counts.keys() or places(windows.dims) != places(blocks):
        return None
    scales = {}
    for axis, n in sizes.items():
        count = counts[axis]
        if not n or not count or n % count:
            return None
        scales[axis] = n // count
    if all(scale == 1 for scale in scales.values()):
        return None
    wide = [tuple(atom.replaced(step=atom.step * scales[atom.role], origin=None) if isinstance(atom.role, int) else atom
                  for atom in dim) for dim in blocks]  # fmt: skip
    if any(places([one]) != places([other]) for one, other in zip(wide, fine, strict=True)):
        return None
    if any(is_batch(one) != is_batch(other) for one, other in zip(blocks, fine, strict=True) if not places([one])):
        return None
    dims = (*(tuple(atom for atom in dim if atom.role != CHANNELS) for dim in x.dims), channels(windows.channels))
    layer = tracer.draft.add(name, "upsample", [windows.layer], scale=tracer.row(scales))
    return windows.replaced(layer=layer, dims=rebased(dims))
