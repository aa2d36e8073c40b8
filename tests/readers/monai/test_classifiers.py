"""DenseNet."""

import pytest

import rfcli
from readers.monai.bundles import report_of

PARAMS = {"DenseNet121": 6_961_092, "DenseNet169": 12_494_276, "DenseNet201": 18_103_748, "DenseNet264": 30_662_596}
"""As MONAI 1.6.1 counts them, of four channels and four classes in two dimensions."""


@pytest.mark.parametrize("name", PARAMS)
def test_published_sizes(name):
    report = report_of(name, 64, spatial_dims=2, in_channels=4, out_channels=4)
    (end,) = report.outputs
    assert (report.total.params, report.layer(end).channels) == (PARAMS[name], 4)
    assert report.layer(end).receptive_field.globally


def test_arguments():
    report = report_of(
        "DenseNet", 64, spatial_dims=3, in_channels=1, out_channels=2, init_features=8, growth_rate=4,
        block_config=[1, 2], norm="instance", dropout_prob=0.2, pretrained=False,
    )  # fmt: skip
    assert (
        report.total.params
        == 8 * 343 + (8 * 16 + 16 * 4 * 27) + 12 * 6 + 6 * 16 + 10 * 16 + 2 * 16 * 4 * 27 + 14 * 2 + 2
    )
    assert report.layer("features/denseblock2/denselayer2").channels == 14


@pytest.mark.parametrize("endless", ["Infinity", "-Infinity", "NaN"])
def test_a_number_without_end_is_no_number_of_layers(endless):
    said = '{"network_def": {"_target_": "DenseNet121", "spatial_dims": 2, "in_channels": 1, "out_channels": 2, "block_config": [1, END]}}'
    with pytest.raises(
        rfcli.DescriptionError, match="block_config of DenseNet121 must be a list of integers from 1 on"
    ):
        rfcli.loads(said.replace("END", endless), "train.json")
