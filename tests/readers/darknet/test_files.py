"""Darknet files: every section against a simulation of Darknet's loops, published figures, and what is wrong in files.

The simulation works on flat arrays with Darknet's index arithmetic; a value is the set of input positions that it
depends on, as the bits of an integer. It reads lists of sections, never text, so it shares nothing with the importer.
"""

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oracle.against import thorough

import rfcli
from rfcli.geometry.unknown import Unknown

# --- Darknet's loops ------------------------------------------------------------------------------------------------


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


def text(size, channels, sections):
    """A `.cfg` file."""
    lines = ["[net]", f"height={size[0]}", f"width={size[1]}", f"channels={channels}"]
    for type, options in sections:
        lines.append(f"[{type}]")
        for key, value in options.items():
            lines.append(f"{key}={', '.join(map(str, value)) if isinstance(value, (list, tuple)) else value}")
    return "\n".join(lines)


def report_of(cfg, **how):
    return rfcli.compute(rfcli.loads(cfg, "net.cfg"), **how)


def number_of(name):
    """The number in a layer's name that Darknet prints."""
    return int(name.split("/")[0].rpartition("_")[2])


def clipped(locator, y, x):
    """The region of an output inside the map; None where it reads nothing along one of the axes."""
    found = locator.at((y, x)).clipped
    return None if None in found else found


def compare(size, channels, sections, rows=None):
    """Holds every layer of a network against the simulation, at each output, and returns its report."""
    maps = simulated(size, channels, sections)
    report = report_of(text(size, channels, sections))
    last = {number_of(layer.name): layer for layer in report.layers}
    for number, map in enumerate(maps[1:]):
        layer = last[number]
        assert (layer.output_size, layer.channels) == ((map.h, map.w), map.c), layer.name
        locator = rfcli.api.located(report, layer.name)
        for y in range(map.h) if rows is None else rows(map.h):
            for x in range(map.w):
                assert clipped(locator, y, x) == hull(map.position(y, x), size[1]), (
                    layer.name,
                    y,
                    x,
                )
    return report


