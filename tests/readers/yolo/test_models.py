"""YOLO files: every module's parameters, channels and field from its published structure, scales, and what is wrong.

The framework itself is the witness in `test_yolo_zoo.py`; here the numbers are worked out by hand.
"""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import rfcli
from rfcli.description.limits import Limits
from rfcli.diagnostics import CallError
from rfcli.geometry.unknown import Unknown
from rfcli.readers.kinds import reader_of


def written(backbone, head=(), **keys):
    """A file's text; rows are given as text."""
    lines = [f"{key}: {value}" for key, value in {"nc": 80, **keys}.items()]
    for part, rows in (("backbone", backbone), ("head", head)):
        lines += [f"{part}:", *(f"  - {row}" for row in rows)] if rows else [f"{part}: []"]
    return "\n".join(lines) + "\n"


def report_of(text, size=None, name="net.yaml", **settings):
    return rfcli.compute(rfcli.loads(text, name, settings=settings), input_size=size)


# --- modules --------------------------------------------------------------------------------------------------------


def block(c1, c2, k=1, groups=1):
    """Parameters of a convolution without bias and its batch norm; `k` is a kernel, or its area as (height, width)."""
    area = k * k if isinstance(k, int) else k[0] * k[1]
    return c1 // groups * c2 * area + 2 * c2


def full(c1, c2, k=1, groups=1):
    """Parameters of a convolution with bias."""
    return c1 // groups * c2 * k * k + c2


def neck(c, first=3, second=3, hidden=None):
    """A bottleneck's."""
    hidden = hidden or c
    return block(c, hidden, first) + block(hidden, c, second)


