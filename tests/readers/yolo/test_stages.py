"""Stages of units, one after another and joined."""

import pytest

import rfcli
from readers.yolo.rows import block, full, ghost_neck, holds, neck, psa, report_of, sees_all, written


def rep(c):
    return block(c, c, 3) + block(c, c)


def rep_csp(c1, c2, n):
    c = c2 // 2
    return 2 * block(c1, c) + block(2 * c, c2) + n * (rep(c) + block(c, c, 3))


def c3k(c):
    half = c // 2
    return 2 * block(c, half) + block(2 * half, c) + 2 * neck(half)


def area_block(c, ratio):
    return block(c, 3 * c) + block(c, c, 7, c) + block(c, c) + block(c, int(c * ratio)) + block(int(c * ratio), c)


def cib(c, large):
    wide = 2 * c
    middle = block(wide, wide, 7, wide) + block(wide, wide, 3, wide) if large else block(wide, wide, 3, wide)
    return block(c, c, 3, c) + block(c, wide) + middle + block(wide, c) + block(c, c, 3, c)


ROWS = {
    # row: parameters, channels, (field size, stride)
    "[-1, 2, C1, [32]]": (block(64, 32) + 2 * block(32, 32, 3), 32, (5, 1)),
    "[-1, 2, C2, [64]]": (block(64, 64) + 2 * neck(32) + block(64, 64), 64, (9, 1)),
    "[-1, 2, C2f, [64, True]]": (block(64, 64) + 2 * neck(32) + block(128, 64), 64, (9, 1)),
    "[-1, 2, C2f, [64, True, 2, 0.25]]": (
        block(64, 32) + 2 * (block(16, 16, 3) + block(16, 16, 3, 2)) + block(64, 64), 64, (9, 1)),
    "[-1, 2, C3, [64]]": (2 * block(64, 32) + 2 * neck(32, 1) + block(64, 64), 64, (5, 1)),
    "[-1, 1, C3x, [64]]": (
        2 * block(64, 32) + block(32, 32, (1, 3)) + block(32, 32, (3, 1)) + block(64, 64), 64, (3, 1)),
    "[-1, 2, C3Ghost, [64]]": (2 * block(64, 32) + 2 * ghost_neck(32) + block(64, 64), 64, (17, 1)),
    "[-1, 1, C3k, [64, 64, 2, True, 1, 0.5, 5]]": (
        2 * block(64, 32) + 2 * neck(32, 5, 5) + block(64, 64), 64, (17, 1)),
    "[-1, 1, C3f, [64, 64, 2]]": (2 * block(64, 32) + 2 * neck(32) + block(128, 64), 64, (9, 1)),
    "[-1, 1, C3k2, [64, False, 0.25]]": (
        block(64, 32) + neck(16, hidden=8) + block(48, 64), 64, (5, 1)),
    "[-1, 2, C3k2, [64, True]]": (block(64, 64) + 2 * c3k(32) + block(128, 64), 64, (17, 1)),
    "[-1, 2, BottleneckCSP, [64]]": (
        block(64, 32) + 64 * 32 + 32 * 32 + 128 + 2 * neck(32) + block(64, 64), 64, (9, 1)),
    "[-1, 2, RepC3, [64]]": (2 * block(64, 64) + 2 * rep(64), 64, (5, 1)),
    "[-1, 2, RepC3, [64, 0.5]]": (2 * block(64, 32) + 2 * rep(32) + block(32, 64), 64, (5, 1)),
    "[-1, 1, RepNCSPELAN4, [64, 32, 16, 2]]": (
        block(64, 32) + 2 * rep_csp(16, 16, 2) + 2 * block(16, 16, 3) + block(64, 64), 64, (21, 1)),
    "[-1, 1, ELAN1, [64, 32, 16]]": (block(64, 32) + 2 * block(16, 16, 3) + block(64, 64), 64, (5, 1)),
    "[-1, 2, C2fCIB, [64, True]]": (block(64, 64) + 2 * cib(32, False) + block(128, 64), 64, (13, 1)),
    "[-1, 1, C2fCIB, [64, True, True]]": (block(64, 64) + cib(32, True) + block(96, 64), 64, (11, 1)),
    "[-1, 2, A2C2f, [64, False]]": (block(64, 32) + 2 * c3k(32) + block(96, 64), 64, (17, 1)),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_module(row):
    holds(row, *ROWS[row])


ATTENTIVE = {
    # row: parameters, the local path's field size
    "[-1, 2, C2PSA, [64]]": (block(64, 64) + 2 * psa(32) + block(64, 64), 5),
    "[-1, 2, C2fPSA, [64]]": (block(64, 64) + 2 * psa(32) + block(128, 64), 5),
    "[-1, 1, C3k2, [64, True, 0.5, True]]": (
        block(64, 64) + neck(32, hidden=16) + psa(32) + block(96, 64), 7),
    "[-1, 1, A2C2f, [64, True, 1]]": (block(64, 32) + 2 * area_block(32, 2.0) + block(64, 64), 13),
    "[-1, 1, A2C2f, [64, True, 1, True, 1.2]]": (block(64, 32) + 2 * area_block(32, 1.2) + block(64, 64) + 64, 13),
    "[-1, 1, C3TR, [64]]": (
        2 * block(64, 32) + full(32, 32) + 3 * 32 * 32 + 4 * full(32, 32) + 2 * 32 * 32 + block(64, 64), 1),
}  # fmt: skip


@pytest.mark.parametrize("row", ATTENTIVE)
def test_attention_sees_all_and_keeps_a_local_path(row):
    sees_all(row, *ATTENTIVE[row])


def test_areas_are_stripes():
    """Four areas: a row sees the rows of its quarter of the map, and all columns."""
    report = report_of(written(["[-1, 1, A2C2f, [64, True, 4]]"], channels=64), (16, 12))
    attention = report.layer("a2c2f_0/m/0/0/attn/attention")
    assert attention.cost.macs == (16 * 12) * (4 * 12) * (32 + 32)
    locator = rfcli.located(report, attention.name)
    assert [locator.at((row, 5)).clipped for row in (0, 7, 15)] == [
        ((0, 3), (0, 11)),
        ((4, 7), (0, 11)),
        ((12, 15), (0, 11)),
    ]
    uneven = report_of(written(["[-1, 1, A2C2f, [64, True, 4]]"], channels=64), (18, 12)).layer(attention.name)
    assert "not cut evenly" in uneven.receptive_field.size[0].reason


def test_large_scales_have_other_modules():
    """C3k2 has C3k inside from m on; A2C2f has a gain and a narrower perceptron at l and x."""
    rows = ["[-1, 1, C3k2, [64, False]]", "[-1, 1, A2C2f, [64, True, 1]]"]
    small, large = (report_of(written(rows, channels=64), name=name) for name in ("yolo12s.yaml", "yolo12l.yaml"))
    assert "c3k2_0/m/0/cv3/conv" in [layer.name for layer in large.layers]
    assert "c3k2_0/m/0/cv3/conv" not in [layer.name for layer in small.layers]
    assert "a2c2f_1/gamma" in [layer.name for layer in large.layers]
    assert large.layer("a2c2f_1/m/0/0/mlp/0/conv").channels == int(32 * 1.2)
