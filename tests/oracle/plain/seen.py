"""What every layer of a network sees of an origin: sets of samples as bits, pushed through the layers one by one.

On unbounded maps along the local paths alone, on finite maps along those and along all. Regions, sizes, strides and
centers are then only looked up. Axes are independent; every function speaks of one.
"""

from __future__ import annotations

import math
from fractions import Fraction

ZERO = 1 << 14
"""The bit of sample 0 on an unbounded map: samples before it have smaller bits."""

MOST_PATHS = 60
"""Paths up to which pairs of them are compared."""


class TooLong(Exception):
    """More outputs or paths than are looked at one by one."""


def ends(bits, zero=ZERO):
    """The first and the last sample of a set; None of an empty one."""
    return None if not bits else ((bits & -bits).bit_length() - 1 - zero, bits.bit_length() - 1 - zero)


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

    def __init__(self, net, origin=None, apart=False):
        self.net, self.apart = net, apart
        self.origin = origin or next(iter(net.inputs))
        self.alike = {name: self.origin_channels(name) for name in net.inputs}
        self.memo = {}
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
        """(number of the input, its layer, one of its channels) that a channel reads; with `whole` all of the map."""
        sources = self.net.sources[name]
        if not self.apart:
            return [(k, source, 0) for k, source in enumerate(sources)]
        mixed = self.net.mixed_whole if whole else self.net.mixed
        return sorted({(k, sources[k], self.alike[sources[k]][each]) for k, each in mixed[name][c]})

    def kinds(self, name):
        """A channel of each kind of a layer."""
        return sorted(set(self.alike[name].values()))

    # --- which paths there are ---

    def remembered(self, key, answer, *arguments):
        if key not in self.memo:
            self.memo[key] = answer(*arguments)
        return self.memo[key]

    def reached(self, name):
        return name == self.origin or self.remembered(
            ("reached", name), lambda: any(self.reached(source) for source in self.net.sources.get(name, ()))
        )

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
            (k, source, each)
            for k, source, each in self.feeds(name, c)
            if self.net.steps[name][axis][k].whole != "only" and self.local_channel(source, each, axis)
        ]

    def local(self, name, axis):
        return any(self.local_channel(name, c, axis) for c in self.kinds(name))

    def through(self, name):
        """The layers that see the whole of a map that the origin reaches, in order."""
        found, todo, seen = set(), [name], set()
        while todo:
            at = todo.pop()
            if at == self.origin or at in seen or not self.reached(at):
                continue
            seen.add(at)
            todo += self.net.sources[at]
            broadcast = self.net.layers[at]["type"] in ("add", "multiply", "max", "concat")
            steps = [step for axis in self.net.steps[at] for step in axis]
            if not broadcast and any(step.whole for step in steps):
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
        for k, source, each in self.local_feeds(name, c, axis):
            for i in self.net.steps[name][axis][k].taps(o):
                bits |= self.support(source, each, axis, i)
        return bits

    def bits(self, name, axis, o):
        """The same of a layer."""
        bits = 0
        for c in self.kinds(name):
            if self.local_channel(name, c, axis):
                bits |= self.support(name, c, axis, o)
        return bits

    def hull(self, name, axis, o):
        return ends(self.bits(name, axis, o))

    def period(self, name, axis):
        """(T, strides): outputs after which all repeats itself, and the strides of the local paths."""
        if name == self.origin:
            return 1, frozenset([Fraction(1)])
        return self.remembered(("period", name, axis), self.period_of, name, axis)

    def period_of(self, name, axis):
        long, strides = 1, set()
        for c in self.kinds(name):
            for k, source, _ in self.local_feeds(name, c, axis):
                step = self.net.steps[name][axis][k]
                inner, before = self.period(source, axis)
                strides |= {each * Fraction(step.inputs, step.outputs) for each in before}
                long = math.lcm(long, step.outputs * (inner // math.gcd(inner, step.inputs)))
        if long > 400:
            raise TooLong(name)
        return long, frozenset(strides)

    def field(self, name, axis):
        """Everything about the region of a layer along an axis with a local path."""
        long, strides = self.period(name, axis)
        first = self.hull(name, axis, 0)
        found = {"padding": first and -first[0], "center": first and Fraction(sum(first), 2)}
        if len(strides) > 1:
            widths = [width(self.hull(name, axis, o)) for o in range(self.net.size[name][axis])]
            return found | {"size": max(widths), "stride": None, "phase_sizes": None, "uniform": False}
        stride = next(iter(strides))
        hulls = [self.hull(name, axis, o) for o in range(2 * long)]
        period = next(t for t in range(1, long + 1) if long % t == 0 and repeats(hulls, t, stride, long))
        widths = [width(region) for region in hulls[:period]]
        return found | {"size": max(widths), "stride": stride, "phase_sizes": widths, "uniform": period == 1}

    # --- path by path ---

    def paths(self, name, axis):
        """Every local path from the origin as ((layer, number of the input), ...), first layer first."""
        if name == self.origin:
            return [()]
        if name not in self.net.layers:
            return []
        found = []
        for k, source in enumerate(self.net.sources[name]):
            if self.net.steps[name][axis][k].whole != "only":
                found += [(*path, (name, k)) for path in self.paths(source, axis)]
        if len(found) > MOST_PATHS:
            raise TooLong(name)
        return found

    def along(self, path, axis, o):
        """Bits of the samples that output o reads along one path."""
        if not path:
            return 1 << (ZERO + o)
        key = (path, axis, o)
        if key not in self.memo:
            name, k = path[-1]
            bits = 0
            for i in self.net.steps[name][axis][k].taps(o):
                bits |= self.along(path[:-1], axis, i)
            self.memo[key] = bits
        return self.memo[key]

    def counted(self, name, axis):
        """Number of local paths by the largest size over their outputs."""
        found = {}
        for path in self.paths(name, axis):
            size = max(width(ends(self.along(path, axis, o))) for o in range(self.pace(path, axis)[0]))
            found[size] = found.get(size, 0) + 1
        return found

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
        for k, source, each in self.feeds(name, c):
            step = self.net.steps[name][axis][k]
            if step.whole == "only":
                continue
            before = self.rows(source, each, axis, everything, around)
            for o in range(len(rows)):
                for i in step.taps(o):
                    i = inside(i, len(before), step, around)
                    rows[o] |= 0 if i is None else before[i]
        if everything:
            for k, source, each in self.feeds(name, c, whole=True):
                if self.net.steps[name][axis][k].whole:
                    whole = 0
                    for row in self.rows(source, each, axis, everything, around):
                        whole |= row
                    rows = [row | whole for row in rows]
        return rows

    def read(self, name, axis, around=True):
        """Of each output of a layer the bits of what it reads: along local paths where there are any, else along all.
        Along all, and `around` circular borders, or not."""
        everything = not self.local(name, axis)
        rows = [0] * self.net.size[name][axis]
        for c in self.kinds(name):
            if everything or self.local_channel(name, c, axis):
                more = self.rows(name, c, axis, everything, around or everything)
                rows = [a | b for a, b in zip(rows, more, strict=True)]
        return rows


def repeats(hulls, t, stride, long):
    """Whether every region is that of t outputs before, moved by t strides."""
    for o in range(long):
        here, there = hulls[o], hulls[o + t]
        if (here is None) != (there is None):
            return False
        if here is not None and any(there[end] != here[end] + t * stride for end in (0, 1)):
            return False
    return True
