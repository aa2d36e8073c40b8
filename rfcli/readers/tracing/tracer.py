"""Operations on tensors, as layers of a description: what importers of traced programs share.

Each method takes maps and the name that its layer shall have, and returns the map that it makes. Where an operation has
no layer that reads exactly what it reads, it becomes a `custom` layer of an unknown operation.
"""

from __future__ import annotations

from contextlib import contextmanager
from math import prod

from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Constant,
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
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from rfcli.readers.draft import Draft
    from rfcli.readers.tracing.maps import Dim, Size


def default_roles(rank: int) -> list[str | int]:
    """Batch, channels, then axes."""
    return ([BATCH, CHANNELS, *range(rank - 2)] if rank > 1 else [BATCH])[:rank]


def drafted(inputs: Mapping[str, Sequence[Size]], draft: Callable[[], Draft], run: Callable[[Tracer], None]) -> Draft:
    """The description of a model whose inputs have the given shapes, as `run` makes it with a tracer; where its inputs
    turn out to have other roles than was thought, it is drawn up anew. Raises `ForeignError`."""
    roles: dict[tuple[str, int], str | int] = {}
    for _ in range(2 + len(inputs)):
        axes = [0]
        for name, shape in inputs.items():
            usual = default_roles(len(shape))
            used = [roles.get((name, at), usual[at]) for at in range(len(shape))]
            axes += [role for role in used if isinstance(role, int)]
        if max(axes) > 2:
            raise ForeignError(f"an input has {max(axes) + 1} axes beside batch and channels: rf knows 1 to 3")
        made = draft()
        try:
            run(Tracer(made, max(axes) + 1, roles))
            return made
        except Roles as found:
            roles |= found.roles
    raise ForeignError("the inputs have no consistent order of dimensions")


