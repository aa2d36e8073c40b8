"""Networks of any sections against a simulation of Darknet's loops."""

from hypothesis import assume, given
from hypothesis import strategies as st
from oracle.against import thorough

import rfcli
from readers.darknet.cfg_files import clipped, number_of, report_of, text
from readers.darknet.loops import LOOPS, Empty, hull, simulated


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
        locator = rfcli.located(report, layer.name)
        for y, x in {(0, 0), (map.h // 2, map.w // 2), (map.h - 1, map.w - 1), (0, map.w - 1)}:
            assert clipped(locator, y, x) == hull(map.position(y, x), size[1]), (layer.name, y, x)