CONV = "convolutional"
NETWORKS = {
    "strides of two kinds": [(CONV, {"size": 3, "pad": 1, "stride_x": 2, "stride_y": 1, "filters": 4})],
    "even kernel, pad=1": [(CONV, {"size": 2, "pad": 1, "filters": 4}), (CONV, {"size": 4, "pad": 1, "stride": 2})],
    "padding": [(CONV, {"size": 3, "padding": 2}), (CONV, {"size": 5, "padding": 1, "pad": 0})],
    "pad wins over padding": [(CONV, {"size": 5, "padding": 1, "pad": 1})],
    "dilation": [(CONV, {"size": 3, "pad": 1, "dilation": 2}), (CONV, {"size": 1, "dilation": 3})],
    "groups": [(CONV, {"filters": 4}), (CONV, {"size": 3, "pad": 1, "groups": 2, "filters": 8})],
    "blur in a convolution": [(CONV, {"size": 3, "pad": 1, "stride": 2, "antialiasing": 1, "filters": 3})],
    "blur of two samples": [("maxpool", {"size": 2, "stride": 2, "antialiasing": 2})],
    "pools of two": [("maxpool", {"size": 2, "stride": 2}), ("maxpool", {"size": 2, "stride": 1})],
    "pool of three": [("maxpool", {"size": 3, "stride": 2}), ("maxpool", {"stride": 2})],
    "pool of four": [("maxpool", {"size": 4, "stride": 3})],
    "pool with padding": [("maxpool", {"size": 3, "stride": 2, "padding": 0}), ("maxpool", {"size": 3, "padding": 1})],
    "pool over channels": [("maxpool", {"maxpool_depth": 1, "out_channels": 1, "size": 3}), (CONV, {"size": 3})],
    "spatial pyramid": [("maxpool", {"size": 5}), ("route", {"layers": [-1, 0]}), ("maxpool", {"size": 9})],
    "average": [("local_avgpool", {"size": 3, "stride": 2}), ("local_avgpool", {"stride": 2})],
    "route": [(CONV, {"filters": 2}), (CONV, {"size": 3, "pad": 1}), ("route", {"layers": [0, -1]}), ("route", {"layers": [-3]})],
    "groups of a route": [
        (CONV, {"filters": 4, "size": 3, "pad": 1}), ("route", {"layers": [-1], "groups": 2, "group_id": 1}),
        ("route", {"layers": [0, 1], "groups": 2}),
    ],
    "shortcut": [(CONV, {"size": 3, "pad": 1}), (CONV, {"size": 3, "pad": 1}), ("shortcut", {"from": [-2], "activation": "leaky"})],
    "shortcut of fewer channels": [(CONV, {"size": 3, "pad": 1}), (CONV, {"size": 3, "pad": 1, "filters": 3}), ("shortcut", {"from": [-2]})],
    "shortcut of more channels": [(CONV, {"size": 3, "pad": 1, "filters": 3}), (CONV, {"size": 3, "pad": 1}), ("shortcut", {"from": [-2]})],
    "strided shortcut": [
        (CONV, {"size": 3, "pad": 1}), (CONV, {"size": 3, "pad": 1, "stride": 2, "filters": 4}),
        ("shortcut", {"from": [-2]}),
    ],
    "strided shortcut, cut": [(CONV, {}), ("maxpool", {"size": 3, "stride": 2, "padding": 0}), ("shortcut", {"from": [0]})],
    "shortcuts": [(CONV, {"size": 3, "pad": 1}), (CONV, {"size": 3, "pad": 1}), (CONV, {}), ("shortcut", {"from": [0, -2]})],
    "weighted shortcut": [(CONV, {"size": 3, "pad": 1}), (CONV, {}), ("shortcut", {"from": [-2], "weights_type": "per_channel"})],
    "reorg3d": [(CONV, {"size": 3, "pad": 1, "filters": 4}), ("reorg3d", {"stride": 2}), (CONV, {"size": 3, "pad": 1})],
    "reorg in reverse": [(CONV, {"size": 3, "pad": 1, "filters": 8}), ("reorg", {"stride": 2, "reverse": 1})],
    "upsample": [("maxpool", {"size": 2, "stride": 2}), ("upsample", {"stride": 2}), (CONV, {"size": 3, "pad": 1})],
    "upsample back": [(CONV, {"size": 3, "pad": 1}), ("upsample", {"stride": -2})],
    "deconvolution": [("maxpool", {"stride": 2}), ("deconvolutional", {"size": 4, "stride": 2, "padding": 1, "filters": 2})],
    "deconvolution, pad": [("deconvolutional", {"size": 3, "stride": 3, "pad": 1}), (CONV, {"size": 3})],
    "local": [("local", {"size": 3, "pad": 1, "filters": 2}), ("local", {"size": 2, "stride": 2})],
    "crop": [("crop", {"crop_height": 5, "crop_width": 4}), (CONV, {"size": 3})],
    "pointwise": [
        ("normalization", {}), ("batchnorm", {}), ("activation", {"activation": "mish"}), ("dropout", {}), ("l2norm", {}),
        ("sam", {"from": [-2]}), ("yolo", {}),
    ],
}  # fmt: skip


@pytest.mark.parametrize("sections", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("size", [(8, 8), (10, 12), (12, 10)], ids=str)
def test_darknets_loops(sections, size):
    compare(size, 2, sections)


ODD = {"strided shortcut", "pool of three", "pools of two", "pool of four", "dilation", "blur in a convolution", "crop",
       "local", "even kernel, pad=1", "average"}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ODD))
@pytest.mark.parametrize("size", [(9, 11), (7, 13), (11, 9)], ids=str)
def test_darknets_loops_on_odd_maps(name, size):
    compare(size, 2, NETWORKS[name])


@pytest.mark.parametrize("size", [(6, 8), (10, 6), (14, 4)], ids=str)
@pytest.mark.parametrize("before", [[], [(CONV, {"size": 3, "pad": 1, "filters": 4})]], ids=["bare", "conv"])
def test_reorg_reads_four_rows(size, before):
    """Rows 2y-1 .. 2y+2 and columns 2x, 2x+1, with an odd number of output rows; inside, where it does not wrap."""
    margin = 1 + len(before)
    report = compare(
        size,
        4,
        [*before, ("reorg", {"stride": 2})],
        rows=lambda n: range(margin if n < size[0] else 0, n - (margin if n < size[0] else 0)),
    )
    assert report.layers[-1].receptive_field.size == ((6, 4) if before else (4, 2))
    assert report.layers[-1].cost.params == 0


