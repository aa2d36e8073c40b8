"""UNETR: parameters, fields, and the image that it is made for."""

import pytest

import rfcli
from readers.monai.bundles import bundle, loaded, report_of

SMALL = {
    "spatial_dims": 2, "in_channels": 1, "out_channels": 3, "img_size": 64, "feature_size": 4, "hidden_size": 24,
    "mlp_dim": 40, "num_heads": 4,
}  # fmt: skip
PLAIN = {"conv_block": False, "res_block": False, "norm_name": "batch", "qkv_bias": True, "dropout_rate": 0.1,
         "proj_type": "perceptron", "save_attn": True}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "params", "macs"), [({}, 119_295, 12_791_808), (PLAIN, 110_779, 9_596_928)], ids=["usual", "plain"]
)
def test_net(arguments, params, macs):
    """Parameters as MONAI counts them, the field by autograd."""
    report = report_of("UNETR", 64, **SMALL, **arguments)
    layer = report.layer(report.outputs[0])
    assert (report.total.params + report.unused_params, report.unused_params) == (params, 2 * 24 * 12)
    assert (report.total.macs, layer.output_size, layer.channels) == (macs, (64, 64), 3)
    assert layer.receptive_field.size == (80, 80) and layer.receptive_field.globally


def test_a_skip_sees_a_window_and_the_transformer_the_whole_map():
    report = report_of("UNETR", 64, **SMALL | PLAIN)
    first = report.layer("encoder1/layer/lrelu_2").receptive_field
    assert (first.size, first.globally) == ((5, 5), False)
    assert report.layer("vit/blocks/0/attn/attention").receptive_field.size == (None, None)
    assert report.layer("vit/blocks/0/add_2").receptive_field.size == (16, 16)


def test_a_volume():
    report = rfcli.compute(loaded(bundle("UNETR", in_channels=1, out_channels=14, img_size=[96, 96, 96])))
    assert report.total.params + report.unused_params == 92_802_478
    assert report.layer(report.outputs[0]).output_size == (96, 96, 96)


def test_the_image_is_the_file_s_or_the_call_s():
    network = loaded(bundle("UNETR", **SMALL))
    assert rfcli.compute(network).layer("vit/blocks/0/add_2").output_size == (4, 4)
    positions = [rfcli.compute(network, input_size=size).total.params for size in (64, 128)]
    assert positions[1] - positions[0] == (8 * 8 - 4 * 4) * 24
    stated = bundle("UNETR", **SMALL | {"img_size": "$@size"})
    assert rfcli.compute(loaded(stated, img_size=64)).total == rfcli.compute(network).total


@pytest.mark.parametrize(
    ("arguments", "message", "help"),
    [
        ({"img_size": None}, "UNETR lacks 'img_size'", "--set img_size=96"),
        ({"img_size": "$@size"}, "img_size of UNETR is an expression, which is not evaluated: '$@size'",
         "write the value in its place, or give it: --set img_size=..."),
        ({"img_size": [64, 64, 64]}, "img_size of UNETR must have 2 entries, is [64, 64, 64]", ""),
        ({"num_heads": 5}, "24 channels of UNETR cannot be split into 5 heads", ""),
        ({"proj_type": "linear"}, "proj_type of UNETR must be conv or perceptron, is 'linear'", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(arguments, message, help):
    with pytest.raises(rfcli.DescriptionError) as raised:
        loaded(bundle("UNETR", **SMALL | arguments))
    found = raised.value.diagnostics[0]
    assert (found.message, found.help) == (message, help)
