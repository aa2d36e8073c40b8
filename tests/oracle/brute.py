"""Receptive fields by brute force: push explicit index sets through the layers and look.

Nothing here knows a formula for size, stride or padding. `reads` says which input indices one
output index reads, one branch per line of the table of layer types; the support of a feature is
the union of the supports of what it reads; everything else is observed on those sets.

All axes are independent, so every function speaks of one axis. Maps are unbounded: an index may
be any integer, and padding only moves coordinates.
"""

import functools
import math
from fractions import Fraction

from oracle.costs import channels, flops, macs, params
from oracle.rules import MERGES, Invalid, is_global, leaves_only_global, output_size, pace, reads


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

    def __init__(self, network, origin=None, mode="eval", sizes=None):
        self.network = network
        self.origin = origin or next(iter(network.inputs))
        self.mode = mode
        self.sizes = sizes or Sizes(network)
        self.layers = {layer["name"]: layer for layer in network.layers}
        for memoised in ("reached", "local", "support", "hull", "repeats", "motion", "strides", "aligned"):
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

    def strides(self, name, axis):
        """The strides of the single paths to a layer: each moves by the product of what its layers move by."""
        if name == self.origin:
            return frozenset([Fraction(1)])
        found = set()
        for source in self.local_sources(name, axis):
            n_in, n_out = self.sizes.size[source][axis], self.sizes.size[name][axis]
            step = Fraction(*pace(self.layers[name], axis, n_in, n_out))
            found |= {step * stride for stride in self.strides(source, axis)}
        return frozenset(found)

    def irregular(self, name, axis):
        """Whether paths of different strides have met, here or before; behind a layer all of whose outputs read the
        same, none moves any more."""
        return len(self.strides(name, axis)) > 1

    def aligned(self, name, axis):
        """Whether every pair of paths has the same stride, and the same center at every output."""
        if self.irregular(name, axis):
            return False
        long = self.repeats(name, axis)
        return all(len({sum(region) for region in self.path_hulls(name, axis, o) - {None}}) < 2 for o in range(long))

    def path_hulls(self, name, axis, o):
        """The regions of output o along each single path, those that are equal once."""
        found = set()
        for path in self.paths(name, axis):
            reached = {o}
            for source, layer in path:
                n_in, n_out = self.sizes.size[source][axis], self.sizes.size[layer][axis]
                reached = {i for at in reached for i in reads(self.layers[layer], axis, at, n_in, n_out)}
            found.add((min(reached), max(reached)) if reached else None)
        return found

    def paths(self, name, axis):
        """All paths as ((source, layer), ...), last layer first."""
        if name == self.origin:
            return [()]
        found = []
        for source in self.local_sources(name, axis):
            found += [((source, name), *path) for path in self.paths(source, axis)]
        return list(dict.fromkeys(found))

    # --- the report ---

    def along(self, name, axis):
        """The field of a layer along one axis."""
        if not self.local(name, axis):
            unknown = dict.fromkeys(("size", "stride", "padding", "center", "lookback", "lookahead", "phase_sizes"))
            return unknown | {"aligned": True, "uniform": True}
        first = self.hull(name, axis, 0)
        found = {
            "padding": -first[0] if first else None,
            "center": self.center(name, axis, 0),
            "aligned": self.aligned(name, axis),
        }
        if self.irregular(name, axis):
            widths = self.widths(name, axis, self.sizes.size[name][axis])
            unknown = dict.fromkeys(("stride", "lookback", "lookahead", "phase_sizes"))
            return found | unknown | {"size": max(widths), "uniform": False}
        period, moved = self.motion(name, axis)
        widths = self.widths(name, axis, period)
        return (
            found
            | self.around(name, axis, period, Fraction(moved, period))
            | {
                "size": max(widths),
                "stride": Fraction(moved, period),
                "phase_sizes": widths,
                "uniform": period == 1,
            }
        )

    def around(self, name, axis, period, stride):
        """How far outputs look back and ahead of the sample floor(o*stride), over three periods."""
        regions = [(o * stride // 1, self.hull(name, axis, o)) for o in range(-period, 2 * period)]
        found = [(at - region[0], region[1] - at) for at, region in regions if region]
        return {key: max((one[i] for one in found), default=None) for i, key in enumerate(("lookback", "lookahead"))}

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
            **{
                key: [axis[key] for axis in axes]
                for key in ("size", "stride", "padding", "center", "lookback", "lookahead")
            },
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
