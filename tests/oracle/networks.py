"""Random valid networks as format-1 documents, and `flatten`, which spells a document out.

`flatten` expands sequences, residuals, branches, repeats and names by plain recursion, for the
oracle to read. The strategies build a document item by item; an item that does not fit is dropped.
"""

from __future__ import annotations

import copy

from hypothesis import strategies as st

from oracle.brute import (
    ACTIVATIONS,
    ADAPTIVE,
    GLOBAL_POOLS,
    MERGES,
    NORMS,
    POOLS,
    RESIZES,
    SHUFFLES,
    UNSHUFFLES,
    Invalid,
    Network,
    Oracle,
    Sizes,
)

STRUCTURES = ("sequence", "residual", "branches")
LARGEST_MAP = 90
LONGEST_REPEAT = 72
LARGEST_FIELD = 250


# --- spelling a document out --------------------------------------------------------------------


def flatten(document, size=None):
    """The flat network of a document; `size` stands in for unknown input sizes."""
    return Expansion(document, size).network()


def scopes(document):
    """What each scope's path stands for; one that ends in `merge: none` stands for nothing."""
    outputs = Expansion(document, None).stands_for
    return {path: output for path, output in outputs.items() if output not in (path, None)}


class Scope:
    """Where names are given: a path, and how often each type has been used there."""

    def __init__(self, path=""):
        self.path = path
        self.counts = {}

    def join(self, name):
        return f"{self.path}/{name}" if self.path else name

    def numbered(self, kind):
        """The name of an unnamed layer or branch: type_1, type_2, ..."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}_{self.counts[kind]}"

    def merge_name(self, kind):
        """The name of a merge that a structure makes: add, add_2, ..."""
        self.counts["merge", kind] = self.counts.get(("merge", kind), 0) + 1
        count = self.counts["merge", kind]
        return kind if count == 1 else f"{kind}_{count}"


class Expansion:
    """A document on its way to a flat network."""

    def __init__(self, document, size=None):
        self.dims = dims_of(document)
        self.inputs = {
            name: {"size": known_size(given.get("size"), self.dims, size), "channels": given["channels"]}
            for name, given in inputs_of(document).items()
        }
        self.layers = []
        self.stands_for = {name: name for name in self.inputs}
        first = next(iter(self.inputs)) if len(self.inputs) == 1 else None
        self.items(document["layers"], Scope(), first)

    def network(self):
        return Network(self.inputs, self.layers)

    def items(self, items, scope, previous):
        """Expand a list; returns the name of its last output (`previous` when empty)."""
        for item in items:
            for instance in repeated(item):
                previous = self.item(instance, scope, previous)
        return previous

    def item(self, item, scope, previous):
        given = item.get("inputs")
        sources = [self.resolve(name, scope) for name in given] if given else [previous]
        if None in sources:
            raise Invalid("no previous layer to take")
        if item["type"] not in STRUCTURES:
            return self.layer(item, scope, sources)
        inner = Scope(scope.join(item["name"])) if "name" in item else scope
        output = getattr(self, item["type"])(item, inner, sources[0])
        if "name" in item:
            self.give(inner.path, output)
        return output

    def give(self, path, output):
        """A path stands for an output, once."""
        if path in self.stands_for:
            raise Invalid(f"{path} is there twice")
        self.stands_for[path] = output

    def layer(self, item, scope, sources):
        name = scope.join(item.get("name") or scope.numbered(item["type"]))
        layer = {**item, "name": name, "inputs": sources}
        if "like" in item:
            layer["like"] = self.resolve(item["like"], scope)
        self.layers.append(layer)
        self.give(name, name)
        return name

    def sequence(self, item, scope, source):
        return self.items(item["layers"], scope, source)

    def residual(self, item, scope, source):
        body = self.items(item["layers"], scope, source)
        if item.get("shortcut") is False:
            return body
        shortcut = self.items(item.get("shortcut") or [], scope, source)
        return self.merge(item.get("merge", "add"), scope, [body, shortcut])

    def branches(self, item, scope, source):
        ends = []
        for name, items in named_branches(item["branches"], scope):
            inner = Scope(scope.join(name))
            ends.append(self.items(items, inner, source))
            self.give(inner.path, ends[-1])
        if item["merge"] == "none":
            return None
        return self.merge(item["merge"], scope, ends)

    def merge(self, kind, scope, sources):
        return self.layer({"type": kind, "name": scope.merge_name(kind)}, scope, sources)

    def resolve(self, name, scope):
        """A name in its own scope first, then outwards."""
        path = scope.path
        while path and f"{path}/{name}" not in self.stands_for:
            path = path.rpartition("/")[0]
        output = self.stands_for[f"{path}/{name}" if path else name]
        if output is None:
            raise Invalid(f"{name} has no single output, after `merge: none`")
        return output


def inputs_of(document):
    return document["inputs"] if "inputs" in document else {"input": document["input"]}


def dims_of(document):
    for given in inputs_of(document).values():
        if isinstance(given.get("size"), list):
            return len(given["size"])
        if "dims" in given:
            return given["dims"]
    return 2


def known_size(size, dims, stand_in):
    sizes = size if isinstance(size, list) else [size] * dims
    return [stand_in if n is None else n for n in sizes]


def named_branches(branches, scope):
    if isinstance(branches, dict):
        return list(branches.items())
    return [(scope.numbered("branch"), items) for items in branches]


def repeated(item):
    """The instances of an item with `repeat`."""
    if "repeat" not in item:
        return [item]
    plain = {key: value for key, value in item.items() if key != "repeat"}
    if "name" not in item:
        return [plain] * item["repeat"]
    return [{**plain, "name": f"{item['name']}_{i}"} for i in range(1, item["repeat"] + 1)]


# --- drawing --------------------------------------------------------------------------------------


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
            item["padding_mode"] = self.d.pick(["zeros", "reflect", "replicate", "circular"])
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


def inner_items(item):
    """The layers right inside a structure."""
    branches = item.get("branches") or []
    lists = list(branches.values()) if isinstance(branches, dict) else list(branches)
    lists += [item.get("layers") or [], item.get("shortcut") or []]
    return [inner for items in lists for inner in items if inner["type"] not in STRUCTURES]


def fits(document):
    """Whether a document is valid, and small enough to be looked at by brute force."""
    try:
        oracle = Oracle(flatten(document, 37))
    except Invalid:
        return False
    if not oracle.layers:
        return False
    if max(max(size) for size in oracle.sizes.size.values()) > LARGEST_MAP:
        return False
    return all(modest(oracle, name, axis) for name in oracle.layers for axis in range(oracle.sizes.dims))


def modest(oracle, name, axis):
    """Whether a layer's regions repeat soon, are not large, and one of them reads something."""
    if not oracle.local(name, axis):
        return True
    if oracle.repeats(name, axis) > LONGEST_REPEAT:
        return False
    widths = oracle.widths(name, axis, oracle.repeats(name, axis))
    return 0 < max(widths) <= LARGEST_FIELD


