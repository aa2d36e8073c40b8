"""Parts of maps: entries cut out, picked or added along dimensions."""

from collections.abc import Sequence
from itertools import accumulate

from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Beside,
    Constant,
    Dim,
    Layout,
    Map,
    Origin,
    Role,
    Roles,
    Size,
    channel_numbers,
    channels,
    channels_in,
    exchanged,
    is_batch,
    is_channels,
    joined,
    size_of,
    whole,
    with_ones,
    without,
)
from rfcli.readers.tracing.mixing import MixingOperations
from rfcli.readers.tracing.noted import Cut
from rfcli.readers.tracing.turned import cut_from_the_end, is_turned, swapped, turn, turned_along, turned_axes


def cut_of(n: Size, start: int | None, stop: int | None, step: int, what: str) -> tuple[int, int, int] | None:
    """First entry, end and step of a slice of `n` entries as Python has it; None where it takes all. Where their number
    is unknown, the end counts from theirs: negative, or 0. Raises `Layout`, which calls such a dimension by `what`."""
    if step < 1:
        raise Layout("it goes backwards")
    if n is None:
        if (start or 0) < 0 or (stop is not None and stop >= 0):
            raise Layout(f"it cuts {what} of unknown size")
        cut, whole = (start or 0, stop or 0, step), (0, 0, 1)
    else:
        cut, whole = slice(start, stop, step).indices(n), (0, n, 1)
        if cut[1] <= cut[0]:
            raise Layout("nothing is left")
    return None if cut == whole else cut


def nothing_of(x: Map, at: int, start: int, stop: int | None, step: int) -> Constant | None:
    """The tensor without entries that a slice of a dimension is where it takes none; None where it takes any, or where
    their number is not known."""
    n = x.shape[at]
    if n is None or step < 1 or range(n)[start:stop:step]:
        return None
    return Constant(tuple(0 if place == at else size or 1 for place, size in enumerate(x.shape)), [], ())


def beside(dim: Dim, before: int, after: int, seen: bool = False) -> Dim:
    """A dimension of known size with so many entries before and after it that are no part of the map."""
    size = size_of(dim) or 0
    if len(dim) == 1 and isinstance(dim[0].role, Beside):
        inside = dim[0].role
        before, after, dim, seen = before + inside.before, after + inside.after, inside.dim, seen or inside.seen
        size = size_of(dim) or 0
    return (Atom(Beside(before, joined(dim), after, seen), before + size + after),)


def without_dim(x: Map | Constant, at: int) -> Map | Constant:
    """The same without a dimension of one entry."""
    if isinstance(x, Constant):
        return x.replaced(shape=(*x.shape[:at], *x.shape[at + 1 :]))
    return x.replaced(dims=without(x.dims, [at]))


def with_one(x: Map | Constant, at: int) -> Map | Constant:
    """The same with a new dimension of one entry."""
    if isinstance(x, Constant):
        return x.replaced(shape=(*x.shape[:at], 1, *x.shape[at:]))
    return x.replaced(dims=with_ones(x.dims, [at]))


