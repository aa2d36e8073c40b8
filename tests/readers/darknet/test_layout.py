"""What rearranges, enlarges or cuts a map: a row for each section and option, and Darknet's own loops."""

import pytest

from readers.darknet.cfg_files import CONV, UNKNOWN, holds, report_of, text
from readers.darknet.loops import compare, simulated
from rfcli.geometry.unknown import Unknown

ROWS = {
    # section and options, behind a map of 4 channels: size, channels, parameters, the layers' types
    "reorg": (8, 4, 0, "identity"),
    "reorg stride=2": (4, 16, UNKNOWN, "custom"),
    "reorg stride=2 reverse=1": (16, 1, 0, "pixel_shuffle"),
    "reorg stride=2 flatten=1": (UNKNOWN, UNKNOWN, UNKNOWN, "custom"),
    "reorg stride=2 extra=3": (UNKNOWN, UNKNOWN, UNKNOWN, "custom"),
    "reorg3d stride=2": (4, 16, 0, "pixel_unshuffle"),
    "reorg3d stride=2 reverse=1": (16, 1, UNKNOWN, "custom"),
    "reorg3d stride=2 flatten=1 extra=1": (UNKNOWN, UNKNOWN, UNKNOWN, "custom"),
    "upsample": (16, 4, 0, "upsample"),
    "upsample stride=3": (24, 4, 0, "upsample"),
    "upsample stride=-2": (4, 4, 0, "avg_pool"),
    "upsample stride=-3": (2, 4, UNKNOWN, "custom"),
    "crop crop_height=5 crop_width=4": ((5, 4), 4, 0, "crop"),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_section(row):
    holds(row, *ROWS[row])


NETWORKS = {
    "reorg3d": [(CONV, {"size": 3, "pad": 1, "filters": 4}), ("reorg3d", {"stride": 2}), (CONV, {"size": 3, "pad": 1})],
    "reorg in reverse": [(CONV, {"size": 3, "pad": 1, "filters": 8}), ("reorg", {"stride": 2, "reverse": 1})],
    "upsample": [("maxpool", {"size": 2, "stride": 2}), ("upsample", {"stride": 2}), (CONV, {"size": 3, "pad": 1})],
    "upsample back": [(CONV, {"size": 3, "pad": 1}), ("upsample", {"stride": -2})],
    "crop": [("crop", {"crop_height": 5, "crop_width": 4}), (CONV, {"size": 3})],
}  # fmt: skip


@pytest.mark.parametrize("sections", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("size", [(8, 8), (10, 12), (12, 10)], ids=str)
def test_darknets_loops(sections, size):
    compare(size, 2, sections)


ODD = ["crop"]


@pytest.mark.parametrize("name", ODD)
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
