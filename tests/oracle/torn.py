"""Networks in which some outputs read nothing, and what their outputs see in all axes at once, by brute force.

Shares nothing with the engine: sets of points are pushed down tap by tap (`oracle.joint`), and the numbers of a field
are looked up in them output by output.
"""

from fractions import Fraction
from itertools import product

from oracle.joint import read_points


def drawn(rng, dims):
    """A random network with gaps and merges, as a description."""
    sizes = [rng.randint(6, 9) if dims < 3 else rng.randint(4, 5) for _ in range(dims)]
    layers = []

    def per_axis(choices):
        return [rng.choice(choices) for _ in range(dims)]

    def add(kind, inputs, **more):
        name = f"n{len(layers)}"
        layers.append({"name": name, "type": kind, "inputs": inputs, **more})
        return name

    def one(before):
        turn = rng.randrange(8)
        if turn < 2:
            kernel = per_axis([1, 1, 2, 3])
            return add("conv", [before], kernel=kernel, padding=[[(k - 1) // 2, k // 2] for k in kernel], filters=2)
        if turn < 4:
            by = per_axis([0, 0, 1, -1, 2])
            return add("pad", [before], padding=[[b, -b] for b in by])
        if turn < 5:
            kernel = per_axis([1, 1, 3])
            return add("conv", [before], kernel=kernel, padding=[(k - 1) for k in kernel], dilation=2, filters=2)
        return add("relu", [before])

    at = "input"
    for _ in range(rng.randint(1, 2)):
        stride = per_axis([1, 2, 2, 3])
        at = add("conv_transpose", [at], kernel=per_axis([1, 1, 2]), stride=stride, filters=2)
        for _ in range(rng.randint(1, 2)):
            ends = [at]
            for _ in range(rng.randint(1, 2)):
                end = at
                for _ in range(rng.randint(1, 3)):
                    end = one(end)
                ends.append(end)
            at = add("add", ends)
            if rng.randrange(2):
                at = one(at)
        if rng.randrange(2):
            at = add("subsample", [at], stride=stride if rng.randrange(2) else per_axis([1, 2]))
        if rng.randrange(3) == 0:
            at = one(at)
    return {"format": 1, "input": {"size": sizes, "channels": 2}, "layers": layers}


class Joint:
    """What outputs see of `input` in all axes at once; every map is taken as unbounded."""

    def __init__(self, layers, sizes):
        self.layers, self.sizes = {layer["name"]: layer for layer in layers}, sizes
        self.dims = len(sizes["input"])
        self.known = {}

    def seen(self, at, place):
        """The points that an output sees."""
        if at == "input":
            return frozenset([place])
        if (at, place) not in self.known:
            found = set()
            for source in self.layers[at]["inputs"]:
                for point in read_points(self.layers[at], place, self.dims, self.sizes[source], self.sizes[at]):
                    found |= self.seen(source, point)
            self.known[at, place] = frozenset(found)
        return self.known[at, place]

    def paths(self, at, place):
        """The points that an output sees, path by path; those of paths that lead nowhere are empty."""
        if at == "input":
            return {(): frozenset([place])}
        if ("paths", at, place) not in self.known:
            found = {}
            for k, source in enumerate(self.layers[at]["inputs"]):
                for point in read_points(self.layers[at], place, self.dims, self.sizes[source], self.sizes[at]):
                    for path, points in self.paths(source, point).items():
                        way = (*path, (at, k))
                        found[way] = found.get(way, frozenset()) | points
            self.known["paths", at, place] = found
        return self.known["paths", at, place]

    def numbers(self, at, axis, stride, count):
        """The numbers of a field along an axis, looked up in the first `count` outputs along each axis."""
        sizes, back, ahead = [0] * count, [], []
        zero, starts = None, {}
        for place in product(range(count), repeat=self.dims):
            points = self.seen(at, place)
            if not points:
                starts[place] = None
                continue
            along = [point[axis] for point in points]
            first, last, o = min(along), max(along), place[axis]
            sizes[o] = max(sizes[o], last - first + 1)
            back.append(int(o * stride // 1) - first)
            ahead.append(last - int(o * stride // 1))
            starts[place] = (first - o * stride, last - o * stride)
            if not any(place):
                zero = first, last
        return {
            "size": max(sizes) or None,
            "padding": None if zero is None else -zero[0],
            "center": None if zero is None else Fraction(sum(zero), 2),
            "lookback": max(back, default=None),
            "lookahead": max(ahead, default=None),
            "phase_sizes": sizes,
            "uniform": len(set(starts.values())) == 1 and None not in starts.values(),
        }

    def aligned(self, at, count):
        """Whether the paths that lead to one output have one center along all axes, at the first outputs."""
        for place in product(range(count), repeat=self.dims):
            boxes = [
                tuple(min(along) + max(along) for along in zip(*points, strict=True))
                for points in self.paths(at, place).values()
                if points
            ]
            if len(set(boxes)) > 1:
                return False
        return True
