"""Random networks as descriptions, of every layer type and every way to merge; the same ones for the same seed."""

from __future__ import annotations

import copy
import random

from oracle.plain.net import Net
from oracle.plain.seen import Seen, TooLong, ends, width
from oracle.plain.steps import ACTIVATIONS, ADAPTIVE, GLOBAL_POOLS, NORMS, POOLS, Unfit

LARGEST_MAP, LARGEST_FIELD, LONGEST_PERIOD, MOST_CHANNELS = 64, 260, 72, 24


def drawn(seed, without=frozenset(), more=()):
    """The network of a seed; `without` some layer types, with `more` pieces than those of all networks."""
    return Draft(random.Random(seed), without, (*PIECES, *more)).finished()


def modest(net):
    """Whether the last layer is small enough to be looked at sample by sample."""
    if net.channels[net.last] > MOST_CHANNELS or max(net.size[net.last]) > LARGEST_MAP:
        return False
    for origin in net.inputs:
        seen = Seen(net, origin)
        for axis in range(net.dims):
            if not seen.local(net.last, axis):
                continue
            try:
                long = seen.period(net.last, axis)[0]
            except TooLong:
                return False
            if long > LONGEST_PERIOD:
                return False
            if not 0 < max(width(ends(seen.bits(net.last, axis, o))) for o in range(long)) <= LARGEST_FIELD:
                return False
    return True


