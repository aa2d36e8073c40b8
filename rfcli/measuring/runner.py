"""A described network, built and run with torch: random weights, gradients by autograd.

Geometry is torch's own: its convolutions, pools and interpolations on maps that are padded by its own padding. Nothing
here asks the engine what a layer reads. Channels are narrowed, which no region depends on.
"""

from __future__ import annotations

import math

from rfcli.diagnostics import CallError
from rfcli.engine.erf import Profile
from rfcli.engine.locate import Locator
from rfcli.extras import torch
from rfcli.geometry.unknown import Unknown
from rfcli.layers import cropping, merges, resizing, whole_map, windows
from rfcli.layers._layer import Whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from rfcli.engine.report import Report
    from rfcli.graph.graph import Graph
    from rfcli.layers._layer import Layer

    Tensor = Any
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

    def run(self, x: Tensor, wanted: Iterable[int]) -> dict[int, Tensor]:
        """The maps of some layers, for the first input `x` of shape (1, channels, *sizes); other inputs are zero."""
        graph, keep = self.graph, set(wanted)
        readers = [0] * len(graph.layers)
        for sources in graph.sources:
            for source in sources:
                readers[source] += 1
        maps: dict[int, Tensor] = {}
        sizes: dict[int, tuple[int, ...]] = {}
        for at in graph.order:
            layer = graph.layers[at]
            if layer is None:
                maps[at] = x if at == 0 else self.torch.zeros_like(x)
            elif layer.merge:
                maps[at] = self._merged(layer, [maps[source] for source in graph.sources[at]])
            else:
                like = graph.likes[at]
                maps[at] = self._run(
                    layer, graph.labels[at], maps[graph.sources[at][0]], None if like is None else sizes[like]
                )
            sizes[at] = tuple(maps[at].shape[2:])
            for source in graph.sources[at]:
                readers[source] -= 1
                if not readers[source] and source not in keep:
                    maps.pop(source, None)
        return {at: maps[at] for at in keep if at in maps}

    def _merged(self, layer: Layer, inputs: list[Tensor]) -> Tensor:
        if isinstance(layer, merges.Concat) and not self.linear:
            sizes = [max(one.shape[axis] for one in inputs) for axis in range(2, inputs[0].dim())]
            return self.torch.cat([one.expand(one.shape[0], one.shape[1], *sizes) for one in inputs], 1)
        channels = max(one.shape[1] for one in inputs)
        fitted = [self._widened(one, channels) for one in inputs]
        found = fitted[0]
        for other in fitted[1:]:
            if layer.type == "multiply" and not self.linear:
                found = found * other
            elif layer.type == "max" and not self.linear:
                found = self.torch.maximum(found, other)
            else:
                found = found + other
        return found

    def _widened(self, x: Tensor, channels: int) -> Tensor:
        """A map repeated along its channels."""
        if x.shape[1] == channels:
            return x
        times = -(-channels // x.shape[1])
        return x.repeat(1, times, *(1 for _ in self.axes))[:, :channels]

    def _run(self, layer: Layer, name: str, x: Tensor, like: tuple[int, ...] | None) -> Tensor:
        if isinstance(layer, windows.Window):
            return self._window(layer, name, x)
        if isinstance(layer, windows.ConvTranspose):
            return self._transposed(layer, name, x)
        out = self._sizes(layer, x, like)
        if isinstance(layer, resizing.Resize):
            return self._resized(layer, x, out)
        if any(layer.whole(axis, False) is Whole.ONLY for axis in self.axes):
            return self._global(layer, name, x, out)
        if isinstance(layer, cropping.Subsample):
            return x[(..., *(slice(None, None, layer.stride[axis]) for axis in self.axes))]
        if isinstance(layer, cropping.Pad):
            return self._padded(x, [layer.padding.sides[axis] for axis in self.axes])
        if isinstance(layer, cropping.Crop):
            return self._cropped(layer, x, out)
        if isinstance(layer, resizing.AdaptivePool):
            return self._op("adaptive_avg_pool" if self.linear else layer.type.rsplit("_pool")[0] + "_pool")(x, out)
        if isinstance(layer, resizing.Scaling):
            return self._scaled(layer, name, x)
        if isinstance(layer, whole_map.WindowAttention):
            return self._windows_attended(layer, x)
        return self._pointwise(layer, x)

    def _sizes(self, layer: Layer, x: Tensor, like: tuple[int, ...] | None) -> tuple[int, ...]:
        return tuple(
            layer.output_size(axis, n, None if like is None else like[at])
            for at, (axis, n) in enumerate(zip(self.axes, x.shape[2:], strict=True))
        )

    def _op(self, name: str) -> Any:
        """A function of torch.nn.functional for this number of axes."""
        return getattr(self.functional, f"{name}{len(self.axes)}d")

    def _padded(self, x: Tensor, sides: list[tuple[int, int]], value: float = 0.0) -> Tensor:
        flat = [end for before, after in reversed(sides) for end in (before, after)]
        return self.functional.pad(x, flat, value=value) if any(flat) else x

    def _window(self, layer: windows.Window, name: str, x: Tensor) -> Tensor:
        if layer.whole(0, False) is Whole.ONLY:
            return self._global(layer, name, x, tuple(x.shape[2:]))
        sides, kernel, stride, gap = [], [], [], []
        for axis, n in zip(self.axes, x.shape[2:], strict=True):
            reach, step = layer.extent(axis), layer.stride[axis]
            before, _ = layer.padding.resolve(axis, n, reach, step)
            # As many samples as the outputs need, which also makes up for partial last windows.
            sides.append((before, (layer.output_size(axis, n) - 1) * step + reach - n - before))
            kernel.append(layer.kernel[axis])
            stride.append(step)
            gap.append(layer.dilation[axis])
        taps = math.prod(kernel)
        if isinstance(layer, windows.Pool):
            if layer.type == "max_pool" and not self.linear:
                return self._op("max_pool")(self._padded(x, sides, -math.inf), kernel, stride, dilation=gap)
            share = self.torch.full((x.shape[1], 1, *kernel), 1 / taps, dtype=x.dtype)
            return self._op("conv")(self._padded(x, sides), share, None, stride, 0, gap, groups=x.shape[1])
        padded = self._padded(x, sides)
        if isinstance(layer, windows.DepthwiseConv | windows.SeparableConv):
            each = self.weights(f"{name}.depthwise", (x.shape[1], 1, *kernel), taps)
            padded = self._op("conv")(padded, each, None, stride, 0, gap, groups=x.shape[1])
            if isinstance(layer, windows.DepthwiseConv):
                return padded
            ones = (1,) * len(kernel)
            return self._op("conv")(padded, self.weights(name, (self.width, x.shape[1], *ones), x.shape[1]))
        weight = self.weights(name, (self.width, x.shape[1], *kernel), x.shape[1] * taps)
        # Narrowed convolutions have one group; those of a state dict say by their shape how many they have.
        return self._op("conv")(padded, weight, None, stride, 0, gap, max(x.shape[1] // weight.shape[1], 1))

    def _transposed(self, layer: windows.ConvTranspose, name: str, x: Tensor) -> Tensor:
        kernel = [layer.kernel[axis] for axis in self.axes]
        stride = [layer.stride[axis] for axis in self.axes]
        gap = [layer.dilation[axis] for axis in self.axes]
        fan = x.shape[1] * max(math.prod(kernel) // math.prod(stride), 1)
        weight = self.weights(name, (x.shape[1], self.width, *kernel), fan)
        full = self._op("conv_transpose")(x, weight, None, stride, 0, 0, 1, gap)
        sides = []
        for axis, n, made in zip(self.axes, x.shape[2:], full.shape[2:], strict=True):
            before = layer.padding.sides[axis][0] if layer.padding.sides else 0
            if layer.padding.word == "same":
                before = max(layer.extent(axis) - layer.stride[axis], 0) // 2
            sides.append((-before, layer.output_size(axis, n) - made + before))
        return self._padded(full, sides)

    def _resized(self, layer: resizing.Resize, x: Tensor, out: tuple[int, ...]) -> Tensor:
        word = next(word for word in ("nearest", "linear", "cubic", "area") if word in layer.mode)
        corners = layer.coordinates == "align_corners"
        if word == "nearest" and not corners:
            mode = "nearest" if layer.coordinates == "asymmetric" else "nearest-exact"
            return self.functional.interpolate(x, out, mode=mode)
        if word == "area":
            return self.functional.interpolate(x, out, mode="area")
        names = {1: "linear", 2: "bilinear", 3: "trilinear"}
        if word == "linear" and layer.coordinates != "asymmetric":
            return self.functional.interpolate(x, out, mode=names[len(out)], align_corners=corners)
        raise CallError(f"torch has no interpolation {layer.mode} with {layer.coordinates} for {len(out)} axes")

    def _global(self, layer: Layer, name: str, x: Tensor, out: tuple[int, ...]) -> Tensor:
        dims = tuple(range(2, x.dim()))
        found = x.mean(dims, keepdim=True)
        if isinstance(layer, whole_map.Linear):
            ones = (1,) * len(dims)
            found = self._op("conv")(found, self.weights(name, (self.width, x.shape[1], *ones), x.shape[1]))
        # The local paths beside a global one are what positive weights measure.
        found = found.detach() if self.linear else found
        return found.expand(found.shape[0], found.shape[1], *out)

    def _cropped(self, layer: cropping.Crop, x: Tensor, out: tuple[int, ...]) -> Tensor:
        where: list[Any] = [...]
        for axis, n, size in zip(self.axes, x.shape[2:], out, strict=True):
            before = (n - size) // 2 if layer.cropping is None else layer.cropping.sides[axis][0]
            where.append(slice(before, before + size))
        return x[tuple(where)]

    def _scaled(self, layer: resizing.Scaling, name: str, x: Tensor) -> Tensor:
        """Rearrangements: each output has a sample of the input, or each a block of them, in its channels."""
        scale = [layer.scale[axis] for axis in self.axes]
        if layer.type in ("pixel_unshuffle", "space_to_depth"):
            weight = self.weights(name, (x.shape[1], 1, *scale), math.prod(scale))
            return self._op("conv")(x, weight, None, scale, groups=x.shape[1])
        for at, times in enumerate(scale):
            x = x.repeat_interleave(times, dim=2 + at)
        return x

    def _windows_attended(self, layer: whole_map.WindowAttention, x: Tensor) -> Tensor:
        for at, axis in enumerate(self.axes):
            n = x.shape[2 + at]
            size = layer.size(axis, n)
            # Windows that do not fit have no field to be measured.
            place = (self.torch.arange(n) - layer.shift[axis]) // (n if isinstance(size, Unknown) else size)
            same = (place[:, None] == place[None, :]).to(x.dtype)
            x = self.torch.movedim(self.torch.movedim(x, 2 + at, -1) @ (same / same.sum(1, keepdim=True)), -1, 2 + at)
        return x

    def _pointwise(self, layer: Layer, x: Tensor) -> Tensor:
        if self.linear or self.activation == "none":
            return x
        if "elu" in layer.type or layer.type in ACTIVATIONS:
            return getattr(self.torch, self.activation)(x)
        return x


ACTIVATIONS = frozenset(
    (
        "relu", "relu6", "silu", "swish", "mish", "sigmoid", "log_sigmoid", "hard_sigmoid", "hard_swish", "hard_tanh",
        "tanh", "softplus", "softsign", "threshold",
    )
)  # fmt: skip
"""Besides those whose names hold "elu", what a sampled nonlinearity stands for."""


def positive(dtype: Any) -> Weights:
    """Weights that are all alike and above 0."""

    def weight(name: str, shape: tuple[int, ...], fan: int) -> Tensor:
        return torch().full(shape, 1 / fan, dtype=dtype)

    return weight


def random_weights(generator: Any, init: str, gain: float, dtype: Any) -> Weights:
    """Independent weights of mean 0 and variance gain^2 / fan, which keeps the energy of gradients."""

    def weight(name: str, shape: tuple[int, ...], fan: int) -> Tensor:
        module, deviation = torch(), gain / math.sqrt(fan)
        if init == "uniform":
            return (module.rand(shape, generator=generator, dtype=dtype) * 2 - 1) * (deviation * math.sqrt(3))
        return module.randn(shape, generator=generator, dtype=dtype) * deviation

    return weight


WIDTH = 16
"""Channels of sampled networks."""
GAINS = {"none": 1.0, "relu": math.sqrt(2), "tanh": 5 / 3}


def measured_profiles(
    report: Report, layer: str, networks: int, nonlinearity: str, init: str, seed: int, state: str | None
) -> tuple[list[Profile], list[list[float]]]:
    """Mean gradient energy of the central output over networks, along each axis, and half-widths of the 95 % intervals
    of the means. Raises `CallError`."""
    module = torch()
    graph, locator = report.graph, Locator(report, layer)
    if len(graph.inputs) > 1 or report.origin != graph.labels[0]:
        raise CallError(f"{report.source}: networks are sampled with respect to their one input")
    sizes = [axis.known[0] for axis in graph.axes]
    if any(isinstance(n, Unknown) for n in sizes):
        raise CallError(f"{report.source}: sampling needs the input size: give --input-size")
    place = [locator.output_size(axis) // 2 for axis in locator.axes]
    regions = locator.at(place).clipped
    if any(region is None for region in regions):
        raise CallError(f"{report.source}: the central output of '{layer}' reads nothing")
    axes = tuple(locator.axes)
    samples: list[list[Tensor]] = [[] for _ in axes]
    weights_of = None if state is None else _state(report, state)
    with module.random.fork_rng(devices=[]):
        generator = module.Generator().manual_seed(seed)
        module.manual_seed(seed)
        for _ in range(networks):
            weights = weights_of or random_weights(generator, init, GAINS[nonlinearity], module.float32)
            width = WIDTH
            runner = Runner(graph, axes, width, weights, False, nonlinearity)
            channels = graph.channels[0] if weights_of and isinstance(graph.channels[0], int) else width
            x = module.randn((1, channels, *sizes), generator=generator, dtype=module.float32).requires_grad_()
            try:
                y = runner.run(x, [locator.number])[locator.number][(0, slice(None), *place)]
            except RuntimeError as error:
                reason = str(error).splitlines()[0][:200]
                raise CallError(f"{report.source}: the network cannot be run: {reason}") from None
            # A random direction in the channels, so that their gradients do not cancel.
            (y * module.randn(y.shape, generator=generator)).sum().backward()
            energy = (x.grad.double() ** 2).sum((0, 1))
            for axis in axes:
                others = tuple(other for other in axes if other != axis)
                along = energy.sum(others) if others else energy
                first, last = regions[axis]  # type: ignore[misc]
                samples[axis].append(along[first : last + 1])
    profiles, bands = [], []
    for axis in axes:
        # Energies themselves are averaged, not shares: a share of a random total is biased.
        stacked = module.stack(samples[axis])
        stacked = stacked / stacked.sum(1).mean()
        mean = stacked.mean(0)
        spread = stacked.std(0) / math.sqrt(networks) if networks > 1 else module.zeros_like(mean)
        profiles.append(Profile(regions[axis][0], tuple((mean / mean.sum()).tolist())))  # type: ignore[index]
        bands.append((1.96 * spread).tolist())
    return profiles, bands


def _state(report: Report, path: str) -> Weights:
    """Weights of a state dict whose names are those of the layers. Raises `CallError` where they do not fit."""
    try:
        found = torch().load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise CallError(f"{path} is no state dict that can be read: {str(error).splitlines()[0][:200]}") from None

    def weight(name: str, shape: tuple[int, ...], fan: int) -> Tensor:
        plain = name.partition(".")[0]
        for key in (f"{name.replace('/', '.')}.weight", f"{plain.replace('/', '.')}.weight", name):
            if isinstance(found, dict) and key in found and tuple(found[key].shape[2:]) == shape[2:]:
                return found[key].float()
        raise CallError(f"{path} has no weight for '{name}' that fits {report.source}: kernel {shape[2:]}")

    return weight
