"""Torch's own modules."""

import pytest

from readers.yolo.rows import ONE, full, holds, report_of, written
from rfcli.geometry.unknown import Unknown

ROWS = {
    # row: parameters, channels, (field size, stride)
    "[-1, 1, nn.Upsample, [null, 2, nearest]]": (0, 64, (1, 0.5)),
    "[-1, 1, nn.Upsample, [null, 2, bilinear]]": (0, 64, (2, 0.5)),
    "[-1, 1, nn.Conv2d, [64, 32, 3, 2, 1]]": (full(64, 32, 3), 32, (3, 2)),
    "[-1, 1, torch.nn.Conv2d, [64, 32, 3, 1, same, 2, 4, False]]": (64 * 32 * 9 // 4, 32, (5, 1)),
    "[-1, 1, nn.ConvTranspose2d, [32, 4, 2, 1]]": (64 * 32 * 16 + 32, 32, (2, 0.5)),
    "[-1, 1, nn.MaxPool2d, [3, 2, 1]]": (0, 64, (3, 2)),
    "[-1, 1, nn.MaxPool2d, [2]]": (0, 64, (2, 2)),
    "[-1, 1, nn.AvgPool2d, [3, 1]]": (0, 64, (3, 1)),
    "[-1, 1, nn.ZeroPad2d, [[0, 1, 0, 1]]]": (0, 64, ONE),
    "[-1, 1, nn.BatchNorm2d, []]": (128, 64, ONE),
    "[-1, 1, nn.Dropout, [0.1]]": (0, 64, ONE),
    "[-1, 1, nn.PixelUnshuffle, [2]]": (0, 256, (2, 2)),
    "[-1, 1, Contract, []]": (0, 256, (2, 2)),
    "[-1, 1, Expand, [2]]": (0, 16, (1, 0.5)),
    "[-1, 1, nn.AdaptiveAvgPool2d, [4]]": (0, 64, (16, 16)),
    "[-1, 1, nn.AdaptiveMaxPool2d, [[8, 4]]]": (0, 64, ((8, 16), (8, 16))),
    "[-1, 1, nn.ReflectionPad2d, [1]]": (0, 64, ONE),
    "[-1, 1, nn.ReplicationPad2d, [2]]": (0, 64, ONE),
    "[-1, 1, nn.Dropout2d, [0.1]]": (0, 64, ONE),
    "[-1, 1, nn.PixelShuffle, [2]]": (0, 16, (1, 0.5)),
}  # fmt: skip

ACTIVATIONS = {
    "[-1, 1, nn.CELU, [1.0]]": "celu", "[-1, 1, nn.ELU, [1.0]]": "elu", "[-1, 1, nn.GELU, []]": "gelu",
    "[-1, 1, nn.Hardsigmoid, []]": "hard_sigmoid", "[-1, 1, nn.Hardswish, []]": "hard_swish",
    "[-1, 1, nn.Hardtanh, [-1, 1]]": "hard_tanh", "[-1, 1, nn.Identity, []]": "identity",
    "[-1, 1, nn.LeakyReLU, [0.1]]": "leaky_relu", "[-1, 1, nn.LogSigmoid, []]": "log_sigmoid",
    "[-1, 1, nn.LogSoftmax, [1]]": "log_softmax", "[-1, 1, nn.Mish, []]": "mish", "[-1, 1, nn.RReLU, []]": "rrelu",
    "[-1, 1, nn.ReLU, [True]]": "relu", "[-1, 1, nn.ReLU6, []]": "relu6", "[-1, 1, nn.SELU, []]": "selu",
    "[-1, 1, nn.SiLU, []]": "silu", "[-1, 1, nn.Sigmoid, []]": "sigmoid", "[-1, 1, nn.Softplus, [1, 20]]": "softplus",
    "[-1, 1, nn.Softsign, []]": "softsign", "[-1, 1, nn.Tanh, []]": "tanh",
    "[-1, 1, nn.Threshold, [0.1, 20]]": "threshold",
}  # fmt: skip


@pytest.mark.parametrize("row", ACTIVATIONS)
def test_activation(row):
    holds(row, 0, 64, ONE)
    assert report_of(written([row])).layers[0].type == ACTIVATIONS[row]


WHOLE = {"[-1, 1, nn.AdaptiveAvgPool2d, [1]]": "avg", "[-1, 1, nn.AdaptiveMaxPool2d, [[1, 1]]]": "max"}


@pytest.mark.parametrize("row", WHOLE)
def test_one_sample_is_of_all_of_the_map(row):
    (layer,) = report_of(written([row], channels=64)).layers
    assert (layer.type, layer.output_size, layer.receptive_field.globally) == (
        f"global_{WHOLE[row]}_pool",
        (1, 1),
        True,
    )


NOT_KNOWN = ["[-1, 1, TorchVision, [512, resnet18, DEFAULT, True, 2, True]]"]


@pytest.mark.parametrize("row", NOT_KNOWN)
def test_models_of_others_are_not_known(row):
    (layer,) = report_of(written([row])).layers
    assert (layer.channels, isinstance(layer.receptive_field.size[0], Unknown)) == (512, True)


@pytest.mark.parametrize("row", ROWS)
def test_module(row):
    holds(row, *ROWS[row])


def test_activations_are_looked_up():
    for word, type in (("nn.ReLU()", "relu"), ("torch.nn.LeakyReLU(0.1)", "leaky_relu")):
        report = report_of(written(["[-1, 1, Conv, [8]]"], activation=word))
        assert report.layers[-1].type == type
    odd = report_of(written(["[-1, 1, Conv, [8]]"], activation="nn.Made_up()"))
    assert isinstance(odd.layers[-1].receptive_field.size[0], Unknown)
    assert report_of(written(["[-1, 1, Conv, [8, 1, 1, None, 1, 1, False]]"])).layers[-1].type == "batch_norm"
