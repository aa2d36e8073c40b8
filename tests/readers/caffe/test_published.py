"""Published networks of Caffe, with the parameters and fields that are known of them."""

from __future__ import annotations

import pytest

from readers.caffe.caffe_files import computed, conv, layer, linear, pool, sized


def relu(name: str) -> str:
    return layer("ReLU", "", name, name, f"relu_{name}")


def squeezenet() -> str:
    """SqueezeNet v1.1 (Iandola et al. 2016): 1,235,496 parameters."""
    text = sized(10, 3, 227, 227) + conv("conv1", "data", 64, 3, 2) + relu("conv1") + pool("pool1", "conv1", 3, 2)
    last = "pool1"
    for at, few in ((2, 16), (3, 16), (4, 32), (5, 32), (6, 48), (7, 48), (8, 64), (9, 64)):
        fire = f"fire{at}"
        text += conv(f"{fire}/squeeze", last, few, 1) + relu(f"{fire}/squeeze")
        text += conv(f"{fire}/one", f"{fire}/squeeze", 4 * few, 1) + relu(f"{fire}/one")
        text += conv(f"{fire}/three", f"{fire}/squeeze", 4 * few, 3, pad=1) + relu(f"{fire}/three")
        text += layer("Concat", "", f"{fire}/one {fire}/three", name=f"{fire}/concat")
        last = f"{fire}/concat"
        if at in (3, 5):
            text, last = text + pool(f"pool{at}", last, 3, 2), f"pool{at}"
    text += conv("conv10", last, 1000, 1) + relu("conv10")
    return text + layer("Pooling", "pooling_param { pool: AVE global_pooling: true }", "conv10", name="pool10")


INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64), "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64), "4c": (128, 128, 256, 24, 64, 64), "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128), "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128),
}  # fmt: skip
"""Filters of the convolutions of kernel 1, before that of 3 and itself, before that of 5 and itself, behind the pool."""


def googlenet() -> str:
    """GoogLeNet (Szegedy et al. 2014, its table 1) without its auxiliary classifiers: 6,998,552 parameters."""
    text = sized(10, 3, 224, 224) + conv("conv1", "data", 64, 7, 2, 3) + pool("pool1", "conv1", 3, 2)
    text += layer("LRN", "lrn_param { local_size: 5 }", "pool1", name="norm1") + conv("reduce", "norm1", 64, 1)
    text += (
        conv("conv2", "reduce", 192, 3, pad=1) + layer("LRN", "", "conv2", name="norm2") + pool("pool2", "norm2", 3, 2)
    )
    last = "pool2"
    for name, (one, three_in, three, five_in, five, behind) in INCEPTIONS.items():
        text += conv(f"{name}/1", last, one, 1) + conv(f"{name}/3_in", last, three_in, 1)
        text += conv(f"{name}/3", f"{name}/3_in", three, 3, pad=1) + conv(f"{name}/5_in", last, five_in, 1)
        text += conv(f"{name}/5", f"{name}/5_in", five, 5, pad=2) + pool(f"{name}/pool", last, 3, 1, "pad: 1")
        text += conv(f"{name}/proj", f"{name}/pool", behind, 1)
        text += layer("Concat", "", f"{name}/1 {name}/3 {name}/5 {name}/proj", name=f"{name}/out")
        last = f"{name}/out"
        if name in ("3b", "4e"):
            text, last = text + pool(f"{name}/down", last, 3, 2), f"{name}/down"
    text += pool("pool5", last, 7, 1, method="AVE")
    return text + linear("classifier", "pool5", 1000)


def resnet(counts: tuple[int, ...], first_bias: bool = True) -> str:
    """A ResNet of bottlenecks (He et al. 2015), whose stride is at the first convolution of a stage, and whose norms are
    followed by a Scale; the first convolution of the one of 50 layers has a bias."""

    def normed(name: str, x: str, filters: int, kernel: int, stride: int, pad: int) -> str:
        made = conv(name, x, filters, kernel, stride, pad, "" if first_bias and name == "conv1" else "bias_term: false")
        made += layer("BatchNorm", "", name, name, f"bn_{name}")
        return made + layer("Scale", "scale_param { bias_term: true }", name, name, f"scale_{name}")

    text = sized(1, 3, 224, 224) + normed("conv1", "data", 64, 7, 2, 3) + relu("conv1") + pool("pool1", "conv1", 3, 2)
    last = "pool1"
    for stage, count in enumerate(counts):
        for at in range(count):
            name, width, stride = f"res{stage + 2}_{at}", 64 << stage, 2 if stage and not at else 1
            text += normed(f"{name}/a", last, width, 1, stride, 0) + relu(f"{name}/a")
            text += normed(f"{name}/b", f"{name}/a", width, 3, 1, 1) + relu(f"{name}/b")
            text += normed(f"{name}/c", f"{name}/b", 4 * width, 1, 1, 0)
            if not at:
                text += normed(f"{name}/short", last, 4 * width, 1, stride, 0)
            text += layer("Eltwise", "", f"{name}/c {last if at else f'{name}/short'}", name=name) + relu(name)
            last = name
    return text + pool("pool5", last, 7, 1, method="AVE") + linear("fc1000", "pool5", 1000)


PUBLISHED = {
    # parameters (of the files that their authors published), the last map and its size, what an output of it sees
    "squeezenet v1.1": (squeezenet(), 1_235_496, "fire9/concat", 14, None),
    "googlenet": (googlenet(), 6_998_552, "5b/out", 7, 27 + 2 * 32 + 16 + 5 * 64 + 32 + 2 * 128),
    "resnet-50": (resnet((3, 4, 6, 3)), 25_557_096, "res5_2", 7, None),
    "resnet-101": (resnet((3, 4, 23, 3), False), 44_549_160, "res5_2", 7, None),
    "resnet-152": (resnet((3, 8, 36, 3), False), 60_192_808, "res5_2", 7, None),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published(name: str) -> None:
    text, params, last, size, field = PUBLISHED[name]
    report = computed(text)
    assert report.total.params == params
    assert report.layer(last).output_size == (size, size)
    assert field is None or report.layer(last).receptive_field.size == (field, field)
