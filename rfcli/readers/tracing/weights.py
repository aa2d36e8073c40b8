"""Products with matrices of weights."""

from collections.abc import Sequence

from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.layout import LayoutOperations
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Beside,
    Constant,
    Dim,
    Layout,
    Map,
    Role,
    axes_in,
    axis_of,
    channels,
    channels_in,
    entries_of,
    exchanged,
    is_channels,
    joined,
    places,
    rebased,
    without,
)
from rfcli.readers.tracing.reach import reach_of, seen


def is_axes(dim: Dim) -> bool:
    """Whether a dimension holds positions alone."""
    return len(places([dim])) == len(joined(dim))


class WeightOperations(LayoutOperations):
    """A dimension projected: a dense layer, a convolution with kernel 1, or positions mixed."""

    def projected(self, name: str, x: Map, at: int, features: int, bias: bool, shared: Parameters | None = None) -> Map:
        """Dimension `at` multiplied by a matrix of `features` columns; `shared` states the parameters of one whose
        matrix is another's as well. Raises `Layout`."""
        if not 0 <= at < len(x.dims):
            raise Layout("a tensor without features is projected")
        self.features_in(x, at)
        stated, rest = shared or {}, x.replaced(dims=without(x.dims, [at]))
        roles = {atom.role for atom in rest.atoms}
        self.positions_in(x, bool(roles - {BATCH}))
        if axes_in(x.dims[at]):
            blocks = self._blocks_in(x, at)
            if blocks is not None:
                sides: Parameters = {"kernel": self.row(blocks), "stride": self.row(blocks)}
                made = self.draft.add(name, "conv", [x.layer], filters=features, bias=bias, **sides, **stated)
                left = [
                    tuple(one.replaced(step=1) if one.role in blocks else one for one in dim)
                    for dim in exchanged(x.dims, at, channels(features))
                ]
                return Map(made, tuple(left), x.local)
            if not roles <= {BATCH} and not is_axes(x.dims[at]):
                return self._columns(name, x, at, features, bias, stated)
            if not roles <= {BATCH}:
                return self._mixed(name, x, at, features, bias, stated)
            x = self.flat(f"{name}/flatten", x)
            at = len(x.dims) - 1
        if not is_channels(x.dims[at]):
            raise Layout("the batch is projected")
        dims = rebased(exchanged(x.dims, at, channels(features)))
        beside = any(isinstance(role, Beside) for role in roles)
        if CHANNELS in roles or beside:
            count, width = rest.channels, x.shape[at]
            if count is None or width is None:
                raise Layout("channels of unknown number are projected")
            stated = {"params": int(stated.get("params", width * features + (features if bias else 0)))}
            if beside:  # All entries cost as much as those of the map.
                stated["macs"] = entries_of(*dims, x.dims[at])
            together = self.in_order(f"{name}/together", x.replaced(dims=(*rest.dims, x.dims[at])))
            laid = rebased((*rest.dims, channels(features)))
            dims = (*laid[:at], laid[-1], *laid[at:-1])
            given = {"filters": count * features, "groups": count, "bias": bias, **stated}
            return self.passed(name, together, dims, "custom", **given)
        if not x.axes and not x.local:
            return self.passed(name, x, dims, "linear", units=features, bias=bias, **stated)
        return self.passed(name, x, dims, "conv", kernel=1, filters=features, bias=bias, **stated)

    def _blocks_in(self, x: Map, at: int) -> dict[Role, int] | None:
        """The sizes of blocks of positions that a dimension of a map of one channel holds whole, where the other
        dimensions say which block it is."""
        inside = x.dims[at]
        blocks: dict[Role, int] = {one.role: one.size for one in inside if isinstance(one.role, int) and one.size}
        around = {one.role: one for dim in without(x.dims, [at]) for one in dim if one.role in blocks}
        atoms = sum(one.role in blocks for one in x.atoms)
        fits = len(blocks) == len(inside) == len(around) and atoms == 2 * len(blocks) and x.channels == 1
        steps = all(one.step == 1 and not (one.roll or one.turned) for one in inside)
        return blocks if fits and steps and all(around[axis].step == n for axis, n in blocks.items()) else None

    def _columns(self, name: str, x: Map, at: int, features: int, bias: bool, stated: Parameters) -> Map:
        """A dimension that holds axes whole beside all channels: a window as large as they are. Raises `Layout`."""
        inside, rest = joined(x.dims[at]), without(x.dims, [at])
        sizes: dict[Role, int] = {one.role: one.size for one in inside if isinstance(one.role, int) and one.size}
        alone = all(one.role not in (CHANNELS, *sizes) for dim in rest for one in dim)
        whole = all(one.role == CHANNELS or (one.step == 1 and not (one.roll or one.turned) and one.role in sizes)
                    for one in inside)  # fmt: skip
        if not (sizes and alone and whole and x.local) or x.channels != channels_in([x.dims[at]]):
            raise Layout("positions and channels are projected together")
        sides = self.row(sizes)
        made = self.draft.add(
            name, "conv", [x.layer], filters=features, bias=bias, kernel=sides, stride=sides, **stated
        )  # fmt: skip
        return Map(made, exchanged(x.dims, at, channels(features)), x.local)

    def weighed(self, name: str, x: Map, over: Sequence[Dim], dims: Sequence[Dim], weights: Constant) -> Map:
        """Channels multiplied by weights, which may be others for each of some dimensions, and summed: `dims` are left.
        Raises `Layout`."""
        if axes_in(places(over)) and x.local:
            raise Layout("positions and channels are projected together")
        layer = x.layer
        if x.axes and not axes_in(places(dims)):
            layer = self.draft.add(f"{name}/whole", "global_avg_pool", [layer])
        cost: Parameters = {"params": self.trained(weights), "macs": entries_of(*dims, *over)}
        if x.local and not axes_in(places(over)) and channels_in(dims) is not None:
            return self._weighed_apart(name, x, over, dims, cost)
        return Map(self.draft.add(name, "custom", [layer], filters=channels_in(dims), **cost), rebased(dims), x.local)

    def _weighed_apart(self, name: str, x: Map, over: Sequence[Dim], dims: Sequence[Dim], cost: Parameters) -> Map:
        """Those in groups: dimensions of channels that are left stay apart."""
        kept = [at for at, dim in enumerate(dims) if any(dim is one for one in x.dims) and dim]
        new = [at for at in range(len(dims)) if at not in kept]
        together = self.in_order(f"{name}/together", x.replaced(dims=(*(dims[at] for at in kept), *over)))
        laid = dict(zip([*kept, *new], rebased([dims[at] for at in (*kept, *new)]), strict=True))
        groups = channels_in(dims[at] for at in kept)
        given: Parameters = {"filters": channels_in(dims), "groups": groups, **cost}
        return self.passed(name, together, [laid[at] for at in range(len(dims))], "custom", **given)

    def _mixed(self, name: str, x: Map, at: int, features: int, bias: bool, stated: Parameters) -> Map:
        """Positions mixed by a matrix, each channel by itself: all of them (Tolstikhin et al. 2021), or those along an
        axis, or in windows, of which it leaves as many."""
        dim, size, count = x.dims[at], x.shape[at], x.channels
        if count is None or size is None or len(places([dim])) < len(joined(dim)):
            raise Layout("positions and channels are projected together")
        stated = {"params": int(stated.get("params", size * features + (features if bias else 0)))}
        macs = entries_of(*x.dims, (Atom(CHANNELS, features),))
        whole = x.holds(dim, x.axes)
        if size == features and whole:
            made = self.passed(name, x, None, "custom", filters=count, macs=macs, global_=True, **stated)
            return made.replaced(local=False)
        if size == features:
            rows = [*without(x.dims, [at]), dim]
            return seen(self, name, x, reach_of(rows, rows), count, {**stated, "macs": macs}, False)
        if not whole and count == 1:
            return self._columns(name, x, at, features, bias, stated)
        axis = axis_of(dim)
        if not whole and axis is not None:
            return self._others_along(name, x, at, axis, features, {**stated, "macs": macs})
        if not whole:
            raise Layout("positions along an axis are made others")
        dims = rebased(exchanged(x.dims, at, channels(features)))
        flat = self.draft.add(f"{name}/flatten", "flatten", [x.layer])
        given: Parameters = {"filters": count * features, "groups": count, "macs": macs, **stated}
        return Map(self.draft.add(name, "custom", [flat], **given), dims, False)

    def _others_along(self, name: str, x: Map, at: int, axis: int, features: int, cost: Parameters) -> Map:
        """Positions along one axis made so many others, each of all of them. Raises `Layout`."""
        sizes = self.row({atom.role: atom.size for atom in x.atoms})
        if None in sizes or not x.local:
            raise Layout("positions along an axis are made others")
        one = self.draft.add(
            f"{name}/along", "adaptive_avg_pool", [x.layer], output_size=[*sizes[:axis], 1, *sizes[axis + 1 :]]
        )
        made = self.draft.add(f"{name}/weights", "custom", [one], filters=x.channels, groups=x.channels, **cost)
        layer = self.draft.add(name, "upsample", [made], size=[*sizes[:axis], features, *sizes[axis + 1 :]])
        return x.with_dim(at, (Atom(axis, features),)).replaced(layer=layer)