class Draft:
    """A description that grows by items that fit."""

    def __init__(self, rng, without, pieces):
        self.rng, self.without, self.pieces = rng, without, pieces
        self.dims = rng.choice([1, 1, 2, 2, 3])
        self.count = 0
        self.document = {"format": 1, **self.inputs(), "layers": []}
        self.names = list(self.document.get("inputs", {"input": 0}))
        self.net = Net(self.document)

    def finished(self):
        if "inputs" in self.document:
            self.grow({"name": self.name(), "type": "identity", "inputs": [self.rng.choice(self.names)]})
        for _ in range(self.rng.randint(2, 9)):
            piece = self.rng.choice(self.pieces)
            self.grow(*piece(self))
        if not self.document["layers"]:
            self.grow({"type": "relu", "name": self.name()})
        return self.document

    def grow(self, *items):
        """Add items if they fit; says whether they did."""
        trial = copy.deepcopy({**self.document, "layers": [*self.document["layers"], *items]})
        try:
            net = Net(trial)
        except Unfit:
            return False
        if not net.layers or any(layer["type"] in self.without for layer in net.layers.values()) or not modest(net):
            return False
        self.document, self.net = trial, net
        self.names += [item["name"] for item in items if "name" in item and "repeat" not in item]
        return True

    # --- small questions ---

    def one_in(self, n):
        return self.rng.randrange(n) == 0

    def name(self):
        self.count += 1
        return f"n{self.count}"

    def axes(self, low, high):
        if self.dims > 1 and self.one_in(3):
            return [self.rng.randint(low, high) for _ in range(self.dims)]
        return self.rng.randint(low, high)

    def pairs(self, low, high):
        if self.one_in(2):
            return [[self.rng.randint(low, high), self.rng.randint(low, high)] for _ in range(self.dims)]
        return self.axes(low, high)

    def here(self):
        return self.net.last

    def channels(self):
        return self.net.channels[self.net.last] if self.net.last else 2

    def inputs(self):
        rng = self.rng

        def one(size):
            return {"size": size, "channels": rng.choice([1, 2, 3, 4, 6])}

        low, high = (1, 9) if rng.randrange(8) == 0 else (5, 26) if self.dims < 3 else (4, 12)
        size = [rng.randint(low, high) for _ in range(self.dims)]
        if rng.randrange(5) == 0:
            other = size if rng.randrange(2) else [n * 2 for n in size]
            return {"inputs": {"left": one(size), "right": one(other)}}
        return {"input": one(size)}

    # --- layers ---

    def filters(self):
        return self.rng.choice([1, 2, 4, 4, 6, 8])

    def padding(self, transposed=False):
        words = ["valid", "same"] if transposed else ["valid", "same", "same", "same_lower"]
        if self.dims == 1 and not transposed:
            words.append("causal")
        return self.rng.choice(words) if self.one_in(2) else self.pairs(*((-1, 3) if self.one_in(4) else (0, 2)))

    def windowed(self, kind):
        item = {"type": kind, "kernel": self.axes(1, 4)}
        if kind in POOLS:
            item["kernel"] = self.axes(1, 3)
        if not self.one_in(3):
            item["stride"] = self.axes(1, 3)
        if self.one_in(3) and kind != "lp_pool":
            item["dilation"] = self.axes(1, 3)
        if not self.one_in(4):
            item["padding"] = self.padding()
        if kind in POOLS and self.one_in(2) and not isinstance(item.get("padding"), str):
            item["ceil_mode"] = True
        return item

    def grouped(self, item):
        item["filters"] = self.filters()
        if self.one_in(3):
            item["groups"] = self.rng.choice([2, 3, 4])
        if self.one_in(4):
            item["bias"] = False
        return item

    def conv(self):
        item = self.grouped(self.windowed(self.rng.choice(["conv", "conv", "conv", "custom"])))
        if self.one_in(6) and item["type"] == "conv":
            item["padding_mode"] = self.rng.choice(["reflect", "symmetric", "replicate", "circular"])
        return item

    def depthwise(self):
        item = self.windowed(self.rng.choice(["depthwise_conv", "separable_conv"]))
        if item["type"] == "separable_conv":
            item["filters"] = self.filters()
        return item | ({"depth_multiplier": 2} if self.one_in(3) else {})

    def pool(self):
        return self.windowed(self.rng.choice(sorted(POOLS)))

    def up(self):
        item = {"type": "conv_transpose", "kernel": self.axes(1, 4), "stride": self.axes(1, 3)}
        if self.one_in(3):
            item["dilation"] = self.axes(1, 3)
        item["padding"] = self.padding(transposed=True)
        if item["padding"] != "same" and self.one_in(3):
            strides = item["stride"] if isinstance(item["stride"], list) else [item["stride"]]
            item["output_padding"] = self.rng.randint(0, min(strides) - 1)
        return self.grouped(item)

    def interpolation(self):
        item = {"type": self.rng.choice(["upsample", "resize"])}
        names = ["linear", {1: "linear", 2: "bilinear", 3: "trilinear"}[self.dims], "cubic", "area", "nearest"]
        if not self.one_in(5):
            item["mode"] = self.rng.choice(names)
        if item.get("mode") != "area" and self.one_in(2):
            item["coordinates"] = self.rng.choice(["half_pixel", "asymmetric", "align_corners"])
        return item

    def resize(self):
        item = self.interpolation()
        form = self.rng.choice(["scale", "scale", "size", "like"])
        if form == "like":
            return item | {"like": self.rng.choice(self.names)}
        if form == "size":
            return item | {"size": self.axes(1, 14)}
        return item | {"scale": self.rng.choice([0.5, 1.5, 0.75, 2.5]) if self.one_in(3) else self.axes(1, 3)}

    def shuffle(self):
        kinds = ["pixel_shuffle", "depth_to_space", "pixel_unshuffle", "space_to_depth", "max_unpool"]
        return {"type": self.rng.choice(kinds), "scale": self.axes(1, 2)}

    def moved(self):
        kind = self.rng.choice(["pad", "crop", "crop", "subsample"])
        if kind == "subsample":
            more = {"filters": self.channels() + 2} if self.one_in(4) else {}
            return {"type": kind, "stride": self.axes(1, 3), **more}
        if kind == "pad":
            mode = (
                {"padding_mode": self.rng.choice(["reflect", "symmetric", "replicate", "circular"])}
                if self.one_in(4)
                else {}
            )
            return {"type": kind, "padding": self.pairs(-1, 2), **mode}
        if self.one_in(2):
            return {"type": kind, "like": self.rng.choice(self.names)}
        return {"type": kind, "cropping": self.pairs(0, 2)}

    def adaptive(self):
        return {"type": self.rng.choice(sorted(ADAPTIVE)), "output_size": self.axes(1 if self.one_in(3) else 2, 8)}

    def attentive(self):
        kind = self.rng.choice(["window_attention", "window_attention", "window_attention", "attention"])
        if kind == "attention":
            return {"type": kind}
        shift = {"shift": self.axes(0, 3)} if self.one_in(2) else {}
        if self.one_in(3):
            return {"type": kind, "windows": self.axes(1, 3)}
        return {"type": kind, "window": self.axes(1, 5), **shift}

    def seeing(self):
        """A layer that sees the whole map and keeps it."""
        kind = self.rng.choice(["squeeze_excite", "instance_norm", "group_norm", "layer_norm"])
        if kind == "squeeze_excite":
            return {"type": kind, **({} if self.one_in(4) else {"units": self.rng.randint(1, 3)})}
        if kind == "group_norm":
            return {"type": kind, "groups": self.rng.choice([1, 2])}
        return {"type": kind, **({"axes": "all"} if kind == "layer_norm" else {})}

    def local(self):
        others = ["dropout", "lrn", "identity", "channel_shuffle", "channel_scale", "channel_slice", "channel_slice"]
        kind = self.rng.choice(self.rng.choice([sorted(ACTIVATIONS), sorted(NORMS), others, others]))
        item = {"type": kind}
        if kind == "channel_slice":
            item |= self.rng.choice([{"end": 1}, {"start": 1}, {"start": -2}, {"start": 1, "end": 3}, {"end": -1}])
        if kind in ("channel_shuffle", "group_norm"):
            item["groups"] = self.rng.choice([1, 2, 2, 3])
        if kind in NORMS and self.one_in(3):
            item[self.rng.choice(["scale", "bias"])] = False
        if kind == "prelu":
            item["per_channel"] = self.one_in(2)
        if kind == "identity" and self.one_in(2):
            item["filters"] = self.channels() + 1
        return item

    def whole(self):
        return {"type": self.rng.choice([*sorted(GLOBAL_POOLS), "flatten"])}

    def single(self):
        makers = [
            *[self.conv] * 4,
            *[self.pool, self.up, self.resize, self.shuffle, self.moved] * 2,
            *[self.depthwise, self.adaptive, self.attentive, self.seeing],
            *[self.local] * 4,
        ]
        item = self.rng.choice(makers)()
        return item if self.one_in(6) else {"name": self.name(), **item}

    # --- pieces of several layers ---

    def chain(self):
        return [self.single()]

    def keeping(self):
        """A layer that keeps size and channels."""
        c = self.channels()
        padding = self.rng.choice(["same", "same_lower", *(["causal"] if self.dims == 1 else [])])
        return self.rng.choice(
            [
                {"type": "conv", "kernel": self.axes(1, 4), "padding": padding, "filters": c},
                {
                    "type": "conv",
                    "kernel": 3,
                    "dilation": 2,
                    "padding": self.rng.choice([2, [[1, 3]] * self.dims]),
                    "filters": c,
                },
                {"type": "depthwise_conv", "kernel": self.axes(1, 4), "padding": padding},
                {"type": self.rng.choice(sorted(POOLS)), "kernel": self.axes(2, 3), "stride": 1, "padding": padding},
                {"type": "window_attention", "window": self.axes(2, 4), "shift": self.axes(0, 1)},
                {"type": "pad", "padding": [[1, -1]] * self.dims},
                {"type": self.rng.choice(["relu", "batch_norm", "squeeze_excite", "instance_norm", "channel_scale"])},
                {"type": "conv_transpose", "kernel": 3, "padding": "same", "filters": c},
            ]
        )

    def dividing(self, stride):
        """A layer with ceil(n / stride) outputs."""
        padding = self.rng.choice(["same", "same_lower", *(["causal"] if self.dims == 1 else [])])
        return self.rng.choice(
            [
                {
                    "type": "conv",
                    "kernel": self.axes(1, 4),
                    "stride": stride,
                    "padding": padding,
                    "filters": self.channels(),
                },
                {
                    "type": self.rng.choice(sorted(POOLS)),
                    "kernel": self.axes(1, 3),
                    "stride": stride,
                    "padding": padding,
                },
                {"type": "subsample", "stride": stride},
            ]
        )

    def body(self, stride, most):
        items = [self.keeping() for _ in range(self.rng.randint(0, most))]
        if stride > 1:
            items.insert(self.rng.randint(0, len(items)), self.dividing(stride))
        return items

    def residual(self):
        stride = self.rng.choice([1, 1, 2])
        item = {"type": "residual", "layers": self.body(stride, 3)}
        if stride > 1 or self.one_in(3):
            item["shortcut"] = self.body(stride, 1)
        elif self.one_in(5):
            item["shortcut"] = False
        if self.one_in(2):
            item["merge"] = self.rng.choice(["add", "multiply", "max", "concat"])
        return [self.scope(item)]

    def branches(self):
        stride = self.rng.choice([1, 1, 2, 3])
        lists = [self.body(stride, 2) for _ in range(self.rng.randint(2, 3))]
        merge = self.rng.choice(["concat", "add", "multiply", "max"])
        made = lists if self.one_in(2) else dict(zip("abc", lists, strict=False))
        return [self.scope({"type": "branches", "branches": made, "merge": merge})]

    def nested(self):
        inner = [self.keeping(), *self.residual()]
        return [self.scope({"type": self.rng.choice(["sequence", "residual"]), "layers": inner})]

    def scope(self, item):
        item = {"name": self.name(), **item} if self.one_in(2) else item
        return item | ({"repeat": 2} if self.one_in(6) else {})

    def apart(self):
        """Halves of a concat of two fields, worked on by themselves."""
        one, two, both, half = self.name(), self.name(), self.name(), self.name()
        source, c = self.here(), self.rng.choice([1, 2])
        middle = [self.keeping()] if self.one_in(2) else []
        return [
            {"name": one, "type": "conv", "kernel": 1, "filters": c, "inputs": [source]},
            {
                "name": two,
                "type": "conv",
                "kernel": self.axes(2, 4),
                "padding": "same",
                "filters": c,
                "inputs": [source],
            },
            {"name": both, "type": "concat", "inputs": [one, two]},
            *[item for item in middle if "filters" not in item],
            {"name": half, "type": "channel_slice", **self.rng.choice([{"end": c}, {"start": c}])},
        ]

    def skip(self):
        """An earlier layer brought to the size of the current one, and merged with it."""
        bridge, end, here = self.name(), self.name(), self.here()
        way = {"type": "crop"} if self.one_in(3) else self.interpolation()
        items = [{"name": bridge, **way, "like": here, "inputs": [self.rng.choice(self.names)]}]
        merge = self.rng.choice(["concat", "concat", "add", "multiply", "max"])
        if merge != "concat":
            bridge = self.name()
            items.append({"name": bridge, "type": "conv", "kernel": 1, "filters": self.channels()})
        pair = [here, bridge]
        self.rng.shuffle(pair)
        return [*items, {"name": end, "type": merge, "inputs": pair}]

    def meeting(self):
        chosen = [self.rng.choice(self.names) for _ in range(self.rng.randint(2, 3))]
        return [{"name": self.name(), "type": self.rng.choice(["add", "concat", "max", "multiply"]), "inputs": chosen}]

    def decoder(self):
        """Down and up again, cropped or not, and a skip round it: an FPN's merge where the size is odd."""
        start, top, end, c = self.here(), self.name(), self.name(), self.channels()
        up = self.rng.choice(
            [
                {"type": "conv_transpose", "kernel": self.axes(1, 4), "stride": 2, "padding": "same", "filters": c},
                {"type": "conv_transpose", "kernel": 2, "stride": 2, "filters": c},
                {**self.interpolation(), "scale": 2},
                {**self.interpolation(), "like": start},
                {"type": "max_unpool", "scale": 2},
            ]
        )
        items = [self.dividing(2), *self.body(1, 1), {"name": top, **up}, {"name": end, "type": "crop", "like": start}]
        if self.one_in(2):
            items.insert(1, self.keeping())
        return [
            *items,
            {"name": self.name(), "type": self.rng.choice(["add", "concat", "max"]), "inputs": [start, end]},
        ]

    def gate(self):
        here, pooled, gate, c = self.here(), self.name(), self.name(), self.channels()
        pool = {"type": self.rng.choice(sorted(GLOBAL_POOLS))}
        if self.one_in(3):
            pool = {"type": "adaptive_avg_pool", "output_size": 1}
        items = [
            {"name": pooled, **pool},
            {"name": gate, "type": "conv", "kernel": 1, "filters": self.rng.choice([1, c])},
        ]
        if self.one_in(3):
            gate = self.name()
            items.append({"name": gate, "type": "upsample", "like": here})
        merge = self.rng.choice(["multiply", "multiply", "add"])
        return [*items, {"name": self.name(), "type": merge, "inputs": [here, gate]}]

    def another_input(self):
        if "inputs" not in self.document:
            return self.chain()
        here, stem = self.here(), self.name()
        kind = self.rng.choice(list(self.document["inputs"]))
        return [
            {**self.keeping(), "name": stem, "inputs": [kind]},
            {"name": self.name(), "type": "resize", "like": here},
            {"name": self.name(), "type": "concat", "inputs": [here, f"n{self.count - 1}"]},
        ]

    def head(self):
        """The whole map at the end, or an axis of it."""
        if self.one_in(2):
            return [{"name": self.name(), **self.whole()}]
        return [self.whole(), {"type": "flatten"}, {"name": self.name(), "type": "linear", "units": 3}]