@pytest.mark.parametrize("stride", [2, 3])
@pytest.mark.parametrize("size", [(8, 8), (12, 6)], ids=str)
def test_reorg_of_other_maps_is_not_known(size, stride):
    if stride == 3:
        size = (9, 12)
    sections = [("reorg", {"stride": stride})]
    map = simulated(size, 36, sections)[-1]
    (layer,) = report_of(text(size, 36, sections)).layers
    assert (layer.output_size, layer.channels) == ((map.h, map.w), map.c)
    assert all(isinstance(size, Unknown) for size in layer.receptive_field.size)


@st.composite
def networks(draw):
    """Sections that fit together, and the size and channels of their input."""
    size = draw(st.tuples(st.integers(5, 12), st.integers(5, 12)))
    channels = draw(st.sampled_from([1, 2, 4]))
    sections, maps = [], simulated(size, channels, [])
    small = st.integers(1, 4)
    for _ in range(draw(st.integers(1, 6))):
        h, w = maps[-1].h, maps[-1].w
        alike = [at for at, one in enumerate(maps[1:]) if (one.h, one.w) == (h, w)]
        larger = [at for at, one in enumerate(maps[1:]) if one.h >= h and one.w >= w and one.h // h == one.w // w]
        kind = draw(st.sampled_from(["convolutional", "maxpool", "local_avgpool", "route", "shortcut", "upsample", "crop",
                                     "deconvolutional", "reorg3d", "local"]))  # fmt: skip
        k, s = draw(small), draw(st.integers(1, 3))
        options = {
            "convolutional": {"size": k, "stride": s, draw(st.sampled_from(["pad", "padding"])): draw(st.integers(0, k - 1)),
                              "filters": draw(small), "batch_normalize": draw(st.integers(0, 1))},
            "maxpool": {"size": k, "stride": s},
            "local_avgpool": {"size": k, "stride": s, "padding": draw(st.integers(0, k - 1))},
            "route": {"layers": draw(st.lists(st.sampled_from(alike), min_size=1, max_size=3)) if alike else []},
            "shortcut": {"from": [draw(st.sampled_from(larger))] if larger else []},
            "upsample": {"stride": 2},
            "crop": {"crop_height": draw(st.integers(1, h)), "crop_width": draw(st.integers(1, w))},
            "deconvolutional": {"size": k, "stride": min(s, k), "padding": draw(st.integers(0, 1)), "filters": draw(small)},
            "reorg3d": {"stride": 2},
            "local": {"size": k, "stride": s, "filters": draw(small)},
        }[kind]  # fmt: skip
        if (
            [] in options.values()
            or (kind == "reorg3d" and (h % 2 or w % 2))
            or (kind == "upsample" and max(h, w) > 12)
        ):
            continue
        if kind in ("convolutional", "maxpool", "local_avgpool", "local") and k > min(h, w):
            continue  # C rounds what is negative towards zero: a window that does not fit
        if kind == "deconvolutional" and max(h, w) > 10:
            continue
        try:
            map = LOOPS[kind](maps, **options)
        except Empty:
            continue
        if len(map.values) <= 3000:
            sections.append((kind, options))
            maps.append(map)
    assume(sections)
    return size, channels, sections


@given(networks())
@thorough(150)
def test_darknets_loops_on_any_network(network):
    size, channels, sections = network
    maps = simulated(size, channels, sections)
    report = report_of(text(size, channels, sections))
    last = {number_of(layer.name): layer for layer in report.layers}
    for number, map in enumerate(maps[1:]):
        layer = last[number]
        assert (layer.output_size, layer.channels) == ((map.h, map.w), map.c), layer.name
        locator = rfcli.api.located(report, layer.name)
        for y, x in {(0, 0), (map.h // 2, map.w // 2), (map.h - 1, map.w - 1), (0, map.w - 1)}:
            assert clipped(locator, y, x) == hull(map.position(y, x), size[1]), (layer.name, y, x)


# --- published figures ----------------------------------------------------------------------------------------------


def conv(filters, size, stride=1, **more):
    return CONV, {
        "batch_normalize": 1,
        "filters": filters,
        "size": size,
        "stride": stride,
        "pad": 1,
        "activation": "leaky",
        **more,
    }


MAX = ("maxpool", {"size": 2, "stride": 2})
HEAD = [("avgpool", {}), ("softmax", {"groups": 1})]


def squeezed(filters, times):
    """3x3 convolutions with 1x1 ones of half the filters between them."""
    return [conv(filters, 3), *[conv(filters // 2, 1), conv(filters, 3)] * times]


def residual(filters, times):
    """A strided convolution, and residual blocks of half the filters."""
    block = [conv(filters // 2, 1), conv(filters, 3), ("shortcut", {"from": [-3], "activation": "linear"})]
    return [conv(filters, 3, 2), *block * times]


LINEAR = {"batch_normalize": 0, "activation": "linear"}
DARKNET_19 = [conv(32, 3), MAX, conv(64, 3), MAX, *squeezed(128, 1), MAX, *squeezed(256, 1), MAX, *squeezed(512, 2), MAX, *squeezed(1024, 2)]  # fmt: skip
DARKNET_53 = [
    conv(32, 3),
    *residual(64, 1),
    *residual(128, 2),
    *residual(256, 8),
    *residual(512, 8),
    *residual(1024, 4),
]
TINY = [
    *[one for filters in (16, 32, 64, 128, 256) for one in (conv(filters, 3), MAX)], conv(512, 3),
    ("maxpool", {"size": 2, "stride": 1}), conv(1024, 3), conv(256, 1), conv(512, 3), conv(255, 1, **LINEAR),
    ("yolo", {"mask": [3, 4, 5], "classes": 80}), ("route", {"layers": [-4]}), conv(128, 1), ("upsample", {"stride": 2}),
    ("route", {"layers": [-1, 8]}), conv(256, 3), conv(255, 1, **LINEAR), ("yolo", {"mask": [0, 1, 2], "classes": 80}),
]  # fmt: skip
YOLO_V2 = [
    *DARKNET_19, conv(1024, 3), conv(1024, 3), ("route", {"layers": [-9]}), conv(64, 1), ("reorg", {"stride": 2}),
    ("route", {"layers": [-1, -4]}), conv(1024, 3), conv(425, 1, **LINEAR), ("region", {"classes": 80, "num": 5}),
]  # fmt: skip


def detection(filters, size):
    """Half of YOLOv3's head: 1x1 and 3x3 convolutions in turn, then the boxes."""
    return [*[conv(filters // 2, 1), conv(filters, 3)] * 3, conv(size, 1, **LINEAR), ("yolo", {"classes": 80})]


YOLO_V3 = [
    *DARKNET_53, *detection(1024, 255), ("route", {"layers": [-4]}), conv(256, 1), ("upsample", {}),
    ("route", {"layers": [-1, 61]}), *detection(512, 255), ("route", {"layers": [-4]}), conv(128, 1), ("upsample", {}),
    ("route", {"layers": [-1, 36]}), *detection(256, 255),
]  # fmt: skip

PUBLISHED = [
    # "Bn Ops" of pjreddie.com/darknet/imagenet and /yolo: two for each multiply-accumulate of convolutions
    pytest.param(256, [*DARKNET_19, conv(1000, 1, **LINEAR), *HEAD], 20.8e6, 7.29, {"softmax_25": 1}, id="darknet19"),
    pytest.param(448, [*DARKNET_19, conv(1000, 1, **LINEAR), *HEAD], 20.8e6, 22.33, {"conv_23": 14}, id="darknet19_448"),
    pytest.param(256, [*DARKNET_53, HEAD[0], conv(1000, 1, **LINEAR), HEAD[1]], 41.6e6, 18.57, {"softmax_77": 1}, id="darknet53"),
    pytest.param(416, TINY, 8.85e6, 5.56, {"yolo_16": 13, "yolo_23": 26}, id="yolov3-tiny"),
    pytest.param(608, YOLO_V2, 51.0e6, 62.94, {"region_31": 19}, id="yolov2"),
    pytest.param(416, YOLO_V3, 61.9e6, 65.86, {"yolo_82": 13, "yolo_94": 26, "yolo_106": 52}, id="yolov3"),
]  # fmt: skip


@pytest.mark.parametrize(("size", "sections", "params", "operations", "maps"), PUBLISHED)
def test_published(size, sections, params, operations, maps):
    report = report_of(text((size, size), 3, sections))
    assert report.total.params == pytest.approx(params, rel=5e-3)
    assert 2 * report.total.macs / 1e9 == pytest.approx(operations, rel=1e-3)
    for name, samples in maps.items():
        assert report.layer(name).output_size == (samples, samples)
    assert set(maps) == set(report.outputs) or len(maps) == 1


def test_parameters_are_what_is_trained():
    """Weights, and a bias, or a scale and a bias, per filter; weight files hold two more numbers for each of those."""
    report = report_of(
        text((8, 8), 3, [conv(4, 3), conv(5, 1, **LINEAR), ("connected", {"output": 7, "batch_normalize": 1})])
    )
    counts = [sum(one.cost.params for one in report.layers if number_of(one.name) == number) for number in range(3)]
    assert counts == [3 * 9 * 4 + 2 * 4, 4 * 5 + 5, 5 * 64 * 7 + 2 * 7]


COSTS = {
    "local": ([("local", {"size": 3, "pad": 1, "filters": 2})], (3 * 9 + 1) * 2 * 64, 3 * 9 * 2 * 64),
    "shared weights": ([conv(3, 1), conv(3, 1, share_index=-1)], 3 * 3 + 6, 2 * 9 * 64),
    "fixed blur": ([("maxpool", {"stride": 2, "antialiasing": 1})], 0, 3 * 9 * 16),
    "weights per channel": ([conv(3, 1), ("shortcut", {"from": [-1], "weights_type": "per_channel"})], 15 + 6, 9 * 64),
    "weights per layer": ([conv(3, 1), ("shortcut", {"from": [-1], "weights_type": "per_feature"})], 15 + 2, (9 + 6) * 64),
    "deconvolution": ([("deconvolutional", {"size": 2, "stride": 2, "filters": 5})], 3 * 5 * 4 + 5, 3 * 5 * 4 * 64),
    "rearranging": ([("route", {"layers": [-1]}), ("reorg3d", {"stride": 2}), ("upsample", {})], 0, 0),
}  # fmt: skip


@pytest.mark.parametrize(("sections", "params", "macs"), COSTS.values(), ids=COSTS)
def test_costs(sections, params, macs):
    sections = sections if sections[0][0] != "route" else [conv(3, 1, **LINEAR), *sections]
    report = report_of(text((8, 8), 3, sections))
    first = 3 * 3 + 3 if sections[0] == conv(3, 1, **LINEAR) else 0
    assert report.total.params == params + first
    assert report.total.macs == macs + (9 * 64 if first else 0)


def test_names_are_those_that_darknet_prints():
    report = report_of(text((8, 8), 3, [conv(4, 3), MAX, ("route", {"layers": [-1, 0]})]).replace("-1, 0", "-1"))
    assert [one.name for one in report.layers] == [
        "conv_0/conv",
        "conv_0/batch_norm",
        "conv_0/activation",
        "maxpool_1",
        "route_2",
    ]
    assert report.layer("conv_0").name == "conv_0/activation"


def test_heads_are_outputs_even_where_they_are_read():
    sections = [conv(4, 3), ("yolo", {}), conv(4, 3, **LINEAR), ("empty", {}), ("route", {"layers": [0]}), ("yolo", {})]
    assert report_of(text((8, 8), 3, sections)).outputs == ("yolo_1", "empty_3", "yolo_5")


def test_white_space_comments_and_doubled_keys_as_darknet_reads_them():
    cfg = b"\xef\xbb\xbf; h\xc3\xb6he\r\n\n # a comment\n [ net ]  # sizes\n height = 8 # rows\nwidth=8;\n channels=3\n"
    cfg += b"[conv]\n size = 3\nsize=7\nfilters=0 4 \npad=1.0\nactivation = linear # none\nunknown key = yes\n"
    (layer,) = report_of(cfg).layers
    assert (layer.name, layer.receptive_field.size, layer.channels) == ("conv_0", (3, 3), 4)
    latin = cfg.removeprefix(b"\xef\xbb\xbf").replace(b"\xc3\xb6", b"\xf6")
    assert report_of(latin).layers == [layer]


def test_unknown_sections_are_unknown_operations():
    report = report_of(text((8, 8), 3, [conv(4, 3), ("capsule", {"filters": 3}), conv(2, 3)]))
    capsule = report.layer("capsule_1")
    assert (capsule.type, isinstance(capsule.output_size[0], Unknown)) == ("custom", True)
    assert "capsule" in report.layer("conv_2").receptive_field.size[0].reason
    assert isinstance(report.total.params, Unknown)


@pytest.mark.parametrize(
    "type", ["rnn", "gru", "lstm", "crnn", "conv_lstm", "history", "implicit", "contrastive", "[", "", "a b/é"]
)
def test_what_reads_more_than_a_map_is_not_known(type):
    cfg = text((8, 8), 3, [(type.strip("["), {"output": 5}), ("connected", {"output": 2})])
    assert all(isinstance(one, Unknown) for one in report_of(cfg).layers[0].receptive_field.size)


def test_softmax_over_a_map_sees_all_of_it():
    over_map, over_channels = (
        report_of(text((8, 8), 3, [conv(4, 3), ("softmax", options)])).layers[-1] for options in ({}, {"spatial": 1})
    )
    assert (over_map.receptive_field.globally, over_channels.receptive_field.globally) == (True, False)


def test_networks_of_vectors():
    report = report_of("[net]\ninputs=256\n[rnn]\noutput=10\n[connected]\noutput=3\n[softmax]\n[cost]\n")
    assert report.layers[0].channels == 10
    assert report.layers[-1].channels == 3


def test_other_input_sizes():
    report = report_of(text((416, 416), 3, YOLO_V3), input_size=608)
    assert [report.layer(name).output_size for name in report.outputs] == [(19, 19), (38, 38), (76, 76)]


# --- what is wrong --------------------------------------------------------------------------------------------------

NET = "[net]\nheight=8\nwidth=8\nchannels=3\n"
WRONG = {
    "no network": ("# nothing\n", [(1, 1, "RF012", "there is no [net] section")]),
    "another section first": ("\n  [convolutional]\n", [(2, 3, "RF012", "the first section is [convolutional], not [net]")]),
    "an option first": ("height=8\n[net]\n", [(1, 1, "RF012", "the option 'height' stands before any section")]),
    "no sizes": ("[net]\nwidth=8\n", [(1, 1, "RF012", "[net] states no height and no channels")]),
    "two networks": (NET + "[net]\n", [(5, 1, "RF012", "[net] stands again")]),
    "no section": (NET + "[conv\n[conv]]\n", [(5, 1, "RF012", "not a section: '[conv'"), (6, 1, "RF012", "not a section")]),
    "no option": (NET + "[conv]\n size 3\n", [(6, 2, "RF012", "neither a section nor an option: 'size 3'")]),
    "no numbers": (
        NET + "[conv]\nsize=three\nfilters =  4x\nstride=\npad=1e3\n",
        [(6, 6, "RF012", "size must be an integer, is 'three'"), (7, 12, "RF012", "filters must be"),
         (8, 8, "RF012", "stride must be an integer, is ''"), (9, 5, "RF012", "pad must be an integer")],
    ),
    "too large": (NET + "[conv]\nfilters=99999999999\n", [(6, 9, "RF012", "filters is beyond 9999999999")]),
    "long": (NET + f"[conv]\nfilters={'9' * 5000}\n", [(6, 9, "RF012", "filters is beyond 9999999999")]),
    "too small": (NET + "[conv]\nsize=0\nstride=-1\n", [(6, 6, "RF012", "size must be at least 1, is 0"), (7, 8, "RF012", "stride must be at least 1, is -1")]),
    "route to itself": (NET + "[conv]\n[route]\nlayers=0, 1\n", [(7, 8, "RF012", "layers of layer 1 names itself: 1")]),
    "route forward": (NET + "[route]\nlayers=4\n", [(6, 8, "RF012", "layers of layer 0 names a later layer: 4")]),
    "route too far back": (NET + "[conv]\n[shortcut]\nfrom=-2\n", [(7, 6, "RF012", "from of layer 1 names before the first layer: -2")]),
    "route to nothing": (NET + "[conv]\n[route]\n", [(6, 1, "RF012", "[route] needs 'layers'")]),
    "route to no number": (NET + "[conv]\n[route]\nlayers=-1,,x\n", [(7, 8, "RF012", "layers must be an integer, is ''"), (7, 8, "RF012", "layers must be an integer, is 'x'")]),
    "groups": (NET + "[conv]\nfilters=4\n[route]\nlayers=-1\ngroups=3\n", [(9, 8, "RF012", "the 4 channels of 'conv_0/activation' cannot be split into 3 groups")]),
    "group": (NET + "[conv]\nfilters=4\n[route]\nlayers=-1\ngroups=2\ngroup_id=2\n", [(10, 10, "RF012", "group_id is 2, of 2 groups")]),
    "crop": (NET + "[crop]\ncrop_height=9\ncrop_width=8\n", [(6, 13, "RF012", "crop_height is 9, the map has 8 samples")]),
    "upsampling by nothing": (NET + "[upsample]\nstride=0\n", [(6, 8, "RF012", "stride must not be 0")]),
    "dropout": (NET + "[dropout]\nprobability=1.5\n", [(6, 13, "RF012", "probability must be a number from 0 to 1")]),
    "weights": (NET + "[conv]\n[shortcut]\nfrom=-1\nweights_type=per_chanel\n", [(8, 14, "RF012", "weights_type must be one of")]),
    "kernel": (NET + "[conv]\n size=9\n", [(5, 1, "RF305", "the kernel reaches over 9 samples")]),
    "channels": (NET + "[conv]\nfilters=5\n[conv]\ngroups=2\n", [(7, 1, "RF306", "5 input channels cannot be split")]),
    "sizes": (NET + "[conv]\n[maxpool]\nstride=2\n[route]\nlayers=0,1\n", [(8, 1, "RF302", "concat 'route_2'")]),
}  # fmt: skip


@pytest.mark.parametrize(("cfg", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_place(cfg, expected):
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of(cfg)
    found = [(one.span.line, one.span.column, one.code, one.message) for one in raised.value.diagnostics]
    assert [one[:3] for one in found] == [one[:3] for one in expected], found
    assert all(message in one[3] for one, (*_, message) in zip(found, expected, strict=True)), found


HOSTILE = {
    "sections": NET + "[a]\n" * 1_000_000,
    "options": NET + "[conv]\n" + "".join(f"{n:x}=1\n" for n in range(500_000)),
    "known options": NET + "[conv]\n" + "size=1\n" * 500_000,
    "lines": "\n" * 4_000_000,
    "no options": NET + "x\n" * 2_000_000,
    "wrong numbers": NET + "[conv]\nsize=x\n" * 250_000,
    "routes": NET + "[conv]\n" + ("[route]\nlayers=" + "-1," * 20_000 + "\n") * 60,
    "doubling routes": NET + "[conv]\n" + "[route]\nlayers=-1,-1\n" * 90_000,
    "long value": NET + "[route]\nlayers=" + "0," * 2_000_000,
    "long type": NET + "[" + "x" * 4_000_000 + "]\n",
    "long key": NET + "x" * 4_000_000 + "=1\n",
    "zeros": NET + "[conv]\nfilters=" + "0" * 60_000 + "x\n",
    "digits": NET + "[dropout]\nprobability=" + "1" * 60_000 + "x\n",
    "large map": "[net]\nheight=9999999999\nwidth=9999999999\nchannels=9999999999\n[local]\nsize=3\npad=1\n[reorg]\nstride=2\n[connected]\noutput=9999999999\n",
    "brackets": NET + "[" * 4_000_000,
    "large": NET + "#" * 5_000_000,
    "binary": NET.encode() + bytes(range(256)) * 1000,
}  # fmt: skip


@pytest.mark.parametrize("cfg", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_soon(cfg):
    started = time.process_time()
    try:
        report_of(cfg)
    except rfcli.DescriptionError as error:
        assert error.diagnostics
    assert time.process_time() - started < 20


@given(
    st.lists(
        st.sampled_from([*b"[]=#,-0123456789.\n", b"[conv]", b"[route]\nlayers=", b"size=", b"[net]", b"\xff"]),
        max_size=60,
    )
)
@thorough(200)
def test_no_text_is_a_surprise(parts):
    cfg = NET.encode() + b"".join(bytes([one]) if isinstance(one, int) else one for one in parts)
    try:
        report_of(cfg)
    except rfcli.DescriptionError as error:
        assert error.diagnostics
