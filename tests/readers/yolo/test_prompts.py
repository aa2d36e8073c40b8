"""Modules that read prompts, and prompts that look at the image (Cheng et al. 2024, YOLO-World)."""

import pytest

from readers.yolo.rows import block, full, report_of, written


def attention(c, heads=1):
    """A max sigmoid attention's: prompts of 512 features projected, a bias for each head, a convolution."""
    return full(512, c) + heads + block(c, c, 3)


def neck(c):
    return 2 * block(c, c, 3)


ROWS = {
    # row: parameters; the field, of kernels of 3 one after another
    "[-1, 1, C2fAttn, [64, 32, 1]]": (block(64, 64) + neck(32) + attention(32) + block(4 * 32, 64), 7),
    "[-1, 2, C2fAttn, [64, 32, 2]]": (block(64, 64) + 2 * neck(32) + attention(32, 2) + block(5 * 32, 64), 11),
    "[-1, 1, C2fAttn, [128, 32, 1, 512, False, 1, 0.25]]": (
        block(64, 64) + neck(32) + attention(32) + block(4 * 32, 128), 7),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_attention_to_prompts_is_local(row):
    params, size = ROWS[row]
    report = report_of(written([row], channels=64), 32)
    layer = report.layer(report.outputs[0])
    assert (report.total.params, layer.receptive_field.size, layer.receptive_field.globally) == (
        params,
        (size, size),
        False,
    )


POOLING = "[[0, 1], 1, ImagePoolingAttn, [256]]"


def test_prompts_that_look_at_the_image():
    """Query, key and value with a norm before each, a projection back to 512, and one of each map: all of it is seen."""
    report = report_of(
        written(["[-1, 1, Conv, [64]]", "[-1, 1, Conv, [128]]", POOLING, "[1, 1, C2fAttn, [64, 32, 1]]"]), 32
    )
    maps = full(64, 256) + full(128, 256)
    prompts = 2 * 512 + full(512, 256) + 2 * (2 * 256 + full(256, 256)) + full(256, 512)
    attended = block(128, 64) + neck(32) + attention(32) + block(4 * 32, 64)
    assert report.total.params == block(3, 64) + block(64, 128) + maps + prompts + attended
    assert report.layer("c2fattn_3").receptive_field.globally
