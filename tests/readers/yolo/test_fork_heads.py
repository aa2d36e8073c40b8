"""Heads of YOLOv7, YOLOv9 and yoloair: the parameters of their branches, and what they tell of each map."""

import pytest

import rfcli
from readers.yolo.rows import BODY, BOTH, LEVELS, block, full, report_of, written
from readers.yolo.test_heads import plain


def grouped(channels, between):
    """Boxes whose four sides go apart from the second block on."""
    return sum(block(c, between, 3) + block(between, between, 3, 4) + full(between, 64, 1, 4) for c in channels)


def implicit(channels, out):
    """A vector added before a convolution, one multiplied behind it."""
    return sum(c + full(c, out) + out for c in channels)


def proto(c, between, masks):
    return block(c, between, 3) + block(between, between, 3) + block(between, masks)


PAIR = (64,), (128,)
CLASSES = plain(BOTH, 128, 80)
HEADS = {
    # row: parameters, channels of the outputs
    "[[0, 1], 1, IDetect, [nc, anchors]]": (implicit(BOTH, 255), [255, 255]),
    "[[0, 1], 1, IAuxDetect, [nc, [[1, 2, 3, 4]]]]": (implicit((64,), 170) + full(128, 170), [170, 170]),
    "[[0, 1], 1, IKeypoint, [nc, anchors, 17]]": (
        implicit(BOTH, 255) + sum(full(c, 153) for c in BOTH), [408, 408]),
    "[[0, 1], 1, DetectX, [nc, 1]]": (full(128, 4) + full(128, 1) + full(64, 80), [4, 1, 80]),
    "[[0, 1], 1, DDetect, [nc]]": (grouped(BOTH, 64) + CLASSES, [4, 80, 4, 80]),
    "[[0, 1], 1, Detect, [nc]]": (plain(BOTH, 64, 64) + CLASSES, [4, 80, 4, 80]),
    "[[0, 1], 1, DualDetect, [nc]]": (
        sum(plain(one, 64, 64) + plain(one, 128, 80) for one in PAIR), [4, 80, 4, 80]),
    "[[0, 1], 1, DualDDetect, [nc]]": (
        sum(grouped(one, 64) + plain(one, 128, 80) for one in PAIR), [4, 80, 4, 80]),
    "[[0, 1, 1], 1, TripleDetect, [nc]]": (
        sum(plain(one, 64, 64) + plain(one, 128, 80) for one in (*PAIR, (128,))), [4, 80, 4, 80, 4, 80]),
    "[[0, 1, 1], 1, TripleDDetect, [nc]]": (
        sum(grouped(one, 64) + plain(one, 128, 80) for one in (*PAIR, (128,))), [4, 80, 4, 80, 4, 80]),
    "[[0, 1], 1, DSegment, [nc, 32, 256]]": (
        grouped((64,), 64) + plain((64,), 128, 80) + plain((64,), 32, 32) + block(128, 32), [4, 80, 32, 32]),
    "[[0, 1, 0, 1], 1, DualDSegment, [nc, 32, 256]]": (
        sum(grouped(one, 64) + plain(one, 128, 80) + plain(one, 32, 32) for one in PAIR) + block(64, 32)
        + block(128, 32), [4, 80, 4, 80, 32, 32, 32, 32]),
    "[[0, 1], 1, Segment, [nc, 32, 64]]": (
        plain(BOTH, 64, 64) + CLASSES + plain(BOTH, 32, 32) + proto(64, 64, 32), [4, 80, 32, 4, 80, 32, 32]),
    "[[0, 1], 1, Panoptic, [nc, 93, 32, 64]]": (
        plain(BOTH, 64, 64) + CLASSES + plain(BOTH, 32, 32) + proto(64, 64, 32) + block(64, 16, 3) + full(16, 173),
        [4, 80, 4, 80, 32, 32, 32, 173]),
}  # fmt: skip


@pytest.mark.parametrize("row", HEADS)
def test_head(row):
    params, channels = HEADS[row]
    report = report_of(written(LEVELS, [row], anchors=3), 64)
    assert report.total.params == BODY + params
    assert [report.layer(name).channels for name in report.outputs] == channels


def test_fields():
    """A box is told by kernels of 3, 3 and 1 behind maps of fields 3 and 7; a keypoint by one of 1."""
    report = report_of(written(LEVELS, ["[[0, 1], 1, DualDDetect, [nc]]"], anchors=3), 64)
    assert [report.layer(name).receptive_field.size for name in report.outputs] == [(11, 11)] * 2 + [(23, 23)] * 2
    report = report_of(written(LEVELS, ["[[0, 1], 1, IKeypoint, [nc, anchors]]"], anchors=3), 64)
    assert [report.layer(name).receptive_field.size for name in report.outputs] == [(3, 3), (7, 7)]


def test_too_few_maps():
    with pytest.raises(rfcli.DescriptionError, match="a map for each of its 3 parts, from names 2"):
        report_of(written(LEVELS, ["[[0, 1], 1, TripleDDetect, [nc]]"], anchors=3), 64)
