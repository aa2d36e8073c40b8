"""What outputs read of a finite map in all axes at once: sets of pixels as bits, pushed through the layers one by one.

Unlike `seen` nothing is taken to be a product over the axes, and no routes are followed: each pixel of each layer has
the set of pixels of the origin that it reads.
"""

from __future__ import annotations

from itertools import product
from math import prod

from oracle.plain.routes import sweeps
from oracle.plain.seen import Seen, inside

MOST_BITS = 120_000
"""Pixels of a layer times pixels of the origin up to which all are looked at."""
SIDES = ("before", "after")


class Pixels:
    """The pixels of the origin of a `Seen` that the pixels of its layers read.

    `axis` says along which axis only local paths count; with None those through whole maps count along all, and what
    is read `around` circular borders.
    """

    def __init__(self, seen: Seen) -> None:
        self.seen, self.net, self.memo = seen, seen.net, {}
        self.axes = range(self.net.dims)

    def fits(self, name):
        most = max(prod(self.net.size[each]) for each in self.upstream(name))
        return most * prod(self.net.size[self.seen.origin]) <= MOST_BITS

    def upstream(self, name):
        todo, found = [name], {}
        while todo:
            at = todo.pop()
            if at not in found:
                found[at] = True
                sources = [] if at == self.seen.origin else self.net.sources.get(at, [])
                todo += [source for source in sources if self.seen.reached(source)]
        return found

    def masked(self, name):
        """Whether on the way from the origin a mask leaves no product of places along the axes."""
        above = [at for at in self.upstream(name) if at in self.net.layers and at != self.seen.origin]
        return any(torn(self.net.layers[at].get("taps", [])) for at in above)

    def of(self, name, axis, around):
        """Of each pixel of a layer, in raster order, the bits of those that it reads."""
        if not self.seen.local(name, axis if axis is not None else 0):
            axis = None
        found = [0] * prod(self.net.size[name])
        for c in self.seen.kinds(name):
            if axis is None or self.seen.local_channel(name, c, axis):
                read = self.channel(name, c, axis, around or axis is None)
                found = [a | b for a, b in zip(found, read, strict=True)]
        return found

    def channel(self, name, c, axis, around):
        key = name, c, axis, around
        if key not in self.memo:
            self.memo[key] = self.read(*key)
        return self.memo[key]

    def read(self, name, c, axis, around):
        size = self.net.size[name]
        if name == self.seen.origin:
            return [1 << pixel for pixel in range(prod(size))]
        found = [0] * prod(size)
        for whole in (False, True) if name in self.net.layers else ():
            for feed in self.seen.feeds(name, c, whole):
                steps = [each[feed[0]] for each in self.net.steps[name]]
                if self.counts(steps, axis, whole):
                    before = self.channel(feed[1], feed[2], axis, around)
                    if any(before):
                        more = self.through(name, feed, steps, before, axis, around, whole)
                        found = [a | b for a, b in zip(found, more, strict=True)]
        return found

    def counts(self, steps, axis, whole):
        """Whether a layer reads anything so: by its taps, or, with `whole`, more of its map than those."""
        if axis is None:
            return not whole or any(step.whole for step in steps)
        more = any(step.whole in SIDES or sweeps(step, steps[axis]) for step in steps)
        return steps[axis].whole != "only" and (not whole or more)

    def through(self, name, feed, steps, before, axis, around, whole):
        """What the pixels of a layer read by one feed."""
        sizes, layer = list(self.net.size[feed[1]]), self.net.layers[name]
        if "taps" in layer and not any(step.whole for step in steps):
            return self.by_taps(layer["taps"], self.net.size[name], steps, before, sizes, around)
        for at in self.axes:
            n, m = sizes[at], self.net.size[name][at]
            step = steps[at]
            more = whole and (axis is None or step.whole in SIDES or sweeps(step, steps[axis]))
            everything = step.whole == "only" or more
            if everything and step.whole:
                rows = [self.whole_rows(step, o, n) for o in range(m)]
            else:
                taps = (
                    self.seen.taps
                    if step.finite is None
                    else lambda _, f, b, o: self.net.steps[name][b][f[0]].finite(o)
                )
                rows = [{inside(i, n, step, around) for i in taps(name, feed, at, o)} - {None} for o in range(m)]
            before = squeezed(before, sizes, at, rows)
            sizes[at] = m
        return before

    @staticmethod
    def whole_rows(step, o, n):
        """The places along an axis that output o sees of a map as a whole, or of one side."""
        taps = step.taps(o)
        if step.whole == "before":
            return range(max(min(taps[-1] + 1, n), 0))
        return range(min(max(taps[0], 0), n), n) if step.whole == "after" else range(n)

    @staticmethod
    def by_taps(taps, size, steps, before, sizes, around):
        """What a masked kernel reads: one tap after the other."""
        found = []
        for o in product(*map(range, size)):
            bits = 0
            for tap in taps:
                at = 0
                for step, place, t, n in zip(steps, o, tap, sizes, strict=True):
                    i = step.tap(place, t)
                    i = None if i is None else inside(i, n, step, around)
                    at = None if i is None or at is None else at * n + i
                bits |= 0 if at is None else before[at]
            found.append(bits)
        return found

    # --- what is asked ---

    def along(self, bits, axis):
        """The bits of the places along an axis of some pixels of the origin."""
        n, inner = self.net.size[self.seen.origin][axis], prod(self.net.size[self.seen.origin][axis + 1 :])
        found = 0
        while bits:
            pixel = bits.bit_length() - 1
            bits ^= 1 << pixel
            found |= 1 << pixel // inner % n
        return found

    def number(self, name, position):
        """The number of a pixel in raster order."""
        at = 0
        for place, n in zip(position, self.net.size[name], strict=True):
            at = at * n + place
        return at

    def at(self, name, position, axis, around):
        """The bits of the places along an axis of what one output reads."""
        return self.along(self.of(name, axis, around)[self.number(name, position)], axis)

    def slabs(self, name, axis, around):
        """For each place along an axis the bits of the places of what all outputs there read."""
        size, rows = self.net.size[name], self.of(name, axis, around)
        found = [0] * size[axis]
        for place, bits in zip(product(*map(range, size)), rows, strict=True):
            found[place[axis]] |= bits
        return [self.along(bits, axis) for bits in found]

    def readers(self, name, point, axis, around):
        """The bits of the places along an axis of the outputs that read a point."""
        bits, size = 1 << self.number(self.seen.origin, point), self.net.size[name]
        found = 0
        for place, read in zip(product(*map(range, size)), self.of(name, axis, around), strict=True):
            found |= bool(read & bits) << place[axis]
        return found


def torn(taps):
    """Whether taps are no product of places along the axes."""
    return bool(taps) and len(taps) < prod(len(set(places)) for places in zip(*taps, strict=True))


def squeezed(bits, sizes, axis, rows):
    """Pixels of a map of other places along an axis: each of `rows` joins some."""
    n, inner = sizes[axis], prod(sizes[axis + 1 :])
    found = []
    for outer in range(prod(sizes[:axis])):
        for row in rows:
            for v in range(inner):
                joined = 0
                for i in row:
                    joined |= bits[(outer * n + i) * inner + v]
                found.append(joined)
    return found
