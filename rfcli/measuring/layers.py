"""What each layer type does to maps, in torch: one table, which names them all."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING, Any

from rfcli.diagnostics import CallError
from rfcli.geometry.borders import ZEROS
from rfcli.geometry.unknown import Unknown
from rfcli.layers import cropping, resizing, whole_map, windows
from rfcli.layers._layer import Whole
from rfcli.layers._registry import LAYERS
from rfcli.layers.cost_volume import CostVolume
from rfcli.measuring.interpolation import Positions, interpolated
from rfcli.tables import Table
from rfcli.values import Value

if TYPE_CHECKING:
    from rfcli.measuring.runner import Runner

Tensor = Any


class Applied(Value):
    """A layer, its name, the maps that it reads, and the sizes of the layer that it is to be like."""

    layer: Any
    name: str
    inputs: tuple[Tensor, ...]
    like: tuple[int, ...] | None

    @property
    def x(self) -> Tensor:
        """The first map."""
        return self.inputs[0]

    def out(self, axes: tuple[int, ...]) -> tuple[int, ...]:
        """Sizes of the map that it makes."""
        likes = self.like or (None,) * len(axes)
        sized = zip(axes, self.x.shape[2:], likes, strict=True)
        return tuple(self.layer.output_size(axis, n, like) for axis, n, like in sized)

    def sees_all(self, axes: tuple[int, ...]) -> bool:
        """Whether no local path is left along some axis."""
        return any(self.layer.whole(axis, False) is Whole.ONLY for axis in axes)


RUN: Table[Callable[[Runner, Applied], Tensor]] = Table("layer type")
"""Layer type -> the map that it makes."""


@RUN(
    "relu", "relu6", "leaky_relu", "rrelu", "prelu", "elu", "selu", "celu", "gelu", "silu", "swish", "mish", "sigmoid",
    "log_sigmoid", "hard_sigmoid", "hard_swish", "hard_tanh", "tanh", "softplus", "softsign", "threshold",
)  # fmt: skip
def _activated(run: Runner, applied: Applied) -> Tensor:
    """A sampled nonlinearity stands for all of these."""
    return applied.x if run.linear or run.activation == "none" else getattr(run.torch, run.activation)(applied.x)


@RUN(
    "softmax", "softmin", "log_softmax", "exponential", "dropout", "lrn", "channel_shuffle", "channel_scale",
    "channel_slice", "identity", "batch_norm", "layer_norm", "instance_norm", "group_norm", "squeeze_excite",
    "lstm", "gru", "rnn",
)  # fmt: skip
def _passed(run: Runner, applied: Applied) -> Tensor:
    """What works at each position, or with what it sees of the whole map beside its local path."""
    return _averaged(run, applied) if applied.sees_all(run.axes) else applied.x


@RUN("add", "multiply", "max")
def _merged(run: Runner, applied: Applied) -> Tensor:
    """Maps of fewer channels are repeated along them."""
    module, count, ones = run.torch, max(x.shape[1] for x in applied.inputs), [1] * len(run.axes)
    wide = [x.repeat(1, -(-count // x.shape[1]), *ones)[:, :count] for x in applied.inputs]
    other = {"multiply": module.mul, "max": module.maximum}
    return reduce(module.add if run.linear else other.get(applied.layer.type, module.add), wide)


@RUN("concat")
def _concatenated(run: Runner, applied: Applied) -> Tensor:
    if run.linear:
        return _merged(run, applied)
    sizes = [max(one.shape[axis] for one in applied.inputs) for axis in range(2, applied.x.dim())]
    return run.torch.cat([one.expand(one.shape[0], one.shape[1], *sizes) for one in applied.inputs], 1)


def _framed(run: Runner, applied: Applied, value: float = 0.0) -> Tensor:
    """The map padded by as many samples as the outputs need, which also makes up for partial last windows."""
    layer: windows.Window = applied.layer
    before, spans = [], []
    for axis, n, size in zip(run.axes, applied.x.shape[2:], applied.out(run.axes), strict=True):
        reach, step = layer.extent(axis), layer.stride[axis]
        first, last = layer.padding.resolve(axis, n, reach, step)
        before.append(first)
        # What a stride leaves over at the end is still a part of a map that borders are made of.
        spans.append((size - 1) * step + reach if layer.padding_mode == ZEROS else first + n + last)
    return run.fitted(applied.x, before, spans, value, layer.padding_mode)


def _slid(run: Runner, applied: Applied, weight: Tensor, groups: int) -> Tensor:
    """A window's convolution."""
    stride, dilation = run.along(applied.layer.stride), run.along(applied.layer.dilation)
    return run.op("conv")(_framed(run, applied), weight, None, stride, 0, dilation, groups)


@RUN("custom")
def _stated(run: Runner, applied: Applied) -> Tensor:
    """A layer that is known by what it reads."""
    unknown = applied.layer.unknown
    if unknown is not None:
        source = run.graph.architecture.source
        raise CallError(f"{source}: '{applied.name}' cannot be built: what the operation '{unknown}' does is not known")
    return (_averaged if applied.sees_all(run.axes) else _convolved)(run, applied)


