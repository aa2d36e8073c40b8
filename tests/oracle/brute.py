"""Receptive fields by brute force: push explicit index sets through the layers and look.

Nothing here knows a formula for size, stride or padding. `reads` says which input indices one
output index reads, one branch per line of the table of layer types; the support of a feature is
the union of the supports of what it reads; everything else is observed on those sets.

All axes are independent, so every function speaks of one axis. Maps are unbounded: an index may
be any integer, and padding only moves coordinates.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction

from oracle.costs import channels, flops, macs, params

CONVOLUTIONS = {"conv", "depthwise_conv", "separable_conv"}
POOLS = {"max_pool", "avg_pool", "lp_pool"}
WINDOWS = CONVOLUTIONS | POOLS | {"custom"}
RESIZES = {"upsample", "resize"}
SHUFFLES = {"pixel_shuffle", "depth_to_space"}
UNSHUFFLES = {"pixel_unshuffle", "space_to_depth"}
ADAPTIVE = {"adaptive_avg_pool", "adaptive_max_pool"}
GLOBAL_POOLS = {"global_avg_pool", "global_max_pool"}
MERGES = {"add", "multiply", "max", "concat"}
NORMS = {"batch_norm", "layer_norm", "instance_norm", "group_norm"}
ACTIVATIONS = {"relu", "relu6", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "swish", "prelu"}
POINTWISE = (
    ACTIVATIONS
    | NORMS
    | {
        "dropout",
        "lrn",
        "softmax",
        "identity",
        "channel_shuffle",
        "channel_scale",
        "channel_slice",
        "squeeze_excite",
    }
)
ALWAYS_GLOBAL_ONLY = GLOBAL_POOLS | {"flatten", "linear", "attention"}
ALWAYS_GLOBAL_BESIDE = {"squeeze_excite", "instance_norm", "group_norm"}
EVERY_TYPE = (
    WINDOWS
    | RESIZES
    | SHUFFLES
    | UNSHUFFLES
    | ADAPTIVE
    | GLOBAL_POOLS
    | MERGES
    | POINTWISE
    | {"conv_transpose", "max_unpool", "subsample", "pad", "crop", "window_attention"}
    | {"flatten", "linear", "attention"}
)


class Invalid(Exception):
    """The network cannot be built at these sizes."""


@dataclass(frozen=True)
class Network:
    """A flat network: `inputs` by name ({"size": [ints], "channels": int}), layers as plain dicts.

    Each layer has "name", "type", "inputs" (names) and its parameters as in a description.
    """

    inputs: dict
    layers: list


# --- parameters ---------------------------------------------------------------------------------


def per_axis(value, axis):
    """The value of one axis: `value` is one for all axes, or a list."""
    return value[axis] if isinstance(value, list) else value


def before_after(value, axis):
    """A padding as a pair: an int for both ends, or a list per axis of ints or pairs."""
    value = per_axis(value, axis)
    return tuple(value) if isinstance(value, list) else (value, value)


def kernel_of(layer, axis):
    return per_axis(layer.get("kernel", 1), axis)


def stride_of(layer, axis):
    default = layer["kernel"] if layer["type"] in POOLS else 1
    return per_axis(layer.get("stride", default), axis)


def dilation_of(layer, axis):
    return per_axis(layer.get("dilation", 1), axis)


def extent_of(layer, axis):
    """From the first tap to the last, both included."""
    return dilation_of(layer, axis) * (kernel_of(layer, axis) - 1) + 1


def scale_of(layer, axis):
    return per_axis(layer["scale"], axis)


def padding_of(layer, axis, n):
    """(before, after) of a convolution or a pool over a map of n."""
    value = layer.get("padding", 0)
    extent = extent_of(layer, axis)
    stride = stride_of(layer, axis)
    if value == "valid":
        return 0, 0
    if value == "causal":
        return extent - 1, 0
    if value in ("same", "same_lower"):
        outputs = math.ceil(Fraction(n, stride))
        total = max((outputs - 1) * stride + extent - n, 0)
        smaller, larger = total // 2, total - total // 2
        return (smaller, larger) if value == "same" else (larger, smaller)
    return before_after(value, axis)


def transposed_padding(layer, axis):
    """(before, after) of a transposed convolution; `same` only says what is before."""
    value = layer.get("padding", 0)
    if value == "valid":
        return 0, 0
    if value == "same":
        return max(extent_of(layer, axis) - stride_of(layer, axis), 0) // 2, None
    return before_after(value, axis)


# --- the table of layer types -------------------------------------------------------------------


def output_size(layer, axis, n):
    """How many outputs a layer has over a map of n (`like` is not seen here)."""
    kind = layer["type"]
    if kind == "custom" and layer.get("global"):
        return n
    if kind in WINDOWS:
        return windows(layer, axis, n)
    if kind == "conv_transpose":
        return transposed_size(layer, axis, n)
    if kind in RESIZES and "scale" in layer:
        return math.floor(n * Fraction(scale_of(layer, axis)))
    if kind in RESIZES:
        return per_axis(layer["size"], axis)
    if kind in SHUFFLES or kind == "max_unpool":
        return n * scale_of(layer, axis)
    if kind in UNSHUFFLES:
        if n % scale_of(layer, axis):
            raise Invalid(f"{layer['name']}: {n} is not a multiple of the scale")
        return n // scale_of(layer, axis)
    if kind == "subsample":
        return len(range(0, n, stride_of(layer, axis)))
    if kind == "pad":
        return n + sum(before_after(layer["padding"], axis))
    if kind == "crop":
        return n - sum(before_after(layer["cropping"], axis))
    if kind in ADAPTIVE:
        return per_axis(layer["output_size"], axis)
    if kind in GLOBAL_POOLS or kind == "flatten":
        return 1
    if kind == "linear":
        if n != 1:
            raise Invalid(f"{layer['name']}: linear over a map of {n}")
        return 1
    if kind in POINTWISE or kind in ("attention", "window_attention"):
        return n
    raise ValueError(f"no output size for {kind}")


def window_of(layer, axis, n):
    """Samples of a window of attention."""
    return n // per_axis(layer["windows"], axis) if "windows" in layer else per_axis(layer["window"], axis)


def windows(layer, axis, n):
    """The number of windows of a convolution or a pool."""
    before, after = padding_of(layer, axis, n)
    stride = stride_of(layer, axis)
    room = n + before + after - extent_of(layer, axis)
    if room < 0:
        raise Invalid(f"{layer['name']}: the kernel is larger than its padded map")
    if not layer.get("ceil_mode"):
        return room // stride + 1
    count = math.ceil(Fraction(room, stride)) + 1
    last_start = (count - 1) * stride
    return count - 1 if last_start >= n + before else count


def transposed_size(layer, axis, n):
    stride = stride_of(layer, axis)
    if layer.get("padding") == "same":
        return n * stride
    before, after = transposed_padding(layer, axis)
    more = per_axis(layer.get("output_padding", 0), axis)
    return (n - 1) * stride - before - after + extent_of(layer, axis) + more


def reads(layer, axis, o, n_in, n_out):
    """The input indices that output index o reads along an axis."""
    kind = layer["type"]
    if kind in WINDOWS:
        first = o * stride_of(layer, axis) - padding_of(layer, axis, n_in)[0]
        return [first + t * dilation_of(layer, axis) for t in range(kernel_of(layer, axis))]
    if kind == "conv_transpose":
        stride = stride_of(layer, axis)
        before = transposed_padding(layer, axis)[0]
        taps = [t * dilation_of(layer, axis) for t in range(kernel_of(layer, axis))]
        return [(o + before - t) // stride for t in taps if (o + before - t) % stride == 0]
    if kind in RESIZES:
        return resize_reads(layer, axis, o, n_in, n_out)
    if kind in SHUFFLES or kind == "max_unpool":
        return [o // scale_of(layer, axis)]
    if kind in UNSHUFFLES:
        return [o * scale_of(layer, axis) + t for t in range(scale_of(layer, axis))]
    if kind == "subsample":
        return [o * stride_of(layer, axis)]
    if kind == "pad":
        return [o - before_after(layer["padding"], axis)[0]]
    if kind == "crop":
        cut = (n_in - n_out) // 2 if "like" in layer else before_after(layer["cropping"], axis)[0]
        return [o + cut]
    if kind in ADAPTIVE:
        return bin_reads(o, Fraction(n_in, n_out))
    if kind == "window_attention":
        window, shift = window_of(layer, axis, n_in), per_axis(layer.get("shift", 0), axis)
        first = (o - shift) // window * window + shift
        return list(range(first, first + window))
    if kind in POINTWISE or kind in MERGES:
        return [o]
    raise ValueError(f"no reads for {kind}")


def bin_reads(o, ratio):
    """The bin of an adaptive pool, with `ratio` inputs to an output."""
    return list(range(math.floor(o * ratio), math.ceil((o + 1) * ratio)))


def resize_reads(layer, axis, o, n_in, n_out):
    """The taps of an interpolation that have a weight."""
    mode = layer.get("mode", "nearest")
    coordinates = layer.get("coordinates", "half_pixel")
    if mode == "area":
        return bin_reads(o, Fraction(n_in, n_out))
    ratio = resize_ratio(layer, axis, n_in, n_out)
    if coordinates in ("align_corners", "asymmetric"):
        x = o * ratio
    elif mode == "nearest":
        x = (o + Fraction(1, 2)) * ratio
    else:
        x = (o + Fraction(1, 2)) * ratio - Fraction(1, 2)
    if mode == "nearest":
        return [math.floor(x + Fraction(1, 2) if coordinates == "align_corners" else x)]
    if x.denominator == 1:
        return [math.floor(x)]
    if mode == "cubic":
        return [math.floor(x) + t for t in (-1, 0, 1, 2)]
    return [math.floor(x), math.floor(x) + 1]


def resize_ratio(layer, axis, n_in, n_out):
    """Input positions to an output position."""
    if layer.get("mode") == "area":
        return Fraction(n_in, n_out)
    if layer.get("coordinates") == "align_corners":
        return Fraction(n_in - 1, n_out - 1) if n_out > 1 else Fraction(0)
    if "scale" in layer:
        return 1 / Fraction(scale_of(layer, axis))
    return Fraction(n_in, n_out)


def pace(layer, axis, n_in, n_out):
    """(a, b): b outputs further on, a layer reads the same indices moved by a."""
    kind = layer["type"]
    if kind in WINDOWS or kind == "subsample":
        return stride_of(layer, axis), 1
    if kind == "conv_transpose":
        return 1, stride_of(layer, axis)
    if kind in RESIZES:
        ratio = resize_ratio(layer, axis, n_in, n_out)
        return ratio.numerator, ratio.denominator
    if kind in SHUFFLES or kind == "max_unpool":
        return 1, scale_of(layer, axis)
    if kind in UNSHUFFLES:
        return scale_of(layer, axis), 1
    if kind in ADAPTIVE:
        return Fraction(n_in, n_out).numerator, Fraction(n_in, n_out).denominator
    if kind == "window_attention":
        return (window_of(layer, axis, n_in),) * 2
    return 1, 1


def leaves_only_global(layer, axis):
    """Whether nothing but the whole-map path goes on through this layer along an axis."""
    kind = layer["type"]
    if kind in ADAPTIVE:
        return per_axis(layer["output_size"], axis) == 1
    if kind == "window_attention" and "windows" in layer:
        return per_axis(layer["windows"], axis) == 1
    return kind in ALWAYS_GLOBAL_ONLY or (kind == "custom" and bool(layer.get("global")))


def is_global(layer, dims, mode):
    """Whether a layer looks at the whole map along some axis."""
    kind = layer["type"]
    if any(leaves_only_global(layer, axis) for axis in range(dims)):
        return True
    if kind == "layer_norm":
        return layer.get("axes") == "all"
    return kind in ALWAYS_GLOBAL_BESIDE or (kind == "batch_norm" and mode == "train")


# --- a network ----------------------------------------------------------------------------------


class Sizes:
    """The maps of a network: output sizes and channels by name; Invalid when they do not fit."""

    def __init__(self, network):
        self.network = network
        self.size = {name: list(each["size"]) for name, each in network.inputs.items()}
        self.channels = {name: each["channels"] for name, each in network.inputs.items()}
        self.dims = len(next(iter(self.size.values())))
        self.only_global = {name: [False] * self.dims for name in network.inputs}
        for layer in network.layers:
            self.add(layer)

    def add(self, layer):
        name = layer["name"]
        if name in self.size:
            raise Invalid(f"{name} is there twice")
        axes = range(self.dims)
        self.only_global[name] = [
            leaves_only_global(layer, axis) or all(self.only_global[source][axis] for source in layer["inputs"])
            for axis in axes
        ]
        self.size[name] = [self.size_along(layer, axis) for axis in axes]
        if min(self.size[name]) < 1:
            raise Invalid(f"{name}: nothing is left")
        given = [self.channels[source] for source in layer["inputs"]]
        self.channels[name] = channels(layer, given, self.size[layer["inputs"][0]], Invalid)

    def size_along(self, layer, axis):
        if layer["type"] in MERGES:
            return self.merged_size(layer, axis)
        n = self.size[layer["inputs"][0]][axis]
        if "like" not in layer:
            return output_size(layer, axis, n)
        wanted = self.size[layer["like"]][axis]
        if layer["type"] == "crop" and wanted > n:
            raise Invalid(f"{layer['name']}: {n} cannot be cropped to {wanted}")
        return wanted

    def merged_size(self, layer, axis):
        """The size the inputs share; size 1 of a map that is global there is broadcast."""
        given = [(self.size[source][axis], self.only_global[source][axis]) for source in layer["inputs"]]
        firm = {n for n, only_global in given if not (n == 1 and only_global)}
        if len(firm) > 1:
            raise Invalid(f"{layer['name']}: sizes {sorted(firm)}")
        return firm.pop() if firm else 1

    def all_broadcast(self):
        """The inputs of merges that are broadcast somewhere."""
        return {
            source
            for layer in self.network.layers
            for source in layer["inputs"]
            for axis in range(self.dims)
            if self.broadcasts(layer, source, axis)
        }

    def broadcasts(self, layer, source, axis):
        """Whether a merge repeats the one position of this input along an axis."""
        return layer["type"] in MERGES and self.size[source][axis] != self.size[layer["name"]][axis]


class Oracle:
    """What every layer of a network sees of an origin: an input (default the first) or a layer."""

    def __init__(self, network, origin=None, mode="eval"):
        self.network = network
        self.origin = origin or next(iter(network.inputs))
        self.mode = mode
        self.sizes = Sizes(network)
        self.layers = {layer["name"]: layer for layer in network.layers}
        for memoised in ("reached", "local", "support", "hull", "repeats", "motion", "irregular", "aligned"):
            setattr(self, memoised, functools.cache(getattr(self, memoised)))

    def sources(self, name):
        return self.layers[name]["inputs"] if name in self.layers else []

    def reached(self, name):
        """Whether the origin can influence a layer at all."""
        return name == self.origin or any(self.reached(source) for source in self.sources(name))

    def through(self, name):
        """The global layers on the paths from the origin, in document order."""
        found = set()
        if name != self.origin and self.reached(name):
            found = {each for source in self.sources(name) for each in self.through(source)}
            if is_global(self.layers[name], self.sizes.dims, self.mode):
                found.add(name)
        return [layer["name"] for layer in self.network.layers if layer["name"] in found]

    def local(self, name, axis):
        """Whether a path without a whole-map step leads from the origin, along an axis."""
        return name == self.origin or bool(self.local_sources(name, axis))

    def local_sources(self, name, axis):
        if name not in self.layers or leaves_only_global(self.layers[name], axis):
            return []
        return [
            source
            for source in self.sources(name)
            if self.local(source, axis) and not self.sizes.broadcasts(self.layers[name], source, axis)
        ]

    def support(self, name, axis, o):
        """The origin's coordinates that can influence output o."""
        if name == self.origin:
            return frozenset([o])
        found = set()
        for source in self.local_sources(name, axis):
            n_in, n_out = self.sizes.size[source][axis], self.sizes.size[name][axis]
            for i in reads(self.layers[name], axis, o, n_in, n_out):
                found |= self.support(source, axis, i)
        return frozenset(found)

    def hull(self, name, axis, o):
        """[u, v] of output o; None where it reads nothing."""
        support = self.support(name, axis, o)
        return (min(support), max(support)) if support else None

    def center(self, name, axis, o):
        region = self.hull(name, axis, o)
        return Fraction(sum(region), 2) if region else None

    # --- how the region moves with o ---

    def repeats(self, name, axis):
        """A number of outputs after which the regions repeat themselves, moved (not the smallest)."""
        if name == self.origin:
            return 1
        each = 1
        for source in self.local_sources(name, axis):
            n_in, n_out = self.sizes.size[source][axis], self.sizes.size[name][axis]
            a, b = pace(self.layers[name], axis, n_in, n_out)
            inner = self.repeats(source, axis)
            each = math.lcm(each, b * (inner // math.gcd(inner, a)))
        return each

    def motion(self, name, axis):
        """(T, D): T outputs further on the region has moved by D, for the smallest such T."""
        long = self.repeats(name, axis)
        for period in range(1, long + 1):
            moved = self.moved(name, axis, period, range(-long, 2 * long))
            if moved is not None:
                return period, moved
        raise AssertionError(f"{name}: the regions do not repeat after {long} outputs")

    def moved(self, name, axis, period, outputs):
        """By how much every region moves in `period` outputs; None where they do not agree."""
        moves = set()
        for o in outputs:
            here, there = self.hull(name, axis, o), self.hull(name, axis, o + period)
            if (here is None) != (there is None):
                return None
            if here is not None:
                moves |= {there[0] - here[0], there[1] - here[1]}
            if len(moves) > 1:
                return None
        return moves.pop() if moves else 0

    def stride(self, name, axis):
        period, moved = self.motion(name, axis)
        return Fraction(moved, period)

    def irregular(self, name, axis):
        """Whether paths of different strides have met, here or before."""
        sources = [] if name == self.origin else self.local_sources(name, axis)
        if any(self.irregular(source, axis) for source in sources):
            return True
        return len({self.stride(source, axis) for source in sources}) > 1

    def aligned(self, name, axis):
        """Whether all paths that meet here or before have the same stride and the same centers."""
        if name == self.origin:
            return True
        sources = self.local_sources(name, axis)
        if self.irregular(name, axis) or not all(self.aligned(source, axis) for source in sources):
            return False
        long = math.lcm(*(self.repeats(source, axis) for source in sources))
        for o in range(-long, long + 1):
            centers = {self.center(source, axis, o) for source in sources} - {None}
            if len(centers) > 1:
                return False
        return True

    # --- the report ---

    def along(self, name, axis):
        """The field of a layer along one axis."""
        if not self.local(name, axis):
            unknown = dict.fromkeys(("size", "stride", "padding", "center", "phase_sizes"))
            return unknown | {"aligned": True, "uniform": True}
        first = self.hull(name, axis, 0)
        found = {
            "padding": -first[0] if first else None,
            "center": self.center(name, axis, 0),
            "aligned": self.aligned(name, axis),
        }
        if self.irregular(name, axis):
            widths = self.widths(name, axis, self.sizes.size[name][axis])
            return found | {"size": max(widths), "stride": None, "phase_sizes": None, "uniform": False}
        period, moved = self.motion(name, axis)
        widths = self.widths(name, axis, period)
        return found | {
            "size": max(widths),
            "stride": Fraction(moved, period),
            "phase_sizes": widths,
            "uniform": period == 1,
        }

    def widths(self, name, axis, count):
        regions = [self.hull(name, axis, o) for o in range(count)]
        return [region[1] - region[0] + 1 if region else 0 for region in regions]

    def field(self, name):
        """The receptive field of a layer, in the terms of rf's JSON; None where the origin does not reach."""
        if not self.reached(name):
            return None
        axes = [self.along(name, axis) for axis in range(self.sizes.dims)]
        through = self.through(name)
        return {
            **{key: [axis[key] for axis in axes] for key in ("size", "stride", "padding", "center")},
            "phase_sizes": [axis["phase_sizes"] for axis in axes],
            "aligned": all(axis["aligned"] for axis in axes),
            "uniform": all(axis["uniform"] for axis in axes),
            "global": bool(through),
            "through": through,
        }

    def cost(self, name):
        """params, macs and flops of a layer; None where unknown."""
        layer = self.layers[name]
        source = layer["inputs"][0]
        maps = (
            self.sizes.size[source],
            self.sizes.channels[source],
            self.sizes.size[name],
            self.sizes.channels[name],
        )
        return {"params": params(layer, *maps), "macs": macs(layer, *maps), "flops": flops(layer, *maps)}

    def totals(self):
        costs = [self.cost(name) for name in self.layers]
        return {
            key: None if any(cost[key] is None for cost in costs) else sum(cost[key] for cost in costs)
            for key in ("params", "macs", "flops")
        }

    def outputs(self):
        """The layers nothing consumes."""
        used = {source for layer in self.network.layers for source in layer["inputs"]}
        return [name for name in self.layers if name not in used]
