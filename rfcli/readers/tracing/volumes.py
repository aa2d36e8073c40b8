"""Windows over channels that stand where axes do: over channels alone, as local response normalisation has them, or
over channels and axes, as 3-D convolutions of cost volumes and of spectra do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod

from rfcli.geometry.windows import same_padding
from rfcli.readers.draft import Usual
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import (
    Dim,
    Layout,
    Map,
    Size,
    axis_of,
    channels,
    exchanged,
    is_canonical,
    is_channels,
    rebased,
    size_of,
    whole,
)
from rfcli.readers.tracing.parts import PartOperations
from rfcli.readers.tracing.weights import WeightOperations
from rfcli.values import Value

MOST_PARTS = 64
"""Places of a window over channels, each of which is a layer."""
PER_AXIS = {"stride": 1, "dilation": 1, "padding": [0, 0]}

PerAxis = Mapping[str, Sequence[object]]
Slid = Callable[..., Map]


class Places(Value):
    """A window along one dimension."""

    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    def count(self, n: int) -> int:
        """Windows over so many entries."""
        return (n + self.before + self.after - self.dilation * (self.kernel - 1) - 1) // self.stride + 1

    @property
    def single(self) -> bool:
        """Whether it has one place, and stands at every entry."""
        return (self.kernel, self.stride, self.before, self.after) == (1, 1, 0, 0)


def places_of(per_axis: PerAxis, given: Mapping[str, object], sizes: Sequence[Size]) -> list[Places] | None:
    """The windows along each dimension behind the channels, which have such sizes; None where a word says how they are
    padded, and that depends on a size which is not known."""
    word = given.get("padding")
    count, own = len(per_axis["kernel"]), Parameters(per_axis)
    if isinstance(word, str) and word != "valid":
        padded = [_sides(word, k, s, d, n) for k, s, d, n in zip(
            own["kernel"], *(own.get(key, [1] * count) for key in ("stride", "dilation")), sizes, strict=True
        )]  # fmt: skip
        if None in padded:
            return None
        own["padding"] = padded
    rows = [own.get(key, [usual] * count) for key, usual in PER_AXIS.items()]
    return [Places(k, s, d, *sides) for k, s, d, sides in zip(own["kernel"], *rows, strict=True)]


def _sides(word: str, kernel: int, stride: int, dilation: int, n: Size) -> tuple[int, int] | None:
    """What a word pads before and after `n` entries; None where that is not known."""
    extent = dilation * (kernel - 1) + 1
    if word == "causal":
        return extent - 1, 0
    if word not in ("same", "same_lower") or (n is None and stride > 1):
        return None
    return same_padding(n or extent, extent, stride, word == "same_lower")


class VolumeOperations(WeightOperations, PartOperations):
    """Windows of which some lie along channels."""

    def over_channels(
        self, name: str, type: str, x: Map, filters: int | None, per_axis: PerAxis, given: Parameters, window: Slid
    ) -> Map | None:
        """A layer whose window lies along channels, where it does; `window` makes those over axes. Raises `Layout`."""
        inside = x.shape[2:]
        windows = places_of(per_axis, given, inside) if len(inside) == len(per_axis["kernel"]) else None
        if windows is None:
            return None
        inner = [at for at, dim in enumerate(x.dims) if at > 1 and dim and is_channels(dim)]
        reached = [at for at in inner if not windows[at - 2].single]
        origins = (atom.origin for at in inner for atom in x.dims[at])
        guessed = any(origin is not None and not self.reduced(x, origin) for origin in origins)
        if type in ("avg_pool", "max_pool"):
            found = reached and (is_channels(x.dims[1]) or not guessed)
            return self._pooled(name, type, x, reached, windows, given) if found else None
        if not is_channels(x.dims[1]):
            return None
        alone = given.get("groups", 1) == 1 and all(window.single for window in windows)
        if alone and type in ("conv", "conv_transpose") and not is_canonical(x):
            stated = {"params": given["params"]} if "params" in given else {}
            return self.projected(name, x, 1, filters or 1, bool(given.get("bias", True)), stated)
        if type == "conv_transpose" and inner and not reached and not guessed:
            return self._for_each(name, type, x, inner, filters or 1, per_axis, given, window)
        if type != "conv" or not inner or guessed or (reached and given.get("groups", 1) != 1):
            return None  # What stands in an input's dimension is not known before.
        if reached:
            return self._volumetric(name, x, filters or 1, windows, given)
        return self._for_each(name, type, x, inner, filters or 1, per_axis, given, window)

    def folded(
        self, name: str, type: str, x: Map, filters: int | None, per_axis: PerAxis, given: Parameters, window: Slid
    ) -> Map | None:
        """A layer over images of a batch in which whole axes lie, such as the frames of a film, or channels: it reads
        one of them. None where there are none, or other parts of the map."""
        wide, count, back = self.by_image(x, filters is None)
        if wide is x:
            return None
        usual: Parameters = {"kernel": 1, **PER_AXIS, "output_padding": 0}
        own = {key: [usual[key]] * count + list(row) for key, row in per_axis.items()}
        return back(window(name, type, wide, filters, own, **given))

    def _pooled(
        self, name: str, type: str, x: Map, reached: Sequence[int], windows: Sequence[Places], given: Parameters
    ) -> Map:
        """A pool along one dimension of channels, and no axes. Raises `Layout`."""
        if len(reached) > 1 or any(not one.single for at, one in enumerate(windows, 2) if at not in reached):
            raise Layout("channels and axes are pooled together")
        (at,) = reached
        return self.pooled_channels(name, type, x, at, windows[at - 2], bool(given.get("ceil_mode")))

    def pooled_channels(self, name: str, type: str, x: Map, at: int, window: Places, ceil: bool = False) -> Map:
        """A pool along a dimension of channels. One that has its window in the middle of each channel is told as local
        response normalisation is, which has the same. Raises `Layout`."""
        old = self.widened.get(x.layer)
        if old is not None and old.at == at and len(old.map.dims) == len(x.dims):
            x = old.map
            window = window.replaced(before=window.before + old.before, after=window.after + old.after)
        n = x.shape[at]
        if n is None or window.count(n) < 1:
            raise Layout("channels of unknown number are pooled")
        if ceil and window.replaced(after=window.after + window.stride - 1).count(n) != window.count(n):
            raise Layout("parts of windows over channels are pooled")
        dims = exchanged(x.dims, at, channels(window.count(n)))
        k, sides = window.kernel, (window.before, window.after)
        if not x.local or k > MOST_PARTS:
            made = x.replaced(dims=dims)
            return self.rechannelled(name, made, made.channels)
        if window.stride == window.dilation == 1 and sides == (k // 2, (k - 1) // 2) and x.channels == n:
            return self.passed(name, x, type="lrn", size=k)
        if any(sides):
            x = self.with_zeros(f"{name}/zeros", x, at, *sides)
        last = (window.count(n) - 1) * window.stride + 1
        starts = [tap * window.dilation for tap in range(k)]
        taps = [
            self.cropped(f"{name}/{tap}" if k > 1 else name, x, at, start, start + last, window.stride)
            for tap, start in enumerate(starts, 1)
        ]
        sources = [one.layer for one in taps if isinstance(one, Map)]
        layer = sources[0] if k == 1 else self.draft.add(name, "max" if type == "max_pool" else "add", sources)
        return Map(layer, rebased(dims), x.local)

    def _volumetric(self, name: str, x: Map, filters: int, windows: Sequence[Places], given: Parameters) -> Map:
        """A convolution over axes and over channels: along the axes, what it reads is read of some of these. Raises
        `Layout`."""
        if any(dim and not is_channels(dim) and axis_of(dim) is None for dim in x.dims[2:]):
            raise Layout("axes are mixed")
        along = {at: axis for at, dim in enumerate(x.dims) if at > 1 and (axis := axis_of(dim)) is not None}
        own = [windows[at - 2] for at in along]
        over = self.along(
            [*along.values()], kernel=[one.kernel for one in own], stride=[one.stride for one in own],
            dilation=[one.dilation for one in own], padding=[[one.before, one.after] for one in own],
        )  # fmt: skip
        sizes = dict(zip(along, self.sizes("conv", over, [*along.values()], [x.dims[at] for at in along]), strict=True))
        dims: list[Dim] = [x.dims[0], channels(filters)]
        for at, window in enumerate(windows, 2):
            n = size_of(x.dims[at])
            inner = channels(None if n is None else window.count(n))
            dims.append(whole(along[at], sizes[at]) if at in along else inner)
        width, count = size_of(x.dims[1]), size_of(tuple(atom for dim in dims[2:] for atom in dim))
        each = None if width is None else filters * width * prod(window.kernel for window in windows)
        params = given.get("params", each and each + (filters if given.get("bias", True) else 0))
        cost: Parameters = {"params": int(params) if isinstance(params, Usual) else params,
                "macs": None if each is None or count is None else each * count}  # fmt: skip
        made = rebased(dims)
        count = size_of(tuple(atom for dim in dims[1:] for atom in dim if atom.role not in along.values()))
        layer = self.draft.add(name, "custom", [x.layer], filters=count, mixes="some", **cost, **over)
        return Map(layer, made, x.local)

    def _for_each(
        self, name: str, type: str, x: Map, beside: Sequence[int], filters: int, per_axis: PerAxis, given: Parameters,
        window: Slid,
    ) -> Map:  # fmt: skip
        """A convolution of channels of which some stand in the places of axes, along which its kernel has one entry:
        the same for each of them, as groups. Raises `Layout`."""
        rank, inner = len(x.dims), x.shape[1]
        rest = [at for at in range(2, rank) if at not in beside]
        sizes = [x.shape[at] for at in beside]
        if inner is None or None in sizes:
            raise Layout("channels of unknown number are convolved")
        groups, own_groups = prod(size or 0 for size in sizes), given.get("groups", 1)
        if given.get("mask") is not None:
            raise Layout("channels in the places of axes are convolved with a mask")
        turned = self.permuted(f"{name}/groups", x, [0, *beside, 1, *rest])
        flat = self.reshape(f"{name}/channels", turned, [x.dims[0], groups * inner, *(x.dims[at] for at in rest)])
        own: Parameters = {key: [row[at - 2] for at in rest] for key, row in per_axis.items()}
        params = given.get("params")
        if params is None:
            taps = prod(own["kernel"])
            params = filters * (inner // own_groups) * taps + (filters if given.get("bias", True) else 0)
        more = {**given, "groups": groups * own_groups, "params": int(params)}
        made = window(name, type, flat, groups * filters, own, **more)
        laid = rebased([made.dims[0], *(channels(size) for size in sizes), channels(filters), *made.dims[2:]])
        places = {at: number for number, at in enumerate(beside, 1)}
        places |= {at: number for number, at in enumerate(rest, 2 + len(beside))}
        order = [0, 1 + len(beside), *(places[at] for at in range(2, rank))]
        return made.replaced(dims=tuple(laid[at] for at in order))
