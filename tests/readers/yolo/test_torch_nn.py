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
