"""Layers over the axes of tensors as Keras orders them: batch, then axes and channels, or channels and axes."""

from collections.abc import Mapping, Sequence

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.keras.calls import Argument
from rfcli.readers.tracing.channels_last import ChannelsLastTracer
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import (
    CHANNELS,
    Atom,
    Dim,
    Layout,
    Map,
    Size,
    channels,
    channels_in,
    is_channels,
    is_plain,
    size_of,
)
from rfcli.readers.tracing.turned import mirrored, turned_axes
from rfcli.readers.tracing.windows import POOLS


class KerasTracer(ChannelsLastTracer):
    """Draws up a description from maps of Keras."""

    def slid(
        self, name: str, type: str, x: Map, rank: int, first: bool, per_axis: Mapping[str, Sequence[Argument]],
        count: Size = None, **given: Argument,
    ) -> Map:  # fmt: skip
        """A layer whose reads differ by axis, over the last `rank` axes; `per_axis` has a value for each of them.
        `count` is the number of channels that it makes, None where it keeps them."""
        x = self.arranged(x, rank, first)
        if not is_plain(x):
            if turned_axes(x):
                return self.restored(self._slid_round(name, type, x, per_axis, count, given), rank, first)
            if type in ("conv", "avg_pool", "max_pool") and len(x.dims) == rank + 2:
                over = self.over_channels(name, type, x, count, per_axis, given, self.window)
                if over is not None:
                    return self.restored(over, rank, first)
            x = self.canonical(name, x)
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

    def _slid_round(
        self, name: str, type: str, x: Map, per_axis: Mapping[str, Sequence[Argument]], count: Size, given: Parameters
    ) -> Map:
        """A layer over axes that are turned round, done to the map as it lies. Raises `Layout`."""
        if "kernel" in per_axis and type != "custom":
            given = {key: one for key, one in given.items() if key != "filters"}
            return self._mirrored(name, type, x, count, per_axis, given)
        if type == "upsample":
            made = mirrored(x, lambda one: self.slid(name, type, one, len(x.dims) - 2, True, per_axis, count, **given))
            assert made is not None, "an axis is turned round"
            return made
        if type not in ("pad", "crop"):
            raise Layout("an axis is turned round")
        sides = [(one[0], one[1]) for one in next(iter(per_axis.values()))]
        if type == "crop":
            sides = [(-before, -after) for before, after in sides]
        return self.padded(name, x, [*[(0, 0)] * (len(x.dims) - len(sides)), *sides])

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
    if len(x.dims) == rank:
        return x
    return x.replaced(dims=(*x.dims[:1], *((),) * (rank - len(x.dims)), *x.dims[1:]))
