"""Channels of a layer and which channels before they come from; parameters, macs and flops where they are plain.

Channels are numbered; `sources` gives for each output channel a frozenset of (input number, channel).
"""

from __future__ import annotations

import math

from oracle.plain.steps import ADAPTIVE, GLOBAL_POOLS, MERGES, NORMS, PAIRED, POOLS, RECURRENT, Unfit, of_axis, pair


def cells(layer, key, dims):
    """How many positions a value per axis makes."""
    return math.prod(of_axis(layer.get(key, 1), axis) for axis in range(dims))


def everything(counts):
    """All channels of the first input."""
    return frozenset((0, c) for c in range(counts[0]))


def by_groups(layer, counts, filters):
    groups = layer.get("groups", 1)
    if counts[0] % groups or filters % groups:
        raise Unfit("groups do not divide the channels")
    each, made = counts[0] // groups, filters // groups
    return [frozenset((0, f // made * each + c) for c in range(each)) for f in range(filters)]


def merged(layer, counts):
    if layer["type"] == "concat":
        return [frozenset([(number, c)]) for number, count in enumerate(counts) for c in range(count)]
    firm = {count for count in counts if count != 1 or layer["type"] == "max"}
    if len(firm) > 1:
        raise Unfit("channels that differ")
    return [
        frozenset((number, c if count > 1 else 0) for number, count in enumerate(counts))
        for c in range(firm.pop() if firm else 1)
    ]


def displacements(layer, dims):
    """How many a cost volume has."""
    many = 1
    for axis in range(dims):
        (before, after), apart = (
            pair(layer["max_displacement"], axis),
            of_axis(layer.get("displacement_stride", 1), axis),
        )
        many *= before // apart + after // apart + 1
    return many


def compared(layer, counts, dims):
    """Channels of what two maps make."""
    compare = layer.get("compare", "product")
    if layer["type"] == "cost_volume" and compare == "concat":
        return sum(counts) * displacements(layer, dims)
    filters = layer.get("filters", 1)
    if counts[1] != filters * counts[0] or counts[0] % layer.get("groups", 1):
        raise Unfit("channels that differ")
    if layer["type"] == "correlation":
        return counts[0] if layer.get("depthwise") else filters
    return displacements(layer, dims) * (counts[0] if compare == "difference" else layer.get("groups", 1))


def chosen(layer, count):
    """Channels that slices and shuffles name."""
    if layer["type"] == "channel_slice":
        indices = layer.get("indices", [])
        if any(not -count <= c < count for c in indices):
            raise Unfit("no such channel")
        kept = [range(count)[c] for c in indices] or range(count)[
            layer.get("start", 0) : layer.get("end") : layer.get("step", 1)
        ]
        if not kept:
            raise Unfit("no channels are left")
        return kept
    groups = layer.get("groups", 1)
    if count % groups:
        raise Unfit("groups do not divide the channels")
    return [g * (count // groups) + c for c in range(count // groups) for g in range(groups)]


SHUFFLES, UNSHUFFLES = ("pixel_shuffle", "depth_to_space"), ("pixel_unshuffle", "space_to_depth")


def block_of(layer, c, few, dims):
    """Of one of the many channels on the side of a shuffle that has them: which of the `few` on the other side it
    belongs to, and its place in a block, per axis. Pixel shuffles have the block inside each channel, the others the
    channels inside each place."""
    scales = [of_axis(layer["scale"], axis) for axis in range(dims)]
    many = math.prod(scales)
    inside = layer["type"].startswith("pixel")
    channel, t = (c // many, c % many) if inside else (c % few, c // few)
    place = []
    for r in reversed(scales):
        t, at = divmod(t, r)
        place.insert(0, at)
    return channel, tuple(place)


def shuffled(layer, count, dims):
    many = cells(layer, "scale", dims)
    if count % many:
        raise Unfit("channels do not make the samples")
    found = [set() for _ in range(count // many)]
    for c in range(count):
        found[block_of(layer, c, count // many, dims)[0]].add((0, c))
    return [frozenset(each) for each in found]


def place_of(layer, made, taken, counts, dims):
    """The place in a block at which one channel of a shuffle meets another; None for other layers. `counts` are those
    of the input and of the output."""
    if layer["type"] in SHUFFLES:
        return block_of(layer, taken, counts[1], dims)[1]
    if layer["type"] in UNSHUFFLES:
        return block_of(layer, made, counts[0], dims)[1]
    return None


def sources(layer, counts, dims, flat):
    """Of each output channel the channels it comes from; `flat` is the size of the map before."""
    kind = layer["type"]
    if kind in MERGES:
        return merged(layer, counts)
    if kind in PAIRED:
        return [everything(counts) | {(1, c) for c in range(counts[1])}] * compared(layer, counts, dims)
    count = counts[0]
    own = [frozenset([(0, c)]) for c in range(count)]
    if kind in ("conv", "conv_transpose", "custom") and not (kind == "custom" and layer.get("global")):
        return by_groups(layer, counts, layer["filters"])
    if kind == "custom":
        return [everything(counts)] * layer.get("filters", count)
    if kind == "zeros":
        return [frozenset()] * count
    if kind in RECURRENT:
        return [everything(counts)] * (layer.get("projection", layer["units"]) * directions(layer))
    if kind in ("separable_conv", "linear"):
        return [everything(counts)] * layer["filters" if kind == "separable_conv" else "units"]
    if kind == "depthwise_conv":
        more = layer.get("depth_multiplier", 1)
        return [own[c // more] for c in range(count * more)]
    if kind in ("channel_slice", "channel_shuffle"):
        return [own[c] for c in chosen(layer, count)]
    if kind in SHUFFLES:
        return shuffled(layer, count, dims)
    if kind in UNSHUFFLES:
        return [own[block_of(layer, c, count, dims)[0]] for c in range(count * cells(layer, "scale", dims))]
    if kind == "flatten":
        return [own[c // flat] for c in range(count * flat)]
    if kind in ("identity", "subsample") and "filters" in layer:
        if layer["filters"] < count:
            raise Unfit("fewer channels")
        return own + [frozenset()] * (layer["filters"] - count)
    if "query" in layer:
        if count != 2 * layer["query"] + layer["value"]:
            raise Unfit("channels that are not those of queries, keys and values")
        return [everything(counts)] * layer["value"]
    if kind in ("attention", "window_attention", "softmax", "softmin", "log_softmax"):
        return [everything(counts)] * count
    if kind == "layer_norm" and layer.get("axes") != "all":
        return [everything(counts)] * count
    if kind == "lrn":
        size = layer.get("size", 5)
        reach = range(-(size // 2), (size - 1) // 2 + 1)
        return [frozenset((0, c + t) for t in reach if 0 <= c + t < count) for c in range(count)]
    return own


def whole_sources(layer, counts, local):
    """Of each output channel the channels of which it sees the whole map; `local` are its sources."""
    kind = layer["type"]
    if kind == "squeeze_excite" or (kind == "layer_norm" and layer.get("axes") == "all"):
        return [everything(counts)] * counts[0]
    if kind == "group_norm":
        return by_groups(layer, counts, counts[0])
    return local


def directions(layer):
    return 2 if layer.get("bidirectional") else 1


def states(layer, c_in):
    """(weights, biases) of each state of a recurrent layer, as torch has them."""
    gates, units, ways = RECURRENT[layer["type"]], layer["units"], directions(layer)
    given = layer.get("projection", units)
    biases = 0 if not layer.get("bias", True) else 1 if layer.get("single_bias") else 2
    for depth in range(layer.get("depth", 1)):
        before = c_in if depth == 0 else given * ways
        weights = gates * units * (before + given) + (given * units if "projection" in layer else 0)
        yield from [(weights, biases * gates * units)] * ways


def params(layer, dims, c_in, c_out, n_in):
    """Trainable parameters; None where they are not plain."""
    kind, bias = layer["type"], bool(layer.get("bias", True))
    if "params" in layer:
        return layer["params"]
    taps = cells(layer, "kernel", dims)
    if "query" in layer:
        return 0
    if kind in ("attention", "window_attention") or (kind == "custom" and layer.get("global")):
        return None
    if kind in ("conv", "conv_transpose", "custom"):
        return taps * c_in * c_out // layer.get("groups", 1) + bias * c_out
    if kind == "depthwise_conv":
        return c_out * (taps + bias)
    if kind == "separable_conv":
        middle = c_in * layer.get("depth_multiplier", 1)
        return middle * taps + middle * c_out + bias * c_out
    if kind == "linear":
        return c_out * (c_in + bias)
    if kind in RECURRENT:
        return sum(weights for weights, _ in states(layer, c_in)) + sum(biases for _, biases in states(layer, c_in))
    if kind == "squeeze_excite":
        return layer["units"] * (2 * c_in + bias) + bias * c_in if "units" in layer else None
    if kind in NORMS:
        where = math.prod(n_in) if layer.get("axes") == "all" else 1
        return (bool(layer.get("scale", True)) + bias) * c_in * where
    if kind == "channel_scale" or (kind == "prelu" and layer.get("per_channel")):
        return c_in
    return int(kind == "prelu")


def macs(layer, dims, c_in, c_out, n_in, n_out):
    """Multiply-accumulates; None where they are not plain."""
    kind = layer["type"]
    taps, places = cells(layer, "kernel", dims), math.prod(n_out)
    if kind == "correlation":
        sides = [pair(layer.get("padding", 0), axis) for axis in range(dims)]
        sizes = [n + sum(ends) - m + 1 for n, m, ends in zip(n_in, n_out, sides, strict=True)]
        return places * math.prod(sizes) * c_in * layer.get("filters", 1)
    if kind == "cost_volume":
        product = layer.get("compare", "product") == "product"
        return places * taps * c_in * displacements(layer, dims) if product else 0
    if "query" in layer:
        windows = [of_axis(layer.get("window", n), axis) for axis, n in enumerate(n_in)]
        cut = any(n % w for n, w in zip(n_in, windows, strict=True))
        return None if cut else places * math.prod(windows) * (layer["query"] + layer["value"])
    if kind in ("attention", "window_attention") or (kind == "custom" and layer.get("global")):
        return None
    if kind in ("conv", "custom"):
        return places * taps * c_in * c_out // layer.get("groups", 1)
    if kind == "conv_transpose":
        return math.prod(n_in) * taps * c_in * c_out // layer.get("groups", 1)
    if kind == "depthwise_conv":
        return places * taps * c_out
    if kind == "separable_conv":
        return places * c_in * layer.get("depth_multiplier", 1) * (taps + c_out)
    if kind == "linear":
        return c_in * c_out
    if kind in RECURRENT:
        return math.prod(n_in) * sum(weights for weights, _ in states(layer, c_in))
    if kind == "squeeze_excite":
        return 2 * c_in * layer["units"] if "units" in layer else None
    return 0


def flops(layer, dims, c_in, c_out, n_in, n_out):
    """2 x macs, 1 for each output of a bias or a batch_norm, the taps of each output of a pool."""
    kind, bias = layer["type"], bool(layer.get("bias", True))
    work = macs(layer, dims, c_in, c_out, n_in, n_out)
    outputs = c_out * math.prod(n_out)
    if work is None:
        return None
    if kind in ("conv", "conv_transpose", "custom", "depthwise_conv", "separable_conv", "linear"):
        return 2 * work + bias * outputs
    if kind in RECURRENT:
        return 2 * work + math.prod(n_in) * sum(biases for _, biases in states(layer, c_in))
    if kind == "squeeze_excite":
        return 2 * work + bias * (layer["units"] + c_in)
    if kind == "batch_norm":
        return outputs
    if kind in POOLS:
        return outputs * cells(layer, "kernel", dims)
    if kind in ADAPTIVE | GLOBAL_POOLS:
        return c_out * math.prod(
            sum(-(-(o + 1) * n // m) - o * n // m for o in range(m)) for n, m in zip(n_in, n_out, strict=True)
        )
    return 2 * work
