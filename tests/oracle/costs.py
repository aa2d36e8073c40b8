"""Channels, parameters, multiply-accumulates and flops of one layer, from their definitions.

`n_in`, `n_out`: sizes per axis; `c_in`, `c_out`: channels, None when unknown. A number that needs
an unknown one is None.
"""

from __future__ import annotations

import math
from fractions import Fraction

WINDOW_POOLS = {"max_pool", "avg_pool", "lp_pool"}
ADAPTIVE_POOLS = {"adaptive_avg_pool", "adaptive_max_pool"}
WHOLE_POOLS = {"global_avg_pool", "global_max_pool"}
WEIGHTED = {"conv", "conv_transpose", "custom"}
WITH_FILTERS = WEIGHTED | {"separable_conv"}
WITH_BIAS = WITH_FILTERS | {"depthwise_conv"}
NORMS = {"batch_norm", "layer_norm", "instance_norm", "group_norm"}


def product(*factors):
    """The product; None when a factor is unknown."""
    return None if None in factors else math.prod(factors)


def total(*terms):
    """The sum; None when a term is unknown."""
    return None if None in terms else sum(terms)


def each_axis(value, dims):
    return value if isinstance(value, list) else [value] * dims


def taps(layer, dims):
    """How many positions a kernel has."""
    return math.prod(each_axis(layer.get("kernel", 1), dims))


def unknown_cost(layer, c_out):
    """Layers whose insides a description does not tell."""
    kind = layer["type"]
    if kind in ("attention", "window_attention"):
        return True
    if kind == "custom":
        return bool(layer.get("global")) or "filters" not in layer
    if kind == "squeeze_excite":
        return "units" not in layer
    return kind in WITH_FILTERS and c_out is None


def channels(layer, given, n_in, invalid):
    """The channels of a layer's output, from those of its inputs (`given`)."""
    kind = layer["type"]
    if kind == "concat":
        return total(*given)
    if kind in ("add", "multiply", "max"):
        return merged_channels(kind, given, invalid)
    c_in = given[0]
    if kind in WITH_FILTERS:
        groups = layer.get("groups", 1)
        if (c_in is not None and c_in % groups) or layer.get("filters", 0) % groups:
            raise invalid(f"{layer['name']}: groups do not divide the channels")
        return layer.get("filters")
    if kind == "depthwise_conv":
        return product(c_in, layer.get("depth_multiplier", 1))
    if kind == "linear":
        return layer["units"]
    if kind == "flatten":
        return product(c_in, *n_in)
    if kind in ("identity", "subsample") and "filters" in layer:
        if c_in is not None and layer["filters"] < c_in:
            raise invalid(f"{layer['name']}: channels cannot be padded to fewer")
        return layer["filters"]
    if kind in ("pixel_shuffle", "depth_to_space"):
        cells = math.prod(each_axis(layer["scale"], len(n_in)))
        if c_in is not None and c_in % cells:
            raise invalid(f"{layer['name']}: channels are not a multiple of {cells}")
        return None if c_in is None else c_in // cells
    if kind in ("pixel_unshuffle", "space_to_depth"):
        return product(c_in, *each_axis(layer["scale"], len(n_in)))
    if kind == "channel_slice":
        if c_in is None:
            return None
        left = len(layer.get("indices", range(c_in)[layer.get("start") : layer.get("end") : layer.get("step")]))
        if left == 0:
            raise invalid(f"{layer['name']}: no channels are left")
        return left
    return c_in


def merged_channels(kind, given, invalid):
    """The channels the inputs share: one known is enough, but for a 1 that may be broadcast."""
    weak = {None, 1} if kind in ("add", "multiply") else {None}
    firm = set(given) - weak
    if len(firm) > 1:
        raise invalid(f"channels {sorted(firm)} meet")
    if firm:
        return firm.pop()
    return None if None in given else 1


def params(layer, n_in, c_in, n_out, c_out):
    """Trainable parameters."""
    kind = layer["type"]
    bias = 1 if layer.get("bias", True) else 0
    if unknown_cost(layer, c_out):
        return None
    if kind in WEIGHTED:
        weights = product(taps(layer, len(n_in)), c_in, c_out)
        return total(None if weights is None else weights // layer.get("groups", 1), bias * c_out)
    if kind == "depthwise_conv":
        return product(taps(layer, len(n_in)) + bias, c_out)
    if kind == "separable_conv":
        middle = product(c_in, layer.get("depth_multiplier", 1))
        return total(product(taps(layer, len(n_in)), middle), product(middle, c_out), bias * c_out)
    if kind == "linear":
        return total(product(c_in, c_out), bias * c_out)
    if kind == "squeeze_excite":
        units = layer["units"]
        return total(product(2, c_in, units), bias * units, product(bias, c_in))
    if kind in NORMS:
        kinds = (1 if layer.get("scale", True) else 0) + bias
        places = n_in if kind == "layer_norm" and layer.get("axes") == "all" else []
        return product(kinds, c_in, *places) if kinds else 0
    if kind == "channel_scale":
        return c_in
    if kind == "prelu":
        return c_in if layer.get("per_channel") else 1
    return 0


def macs(layer, n_in, c_in, n_out, c_out):
    """Multiply-accumulates."""
    kind = layer["type"]
    if unknown_cost(layer, c_out):
        return None
    if kind in WEIGHTED:
        places = n_in if kind == "conv_transpose" else n_out
        work = product(*places, taps(layer, len(n_in)), c_in, c_out)
        return None if work is None else work // layer.get("groups", 1)
    if kind == "depthwise_conv":
        return product(*n_out, taps(layer, len(n_in)), c_out)
    if kind == "separable_conv":
        middle = product(c_in, layer.get("depth_multiplier", 1))
        depthwise = product(*n_out, taps(layer, len(n_in)), middle)
        return total(depthwise, product(*n_out, middle, c_out))
    if kind == "linear":
        return product(c_in, c_out)
    if kind == "squeeze_excite":
        return product(2, c_in, layer["units"])
    return 0


def flops(layer, n_in, c_in, n_out, c_out):
    """Two for each multiply-accumulate, one per output for a bias or a batch_norm, the taps of pools."""
    kind = layer["type"]
    bias = 1 if layer.get("bias", True) else 0
    elements = product(c_out, *n_out)
    if unknown_cost(layer, c_out):
        return None
    work = product(2, macs(layer, n_in, c_in, n_out, c_out))
    if kind in WITH_BIAS:
        return total(work, elements if bias else 0)
    if kind == "linear":
        return total(work, bias * c_out)
    if kind == "squeeze_excite":
        return total(work, bias * layer["units"], product(bias, c_in))
    if kind == "batch_norm":
        return elements
    if kind in WINDOW_POOLS:
        return product(taps(layer, len(n_in)), elements)
    if kind in ADAPTIVE_POOLS or kind in WHOLE_POOLS:
        return product(c_out, *(bin_taps(n, m) for n, m in zip(n_in, n_out, strict=True)))
    return work


def bin_taps(n, m):
    """All taps of the m bins over a map of n."""
    ratio = Fraction(n, m)
    return sum(math.ceil((o + 1) * ratio) - math.floor(o * ratio) for o in range(m))
