"""Channels kept apart by brute force: the network taken apart into one node for each channel of each layer.

Nothing here looks for slices. Every channel of every layer is a layer of its own, which reads those channels of its
input that the table of layer types says; a layer is the union of its channels. `Oracle` does the rest.
"""

from itertools import product

from hypothesis import assume

from oracle.brute import Oracle, Sizes
from oracle.rules import (
    ADAPTIVE,
    GLOBAL_POOLS,
    MERGES,
    POINTWISE,
    POOLS,
    RESIZES,
    SHUFFLES,
    UNSHUFFLES,
    Network,
    leaves_only_global,
    per_axis,
)

EACH_BY_ITSELF = (
    POOLS | RESIZES | ADAPTIVE | GLOBAL_POOLS | POINTWISE | {"max_unpool", "subsample", "pad", "crop"}
) - {"softmax", "softmin", "log_softmax", "layer_norm", "channel_slice", "channel_shuffle", "lrn"}
"""Layers of which an output channel reads the input channel of its number."""


def channels_read(layer, channel, c, made):
    """The input channels, of c, that one of `made` output channels reads; without what it sees globally."""
    kind, everything = layer["type"], range(c)
    if kind == "channel_slice":
        kept = list(everything)[layer.get("start", 0) : layer.get("end") : layer.get("step", 1)]
        return [list(everything)[layer["indices"][channel]] if "indices" in layer else kept[channel]]
    if kind == "channel_shuffle":
        rows = [
            [group * (c // layer["groups"]) + at for at in range(c // layer["groups"])]
            for group in range(layer["groups"])
        ]
        return [[one for column in zip(*rows, strict=True) for one in column][channel]]
    if kind == "lrn":
        first = channel - layer.get("size", 5) // 2
        return [one for one in range(first, first + layer.get("size", 5)) if 0 <= one < c]
    if kind == "depthwise_conv":
        return [channel // layer.get("depth_multiplier", 1)]
    if kind == "layer_norm" and layer.get("axes") == "all":
        return [channel]
    if kind in ("conv", "conv_transpose", "custom"):
        groups = layer.get("groups", 1)
        group = channel // (made // groups)
        return everything[group * (c // groups) : (group + 1) * (c // groups)]
    if kind in EACH_BY_ITSELF:
        return [channel] if channel < c else []
    return everything


def weighed(layer, channel, c):
    """The input channels whose whole maps scale an output channel."""
    if layer["type"] == "squeeze_excite" or (layer["type"] == "layer_norm" and layer.get("axes") == "all"):
        return range(c)
    if layer["type"] == "group_norm":
        each = c // layer.get("groups", 1)
        return range(channel // each * each, channel // each * each + each)
    return []


class _Parts:
    """The layers of a network taken apart, as they are made."""

    def __init__(self, network, origin, sizes):
        self.count, self.dims, self.whole = sizes.channels, sizes.dims, {*network.inputs, origin}
        self.sizes = sizes.size
        self.layers = []

    def add(self, name, kind, inputs, **given):
        self.layers.append({"name": name, "type": kind, "inputs": inputs, **given})
        return name

    def channel(self, source, number):
        """A channel of a layer; inputs and the origin are whole: whichever channel it is, it is a sample of theirs."""
        return source if source in self.whole else f"{source}#{number}"

    def joined(self, name, sources):
        sources = list(dict.fromkeys(sources))
        return sources[0] if len(sources) == 1 else self.add(name, "max", sources)

    def take_apart(self, layer, origin):
        name, made = layer["name"], self.count[layer["name"]]
        plain = {key: value for key, value in layer.items() if key not in ("name", "type", "inputs")}
        mixed = layer["type"] not in MERGES | SHUFFLES | UNSHUFFLES and all(
            len(channels_read(layer, number, c, made)) == c
            for c in [self.count[layer["inputs"][0]]] for number in {0, made - 1}
        )  # fmt: skip
        if name == origin or (mixed and made > 1):  # all of its channels see the same
            self.whole.add(name)
            read = range(self.count[layer["inputs"][0]])
            inputs = [self.channel(layer["inputs"][0], one) for one in read] if name != origin else layer["inputs"]
            self.add(name, layer["type"], [self.joined(f"{name}/in", inputs)] if name != origin else inputs, **plain)
            return
        found = [self.one(layer, f"{name}#{number}", number, made, plain) for number in range(made)]
        self.add(name, "max", found)

    def one(self, layer, own, number, made, plain):
        source, kind = layer["inputs"][0], layer["type"]
        c = self.count[source]
        if kind in MERGES:
            return self.add(own, "max", self.merged(layer, number, made))
        if kind in SHUFFLES:
            return self.blocks(layer, own, "conv_transpose", [
                (place, number * block + place if kind == "pixel_shuffle" else place * made + number)
                for block in [c // made] for place in range(block)
            ])  # fmt: skip
        if kind in UNSHUFFLES:
            block = made // c
            place, read = (number % block, number // block) if kind == "pixel_unshuffle" else (number // c, number % c)
            return self.blocks(layer, own, "conv", [(place, read)])
        read = [self.channel(source, one) for one in channels_read(layer, number, c, made)]
        if not read:  # zeros
            return self.add(own, "max", [], size=self.sizes[layer["name"]])
        local, seen = self.joined(f"{own}/in", read), [self.channel(source, one) for one in weighed(layer, number, c)]
        if not seen:
            return self.add(own, kind, [local], **plain)
        gate = self.add(f"{own}/gate", "custom", [self.joined(f"{own}/seen", seen)], **{"global": True})
        return self.add(own, "max", [local, gate])

    def merged(self, layer, number, made):
        found, start = [], 0
        for source in layer["inputs"]:
            c = self.count[source]
            if layer["type"] == "concat":
                found += [self.channel(source, number - start)] if start <= number < start + c else []
                start += c
            else:
                found += [self.channel(source, one) for one in (range(c) if c != made else [number])]
        return found

    def blocks(self, layer, own, kind, places):
        """What reads, or makes, single positions of the blocks of a rearrangement."""
        scale = [per_axis(layer["scale"], axis) for axis in range(self.dims)]
        every, found = list(product(*map(range, scale))), []
        for place, read in places:
            sides = [[-at, at - step + 1] for at, step in zip(every[place], scale, strict=True)]
            inputs, name = [self.channel(layer["inputs"][0], read)], f"{own}/{place}"
            found.append(self.add(name, kind, inputs, kernel=1, stride=scale, padding=sides))
        return self.add(own, "max", found)


class _Singles(Sizes):
    """Sizes of a network of single channels."""

    def add(self, layer):
        name = layer["name"]
        self.channels[name] = 1
        self.only_global[name] = [
            leaves_only_global(layer, axis) or all(self.only_global[source][axis] for source in layer["inputs"])
            for axis in range(self.dims)
        ]
        self.size[name] = (
            [self.size_along(layer, axis) for axis in range(self.dims)] if layer["inputs"] else layer["size"]
        )


class _Apart(Oracle):
    def through(self, name):
        return list(dict.fromkeys(each.partition("#")[0] for each in super().through(name)))


class ChannelOracle(Oracle):
    """What every layer of a network sees of an origin, where channels that are kept apart see different things."""

    def __init__(self, network, origin=None, mode="eval"):
        super().__init__(network, origin, mode)
        parts = _Parts(network, self.origin, self.sizes)
        for layer in network.layers:
            parts.take_apart(layer, self.origin)
        single = Network(network.inputs, parts.layers)
        self.apart = _Apart(single, self.origin, mode, _Singles(single))

    def field(self, name):
        found = self.apart.field(name)
        return found and {
            **found,
            "through": [one["name"] for one in self.network.layers if one["name"] in found["through"]],
        }


def oracle_of(network, origin=None, mode="eval"):
    """The oracle of a network: only where some layer takes a part of the channels do they have to be told apart."""
    parted = any(layer["type"] in SHUFFLES | {"channel_slice"} for layer in network.layers)
    plain = Oracle(network, origin, mode)
    if not parted:
        return plain
    assume(None not in plain.sizes.channels.values())  # channels that nobody knows cannot be taken apart
    return ChannelOracle(network, origin, mode)
