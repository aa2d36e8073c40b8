"""Modules that join maps, part them, and take a part."""

import pytest

import rfcli
from readers.yolo.rows import ONE, full, holds, report_of, written

ROWS = {
    # row: parameters, channels, (field size, stride)
    "[[-1, -1], 1, Concat, [1]]": (0, 128, ONE),
    "[-1, 1, CBLinear, [[16, 48]]]": (full(64, 64), 64, ONE),
    "[-1, 1, CBLinear, [[8, 24], 3, 2, 1, 4]]": (full(64, 32, 3, 4), 32, (3, 2)),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_module(row):
    holds(row, *ROWS[row])


SEVERAL = {
    # rows: channels and field of the last one, behind a map of 64 channels
    ("[-1, 1, CBLinear, [[16, 48]]]", "[0, 1, Index, [48, 1]]"): (48, 1),
    ("[-1, 1, CBLinear, [[16, 48]]]", "[0, 1, Index, [16]]", "[-1, 1, Conv, [8, 3]]"): (8, 3),
    ("[-1, 1, Conv, [48, 3]]", "[-1, 1, CBLinear, [[16, 48]]]", "[[1, 0], 1, CBFuse, [[1]]]"): (48, 3),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), SEVERAL.items())
def test_parts(rows, expected):
    layer = (report := report_of(written(rows, channels=64), 64)).layer(report.outputs[-1])
    assert (layer.channels, layer.receptive_field.size) == (expected[0], (expected[1], expected[1]))


def test_parts_are_fused():
    rows = ["[-1, 1, Conv, [8, 3, 2]]", "[-1, 1, CBLinear, [[4, 8]]]", "[0, 1, Conv, [16, 3, 2]]",
            "[2, 1, CBLinear, [[6, 8, 10]]]", "[[3, 1, 0], 1, CBFuse, [[1, 1]]]", "[3, 1, Index, [10, 2]]"]  # fmt: skip
    report = report_of(written(rows), 32)
    assert report.layer("cbfuse_4").channels == 8
    assert (report.layer("index_5").type, report.layer("index_5").channels) == ("channel_slice", 10)
    assert report.layer("cblinear_3").cost.params == full(16, 24)
    # Output 5 reads 9 .. 11 through module 0, and through modules 2 and 3 their output 2, which reads 3 .. 5 of it.
    assert rfcli.located(report, "cbfuse_4").at((5, 5)).region == ((5, 11), (5, 11))
