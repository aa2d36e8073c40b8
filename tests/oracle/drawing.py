"""Builds random documents item by item; an item that does not fit is dropped."""

import copy

from hypothesis import strategies as st

from oracle.brute import Sizes
from oracle.fitting import fits, inner_items
from oracle.rules import (
    ACTIVATIONS,
    ADAPTIVE,
    GLOBAL_POOLS,
    MERGES,
    NORMS,
    POOLS,
    RESIZES,
    SHUFFLES,
    UNSHUFFLES,
)
from oracle.spelling import flatten, inputs_of


class Drawing:
    """Small questions to hypothesis."""

    def __init__(self, draw):
        self.draw = draw

    def pick(self, options):
        return self.draw(st.sampled_from(sorted(options, key=str) if isinstance(options, set) else options))

    def number(self, low, high):
        return self.draw(st.integers(low, high))

    def one_in(self, count):
        return self.draw(st.integers(1, count)) == count

    def per_axis(self, dims, low, high):
        """A scalar for all axes, or a list."""
        if self.one_in(3):
            return [self.number(low, high) for _ in range(dims)]
        return self.number(low, high)

    def pairs(self, dims, low, high):
        """Padding or cropping as numbers: an int, a list, or pairs."""
        if self.one_in(3):
            return [[self.number(low, high), self.number(low, high)] for _ in range(dims)]
        return self.per_axis(dims, low, high)


