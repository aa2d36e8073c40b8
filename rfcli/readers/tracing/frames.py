"""Windows that are cut out of a map and laid side by side, as `unfold` does and as exporters write it, and maps put
behind one another in channels."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from rfcli.readers.tracing.layout import LayoutOperations
from rfcli.readers.tracing.maps import (
    MOST_CHANNELS,
    Constant,
    Layout,
    Map,
    axes_in,
    channels,
    channels_in,
    common,
    is_axis,
    is_channels,
    joined,
    rebased,
    reshaped,
    size_of,
    whole,
    with_ones,
    without,
)
from rfcli.readers.tracing.noted import Cut
from rfcli.readers.tracing.parts import PartOperations
from rfcli.values import Value

MOST_TAPS = 64
"""Entries of windows that are cut out one by one."""


class Frames(Value):
    """Windows along a dimension: so many, each of so many taps, and how far these and those lie apart."""

    count: int
    taps: int
    step: int
    dilation: int = 1
    start: int = 0

    @property
    def end(self) -> int:
        """The entry behind the last one."""
        return self.start + (self.count - 1) * self.step + (self.taps - 1) * self.dilation + 1

    @property
    def apart(self) -> bool:
        """Whether all windows reach further than one of them: else they are shifts of one long window, whose taps they
        are."""
        return self.taps * self.dilation <= self.step * self.count


class FrameOperations(LayoutOperations, PartOperations):
    """Windows as channels."""

    def framed_by(self, name: str, x: Map, at: int, frames: Frames) -> Map:
        """Windows along one dimension, their taps in a new one at the end. Raises `Layout`."""
        x = self.along_axes(x, [at])
        n = x.shape[at]
        if n is None or min(frames.count, frames.taps, frames.step, frames.dilation) < 1 or frames.end > n:
            raise Layout("its windows are of unknown number")
        if frames.taps > MOST_TAPS:
            return self._in_blocks(name, x, at, frames)
        reach = (frames.count - 1) * frames.step + 1
        starts = [frames.start + tap * frames.dilation for tap in range(frames.taps)]
        cuts = [
            self.cropped(f"{name}/{tap}", x, at, start, start + reach, frames.step)
            for tap, start in enumerate(starts, 1)
        ]
        last = len(x.dims)
        apart = [one.replaced(dims=with_ones(one.dims, [last])) for one in cuts if isinstance(one, Map)]
        return self.concatenated(name, apart, last)

    def _in_blocks(self, name: str, x: Map, at: int, frames: Frames) -> Map:
        """Large windows, as several blocks of samples each. Raises `Layout`."""
        axis, block = self.axis_in(x, at), gcd(frames.taps, frames.step)
        plain = axis is not None and frames.dilation == 1 and x.channels is not None
        if not plain or frames.taps // block > MOST_TAPS or axis is None:
            raise Layout("its windows are too large")
        cut = self.cropped(f"{name}/cut", x, at, frames.start, frames.end, 1)
        if not isinstance(cut, Map):
            raise Layout("its windows are too large")
        cut = self.in_order(f"{name}/order", cut)
        size = (frames.end - frames.start) // block
        layer = self.draft.add(f"{name}/blocks", "pixel_unshuffle", [cut.layer], scale=self.row({axis: block}))
        dims = rebased((*cut.with_dim(at, whole(axis, size)).dims, channels(block)))
        blocks = Map(layer, dims, cut.local)
        made = self.framed_by(name, blocks, at, Frames(frames.count, frames.taps // block, frames.step // block))
        inner, outer = made.dims[-2], made.dims[-1]
        return made.replaced(dims=(*made.dims[:-2], joined((*outer, *inner))))

    def framed_from(self, name: str, operands: Sequence[Map | Constant | None], at: int) -> Map | None:
        """Windows of one map, side by side along a new dimension; None where the operands are none. Of a vector that is
        an input they tell that it is a signal. Raises `Roles`."""
        cuts = [self.cuts.get(one.layer) for one in operands if isinstance(one, Map) and one.dims[at] == ()]
        found = [one for one in cuts if one is not None]
        if len(found) < max(len(operands), 2) or not isinstance(operands[0], Map):
            return None
        first, step = found[0], found[1].taken.start - found[0].taken.start
        frames = Frames(len(found), len(first.taken), step, 1, first.taken.start)
        starts = [frames.start + number * step for number in range(frames.count)]
        if step < 1 or found != [first.replaced(taken=range(at, at + frames.taps)) for at in starts]:
            return None
        if not is_axis(first.map.dims[first.at]):
            rank = len(first.map.dims)
            if self.is_given(first.map, first.at) and (rank == 2 or (rank == 3 and frames.apart and frames.taps > 1)):
                self.along_axes(first.map, [first.at])
            return None
        return self._laid_frames(
            name, operands[0], first, frames, at, [one.layer for one in operands if isinstance(one, Map)]
        )

    def _laid_frames(
        self, name: str, one: Map, first: Cut, frames: Frames, at: int, layers: Sequence[str]
    ) -> Map | None:
        """Windows whose numbers lie in a dimension, and their samples where those of `one` of them do."""
        role = first.map.dims[first.at][0].role
        place = next((number for number, dim in enumerate(one.dims) if is_axis(dim) and dim[0].role == role), None)
        rest = [dim for number, dim in enumerate(one.dims) if number not in (place, at)]
        if place is None or not frames.apart or rest != [*without(first.map.dims, [first.at])]:
            return None
        for layer in layers:
            self.draft.spare(self.draft.between(layer, first.map.layer))
        made = self.framed_by(name, first.map, first.at, frames)
        others = iter(without(made.dims[:-1], [first.at]))
        own = {at: made.dims[first.at], place: made.dims[-1]}
        return made.replaced(dims=tuple(own[one] if one in own else next(others) for one in range(len(one.dims))))

    def picked_by(self, name: str, x: Map, at: int, indices: Constant) -> Map | Constant:
        """Entries of a dimension by constant numbers, which may be a table of two dimensions. Raises `Layout`."""
        if len(indices.shape) != 2 or not indices.values or x.shape[at] is None:
            return self.picked(name, x, at, indices)
        rows, columns = indices.shape
        numbers = [int(one) % (x.shape[at] or 1) for one in indices.values]
        if is_channels(x.dims[at]) and not (self.is_given(x, at) and len(x.dims) < 4):
            found = self.picked(name, x, at, Constant((len(numbers),), [*numbers], ()))
            if isinstance(found, Constant):
                return found.replaced(shape=(*found.shape[:at], rows, columns, *found.shape[at + 1 :]))
            return found.replaced(dims=reshaped(found.dims, [*found.dims[:at], rows, columns, *found.dims[at + 1 :]]))
        return self.tabulated(name, x, at, [numbers[row * columns : (row + 1) * columns] for row in range(rows)])

    def tabulated(self, name: str, x: Map, at: int, table: Sequence[Sequence[int]]) -> Map:
        """Entries of a dimension by a table of numbers, in two dimensions in its place. Raises `Layout`."""
        rows, columns = len(table), len(table[0])
        first = table[0][0]
        down = table[1][0] - first if rows > 1 else 1
        right = table[0][1] - first if columns > 1 else 1
        if [*map(list, table)] != [[first + i * down + j * right for j in range(columns)] for i in range(rows)]:
            raise Layout("it picks a table of entries")
        frames = Frames(rows, columns, down, right, first)
        if frames.apart:
            made = self.framed_by(name, x, at, frames)
            order = [*range(at + 1), len(x.dims), *range(at + 1, len(x.dims))]
        else:
            made = self.framed_by(name, x, at, Frames(columns, rows, right, down, first))
            order = [*range(at), len(x.dims), *range(at, len(x.dims))]
        return made.replaced(dims=tuple(made.dims[one] for one in order))

    def _bundle(self, layer: str, maps: Sequence[Map], at: int) -> None:
        """Notes that a layer holds features of maps that were flattened."""
        found = [one for x in maps for one in self.bundled.get(x.layer, (x,))]
        if at == len(maps[0].dims) - 1 == 1 and all(one.layer in self.flattened for one in found):
            self.bundled[layer] = tuple(found)

    def concatenated(self, name: str, maps: Sequence[Map], at: int) -> Map:
        """Maps behind one another along a dimension of channels. Raises `Layout`."""
        if any(axes_in(x.dims[at]) for x in maps):
            maps = [self.featured(f"{name}/input_{number}", x) for number, x in enumerate(maps, 1)]
        if not all(is_channels(x.dims[at]) for x in maps):
            raise Layout("maps are joined along an axis")
        maps = [self.in_order(f"{name}/order_{number}", x) for number, x in enumerate(maps, 1)]
        sizes = [size_of(x.dims[at]) for x in maps]
        total = None if None in sizes else sum(sizes)  # type: ignore[arg-type]
        rows = zip(*(x.dims for x in maps), strict=True)
        dims = tuple(channels(total) if number == at else common(met) for number, met in enumerate(rows))
        layer, local = self.draft.add(name, "concat", [x.layer for x in maps]), any(x.local for x in maps)
        outer, inner = channels_in(dims[:at]), channels_in(dims[at + 1 :])
        if outer == 1 or outer is None or inner is None or total is None:
            self._bundle(layer, maps, at)
            return Map(layer, rebased(dims), local)
        # The layer has the maps' channels behind one another, the dimensions have them in turn.
        made = Map(layer, dims, local)
        if outer * inner * total > MOST_CHANNELS:
            return self.rechannelled(f"{name}/order", made, outer * inner * total)
        rows_of, start = [list[int]() for _ in range(outer)], 0
        for size in sizes:
            each = (size or 0) * inner
            for row, listed in enumerate(rows_of):
                listed.extend(range(start + row * each, start + (row + 1) * each))
            start += outer * each
        return self.chosen(f"{name}/order", made, [one for row in rows_of for one in row], dims)
