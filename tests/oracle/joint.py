"""What outputs read in all axes at once, by brute force: sets of points, pushed down tap by tap.

Shares nothing with the engine: kernels and masks are plain lists, taps are all combinations of places of which the mask
has a 1.
"""

from itertools import product

from oracle.rules import before_after, per_axis, reads, stands_at


def is_left(mask, tap, kernel):
    """Whether a mask leaves a tap, as PixelCNN's authors fill theirs: everything behind the middle one is 0."""
    if mask is None:
        return True
    if isinstance(mask, str):
        middle = [k // 2 for k in kernel]
        if list(tap) == middle:
            return mask == "causal"
        for place, here in zip(tap, middle, strict=True):
            if place != here:
                return place < here
    for place in tap:
        mask = mask[place]
    return bool(mask)


def taps_of(layer, dims):
    kernel = [per_axis(layer["kernel"], axis) for axis in range(dims)]
    return [tap for tap in product(*map(range, kernel)) if is_left(layer.get("mask"), tap, kernel)]


def read_points(layer, o, dims, n_in, n_out):
    """The points of its input that output `o` of a layer reads."""
    if layer["type"] in ("conv", "depthwise_conv", "separable_conv"):
        found = set()
        for tap in taps_of(layer, dims):
            point = []
            for axis, place in enumerate(tap):
                stride, gap = per_axis(layer.get("stride", 1), axis), per_axis(layer.get("dilation", 1), axis)
                before = before_after(layer.get("padding", 0), axis)[0]
                point.append(o[axis] * stride - before + place * gap)
            found.add(tuple(point))
        return found
    if layer["type"] == "conv_transpose":
        found = set()
        for tap in taps_of(layer, dims):
            point = []
            for axis, place in enumerate(tap):
                stride, gap = per_axis(layer.get("stride", 1), axis), per_axis(layer.get("dilation", 1), axis)
                at = o[axis] + before_after(layer.get("padding", 0), axis)[0] - place * gap
                point.append(at // stride if at % stride == 0 else None)
            if None not in point:
                found.add(tuple(point))
        return found
    return set(product(*(reads(layer, axis, o[axis], n_in[axis], n_out[axis]) for axis in range(dims))))


def points(layers, sizes, name, o, clipped):
    """The points of `input` that an output reads; `layers` by name, each with its `inputs`."""
    dims = len(sizes["input"])
    known = {}

    def seen(at, place):
        if clipped and not all(0 <= i < n for i, n in zip(place, sizes[at], strict=True)):
            return frozenset()
        if at == "input":
            return frozenset([place])
        if (at, place) not in known:
            found = set()
            for source in layers[at]["inputs"]:
                for point in read_points(layers[at], place, dims, sizes[source], sizes[at]):
                    if clipped:
                        point = tuple(
                            stands_at(layers[at], axis, i, sizes[source][axis]) for axis, i in enumerate(point)
                        )
                    if None not in point:
                        found |= seen(source, point)
            known[at, place] = frozenset(found)
        return known[at, place]

    return seen(name, tuple(o))
