"""Changes of layout: reshapes, and space that lies in channels put back by a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from math import prod

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.blocks import Blocks, in_axes, in_channels, is_tidy, kept_order, of_single_entries
from rfcli.readers.tracing.core import Core
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Beside,
    Dim,
    Laid,
    Layout,
    Map,
    MoreAxes,
    Origin,
    Role,
    Roles,
    Size,
    axes_in,
    axis_of,
    channels,
    default_roles,
    features,
    is_axis,
    is_batch,
    is_canonical,
    is_channels,
    is_plain,
    joined,
    out_of_order,
    reshaped,
    size_of,
    without,
)
from rfcli.readers.tracing.scattered import scattered

Rearrangement = Callable[[Sequence[Dim]], Sequence[Dim]]
"""What a reshape or permutation makes of dimensions. Raises `Layout`."""


class LayoutOperations(Core):
    """Operations that move no sample, and layers that stand for what other operations make of them."""

    def reshape(self, name: str, x: Map, target: Sequence[Size | Dim]) -> Map:
        """Another shape; what was flattened is taken apart as the map that it was. Raises `Layout`."""
        before = self.unflattened(x)
        dims = reshaped(before.dims, target)
        if x.layer in self.bundled and sum(bool(dim) for dim in dims if not is_batch(dim)) > 1:
            raise Layout("maps that were flattened and put behind one another are taken apart")
        if before is not x and len([dim for dim in dims if not is_batch(dim)]) == 1:
            before, dims = x, reshaped(x.dims, target)
        return self._returned(name, x, lambda old: reshaped(old, target)) or self._shadowed(
            x, self.laid(name, before, dims), lambda old: reshaped(old, target)
        )

    def permuted(self, name: str, x: Map, order: Sequence[int]) -> Map:
        """Dimensions in another order."""

        def moved(dims: Sequence[Dim]) -> tuple[Dim, ...]:
            return tuple(dims[at] for at in order)

        return self._returned(name, x, moved) or self._shadowed(x, self.passed(name, x, moved(x.dims)), moved)

    def squeezed(self, name: str, x: Map, dims: Iterable[int] | None) -> Map:
        """A map without some dimensions of one entry, or without all of them. Raises `Layout`."""
        gone = [at for at, size in enumerate(x.shape) if size == 1] if dims is None else [*dims]
        if any(x.dims[at] and size_of(x.dims[at]) != 1 for at in gone):
            raise Layout("it drops a dimension whose size is not known to be 1")
        return self.passed(name, x, without(x.dims, gone))

    def _returned(self, name: str, x: Map, laid: Rearrangement) -> Map | None:
        """The map that was rearranged into blocks, where what is made of it now has all axes whole again."""
        old = self.unblocked.get(x.layer)
        if old is None or old.shape != x.shape:
            return None
        with suppress(Layout):
            dims = laid(old.dims)
            if is_tidy(dims):
                return self.passed(name, old, dims)
        return None

    def _shadowed(self, x: Map, made: Map, laid: Rearrangement) -> Map:
        """What was made of a map that was rearranged into blocks; it is remembered how it would lie without that."""
        old = self.unblocked.get(x.layer)
        if old is not None and old.shape == x.shape:
            with suppress(Layout):
                self.unblocked[made.layer] = old.replaced(dims=laid(old.dims))
        return made

    def unflattened(self, x: Map) -> Map:
        """The map that features were, in the same order."""
        before = self.flattened.get(x.layer)
        return x if before is None or sum(not is_batch(dim) for dim in x.dims) != 1 else before

    def laid(self, name: str, x: Map, dims: Sequence[Dim]) -> Map:
        """The map with its entries in other dimensions. Where all lie in one beside the batch they are features, unless
        they are those of one axis: a map of one channel stays a map without its dimension."""
        whole = [dim for dim in dims if not is_batch(dim)]
        if len(whole) == 1 and len(dims) <= 2 and axes_in(whole[0]) and not is_axis(whole[0]):
            return self.flat(name, x, dims)
        made = x.replaced(dims=tuple(dims))
        if any(len(joined(dim)) > 1 and is_channels(dim) for dim in dims) and out_of_order(dims):
            return self.in_order(name, made)
        joins = len(x.dims) > len(dims) == self.axes + 2
        blocks = (self._of_single_entries(dims) if joins else None) or in_channels(dims) or in_axes(dims)
        if blocks is None:
            return self.passed(name, x, dims)
        made = self.passed(name, x, blocks.dims, blocks.type, scale=self.row(blocks.scale))
        self.unblocked[made.layer] = x.replaced(dims=tuple(dims))
        return made

    def _of_single_entries(self, dims: Sequence[Dim]) -> Blocks | None:
        """A rearrangement that has just joined dimensions, of an axis that has one entry before or behind it. Where
        none are joined, channels alone in the place of an axis are heads of an attention."""
        if self.usual(len(dims))[1] == CHANNELS:
            return of_single_entries(dims)
        found = of_single_entries((dims[0], dims[-1], *dims[1:-1]))
        if found is None:
            return None
        batch, count, *axes = found.dims
        return found.replaced(dims=(batch, *axes, count))

    def flat(self, name: str, x: Map, dims: Sequence[Dim] | None = None) -> Map:
        """All axes put into the channels; `dims` are those of the features, where they are not (batch, features)."""
        if out_of_order(x.dims) and dims is None:
            x = self.in_order(f"{name}/order", x)
        if dims is None:
            batch = tuple(atom for atom in x.atoms if atom.role == BATCH)
            dims = (batch, tuple(atom for atom in x.atoms if atom.role != BATCH))
        made = Map(self.draft.add(name, "flatten", [x.layer]), features(dims), False)
        if any(isinstance(atom.role, Beside) for atom in x.atoms):
            return self.rechannelled(f"{name}/beside", made, made.channels)
        self.flattened[made.layer] = x
        return made

    def featured(self, name: str, x: Map) -> Map:
        """A map whose one axis, or all of which, stands where features do, flattened; any other as it is."""
        alone = len(x.dims) <= 2 and all(map(is_batch, x.dims[:-1])) and bool(x.dims) and bool(axes_in(x.dims[-1]))
        return self.flat(f"{name}/flatten", x, x.dims) if alone else x

    def canonical(self, name: str, x: Map, grows: bool = True) -> Map:
        """The map as batch, channels, axes; space that lies in the channels, or channels in space, is rearranged by a
        layer, and features that were given the shape of a map become one where it `grows`. Raises `Layout` where there
        is none, and `Roles` where an input has other roles than was thought."""
        if is_plain(x):
            return x
        if len(x.dims) < 2:
            raise Layout("a tensor without channels")
        if len(x.dims) == 2 and is_batch(x.dims[0]):
            x = self.featured(name, x)
        if is_channels(x.dims[1]) and not any(is_channels(dim) and dim for dim in x.dims[2:]):
            x = self.in_order(f"{name}/order", x)
        if is_canonical(x):
            return x
        plain = is_batch(x.dims[0]) and is_channels(x.dims[1])
        self._check_roles(x)
        grown = self.grown(f"{name}/map", x) if grows else None
        if grown is not None:
            return grown
        if plain:
            return self._unshuffled(f"{name}/depth_to_space", x)
        if is_batch(x.dims[0]) and x.shape[1] is not None:
            inner = {atom.role: atom.size for atom in x.dims[1] if isinstance(atom.role, int) and atom.step == 1}
            outer = {dim[0].role: dim[0].step for dim in x.dims[2:] if len(dim) == 1}
            blocks = [atom for atom in x.dims[1] if atom.role != CHANNELS]
            # An axis that lies nowhere else is one block as a whole.
            axes = all(isinstance(atom.role, int) for dim in x.dims[2:] for atom in dim)
            if inner and axes and all(outer.get(atom.role, atom.size) == atom.size for atom in blocks):
                type = kept_order(x.dims[1])
                layer = f"{name}/space_to_depth"
                made = self.draft.add(layer, type or "pixel_unshuffle", [x.layer], scale=self.row(inner))
                whole = ((Atom(dim[0].role, dim[0].size),) if dim else () for dim in x.dims[2:])
                together = Map(made, (x.dims[0], channels(x.shape[1]), *whole), x.local)
                return together if type else self.rechannelled(f"{name}/mixed", together, x.shape[1])
        self.features_elsewhere()
        raise Layout("batch, channels and axes are mixed")

    def grown(self, name: str, x: Map) -> Map | None:
        """A map, as batch, channels, axes, of features that were given its shape, each position of which reads all of
        them; None where they were not. Raises `MoreAxes` where the network has fewer, as its inputs have none."""
        sizes = x.shape[1:]
        features = not x.axes and is_batch(x.dims[0]) and all(map(is_channels, x.dims[1:]))
        if not features or None in sizes or len(sizes) < 2:
            return None
        count, *space = (size or 1 for size in sizes)
        if max(count, *space) > MAX_INTEGER or max(space) == 1:
            return None
        self.laid_out(x)
        if len(space) > self.axes:
            if len(space) > 3 or any(len(shape) > 2 for shape in self.shapes.values()):
                return None
            raise MoreAxes(len(space))
        if x.local and scattered(self, x.layer):
            raise Layout("what is made of parts of an axis is laid out as a map")
        layer = self.draft.add(f"{name}/channels", "custom", [x.layer], filters=count, params=0, macs=0)
        layer = self.draft.add(name, "upsample", [layer], size=[*space, *[1] * (self.axes - len(space))])
        return Map(layer, (x.dims[0], channels(count), *((Atom(*axis),) for axis in enumerate(space))), x.local)

    def laid_out(self, x: Map, roles: Sequence[str | int] = ()) -> None:
        """Raises `Roles` where batch, channels, axes, or what else has the `roles`, are a vector that is an input
        itself: it holds a map."""
        name = self.views.get(x.layer) or self.entries.get(x.layer, "")
        if len(self.shapes.get(name, ())) != 2 or (name, 1) in self.roles or any(len(dim) > 1 for dim in x.dims):
            return
        if x.axes or not is_batch(x.dims[0]) or not all(map(is_channels, x.dims[1:])):
            return
        roles = roles or [CHANNELS, *range(len(x.dims) - 2)]
        parts = [(dim[0].step, role, dim[0].size) for dim, role in zip(x.dims[1:], roles, strict=True) if dim]
        if len(x.dims) > 5 or not any(x.dims[2:]):
            return
        order = [(role, size or 1) for _, role, size in sorted(parts, key=lambda part: -part[0])]
        if len(parts) == 1:  # A signal: the other axes have one sample.
            ones = [role for dim, role in zip(x.dims[1:], roles, strict=True) if not dim and isinstance(role, int)]
            order = sorted([*order, *((role, 1) for role in ones)])
        raise Roles({(name, 1): Laid(tuple(order))})

    def _unshuffled(self, name: str, x: Map) -> Map:
        """A map of which channels lie inside axes, as a layer that puts them there. Raises `Layout`."""
        factors: dict[int, int] = {}
        rest: list[Dim] = []
        for dim in x.dims[2:]:
            if axis_of(dim) is None and dim:
                axis, factor = axis_of(dim[:1]), size_of(dim[1:])
                if axis is None or factor is None or not is_channels(dim[1:]):
                    raise Layout("axes are mixed")
                factors[axis] = factor
                dim = (Atom(axis, size_of(dim)),)
            rest.append(dim)
        made = self.draft.add(name, "pixel_shuffle", [x.layer], scale=self.row(factors))
        return Map(made, (x.dims[0], x.dims[1], *rest), x.local)

    def outputs(self, results: Iterable[object]) -> None:
        """Tells the draft the outputs of the model: those of its results that are maps. Raises `ForeignError`."""
        layers = [self.output(one) for one in results if isinstance(one, Map)]
        if not layers:
            raise ForeignError("no output depends on an input")
        self.draft.outputs(layers)

    def output(self, x: Map) -> str:
        """The layer that makes an output of the model: one more where space lies in its channels, or channels in its
        space. Outputs of other layouts, as of detection heads, are those of the last layer."""
        with suppress(Layout, Roles):
            if len(x.dims) == self.axes + 2 and x.local:
                return LayoutOperations.canonical(self, x.layer, x, False).layer
        return x.layer

    def _check_roles(self, x: Map) -> None:
        """Raises `Roles` where what stands in a dimension of the map comes from an input whose roles were a guess."""
        rows = zip(x.dims, default_roles(len(x.dims)), strict=True)
        usual = {one.origin: role for dim, role in rows for one in dim if one.origin and one.origin not in self.roles}
        guessed = all(atom.origin in usual for atom in x.atoms)
        if guessed and any(usual[atom.origin] != atom.role for atom in x.atoms if atom.origin):
            raise Roles(usual | self._of_one_entry(usual))

    def _of_one_entry(self, roles: dict[Origin, Role]) -> dict[Origin, Role]:
        """Roles of the dimensions of inputs behind the batch that have one entry, and may stand anywhere in a view:
        what the `roles` of the others leave."""
        found: dict[Origin, Role] = {}
        for name in {name for name, _ in roles}:
            shape, taken = self.shapes[name], [BATCH, *(role for (one, _), role in roles.items() if one == name)]
            left = [role for role in default_roles(len(shape)) if role not in taken]
            ones = [(name, at) for at, n in enumerate(shape) if n == 1 and at and (name, at) not in roles]
            found |= dict(zip(ones, left, strict=False))
        return found

    def by_image(self, x: Map, apart: bool = True) -> tuple[Map, int, Callable[[Map], Map]]:
        """A map with the whole axes that lie among the images of its batch, such as the frames of a film, before its
        own; how many they are; and what puts them back into the batch of what a layer makes of it. Where a layer works
        on each channel `apart`, channels among the images are channels, and else dimensions as well."""
        inner = self.in_batch(x)
        if not inner:
            return x, 0, lambda made: made
        batch = tuple(atom for atom in x.dims[0] if atom not in inner)
        pooled = [atom for atom in inner if atom.role == CHANNELS and apart]
        rest = [atom for atom in inner if atom not in pooled]
        wide = x.replaced(dims=(batch, (*pooled, *x.dims[1]), *((atom,) for atom in rest), *x.dims[2:]))

        def back(made: Map) -> Map:
            laid = iter(made.dims[2 : 2 + len(rest)])
            kept = iter(made.dims[1][: len(pooled)])
            first = [next(laid) if atom in rest else (next(kept) if atom in pooled else atom,) for atom in x.dims[0]]
            return made.replaced(dims=(sum(first, ()), made.dims[1][len(pooled) :], *made.dims[2 + len(rest) :]))

        return wide, len(rest), back

    def in_batch(self, x: Map) -> list[Atom]:
        """The whole axes, and the channels, that lie among the images of the batch; none where other parts do."""
        atoms = [atom for atom in x.dims[0] if atom.role != BATCH] if x.dims else []
        elsewhere = {atom.role for dim in x.dims[1:] for atom in dim if isinstance(atom.role, int)}
        fits = all(
            (atom.role == CHANNELS or axis_of((atom,)) is not None) and atom.role not in elsewhere and not atom.key
            for atom in atoms
        )
        room = len(x.dims) - 2 + sum(isinstance(atom.role, int) for atom in atoms) <= self.axes
        known = all(atom.size is not None for atom in atoms) and not any(
            atom.role == CHANNELS and atom.origin for atom in atoms
        )
        return atoms if fits and room and known and len({*atoms}) == len(atoms) else []

    def rearranged(self, name: str, x: Map, scale: int, type: str) -> Map:
        """Blocks of channels put into space, or of space into channels, of each image by itself. Raises `Layout`."""
        up = type in ("pixel_shuffle", "depth_to_space")
        x, images, back = self.by_image(x, apart=False)
        x = self.canonical(name, x)
        axes = self.window_axes(x)
        scales = [1] * images + [scale] * (len(axes) - images)
        block, count = prod(scales), x.channels
        made = None if count is None else count // block if up else count * block
        return back(self.over_axes(name, type, x, channels(made), **self.along(axes, scale=scales)))
