"""Tensors as Keras orders them: batch, then axes and channels, or channels and axes."""

from collections.abc import Mapping, Sequence

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.draft import Draft
from rfcli.readers.keras.calls import Argument
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Dim,
    Layout,
    Map,
    Origin,
    Role,
    Size,
    channels,
    channels_in,
    default_roles,
    is_batch,
    is_channels,
    reshaped,
    size_of,
)
from rfcli.readers.tracing.tracer import Tracer
from rfcli.readers.tracing.windows import POOLS

MAX_DIMS = 8
"""Dimensions of a reshape that are looked at."""


class KerasTracer(Tracer):
    """Draws up a description from maps of Keras; `first` is true where layers want channels before axes."""

    def __init__(self, draft: Draft, axes: int, roles: dict[Origin, Role], first: bool) -> None:
        super().__init__(draft, axes, roles)
        self.first = first

    def usual(self, rank: int) -> list[Role]:
        """As for all; channels may come last."""
        return default_roles(rank) if self.first or rank < 3 else [BATCH, *range(rank - 2), CHANNELS]

    def arranged(self, x: Map, rank: int, first: bool) -> Map:
        """The map as batch, channels, what else comes before, and the `rank` axes of a layer. Raises `Layout`."""
        lead = len(x.dims) - rank - 1
        if lead < 1:
            raise Layout(f"it takes {rank + 2} dimensions, its input has {len(x.dims)}")
        axes, at = (x.dims[lead + 1 :], lead) if first else (x.dims[lead:-1], len(x.dims) - 1)
        return x.replaced(dims=(x.dims[0], x.dims[at], *x.dims[1:lead], *axes))

    def restored(self, x: Map, rank: int, first: bool) -> Map:
        """The other way round."""
        batch, count, *rest = x.dims
        before, axes = rest[: len(rest) - rank], rest[len(rest) - rank :]
        return x.replaced(dims=(batch, *before, *((count, *axes) if first else (*axes, count))))

    def output(self, x: Map) -> str:
        """As for all; channels may come last."""
        last = len(x.dims) == self.axes + 2 and not is_channels(x.dims[1])
        return super().output(self.arranged(x, self.axes, False) if last else x)

    def slid(
        self, name: str, type: str, x: Map, rank: int, first: bool, per_axis: Mapping[str, Sequence[Argument]],
        count: Size = None, **given: Argument,
    ) -> Map:  # fmt: skip
        """A layer whose reads differ by axis, over the last `rank` axes; `per_axis` has a value for each of them.
        `count` is the number of channels that it makes, None where it keeps them."""
        arranged = self.arranged(x, rank, first)
        if type in ("conv", "avg_pool", "max_pool") and len(arranged.dims) == rank + 2:
            over = self.over_channels(name, type, arranged, count, per_axis, given, self.window)
            if over is not None:
                return self.restored(over, rank, first)
        x = self.canonical(name, arranged)
        axes = self.window_axes(x)
        large = type in POOLS and self._of_the_whole(x, per_axis) and "same" not in str(given.get("padding"))
        if large and (name, -1) in self.roles:
            layer = self.draft.add(name, f"global_{POOLS[type]}_pool", [x.layer])
            return self.restored(Map(layer, (*x.dims[:2], *((),) * len(axes)), False), rank, first)
        given |= self.along(axes[len(axes) - rank :], **per_axis)
        layer = self.draft.add(name, type, [x.layer], **given)
        if large:
            self.pools[layer] = name
        sizes = self.sizes(type, given, axes, x.dims[2:])
        kept = x.dims[1] if count is None else channels(count)
        # One entry that is no axis, of a map that was pooled, stays one: it is repeated beside others.
        grown = (
            dim if not dim and size == 1 else (Atom(axis, size),)
            for axis, dim, size in zip(axes, x.dims[2:], sizes, strict=True)
        )
        return self.restored(Map(layer, (x.dims[0], kept, *grown), x.local), rank, first)

    def shaped(self, name: str, x: Map, target: Sequence[Size | Dim]) -> Map:
        """Another shape; what was flattened is taken apart as the map that it was. Raises `Layout`."""
        x = self.unflattened(x)
        if len(target) > MAX_DIMS:
            raise Layout(f"{len(target)} dimensions")
        dims = reshaped(x.dims, target)
        if x.axes and len(dims) <= 2 + self.axes and not any(isinstance(one.role, int) for dim in dims for one in dim):
            # A map of one position, as the file has it: of a larger input it would have more. Channels that are taken
            # apart into blocks beside all axes are still a map.
            return self.flat(name, x).replaced(dims=dims)
        rank = len(dims) - 2
        if not x.axes and self.axes >= rank > 0 and is_batch(dims[0]):
            apart = self.arranged(x.replaced(dims=dims), rank, self.first)
            made = self.grown(name, apart) if any(size not in (1, None) for size in apart.shape[2:]) else None
            if made is not None:
                return self.restored(made, rank, self.first)
        return self.reshape(name, x, target)

    def unknown(
        self, name: str, operation: str, maps: Sequence[Map], shape: Sequence[Size] | None, params: Size = 0,
        macs: Size = None, *, laid: Sequence[Dim] | None = None,
    ) -> Map:  # fmt: skip
        """An operation that is not known, of one or several maps; `shape` is what it makes, where that is stated."""
        sizes = [None] * (2 + self.axes) if shape is None else shape
        roles = [CHANNELS if role in range(self.axes, len(sizes)) else role for role in self.usual(len(sizes))]
        dims = tuple(
            channels(size) if role == CHANNELS else (Atom(role, size),)
            for role, size in zip(roles, sizes, strict=True)
        )  # fmt: skip
        given: Parameters = {"unknown": operation, "params": params, "macs": macs}
        if shape is not None:
            count, along = channels_in(dims), dict(zip(roles, sizes, strict=True))
            space = [along.get(axis, 1) for axis in range(self.axes)]
            given["filters"] = count if count is not None and count <= MAX_INTEGER else None
            given["size"] = None if None in space else space
        layer = self.draft.add(name, "custom", [self.unknown_inputs(name, operation, maps, given)], **given)
        return Map(layer, dims, any(one.local for one in maps))


def width_of(x: Map) -> int:
    """Channels of a tensor, which lie in its last dimension. Raises `Layout`."""
    count = size_of(x.dims[-1])
    if count is None or not is_channels(x.dims[-1]):
        raise Layout("its last dimension holds no known number of channels")
    return count


def raised(x: Map, rank: int) -> Map:
    """A map with dimensions of one entry behind the batch, as Keras's merging layers add them."""
    return x.replaced(dims=(*x.dims[:1], *((),) * (rank - len(x.dims)), *x.dims[1:]))
