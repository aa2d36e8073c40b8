"""Random networks of what the format has besides: masks, zeros, slices by numbers, recurrent layers along any axis,
grids, three inputs, copies side by side, several outputs."""

from __future__ import annotations

import random
from itertools import product

from oracle.plain.drawn import PIECES, Draft, one_sided
from oracle.plain.steps import RECURRENT


def drawn_rest(seed):
    """The network of a seed."""
    return Wider(random.Random(seed), frozenset(), (*PIECES, *REST)).finished()


def drawn_masked(seed):
    """Networks of masks above all."""
    return Wider(random.Random(seed), frozenset(), (*PIECES[:8], *[masked] * 10, Draft.residual, Draft.skip)).finished()


class Wider(Draft):
    """A draft of up to three inputs, that may name its outputs."""

    def inputs(self):
        found = super().inputs()
        if "inputs" in found and self.one_in(2):
            size = found["inputs"]["left"]["size"]
            found["inputs"]["third"] = {"size": [n + self.rng.randint(0, 2) for n in size], "channels": 2}
        return found

    def finished(self):
        document = super().finished()
        if self.one_in(4):
            named = [name for name in self.names if name in self.net.layers]
            chosen = [name for name in named if self.one_in(3)] or named[-1:]
            document |= {"outputs": chosen} if chosen else {}
        return document


def named(draft, **layer):
    return [{"name": draft.name(), **layer}]


def kernel_of(draft, low=1, high=3):
    return [draft.rng.randint(low, high) for _ in range(draft.dims)]


def mask_of(draft, kernel, words=True):
    """A mask that leaves something."""
    rng = draft.rng
    if words and rng.randrange(2) and any(k > 1 for k in kernel):
        return rng.choice(["causal", "strictly_causal"])
    entries = {place: rng.randrange(2) for place in product(*map(range, kernel))}
    entries[tuple(rng.randrange(k) for k in kernel)] = 1
    return nested(kernel, entries)


def nested(kernel, entries, at=()):
    if len(at) == len(kernel):
        return entries[at]
    return [nested(kernel, entries, (*at, place)) for place in range(kernel[len(at)])]


