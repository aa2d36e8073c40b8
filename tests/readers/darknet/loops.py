"""A simulation of Darknet's loops: the witness of what sections read.

It works on flat arrays with Darknet's index arithmetic; a value is the set of input positions that it depends on, as
the bits of an integer. It reads lists of sections, never text, so it shares nothing with the reader.
"""

import rfcli
from readers.darknet.cfg_files import clipped, number_of, report_of, text


class Empty(Exception):
    """A map without any position."""


class Tensor:
    """A map of c * h * w values."""

    def __init__(self, c, h, w, values=None):
        self.c, self.h, self.w = c, h, w
        self.values = [0] * (c * h * w) if values is None else values

    def at(self, c, y, x):
        """A value, nothing outside the map."""
        inside = 0 <= y < self.h and 0 <= x < self.w
        return self.values[x + self.w * (y + self.h * c)] if inside else 0

    def position(self, y, x):
        """What any channel of a position depends on."""
        found = 0
        for c in range(self.c):
            found |= self.at(c, y, x)
        return found


def made(c, h, w, value):
    """A map whose values are `value(channel, y, x)`."""
    if min(c, h, w) < 1:
        raise Empty
    return Tensor(c, h, w, [value(k, y, x) for k in range(c) for y in range(h) for x in range(w)])


def over(*values):
    found = 0
    for value in values:
        found |= value
    return found


def quotient(a, b):
    """C's division of integers."""
    return abs(a) // b * (1 if a >= 0 else -1)


def windows(source, size, strides, offset, dilation, out):
    def value(k, y, x):
        return over(
            *(
                source.at(k, y * strides[0] + i * dilation + offset, x * strides[1] + j * dilation + offset)
                for i in range(size)
                for j in range(size)
            )
        )

    return made(source.c, *out, value)


def strides_of(options):
    common = options.get("stride", 1)
    return options.get("stride_y", common), options.get("stride_x", common)


def convolutional(maps, filters=1, size=1, pad=0, padding=0, groups=1, dilation=1, antialiasing=0, **options):
    source, strides = maps[-1], strides_of(options)
    padding = size // 2 if pad else padding
    dilation = dilation if size > 1 else 1
    steps = (1, 1) if antialiasing else strides
    out = [quotient(n + 2 * padding - size, s) + 1 for n, s in zip((source.h, source.w), steps, strict=True)]
    taken = windows(source, size, steps, -padding * dilation, dilation, out)
    each, into = source.c // groups, filters // groups

    def value(k, y, x):
        group = k // into
        return over(*(taken.at(group * each + c, y, x) for c in range(each)))

    found = made(filters, *out, value)
    if antialiasing:
        found = blurred(found, antialiasing, strides)
    return found


def blurred(source, kind, strides):
    size, padding = (2, 0) if kind == 2 else (3, 1)
    out = [quotient(n + 2 * padding - size, s) + 1 for n, s in zip((source.h, source.w), strides, strict=True)]
    return windows(source, size, strides, -padding, 1, out)


def local(maps, filters=1, size=1, stride=1, pad=0, **_):
    source = maps[-1]
    out = [quotient(n - (1 if pad else size), stride) + 1 for n in (source.h, source.w)]
    taken = windows(source, size, (stride, stride), -pad, 1, out)
    return made(filters, *out, lambda k, y, x: taken.position(y, x))


def pool(maps, size=None, padding=None, maxpool_depth=0, out_channels=1, antialiasing=0, **options):
    source, strides = maps[-1], strides_of(options)
    size = options.get("stride", 1) if size is None else size
    padding = size - 1 if padding is None else padding
    if maxpool_depth:
        return made(
            out_channels, source.h, source.w,
            lambda g, y, x: over(*(source.at(k, y, x) for k in range(g, source.c, out_channels))),
        )  # fmt: skip
    steps = (1, 1) if antialiasing else strides
    out = [quotient(n + padding - size, s) + 1 for n, s in zip((source.h, source.w), steps, strict=True)]
    found = windows(source, size, steps, quotient(-padding, 2), 1, out)
    return blurred(found, antialiasing, strides) if antialiasing else found


