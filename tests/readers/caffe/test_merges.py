"""Several blobs made one, and one made several."""

from __future__ import annotations

import pytest

from readers.caffe.caffe_files import INPUT, computed, conv, layer, pool, problems, sized

TWO = INPUT + conv("a", "data", 4, 3, pad=1) + conv("b", "data", 4, 5, pad=2)


@pytest.mark.parametrize(("word", "type"), [("SUM", "add"), ("PROD", "multiply"), ("MAX", "max"), ("1", "add")])
def test_eltwise(word: str, type: str) -> None:
    made = computed(TWO + layer("Eltwise", f"eltwise_param {{ operation: {word} coeff: 1 coeff: -1 }}", "a b")).layers[
        -1
    ]
    assert (made.type, made.receptive_field.size, made.channels) == (type, (5, 5), 4)


@pytest.mark.parametrize(
    "stated", ["", "concat_param { axis: 1 }", "concat_param { concat_dim: 1 }", "concat_param { axis: -3 }"]
)
def test_concat(stated: str) -> None:
    made = computed(TWO + layer("Concat", stated, "a b")).layers[-1]
    assert (made.type, made.receptive_field.size, made.channels) == ("concat", (5, 5), 8)


def test_slices_of_channels_see_what_theirs_do() -> None:
    text = TWO + layer("Concat", "", "a b") + layer("Slice", "slice_param { slice_point: 4 }", "concat", "u v")
    report = computed(text + conv("after", "u", 2, 3, pad=1) + conv("other", "v", 2, 3, pad=1))
    assert report.layer("after").receptive_field.size == (5, 5) and report.layer("other").receptive_field.size == (7, 7)
    thirds = computed(INPUT + layer("Slice", "", top="r g b") + conv("c", "g", 2, 3))
    assert [one.channels for one in thirds.layers] == [1, 1, 1, 2]


def test_crop_and_upsampling_of_a_fully_convolutional_network() -> None:
    """FCN-32s (Shelhamer et al. 2017): 500 samples padded by 100 make 16 scores, which become 544 and are cropped."""
    text, last = sized(1, 3, 500, 500), "data"
    for at, (filters, count) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), 1):
        for one in range(1, count + 1):
            text += conv(f"conv{at}_{one}", last, filters, 3, pad=100 if at == one == 1 else 1)
            last = f"conv{at}_{one}"
        text += pool(f"pool{at}", last, 2, 2)
        last = f"pool{at}"
    text += conv("fc6", last, 4096, 7) + conv("fc7", "fc6", 4096, 1) + conv("score_fr", "fc7", 21, 1)
    text += layer("Deconvolution", "convolution_param { num_output: 21 kernel_size: 64 stride: 32 bias_term: false }",
                  "score_fr", name="upscore")  # fmt: skip
    text += layer("Crop", "crop_param { axis: 2 offset: 19 }", "upscore data", name="score")
    report = computed(text)
    sizes = {one.name: one.output_size for one in report.layers}
    assert (sizes["score_fr"], sizes["upscore"], sizes["score"]) == ((16, 16), (544, 544), (500, 500))
    assert report.layer("score_fr").receptive_field.size == (404, 404)
    assert report.outputs == ("score",)


def test_what_goes_nowhere() -> None:
    report = computed(TWO + layer("Silence", "", "b", top=" ") + layer("Split", "", "a", "x y"))
    assert [one.name for one in report.layers] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (layer("Eltwise", "eltwise_param { operation: MEAN }", "a b"), "operation must be PROD, SUM or MAX, is 'MEAN'"),
        (layer("Slice", "", "a", "u v w"), "4 entries are cut into 3 parts"),
        (
            layer("Slice", "slice_param { slice_point: 9 }", "a", "u v"),
            "slice points [9] cut 4 entries into no 2 parts",
        ),
        (layer("Crop", "crop_param { offset: 1 }", "a b"), "32 samples have no 32 from 1 on"),
        (layer("Crop", "", "a"), "a layer of type Crop takes 2 bottoms, has 1"),
    ],
)
def test_what_is_wrong(text: str, message: str) -> None:
    assert [one.partition(": ")[2].partition(": ")[2] for one in problems(TWO + text)] == [message]
