"""What stands behind a convolution, in which order."""

import pytest

from readers.monai.bundles import report_of


@pytest.mark.parametrize(
    ("arguments", "types"),
    [
        ({}, ["conv", "instance_norm", "prelu"]),
        ({"dropout": 0.1}, ["conv", "instance_norm", "dropout", "prelu"]),
        ({"dropout": 0.1, "adn_ordering": "AND"}, ["conv", "prelu", "instance_norm", "dropout"]),
        ({"act": "", "norm": ""}, ["conv"]),
        ({"act": "swish", "norm": ["instance", {"affine": True}]}, ["conv", "instance_norm", "silu"]),
    ],
)
def test_order(arguments, types):
    net = {"spatial_dims": 1, "in_channels": 1, "out_channels": 1, "channels": [2, 2], "strides": [2]}
    report = report_of("UNet", 16, **net, **arguments)
    assert [layer.type for layer in report.layers if layer.name.startswith("model/0/")] == types
