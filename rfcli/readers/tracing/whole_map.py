"""What sees the whole map: reductions, and normalisations that work with all of it."""

from __future__ import annotations

from math import prod

from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Constant,
    Layout,
    Map,
    axes_in,
    axis_at,
    holds_axes,
    is_channels,
    without,
)
from rfcli.readers.tracing.pointwise import PointwiseOperations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from typing import TypeGuard

    from rfcli.readers.tracing.core import Parameters
    from rfcli.readers.tracing.maps import Dim


class WholeMapOperations(PointwiseOperations):
    """Reductions over dimensions, and shares and statistics of them."""

    def pooled(self, name: str, x: Map, dims: Iterable[int] | None, keep: bool, kind: str) -> Map:
        """A reduction over some dimensions, from the end where negative, or over all: over all axes a global pool, over
        some an adaptive one, over channels one of its own."""
        rank = len(x.dims)
        dims = list(range(rank)) if dims is None else sorted({axis_at(one, rank) for one in dims})
        gone = [atom for at in dims for atom in x.dims[at]]
        if any(atom.role == BATCH and atom.size != 1 for atom in gone):
            raise Layout("the batch is reduced")
        gone = [atom for atom in gone if atom.role != BATCH]
        axes, over_channels = axes_in(gone), any(atom.role == CHANNELS for atom in gone)
        if not axes or holds_axes(x, gone, axes):
            inner = f"{name}/space" if over_channels else name
            pooled = self._pooled_axes(inner, x, axes, kind) if axes else x
        elif len(gone) == len(axes):
            return _reduced(self._pooled_blocks(name, x, gone, axes, kind), dims, keep)
        else:
            pooled = self._pooled_blocks(f"{name}/blocks", x, gone, axes, kind)
        made = _reduced(pooled, dims, keep)
        if over_channels:
            if made.channels is None:
                raise Layout("channels of unknown number are reduced")
            return self.rechannelled(name, made, made.channels)
        return made if axes else self.passed(name, made, made.dims)

    def _pooled_axes(self, name: str, x: Map, axes: Sequence[int], kind: str) -> Map:
        """All samples along some axes made one. Raises `Layout`."""
        if axes == x.axes:
            return x.replaced(layer=self.draft.add(name, f"global_{kind}_pool", [x.layer]), local=False)
        sizes = {atom.role: atom.size for atom in x.atoms}
        target = [1 if axis in axes else sizes.get(axis, 1) for axis in range(self.axes)]
        if None in target:
            raise Layout("an axis of unknown size is kept beside one that is reduced")
        return x.replaced(layer=self.draft.add(name, f"adaptive_{kind}_pool", [x.layer], output_size=target))

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
            tuple(Atom(atom.role, atom.size) if atom.role in axes else atom for atom in dim if atom not in inner)
            for dim in x.dims
        )
        return Map(layer, dims, x.local)

    def layer_normed(
        self, name: str, x: Map, over: Sequence[Dim], scale: Map | Constant | None, bias: Map | Constant | None
    ) -> Map:
        """The dimensions `over` normalised together. Raises `Layout`."""
        flat = all(is_channels(dim) for dim in over)
        if not flat and not holds_axes(x, [atom for dim in over for atom in dim], x.axes):
            raise Layout("some axes are normalised")
        affine = {"scale": scale, "bias": bias}
        given: Parameters = {key: _trains(one) for key, one in affine.items()}
        if flat and any(_trains(one) and prod(one.shape) != x.channels for one in affine.values()):
            return self.scaled(name, x, self.trained(scale, bias))
        if not flat:
            given["axes"] = "all"
        return self.passed(name, x, type="layer_norm", **given, **self.shared(scale, bias))

    def softmaxed(self, name: str, x: Map, over: Sequence[Dim], type: str = "softmax") -> Map:
        """Shares of what lies in the dimensions `over`. Raises `Layout`."""
        atoms = [atom for dim in over for atom in dim]
        if not axes_in(atoms):
            return self.passed(name, x, type=type)
        if not holds_axes(x, atoms, x.axes):
            raise Layout("some axes are normalised")
        return self.passed(name, x, type="instance_norm", scale=False, bias=False)


def _reduced(x: Map, gone: Collection[int], keep: bool) -> Map:
    """A map of which some dimensions are reduced: of one entry where they are kept."""
    if keep:
        return x.replaced(dims=tuple(() if at in gone else dim for at, dim in enumerate(x.dims)))
    return x.replaced(dims=without(x.dims, gone))


def _trains(value: Map | Constant | None) -> TypeGuard[Constant]:
    """Whether a scale or bias is trained."""
    return isinstance(value, Constant) and bool(value.weights)
