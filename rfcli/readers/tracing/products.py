"""Products of two maps, however they are written: queries with keys, weights of positions with values, statistics over
positions, and mixtures of channels."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.tracing.core import Core, Parameters
from rfcli.readers.tracing.haloes import around_blocks
from rfcli.readers.tracing.maps import (
    Dim,
    Layout,
    Map,
    Size,
    axes_in,
    axis_of,
    channels_in,
    common,
    entries_of,
    features,
    having_seen,
    is_batch,
    keyed,
    keys,
    places,
    rebased,
)
from rfcli.readers.tracing.reach import Reach, crossed, gathered, is_crossed, reach_of, seen, sizes_in
from rfcli.values import Value

Dims = tuple[Dim, ...]


class Factor(Value):
    """One side of a product: a map, and its dimensions: `batch` goes along in both sides, `own` stays in the result,
    and `over` is summed."""

    map: Map
    batch: Dims
    own: Dims
    over: Dims


class Product(Value):
    """What a product is: a layer, the dimensions that go along, those of either side, and whether it is local."""

    layer: str
    batch: Dims
    first: Dims
    second: Dims
    local: bool

    def map(self) -> Map:
        """The result as a matrix product has it."""
        return Map(self.layer, rebased((*self.batch, *self.first, *self.second)), self.local)


def product(tracer: Core, name: str, first: Factor, second: Factor) -> Product:
    """The product of two maps. Raises `Layout`."""
    blocks = _in_blocks(tracer, name, first, second)
    if blocks is not None:
        return blocks
    batch = tuple(common([one, two]) for one, two in zip(first.batch, second.batch, strict=True))
    macs = entries_of(*batch, *first.own, *second.own, *(first.over if places(first.over) else second.over))
    work = _Work(tracer, name, batch, {"params": 0, "macs": macs})
    if not first.map.local and not second.map.local:
        return work.everywhere(first, second)
    summed = places(first.over), places(second.over)
    if all(summed):
        return work.statistic(first, second)
    if summed[1]:
        return work.weighted(first, second)
    if summed[0]:
        made = work.weighted(second, first)
        return made.replaced(first=made.second, second=made.first)
    if places(first.own) and places(second.own):
        if work.are_apart(first, second):
            return work.outer(first, second)
        return work.scores(first, second)
    return work.mixed(first, second)


def _in_blocks(tracer: Core, name: str, first: Factor, second: Factor) -> Product | None:
    """The product of blocks of a map with windows cut out around them, at all positions of the blocks; None for any
    other. Raises `Layout`."""
    for fine, coarse in ((first, second), (second, first)):
        if places((*fine.over, *coarse.own, *coarse.over)) or not places(fine.own):
            continue
        windows = around_blocks(tracer, f"{name}/around", fine.batch, coarse.batch, fine.map, coarse.map)
        if windows is None:
            continue
        macs = entries_of(*fine.batch, *fine.own, *coarse.own, *fine.over)
        sides = [fine, coarse.replaced(map=windows)]
        return _Work(tracer, name, fine.batch, {"params": 0, "macs": macs})._made(
            sides if fine is first else sides[::-1], first.own, second.own
        )
    return None


class _Work(Value):
    """A product in the making: the dimensions that go along in both sides, and what it costs."""

    tracer: Core
    name: str
    batch: Dims
    cost: Parameters

    def scores(self, first: Factor, second: Factor) -> Product:
        """Each position of the queries with each of the keys: the scores lie at the queries' positions, and have a
        channel for each key. Where some of them turned out to be masked, what it reads is not known."""
        reach = _reach_of([*first.batch, _one(first.own)], [*second.batch, _one(second.own)])
        columns = tuple(keyed(dim) for dim in second.own)
        maps = [first.map, second.map]
        alike = first.map.channels == second.map.channels
        count = channels_in((*self.batch, *first.own, *columns))
        if reach.whole and (self.name, -1) in self.tracer.roles:
            layer = self._masked(maps, count, places((*self.batch, *first.own)))
            return Product(layer, self.batch, first.own, columns, True)
        if reach.whole and is_crossed(self.tracer, first.map, [second.map]):
            layer = crossed(self.tracer, self.name, first.map, [second.map], count, self.cost)
            return Product(layer, self.batch, first.own, columns, True)
        merged = Map(gathered(self.tracer, self.name, "add" if alike else "concat", maps), first.map.dims)
        made = seen(self.tracer, self.name, merged, reach, count, self.cost)
        if reach.whole:
            self.tracer.products[made.layer] = self.name
        own = having_seen(first.own) if reach.whole else first.own
        return Product(made.layer, self.batch, own, columns, made.local)

    def are_apart(self, first: Factor, second: Factor) -> bool:
        """Whether the sides have no axis in common: each position with each of the other makes a map of both."""
        one, two = ({*first.map.axes}, {*second.map.axes})
        plain = all(axis_of(dim) is not None or not places([dim]) for side in (first, second) for dim in side.own)
        return first.map.local and second.map.local and one.isdisjoint(two) and not places(self.batch) and plain

    def outer(self, first: Factor, second: Factor) -> Product:
        """Rows of one side with columns of the other. Raises `Layout`."""
        dims = (*self.batch, *first.own, *second.own)
        sizes = self.tracer.row(sizes_in(places(dims)))
        if None in sizes:
            raise Layout("maps of different axes are multiplied")
        wide = []
        for number, side in enumerate((first, second), 1):
            self.tracer.spread(side.map)
            wide.append(self.tracer.draft.add(f"{self.name}/expand_{number}", "upsample", [side.map.layer], size=sizes))
        both = self.tracer.draft.add(f"{self.name}/inputs", "concat", wide)
        apart: Parameters = {"mixes": "some"} if channels_in(self.batch) != 1 else {}
        made = self.tracer.draft.add(self.name, "custom", [both], filters=channels_in(dims), **self.cost, **apart)
        return Product(made, self.batch, first.own, second.own, True)

    def weighted(self, weights: Factor, values: Factor) -> Product:
        """Sums over the positions of the values, with weights that lie at their own positions, or at none."""
        of = keys(weights.over)
        if (weights.map.local and places(weights.own) and of != places(values.over)) or places(values.own):
            raise Layout("positions are summed that are not those of the weights")
        reach = _reach_of([*weights.batch, _one(weights.own)], [*values.batch, _one(values.over)], bool(of))
        rows = places((*self.batch, *weights.own))
        if not reach.whole and not places(weights.own):
            raise Layout("windows are summed")
        sizes = sizes_in(rows) or None
        unmasked = bool(self.tracer.unmasked) and self.tracer.draft.behind(weights.map.layer, self.tracer.unmasked)
        if of and weights.map.local and reach.whole and not unmasked:
            count = channels_in((*self.batch, *weights.own, *values.own))
            met = bool(places(weights.own)) and self.tracer.draft.behind(weights.map.layer, self.tracer.crossed)
            if met:
                layer = crossed(self.tracer, self.name, weights.map, [values.map], count, self.cost)
            else:
                layer = self._masked([weights.map, values.map], count, rows)
            return Product(layer, self.batch, weights.own, values.own, True)
        merged = Map(gathered(self.tracer, self.name, "concat", [weights.map, values.map], sizes), ())
        count = channels_in((*self.batch, *weights.own, *values.own))
        made = seen(self.tracer, self.name, merged, reach, count, self.cost)
        layer = made.layer if rows else self.tracer.draft.add(f"{self.name}/summed", "global_avg_pool", [made.layer])
        own = having_seen(weights.own)
        return Product(layer, self.batch, own, values.own, made.local and not reach.whole)

    def _masked(self, maps: Sequence[Map], count: Size, laid: Dim) -> str:
        """A layer of which is not known what it reads: a constant takes some products out."""
        operation = "product of positions of which a mask leaves some"
        given: Parameters = {"filters": count, "size": self.tracer.row(sizes_in(laid))}
        source = self.tracer.unknown_inputs(self.name, operation, maps, given)
        return self.tracer.draft.add(self.name, "custom", [source], unknown=operation, **given, **self.cost)

    def statistic(self, first: Factor, second: Factor) -> Product:
        """Sums over all positions of both, of which none is left: a matrix that sees the whole map."""
        if places(first.over) != places(second.over) or places((*self.batch, *first.own, *second.own)):
            raise Layout("it multiplies maps")
        merged = Map(gathered(self.tracer, self.name, "concat", [first.map, second.map]), ())
        count = channels_in((*self.batch, *first.own, *second.own))
        layer = self.tracer.draft.add(self.name, "custom", [merged.layer], filters=count, **self.cost, global_=True)
        pooled = self.tracer.draft.add(f"{self.name}/summed", "global_avg_pool", [layer])
        return Product(pooled, self.batch, first.own, second.own, False)

    def mixed(self, first: Factor, second: Factor) -> Product:
        """Channels of one side with those of the other, position by position; a side without positions has the same
        numbers at all."""
        laid = places((*self.batch, *first.own, *second.own))
        for side in (first, second):
            if side.map.axes and places((*side.batch, *side.own)) != laid:
                raise Layout("maps of different positions are multiplied")
        return self._made([first, second], first.own, second.own)

    def everywhere(self, first: Factor, second: Factor) -> Product:
        """Of maps that see everything anyway."""
        own = second.own
        if places((*self.batch, *first.own)):
            own = tuple(keyed(dim) for dim in own)
        return self._made([first, second], first.own, own)

    def _made(self, sides: Sequence[Factor], one: Dims, two: Dims) -> Product:
        """A layer that mixes channels, of maps that lie at the same positions or at none."""
        dims = (*self.batch, *one, *two)
        laid = places(dims)
        maps = sorted((side.map for side in sides), key=lambda x: x.axes != axes_in(laid))
        if laid and maps[0].axes != axes_in(laid):
            raise Layout("maps of different axes are multiplied")
        layer = gathered(self.tracer, self.name, "concat", maps, sizes_in(laid))
        apart: Parameters = {"mixes": "some"} if laid and channels_in(self.batch) != 1 else {}
        made = self.tracer.draft.add(self.name, "custom", [layer], filters=channels_in(dims), **self.cost, **apart)
        local = any(side.map.local for side in sides)
        if not all(side.map.local for side in sides):
            one, two = having_seen(one), having_seen(two)
        if laid or local:
            return Product(made, self.batch, one, two, local)
        batch = tuple(dim if is_batch(dim) else features([dim])[0] for dim in self.batch)
        return Product(made, batch, features(one), features(two), False)


def _reach_of(queries: Sequence[Dim], keys: Sequence[Dim], rows: bool = True) -> Reach:
    """As `reach_of`, without rolled windows: those need a mask, which a softmax has. Raises `Layout`."""
    reach = reach_of(queries, keys, rows)
    if reach.rolled:
        raise Layout("windows that are rolled around the border, without the softmax of an attention")
    return reach


def _one(dims: Sequence[Dim]) -> Dim:
    """Several dimensions as one."""
    return tuple(atom for dim in dims for atom in dim)
