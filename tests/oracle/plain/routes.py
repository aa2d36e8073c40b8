"""What outputs see where some read nothing: route by route, and place by place along all axes.

A route leads from the origin through one channel of each layer to the next. Along each axis it reads samples of its own,
and where it reads none along one it does not count along the others.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cached_property
from itertools import product

from oracle.plain.costs import SHUFFLES

MOST_ROUTES = 60
"""Routes that are followed one by one."""
MOST_PLACES = 600
"""Places along the other axes that are looked at."""


def sweeps(step, own):
    """Whether a layer that reads by `own` along an axis takes all of another one, along which it reads by `step`."""
    return step.whole == "only" or (step.whole == "beside" and own.whole == "")


class TooMany(Exception):
    """More routes, or places, than are looked at."""


def gappy(net):
    """Whether some outputs of a layer may read nothing, by some of its channels at least."""
    for name, layer in net.layers.items():
        if layer["type"] in SHUFFLES:
            return True
        for steps in net.steps[name]:
            for step in steps:
                if step.whole != "only" and any(not step.taps(o) for o in range(min(step.outputs, 8))):
                    return True
    return False


class Routes:
    """The routes that lead to a layer along one axis, on unbounded maps."""

    def __init__(self, seen, name, axis):
        self.seen, self.name, self.axis = seen, name, axis
        self.all = list(
            dict.fromkeys(
                route for c in seen.kinds(name) if seen.local_channel(name, c, axis) for route in self.to(name, c)
            )
        )

    def to(self, name, c):
        if name == self.seen.origin:
            return [()]
        return self.seen.remembered(("routes", name, c, self.axis), self.found, name, c)

    def found(self, name, c):
        found = []
        for feed in self.seen.local_feeds(name, c, self.axis):
            found += [(*route, (name, feed)) for route in self.to(feed[1], feed[2])]
            if len(found) > MOST_ROUTES:
                raise TooMany(name)
        return list(dict.fromkeys(found))

    def step(self, at, axis):
        name, feed = at
        return self.seen.net.steps[name][axis][feed[0]]

    def bits(self, route, o):
        """The samples of the origin that output o reads along a route."""
        if not route:
            return 1 << (ZERO + o)
        return self.seen.remembered(("route", route, self.axis, o), self.read, route, o)

    def read(self, route, o):
        bits = 0
        for i in self.seen.taps(*route[-1], self.axis, o):
            bits |= self.bits(route[:-1], i)
        return bits

    def lives(self, route, axis, o):
        """Whether output o along an axis reads anything along a route."""
        if not route:
            return True
        return self.seen.remembered(("lives", route, axis, o), self.live, route, axis, o)

    def live(self, route, axis, o):
        self.step(route[-1], axis)
        if self.anywhere(route[-1], axis):
            return any(self.lives(route[:-1], axis, i) for i in range(self.pace(route[:-1], axis)))
        return any(self.lives(route[:-1], axis, i) for i in self.seen.taps(*route[-1], axis, o))

    def anywhere(self, at, axis):
        """Whether a layer reads another axis wherever something stands there."""
        step = self.step(at, axis)
        own = self.step(at, self.axis)
        return axis != self.axis and (step.whole in ("before", "after") or sweeps(step, own))

    def pace(self, route, axis):
        """Outputs after which what lives repeats itself."""
        inner = 1
        for at in route:
            step = self.step(at, axis)
            inner = 1 if self.anywhere(at, axis) else step.outputs * (inner // math.gcd(inner, step.inputs))
        return inner

    def lives_somewhere(self, route, axis):
        """Whether any output along an axis reads anything along a route."""
        return any(self.lives(route, axis, o) for o in range(self.pace(route, axis)))

    def stride(self, route):
        stride = Fraction(1)
        for at in route:
            step = self.step(at, self.axis)
            stride *= Fraction(step.inputs, step.outputs)
        return stride

    @cached_property
    def places(self):
        """Of each place along the other axes the routes that lead there, the first place first."""
        return self.places_of(self.all)

    def places_of(self, routes):
        """Of each place along the other axes those of some routes that lead there, the first place first."""
        axes = [axis for axis in range(self.seen.net.dims) if axis != self.axis]
        long = [math.lcm(1, *(self.pace(route, axis) for route in routes)) for axis in axes]
        if math.prod(long) > MOST_PLACES:
            raise TooMany(self.name)
        return [
            tuple(r for r in routes if all(self.lives(r, axis, o) for axis, o in zip(axes, place, strict=True)))
            for place in product(*map(range, long))
        ]

    @cached_property
    def by_path(self):
        """The routes of each path, as ((layer, number of the input), ...): they differ in channels."""
        found = {}
        for route in self.all:
            found.setdefault(tuple((at, feed[0]) for at, feed in route), []).append(route)
        return found

    def torn(self):
        """Whether other routes lead to an output from place to place, or none to any."""
        places = self.places
        return not any(places) or any(len(routes) not in (0, len(self.all)) for routes in places)

    def holes(self):
        """Whether routes lead to every place along each of the other axes, and yet not to all places along all."""
        axes = [axis for axis in range(self.seen.net.dims) if axis != self.axis]
        long = {axis: math.lcm(1, *(self.pace(route, axis) for route in self.all)) for axis in axes}
        each = all(any(self.lives(route, axis, o) for route in self.all) for axis in axes for o in range(long[axis]))
        return each and not all(self.places)

    # --- finite maps ---

    def finite(self, route, axis, around):
        """Of each output along an axis the bits of what it reads along a route, borders included."""
        if not route:
            return [1 << o for o in range(self.seen.net.size[self.seen.origin][axis])]
        return self.seen.remembered(("finite", route, self.axis, axis, around), self.bordered, route, axis, around)

    def bordered(self, route, axis, around):
        (name, feed), step = route[-1], self.step(route[-1], axis)
        before = self.finite(route[:-1], axis, around)
        rows = [0] * self.seen.net.size[name][axis]
        for o in range(len(rows)):
            if step.whole != "only":
                for i in self.seen.taps(name, feed, axis, o) if step.finite is None else step.finite(o):
                    at = self.seen.inside(i, len(before), step, around)
                    rows[o] |= 0 if at is None else before[at]
            other = axis != self.axis and sweeps(step, self.step(route[-1], self.axis))
            if step.whole in ("before", "after") or other:
                rows[o] |= self.seen.joined(before, step, o)
        return rows

    def at(self, place, around):
        """The bits of what one output reads along the axis."""
        bits = 0
        for route in self.all:
            rows = [self.finite(route, axis, around)[o] for axis, o in enumerate(place)]
            bits |= rows[self.axis] if all(rows) else 0
        return bits

    def slabs(self, around):
        """For each place along the axis the bits of what all outputs there read."""
        found = [0] * self.seen.net.size[self.name][self.axis]
        for route in self.all:
            if all(any(self.finite(route, axis, around)) for axis in range(self.seen.net.dims)):
                found = [a | b for a, b in zip(found, self.finite(route, self.axis, around), strict=True)]
        return found

    def readers(self, point):
        """The bits of the outputs that read a point."""
        bits = 0
        for route in self.all:
            rows = [self.finite(route, axis, True) for axis in range(self.seen.net.dims)]
            outputs = [sum(1 << o for o, row in enumerate(rows[a]) if row >> i & 1) for a, i in enumerate(point)]
            bits |= outputs[self.axis] if all(outputs) else 0
        return bits

    # --- unbounded maps ---

    def over(self, place):
        """The bits of what one output reads along the axis of the unbounded map."""
        bits, axes = 0, [axis for axis in range(self.seen.net.dims) if axis != self.axis]
        for route in self.all:
            if all(self.lives(route, axis, place[axis]) for axis in axes):
                bits |= self.bits(route, place[self.axis])
        return bits

    def rows(self, routes, outputs):
        """The bits of what outputs read along some routes."""
        rows = []
        for o in outputs:
            bits = 0
            for route in routes:
                bits |= self.bits(route, o)
            rows.append(bits)
        return rows


class EveryRoute(Routes):
    """All routes that lead to a layer, those through whole maps too: each reads a product of samples along the axes. What
    sees a whole map has no other side of a circular border: what is read `around` it counts in any case."""

    def __init__(self, seen, name):
        self.seen, self.name, self.axis = seen, name, None
        self.all = list(dict.fromkeys(route for c in seen.kinds(name) for route in self.to(name, c)))

    def along(self, axis):
        """The same, asked about an axis."""
        made = EveryRoute.__new__(EveryRoute)
        made.seen, made.name, made.axis, made.all = self.seen, self.name, axis, self.all
        return made

    def to(self, name, c):
        if name == self.seen.origin:
            return [()]
        return self.seen.remembered(("every route", name, c), self.found, name, c)

    def found(self, name, c):
        found = []
        for whole in (False, True):
            for feed in self.seen.feeds(name, c, whole=whole):
                if self.seen.reached_channel(feed[1], feed[2]) and self.leads(name, feed, whole):
                    found += [(*route, (name, feed, whole)) for route in self.to(feed[1], feed[2])]
                if len(found) > MOST_ROUTES:
                    raise TooMany(name)
        return list(dict.fromkeys(found))

    def leads(self, name, feed, whole):
        """Whether a layer reads anything so: by taps along some axis, or whole along some."""
        kinds = [steps[feed[0]].whole for steps in self.seen.net.steps[name]]
        return any(kinds) if whole else any(kind != "only" for kind in kinds)

    def finite(self, route, axis, around):
        if not route:
            return [1 << o for o in range(self.seen.net.size[self.seen.origin][axis])]
        return self.seen.remembered(("every", route, axis), self.bordered, route, axis, True)

    def bordered(self, route, axis, around):
        name, feed, whole = route[-1]
        step = self.seen.net.steps[name][axis][feed[0]]
        before = self.finite(route[:-1], axis, around)
        rows = [0] * self.seen.net.size[name][axis]
        for o in range(len(rows)):
            if step.whole == "only" or (whole and step.whole):
                rows[o] |= self.seen.joined(before, step, o)
                continue
            for i in self.seen.taps(name, feed, axis, o) if step.finite is None else step.finite(o):
                at = self.seen.inside(i, len(before), step, around)
                rows[o] |= 0 if at is None else before[at]
        return rows


ZERO = 1 << 14
"""The bit of sample 0 on an unbounded map, as in `seen`."""
