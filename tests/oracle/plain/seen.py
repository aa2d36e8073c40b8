"""What every layer of a network sees of an origin: sets of samples as bits, pushed through the layers one by one.

On unbounded maps along the local paths alone, on finite maps along those and along all. Regions, sizes, strides and
centers are then only looked up. Axes are independent; every function speaks of one.
"""

from __future__ import annotations

import math
from fractions import Fraction

from oracle.plain.costs import SHUFFLES, place_of
from oracle.plain.routes import EveryRoute, Routes, TooMany, gappy
from oracle.plain.steps import of_axis

ZERO = 1 << 14
"""The bit of sample 0 on an unbounded map: samples before it have smaller bits."""

MOST_PATHS = 60
"""Paths up to which pairs of them are compared."""


NUMBERS = ("size", "stride", "padding", "center", "lookback", "lookahead")


class TooLong(Exception):
    """More outputs or paths than are looked at one by one."""


def ends(bits, zero=ZERO):
    """The first and the last sample of a set; None of an empty one."""
    return None if not bits else ((bits & -bits).bit_length() - 1 - zero, bits.bit_length() - 1 - zero)


def abs_of(at, sample, end):
    """How far before, or after, its place an output sees a sample."""
    return at - sample if end is min else sample - at


def width(region):
    return 0 if region is None else region[1] - region[0] + 1


def inside(i, n, step, around=True):
    """The sample of a map of n that stands where a tap falls; None where none does.

    A side that crops is cut off before the other is made of what is left. Circular padding counts where `around` is
    true.
    """
    if 0 <= i < n:
        return i
    mode = step.border
    if mode == "zeros" or not -step.before <= i < n + step.after or (mode == "circular" and not around):
        return None
    first, m = max(-step.before, 0), n - max(-step.before, 0) - max(-step.after, 0)
    at = i - first
    if m < 1:
        return None
    if mode == "circular":
        return first + at % m
    if mode == "replicate":
        return first + min(max(at, 0), m - 1)
    mirrored = [*range(m), *range(m - 2, 0, -1)] if mode == "reflect" else [*range(m), *range(m - 1, -1, -1)]
    return first + mirrored[at % len(mirrored)]


