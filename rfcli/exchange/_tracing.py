"""Operations on tensors, as layers of a description: what importers of traced programs share.

Each method takes maps and the name that its layer shall have, and returns the map that it makes. Where an operation has
no layer that reads exactly what it reads, it becomes a `custom` layer of an unknown operation.
"""

from __future__ import annotations

from math import prod

from rfcli.exchange._maps import (
    BATCH,
    CHANNELS,
    Atom,
    Layout,
    Map,
    Roles,
    axis_of,
    channels,
    is_batch,
    is_channels,
    joined,
    reshaped,
    size_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rfcli.exchange._draft import Draft
    from rfcli.exchange._maps import Dim, Size


def default_roles(rank: int) -> list[str | int]:
    """Batch, channels, then axes."""
    return ([BATCH, CHANNELS, *range(rank - 2)] if rank > 1 else [BATCH])[:rank]


class Tracer:
    """Draws up a description from operations on maps of `axes` axes."""

    def __init__(self, draft: Draft, axes: int, roles: dict[tuple[str, int], str | int]) -> None:
        self.draft, self.axes, self.roles = draft, axes, roles

    def input(self, name: str, shape: Sequence[Size]) -> Map:
        """An input, with the roles that its dimensions have, or are thought to have."""
        usual = default_roles(len(shape))
        roles = [self.roles.get((name, at), usual[at]) for at in range(len(shape))]
        sizes: list[int | None] = [1] * self.axes
        for role, size in zip(roles, shape, strict=True):
            if isinstance(role, int):
                sizes[role] = size
        count = [size for role, size in zip(roles, shape, strict=True) if role == CHANNELS]
        given = None if None in count else prod(count)  # type: ignore[arg-type]
        made = self.draft.input(name, sizes, given)
        dims = tuple(
            (Atom(role, size, 1, (name, at)),) for at, (role, size) in enumerate(zip(roles, shape, strict=True))
        )
        return Map(made, dims)

    # Layout

    def passed(self, name: str, x: Map, dims: Sequence[Dim] | None = None, type: str = "identity", **given: Any) -> Map:
        """A layer that moves nothing; `dims` where the layout changes."""
        made = self.draft.add(name, type, [x.layer], **given)
        return Map(made, x.dims if dims is None else tuple(dims), x.local)

    def reshape(self, name: str, x: Map, target: Sequence[Size | Dim]) -> Map:
        """Another shape. One that puts all into features flattens. Raises `Layout`."""
        dims = reshaped(x.dims, target)
        whole = [dim for dim in dims if not is_batch(dim)]
        if len(whole) == 1 and len(dims) <= 2 and any(isinstance(atom.role, int) for atom in whole[0]):
            return self.flat(name, x)
        return self.passed(name, x, dims)

    def flat(self, name: str, x: Map) -> Map:
        """All axes put into the channels."""
        features = size_of(tuple(atom for atom in x.atoms if atom.role != BATCH))
        batch = tuple(atom for atom in x.atoms if atom.role == BATCH)
        return Map(self.draft.add(name, "flatten", [x.layer]), (batch, channels(features)), False)

    def canonical(self, name: str, x: Map, dims: int | None = None) -> Map:
        """The map as batch, channels, axes; space that lies in the channels, or channels in space, is rearranged by a
        layer. Raises `Layout` where there is none, and `Roles` where an input has other roles than was thought."""
        if len(x.dims) < 2:
            raise Layout("a tensor without channels")
        if (
            is_batch(x.dims[0])
            and is_channels(x.dims[1])
            and all(axis_of(dim) is not None or not dim for dim in x.dims[2:])
        ):
            return x
        self._roles(x)
        inner = {atom.role: atom for atom in x.dims[1] if isinstance(atom.role, int) and atom.step == 1}
        outer = {dim[0].role: dim[0] for dim in x.dims[2:] if len(dim) == 1 and isinstance(dim[0].role, int)}
        if inner and is_batch(x.dims[0]) and all(
            atom.role == CHANNELS or (atom.role in outer and outer[atom.role].step == atom.size) for atom in x.dims[1]
        ) and all(size is not None for size in x.shape[1:2]):  # fmt: skip
            scale = [inner[axis].size if axis in inner else 1 for axis in range(self.axes)]
            made = self.draft.add(f"{name}/space_to_depth", "pixel_unshuffle", [x.layer], scale=scale)
            whole = ((Atom(dim[0].role, dim[0].size),) if dim else () for dim in x.dims[2:])
            return Map(made, (x.dims[0], channels(x.shape[1]), *whole), x.local)
        if is_batch(x.dims[0]) and is_channels(x.dims[1]):
            factors = [1] * self.axes
            rest: list[Dim] = []
            for dim in x.dims[2:]:
                if axis_of(dim) is None and dim:
                    axis, factor = axis_of(dim[:1]), size_of(dim[1:])
                    if axis is None or factor is None or not is_channels(dim[1:]):
                        raise Layout("axes are mixed")
                    factors[axis] = factor
                    dim = (Atom(axis, size_of(dim)),)
                rest.append(dim)
            made = self.draft.add(f"{name}/depth_to_space", "pixel_shuffle", [x.layer], scale=factors)
            return Map(made, (x.dims[0], x.dims[1], *rest), x.local)
        raise Layout("batch, channels and axes are mixed")

    def _roles(self, x: Map) -> None:
        """Raises `Roles` where what stands in a dimension of the map comes from an input whose roles were a guess."""
        found: dict[tuple[str, int], str | int] = {}
        for at, dim in enumerate(x.dims):
            role = default_roles(len(x.dims))[at]
            for atom in dim:
                if atom.origin is None or atom.origin in self.roles:
                    return
                found[atom.origin] = role
        if any(role != atom.role for atom in x.atoms for origin, role in found.items() if atom.origin == origin):
            raise Roles(found)

    # Windows

    def window(
        self, name: str, type: str, x: Map, filters: int | None, per_axis: dict[str, Sequence[Any]], **given: Any
    ) -> Map:
        """A convolution or pool over the dimensions behind the channels; `per_axis` has a value for each of them."""
        x = self.canonical(name, x)
        axes = self.window_axes(x)
        for key, values in per_axis.items():
            neutral: Any = {"padding": [0, 0], "output_padding": 0}.get(key, 1)
            row = [neutral] * self.axes
            for axis, value in zip(axes, values, strict=True):
                row[axis] = value
            given[key] = row
        if filters is not None and type in ("conv", "conv_transpose"):
            given["filters"] = filters
        layer = self.draft.add(name, type, [x.layer], **given)
        kept = x.dims[1] if filters is None else channels(filters)
        return Map(layer, (x.dims[0], kept, *((Atom(axis, None),) for axis in axes)), x.local)

    def window_axes(self, x: Map) -> list[int]:
        """The axes of a canonical map's dimensions; those of one entry take the axes that are left."""
        had = [axis_of(dim) for dim in x.dims[2:]]
        free = [axis for axis in range(self.axes) if axis not in had]
        if len(had) > self.axes or len(set(had) - {None}) != len([one for one in had if one is not None]):
            raise Layout("more dimensions than the network has axes")
        return [free.pop(0) if axis is None else axis for axis in had]

    def sized(self, x: Map, shape: Sequence[Size]) -> Map:
        """The map with sizes that are known otherwise filled in."""
        if len(shape) != len(x.dims):
            return x
        dims = tuple(
            (Atom(dim[0].role, size),) if len(dim) == 1 and dim[0].size is None and size not in (None, 1) else
            () if len(dim) == 1 and dim[0].size is None and size == 1 else dim
            for dim, size in zip(x.dims, shape, strict=True)
        )  # fmt: skip
        return Map(x.layer, dims, x.local)

    # The whole map

    def pooled(self, name: str, x: Map, dims: Sequence[int], keep: bool, kind: str) -> Map:
        """A reduction over some dimensions: over all axes a global pool, over some an adaptive one, over channels one
        of its own."""
        gone = [atom for at in dims for atom in x.dims[at]]
        axes = sorted({atom.role for atom in gone if isinstance(atom.role, int)})
        for at in dims:
            for atom in x.dims[at]:
                if (isinstance(atom.role, int) and atom.step != 1) or atom.role == BATCH:
                    raise Layout("part of an axis, or the batch, is reduced")
        rest = tuple(() if at in dims else dim for at, dim in enumerate(x.dims))
        made = Map(x.layer, rest if keep else tuple(dim for at, dim in enumerate(rest) if at not in dims), x.local)
        over_channels = any(atom.role == CHANNELS for atom in gone)
        layer = x.layer
        if axes:
            inner = f"{name}/space" if over_channels else name
            if axes == x.axes:
                layer = self.draft.add(inner, f"global_{kind}_pool", [layer])
                made = made.replaced(local=False)
            else:
                sizes = {atom.role: atom.size for atom in x.atoms}
                target = [1 if axis in axes else sizes.get(axis, 1) for axis in range(self.axes)]
                if None in target:
                    raise Layout("an axis of unknown size is kept beside one that is reduced")
                layer = self.draft.add(inner, f"adaptive_{kind}_pool", [layer], output_size=target)
        if over_channels:
            if made.channels is None:
                raise Layout("channels of unknown number are reduced")
            layer = self.draft.add(name, "custom", [layer], filters=made.channels, params=0, macs=0)
        elif not axes:
            layer = self.draft.add(name, "identity", [layer])
        return made.replaced(layer=layer)

    # Weights

    def projected(
        self, name: str, x: Map, at: int, features: int, bias: bool, shared: dict[str, Any] | None = None
    ) -> Map:
        """Dimension `at` multiplied by a matrix of `features` columns; `shared` states the parameters of one whose
        matrix is another's as well. Raises `Layout`."""
        stated = shared or {}
        dim = x.dims[at]
        if any(isinstance(atom.role, int) for atom in dim):
            rest = [one for number, one in enumerate(x.dims) if number != at]
            if not all(is_batch(one) for one in rest):
                return self._mixed(name, x, at, features, bias, stated)
            x = self.flat(f"{name}/flatten", x)
            dim = x.dims[-1]
            at = len(x.dims) - 1
        if not is_channels(dim):
            raise Layout("the batch is projected")
        dims = tuple(channels(features) if number == at else one for number, one in enumerate(x.dims))
        others = [atom for number, one in enumerate(x.dims) if number != at for atom in one if atom.role == CHANNELS]
        if others:
            count, width = size_of(tuple(others)), size_of(dim)
            if count is None or width is None:
                raise Layout("channels of unknown number are projected")
            stated = {"params": width * features + (features if bias else 0), **stated}
            layer = self.draft.add(
                name, "custom", [x.layer], filters=count * features, groups=count, bias=bias, **stated
            )
        elif not x.axes and not x.local:
            layer = self.draft.add(name, "linear", [x.layer], units=features, bias=bias, **stated)
        else:
            layer = self.draft.add(name, "conv", [x.layer], kernel=1, filters=features, bias=bias, **stated)
        return Map(layer, dims, x.local)

    def _mixed(self, name: str, x: Map, at: int, features: int, bias: bool, stated: dict[str, Any]) -> Map:
        """All positions mixed by a square matrix, each channel by itself (Tolstikhin et al. 2021)."""
        size, count = size_of(x.dims[at]), x.channels
        spatial = [atom for atom in x.dims[at] if isinstance(atom.role, int)]
        if (
            size != features
            or len(spatial) != len(x.dims[at])
            or sorted(a.role for a in spatial) != x.axes
            or count is None
        ):
            raise Layout("positions and channels are projected together")
        stated = {"params": size * size + (size if bias else 0), **stated}
        layer = self.draft.add(
            name, "custom", [x.layer], filters=count, macs=size * size * count, global_=True, **stated
        )
        return Map(layer, x.dims, False)

    def scaled(self, name: str, x: Map, params: int, type: str = "channel_scale") -> Map:
        """Something trained that works at each position: a factor or a term for each channel, or of another number."""
        count = x.channels
        if params == 0:
            return self.passed(name, x)
        if type == "channel_scale" and params == count:
            return self.passed(name, x, type=type)
        return self.passed(name, x, type="custom", filters=count, params=params, macs=0)

    # Merges

    def merged(self, name: str, type: str, maps: Sequence[Map]) -> Map:
        """Maps of one shape, or of shapes that broadcast, merged entry by entry. Raises `Layout`."""
        rank = max(len(x.dims) for x in maps)
        rows = [((),) * (rank - len(x.dims)) + x.dims for x in maps]
        # One entry is repeated beside several; where all have one, they keep their roles: other inputs may have more.
        spread = [len({size_of(row[at]) == 1 for row in rows}) > 1 for at in range(rank)]
        rows = [
            tuple(() if wide and size_of(dim) == 1 else dim for dim, wide in zip(row, spread, strict=True))
            for row in rows
        ]
        dims = tuple(_common([row[at] for row in rows]) for at in range(rank))
        wanted = {atom.role for dim in dims for atom in dim if isinstance(atom.role, int)}
        sources = []
        model = next((x for x in maps if set(x.axes) == wanted), None)
        for number, (x, row) in enumerate(zip(maps, rows, strict=True)):
            layer = x.layer
            if x.local and wanted - set(x.axes):
                if model is None:
                    raise Layout("maps of different axes are merged")
                layer = self.draft.add(f"{name}/expand_{number + 1}", "upsample", [layer], like=model.layer)
            if _narrower(row, dims):
                total = size_of(tuple(atom for dim in dims for atom in dim if atom.role == CHANNELS))
                if total is None:
                    raise Layout("channels of unknown number are broadcast")
                if x.channels != 1 or type == "max":
                    layer = self.draft.add(
                        f"{name}/repeat_{number + 1}", "custom", [layer], filters=total, params=0, macs=0
                    )
            sources.append(layer)
        return Map(self.draft.add(name, type, sources), dims, any(x.local for x in maps))

    def concatenated(self, name: str, maps: Sequence[Map], at: int) -> Map:
        """Maps behind one another along a dimension of channels. Raises `Layout`."""
        if not all(is_channels(x.dims[at]) for x in maps):
            raise Layout("maps are joined along an axis")
        sizes = [size_of(x.dims[at]) for x in maps]
        total = None if None in sizes else sum(sizes)  # type: ignore[arg-type]
        dims = tuple(
            channels(total) if number == at else _common([x.dims[number] for x in maps])
            for number in range(len(maps[0].dims))
        )
        return Map(self.draft.add(name, "concat", [x.layer for x in maps]), dims, any(x.local for x in maps))

    def attended(self, name: str, scores: Map, values: Map, dims: Sequence[Dim], macs: int | None) -> Map:
        """Values of the whole map, summed with weights that depend on it."""
        count = values.channels
        mixed = self.draft.add(f"{name}/inputs", "concat", [scores.layer, values.layer])
        layer = self.draft.add(name, "custom", [mixed], filters=count, params=0, macs=macs, global_=True)
        return Map(layer, tuple(dims), False)

    # Parts

    def cropped(self, name: str, x: Map, at: int, start: int, stop: int, step: int) -> Map:
        """Entries start, start + step, … before `stop` of a dimension; where its size is unknown, `stop` counts from
        its end: negative, or 0 for the end itself. Raises `Layout`."""
        dim = x.dims[at]
        if is_channels(dim):
            return self._sliced(name, x, at, start, stop, step)
        axis = axis_of(dim)
        if axis is None:
            raise Layout("part of an axis is cut")
        n = dim[0].size
        after = -stop if stop <= 0 else None if n is None else max(n - stop, 0)
        if start < 0:
            if n is None:
                raise Layout("an axis of unknown size is cut")
            start += n
        if after is None:
            raise Layout("an axis of unknown size is cut")
        layer = x.layer
        cut = bool(start or after)
        if cut or step == 1:
            cropping = [[start, after] if one == axis else [0, 0] for one in range(self.axes)]
            inner = f"{name}/crop" if step > 1 else name
            layer = (
                self.draft.add(inner, "crop", [layer], cropping=cropping)
                if cut
                else self.draft.add(inner, "identity", [layer])
            )
        if step > 1:
            stride = [step if one == axis else 1 for one in range(self.axes)]
            layer = self.draft.add(name, "subsample", [layer], stride=stride)
        size = None if n is None else -(-(n - start - after) // step)
        made = joined((Atom(axis, size),))
        return Map(layer, tuple(made if number == at else one for number, one in enumerate(x.dims)), x.local)

    def _sliced(self, name: str, x: Map, at: int, start: int, stop: int, step: int) -> Map:
        dim, total = x.dims[at], x.channels
        n = size_of(dim)
        if n is None or total is None:
            raise Layout("channels of unknown number are cut")
        kept = len(range(n)[start : stop if stop else None : step])
        if kept == 0:
            raise Layout("no channels are left")
        dims = tuple(channels(kept) if number == at else one for number, one in enumerate(x.dims))
        if kept == n:
            return self.passed(name, x, dims)
        if step == 1 and total == n:
            first = range(n)[start : stop if stop else None][0]
            return self.passed(name, x, dims, "channel_slice", start=first, end=first + kept)
        return self.passed(name, x, dims, "custom", filters=total // n * kept, params=0, macs=0)

    def padded(self, name: str, x: Map, sides: Sequence[tuple[int, int]], mode: str = "zeros") -> Map:
        """Entries added before and after each dimension, or taken away where negative. Raises `Layout`."""
        rows: list[list[int]] = [[0, 0] for _ in range(self.axes)]
        dims = list(x.dims)
        total = x.channels
        for at, (before, after) in enumerate(sides):
            if not (before or after):
                continue
            dim, n = x.dims[at], size_of(x.dims[at])
            axis = axis_of(dim)
            if axis is not None:
                rows[axis] = [before, after]
                dims[at] = (Atom(axis, None if n is None else n + before + after),)
            elif is_channels(dim) and n is not None and total is not None:
                dims[at] = channels(n + before + after)
                total = total // n * (n + before + after)
            else:
                raise Layout("part of an axis is padded")
        layer = x.layer
        if total != x.channels:
            layer = self.draft.add(f"{name}/channels", "custom", [layer], filters=total, params=0, macs=0)
        if any(one != [0, 0] for one in rows):
            layer = self.draft.add(name, "pad", [layer], padding=rows, padding_mode=mode)
        else:
            layer = self.draft.add(name, "identity", [layer])
        return Map(layer, tuple(dims), x.local)

    # What is not known

    def unknown(
        self, name: str, operation: str, maps: Sequence[Map], shape: Sequence[Size] | None, params: int = 0
    ) -> Map:
        """An operation that is not known; `shape` is what it makes, where that is known otherwise."""
        dims: list[Dim] = [(Atom(BATCH, None),), (Atom(CHANNELS, None),)]
        given: dict[str, Any] = {}
        if shape is not None and len(shape) != 2 + self.axes:
            roles = default_roles(len(shape))
            dims = [(Atom(role if role in (BATCH, CHANNELS) or role < self.axes else CHANNELS, size),)  # type: ignore[operator]
                    for role, size in zip(roles, shape, strict=True)]  # fmt: skip
        elif shape is not None:
            given["filters"] = shape[1] or None
            if None not in shape[2:] and 0 not in shape[2:]:
                given["size"] = list(shape[2:])
            dims = [joined((Atom(role, size),)) for role, size in zip(default_roles(len(shape)), shape, strict=True)]
        else:
            dims += [(Atom(axis, None),) for axis in range(self.axes)]
        layer = self.draft.add(name, "custom", [maps[0].layer], unknown=operation, params=params, **given)
        return Map(layer, tuple(dims), any(x.local for x in maps))


def _common(met: Sequence[Dim]) -> Dim:
    """The dimension of which all are, or which those of one entry are broadcast to. Raises `Layout`."""
    full = [dim for dim in met if dim]
    if not full:
        return ()
    first = next((dim for dim in full if size_of(dim) is not None), full[0])
    for dim in full:
        sizes = size_of(dim), size_of(first)
        if [atom.role for atom in dim] != [atom.role for atom in first] or (None not in sizes and sizes[0] != sizes[1]):
            if size_of(dim) == 1:
                continue
            raise Layout("tensors of different layouts are merged")
    return first


def _narrower(row: Sequence[Dim], dims: Sequence[Dim]) -> bool:
    """Whether channels of a map are broadcast."""
    return any(not dim and wanted and is_channels(wanted) for dim, wanted in zip(row, dims, strict=True))