def ghost(c1, c2):
    return block(c1, c2 // 2) + block(c2 // 2, c2 // 2, 5, c2 // 2)


def ghost_neck(c):
    return ghost(c, c // 2) + ghost(c // 2, c)


def rep(c):
    return block(c, c, 3) + block(c, c)


def rep_csp(c1, c2, n):
    c = c2 // 2
    return 2 * block(c1, c) + block(2 * c, c2) + n * (rep(c) + block(c, c, 3))


def c3k(c):
    half = c // 2
    return 2 * block(c, half) + block(2 * half, c) + 2 * neck(half)


def psa(c):
    """Attention with keys half as wide as values, position, projection; two pointwise convolutions."""
    return block(c, 2 * c) + block(c, c, 3, c) + block(c, c) + block(c, 2 * c) + block(2 * c, c)


def area_block(c, ratio):
    return block(c, 3 * c) + block(c, c, 7, c) + block(c, c) + block(c, int(c * ratio)) + block(int(c * ratio), c)


def cib(c, large):
    wide = 2 * c
    middle = block(wide, wide, 7, wide) + block(wide, wide, 3, wide) if large else block(wide, wide, 3, wide)
    return block(c, c, 3, c) + block(c, wide) + middle + block(wide, c) + block(c, c, 3, c)


ONE = 1, 1
MODULES = {
    # row behind 64 channels: parameters, channels, (field, stride)
    "[-1, 1, Conv, [32, 3, 2]]": (block(64, 32, 3), 32, (3, 2)),
    "[-1, 1, Conv, [32, [1, 5], [1, 1]]]": (block(64, 32, (1, 5)), 32, ((1, 5), 1)),
    "[-1, 1, Conv, [32, 3, 1, null, 4, 2, False]]": (block(64, 32, 3, 4), 32, (5, 1)),
    "[-1, 1, Conv, [32, 2, 1, 0]]": (block(64, 32, 2), 32, (2, 1)),
    "[-1, 3, Conv, [64, 3]]": (3 * block(64, 64, 3), 64, (7, 1)),
    "[-1, 1, Conv2, [64, 32]]": (64 * 32 * 10 + 64, 32, (3, 1)),
    "[-1, 1, LightConv, [64, 32, 5]]": (block(64, 32) + block(32, 32, 5, 32), 32, (5, 1)),
    "[-1, 1, DWConv, [96, 3, 2]]": (block(64, 96, 3, 32), 96, (3, 2)),
    "[-1, 1, ConvTranspose, [32, 2, 2]]": (64 * 32 * 4 + 64, 32, (1, 0.5)),
    "[-1, 1, DWConvTranspose2d, [64, 4, 2, 1]]": (64 * 16 + 64, 64, (2, 0.5)),
    "[-1, 1, Focus, [32, 3]]": (block(256, 32, 3), 32, (6, 2)),
    "[-1, 1, GhostConv, [32, 3, 2]]": (block(64, 16, 3) + block(16, 16, 5, 16), 32, (11, 2)),
    "[-1, 1, GhostBottleneck, [64]]": (ghost_neck(64), 64, (9, 1)),
    "[-1, 1, GhostBottleneck, [64, 3, 2]]": (
        ghost_neck(64) + block(32, 32, 3, 32) + block(64, 64, 3, 64) + block(64, 64), 64, (15, 2)),
    "[-1, 1, RepConv, [64, 64]]": (rep(64), 64, (3, 1)),
    "[-1, 1, RepConv, [64, 64, 3, 1, 1, 1, 1, True, True]]": (rep(64) + 128, 64, (3, 1)),
    "[-1, 1, AConv, [32]]": (block(64, 32, 3), 32, (4, 2)),
    "[-1, 1, ADown, [48]]": (block(32, 24, 3) + block(32, 24), 48, (4, 2)),
    "[-1, 1, SCDown, [32, 3, 2]]": (block(64, 32) + block(32, 32, 3, 32), 32, (3, 2)),
    "[-1, 1, Bottleneck, [64]]": (neck(64, hidden=32), 64, (5, 1)),
    "[-1, 2, Bottleneck, [64, False]]": (2 * neck(64, hidden=32), 64, (9, 1)),
    "[-1, 1, Bottleneck, [64, True, 1, [1, 3], 1.0]]": (neck(64, 1), 64, (3, 1)),
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
    "[-1, 1, HGStem, [32, 48]]": (
        block(64, 32, 3) + block(32, 16, 2) + block(16, 32, 2) + block(64, 32, 3) + block(32, 48), 48, (11, 4)),
    "[-1, 2, HGBlock, [16, 64, 3, False, True]]": (
        block(64, 16, 3) + block(16, 16, 3) + block(96, 32) + block(32, 64), 64, (5, 1)),
    "[-1, 1, HGBlock, [16, 64, 5, True]]": (
        block(64, 16) + block(16, 16, 5, 16) + block(80, 32) + block(32, 64), 64, (5, 1)),
    "[-1, 1, ResNetLayer, [64, 32, 1, True, 1]]": (block(64, 32, 7), 32, (11, 4)),
    "[-1, 1, ResNetLayer, [64, 32, 2, False, 2]]": (
        block(64, 32) + block(32, 32, 3) + block(32, 128) + block(64, 128)
        + block(128, 32) + block(32, 32, 3) + block(32, 128), 128, (7, 2)),
    "[-1, 1, SPP, [64, [5, 9]]]": (block(64, 32) + block(96, 64), 64, (9, 1)),
    "[-1, 1, SPPF, [64, 5]]": (block(64, 32) + block(128, 64), 64, (13, 1)),
    "[-1, 1, SPPF, [64, 5, 2, True]]": (block(64, 32) + block(96, 64), 64, (9, 1)),
    "[-1, 1, SPPELAN, [64, 32]]": (block(64, 32) + block(128, 64), 64, (13, 1)),
    "[-1, 2, A2C2f, [64, False]]": (block(64, 32) + 2 * c3k(32) + block(96, 64), 64, (17, 1)),
    "[-1, 1, SpatialAttention, [7]]": (98, 64, (7, 1)),
    "[-1, 1, nn.Upsample, [null, 2, nearest]]": (0, 64, (1, 0.5)),
    "[-1, 1, nn.Upsample, [null, 2, bilinear]]": (0, 64, (2, 0.5)),
    "[-1, 1, nn.Conv2d, [64, 32, 3, 2, 1]]": (full(64, 32, 3), 32, (3, 2)),
    "[-1, 1, torch.nn.Conv2d, [64, 32, 3, 1, same, 2, 4, False]]": (64 * 32 * 9 // 4, 32, (5, 1)),
    "[-1, 1, nn.ConvTranspose2d, [32, 4, 2, 1]]": (64 * 32 * 16 + 32, 32, (2, 0.5)),
    "[-1, 1, nn.MaxPool2d, [3, 2, 1]]": (0, 64, (3, 2)),
    "[-1, 1, nn.MaxPool2d, [2]]": (0, 64, (2, 2)),
    "[-1, 1, nn.AvgPool2d, [3, 1]]": (0, 64, (3, 1)),
    "[-1, 1, nn.ZeroPad2d, [[0, 1, 0, 1]]]": (0, 64, ONE),
    "[-1, 1, nn.Identity, []]": (0, 64, ONE),
    "[-1, 1, nn.BatchNorm2d, []]": (128, 64, ONE),
    "[-1, 1, nn.LeakyReLU, [0.1]]": (0, 64, ONE),
    "[-1, 1, nn.Dropout, [0.1]]": (0, 64, ONE),
    "[-1, 1, nn.PixelUnshuffle, [2]]": (0, 256, (2, 2)),
    "[-1, 1, Contract, []]": (0, 256, (2, 2)),
    "[-1, 1, Expand, [2]]": (0, 16, (1, 0.5)),
}  # fmt: skip


@pytest.mark.parametrize("row", MODULES)
def test_module(row):
    params, channels, (size, stride) = MODULES[row]
    report = report_of(written([row], channels=64), 64)
    (output,) = report.outputs
    layer = report.layer(output)
    field = layer.receptive_field
    assert (report.total.params, layer.channels, report.outputs) == (params, channels, (layer.name,))
    assert (field.size, field.stride) == (size if isinstance(size, tuple) else (size, size), (stride, stride))
    assert not field.globally


ATTENTIVE = {
    "[-1, 1, PSA, [64]]": (block(64, 64) + psa(32) + block(64, 64), 3),
    "[-1, 2, C2PSA, [64]]": (block(64, 64) + 2 * psa(32) + block(64, 64), 5),
    "[-1, 2, C2fPSA, [64]]": (block(64, 64) + 2 * psa(32) + block(128, 64), 5),
    "[-1, 1, C3k2, [64, True, 0.5, True]]": (
        block(64, 64) + neck(32, hidden=16) + psa(32) + block(96, 64), 7),
    "[-1, 1, A2C2f, [64, True, 1]]": (block(64, 32) + 2 * area_block(32, 2.0) + block(64, 64), 13),
    "[-1, 1, A2C2f, [64, True, 1, True, 1.2]]": (block(64, 32) + 2 * area_block(32, 1.2) + block(64, 64) + 64, 13),
    "[-1, 1, C3TR, [64]]": (
        2 * block(64, 32) + full(32, 32) + 3 * 32 * 32 + 4 * full(32, 32) + 2 * 32 * 32 + block(64, 64), 1),
    "[-1, 1, AIFI, [256, 8]]": (4 * full(64, 64) + full(64, 256) + full(256, 64) + 4 * 64, 1),
    "[-1, 1, ChannelAttention, [64]]": (full(64, 64), 1),
    "[-1, 1, CBAM, [64]]": (full(64, 64) + 98, 7),
}  # fmt: skip


@pytest.mark.parametrize("row", ATTENTIVE)
def test_attention_sees_all_and_keeps_a_local_path(row):
    params, size = ATTENTIVE[row]
    report = report_of(written([row], channels=64), 32)
    layer = report.layer(report.outputs[0])
    assert (report.total.params, layer.channels, layer.output_size) == (params, 64, (32, 32))
    assert (layer.receptive_field.globally, layer.receptive_field.size) == (True, (size, size))


def test_attention_costs_what_each_pair_of_positions_does():
    report = report_of(written(["[-1, 1, PSA, [256]]"], channels=256), (8, 4))
    attention = report.layer("psa_0/attn/attention")
    assert attention.cost.macs == 32 * 32 * (64 + 128)  # 2 heads of 64, keys half as wide
    assert isinstance(report_of(written(["[-1, 1, PSA, [256]]"], channels=256)).total.macs, Unknown)


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


def test_names_are_the_framework_s():
    report = report_of(written(["[-1, 1, Conv, [64, 3]]", "[-1, 1, C2f, [64, True]]", "[-1, 1, nn.MaxPool2d, [2]]"]))
    assert [layer.name for layer in report.layers if "/cv" not in layer.name] == [
        "conv_0/conv", "conv_0/bn", "conv_0/act", "c2f_1/chunk_1", "c2f_1/chunk_2", "c2f_1/m/0/add", "c2f_1/concat",
        "maxpool2d_2",
    ]  # fmt: skip
    assert report.layer("c2f_1/m/0/cv1/conv").receptive_field.size == (5, 5)
    assert report.layer("c2f_1").name == "c2f_1/cv2/act"
    assert report.layer("c2f_1/m/0").name == "c2f_1/m/0/add"


def test_from_counts_modules():
    rows = ["[-1, 1, Conv, [8, 3, 2]]", "[-1, 1, Conv, [16, 3, 2]]", "[-2, 1, Conv, [24, 3, 2]]",
            "[0, 1, nn.MaxPool2d, [2]]", "[[-1, 1, -2], 1, Concat, [1]]"]  # fmt: skip
    report = report_of(written(rows), 32)
    assert report.layer("concat_4").channels == 8 + 16 + 24
    assert report.layer("concat_4").inputs == ("maxpool2d_3", "conv_1/act", "conv_2/act")


def test_parts_are_fused():
    rows = ["[-1, 1, Conv, [8, 3, 2]]", "[-1, 1, CBLinear, [[4, 8]]]", "[0, 1, Conv, [16, 3, 2]]",
            "[2, 1, CBLinear, [[6, 8, 10]]]", "[[3, 1, 0], 1, CBFuse, [[1, 1]]]", "[3, 1, Index, [10, 2]]"]  # fmt: skip
    report = report_of(written(rows), 32)
    assert report.layer("cbfuse_4").channels == 8
    assert (report.layer("index_5").type, report.layer("index_5").channels) == ("channel_slice", 10)
    assert report.layer("cblinear_3").cost.params == full(16, 24)
    # Output 5 reads 9 .. 11 through module 0, and through modules 2 and 3 their output 2, which reads 3 .. 5 of it.
    assert rfcli.located(report, "cbfuse_4").at((5, 5)).region == ((5, 11), (5, 11))


def test_activations_are_looked_up():
    for word, type in (("nn.ReLU()", "relu"), ("torch.nn.LeakyReLU(0.1)", "leaky_relu")):
        report = report_of(written(["[-1, 1, Conv, [8]]"], activation=word))
        assert report.layers[-1].type == type
    odd = report_of(written(["[-1, 1, Conv, [8]]"], activation="nn.Made_up()"))
    assert isinstance(odd.layers[-1].receptive_field.size[0], Unknown)
    assert report_of(written(["[-1, 1, Conv, [8, 1, 1, None, 1, 1, False]]"])).layers[-1].type == "batch_norm"


# --- heads ----------------------------------------------------------------------------------------------------------

LEVELS = ["[-1, 1, Conv, [64, 3, 2]]", "[-1, 1, Conv, [128, 3, 2]]"]
BODY = block(3, 64, 3) + block(64, 128, 3)


def plain(channels, between, out):
    return sum(block(c, between, 3) + block(between, between, 3) + full(between, out) for c in channels)


def separable(channels, between, out):
    return sum(
        block(c, c, 3, c) + block(c, between) + block(between, between, 3, between) + block(between, between)
        + full(between, out) for c in channels
    )  # fmt: skip


def proto(c, between, masks):
    return block(c, between, 3) + full(between, between, 2) + block(between, between, 3) + block(between, masks)


BOTH = (64, 128)
HEADS = {
    # row: parameters, outputs with their channels
    "[[0, 1], 1, Detect, [nc]]": (plain(BOTH, 64, 64) + plain(BOTH, 80, 80), {"box": 4, "cls": 80}),
    "[[0, 1], 1, v10Detect, [nc]]": (
        2 * (plain(BOTH, 64, 64) + separable(BOTH, 80, 80)), {"box": 4, "cls": 80}),
    "[[0, 1], 1, Segment, [nc, 32, 64]]": (
        plain(BOTH, 64, 64) + plain(BOTH, 80, 80) + plain(BOTH, 32, 32) + proto(64, 64, 32),
        {"box": 4, "cls": 80, "mask": 32}),
    "[[0, 1], 1, OBB, [nc, 1]]": (
        plain(BOTH, 64, 64) + plain(BOTH, 80, 80) + plain(BOTH, 16, 1), {"box": 4, "cls": 80, "angle": 1}),
    "[[0, 1], 1, Pose, [nc, kpt_shape]]": (
        plain(BOTH, 64, 64) + plain(BOTH, 80, 80) + plain(BOTH, 51, 51), {"box": 4, "cls": 80, "kpts": 51}),
    "[[0, 1], 1, WorldDetect, [nc, 128]]": (
        plain(BOTH, 64, 64) + plain(BOTH, 80, 128) + 2 * 2, {"box": 4, "cls": 80}),
}  # fmt: skip


@pytest.mark.parametrize("row", HEADS)
def test_head(row):
    params, told = HEADS[row]
    report = report_of(written(LEVELS, [row], kpt_shape="[17, 3]"), 64)
    head = row.split()[3].strip(",").lower() + "_2"
    assert report.total.params == BODY + params
    for at, (size, field) in enumerate(((32, 11), (16, 23))):
        for word, channels in told.items():
            layer = report.layer(f"{head}/{at}/{word}")
            assert layer.name in report.outputs
            assert (layer.channels, layer.output_size) == (channels, (size, size))
            assert layer.receptive_field.size == (field, field)


def test_heads_behind_newer_modules_are_separable():
    report = report_of(written([*LEVELS, "[-1, 1, C3k2, [128, False]]"], ["[[0, 2], 1, Detect, [nc]]"]), 64)
    c3k2 = block(128, 128) + neck(64, hidden=32) + block(192, 128)
    assert report.total.params == BODY + c3k2 + plain(BOTH, 64, 64) + separable(BOTH, 80, 80)


def test_boxes_without_bins():
    report = report_of(written(LEVELS, ["[[0, 1], 1, Detect, [nc]]"], reg_max=1, end2end="True"), 64)
    assert report.total.params == BODY + 2 * (plain(BOTH, 16, 4) + plain(BOTH, 80, 80))
    assert report.layer("detect_2/1/box").type == "identity"
    assert "detect_2/one2one_cv2/1/2" in [layer.name for layer in report.layers]


def test_classify():
    report = report_of(written(LEVELS, ["[-1, 1, Classify, [nc]]"], nc=10), 64)
    assert report.total.params == BODY + block(128, 1280) + full(1280, 10)
    (end,) = report.outputs
    assert (end, report.layer(end).channels, report.layer(end).receptive_field.globally) == (
        "classify_2/linear",
        10,
        True,
    )


def test_rtdetr_sees_all():
    report = report_of(written(LEVELS, ["[[0, 1], 1, RTDETRDecoder, [nc]]"]), 64)
    decoder = report.layer("rtdetrdecoder_2/decoder")
    assert decoder.receptive_field.globally
    assert decoder.channels == 300 * 84
    attention = 4 * full(256, 256) + full(256, 128) + full(256, 64) + 2 * full(256, 256)
    layer = attention + full(256, 1024) + full(1024, 256) + 6 * 256
    box = 2 * full(256, 256) + full(256, 4)
    rest = 80 * 256 + full(4, 512) + full(512, 256) + full(256, 256) + 512
    projections = block(64, 256) + block(128, 256)
    assert report.total.params == BODY + projections + 6 * (layer + full(256, 80) + box) + full(256, 80) + box + rest


ANCHORS = "\n  - [10,13, 16,30, 33,23]\n  - [30,61, 62,45, 59,119]"


def test_heads_with_anchors():
    """YOLOv5's own files: one convolution for three anchors of 5 + nc numbers each; bottlenecks begin with 1."""
    rows = [*LEVELS, "[-1, 1, BottleneckCSP, [128]]"]
    csp = block(128, 64) + 128 * 64 + 64 * 64 + 256 + neck(64, 1) + block(128, 128)
    for anchors in (ANCHORS, 3):
        report = report_of(written(rows, ["[[0, 2], 1, Detect, [nc, anchors]]"], anchors=anchors, nc=20), 64)
        assert report.total.params == BODY + csp + full(64, 75) + full(128, 75)
        assert report.outputs == ("detect_3/m/0", "detect_3/m/1")
    segment = report_of(written(rows, ["[[0, 2], 1, Segment, [nc, anchors, 32, 64]]"], anchors=ANCHORS, nc=20), 64)
    masks = block(64, 64, 3) + block(64, 64, 3) + block(64, 32)
    assert segment.total.params == BODY + csp + full(64, 171) + full(128, 171) + masks


V5 = [
    "[-1, 1, Conv, [64, 6, 2, 2]]",
    *(
        row
        for c, n in ((128, 3), (256, 6), (512, 9), (1024, 3))
        for row in (f"[-1, 1, Conv, [{c}, 3, 2]]", f"[-1, {n}, C3, [{c}]]")
    ),
    "[-1, 1, SPPF, [1024, 5]]",
]
UP = "[-1, 1, nn.Upsample, [None, 2, 'nearest']]"
V5_HEAD = [
    "[-1, 1, Conv, [512, 1, 1]]", UP, "[[-1, 6], 1, Concat, [1]]", "[-1, 3, C3, [512, False]]",
    "[-1, 1, Conv, [256, 1, 1]]", UP, "[[-1, 4], 1, Concat, [1]]", "[-1, 3, C3, [256, False]]",
    "[-1, 1, Conv, [256, 3, 2]]", "[[-1, 14], 1, Concat, [1]]", "[-1, 3, C3, [512, False]]",
    "[-1, 1, Conv, [512, 3, 2]]", "[[-1, 10], 1, Concat, [1]]", "[-1, 3, C3, [1024, False]]",
    "[[17, 20, 23], 1, Detect, [nc, anchors]]",
]  # fmt: skip


@pytest.mark.parametrize(
    ("depth", "width", "params"),
    [(0.33, 0.25, 1_872_157), (0.33, 0.5, 7_235_389), (0.67, 0.75, 21_190_557), (1.0, 1.0, 46_563_709)],
    ids="nsml",
)
def test_published_parameters_of_yolov5(depth, width, params):
    """As release 6 of YOLOv5's repository prints them."""
    keys = {"depth_multiple": depth, "width_multiple": width, "anchors": 3}
    report = report_of(written(V5, V5_HEAD, **keys), 640)
    assert report.total.params == params
    assert [report.layer(name).output_size for name in report.outputs] == [(80, 80), (40, 40), (20, 20)]
    assert {report.layer(name).channels for name in report.outputs} == {255}


# --- scales and settings --------------------------------------------------------------------------------------------

SCALES = "\n  n: [0.33, 0.25, 1024]\n  m: [0.67, 0.75, 96]"
SCALED = written(["[-1, 1, Conv, [128, 3, 2]]", "[-1, 6, C2f, [128, True]]"], scales=SCALES)


@pytest.mark.parametrize(
    ("name", "settings", "channels", "units", "remarks"),
    [
        ("yolov8n.yaml", {}, 32, 2, 0),
        ("some/yolov8m-seg.yaml", {}, 72, 4, 0),
        ("yoloe-11m.yml", {}, 72, 4, 0),
        ("yolov8.yaml", {}, 32, 2, 1),
        ("mine.yaml", {}, 32, 2, 1),
        ("yolov8.yaml", {"scale": "m"}, 72, 4, 0),
        ("yolov8n.yaml", {"scale": "m"}, 72, 4, 0),
    ],
)
def test_scales(name, settings, channels, units, remarks):
    architecture = rfcli.loads(SCALED, name, settings=settings)
    report = rfcli.compute(architecture)
    assert report.layer("c2f_1").channels == channels
    assert len([layer for layer in report.layers if layer.name.endswith("/add")]) == units
    assert len(architecture.remarks) == remarks
    assert all("n is taken, the first of n, m (--set scale=...)" in one for one in architecture.remarks)


def test_multiples():
    text = written(["[-1, 3, C3, [128]]", "[-1, 1, C3, [64]]"], depth_multiple=0.67, width_multiple=0.3)
    report = report_of(text)
    assert report.layer("c3_0").channels == 40  # 38.4, to a multiple of 8
    assert [layer.name for layer in report.layers if layer.name.endswith("/add")] == [
        "c3_0/m/0/add",
        "c3_0/m/1/add",
        "c3_1/m/0/add",
    ]


def test_large_scales_have_other_modules():
    """C3k2 has C3k inside from m on; A2C2f has a gain and a narrower perceptron at l and x."""
    rows = ["[-1, 1, C3k2, [64, False]]", "[-1, 1, A2C2f, [64, True, 1]]"]
    small, large = (report_of(written(rows, channels=64), name=name) for name in ("yolo12s.yaml", "yolo12l.yaml"))
    assert "c3k2_0/m/0/cv3/conv" in [layer.name for layer in large.layers]
    assert "c3k2_0/m/0/cv3/conv" not in [layer.name for layer in small.layers]
    assert "a2c2f_1/gamma" in [layer.name for layer in large.layers]
    assert large.layer("a2c2f_1/m/0/0/mlp/0/conv").channels == int(32 * 1.2)


def test_settings():
    text = written(LEVELS, ["[[0, 1], 1, Detect, [nc]]"])
    assert report_of(text, nc=20).layer("detect_2/0/cls").channels == 20
    assert report_of(text, channels=1).layer("conv_0/conv").cost.params == 64 * 9


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scale": "q"}, "there is no scale 'q'; there are n, m"),
        ({"scale": 3}, "there is no scale 3"),
        ({"nc": "many"}, "--set nc: it must be an integer, is 'many'"),
        ({"nc": 0}, "--set nc: it must be from 1"),
        ({"width": 2}, "there is no parameter 'width'"),
    ],
)
def test_settings_that_do_not_fit(settings, message):
    with pytest.raises(CallError, match=r"net\.yaml") as raised:
        report_of(SCALED, **settings)
    assert message in str(raised.value)


def test_the_command_tells_what_it_took(tmp_path: Path):
    (tmp_path / "mine.yaml").write_text(SCALED.replace("head: []", "head:\n  - [-1, 1, Odd, []]"))
    call = [
        sys.executable,
        "-m",
        "rfcli",
        "compute",
        "mine.yaml",
        "--outputs",
        "-f",
        "csv",
        "--columns",
        "layer,channels",
    ]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "layer,channels\nodd_2,\n")
    assert done.stderr.splitlines() == [
        "mine.yaml: no scale in the file's name: n is taken, the first of n, m (--set scale=...)",
        "mine.yaml: 1 operation is not known: Odd (1)",
    ]
    done = subprocess.run([*call, "--set", "scale=m", "-q"], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


# --- what is not known ----------------------------------------------------------------------------------------------


def test_unknown_modules_spoil_only_what_reads_them():
    rows = ["[-1, 1, Conv, [64, 3, 2]]", "[-1, 1, Wonder/ful é, [1, {a: b}]]", "[-1, 1, SPPF, [64, 5]]",
            "[-1, 1, Conv, [32, 3]]", "[0, 1, Conv, [32, 3, 2]]", "[1, 2, Conv, [8]]"]  # fmt: skip
    report = report_of(written(rows))
    unknown = report.layer("wonder_ful __1")
    assert "Wonder/ful é" in unknown.receptive_field.size[0].reason
    assert isinstance(unknown.channels, Unknown)
    operations = [entry.layer.given.get("unknown") for entry in report.graph.architecture.entries]
    assert "SPPF of an unknown number of channels" in operations
    assert report.layer("conv_3").channels == 32
    assert isinstance(report.layer("conv_3").receptive_field.size[0], Unknown)
    assert report.layer("conv_4").receptive_field.size == (7, 7)
    assert isinstance(report.total.params, Unknown)


@pytest.mark.parametrize(
    "row", ["[-1, 1, TorchVision, [512, resnet18, DEFAULT, True, 2, True]]", "[0, 1, YOLOESegment, [nc, 32]]"]
)
def test_what_is_not_read(row):
    report = report_of(written(["[-1, 1, Conv, [64, 3, 2]]", row]))
    assert isinstance(report.layer(report.outputs[0]).receptive_field.size[0], Unknown)


# --- what is wrong --------------------------------------------------------------------------------------------------

HEAD = "nc: 80\nbackbone:\n"
WRONG = {
    "rows": (HEAD + "  - [-1, 1, Conv]\n  - Conv\n", [(3, 5, "not a module: [-1, 1, 'Conv']"), (4, 5, "not a module: 'Conv'")]),
    "empty": ("backbone: []\n", [(1, 11, "the model has no modules")]),
    "head": (HEAD + "  - [-1, 1, Conv, [8]]\nhead: 3\n", [(4, 7, "'head' must be a list of modules, is 3")]),
    "module": (HEAD + "  - [-1, 1, 3, [8]]\n", [(3, 13, "the module must be a name, is 3")]),
    "arguments": (HEAD + "  - [-1, 1, Conv, 8]\n", [(3, 19, "the arguments must be a list, are 8")]),
    "repeats": (HEAD + "  - [-1, two, Conv, [8]]\n  - [-1, 1.5, Conv, [8]]\n", [(3, 10, "repeats must be a whole number, is 'two'"), (4, 10, "repeats must be")]),
    "from a word": (HEAD + "  - [x, 1, Conv, [8]]\n", [(3, 6, "from must be a number, or a list of them, is 'x'")]),
    "from nothing": (HEAD + "  - [[], 1, Conv, [8]]\n", [(3, 6, "from names no module")]),
    "from itself": (HEAD + "  - [-1, 1, Conv, [8]]\n  - [1, 1, Conv, [8]]\n", [(4, 6, "from of module 1 names itself: 1")]),
    "from later": (HEAD + "  - [-1, 1, Conv, [8]]\n  - [[-1, 7], 1, Concat, [1]]\n", [(4, 11, "from of module 1 names a later one: 7")]),
    "from before": (HEAD + "  - [-2, 1, Conv, [8]]\n", [(3, 6, "from of module 0 names what is before the first one: -2")]),
    "from a head": (HEAD + "  - [-1, 1, Classify, [nc]]\n  - [-1, 1, Conv, [8]]\n", [(4, 6, "module 0 is a head: nothing can read it")]),
    "from several": (HEAD + "  - [-1, 1, Conv, [8]]\n  - [[-1, 0], 1, Conv, [8]]\n", [(4, 24, "Conv: it reads one map, from names 2")]),
    "repeated": (HEAD + "  - [-1, 3, Conv, [8]]\n", [(3, 19, "Conv: it cannot be repeated: it makes 8 channels of 3")]),
    "repeated merges": (HEAD + "  - [[-1], 2, Concat, [1]]\n", [(3, 23, "Concat: it cannot be repeated")]),
    "from parts": (HEAD + "  - [-1, 1, CBLinear, [[8]]]\n  - [-1, 1, Conv, [8]]\n", [(4, 19, "Conv: it reads a map, from names one that is split")]),
    "parts": (HEAD + "  - [-1, 1, CBLinear, [[8]]]\n  - [[0, -1], 1, CBFuse, [[1]]]\n", [(4, 26, "CBFuse: 1 indices, for the parts of 1 maps")]),
    "a number": (HEAD + "  - [-1, 1, Conv, [8, three]]\n", [(3, 23, "Conv: k must be an integer, is 'three'")]),
    "channels": (HEAD + "  - [-1, 1, Conv, [0, 3]]\n", [(3, 20, "Conv: channels must be from 1 to 9999999999, is 0")]),
    "none": (HEAD + "  - [-1, 1, Conv, []]\n", [(3, 19, "Conv: it lacks the argument 'channels'")]),
    "too many": (HEAD + "  - [-1, 1, AConv, [8, 3]]\n", [(3, 24, "AConv: it takes up to 1 arguments, 2 are given")]),
    "a flag": (HEAD + "  - [-1, 1, C3, [8, maybe]]\n", [(3, 21, "C3: shortcut must be true or false, is 'maybe'")]),
    "a ratio": (HEAD + "  - [-1, 1, C3, [8, True, 1, -0.5]]\n", [(3, 30, "C3: e must be a number above 0")]),
    "nothing left": (HEAD + "  - [-1, 1, C3, [8, True, 1, 0.01]]\n", [(3, 17, "C3: 'c3_0/cv1/conv' would have no channels")]),
    "no classes": ("backbone:\n  - [-1, 1, Classify, [nc]]\n", [(2, 24, "Classify: classes must be an integer, is 'nc'")]),
    "dimension": (HEAD + "  - [[-1], 1, Concat, [2]]\n", [(3, 23, "Concat: maps are joined along the channels")]),
    "upsampling": (HEAD + "  - [-1, 1, nn.Upsample, [null, 2, fancy]]\n", [(3, 26, "nn.Upsample: the mode must be nearest")]),
    "odd halves": (HEAD + "  - [-1, 1, ADown, [8]]\n", [(3, 20, "ADown: 3 channels cannot be halved")]),
    "stated": (HEAD + "  - [-1, 1, nn.Conv2d, [64, 8, 3]]\n", [(3, 24, "nn.Conv2d: nn.Conv2d states 64 input channels, its input has 3")]),
    "psa": (HEAD + "  - [-1, 1, PSA, [64]]\n", [(3, 18, "PSA: its 64 channels must be those of its input, which has 3")]),
    "stride": (HEAD + "  - [-1, 1, Conv, [8, 3, 0]]\n", [(3, 26, "Conv: s must be from 1 to 9999999999, is 0")]),
    "scale": (HEAD + "  - [-1, 1, Conv, [8]]\nscales: {n: [1, 2]}\n", [(4, 13, "scale n must be [depth, width, most channels], is [1, 2]")]),
    "width": (HEAD + "  - [-1, 1, Conv, [8]]\nwidth_multiple: wide\n", [(4, 17, "width_multiple must be a number above 0")]),
    "activation": (HEAD + "  - [-1, 1, Conv, [8]]\nactivation: __import__('os').system('true')\n", [(4, 13, "activation must be a module of torch")]),
    "anchors": (HEAD + "  - [-1, 1, Detect, [nc, anchors]]\nanchors: many\n", [(3, 21, "Detect: anchors must be a number, or for each map")]),
    "merge": (HEAD + "  - [-1, 1, Conv, [8]]\n<<: {nc: 3}\n", [(4, 5, "merge keys (<<) are not read")]),
    "groups": (HEAD + "  - [-1, 1, Conv, [8, 3, 1, null, 4]]\n", [(3, 5, "3 input channels cannot be split into 4 groups")]),
    "sizes": (HEAD + "  - [-1, 1, Conv, [8, 3, 2]]\n  - [-1, 1, Conv, [8, 3, 2]]\n  - [[-1, 0], 1, Concat, [1]]\n", [(5, 5, "concat 'concat_2': ")]),
    "tag": (HEAD + "  - [-1, 1, !!python/name:os.system Conv, [8]]\n", [(3, 13, "the tag 'tag:yaml.org,2002:python/name:os.system' is not one")]),
    "a key": (HEAD + "  - [-1, 1, Conv, [8]]\nnames: {{}: 1}\n", [(4, 9, "a key must be a string, not a mapping")]),
    "cut": (HEAD + "  - [-1, 1, Conv, [8\n", [(4, 1, "not well-formed YAML")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_place(text, expected):
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of(text, 32)
    found = [(one.span.line, one.span.column, one.message) for one in raised.value.diagnostics]
    assert [one[:2] for one in found] == [one[:2] for one in expected], found
    assert all(message in one[2] for one, (*_, message) in zip(found, expected, strict=True)), found


def test_keys_of_yaml_1_1_are_passed_over():
    text = written(["[-1, 1, Conv, [8, 3]]"], names="{0: person, 1: bicycle}") + "nc: 3\n"
    assert report_of(text).layer("conv_0").channels == 8


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nc: 3\nbackbone:\n  # rows\n\n  - [-1, 1, Conv, [8]]\n", "yolo"),
        ("backbone:\n  [[-1, 1, Conv, [8]],\n  ]\n", "yolo"),
        ("backbone: # rows\r\n- - -1\r\n  - 1\r\n", "yolo"),
        ("backbone: [[-1, 1, Conv, [8]]]\n", "yolo"),
        ("\ufeffbackbone:\n - [-1, 1, Conv, [8]]\n", "yolo"),
        ("model:\n  backbone:\n    - [1]\n", None),
        ("backbone:\n  type: ResNet\n", None),
        ("backbone: resnet50\n", None),
        ("backbone:\n  - type: ResNet\n", None),
        ("format: 1\nbackbone:\n - [-1, 1, Conv, [8]]\n", None),
    ],
)
def test_files_are_told_by_content(text, kind):
    assert reader_of(text.encode(), "net.yaml") == (kind and f"rfcli.readers.{kind}.file")


def test_block_style_is_read():
    text = "nc: 3\nbackbone:\n- - -1\n  - 1\n  - Conv\n  - - 16\n    - 3\n    - 2\nhead: []\n"
    assert report_of(text).layer("conv_0").receptive_field.stride == (2, 2)


HOSTILE = {
    "repeats": HEAD + "  - [-1, 9999999999, C2f, [64]]\n",
    "repeated convolutions": HEAD + "  - [-1, 9999999999, Conv, [64]]\n",
    "depth": "depth_multiple: 1000\n" + HEAD + "  - [-1, 1000000, C3k2, [64, True]]\n",
    "transformers": HEAD + "  - [-1, 90000, C3TR, [64]]\n",
    "rows": HEAD + "  - [-1, 1, Conv, [64]]\n" * 20_000,
    "wrong rows": HEAD + "  - [9, 1, Conv, [64]]\n" * 10_000,
    "aliases": HEAD + "  - &a [-1, 9, C2f, [64]]\n" + "  - *a\n" * 60_000,
    "doubling": HEAD + "  - [-1, 1, Conv, [64]]\n" + "  - [[-1, -1], 1, Concat, [1]]\n" * 500,
    "deep": HEAD + "  - " + "[" * 100_000 + "\n",
    "long name": HEAD + f"  - [-1, 1, {'x' * 60_000}, []]\n",
    "large": HEAD + "  - [-1, 1, Conv, [9999999999, 9999999999, 9999999999]]\n",
    "large blocks": HEAD + "  - [-1, 1, C3, [9999999999, True, 1, 1000]]\n",
    "keypoints": HEAD + "  - [-1, 1, Pose, [nc, [9999999999, 9999999999]]]\n",
    "pools": HEAD + "  - [-1, 1, Conv, [8]]\n  - [-1, 1, SPPF, [64, 5, 9999999999]]\n",
    "parts": HEAD + "  - [-1, 1, CBLinear, [[" + "9999999999," * 1000 + "]]]\n",
    "circles": "nc: nc\na: b\nb: a\n" + HEAD + "  - [-1, 1, Conv, [a, nc]]\n",
    "comments": "backbone:\n" + "#\n" * 500_000,
    "backbones": "backbone:\n" * 50_000,
    "binary": HEAD.encode() + bytes(range(256)) * 100,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_soon(text):
    started = time.process_time()
    try:
        rfcli.compute(rfcli.loads(text, "net.yaml", limits=Limits(layers=20_000)))
    except rfcli.DescriptionError as error:
        assert error.diagnostics
    assert time.process_time() - started < 20


def test_repeats_are_counted_before_they_are_built():
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of(HOSTILE["repeats"])
    (problem,) = raised.value.diagnostics
    assert (problem.code, problem.span.line, problem.span.column) == ("RF009", 3, 5)
    assert problem.message == "more than 100000 layers"


def test_mutated_files_are_read_or_refused():
    good = written(
        [*LEVELS, "[-1, 3, C2f, [128, True]]", "[-1, 1, SPPF, [128, 5]]"],
        ["[-1, 1, nn.Upsample, [None, 2, 'nearest']]", "[[-1, 0], 1, Concat, [1]]", "[-1, 2, C3k2, [64, False, 0.5]]",
         "[-1, 1, A2C2f, [64, True, 4]]", "[[6, 3], 1, Detect, [nc]]"],
        scales=SCALES,
    )  # fmt: skip
    chance, outcomes = random.Random(11), set()
    words = [
        "-1",
        "1",
        "0",
        "[",
        "]",
        ",",
        "Conv",
        "C2f",
        "Detect",
        "nc",
        "null",
        "True",
        "99999",
        "&a ",
        "*a",
        "- ",
        ":",
    ]
    for _ in range(150):
        bad = good
        for _ in range(chance.choice([1, 2, 5])):
            at = chance.randrange(len(bad))
            bad = bad[:at] + chance.choice(words) + bad[at + chance.randrange(4) :]
        if chance.random() < 0.2:
            bad = bad[: chance.randrange(len(bad))]
        try:
            report_of(bad)
            outcomes.add("read")
        except rfcli.DescriptionError as error:
            assert error.diagnostics
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