def _taps(run: Runner, applied: Applied) -> int:
    """How many taps of a kernel are left along the axes of the runner."""
    taps = getattr(applied.layer, "taps", None)
    return math.prod(run.along(applied.layer.kernel)) if taps is None else len({tuple(run.along(tap)) for tap in taps})


def _masked(run: Runner, applied: Applied, weight: Tensor) -> Tensor:
    """The weight of a kernel without the taps that a mask leaves out along the axes of the runner."""
    taps = getattr(applied.layer, "taps", None)
    if taps is None:
        return weight
    mask = weight.new_zeros(weight.shape[2:])
    for tap in taps:
        mask[tuple(run.along(tap))] = 1
    return weight * mask


@RUN("conv")
def _convolved(run: Runner, applied: Applied) -> Tensor:
    count, kernel = applied.x.shape[1], run.along(applied.layer.kernel)
    weight = run.weights(applied.name, (run.width, count, *kernel), count * _taps(run, applied))
    weight = _masked(run, applied, weight)
    # Narrowed convolutions have one group; those of a state dict say by their shape how many they have.
    return _slid(run, applied, weight, max(count // weight.shape[1], 1))


@RUN("depthwise_conv", "separable_conv")
def _each_channel(run: Runner, applied: Applied) -> Tensor:
    """A convolution of each channel, and then of all at each position."""
    count, kernel = applied.x.shape[1], run.along(applied.layer.kernel)
    weight = run.weights(f"{applied.name}.depthwise", (count, 1, *kernel), _taps(run, applied))
    made = _slid(run, applied, _masked(run, applied, weight), count)
    return _at_each_position(run, applied, made) if applied.layer.type == "separable_conv" else made


def _at_each_position(run: Runner, applied: Applied, x: Tensor) -> Tensor:
    """Channels mixed by a convolution with kernel 1."""
    ones = (1,) * len(run.axes)
    return run.op("conv")(x, run.weights(applied.name, (run.width, x.shape[1], *ones), x.shape[1]))


@RUN("correlation")
def _correlated(run: Runner, applied: Applied) -> Tensor:
    """Each channel by itself. The template is seen by a global path, and is no local one."""
    x, z = applied.inputs
    count = min(x.shape[1], z.shape[1])
    weight = run.torch.ones_like(z[0, :count, None]) if run.linear else z[0, :count, None]
    sides = [applied.layer.padding.resolve(axis, n, 1, 1) for axis, n in zip(run.axes, x.shape[2:], strict=True)]
    sizes = [n + sum(pair) for n, pair in zip(x.shape[2:], sides, strict=True)]
    framed = run.fitted(x[:, :count], [before for before, _ in sides], sizes)
    return run.op("conv")(framed, weight, None, 1, 0, 1, count)


MOST_DISPLACEMENTS = 4096
"""Displacements that are run one by one."""


@RUN("cost_volume")
def _compared(run: Runner, applied: Applied) -> Tensor:
    """The right map displaced, once for each displacement, and its products with the left one summed over patches. To
    measure what is read, sums stand for products, as nothing is read where either map has ended."""
    layer: CostVolume = applied.layer
    x, y = applied.inputs
    axes, sizes = run.axes, x.shape[2:]
    rows = []
    for axis in axes:
        before, after = layer.steps(axis)
        rows.append([step * layer.displacement_stride[axis] for step in range(-before, after + 1)])
    if math.prod(map(len, rows)) > MOST_DISPLACEMENTS:
        raise CallError(f"'{applied.name}' has more than {MOST_DISPLACEMENTS} displacements: it cannot be built")
    found = []
    for move in product(*rows):
        # Position x of the displaced map holds the right one's x + move, and nothing where that has ended.
        apart = any(abs(step) >= n for step, n in zip(move, sizes, strict=True))
        moved = run.torch.zeros_like(y) if apart else run.fitted(y, [-step for step in move], sizes)
        if run.linear:
            found.append(x.sum(1, keepdim=True) + moved.sum(1, keepdim=True))
        elif layer.compare == "product":
            found.append((x * moved).mean(1, keepdim=True))
        else:
            found += [x, moved] if layer.compare == "concat" else [x - moved]
    maps = sum(found[1:], found[0]) if run.linear else run.torch.cat(found, 1)
    sides = [layer.patch_sides(axis) for axis in axes]
    framed = run.fitted(
        maps, [before for before, _ in sides], [n + sum(ends) for n, ends in zip(sizes, sides, strict=True)]
    )
    ones = run.torch.ones((maps.shape[1], 1, *run.along(layer.kernel)), dtype=maps.dtype)
    return run.op("conv")(framed, ones, None, run.along(layer.stride), groups=maps.shape[1])


@RUN("max_pool", "avg_pool", "lp_pool")
def _pooled(run: Runner, applied: Applied) -> Tensor:
    x, layer, kernel = applied.x, applied.layer, run.along(applied.layer.kernel)
    if layer.statistic == "max" and not run.linear:
        framed = _framed(run, applied, -math.inf)
        return run.op("max_pool")(framed, kernel, run.along(layer.stride), dilation=run.along(layer.dilation))
    share = run.torch.full((x.shape[1], 1, *kernel), 1 / math.prod(kernel), dtype=x.dtype)
    return _slid(run, applied, share, x.shape[1])


@RUN("conv_transpose")
def _transposed(run: Runner, applied: Applied) -> Tensor:
    layer: windows.ConvTranspose = applied.layer
    x, kernel, stride = applied.x, run.along(layer.kernel), run.along(layer.stride)
    fan = x.shape[1] * max(_taps(run, applied) // math.prod(stride), 1)
    weight = _masked(run, applied, run.weights(applied.name, (x.shape[1], run.width, *kernel), fan))
    full = run.op("conv_transpose")(x, weight, None, stride, 0, 0, 1, run.along(layer.dilation))
    return run.fitted(full, [-layer.sides(axis)[0] for axis in run.axes], applied.out(run.axes))


@RUN("global_avg_pool", "global_max_pool", "flatten", "attention", "linear")
def _averaged(run: Runner, applied: Applied) -> Tensor:
    """One position at all outputs. The local paths beside a global one are what positive weights measure."""
    if not applied.sees_all(run.axes):
        return applied.x
    x = applied.x.mean(tuple(range(2, applied.x.dim())), keepdim=True)
    if applied.layer.type == "linear":
        x = _at_each_position(run, applied, x)
    x = x.detach() if run.linear else x
    return x.expand(*x.shape[:2], *applied.out(run.axes))


@RUN("window_attention")
def _attended(run: Runner, applied: Applied) -> Tensor:
    """Windows averaged, or grids."""
    layer: whole_map.WindowAttention = applied.layer
    if applied.sees_all(run.axes):
        return _averaged(run, applied)
    x, move = applied.x, run.torch.movedim
    for dim, axis in enumerate(run.axes, 2):
        n = x.shape[dim]
        size = layer.size(axis, n)
        # Windows that do not fit have no field to be measured.
        size = n if isinstance(size, Unknown) else size
        at = run.torch.arange(n)
        window = (at - layer.shift[axis]) // size if layer.grid is None else at % (n // size)
        same = (window[:, None] == window[None, :]).to(x.dtype)
        x = move(move(x, dim, -1) @ (same / same.sum(1, keepdim=True)), -1, dim)
    return x


@RUN("upsample", "resize")
def _resized(run: Runner, applied: Applied) -> Tensor:
    layer: resizing.Resize = applied.layer
    out, made = applied.out(run.axes), applied.x
    if layer.interpolation == "area":
        return run.functional.interpolate(made, out, mode="area")
    for dim, (axis, m) in enumerate(zip(run.axes, out, strict=True), 2):
        scale = None if layer.scale is None else layer.scale[axis]
        at = Positions.laid(made.shape[dim], m, scale, layer.coordinates)
        made = interpolated(made, dim, at, layer.interpolation, run.linear)
    return made


@RUN("adaptive_avg_pool", "adaptive_max_pool")
def _adapted(run: Runner, applied: Applied) -> Tensor:
    if applied.sees_all(run.axes):
        return _averaged(run, applied)
    statistic = "avg" if run.linear else applied.layer.statistic
    return run.op(f"adaptive_{statistic}_pool")(applied.x, applied.out(run.axes))


@RUN("pixel_shuffle", "depth_to_space", "max_unpool", "pixel_unshuffle", "space_to_depth")
def _scaled(run: Runner, applied: Applied) -> Tensor:
    """Rearrangements: each output has a sample of the input, or each a block of them, in its channels."""
    layer: resizing.Scaling = applied.layer
    x, scale = applied.x, run.along(layer.scale)
    if not layer.up:
        weight = run.weights(applied.name, (x.shape[1], 1, *scale), math.prod(scale))
        return run.op("conv")(x, weight, None, scale, groups=x.shape[1])
    for dim, times in enumerate(scale, 2):
        x = x.repeat_interleave(times, dim=dim)
    return x


@RUN("zeros")
def _nothing(run: Runner, applied: Applied) -> Tensor:
    return run.torch.zeros_like(applied.x)


@RUN("subsample")
def _subsampled(run: Runner, applied: Applied) -> Tensor:
    return applied.x[(..., *(slice(None, None, step) for step in run.along(applied.layer.stride)))]


@RUN("pad")
def _padded(run: Runner, applied: Applied) -> Tensor:
    before = [first for first, _ in run.along(applied.layer.padding.sides)]
    return run.fitted(applied.x, before, applied.out(run.axes), mode=applied.layer.padding_mode)


@RUN("crop")
def _cropped(run: Runner, applied: Applied) -> Tensor:
    layer: cropping.Crop = applied.layer
    out = applied.out(run.axes)
    before = [(n - size) // 2 for n, size in zip(applied.x.shape[2:], out, strict=True)]
    if layer.cropping is not None:
        before = [layer.cropping.sides[axis][0] for axis in run.axes]
    return run.fitted(applied.x, [-cut for cut in before], out)


RUN.hold(LAYERS)