class Builder:
    """A document that grows while it stays valid."""

    def __init__(self, draw, document, dims):
        self.d = Drawing(draw)
        self.document = document
        self.dims = dims
        self.names = []
        self.count = 0

    # --- the state ---

    def grow(self, *items):
        """Add items to the document, if it stays valid and small; says whether it did."""
        trial = {**self.document, "layers": self.document["layers"] + list(items)}
        if not fits(trial):
            return False
        self.document = copy.deepcopy(trial)
        self.names += [item["name"] for item in items if "name" in item and "repeat" not in item]
        return True

    def last(self):
        """The name, sizes and channels of what the next item would read."""
        network = flatten(self.document, 37)
        sizes = Sizes(network)
        name = network.layers[-1]["name"] if network.layers else next(iter(network.inputs))
        return name, sizes.size[name], sizes.channels[name]

    def name(self):
        self.count += 1
        return f"n{self.count}"

    def named(self, item):
        """The item, usually with a name."""
        return item if self.d.one_in(4) else {"name": self.name(), **item}

    # --- single layers ---

    def padding(self, transposed=False):
        d = self.d
        forms = ["numbers", "numbers", "valid", "same"]
        if not transposed:
            forms += ["same", "same_lower"] + ["causal"] * (self.dims == 1)
        form = d.pick(forms)
        if form != "numbers":
            return form
        return d.pairs(self.dims, *((-1, 3) if d.one_in(3) else (0, 2)))

    def window(self, kind, kernels=(1, 4), strides=(1, 3)):
        """A convolution, a pool or a custom layer, with everything it may say."""
        d = self.d
        item = {"type": kind, "kernel": d.per_axis(self.dims, *kernels)}
        if d.one_in(2) or kind in POOLS:
            item["stride"] = d.per_axis(self.dims, *strides)
        if kind in POOLS and d.one_in(3):
            del item["stride"]
        if d.one_in(3) and kind != "lp_pool":
            item["dilation"] = d.per_axis(self.dims, 1, 3)
        if not d.one_in(4):
            item["padding"] = self.padding()
        if kind in POOLS and d.one_in(2):
            item["ceil_mode"] = True
        return item

    def filters(self, item, groups=True):
        """Give an item filters, and sometimes groups and no bias."""
        d = self.d
        item["filters"] = d.pick([2, 4, 6, 8])
        channels = self.last()[2]
        if groups and d.one_in(4) and channels is not None and channels % 2 == 0:
            item["groups"] = 2
        if d.one_in(4):
            item["bias"] = False
        return item

    def conv(self):
        item = self.filters(self.window("conv"))
        if self.d.one_in(5):
            item["padding_mode"] = self.d.pick(["zeros", "reflect", "symmetric", "replicate", "circular"])
        return item

    def depthwise(self):
        item = self.window(self.d.pick(["depthwise_conv", "separable_conv"]))
        if item["type"] == "separable_conv":
            self.filters(item, groups=False)
        if self.d.one_in(3):
            item["depth_multiplier"] = 2
        return item

    def pool(self):
        return self.window(self.d.pick(POOLS))

    def custom(self):
        if self.d.one_in(6):
            return {"type": "custom", "global": True}
        item = self.window("custom")
        return item if self.d.one_in(6) else self.filters(item)

    def transposed(self):
        d = self.d
        item = {
            "type": "conv_transpose",
            "kernel": d.per_axis(self.dims, 1, 4),
            "stride": d.per_axis(self.dims, 1, 3),
        }
        if d.one_in(3):
            item["dilation"] = d.per_axis(self.dims, 1, 2)
        if not d.one_in(3):
            item["padding"] = self.padding(transposed=True)
        if item.get("padding") != "same" and d.one_in(4):
            stride = item["stride"]
            most = min(stride) if isinstance(stride, list) else stride
            item["output_padding"] = d.number(0, most - 1)
        return self.filters(item)

    def interpolation(self):
        """`mode` and `coordinates` of a resize."""
        d = self.d
        linear = {1: "linear", 2: "bilinear", 3: "trilinear"}[self.dims]
        item = {"type": d.pick(RESIZES)}
        if d.one_in(4):
            return item
        item["mode"] = d.pick(["nearest", "linear", linear, "cubic", "area"])
        if item["mode"] != "area" and not d.one_in(3):
            item["coordinates"] = d.pick(["half_pixel", "asymmetric", "align_corners"])
        return item

    def resize(self):
        d = self.d
        item = self.interpolation()
        form = d.pick(["scale", "scale", "size", "like"])
        if form == "like" and self.names:
            item["like"] = d.pick(self.names)
        elif form == "size":
            item["size"] = d.per_axis(self.dims, 1, 12)
        elif d.one_in(4):
            item["scale"] = d.pick([0.5, 1.5, 0.75, 2.5])
        else:
            item["scale"] = d.per_axis(self.dims, 1, 3)
        return item

    def shuffle(self):
        kind = self.d.pick(SHUFFLES | UNSHUFFLES | {"max_unpool"})
        item = {"type": kind, "scale": self.d.per_axis(self.dims, 1, 2)}
        channels = self.last()[2]
        if kind in SHUFFLES and channels and channels % 2**self.dims:
            item["scale"] = [2] + [1] * (self.dims - 1) if channels % 2 == 0 else 1
        return item

    def moved(self):
        """pad, crop, subsample."""
        d = self.d
        kind = d.pick(["pad", "crop", "subsample"])
        if kind == "subsample":
            item = {"type": kind, "stride": d.per_axis(self.dims, 1, 3)}
            return {**item, "filters": self.last()[2] + 2} if d.one_in(4) and self.last()[2] else item
        if kind == "pad":
            return {"type": kind, "padding": d.pairs(self.dims, -1, 2)}
        return {"type": kind, "cropping": d.pairs(self.dims, 0, 2)}

    def adaptive(self):
        low = 1 if self.d.one_in(3) else 2
        return {"type": self.d.pick(ADAPTIVE), "output_size": self.d.per_axis(self.dims, low, 7)}

    def local(self):
        """A layer that reads its own position only."""
        d = self.d
        others = ["dropout", "lrn", "softmax", "identity", "channel_shuffle", "channel_scale", "channel_slice"]
        kind = d.pick(d.pick([ACTIVATIONS, ACTIVATIONS, NORMS, others]))
        item = {"type": kind}
        channels = self.last()[2]
        if kind == "channel_slice":
            item |= {"start": d.number(0, 1), "end": d.pick([2, 3, -1])}
        if kind == "prelu" and d.one_in(2):
            item["per_channel"] = True
        if kind == "identity" and d.one_in(3) and channels:
            item["filters"] = channels + 2
        if kind in NORMS and d.one_in(3):
            item |= {d.pick(["scale", "bias"]): False}
        if kind == "layer_norm" and d.one_in(2):
            item["axes"] = "all"
        if kind in ("channel_shuffle", "group_norm"):
            item["groups"] = 2 if channels and channels % 2 == 0 else 1
        return item

    def attentive(self):
        """Attention, and the layers that look at the whole map."""
        d = self.d
        kinds = ["window_attention", "window_attention", "squeeze_excite"]
        kind = d.pick([*kinds, d.pick(GLOBAL_POOLS | {"attention", "flatten"})])
        item = {"type": kind}
        if kind == "window_attention":
            item |= {"window": d.per_axis(self.dims, 1, 5), "shift": d.per_axis(self.dims, 0, 2)}
        if kind == "squeeze_excite":
            item |= {} if d.one_in(4) else {"units": d.pick([1, 2, 4])}
            item |= {"bias": False} if d.one_in(4) else {}
        return item

    def single(self):
        make = self.d.pick(
            [
                self.conv,
                self.conv,
                self.conv,
                self.pool,
                self.pool,
                self.depthwise,
                self.transposed,
                self.resize,
                self.resize,
                self.shuffle,
                self.shuffle,
                self.moved,
                self.adaptive,
                *[self.local] * 4,
                self.attentive,
                self.custom,
            ]
        )
        return make()

    # --- pieces that keep or divide the size ---

    def keeping(self):
        """A layer that keeps the sizes and the channels."""
        d = self.d
        channels = self.last()[2] or 2
        kind = d.pick(["conv", "pool", "local", "window_attention", "pad", "squeeze_excite"])
        if kind == "conv":
            item = {"type": "conv", "filters": channels, "kernel": d.per_axis(self.dims, 1, 4)}
            if d.one_in(2):
                return {**item, "kernel": 3, "dilation": 2, "padding": d.pick([2, [[1, 3]] * self.dims])}
            return {**item, "padding": d.pick(["same", "same", "same_lower"] + ["causal"] * (self.dims == 1))}
        if kind == "pool":
            return {"type": d.pick(POOLS), "kernel": d.number(2, 3), "stride": 1, "padding": "same"}
        if kind == "window_attention":
            return {"type": kind, "window": d.number(2, 4), "shift": d.number(0, 1)}
        if kind == "pad":
            return {"type": kind, "padding": [[1, -1]] * self.dims}
        if kind == "squeeze_excite":
            return {"type": kind, "units": 2}
        return {"type": d.pick({"relu", "batch_norm", "instance_norm", "dropout", "identity", "channel_scale"})}

    def dividing(self, stride):
        """A layer with ceil(n / stride) outputs that keeps the channels."""
        d = self.d
        channels = self.last()[2] or 2
        kind = d.pick(["conv", "pool", "subsample"])
        if kind == "subsample":
            return {"type": kind, "stride": stride}
        padding = d.pick(["same", "same", "same_lower"] + ["causal"] * (self.dims == 1))
        item = {"kernel": d.number(1, 4), "stride": stride, "padding": padding}
        if kind == "pool":
            return {"type": d.pick(POOLS), **item}
        return {"type": "conv", "filters": channels, **item}

    def body(self, stride, most=2):
        """Layers whose strides make `stride`."""
        items = [self.keeping() for _ in range(self.d.number(0, most))]
        if stride != 1:
            items.insert(self.d.number(0, len(items)), self.dividing(stride))
        return items

    # --- structures ---

    def structure(self, item):
        """A structure with or without a name, sometimes repeated, its inner layers sometimes named."""
        for inner in inner_items(item):
            if self.d.one_in(4):
                inner["name"] = self.name()
        if self.d.one_in(2):
            item = {"name": self.name(), **item}
        if self.d.one_in(6):
            item["repeat"] = self.d.number(1, 2)
        return item

    def residual(self):
        d = self.d
        stride = d.pick([1, 1, 2])
        item = {"type": "residual", "layers": self.body(stride, 3)}
        if stride != 1 or d.one_in(3):
            item["shortcut"] = self.body(stride, 1)
        elif d.one_in(4):
            item["shortcut"] = False
        if d.one_in(2):
            item["merge"] = d.pick(["add", "multiply", "max", "concat"])
        return self.structure(item)

    def nested_residual(self):
        inner = self.residual()
        item = {"type": "residual", "layers": [self.keeping(), inner, self.keeping()]}
        if inner.get("shortcut") and not fits(self.with_item(item)):
            item = {"type": "sequence", "layers": [inner, self.keeping()]}
        return self.structure(item)

    def with_item(self, item):
        return {**self.document, "layers": [*self.document["layers"], item]}

    def branches(self):
        d = self.d
        stride = d.pick([1, 1, 2, 3])
        lists = [self.body(stride) for _ in range(d.number(2, 3))]
        if d.one_in(2):
            lists = {f"{'abc'[number]}": items for number, items in enumerate(lists)}
        merge = d.pick(["concat", "concat", "add", "multiply", "max"])
        return self.structure({"type": "branches", "branches": lists, "merge": merge})

    def sequence(self):
        return self.structure({"type": "sequence", "layers": [self.keeping() for _ in range(self.d.number(1, 3))]})

    def pyramid(self):
        """Branches without a merge, merged by name: the second brought to the first's size."""
        d = self.d
        name, merged = self.name(), self.name()
        branches = {"fine": [self.keeping()], "coarse": [self.dividing(2), {**self.interpolation(), "like": "fine"}]}
        if not d.one_in(2):
            branches["coarse"].pop()
            branches["coarse"].append({"type": "upsample", "scale": 2})
            branches["coarse"].append({"type": "crop", "like": "fine"})
        inputs = [f"{name}/fine", f"{name}/coarse"]
        return [
            {"name": name, "type": "branches", "branches": branches, "merge": "none"},
            {"name": merged, "type": d.pick({"concat", "add", "max"}), "inputs": inputs},
        ]

    def skip(self):
        """An earlier layer, cropped or resized to the current one, and a merge of both."""
        d = self.d
        here = self.last()[0]
        inputs = list(inputs_of(self.document))
        other = d.pick(self.names + inputs) if self.names else d.pick(inputs)
        bridge = self.name()
        fit = {"type": "crop"} if d.one_in(2) else self.interpolation()
        merge = d.pick(["concat", "concat", "add", "multiply", "max"])
        items = [{"name": bridge, "inputs": [other], "like": here, **fit}]
        if merge != "concat" and self.last()[2]:
            items.append({"name": self.name(), "type": "conv", "kernel": 1, "filters": self.last()[2]})
        order = [here, items[-1]["name"]]
        return [*items, {"name": self.name(), "type": merge, "inputs": d.pick([order, order[::-1]])}]

    def straight_merge(self):
        """Two named layers that happen to fit."""
        d = self.d
        chosen = [d.pick(self.names + list(inputs_of(self.document))) for _ in range(d.number(2, 3))]
        return [{"name": self.name(), "type": d.pick(MERGES), "inputs": chosen}]

    def decoder(self):
        """Down and up again, with a skip around."""
        d = self.d
        start, channels = self.last()[0], self.last()[2] or 2
        up = d.pick(
            [
                {
                    "type": "conv_transpose",
                    "kernel": d.number(1, 4),
                    "stride": 2,
                    "padding": "same",
                    "filters": channels,
                },
                {"type": "conv_transpose", "kernel": 2, "stride": 2, "filters": channels},
                {"type": "upsample", "scale": 2, "mode": d.pick(["nearest", "linear", "cubic", "area"])},
                {"type": "max_unpool", "scale": 2},
            ]
        )
        top, end = self.name(), self.name()
        fit = d.pick(["crop", "down"])
        items = [self.dividing(2), *self.body(1), {"name": top, **up}]
        if fit == "crop":
            items.append({"name": end, "type": "crop", "like": start})
            return [*items, {"name": self.name(), "type": d.pick({"add", "concat"}), "inputs": [start, end]}]
        items.append({"name": end, "type": "resize", "mode": "linear", "like": top, "inputs": [start]})
        return [*items, {"name": self.name(), "type": "concat", "inputs": [top, end]}]

    def gate(self):
        """The parts of a squeeze-excite net: a pooled path that multiplies its own source."""
        d = self.d
        here, channels = self.last()[0], self.last()[2] or 2
        gate = self.name()
        pool = {"type": d.pick(GLOBAL_POOLS)}
        if d.one_in(3):
            pool = {"type": d.pick(ADAPTIVE), "output_size": 1}
        items = [
            pool,
            {"type": "conv", "kernel": 1, "filters": d.pick([1, channels])},
            {"name": gate, "type": "sigmoid"},
        ]
        if d.one_in(3):
            items.append({"name": self.name(), "type": "upsample", "like": here})
        merge = d.pick(["multiply", "multiply", "add"])
        return [*items, {"name": self.name(), "type": merge, "inputs": [here, items[-1]["name"]]}]

    def other_input(self):
        """Start again from another input, and merge."""
        other = self.d.pick(list(inputs_of(self.document)))
        here, stem = self.last()[0], self.name()
        return [
            {**self.keeping(), "name": stem, "inputs": [other]},
            {"name": self.name(), "type": "concat", "inputs": [here, stem]},
        ]

    def head(self):
        """A classifier."""
        d = self.d
        items = [{"type": d.pick(GLOBAL_POOLS)}] if d.one_in(2) else []
        items += [{"type": "flatten"}] if not items or d.one_in(2) else []
        return [*items, {"type": "linear", "units": d.number(1, 9), "bias": d.one_in(2)}]

    def start(self):
        """With several inputs nothing is taken by itself: name one first."""
        if "inputs" in self.document:
            stem = {"name": self.name(), "type": "identity", "inputs": [self.d.pick(["rgb", "depth"])]}
            self.grow(stem)

    def chain(self, count):
        """Grow by `count` single layers, those that fit."""
        self.start()
        for _ in range(count):
            self.grow(self.named(self.single()))

    def anything(self, count):
        """Grow by `count` pieces of all kinds, those that fit."""
        self.start()
        for _ in range(count):
            make = self.d.pick(
                [
                    self.single,
                    self.single,
                    self.residual,
                    self.nested_residual,
                    self.branches,
                    self.sequence,
                    self.pyramid,
                    self.skip,
                    self.straight_merge,
                    self.decoder,
                    self.gate,
                    *[self.other_input] * (2 if "inputs" in self.document else 0),
                ]
            )
            if make == self.straight_merge and not self.names:
                continue
            made = self.named(make()) if make == self.single else make()
            self.grow(*(made if isinstance(made, list) else [made]))
