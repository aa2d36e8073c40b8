"""What sees the whole map: reductions, and normalisations that work with all of it."""

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.layout import LayoutOperations
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Constant,
    Dim,
    Layout,
    Map,
    Roles,
    Size,
    axes_in,
    axis_at,
    channels,
    channels_in,
    default_roles,
    entries_of,
    having_seen,
    is_channels,
)
from rfcli.readers.tracing.mixing import MixingOperations
from rfcli.readers.tracing.noted import Reduced
from rfcli.readers.tracing.pointwise import PointwiseOperations
from rfcli.readers.tracing.reach import ordered, seen, sizes_of, within


class WholeMapOperations(LayoutOperations, MixingOperations, PointwiseOperations):
    """Reductions over dimensions, and shares and statistics of them."""

    def pooled(self, name: str, x: Map, dims: Iterable[int] | None, keep: bool, kind: str) -> Map:
        """A reduction over some dimensions, from the end where negative, or over all: over all axes a global pool, over
        some an adaptive one, over channels one of its own."""
        rank = len(x.dims)
        dims = list(range(rank)) if dims is None else sorted({axis_at(one, rank) for one in dims})
        gone = [atom for at in dims for atom in x.dims[at] if (atom.role, atom.size) != (BATCH, 1)]
        if any(atom.role == BATCH for atom in gone):
            self._frames_reduced([atom for atom in gone if atom.role == BATCH])
            raise Layout("the batch is reduced")
        axes, over_channels = axes_in(gone), any(atom.role == CHANNELS for atom in gone)
        if x.guessed and x.local and axes:
            raise Layout("it works on a tensor whose layout is not known")
        pooled = x
        single = not axes and {self.axis_in(x, at) for at in dims} >= {*range(self.axes)}
        if x.local and single and rank == self.axes + 2:  # all axes have one entry
            pooled = self._pooled_axes(f"{name}/space" if over_channels else name, x, [], kind)
        elif axes and x.holds(gone, axes):
            pooled = self._pooled_axes(f"{name}/space" if over_channels else name, x, axes, kind)
        elif axes:
            pooled = self._pooled_parts(f"{name}/blocks" if over_channels else name, x, gone, axes, kind)
        left = (() if at in dims else dim for at, dim in enumerate(pooled.dims) if keep or at not in dims)
        made = pooled.replaced(dims=tuple(left))
        if not over_channels:
            if pooled is not x and axes and keep and not x.holds(gone, axes):
                self.reductions[made.layer] = Reduced(x, tuple(gone))
            return self.passed(name, made) if pooled is x else made
        if made.channels is None:
            raise Layout("channels of unknown number are reduced")
        return self._reduced(name, pooled, made, [atom for atom in gone if atom.role == CHANNELS])

    def pooled_rows(self, name: str, x: Map, kind: str, window: Mapping[str, Sequence[object]]) -> Map | None:
        """A pool over a map that was flattened, whose windows lie side by side: parts of rows, or several whole ones.
        None where it is another one."""
        given: Parameters = {"padding": [[0, 0]], "dilation": [1], **window}
        n, (kernel, *more) = x.shape[-1], given["kernel"]
        side_by_side = [kernel] == given["stride"] and given["padding"] == [[0, 0]] and given["dilation"] == [1]
        if more or n is None or len(axes_in(x.dims[-1])) < 2 or not side_by_side or n % kernel:
            return None
        split = self.reshape(f"{name}/rows", x, [*x.dims[:-1], n // kernel, kernel])
        return self.pooled(name, split, [len(x.dims)], False, kind)

    def _frames_reduced(self, atoms: Sequence[Atom]) -> None:
        """Raises `Roles` where images of a batch are brought together that are one input's frames, or views: they lie
        along an axis of their own, before those that it has."""
        found = {atom.origin for atom in atoms}
        name, at = found.pop() or ("", 0)
        shape = self.shapes.get(name, ())
        if found or at < 1 or not 4 <= len(shape) <= 5:
            return
        own = [self.roles.get((name, one), role) for one, role in enumerate(default_roles(len(shape)))]
        if CHANNELS in own and own[at] == BATCH:
            moved = {(name, one): role + 1 for one, role in enumerate(own) if isinstance(role, int)}
            raise Roles({(name, one): role for one, role in enumerate(own)} | moved | {(name, at): 0})

    def _reduced(self, name: str, x: Map, made: Map, gone: Sequence[Atom]) -> Map:
        """Channels reduced over some of their parts: each of those that are left is made of a group."""
        if made.channels == 1 or None in (made.channels, x.channels):
            return self.rechannelled(name, made, made.channels)
        found = self.grouped(name, x, made.dims, [tuple(gone)])
        return found.replaced(dims=found.dims[:-1])

    def _pooled_axes(self, name: str, x: Map, axes: Sequence[int], kind: str) -> Map:
        """All samples along some axes made one. Raises `Layout`."""
        if axes == x.axes:
            return x.replaced(layer=self.draft.add(name, f"global_{kind}_pool", [x.layer]), local=False)
        sizes: dict[object, object] = {atom.role: atom.size for atom in x.atoms}
        target = self.row(sizes | dict.fromkeys(axes, 1))
        if None in target:
            raise Layout("an axis of unknown size is kept beside one that is reduced")
        return x.replaced(layer=self.draft.add(name, f"adaptive_{kind}_pool", [x.layer], output_size=target))

    def _pooled_parts(self, name: str, x: Map, gone: Sequence[Atom], axes: Sequence[int], kind: str) -> Map:
        """Parts of axes reduced: blocks of neighbours, or positions of a grid, of which one block is left then. Raises
        `Layout`."""
        try:
            return self._pooled_blocks(name, x, gone, axes, kind)
        except Layout:
            reach = within(x, gone)
            if reach.whole or reach.rolled or reach.windows or not reach.grid:
                raise
        whole = seen(self, f"{name}/grid", x, reach, x.channels, {"params": 0, "macs": 0}, False)
        sizes, left = sizes_of(x), [atom for atom in x.atoms if atom not in gone]
        kept = {axis: prod(atom.size or 1 for atom in ordered(left, axis)) for axis in reach.grid}
        sides = [[0, (sizes[axis] or 0) - kept[axis]] for axis in kept]
        layer = self.draft.add(name, "crop", [whole.layer], **self.along([*kept], cropping=sides))
        dims = (tuple(atom for atom in dim if atom not in gone) for dim in x.dims)
        return Map(layer, tuple(dims), x.local)

    def _pooled_blocks(self, name: str, x: Map, gone: Sequence[Atom], axes: Sequence[int], kind: str) -> Map:
        """Blocks of axes, of which the inner parts are reduced and the outer ones kept, as a pool. Raises `Layout`."""
        inner = [atom for atom in gone if isinstance(atom.role, int)]
        left = [atom for atom in x.atoms if atom not in inner]
        kernel: dict[object, int] = {}
        for axis in axes:
            blocks, outer = ordered(inner, axis), ordered(left, axis)
            if len(blocks) != 1 or len(outer) > 1 or blocks[0].step != 1 or blocks[0].size is None:
                raise Layout("part of an axis is reduced")
            if blocks[0].roll or (outer and outer[0].step != blocks[0].size):
                raise Layout("part of an axis is reduced")
            kernel[axis] = blocks[0].size
        window = self.row(kernel)
        layer = self.draft.add(name, f"{kind}_pool", [x.layer], kernel=window, stride=window)
        kept = ([atom for atom in dim if atom not in inner] for dim in x.dims)
        dims = (
            tuple(Atom(one.role, one.size, one.step // kernel[one.role]) if one.role in kernel else one for one in dim)
            for dim in kept
        )
        return Map(layer, tuple(dims), x.local)

    def layer_normed(
        self, name: str, x: Map, over: Sequence[Dim], scale: Map | Constant | None, bias: Map | Constant | None
    ) -> Map:
        """The dimensions `over` normalised together. Raises `Layout`."""
        if len(over) == 1:
            self.features_in(x, len(x.dims) - 1)
        flat = all(is_channels(dim) for dim in over)
        if flat and self.in_groups(x, over):
            return self.within_groups(name, x, over, self.trained(scale, bias))
        if not flat and not x.holds([atom for dim in over for atom in dim], x.axes):
            return self._within(name, x, over, self.trained(scale, bias))
        trained = {key: one for key, one in {"scale": scale, "bias": bias}.items()
                   if isinstance(one, Constant) and self.is_trained(one)}  # fmt: skip
        if flat and any(prod(one.shape) != x.channels for one in trained.values()):
            return self.scaled(name, x, self.trained(scale, bias))
        given: Parameters = {"scale": "scale" in trained, "bias": "bias" in trained, **self.shared(scale, bias)}
        if flat:
            return self.passed(name, x, type="layer_norm", **given)
        if "params" in given and any(prod(one.shape) != entries_of(*x.dims) for one in trained.values()):
            given["params"] = int(given["params"])
        # Channels of which each is normalised alone have statistics of their own.
        alone = channels_in(over) == 1 != x.channels
        kind: Parameters = {"type": "instance_norm"} if alone else {"type": "layer_norm", "axes": "all"}
        return self.passed(name, x, having_seen(x.dims), **kind, **given)

    def sorted(self, name: str, x: Map, at: int, count: Size) -> Map:
        """So many of the entries of a dimension, in the order of their values: each depends on all of them. Raises
        `Layout` where positions are picked by data."""
        dim, total, n = x.dims[at], x.channels, x.shape[at]
        if is_channels(dim) and total is not None and n is not None and count is not None and not x.guessed:
            return self.rechannelled(name, x.with_dim(at, channels(count)), total // n * count)
        if count != n:
            raise Layout("it picks positions by data")
        return self.softmaxed(name, x, [dim])

    def softmaxed(self, name: str, x: Map, over: Sequence[Dim], type: str = "softmax") -> Map:
        """Shares of what lies in the dimensions `over`. Raises `Layout`."""
        atoms = [atom for dim in over for atom in dim]
        if not axes_in(atoms) or not x.local:
            return self.within_groups(name, x, over) if self.in_groups(x, over) else self.passed(name, x, type=type)
        if not x.holds(atoms, x.axes):
            return self._within(name, x, over, 0)
        return self.passed(name, x, having_seen(x.dims), type="instance_norm", scale=False, bias=False)

    def _within(self, name: str, x: Map, over: Sequence[Dim], params: int) -> Map:
        """A map of which each position has what some axes, or windows, hold together. Raises `Layout`."""
        try:
            reach = within(x, [atom for dim in over for atom in dim])
        except Layout:
            raise Layout("some axes are normalised", x.dims) from None
        if reach.whole or reach.rolled:
            raise Layout("some axes are normalised", x.dims)
        return seen(self, name, x, reach, x.channels, {"params": params, "macs": 0}, False)
