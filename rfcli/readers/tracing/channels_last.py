"""Maps as TensorFlow and Keras order them: batch, then axes, then channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rfcli.readers.draft import Draft
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Constant,
    Dim,
    Layout,
    Map,
    Origin,
    Role,
    Size,
    default_roles,
    is_batch,
    is_channels,
    reshaped,
    with_ones,
    with_rank,
    without,
)
from rfcli.readers.tracing.tracer import Tracer

MAX_DIMS = 8
"""Dimensions of a reshape that are looked at."""


class ChannelsLastTracer(Tracer):
    """Draws up a description from maps whose channels come last; `first` is true where layers want them before axes."""

    def __init__(self, draft: Draft, axes: int, roles: dict[Origin, Role], first: bool = False) -> None:
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

    def shaped(self, name: str, x: Map, target: Sequence[Size | Dim]) -> Map:
        """Another shape; what was flattened is taken apart as the map that it was. Raises `Layout`."""
        x = self.unflattened(x)
        if len(target) > MAX_DIMS:
            raise Layout(f"{len(target)} dimensions")
        dims = reshaped(x.dims, target)
        if x.layer in self.bundled:
            return self.reshape(name, x, target)
        if x.axes and len(dims) <= 2 + self.axes and not any(isinstance(one.role, int) for dim in dims for one in dim):
            # A map of one position, as the file has it: of a larger input it would have more. Channels that are taken
            # apart into blocks beside all axes are still a map.
            return self.flat(name, x).replaced(dims=dims)
        rank = len(dims) - 2
        if not x.axes and self.axes >= rank > 0 and is_batch(dims[0]):
            apart = self.arranged(x.replaced(dims=dims), rank, self.first)
            signal = rank == 1 and self.is_given(apart, 2)  # One number at each position, as expand_dims makes it.
            grows = not signal and any(size not in (1, None) for size in apart.shape[2:])
            made = self.grown(name, apart) if grows else None
            if made is not None:
                return self.restored(made, rank, self.first)
        return self.reshape(name, x, target)


class NativeTracer(ChannelsLastTracer):
    """The same of a graph of operations, as TensorFlow runs them."""

    def slid(
        self, name: str, type: str, x: Map, first: bool, filters: int | None,
        per_axis: Mapping[str, Sequence[object]], **given: object,
    ) -> Map:  # fmt: skip
        """A convolution or pool over all dimensions but batch and channels; `per_axis` has a value for each of them."""
        rank = len(x.dims) - 2
        wide = self.arranged(x, rank, first)
        idle = self._idle(wide, per_axis) if rank > self.axes else []
        if not idle:
            return self.restored(self.window(name, type, wide, filters, per_axis, **given), rank, first)
        own = {key: [one for at, one in enumerate(row) if at not in idle] for key, row in per_axis.items()}
        narrow = wide.replaced(dims=without(wide.dims, [at + 2 for at in idle]))
        made = self.window(name, type, narrow, filters, own, **given)
        return self.restored(made.replaced(dims=with_ones(made.dims, [at + 2 for at in idle])), rank, first)

    def _idle(self, x: Map, per_axis: Mapping[str, Sequence[object]]) -> list[int]:
        """Axes of one entry along which a window has one entry as well, as a signal has them that is made a picture."""
        still = {"kernel": 1, "padding": [0, 0], "output_padding": 0}
        return [
            at for at, dim in enumerate(x.dims[2:])
            if not dim and all(per_axis[key][at] == one for key, one in still.items() if key in per_axis)
        ]  # fmt: skip

    def combined(self, name: str, type: str, operands: Sequence[Map | Constant | None], least: int = 1) -> Map:
        """As for all, of maps whose channels come last; what has fewer dimensions lacks the first ones."""
        maps = [one for one in operands if isinstance(one, Map)]
        rank = max([len(one.dims) for one in maps] + [len(one.shape) for one in operands if isinstance(one, Constant)])
        if rank != self.axes + 2 or rank < 3 or self.first:
            return super().combined(name, type, operands, least)
        order = [0, rank - 1, *range(1, rank - 1)]
        laid = [_turned(one, order) for one in operands]
        return self.restored(super().combined(name, type, laid, least), rank - 2, False)

    def _stretched(self, name: str, x: Map, shape: Sequence[int]) -> Map:
        """A map of one entry along some dimensions, repeated along them; a constant of lower rank lacks the first."""
        if len(x.dims) == 2 + self.axes == len(shape):
            return super()._stretched(name, x, shape)
        sizes = (*(1,) * (len(x.dims) - len(shape)), *shape)
        own = (*(1,) * (len(sizes) - len(x.dims)), *x.shape)
        return self.expanded(name, x, [have if want == 1 else want for want, have in zip(sizes, own, strict=True)])

    def unknown(
        self, name: str, operation: str, maps: Sequence[Map], shape: Sequence[Size] | None, params: Size = 0,
        *, laid: Sequence[Dim] | None = None,
    ) -> Map:  # fmt: skip
        """As for all, of maps whose channels come last."""
        rank = self.axes + 2
        if laid is not None or rank < 3 or self.first or (shape is not None and len(shape) != rank):
            return super().unknown(name, operation, maps, shape, params, laid=laid)
        order = [0, rank - 1, *range(1, rank - 1)]
        ours = [
            one.replaced(dims=tuple(one.dims[at] for at in order)) if len(one.dims) == rank else one for one in maps
        ]
        sizes = None if shape is None else [shape[at] for at in order]
        return self.restored(super().unknown(name, operation, ours, sizes, params), rank - 2, False)


def _turned(value: Map | Constant | None, order: Sequence[int]) -> Map | Constant | None:
    """A map or a constant with its dimensions in an order; those that it lacks have one entry."""
    if isinstance(value, Map):
        whole = with_rank(value, len(order)).dims
        return value.replaced(dims=tuple(whole[at] for at in order))
    if isinstance(value, Constant) and value.shape:
        sizes = (*(1,) * (len(order) - len(value.shape)), *value.shape)
        return value.replaced(shape=tuple(sizes[at] for at in order))
    return value