class Seen:
    """What the layers of a `Net` see of `origin`, by default its first input.

    With `apart` each channel sees what its own channels come from, and a layer the union of its channels; without,
    every layer mixes all.
    """

    def __init__(self, net, origin=None, apart=True):
        self.net, self.apart = net, apart
        self.origin = origin or next(iter(net.inputs))
        self.alike = {name: self.origin_channels(name) for name in net.inputs}
        self.memo = {}
        self.gappy = net.dims > 1 and gappy(net)
        for name in net.layers:
            self.alike[name] = self.origin_channels(name) if name == self.origin else self.channels_of(name)

    # --- channels ---

    def origin_channels(self, name):
        """Channels of an input, or of the origin, are all alike."""
        return dict.fromkeys(range(self.net.channels[name]), 0)

    def channels_of(self, name):
        """Of each channel the first one that reads the same."""
        if not self.apart:
            return dict.fromkeys(range(self.net.channels[name]), 0)
        firsts, found = {}, {}
        for c in range(self.net.channels[name]):
            both = frozenset(self.feeds(name, c)), frozenset(self.feeds(name, c, whole=True))
            found[c] = firsts.setdefault(both, c)
        return found

    def feeds(self, name, c, whole=False):
        """(number of the input, its layer, one of its channels, place in a block) that a channel reads; with `whole`
        all of the map."""
        net, sources = self.net, self.net.sources[name]
        if not self.apart:
            return [(k, source, 0, None) for k, source in enumerate(sources)]
        mixed = net.mixed_whole if whole else net.mixed
        counts = (net.channels[sources[0]], net.channels[name])
        return list(
            dict.fromkeys(
                (k, sources[k], self.alike[sources[k]][each], place_of(net.layers[name], c, each, counts, net.dims))
                for k, each in sorted(mixed[name][c])
            )
        )

    def taps(self, name, feed, axis, o):
        """What output o reads by one of the feeds of a channel: of blocks the place where that channel stands."""
        k, _, _, place = feed
        found = self.net.steps[name][axis][k].taps(o)
        if place is None:
            return found
        scale = of_axis(self.net.layers[name]["scale"], axis)
        if self.net.layers[name]["type"] in SHUFFLES:
            return found if o % scale == place[axis] else []
        return [found[place[axis]]]

    def kinds(self, name):
        """A channel of each kind of a layer."""
        return sorted(set(self.alike[name].values()))

    # --- which paths there are ---

    def remembered(self, key, answer, *arguments):
        if key not in self.memo:
            self.memo[key] = answer(*arguments)
        return self.memo[key]

    def reached(self, name):
        """Whether any path leads from the origin to a layer."""
        return name == self.origin or (
            name in self.alike and any(self.reached_channel(name, c) for c in self.kinds(name))
        )

    def reached_channel(self, name, c):
        if name == self.origin or name not in self.net.layers:
            return name == self.origin
        key = ("reached", name, c)
        return self.remembered(key, lambda: any(self.reached_channel(*feed) for feed in self.every_feed(name, c)))

    def every_feed(self, name, c):
        """The channels that a channel comes from, near or far."""
        return {(source, each) for whole in (False, True) for _, source, each, _ in self.feeds(name, c, whole)}

    def local_channel(self, name, c, axis):
        """Whether a path of taps alone leads from the origin to a channel."""
        if name == self.origin:
            return True
        if name not in self.net.layers:
            return False
        return self.remembered(("local", name, c, axis), lambda: bool(self.local_feeds(name, c, axis)))

    def local_feeds(self, name, c, axis):
        """The feeds of a channel that lie on such paths."""
        return [
            feed
            for feed in self.feeds(name, c)
            if self.net.steps[name][axis][feed[0]].whole != "only" and self.local_channel(feed[1], feed[2], axis)
        ]

    def local(self, name, axis):
        return any(self.local_channel(name, c, axis) for c in self.kinds(name))

    def through(self, name):
        """The layers that see the whole of a map that the origin reaches, in order."""
        found, todo, seen = set(), [(name, c) for c in self.kinds(name)], set()
        while todo:
            at, c = todo.pop()
            if at == self.origin or (at, c) in seen or not self.reached_channel(at, c):
                continue
            seen.add((at, c))
            todo += self.every_feed(at, c)
            sources = self.net.sources[at]
            if any(
                step.whole and self.reached(source)
                for steps in self.net.steps[at]
                for source, step in zip(sources, steps, strict=True)
            ):
                found.add(at)
        return [layer for layer in self.net.layers if layer in found]

    # --- unbounded maps ---

    def support(self, name, c, axis, o):
        """Bits of the samples that output o of a channel can be reached from along local paths."""
        if name == self.origin:
            return 1 << (ZERO + o)
        return self.remembered((name, c, axis, o), self.supported, name, c, axis, o)

    def supported(self, name, c, axis, o):
        bits = 0
        for feed in self.local_feeds(name, c, axis):
            for i in self.taps(name, feed, axis, o):
                bits |= self.support(feed[1], feed[2], axis, i)
        return bits

    def bits(self, name, axis, o):
        """The same of a layer."""
        bits = 0
        for c in self.kinds(name):
            if self.local_channel(name, c, axis):
                bits |= self.support(name, c, axis, o)
        return bits

    def hull(self, name, axis, o):
        return ends(self.reached_bits(name, axis, o))

    def reached_bits(self, name, axis, o):
        """The bits of what an output sees along routes that lead to any."""
        torn = self.torn(name, axis)
        return torn.rows(self.reaching(name, axis), [o])[0] if torn else self.bits(name, axis, o)

    def region(self, name, axis, place):
        """What one output covers along an axis."""
        routes = self.routes(name, axis) if self.local(name, axis) else None
        return ends(routes.over(place)) if routes else self.hull(name, axis, place[axis])

    def torn(self, name, axis):
        """The routes to a layer where others lead to an output from place to place along the other axes; None where the
        same lead to all that read anything."""
        if not self.gappy or not self.local(name, axis):
            return None
        found = self.remembered(("torn", name, axis), self.torn_of, name, axis)
        if found == "too many":
            raise TooLong(name)
        return found

    def followed(self, name, axis):
        """Whether the routes to a layer are few enough to be followed, where they have to be."""
        try:
            self.torn(name, axis)
        except TooLong:
            return False
        return True

    def routes(self, name, axis):
        """The routes to a layer in a network of several axes; None where they are too many, or there is one axis. Those
        through whole maps too where there are no others along the axis."""
        if self.net.dims < 2:
            return None
        if not self.local(name, axis):
            every = self.remembered(("every route of", name), self.every_of, name)
            return every and every.along(axis)
        return self.remembered(("all routes", name, axis), self.routes_of, name, axis)

    def every_of(self, name):
        try:
            return EveryRoute(self, name)
        except TooMany:
            return None

    def routes_of(self, name, axis):
        try:
            return Routes(self, name, axis)
        except TooMany:
            return None

    def compared(self, name):
        """Whether what is read of finite maps can be looked at in all axes at once, or need not be."""
        return self.net.dims < 2 or all(self.routes(name, axis) for axis in range(self.net.dims))

    inside = staticmethod(inside)

    @staticmethod
    def joined(rows, step, o):
        return joined(rows, step, o)

    def torn_of(self, name, axis):
        try:
            routes = Routes(self, name, axis)
            return routes if routes.torn() else None
        except TooMany:
            return "too many"

    def reaching(self, name, axis):
        """The routes that lead to any output."""
        return list(dict.fromkeys(route for some in self.torn(name, axis).places for route in some))

    def period(self, name, axis):
        """(T, strides): outputs after which all repeats itself, and the strides of the local paths."""
        found = [self.pace_of(name, c, axis) for c in self.kinds(name) if self.local_channel(name, c, axis)]
        long = math.lcm(*(each for each, _ in found))
        if long > 400:
            raise TooLong(name)
        return long, frozenset().union(*(strides for _, strides in found))

    def pace_of(self, name, c, axis):
        """The same of a channel."""
        if name == self.origin:
            return 1, frozenset([Fraction(1)])
        return self.remembered(("pace", name, c, axis), self.paced, name, c, axis)

    def paced(self, name, c, axis):
        long, strides = 1, set()
        for k, source, each, _ in self.local_feeds(name, c, axis):
            step = self.net.steps[name][axis][k]
            inner, before = self.pace_of(source, each, axis)
            strides |= {one * Fraction(step.inputs, step.outputs) for one in before}
            long = math.lcm(long, step.outputs * (inner // math.gcd(inner, step.inputs)))
        if long > 400:
            raise TooLong(name)
        return long, frozenset(strides)

    def field(self, name, axis):
        """Everything about the region of a layer along an axis with a local path."""
        if self.torn(name, axis):
            return self.torn_field(name, axis)
        long, strides = self.period(name, axis)
        first = self.hull(name, axis, 0)
        found = {"padding": first and -first[0], "center": first and Fraction(sum(first), 2)}
        if len(strides) > 1:
            widths = [width(self.hull(name, axis, o)) for o in range(self.net.size[name][axis])]
            ahead = {"lookback": None, "lookahead": None}
            return found | ahead | {"size": max(widths), "stride": None, "phase_sizes": None, "uniform": False}
        stride = next(iter(strides))
        hulls = [self.hull(name, axis, o) for o in range(2 * long)]
        period = next(t for t in range(1, long + 1) if long % t == 0 and repeats(hulls, t, stride, long))
        widths = [width(region) for region in hulls[:period]]
        stands = [(math.floor(o * stride), region) for o, region in enumerate(hulls) if region]
        if not stands:
            nothing = {"size": None, "stride": None, **self.looks(name, axis, long, stride)}
            return found | nothing | {"phase_sizes": [0], "uniform": False}
        found |= self.looks(name, axis, long, stride)
        return found | {"size": max(widths), "stride": stride, "phase_sizes": widths, "uniform": period == 1}

    def torn_field(self, name, axis):
        """The same where other routes lead to an output from place to place."""
        torn, (long, _) = self.torn(name, axis), self.period(name, axis)
        places = torn.places
        some = list(dict.fromkeys(routes for routes in places if routes))
        if not some:
            return dict.fromkeys(NUMBERS) | {"phase_sizes": [0], "uniform": False}
        strides = {torn.stride(route) for routes in some for route in routes}
        if len(strides) > 1 or self.one_sided(name):
            raise TooLong(name)
        stride = strides.pop()
        hulls = {routes: [ends(row) for row in torn.rows(routes, range(2 * long))] for routes in some}
        periods = [
            next(t for t in range(1, long + 1) if long % t == 0 and repeats(hulls[one], t, stride, long))
            for one in some
        ]
        period = math.lcm(*periods)
        widths = [max(width(hulls[one][o]) for one in some) for o in range(period)]
        zeros = [hulls[places[0]][0]] if places[0] else list(dict.fromkeys(hulls[one][0] for one in some))
        first = zeros[0] if len(zeros) == 1 and (places[0] or not torn.holes()) else None
        back, ahead = [], []
        for one in some:
            for o, region in enumerate(hulls[one]):
                if region:
                    back.append(math.floor(o * stride) - region[0])
                    ahead.append(region[1] - math.floor(o * stride))
        alike = all(hulls[one] == hulls[some[0]] for one in some)
        return {
            "size": max(widths) or None, "stride": stride if back else None, "padding": first and -first[0],
            "center": first and Fraction(sum(first), 2), "phase_sizes": widths if back else [0],
            "lookback": max(back, default=None), "lookahead": max(ahead, default=None),
            "uniform": alike and period == 1 and hulls[some[0]][0] is not None and self.full(torn),
        }  # fmt: skip

    def full(self, torn):
        """Whether routes lead to all outputs, but those to which none leads along one of the axes."""
        return self.net.dims < 3 or all(torn.places)

    def one_sided(self, name):
        return any(self.sides(name, axis) not in (None, "both") for axis in range(self.net.dims))

    def looks(self, name, axis, long, stride):
        """How far a layer looks back and ahead, where it does not see everything there."""
        found = {}
        for key, end, side in (("lookback", min, "after"), ("lookahead", max, "before")):
            away = []
            for o in range(long):
                ends = [self.farthest(name, c, axis, o, end, side) for c in self.local_kinds(name, axis)]
                away += [abs_of(math.floor(o * stride), one, end) for one in ends if one is not None]
            found[key] = max(away, default=None)
        return found

    def local_kinds(self, name, axis):
        return [c for c in self.kinds(name) if self.local_channel(name, c, axis)]

    def farthest(self, name, c, axis, o, end, side):
        """The first or the last sample that an output sees, that also sees all of the other side in some layers."""
        if name == self.origin:
            return o
        key = ("farthest", name, c, axis, o, end)
        return self.remembered(key, self.farthest_of, name, c, axis, o, end, side)

    def farthest_of(self, name, c, axis, o, end, side):
        found = []
        for feed in self.local_feeds(name, c, axis):
            taps = self.taps(name, feed, axis, o)
            found += [self.farthest(feed[1], feed[2], axis, i, end, side) for i in taps]
        for k, source, each, _ in self.feeds(name, c, whole=True):
            if self.net.steps[name][axis][k].whole == side and self.local_channel(source, each, axis):
                taps, turn = self.net.steps[name][axis][k].taps(o), self.pace_of(source, each, axis)[0]
                places = range(taps[0], taps[0] + turn) if side == "after" else range(taps[-1] - turn + 1, taps[-1] + 1)
                found += [self.farthest(source, each, axis, i, end, side) for i in places]
        found = [one for one in found if one is not None]
        return end(found) if found else None

    def sides(self, name, axis):
        """On which sides of its local field a layer sees everything, as far as it is told."""
        wholes = {step.whole for layer in self.through(name) for step in self.net.steps[layer][axis]} - {""}
        bits = 0
        for whole in wholes:
            bits |= {"before": 1, "after": 2}.get(whole, 3)
        return (None, "before", "after", "both")[bits]

    # --- path by path ---

    def paths(self, name, axis):
        """Every local path from the origin as ((layer, number of the input), ...), first layer first: those that lead
        to some channel of the layer."""
        found = dict.fromkeys(path for c in self.kinds(name) for path in self.paths_to(name, c, axis))
        if len(found) > MOST_PATHS:
            raise TooLong(name)
        return list(found)

    def paths_to(self, name, c, axis):
        if name == self.origin:
            return [()]
        return self.remembered(("paths", name, c, axis), self.paths_of, name, c, axis)

    def paths_of(self, name, c, axis):
        found = {}
        for k, source, each, _ in self.local_feeds(name, c, axis):
            found |= dict.fromkeys((*path, (name, k)) for path in self.paths_to(source, each, axis))
            if len(found) > MOST_PATHS:
                raise TooLong(name)
        return list(found)

    def along(self, path, axis, o):
        """Bits of the samples that output o reads along one path."""
        if not path:
            return 1 << (ZERO + o)
        bits = 0
        for c in self.kinds(path[-1][0]):
            bits |= self.along_channel(path, c, axis, o)
        return bits

    def along_channel(self, path, c, axis, o):
        if not path:
            return 1 << (ZERO + o)
        return self.remembered(("along", path, c, axis, o), self.read_along, path, c, axis, o)

    def read_along(self, path, c, axis, o):
        name, k = path[-1]
        bits = 0
        for feed in self.local_feeds(name, c, axis):
            if feed[0] == k:
                for i in self.taps(name, feed, axis, o):
                    bits |= self.along_channel(path[:-1], feed[2], axis, i)
        return bits

    def counted(self, name, axis):
        """Number of local paths by the largest size over their outputs; 0 of those that read nothing along an axis. Of
        paths of unlike strides the outputs of the map count, as those of their union do."""
        found, mixed = {}, self.unlike(name, axis)
        for path in self.paths(name, axis):
            outputs = range(self.net.size[name][axis] if mixed else self.pace(path, axis)[0])
            sets = self.leading(name, axis, path) if self.gappy else None
            if sets is None:
                size = max(width(ends(self.along(path, axis, o))) for o in outputs)
            else:
                rows = [row for one, routes in sets for row in routes.rows(one, outputs)]
                size = max((width(ends(row)) for row in rows), default=0)
            found[size] = found.get(size, 0) + 1
        return found

    def unlike(self, name, axis):
        """Whether local paths of unlike strides lead to a layer."""
        torn = self.torn(name, axis)
        if not torn:
            return len(self.period(name, axis)[1]) > 1
        return len({torn.stride(route) for route in self.reaching(name, axis)}) > 1

    def leading(self, name, axis, path):
        """The routes of a path that lead to an output, for each place along the other axes; with what they are of."""
        torn = self.routes(name, axis)
        try:
            places = torn and torn.places_of(torn.by_path.get(path, []))
        except TooMany:
            places = None
        if places is None:
            raise TooLong(name)
        return [(one, torn) for one in dict.fromkeys(places) if one]

    def pace(self, path, axis):
        """(T, stride) of one path."""
        inner, stride = 1, Fraction(1)
        for name, k in path:
            step = self.net.steps[name][axis][k]
            stride *= Fraction(step.inputs, step.outputs)
            inner = step.outputs * (inner // math.gcd(inner, step.inputs))
        return inner, stride

    def aligned(self, name, axis):
        """Whether every pair of local paths has the same stride, and the same center at every output."""
        if self.torn(name, axis):
            return self.torn_aligned(name, axis)
        paths = self.paths(name, axis)
        if len({self.pace(path, axis)[1] for path in paths}) > 1:
            return False
        long = math.lcm(*(self.pace(path, axis)[0] for path in paths))
        if long > 400:
            raise TooLong(name)
        for o in range(long):
            regions = [ends(self.along(path, axis, o)) for path in paths]
            if len({sum(region) for region in regions if region}) > 1:
                return False
        return True

    def torn_aligned(self, name, axis):
        """The same of the routes that lead to one output; what routes that differ in channels alone see is one path's."""
        torn, (long, _) = self.torn(name, axis), self.period(name, axis)
        for routes in dict.fromkeys(torn.places):
            by_path = {}
            for route in routes:
                by_path.setdefault(tuple((at, feed[0]) for at, feed in route), []).append(route)
            if len({torn.stride(route) for route in routes}) > 1:
                return False
            for o in range(long):
                regions = [ends(torn.rows(some, [o])[0]) for some in by_path.values()]
                if len({sum(region) for region in regions if region}) > 1:
                    return False
        return True

    # --- finite maps ---

    def rows(self, name, c, axis, everything, around):
        """Of each output of a channel the bits of the samples that it reads, along local paths or along all."""
        if name == self.origin:
            return [1 << o for o in range(self.net.size[name][axis])]
        if name not in self.net.layers:
            return [0] * self.net.size[name][axis]
        key = ("rows", name, c, axis, everything, around)
        return self.remembered(key, self.rows_of, name, c, axis, everything, around)

    def rows_of(self, name, c, axis, everything, around):
        rows = [0] * self.net.size[name][axis]
        for feed in self.feeds(name, c):
            step = self.net.steps[name][axis][feed[0]]
            if step.whole == "only":
                continue
            before = self.rows(feed[1], feed[2], axis, everything, around)
            for o in range(len(rows)):
                for i in self.taps(name, feed, axis, o) if step.finite is None else step.finite(o):
                    i = inside(i, len(before), step, around)
                    rows[o] |= 0 if i is None else before[i]
        for k, source, each, _ in self.feeds(name, c, whole=True):
            step = self.net.steps[name][axis][k]
            if step.whole in ("before", "after") or (step.whole and everything):
                before = self.rows(source, each, axis, everything, around)
                rows = [row | joined(before, step, o) for o, row in enumerate(rows)]
        return rows

    def read(self, name, axis, around=True):
        """Of each output of a layer the bits of what it reads: along local paths where there are any, else along all.
        Along all, and `around` circular borders, or not."""
        routes = self.routes(name, axis)
        if routes:
            return routes.slabs(around)
        everything = not self.local(name, axis)
        rows = [0] * self.net.size[name][axis]
        for c in self.kinds(name):
            if everything or self.local_channel(name, c, axis):
                more = self.rows(name, c, axis, everything, around or everything)
                rows = [a | b for a, b in zip(rows, more, strict=True)]
        return rows


def joined(rows, step, o):
    """All that output o sees of a map as a whole, or of one side."""
    taps = step.taps(o)
    parts = {"before": rows[: max(taps[-1] + 1, 0)], "after": rows[max(taps[0], 0) :]}
    bits = 0
    for row in parts.get(step.whole, rows):
        bits |= row
    return bits


def repeats(hulls, t, stride, long):
    """Whether every region is that of t outputs before, moved by t strides."""
    for o in range(long):
        here, there = hulls[o], hulls[o + t]
        if (here is None) != (there is None):
            return False
        if here is not None and any(there[end] != here[end] + t * stride for end in (0, 1)):
            return False
    return True