def route(maps, layers=(-1,), groups=1, group_id=0):
    values = []
    sources = [maps[index] if index < 0 else maps[index + 1] for index in layers]
    for source in sources:
        part = len(source.values) // groups
        values += source.values[part * group_id : part * (group_id + 1)]
    first = sources[0]
    return Tensor(sum(source.c for source in sources) // groups, first.h, first.w, values)


def shortcut(maps, **options):
    """The two loops of pjreddie's shortcut_cpu."""
    main = maps[-1]
    out = list(main.values)
    for index in options["from"]:
        one = maps[index] if index < 0 else maps[index + 1]
        stride = max(one.w // main.w, 1)
        for k in range(min(one.c, main.c)):
            for j in range(min(one.h, main.h)):
                for i in range(min(one.w, main.w)):
                    out[i + main.w * (j + main.h * k)] |= one.values[i * stride + one.w * (j * stride + one.h * k)]
    return Tensor(main.c, main.h, main.w, out)


def gathered(values, c, h, w, stride):
    """Darknet's reorg loop over a map of c * h * w that is gathered from one of c/s^2 * hs * ws."""
    fewer = c // stride**2
    out = []
    for k in range(c):
        for j in range(h):
            for i in range(w):
                offset = k // fewer
                wide, high = i * stride + offset % stride, j * stride + offset // stride
                out.append(values[wide + w * stride * (high + h * stride * (k % fewer))])
    return out


def scattered(values, c, h, w, stride):
    """The same loop the other way."""
    fewer = c // stride**2
    out = [0] * len(values)
    for k in range(c):
        for j in range(h):
            for i in range(w):
                offset = k // fewer
                wide, high = i * stride + offset % stride, j * stride + offset // stride
                out[wide + w * stride * (high + h * stride * (k % fewer))] = values[i + w * (j + h * k)]
    return out


def reorg(maps, stride=1, reverse=0):
    source, area = maps[-1], stride**2
    if reverse:
        values = scattered(source.values, source.c, source.h, source.w, stride)
        return Tensor(source.c // area, source.h * stride, source.w * stride, values)
    values = gathered(source.values, source.c, source.h, source.w, stride)
    return Tensor(source.c * area, source.h // stride, source.w // stride, values)


def reorg3d(maps, stride=1):
    source = maps[-1]
    c, h, w = source.c * stride**2, source.h // stride, source.w // stride
    return Tensor(c, h, w, gathered(source.values, c, h, w, stride))


def upsample(maps, stride=2):
    source = maps[-1]
    if stride > 0:
        return made(
            source.c, source.h * stride, source.w * stride, lambda k, y, x: source.at(k, y // stride, x // stride)
        )
    s = -stride
    return made(
        source.c, source.h // s, source.w // s,
        lambda k, y, x: over(*(source.at(k, y * s + i, x * s + j) for i in range(s) for j in range(s))),
    )  # fmt: skip


def deconvolutional(maps, filters=1, size=1, stride=1, pad=0, padding=0, **_):
    source = maps[-1]
    padding = size // 2 if pad else padding
    h, w = ((n - 1) * stride + size - 2 * padding for n in (source.h, source.w))
    if min(h, w) < 1:
        raise Empty
    found = Tensor(filters, h, w)
    for y in range(source.h):
        for x in range(source.w):
            value = source.position(y, x)
            for i in range(size):
                for j in range(size):
                    to_y, to_x = y * stride + i - padding, x * stride + j - padding
                    if 0 <= to_y < h and 0 <= to_x < w:
                        for k in range(filters):
                            found.values[to_x + w * (to_y + h * k)] |= value
    return found


def crop(maps, crop_height=1, crop_width=1):
    source = maps[-1]
    down, right = (source.h - crop_height) // 2, (source.w - crop_width) // 2
    return made(source.c, crop_height, crop_width, lambda k, y, x: source.at(k, y + down, x + right))


def same(maps, **_):
    return maps[-1]


def sam(maps, **options):
    return shortcut(maps, **options)


LOOPS = {
    "convolutional": convolutional, "local": local, "maxpool": pool, "local_avgpool": pool, "route": route,
    "shortcut": shortcut, "reorg": reorg, "reorg3d": reorg3d, "upsample": upsample, "deconvolutional": deconvolutional,
    "crop": crop, "sam": sam, "dropout": same, "batchnorm": same, "activation": same, "yolo": same, "region": same,
    "normalization": same, "l2norm": same,
}  # fmt: skip


def simulated(size, channels, sections):
    """The maps of a network, the input first."""
    h, w = size
    maps = [made(channels, h, w, lambda k, y, x: 1 << (x + w * y))]
    for type, options in sections:
        maps.append(LOOPS[type](maps, **options))
    return maps


def hull(values, w):
    """First and last row, first and last column of a set of positions; None for none."""
    if not values:
        return None
    places = [divmod(bit, w) for bit in range(values.bit_length()) if values >> bit & 1]
    rows, columns = [y for y, _ in places], [x for _, x in places]
    return (min(rows), max(rows)), (min(columns), max(columns))


def compare(size, channels, sections, rows=None):
    """Holds every layer of a network against the simulation, at each output, and returns its report."""
    maps = simulated(size, channels, sections)
    report = report_of(text(size, channels, sections))
    last = {number_of(layer.name): layer for layer in report.layers}
    for number, map in enumerate(maps[1:]):
        layer = last[number]
        assert (layer.output_size, layer.channels) == ((map.h, map.w), map.c), layer.name
        locator = rfcli.located(report, layer.name)
        for y in range(map.h) if rows is None else rows(map.h):
            for x in range(map.w):
                assert clipped(locator, y, x) == hull(map.position(y, x), size[1]), (
                    layer.name,
                    y,
                    x,
                )
    return report
