"""Convolutions and pools."""

from __future__ import annotations

import pytest

from readers.caffe.caffe_files import INPUT, computed, conv, layer, pool, problems, sized


@pytest.mark.parametrize(
    ("stated", "size", "field", "stride", "params"),
    [
        ("num_output: 8 kernel_size: 5 stride: 2 pad: 2", (16, 24), (5, 5), (2, 2), 8 * 75 + 8),
        ("num_output: 8 kernel_size: 3 kernel_size: 5", (30, 44), (3, 5), (1, 1), 8 * 45 + 8),
        (
            "num_output: 8 kernel_h: 1 kernel_w: 7 pad_h: 0 pad_w: 3 stride_h: 1 stride_w: 2",
            (32, 24),
            (1, 7),
            (1, 2),
            176,
        ),
        ("num_output: 8 kernel_size: 3 dilation: 2 bias_term: false", (28, 44), (5, 5), (1, 1), 8 * 27),
        ("num_output: 6 kernel_size: 3 group: 3", (30, 46), (3, 3), (1, 1), 6 * 9 + 6),
        ("num_output: 8 kernel_size: 3 axis: 1 engine: CAFFE", (30, 46), (3, 3), (1, 1), 8 * 27 + 8),
    ],
)
def test_convolutions(stated: str, size: object, field: object, stride: object, params: int) -> None:
    made = computed(INPUT + layer("Convolution", f"convolution_param {{ {stated} }}")).layer("convolution")
    assert (made.output_size, made.receptive_field.size, made.receptive_field.stride) == (size, field, stride)
    assert made.cost.params == params


def test_a_convolution_of_several_bottoms_shares_its_weights() -> None:
    stated = "convolution_param { num_output: 4 kernel_size: 3 }"
    report = computed(INPUT + layer("Split", "", top="a b") + layer("Convolution", stated, "a b", "c d", "c"))
    assert [one.name for one in report.layers] == ["c", "c_2"] and report.total.params == 4 * 27 + 4
    assert report.outputs == ("c", "c_2")


def test_deconvolution() -> None:
    stated = "convolution_param { num_output: 4 kernel_size: 4 stride: 2 pad: 1 group: 1 bias_term: false }"
    report = computed(INPUT + layer("Deconvolution", stated))
    made = report.layer("deconvolution")
    assert (made.type, made.output_size, made.cost.params) == ("conv_transpose", (64, 96), 3 * 4 * 16)


@pytest.mark.parametrize(
    ("stated", "n", "outputs", "stride"),
    [
        ("kernel_size: 3 stride: 2", 32, 16, 2),  # ceil((32 - 3) / 2) + 1
        ("kernel_size: 3 stride: 2 round_mode: FLOOR", 32, 15, 2),
        ("kernel_size: 3 stride: 2 pad: 1", 32, 17, 2),  # the last window begins at 31, within the map
        ("kernel_size: 2 stride: 2 pad: 1", 32, 17, 2),
        ("kernel_size: 2 stride: 3 pad: 1", 32, 11, 3),  # the twelfth would begin behind the padding, and goes
        ("kernel_size: 5", 32, 28, 1),
        ("kernel_size: 3 stride: 3", 31, 11, 3),
    ],
)
def test_pools_round_up(stated: str, n: int, outputs: int, stride: int) -> None:
    """pooled = ceil((n + 2 pad - kernel) / stride) + 1, less one where the last window begins behind n + pad, which Caffe
    looks at where there is padding."""
    made = computed(sized(1, 3, n, n) + layer("Pooling", f"pooling_param {{ pool: MAX {stated} }}")).layer("pooling")
    assert made.output_size == (outputs, outputs) and made.receptive_field.stride == (stride, stride)


def test_a_window_that_may_be_empty_is_unknown() -> None:
    """ceil((5 - 1) / 3) + 1 = 3 outputs, of which the last begins at sample 6 of 5."""
    report = computed(sized(1, 3, 5, 5) + pool("p", "data", 1, 3))
    assert "its last window may be empty" in report.layer("p").receptive_field.size[0].reason


def test_global_pools_and_a_second_top() -> None:
    text = INPUT + conv("c", "data", 4, 3) + layer("Pooling", "pooling_param { pool: AVE global_pooling: true }", "c")
    assert computed(text).layer("pooling").type == "global_avg_pool"
    two = computed(INPUT + layer("Pooling", "pooling_param { kernel_size: 2 stride: 2 }", top="p mask"))
    assert [one.type for one in two.layers] == ["max_pool"]


def test_im2col() -> None:
    made = computed(INPUT + layer("Im2col", "convolution_param { kernel_size: 3 pad: 1 }")).layer("im2col")
    assert (made.channels, made.receptive_field.size, made.cost.params) == (27, (3, 3), 0)


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ("kernel_size: 3", "it has no num_output"),
        ("num_output: 3", "it has no kernel_size"),
        ("num_output: 3 kernel_h: 3", "give kernel_size, or both kernel_h and kernel_w"),
        ("num_output: 3 kernel_size: 3 kernel_size: 3 kernel_size: 3", "kernel_size has 3 entries for 2 axes"),
        ("num_output: 3 kernel_size: 0", "kernel_size must be an integer of at least 1, is '0'"),
        ("num_output: 3 kernel_size: 3 stride: -1", "stride must be an integer of at least 1, is '-1'"),
    ],
)
def test_what_is_wrong(stated: str, message: str) -> None:
    assert problems(INPUT + layer("Convolution", f"convolution_param {{ {stated} }}")) == [
        f"2: 'convolution': {message}"
    ]
