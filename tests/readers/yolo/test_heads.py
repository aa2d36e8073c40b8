"""Heads: the parameters of their branches, and what they tell of each map."""

import pytest

from readers.yolo.rows import BODY, BOTH, LEVELS, block, full, neck, report_of, written


def plain(channels, between, out):
    return sum(block(c, between, 3) + block(between, between, 3) + full(between, out) for c in channels)


def separable(channels, between, out):
    return sum(
        block(c, c, 3, c) + block(c, between) + block(between, between, 3, between) + block(between, between)
        + full(between, out) for c in channels
    )  # fmt: skip


def proto(c, between, masks):
    return block(c, between, 3) + full(between, between, 2) + block(between, between, 3) + block(between, masks)


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
    "[[0, 1], 1, OBB26, [nc, 1]]": (
        plain(BOTH, 64, 64) + plain(BOTH, 80, 80) + plain(BOTH, 16, 1), {"box": 4, "cls": 80, "angle": 1}),
    "[[0, 1], 1, Segment26, [nc, 32, 64]]": (
        plain(BOTH, 64, 64) + plain(BOTH, 80, 80) + plain(BOTH, 32, 32) + proto(64, 64, 32) + block(128, 64)
        + block(64, 64, 3) + 2 * block(64, 64, 3) + full(64, 80), {"box": 4, "cls": 80, "mask": 32}),
    "[[0, 1], 1, Pose26, [nc, kpt_shape]]": (
        plain(BOTH, 64, 64) + plain(BOTH, 80, 80) + block(64, 85, 3) + block(128, 85, 3) + 2 * block(85, 85, 3)
        + 2 * full(85, 51) + 2 * full(85, 34) + 12 * (full(2, 64) + full(64, 64) + full(64, 2)),
        {"box": 4, "cls": 80, "kpts": 51}),
    "[[0, 1], 1, WorldDetect, [nc, 128, False]]": (
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


DENSE = {
    # row: parameters, outputs with channels and size
    "[[0, 1], 1, SemanticSegment, [nc]]": (
        block(64, 64, 3) + block(128, 64, 3) + 2 * full(64, 80), {"classifier/1": (80, 32), "aux_head/1": (80, 16)}),
    "[[0, 1], 1, Depth, [64]]": (
        block(64, 64) + block(128, 64) + 2 * block(64, 64, 3) + block(64, 32, 3) + full(32, 32, 2)
        + block(32, 16, 3) + full(16, 1), {"head/3": (1, 64)}),
}  # fmt: skip


@pytest.mark.parametrize("row", DENSE)
def test_heads_that_tell_something_of_each_position(row):
    params, told = DENSE[row]
    report = report_of(written(LEVELS, [row]), 64)
    assert report.total.params == BODY + params
    ends = {name.split("/", 1)[1]: report.layer(name) for name in report.outputs}
    assert {name: (end.channels, *end.output_size) for name, end in ends.items()} == {
        name: (channels, size, size) for name, (channels, size) in told.items()
    }


def test_heads_behind_newer_modules_are_separable():
    report = report_of(written([*LEVELS, "[-1, 1, C3k2, [128, False]]"], ["[[0, 2], 1, Detect, [nc]]"]), 64)
    c3k2 = block(128, 128) + neck(64, hidden=32) + block(192, 128)
    assert report.total.params == BODY + c3k2 + plain(BOTH, 64, 64) + separable(BOTH, 80, 80)


def test_boxes_without_bins():
    report = report_of(written(LEVELS, ["[[0, 1], 1, Detect, [nc]]"], reg_max=1, end2end="True"), 64)
    assert report.total.params == BODY + 2 * (plain(BOTH, 16, 4) + plain(BOTH, 80, 80))
    assert report.layer("detect_2/1/box").type == "identity"
    assert "detect_2/one2one_cv2/1/2" in [layer.name for layer in report.layers]


CLASSIFY = "[-1, 1, Classify, [nc]]"
DECODER = "[[0, 1], 1, RTDETRDecoder, [nc]]"


def test_classify():
    report = report_of(written(LEVELS, [CLASSIFY], nc=10), 64)
    assert report.total.params == BODY + block(128, 1280) + full(1280, 10)
    (end,) = report.outputs
    assert (end, report.layer(end).channels, report.layer(end).receptive_field.globally) == (
        "classify_2/linear",
        10,
        True,
    )


def test_rtdetr_sees_all():
    report = report_of(written(LEVELS, [DECODER]), 64)
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


def yoloe(embed, between, channels=(*BOTH, 128)):
    """Of classes: the branches, and of each map a norm, a scale and a bias; of prompts: what refines them, and what
    makes them of marks in the image."""
    told = plain(channels, between, embed) + len(channels) * (2 * embed + 2)
    refined = full(embed, 4 * embed) + full(2 * embed, embed)
    marks = sum(block(c, between, 3) + block(between, between, 3) + block(c, between) for c in channels)
    marks += full(3 * between, embed) + full(3 * between, 16, 3) + full(1, 16, 3) + block(32, 16, 3) + full(16, 16, 3)
    return told, refined + marks


YOLOE = {
    "YOLOEDetect, [nc, 128, True]": (0, ["box", "cls"]),
    "YOLOESegment, [nc, 32, 64, 128, True]": (plain((*BOTH, 128), 32, 32) + proto(64, 64, 32), ["box", "cls", "mask"]),
    "YOLOESegment26, [nc, 32, 64, 128, True]": (
        plain((*BOTH, 128), 32, 32) + proto(64, 64, 32) + 2 * block(128, 64) + block(64, 64, 3) + 2 * block(64, 64, 3)
        + full(64, 80), ["box", "cls", "mask"]),
}  # fmt: skip


@pytest.mark.parametrize("head", YOLOE)
def test_open_vocabularies(head):
    """Layers that work on prompts alone are none of the network's; their parameters are told apart."""
    more, words = YOLOE[head]
    rows = [*LEVELS, "[-1, 1, Conv, [128, 3, 2]]"]
    report = report_of(written(rows, [f"[[0, 1, 2], 1, {head}]"]), 64)
    told, unused = yoloe(128, 80)
    assert report.total.params == BODY + block(128, 128, 3) + plain((*BOTH, 128), 64, 64) + told + more
    assert report.unused_params == unused
    name = head.split(",")[0].lower() + "_3"
    for at, field in enumerate((11, 23, 47)):
        for word, channels in zip(words, (4, 80, 32), strict=False):
            layer = report.layer(f"{name}/{at}/{word}")
            assert (layer.channels, layer.receptive_field.size) == (channels, (field, field))