class Tracer:
    """Draws up a description from operations on maps of `axes` axes."""

    def __init__(self, draft: Draft, axes: int, roles: dict[tuple[str, int], str | int]) -> None:
        self.draft, self.axes, self.roles = draft, axes, roles
        self.counted: dict[str, None] = {}
        """Names of the weights that were counted, in order."""

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

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Something that may turn out to be no layers: where it raises `Layout`, those that it made, and the weights
        that it counted, are taken back."""
        layers, weights = self.draft.count, len(self.counted)
        try:
            yield
        except Layout:
            self.draft.undo(layers)
            while len(self.counted) > weights:
                self.counted.popitem()
            raise

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

    def output(self, x: Map) -> str:
        """The layer that makes an output of the model: one more where space lies in its channels, or channels in its
        space. Outputs of other layouts, as of detection heads, are those of the last layer."""
        if len(x.dims) != self.axes + 2 or not x.local:
            return x.layer
        try:
            return Tracer.canonical(self, x.layer, x).layer
        except (Layout, Roles):
            return x.layer

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
        if any(atom.role == BATCH and atom.size != 1 for atom in gone):
            raise Layout("the batch is reduced")
        gone = [atom for atom in gone if atom.role != BATCH]
        axes = sorted({atom.role for atom in gone if isinstance(atom.role, int)})
        if axes and not _holds_axes(x, gone, axes):
            x = self._pooled_blocks(f"{name}/blocks" if len(gone) > len(axes) else name, x, gone, axes, kind)
            if len(gone) == len(axes):
                return Map(x.layer, tuple(() if at in dims else dim for at, dim in enumerate(x.dims)
                                          if keep or at not in dims), x.local)  # fmt: skip
            gone, axes = [atom for atom in gone if atom.role == CHANNELS], []
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

    def _pooled_blocks(self, name: str, x: Map, gone: Sequence[Atom], axes: Sequence[int], kind: str) -> Map:
        """Blocks of axes, of which the inner parts are reduced and the outer ones kept, as a pool. Raises `Layout`."""
        kernel = [1] * self.axes
        inner = [atom for atom in gone if isinstance(atom.role, int)]
        for atom in inner:
            outer = [one for one in x.atoms if one.role == atom.role and one not in inner]
            if atom.step != 1 or atom.size is None or atom.roll or [one.step for one in outer] != [atom.size]:
                raise Layout("part of an axis is reduced")
            kernel[int(atom.role)] = atom.size
        if len(inner) != len(axes):
            raise Layout("part of an axis is reduced")
        layer = self.draft.add(name, f"{kind}_pool", [x.layer], kernel=kernel, stride=kernel)
        dims = tuple(
            tuple(
                Atom(atom.role, atom.size) if atom.role in axes else atom for atom in dim if atom not in inner
            )
            for dim in x.dims
        )  # fmt: skip
        return Map(layer, dims, x.local)

    # Weights

    def trained(self, value: Map | Constant | None) -> int:
        """Weights in a constant that were not counted yet."""
        if not isinstance(value, Constant):
            return 0
        fresh = [(name, count) for name, count in value.weights if name not in self.counted]
        self.counted.update(dict.fromkeys(name for name, _ in fresh))
        return sum(count for _, count in fresh)

    def shared(self, *values: Map | Constant | None) -> dict[str, Any]:
        """The parameters of a layer whose weights are not simply the tensors it takes: shared with another layer, of
        which only one has them, made of others, as by weight normalisation, or not trained."""
        constants = [value for value in values if isinstance(value, Constant)]
        usual = sum(prod(value.shape) for value in constants)
        if not any(value.weights for value in constants):
            return {}
        found = sum(self.trained(value) for value in constants)
        return {} if found == usual else {"params": found}

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
        if size != features or len(spatial) != len(x.dims[at]) or not _holds_axes(x, spatial, x.axes) or count is None:
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

    def prelu(self, name: str, x: Map, slope: Constant) -> Map:
        """A leaky ReLU with trained slopes, one or one for each channel."""
        count = prod(slope.shape)
        if count in (1, x.channels):
            return self.passed(name, x, type="prelu", per_channel=count > 1, **self.shared(slope))
        return self.scaled(name, x, self.trained(slope))

    def layer_normed(
        self, name: str, x: Map, over: Sequence[Dim], scale: Map | Constant | None, bias: Map | Constant | None
    ) -> Map:
        """The dimensions `over` normalised together. Raises `Layout`."""
        flat = all(is_channels(dim) for dim in over)
        if not flat and not _holds_axes(x, [atom for dim in over for atom in dim], x.axes):
            raise Layout("some axes are normalised")
        given: dict[str, Any] = {
            key: isinstance(one, Constant) and bool(one.weights) for key, one in (("scale", scale), ("bias", bias))
        }
        each = [isinstance(one, Constant) and prod(one.shape) == x.channels and bool(one.weights)
                for one in (scale, bias)]  # fmt: skip
        if flat and [given["scale"], given["bias"]] != each:
            return self.scaled(name, x, self.trained(scale) + self.trained(bias))
        if not flat:
            given["axes"] = "all"
        return self.passed(name, x, type="layer_norm", **given, **self.shared(scale, bias))

    def softmaxed(self, name: str, x: Map, over: Sequence[Dim], type: str = "softmax") -> Map:
        """Shares of what lies in the dimensions `over`. Raises `Layout`."""
        atoms = [atom for dim in over for atom in dim]
        if not any(isinstance(atom.role, int) for atom in atoms):
            return self.passed(name, x, type=type)
        if not _holds_axes(x, atoms, x.axes):
            raise Layout("some axes are normalised")
        return self.passed(name, x, type="instance_norm", scale=False, bias=False)

    # Merges

    def combined(self, name: str, type: str, operands: Sequence[Map | Constant | None], least: int = 1) -> Map:
        """Maps and constants combined entry by entry; constants of fewer than `least` entries are never weights."""
        maps = [value for value in operands if isinstance(value, Map)]
        constants = [value for value in operands if isinstance(value, Constant)]
        weights = sum(self.trained(value) for value in constants if prod(value.shape) >= least)
        if len(maps) == 1:
            x = maps[0]
            wide = [one for one in constants if not _fits(one.shape, x)]
            if wide:
                x = self._stretched(name, x, wide[0].shape)
            return self.scaled(name, x, weights)
        if weights:
            return self.scaled(name, self.merged(f"{name}/merge", type, maps), weights)
        return self.merged(name, type, maps)

    def _stretched(self, name: str, x: Map, shape: Sequence[int]) -> Map:
        """A map of one entry along some dimensions, repeated along them."""
        if len(shape) != len(x.dims) or len(x.dims) != 2 + self.axes:
            raise Layout("a map is broadcast to a constant")
        target: list[Size] = [have if want == 1 else want for want, have in zip(shape, x.shape, strict=True)]
        return self.expanded(name, x, target)

    def expanded(self, name: str, x: Map, target: Sequence[Any]) -> Map:
        """A map repeated along dimensions of one entry, up to the sizes of `target`. Raises `Layout`."""
        dims = ((),) * (len(target) - len(x.dims)) + tuple(joined(dim) for dim in x.dims)
        target = [1] * (len(dims) - len(target)) + list(target)
        rows: list[Any] = []
        sizes = [1] * self.axes
        free = [axis for axis in range(self.axes) if axis not in x.axes]
        grown = extra = False
        for at, (dim, want) in enumerate(zip(dims, target, strict=True)):
            if dim or want == 1:
                rows.append(dim)
            elif not isinstance(want, int):
                raise Layout("it repeats as often as a size says that is not known")
            elif len(dims) == 2 + self.axes and at - 2 in free:
                sizes[at - 2], grown = want, True
                rows.append((Atom(at - 2, want),))
            elif at == 0:
                rows.append((Atom(BATCH, want),))
            else:
                rows.append((Atom(CHANNELS, want),))
                extra = True
        layer = x.layer
        if extra:
            total = size_of(tuple(atom for dim in rows for atom in dim if atom.role == CHANNELS))
            inner = f"{name}/channels" if grown else name
            layer = self.draft.add(inner, "custom", [layer], filters=total, params=0, macs=0)
        if grown:
            for atom in x.atoms:
                if isinstance(atom.role, int):
                    if atom.size is None:
                        raise Layout("one axis is repeated beside one of unknown size")
                    sizes[atom.role] = atom.size
            layer = self.draft.add(name, "upsample", [layer], size=sizes)
        elif not extra:
            layer = self.draft.add(name, "identity", [layer])
        return Map(layer, tuple(rows), x.local)

    def joined(self, name: str, operands: Sequence[Map | Constant | None], at: int) -> Map:
        """Maps and constants behind one another along a dimension. Beside positions, as a class token is, they are
        entries of what is flattened. Raises `Layout`."""
        maps = [value for value in operands if isinstance(value, Map)]
        constants = [value for value in operands if isinstance(value, Constant)]
        rank = len(maps[0].dims)
        if any(len(x.dims) != rank for x in maps) or any(len(one.shape) != rank for one in constants):
            raise Layout("it joins tensors of different ranks")
        if not constants:
            return self.passed(name, maps[0]) if len(maps) == 1 else self.concatenated(name, maps, at)
        if len(maps) > 1:
            raise Layout("it joins maps and constants")
        x = maps[0]
        params = sum(self.trained(value) for value in constants)
        place = next(number for number, value in enumerate(operands) if isinstance(value, Map))
        lengths = [value.shape[at] if isinstance(value, Constant) else 0 for value in operands]
        sides = [(sum(lengths[:place]), sum(lengths[place:])) if number == at else (0, 0) for number in range(rank)]
        if x.axes and axis_of(x.dims[at]) is None and not is_channels(x.dims[at]):
            x = self.tokens(f"{name}/tokens", x)
        if not is_channels(x.dims[at]) and params:
            return self.scaled(name, self.padded(f"{name}/pad", x, sides), params)
        return self.padded(name, x, sides, params=params)

    def tokens(self, name: str, x: Map) -> Map:
        """A flattened map of which the dimensions are kept: all that is known of an entry is that it is one of them."""
        dims = tuple(
            tuple(Atom(CHANNELS, atom.size, atom.step) if isinstance(atom.role, int) else atom for atom in dim)
            for dim in x.dims
        )
        made = tuple(channels(size_of(dim)) if is_channels(dim) else dim for dim in dims)
        if any(size_of(dim) is None for dim in made):
            raise Layout("an axis of unknown size is put among constants")
        return Map(self.draft.add(name, "flatten", [x.layer]), made, False)

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

    # Parts

    def divided(self, name: str, x: Map, at: int, sizes: Sequence[int]) -> list[Map]:
        """Parts of given sizes along a dimension. Raises `Layout`."""
        made, start = [], 0
        for number, size in enumerate(sizes):
            part = name if len(sizes) == 1 else f"{name}/{number + 1}"
            made.append(self.cropped(part, x, at, start, start + size, 1))
            start += size
        return made

    def one_of(self, name: str, x: Map, at: int, index: int) -> Map:
        """One entry of a dimension, which is left out then. Raises `Layout`."""
        n = size_of(x.dims[at])
        first = index + n if index < 0 and n is not None else index
        made = self.cropped(name, x, at, first, first + 1, 1)
        return made.replaced(dims=tuple(dim for number, dim in enumerate(made.dims) if number != at))

    def picked(self, name: str, x: Map, at: int, indices: Constant) -> Map:
        """Entries of a dimension by constant numbers; of channels, the numbers need not be known. Raises `Layout`."""
        found = None if indices.values is None else [int(one) for one in indices.values]
        if len(indices.shape) == 0 and found:
            return self.one_of(name, x, at, found[0])
        if len(indices.shape) != 1 or indices.shape[0] == 0:
            raise Layout("it picks a table of entries")
        count = indices.shape[0]
        if found is not None and found == list(range(found[0], found[0] + count)) and found[0] >= 0:
            return self.cropped(name, x, at, found[0], found[0] + count, 1)
        n, total = size_of(x.dims[at]), x.channels
        if not is_channels(x.dims[at]) or n is None or total is None:
            raise Layout("it reorders an axis")
        dims = tuple(channels(count) if number == at else dim for number, dim in enumerate(x.dims))
        return self.passed(name, x, dims, "custom", filters=total // n * count, params=0, macs=0)

    def rearranged(self, name: str, x: Map, scale: int, up: bool) -> Map:
        """Blocks of channels put into space, or of space into channels. Raises `Layout`."""
        x = self.canonical(name, x)
        axes = self.window_axes(x)
        factors = [scale if axis in axes else 1 for axis in range(self.axes)]
        layer = self.draft.add(name, "pixel_shuffle" if up else "pixel_unshuffle", [x.layer], scale=factors)
        block, count = scale ** len(axes), x.channels
        made = None if count is None else count // block if up else count * block
        return Map(layer, (x.dims[0], channels(made), *((Atom(axis, None),) for axis in axes)), x.local)

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

    def padded(self, name: str, x: Map, sides: Sequence[tuple[int, int]], mode: str = "zeros", params: int = 0) -> Map:
        """Entries added before and after each dimension, or taken away where negative; `params` of them, if they are
        channels, trained. Raises `Layout`."""
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
        layer, in_space = x.layer, any(one != [0, 0] for one in rows)
        if total != x.channels:
            inner = f"{name}/channels" if in_space else name
            layer = self.draft.add(inner, "custom", [layer], filters=total, params=params, macs=0)
            if not in_space:
                return Map(layer, tuple(dims), x.local)
        if in_space:
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
        source = self.unknown_inputs(name, operation, maps, given)
        layer = self.draft.add(name, "custom", [source], unknown=operation, params=params, **given)
        return Map(layer, tuple(dims), any(x.local for x in maps))

    def unknown_inputs(self, name: str, operation: str, maps: Sequence[Map], given: dict[str, Any]) -> str:
        """The layer that an unknown operation takes: where it takes several, one that depends on all of them."""
        layers = list(dict.fromkeys(one.layer for one in maps))
        if len(layers) == 1:
            return layers[0]
        parts = {**given, "unknown": operation, "params": 0, "macs": 0}
        each = [self.draft.add(f"{name}/input_{at}", "custom", [one], **parts) for at, one in enumerate(layers, 1)]
        return self.draft.add(f"{name}/inputs", "concat", each)


def _common(met: Sequence[Dim]) -> Dim:
    """The dimension of which all are, or which those of one entry are broadcast to. Raises `Layout`."""
    full = [dim for dim in met if dim]
    if not full:
        return ()
    first = next((dim for dim in full if size_of(dim) is not None), full[0])
    for dim in full:
        sizes = size_of(dim), size_of(first)
        places = [[(atom.role, atom.roll) for atom in one] for one in (dim, first)]
        if places[0] != places[1] or (None not in sizes and sizes[0] != sizes[1]):
            if size_of(dim) == 1:
                continue
            raise Layout("tensors of different layouts are merged")
    return first


def _holds_axes(x: Map, atoms: Sequence[Atom], axes: Sequence[int]) -> bool:
    """Whether atoms of a map have these axes in them, whole. Of what is global anyway, parts do as well."""
    if not set(axes) <= {atom.role for atom in atoms}:
        return False
    left = list(x.atoms)
    for atom in atoms:
        if atom in left:
            left.remove(atom)
    return not x.local or not any(atom.role in axes and atom.size != 1 for atom in left)


def _fits(shape: Sequence[int], x: Map) -> bool:
    """Whether a constant broadcasts to a map, and not the other way round."""
    if len(shape) > len(x.dims):
        return all(one == 1 for one in shape[: len(shape) - len(x.dims)]) and _fits(
            shape[-len(x.dims) :] if x.dims else (), x
        )
    own = x.shape[len(x.dims) - len(shape) :]
    return all(one == 1 or size != 1 for one, size in zip(shape, own, strict=True))


def _narrower(row: Sequence[Dim], dims: Sequence[Dim]) -> bool:
    """Whether channels of a map are broadcast."""
    return any(not dim and wanted and is_channels(wanted) for dim, wanted in zip(row, dims, strict=True))