class PartOperations(MixingOperations):
    """Dimensions cut, and made longer."""

    def divided(self, name: str, x: Map, at: int, sizes: Sequence[int]) -> list[Map | Constant]:
        """Parts of given sizes along a dimension; those that nothing reads are no layers. Raises `Layout`."""
        names = [name] if len(sizes) == 1 else [f"{name}/{number}" for number in range(1, len(sizes) + 1)]
        parts = zip(names, sizes, accumulate(sizes), strict=True)
        made = [self.cropped(part, x, at, end - size, end, 1) for part, size, end in parts]
        self.draft.spare(one.layer for one in made if isinstance(one, Map) and one.layer != x.layer)
        return made

    def one_of(self, name: str, x: Map, at: int, index: int) -> Map | Constant:
        """One entry of a dimension, which is left out then. Raises `Layout`."""
        n = x.shape[at]
        if n == 1 and index in (0, -1) and is_batch(x.dims[at]):
            return without_dim(self.passed(name, x), at)
        first = index + n if index < 0 and n is not None else index
        made = self.cropped(name, x, at, first, first + 1, 1)
        return without_dim(made, at)

    def picked(self, name: str, x: Map, at: int, indices: Constant) -> Map | Constant:
        """Entries of a dimension by constant numbers; of channels, the numbers need not be known. Raises `Layout`."""
        numbers = [int(one) for one in indices.values or ()]
        if not indices.shape and numbers:
            return self.one_of(name, x, at, numbers[0])
        if len(indices.shape) != 1 or indices.shape[0] == 0:
            raise Layout("it picks a table of entries")
        count = indices.shape[0]
        if numbers and numbers == list(range(numbers[0], numbers[0] + count)) and numbers[0] >= 0:
            return self.cropped(name, x, at, numbers[0], numbers[0] + count, 1)
        n, total = x.shape[at], x.channels
        if not is_channels(x.dims[at]) or n is None or total is None:
            raise Layout("it reorders an axis")
        kept = (
            channel_numbers(x.dims, at, [one % n for one in numbers]) if all(-n <= one < n for one in numbers) else None
        )
        if kept:
            return self.chosen(name, x, kept, exchanged(x.dims, at, channels(count)))
        return self.rechannelled(name, x.with_dim(at, channels(count)), total // n * count)

    def reordered(self, name: str, x: Map, at: int, step: int, first: int = 0) -> Map:
        """All entries of a dimension of channels from the first on, backwards where `step` is -1. Raises `Layout`."""
        n = x.shape[at]
        if n is None:
            raise Layout("channels of unknown number are reordered")
        kept = channel_numbers(x.dims, at, [(step * one + first - (step < 0)) % n for one in range(n)])
        if kept is None:
            return self.rechannelled(name, x, x.channels)
        return self.chosen(name, x, kept, x.dims)

    def flipped(self, name: str, x: Map, dims: Sequence[int]) -> Map:
        """Dimensions from their ends on: of channels they are in reverse, axes are turned round, which is no layer.
        Raises `Layout`."""
        made = x
        for number, at in enumerate(dims, 1):
            inner = name if number == len(dims) else f"{name}/{number}"
            made = self.reordered(inner, made, at, -1) if is_channels(made.dims[at]) else turned_along(made, at)
        return self.passed(name, x) if made is x else made

    def cropped(self, name: str, x: Map, at: int, start: int, stop: int, step: int) -> Map | Constant:
        """Entries start, start + step, … before `stop` of a dimension; where its size is unknown, `stop` counts from
        its end: negative, or 0 for the end itself. Raises `Layout`."""
        axis, n = self.axis_in(x, at), x.shape[at]
        if is_turned(x.dims[at]) and n is not None:
            return self._cut_turned(name, x, at, (start, stop if stop > 0 else n + stop, step))
        if axis is None and is_channels(x.dims[at]):
            return self._sliced(name, x, at, start, stop, step)
        dim = x.dims[at]
        if len(dim) == 1 and isinstance(dim[0].role, Beside):
            return self._from_beside(name, x, at, dim[0].role, range(dim[0].size or 0)[start : stop or None : step])
        if axis is None:
            self._frames_cut(x, at)
            raise Layout("part of an axis is cut")
        after = -stop if stop <= 0 else None if n is None else max(n - stop, 0)
        before = start if start >= 0 else None if n is None else start + n
        if before is None or after is None:
            raise Layout("an axis of unknown size is cut")
        layer, inner = x.layer, f"{name}/crop" if step > 1 else name
        if before or after:
            layer = self.draft.add(inner, "crop", [layer], **self.along([axis], cropping=[[before, after]]))
        elif step == 1:
            layer = self.draft.add(inner, "identity", [layer])
        if step > 1:
            layer = self.draft.add(name, "subsample", [layer], **self.along([axis], stride=[step]))
        size = None if n is None else -(-(n - before - after) // step)
        self._note_cut(layer, x, at, range(before, before + (size or 0)) if step == 1 and size else range(0))
        return x.with_dim(at, whole(axis, size)).replaced(layer=layer)

    def _frames_cut(self, x: Map, at: int) -> None:
        """Raises `Roles` where images of the batch that is one input's stand behind another dimension, and are cut:
        they are frames, along an axis of their own."""
        dim = x.dims[at]
        name, place = (dim[0].origin if len(dim) == 1 else None) or ("", -1)
        shape = self.shapes.get(name, ())
        if at > 0 == place and dim[0].role == BATCH and 3 <= len(shape) <= 4 and (name, 0) not in self.roles:
            found: dict[Origin, Role] = {(name, one): one - 1 for one in range(2, len(shape))}
            raise Roles({**found, (name, 0): 0, (name, 1): CHANNELS})

    def _cut_turned(self, name: str, x: Map, at: int, cut: tuple[int, int, int]) -> Map | Constant:
        """Entries of an axis that is turned round."""
        axes = turned_axes(x.replaced(dims=x.dims[at : at + 1]))
        made = self.cropped(name, turn(x, axes), at, *cut_from_the_end(x.shape[at] or 0, cut))
        if not isinstance(made, Map):
            return made
        if made.shape[at] != 1:
            self.cuts.pop(made.layer, None)  # its places are counted from the other end
        return turn(made, axes)

    def _note_cut(self, layer: str, x: Map, at: int, taken: range) -> None:
        if taken and layer != x.layer:
            self.cuts[layer] = Cut(x, at, taken)

    def _from_beside(self, name: str, x: Map, at: int, beside: Beside, kept: range) -> Map | Constant:
        """Some entries of a map and of what stands beside it: the map, or some of the others. Raises `Layout`."""
        size = size_of(beside.dim) or 0
        first, end = beside.before, beside.before + size
        if kept.step == 1 and kept.start <= first and kept.stop >= end:
            left, right = first - kept.start, kept.stop - end
            whole = (Atom(Beside(left, beside.dim, right, beside.seen), left + size + right),)
            return self.passed(name, x.with_dim(at, whole if left or right else beside.dim))
        if any(first <= one < end for one in kept):
            raise Layout("part of a map is cut together with what lies beside it")
        made = x.with_dim(at, channels(len(kept)))
        if not beside.seen:
            return Constant(tuple(n or 1 for n in made.shape), None, ())
        if made.axes:
            raise Layout("entries beside a part of a map are cut")
        made = made.replaced(
            local=False, layer=self.draft.add(f"{name}/one" if len(kept) > 1 else name, "global_avg_pool", [x.layer])
        )
        return self.rechannelled(name, made, made.channels) if len(kept) > 1 else made

    def _sliced(self, name: str, x: Map, at: int, start: int, stop: int, step: int) -> Map:
        """Channels that are cut."""
        n, total = x.shape[at], x.channels
        if n is None or total is None:
            raise Layout("channels of unknown number are cut")
        kept = range(n)[start : stop or None : step]
        if not kept:
            raise Layout("no channels are left")
        made = x.with_dim(at, channels(len(kept)))
        if len(kept) == n:
            return self.passed(name, made)
        numbers = channel_numbers(x.dims, at, kept)
        if numbers is not None:
            found = self.chosen(name, x, numbers, made.dims)
            self._note_cut(found.layer, x, at, kept)
            return found
        if step == 1 and total == n:
            return self.passed(name, made, type="channel_slice", start=kept[0], end=kept[0] + len(kept))
        return self.rechannelled(name, made, total // n * len(kept))

    def padded(self, name: str, x: Map, sides: Sequence[tuple[int, int]], mode: str = "zeros", params: int = 0) -> Map:
        """Entries added before and after each dimension, or taken away where negative; `params` of them, if they are
        channels, trained. Raises `Layout`."""
        if any(is_turned(dim) and any(both) for dim, both in zip(x.dims, sides, strict=True)):
            axes, sides = turned_axes(x), swapped(x, sides)
            return turn(self.padded(name, turn(x, axes), sides, mode, params), axes)
        x = self.along_axes(x, [at for at, both in enumerate(sides) if mode != "zeros" and any(both)])
        padding: dict[int, list[int]] = {}
        dims, wider = list(x.dims), list[int]()
        for at, (before, after) in enumerate(sides):
            if not (before or after):
                continue
            dim, n, axis = x.dims[at], x.shape[at], self.axis_in(x, at)
            if axis is not None:
                padding[axis] = [before, after]
                dims[at] = whole(axis, None if n is None else n + before + after)
            elif is_channels(dim) and n is not None and x.channels is not None:
                wider.append(at)
            elif any(atom.roll for atom in dim):
                raise Layout("an axis is padded that is rolled")
            elif n is not None and x.axes and x.holds(dim, x.axes) and min(before, after) >= 0 and mode == "zeros":
                dims[at] = beside(dim, before, after)
            else:
                raise Layout("part of an axis is padded")
        made = x.replaced(dims=tuple(dims))
        for number, at in enumerate(wider, 1):
            inner = f"{name}/channels" if padding or number < len(wider) else name
            made = self._wider(inner, made, at, sides[at], mode, params if number == 1 else 0)
        if padding:
            rows = self.along(list(padding), padding=list(padding.values()))
            return self.passed(name, made, type="pad", **rows, padding_mode=mode)
        return made if wider else self.passed(name, made)

    def _wider(self, name: str, x: Map, at: int, sides: tuple[int, int], mode: str, params: int) -> Map:
        """More channels, of which some may be trained."""
        if mode == "zeros" and not params:
            return self.with_zeros(name, x, at, *sides)
        dims = exchanged(x.dims, at, channels((x.shape[at] or 0) + sum(sides)))
        return self.rechannelled(name, x.replaced(dims=dims), channels_in(dims), params=params)

    def placed(self, name: str, x: Map, at: int, places: range, total: int) -> Map:
        """A map whose entries along a dimension stand at `places` of so many, among zeros; what stands beside them is
        cut off. Raises `Layout`."""
        n, axis, dim = x.shape[at], self.axis_in(x, at), x.dims[at]
        if n is None or (axis is None and dim):
            raise Layout("part of an axis is written")
        start, step = places.start, places.step
        if step > 1 and n > 1:
            if axis is None:
                raise Layout("every other entry is written")
            spread = self.along([axis], kernel=[1], stride=[step])
            given: Parameters = {"filters": x.channels, "groups": x.channels, "bias": False, "params": 0, "macs": 0}
            x = self.passed(f"{name}/apart", x, None, "conv_transpose", **given, **spread)
            n = (n - 1) * step + 1
            x = x.with_dim(at, whole(axis, n))
        if axis is None:
            if total == n == 1 and start == 0:
                return x
            raise Layout("part of an axis is written")
        sides = [(start, total - start - n) if number == at else (0, 0) for number in range(len(x.dims))]
        return self.padded(name, x, sides) if any(map(any, sides)) else x