PIECES = [
    *[Draft.chain] * 8,
    *[Draft.residual, Draft.branches, Draft.decoder, Draft.skip, Draft.gate, Draft.another_input] * 2,
    *[Draft.nested, Draft.apart, Draft.meeting],
    Draft.head,
]


def one_sided(draft):
    """A layer that sees all before its place, or after it."""
    rng, kind = draft.rng, draft.rng.choice(["custom", "custom", "recurrent", "attention", "norm"])
    if kind == "custom":
        item = draft.windowed("custom") | {
            "global": rng.choice(["before", "before", "after"]),
            "filters": draft.filters(),
        }
        if draft.one_in(2):
            item["padding"] = draft.pairs(-2, 4)
        return [{"name": draft.name(), **item}]
    if kind == "recurrent" and draft.dims == 1:
        way = rng.choice([{}, {}, {"reverse": True}, {"bidirectional": True}])
        return [{"name": draft.name(), "type": rng.choice(["lstm", "gru", "rnn"]), "units": rng.randint(1, 3), **way}]
    norms = [{"type": "layer_norm", "axes": "cumulative"}, {"type": "instance_norm", "cumulative": True}]
    item = rng.choice(norms) if kind == "norm" else {"type": "attention", "causal": True}
    return [{"name": draft.name(), **item}]


