"""Blocks of space that lie in channels, and of channels that lie in space, as reshapes and permutations put them."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Dim,
    axes_in,
    axis_of,
    channels,
    is_axis,
    is_batch,
    is_channels,
    out_of_order,
    rebased,
    size_of,
    whole,
)
from rfcli.values import Value


class Blocks(Value):
    """A rearrangement: the type of its layer, the factor of each axis that has one, and the dimensions behind it."""

    type: str
    scale: dict[int, int]
    dims: tuple[Dim, ...]


def in_channels(dims: Sequence[Dim]) -> Blocks | None:
    """Space to depth: inner parts of some axes lie in one dimension with all channels, the outer parts elsewhere."""
    if any(atom.roll or atom.turned for dim in dims for atom in dim) or not _apart(dims):
        return None
    inner = {atom.role: (at, atom) for at, dim in enumerate(dims) for atom in dim if _begins(atom)}
    parts = [atom for dim in dims for atom in dim if isinstance(atom.role, int)]
    split = {axis for axis in axes_in(parts) if sum(atom.role == axis for atom in parts) == 2}
    if not split or len(parts) != len(axes_in(parts)) + len(split) or not split <= inner.keys():
        return None
    places, scale = {inner[axis][0] for axis in split}, {axis: inner[axis][1].size for axis in split}
    steps = {atom.role: atom.step for atom in parts if not _begins(atom)}
    known = {axis: size for axis, size in scale.items() if size is not None}
    if len(places) != 1 or steps != known:
        return None
    (at,) = places
    if len(split) == 1 and all(atom.role != CHANNELS for atom in dims[at]):
        return None  # Frames of a signal of one channel.
    alone = {atom.role for atom in dims[at]} - {CHANNELS} == split
    if not alone or any(atom.role == CHANNELS for number, dim in enumerate(dims) if number != at for atom in dim):
        return None
    type = kept_order(dims[at])
    if type is None:
        return None
    made = (tuple(atom if atom.role == BATCH else Atom(atom.role, atom.size, 1, None) for atom in dim) for dim in dims)
    left = (channels(size_of(dims[at])) if number == at else dim for number, dim in enumerate(made))
    return Blocks(type, known, tuple(left))


def kept_order(dim: Dim) -> str | None:
    """The layer that puts channels behind one another as a dimension has them: blocks inside each channel, or channels
    inside each position of a block; None where they lie otherwise."""
    places = [at for at, atom in enumerate(dim) if atom.role == CHANNELS]
    if out_of_order([dim]) or places == list(range(len(places))):
        return None if out_of_order([dim]) else "pixel_unshuffle"
    return "space_to_depth" if places == list(range(len(dim) - len(places), len(dim))) else None


def in_axes(dims: Sequence[Dim]) -> Blocks | None:
    """Depth to space: channels lie inside whole axes, each of which is in a dimension by itself."""
    made: list[Dim] = []
    scale: dict[int, int] = {}
    for dim in dims:
        if is_batch(dim) or is_channels(dim) or axis_of(dim) is not None:
            made.append(dim)
            continue
        axis, factor, size = axis_of(dim[:1]), size_of(dim[1:]), size_of(dim)
        if axis is None or factor is None or size is None or not is_channels(dim[1:]) or len(axes_in(dim)) != 1:
            return None
        scale[axis] = factor
        made.append((Atom(axis, size),))
    kept = [atom for dim in dims if is_channels(dim) for atom in dim]
    blocks = [atom for dim in dims if not is_channels(dim) for atom in dim if atom.role == CHANNELS]
    type = _taken_order(kept, blocks) if scale else None
    return None if type is None else Blocks(type, scale, rebased(made))


def of_single_entries(dims: Sequence[Dim]) -> Blocks | None:
    """The same where an axis has one entry before or behind it: channels alone stand in the place of an axis, or a
    whole axis lies with the channels. `dims` are batch, channels, axes."""
    if not is_batch(dims[0]):
        return None
    return _out_of_channels(dims) if is_channels(dims[1]) else _into_channels(dims)


def _out_of_channels(dims: Sequence[Dim]) -> Blocks | None:
    made, scale, blocks = [dims[0], dims[1]], dict[int, int](), list[Atom]()
    for axis, dim in enumerate(dims[2:]):
        own = dim[:1] if axis_of(dim[:1]) == axis else ()
        rest = dim[len(own) :]
        n, factor = size_of(own), size_of(rest)
        if n is None or factor is None or not is_channels(rest):
            return None
        if rest:
            scale[axis] = factor
        blocks += rest
        made.append(whole(axis, n * factor))
    type = _taken_order(dims[1], blocks) if scale else None
    return None if type is None else Blocks(type, scale, rebased(made))


def _into_channels(dims: Sequence[Dim]) -> Blocks | None:
    inner = {atom.role: atom.size for atom in dims[1] if isinstance(atom.role, int) and _begins(atom)}
    outer = {axis: dim[0] for axis, dim in enumerate(dims[2:]) if len(dim) == 1}
    fits = all(not dim or (axis in outer and outer[axis].role == axis) for axis, dim in enumerate(dims[2:]))
    fits = fits and all(atom.role == CHANNELS or atom.role in inner for atom in dims[1])
    fits = fits and all(axis not in outer or outer[axis].step == size for axis, size in inner.items())
    type, scale = kept_order(dims[1]), {axis: size for axis, size in inner.items() if isinstance(axis, int) and size}
    if not fits or type is None or len(scale) < len(inner):
        return None
    if len(scale) == 1 and all(atom.role != CHANNELS for atom in dims[1]):
        return None  # Frames of a signal of one channel.
    left = (whole(axis, outer[axis].size) if axis in outer else () for axis in range(len(dims) - 2))
    return Blocks(type, scale, (dims[0], channels(size_of(dims[1])), *left))


def _taken_order(kept: Sequence[Atom], blocks: Sequence[Atom]) -> str | None:
    """The layer that takes channels of which some are kept as those and blocks lie in axes; None where none does."""
    count, block = size_of(tuple(kept)), size_of(tuple(blocks))
    if count is None or block is None or out_of_order([tuple(kept)]):
        return None
    if min((atom.step for atom in kept), default=block) == block:
        return "pixel_shuffle"
    return "depth_to_space" if min(atom.step for atom in blocks) == count else None


def is_tidy(dims: Sequence[Dim]) -> bool:
    """Whether every dimension holds images, channels, or whole axes."""
    return all(is_batch(dim) or is_channels(dim) or all(is_axis((atom,)) for atom in dim) for dim in dims) and len(
        axes_in(atom for dim in dims for atom in dim)
    ) == sum(isinstance(atom.role, int) for dim in dims for atom in dim)


def _apart(dims: Sequence[Dim]) -> bool:
    """Whether images of the batch lie in dimensions of their own."""
    return all(is_batch(dim) or not any(atom.role == BATCH for atom in dim) for dim in dims)


def _begins(atom: Atom) -> bool:
    """Whether an atom is the inner part of an axis, or the whole of it."""
    return isinstance(atom.role, int) and atom.step == 1 and not atom.turned
