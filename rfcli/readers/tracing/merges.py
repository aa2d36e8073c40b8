"""Maps merged entry by entry, repeated beside one another, and put behind one another."""

from collections.abc import Sequence
from math import inf, prod

from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.blanks import remarked
from rfcli.readers.tracing.frames import FrameOperations
from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.joined import joined as joined_maps
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Constant,
    Dim,
    Layout,
    Map,
    Size,
    axes_in,
    axis_at,
    axis_of,
    channels_in,
    common,
    having_seen,
    is_canonical,
    is_channels,
    is_plain,
    is_straight,
    joined,
    rebased,
    size_of,
    with_rank,
)
from rfcli.readers.tracing.packed import packed
from rfcli.readers.tracing.parts import beside
from rfcli.readers.tracing.pointwise import PointwiseOperations
from rfcli.readers.tracing.reach import gathered, sizes_in, sizes_of, spread_again

PADDED = "a map with zeros around it takes positions out of what it is multiplied by: they count as read"


class MergeOperations(FrameOperations, PointwiseOperations):
    """Several maps and constants made one."""

    def combined(self, name: str, type: str, operands: Sequence[Map | Constant | None], least: int = 1) -> Map:
        """Maps and constants combined entry by entry; constants of fewer than `least` entries are no weights, unless
        their shape says that they are those of a map's one channel."""
        maps = [value for value in operands if isinstance(value, Map)]
        constants = [value for value in operands if isinstance(value, Constant)]
        alone = 1 + self.axes if maps[0].channels == 1 else inf
        weights = self.trained(*(one for one in constants if prod(one.shape) >= least or len(one.shape) >= alone))
        if len(maps) > 1:
            merged = self.merged(f"{name}/merge" if weights else name, type, maps)
            return self.scaled(name, merged, weights) if weights else merged
        x = maps[0]
        wide = [one.shape for one in constants if not _fits(one.shape, x)]
        return self.scaled(name, self._stretched(name, x, wide[0]) if wide else x, weights)

    def _stretched(self, name: str, x: Map, shape: Sequence[int]) -> Map:
        """A map of one entry along some dimensions, repeated along them: along axes where these stand behind batch and
        channels, and as channels where it has all axes, or none, elsewhere."""
        rank, own = max(len(shape), len(x.dims)), len(x.dims)
        x, shape = with_rank(x, rank), (*[1] * (rank - len(shape)), *shape)
        if (rank != 2 + self.axes and len(x.axes) in (0, self.axes)) or self._is_place(x, shape):
            counts = {at: want for at, (want, have) in enumerate(zip(shape, x.shape, strict=True)) if have == 1 != want}
            return self.repeated(name, x, counts)
        if rank != 2 + self.axes or own < rank:
            raise Layout("a map is broadcast to a constant")
        return self.expanded(name, x, [have if want == 1 else want for want, have in zip(shape, x.shape, strict=True)])

    def _is_place(self, x: Map, shape: Sequence[int]) -> bool:
        """Whether a map is one place of an axis of another length than a dimension has to which it is repeated: that is
        no axis, but as the states of a recurrent layer are."""
        if not x.local or x.axes:
            return False
        places = {layer: cut for layer, cut in self.cuts.items() if len(cut.taken) == 1}
        sizes = {places[one].map.shape[places[one].at] for one in self.draft.behind(x.layer, places)}
        return bool(sizes) and sizes.isdisjoint(shape[2:])

    def expanded(self, name: str, x: Map, target: Sequence[object]) -> Map:
        """A map repeated along dimensions of one entry, up to the sizes of `target`. Raises `Layout`."""
        rank = max(len(target), len(x.dims))
        before = self.reductions.get(x.layer)
        if before is not None and [*before.map.shape] == [*target]:
            wide = spread_again(self, name, x, before.map.dims)
            if wide is not x:
                return wide
        old = ((),) * (rank - len(x.dims)) + tuple(joined(dim) for dim in x.dims)
        target = [1] * (rank - len(target)) + list(target)
        own = axes_in(sum(old, ()))  # An axis of one sample, as an input may have it, is none.
        dims: list[Dim] = []
        grown: dict[int, int] = {}
        more_channels = False
        for at, (dim, want) in enumerate(zip(old, target, strict=True)):
            if dim or want == 1:
                dims.append(dim)
            elif not isinstance(want, int):
                raise Layout("it repeats as often as a size says that is not known")
            elif rank == 2 + self.axes and at >= 2 and at - 2 not in own:
                grown[at - 2] = want
                dims.append((Atom(at - 2, want),))
            else:
                dims.append((Atom(CHANNELS if at else BATCH, want),))
                more_channels |= at > 0
        made = x.replaced(dims=tuple(dims))
        if more_channels:
            counts = {at: size_of(dim) or 1 for at, dim in enumerate(dims) if dim != old[at] and is_channels(dim)}
            wide = self.repeated(f"{name}/channels" if grown else name, x.replaced(dims=old), counts)
            pairs = enumerate(zip(dims, wide.dims, strict=True))
            made = wide.replaced(
                dims=tuple(dim if dim != old[at] and at not in counts else new for at, (dim, new) in pairs)
            )
        if grown:
            return self._grown(name, made, x, grown)
        return made if more_channels else self.passed(name, made)

    def tiled(self, name: str, x: Map, target: Sequence[Size]) -> Map:
        """A map several times behind itself along some dimensions: of axes, of which only those of one entry are, and
        of channels. Raises `Layout`."""
        x = with_rank(x, len(target))
        pairs = list(enumerate(zip(x.shape, target, strict=True)))
        counts = {at: want // n for at, (n, want) in pairs if n and want and n > 1 and want != n}
        if not counts or any(not is_channels(x.dims[at]) for at in counts):
            raise Layout("it repeats more than one entry")
        wide = self.repeated(name, x, counts)
        left = [1 if at in counts or n == want or want is None else want for at, (n, want) in pairs]
        return wide if {*left} == {1} else self.expanded(f"{name}/axes", wide, left)

    def _grown(self, name: str, made: Map, x: Map, grown: dict[int, int]) -> Map:
        """A map that has more axes than `x`, each of its samples repeated along them."""
        self.spread(x)
        sizes = self.row({**{atom.role: atom.size for atom in x.atoms}, **grown})
        if None in sizes:
            raise Layout("one axis is repeated beside one of unknown size")
        return self.passed(name, made, type="upsample", size=sizes)

    def joined(self, name: str, operands: Sequence[Map | Constant | None], at: int) -> Map:
        """Maps and constants behind one another along a dimension, from the end where negative. Where they stand beside
        positions, as a class token does, the map keeps its own. Raises `Layout`."""
        operands = [one for one in operands if not (isinstance(one, Constant) and 0 in one.shape)]
        maps = [value for value in operands if isinstance(value, Map)]
        constants = [value for value in operands if isinstance(value, Constant)]
        rank = len(maps[0].dims)
        at = axis_at(at, rank)
        if any(len(x.dims) != rank for x in maps) or any(len(one.shape) != rank for one in constants):
            raise Layout("it joins tensors of different ranks")
        if not constants and len(maps) == 1:
            return self.passed(name, maps[0])
        framed = None if constants else self.framed_from(name, operands, at)
        framed = packed(self, name, operands, at) if framed is None and not constants else framed
        if framed is not None:
            return framed
        laid = [x for x in maps if x.axes and axis_of(x.dims[at]) is None and not is_channels(x.dims[at])]
        if len(laid) == 1 and (len(maps) == 1 or not any(x.local for x in maps)):
            return self._beside(name, operands, laid[0], at)
        if not constants:
            return self.concatenated(name, maps, at)
        if len(maps) > 1:
            if not all(is_channels(x.dims[at]) for x in maps):
                raise Layout("it joins maps and constants")
            return self.joined(name, self._with_constants(name, operands, at), at)
        x, params = maps[0], self.trained(*constants)
        before, after = _around(operands, x, at)
        sides = [(before, after) if number == at else (0, 0) for number in range(rank)]
        if not is_channels(x.dims[at]) and params:
            return self.scaled(name, self.padded(f"{name}/pad", x, sides), params)
        return self.padded(name, x, sides, params=params)

    def written_at(
        self, name: str, x: Map | Constant, other: Map | Constant, at: int, start: int, stop: int
    ) -> Map | Joined:
        """A tensor with another in place of its entries from one to another along a dimension. Raises `Layout`."""
        parts: list[Map | Constant] = []
        for number, (first, end) in enumerate(((0, start), (start, stop), (stop, x.shape[at])), 1):
            if end is None:
                raise Layout("an axis of unknown size is cut")
            if number == 2 and first < end:
                parts.append(other)
            elif first < end and isinstance(x, Map):
                parts.append(self.cropped(f"{name}/part_{number}", x, at, first, end, 1))
            elif first < end:
                left = [n or 1 for n in x.shape]
                parts.append(Constant((*left[:at], end - first, *left[at + 1 :]), None, ()))
        axis = next((found for one in (x, other) if isinstance(one, Map)
                     for found in [axis_of(one.dims[at])] if found is not None), None)  # fmt: skip
        if axis is None or sum(isinstance(one, Map) for one in parts) < 2:
            return self.joined(name, parts, at)
        # A part of one sample is still one of the axis.
        return self._behind(name, [one.with_dim(at, (Atom(axis, one.shape[at]),)) if isinstance(one, Map) else one
                                   for one in parts], at)  # fmt: skip

    def _behind(self, name: str, parts: Sequence[Map | Constant], at: int) -> Joined:
        """Maps and constants behind one another along an axis. Raises `Layout`."""
        return joined_maps(self._with_constants(name, parts, at), at)

    def _with_constants(self, name: str, parts: Sequence[Map | Constant | None], at: int) -> list[Map]:
        """Maps, each with the constants that stand behind it, the first also with those before. Raises `Layout`."""
        maps: list[Map] = []
        waiting: list[Constant] = []
        for number, one in enumerate((part for part in parts if part is not None), 1):
            if isinstance(one, Constant) and not maps:
                waiting.append(one)
                continue
            last = maps.pop() if isinstance(one, Constant) else None
            row = [*waiting, one] if last is None else [last, one]
            waiting = []
            maps.append(self.joined(f"{name}/zeros_{number}", row, at) if len(row) > 1 else mapped(one))
        return maps

    def _beside(self, name: str, operands: Sequence[Map | Constant | None], x: Map, at: int) -> Map:
        """A map among entries that stand beside it: constants, or vectors where all see everything. Raises `Layout`."""
        before, after = _around(operands, x, at)
        if x.shape[at] is None:
            raise Layout("an axis of unknown size is put among constants")
        others = [one for one in operands if isinstance(one, Map) and one is not x]
        made = x.with_dim(at, beside(x.dims[at], before, after, bool(others)))
        params = self.trained(*(one for one in operands if isinstance(one, Constant)))
        if others:
            layer = gathered(self, name, "concat", [x, *others])
            return self.rechannelled(name, made.replaced(layer=layer), x.channels, params=params)
        return self.rechannelled(name, made, x.channels, params=params) if params else self.passed(name, made)

    def put_back(self, name: str, x: Map, found: Map, scale: int | Sequence[int], layer: str = "") -> Map:
        """Values put where a pool found the largest of each window: each is seen with the window that says where. The
        layer that does it is called `layer` where it is not the last. Raises `Layout`."""
        maps = [self.canonical(f"{name}/input_{number}", one) for number, one in enumerate((x, found), 1)]
        given = maps[0] if maps[0].layer == maps[1].layer else self.merged(f"{name}/given", "add", maps)
        axes = self.window_axes(given)
        scales = [scale] * len(axes) if isinstance(scale, int) else scale
        return self.over_axes(layer or name, "max_unpool", given, **self.along(axes, scale=scales))

    def put_back_in(self, name: str, x: Map, found: Map, scale: Sequence[int], sizes: Sequence[Size] | None) -> Map:
        """The same in a map of such sizes, whose last windows may have been cut. Raises `Layout`."""
        made = self.put_back(name, x, found, scale)
        pairs = zip(made.shape[2:], made.shape[2:] if sizes is None else sizes, strict=True)
        more = [want - have if have and want else 0 for have, want in pairs]
        if any(after not in range(k) for after, k in zip(more, scale, strict=True)):
            raise Layout("its windows are others than those of the pool")
        sides = [(0, 0), (0, 0), *((0, after) for after in more)]
        return self.padded(f"{name}/pad", made, sides) if any(more) else made

    def merged(self, name: str, type: str, maps: Sequence[Map]) -> Map:
        """Maps of one shape, or of shapes that broadcast, merged entry by entry. Raises `Layout`."""
        first, *more = maps
        layers = [x.layer for x in maps]
        alike = all(x.dims == first.dims for x in more)
        if alike and is_straight(first) and (is_plain(first) or self.reductions.keys().isdisjoint(layers)):
            if type == "multiply" and any(self._is_padded(x) for x in maps):
                remarked(self, name, PADDED)
            dims = first.dims if is_plain(first) else rebased(first.dims)
            return Map(self.draft.add(name, type, layers), dims, any(x.local for x in maps))
        maps = self._as_features(name, self._spread_again(name, maps))
        maps = [self.in_order(f"{name}/order_{number}", x) for number, x in enumerate(maps, 1)]
        rank = max(len(x.dims) for x in maps)
        maps = [with_rank(x, rank) for x in maps]
        # One entry is repeated beside several; where all have one, they keep their roles: other inputs may have more.
        spread = [len({x.shape[at] == 1 for x in maps}) > 1 for at in range(rank)]
        ones = [[at for at in range(rank) if spread[at] and x.shape[at] == 1] for x in maps]
        maps = [x.replaced(dims=tuple(() if at in gone else dim for at, dim in enumerate(x.dims)))
                for x, gone in zip(maps, ones, strict=True)]  # fmt: skip
        dims, maps = self._laid_alike(name, maps)
        if not all(x.local for x in maps):
            dims = having_seen(dims)
        wanted = set(axes_in(sum(dims, ())))
        self._check_sizes(maps, dims)
        model = next((x.layer for x in maps if set(x.axes) == wanted), None)
        if type == "multiply" and any(self._is_padded(x) for x in maps):
            remarked(self, name, PADDED)
        sources = []
        for number, x in enumerate(maps, 1):
            row = x.dims
            if x.local and wanted - set(x.axes):
                self.spread(x)
                target = {"like": model} if model is not None else {"size": self._all_sizes(dims)}
                x = x.replaced(layer=self.draft.add(f"{name}/expand_{number}", "upsample", [x.layer], **target))
            if any(not dim and wide and is_channels(wide) for dim, wide in zip(row, dims, strict=True)):
                total = channels_in(dims)
                if total is None:
                    raise Layout("channels of unknown number are broadcast")
                if x.channels != 1 or type == "max":
                    counts = {at: channels_in([wide]) or 1 for at, (dim, wide) in enumerate(zip(row, dims, strict=True))
                              if not dim and wide and is_channels(wide)}  # fmt: skip
                    x = self.repeated(f"{name}/repeat_{number}", x, counts)
            sources.append(x.layer)
        # Each map was in order, of its own channels only: steps of several maps do not go together.
        return Map(self.draft.add(name, type, sources), rebased(dims), any(x.local for x in maps))

    def _spread_again(self, name: str, maps: Sequence[Map]) -> Sequence[Map]:
        """Maps, those that were reduced in parts at all positions that others have."""
        if self.reductions.keys().isdisjoint(x.layer for x in maps):
            return maps
        models = [x.dims for x in maps if x.layer not in self.reductions]
        return [
            spread_again(self, f"{name}/parts_{number}", x, models[0]) if models else x
            for number, x in enumerate(maps, 1)
        ]

    def _is_padded(self, x: Map) -> bool:
        """Whether zeros were put around a map."""
        stated = self.draft.stated(x.layer)
        return stated is not None and stated.type == "pad" and stated.given.get("padding_mode", "zeros") == "zeros"

    def _check_sizes(self, maps: Sequence[Map], dims: Sequence[Dim]) -> None:
        """Raises `Layout` where a map has fewer samples along an axis than what it is merged to: one block, say."""
        sizes = sizes_in(atom for dim in dims for atom in dim)
        for x in maps:
            own = sizes_of(x) if x.local else {}
            if any(None not in (n, sizes.get(axis)) and n != sizes.get(axis) for axis, n in own.items()):
                raise Layout("tensors of different layouts are merged")

    def _all_sizes(self, dims: Sequence[Dim]) -> list[Size]:
        """The size along every axis of what maps of different axes make together. Raises `Layout`."""
        sizes = self.row(sizes_in(atom for dim in dims for atom in dim))
        if None in sizes:
            raise Layout("maps of different axes are merged")
        return sizes

    def _as_features(self, name: str, maps: Sequence[Map]) -> Sequence[Map]:
        """Maps of which one axis stands where others have features, flattened as well."""
        last = [x.dims[-1] if x.dims else () for x in maps]
        if not any(map(axes_in, last)) or not any(dim and is_channels(dim) for dim in last):
            return maps
        return [self.featured(f"{name}/input_{number}", x) for number, x in enumerate(maps, 1)]

    def _laid_alike(self, name: str, maps: Sequence[Map]) -> tuple[tuple[Dim, ...], Sequence[Map]]:
        """The dimensions that maps have in common, and maps that have them. What sees the whole map anyway may lie in
        any order: of that, the layout of others is taken. Raises `Layout`."""
        try:
            return tuple(common(met) for met in zip(*(x.dims for x in maps), strict=True)), maps
        except Layout as error:
            models = [x for x in maps if x.local] or sorted(maps, key=lambda x: -len(x.axes))[:1]
            if len(models) == len(maps):
                return self._all_canonical(name, maps, error)
        dims = tuple(common(met) for met in zip(*(x.dims for x in models), strict=True))
        made = []
        for number, x in enumerate(maps, 1):
            if x not in models:
                x = self._laid_like(f"{name}/laid_{number}", x, dims)
            made.append(x)
        return dims, made

    def _all_canonical(self, name: str, maps: Sequence[Map], error: Layout) -> tuple[tuple[Dim, ...], Sequence[Map]]:
        """The same where one is canonical, and others have blocks of space where that has channels. Raises the error
        that there is without."""
        if not any(map(is_canonical, maps)):
            raise error
        try:
            maps = [self.canonical(f"{name}/input_{number}", x) for number, x in enumerate(maps, 1)]
            return tuple(common(met) for met in zip(*(x.dims for x in maps), strict=True)), maps
        except Layout:
            raise error from None

    def _laid_like(self, name: str, x: Map, dims: tuple[Dim, ...]) -> Map:
        """A map that sees everything, with the entries of other dimensions. Raises `Layout`."""
        shapes = zip(x.shape, (size_of(dim) for dim in dims), strict=True)
        if any(one != other and None not in (one, other) and one != 1 for one, other in shapes):
            raise Layout("tensors of different layouts are merged")
        layer = self.read_whole(f"{name}/whole", x)
        made = self.draft.add(name, "custom", [layer], filters=channels_in(dims), params=0, macs=0)
        return Map(made, rebased(dims), False)


def _around(operands: Sequence[Map | Constant | None], x: Map, at: int) -> tuple[int, int]:
    """Entries before and after a map among operands that are joined. Raises `Layout`."""
    place = next(number for number, one in enumerate(operands) if one is x)
    lengths = [one.shape[at] if isinstance(one, Map | Constant) and one is not x else 0 for one in operands]
    if None in lengths:
        raise Layout("entries of unknown number are joined")
    known = [n for n in lengths if n is not None]
    return sum(known[:place]), sum(known[place:])


def _fits(shape: Sequence[int], x: Map) -> bool:
    """Whether a constant broadcasts to a map, and not the other way round."""
    own = ((1,) * len(shape) + x.shape)[len(x.dims) :]
    return all(one == 1 or size != 1 for one, size in zip(shape, own, strict=True))