ONE_SIDED = (one_sided,) * 8


def compared(draft):
    """Two maps of one size, compared at displacements, or one slid over a part of the other."""
    rng, source, c = draft.rng, draft.rng.choice(draft.names), draft.rng.choice([1, 2, 4])
    one, two, end = draft.name(), draft.name(), draft.name()
    stride = rng.choice([1, 1, 2])
    items = [
        {"name": name, "type": "conv", "kernel": draft.axes(1, 3), "stride": stride, "padding": "same", "filters": c}
        | {"inputs": [rng.choice(draft.names) if draft.one_in(4) else source]}
        for name in (one, two)
    ]
    if draft.one_in(3):
        cut = {"name": draft.name(), "type": "crop", "cropping": draft.pairs(1, 3)}
        more = rng.choice([{}, {"depthwise": True}, {"padding": draft.pairs(0, 2)}])
        return [*items, cut, {"name": end, "type": "correlation", "inputs": [one, cut["name"]], **more}]
    given = {"max_displacement": [[rng.randrange(4), rng.randrange(4)] for _ in range(draft.dims)]}
    if draft.one_in(2):
        given |= {"displacement_stride": draft.axes(1, 3), "stride": draft.axes(1, 2)}
    if draft.one_in(3):
        given["padding"] = rng.choice(["valid", draft.pairs(0, 5)])
    compare = rng.choice(["product", "product", "product", "difference", "concat"])
    given |= {"kernel": rng.choice([1, 3])} if compare == "product" else {"compare": compare}
    volume = {"name": end, "type": "cost_volume", "inputs": [one, rng.choice([two, two, one])], **given}
    return [*items, volume, {"name": draft.name(), "type": "conv", "kernel": 1, "filters": c}]


PAIRED = (compared,) * 8
