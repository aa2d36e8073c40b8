"""Maps merged entry by entry, repeated beside one another, and put behind one another."""

from collections.abc import Sequence
from math import prod

from rfcli.readers.tracing.layout import LayoutOperations
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    MOST_CHANNELS,
    Atom,
    Constant,
    Dim,
    Layout,
    Map,
    axes_in,
    axis_at,
    axis_of,
    channels,
    channels_in,
    is_axis,
    is_channels,
    joined,
    rebased,
    size_of,
)
from rfcli.readers.tracing.parts import PartOperations
from rfcli.readers.tracing.pointwise import PointwiseOperations


class MergeOperations(LayoutOperations, PointwiseOperations, PartOperations):
    """Several maps and constants made one."""

    def combined(self, name: str, type: str, operands: Sequence[Map | Constant | None], least: int = 1) -> Map:
        """Maps and constants combined entry by entry; constants of fewer than `least` entries are never weights."""
        maps = [value for value in operands if isinstance(value, Map)]
        constants = [value for value in operands if isinstance(value, Constant)]
        weights = self.trained(*(value for value in constants if prod(value.shape) >= least))
        if len(maps) > 1:
            merged = self.merged(f"{name}/merge" if weights else name, type, maps)
            return self.scaled(name, merged, weights) if weights else merged
        x = maps[0]
        wide = [one.shape for one in constants if not _fits(one.shape, x)]
        return self.scaled(name, self._stretched(name, x, wide[0]) if wide else x, weights)

    def _stretched(self, name: str, x: Map, shape: Sequence[int]) -> Map:
        """A map of one entry along some dimensions, repeated along them."""
        if len(shape) != len(x.dims) or len(x.dims) != 2 + self.axes:
            raise Layout("a map is broadcast to a constant")
        return self.expanded(name, x, [have if want == 1 else want for want, have in zip(shape, x.shape, strict=True)])

    def expanded(self, name: str, x: Map, target: Sequence[object]) -> Map:
        """A map repeated along dimensions of one entry, up to the sizes of `target`. Raises `Layout`."""
        rank = max(len(target), len(x.dims))
        old = ((),) * (rank - len(x.dims)) + tuple(joined(dim) for dim in x.dims)
        target = [1] * (rank - len(target)) + list(target)
        dims: list[Dim] = []
        grown: dict[int, int] = {}
        more_channels = False
        for at, (dim, want) in enumerate(zip(old, target, strict=True)):
            if dim or want == 1:
                dims.append(dim)
            elif not isinstance(want, int):
                raise Layout("it repeats as often as a size says that is not known")
            elif rank == 2 + self.axes and at >= 2 and at - 2 not in x.axes:
                grown[at - 2] = want
                dims.append((Atom(at - 2, want),))
            else:
                dims.append((Atom(CHANNELS if at else BATCH, want),))
                more_channels |= at > 0
        made = x.replaced(dims=tuple(dims))
        if more_channels:
            made = self.rechannelled(f"{name}/channels" if grown else name, made, made.channels)
        if grown:
            return self._grown(name, made, x, grown)
        return made if more_channels else self.passed(name, made)

    def _grown(self, name: str, made: Map, x: Map, grown: dict[int, int]) -> Map:
        """A map that has more axes than `x`, each of its samples repeated along them."""
        sizes = self.row({**grown, **{atom.role: atom.size for atom in x.atoms}})
        if None in sizes:
            raise Layout("one axis is repeated beside one of unknown size")
        return self.passed(name, made, type="upsample", size=sizes)

    def joined(self, name: str, operands: Sequence[Map | Constant | None], at: int) -> Map:
        """Maps and constants behind one another along a dimension, from the end where negative. Beside positions, as a
        class token is, they are entries of what is flattened. Raises `Layout`."""
        maps = [value for value in operands if isinstance(value, Map)]
        constants = [value for value in operands if isinstance(value, Constant)]
        rank = len(maps[0].dims)
        at = axis_at(at, rank)
        if any(len(x.dims) != rank for x in maps) or any(len(one.shape) != rank for one in constants):
            raise Layout("it joins tensors of different ranks")
        if not constants:
            return self.passed(name, maps[0]) if len(maps) == 1 else self.concatenated(name, maps, at)
        if len(maps) > 1:
            raise Layout("it joins maps and constants")
        x = maps[0]
        params = self.trained(*constants)
        place = operands.index(x)
        lengths = [value.shape[at] if isinstance(value, Constant) else 0 for value in operands]
        sides = [(sum(lengths[:place]), sum(lengths[place:])) if number == at else (0, 0) for number in range(rank)]
        if x.axes and axis_of(x.dims[at]) is None and not is_channels(x.dims[at]):
            x = self.tokens(f"{name}/tokens", x)
        if not is_channels(x.dims[at]) and params:
            return self.scaled(name, self.padded(f"{name}/pad", x, sides), params)
        return self.padded(name, x, sides, params=params)

    def tokens(self, name: str, x: Map) -> Map:
        """A flattened map of which the dimensions are kept: all that is known of an entry is that it is one of them."""
        flat = (tuple(Atom(CHANNELS, a.size, a.step) if isinstance(a.role, int) else a for a in dim) for dim in x.dims)
        made = Map(name, tuple(channels(size_of(dim)) if is_channels(dim) else dim for dim in flat), False)
        if None in made.shape:
            raise Layout("an axis of unknown size is put among constants")
        return made.replaced(layer=self.draft.add(name, "flatten", [x.layer]))

    def merged(self, name: str, type: str, maps: Sequence[Map]) -> Map:
        """Maps of one shape, or of shapes that broadcast, merged entry by entry. Raises `Layout`."""
        maps = self._as_features(name, maps)
        maps = [self.in_order(f"{name}/order_{number}", x) for number, x in enumerate(maps, 1)]
        rank = max(len(x.dims) for x in maps)
        rows = [((),) * (rank - len(x.dims)) + x.dims for x in maps]
        # One entry is repeated beside several; where all have one, they keep their roles: other inputs may have more.
        spread = [len({size_of(row[at]) == 1 for row in rows}) > 1 for at in range(rank)]
        rows = [tuple(() if spread[at] and size_of(row[at]) == 1 else row[at] for at in range(rank)) for row in rows]
        dims = tuple(_common([row[at] for row in rows]) for at in range(rank))
        wanted = set(axes_in(sum(dims, ())))
        model = next((x.layer for x in maps if set(x.axes) == wanted), None)
        sources = []
        for number, (x, row) in enumerate(zip(maps, rows, strict=True), 1):
            if x.local and wanted - set(x.axes):
                if model is None:
                    raise Layout("maps of different axes are merged")
                x = x.replaced(layer=self.draft.add(f"{name}/expand_{number}", "upsample", [x.layer], like=model))
            if any(not dim and wide and is_channels(wide) for dim, wide in zip(row, dims, strict=True)):
                total = channels_in(dims)
                if total is None:
                    raise Layout("channels of unknown number are broadcast")
                if x.channels != 1 or type == "max":
                    x = self.rechannelled(f"{name}/repeat_{number}", x, total)
            sources.append(x.layer)
        return Map(self.draft.add(name, type, sources), dims, any(x.local for x in maps))

    def _as_features(self, name: str, maps: Sequence[Map]) -> Sequence[Map]:
        """Maps of which one axis stands where others have features, flattened as well."""
        last = [x.dims[-1] if x.dims else () for x in maps]
        if not any(map(is_axis, last)) or not any(dim and is_channels(dim) for dim in last):
            return maps
        return [self.featured(f"{name}/input_{number}", x) for number, x in enumerate(maps, 1)]

    def concatenated(self, name: str, maps: Sequence[Map], at: int) -> Map:
        """Maps behind one another along a dimension of channels. Raises `Layout`."""
        if any(is_axis(x.dims[at]) for x in maps):
            maps = [self.featured(f"{name}/input_{number}", x) for number, x in enumerate(maps, 1)]
        if not all(is_channels(x.dims[at]) for x in maps):
            raise Layout("maps are joined along an axis")
        maps = [self.in_order(f"{name}/order_{number}", x) for number, x in enumerate(maps, 1)]
        sizes = [size_of(x.dims[at]) for x in maps]
        total = None if None in sizes else sum(sizes)  # type: ignore[arg-type]
        rows = zip(*(x.dims for x in maps), strict=True)
        dims = tuple(channels(total) if number == at else _common(met) for number, met in enumerate(rows))
        layer, local = self.draft.add(name, "concat", [x.layer for x in maps]), any(x.local for x in maps)
        outer, inner = channels_in(dims[:at]), channels_in(dims[at + 1 :])
        if outer == 1 or outer is None or inner is None or total is None:
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


def _common(met: Sequence[Dim]) -> Dim:
    """The dimension of which all are, or which those of one entry are broadcast to. Raises `Layout`."""
    full = [dim for dim in met if dim]
    first = next((dim for dim in full if size_of(dim) is not None), full[0] if full else ())
    for dim in full:
        sizes = {size_of(dim), size_of(first)} - {None}
        places = [[(atom.role, atom.roll) for atom in one] for one in (dim, first)]
        if size_of(dim) != 1 and (places[0] != places[1] or len(sizes) > 1):
            raise Layout("tensors of different layouts are merged")
    return first


def _fits(shape: Sequence[int], x: Map) -> bool:
    """Whether a constant broadcasts to a map, and not the other way round."""
    own = ((1,) * len(shape) + x.shape)[len(x.dims) :]
    return all(one == 1 or size != 1 for one, size in zip(shape, own, strict=True))
