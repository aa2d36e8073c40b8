"""What each layer type reads along one axis, and how many outputs it has: the reference's table, line by line.

Nothing here is shared with the engine. A `Step` speaks of one layer along one axis between maps of known sizes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product


class Unfit(Exception):
    """The layer cannot stand here."""


@dataclass(frozen=True)
class Step:
    """What output `o` reads of the map before: its `taps`, and where `whole` says so all of it.

    `whole` is "" for none of that, "beside" where the taps stay, "only" where nothing else is left, "before" and "after"
    where the taps stay and all before the last of them, or after the first, is seen as well. `inputs` samples
    further on for each `outputs` outputs the taps repeat themselves. `border` is the padding mode, `before` and `after`
    how much is padded.
    """

    taps: Callable[[int], list[int]]
    inputs: int = 1
    outputs: int = 1
    whole: str = ""
    border: str = "zeros"
    before: int = 0
    after: int = 0
    finite: Callable[[int], list[int]] | None = None
    """The taps on a finite map, where they are fewer than those on an unbounded one."""
    tap: Callable[[int, int], int | None] | None = None
    """What one tap of a kernel reads."""


PAIRED = {"correlation", "cost_volume"}
MERGES = {"add", "multiply", "max", "concat"}
CONVOLUTIONS = {"conv", "depthwise_conv", "separable_conv"}
POOLS = {"max_pool", "avg_pool", "lp_pool"}
GLOBAL_POOLS = {"global_avg_pool", "global_max_pool"}
ADAPTIVE = {"adaptive_avg_pool", "adaptive_max_pool"}
RECURRENT = {"lstm": 4, "gru": 3, "rnn": 1}
NORMS = {"batch_norm", "layer_norm", "instance_norm", "group_norm"}
ACTIVATIONS = {
    "relu", "relu6", "leaky_relu", "rrelu", "elu", "selu", "celu", "gelu", "silu", "swish", "mish", "sigmoid",
    "log_sigmoid", "hard_sigmoid", "hard_swish", "hard_tanh", "tanh", "softplus", "softsign", "softmax",
    "softmin", "log_softmax", "exponential", "threshold", "prelu",
}  # fmt: skip
PLAIN = ACTIVATIONS | {"dropout", "lrn", "channel_shuffle", "channel_scale", "channel_slice", "identity", "zeros"}
LINEAR = {"linear", "bilinear", "trilinear"}
CUBIC = {"cubic", "bicubic"}


def of_axis(value, axis):
    """The value of one axis."""
    return value[axis] if isinstance(value, list) else value


def pair(value, axis):
    """A padding in numbers as (before, after)."""
    value = of_axis(value, axis)
    return (value[0], value[1]) if isinstance(value, list) else (value, value)


def here(o):
    """The sample at the output's own place."""
    return [o]


