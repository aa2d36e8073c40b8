"""A described network, built and run with torch: random weights, gradients by autograd.

Geometry is torch's own: its convolutions and pools on maps that are padded by its own padding; interpolations are
gathered from places in whole numbers. Nothing here asks the engine what a layer reads. Channels are narrowed, which no
region depends on.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import Any

from rfcli.diagnostics import CallError
from rfcli.extras import torch
from rfcli.graph.graph import Graph, upstream
from rfcli.graph.volumes import Compared, Displaced
from rfcli.layers._layer import AFTER, BEFORE, NEITHER
from rfcli.layers.cost_volume import CostVolume
from rfcli.layers.windows import Kernel, Window
from rfcli.measuring.layers import RUN, Applied, Tensor

MOST_ENTRIES = 1 << 27
"""Entries of maps and weights that are built, an eighth of them for gradients of many outputs."""
PRODUCTS = 256
"""Products that are as much as an entry."""

Weights = Callable[[str, tuple[int, ...], int], Tensor]
"""Makes a weight of a shape for a layer's name and number of inputs."""


class Runner:
    """Runs a graph along some of its axes.

    In `linear` mode pools are sums, activations and gates identities, so that with positive weights a gradient is above
    0 exactly where an input counts. Otherwise `activation` stands for all activations. Every convolution has `width`
    outputs.
    """

    def __init__(
        self, graph: Graph, axes: tuple[int, ...], width: int, weights: Weights, linear: bool, activation: str = "none"
    ) -> None:
        self.torch = torch()
        self.functional = self.torch.nn.functional
        self.graph, self.axes, self.width, self.weights, self.linear = graph, axes, width, weights, linear
        self.activation = activation

    def run(self, x: Tensor, wanted: Iterable[int], origin: int = 0) -> dict[int, Tensor]:
        """The maps of some layers, for the input `x` of shape (1, channels, *sizes); other inputs are zero."""
        self._check_size()
        graph, keep = self.graph, set(wanted)
        taken = [self._taken(at) for at in range(len(graph.layers))]
        needed = set(upstream(keep, lambda at: taken[at][1]))
        readers = Counter(source for _, sources in taken for source in sources)
        maps: dict[int, Tensor] = {}
        sizes: dict[int, tuple[int, ...]] = {}
        for at in graph.order:
            (layer, sources), like = taken[at], graph.likes[at]
            if isinstance(layer, Displaced) and at not in needed:
                continue
            if layer is None:
                maps[at] = x if at == origin else self._zeros(at, x)
            else:
                inputs = tuple(maps[source] for source in sources)
                applied = Applied(layer, graph.labels[at], inputs, None if like is None else sizes[like])
                type = "custom" if isinstance(layer, Displaced) else layer.type
                maps[at] = self._beside(applied, RUN[type](self, applied))
            sizes[at] = tuple(maps[at].shape[2:])
            readers.subtract(sources)
            for source in sources:
                if not readers[source] and source not in keep:
                    maps.pop(source, None)
        return {at: maps[at] for at in keep if at in maps}

    def _zeros(self, at: int, x: Tensor) -> Tensor:
        """An input like another one, of its own size where that is known."""
        sizes = [self.graph.axes[axis].known[at] for axis in self.axes]
        own = [n if isinstance(n, int) else other for n, other in zip(sizes, x.shape[2:], strict=True)]
        return x.new_zeros((*x.shape[:2], *own))

    def _taken(self, at: int) -> tuple[Any, tuple[int, ...]]:
        """A layer and what it takes: a cost volume runs as it is described, not as paths are followed through it."""
        here = self.graph.described if isinstance(self.graph.layers[at], Compared) else self.graph
        return here.layers[at], here.sources[at]

    def _check_size(self) -> None:
        """Raises `CallError` where the maps, with what their windows reach over beside them, and the weights have more
        entries than may be built."""
        total, most = self._entries(), MOST_ENTRIES >> 3 if self.linear else MOST_ENTRIES
        if total > most:
            source = self.graph.architecture.source
            raise CallError(f"{source}: a network of {total} entries is too large to be built: up to {most} are")

    def affords(self, times: int) -> int:
        """How many networks may be built at once, at most `times`: fewer where they are large, and one where a layer
        compares two maps, each of a single network."""
        if any(layer is not None and (layer.pair or isinstance(layer, Compared)) for layer in self.graph.layers):
            return 1
        return max(min(times, (MOST_ENTRIES >> 4) // max(self._entries(), 1)), 1)

    def _entries(self) -> int:
        """Entries of the maps, with what their windows reach over beside them, and of the weights."""
        graph, total = self.graph, 0
        for at in graph.order:
            layer = self._taken(at)[0]
            if isinstance(layer, Displaced):
                continue
            sizes = [graph.axes[axis].known[at] for axis in self.axes]
            known = [n for n in sizes if isinstance(n, int)]
            reach = [layer.extent(axis) if isinstance(layer, Kernel) else 0 for axis in self.axes]
            taps = [layer.kernel[axis] if isinstance(layer, Kernel) else 0 for axis in self.axes]
            total += self.width * prod(n + more for n, more in zip(known, reach, strict=False))
            if isinstance(layer, CostVolume):
                total += self.width * prod(known) * layer.displacements
            total += self.width * self.width * prod(taps) * (1 + prod(known) // PRODUCTS)
        return total

    def _beside(self, applied: Applied, made: Tensor) -> Tensor:
        """The map that a layer makes, in `linear` mode along one axis with the sum of all that its input has before the
        last sample of each window, or after the first, where the layer sees that."""
        layer, axis, x = applied.layer, self.axes[0], applied.x
        side = layer.sees(axis, False) if self.linear and len(self.axes) == 1 else NEITHER
        if side not in (BEFORE, AFTER):
            return made
        n, places = x.shape[2], self.torch.arange(made.shape[2])
        if isinstance(layer, Window):
            reach, step = layer.extent(axis), layer.stride[axis]
            before, _ = layer.padding.resolve(axis, n, reach, step)
            places = places * step - before + (reach - 1 if side == BEFORE else 0)
        # Summed from a zero on: entry i has all before sample i, or all from it on.
        zero, dim = self.torch.zeros_like(x[..., :1]), 2
        if side == BEFORE:
            sums, places = self.torch.cat([zero, x.cumsum(dim)], dim), places + 1
        else:
            sums = self.torch.cat([x.flip(dim).cumsum(dim).flip(dim), zero], dim)
        seen = sums.index_select(dim, places.clamp(0, n)).sum(1, keepdim=True)
        return made + seen

    def along(self, row: Sequence[Any]) -> list[Any]:
        """A layer's values for the axes of the runner."""
        return [row[axis] for axis in self.axes]

    def op(self, name: str) -> Any:
        """A function of torch.nn.functional for this number of axes."""
        return getattr(self.functional, f"{name}{len(self.axes)}d")

    def fitted(
        self, x: Tensor, before: Sequence[int], sizes: Sequence[int], value: float = 0.0, mode: str = "zeros"
    ) -> Tensor:
        """A map with samples added before each axis, or taken off where negative, and behind it up to these sizes."""
        rows = list(zip(before, sizes, x.shape[2:], strict=True))
        if mode != "zeros":
            for dim, (first, size, n) in enumerate(rows, 2):
                x = self._bordered(x, dim, n, first, size - n - first, mode)
            return x
        flat = [side for first, size, n in reversed(rows) for side in (first, size - n - first)]
        return self.functional.pad(x, flat, value=value) if any(flat) else x

    def _bordered(self, x: Tensor, dim: int, n: int, before: int, after: int, mode: str) -> Tensor:
        """A map with samples of its own added along one dimension, after what is taken off at its ends."""
        left, right = max(-before, 0), max(-after, 0)
        x, n = x.narrow(dim, left, n - left - right), n - left - right
        places = self.torch.arange(-max(before, 0), n + max(after, 0))
        if mode == "replicate":
            return x.index_select(dim, places.clamp(0, n - 1))
        period = {"circular": n, "symmetric": 2 * n}.get(mode, max(2 * n - 2, 1))
        places = places.remainder(period)
        back = period - places - int(mode == "symmetric")
        return x.index_select(dim, self.torch.where(places < n, places, back))