def masked(draft):
    kind = draft.rng.choice(["conv", "conv", "depthwise_conv", "separable_conv", "conv_transpose"])
    if kind == "conv_transpose":
        return masked_transposed(draft)
    kernel = kernel_of(draft, 1, 4 if draft.dims < 3 else 3)
    item = {"type": kind, "kernel": kernel, "mask": mask_of(draft, kernel)}
    if draft.one_in(3):
        item["stride"] = draft.axes(1, 2)
    if draft.one_in(3):
        item["dilation"] = draft.axes(1, 2)
    item["padding"] = draft.rng.choice(["same", "same_lower", draft.pairs(0, 3), [k // 2 for k in kernel]])
    if draft.one_in(4):
        item["padding_mode"] = draft.rng.choice(["reflect", "symmetric", "replicate", "circular"])
    return named(draft, **item, **({} if kind == "depthwise_conv" else {"filters": draft.filters()}))


def masked_transposed(draft):
    """Each phase is left the same taps."""
    few, stride = kernel_of(draft, 1, 2), kernel_of(draft, 1, 2)
    entries = {place: draft.rng.randrange(2) for place in product(*map(range, few))}
    entries[tuple(draft.rng.randrange(k) for k in few)] = 1
    kernel = [k * s for k, s in zip(few, stride, strict=True)]
    every = {
        place: entries[tuple(t // s for t, s in zip(place, stride, strict=True))]
        for place in product(*map(range, kernel))
    }
    more = {"padding": draft.pairs(0, 1), "filters": draft.filters()}
    return named(draft, type="conv_transpose", kernel=kernel, stride=stride, mask=nested(kernel, every), **more)


def nothing(draft):
    """Zeros, by themselves or beside something."""
    here, zeros = draft.here(), draft.name()
    items = [{"name": zeros, "type": "zeros"}]
    if draft.one_in(4):
        return items
    merge = draft.rng.choice(["add", "concat", "multiply", "max"])
    return [*items, {"name": draft.name(), "type": merge, "inputs": [here, zeros]}]


def sliced(draft):
    """Channels by number or by step, at times of channels that see different things."""
    rng, c = draft.rng, draft.channels()
    way = rng.choice(["step", "indices", "indices"])
    if way == "step":
        chosen = {"step": rng.randint(1, 3), **rng.choice([{}, {"start": 1}, {"start": -3}, {"end": -1}])}
    else:
        chosen = {"indices": [rng.randrange(c) for _ in range(rng.randint(1, c))]}
    before = draft.apart() if draft.one_in(2) else []
    last = {"type": "depthwise_conv", "kernel": draft.axes(1, 3), "padding": "same"}
    if before:
        before = before[:-1]
        count = 2 * before[0]["filters"]
        if way == "indices":
            chosen = {"indices": [rng.randrange(count) for _ in range(rng.randint(1, count))]}
    after = [{"name": draft.name(), **last}] if draft.one_in(2) else []
    return [*before, *named(draft, type="channel_slice", **chosen), *after]


def recurrent(draft):
    rng, kind = draft.rng, draft.rng.choice(sorted(RECURRENT))
    item = {"type": kind, "units": rng.randint(1, 4)}
    if draft.dims > 1 and draft.one_in(2):
        item["along"] = rng.choice("dhw"[-draft.dims :])
    item |= rng.choice([{}, {}, {"reverse": True}, {"bidirectional": True}])
    item |= rng.choice([{}, {}, {"depth": 2}, {"bias": False}, {"single_bias": True}, {"params": 7}])
    if kind == "lstm" and item["units"] > 1 and draft.one_in(3):
        item["projection"] = 1
    if draft.one_in(5):
        item["last"] = True
    return named(draft, **item)


def grid(draft):
    return named(draft, type="window_attention", grid=draft.axes(1, 4))


def projected(draft):
    """Attention that has its queries, keys and values from the layer before."""
    rng = draft.rng
    query, value = rng.randint(1, 2), rng.randint(1, 3)
    channels = {"query": query, "value": value}
    kind = rng.choice([{"type": "attention"}, {"type": "attention", "causal": True}, {"window": draft.axes(1, 4)}])
    before = {"name": draft.name(), "type": "conv", "kernel": 1, "filters": 2 * query + value}
    return [before, *named(draft, **{"type": "window_attention", **kind}, **channels)]


def cumulative(draft):
    kind = draft.rng.choice(["group_norm", "instance_norm"])
    groups = {"groups": draft.rng.choice([1, 2])} if kind == "group_norm" else {}
    return named(draft, type=kind, cumulative=True, **groups)


def bordered(draft):
    """Depthwise and separable convolutions of all padding modes; dilated pools; output padding of each axis."""
    way = draft.rng.randrange(3)
    if way == 0:
        item = draft.depthwise()
        mode = draft.rng.choice(["reflect", "symmetric", "replicate", "circular"])
        return named(draft, **item, padding_mode=mode)
    if way == 1:
        stride = [draft.rng.randint(1, 3) for _ in range(draft.dims)]
        added = [draft.rng.randint(0, s - 1) for s in stride]
        item = {"kernel": draft.axes(1, 4), "stride": stride, "output_padding": added, "padding": draft.pairs(0, 1)}
        return named(draft, type="conv_transpose", filters=draft.filters(), **item)
    return named(draft, type="lrn", size=draft.rng.randint(1, 6))


def grouped_volume(draft):
    """Cost volumes of groups, and correlations of several templates."""
    rng, source = draft.rng, draft.here()
    one, two = draft.name(), draft.name()
    filters = rng.choice([2, 3])
    if draft.one_in(2):
        pair = [{"name": name, "type": "conv", "kernel": 1, "filters": 4, "inputs": [source]} for name in (one, two)]
        groups = rng.choice([1, 2, 4])
        return [
            *pair,
            *named(draft, type="cost_volume", inputs=[one, two], max_displacement=draft.axes(0, 2), groups=groups),
        ]
    pair = [
        {"name": one, "type": "conv", "kernel": 1, "filters": 2, "inputs": [source]},
        {"name": two, "type": "conv", "kernel": draft.axes(1, 3), "filters": 2 * filters, "inputs": [source]},
        {"name": draft.name(), "type": "adaptive_avg_pool", "output_size": draft.axes(2, 3)},
    ]
    both = {"type": "correlation", "inputs": [one, pair[-1]["name"]], "filters": filters}
    return [*pair, *named(draft, **both, padding=draft.pairs(0, 1))]


def copies(draft):
    """Copies of a layer side by side, or after one another, that are merged."""
    rng, source = draft.rng, draft.here()
    name, chained = draft.name(), draft.one_in(2)
    item = {"name": name, "type": "conv", "kernel": draft.axes(1, 3), "padding": "same", "filters": draft.channels()}
    item |= {"repeat": rng.choice([2, 3]), "inputs": [source]} | ({"chain": True} if chained else {})
    merge = {"type": rng.choice(["add", "concat", "max"]), "inputs": [f"{name}_1", f"{name}_2"]}
    return [item, *named(draft, **merge)]


def apart_branches(draft):
    """Branches that are not merged, of which the next layers take some."""
    scope = draft.name()
    lists = {key: [draft.keeping()] for key in "ab"}
    both = [f"{scope}/a", f"{scope}/b"]
    return [
        {"name": scope, "type": "branches", "branches": lists, "merge": "none"},
        *named(draft, type=draft.rng.choice(["add", "concat"]), inputs=both),
    ]


REST = [*[masked, recurrent, sliced] * 3, *[nothing, grid, projected, cumulative, bordered] * 2, grouped_volume, copies,
        apart_branches, one_sided]  # fmt: skip