# --- strategies -----------------------------------------------------------------------------------


def fresh_document(d, dims, unknown=False, inputs=None):
    """A document without layers."""

    def given():
        size = [d.number(1, 40) if d.one_in(3) else d.number(8, 40) for _ in range(dims)]
        if unknown:
            return {"size": None, "dims": dims, "channels": d.pick([1, 2, 3, 4])}
        if dims == 2 and d.one_in(3):
            size = size[0]
        return {"size": size, "channels": d.pick([1, 2, 3, 4])}

    if inputs == 2 or (inputs is None and not unknown and d.one_in(4)):
        first = given()
        others = {"depth": {**first, "channels": 2} if d.one_in(2) else {**given(), "size": first["size"]}}
        return {"format": 1, "inputs": {"rgb": first, **others}, "layers": []}
    return {"format": 1, "input": given(), "layers": []}


@st.composite
def one_layer(draw):
    """One layer, which may or may not fit."""
    document = {"format": 1, "input": {"size": [16], "channels": 4}, "layers": []}
    return Builder(draw, document, 1).single()


@st.composite
def chains(draw, most=9):
    """Layers one after another, all types and parameters; a classifier at times."""
    d = Drawing(draw)
    dims = d.pick([2, 1, 3])
    builder = Builder(draw, fresh_document(d, dims), dims)
    builder.chain(d.number(1, most))
    if d.one_in(5):
        builder.grow(*builder.head())
    return finished(builder)


@st.composite
def graphs(draw, most=7, inputs=None):
    """Residuals, branches, skips, decoders and gates."""
    d = Drawing(draw)
    dims = d.pick([2, 1, 3])
    builder = Builder(draw, fresh_document(d, dims, inputs=inputs), dims)
    builder.anything(d.number(1, most))
    return finished(builder)


@st.composite
def unsized(draw, most=4):
    """Chains and graphs over an input of unknown size."""
    d = Drawing(draw)
    dims = d.pick([1, 1, 2])
    builder = Builder(draw, fresh_document(d, dims, unknown=True), dims)
    if d.one_in(2):
        builder.chain(d.number(1, most))
    else:
        builder.anything(d.number(1, most))
    return finished(builder)


@st.composite
def doubtful(draw):
    """Two layers that may or may not fit, for agreement on what is refused."""
    d = Drawing(draw)
    dims = d.pick([2, 1])
    document = fresh_document(d, dims)
    if "input" in document:
        document["input"]["size"] = [d.number(1, 6) for _ in range(dims)]
    builder = Builder(draw, document, dims)
    items = [{"type": "identity", "inputs": [next(iter(inputs_of(document)))]}]
    items += [builder.single() for _ in range(d.number(1, 2))]
    return {**document, "layers": items}


def finished(builder):
    """The document, with one plain layer when nothing else fitted."""
    if not builder.document["layers"]:
        builder.grow({"type": "relu"})
    return builder.document
