"""Windows that slide: convolutions and pools."""

from collections.abc import Mapping, Sequence

from rfcli.layers._masks import MaskKind, rows_of
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import CHANNELS, Atom, Layout, Map, Size, axis_of, channels, is_batch, is_plain, whole
from rfcli.readers.tracing.turned import is_turned, turn, turned_axes
from rfcli.readers.tracing.volumes import Places, VolumeOperations, places_of

POOLS = {"avg_pool": "avg", "max_pool": "max"}
"""Pools of windows -> their statistic, of which there are global pools."""


class WindowOperations(VolumeOperations):
    """Windows over the axes of a map."""

    def window(
        self, name: str, type: str, x: Map, filters: int | None, per_axis: Mapping[str, Sequence[object]],
        **given: object,
    ) -> Map:  # fmt: skip
        """A convolution or pool over the dimensions behind the channels; `per_axis` has a value for each of them."""
        if not is_plain(x):
            if turned_axes(x):
                return self._mirrored(name, type, x, filters, per_axis, given)
            self.laid_out(x)
            if self.moved(x, alike=type in POOLS):  # a pool over channels behind a new dimension is a norm
                self._check_roles(x)
            for special in (self.folded, self.over_channels):
                found = special(name, type, x, filters, per_axis, given, self.window)
                if found is not None:
                    return found
            if type == "conv" and given.get("groups", 1) == 1 and given.get("mask") is None:
                across = self._across(x)
                if across:
                    return self._convolved_across(name, x, filters, across, per_axis, **given)
            x = self.canonical(name, x)
        large = type in POOLS and self._of_the_whole(x, per_axis)
        if large and (name, -1) in self.roles:
            layer = self.draft.add(name, f"global_{POOLS[type]}_pool", [x.layer])
            return Map(layer, (*x.dims[:2], *((),) * (len(x.dims) - 2)), False)
        axes = self.window_axes(x)
        given |= self.along(axes, **per_axis)
        if given.get("mask") is not None:
            given["mask"] = self._turned(given["mask"], axes, per_axis["kernel"])
        if filters is not None and type in ("conv", "conv_transpose"):
            given["filters"] = filters
        made = self.over_axes(name, type, x, None if filters is None else channels(filters), axes, **given)
        if large:
            self.pools[made.layer] = name
        return made

    def _mirrored(
        self, name: str, type: str, x: Map, filters: int | None, per_axis: Mapping[str, Sequence[object]],
        given: Parameters,
    ) -> Map:  # fmt: skip
        """A window over axes that are turned round: of the map as it lies, with paddings that put its places where they
        are counted from the other end. Raises `Layout`."""
        axes, sizes = turned_axes(x), x.shape[2:]
        windows = places_of(per_axis, given, sizes) if len(sizes) == len(per_axis["kernel"]) else None
        straight = all(is_turned(dim) for dim in x.dims if any(atom.turned for atom in dim))
        if windows is None or not straight or given.get("mask") is not None:
            raise Layout("an axis is turned round")
        own = {key: list(row) for key, row in per_axis.items()}
        own["padding"] = [[one.before, one.after] for one in windows]
        for at, (dim, n, window) in enumerate(zip(x.dims[2:], sizes, windows, strict=True)):
            if is_turned(dim):
                own["padding"][at] = self._from_the_end(type, window, n, own, at, bool(given.get("ceil_mode")))
                if type == "conv_transpose":
                    own["output_padding"][at] = 0
        rest = {key: one for key, one in given.items() if key not in ("padding", "ceil_mode")}
        return turn(self.window(name, type, turn(x, axes), filters, own, **rest), axes)

    def _from_the_end(self, type: str, window: Places, n: Size, own: Parameters, at: int, ceil: bool) -> list[int]:
        """What a window pads a dimension of n entries by, where its places are counted from the other end. Raises
        `Layout`."""
        if type == "conv_transpose":
            before = window.after - int(own["output_padding"][at])
            if before < 0:
                raise Layout("an axis is turned round")
            return [before, window.before]
        one = self.along([0], **{key: [row[at]] for key, row in own.items()})
        (size,) = self.sizes(type, {**one, **({"ceil_mode": True} if ceil else {})}, [0], [whole(0, n)])
        if size is None or n is None:
            raise Layout("an axis of unknown size is turned round")
        reach = (size - 1) * window.stride + (window.kernel - 1) * window.dilation + 1
        return [reach - n - window.before, window.before]

    def _of_the_whole(self, x: Map, per_axis: Mapping[str, Sequence[object]]) -> bool:
        """Whether a pool has one window, as large as its map along all axes."""
        plain = all(side in (0, [0, 0]) for side in per_axis.get("padding", ()))
        alone = all(step == 1 for step in per_axis.get("dilation", ()))
        return plain and alone and bool(x.axes) and x.shape[2:] == tuple(per_axis["kernel"])

    def framed(self, name: str, x: Map, window: int, frame: int, step: int, bins: int) -> Map:
        """A short-time Fourier transform along the last dimension: windows in the middle of frames, `step` apart, each
        of which becomes channels, in a dimension before the frames'. Raises `Layout`."""
        x = self.along_axes(x, [len(x.dims) - 1])
        axis, count = axis_of(x.dims[-1]), x.channels
        if axis is None or count is None or not 0 < window <= frame:
            raise Layout("its signal is no axis")
        before = (frame - window) // 2
        sides = [[-before, before + window - frame]]
        per_axis = self.along([axis], kernel=[window], stride=[step], padding=sides)
        stated: Parameters = {"filters": count * bins, "groups": count, "params": 0, "macs": 0}
        layer = self.draft.add(name, "custom", [x.layer], **stated, **per_axis)
        (frames,) = self.sizes("custom", per_axis, [axis], x.dims[-1:])
        return Map(layer, (*x.dims[:-1], channels(bins), whole(axis, frames)), x.local)

    def _across(self, x: Map) -> dict[int, int]:
        """The axes that stand whole among the channels of a tensor that is a map but for them, and their sizes."""
        if len(x.dims) < 3 or not is_batch(x.dims[0]) or any(dim and axis_of(dim) is None for dim in x.dims[2:]):
            return {}
        inside = [atom for atom in x.dims[1] if atom.role != CHANNELS]
        outside = {atom.role for dim in x.dims[2:] for atom in dim}
        own = {atom.role: atom.size for atom in inside if isinstance(atom.role, int) and atom.size is not None}
        entire = len(own) == len(inside) and all(atom.step == 1 and not (atom.roll or atom.turned) for atom in inside)
        return own if entire and outside.isdisjoint(own) and len(own) + len(x.dims) - 2 <= self.axes else {}

    def _convolved_across(
        self, name: str, x: Map, filters: int | None, across: Mapping[int, int],
        per_axis: Mapping[str, Sequence[object]], **given: object,
    ) -> Map:  # fmt: skip
        """A convolution of a map of which some axes stand among the channels: its kernel is as long as they are."""
        axes = self.window_axes(x, across)
        own = self.along(axes, **per_axis)
        own["kernel"] = [across.get(axis, k) for axis, k in enumerate(own["kernel"])]
        layer = self.draft.add(name, "conv", [x.layer], filters=filters, **(own | given))
        made = (whole(*one) for one in zip(axes, self.sizes("conv", own, axes, x.dims[2:]), strict=True))
        return Map(layer, (x.dims[0], channels(filters), *made), x.local)

    def correlated(self, name: str, x: Map, z: Map, groups: int, window: Mapping[str, Sequence[object]]) -> Map:
        """A convolution of one map whose kernel is another one, of a batch of one. Raises `Layout`."""
        why = "its weights are computed from data"
        if any(one != 1 for key in ("stride", "dilation") for one in window[key]) or len(z.dims) != len(x.dims):
            raise Layout(why)
        axes = [axis_of(dim) for dim in x.dims[2:]]
        if None in axes or [axis_of(dim) for dim in z.dims[2:]] != axes or x.shape[0] != 1:
            raise Layout(why)
        made, inner, count = z.shape[0], z.shape[1], x.channels
        if made is None or count is None or z.channels != made * (inner or 0):
            raise Layout(why)
        depthwise = groups == made == count and inner == 1 and count > 1
        if not depthwise and not (groups == 1 and inner == count):
            raise Layout(why)
        padding = self.along([axis for axis in axes if axis is not None], padding=window["padding"])
        filters = made if made > 1 and not depthwise else None
        layer = self.draft.add(name, "correlation", [x.layer, z.layer], filters=filters, depthwise=depthwise, **padding)
        sides = window["padding"]
        sizes = [
            None if n is None or k is None else n + sum(both) - k + 1  # type: ignore[call-overload]
            for n, k, both in zip(x.shape[2:], z.shape[2:], sides, strict=True)
        ]
        sized = ((Atom(axis, n),) for axis, n in zip(axes, sizes, strict=True) if axis is not None)
        return Map(layer, (x.dims[0], channels(made), *sized), x.local)

    def _turned(self, mask: object, axes: Sequence[int], kernel: Sequence[object]) -> object:
        """A mask over some axes as one over all axes of the network, in their order."""
        if list(axes) == list(range(self.axes)):
            return mask
        size = tuple(k for k in kernel if isinstance(k, int))
        rows: list[int] = self.row(dict(zip(axes, size, strict=True)))
        left = MaskKind().parse(mask, len(size)).over(size)
        return rows_of([tuple(self.row(dict(zip(axes, tap, strict=True)), 0)) for tap in left], tuple(rows))