def window(layer, axis, n):
    """(outputs, Step) of a convolution or a pool over a map of n."""
    kind = layer["type"]
    k, d = of_axis(layer.get("kernel", 1), axis), of_axis(layer.get("dilation", 1), axis)
    s = of_axis(layer.get("stride", layer["kernel"] if kind in POOLS else 1), axis)
    extent = (k - 1) * d + 1
    padding = layer.get("padding", 0)
    if padding == "valid":
        before, after = 0, 0
    elif padding == "causal":
        before, after = extent - 1, 0
    elif padding in ("same", "same_lower"):
        lack = max((-(-n // s) - 1) * s + extent - n, 0)
        before, after = (lack // 2, lack - lack // 2) if padding == "same" else (lack - lack // 2, lack // 2)
    else:
        before, after = pair(padding, axis)
    slack = n + before + after - extent
    if slack < 0:
        raise Unfit("the kernel is larger than its padded map")
    m = slack // s + 1
    if layer.get("ceil_mode"):
        m = -(-slack // s) + 1
        m -= (m - 1) * s >= n + before
    mode, places = layer.get("padding_mode", "zeros"), left_along(layer, axis, k)

    def tap(o, t):
        return o * s - before + t * d

    return m, Step(lambda o: [tap(o, t) for t in places], s, 1, "", mode, before, after, tap=tap)


def left_along(layer, axis, k):
    """The places of a kernel along an axis at which a mask leaves any tap."""
    return sorted({tap[axis] for tap in layer["taps"]}) if "taps" in layer else range(k)


def taps_left(layer, dims):
    """All taps of a kernel that its mask leaves, as places along the axes."""
    mask, kernel = layer["mask"], [of_axis(layer["kernel"], axis) for axis in range(dims)]
    every, middle = list(product(*map(range, kernel))), tuple(k // 2 for k in kernel)
    if isinstance(mask, str):
        return [tap for tap in every if tap < middle or (tap == middle and mask == "causal")]
    found = []
    for tap in every:
        entry = mask
        for place in tap:
            entry = entry[place]
        found += [tap] if entry else []
    return found


def transposed(layer, axis, n):
    k, d = of_axis(layer["kernel"], axis), of_axis(layer.get("dilation", 1), axis)
    s = of_axis(layer.get("stride", 1), axis)
    extent = (k - 1) * d + 1
    padding = layer.get("padding", 0)
    if padding == "same":
        before, m = max(extent - s, 0) // 2, n * s
    else:
        before, after = (0, 0) if padding == "valid" else pair(padding, axis)
        m = (n - 1) * s - before - after + extent + of_axis(layer.get("output_padding", 0), axis)
    places = left_along(layer, axis, k)

    def tap(o, t):
        at = o + before - t * d
        return at // s if at % s == 0 else None

    return m, Step(lambda o: [i for t in places if (i := tap(o, t)) is not None], 1, s, tap=tap)


def bins(n, m):
    """Adaptive windows: m of them over n samples."""
    ratio = Fraction(n, m)
    return Step(
        lambda o: list(range(math.floor(o * ratio), math.ceil((o + 1) * ratio))), ratio.numerator, ratio.denominator
    )


def resized(layer, axis, n, like):
    """(outputs, Step) of an interpolation."""
    scale = None if "scale" not in layer else Fraction(of_axis(layer["scale"], axis))
    m = math.floor(n * scale) if scale is not None else of_axis(layer["size"], axis) if "size" in layer else like
    if m < 1:
        raise Unfit("nothing is left")
    mode, where = layer.get("mode", "nearest"), layer.get("coordinates", "half_pixel")
    if mode == "area":
        return m, bins(n, m)
    ratio = 1 / scale if scale is not None else Fraction(n, m)
    if where == "align_corners":
        ratio = Fraction(n - 1, m - 1) if m > 1 else Fraction(0)
    half = Fraction(1, 2)

    def place(o):
        return (o + half) * ratio - half if where == "half_pixel" else o * ratio

    def taps(o):
        x = place(o)
        if mode == "nearest":
            return [math.floor(x) if where == "asymmetric" else math.floor(x + half)]
        if x.denominator == 1:
            return [int(x)]
        return [math.floor(x) + t for t in ((-1, 0, 1, 2) if mode in CUBIC else (0, 1))]

    return m, Step(taps, ratio.numerator, ratio.denominator)


def cut(layer, axis, n, like):
    """(outputs, Step) of a crop."""
    if "like" in layer:
        if like > n:
            raise Unfit("it cannot be cropped to more than it has")
        before, after = (n - like) // 2, n - like - (n - like) // 2
    else:
        before, after = pair(layer["cropping"], axis)
    return n - before - after, Step(lambda o: [o + before])


def windowed(layer, axis, n):
    if "grid" in layer:
        count = of_axis(layer["grid"], axis)
        if n % count:
            raise Unfit("the grid does not divide the map")
        apart = n // count
        return n, Step(lambda o: [o // n * n + o % apart + t * apart for t in range(count)], n, n)
    if "windows" in layer:
        count = of_axis(layer["windows"], axis)
        if n % count:
            raise Unfit("the windows do not divide the map")
        w, whole = n // count, "only" if count == 1 else ""
    else:
        w, whole = of_axis(layer["window"], axis), ""
    shift = of_axis(layer.get("shift", 0), axis)

    def taps(o):
        first = (o - shift) // w * w + shift
        return list(range(first, first + w))

    return n, Step(taps, w, w, whole)


def rearranged(layer, axis, n):
    """(outputs, Step) of shuffles and of what keeps every so many samples."""
    kind = layer["type"]
    if kind == "subsample":
        s = of_axis(layer["stride"], axis)
        return -(-n // s), Step(lambda o: [o * s], s, 1)
    r = of_axis(layer["scale"], axis)
    if kind in ("pixel_unshuffle", "space_to_depth"):
        if n % r:
            raise Unfit("the map is no multiple of the scale")
        return n // r, Step(lambda o: [o * r + t for t in range(r)], r, 1)
    return n * r, Step(lambda o: [o // r], 1, r)


def adaptive(layer, axis, n):
    m = of_axis(layer["output_size"], axis)
    step = bins(n, m)
    return m, Step(step.taps, step.inputs, step.outputs, "only" if m == 1 else "")


def whole_of(layer, mode, axis):
    """Whether a layer that keeps its map sees all of it as well, or of one side."""
    kind = layer["type"]
    if kind in RECURRENT:
        if axis != layer.get("along", 0):
            return ""
        return "beside" if layer.get("bidirectional") else "after" if layer.get("reverse") else "before"
    if layer.get("cumulative") or layer.get("axes") == "cumulative" or layer.get("causal"):
        return "beside" if axis else "before"
    seen = kind in ("squeeze_excite", "instance_norm", "group_norm")
    seen = seen or (kind == "batch_norm" and mode == "train")
    return "beside" if seen or (kind == "layer_norm" and layer.get("axes") == "all") else ""


def step(layer, axis, n, like=None, mode="eval"):
    """(outputs, Step) of a layer over a map of n samples along an axis."""
    kind = layer["type"]
    if (kind == "attention" and not layer.get("causal")) or (kind == "custom" and layer.get("global") is True):
        return n, Step(here, whole="only")
    if kind in CONVOLUTIONS | POOLS | {"custom"}:
        m, found = window(layer, axis, n)
        if layer.get("global"):
            found = replace(found, whole="beside" if axis else layer["global"])
    elif kind in RECURRENT and layer.get("last") and axis == layer.get("along", 0):
        m, found = 1, Step(here, whole="only")
    elif kind == "conv_transpose":
        m, found = transposed(layer, axis, n)
    elif kind in ("upsample", "resize"):
        m, found = resized(layer, axis, n, like)
    elif kind == "crop":
        m, found = cut(layer, axis, n, like)
    elif kind == "pad":
        before, after = pair(layer["padding"], axis)
        mode = layer.get("padding_mode", "zeros")
        m, found = n + before + after, Step(lambda o: [o - before], 1, 1, "", mode, before, after)
    elif kind == "window_attention":
        m, found = windowed(layer, axis, n)
    elif kind in ADAPTIVE:
        m, found = adaptive(layer, axis, n)
    elif kind in GLOBAL_POOLS or kind in ("flatten", "linear"):
        if kind == "linear" and n != 1:
            raise Unfit("linear on a map")
        m, found = 1, Step(here, whole="only")
    elif kind in PLAIN | NORMS | RECURRENT.keys() | {"squeeze_excite", "attention"}:
        m, found = n, Step(here, whole=whole_of(layer, mode, axis))
    else:
        m, found = rearranged(layer, axis, n)
    if m < 1:
        raise Unfit("nothing is left")
    return m, found


def paired(layer, axis, n, other):
    """(outputs, a Step for each input) of a layer of two maps."""
    if layer["type"] == "correlation":
        before, after = pair(layer.get("padding", 0), axis)
        m = n + before + after - other + 1
        if m < 1:
            raise Unfit("the template is larger than the padded map")
        return m, [Step(lambda o: [o - before + t for t in range(other)]), Step(here, whole="only")]
    if n != other:
        raise Unfit("maps that differ")
    first, last = pair(layer["max_displacement"], axis)
    apart = of_axis(layer.get("displacement_stride", 1), axis)
    half = of_axis(layer.get("kernel", 1), axis) // 2
    s = of_axis(layer.get("stride", 1), axis)
    padding = layer.get("padding", "same")
    words = {"same": (first + half, last + half), "valid": (0, 0)}
    before, after = words[padding] if isinstance(padding, str) else pair(padding, axis)
    slack = n + before + after - (first + 2 * half + 1 + last)
    if slack < 0:
        raise Unfit("patches and displacements reach over the map")
    moves = [d for d in range(-first, last + 1) if d % apart == 0]

    def patch(o):
        middle = o * s - before + first + half
        return list(range(middle - half, middle + half + 1))

    def displaced(places):
        return sorted({x + d for x in places for d in moves})

    right = Step(lambda o: displaced(patch(o)), s, finite=lambda o: displaced(x for x in patch(o) if 0 <= x < n))
    return slack // s + 1, [Step(patch, s), right]
