"""The layer types as plain rules: sizes, and the set of inputs that each output reads. Shares no code with the engine."""

import math
from dataclasses import dataclass
from fractions import Fraction

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
    """Samples of a window of attention; a grid's positions repeat with the whole map."""
    if "grid" in layer:
        return n
    return n // per_axis(layer["windows"], axis) if "windows" in layer else per_axis(layer["window"], axis)


def windows(layer, axis, n):
    """The number of windows of a convolution or a pool."""
    before, after = padding_of(layer, axis, n)
    stride = stride_of(layer, axis)
    room = n + before + after - extent_of(layer, axis)
    if layer.get("ceil_mode"):  # PyTorch: a partial window counts, also as the only one, where it starts on the map
        count = math.ceil(Fraction(room, stride)) + 1
        last_start = (count - 1) * stride
        count = count - 1 if last_start >= n + before else count
    else:
        count = room // stride + 1
    if count < 1:
        raise Invalid(f"{layer['name']}: the kernel is larger than its padded map")
    return count


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
    if kind == "window_attention" and "grid" in layer:
        apart = n_in // per_axis(layer["grid"], axis)
        return list(range(o // n_in * n_in + o % apart, o // n_in * n_in + n_in, apart))
    if kind == "window_attention":
        window, shift = window_of(layer, axis, n_in), per_axis(layer.get("shift", 0), axis)
        first = (o - shift) // window * window + shift
        return list(range(first, first + window))
    if kind in POINTWISE or kind in MERGES:
        return [o]
    raise ValueError(f"no reads for {kind}")


def stands_at(layer, axis, i, n, around=True):
    """The sample of a map of n that a layer finds at position i: beside the map a copy of one that is left of it, or
    None; also None at the other side of a circular border where one does not go `around`."""
    mode = layer.get("padding_mode", "zeros")
    if 0 <= i < n:
        return i
    if mode == "zeros" or (mode == "circular" and not around):
        return None
    before, after = padding_of(layer, axis, n)
    left = list(range(max(-before, 0), n - max(-after, 0)))
    if mode == "replicate":
        return left[0] if i < 0 else left[-1]
    row = {"circular": left, "symmetric": left + left[::-1], "reflect": left + left[-2:0:-1]}[mode]
    return row[(i - left[0]) % len(row)]


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
