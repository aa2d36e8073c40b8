"""SwinUNETR: parameters, fields, and windows that depend on the image's size."""

import pytest

import rfcli
from readers.monai.bundles import bundle, loaded, report_of
from rfcli.geometry.unknown import Unknown

SMALL = {"spatial_dims": 2, "in_channels": 1, "out_channels": 3, "feature_size": 12, "num_heads": [1, 2, 3, 4]}
NETS = {
    # name: arguments, parameters and macs as MONAI's module has them, the output's field (autograd)
    "usual": ({}, 1_578_311, 154_763_904, (756, 532)),
    "second version": (
        {"use_v2": True, "patch_norm": True, "window_size": [4, 3], "depths": [1, 3, 1, 2], "downsample": "mergingv2"},
        1_772_973, 157_347_840, (536, 584)),
    "all else": (
        {"qkv_bias": False, "mlp_ratio": 2.5, "normalize": False, "drop_rate": 0.1, "norm_name": ["batch", {}],
         "use_hyena": False, "attn_drop_rate": 0.1, "dropout_path_rate": 0.1, "use_checkpoint": True},
        1_505_579, 147_686_016, (756, 532)),
}  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_net(name):
    arguments, params, macs, size = NETS[name]
    report = report_of("SwinUNETR", (128, 64), **SMALL, **arguments)
    layer = report.layer(report.outputs[0])
    assert (report.total.params, report.total.macs) == (params, macs)
    assert (layer.output_size, layer.channels, layer.receptive_field.size) == ((128, 64), 3, size)


def test_a_volume():
    """BraTS as it is published: 62.19 M parameters."""
    stated = bundle("SwinUNETR", img_size=96, in_channels=4, out_channels=3, feature_size=48)
    assert rfcli.compute(loaded(stated)).total.params == 62_191_941


def test_windows():
    """A map is filled up to whole windows; one that a window holds is seen whole; every second block is shifted."""
    report = report_of("SwinUNETR", (128, 64), **SMALL)
    attending = [layer for layer in report.layers if layer.name.endswith("attn/attention")]
    assert [(layer.type, layer.output_size) for layer in attending[::2]] == [
        ("window_attention", (70, 35)), ("window_attention", (35, 21)), ("window_attention", (21, 14)), ("window_attention", (14, 4)),
    ]  # fmt: skip
    assert report_of("SwinUNETR", 64, **SMALL).layer("swinViT/layers4/0/blocks/1/attn/attention").type == "attention"
    first, second = (layer.receptive_field for layer in attending[:2])
    assert (first.size, second.size) == ((14, 14), (28, 28))


def test_without_a_size_what_the_windows_see_is_not_known():
    network = loaded(bundle("SwinUNETR", **SMALL))
    report = rfcli.compute(network)
    field = report.layer(report.outputs[0]).receptive_field
    assert any(isinstance(one, Unknown) or one is None for one in field.size)
    assert any("window attention (give --input-size)" in note for note in field.notes)
    assert report.total.params == 1_578_311
    assert rfcli.compute(network, input_size=(128, 64)).layer(report.outputs[0]).receptive_field.size == (756, 532)


def test_sizes_given_with_the_call_win():
    stated = bundle("SwinUNETR", **SMALL, img_size=[32, 32])
    assert rfcli.compute(loaded(stated), input_size=(128, 64)).total.macs == NETS["usual"][2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"feature_size": 16}, "feature_size of SwinUNETR must be a multiple of 12, is 16"),
        ({"patch_size": 4}, "patch_size of SwinUNETR must be 2, as its decoder needs, is 4"),
        ({"use_hyena": True}, "use_hyena of SwinUNETR is not read, is true"),
        ({"hyena_stages": [True] * 4}, "SwinUNETR with 'hyena_stages' is not read"),
        ({"depths": [2, 2]}, "depths of SwinUNETR must have 4 entries, is [2, 2]"),
        ({"num_heads": [5, 6, 12, 24]}, "12 channels of SwinUNETR cannot be split into 5 heads"),
        ({"downsample": "pool"}, "downsample of SwinUNETR must be merging or mergingv2, is 'pool'"),
        ({"mlp_ratio": 0}, "mlp_ratio of SwinUNETR must be a number above 0, is 0"),
        ({"spatial_dims": 1}, "spatial_dims of SwinUNETR must be 2 or 3, is 1"),
    ],
)
def test_what_is_wrong_is_told(arguments, message):
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of("SwinUNETR", 64, **SMALL | arguments)
    assert raised.value.diagnostics[0].message == message
